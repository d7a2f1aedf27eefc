"""The key that signs certificates: made inside the registry when first needed, and never outside it."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database

from registry.lane import Lane

_NAME = "certificates"


def signing_key(lane: Lane, db: Database) -> Ed25519PrivateKey:
    """Return the registry's key, made now where there was none; inside a change."""
    kept = kept_key(db)
    if kept is not None:
        return kept
    made = Ed25519PrivateKey.generate()
    db.table("own_keys").insert({"name": _NAME, "content": made.private_bytes_raw()})
    lane.write_down(db, "signing_key.made", public_half(made), {})
    return made


def kept_key(db: Database) -> Ed25519PrivateKey | None:
    """Return the registry's key; None where it was never needed."""
    row = db.execute("select content from own_keys where name = ?", [_NAME]).fetchone()
    return None if row is None else Ed25519PrivateKey.from_private_bytes(bytes(row[0]))


def public_half(key: Ed25519PrivateKey) -> str:
    """Return the public key, 32 bytes as lower-case hex."""
    return key.public_key().public_bytes_raw().hex()
