"""What the dialogs about papers share: a head, a page that scrolls, errors as sentences; a locked vault closes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakMethod, ref

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from countenance.errors import CountenanceError
from countenance.sentences import in_a_row
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import problem_of
from gui.views.pieces import IconLabel, Text
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme

T = TypeVar("T")

LEAST_ROOM_PX = 64
"""Left free around a dialog on a small screen."""


def while_alive(owner: QObject, slot: Callable[[T], None]) -> Callable[[T], None]:
    """Return a slot that does nothing any more once its owner is gone: answers may come after a dialog was closed."""

    def call(what: T) -> None:
        if isValid(owner):
            slot(what)

    return call


def hear(owner: QObject, source: QObject, signal: SignalInstance, slot: Callable[[], object]) -> None:
    """Have a method of `owner` called whenever `source`, which may outlive it, sends a signal; no longer than that."""
    method, kept = WeakMethod(slot), ref(owner)

    def call(*_any: object) -> None:
        heard, alive = method(), kept()
        if heard is not None and alive is not None and isValid(alive):
            heard()

    def let_go() -> None:
        if isValid(source):
            signal.disconnect(call)

    signal.connect(call)
    owner.destroyed.connect(let_go)


class PapersDialog(QDialog):
    """A dialog that shows what the registry holds, and so never outlives its being open.

    Attributes:
        body: what scrolls between the head and the buttons.
    """

    def __init__(
        self,
        parts: Parts,
        title: str,
        icon: Icon,
        parent: QWidget | None = None,
        *,
        width: int = 720,
        height: int = 640,
    ) -> None:
        super().__init__(parent)
        self.parts = parts
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.head = QVBoxLayout()
        self.head.setContentsMargins(MARGIN, MARGIN, MARGIN, GRID * 3)
        self.head.setSpacing(GRID * 2)
        line = QHBoxLayout()
        line.setSpacing(GRID * 3)
        line.addWidget(IconLabel(icon, theme().accent, 28))
        self.heading = Text(title, size=1.3, bold=True)
        line.addWidget(self.heading, 1)
        self.head.addLayout(line)
        whole.addLayout(self.head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(MARGIN, GRID, MARGIN, GRID * 4)
        self.body.setSpacing(GRID * 3)
        self._scroll.setWidget(page)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(rule())
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(MARGIN, GRID * 3, MARGIN, GRID * 4)
        self._foot.setSpacing(GRID * 2)
        self.complaint = Text()
        self.complaint.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.complaint.hide()
        self._foot.addWidget(self.complaint)
        whole.addLayout(self._foot)
        self.resize(*_fitting(self, width, height))
        hear(self, parts.vault, parts.vault.locked, self._lock)

    def open_soon(self) -> None:
        """Open once the window has had its turn: making a large form and dressing it are two steps, not one."""
        QTimer.singleShot(0, self, self.open)

    def lay_buttons(self, *buttons: QPushButton | None) -> None:
        """Put buttons at the foot; what follows the None stands at the right."""
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        for button in buttons:
            if button is None:
                row.addStretch(1)
            else:
                # Enter in a field must not press whatever button comes first.
                button.setAutoDefault(button.objectName() == "primary")
                row.addWidget(button)
        self._foot.addLayout(row)

    def complain(self, error: CountenanceError | str) -> None:
        """Say what went wrong, above the buttons."""
        if isinstance(error, CountenanceError):
            problem = problem_of(error)
            error = in_a_row((problem.sentence, problem.remedy))
        self.complaint.setText(error)
        self.complaint.setVisible(bool(error))

    def scroll_to(self, widget: QWidget) -> None:
        """Bring a field into view."""
        self._scroll.ensureWidgetVisible(widget, 0, GRID * 6)

    def _lock(self) -> None:
        # Of its own: what Qt brings cannot be held weakly.
        self.reject()


def rule() -> QFrame:
    """Return a thin line across."""
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet(f"background: {theme().line}; border: none;")
    return line


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        widget, inner = item.widget() if item else None, item.layout() if item else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


def _fitting(dialog: QWidget, width: int, height: int) -> tuple[int, int]:
    room = QGuiApplication.primaryScreen().availableGeometry()
    parent = dialog.parentWidget()
    window = parent.window().size() if parent is not None else room.size()
    return (
        min(width, room.width() - LEAST_ROOM_PX, max(480, window.width() - LEAST_ROOM_PX)),
        min(height, room.height() - LEAST_ROOM_PX, max(420, window.height() - LEAST_ROOM_PX)),
    )
