"""InsightFace's licence file of a package of models, read and verified (insightface 2.1, model_zoo/model_license.py).

A licence is a JSON object, signed with Ed25519 over its canonical form (RFC 8785) without the signature. It names one
package by its id and says whether commercial use is granted, to whom and for how long.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

import msgspec

from models.intake.package_manifest import MODEL_ID

PUBLIC_KEYS = (bytes.fromhex("2723f6664b22b485c43995f570e6ae4546ec9e636f366100039697bdc354b00f"),)
"""InsightFace's key, 32 bytes: insightface 2.1, model_zoo/trusted_keys/insightface-model-license-public-ed25519.pem."""

MOST_BYTES = 64 * 1024
_ISSUER = "InsightFace"
_GRANTS = ("non-commercial", "commercial")
_REQUIRED = {"license_version", "license_id", "issuer", "model_id", "grant", "valid_from", "signature"}
_OPTIONAL = {"customer", "reference", "valid_until"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class LicenceState(StrEnum):
    """What became of looking at a package's licence file."""

    ABSENT = "absent"
    COMMERCIAL = "commercial"
    NON_COMMERCIAL = "non_commercial"
    NOT_ACTIVE = "not_active"
    EXPIRED = "expired"
    INVALID = "invalid"


class PackageLicence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A package's licence as it was found.

    Attributes:
        fault: what is wrong with an invalid one, in English; empty for others.
        licence_id, customer: as the file says, where its signature holds.
        valid_from, valid_until: ISO 8601 in UTC; empty where there is none.
    """

    state: LicenceState
    fault: str = ""
    licence_id: str = ""
    customer: str = ""
    valid_from: str = ""
    valid_until: str = ""


class _InvalidError(Exception):
    """The file is no valid licence; the text says why."""


def inspect_licence(
    content: bytes | None, model_id: str, now: datetime, public_keys: Sequence[bytes] = PUBLIC_KEYS
) -> PackageLicence:
    """Return what a package's licence file grants at a moment.

    Args:
        content: of the file, at most `MOST_BYTES` and one more; None where there is none.
        model_id: of the package that the licence has to be for.
        now: with a time zone.
        public_keys: whose signature counts, raw Ed25519 keys of 32 bytes.
    """
    if content is None:
        return PackageLicence(state=LicenceState.ABSENT)
    try:
        return _verified(content, model_id, now, public_keys)
    except _InvalidError as error:
        return PackageLicence(state=LicenceState.INVALID, fault=str(error))


def _verified(content: bytes, model_id: str, now: datetime, public_keys: Sequence[bytes]) -> PackageLicence:
    document = _document(content)
    if document.keys() - _OPTIONAL != _REQUIRED:
        _invalid("its fields are not those of a licence")
    if document["license_version"] != 1:
        _invalid("it is of another version")
    licence_id = _text(document, "license_id")
    if _text(document, "issuer") != _ISSUER:
        _invalid("it is not InsightFace's")
    if (named := _text(document, "model_id", 128)) != model_id or not MODEL_ID.fullmatch(named):
        _invalid("it is for another package of models")
    grant = _text(document, "grant", 32)
    if grant not in _GRANTS:
        _invalid("it does not say what it grants")
    customer, _reference = (_text(document, name) if name in document else "" for name in ("customer", "reference"))
    if grant == "commercial" and not customer:
        _invalid("it does not say to whom commercial use is granted")
    begins = _moment(document, "valid_from")
    ends = _moment(document, "valid_until") if "valid_until" in document else None
    if ends is not None and ends <= begins:
        _invalid("it ends before it begins")
    _require_signature(document, public_keys)
    state = LicenceState.COMMERCIAL if grant == "commercial" else LicenceState.NON_COMMERCIAL
    if now < begins:
        state = LicenceState.NOT_ACTIVE
    elif ends is not None and now >= ends:
        state = LicenceState.EXPIRED
    return PackageLicence(
        state=state,
        licence_id=licence_id,
        customer=customer,
        valid_from=begins.isoformat(),
        valid_until=ends.isoformat() if ends else "",
    )


def _document(content: bytes) -> Mapping[str, Any]:
    if not 0 < len(content) <= MOST_BYTES:
        _invalid("it is empty or too large")
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_invalid)
    except (ValueError, RecursionError):  # of UTF-8 and of JSON
        _invalid("it is not proper JSON")
    if not isinstance(document, dict):
        _invalid("it is not proper JSON")
    return document


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _invalid("it says something twice")
    return found


def _text(document: Mapping[str, Any], name: str, longest: int = 256) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        _invalid(f"it does not say “{name}”, or not as it has to be said")
    return value.strip()


def _moment(document: Mapping[str, Any], name: str) -> datetime:
    value = _text(document, name, 32)
    try:
        found = datetime.fromisoformat(f"{value.removesuffix('Z')}+00:00") if value.endswith("Z") else None
    except ValueError:
        found = None
    # A date alone is read as midnight of no time zone.
    if found is None or found.utcoffset() != UTC.utcoffset(found):
        _invalid(f"it does not say “{name}”, or not as it has to be said")
    return found


def _require_signature(document: Mapping[str, Any], public_keys: Sequence[bytes]) -> None:
    import rfc8785
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    text = _text(document, "signature", 128)
    try:
        if not _BASE64URL.fullmatch(text):
            _invalid("its signature cannot be read")
        signature = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        signed = rfc8785.dumps({name: value for name, value in document.items() if name != "signature"})
    except (binascii.Error, rfc8785.CanonicalizationError, ValueError):
        _invalid("its signature cannot be read")
    for key in public_keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
        except InvalidSignature:
            continue
        return
    _invalid("its signature does not hold")


def _invalid(fault: str) -> NoReturn:
    raise _InvalidError(fault)
