"""Results with voices, as a check of a clip with sound makes them; the sounds are drawn, no person's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countenance.identification import Identification, IdentificationReason, IdentificationStatus, OperatingPoint
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.observations import (
    SOUND_HZ,
    Background,
    Gap,
    NotExamined,
    Observations,
    PictureCoverage,
    SoundCoverage,
    Speaker,
    StreamKind,
    Turn,
    VoiceSample,
    Waveform,
)
from countenance.packs import CommercialUse, LikenessScale, ModelStamp, ModelTask
from countenance.people import Modality
from countenance.verdict import CheckResult, Finding, FindingKind, Severity, TimeRange, Verdict
from reports.mismatch_words import mismatch_texts
from reports.wording import headline_of
from tests.reports.material import CARD, EMBEDDING, USE, campaign, finding_texts, identification

VOICE_MODELS = (
    ModelStamp(
        task=ModelTask.VOICE_ACTIVITY,
        name="silero-vad",
        version="5",
        sha256="11aa22bb" * 8,
        recipe=1,
        licence="MIT",
        commercial_use=CommercialUse.YES,
        provider="CPUExecutionProvider",
    ),
    ModelStamp(
        task=ModelTask.VOICE_EMBEDDER,
        name="ge2e",
        version="0.1.4",
        sha256="33cc44dd" * 8,
        recipe=1,
        licence="Apache-2.0",
        commercial_use=CommercialUse.YES,
        provider="CPUExecutionProvider",
    ),
)
VOICED_CARD = replace(
    CARD, models=(*CARD.models, *VOICE_MODELS), voice=LikenessScale(pack="recommended", dimension=256)
)


def hum(seconds: float, hz: float = 140.0) -> bytes:
    """Return a sound that swells like syllables do."""
    at = np.arange(round(seconds * SOUND_HZ)) / SOUND_HZ
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * at), 0, 1)
    tone = sum(np.sin(2 * np.pi * hz * number * at) / number for number in (1, 2, 3, 5))
    return (tone * syllables * 9_000).astype("<i2").tobytes()


def speaker(number: int, *turns: tuple[float, float], **changes: object) -> Speaker:
    """Return a voice that is heard in the turns given."""
    first = turns[0]
    sample = VoiceSample(
        start_s=first[0],
        end_s=first[1],
        speech_s=min(2.4, first[1] - first[0]),
        quality=0.7,
        embedding=EMBEDDING,
        sound=hum(min(2.4, first[1] - first[0]), 110.0 + 30 * number),
    )
    made = Speaker(
        id=number,
        stream=1,
        turns=tuple(Turn(start_s=start, end_s=end) for start, end in turns),
        speech_s=sum(end - start for start, end in turns) * 0.9,
        samples=(sample,),
        embedding=EMBEDDING,
        level_db=21.5,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # changes are named by the caller


def voice(number: int, status: IdentificationStatus, person: str, rate: float, **changes: object) -> Identification:
    """Return what a voice was taken for."""
    return identification(number, status, person, rate, modality=Modality.VOICE, **changes)


def voice_finding(
    severity: Severity,
    person: str | None,
    name: str,
    speakers: tuple[Speaker, ...],
    judgement: Judgement,
    one: Identification,
    *,
    closest: str = "",
) -> Finding:
    """Return a finding about a voice."""
    texts = finding_texts(judgement, one, USE, name=name, closest=closest)
    return Finding(
        kind=FindingKind.VOICE,
        severity=severity,
        person=person,
        name=name,
        tracks=(),
        speakers=tuple(each.id for each in speakers),
        ranges=tuple(TimeRange(start_s=turn.start_s, end_s=turn.end_s) for each in speakers for turn in each.turns),
        judgement=judgement,
        identification=one,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=finding_texts(judgement, one, USE),
        closest=closest,
    )


def interview() -> CheckResult:
    """Return the campaign with sound: a voice blocked, one on another's face, one unknown, one too short to judge."""
    result = campaign()
    speakers = _speakers()
    seen = replace(
        result.observations,
        sound=SoundCoverage(
            present=True,
            duration_s=42.3,
            speech_s=27.4,
            without_speech_s=9.6,
            streams_examined=1,
            streams=2,
            overlaps=(Turn(start_s=17.2, end_s=18.9),),
            gaps=(Gap(reason=NotExamined.TOO_SHORT, start_s=40.1, end_s=40.5, share=0.014),),
        ),
        speakers=speakers,
        waveform=waveform(42.3666, speakers),
        models=(*result.observations.models, *VOICE_MODELS),
    )
    findings = sorted(
        (*result.findings, *_findings(result, speakers)), key=lambda one: list(Severity).index(one.severity)
    )
    assert result.operating_point is not None
    half = replace(result.operating_point, review_fpir=0.025, block_fpir=0.0025)
    point: OperatingPoint = replace(half, review_fmr=1.1e-3, block_fmr=1e-4, people=12, tracks=3)
    return replace(
        result,
        observations=seen,
        pack=VOICED_CARD,
        findings=tuple(findings),
        operating_point=half,
        voice_operating_point=point,
        voice_identifications=tuple(
            one.identification for one in _findings(result, speakers)[:3] if one.identification
        ),
        enrolled_sounds={"p-1": hum(2.0, 120.0), "p-2": hum(2.0, 190.0)},
    )


