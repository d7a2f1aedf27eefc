"""People enrolled with several models: each is searched with the model of their templates, and judged by its figures.

Scores of different models have nothing to do with each other and are never compared. What models say of one face is
weighed by rates, which mean the same of every model: the share of strangers' clips that would look so alike to anybody
searched, whichever models they are searched with (docs/adr/0043-several-models-at-once.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from countenance.identification import (
    Candidate,
    Identification,
    IdentificationReason,
    IdentificationStatus,
    OperatingPoint,
)
from countenance.observations import EmbeddedAgain, FaceTrack, Observations, Speaker
from countenance.people import Modality
from countenance.searching import NotSearched, WhyNot
from scan.identify import (
    NOBODY_RULED_OUT,
    JudgedProbe,
    can_compare,
    judge_probes,
    nobody_twice_at_once,
    point_for,
)
from scan.known import Search
from scan.operating import Promise
from scan.probes import AnyProbe

CLEARLY_RARER = 10.0
"""So many times rarer the likeness to one person must be than that to somebody searched with another model: one decade
of the rate, which is what the margin to a runner-up of the same model spans."""

ByModel = Mapping[str, Sequence[AnyProbe]]
"""Tracks, or speakers, as each model embeds them; the pack's own under the empty name."""

_ALARMS = (IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE)


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the tracks, or speakers, of a clip are.

    Attributes:
        found: one for each, in order.
        points: what they were judged by, model by model, the pack's own first; none where nobody was compared.
    """

    found: tuple[Identification, ...]
    points: tuple[OperatingPoint, ...]


def faces_by_model(observations: Observations) -> dict[str, tuple[FaceTrack, ...]]:
    """Return a clip's tracks as each model that embedded them does."""
    tracks = observations.tracks
    return {"": tracks} | {
        each.model: tuple(_track(*pair) for pair in zip(tracks, each.embedded, strict=True))
        for each in observations.further_faces
    }


def voices_by_model(observations: Observations) -> dict[str, tuple[Speaker, ...]]:
    """Return a clip's speakers as each model that embedded them does."""
    speakers = observations.speakers
    return {"": speakers} | {
        each.model: tuple(_speaker(*pair) for pair in zip(speakers, each.embedded, strict=True))
        for each in observations.further_voices
    }


def searched_in(searches: Sequence[Search], probes: ByModel[AnyProbe]) -> tuple[Search, ...]:
    """Return the searches whose model embedded the clip: it may have been examined before anybody was enrolled so."""
    return tuple(one for one in searches if one.model in probes)


def not_run(searches: Sequence[Search], probes: ByModel[AnyProbe]) -> tuple[NotSearched, ...]:
    """Return whom nobody could look for in a clip, because it was examined without the model of their templates."""
    if not probes[""]:
        return ()
    return tuple(
        NotSearched(one.model, one.gallery.people, WhyNot.NOT_RUN) for one in searches if one.model not in probes
    )


def can_compare_any(probes: ByModel[AnyProbe], searches: Sequence[Search]) -> bool:
    """Return whether anybody is compared at all, with any of the models."""
    return any(can_compare(probes[one.model], one.gallery, one.scale) for one in searches)


