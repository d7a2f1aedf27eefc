"""Who a track or speaker is, open-set: bounds from the promise, agreement of samples, a margin, nobody twice at once.

The rule follows PrivateFrame's (at least three samples a second apart agree, else stricter; disagreement is a stated
conflict), with bounds as false-match rates instead of similarities (docs/adr/0010-track-rule.md). Faces and voices are
judged by the same rule; a voice that is heard too briefly can raise an alarm, never lift one
(docs/adr/0020-voices-and-budget.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from countenance.identification import (
    Candidate,
    Identification,
    IdentificationReason,
    IdentificationStatus,
    OperatingPoint,
)
from countenance.observations import VoiceSample
from countenance.packs import LikenessScale
from countenance.people import Modality
from scan.gallery import Gallery, as_vectors
from scan.operating import (
    FEW_SAMPLES_FACTOR,
    RAREST_CLAIM,
    SINGLE_PICTURE_FACTOR,
    Bounds,
    Promise,
    operating_point,
    rate_at,
    rate_per_clip,
    score_at,
    score_per_decade,
)
from scan.probes import AnyProbe, Probe, Sampled, can_be_judged, can_raise_alarm
from scan.unmeasured import possible_at_most

INDEPENDENT_S = 1.0
"""Samples closer than this share pose, light and blur, and do not count as independent."""

INDEPENDENT_SPEECH_S = 1.5
"""A sample of speech counts as independent from here on: embedders hear windows of 1.6 s. Those of one speaker never
share a sound (`scan.coherence`), so no more distance is asked for."""

INDEPENDENT_SAMPLES = 3

AGREEMENT = 2 / 3
"""Share of the samples whose own nearest person must be the track's; the rest may be bad moments, more is a conflict.
"""

NOBODY_RULED_OUT: Mapping[int, Collection[str]] = MappingProxyType({})

Reason = IdentificationReason
Status = IdentificationStatus


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What one track says: ordered candidates, agreement of samples, independent samples, span."""

    order: NDArray[np.intp]
    scores: NDArray[np.float64]
    agreeing: int
    contradicting: int
    independent: int
    span_s: float


def can_compare(probes: Sequence[Probe], gallery: Gallery, scale: LikenessScale) -> bool:
    """Return whether anything is compared at all: somebody seen or heard enough, somebody enrolled, and figures."""
    return scale.singles is not None and bool(gallery.people) and any(can_raise_alarm(probe) for probe in probes)


def identify(
    probes: Sequence[AnyProbe],
    gallery: Gallery,
    scale: LikenessScale,
    promise: Promise,
    modality: Modality = Modality.FACE,
    *,
    ruled_out: Mapping[int, Collection[str]] = NOBODY_RULED_OUT,
) -> tuple[tuple[Identification, ...], OperatingPoint]:
    """Return one identification per track or speaker, in order, and the operating point they were judged by.

    Args:
        probes: the tracks or the speakers of a clip.
        gallery: the people searched.
        scale: of the pack.
        promise: how many strangers' clips may raise an alarm.
        modality: whether they are faces or voices.
        ruled_out: by the id of a probe, ids of people it is not, whatever it looks or sounds like.
    """
    point = point_for(probes, scale, promise, len(gallery.people))
    judged = judge_probes(probes, gallery, scale, point, modality, ruled_out=ruled_out)
    return nobody_twice_at_once(probes, [one.found for one in judged]), point


@dataclass(frozen=True, slots=True)
class JudgedProbe:
    """What one model says of a probe.

    Attributes:
        found: whom it is taken for.
        not_this: whoever is most alike, where the user said that it is not them.
    """

    found: Identification
    not_this: Candidate | None = None


def point_for(probes: Sequence[Probe], scale: LikenessScale, promise: Promise, people: int) -> OperatingPoint:
    """Return what probes are judged by where so many `people` are compared with them, with this model or another."""
    return operating_point(scale, promise, people, sum(1 for probe in probes if can_raise_alarm(probe)))


def judge_probes(
    probes: Sequence[Probe],
    gallery: Gallery,
    scale: LikenessScale,
    point: OperatingPoint,
    modality: Modality = Modality.FACE,
    *,
    ruled_out: Mapping[int, Collection[str]] = NOBODY_RULED_OUT,
) -> list[JudgedProbe]:
    """Return what each track or speaker is taken for by itself, whoever the others are; arguments as of `identify`."""
    bounds = bounds_of(scale, point)
    weighed = _weigh(probes, gallery, scale, bounds)
    judged = []
    for place, probe in enumerate(probes):
        item = _identify_one(probe, weighed.get(place), gallery, scale, (point, bounds))
        out, not_this = ruled_out.get(probe.id, ()), None
        if item.best is not None and item.best.person in out:
            not_this = item.best
            item = (
                _identify_next(probe, weighed[place], out, (gallery, scale), (point, bounds))
                if place in weighed
                else possible_at_most(probe, gallery, scale, out)
            )
        judged.append(JudgedProbe(replace(item, modality=modality), not_this))
    return judged


