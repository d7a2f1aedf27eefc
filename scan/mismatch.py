"""The face of one person with the voice of another: an alarm only where one face and one voice are all there is.

Without evidence of who speaks, a narrator, an interviewer or somebody off screen would raise it all the time. So it
asks for one face that is there while the one voice speaks, and for speech that fills a fair part of the time the face
is seen. A face whose mouth keeps as still as a photograph's speaks to nobody; that a mouth moves does not show that it
speaks (docs/adr/0022-mismatch.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countenance.identification import Candidate, Identification, IdentificationReason, OperatingPoint
from countenance.judgement import Judgement, JudgementKind
from countenance.observations import FaceTrack, Observations, PictureCoverage
from countenance.people import Modality, Person
from countenance.verdict import Finding, FindingKind, Severity, TimeRange
from reports.mismatch_words import mismatch_texts
from scan.people_found import Somebody, merge_ranges
from scan.prominence import prominent_tracks

FACE_DURING_SPEECH = 0.8
"""Share of the speech during which the face must be seen: a voice-over goes on while the picture shows other things."""

SPEECH_DURING_FACE = 0.15
"""Share of the face's time that speech must fill: a word over a long picture of somebody is nobody's speech."""

OTHER_VOICES = 0.1
"""Most speech of other voices, as a share of this one's: a question from behind the camera is already two voices."""

FACE_JOIN_S = 1.0
"""A face lost for less than this was there all the time."""

STILL_MOUTH = 1.0
"""Below this motion a mouth is a photograph's: 97 % of them lie below, and 4 % of faces that speak."""

_ALLOWED = frozenset({JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES, JudgementKind.CLEAR})


@dataclass(frozen=True, slots=True)
class Judged:
    """Somebody of the clip and what consent says of them."""

    somebody: Somebody
    judgement: Judgement


def mismatch_findings(
    observations: Observations,
    people: Sequence[Judged],
    registry: Mapping[str, Person],
    voice_point: OperatingPoint | None,
) -> list[Finding]:
    """Return the finding that one person's face speaks with another's voice; none where nothing shows it.

    Args:
        observations: of the clip.
        people: all faces and voices of the clip, judged.
        registry: person id to person, for the names.
        voice_point: what voices were judged by.
    """
    faces = [each for each in people if each.somebody.modality is Modality.FACE]
    voices = [each for each in people if each.somebody.modality is Modality.VOICE]
    face = _the_face(observations, faces)
    voice = _the_voice(voices)
    if face is None or voice is None or not _are_two_people(face.somebody, voice.somebody, voice_point):
        return []
    if face.judgement.kind in _ALLOWED and voice.judgement.kind in _ALLOWED:
        return []
    together = _together(face.somebody, voice.somebody, observations.picture)
    return [_finding(face.somebody, voice.somebody, registry, together)] if together else []


def _the_face(observations: Observations, faces: Sequence[Judged]) -> Judged | None:
    """Return the one face, where it is somebody recognised; people in the background speak to nobody."""
    prominent = prominent_tracks(observations.tracks, observations.clip)
    seen = [each for each in faces if each.somebody.prominent]
    if len(seen) != 1 or not any(track.id in prominent for track in seen[0].somebody.tracks):
        return None
    return seen[0] if seen[0].somebody.found.person is not None else None


def _that_may_speak(tracks: Sequence[FaceTrack]) -> list[FaceTrack]:
    """Return the tracks of one person whose mouth is not known to keep still.

    Where every track that can be told is a photograph, the brief ones that cannot be told are photographs too.
    """
    told = [track.mouth_motion for track in tracks if track.mouth_motion is not None]
    if told and max(told) < STILL_MOUTH:
        return []
    return [track for track in tracks if track.mouth_motion is None or track.mouth_motion >= STILL_MOUTH]


