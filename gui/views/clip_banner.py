"""The verdict of a clip: a large icon, a word, a sentence, and the one thing that is most useful to do next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.presenters.pages import Banner
from gui.views.answer_row import acting_button
from gui.views.pieces import IconLabel, Surface, Text
from gui.views.theme import GRID, MARGIN, theme


def banner_view(banner: Banner, on_step: Callable[[], object] | None = None) -> QWidget:
    """Return the banner; `on_step` is called when the button of the next step is pressed."""
    tone = theme().tones[banner.tone]
    ground = Surface(tone.ground, tone.ground, tone.ink)
    row = QHBoxLayout(ground)
    row.setContentsMargins(MARGIN, GRID * 5, MARGIN, GRID * 5)
    row.setSpacing(GRID * 5)
    row.addWidget(IconLabel(banner.icon, tone.ink, 48), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(GRID)
    word = Text(banner.word, size=1.6, bold=True)
    word.paint_in(tone.ink)
    words.addWidget(word)
    words.addWidget(Text(banner.headline, size=1.1))
    if banner.note:
        words.addWidget(Text(banner.note, muted=True))
    row.addLayout(words, 1)
    step = banner.next_step if on_step is not None else None
    if step is not None and on_step is not None:
        words.addSpacing(GRID)
        words.addWidget(Text(step.words, bold=True))
        button = acting_button(step.button, step.icon, primary=True)
        button.clicked.connect(lambda _checked=False: on_step())
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    said = (f"{banner.word}.", banner.headline, banner.note, step.words if step else "")
    ground.setAccessibleName(" ".join(part for part in said if part))
    return ground
