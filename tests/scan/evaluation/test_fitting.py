from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from countenance.errors import ClipError
from countenance.packs import Cohort
from scan.evaluation.clips import ClipRow, Enrolled
from scan.evaluation.fitting import Material, fit_figures, fit_voice_figures, observe_generated
from scan.gallery import unit
from scan.operating import score_at
from tests.scan.evaluation.crowd import labelled, people
from tests.scan.made import DIMENSION, SCALE, face, observations, track, unexamined


def row(name: str, source: str) -> ClipRow:
    return ClipRow(path=Path(name), source=source, shown=frozenset(), faces_expected=1, origin=("", name), panel=False)


@pytest.fixture(scope="module")
def material() -> Material:
    """Return real-looking people, and generated faces that all lean towards one look."""
    crowd = people(40, 4, scatter=0.8)
    rng = np.random.default_rng(4)
    look = unit(rng.normal(size=DIMENSION))
    sources, generated = {}, []
    for number in range(15):
        own = unit(look + 1.2 * unit(rng.normal(size=DIMENSION)))
        name = f"source{number}.jpg"
        sources[name] = Enrolled(templates=(own.astype("<f4").tobytes(),))
        tracks = [unit(own + 0.3 * unit(rng.normal(size=DIMENSION))).astype("<f4").tobytes() for _ in range(2)]
        generated.append((row(f"clip{number}.mp4", name), tracks))
    generated.append((row("empty.mp4", "source0.jpg"), []))
    return Material(
        data=labelled(crowd), everybody=sorted(crowd), doubtful=frozenset(), generated=generated, sources=sources
    )


def test_figures_rest_on_everybody_and_block_harder_than_they_review(material):
    figures = fit_figures(material, SCALE)

    assert figures.singles.people == 40
    assert figures.singles.comparisons == 160 * 39
    assert figures.cohort is None
    for rate in (1e-2, 1e-3):
        assert score_at(figures.generated, rate) >= score_at(figures.singles, rate)
    assert figures.generated.floor == figures.singles.floor


def test_a_pack_with_a_cohort_gets_groups_and_figures_normalised_by_them(material):
    figures = fit_figures(material, replace(SCALE, cohort=Cohort(groups=(), nearest=3)))

    assert len(figures.cohort.groups) == 8
    assert figures.cohort.nearest == 3
    assert score_at(figures.singles, 1e-2) != score_at(fit_figures(material, SCALE).singles, 1e-2)
    # Drawing the folds anew adds scores, not comparisons.
    assert figures.singles.comparisons <= 160 * 39


def test_only_clips_made_from_a_picture_are_observed_and_unreadable_ones_passed_over():
    scenes = {"a.mp4": observations(track(0, face({0: 1.0})), unexamined(1)), "b.mp4": observations()}

    def observe(path: Path):
        if path.name not in scenes:
            raise ClipError("damaged")
        return scenes[path.name]

    found = observe_generated([row("a.mp4", "a.jpg"), row("b.mp4", ""), row("gone.mp4", "c.jpg")], observe)

    assert [(one.path.name, vectors) for one, vectors in found] == [("a.mp4", [face({0: 1.0})])]


def test_figures_of_voices_have_cloned_voices_mixed_in_apart():
    crowd = people(60, 3, scatter=0.9)
    data = labelled(crowd)
    copies = labelled({name: files[:2] for name, files in list(crowd.items())[:20]})
    clones = replace(copies, folds=np.array([data.fold_of()[name] for name in copies.people.tolist()]))
    everybody = sorted(crowd)

    plain = fit_voice_figures(data, everybody, frozenset(), SCALE)
    mixed = fit_voice_figures(data, everybody, frozenset(), SCALE, clones)

    assert plain.generated is None
    assert plain.cohort is None
    assert (plain.singles.people, plain.singles.comparisons) == (60, 180 * 59)
    assert mixed.singles == plain.singles
    assert mixed.generated is not None
    assert mixed.generated.comparisons == 180 * 59 + 40 * 59


def test_voices_get_a_cohort_where_the_scale_has_one():
    crowd = people(60, 3, scatter=0.9)
    scale = replace(SCALE, cohort=Cohort(groups=(), nearest=2))

    figures = fit_voice_figures(labelled(crowd), sorted(crowd), frozenset(), scale)

    assert figures.cohort is not None
    assert len(figures.cohort.groups) == 12
