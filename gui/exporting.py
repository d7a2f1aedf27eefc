"""What leaves the window about a checked clip: reports, certificates, kept checks; each written where the user says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from countenance.clearance import KeptCheck
from countenance.decisions import ClipMark
from countenance.errors import ClipError, CountenanceError
from countenance.translations import _
from countenance.verdict import CheckResult
from gui.answering import Answering
from gui.desk import Desk
from gui.presenters.exports import Export, Saved, saved_as, with_ending
from gui.presenters.queues import Entry
from gui.vault import Change, Vault
from registry import Registry
from reports import report_document
from scan.certificate import signed_certificate
from scan.keeping import keep_check
from scan.saving import ReportFormat, encoded, write_whole


class Exporting(QObject):
    """Makes and writes files off the window's thread; lives on it.

    Signals:
        busy: a sentence on what is being made; empty once nothing is.
        saved: `Saved`, a file was written.
        kept: the key of the entry whose check the registry keeps now.
    """

    busy = Signal(str)
    saved = Signal(object)
    kept = Signal(int)

    def __init__(self, desk: Desk, vault: Vault, answering: Answering) -> None:
        super().__init__()
        self._desk, self._vault, self._answering = desk, vault, answering
        self._kept: dict[int, tuple[object, str]] = {}
        vault.locked.connect(self._forget)

    def export(self, entry: Entry, export: Export, to: Path) -> None:
        """Write one form of a clip's result."""
        if entry.result is None:
            return
        to = with_ending(to, export)
        if export.form is None:
            self._certify(entry, to)
        else:
            self.busy.emit(_("The report is being made…"))
            work = partial(_write_report, entry.result, export.form, to, redact=export.redact)
            self._desk.desk_lane.do(work, self._written, self._failed)

    def write(self, to: Path, content: bytes, then: Callable[[Path], None]) -> None:
        """Write a file and call `then` with its path."""
        self._desk.desk_lane.do(partial(_write, to, content), then, self._failed)

    def is_kept(self, entry: Entry) -> bool:
        """Return whether the registry keeps a check of the clip that said the same."""
        found = self._kept.get(entry.key)
        return found is not None and entry.result is not None and found[0] == _essence(entry.result)

    def keep(self, entry: Entry, then: Callable[[str], None] | None = None) -> None:
        """Have the registry keep the check; `then` gets the id that it is kept under. There is no way back."""
        result, setup = entry.result, self._desk.setup
        if result is None or setup is None or not self._vault.is_open:
            return
        if self.is_kept(entry):
            if then is not None:
                then(self._kept[entry.key][1])
            return
        self.busy.emit(_("The check is being kept…"))

        def kept(check: KeptCheck) -> None:
            self._kept[entry.key] = (_essence(result), check.id)
            self.busy.emit("")
            self.kept.emit(entry.key)
            if then is not None:
                then(check.id)

        def keep_as(mark: ClipMark) -> None:
            change = Change(
                work=lambda registry: keep_check(registry, result, mark, setup.known, setup.unknown, redact=False),
                words=_("The check was kept."),
            )
            self._vault.change(change, kept, self._failed)

        self._answering.with_mark(entry, keep_as)

    def _certify(self, entry: Entry, to: Path) -> None:
        def certify(check: str) -> None:
            self.busy.emit(_("The certificate is being signed…"))
            self._vault.change(Change(work=partial(_certificate, check)), write, self._failed)

        def write(pdf: bytes) -> None:
            self._desk.desk_lane.do(partial(_write, to, pdf), self._written, self._failed)

        self.keep(entry, certify)

    def _written(self, path: Path) -> None:
        self.busy.emit("")
        saved: Saved = saved_as(path)
        self.saved.emit(saved)

    def _failed(self, error: CountenanceError) -> None:
        self.busy.emit("")
        self._desk.failed.emit(error)

    def _forget(self) -> None:
        self._kept = {}
        self.busy.emit("")


def _essence(result: CheckResult) -> object:
    """Return what a check said, without when: keeping it changes the registry, by which it is judged anew."""
    said = [(one.kind, one.tracks, one.speakers, one.person, one.judgement) for one in result.findings]
    return result.verdict, result.incomplete, replace(result.use, publish_at=_ANY_DAY), said


_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def _write_report(result: CheckResult, form: ReportFormat, to: Path, *, redact: bool) -> Path:
    return _write(to, encoded(report_document(result, redact=redact), form))


def _certificate(check: str, registry: Registry) -> bytes:
    kept = registry.checks.kept(check)
    wanted = {one.person for one in kept.record.people if one.person}
    names = {person.id: person.display_name for person in registry.people() if person.id in wanted}
    return signed_certificate(kept.record, names, lambda payload: registry.checks.sign(payload, check=check))


def _write(to: Path, content: bytes) -> Path:
    try:
        write_whole(to, content)
    except OSError as error:
        raise ClipError(
            _("“{name}” cannot be written.").format(name=to.name.encode("utf-8", "replace").decode("utf-8")),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error
    return to
