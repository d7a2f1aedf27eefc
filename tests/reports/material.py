"""Results as a check makes them, told through the parts that reports read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
from PIL import Image, ImageFilter
from skimage import data

from consent import explain, what_would_change
from countenance.grants import Duty, Method, Purpose
from countenance.identification import (
    Candidate,
    Identification,
    IdentificationReason,
    IdentificationStatus,
    OperatingPoint,
)
from countenance.judgement import ClipJudgement, Judgement, JudgementKind, PersonJudgement, Reason
from countenance.labels import label
from countenance.observations import (
    Box,
    Clip,
    FaceDetection,
    FaceSample,
    FaceTrack,
    Gap,
    NotExamined,
    Observations,
    PictureCoverage,
    SoundCoverage,
    Stream,
    StreamKind,
)
from countenance.packs import CommercialUse, LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.use import ApprovalDecision, StatedUse
from countenance.verdict import (
    CheckResult,
    Finding,
    FindingKind,
    FindingTexts,
    RegistryFacts,
    Severity,
    TimeRange,
    Verdict,
)
from reports.finding_words import likeness_words, titled
from reports.wording import verdict_sentence

EMBEDDING = np.linspace(-1, 1, 128, dtype=np.float32).tobytes()
SHANGHAI = timezone(timedelta(hours=8))

MODELS = (
    ModelStamp(
        task=ModelTask.FACE_DETECTOR,
        name="yunet",
        version="2023mar",
        sha256="8f2383e4" * 8,
        recipe=1,
        licence="MIT",
        commercial_use=CommercialUse.YES,
        provider="CPUExecutionProvider",
    ),
    ModelStamp(
        task=ModelTask.FACE_EMBEDDER,
        name="retail-0095",
        version="2021.4",
        sha256="0a1b2c3d" * 8,
        recipe=1,
        licence="Apache-2.0",
        commercial_use=CommercialUse.UNSETTLED,
        provider="CPUExecutionProvider",
    ),
)
CARD = PackCard(name="recommended", models=MODELS, face=LikenessScale(pack="recommended", dimension=128))
USE = StatedUse(
    publish_at=datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI),
    purpose=Purpose.ADVERTISING,
    face_method=Method.EDITED,
    channels=("tiktok", "douyin"),
    territories=("FR", "CN", "US-NY"),
    labels_done=(Duty.CREDIT,),
    approvals={"g-17": ApprovalDecision.APPROVED},
    project="Spring",
)


def portrait(*, left: int = 145, top: int = 20, side: int = 150, blur: float = 0.0) -> bytes:
    """Return a JPEG cut out of the NASA portrait inside scikit-image."""
    picture = Image.fromarray(data.astronaut()).crop((left, top, left + side, top + side)).resize((320, 320))
    sheet = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(blur)).save(sheet, "JPEG", quality=88)
    return sheet.getvalue()


def track(number: int, start_s: float, end_s: float, picture: bytes, **changes: object) -> FaceTrack:
    box = Box(x=0.31234567, y=0.2, width=0.11, height=0.2)
    detection = FaceDetection(
        at_s=start_s + 0.43333, box=box, score=0.93, size_px=140.0, sharpness=0.7, yaw=0.1, quality=0.8
    )
    sample = FaceSample(detection=detection, embedding=EMBEDDING, picture=picture)
    made = FaceTrack(
        id=number,
        shot=0,
        start_s=start_s,
        end_s=end_s,
        detections=(detection,),
        samples=(sample,) if picture else (),
        embedding=EMBEDDING if picture else b"",
        not_examined=None if picture else NotExamined.TOO_SMALL,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # changes are named by the caller


def identification(
    number: int, status: IdentificationStatus, person: str, rate: float, **changes: object
) -> Identification:
    named = person if status in (IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE) else None
    made = Identification(
        track=number,
        status=status,
        person=named,
        best=Candidate(person=person, score=0.61234, rate=rate, rate_is_capped=rate <= 1e-4),
        runner_up=Candidate(person="p-9", score=0.2, rate=0.9, rate_is_capped=False),
        samples=4,
        samples_agreeing=4,
        span_s=5.2,
        reasons=(IdentificationReason.SAMPLES_AGREE,),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # changes are named by the caller


def finding(
    severity: Severity,
    person: str | None,
    name: str,
    tracks: tuple[FaceTrack, ...],
    judgement: Judgement,
    one: Identification,
    *,
    closest: str = "",
    use: StatedUse = USE,
) -> Finding:
    texts = finding_texts(judgement, one, use, name=name, closest=closest)
    return Finding(
        kind=FindingKind.LIKENESS,
        severity=severity,
        person=person,
        name=name,
        tracks=tuple(track.id for track in tracks),
        ranges=tuple(TimeRange(start_s=track.start_s, end_s=track.end_s) for track in tracks),
        judgement=judgement,
        identification=one,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=finding_texts(judgement, one, use),
        closest=closest,
    )


def finding_texts(
    judgement: Judgement, one: Identification, use: StatedUse, *, name: str = "", closest: str = ""
) -> FindingTexts:
    return FindingTexts(
        title=titled(name, label(judgement.kind)),
        sentence=explain(judgement, name or None, use),
        likeness=likeness_words(one, closest=closest),
        next_step=what_would_change(judgement, name or None, use),
    )


def observations(tracks: tuple[FaceTrack, ...], name: str = "spring-campaign_v3.mp4") -> Observations:
    return Observations(
        clip=Clip(
            name=name,
            sha256="5d41402abc4b2a76b9719d911017c592" * 2,
            bytes=18_734_211,
            container="mp4",
            duration_s=42.3666,
            claimed_duration_s=42.4,
            still=False,
            width=1080,
            height=1920,
            streams=(
                Stream(
                    index=0,
                    kind=StreamKind.VIDEO,
                    codec="h264",
                    duration_s=42.36667,
                    width=1080,
                    height=1920,
                    frames_per_s=29.97,
                ),
                Stream(index=1, kind=StreamKind.AUDIO, codec="aac", sample_rate=48_000, channels=2),
            ),
        ),
        picture=PictureCoverage(
            present=True,
            duration_s=42.3666,
            frames_read=1270,
            frames_examined=212,
            longest_step_s=0.50012,
            gaps=(Gap(reason=NotExamined.UNREADABLE, start_s=37.0, end_s=39.5, share=0.059),),
        ),
        sound=SoundCoverage(present=True, duration_s=42.3, not_examined=NotExamined.NO_DETECTOR),
        cuts_s=(9.2, 21.0, 30.5),
        tracks=tracks,
        models=MODELS,
        seconds={"decode": 3.21345, "faces": 8.1},
    )


def campaign(names: tuple[str, str, str] = ("Eileen Collins", "Marta Ruiz", "林晓")) -> CheckResult:
    """Return a clip with somebody blocked, possible, permitted, unknown, small in a crowd and too small to judge."""
    found = _tracks()
    findings = _findings(found, names)
    verdict = Verdict.BLOCKED
    return CheckResult(
        program="countenance 0.1.0",
        created=datetime(2026, 11, 27, 15, 4, 5, tzinfo=SHANGHAI),
        observations=observations(found),
        use=USE,
        registry=RegistryFacts(id="r-3f2a77d0", revision=118, people=36, grants=52),
        pack=CARD,
        operating_point=OperatingPoint(
            review_fpir=0.05,
            block_fpir=0.005,
            review_fmr=2.03512e-4,
            block_fmr=1.99e-5,
            people=36,
            tracks=7,
            pack="recommended",
        ),
        identifications=tuple(one.identification for one in findings if one.identification),
        consent=ClipJudgement(
            overall=Judgement(kind=JudgementKind.EXPIRED, reason=Reason.PAST_END),
            people=tuple(
                PersonJudgement(found=index, person=one.person, judgement=one.judgement)
                for index, one in enumerate(findings)
                if one.judgement
            ),
        ),
        findings=findings,
        verdict=verdict,
        incomplete=True,
        headline=verdict_sentence(verdict, anybody_seen=True),
        enrolled_pictures={person: portrait(left=150, top=10, side=140) for person in ("p-1", "p-2", "p-3")},
        seconds={"decode": 3.21345, "judge": 0.00012},
    )


def _tracks() -> tuple[FaceTrack, ...]:
    return (
        track(1, 0.4, 9.1, portrait()),
        track(2, 21.2, 30.4, portrait(left=140, side=160)),
        track(3, 9.4, 18.0, portrait(blur=2.5)),
        track(4, 22.0, 36.0, portrait(left=160, top=30, side=120)),
        track(5, 31.0, 42.0, portrait(left=130, top=10, side=180)),
        track(6, 12.0, 13.1, portrait(blur=4)),
        track(7, 14.0, 14.4, b""),
    )


def _findings(found: tuple[FaceTrack, ...], names: tuple[str, str, str]) -> tuple[Finding, ...]:
    status = IdentificationStatus
    unknown = Judgement(kind=JudgementKind.UNKNOWN_PERSON, reason=Reason.NO_MATCH)
    expired = Judgement(
        kind=JudgementKind.EXPIRED,
        reason=Reason.PAST_END,
        rests_on="g-17",
        part=(("modality", "face"), ("channel", "tiktok"), ("territory", "FR")),
    )
    possible = Judgement(kind=JudgementKind.POSSIBLE_MATCH, reason=Reason.POSSIBLE_MATCH)
    duties = Judgement(
        kind=JudgementKind.PERMITTED_WITH_DUTIES,
        reason=Reason.DUTY_OPEN,
        duties=("ai_label", "take_down_by:2027-06-30"),
        rests_on="g-4",
    )
    return (
        finding(Severity.BLOCK, "p-1", names[0], found[:2], expired, identification(1, status.IDENTIFIED, "p-1", 1e-4)),
        finding(
            Severity.REVIEW,
            "p-2",
            names[1],
            found[2:3],
            possible,
            identification(3, status.POSSIBLE, "p-2", 0.0214, reasons=(IdentificationReason.FEW_SAMPLES,)),
        ),
        finding(Severity.REVIEW, None, "", found[4:5], unknown, identification(5, status.UNKNOWN, "p-7", 0.31)),
        finding(Severity.NOTE, "p-3", names[2], found[3:4], duties, identification(4, status.IDENTIFIED, "p-3", 5e-4)),
        finding(Severity.NOTE, None, "", found[5:6], unknown, identification(6, status.UNKNOWN, "p-7", 0.8)),
        finding(
            Severity.NOTE,
            None,
            "",
            found[6:],
            unknown,
            identification(
                7,
                status.NOT_EXAMINED,
                "p-7",
                1.0,
                best=None,
                runner_up=None,
                reasons=(IdentificationReason.NOT_EXAMINED,),
            ),
        ),
    )


def crowd(people: int = 20) -> CheckResult:
    """Return a clip of strangers passing by, none of them recognised, and one track that is in no finding."""
    strangers = tuple(
        track(number, number * 1.5, number * 1.5 + 4.0, portrait(blur=number / 8)) for number in range(people)
    )
    unknown = Judgement(kind=JudgementKind.UNKNOWN_PERSON, reason=Reason.NO_MATCH)
    findings = tuple(
        finding(
            Severity.NOTE, None, "", (one,), unknown, identification(one.id, IdentificationStatus.UNKNOWN, "p-7", 0.6)
        )
        for one in strangers
    )
    verdict = Verdict.NO_MATCH
    return replace(
        campaign(),
        observations=observations((*strangers, track(people, 1.0, 2.0, b""))),
        findings=findings,
        identifications=(),
        verdict=verdict,
        headline=verdict_sentence(verdict, anybody_seen=True),
        enrolled_pictures={},
    )
