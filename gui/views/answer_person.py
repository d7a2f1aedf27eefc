"""“This is …”: a search over the people of the registry, with faces, for one hand on the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from countenance.translations import _
from gui.answering import FoundPerson
from gui.presenters.answers import short_name
from gui.presenters.looks import Icon
from gui.views import icons
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.pieces import FacePicture, Text, face_pixmap, paint_face, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme

FACE_SIDE = 44
PAUSE_MS = 120
"""After the last key, before the registry is asked."""

Find = Callable[[str, Callable[[list[FoundPerson]], None]], None]


class PersonDialog(PapersDialog):
    """Lets somebody of the registry be chosen.

    Signals:
        chosen: the id of the person.
        enrol_asked: it is nobody of the registry, and to be enrolled.
    """

    chosen = Signal(str)
    enrol_asked = Signal()

    def __init__(self, parts: Parts, find: Find, crop: bytes | None, parent: QWidget) -> None:
        super().__init__(parts, _("Who is this?"), Icon.PERSON, parent, width=560, height=560)
        self._find = find
        row = QHBoxLayout()
        row.setSpacing(GRID * 4)
        if crop is not None:
            row.addWidget(FacePicture(crop, 96, _("In the clip")), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(GRID * 2)
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Name, other name, pinyin, tag"))
        self.field.setAccessibleName(_("Search the registry"))
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        column.addWidget(self.field)
        column.addWidget(Text(_("Type to search; ↑ and ↓ choose, Enter answers."), size=0.92, muted=True))
        column.addStretch(1)
        row.addLayout(column, 1)
        self.body.addLayout(row)
        self.list = QListWidget()
        self.list.setIconSize(QSize(FACE_SIDE, FACE_SIDE))
        self.list.setSpacing(2)
        self.list.setStyleSheet(
            f"QListWidget::item {{ padding: 4px; border-radius: 8px; }}"
            f"QListWidget::item:selected {{ background: {theme().selected}; color: {theme().text}; }}"
        )
        self.list.setAccessibleName(_("People of the registry"))
        self.list.itemActivated.connect(lambda _item: self._choose())
        self.list.itemClicked.connect(lambda _item: self._tell())
        self.list.currentItemChanged.connect(lambda *_items: self._tell())
        self.body.addWidget(self.list, 1)
        self.nobody = Text(_("Nobody of the registry is called that."), muted=True)
        self.nobody.hide()
        self.body.addWidget(self.nobody)
        self.enrol = push_button(_("Enrol this person…"), Icon.ADD)
        self.enrol.clicked.connect(self._enrol)
        self.enrol.setEnabled(parts.vault.is_open)
        close = push_button(_("Cancel"))
        close.clicked.connect(self.reject)
        self.answer = push_button(_("This is the person"), Icon.CONFIRM, primary=True)
        self.answer.clicked.connect(self._choose)
        self.lay_buttons(self.enrol, None, close, self.answer)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self._look()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Let the arrows move in the list while words are typed."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        text = self.field.text()
        self._find(text, while_alive(self, partial(self._show, text)))

    def _show(self, text: str, people: list[FoundPerson]) -> None:
        if text != self.field.text():
            return  # the answer to what stood there before
        self.list.clear()
        for person in people:
            item = QListWidgetItem("\n".join(filter(None, (person.name, person.other))))
            item.setIcon(_face_icon(person.picture, self.devicePixelRatioF()))
            item.setData(Qt.ItemDataRole.UserRole, person)
            item.setSizeHint(QSize(0, FACE_SIDE + GRID * 3))
            self.list.addItem(item)
        self.nobody.setVisible(not people)
        self.list.setVisible(bool(people))
        if people:
            self.list.setCurrentRow(0)
        self._tell()

    def _tell(self) -> None:
        item = self.list.currentItem()
        person = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        self.answer.setEnabled(person is not None)
        words = (
            _("This is {name}").format(name=short_name(person.name)) if person is not None else _("This is the person")
        )
        self.answer.setText(" " + words.replace("&", "&&"))
        self.answer.setAccessibleName(words)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None and not self._pause.isActive():
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole).id)
            self.accept()
        elif self._pause.isActive():
            # Enter right after the last letter: what was typed counts, not what stood there before.
            self._pause.stop()
            self._look()

    def _enrol(self) -> None:
        self.enrol_asked.emit()
        self.accept()


def _face_icon(jpeg: bytes | None, ratio: float) -> QIcon:
    side = round(FACE_SIDE * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    face = face_pixmap(jpeg) if jpeg else QPixmap()
    paint_face(painter, picture.rect().toRectF(), face, radius=6 * ratio)
    if face.isNull():
        half = side // 2
        painter.drawPixmap(half // 2, half // 2, icons.pixmap(Icon.PERSON, theme().muted, half, 1.0))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    icon = QIcon(picture)
    # Chosen or not, a face keeps its own colours.
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
