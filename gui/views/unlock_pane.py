"""The way into a registry that is there: its passphrase, typed in the room itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QProgressBar, QVBoxLayout, QWidget

from countenance.sentences import in_a_row
from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.unlocking import KnownFile, file_words
from gui.views import icons
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, MARGIN, theme

WIDTH = 460


class PassphraseField(QLineEdit):
    """A line for a passphrase, which can be shown while it is typed."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        # Nothing of it is offered, corrected or learned by an input method.
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.showing: QAction = self.addAction(
            icons.icon(Icon.EYE, theme().muted), QLineEdit.ActionPosition.TrailingPosition
        )
        self.showing.triggered.connect(self._toggle)
        self._tell()

    def forget(self) -> None:
        """Keep nothing of what was typed."""
        self.clear()
        if self.echoMode() is QLineEdit.EchoMode.Normal:
            self._toggle()

    def _toggle(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._tell()

    def _tell(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self.showing.setText(_("Show the passphrase") if hidden else _("Hide the passphrase"))
        self.showing.setToolTip(self.showing.text())
        self.showing.setIcon(icons.icon(Icon.EYE if hidden else Icon.EYE_OFF, theme().muted))


def centred(widget: QWidget) -> QHBoxLayout:
    """Return a row with a widget in its middle, as high as its words need."""
    # An alignment would give it the height it asks for before it knows its width.
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget)
    row.addStretch(1)
    return row


class UnlockPane(QWidget):
    """Asks for the passphrase; the rest of the window can be used meanwhile.

    Signals:
        offered: the passphrase, and whether it is to be kept in the system's keyring.
        other_asked: a file is to be looked for; turned: a known one is meant instead; founding_asked: a new one.
    """

    offered = Signal(str, bool)
    other_asked = Signal()
    turned = Signal(object)
    founding_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        ground = Surface(theme().surface, theme().line)
        ground.setFixedWidth(WIDTH)
        column = QVBoxLayout(ground)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GRID * 3)
        column.addWidget(IconLabel(Icon.LOCK, theme().accent, 40), 0, Qt.AlignmentFlag.AlignHCenter)
        title = Text(_("The registry is locked"), size=1.35, bold=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        self._where = Text(muted=True)
        self._where.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._where)
        self.passphrase = PassphraseField(_("Passphrase"))
        self.passphrase.returnPressed.connect(self._offer)
        column.addWidget(self.passphrase)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        column.addWidget(self.complaint)
        self.keep = QCheckBox(_("Remember it in this computer’s keyring"))
        self.keep.setToolTip(
            _("The registry then opens by itself for whoever is logged in to your account. You can take it back later.")
        )
        column.addWidget(self.keep)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(_("Opening the registry"))
        self.busy.hide()
        column.addWidget(self.busy)
        self.unlock = push_button(_("Unlock"), Icon.UNLOCKED, primary=True)
        self.unlock.setEnabled(False)
        self.unlock.setToolTip(_("Type the passphrase first."))
        self.unlock.clicked.connect(self._offer)
        self.passphrase.textChanged.connect(self._allow)
        column.addWidget(self.unlock)
        outer.addLayout(centred(ground))
        outer.addSpacing(GRID * 3)
        outer.addLayout(self._others())
        outer.addStretch(3)

    def show_file(self, path: Path, known: tuple[KnownFile, ...]) -> None:
        """Say which registry it is, and which others there are."""
        self._where.setText(file_words(path))
        self._menu.clear()
        for one in known:
            action = self._menu.addAction(one.name.replace("&", "&&"))
            action.setToolTip(file_words(one.path))
            action.triggered.connect(lambda _checked=False, path=one.path: self.turned.emit(path))
        if known:
            self._menu.addSeparator()
        self._menu.addAction(_("Look for a file…")).triggered.connect(self.other_asked)
        self._menu.addAction(_("Make a new registry…")).triggered.connect(self.founding_asked)

    def refuse(self, problem: Problem) -> None:
        """Say why it did not open, and let the user try again."""
        self.rest()
        self.complaint.setText(in_a_row((problem.sentence, problem.remedy)))
        self.complaint.show()
        self.passphrase.setFocus()
        self.passphrase.selectAll()

    def rest(self) -> None:
        """Wait for a passphrase."""
        self.busy.hide()
        for widget in (self.passphrase, self.keep, self._more):
            widget.setEnabled(True)
        self._allow()

    def forget(self) -> None:
        """Keep nothing of what was typed."""
        self.passphrase.forget()
        self.complaint.hide()
        self.keep.setChecked(False)
        self.rest()

    def _others(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self._more = push_button(_("Another registry"), Icon.FOLDER)
        self._more.setObjectName("menu")
        self._menu = QMenu(self._more)
        self._menu.setToolTipsVisible(True)
        self._more.setMenu(self._menu)
        row.addWidget(self._more)
        row.addStretch(1)
        return row

    def _allow(self) -> None:
        typed = bool(self.passphrase.text())
        self.unlock.setEnabled(typed and not self.busy.isVisible())
        self.unlock.setToolTip("" if typed else _("Type the passphrase first."))

    def _offer(self) -> None:
        if not self.passphrase.text():
            return
        self.complaint.hide()
        self.busy.show()
        for widget in (self.passphrase, self.keep, self._more, self.unlock):
            widget.setEnabled(False)
        self.offered.emit(self.passphrase.text(), self.keep.isChecked())
