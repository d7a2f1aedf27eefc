"""Who is in a clip: recognised people by name, then the unknown gathered by likeness, faces and voices apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countenance.identification import Identification, IdentificationStatus
from countenance.judgement import FoundPerson, MatchKind
from countenance.observations import FaceTrack, NotExamined, Observations, Speaker
from countenance.packs import LikenessScale, PackCard
from countenance.people import Modality
from countenance.verdict import TimeRange
from scan.identify import AnyProbe, can_be_judged
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
    """

    found: FoundPerson
    tracks: tuple[FaceTrack, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    best: Identification
    prominent: bool

    @property
    def modality(self) -> Modality:
        """Whether it is a face or a voice."""
        return self.found.modality[0]

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
    observations: Observations, identifications: Sequence[Identification], card: PackCard
) -> list[Somebody]:
    """Return everybody whose face is seen: recognised people by id, then the unknown."""
    prominent = prominent_tracks(observations.tracks, observations.clip)
    return [
        Somebody(
            found=found,
            tracks=tuple(group),
            best=best,
            prominent=found.person is not None or any(track.id in prominent for track in group),
        )
        for found, group, best in _gathered(observations.tracks, identifications, card.face, Modality.FACE)
    ]


def voices_found(
    observations: Observations, identifications: Sequence[Identification], card: PackCard
) -> list[Somebody]:
    """Return everybody whose voice is heard: recognised people by id, then the unknown.

    Voices that could not be judged are one entry: interjections that nobody can tell apart are one question.
    """
    scale = card.voice or LikenessScale(pack=card.name, dimension=0)
    return [
        Somebody(
            found=found,
            speakers=tuple(group),
            best=best,
            prominent=found.person is not None or is_prominent_voice(group, observations.sound),
        )
        for found, group, best in _gathered(observations.speakers, identifications, scale, Modality.VOICE)
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


def _gathered(
    probes: Sequence[AnyProbe], identifications: Sequence[Identification], scale: LikenessScale, modality: Modality
) -> list[tuple[FoundPerson, list[AnyProbe], Identification]]:
    by_id = {probe.id: probe for probe in probes}
    by_person: dict[str, list[Identification]] = {}
    for item in identifications:
        if item.person is not None:
            by_person.setdefault(item.person, []).append(item)
    people = []
    for person, items in sorted(by_person.items()):
        best = min(items, key=_surest_first)
        strong = best.status is IdentificationStatus.IDENTIFIED
        found = FoundPerson(
            person=person, modality=(modality,), match=MatchKind.STRONG if strong else MatchKind.POSSIBLE
        )
        people.append((found, [by_id[item.track] for item in items], best))
    rest = {item.track: item for item in identifications if item.person is None}
    nobody = FoundPerson(person=None, modality=(modality,), match=MatchKind.NONE)
    unnamed = [probe for probe in probes if probe.id in rest]
    people += [
        (nobody, group, min((rest[probe.id] for probe in group), key=_surest_first))
        for group in _unknown_groups(unnamed, scale, modality)
    ]
    return people


def _unknown_groups(unnamed: Sequence[AnyProbe], scale: LikenessScale, modality: Modality) -> list[list[AnyProbe]]:
    if modality is Modality.FACE:
        return gather_unknowns(unnamed, scale, modality)
    brief = [probe for probe in unnamed if not can_be_judged(probe)]
    groups = gather_unknowns([probe for probe in unnamed if can_be_judged(probe)], scale, modality)
    return [*groups, brief] if brief else groups


def _surest_first(item: Identification) -> tuple[int, float]:
    order = list(IdentificationStatus)
    return order.index(item.status), -(item.best.score if item.best else -float("inf"))
