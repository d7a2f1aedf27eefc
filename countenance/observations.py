"""What was seen in a clip, without names: a pure function of (file, settings, models).

Times are seconds from the clip's start (the first presented sample); boxes are fractions of the displayed frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from countenance.packs import ModelStamp

Fraction = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]
Size = Annotated[int, Meta(ge=0, le=1_000_000)]
ShortText = Annotated[str, Meta(max_length=200)]
Embedding = Annotated[bytes, Meta(max_length=16_384)]
Picture = Annotated[bytes, Meta(max_length=200_000)]

SOUND_HZ = 16_000
"""Samples per second of every sound excerpt, and of all sound that detectors listen to."""

LONGEST_EXCERPT_S = 6.0
"""Longest sound excerpt that is carried."""

Sound = Annotated[bytes, Meta(max_length=int(LONGEST_EXCERPT_S * SOUND_HZ) * 2)]
"""Mono PCM, signed 16 bit little-endian, `SOUND_HZ`: nothing has to be parsed to play it."""


class NotExamined(StrEnum):
    """Why something seen or heard could not be judged."""

    TOO_SMALL = "too_small"
    TOO_BLURRED = "too_blurred"
    TOO_SHORT = "too_short"
    OVERLAPPED = "overlapped"
    POSE = "pose"
    MODEL_CANNOT_JUDGE = "model_cannot_judge"
    NOT_REQUESTED = "not_requested"
    NO_DETECTOR = "no_detector"
    UNREADABLE = "unreadable"
    OTHER_STREAM = "other_stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; all four are fractions of the displayed (rotated, square-pixel) frame, clipped to it."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceDetection:
    """One face in one frame.

    Attributes:
        score: the detector's own, 0 to 1; comparable only within one detector.
        size_px: shorter side of the box in displayed pixels at full resolution.
        sharpness: 0 (blurred) to 1 (sharp); docs/accuracy.md says how it is measured.
        yaw: -1 (profile to image left) to 1 (profile to image right), 0 frontal, from the five points.
        quality: 0 to 1, from size, sharpness, pose and score together; decides which samples are used.
    """

    at_s: Seconds
    box: Box
    score: Fraction
    size_px: Annotated[float, Meta(ge=0, le=1e6)]
    sharpness: Fraction
    yaw: Annotated[float, Meta(ge=-1, le=1)]
    quality: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceSample:
    """A detection that was embedded.

    Attributes:
        embedding: float32 little-endian, L2-normalised, of the crop and its mirror image together.
        picture: JPEG of the face with its surroundings (box widened to twice its size), at most 320 px;
            enough to enrol from again with another model.
    """

    detection: FaceDetection
    embedding: Embedding
    picture: Picture

    @property
    def at_s(self) -> float:
        """When it was taken."""
        return self.detection.at_s


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTrack:
    """One face followed through one shot; never crosses a cut.

    Attributes:
        shot: index of the shot, from 0.
        detections: in order of time, thinned to what a timeline needs.
        samples: the best few by picture quality, at least 1 s apart where the track is long enough, in order of time.
        embedding: the samples' mean weighted by quality, L2-normalised; empty where none could be embedded.
        mouth_motion: how much more the mouth changes from look to look than eyes and nose do; below about 1 it is a
            still picture's. None where too few looks, or too small a face, do not tell.
        not_examined: why the track has no sample good enough to be judged; None where it has.
    """

    id: Annotated[int, Meta(ge=0)]
    shot: Annotated[int, Meta(ge=0)]
    start_s: Seconds
    end_s: Seconds
    detections: tuple[FaceDetection, ...]
    samples: tuple[FaceSample, ...]
    embedding: Embedding
    mouth_motion: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    not_examined: NotExamined | None = None

    def meets(self, other: FaceTrack) -> bool:
        """Return whether both are seen at some moment."""
        return min(self.end_s, other.end_s) >= max(self.start_s, other.start_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One stretch in which one speaker is heard."""

    start_s: Seconds
    end_s: Seconds


