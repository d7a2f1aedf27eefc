"""The people of a registry as a list: what each card says, how the list is filtered and put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from consent import ending_of
from countenance.grants import Grant
from countenance.labels import day_label
from countenance.people import Modality, Person, PersonKind
from countenance.translations import _, mark, ngettext
from gui.presenters.looks import Icon, Tone
from registry import PersonSummary, Registry
from reports.wording import format_count

SOON_DAYS = 30
"""What ends within so many days is shown as ending soon."""

FAIR_QUALITY = 0.3
"""Samples below are rarely recognised at the bounds a clip is blocked by; the gate of enrolment lets .15 pass."""

GOOD_QUALITY = 0.5


class Sign(StrEnum):
    """What is worth knowing about somebody at a glance; each can be filtered by."""

    REVOKED = "revoked"
    CONSENT_OVER = "consent_over"
    EXPIRING = "expiring"
    POOR_SAMPLES = "poor_samples"
    NO_FACE = "no_face"
    NO_VOICE = "no_voice"
    NO_PAPERS = "no_papers"
    MINOR = "minor"
    DECEASED = "deceased"
    OWN = "own"
    GROUP = "group"


class Order(StrEnum):
    """How the list is put in order."""

    NAME = "name"
    NEWEST = "newest"
    ENDING = "ending"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignLook:
    """How a sign is shown: never by its colour alone."""

    sign: Sign
    words: str
    icon: Icon
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """One person of the list.

    Attributes:
        id: asked the registry by; never shown.
        initials: stand where there is no picture.
        faces, voices, members: how many samples of each there are, and people in a group.
        signs: the gravest first.
        ends: the next last day of a grant or biometric consent; None where none is known.
        place: in the order of enrolment, from 0.
    """

    id: str
    name: str
    initials: str
    faces: int
    voices: int
    members: int
    signs: tuple[Sign, ...]
    tags: tuple[str, ...]
    ends: date | None
    place: int
    sort_name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Who is shown; what is empty leaves nobody out. Several signs must all be there, as must several tags."""

    signs: frozenset[Sign] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One filter and how many people it would leave."""

    words: str
    count: int
    chosen: bool
    sign: Sign | None = None
    tag: str = ""


FILTERED_BY = (
    Sign.EXPIRING,
    Sign.REVOKED,
    Sign.CONSENT_OVER,
    Sign.NO_FACE,
    Sign.NO_VOICE,
    Sign.POOR_SAMPLES,
    Sign.NO_PAPERS,
)
"""The signs that a list offers as filters; kinds of people are found by their tags and names."""


def read_cards(registry: Registry) -> tuple[PersonCard, ...]:
    """Return the cards of everybody, in the order of enrolment; off the window's thread."""
    today = registry.today()
    cards = tuple(card_of(summary, place, today) for place, summary in enumerate(registry.summaries.all(today)))
    # What the language writes numbers and days with is read from files the first time: here, and not when it is shown.
    count_words(len(cards), len(cards))
    day_label(today)
    return cards


def card_of(summary: PersonSummary, place: int, today: date) -> PersonCard:
    """Return the card of one person."""
    person = summary.person
    ends = _next_end(summary, today)
    signs = tuple(sign for sign in Sign if _has(sign, summary, ends, today))
    return PersonCard(
        id=person.id,
        name=person.display_name,
        initials=initials_of(person.display_name),
        faces=_count(summary, Modality.FACE),
        voices=_count(summary, Modality.VOICE),
        members=len(person.members),
        signs=signs,
        tags=person.tags,
        ends=ends,
        place=place,
        sort_name=summary.sort_name,
    )


def ends_words(card: PersonCard) -> str:
    """Return the next last day in words; empty where none is known."""
    return "" if card.ends is None else _("Next end: {day}").format(day=day_label(card.ends))


def spoken(card: PersonCard) -> str:
    """Return the whole card for those who do not see it."""
    told = (card.name, line(card), ends_words(card), *(sign_look(sign).words for sign in card.signs))
    return ", ".join(filter(None, told))


def line(card: PersonCard) -> str:
    """Return how many samples there are, in few words; of a group, how many members."""
    if Sign.GROUP in card.signs:
        return ngettext("Group of {count}", "Group of {count}", card.members).format(count=format_count(card.members))
    told = []
    if card.faces:
        words = ngettext("{count} picture", "{count} pictures", card.faces)
        told.append(words.format(count=format_count(card.faces)))
    if card.voices:
        words = ngettext("{count} voice sample", "{count} voice samples", card.voices)
        told.append(words.format(count=format_count(card.voices)))
    return " · ".join(told) or _("No samples")


def counts(card: PersonCard) -> tuple[tuple[Icon, str], ...]:
    """Return the same as icons with numbers, for where words have no room; nothing where there is nothing to count."""
    told = ((Icon.PEOPLE, card.members),) if Sign.GROUP in card.signs else _samples(card)
    return tuple((icon, format_count(count)) for icon, count in told if count)


