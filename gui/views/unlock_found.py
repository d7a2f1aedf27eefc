"""Making a registry: whose it is, its passphrase twice, its time zone, and where the file lies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimeZone, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from countenance.places import REGISTRY_SUFFIX, Places
from countenance.sentences import in_a_row
from countenance.translations import _
from gui.preparing import Founding
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.unlocking import file_words, place_for, strength_of
from gui.views.pieces import Elided, IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, MARGIN, theme
from gui.views.unlock_pane import PassphraseField, centred
from registry import Passphrase

WIDTH = 560


class FoundPane(QScrollArea):
    """Asks for what a new registry is made from.

    Signals:
        founded: a `gui.preparing.Founding`, and whether the passphrase is to be kept in the system's keyring.
        open_asked: there is a registry already; its file is to be looked for.
        left: no registry is to be made now.
    """

    founded = Signal(object, bool)
    open_asked = Signal()
    left = Signal()

    def __init__(self, places: Places) -> None:
        super().__init__()
        self._places = places
        self._chosen: Path | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.addStretch(1)
        ground = Surface(theme().surface, theme().line)
        column = QVBoxLayout(ground)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        self._add_head(column)
        column.addLayout(self._form())
        self._add_foot(column)
        # Wider where letters are large: neither a button nor a box to tick can break its words.
        ground.setFixedWidth(max(WIDTH, ground.minimumSizeHint().width()))
        outer.addLayout(centred(ground))
        outer.addStretch(2)
        self.setWidget(whole)
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """List the zones, of which there are hundreds, where somebody is about to choose one."""
        super().showEvent(event)
        if not self.zone.count():
            chosen = self.zone.currentText()
            self.zone.addItems([bytes(one.data()).decode() for one in QTimeZone.availableTimeZoneIds()])
            self.zone.setCurrentText(chosen)

    def allow_leaving(self, allowed: bool) -> None:
        """Offer a way back, where there is something to go back to."""
        self._leave.setVisible(allowed)

    def refuse(self, problem: Problem) -> None:
        """Say why none could be made."""
        self.rest()
        self.complaint.setText(in_a_row((problem.sentence, problem.remedy)))
        self.complaint.show()

    def rest(self) -> None:
        """Wait for what is typed."""
        self._busy.hide()
        for widget in self._fields():
            widget.setEnabled(True)
        self._tell()

    def forget(self) -> None:
        """Keep nothing of what was typed."""
        for field in (self.passphrase, self.again):
            field.forget()
        self.complaint.hide()
        self.rest()

    def _fields(self) -> tuple[QWidget, ...]:
        return (self.owner, self.passphrase, self.again, self.zone, self._elsewhere, self.keep, self._open, self._leave)

    def _add_head(self, column: QVBoxLayout) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID * 3)
        head.addWidget(IconLabel(Icon.SHIELD, theme().accent, 40))
        head.addWidget(Text(_("Make a registry"), size=1.35, bold=True), 1)
        column.addLayout(head)
        column.addWidget(
            Text(
                _(
                    "A registry holds the people you work with, and what they agreed to, in one encrypted file on this"
                    " computer. Clips are compared with it."
                ),
                muted=True,
            )
        )

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(GRID * 4)
        form.setVerticalSpacing(GRID * 2)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.owner = QLineEdit()
        self.owner.setPlaceholderText(_("you, your studio or your agency"))
        self.owner.setToolTip(_("Grants that name nobody else are given to this name."))
        self.passphrase = PassphraseField(_("Passphrase"))
        self.again = PassphraseField(_("The same passphrase again"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Strength of the passphrase"))
        self._strength = Text(size=0.92)
        self.zone = QComboBox()
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.setCurrentText(bytes(QTimeZone.systemTimeZoneId().data()).decode())
        self.zone.setToolTip(_("Days of grants begin and end in this zone, where they name no other."))
        self._where = Elided()
        self._elsewhere = push_button(_("Elsewhere…"))
        self._elsewhere.clicked.connect(self._choose_place)
        place = QHBoxLayout()
        place.addWidget(self._where, 1)
        place.addWidget(self._elsewhere)
        form.addRow(_named(_("Belongs to"), self.owner), self.owner)
        form.addRow(_named(_("Passphrase"), self.passphrase), self.passphrase)
        strength = QVBoxLayout()
        strength.setSpacing(GRID)
        strength.addWidget(self._bar)
        strength.addWidget(self._strength)
        form.addRow("", strength)
        form.addRow(_named(_("Again"), self.again), self.again)
        form.addRow(_named(_("Time zone"), self.zone), self.zone)
        form.addRow(_("File"), place)
        for field in (self.owner, self.passphrase, self.again):
            field.textChanged.connect(self._tell)
            field.returnPressed.connect(self._found)
        self.zone.editTextChanged.connect(self._tell)
        return form

    def _add_foot(self, column: QVBoxLayout) -> None:
        self.keep = QCheckBox(_("Remember the passphrase in this computer’s keyring"))
        self.keep.setToolTip(
            _("The registry then opens by itself for whoever is logged in to your account. You can take it back later.")
        )
        column.addWidget(self.keep)
        note = Text(
            _("Keep the passphrase safe: without it nobody can open the registry, not even its maker."), muted=True
        )
        column.addWidget(note)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(_("Making the registry"))
        self._busy.hide()
        column.addWidget(self._busy)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        self._leave = push_button(_("Not now"))
        self._leave.clicked.connect(self.left)
        self._leave.hide()
        self._open = push_button(_("Open one that is there…"), Icon.FOLDER)
        self._open.clicked.connect(self.open_asked)
        self.make = push_button(_("Make the registry"), Icon.ADD, primary=True)
        self.make.clicked.connect(self._found)
        row.addWidget(self._leave)
        row.addWidget(self._open)
        row.addStretch(1)
        row.addWidget(self.make)
        column.addLayout(row)

    def _path(self) -> Path:
        return self._chosen or place_for(self.owner.text(), self._places)

    def _choose_place(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self,
            _("Choose where the registry lies"),
            str(self._path()),
            f"{_('Registries')} (*{REGISTRY_SUFFIX})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            path = Path(name)
            self._chosen = path if path.suffix else path.with_suffix(REGISTRY_SUFFIX)
            self._tell()

    def _tell(self) -> None:
        strength = strength_of(self.passphrase.text())
        self._bar.setValue(round(strength.fraction * 100))
        ink = theme().tones[strength.tone].ink
        self._bar.setStyleSheet(f"QProgressBar::chunk {{ background: {ink}; border-radius: 3px; }}")
        self._strength.setText(strength.words)
        self._strength.paint_in(ink)
        self._where.say(file_words(self._path()))
        lacking = self._lacking(strength.enough)
        self.make.setEnabled(not lacking and not self._busy.isVisible())
        self.make.setToolTip(lacking)

    def _lacking(self, strong_enough: bool) -> str:
        if not self.owner.text().strip():
            return _("Say first whose registry it is.")
        if not strong_enough:
            return _("Choose a longer passphrase first.")
        if self.passphrase.text() != self.again.text():
            return _("Type the same passphrase again first.")
        if not QTimeZone(self.zone.currentText().encode()).isValid():
            return _("Choose a time zone first.")
        return ""

    def _found(self) -> None:
        if not self.make.isEnabled():
            return
        self.complaint.hide()
        self._busy.show()
        for widget in (*self._fields(), self.make):
            widget.setEnabled(False)
        founding = Founding(
            path=self._path(),
            passphrase=Passphrase(self.passphrase.text()),
            owner=self.owner.text().strip(),
            tz=self.zone.currentText(),
        )
        self.founded.emit(founding, self.keep.isChecked())


def _named(words: str, field: QWidget) -> Text:
    field.setAccessibleName(words)
    return Text(words, wrap=False)
