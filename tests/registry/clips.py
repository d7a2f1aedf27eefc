"""Clips, checks and decisions about them, for the stories of this room: all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from countenance.clearance import (
    CLEARANCE_SCHEMA,
    ClearanceRecord,
    ClearedClip,
    ClearedPerson,
    KeptCheck,
    RememberedPerson,
)
from countenance.decisions import ClipMark, Publication
from countenance.judgement import FoundPerson, JudgementKind, MatchKind, Reason
from countenance.people import Modality
from countenance.use import StatedUse
from countenance.verdict import UnknownPolicy, Verdict
from registry import Registry
from tests.registry.people import NOW

CLIP = ClipMark(sha256="1" * 64, streams="2" * 64)
REMUXED = ClipMark(sha256="3" * 64, streams="2" * 64)
OTHER_CLIP = ClipMark(sha256="4" * 64)


def record(*people: ClearedPerson, **fields: Any) -> ClearanceRecord:
    plain = ClearanceRecord(
        schema=CLEARANCE_SCHEMA,
        check="",
        program="countenance 1",
        created=NOW,
        registry="r",
        registry_revision=1,
        journal_hash="",
        owner="us",
        clip=ClearedClip(name="ada on holiday.mp4", mark=CLIP, duration_s=3.5, still=False, streams=("h264 640x360",)),
        use=StatedUse(publish_at=NOW),
        verdict=Verdict.PERMITTED,
        incomplete=False,
        headline="Everybody recognised has agreed.",
        people=people,
        judged_by=(),
        models=(),
        report_sha256="5" * 64,
    )
    return msgspec.structs.replace(plain, **fields)


def cleared(person: str | None, rests_on: str | None = None, revision: int = 0, name: str = "") -> ClearedPerson:
    return ClearedPerson(
        person=person,
        modality=Modality.FACE,
        judgement=JudgementKind.PERMITTED,
        reason=Reason.OK,
        name=name,
        rests_on=rests_on,
        revision=revision,
    )


def remembered(person: str | None) -> RememberedPerson:
    found = FoundPerson(person=person, modality=(Modality.FACE,), match=MatchKind.STRONG)
    return RememberedPerson(found=found, prominent=person is not None)


def kept_check(registry: Registry, person: str, rests_on: str | None = None) -> KeptCheck:
    return registry.checks.keep(
        record(cleared(person, rests_on, 1 if rests_on else 0)), [remembered(person)], UnknownPolicy.REVIEW, None
    )


def publication(**fields: Any) -> Publication:
    plain = Publication(id="", clip=CLIP, clip_name="ada.mp4", place="tiktok", published_at=NOW)
    return replace(plain, **fields)


LAST_DAY = date(2026, 12, 31)