def identify_each(
    probes: ByModel[AnyProbe],
    searches: Sequence[Search],
    promise: Promise,
    modality: Modality = Modality.FACE,
    *,
    ruled_out: Mapping[int, Collection[str]] = NOBODY_RULED_OUT,
) -> Identified:
    """Return who the tracks or speakers are, each person compared with the one model of their templates.

    Args:
        probes: of one clip, in one order, by model.
        searches: the pack's own first; nobody is in two of them, and each one's model embedded the probes.
        promise: how many strangers' clips may raise an alarm; people of all models together count.
        modality: whether they are faces or voices.
        ruled_out: by the id of a probe, ids of people it is not, whatever it looks or sounds like.
    """
    people = sum(len(one.gallery.people) for one in searches if one.scale.singles is not None)
    judged, points = [], []
    for one in searches:
        # Whom no figures say anything about is compared with nobody, and takes no share of the promise.
        count = people if one.scale.singles is not None else len(one.gallery.people)
        point = point_for(probes[""], one.scale, promise, count)
        said = judge_probes(probes[one.model], one.gallery, one.scale, point, modality, ruled_out=ruled_out)
        judged.append(_with_model(one, said))
        points += [point] if one.gallery.people else []
    # All of them together keep what the least of them promises: that is told of each.
    kept = max((point.review_fpir for point in points), default=0.0)
    points = [replace(point, review_fpir=kept) for point in points]
    found = [weigh(said) for said in zip(*judged, strict=True)]
    return Identified(nobody_twice_at_once(probes[""], found), tuple(points))


def weigh(said: Sequence[JudgedProbe]) -> Identification:
    """Return whom one probe is taken for by all models together; each names other people.

    The rarest likeness decides. Where another model names somebody too and that is not clearly rarer, both remain
    possible; so does whoever is no more alike than somebody ruled out by the user.
    """
    if len(said) == 1:
        return said[0].found
    found = [one.found for one in said]
    compared = [one for one in found if one.best is not None]
    if not compared:
        return min(found, key=_most_telling)
    best, *others = sorted(compared, key=_rarest_first)
    assert best.best is not None  # as asked for above
    if best.status not in _ALARMS:
        return best
    # Whoever it is not, as the user said, is no rival; yet a face so like them is no witness for another.
    told = [one.not_this for one in said if one.not_this is not None and one.found.model != best.model]
    if any(not _is_clearly_rarer(best.best, candidate, by=1.0) for candidate in told):
        return _doubted(best, IdentificationReason.RULED_OUT)
    rivals = [one.best for one in others if one.status in _ALARMS and one.best is not None]
    close = [rival for rival in rivals if not _is_clearly_rarer(best.best, rival)]
    return replace(_doubted(best, IdentificationReason.NO_MARGIN), runner_up=close[0]) if close else best


def _with_model(search: Search, judged: Sequence[JudgedProbe]) -> list[JudgedProbe]:
    if not search.model:
        return list(judged)
    return [replace(one, found=replace(one.found, model=search.model)) for one in judged]


def _doubted(item: Identification, reason: IdentificationReason) -> Identification:
    doubts = () if item.status is IdentificationStatus.IDENTIFIED else item.reasons
    return replace(item, status=IdentificationStatus.POSSIBLE, reasons=tuple(dict.fromkeys((*doubts, reason))))


def _is_clearly_rarer(one: Candidate, other: Candidate, *, by: float = CLEARLY_RARER) -> bool:
    """Return whether one likeness is rarer by a factor for certain: a capped rate may in truth be any rarer one."""
    return one.rate * by <= other.rate and not other.rate_is_capped


def _rarest_first(item: Identification) -> tuple[float, bool, int]:
    assert item.best is not None  # only who was compared is ordered
    # Of equal rates the capped one is in truth the rarer; the surer of two capped ones is looked at first.
    return item.best.rate, not item.best.rate_is_capped, list(IdentificationStatus).index(item.status)


def _most_telling(item: Identification) -> bool:
    """Put first what was not for want of anybody enrolled with that model."""
    return IdentificationReason.NOBODY_ENROLLED in item.reasons


def _track(track: FaceTrack, again: EmbeddedAgain) -> FaceTrack:
    pairs = zip(track.samples, again.samples, strict=True)
    samples = tuple(replace(sample, embedding=embedding) for sample, embedding in pairs)
    return replace(track, samples=samples, embedding=again.embedding)


def _speaker(speaker: Speaker, again: EmbeddedAgain) -> Speaker:
    pairs = zip(speaker.samples, again.samples, strict=True)
    samples = tuple(replace(sample, embedding=embedding) for sample, embedding in pairs)
    return replace(speaker, samples=samples, embedding=again.embedding)
