"""Erasing people: what goes, what stays, the name typed as a sign that it is meant, and the proof afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from countenance.errors import CountenanceError, WrongUsageError
from countenance.translations import _
from gui.presenters.erasing import Outlook, Proof, erase_all, is_meant, proof_of, read_outlook, read_whose, reason_words
from gui.presenters.looks import Icon, Tone
from gui.vault import Change
from gui.views.erase_proof import ProofPane
from gui.views.papers_dialog import while_alive
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme
from registry import Erasure, ErasureReason, Registry


class EraseDialog(QDialog):
    """Leads through an erasure; once it has begun it cannot be closed before its proof is there.

    Signals:
        erased: somebody was erased.
    """

    erased = Signal()

    def __init__(self, parts: Parts, people: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._outlook: Outlook | None = None
        self._busy = False
        self.setWindowTitle(_("Erase for good"))
        self.resize(600, 620)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.pages = QStackedWidget()
        column.addWidget(self.pages)
        self.pages.addWidget(self._asking())
        self.pages.addWidget(self._working())
        self.proof = ProofPane(parts)
        self.proof.left.connect(self.accept)
        self.pages.addWidget(self.proof)
        parts.vault.locked.connect(self._locked)
        parts.vault.ask(
            partial(read_outlook, list(people)),
            while_alive(self, self._show_outlook),
            while_alive(self, self._cannot),
        )

    def reject(self) -> None:
        """Close, unless the erasure goes on."""
        if not self._busy:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Stay until the proof is there."""
        if self._busy:
            event.ignore()
        else:
            super().closeEvent(event)

    def _asking(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        head = QHBoxLayout()
        head.setSpacing(GRID * 3)
        head.addWidget(IconLabel(Icon.ERASE, theme().tones[Tone.BLOCKED].ink, 32), 0, Qt.AlignmentFlag.AlignTop)
        self._title = Text(_("Erase for good"), size=1.3, bold=True)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        lists = QVBoxLayout(inside)
        lists.setContentsMargins(0, 0, GRID * 2, 0)
        lists.setSpacing(GRID * 3)
        self._goes, self._stays = _List(_("What goes"), Icon.ERASE), _List(_("What stays"), Icon.LOCK)
        lists.addWidget(self._goes)
        lists.addWidget(self._stays)
        lists.addStretch(1)
        scroll.setWidget(inside)
        column.addWidget(scroll, 1)
        self._add_question(column)
        return page

    def _add_question(self, column: QVBoxLayout) -> None:
        column.addWidget(Text(_("This cannot be taken back."), bold=True))
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        row.addWidget(Text(_("Why"), wrap=False))
        self.reason = QComboBox()
        self.reason.setAccessibleName(_("Why"))
        for reason in ErasureReason:
            self.reason.addItem(reason_words(reason), reason.value)
        row.addWidget(self.reason, 1)
        column.addLayout(row)
        self._asks = Text()
        column.addWidget(self._asks)
        self.typed = QLineEdit()
        self.typed.textChanged.connect(self._allow)
        column.addWidget(self.typed)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        buttons = QHBoxLayout()
        cancel = push_button(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.erase = push_button(_("Erase for good"), Icon.ERASE)
        self.erase.setAutoDefault(False)
        self.erase.clicked.connect(self._erase)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.erase)
        column.addLayout(buttons)
        self._allow()

    def _working(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        column.addStretch(1)
        title = Text(_("Erasing, then searching the whole file"), size=1.15, bold=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(_("Erasing"))
        column.addWidget(bar)
        words = Text(_("The file is written anew, and every page of it is searched for what was held."), muted=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addStretch(2)
        return page

    def _show_outlook(self, outlook: Outlook) -> None:
        self._outlook = outlook
        if len(outlook.names) == 1:
            self._title.setText(_("Erase {name} for good").format(name=outlook.names[0]))
        else:
            self._title.setText(_("Erase {count} people for good").format(count=len(outlook.names)))
        self._goes.show_lines(outlook.goes, above=outlook.names if len(outlook.names) > 1 else ())
        self._stays.show_lines(outlook.stays)
        self._asks.setText(outlook.asks)
        self.typed.setAccessibleName(outlook.asks)
        self.typed.setFocus()

    def _allow(self) -> None:
        meant = self._outlook is not None and is_meant(self._outlook, self.typed.text())
        self.erase.setEnabled(meant)
        self.erase.setToolTip("" if meant else _("Type what is asked for above first."))
        ink = theme().tones[Tone.BLOCKED].ink
        self.erase.setStyleSheet(f"border-color: {ink}; color: {ink};" if meant else "")

    def _erase(self) -> None:
        outlook = self._outlook
        if outlook is None or not is_meant(outlook, self.typed.text()):
            return
        self._busy = True
        self.pages.setCurrentIndex(1)
        reason = ErasureReason(self.reason.currentData())
        self._parts.vault.change(Change(work=partial(_erased, outlook.people, reason)), self._show_proof, self._failed)

    def _show_proof(self, done: tuple[tuple[Erasure, ...], date, dict[str, str]]) -> None:
        self._busy = False
        # What could be taken back may hold what was erased.
        self._parts.vault.history.forget()
        proof: Proof = proof_of(*done)
        self.setWindowTitle(proof.title)
        self.proof.show_proof(proof)
        self.pages.setCurrentWidget(self.proof)
        self.proof.setFocus(Qt.FocusReason.OtherFocusReason)
        self.erased.emit()

    def _failed(self, error: CountenanceError) -> None:
        self._busy = False
        self.pages.setCurrentIndex(0)
        self.complaint.setText(str(error))
        self.complaint.show()
        self._parts.vault.changed.emit()

    def _locked(self) -> None:
        # What has begun is finished before the registry is closed; the journal tells of it.
        self._busy = False
        self.reject()

    def _cannot(self, error: CountenanceError) -> None:
        if isinstance(error, WrongUsageError):
            # Its words are for a terminal, where somebody typed an id.
            self._parts.vault.told.emit(_("This person is not in the registry any more."))
        else:
            self._parts.vault.failed.emit(error)
        self.reject()


class _List(Surface):
    """A heading with sentences below it."""

    def __init__(self, words: str, icon: Icon) -> None:
        super().__init__(theme().surface, theme().line)
        self._icon = icon
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 3)
        self._column.setSpacing(GRID * 2)
        self._column.addWidget(Text(words, bold=True))

    def show_lines(self, lines: Sequence[str], above: Sequence[str] = ()) -> None:
        """Show sentences, below names where there are several."""
        for name in above:
            self._column.addWidget(Text(name))
        for words in lines:
            row = QHBoxLayout()
            row.setSpacing(GRID * 2)
            row.addWidget(IconLabel(self._icon, theme().muted, 16), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Text(words), 1)
            self._column.addLayout(row)


def _erased(
    people: Sequence[str], reason: ErasureReason, opened: Registry
) -> tuple[tuple[Erasure, ...], date, dict[str, str]]:
    erasures = erase_all(people, reason, opened)
    return erasures, opened.today(), read_whose(erasures, opened)
