"""Enrolment: what is taken from a file or refused, and the faces that are good enough to recognise somebody by.

Photos go through the detectors exactly as clips do. The gate blocks what would make a bad template and says why:
anchors.md, "Enrolment" (one auto-grown bank was six of ten other people). Voices: `scan.enrol_voice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from countenance.observations import Clip, FaceDetection, FaceSample, FaceTrack, NotExamined, Observations, Speaker
from countenance.packs import LikenessScale
from scan.gallery import Gallery, as_vectors, cohort_vectors
from scan.operating import score_at

SECOND_FACE_SHARE = 0.5
"""A second face of over half the largest one's area makes it unclear who is meant (contract.md, evaluation)."""

MIN_SIZE_PX = 48.0
"""Below this the embedders' inputs (112-150 px) are mostly invented pixels: at 32 px an eighth of comparisons fail."""

MIN_SHARPNESS = 0.05
MAX_YAW = 0.85
MIN_QUALITY = 0.15

SAME_PERSON_RATE = 1e-2
"""Two samples of one person are at least this unlikely between strangers; genuine pairs pass 99 of 100 times."""

MIRROR_RATE = 1e-5
"""Two faces in one frame count as one person's only where strangers are almost never so alike: siblings often stand
side by side, mirrors and panels repeat the very picture."""


class Refusal(StrEnum):
    """Why a file or a sample was kept out; stable in reports."""

    UNREADABLE = "unreadable"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    TOO_BLURRED = "too_blurred"
    POSE = "pose"
    POOR_QUALITY = "poor_quality"
    OTHER_PERSON = "other_person"
    SAME_PICTURE = "same_picture"
    NO_SPEECH = "no_speech"
    LITTLE_SPEECH = "little_speech"
    LITTLE_SPEECH_IN_ALL = "little_speech_in_all"
    SEVERAL_SPEAKERS = "several_speakers"
    OVERLAPPED = "overlapped"
    CLIPPED = "clipped"
    NOISE = "noise"
    MUSIC = "music"
    OTHER_VOICE = "other_voice"
    SAME_SOUND = "same_sound"
    NO_VOICE_MODEL = "no_voice_model"
    NOTHING = "nothing"
    ENROLLED_ALREADY = "enrolled_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFace:
    """A sample of a face that may be enrolled.

    Attributes:
        file: name of the file it came from.
        file_sha256: of that file.
        still: True for a photo, False for a moment of a clip.
    """

    file: str
    file_sha256: str
    still: bool
    sample: FaceSample


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedVoice:
    """The one speaker of a file, whose samples may be enrolled.

    Attributes:
        file: name of the file it came from.
        file_sha256: of that file.
        film: True where the file has a picture too.
        speech_s: seconds of the speaker's speech.
    """

    file: str
    file_sha256: str
    film: bool
    speech_s: float
    speaker: Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """A file from which nothing was taken, or a sample of it that was refused, and why."""

    file: str
    refusal: Refusal
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an enrolment would store, and what it refused."""

    faces: tuple[AcceptedFace, ...] = ()
    voices: tuple[AcceptedVoice, ...] = ()
    refused: tuple[RefusedFile, ...] = ()

    @property
    def samples(self) -> int:
        """How many samples would be stored."""
        return len(self.faces) + sum(len(voice.speaker.samples) for voice in self.voices)

    @property
    def speech_s(self) -> float:
        """How many seconds of speech stand behind the voice."""
        return sum(voice.speech_s for voice in self.voices)


def choose_faces(path: Path, observations: Observations, scale: LikenessScale) -> Proposal:
    """Return the samples of one file that show its one person well enough, or why there are none."""
    tracks = [track for track in observations.tracks if track.detections]
    if not tracks:
        return _refuse(path, Refusal.NO_FACE)
    main = max(tracks, key=_weight)
    mine = [track for track in tracks if track is main or _same_person(track, main, scale)]
    others = [track for track in tracks if all(track is not one for one in mine)]
    if any(_weight(track) > SECOND_FACE_SHARE * _weight(main) for track in others):
        return _refuse(path, Refusal.SEVERAL_FACES)
    if observations.clip.still and len(tracks) > len(others) + 1:
        # The same face twice in one photo (a mirror, a panel): take the larger one alone.
        mine = [main]
    return good_faces(path, mine, observations.clip)


def good_faces(path: Path, tracks: Sequence[FaceTrack], clip: Clip) -> Proposal:
    """Return the samples of some tracks of one person, at least one, that show them well enough, or why none does.

    Args:
        path: of the file; its name alone is told.
        tracks: of the person.
        clip: that they are tracks of.
    """
    samples = [sample for track in tracks for sample in track.samples]
    if not samples:
        return _refuse(path, _refusal_of_track(max(tracks, key=_weight)))
    good = [sample for sample in samples if refusal_of(sample.detection) is None]
    if not good:
        best = max(samples, key=lambda sample: sample.detection.quality)
        return _refuse(path, refusal_of(best.detection) or Refusal.POOR_QUALITY)
    return Proposal(
        faces=tuple(
            AcceptedFace(file=path.name, file_sha256=clip.sha256, still=clip.still, sample=sample) for sample in good
        )
    )


def agreement(
    embeddings: Sequence[bytes], scale: LikenessScale, rate: float = SAME_PERSON_RATE
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return which samples look or sound like the same person, (S, S); all agree where the pack has no figures."""
    vectors = as_vectors(embeddings, scale.dimension)
    bound = None if scale.singles is None else score_at(scale.singles, max(rate, scale.singles.floor))
    if bound is None:
        return np.ones((len(vectors), len(vectors)), np.bool_)
    names = tuple(str(index) for index in range(len(vectors)))
    scores = Gallery(names, vectors, cohort_vectors(scale.cohort, scale.dimension)).scores(vectors)
    return np.asarray((scores + scores.T) / 2 >= bound) | np.eye(len(vectors), dtype=np.bool_)


def refusal_of(detection: FaceDetection) -> Refusal | None:
    """Return why a detection is not good enough to be enrolled, or None."""
    if detection.size_px < MIN_SIZE_PX:
        return Refusal.TOO_SMALL
    if detection.sharpness < MIN_SHARPNESS:
        return Refusal.TOO_BLURRED
    if abs(detection.yaw) > MAX_YAW:
        return Refusal.POSE
    return Refusal.POOR_QUALITY if detection.quality < MIN_QUALITY else None


def _weight(track: FaceTrack) -> float:
    largest = max(detection.box.width * detection.box.height for detection in track.detections)
    return largest * max(track.end_s - track.start_s, 0.1)


def _same_person(track: FaceTrack, main: FaceTrack, scale: LikenessScale) -> bool:
    if not track.embedding or not main.embedding or scale.singles is None:
        return False  # a pack without figures cannot say so, and nobody is enrolled on a guess
    # Two faces at once are two people, unless they look as alike as a mirror or a panel does.
    rate = MIRROR_RATE if track.meets(main) else SAME_PERSON_RATE
    return bool(agreement([track.embedding, main.embedding], scale, rate)[0, 1])


def _refusal_of_track(track: FaceTrack) -> Refusal:
    known = {
        NotExamined.TOO_SMALL: Refusal.TOO_SMALL,
        NotExamined.TOO_BLURRED: Refusal.TOO_BLURRED,
        NotExamined.POSE: Refusal.POSE,
    }
    return known.get(track.not_examined or NotExamined.UNREADABLE, Refusal.POOR_QUALITY)


def _refuse(path: Path, refusal: Refusal) -> Proposal:
    return Proposal(refused=(RefusedFile(file=path.name, refusal=refusal),))