def sign_look(sign: Sign) -> SignLook:
    """Return how a sign is shown."""
    words, icon, tone = _LOOKS[sign]
    return SignLook(sign=sign, words=_(words).format(days=SOON_DAYS), icon=icon, tone=tone)


def order_words(order: Order) -> str:
    """Return what an order is called."""
    return _(_ORDERS[order])


def chosen(
    cards: Sequence[PersonCard], filters: Filters, order: Order, found: Mapping[str, int] | None = None
) -> list[PersonCard]:
    """Return who is shown, in order.

    Args:
        cards: of everybody.
        filters: who is left out.
        order: counts where nothing is searched for.
        found: place of each person found by a search, by id, the best first; None without a search.
    """
    shown = [card for card in cards if _passes(card, filters) and (found is None or card.id in found)]
    if found is not None:
        return sorted(shown, key=lambda card: found[card.id])
    return sorted(shown, key=_KEYS[order])


def choices(cards: Sequence[PersonCard], filters: Filters) -> tuple[Choice, ...]:
    """Return the filters that would leave somebody, and those chosen, with how many people have them of all."""
    signs = Counter(sign for card in cards for sign in card.signs)
    tags = Counter(tag for card in cards for tag in card.tags)
    offered = [
        Choice(words=sign_look(sign).words, count=signs[sign], chosen=sign in filters.signs, sign=sign)
        for sign in FILTERED_BY
        if signs[sign] or sign in filters.signs
    ]
    named = sorted({*tags, *filters.tags}, key=lambda tag: (-tags[tag], tag.casefold()))
    offered += [Choice(words=tag, count=tags[tag], chosen=tag in filters.tags, tag=tag) for tag in named]
    return tuple(offered)


def toggled(filters: Filters, choice: Choice) -> Filters:
    """Return the filters with one of them put on or taken off."""
    if choice.sign is not None:
        return Filters(signs=filters.signs ^ {choice.sign}, tags=filters.tags)
    return Filters(signs=filters.signs, tags=filters.tags ^ {choice.tag})


def count_words(shown: int, everybody: int) -> str:
    """Return how many people are shown, of how many."""
    if shown == everybody:
        return ngettext("{count} person", "{count} people", everybody).format(count=format_count(everybody))
    return ngettext("{shown} of {count} person", "{shown} of {count} people", everybody).format(
        shown=format_count(shown), count=format_count(everybody)
    )


def selected_words(count: int) -> str:
    """Return how many people are selected."""
    return ngettext("{count} person selected", "{count} people selected", count).format(count=format_count(count))


def initials_of(name: str) -> str:
    """Return the letters that stand for a name: of its first and its last word, or the last of a Chinese name."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        # A Chinese given name tells more than the family name before it.
        return words[0][-1] if _is_cjk(words[0][0]) else words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


def quality_words(best: float) -> tuple[str, Tone]:
    """Return how good a sample is, in a word, and the tone of it."""
    if best >= GOOD_QUALITY:
        return _("Good"), Tone.PERMITTED
    return (_("Fair"), Tone.NEUTRAL) if best >= FAIR_QUALITY else (_("Poor"), Tone.REVIEW)


def read_found(text: str, registry: Registry) -> Mapping[str, int]:
    """Return the place of everybody found by a text, by id, the best first; off the window's thread."""
    return {person.id: place for place, person in enumerate(registry.search(text))}


def read_pictures(people: Collection[str], registry: Registry) -> dict[str, bytes]:
    """Return the best picture of each of some people, empty where none may be shown; off the window's thread."""
    with registry.snapshot():
        today = registry.today()
        return {person: registry.picture(person, today) or b"" for person in people}


def tagged(people: Collection[str], tag: str, registry: Registry) -> tuple[tuple[Person, Person], ...]:
    """Give people a tag, all or none, and return each who did not have it as they were and as they are."""
    with registry.together():
        before = [person for person in registry.people(sorted(people)) if tag not in person.tags]
        return tuple((one, registry.change_person(_with_tag(one, tag), expected=one)) for one in before)


def untagged(changed: Collection[tuple[Person, Person]], registry: Registry) -> None:
    """Take back what `tagged` did."""
    with registry.together():
        for before, after in changed:
            registry.change_person(before, expected=after)


def _samples(card: PersonCard) -> tuple[tuple[Icon, int], ...]:
    return ((Icon.PICTURE, card.faces), (Icon.MICROPHONE, card.voices))


def _with_tag(person: Person, tag: str) -> Person:
    return replace(person, tags=(*person.tags, tag))


def _count(summary: PersonSummary, modality: Modality) -> int:
    samples = summary.samples.get(modality)
    return 0 if samples is None else samples.count


