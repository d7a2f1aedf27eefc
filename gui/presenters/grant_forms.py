"""A grant or prohibition while it is being written: what can be chosen, where to start, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from zoneinfo import available_timezones

from babel import Locale

from countenance.errors import WrongUsageError
from countenance.grants import (
    ANY,
    CHANNEL_GROUPS,
    WORLD,
    AfterEnd,
    Duty,
    Grant,
    Method,
    Prohibition,
    ProhibitionSource,
    Purpose,
    Theme,
)
from countenance.labels import channel_label, label, territory_label
from countenance.people import Modality, Person, PersonKind, Signer
from countenance.territories import EEA
from countenance.translations import _, language, mark
from gui.presenters.uses import NOT_STATED, Choice, channel_choices, territory_choices
from registry import DocumentKind, GrantPapers, Signature
from registry.rules import check_grant, check_prohibition

OWED = (Duty.CREDIT, Duty.AI_LABEL, Duty.AI_METADATA, Duty.REPORT_USE, Duty.PAY_PER_USE)
"""What a grant may ask for; the rest of the duties follow from the law."""

_EXTERNAL_ID = re.compile(r"[^\s:]+:\S(.*\S)?")

WAYS_OF_SIGNING = ("paper", "e-signature", "recorded statement")

_WAYS = {
    "paper": mark("On paper"),
    "e-signature": mark("As e-signature"),
    "recorded statement": mark("As recorded statement"),
}
_REPLICAS = {
    "none": mark("No replica clause"),
    "employment_based": mark("Made during an employment"),
    "independently_created": mark("Created independently"),
}


@dataclass(frozen=True, slots=True)
class Template:
    """A grant to start from.

    Attributes:
        words: its name; explanation: when to take it, in a sentence.
    """

    words: str
    explanation: str
    grant: Grant


def new_grant(giver: Person, today: date) -> Grant:
    """Return the grant that an empty editor shows: filmed and edited, a year long, signed today by whoever may."""
    return Grant(id="", person=giver.id, signed=today, signer=signer_of(giver), end=_a_year_later(today))


def templates(giver: Person, today: date) -> tuple[Template, ...]:
    """Return the grants to start from."""
    start = new_grant(giver, today)
    return (
        Template(
            _("One clip, one channel"),
            _("A single post in which the person was filmed."),
            replace(
                start,
                purposes=(Purpose.SOCIAL_CONTENT,),
                channels=("youtube",),
                territories=(WORLD,),
                approval=True,
            ),
        ),
        Template(
            _("Campaign"),
            _("Advertising in some countries for some months, with a credit."),
            replace(
                start,
                purposes=(Purpose.ADVERTISING, Purpose.BRANDED_CONTENT),
                channels=("social", "web_owned"),
                territories=("EU",),
                end=_months_later(today, 6),
                duties=(Duty.CREDIT,),
                after_end=AfterEnd.TAKE_DOWN,
            ),
        ),
        Template(
            _("Everything incl. AI, revocable"),
            _("Any purpose and any way, AI included; it can be withdrawn at any time."),
            replace(
                start,
                methods=tuple(Method),
                purposes=(Purpose.ANY,),
                channels=(ANY,),
                territories=(WORLD,),
                end=_a_year_later(today),
                duties=(Duty.AI_LABEL, Duty.AI_METADATA),
                after_end=AfterEnd.TAKE_DOWN,
            ),
        ),
    )


def signer_of(giver: Person) -> Signer:
    """Return who signs for somebody as a rule."""
    by_kind = {PersonKind.MINOR: Signer.GUARDIAN, PersonKind.DECEASED: Signer.ESTATE}
    return by_kind.get(giver.kind, Signer.SELF)


def first_signature(grant: Grant, giver: Person, today: date) -> Signature:
    """Return the signature that an editor shows first; the name of whoever signs for somebody is not known yet."""
    name = giver.display_name if grant.signer is Signer.SELF else ""
    return Signature(name=name, role=grant.signer.value, signed_on=grant.signed or today, how="paper")


def grant_faults(grant: Grant, papers: GrantPapers) -> dict[str, str]:
    """Return what keeps a grant from being recorded: the field, and a sentence beside it; "" is all of them."""
    faults: dict[str, str] = {}
    if grant.signed is not None:
        required = {
            "modality": (grant.modality, _("Choose the face, the voice, or both.")),
            "methods": (grant.methods, _("Choose how the pictures or the sound may be made.")),
            "purposes": (grant.purposes, _("Choose at least one purpose.")),
            "channels": (grant.channels, _("Choose at least one channel.")),
            "territories": (grant.territories, _("Choose where, such as the whole world.")),
        }
        faults = {name: words for name, (value, words) in required.items() if not value}
        if not any(one.name.strip() for one in papers.signatures):
            faults["signatures"] = _("Say who signed it.")
    if all(code.startswith("-") for code in grant.territories) and grant.territories:
        faults["territories"] = _("Choose where first, then what is left out of it.")
    start = grant.start or grant.signed
    if start and grant.end and grant.end < start:
        faults["end"] = _("The last day is before the first.")
    pause = grant.suspended
    if pause is not None and pause.end is not None and pause.end < pause.start:
        faults["suspended"] = _("The last day is before the first.")
    if not all(_EXTERNAL_ID.fullmatch(one) for one in papers.external_ids):
        faults["external_ids"] = _("Write the system first, as in human-consent-id:12345.")
    if faults:
        return faults
    try:
        check_grant(grant, papers)
    except WrongUsageError as error:
        return {"": str(error)}
    return {}


def prohibition_faults(ban: Prohibition) -> dict[str, str]:
    """Return what keeps a prohibition from being recorded, as `grant_faults` does."""
    if ban.start and ban.end and ban.end < ban.start:
        return {"end": _("The last day is before the first.")}
    try:
        check_prohibition(ban)
    except WrongUsageError as error:
        return {"": str(error)}
    return {}


def grant_purpose_choices() -> list[Choice]:
    """Return the purposes that a grant may name, first all of them but AI training."""
    rest = [one for one in Purpose if one is not Purpose.ANY]
    return [Choice(one.value, _capital(label(one))) for one in (Purpose.ANY, *rest)]


def grant_method_choices() -> list[Choice]:
    """Return how pictures and sound may be made."""
    return [Choice(one.value, _capital(label(one))) for one in Method]


def theme_choices() -> list[Choice]:
    """Return the sensitive themes."""
    return [Choice(one.value, _capital(label(one))) for one in Theme]


def duty_choices() -> list[Choice]:
    """Return what a grant may ask for in return."""
    return [Choice(one.value, _capital(label(one))) for one in OWED]


def grant_channel_choices() -> list[Choice]:
    """Return any channel, the groups of channels, then each single one."""
    wide = [Choice(code, _capital(channel_label(code))) for code in (ANY, *CHANNEL_GROUPS)]
    return [*wide, *channel_choices()]


def grant_territory_choices() -> list[Choice]:
    """Return the whole world, the unions and every country."""
    stated = [choice for choice in territory_choices() if choice.code != NOT_STATED]
    return [*stated[:2], Choice(EEA, _capital(territory_label(EEA))), *stated[2:]]


def language_choices() -> list[Choice]:
    """Return the languages that people speak, by their names in the language in force."""
    names = Locale.parse(language(), sep="-").languages
    codes = [code for code in map(str, names) if len(code) == 2]
    return sorted((Choice(code, _capital(str(names[code]))) for code in codes), key=lambda one: one.words)


def zone_choices(here: str) -> list[Choice]:
    """Return the time zones, first the registry's own as "the same as here"."""
    own = _("The registry’s ({zone})").format(zone=here.replace("_", " "))
    return [Choice("", own), *(Choice(zone, zone.replace("_", " ")) for zone in _zones())]


