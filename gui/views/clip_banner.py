"""The verdict of a clip: a large icon, a word, a sentence, and the one thing that is most useful to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout

from gui.presenters.pages import Banner
from gui.views.answer_row import acting_button
from gui.views.pieces import IconLabel, Surface, Text
from gui.views.theme import GRID, theme


class BannerView(Surface):
    """Shows a banner.

    Signals:
        step_asked: the button of the next step was pressed.
    """

    step_asked = Signal()

    def __init__(self, banner: Banner) -> None:
        tone = theme().tones[banner.tone]
        super().__init__(tone.ground, tone.ground, tone.ink)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 5, GRID * 3, GRID * 5, GRID * 3)
        row.setSpacing(GRID * 4)
        row.addWidget(IconLabel(banner.icon, tone.ink, 40), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        word = Text(banner.word, size=1.5, bold=True)
        word.paint_in(tone.ink)
        words.addWidget(word)
        words.addWidget(Text(banner.headline, size=1.1))
        if banner.note:
            words.addWidget(Text(banner.note, muted=True))
        self._beside: QBoxLayout = QHBoxLayout()
        self._beside.setSpacing(GRID * 3)
        self._beside.addLayout(words, 1)
        row.addLayout(self._beside, 1)
        self.button: QPushButton | None = None
        step = banner.next_step
        if step is not None:
            words.addWidget(Text(step.words, bold=True))
            self.button = acting_button(step.button, step.icon, primary=True)
            self.button.clicked.connect(self.step_asked)
            centred = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            self._beside.addWidget(self.button, 0, centred)
        said = (f"{banner.word}.", banner.headline, banner.note, step.words if step else "")
        self.setAccessibleName(" ".join(part for part in said if part))

    def bend(self, narrow: bool) -> None:
        """Put the button below the words where there is no room beside them."""
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._beside.setDirection(down if narrow else beside)
