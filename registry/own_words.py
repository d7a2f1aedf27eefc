"""The free texts in a person's own records, beside their names: what they granted, forbade and signed, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlite_utils import Database

from registry.theirs import Theirs

# Columns of texts, and of JSON in whose members texts stand; the id of the record comes first.
_TEXTS = (
    ("source", "select id, source from samples where person"),
    ("consent", "select id, purpose, method, notice_version from biometric_consents where person"),
    ("reason", "select id, reason from exceptions where person"),
    ("answer", "select id, note from answers where person"),
    ("reason", "select a.id, a.reason from approvals a join grants g on g.id = a.grant_id where g.person"),
)
_JSON = (
    ("tag", "select id, tags from people where id"),
    ("consent", "select id, recipients from biometric_consents where person"),
    ("grant", "select id, terms, papers from grants where person"),
    ("prohibition", "select id, terms from prohibitions where person"),
)
_OF_CHECKS = """select k.id, k.clip_name from checks k
    where k.id in (select check_id from check_subjects where subject in (select value from json_each(:subjects)))"""
_OF_THEM = " in (select value from json_each(:people))"
# The other members of terms and papers are words of the program's own: they tell nothing of anybody.
_FREE = frozenset(
    {
        "description", "projects", "grantee", "exclusive", "compensation", "represented_by", "document", "name", "role",
        "how", "witness", "file", "sha256", "external_ids",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """A text of a person's own record.

    Attributes:
        kind: what sort of record or text it is from.
        source: id of the record.
        text: as it stands in the file: one from JSON with its escapes.
    """

    kind: str
    source: str
    text: str = field(repr=False)


def own_words(db: Database, theirs: Theirs) -> Iterator[OwnWords]:
    """Yield the free texts of a person's records; the same one may come more than once."""
    for kind, statement in _TEXTS:
        for number, *texts in db.execute(statement + _OF_THEM, theirs.named()).fetchall():
            yield from (OwnWords(kind=kind, source=number, text=text) for text in texts)
    for number, name in db.execute(_OF_CHECKS, theirs.named()).fetchall():
        yield OwnWords(kind="file name", source=number, text=name)
    for kind, statement in _JSON:
        for number, *texts in db.execute(statement + _OF_THEM, theirs.named()).fetchall():
            for text in texts:
                for words in _free(json.loads(text)):
                    yield OwnWords(kind=kind, source=number, text=_escaped(words))


def _free(value: Any, *, free: bool = True) -> Iterator[str]:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, str):
        if free:
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _free(one, free=free)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _free(one, free=name in _FREE)


def _escaped(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]
