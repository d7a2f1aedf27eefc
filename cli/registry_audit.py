"""`countenance registry audit` and `health`: whether the registry holds, and who did what when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from cli.evidence import last_day_of
from cli.gathering import changed_fields, gathered
from cli.output import write_json
from cli.person_stated import find_person
from cli.registry_recall import tell_affected, tell_expiring
from cli.session import Session
from cli.typed import day
from countenance.errors import CheckFailedError, WrongUsageError
from countenance.packs import ModelTask
from countenance.people import Modality
from countenance.translations import _, mark, ngettext
from registry import (
    Audit,
    HeadState,
    Health,
    JournalChoice,
    JournalEntry,
    KeyringState,
    Registry,
    deed_sentence,
    head_remedy,
    head_sentence,
)
from reports.wording import format_bytes, format_moment

# Without a choice, so many of the newest entries are shown; `--json` tells all.
_SHOWN = 40
_KEYRING = {
    KeyringState.NONE: mark("This system has no keyring that keeps passphrases."),
    KeyringState.EMPTY: mark("The system keyring does not hold the passphrase."),
    KeyringState.HOLDS: mark("The system keyring holds the passphrase."),
}
_EMBEDDERS = {Modality.FACE: ModelTask.FACE_EMBEDDER, Modality.VOICE: ModelTask.VOICE_EMBEDDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """What is to be told, and what is to be accepted."""

    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help=_("Only what was done about this person."))
    ] = None
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help=_("Only from this day on."))] = None
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("Only up to this day."))] = None
    actions: Annotated[
        list[str] | None,
        typer.Option("--action", metavar="ACTION", help=_("Only such actions, e.g. grant or person.erased; repeat.")),
    ] = None
    affected: Annotated[
        bool, typer.Option("--affected", help=_("Tell instead which kept checks would end otherwise today."))
    ] = False
    expiring: Annotated[
        str | None,
        typer.Option("--expiring", metavar="DAYS", help=_("Tell instead what ends within so many days, e.g. 30d.")),
    ] = None
    accept_head: Annotated[
        bool, typer.Option("--accept-head", help=_("Record that the journal's present end is right."))
    ] = False
    accept_clock: Annotated[
        bool, typer.Option("--accept-clock", help=_("Record that the clock is right and was ahead before."))
    ] = False

    def check(self) -> None:
        """Refuse questions that are not answered together, rather than pass over one of them.

        Raises:
            WrongUsageError: there are such.
        """
        asked = [option for option in ("affected", "expiring") if option in changed_fields(self)]
        if asked and len(changed_fields(self)) > 1:
            raise WrongUsageError(
                _("--{option} tells something else than the journal, and goes with no other option.").format(
                    option=asked[0]
                ),
                remedy=_("Ask one after the other."),
            )

    def choice(self, opened: Registry) -> JournalChoice:
        """Return which entries are asked for.

        Raises:
            WrongUsageError: a value cannot be meant like this.
        """
        return JournalChoice(
            about=frozenset() if self.person is None else _everything_of(opened, self.person),
            since=day(self.since, "--since"),
            until=day(self.until, "--until"),
            actions=tuple(self.actions or ()),
        )


def add_to(group: typer.Typer) -> None:
    """Add the commands to those about registries."""
    group.command("audit", help=_("Check the whole registry, and tell who did what and when."))(gathered(audit))
    group.command("health", help=_("Tell the registry's size, its last backup, and what is overdue."))(gathered(health))


def audit(context: typer.Context, options: AuditOptions) -> int:
    """Check pages, tables, the journal and its head; exit code 6 where something does not hold."""
    session = Session.of(context)
    options.check()
    with session.open_registry() as opened:
        if options.affected:
            return tell_affected(session, opened)
        if options.expiring is not None:
            return tell_expiring(session, opened, last_day_of(options.expiring, opened.today(), "--expiring"))
        if options.accept_clock:
            opened.upkeep.accept_clock()
        if options.accept_head:
            opened.upkeep.accept_head()
        choice = options.choice(opened)
        found = opened.upkeep.audit()
        # What damaged pages say is nothing to rely on.
        entries = () if found.bad_pages else opened.upkeep.entries(choice)
        zone = ZoneInfo(opened.tz)
    if session.as_json:
        told = [{**msgspec.to_builtins(entry), "sentence": deed_sentence(entry)} for entry in entries]
        write_json({"holds": found.holds, "audit": found, "entries": told})
    else:
        _show_entries(session, entries, zone, everything=choice != JournalChoice())
        _show_audit(session, found)
    return 0 if found.holds else CheckFailedError.exit_code


def _everything_of(opened: Registry, person: str) -> frozenset[str]:
    try:
        # Of somebody who was erased, nothing but the id leads to the journal.
        return opened.upkeep.everything_of(person)
    except WrongUsageError:
        return opened.upkeep.everything_of(find_person(opened, person).id)


def _show_entries(session: Session, entries: Sequence[JournalEntry], zone: ZoneInfo, *, everything: bool) -> None:
    shown = entries if everything else entries[-_SHOWN:]
    if len(shown) < len(entries):
        hidden = len(entries) - len(shown)
        told = ngettext(
            "{count} earlier entry is not shown; choose with --person, --since, --until or --action.",
            "{count} earlier entries are not shown; choose with --person, --since, --until or --action.",
            hidden,
        )
        session.note(told.format(count=hidden))
    if not shown:
        session.say(_("No entry of the journal is like that."))
    for entry in shown:
        moment = datetime.fromisoformat(entry.at).astimezone(zone)
        session.say(f"{entry.seq}  {format_moment(moment)}  {deed_sentence(entry)}")


def _show_audit(session: Session, found: Audit) -> None:
    session.say("")
    for problem in found.problems:
        session.say(problem, style="bold red")
    if found.bad_pages:
        session.say(_("Keep the file as it is and restore a backup: countenance registry restore"))
        return
    if found.head not in {HeadState.HOLDS, HeadState.FIRST_SEEN, HeadState.NOT_KEPT}:
        session.say(head_remedy())
    told = _("Checked: {pages} pages, {entries} entries of the journal, {papers} documents.")
    session.say(told.format(pages=found.pages, entries=found.entries, papers=found.papers))
    if found.head is HeadState.FIRST_SEEN:
        session.say(
            _("This computer sees the registry for the first time: whether its end was cut off, nobody can tell.")
        )
    if found.holds:
        session.say(_("The registry holds."))


def health(context: typer.Context) -> int:
    """Tell what can be told without reading everything."""
    session = Session.of(context)
    card = session.card()
    stamps = {modality: card.model(task) for modality, task in _EMBEDDERS.items()}
    with session.open_registry() as opened:
        found = opened.upkeep.health(
            {modality: stamp.binding for modality, stamp in stamps.items() if stamp is not None}
        )
        path, zone = opened.path, ZoneInfo(opened.tz)
    if session.as_json:
        write_json({"file": str(path), "pack": session.pack, **msgspec.to_builtins(found)})
        return 0
    session.say(_("Registry {path}").format(path=path))
    for line in _health_lines(found, session.pack, zone):
        session.say(line)
    return 0


def _health_lines(found: Health, pack: str, zone: ZoneInfo) -> list[str]:
    lines = [
        _("Size: {size}; {free} of {pages} pages are free").format(
            size=format_bytes(found.size), free=found.free_pages, pages=found.pages
        ),
        _("Other accounts of this computer may read it.")
        if found.others_may_read
        else _("Only your account may read it."),
        _("Samples past their last day: {count}").format(count=found.past_retention),
        _("People without templates of the pack {pack}: {count}").format(pack=pack, count=found.without_templates),
        _("No backup was made yet.")
        if found.last_backup is None
        else _("Last backup: {moment}").format(moment=format_moment(found.last_backup.astimezone(zone))),
        _(_KEYRING[found.keyring]),
        head_sentence(found.head) or _("The journal is the one that this computer saw last."),
    ]
    if found.without_templates:
        lines.append(_("Enrol them again from what is kept with: countenance models use {pack}").format(pack=pack))
    if found.clock_behind:
        lines.append(_("The clock of this computer is behind the last change."))
    return lines
