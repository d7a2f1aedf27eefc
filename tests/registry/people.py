"""People and papers for the stories of this room: all invented."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from countenance.grants import Grant, Purpose
from countenance.people import BiometricConsent, Modality, Person, Signer
from registry import (
    GrantPapers,
    NewSample,
    NewTemplate,
    Passphrase,
    Registry,
    SampleKind,
    Signature,
    create_registry,
    open_registry,
)

WORDS = "paper kite over harbour"
PASSPHRASE = Passphrase(WORDS)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SIGNED = date(2026, 11, 1)
RETAIN_UNTIL = date(2029, 11, 1)
BINDING = "a" * 64 + "/1"
OTHER_BINDING = "c" * 64 + "/1"
JPEG = b"\xff\xd8\xff\xe0 a face \xff\xd9"


def clock() -> datetime:
    return NOW


def new_registry(path: Path) -> Registry:
    return create_registry(path, PASSPHRASE, owner="us", tz="Europe/Paris", operator="ann", clock=clock)


def opened(path: Path, busy_timeout_s: float = 0.0) -> Registry:
    return open_registry(path, PASSPHRASE, operator="ben", clock=clock, busy_timeout_s=busy_timeout_s)


def person(name: str = "Ada Example", **fields: object) -> Person:
    return replace(Person(id="", display_name=name), **fields)


def consent(**fields: object) -> BiometricConsent:
    plain = BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE,),
        purpose="finding this person in clips before publication",
        signed_on=SIGNED,
        method="paper",
        notice_version="2026-1",
        retain_until=RETAIN_UNTIL,
    )
    return replace(plain, **fields)


def vector(value: float = 0.25, dimension: int = 128) -> bytes:
    return struct.pack(f"<{dimension}f", *([value] * dimension))


def template(**fields: object) -> NewTemplate:
    plain = NewTemplate(modality=Modality.FACE, model="drawn 1", binding=BINDING, vector=vector())
    return replace(plain, **fields)


def sample(**fields: object) -> NewSample:
    plain = NewSample(kind=SampleKind.PHOTO, file_sha256="b" * 64, picture=JPEG, quality=0.5, templates=(template(),))
    return replace(plain, **fields)


SPOKEN = consent(modality=(Modality.FACE, Modality.VOICE))
VOICE_BINDING = "d" * 64 + "/1"


def spoken(**fields: object) -> NewSample:
    """Return a sample of a voice."""
    plain = NewSample(
        kind=SampleKind.AUDIO,
        file_sha256="e" * 64,
        sound=bytes(3200),
        quality=0.5,
        templates=(template(modality=Modality.VOICE, model="heard 1", binding=VOICE_BINDING),),
    )
    return replace(plain, **fields)


def enrolled(registry: Registry, name: str = "Ada Example", **fields: object) -> str:
    return registry.enrol(person(name, **fields), consent=consent(), samples=[sample()])


def grant(giver: str, **fields: object) -> Grant:
    plain = Grant(
        id="",
        person=giver,
        signed=SIGNED,
        purposes=(Purpose.SOCIAL_CONTENT,),
        channels=("social",),
        territories=("EU",),
    )
    return replace(plain, **fields)


PAPERS = GrantPapers(signatures=(Signature(name="Ada Example", role="self", signed_on=SIGNED, how="paper"),))
