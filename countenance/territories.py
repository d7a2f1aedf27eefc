"""Countries and their groups, as grants, bans and stated uses name them (ISO 3166-1 and -2, EU, EEA, WORLD)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from countenance.grants import WORLD

EU = "EU"
EEA = "EEA"

EU_COUNTRIES = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"}
    | {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
EEA_COUNTRIES = EU_COUNTRIES | {"IS", "LI", "NO"}
UNIONS: dict[str, frozenset[str]] = {EU: EU_COUNTRIES, EEA: EEA_COUNTRIES}

# What people type for a country although ISO 3166-1 lists another code: a ban on GB must not miss a use in "UK".
_ALIASES = {"UK": "GB", "EL": "GR"}
_SHAPE = re.compile(r"(WORLD|EU|EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)")


def normal_territory(code: str) -> str:
    """Return `code` in capitals and with everyday codes (UK, EL) as ISO 3166-1 spells them; a leading "-" is kept."""
    sign, plain = ("-", code.strip()[1:]) if code.strip().startswith("-") else ("", code.strip())
    country, dash, region = plain.upper().partition("-")
    return f"{sign}{_ALIASES.get(country, country)}{dash}{region}"


def is_territory(code: str) -> bool:
    """Say whether `code` has the shape of a territory: ISO 3166-1 or -2, EU, EEA, WORLD, or one of them after "-"."""
    return _SHAPE.fullmatch(normal_territory(code).removeprefix("-")) is not None


def country_of(code: str) -> str:
    """Return the country of an ISO 3166-2 region ("US-NY" is in "US"); other codes are returned as they are."""
    return code.partition("-")[0]


def contains(wider: str, narrower: str) -> bool:
    """Say whether all of `narrower` lies in `wider`; both normal, without a leading "-"."""
    if wider in (WORLD, narrower):
        return True
    if wider in UNIONS:
        return UNIONS.get(narrower, frozenset({country_of(narrower)})) <= UNIONS[wider]
    return wider == country_of(narrower)


def overlap(one: str, other: str) -> str | None:
    """Return the narrower of two territories if it lies in the wider one; None where they share nothing."""
    if contains(one, other):
        return other
    return one if contains(other, one) else None


def included_and_excluded(codes: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part a list of territories into what it includes and what its "-XX" exclude, normal and without the "-"."""
    normal = [normal_territory(code) for code in codes]
    included = tuple(code for code in normal if not code.startswith("-"))
    return included, tuple(code[1:] for code in normal if code.startswith("-"))