class Background(StrEnum):
    """What is heard behind a voice, from the sound around and between its words."""

    QUIET = "quiet"
    NOISE = "noise"
    MUSIC = "music"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSample:
    """A stretch of one speaker's speech that was embedded.

    Attributes:
        start_s, end_s: where it lies in the clip; pauses inside were left out before embedding.
        speech_s: seconds of speech that were embedded.
        quality: 0 to 1, from length, level over the background and clipping; decides which samples are used.
        embedding: float32 little-endian, L2-normalised.
        sound: the speech as it was embedded, pauses left out; enough to listen to and to enrol from again.
    """

    start_s: Seconds
    end_s: Seconds
    speech_s: Seconds
    quality: Fraction
    embedding: Embedding
    sound: Sound

    @property
    def at_s(self) -> float:
        """When it begins."""
        return self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One voice told from the others of one audio stream; has no name.

    Attributes:
        stream: index of the audio stream in the container.
        turns: when it is heard, ascending; may overlap other speakers' turns.
        speech_s: seconds of speech, pauses left out.
        overlapped_s: seconds of it in which somebody else speaks too.
        samples: the best few, in order of time; each at least about 1.6 s of speech where there is so much.
        embedding: mean over all its clean speech, L2-normalised; empty where nothing could be embedded.
        level_db: how far its speech stands above the background, in decibels.
        clipped: share of its speech whose waveform is cut off at full scale.
        not_examined: why the voice cannot be judged (too short, overlapped); None where it can. A voice that is too
            short may still carry samples and an embedding: enough to suspect somebody, not to rule anybody out.
    """

    id: Annotated[int, Meta(ge=0)]
    stream: Annotated[int, Meta(ge=0)]
    turns: tuple[Turn, ...]
    speech_s: Seconds
    overlapped_s: Seconds = 0.0
    samples: tuple[VoiceSample, ...]
    embedding: Embedding
    level_db: Annotated[float, Meta(ge=-200, le=200)] = 0.0
    clipped: Fraction = 0.0
    background: Background = Background.QUIET
    not_examined: NotExamined | None = None

    @property
    def start_s(self) -> float:
        """When it is first heard."""
        return self.turns[0].start_s

    @property
    def end_s(self) -> float:
        """When it was last heard."""
        return max(turn.end_s for turn in self.turns)

    def meets(self, other: Speaker) -> bool:
        """Return whether both are heard at some moment of one stream: then they are two people."""
        return self.stream == other.stream and any(
            mine.start_s < theirs.end_s and theirs.start_s < mine.end_s for mine in self.turns for theirs in other.turns
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waveform:
    """How loud the sound is, over the whole clip, all streams together.

    Attributes:
        step_s: seconds per number.
        peaks: one byte per step: largest absolute sample, 255 is full scale.
    """

    step_s: Annotated[float, Meta(gt=0, le=1e6)]
    peaks: Annotated[bytes, Meta(max_length=8_000)]


MOST_SAMPLES, MOST_FURTHER = 64, 4
"""Most samples of one track or speaker, and most embedders beside the pack's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedAgain:
    """The samples of one track or speaker as another model embeds them.

    Attributes:
        samples: one for each of its samples, in their order; float32 little-endian, L2-normalised.
        embedding: of all of them together; empty where there are none.
    """

    samples: Annotated[tuple[Embedding, ...], Meta(max_length=MOST_SAMPLES)] = ()
    embedding: Embedding = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherEmbeddings:
    """What an embedder beside the pack's own makes of a clip: of the same tracks, or speakers, and samples.

    Attributes:
        model: the embedder's name.
        embedded: one for each track or speaker, in their order.
    """

    model: ShortText
    embedded: tuple[EmbeddedAgain, ...]


