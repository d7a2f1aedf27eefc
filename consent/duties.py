"""What is still to be done before or after a permitted publication (consent.md §4, steps 1 and 11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from consent.question import Area, Part, Question
from countenance.grants import CHINESE_PLATFORMS, SYNTHETIC_METHODS, WORLD, Duty, Purpose
from countenance.people import Modality
from countenance.territories import EU, contains, country_of


def open_duties(due: Iterable[Duty], down_by: date | None, question: Question) -> tuple[str, ...]:
    """Return, sorted, what is due and not declared done, with the day by which the clip must come down."""
    names = [duty.value for duty in set(due) - set(question.use.labels_done) - {Duty.TAKE_DOWN_BY}]
    if down_by is not None:
        names.append(f"{Duty.TAKE_DOWN_BY.value}:{down_by.isoformat()}")
    return tuple(sorted(names))


def law_duties(part: Part, question: Question) -> set[Duty]:
    """Return the labels that the law asks for a synthetic picture or voice in one part."""
    if question.method(part.modality) not in SYNTHETIC_METHODS:
        return set()
    if part.channel in CHINESE_PLATFORMS or (part.area is not None and country_of(part.area.code) == "CN"):
        return {Duty.AI_LABEL, Duty.AI_METADATA}
    return {Duty.AI_LABEL} if part.area is None or _in_eu_or_world(part.area) else set()


def performer_notice(modality: Modality, area: Area | None, question: Question) -> set[Duty]:
    """Return New York's notice for an ad that shows an invented person in the US or everywhere (source S15)."""
    is_picture_ad = question.use.purpose is Purpose.ADVERTISING and modality is Modality.FACE
    if is_picture_ad and area is not None and (area.code == WORLD or country_of(area.code) == "US"):
        return {Duty.SYNTHETIC_PERFORMER_NOTICE}
    return set()


def _in_eu_or_world(area: Area) -> bool:
    return area.code == WORLD or contains(EU, area.code)
