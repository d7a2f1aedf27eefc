"""Measures what likenesses mean for models that nobody has measured, from a folder of the user's own people.

Only numbers over at least five people leave memory. The floor of what is measured is one in the number of pairs of
people: pictures of one pair resemble each other, so more pictures make a rate surer, never rarer
(docs/adr/0044-calibration.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from countenance.errors import WrongUsageError
from countenance.packs import Cohort, ImpostorCurve, LikenessScale, MissCurve, PackCard
from countenance.translations import _, ngettext
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.evaluation.curve import with_floor
from scan.evaluation.examiner import VOICES, Examiner
from scan.evaluation.figures import bound_for_fmr, true_accept_rate
from scan.evaluation.fitting import fit_singles
from scan.evaluation.labelled import (
    LabelledVectors,
    enrolled_means,
    label_vectors,
    refold,
)
from scan.evaluation.misses import genuine_scores, miss_curve
from scan.evaluation.open_set import open_set_figures
from scan.evaluation.runs import collect_faces
from scan.evaluation.tables import Aliases, read_aliases, read_index
from scan.evaluation.verification import cross_validated_pairs
from scan.evaluation.voices import collect_voices, voice_scale
from scan.gallery import Gallery, Vectors, as_vectors, cohort_vectors
from scan.worker import DetectorWorker

FEWEST_PEOPLE = 20
"""190 pairs of people: the fewest that show a rate of 1 in 100 at all, and leave fifteen to fit bounds on when a
quarter is held out."""

FEWEST_WITH_TWO = 5
"""People with two files: shares of what is overlooked are told over five people at least."""

FEWEST_FOR_COHORT = 40
"""Two of four folds then hold twenty people, four groups of five: with less a cohort is a handful of neighbours."""

NEAREST = (1, 3, 5)
"""Cohorts tried: how many nearest groups a score is normalised by."""

DRAWS = 5
"""Drawings of folds that a cohort must help in."""

GAIN = 0.01
"""How much more must be found with a cohort than without, on average over the draws; less is the draw's doing."""

RAREST_TRIED, PAIRS_BEYOND = 1e-3, 10
"""Cohorts are compared at this false-match rate, or at the rarest that ten impostor pairs reach."""

