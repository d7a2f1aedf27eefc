"""Who is in a clip: recognised people by name, then the unknown gathered by likeness, faces and voices apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from countenance.answers import Answer, AnswerKind
from countenance.identification import Identification, IdentificationReason, IdentificationStatus
from countenance.judgement import Declaration, FoundPerson, MatchKind
from countenance.observations import FaceTrack, NotExamined, Observations, Speaker
from countenance.packs import LikenessScale, PackCard
from countenance.people import Modality
from countenance.verdict import TimeRange
from scan.answered import NOTHING_ANSWERED, Answered, InForce, in_order
from scan.probes import AnyProbe, can_be_judged
from scan.prominence import is_prominent_voice, prominent_tracks
from scan.unknowns import gather_unknowns

JOIN_S = 0.5
"""Ranges closer than this are shown as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """One person's face or voice in the clip, recognised or not, with what shows it.

    Attributes:
        tracks: the face tracks; none for a voice.
        speakers: the speakers; none for a face.
        best: the surest identification of these.
        prominent: whether an unknown face is large and long enough, or a voice is heard long enough, to ask about.
        settled: the answer by which nobody need be asked about somebody unknown; None where none is given.
        answers: everything that was answered about it and counts, or would if nobody else were recognised; the oldest
            first.
    """

    found: FoundPerson
    tracks: tuple[FaceTrack, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    best: Identification
    prominent: bool
    settled: Answer | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def modality(self) -> Modality:
        """Whether it is a face or a voice."""
        return self.found.modality[0]

    @property
    def named(self) -> Answer | None:
        """The answer that says who it is, where it counts; the last of several."""
        by_hand = [one for one in self.answers if one.kind is AnswerKind.THIS_IS and one.person == self.found.person]
        return by_hand[-1] if by_hand else None

    @property
    def asked_about(self) -> bool:
        """Whether somebody unknown is worth a question that nobody has answered yet."""
        return self.prominent and self.settled is None

    @property
    def not_examined(self) -> NotExamined | None:
        """Why it could not be judged; None where it could."""
        shown: tuple[FaceTrack | Speaker, ...] = (*self.tracks, *self.speakers)
        return next(each.not_examined for each in shown if each.id == self.best.track)

    @property
    def ranges(self) -> tuple[TimeRange, ...]:
        """Where it is seen or heard, ascending, close neighbours joined."""
        spans = [(track.start_s, track.end_s) for track in self.tracks]
        spans += [(turn.start_s, turn.end_s) for speaker in self.speakers for turn in speaker.turns]
        return merge_ranges(spans)


def faces_found(
    observations: Observations,
    identifications: Sequence[Identification],
    card: PackCard,
    told: Answered = NOTHING_ANSWERED,
) -> list[Somebody]:
    """Return everybody whose face is seen: recognised people by id, then the unknown."""
    prominent = prominent_tracks(observations.tracks, observations.clip)
    return [
        Somebody(
            found=each.found,
            tracks=tuple(each.probes),
            best=each.best,
            prominent=each.found.person is not None or any(track.id in prominent for track in each.probes),
            settled=each.settled,
            answers=_answers(each, told.faces),
        )
        for each in _gathered(observations.tracks, identifications, card.face, Modality.FACE, told.faces)
    ]


def voices_found(
    observations: Observations,
    identifications: Sequence[Identification],
    card: PackCard,
    told: Answered = NOTHING_ANSWERED,
) -> list[Somebody]:
    """Return everybody whose voice is heard: recognised people by id, then the unknown.

    Voices that could not be judged are one entry: interjections that nobody can tell apart are one question.
    """
    scale = card.voice or LikenessScale(pack=card.name, dimension=0)
    return [
        Somebody(
            found=each.found,
            speakers=tuple(each.probes),
            best=each.best,
            prominent=each.found.person is not None or is_prominent_voice(each.probes, observations.sound),
            settled=each.settled,
            answers=_answers(each, told.voices),
        )
        for each in _gathered(observations.speakers, identifications, scale, Modality.VOICE, told.voices)
    ]


def merge_ranges(spans: Iterable[tuple[float, float]], join_s: float = JOIN_S) -> tuple[TimeRange, ...]:
    """Return spans (start, end), in seconds and any order, as ranges, ascending, close neighbours joined."""
    merged: list[TimeRange] = []
    for start_s, end_s in sorted(spans):
        if merged and start_s - merged[-1].end_s <= join_s:
            last = merged.pop()
            merged.append(TimeRange(start_s=last.start_s, end_s=max(last.end_s, end_s)))
        else:
            merged.append(TimeRange(start_s=start_s, end_s=end_s))
    return tuple(merged)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered(Generic[AnyProbe]):
    found: FoundPerson
    probes: list[AnyProbe]
    best: Identification
    settled: Answer | None = None


def _gathered(
    probes: Sequence[AnyProbe],
    identifications: Sequence[Identification],
    scale: LikenessScale,
    modality: Modality,
    told: Mapping[int, InForce],
) -> list[_Gathered[AnyProbe]]:
    by_id = {probe.id: probe for probe in probes}
    by_person: dict[str, list[Identification]] = {}
    for item in identifications:
        if item.person is not None:
            by_person.setdefault(item.person, []).append(item)
    people = [
        _Gathered(
            found=FoundPerson(person=person, modality=(modality,), match=_match(items)),
            probes=[by_id[item.track] for item in items],
            best=min(items, key=_surest_first),
        )
        for person, items in sorted(by_person.items())
    ]
    rest = {item.track: item for item in identifications if item.person is None}
    nobody = FoundPerson(person=None, modality=(modality,), match=MatchKind.NONE)
    for settled, unnamed in _by_answer([probe for probe in probes if probe.id in rest], told):
        invented = settled is not None and settled.kind is AnswerKind.INVENTED
        people += [
            _Gathered(
                found=replace(nobody, declared=Declaration.SYNTHETIC) if invented else nobody,
                probes=group,
                best=min((rest[probe.id] for probe in group), key=_surest_first),
                settled=settled,
            )
            for group in _unknown_groups(unnamed, scale, modality)
        ]
    return people


def _match(items: Sequence[Identification]) -> MatchKind:
    """Return how firmly somebody is recognised; named by hand they need no template."""
    if any(IdentificationReason.NAMED_BY_USER in item.reasons for item in items):
        return MatchKind.TAGGED
    is_identified = any(item.status is IdentificationStatus.IDENTIFIED for item in items)
    return MatchKind.STRONG if is_identified else MatchKind.POSSIBLE


def _by_answer(
    unnamed: Sequence[AnyProbe], told: Mapping[int, InForce]
) -> Iterable[tuple[Answer | None, list[AnyProbe]]]:
    """Yield those about whom nothing is settled, then those whom each answer settles: they are never gathered."""
    by_answer: dict[Answer | None, list[AnyProbe]] = {None: []}
    for probe in unnamed:
        who = told.get(probe.id, InForce()).who
        settled = who if who is not None and who.kind is not AnswerKind.THIS_IS else None
        by_answer.setdefault(settled, []).append(probe)
    return by_answer.items()


def _answers(each: _Gathered[AnyProbe], told: Mapping[int, InForce]) -> tuple[Answer, ...]:
    here = [told[probe.id] for probe in each.probes if probe.id in told]
    every = [one.who for one in here if one.who is not None] + [no for one in here for no in one.not_these.values()]
    return in_order(dict.fromkeys(every))


def _unknown_groups(unnamed: Sequence[AnyProbe], scale: LikenessScale, modality: Modality) -> list[list[AnyProbe]]:
    if modality is Modality.FACE:
        return gather_unknowns(unnamed, scale, modality)
    brief = [probe for probe in unnamed if not can_be_judged(probe)]
    groups = gather_unknowns([probe for probe in unnamed if can_be_judged(probe)], scale, modality)
    return [*groups, brief] if brief else groups


def _surest_first(item: Identification) -> tuple[int, float, str, float]:
    order = list(IdentificationStatus)
    if item.best is None:
        return order.index(item.status), float("inf"), item.model, 0.0
    # Rates mean the same of every model; scores tell apart what lies beyond the figures of one.
    return order.index(item.status), item.best.rate, item.model, -item.best.score
