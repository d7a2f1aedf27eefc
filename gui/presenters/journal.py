"""The journal and the state of a registry in words: who did what, whether all of it holds, what is overdue."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from countenance.packs import ModelTask, PackCard
from countenance.people import Modality
from countenance.translations import _, language, mark, ngettext
from gui.presenters.looks import Icon, Tone
from registry import (
    Audit,
    HeadState,
    Health,
    JournalChoice,
    JournalEntry,
    KeyringState,
    Names,
    Registry,
    deed_sentence,
    head_sentence,
)
from reports.wording import format_bytes, format_count, format_moment


class DeedKind(StrEnum):
    """What the journal can be narrowed to; each stands for the first parts of some actions."""

    PEOPLE = "people"
    SAMPLES = "samples"
    CONSENTS = "consents"
    GRANTS = "grants"
    DOCUMENTS = "documents"
    CLIPS = "clips"
    ERASURES = "erasures"
    REGISTRY = "registry"


class Period(StrEnum):
    """Which days of the journal are shown."""

    ALL = "all"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One entry of the journal.

    Attributes:
        number: of the entry.
        moment: in words, in the registry's zone.
        sentence: who did what, with names in place of ids.
        icon: of its kind.
    """

    number: int
    moment: str
    operator: str
    sentence: str
    icon: Icon


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are shown; what is empty or None leaves nothing out.

    Attributes:
        person: id.
    """

    person: str = ""
    kind: DeedKind | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """The entries that are wanted, newest first, and what turns each into a `Deed` when it is shown."""

    entries: tuple[JournalEntry, ...]
    names: Names
    zone: ZoneInfo

    def deed(self, place: int) -> Deed:
        """Return the entry at a place, in words."""
        return deeds_of((self.entries[place],), self.names, self.zone)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line about the registry's state, with an icon of its tone."""

    words: str
    icon: Icon
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the page about the registry shows.

    Attributes:
        head_doubt: why the journal's end is not to be trusted; empty where it is.
        clock_doubt: likewise of the clock.
        in_keyring: whether the system's keyring holds the passphrase; None where there is no keyring.
    """

    owner: str
    zone: str
    file: str
    lines: tuple[Line, ...]
    head_doubt: str
    clock_doubt: str
    in_keyring: bool | None


def kind_words(kind: DeedKind) -> str:
    """Return what a kind of entries is called."""
    return _(_KINDS[kind][0])


def period_words(period: Period) -> str:
    """Return what a period is called."""
    return _(_PERIODS[period][0])


def first_day(period: Period, today: date) -> date | None:
    """Return the first day of a period that ends today; None where it has none, or it is chosen."""
    days = _PERIODS[period][1]
    return None if days is None else today - timedelta(days=days)


def read_journal(wanted: Wanted, registry: Registry) -> JournalPage:
    """Return the entries that are wanted, newest first; off the window's thread."""
    with registry.snapshot():
        about = registry.upkeep.everything_of(wanted.person) if wanted.person else frozenset()
        choice = JournalChoice(
            about=about,
            since=wanted.since,
            until=wanted.until,
            actions=() if wanted.kind is None else _KINDS[wanted.kind][1],
        )
        entries = registry.upkeep.entries(choice)
        return JournalPage(tuple(reversed(entries)), registry.summaries.names(), ZoneInfo(registry.tz))


def read_history(person: str, registry: Registry) -> tuple[Deed, ...]:
    """Return what was done about a person, newest first; off the window's thread. The whole journal is read for it.

    Raises:
        WrongUsageError: there is nobody with that id.
    """
    with registry.snapshot():
        about = registry.upkeep.everything_of(person)
        entries = registry.upkeep.entries(JournalChoice(about=about))
        names = registry.summaries.names()
    return deeds_of(tuple(reversed(entries)), names, ZoneInfo(registry.tz))


def deeds_of(entries: Iterable[JournalEntry], names: Names, zone: ZoneInfo) -> tuple[Deed, ...]:
    """Return entries in words, in their order."""
    return tuple(
        Deed(
            number=entry.seq,
            moment=_moment(datetime.fromisoformat(entry.at).astimezone(zone)),
            operator=entry.operator,
            sentence=_sentence(deed_sentence(replace(entry, subject=_called(entry, names)))),
            icon=_icon(entry.action),
        )
        for entry in entries
    )


