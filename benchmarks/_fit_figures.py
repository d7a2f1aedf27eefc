"""Fits the figures of a pack and writes them into its file.

    .venv/bin/python -m benchmarks._fit_figures PACK INDEX.csv ALIASES.csv CLIPS.csv [NEAREST]

NEAREST is given for packs that use a cohort. The material is third-party and stays outside the repository; what is
written are numbers over at least five people (docs/accuracy.md, THIRD-PARTY.md).
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import models
from countenance.packs import Cohort, ImpostorCurve
from countenance.places import find_places
from models.packs import encode_cohort
from scan.evaluation.clips import Enrolled, best_templates, read_clips
from scan.evaluation.examiner import Examiner
from scan.evaluation.fitting import Figures, Material, fit_figures, observe_generated
from scan.evaluation.labelled import GROUP_OF_COHORT, label_vectors
from scan.evaluation.runs import collect_faces
from scan.evaluation.tables import read_aliases
from scan.gallery import as_vectors
from scan.worker import DetectorWorker


def fit(pack: str, index: Path, aliases: Path, clips: Path, nearest: int) -> None:
    """Measure and write."""
    places = find_places()
    card = models.load_pack(pack, places.models)
    scale = replace(card.face, cohort=Cohort(groups=(), nearest=nearest) if nearest else None)
    known = read_aliases(aliases)
    with DetectorWorker() as worker:
        examiner = Examiner(worker, card, places.models, None)
        pictures = collect_faces(index, known, examiner)
        rows = read_clips(clips)
        names = sorted({row.source for row in rows if row.source})
        sources = {name: Enrolled(templates=best_templates(examiner.observe(clips.parent / name))[0]) for name in names}
        generated = observe_generated(rows, examiner.observe)
    everybody = sorted(pictures.everybody)
    data = label_vectors(as_vectors(pictures.vectors, scale.dimension), pictures.people, everybody)
    material = Material(data=data, everybody=everybody, doubtful=known.doubtful, generated=generated, sources=sources)
    figures = fit_figures(material, scale)
    file = Path(models.__file__).parent / "catalogue" / "packs" / f"{pack}.toml"
    head = re.split(r"\n\[(?:singles|generated|cohort)\]", file.read_text("utf-8"))[0].rstrip("\n")
    file.write_text(head + "\n" + as_toml(figures, scale.dimension), "utf-8")


def as_toml(figures: Figures, dimension: int) -> str:
    """Return the tables of a pack's file."""
    text = _curve("singles", figures.singles) + _curve("generated", figures.generated)
    if figures.cohort is not None:
        entry = encode_cohort(as_vectors(figures.cohort.groups, dimension), figures.cohort.nearest, GROUP_OF_COHORT)
        text += f"\n[cohort]\nnearest = {entry.nearest}\npeople_per_group = {entry.people_per_group}\n"
        text += f'encoding = "{entry.encoding.value}"\ngroups = "{entry.groups}"\n'
    return text


def _curve(name: str, curve: ImpostorCurve) -> str:
    scores = ", ".join(f"{score:.4f}" for score in curve.scores)
    rates = ", ".join(f"{rate:.3e}" for rate in curve.rates)
    return (
        f"\n[{name}]\nscores = [{scores}]\nrates = [{rates}]\n"
        f"comparisons = {curve.comparisons}\npeople = {curve.people}\nfloor = {curve.rates[-1]:.3e}\n"
    )


if __name__ == "__main__":
    fit(sys.argv[1], *map(Path, sys.argv[2:5]), int(sys.argv[5]) if len(sys.argv) > 5 else 0)
