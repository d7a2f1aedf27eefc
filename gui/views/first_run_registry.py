"""A registry in the first steps: made with a passphrase alone, or one that is there already; details can wait."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimeZone
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.places import REGISTRY_SUFFIX
from countenance.sentences import in_a_row
from countenance.translations import _
from gui.preparing import Founding
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from registry import Passphrase, check_new_passphrase

OWNER = "us"
"""Whom grants are for where nobody is named; the registry's page has it changed."""


class RegistryStep(QWidget):
    """Asks for a new passphrase twice, or for the file of a registry; the entrance does the rest."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3)
        self.passphrase, self.again = _hidden(_("New passphrase")), _hidden(_("The same passphrase again"))
        for field in (self.passphrase, self.again):
            field.textChanged.connect(self._tell)
            field.returnPressed.connect(self._create)
            column.addWidget(field)
        hint = _("Keep it safe: without it nobody can open the registry, not even you.")
        column.addWidget(Text(hint, muted=True, size=0.92))
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID * 3)
        self.make = push_button(_("Create my registry"), Icon.LOCK, primary=True)
        self.make.clicked.connect(self._create)
        self.choose = push_button(_("Open one I have…"), Icon.OPEN)
        self.choose.clicked.connect(self._open)
        buttons.addStretch(1)
        buttons.addWidget(self.make)
        buttons.addWidget(self.choose)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.setFocusProxy(self.passphrase)
        parts.entrance.refused.connect(self._refused)
        self._tell()

    def _tell(self) -> None:
        first, second = self.passphrase.text(), self.again.text()
        ready = bool(first) and first == second
        self.make.setEnabled(ready and self._parts.entrance.is_settled)
        self.make.setToolTip("" if ready else _("Type the same passphrase twice."))
        if second and not first.startswith(second):
            self._complain(_("The two passphrases differ."))
        else:
            self.complaint.hide()

    def _create(self) -> None:
        if not self.make.isEnabled():
            return
        passphrase = Passphrase(self.passphrase.text())
        try:
            check_new_passphrase(passphrase)
        except CountenanceError as error:
            self._complain(str(error))
            return
        self._rest(False)
        path = self._parts.entrance.opening.registry
        self._parts.entrance.found(Founding(path=path, passphrase=passphrase, owner=OWNER, tz=_system_zone()))

    def _open(self) -> None:
        kind = _("Registries") + f" (*{REGISTRY_SUFFIX})"
        name, _filter = QFileDialog.getOpenFileName(self, _("Choose a registry"), "", f"{kind};;{_('All files')} (*)")
        if name:
            self._parts.entrance.turn_to(Path(name))

    def _refused(self, problem: Problem) -> None:
        self._rest(True)
        self._complain(in_a_row((problem.sentence, problem.remedy)))

    def _complain(self, sentence: str) -> None:
        self.complaint.setText(sentence)
        self.complaint.show()

    def _rest(self, rests: bool) -> None:
        for widget in (self.passphrase, self.again, self.make, self.choose):
            widget.setEnabled(rests)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Keep nothing of what was typed."""
        self.passphrase.clear()
        self.again.clear()
        super().hideEvent(event)


def _hidden(words: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setPlaceholderText(words)
    field.setAccessibleName(words)
    return field


def _system_zone() -> str:
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return zone or "UTC"