def bounds_of(scale: LikenessScale, point: OperatingPoint) -> Bounds:
    """Return the scores that `point` asks for with this pack; infinite where no figures exist.

    A review is judged by the figures of real people, so that nobody is overlooked; a block by those that generated
    faces are part of, so that nobody is accused for resembling what a generator likes to draw.
    """
    common, strict = scale.singles, scale.strictest
    if common is None or strict is None:
        return Bounds(review=float("inf"), block=None, block_few=None, block_single=None, margin=0.0)
    review = score_at(common, max(point.review_fmr, common.floor))
    assert review is not None  # a rate at or above the floor always has a score
    margin = score_per_decade(common)
    if point.block_fmr is None:
        return Bounds(review=review, block=None, block_few=None, block_single=None, margin=margin)
    return Bounds(
        review=review,
        block=score_at(strict, point.block_fmr),
        block_few=score_at(strict, max(strict.floor, point.block_fmr / FEW_SAMPLES_FACTOR)),
        block_single=score_at(strict, max(strict.floor, point.block_fmr / SINGLE_PICTURE_FACTOR)),
        margin=margin,
    )


def _identify_one(
    probe: Probe, evidence: _Evidence | None, gallery: Gallery, scale: LikenessScale, by: tuple[OperatingPoint, Bounds]
) -> Identification:
    point, bounds = by
    enough = can_be_judged(probe)
    if evidence is None and not enough:
        return _nobody(probe, Status.NOT_EXAMINED, Reason.NOT_EXAMINED)
    if evidence is None:
        if gallery.people:
            return possible_at_most(probe, gallery, scale)
        return _nobody(probe, Status.UNKNOWN, Reason.NOBODY_ENROLLED)
    best = _candidate(0, evidence, gallery, scale, point)
    runner_up = _candidate(1, evidence, gallery, scale, point) if len(gallery.people) > 1 else None
    status, reasons = _decide(evidence, bounds)
    if not enough:
        if status is Status.UNKNOWN:
            return _nobody(probe, Status.NOT_EXAMINED, Reason.NOT_EXAMINED)
        doubts = tuple(reason for reason in reasons if reason in (Reason.CONFLICT, Reason.NO_MARGIN))
        status, reasons = Status.POSSIBLE, (Reason.TOO_SHORT, *doubts)
    return Identification(
        track=probe.id,
        status=status,
        person=best.person if status in (Status.IDENTIFIED, Status.POSSIBLE) else None,
        best=best,
        runner_up=runner_up,
        samples=len(probe.samples),
        samples_agreeing=evidence.agreeing,
        span_s=evidence.span_s,
        reasons=reasons,
    )


def _identify_next(
    probe: Probe,
    evidence: _Evidence,
    out: Collection[str],
    among: tuple[Gallery, LikenessScale],
    by: tuple[OperatingPoint, Bounds],
) -> Identification:
    """Return who it may be where whoever is most alike is ruled out: the next person, and possible at most.

    A face so like one person is no witness for another: siblings are alike to each other's templates.
    """
    (gallery, scale), (point, bounds) = among, by
    found = gallery.nearest(as_vectors([probe.embedding], scale.dimension), 2 + len(out))
    left = [rank for rank, place in enumerate(found.order[0]) if gallery.people[int(place)] not in out][:2]
    status = Status.UNKNOWN if can_be_judged(probe) else Status.NOT_EXAMINED
    if not left:
        return _nobody(probe, status, Reason.RULED_OUT)
    rest = replace(evidence, order=found.order[0, left], scores=found.scores[0, left], agreeing=0)
    best = _candidate(0, rest, gallery, scale, point)
    is_possible = float(rest.scores[0]) >= bounds.review
    return Identification(
        track=probe.id,
        status=Status.POSSIBLE if is_possible else status,
        person=best.person if is_possible else None,
        best=best,
        runner_up=_candidate(1, rest, gallery, scale, point) if len(left) > 1 else None,
        samples=len(probe.samples),
        samples_agreeing=rest.agreeing,
        span_s=rest.span_s,
        reasons=(Reason.RULED_OUT,),
    )