class StreamKind(StrEnum):
    """What a stream carries."""

    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One stream of the container; None where the file does not say, or it does not apply."""

    index: Annotated[int, Meta(ge=0)]
    kind: StreamKind
    codec: ShortText
    duration_s: Seconds | None = None
    width: Size | None = None
    height: Size | None = None
    frames_per_s: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    rotation: int = 0
    attached_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """The file that was examined.

    Attributes:
        name: file name only, never a path.
        sha256: of the whole file.
        container: short name such as "mp4", "webm", "jpeg".
        duration_s: of what was really read; 0 for a still picture.
        claimed_duration_s: what the container says; None where it says nothing.
        width, height: of the displayed picture (rotated, square pixels); 0 without picture.
    """

    name: Annotated[str, Meta(max_length=1024)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    bytes: Annotated[int, Meta(ge=0)]
    container: ShortText
    duration_s: Seconds
    claimed_duration_s: Seconds | None
    still: bool
    width: Size
    height: Size
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch that was not examined.

    Attributes:
        share: part of the picture's or sound's whole time, 0 to 1.
    """

    reason: NotExamined
    start_s: Seconds
    end_s: Seconds
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCoverage:
    """How much of the picture was examined.

    Attributes:
        begins_s: when the first picture is shown; sound may begin long before it.
        duration_s: when the last one has been shown.
        frames_read: frames the decoder gave.
        frames_examined: of those, the ones that faces were looked for in.
        longest_step_s: longest time between two examined frames.
        gaps: stretches without examination.
        read_error: True where decoding stopped before the stream's end or frames were damaged.
    """

    present: bool
    begins_s: Seconds = 0.0
    duration_s: Seconds
    frames_read: Annotated[int, Meta(ge=0)]
    frames_examined: Annotated[int, Meta(ge=0)]
    longest_step_s: Seconds
    gaps: tuple[Gap, ...] = ()
    read_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCoverage:
    """How much of the sound was examined; `not_examined` says why nothing was.

    Attributes:
        duration_s: of the longest audio stream.
        speech_s: seconds in which speech was found, in the stream with most of it.
        without_speech_s: audible seconds in which no speech was found; singing and whispering are among them, since
            the detector does not take them for speech.
        streams_examined, streams: audio streams listened to, and all of them.
        overlaps: where several speak at once; both voices are heard there, and neither is judged by it.
        gaps: speech that was not examined, as shares of all speech time; and stretches that could not be read.
    """

    present: bool
    duration_s: Seconds
    speech_s: Seconds = 0.0
    without_speech_s: Seconds = 0.0
    streams_examined: Annotated[int, Meta(ge=0)] = 0
    streams: Annotated[int, Meta(ge=0)] = 0
    overlaps: tuple[Turn, ...] = ()
    not_examined: NotExamined | None = None
    gaps: tuple[Gap, ...] = ()
    read_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """Everything the detectors say of one clip.

    Attributes:
        cuts_s: times of the shot cuts, ascending.
        models: the models that really ran, with their provider.
        seconds: time spent, by step.
        speakers: the voices of all streams, by stream and first word.
        waveform: None without sound, and where nobody listened.
        poster: JPEG of the whole picture near the clip's start, at most 320 px; empty where nobody looked at one.
        further_faces, further_voices: what other embedders make of tracks and speakers, each asked for by name.
    """

    clip: Clip
    picture: PictureCoverage
    sound: SoundCoverage
    cuts_s: tuple[Seconds, ...]
    tracks: tuple[FaceTrack, ...]
    models: tuple[ModelStamp, ...]
    seconds: dict[str, float]
    speakers: tuple[Speaker, ...] = ()
    waveform: Waveform | None = None
    poster: Picture = b""
    further_faces: Annotated[tuple[FurtherEmbeddings, ...], Meta(max_length=MOST_FURTHER)] = ()
    further_voices: Annotated[tuple[FurtherEmbeddings, ...], Meta(max_length=MOST_FURTHER)] = ()
