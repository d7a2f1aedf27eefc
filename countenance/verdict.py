"""What a check ends with: findings, their severity, and the clip's verdict (contract.md, "Words for a result")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countenance.answers import Answer
from countenance.identification import Identification, OperatingPoint
from countenance.judgement import ClipJudgement, Judgement
from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.use import StatedUse


class Severity(StrEnum):
    """How much a finding weighs, worst first."""

    BLOCK = "block"
    REVIEW = "review"
    NOTE = "note"


class Verdict(StrEnum):
    """What may happen to the clip."""

    BLOCKED = "blocked"
    REVIEW = "review"
    PERMITTED = "permitted"
    NO_MATCH = "no_match"


class UnknownPolicy(StrEnum):
    """How an unknown person who is prominent in a clip weighs."""

    REVIEW = "review"
    NOTE = "note"


class FindingKind(StrEnum):
    """What a finding is about."""

    LIKENESS = "likeness"
    VOICE = "voice"
    MISMATCH = "mismatch"
    COVERAGE = "coverage"
    CAST = "cast"
    LICENCE = "licence"


ABOUT_NOBODY = frozenset({FindingKind.COVERAGE, FindingKind.LICENCE})
"""What is about the check itself, not about anybody in the clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """Seconds from the clip's start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class FindingTexts:
    """What a finding says, translated: title, why, how alike, and what to do next; the last two may be empty."""

    title: str
    sentence: str
    likeness: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One judged fact.

    Attributes:
        person: id of the person, None for somebody unknown and for findings about no one.
        name: the person's name as shown; empty where there is none, or where it was asked to be left out.
        tracks: ids of the face tracks it rests on.
        speakers: ids of the speakers it rests on.
        voice_of: for a mismatch, id of the person whose voice it is; `person` is the one whose face it is.
        voice_identification: for a mismatch, of the best speaker; `identification` is of the best face track.
        ranges: where in the clip, merged, ascending.
        judgement: what consent says; None for findings about no one.
        identification: of the best track; None where nobody was compared.
        title: a few words; sentence: why; likeness: how sure it is; next_step: what can be done. All translated.
        unnamed: the same worded without any person's name, for whoever must not read one.
        closest: name of the nearest person as `likeness` tells it for somebody unknown; empty where it tells none.
        answer: what was answered about this face or voice, the latest where several count; None where nothing was.
        answer_counts: False where it changes nothing: it names somebody who is not in the registry, or somebody is
            recognised whom only the answer “this is not …” could rule out.
        answer_name: name of whom the answer names, as the texts tell it; empty where it names nobody known.
    """

    kind: FindingKind
    severity: Severity
    person: str | None
    name: str
    tracks: tuple[int, ...]
    ranges: tuple[TimeRange, ...]
    judgement: Judgement | None
    identification: Identification | None
    title: str
    sentence: str
    likeness: str
    next_step: str
    unnamed: FindingTexts
    closest: str = ""
    speakers: tuple[int, ...] = ()
    voice_of: str | None = None
    voice_identification: Identification | None = None
    answer: Answer | None = None
    answer_counts: bool = True
    answer_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryFacts:
    """The registry a clip was checked against."""

    id: str
    revision: int
    people: int
    grants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Everything one check found out: what reports, the terminal and the window show.

    Attributes:
        created: moment of the check, with offset.
        findings: worst first.
        headline: the verdict in one translated sentence.
        operating_point, voice_operating_point: what faces and voices were judged by; None where nobody was compared.
        further_operating_points, further_voice_operating_points: the same of people searched with other models, a model
            each, where the pack's own is used too.
        identifications, voice_identifications: one per face track and one per speaker, in order.
        revisions: of each grant and prohibition that a judgement rests on, by id.
        enrolled_pictures: person id to JPEG of an enrolled sample, for the people in findings.
        enrolled_sounds: person id to an enrolled excerpt of their voice (`countenance.observations.Sound`), for the
            people in findings.
        incomplete: True where more of the clip was left unexamined than may be passed over.
        seconds: time spent, by step.
        streams: of the clip's mark; empty where nobody computed it.
        answers: what was answered about this clip, oldest first, each person by the id in force.
    """

    program: str
    created: datetime
    observations: Observations
    use: StatedUse
    registry: RegistryFacts | None
    pack: PackCard
    operating_point: OperatingPoint | None
    identifications: tuple[Identification, ...]
    consent: ClipJudgement
    findings: tuple[Finding, ...]
    verdict: Verdict
    incomplete: bool
    headline: str
    enrolled_pictures: dict[str, bytes]
    seconds: dict[str, float]
    voice_operating_point: OperatingPoint | None = None
    voice_identifications: tuple[Identification, ...] = ()
    revisions: dict[str, int] = field(default_factory=dict)
    enrolled_sounds: dict[str, bytes] = field(default_factory=dict)
    streams: str = ""
    answers: tuple[Answer, ...] = ()
    further_operating_points: tuple[OperatingPoint, ...] = ()
    further_voice_operating_points: tuple[OperatingPoint, ...] = ()

    @property
    def further_points(self) -> tuple[OperatingPoint, ...]:
        """What people searched with other models than the pack's own were judged by, faces first."""
        return (*self.further_operating_points, *self.further_voice_operating_points)
