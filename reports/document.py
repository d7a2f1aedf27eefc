"""The report as data (`report.json`): its types, its schema and its one way in and out.

Times are seconds from the clip's start, boxes fractions of the displayed frame. It holds no embedding, no path beyond
the clip's own name and no name of a person who is not in a finding. `report.schema.json` beside this file is what
`json_schema` returns; a test compares them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

import msgspec
from msgspec import Meta

from countenance.answers import AnswerKind
from countenance.errors import CountenanceError
from countenance.identification import IdentificationReason, IdentificationStatus
from countenance.judgement import Judgement
from countenance.observations import (
    LONGEST_EXCERPT_S,
    SOUND_HZ,
    Background,
    Box,
    Clip,
    Fraction,
    NotExamined,
    Picture,
    PictureCoverage,
    Seconds,
    SoundCoverage,
    Waveform,
)
from countenance.packs import CommercialUse, ModelTask
from countenance.people import Modality
from countenance.translations import _
from countenance.use import StatedUse
from countenance.verdict import FindingKind, RegistryFacts, Severity, TimeRange, Verdict
from reports.sounds import HEADER_BYTES

SCHEMA_VERSION = "1.4.0"
"""Semantic: a reader of 1.x understands every 1.y; a field leaves or changes meaning only with a new first number."""

REPORT_LIMIT = 256 * 1024 * 1024
"""Largest report read back, in bytes."""

Count = Annotated[int, Meta(ge=0)]

Wav = Annotated[bytes, Meta(max_length=HEADER_BYTES + 2 * int(LONGEST_EXCERPT_S * SOUND_HZ))]
"""A WAV file (PCM, mono, 16 bit, 16 kHz), base64 in JSON."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the report's own records; fields unknown to this version are passed over."""


class ModelRecord(Record, frozen=True):
    """A model that the result was made with; `provider` is empty where it never ran."""

    task: ModelTask
    name: str
    pack: str
    version: str
    sha256: str
    licence: str
    commercial_use: CommercialUse
    provider: str


class PromisedFpir(Record, frozen=True):
    """Promised shares of strangers' clips that raise a review or a block."""

    review: Fraction
    block: Fraction


class OperatingPointRecord(Record, frozen=True):
    """What identifications of one modality were judged by.

    Attributes:
        review_fmr, block_fmr: bounds per comparison; `block_fmr` is None where the figures cannot support one.
        gallery: people searched.
        tracks: tracks or speakers of the clip that shared the promise.
        promised_fpir: of this modality; where faces and voices were both compared, each has half of the clip's.
        pack: whose figures were used.
        own: whether they were measured on the computer that checked (`countenance models calibrate`).
    """

    review_fmr: float
    block_fmr: float | None
    gallery: Count
    tracks: Count
    promised_fpir: PromisedFpir
    pack: str
    own: bool = False


class CoverageRecord(Record, frozen=True):
    """What was examined and what was not.

    Attributes:
        cuts_s: times of the shot cuts.
        faces_not_judged: tracks without a sample good enough to be judged, by reason.
        voices_not_judged: speakers that could not be judged, by reason (since 1.1).
    """

    picture: PictureCoverage
    sound: SoundCoverage
    cuts_s: tuple[Seconds, ...]
    faces_not_judged: dict[NotExamined, int]
    voices_not_judged: dict[NotExamined, int] = {}


class CandidateRecord(Record, frozen=True):
    """An enrolled person and how many strangers' clips would look as alike, as a share; never a cosine."""

    person: str
    rate: Annotated[float, Meta(ge=0, le=1)]
    rate_is_capped: bool


class IdentificationRecord(Record, frozen=True):
    """Who a track or a speaker is taken for, and why it is not surer; `modality` since 1.1, `model` since 1.4.

    Attributes:
        model: name of the model it was judged by, where that is not the pack's own.
    """

    status: IdentificationStatus
    person: str | None
    best: CandidateRecord | None
    runner_up: CandidateRecord | None
    samples: Count
    samples_agreeing: Count
    span_s: Seconds
    reasons: tuple[IdentificationReason, ...]
    modality: Modality = Modality.FACE
    model: str = ""


class Moment(Record, frozen=True):
    """Where a face was, once."""

    at_s: Seconds
    box: Box


class TrackRecord(Record, frozen=True):
    """One face followed through one shot."""

    id: Count
    shot: Count
    start_s: Seconds
    end_s: Seconds
    moments: tuple[Moment, ...]
    samples: Count
    not_examined: NotExamined | None
    identification: IdentificationRecord | None


class SpeakerRecord(Record, frozen=True):
    """One voice told from the others of one audio stream; reports before 1.1 hold none.

    Attributes:
        ranges: its turns, ascending; they may overlap other speakers'.
        stream: index of the audio stream in the container.
        speech_s, overlapped_s: seconds of speech, and those of them in which somebody else speaks too.
        background: what is heard behind it.
        samples: stretches of its speech that were embedded.
        not_examined: why it could not be judged; None where it could.
    """

    id: Count
    ranges: tuple[TimeRange, ...]
    stream: Count
    speech_s: Seconds
    overlapped_s: Seconds
    background: Background
    samples: Count
    not_examined: NotExamined | None
    identification: IdentificationRecord | None