def _weigh(probes: Sequence[Probe], gallery: Gallery, scale: LikenessScale, bounds: Bounds) -> dict[int, _Evidence]:
    """Return what each probe that can be compared says, by its place; all of them are searched together."""
    compared = [place for place, probe in enumerate(probes) if can_raise_alarm(probe)]
    if not compared or not gallery.people or scale.singles is None:
        return {}
    found = gallery.nearest(as_vectors([probes[place].embedding for place in compared], scale.dimension), 2)
    samples = [sample for place in compared for sample in probes[place].samples]
    counts = [len(probes[place].samples) for place in compared]
    vectors = as_vectors([sample.embedding for sample in samples], scale.dimension)
    nearest = gallery.nearest(vectors, 1)
    own = np.repeat(found.order[:, 0], counts)
    best = nearest.scores[:, 0]
    # Of two people enrolled alike a sample is as near to the one as to the other.
    agrees = (nearest.order[:, 0] == own) | (gallery.scores_with(vectors, own) >= best)
    # A sample that is like nobody says nothing; one that is like somebody else contradicts.
    contradicts = ~agrees & (best >= bounds.review)
    ends = np.cumsum(counts)
    evidence = {}
    for row, (place, end, count) in enumerate(zip(compared, ends, counts, strict=True)):
        rows = slice(end - count, end)
        times = sorted(sample.at_s for sample in samples[rows])
        evidence[place] = _Evidence(
            order=found.order[row],
            scores=found.scores[row],
            agreeing=int(agrees[rows].sum()),
            contradicting=int(contradicts[rows].sum()),
            independent=count_independent(sorted(each.at_s for each in samples[rows] if _is_long_enough(each))),
            span_s=times[-1] - times[0] if times else 0.0,
        )
    return evidence


def count_independent(times_s: Sequence[float]) -> int:
    """Return how many of the ascending times are at least `INDEPENDENT_S` after the last one counted."""
    count, last = 0, -float("inf")
    for at_s in times_s:
        if at_s - last >= INDEPENDENT_S - 1e-6:
            count, last = count + 1, at_s
    return count


def _is_long_enough(sample: Sampled) -> bool:
    return not isinstance(sample, VoiceSample) or sample.speech_s >= INDEPENDENT_SPEECH_S


def _decide(evidence: _Evidence, bounds: Bounds) -> tuple[Status, tuple[Reason, ...]]:
    best = float(evidence.scores[0])
    if best < bounds.review:
        return Status.UNKNOWN, (Reason.BELOW_REVIEW,)
    if evidence.contradicting and evidence.agreeing < AGREEMENT * (evidence.agreeing + evidence.contradicting):
        return Status.POSSIBLE, (Reason.CONFLICT,)
    if len(evidence.scores) > 1 and best - float(evidence.scores[1]) < bounds.margin:
        return Status.POSSIBLE, (Reason.NO_MARGIN,)
    bound, why = _bound_for(evidence, bounds)
    if bound is None:
        return Status.POSSIBLE, (Reason.BEYOND_PROMISE,)
    if best < bound:
        below_all = bounds.block is not None and best < bounds.block
        return Status.POSSIBLE, (Reason.BELOW_BLOCK, why) if below_all else (why,)
    return Status.IDENTIFIED, (why,)


def _bound_for(evidence: _Evidence, bounds: Bounds) -> tuple[float | None, Reason]:
    if evidence.independent >= INDEPENDENT_SAMPLES:
        return bounds.block, Reason.SAMPLES_AGREE
    if evidence.independent > 1:
        return bounds.block_few, Reason.FEW_SAMPLES
    return bounds.block_single, Reason.SINGLE_PICTURE


def _candidate(
    rank: int, evidence: _Evidence, gallery: Gallery, scale: LikenessScale, point: OperatingPoint
) -> Candidate:
    assert scale.strictest is not None  # callers return before where there are no figures
    score = float(evidence.scores[rank])
    rate, capped = rate_at(scale.strictest, score)
    per_clip = rate_per_clip(rate, point.people, point.tracks)
    return Candidate(
        person=gallery.people[int(evidence.order[rank])],
        score=score,
        rate=max(per_clip, RAREST_CLAIM),
        rate_is_capped=capped or per_clip <= RAREST_CLAIM,
    )


def _nobody(probe: Probe, status: Status, reason: Reason) -> Identification:
    return Identification(
        track=probe.id,
        status=status,
        person=None,
        best=None,
        runner_up=None,
        samples=len(probe.samples),
        samples_agreeing=0,
        span_s=0.0,
        reasons=(reason,),
    )


def nobody_twice_at_once(probes: Sequence[AnyProbe], found: Sequence[Identification]) -> tuple[Identification, ...]:
    """Where two faces or two voices at once are taken for one person, keep the likelier and doubt the other.

    Panels and mirrors do show somebody twice, so the other stays `possible`; it adds nobody to the clip's people.
    """
    result = list(found)
    # Person by person: everybody is searched with one model, so that these scores may be compared.
    claims = [
        (item.best.person, -item.best.score, index)
        for index, item in enumerate(found)
        if item.status is Status.IDENTIFIED and item.best
    ]
    kept: list[int] = []
    for _person, _score, index in sorted(claims):
        rival = any(found[other].person == found[index].person and probes[other].meets(probes[index]) for other in kept)
        if rival:
            reasons = (Reason.TAKEN_IN_FRAME, *found[index].reasons)
            result[index] = replace(found[index], status=Status.POSSIBLE, reasons=reasons)
        else:
            kept.append(index)
    return tuple(result)
