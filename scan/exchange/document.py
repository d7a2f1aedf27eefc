"""What registries hand to each other: people, consents, grants and prohibitions as JSON; no template, no sample.

The schema of the file is shipped as `exchange.schema.json`, generated from these types; docs/adr/0030 gives reasons.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from countenance.errors import WrongUsageError
from countenance.grants import Grant, Prohibition
from countenance.people import BiometricConsent, Person
from countenance.translations import _
from registry import GrantPapers

EXCHANGE_SCHEMA = "1.0.0"
"""Semantic: a reader of 1.x understands every 1.y."""
LARGEST_EXCHANGE_BYTES = 256 * 1024 * 1024


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base: fields unknown to this version are passed over."""


class ExchangedGrant(_Part, frozen=True):
    """The latest revision of a grant, and what is recorded with it."""

    grant: Grant
    papers: GrantPapers
    recorded_at: datetime


class ExchangedProhibition(_Part, frozen=True):
    """The latest revision of a prohibition."""

    prohibition: Prohibition
    revision: int
    recorded_at: datetime


class ExchangedDocument(_Part, frozen=True):
    """A paper that the registry holds; its content stays there.

    Attributes:
        subject: id of what it is evidence of.
        size: in bytes.
    """

    id: str
    person: str
    subject: str
    kind: str
    file_name: str
    sha256: str
    size: int


class Exchange(_Part, frozen=True):
    """One export.

    Attributes:
        created: with offset.
        registry: id of the registry that it comes from; all other ids are that registry's.
        owner: the grantee meant where a grant names none.
        tz: IANA zone of days that name none.
    """

    schema: str
    program: str
    created: datetime
    registry: str
    owner: str
    tz: str
    people: tuple[Person, ...]
    biometric_consents: tuple[BiometricConsent, ...] = ()
    grants: tuple[ExchangedGrant, ...] = ()
    prohibitions: tuple[ExchangedProhibition, ...] = ()
    documents: tuple[ExchangedDocument, ...] = ()


class _Versioned(msgspec.Struct):
    schema: str


def encode_exchange(exchange: Exchange) -> bytes:
    """Return an export as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(exchange), indent=2) + b"\n"


def decode_exchange(content: bytes) -> Exchange:
    """Return an export.

    Raises:
        WrongUsageError: it is no export, it is damaged, or of a version that is not understood.
    """
    try:
        version = msgspec.json.decode(content, type=_Versioned).schema
        if version.partition(".")[0] != EXCHANGE_SCHEMA.partition(".")[0]:
            raise WrongUsageError(
                _("The file was written by another version of the program: {version}.").format(version=version[:20]),
                remedy=_("Import it with the version of Countenance that wrote it."),
            )
        return msgspec.json.decode(content, type=Exchange)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        # Without the cause and its words: they may carry what stands in the file.
        raise WrongUsageError(
            _("This file is no export of a registry, or it is damaged."),
            remedy=_("Make it with: countenance consent export FILE.json"),
            details=type(error).__name__,
        ) from None


def json_schema() -> bytes:
    """Return the JSON Schema of an export, generated from the types."""
    schema = msgspec.json.schema(Exchange)
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"
