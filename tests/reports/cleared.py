"""A clearance record as a registry keeps it, and a key to sign its certificate with."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from countenance.clearance import (
    CLEARANCE_SCHEMA,
    ClearanceModel,
    ClearanceRecord,
    ClearedBy,
    ClearedClip,
    ClearedPerson,
)
from countenance.decisions import ClipMark
from countenance.grants import Method, Purpose
from countenance.judgement import JudgementKind, Reason
from countenance.packs import CommercialUse, ModelTask
from countenance.people import Modality
from countenance.use import StatedUse
from countenance.verdict import Verdict

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC_KEY = KEY.public_key().public_bytes_raw().hex()
SHANGHAI = timezone(timedelta(hours=8))


def person(number: int, name: str, **changes) -> ClearedPerson:
    fields = {
        "person": f"P{number:04d}",
        "modality": Modality.FACE,
        "judgement": JudgementKind.PERMITTED,
        "reason": Reason.OK,
        "name": name,
        "rests_on": f"G{number:04d}",
        "revision": 1,
        "rate": 0.0005,
    }
    return ClearedPerson(**{**fields, **changes})


STRANGER = ClearedPerson(
    person=None, modality=Modality.FACE, judgement=JudgementKind.UNKNOWN_PERSON, reason=Reason.NO_MATCH, rate=0.4
)
ENDED = {"judgement": JudgementKind.EXPIRED, "reason": Reason.PAST_END, "rate": 0.0001, "rate_is_capped": True}


def record(**changes) -> ClearanceRecord:
    fields = {
        "schema": CLEARANCE_SCHEMA,
        "check": "K0042",
        "program": "countenance 0.1.0",
        "created": datetime(2026, 11, 27, 15, 4, 5, tzinfo=SHANGHAI),
        "registry": "r-3f2a77d0",
        "registry_revision": 1180,
        "journal_hash": "9" * 64,
        "owner": "Starlight Agency",
        "clip": ClearedClip(
            name="summer-campaign_v7.mp4",
            mark=ClipMark(sha256="ab12" * 16, streams="cd34" * 16),
            duration_s=42.37,
            still=False,
            streams=("h264 1080x1920", "aac 48000 Hz"),
        ),
        "use": StatedUse(
            publish_at=datetime(2026, 12, 1, 9, tzinfo=SHANGHAI),
            purpose=Purpose.ADVERTISING,
            channels=("tiktok",),
            territories=("FR", "CN"),
            face_method=Method.AI_GENERATED,
            project="Nova",
        ),
        "verdict": Verdict.BLOCKED,
        "incomplete": True,
        "headline": "Do not publish this clip for the stated use: consent is missing.",
        "people": (person(1, "Eileen Collins", **ENDED), person(2, "Marta Ruiz-Peña"), STRANGER, STRANGER),
        "judged_by": (
            ClearedBy(modality=Modality.FACE, gallery=5000, review_fpir=0.025, block_fpir=0.0025),
            ClearedBy(modality=Modality.VOICE, gallery=1200, review_fpir=0.025, block_fpir=0.0025),
        ),
        "models": (
            ClearanceModel(
                task=ModelTask.FACE_EMBEDDER,
                name="retail-0095",
                version="2022.1",
                sha256="b" * 64,
                licence="Apache-2.0",
                commercial_use=CommercialUse.YES,
            ),
        ),
        "report_sha256": "e" * 64,
        "picture_share": 0.94,
        "sound_share": 1.0,
        "not_examined": ("6% of the picture was not examined: unreadable (0:37.0–0:39.5).",),
        "public_key": PUBLIC_KEY,
    }
    return ClearanceRecord(**{**fields, **changes})