def _the_voice(voices: Sequence[Judged]) -> Judged | None:
    """Return the one voice of the clip, where it is somebody recognised."""
    if not voices:
        return None
    main = max(voices, key=_speech_s)
    others = [each for each in voices if each is not main]
    recognised = [each for each in others if each.somebody.found.person is not None]
    if recognised or sum(map(_speech_s, others)) > OTHER_VOICES * _speech_s(main):
        return None
    return main if main.somebody.found.person is not None else None


def _speech_s(voice: Judged) -> float:
    return sum(speaker.speech_s for speaker in voice.somebody.speakers)


def _are_two_people(face: Somebody, voice: Somebody, voice_point: OperatingPoint | None) -> bool:
    """Return whether neither could be the other: what almost sounds or looks like the other says nothing."""
    seen, heard = face.found.person, voice.found.person
    if seen == heard:
        return False
    second = voice.best.runner_up
    sounds_like_both = second is not None and second.person == seen and _is_possible(second, voice_point)
    return not sounds_like_both and not _is_undecided(voice.best, seen) and not _is_undecided(face.best, heard)


def _is_possible(candidate: Candidate, point: OperatingPoint | None) -> bool:
    return point is not None and candidate.rate <= point.review_fpir


def _is_undecided(item: Identification, between: str | None) -> bool:
    second = item.runner_up
    return second is not None and second.person == between and IdentificationReason.NO_MARGIN in item.reasons


def _together(face: Somebody, voice: Somebody, picture: PictureCoverage) -> tuple[TimeRange, ...]:
    """Return where face and voice are there at once; empty where they only happen to be in one clip.

    Sound often outlasts the picture, or begins before it: what is said then is said over no picture, not over another.
    """
    speaking = _that_may_speak(face.tracks)
    if IdentificationReason.TOO_SHORT in voice.best.reasons:
        # So few words are no voice by themselves; with a mouth that moves they are.
        speaking = [track for track in speaking if track.mouth_motion is not None]
    seen = merge_ranges([(track.start_s, track.end_s) for track in speaking], FACE_JOIN_S)
    spoken = [
        (max(turn.start_s, picture.begins_s), min(turn.end_s, picture.duration_s))
        for speaker in voice.speakers
        for turn in speaker.turns
    ]
    heard = merge_ranges([(start_s, end_s) for start_s, end_s in spoken if start_s < end_s], join_s=0.0)
    both = _common(seen, heard)
    enough = _length(both) >= FACE_DURING_SPEECH * _length(heard) and _length(both) >= SPEECH_DURING_FACE * _length(
        seen
    )
    return merge_ranges((each.start_s, each.end_s) for each in both) if enough else ()


def _common(some: Sequence[TimeRange], others: Sequence[TimeRange]) -> list[TimeRange]:
    spans = [(max(a.start_s, b.start_s), min(a.end_s, b.end_s)) for a in some for b in others]
    return [TimeRange(start_s=start_s, end_s=end_s) for start_s, end_s in spans if start_s < end_s]


def _length(ranges: Sequence[TimeRange]) -> float:
    return sum(each.end_s - each.start_s for each in ranges)


def _finding(face: Somebody, voice: Somebody, registry: Mapping[str, Person], ranges: tuple[TimeRange, ...]) -> Finding:
    seen, heard = face.found.person, voice.found.person
    assert seen is not None
    assert heard is not None
    name, voice_name = registry[seen].display_name, registry[heard].display_name
    texts = mismatch_texts(face.best, voice.best, face_name=name, voice_name=voice_name)
    return Finding(
        kind=FindingKind.MISMATCH,
        severity=Severity.REVIEW,
        person=seen,
        name=name,
        tracks=tuple(track.id for track in face.tracks),
        speakers=tuple(speaker.id for speaker in voice.speakers),
        ranges=ranges,
        judgement=None,
        identification=face.best,
        voice_of=heard,
        voice_identification=voice.best,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=mismatch_texts(face.best, voice.best),
    )
