"""The pictures of a face in a clip: the best first, the others a press away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.finding_cards import Crop
from gui.presenters.looks import Icon
from gui.views.pieces import FacePicture, Text, quiet_button
from gui.views.theme import GRID
from reports.formats import format_count

PICTURE_SIDE = 112
CAPTION_HEIGHT = 28
"""Of the words below a picture, whether or not there is something to press beside them."""


class CropPages(QWidget):
    """Shows one picture at a time; the others are decoded when somebody turns to them.

    Signals:
        turned: the moment of the picture that is shown now, in seconds.
    """

    turned = Signal(float)

    def __init__(self, crops: Sequence[Crop]) -> None:
        super().__init__()
        self._crops = tuple(crops)
        self.page = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._picture = self._face()
        self._column.addWidget(self._picture)
        if len(self._crops) == 1:
            self._column.addWidget(_caption(_("In the clip")))
            return
        row = QHBoxLayout()
        row.setSpacing(0)
        self.back = quiet_button(Icon.BACK, _("Picture before"))
        self.forward = quiet_button(Icon.FORWARD, _("Next picture"))
        self.back.clicked.connect(lambda: self._turn(-1))
        self.forward.clicked.connect(lambda: self._turn(1))
        self._words = _caption("")
        row.addWidget(self.back)
        row.addWidget(self._words, 1)
        row.addWidget(self.forward)
        self._column.addLayout(row)
        self._say()

    def _turn(self, by: int) -> None:
        self.page = (self.page + by) % len(self._crops)
        before, self._picture = self._picture, self._face()
        self._column.replaceWidget(before, self._picture)
        before.hide()
        before.deleteLater()
        self._say()
        self.turned.emit(self._crops[self.page].at_s)

    def _face(self) -> FacePicture:
        crop = self._crops[self.page]
        words = _("In the clip at {time}").format(time=crop.when) if crop.when else _("In the clip")
        return FacePicture(crop.jpeg, PICTURE_SIDE, words)

    def _say(self) -> None:
        told = _("{number} of {count}")
        self._words.setText(told.format(number=format_count(self.page + 1), count=format_count(len(self._crops))))


def captioned(jpeg: bytes, caption: str, side: int) -> QWidget:
    """Return a picture with words below it."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    column.addWidget(FacePicture(jpeg, side, caption))
    column.addWidget(_caption(caption))
    return whole


def _caption(words: str) -> Text:
    text = Text(words, size=0.9, muted=True, wrap=False)
    text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    text.setMinimumHeight(CAPTION_HEIGHT)
    return text