def journal_csv(page: JournalPage) -> bytes:
    """Return the entries as a table, oldest first, for spreadsheets: UTF-8 with a mark, lines ending in CRLF."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow((_("Number"), _("Moment"), _("Who"), _("What")))
    for place in reversed(range(len(page.entries))):
        entry, deed = page.entries[place], page.deed(place)
        writer.writerow(map(_harmless, (str(entry.seq), entry.at, entry.operator, deed.sentence)))
    return sheet.getvalue().encode("utf-8-sig", "replace")


def count_words(count: int) -> str:
    """Return how many entries are shown."""
    return ngettext("{count} entry", "{count} entries", count).format(count=format_count(count))


def audit_lines(found: Audit) -> tuple[Line, ...]:
    """Return what an audit found, in words; the first line says whether all of it holds."""
    told = [Line(words=problem, icon=Icon.BLOCKED, tone=Tone.BLOCKED) for problem in found.problems]
    if found.bad_pages:
        told.append(_line(_("Keep the file as it is, and restore a backup of it."), Icon.NOTE, Tone.NEUTRAL))
        return tuple(told)
    if found.head is HeadState.FIRST_SEEN:
        words = _("This computer sees the registry for the first time: whether its end was cut off, nobody can tell.")
        told.append(_line(words, Icon.NOTE, Tone.NEUTRAL))
    checked = _("Checked: {pages} pages, {entries} entries of the journal, {papers} documents.").format(
        pages=format_count(found.pages), entries=format_count(found.entries), papers=format_count(found.papers)
    )
    if found.holds:
        words = _("The registry holds: nothing was altered or lost.")
        told.insert(0, _line(words, Icon.PERMITTED, Tone.PERMITTED))
    return (*told, _line(checked, Icon.NOTE, Tone.NEUTRAL))


def read_state(card: PackCard | None, registry: Registry) -> State:
    """Return how the registry is, without reading all of it; off the window's thread."""
    bindings: dict[Modality, str] = {}
    for modality, task in _EMBEDDERS.items():
        stamp = None if card is None else card.model(task)
        if stamp is not None:
            bindings[modality] = stamp.binding
    found, zone = registry.upkeep.health(bindings), ZoneInfo(registry.tz)
    return State(
        owner=registry.owner,
        zone=registry.tz,
        file=str(registry.path).encode("utf-8", "replace").decode("utf-8"),
        lines=_health_lines(found, zone),
        head_doubt=head_sentence(found.head),
        clock_doubt=_("The clock of this computer is behind the last change.") if found.clock_behind else "",
        in_keyring=None if found.keyring is KeyringState.NONE else found.keyring is KeyringState.HOLDS,
    )


def _health_lines(found: Health, zone: ZoneInfo) -> tuple[Line, ...]:
    good, note = (Icon.PERMITTED, Tone.PERMITTED), (Icon.REVIEW, Tone.REVIEW)
    if found.last_backup is None:
        backup = _line(_("No backup was made yet."), *note)
    else:
        moment = format_moment(found.last_backup.astimezone(zone))
        backup = _line(_("Last backup: {moment}").format(moment=moment), *good)
    lines = [
        backup,
        _line(_("Other accounts of this computer may read the file."), *note)
        if found.others_may_read
        else _line(_("Only your account may read the file."), *good),
    ]
    if found.head is HeadState.FIRST_SEEN:
        words = _("This computer sees the registry for the first time: whether its end was cut off, nobody can tell.")
        lines.append(_line(words, Icon.NOTE, Tone.NEUTRAL))
    elif not head_sentence(found.head):
        lines.append(_line(_("The journal is the one that this computer saw last."), *good))
    if found.past_retention:
        told = ngettext(
            "{count} sample is past its last day.", "{count} samples are past their last day.", found.past_retention
        )
        lines.append(_line(told.format(count=format_count(found.past_retention)), *note))
    if found.without_templates:
        told = ngettext(
            "{count} person was enrolled with other models and is not recognised by those in use: add samples again.",
            "{count} people were enrolled with other models and are not recognised by those in use: add samples again.",
            found.without_templates,
        )
        lines.append(_line(told.format(count=format_count(found.without_templates)), *note))
    size = _("Size: {size}; changes so far: {count}").format(
        size=format_bytes(found.size), count=format_count(found.revision)
    )
    return (*lines, _line(size, Icon.NOTE, Tone.NEUTRAL))