TOLD_ALIKE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTrial:
    """What one form of the cohort is worth on people that it is not made of.

    Attributes:
        nearest: groups that a score is normalised by; 0 for no cohort.
        found: share of one person's pairs at or above the bound of `rate`, the mean over the draws of folds.
        least_gain: the least that it is ahead of no cohort in any draw.
    """

    nearest: int
    rate: float
    found: float
    least_gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was measured.

    Attributes:
        curve: impostor figures of real people; its floor is one in the number of pairs of people.
        cohort: None where none helps.
        misses: what bounds overlook.
        people, files: behind the figures.
        left_out: files without a face or voice to be compared, or with several.
        trials: the cohorts tried, the first without; empty where the people are too few to try any.
        checked: promised and measured shares of strangers who raise an alarm, each fold judged by the others' bounds.
        alike: pairs of people who look or sound like one person, the most alike first. Names, for the screen alone.
    """

    curve: ImpostorCurve
    cohort: Cohort | None
    misses: MissCurve
    people: int
    files: int
    left_out: int
    trials: tuple[CohortTrial, ...]
    checked: tuple[dict[str, object], ...]
    alike: tuple[tuple[str, str], ...]


def calibrate_faces(
    index: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    aliases: Path | None = None,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> Calibration:
    """Return what likenesses of faces mean with a pack's models, measured on labelled pictures.

    Args:
        index: a table of file and identity, or a folder with a folder per person.
        worker: the detectors' process.
        card: the pack; whatever figures it has are not used.
        models: folder of the verified model files.
        aliases: names that are one person.
        on_progress: told of each file.
        cancel: stops between and within files.

    Raises:
        WrongUsageError: the table cannot be read, or there are too few people.
    """
    known = read_aliases(aliases)
    pictures = collect_faces(index, known, Examiner(worker, card, models, cancel), on_progress)
    left_out = len(pictures.failed) + len(pictures.unclear)
    return calibrate(as_vectors(pictures.vectors, card.face.dimension), pictures.people, card.face, known, left_out)


def calibrate_voices(
    index: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    aliases: Path | None = None,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> Calibration:
    """Return the same for voices; recordings that a check would not compare are left out.

    Raises:
        WrongUsageError: as for faces, or the pack has no voice models.
    """
    known, scale = read_aliases(aliases), voice_scale(card)
    found = collect_voices(read_index(index), known, Examiner(worker, card, models, cancel, VOICES), on_progress)
    vectors = [vector for vector, judged in zip(found.vectors, found.judged, strict=True) if judged]
    people = [person for person, judged in zip(found.people, found.judged, strict=True) if judged]
    left_out = len(found.failed) + len(found.vectors) - len(vectors)
    return calibrate(as_vectors(vectors, scale.dimension), people, scale, known, left_out)


def calibrate(
    vectors: Vectors, people: Sequence[str], scale: LikenessScale, known: Aliases, left_out: int = 0
) -> Calibration:
    """Return what likenesses mean from embeddings (M, D), float32 and L2-normalised, and the person of each.

    Raises:
        WrongUsageError: there are too few people, or too few with two files.
    """
    names = sorted(set(people))
    _require_people(people)
    data = label_vectors(vectors, people, names)
    raw = LikenessScale(pack=scale.pack, dimension=scale.dimension)
    trials = try_cohorts(data, raw, names, known.doubtful) if len(names) >= FEWEST_FOR_COHORT else ()
    nearest = _chosen(trials)
    chosen = replace(raw, cohort=Cohort(groups=(), nearest=nearest) if nearest else None)
    fitted, cohort = fit_singles(data, names, known.doubtful, chosen)
    curve = with_floor(fitted, 1 / (len(names) * (len(names) - 1) // 2))
    return Calibration(
        curve=curve,
        cohort=cohort,
        misses=miss_curve(data, chosen, known.doubtful, rarest=curve.floor),
        people=len(names),
        files=len(people),
        left_out=left_out,
        trials=trials,
        checked=tuple(open_set_figures(data, chosen, known.doubtful, shipped=False)),
        alike=_alike(data, chosen, cohort, known.doubtful),
    )


def try_cohorts(
    data: LabelledVectors, scale: LikenessScale, names: Sequence[str], doubtful: frozenset[frozenset[str]]
) -> tuple[CohortTrial, ...]:
    """Return what is found without a cohort and with each form of one, over several draws of folds.

    Cohorts and pairs never share a person.
    """
    draws = [refold(data, names, seed) for seed in range(DRAWS)]
    plain = [cross_validated_pairs(draw, scale, doubtful, shipped=False) for draw in draws]
    rate = max(RAREST_TRIED, PAIRS_BEYOND / max(1, min(len(pairs.impostor) for pairs in plain)))
    base = np.array([true_accept_rate(pairs.genuine, bound_for_fmr(pairs.impostor, rate)) for pairs in plain])
    trials = [CohortTrial(nearest=0, rate=rate, found=float(base.mean()), least_gain=0.0)]
    for nearest in NEAREST:
        tried = replace(scale, cohort=Cohort(groups=(), nearest=nearest))
        pairs = [cross_validated_pairs(draw, tried, doubtful, shipped=False) for draw in draws]
        found = np.array([true_accept_rate(one.genuine, bound_for_fmr(one.impostor, rate)) for one in pairs])
        gain = float((found - base).min())
        trials.append(CohortTrial(nearest=nearest, rate=rate, found=float(found.mean()), least_gain=gain))
    return tuple(trials)


def _chosen(trials: Sequence[CohortTrial]) -> int:
    """Return how many nearest groups to use: of the cohorts that helped in every draw, and enough, the best."""
    helped = [trial for trial in trials if trial.least_gain > 0 and trial.found - trials[0].found >= GAIN]
    return max(helped, key=lambda trial: trial.found).nearest if helped else 0


def _require_people(people: Sequence[str]) -> None:
    counts = [people.count(name) for name in set(people)]
    if len(counts) < FEWEST_PEOPLE:
        raise WrongUsageError(
            ngettext(
                "{count} person with a usable file is too few to say how often strangers are alike.",
                "{count} people with a usable file are too few to say how often strangers are alike.",
                len(counts),
            ).format(count=len(counts)),
            remedy=_(
                "Give files of at least {people} people, of at least {several} of them two or more; with {enough} "
                "people rates of 1 in 10,000 can be shown."
            ).format(people=FEWEST_PEOPLE, several=FEWEST_WITH_TWO, enough=142),
        )
    if sum(count >= 2 for count in counts) < FEWEST_WITH_TWO:
        raise WrongUsageError(
            _("Too few people have two usable files, so nobody can say who would be overlooked."),
            remedy=_("Give a second file of at least {several} people.").format(several=FEWEST_WITH_TWO),
        )


def _alike(
    data: LabelledVectors, scale: LikenessScale, cohort: Cohort | None, doubtful: frozenset[frozenset[str]]
) -> tuple[tuple[str, str], ...]:
    """Return pairs of people at least as alike as half of one person's files are to the rest of theirs."""
    ordinary = float(np.median(np.concatenate(list(genuine_scores(data, scale).values()))))
    names = sorted(set(data.people.tolist()))
    gallery = Gallery(tuple(names), enrolled_means(data, names), cohort_vectors(cohort, scale.dimension))
    scores = gallery.scores(gallery.vectors)
    rows, columns = np.triu_indices(len(names), 1)
    order = np.argsort(-scores[rows, columns])
    found = [
        (names[rows[at]], names[columns[at]])
        for at in order[: 4 * TOLD_ALIKE]
        if scores[rows[at], columns[at]] >= ordinary
    ]
    return tuple(pair for pair in found if frozenset(pair) not in doubtful)[:TOLD_ALIKE]