def _next_end(summary: PersonSummary, today: date) -> date | None:
    ends = [end for end in (_end_of(summary, place) for place in range(len(summary.grants))) if end and end >= today]
    until = summary.person.biometric_until
    if until is not None and until >= today and summary.may_be_examined:
        ends.append(until)
    return min(ends, default=None)


def _end_of(summary: PersonSummary, place: int) -> date | None:
    outline = summary.grants[place]
    # Only what tells when it ends is known of it, and nothing else of it is looked at.
    grant = Grant(
        id=outline.id,
        person=summary.person.id,
        signed=outline.signed,
        signer=outline.signer,
        end=outline.end,
        survives_death=outline.survives_death,
        revoked=outline.revoked,
    )
    ending = ending_of(grant, summary.person)
    return None if ending is None else ending[0]


def _has(sign: Sign, summary: PersonSummary, ends: date | None, today: date) -> bool:
    kind = summary.person.kind
    if sign in _KINDS:
        return kind is _KINDS[sign]
    if sign is Sign.EXPIRING:
        return ends is not None and ends <= today + timedelta(days=SOON_DAYS)
    # A group has no face and no voice, and so none that could be missing.
    return (kind is not PersonKind.GROUP or sign not in _OF_SAMPLES) and _TELLS[sign](summary)


def _passes(card: PersonCard, filters: Filters) -> bool:
    return filters.signs.issubset(card.signs) and filters.tags.issubset(card.tags)


def _is_cjk(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"


_OF_SAMPLES = frozenset({Sign.CONSENT_OVER, Sign.POOR_SAMPLES, Sign.NO_FACE, Sign.NO_VOICE})
_TELLS: dict[Sign, Callable[[PersonSummary], bool]] = {
    Sign.REVOKED: lambda summary: any(grant.revoked is not None for grant in summary.grants),
    Sign.NO_PAPERS: lambda summary: not summary.grants and not summary.prohibitions,
    Sign.CONSENT_OVER: lambda summary: not summary.may_be_examined,
    Sign.POOR_SAMPLES: lambda summary: any(one.best < FAIR_QUALITY for one in summary.samples.values()),
    Sign.NO_FACE: lambda summary: Modality.FACE not in summary.samples,
    Sign.NO_VOICE: lambda summary: Modality.VOICE not in summary.samples,
}
_KINDS = {
    Sign.MINOR: PersonKind.MINOR,
    Sign.DECEASED: PersonKind.DECEASED,
    Sign.OWN: PersonKind.OWN,
    Sign.GROUP: PersonKind.GROUP,
}
_LOOKS = {
    Sign.REVOKED: (mark("Withdrawn"), Icon.BLOCKED, Tone.BLOCKED),
    Sign.CONSENT_OVER: (mark("Consent over"), Icon.LOCK, Tone.BLOCKED),
    Sign.EXPIRING: (mark("Ends within {days} days"), Icon.CLOCK, Tone.REVIEW),
    Sign.POOR_SAMPLES: (mark("Poor samples"), Icon.REVIEW, Tone.REVIEW),
    Sign.NO_FACE: (mark("No picture"), Icon.PICTURE, Tone.NEUTRAL),
    Sign.NO_VOICE: (mark("No voice"), Icon.MICROPHONE, Tone.NEUTRAL),
    Sign.NO_PAPERS: (mark("No papers"), Icon.DOCUMENT, Tone.NEUTRAL),
    Sign.MINOR: (mark("Minor"), Icon.SHIELD, Tone.NEUTRAL),
    Sign.DECEASED: (mark("Deceased"), Icon.CALENDAR, Tone.NEUTRAL),
    Sign.OWN: (mark("Own persona"), Icon.STAR, Tone.NEUTRAL),
    Sign.GROUP: (mark("Group"), Icon.PEOPLE, Tone.NEUTRAL),
}
_ORDERS = {
    Order.NAME: mark("By name"),
    Order.NEWEST: mark("Newest first"),
    Order.ENDING: mark("What ends first"),
    Order.ATTENTION: mark("What needs attention"),
}
_GRAVE = {
    Sign.REVOKED: 0,
    Sign.CONSENT_OVER: 0,
    Sign.EXPIRING: 1,
    Sign.POOR_SAMPLES: 2,
    Sign.NO_FACE: 3,
    Sign.NO_PAPERS: 3,
    Sign.NO_VOICE: 4,
}
_KEYS: dict[Order, Callable[[PersonCard], Any]] = {
    Order.NAME: lambda card: (card.sort_name, card.place),
    Order.NEWEST: lambda card: -card.place,
    Order.ENDING: lambda card: (card.ends or date.max, card.sort_name),
    Order.ATTENTION: lambda card: (min((_GRAVE.get(sign, 9) for sign in card.signs), default=9), card.sort_name),
}
