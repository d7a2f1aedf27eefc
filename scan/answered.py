"""What was answered about somebody in a clip, found again in what is seen and heard of it now.

An answer names places, not tracks: other models or settings number, cut and join tracks otherwise
(docs/adr/0034-answers.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from countenance.answers import Answer, AnswerKind, Spot
from countenance.clearance import RememberedPerson
from countenance.decisions import ClipMark, counted
from countenance.identification import Identification, IdentificationReason, IdentificationStatus
from countenance.judgement import Declaration, FoundPerson, MatchKind
from countenance.observations import Box, FaceTrack, Observations, Speaker
from countenance.people import Modality, Person
from countenance.verdict import CheckResult, Finding
from scan.known import Known

MOMENT_STEP_S = 2.0
"""A track is remembered by a moment of so many seconds each: a face rarely leaves its own box sooner."""

MOST_MOMENTS = 8

CLOSE_S = 0.5
"""A detection this near counts as of the same moment: faces are looked for at least every quarter of a second."""

SAME_BOX = 0.3
"""Least overlap (intersection over union) of two boxes of one face. The same face by two detectors overlaps by half and
more, two heads side by side hardly at all; the bound is that of SORT (Bewley et al. 2016, IoU_min)."""

MOSTLY = 0.5
"""Share of the moments, or of the speech, that must be the answer's."""

_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class InForce:
    """The answers that count for one track or speaker.

    Attributes:
        who: the last that says who it is, or that nobody need be asked; None where none does.
        not_these: the answers by which it is not somebody, by the person's id.
    """

    who: Answer | None = None
    not_these: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """What counts for the tracks and speakers of a clip, by their ids; of whom nothing was answered is left out."""

    faces: Mapping[int, InForce] = field(default_factory=dict)
    voices: Mapping[int, InForce] = field(default_factory=dict)


NOTHING_ANSWERED = Answered()


def spots_of(result: CheckResult, finding: Finding) -> tuple[Spot, ...]:
    """Return where in its clip a finding's face or voice is; empty for findings about no one."""
    seen = result.observations
    tracks = [track for track in seen.tracks if track.id in finding.tracks]
    speakers = [speaker for speaker in seen.speakers if speaker.id in finding.speakers]
    return spots_at(tracks, speakers)


def spots_at(tracks: Iterable[FaceTrack], speakers: Iterable[Speaker]) -> tuple[Spot, ...]:
    """Return the places of some tracks and speakers: moments of each track, the turns of each speaker."""
    faces = [spot for track in tracks for spot in _moments(track)]
    voices = [
        Spot(modality=Modality.VOICE, start_s=turn.start_s, end_s=turn.end_s, stream=speaker.stream)
        for speaker in speakers
        for turn in speaker.turns
    ]
    return (*faces, *voices)


def mark_of(result: CheckResult) -> ClipMark:
    """Return what an answer about the clip is bound to; without the streams where nobody computed them."""
    return ClipMark(sha256=result.observations.clip.sha256, streams=result.streams)


def answers_about(
    clip: ClipMark, known: Known, others: Iterable[Answer] = ()
) -> tuple[tuple[Answer, ...], dict[str, Person]]:
    """Return what was answered about a clip, oldest first, and the people named who are known.

    Args:
        clip: its mark.
        known: its decisions are those on record.
        others: about any clip, that no registry keeps.
    """
    about = [*known.decisions.about(clip).answers, *(one for one in others if one.clip.is_same_clip(clip))]
    people = known.find({one.person for one in about if one.person})
    # Somebody who turned out to be another person is named by that person's id.
    named = [replace(one, person=people[one.person].id) if one.person in people else one for one in about]
    return in_order(named), {person.id: person for person in people.values()}


