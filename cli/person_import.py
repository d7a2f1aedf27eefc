"""`countenance person import`: many people at once, from a folder of folders, from a roster, or from both."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.person_stated import NOTICE_VERSION, PURPOSE_TEXT, ConsentOptions, plain
from cli.session import Session
from cli.typed import day
from countenance.errors import CancelledError
from countenance.labels import listed
from countenance.translations import _, ngettext
from countenance.work import CancelToken
from scan.importing.entries import ImportPlan, plan_import
from scan.importing.people import ImportSetup, import_people
from scan.importing.report import (
    ImportReport,
    check_report_name,
    kept_out_words,
    left_out_words,
    report_document,
    save_import_report,
)
from scan.importing.rosters import ConsentTerms

CHILDREN = min(2, os.cpu_count() or 1)
"""Detectors at work at once: reading and embedding a photo keeps one core busy (docs/adr/0033-bulk-import.md)."""

MOST_LINES = 40
"""Lines told in a terminal; a report holds them all."""

NOT_ALL = 3


def add_to(group: typer.Typer) -> None:
    """Add the command to those about people."""
    group.command("import", help=_("Import many people from a folder of folders, a roster, or both."))(
        gathered(import_many)
    )


def import_many(
    context: typer.Context,
    paper: ConsentOptions,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help=_("A folder with one subfolder of photos, films and recordings for each person.")
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="FILE.csv", help=_("A list of people, one in each row, with titles.")),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Examine everything, write nothing, and say what an import would do."))
    ] = False,
    allow_look_alikes: Annotated[
        bool,
        typer.Option("--allow-look-alikes", help=_("Import people who are taken for others, too, with a note: twins.")),
    ] = False,
    source: Annotated[
        str,
        typer.Option("--source", metavar="TEXT", help=_("Who supplied the samples, where a row names nobody.")),
    ] = "",
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help=_("Write the whole report as JSON or CSV, for you alone.")),
    ] = None,
) -> int:
    """Import many people; started again, it goes on where it stopped and repeats nobody."""
    session = Session.of(context)
    if report is not None:
        check_report_name(report)
    with session.open_registry() as opened:
        plan = plan_import(folder, roster, _terms(paper), opened.today(), source=source.strip())
        setup = ImportSetup(
            card=session.ready_card() if plan.files else None,
            models=session.places.models,
            worker=session.worker,
            children=CHILDREN,
            dry_run=dry_run,
            allow_look_alikes=allow_look_alikes,
        )
        with _stopping_gently() as stop, session.progress(_("Importing")) as show_progress:
            done = import_people(plan, opened, setup, on_progress=show_progress, stop=stop)
    if report is not None:
        save_import_report(done, report)
    _tell(session, plan, done, report)
    if not done.finished:
        stopped = CancelledError(
            _("The import was stopped; whoever was examined is kept."),
            remedy=_("Give the same command again: it goes on from here and repeats nobody."),
        )
        return session.refuse(stopped, report_document(done))
    if session.as_json:
        write_json(report_document(done))
    return 0 if done.complete else NOT_ALL


def _terms(paper: ConsentOptions) -> ConsentTerms:
    return ConsentTerms(
        purpose=PURPOSE_TEXT,
        notice_version=NOTICE_VERSION,
        signed_on=day(paper.signed, "--biometric-consent"),
        signer=paper.signed_by(),
        method=paper.method,
        retain_until=day(paper.retain_until, "--retain-until"),
        modality=paper.covered(),
        recipients=plain(paper.recipients),
    )


@contextmanager
def _stopping_gently() -> Iterator[CancelToken]:
    """Let the first Ctrl-C, or wish that the program end, stop behind the person at work, the second one at once."""
    stop = CancelToken()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.cancelled:
            signal.default_int_handler(number, frame)
        stop.cancel()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _tell(session: Session, plan: ImportPlan, done: ImportReport, report: Path | None) -> None:
    for title in plan.unknown_columns:
        session.note(_("The column “{title}” means nothing here and was not read.").format(title=title))
    _tell_some(session, [_not_imported(kept_out_words(item)) for item in done.kept_out], report)
    refused = _("Not enrolled: {name}: {file}: {why}.")
    _tell_some(session, [refused.format(name=one.name, file=one.file, why=one.why) for one in done.refused], report)
    careful = _("Careful: {text}")
    _tell_some(session, [careful.format(text=kept_out_words(item)) for item in done.noted], report)
    changed = _("{name} was imported before, and has changed since; nothing was changed here.")
    _tell_some(session, [changed.format(name=name) for name in done.changed], report)
    if done.left_out:
        counted = listed(left_out_words(kind, count) for kind, count in done.left_out.items())
        session.note(_("Left out: {counted}.").format(counted=counted))
    if session.as_json:
        return
    session.say(_imported_words(done))
    if done.already:
        earlier = ngettext("{count} person was imported before.", "{count} people were imported before.", done.already)
        session.say(earlier.format(count=done.already))
    if done.kept_out:
        kept_out = ngettext("{count} person was kept out.", "{count} people were kept out.", len(done.kept_out))
        session.say(kept_out.format(count=len(done.kept_out)))
    refusals = len(done.refused) + sum(done.refused_earlier.values())
    if refusals:
        said = ngettext("{count} sample was refused.", "{count} samples were refused.", refusals)
        session.say(said.format(count=refusals))


def _imported_words(done: ImportReport) -> str:
    count = len(done.imported)
    samples = ngettext("{count} sample", "{count} samples", done.samples).format(count=done.samples)
    if done.dry_run:
        words_ = ngettext(
            "{count} person would be imported, with {samples}; nothing was written.",
            "{count} people would be imported, with {samples}; nothing was written.",
            count,
        )
    else:
        words_ = ngettext("Imported {count} person, with {samples}.", "Imported {count} people, with {samples}.", count)
    return words_.format(count=count, samples=samples)


def _not_imported(text: str) -> str:
    return _("Not imported: {text}").format(text=text)


def _tell_some(session: Session, lines: list[str], report: Path | None) -> None:
    for line in lines[:MOST_LINES]:
        session.note(line)
    more = len(lines) - MOST_LINES
    if more > 0:
        said = ngettext("… and {count} more.", "… and {count} more.", more).format(count=more)
        session.note(said if report is not None else f"{said} {_('--report FILE.csv writes them all.')}")
