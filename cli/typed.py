"""From what somebody typed to what is meant: words, lists, places, days; each refusal lists what would do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from countenance.errors import WrongUsageError
from countenance.grants import ANY, CHANNEL_GROUPS, OTHER_CHANNELS
from countenance.territories import is_territory, normal_territory
from countenance.translations import _

Word = TypeVar("Word", bound=StrEnum)

# The shape of a BCP 47 tag or range (RFC 5646); whether it is registered, nobody here knows.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def word(kind: type[Word], value: str, option: str) -> Word:
    """Return `value` as a word of a vocabulary.

    Raises:
        WrongUsageError: the vocabulary has no such word; the sentence lists those it has.
    """
    try:
        return kind(value.strip().lower())
    except ValueError:
        raise WrongUsageError(
            _("“{value}” is not a value of {option}.").format(value=value, option=option),
            remedy=_("Choose one of: {words}.").format(words=", ".join(kind)),
        ) from None


def words(kind: type[Word], values: Sequence[str] | None, option: str) -> tuple[Word, ...]:
    """Return repeated, or comma-separated, values as words of a vocabulary."""
    return tuple(word(kind, value, option) for value in split(values))


def split(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return repeated or comma-separated values one by one, without blanks."""
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())


def record_id(text: str) -> str:
    """Return the id of a record, such as G0001, as it is written: blanks and small letters are forgiven."""
    return text.strip().upper()


def grant_id(text: str) -> str:
    """Return the id of a grant as it is written.

    Raises:
        WrongUsageError: it is the id of a prohibition.
    """
    found = record_id(text)
    if found.startswith("X"):
        raise WrongUsageError(
            _("{id} is a prohibition, not a grant.").format(id=found),
            remedy=_("A prohibition gets its last day with: countenance consent edit {id} --end DATE").format(id=found),
        )
    return found


def channels(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return channel names and groups.

    Raises:
        WrongUsageError: a name is neither a channel nor a group of consent_fields.csv.
    """
    known = {ANY, *CHANNEL_GROUPS, *OTHER_CHANNELS}.union(*CHANNEL_GROUPS.values())
    found = tuple(value.lower() for value in split(values))
    for name in found:
        if name not in known:
            raise WrongUsageError(
                _("There is no channel “{name}”.").format(name=name),
                remedy=_("Choose among: {words}.").format(words=", ".join(sorted(known))),
            )
    return found


def territories(values: Sequence[str] | None, *, exclusions: bool) -> tuple[str, ...]:
    """Return territory codes as ISO 3166 spells them.

    Args:
        values: as typed.
        exclusions: whether "-XX", which takes a territory out of a wider one, makes sense here.

    Raises:
        WrongUsageError: a value has not the shape of a territory.
    """
    for code in split(values):
        if not is_territory(code) or (code.startswith("-") and not exclusions):
            raise WrongUsageError(
                _("“{value}” is not a territory.").format(value=code),
                remedy=_("Write a country as DE, a region as US-NY, or EU, EEA, WORLD."),
            )
    return tuple(normal_territory(code) for code in split(values))


def language_range(value: str, option: str) -> str:
    """Return a language tag or range such as en-GB or zh, or "any".

    Raises:
        WrongUsageError: the value has not the shape of one.
    """
    if value.lower() == ANY:
        return ANY
    if not _LANGUAGE.fullmatch(value):
        raise WrongUsageError(
            _("“{value}” is not a language for {option}.").format(value=value, option=option),
            remedy=_("Write a language tag, such as en, en-GB or zh-CN."),
        )
    return value


def moment(text: str | None, now: datetime, option: str) -> datetime:
    """Return the moment written in ISO 8601; a bare date is its noon, and the system's zone where none is written.

    Raises:
        WrongUsageError: the text is no moment.
    """
    if text is None:
        return now
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsageError(
            _("“{value}” is not a time for {option}.").format(value=text, option=option),
            remedy=_("Write it like 2026-06-15 or 2026-06-15T10:00+02:00."),
        ) from None
    if _is_bare_date(text):
        written = written.replace(hour=12)
    return written if written.tzinfo else written.replace(tzinfo=now.tzinfo)


def day(text: str | None, option: str) -> date | None:
    """Return the date written in ISO 8601, or None where none is given.

    Raises:
        WrongUsageError: the text is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsageError(
            _("“{value}” is not a date for {option}.").format(value=text, option=option),
            remedy=_("Write it like 2026-06-15."),
        ) from None


def _is_bare_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