def podcast() -> CheckResult:
    """Return a file with nothing but sound, in which nobody of the registry is heard."""
    result = interview()
    stranger = next(one for one in result.findings if one.kind is FindingKind.VOICE and one.person is None)
    clip = replace(
        result.observations.clip,
        name="podcast.mp3",
        container="mp3",
        width=0,
        height=0,
        streams=tuple(one for one in result.observations.clip.streams if one.kind is StreamKind.AUDIO),
    )
    seen: Observations = replace(
        result.observations,
        clip=clip,
        picture=PictureCoverage(present=False, duration_s=0.0, frames_read=0, frames_examined=0, longest_step_s=0.0),
        tracks=(),
        cuts_s=(),
        speakers=result.observations.speakers[2:3],
    )
    verdict = Verdict.NO_MATCH
    return replace(
        result,
        observations=seen,
        findings=(replace(stranger, severity=Severity.NOTE),),
        identifications=(),
        voice_identifications=(),
        operating_point=None,
        verdict=verdict,
        headline=headline_of(verdict, seen, checked=True),
        enrolled_pictures={},
        enrolled_sounds={},
    )


def waveform(length_s: float, speakers: tuple[Speaker, ...]) -> Waveform:
    """Return a waveform that is loud where somebody speaks."""
    step_s = 0.05
    at = np.arange(int(length_s / step_s)) * step_s
    loud = np.full(len(at), 18.0)
    for turn in (turn for one in speakers for turn in one.turns):
        inside = (at >= turn.start_s) & (at < turn.end_s)
        loud[inside] = 90 + 80 * np.abs(np.sin(at[inside] * 5.3) * np.sin(at[inside] * 1.7))
    return Waveform(step_s=step_s, peaks=loud.astype(np.uint8).tobytes())


def _speakers() -> tuple[Speaker, ...]:
    return (
        speaker(1, (0.6, 8.8), (12.0, 18.9), background=Background.MUSIC),
        speaker(2, (21.4, 29.8)),
        speaker(3, (17.2, 20.4), (31.0, 36.5), overlapped_s=1.7),
        speaker(4, (40.1, 40.5), not_examined=NotExamined.TOO_SHORT),
    )


def _findings(result: CheckResult, speakers: tuple[Speaker, ...]) -> tuple[Finding, ...]:
    status = IdentificationStatus
    first, second = result.findings[0], result.findings[1]
    refused = Judgement(kind=JudgementKind.NOT_PERMITTED, reason=Reason.SCOPE_MODALITY, rests_on="g-17")
    possible = Judgement(kind=JudgementKind.POSSIBLE_MATCH, reason=Reason.POSSIBLE_MATCH)
    unknown = Judgement(kind=JudgementKind.UNKNOWN_PERSON, reason=Reason.NO_MATCH)
    few = (IdentificationReason.FEW_SAMPLES,)
    sure = voice(1, status.IDENTIFIED, "p-1", 1e-4)
    heard = voice(2, status.POSSIBLE, "p-2", 0.021, reasons=few)
    short = voice(4, status.NOT_EXAMINED, "p-7", 1.0, best=None, reasons=(IdentificationReason.NOT_EXAMINED,))
    return (
        voice_finding(Severity.BLOCK, "p-1", first.name, speakers[:1], refused, sure),
        voice_finding(Severity.REVIEW, "p-2", second.name, speakers[1:2], possible, heard),
        voice_finding(Severity.REVIEW, None, "", speakers[2:3], unknown, voice(3, status.UNKNOWN, "p-7", 0.7)),
        voice_finding(Severity.NOTE, None, "", speakers[3:], unknown, short),
        _mismatch(result, speakers[1], heard),
    )


def _mismatch(result: CheckResult, heard: Speaker, alike: Identification) -> Finding:
    face, other = result.findings[0], result.findings[1]
    assert face.identification is not None
    told = mismatch_texts(face.identification, alike, face_name=face.name, voice_name=other.name)
    return replace(
        face,
        kind=FindingKind.MISMATCH,
        severity=Severity.REVIEW,
        tracks=(2,),
        speakers=(heard.id,),
        voice_of=other.person,
        voice_identification=alike,
        ranges=(TimeRange(start_s=21.4, end_s=29.8),),
        judgement=None,
        title=told.title,
        sentence=told.sentence,
        likeness=told.likeness,
        next_step=told.next_step,
        unnamed=mismatch_texts(face.identification, alike),
    )
