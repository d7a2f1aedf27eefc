"""The import of many people, or of papers: first what it would do, row by row, then the import, then what it came to.

People are imported through the window's one detectors' process. Stopped, an import goes on where it was.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from gui.presenters.importing import (
    ImportForm,
    Source,
    allowed_to_take,
    chosen_plan,
    paper_rows,
    papers_words,
    plan_rows,
    plan_words,
    report_rows,
    report_words,
)
from gui.presenters.looks import Icon
from gui.vault import Change
from gui.views.import_pages import ProgressPage, RowsPage
from gui.views.import_terms import ImportTerms
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.pieces import push_button
from gui.views.room import Parts
from gui.views.welcome import dropped_paths
from registry import Registry
from scan.exchange.files import plan_from
from scan.exchange.taking import Outcome, Plan, Step, take
from scan.importing.entries import ImportPlan, plan_import
from scan.importing.people import ImportSetup, import_people
from scan.importing.report import ImportReport, save_import_report
from scan.worker import DetectorWorker


class ImportDialog(PapersDialog):
    """Imports people from a folder or a list, or papers from a file.

    Signals:
        imported: something was taken into the registry.
    """

    imported = Signal()

    def __init__(self, parts: Parts, folder_or_roster: Path | None = None, parent: QWidget | None = None) -> None:
        """Begin.

        Args:
            parts: of the window.
            folder_or_roster: a folder of people, a table of people or of grants, or an export of another registry.
            parent: the window.
        """
        super().__init__(parts, _("Import"), Icon.IMPORT, parent, width=1000, height=720)
        self.setAcceptDrops(True)
        self._form = ImportForm()
        self._plan: ImportPlan | None = None
        self._papers: Plan | None = None
        self._report: ImportReport | None = None
        self._running: CancelToken | None = None
        self._began_s = 0.0
        self.terms = ImportTerms()
        self.page = RowsPage()
        self.progress = ProgressPage()
        self.rest = QCheckBox(_("Take in the rest where records are refused"))
        for widget in (self.terms, self.page, self.rest, self.progress):
            widget.hide()
            self.body.addWidget(widget, 1 if widget in (self.page, self.progress) else 0)
        self._build_buttons()
        self.terms.changed.connect(self._allow)
        self.page.rows.chosen.connect(lambda _count: self._allow())
        self.rest.toggled.connect(lambda _on: self._allow())
        if folder_or_roster is not None:
            self.terms.take(folder_or_roster)
        self._show_terms()

    def reject(self) -> None:
        """Close; an import at work is stopped first, and tells what it came to."""
        if self._running is not None:
            self._stop()
        else:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files while nothing was looked at yet."""
        if dropped_paths(event.mimeData()) and self.terms.isVisible():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take what was dropped."""
        event.acceptProposedAction()
        for path in dropped_paths(event.mimeData()):
            self.terms.take(path)

    def _build_buttons(self) -> None:
        self.cancel = push_button(_("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.export = push_button(_("Export as CSV…"), Icon.EXPORT)
        self.export.clicked.connect(self._export)
        self.back = push_button(_("Back"), Icon.BACK)
        self.back.clicked.connect(self._show_terms)
        self.look = push_button(_("Look at all samples first"), Icon.SEARCH)
        self.look.setToolTip(_("Examines everything and says who would be kept out, without keeping anybody"))
        self.look.clicked.connect(lambda: self._run(dry_run=True))
        self.go = push_button(_("Show what would be imported"), primary=True)
        self.go.clicked.connect(self._go)
        self.stop = push_button(_("Stop"), Icon.STOP)
        self.stop.clicked.connect(self._stop)
        self.lay_buttons(self.cancel, self.export, None, self.back, self.look, self.stop, self.go)

    def _show_page(self, *pages: QWidget) -> None:
        for widget in (self.terms, self.page, self.rest, self.progress):
            widget.setVisible(widget in pages)
        running = self._running is not None
        result = self._report is not None
        self.cancel.setText(_("Close") if result else _("Cancel"))
        self.cancel.setVisible(not running)
        self.export.setVisible(result and not running)
        self.back.setVisible(self.page in pages and not running)
        self.look.setVisible(self._plan is not None and not result and self.page in pages)
        self.stop.setVisible(running)
        self.go.setVisible(not running)
        self.complain("")
        self._allow()

    def _show_terms(self) -> None:
        self._plan = self._papers = self._report = None
        self.go.setText(_("Show what would be imported"))
        self._show_page(self.terms)

    def _allow(self) -> None:
        why = ""
        if self.terms.isVisibleTo(self):
            why = "" if self.terms.what() is not None else _("Choose a folder or a list first.")
        elif self._papers is not None:
            why = allowed_to_take(self._papers, rest=self.rest.isChecked())
        elif self._report is None or self._report.dry_run:
            why = "" if self.page.rows.taken() or self._report is not None else _("Nobody is chosen.")
        if self._plan is not None and self._plan.files and self.parts.desk.card is None and not why:
            why = _("The models are not ready yet: install them first.")
        self.go.setEnabled(not why)
        self.go.setToolTip(why)
        self.look.setEnabled(not why)

    def _go(self) -> None:
        if self.terms.isVisibleTo(self):
            self._look_into()
        elif self._papers is not None:
            self._take_papers(self._papers)
        elif self._report is not None and self._report.finished and not self._report.dry_run:
            self.accept()
        else:
            self._run(dry_run=False)

    def _look_into(self) -> None:
        """Read what there is: the list, or the names of the files of everybody."""
        self._form = form = self.terms.form()
        self.go.setEnabled(False)
        if self.terms.what() is Source.PAPERS:
            assert form.roster is not None
            self.parts.vault.ask(
                partial(plan_from, path=form.roster),
                while_alive(self, self._show_papers),
                while_alive(self, self._fail),
            )
            return

        def plan(opened: Registry) -> ImportPlan:
            return plan_import(form.folder, form.roster, form.terms(), opened.today(), source=form.source)

        self.parts.vault.ask(plan, while_alive(self, self._show_plan), while_alive(self, self._fail))

    def _fail(self, error: CountenanceError) -> None:
        self._allow()
        self.complain(error)

    def _show_plan(self, plan: ImportPlan) -> None:
        self._plan = plan
        self.page.show_rows(plan_words(plan), plan_rows(plan))
        self.go.setText(_("Import"))
        self._show_page(self.page)

    def _show_papers(self, plan: Plan) -> None:
        self._papers = plan
        self.page.show_rows(papers_words(plan), paper_rows(plan))
        refused = any(step.outcome is Outcome.REFUSED for step in plan.steps)
        self.go.setText(_("Take them in"))
        self._show_page(self.page, *([self.rest] if refused else []))

    def _take_papers(self, plan: Plan) -> None:
        self.go.setEnabled(False)
        change = Change(work=partial(take, plan=plan), words=_("Papers were taken in."))
        self.parts.vault.change(change, while_alive(self, self._taken), while_alive(self, self._fail))

    def _taken(self, _steps: tuple[Step, ...]) -> None:
        self.imported.emit()
        self.accept()

    def _run(self, *, dry_run: bool) -> None:
        """Import, or look at everything without keeping anybody."""
        if self._plan is None:
            return
        keys = self.page.rows.taken() if self._report is None else {entry.key for entry in self._plan.entries}
        self._plan = chosen_plan(self._plan, keys)
        self.parts.vault.ask(lambda opened: opened, while_alive(self, partial(self._begin, self._plan, dry_run)))

    def _begin(self, plan: ImportPlan, dry_run: bool, opened: Registry) -> None:
        desk, allow = self.parts.desk, self._form.allow_look_alikes
        card, models, vault = desk.card, desk.models, self.parts.vault

        def job(worker: DetectorWorker, on_progress: ProgressHook, cancel: CancelToken) -> ImportReport:
            setup = ImportSetup(
                card=card,
                models=models,
                worker=lambda: nullcontext(worker),
                dry_run=dry_run,
                allow_look_alikes=allow,
            )
            return import_people(plan, opened, setup, on_progress=on_progress, stop=cancel)

        shown, failed = while_alive(self, self._ended), while_alive(self, self._failed)

        def ended(report: ImportReport) -> None:
            if report.imported and not report.dry_run:
                # They are kept already, some dozens at a time: pages are only told to read again.
                vault.change(Change(work=lambda _opened: None, words=_("People were imported.")))
            shown(report)

        self._began_s = time.monotonic()
        tell = while_alive(self, self._tell)
        self._running = desk.detecting.ask(job, ended, failed, lambda *step: tell(step))
        self.progress.begin(_("Looking at everybody…") if dry_run else _("Importing…"))
        self._show_page(self.progress)

    def _tell(self, step: tuple[str, float, float]) -> None:
        self.progress.tell(*step, time.monotonic() - self._began_s)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.stop.setEnabled(False)
            self.progress.stopping()

    def _ended(self, report: ImportReport) -> None:
        self._running = None
        self.stop.setEnabled(True)
        self._report = report
        self.page.show_rows(report_words(report), report_rows(report))
        if report.dry_run:
            self.go.setText(_("Import"))
        else:
            self.go.setText(_("Done") if report.finished else _("Go on"))
            self.imported.emit()
        self._show_page(self.page)

    def _failed(self, error: CountenanceError) -> None:
        self._running = None
        self.stop.setEnabled(True)
        if self._plan is not None:
            self._show_plan(self._plan)
        else:
            self._show_terms()
        self.complain(error)

    def _export(self) -> None:
        report = self._report
        if report is None:
            return
        name, _filter = QFileDialog.getSaveFileName(
            self, _("Export what it came to"), _("import.csv"), filter=_("Tables (*.csv)")
        )
        if name:
            path = Path(name) if Path(name).suffix.lower() == ".csv" else Path(f"{name}.csv")
            self.parts.desk.desk_lane.do(
                partial(save_import_report, report, path),
                while_alive(self, lambda _nothing: self.page.tell(_("Exported to “{file}”.").format(file=path.name))),
                while_alive(self, self.complain),
            )