class Crop(Record, frozen=True):
    """A face as seen in the clip, with its surroundings; `jpeg` is base64 in JSON."""

    track: Count
    at_s: Seconds
    jpeg: Picture


class Excerpt(Record, frozen=True):
    """A voice as heard in the clip, its pauses left out; the times say where in the clip it was taken from."""

    speaker: Count
    start_s: Seconds
    end_s: Seconds
    wav: Wav


class Evidence(Record, frozen=True):
    """What a finding rests on; everything about voices since 1.1.

    Attributes:
        identification: of the best track, or for a voice of the best speaker; its rates say how alike, its runner-up
            who else.
        enrolled_jpeg: a sample of the person; None for somebody unknown and in a redacted report.
        speakers: ids of the speakers.
        excerpts: what can be listened to.
        voice_identification: for a mismatch, of the best speaker; `identification` is of the best track.
        enrolled_wav: an excerpt of the person whose voice it is; None for somebody unknown and in a redacted report.
    """

    tracks: tuple[int, ...]
    crops: tuple[Crop, ...]
    identification: IdentificationRecord | None
    enrolled_jpeg: Picture | None
    speakers: tuple[int, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    voice_identification: IdentificationRecord | None = None
    enrolled_wav: Wav | None = None


class AnswerRecord(Record, frozen=True):
    """What the user answered about a finding's face or voice.

    Attributes:
        id: under which it is kept.
        person: id of whom it names, or the letter in a redacted report; None where it names nobody.
        by: who answered; empty in a redacted report.
        note: in the user's words; empty in a redacted report.
        counts: False where it changes nothing, as the finding's sentence says.
    """

    id: str
    kind: AnswerKind
    person: str | None
    at: datetime
    by: str = ""
    note: str = ""
    counts: bool = True


class FindingRecord(Record, frozen=True):
    """One judged fact; texts are in the report's language.

    Attributes:
        person: id of the person, or the letter that stands for them in a redacted report; None where there is none.
        name: as shown; empty for somebody unknown and for findings about no one.
        kind: `cast` since 1.2.
        modality: None for findings about no one, and about the cast.
        rests_on: id of the grant or prohibition that decided.
        voice_of: for a mismatch, id or letter of the person whose voice it is; `person` is the one whose face it is
            (since 1.1).
        answer: what the user answered about it, the latest where several count (since 1.3); None where nothing was.
    """

    kind: FindingKind
    severity: Severity
    person: str | None
    name: str
    modality: Modality | None
    ranges: tuple[TimeRange, ...]
    evidence: Evidence
    judgement: Judgement | None
    rests_on: str | None
    title: str
    sentence: str
    likeness: str
    next_step: str
    voice_of: str | None = None
    answer: AnswerRecord | None = None


class Report(Record, frozen=True):
    """Everything one check found out.

    Attributes:
        program: name and version.
        created: with offset.
        language: of the texts.
        redacted: True where names and enrolled samples were left out.
        registry: None where there was none to check against.
        operating_point: by modality; empty where nobody was compared.
        further_operating_points: by modality, of people searched with other models than the pack's own (since 1.4).
        headline: the verdict in one sentence.
        timings: seconds spent, by step.
        waveform: how loud the clip's sound is; None without sound, where nobody listened, and before 1.1.
    """

    schema: Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")]
    program: str
    created: datetime
    language: str
    redacted: bool
    verdict: Verdict
    incomplete: bool
    headline: str
    clip: Clip
    use: StatedUse
    registry: RegistryFacts | None
    models: tuple[ModelRecord, ...]
    operating_point: dict[Literal["face", "voice"], OperatingPointRecord]
    coverage: CoverageRecord
    findings: tuple[FindingRecord, ...]
    tracks: tuple[TrackRecord, ...]
    speakers: tuple[SpeakerRecord, ...]
    timings: dict[str, float]
    waveform: Waveform | None = None
    further_operating_points: dict[Literal["face", "voice"], tuple[OperatingPointRecord, ...]] = {}

    def with_plain_texts(self) -> Self:
        """Return the report with every character that UTF-8 cannot carry replaced: file names may hold such."""
        return msgspec.convert(_plain(msgspec.to_builtins(self)), type(self))


class ReportError(CountenanceError):
    """A report could not be read back."""


def encode_report(report: Report) -> bytes:
    """Return `report.json`: UTF-8, indented, fields in the order of the types, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def read_report(data: bytes) -> Report:
    """Return the report that `data` holds, checked against the types.

    Raises:
        ReportError: it is no report, a damaged one, or one of a later kind.
    """
    again = _("Make the report again with `countenance check --report`.")
    if len(data) > REPORT_LIMIT:
        raise ReportError(_("This report is too large to be one of ours."), remedy=again)
    try:
        version = msgspec.json.decode(data, type=_Versioned).schema
        if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
            raise ReportError(
                _("This report is of kind {found}; this program reads kind {known}.").format(
                    found=version, known=SCHEMA_VERSION
                ),
                remedy=_("Read it with the version of Countenance that wrote it."),
            )
        return msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ReportError(
            _("This file is not a report, or it is damaged."), remedy=again, details=str(error)
        ) from error


def json_schema() -> bytes:
    """Return the JSON Schema of a report, generated from the types."""
    schema = msgspec.json.schema(Report)
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


class _Versioned(msgspec.Struct):
    schema: str


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