def in_order(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return answers as they were given, the oldest first."""
    return tuple(sorted(answers, key=lambda one: (one.at, counted(one.id))))


def answered(observations: Observations, answers: Sequence[Answer]) -> Answered:
    """Return what counts for each track and speaker.

    Args:
        observations: of the clip.
        answers: about it, the oldest first.
    """
    if not answers:
        return NOTHING_ANSWERED
    faces, voices = {}, {}
    for track in observations.tracks:
        told = [one for one in answers if shows(one.spots, track)]
        if told:
            faces[track.id] = in_force(told)
    for speaker in observations.speakers:
        others = [one for one in observations.speakers if one is not speaker and one.stream == speaker.stream]
        told = [one for one in answers if sounds(one.spots, speaker, others)]
        if told:
            voices[speaker.id] = in_force(told)
    return Answered(faces, voices)


def in_force(answers: Iterable[Answer]) -> InForce:
    """Return which of the answers about one face or voice count, the oldest first.

    The last that says who it is counts; that it is not somebody counts for each person until the opposite is said.
    """
    who: Answer | None = None
    not_these: dict[str, Answer] = {}
    for one in answers:
        if one.kind is AnswerKind.NOT_THIS:
            not_these[one.person] = one
            if who is not None and who.kind is AnswerKind.THIS_IS and who.person == one.person:
                who = None
        else:
            who = one
            if one.kind is AnswerKind.THIS_IS:
                not_these.pop(one.person, None)
    return InForce(who, not_these)


def ruled_out(told: Mapping[int, InForce]) -> dict[int, frozenset[str]]:
    """Return of each track or speaker whom it is not, by what was answered."""
    return {number: frozenset(one.not_these) for number, one in told.items() if one.not_these}


def named_by_answer(
    identifications: Iterable[Identification], told: Mapping[int, InForce], people: Collection[str]
) -> tuple[Identification, ...]:
    """Return the identifications with those whom the user named, as far as they are among `people`."""
    return tuple(_named(one, told.get(one.track, InForce()).who, people) for one in identifications)


def shows(spots: Iterable[Spot], track: FaceTrack) -> bool:
    """Return whether a track is the face at some spots: at most of their moments that it lasts through.

    A track so short that no moment falls into it is compared with where the face was between two of them.
    """
    seen = [(one.at_s, one.box) for one in track.detections]
    return bool(seen) and _is_shown(spots, (track.start_s, track.end_s), seen)


def sounds(spots: Iterable[Spot], speaker: Speaker, others: Sequence[Speaker] = ()) -> bool:
    """Return whether a speaker is the voice at some spots.

    Most of what the speaker says alone must lie there, or the two must be the same stretches for the most part: a word
    thrown in while somebody else speaks lies within that person's turns, and is not their voice.

    Args:
        spots: of an answer.
        speaker: of the clip.
        others: the other speakers of the same stream.
    """
    there = [
        (spot.start_s, spot.end_s)
        for spot in spots
        if spot.modality is Modality.VOICE and spot.stream in (None, speaker.stream)
    ]
    said = [(turn.start_s, turn.end_s) for turn in speaker.turns]
    if _are_the_same(said, there):
        return True
    alone = _without(said, [(turn.start_s, turn.end_s) for other in others for turn in other.turns])
    return bool(alone) and _length(_common(alone, there)) >= MOSTLY * _length(alone)


def with_answers_since(one: RememberedPerson, answers: Sequence[Answer], people: Collection[str]) -> RememberedPerson:
    """Return somebody of a kept check as what is answered about the clip now has it.

    Args:
        one: as kept, with the answers of then.
        answers: about the clip, of those that the registry keeps, the oldest first.
        people: ids of everybody there.
    """
    nobody = FoundPerson(person=None, modality=one.found.modality, match=MatchKind.NONE)
    if one.answer and one.answer not in {each.id for each in answers}:
        # Taken back; who else it might be, nobody compares any more.
        one = replace(one, found=nobody, settled=False, answer="")
    told = in_force(each for each in answers if _are_at(each.spots, one.spots))
    if one.found.person in told.not_these:
        one = replace(one, found=nobody)
    if told.who is None:
        return one
    if told.who.kind is AnswerKind.THIS_IS:
        by_hand = replace(nobody, person=told.who.person, match=MatchKind.TAGGED)
        return replace(one, found=by_hand, settled=False) if told.who.person in people else one
    if one.found.person is not None:
        return one
    invented = told.who.kind is AnswerKind.INVENTED
    found = replace(nobody, declared=Declaration.SYNTHETIC) if invented else nobody
    return replace(one, found=found, settled=True)


def _named(one: Identification, who: Answer | None, people: Collection[str]) -> Identification:
    if who is None or who.kind is not AnswerKind.THIS_IS or who.person not in people:
        return one
    # How alike somebody else would have been says nothing any more, nor does it that they are not alike.
    best = one.best if one.person == who.person else None
    return replace(
        one,
        status=IdentificationStatus.IDENTIFIED,
        person=who.person,
        best=best,
        runner_up=one.runner_up if best is not None else None,
        reasons=(IdentificationReason.NAMED_BY_USER,),
    )


def _moments(track: FaceTrack) -> list[Spot]:
    """Return the best detection of each equal part of a track."""
    count = min(MOST_MOMENTS, max(1, round((track.end_s - track.start_s) / MOMENT_STEP_S)), len(track.detections))
    chosen = [
        max(
            track.detections[len(track.detections) * part // count : len(track.detections) * (part + 1) // count],
            key=lambda one: one.quality,
        )
        for part in range(count)
    ]
    return [
        Spot(modality=Modality.FACE, start_s=track.start_s, end_s=track.end_s, at_s=one.at_s, box=one.box)
        for one in chosen
    ]


_Span = tuple[float, float]
_Path = list[tuple[float, Box]]


def _paths(spots: Iterable[Spot]) -> dict[_Span, _Path]:
    """Return the moments of each face track that was remembered, in order of time, by the track's stretch."""
    paths: dict[_Span, _Path] = {}
    for spot in spots:
        if spot.modality is Modality.FACE and spot.at_s is not None and spot.box is not None:
            paths.setdefault((spot.start_s, spot.end_s), []).append((spot.at_s, spot.box))
    return {stretch: sorted(path, key=lambda moment: moment[0]) for stretch, path in paths.items()}


def _is_shown(spots: Iterable[Spot], stretch: _Span, seen: _Path) -> bool:
    """Return whether a face that is seen in a stretch of time, at some moments, is the one at some spots."""
    start_s, end_s = stretch
    # Before or after a cut another face may be at the very same place: only what was there at the same time counts.
    meeting = [spot for spot in spots if spot.start_s <= end_s and start_s <= spot.end_s]
    return any(_is_along(stretch, seen, path) for path in _paths(meeting).values())


def _is_along(stretch: _Span, seen: _Path, path: _Path) -> bool:
    within = [moment for moment in path if stretch[0] - CLOSE_S <= moment[0] <= stretch[1] + CLOSE_S]
    if within:
        # Two faces that were answered together and last equally long are one path: each moment counts once.
        hits = {at_s for at_s, box in within if _overlaps(_box_at(seen, at_s), box)}
        return len(hits) >= MOSTLY * len({at_s for at_s, _box in within})
    between = [(at_s, box) for at_s, box in seen if path[0][0] <= at_s <= path[-1][0]]
    hits = {at_s for at_s, box in between if _overlaps(_box_at(path, at_s), box)}
    return bool(hits) and len(hits) >= MOSTLY * len(seen)


def _are_at(spots: Sequence[Spot], others: Sequence[Spot]) -> bool:
    """Return whether an answer's spots are those of somebody remembered by spots of their own, for the most part."""
    faces = [_is_shown(spots, stretch, seen) for stretch, seen in _paths(others).items()]
    if faces:
        return sum(faces) >= MOSTLY * len(faces)
    streams = {spot.stream for spot in others}
    said, there = (
        [(spot.start_s, spot.end_s) for spot in some if spot.modality is Modality.VOICE and spot.stream in streams]
        for some in (others, spots)
    )
    return _are_the_same(said, there)


def _are_the_same(some: Sequence[_Span], others: Sequence[_Span]) -> bool:
    common = _length(_common(some, others))
    return common > 0 and common >= MOSTLY * (_length(some) + _length(others) - common)


def _box_at(path: Sequence[tuple[float, Box]], at_s: float) -> Box:
    """Return where a face is at a moment, in a straight line between the two moments around it."""
    before = [moment for moment in path if moment[0] <= at_s]
    after = [moment for moment in path if moment[0] >= at_s]
    if not before or not after:
        return (before[-1] if before else after[0])[1]
    (start_s, first), (end_s, second) = before[-1], after[0]
    part = (at_s - start_s) / (end_s - start_s) if end_s - start_s > _NEAR else 0.0

    def between(one: float, other: float) -> float:
        return one + part * (other - one)

    return Box(
        x=between(first.x, second.x),
        y=between(first.y, second.y),
        width=between(first.width, second.width),
        height=between(first.height, second.height),
    )


def _overlaps(one: Box, other: Box) -> bool:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return False
    both = width * height
    return both >= SAME_BOX * (one.width * one.height + other.width * other.height - both)


def _joined(spans: Iterable[_Span]) -> list[_Span]:
    joined: list[_Span] = []
    for start_s, end_s in sorted(spans):
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((start_s, end_s))
    return joined


def _common(some: Iterable[_Span], others: Iterable[_Span]) -> list[_Span]:
    theirs = _joined(others)
    spans = [(max(a, c), min(b, d)) for a, b in _joined(some) for c, d in theirs]
    return [(start_s, end_s) for start_s, end_s in spans if start_s < end_s]


def _without(some: Iterable[_Span], others: Iterable[_Span]) -> list[_Span]:
    left = _joined(some)
    for start_s, end_s in _joined(others):
        left = [
            span for a, b in left for span in ((a, min(b, start_s)), (max(a, end_s), b)) if span[1] - span[0] > _NEAR
        ]
    return left


def _length(spans: Iterable[_Span]) -> float:
    return sum(end_s - start_s for start_s, end_s in _joined(spans))