def _line(words: str, icon: Icon, tone: Tone) -> Line:
    return Line(words=words, icon=icon, tone=tone)


def _called(entry: JournalEntry, names: Names) -> str:
    """Return what the subject of an entry is called in a sentence: a name, or whose it is; never an id."""
    subject = entry.subject
    if entry.action.partition(".")[0] in {"person", "samples", "erasure"}:
        erasing = entry.action in {"person.erased", "erasure.proved"}
        unnamed = _("somebody") if erasing else _("somebody who was erased since")
        return names.people.get(subject) or unnamed
    if subject in names.clips:
        return _("“{name}”").format(name=names.clips[subject] or _("a clip"))
    whose = names.people.get(names.theirs.get(subject, "") or _person_in(entry.facts))
    return _("of {name}").format(name=whose) if whose else ""


def _moment(moment: datetime) -> str:
    """Return a moment in few words; in which zone is said above the column."""
    return str(format_datetime(moment, format="medium", tzinfo=moment.tzinfo, locale=language().replace("-", "_")))


def _person_in(facts: str) -> str:
    told: Mapping[str, object] = json.loads(facts)
    return str(told.get("person", ""))


def _sentence(words: str) -> str:
    """Return a sentence without the gap that a subject without a name leaves."""
    return " ".join(words.split())


def _icon(action: str) -> Icon:
    first = action.partition(".")[0]
    if action in {"person.erased", "erasure.proved", "sample.removed"}:
        return Icon.ERASE
    return next((icon for icon, kinds in _ICONS if first in kinds), Icon.NOTE)


def _harmless(cell: str) -> str:
    # What a spreadsheet would take for a formula.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


_EMBEDDERS = {Modality.FACE: ModelTask.FACE_EMBEDDER, Modality.VOICE: ModelTask.VOICE_EMBEDDER}
_PERIODS: dict[Period, tuple[str, int | None]] = {
    Period.ALL: (mark("Any time"), None),
    Period.WEEK: (mark("Last 7 days"), 6),
    Period.MONTH: (mark("Last 30 days"), 29),
    Period.YEAR: (mark("Last 365 days"), 364),
    Period.CHOSEN: (mark("Days…"), None),
}
_KINDS: dict[DeedKind, tuple[str, Sequence[str]]] = {
    DeedKind.PEOPLE: (mark("People"), ("person",)),
    DeedKind.SAMPLES: (mark("Samples"), ("sample", "samples", "templates", "person.enrolled", "retention")),
    DeedKind.CONSENTS: (mark("Biometric consents"), ("biometric_consent", "retention")),
    DeedKind.GRANTS: (mark("Grants and prohibitions"), ("grant", "prohibition", "consent")),
    DeedKind.DOCUMENTS: (mark("Documents"), ("document",)),
    DeedKind.CLIPS: (
        mark("Clips: checks, answers, publications"),
        ("check", "certificate", "publication", "approval", "exception", "answer"),
    ),
    DeedKind.ERASURES: (mark("Erasures and disclosures"), ("person.erased", "erasure", "person.disclosed")),
    DeedKind.REGISTRY: (mark("The registry itself"), ("registry", "head", "clock", "import", "signing_key")),
}
_ICONS: tuple[tuple[Icon, frozenset[str]], ...] = (
    (Icon.PERSON, frozenset({"person"})),
    (Icon.PICTURE, frozenset({"sample", "samples", "templates"})),
    (Icon.DOCUMENT, frozenset({"grant", "prohibition", "consent", "document", "biometric_consent"})),
    (Icon.FILM, frozenset({"check", "publication", "approval", "exception", "answer"})),
    (Icon.CERTIFICATE, frozenset({"certificate", "signing_key"})),
    (Icon.KEY, frozenset({"registry", "head"})),
    (Icon.CLOCK, frozenset({"clock", "retention"})),
    (Icon.IMPORT, frozenset({"import"})),
)