def read_choices(here: str) -> None:
    """Read what forms offer, off the window's thread: the first time it comes from hundreds of files."""
    for offer in (grant_territory_choices, language_choices, partial(zone_choices, here)):
        offer()


def signer_choices() -> list[Choice]:
    """Return who can have signed."""
    return [Choice(one.value, _capital(label(one))) for one in Signer]


def way_choices() -> list[Choice]:
    """Return how something can have been signed."""
    return [Choice(one, _(_WAYS[one])) for one in WAYS_OF_SIGNING]


def way_words(how: str) -> str:
    """Return how something was signed, in words."""
    return _(_WAYS[how]) if how in _WAYS else how


def replica_choices() -> list[Choice]:
    """Return what kind of digital replica a grant may be for."""
    return [Choice(code, _(words)) for code, words in _REPLICAS.items()]


def source_choices() -> list[Choice]:
    """Return who can forbid something."""
    return [Choice(one.value, _capital(label(one))) for one in ProhibitionSource]


def modality_choices() -> list[Choice]:
    """Return the face and the voice."""
    return [Choice(one.value, _capital(label(one))) for one in Modality]


def document_kinds() -> tuple[DocumentKind, ...]:
    """Return the sorts of paper in the order in which they are offered."""
    return tuple(DocumentKind)


def split_names(text: str) -> tuple[str, ...]:
    """Return names typed in one line, parted by semicolons, each once."""
    parts = (part.strip() for part in text.replace("；", ";").split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def joined_names(names: Iterable[str]) -> str:
    """Return names in one line, as `split_names` reads them."""
    return "; ".join(names)


@cache
def _zones() -> tuple[str, ...]:
    # Hundreds of files are looked at for it, and they do not change.
    named = sorted(zone for zone in available_timezones() if "/" in zone)
    return tuple(zone for zone in named if not zone.startswith(("Etc/", "SystemV/", "posix", "right")))


def _a_year_later(day: date) -> date:
    return _months_later(day, 12)


def _months_later(day: date, months: int) -> date:
    """Return the last day of a term of so many months that begins on `day`."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    last = date((number + 1) // 12, (number + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last) - timedelta(days=1)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
