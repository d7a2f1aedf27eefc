"""Before somebody is kept: whom they are taken for, side by side, and what will be kept, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.appraising import Resemblance
from gui.presenters.looks import Icon, Tone
from gui.views.listening import Listening
from gui.views.papers_dialog import clear
from gui.views.pieces import FacePicture, IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, theme

FACE_PX = 104


class ComparePage(QWidget):
    """Shows who resembles a newcomer, and a summary.

    Signals:
        same_person: the id of somebody enrolled who is the newcomer.
    """

    same_person = Signal(str)

    def __init__(self, listening: Listening) -> None:
        super().__init__()
        self._listening = listening
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID * 3)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID * 3)
        self._column.addLayout(self._list)

    def show_comparison(
        self, name: str, alikes: Sequence[Resemblance], facts: Sequence[str], picture: bytes, sound: bytes
    ) -> None:
        """Show the comparison of somebody.

        Args:
            name: of the newcomer.
            alikes: whom they are taken for.
            facts: what will be kept, each a sentence.
            picture: the newcomer's best face; empty for none.
            sound: the newcomer's best speech; empty for none.
        """
        clear(self._list)
        self._list.addWidget(self._summary(facts, picture, name))
        if not alikes:
            self._list.addWidget(_told(Icon.PERMITTED, Tone.PERMITTED, _("Nobody enrolled looks or sounds like them.")))
            return
        sentence = _("Look twice: one person enrolled twice, or two who cannot be told apart, make checks unreliable.")
        self._list.addWidget(_told(Icon.REVIEW, Tone.REVIEW, sentence))
        for one in alikes:
            self._list.addWidget(self._pair(one, name, picture, sound))

    def _summary(self, facts: Sequence[str], picture: bytes, name: str) -> Surface:
        card = Surface(theme().surface, theme().line)
        row = QHBoxLayout(card)
        row.setContentsMargins(GRID * 4, GRID * 4, GRID * 4, GRID * 4)
        row.setSpacing(GRID * 4)
        if picture:
            row.addWidget(FacePicture(picture, FACE_PX, name), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.addWidget(Text(name, size=1.15, bold=True))
        for fact in facts:
            column.addWidget(Text(fact))
        column.addStretch(1)
        row.addLayout(column, 1)
        return card

    def _pair(self, one: Resemblance, name: str, picture: bytes, sound: bytes) -> Surface:
        tone = theme().tones[Tone.REVIEW]
        card = Surface(theme().surface, theme().line, tone.ink)
        row = QHBoxLayout(card)
        row.setContentsMargins(GRID * 5, GRID * 4, GRID * 4, GRID * 4)
        row.setSpacing(GRID * 3)
        if one.by_face:
            row.addWidget(FacePicture(picture, FACE_PX, name))
            row.addWidget(FacePicture(one.picture, FACE_PX, one.name))
        column = QVBoxLayout()
        column.setSpacing(GRID * 2)
        column.addWidget(Text(one.sentence, bold=True))
        if not one.by_face:
            players = QHBoxLayout()
            for words, heard in ((_("Listen to the new voice"), sound), (_("Listen to the enrolled voice"), one.sound)):
                players.addWidget(self._player(words, heard))
            players.addStretch(1)
            column.addLayout(players)
        same = push_button(_("It is {name}: add the samples there").format(name=one.name), Icon.MERGE)
        same.setAutoDefault(False)
        same.clicked.connect(lambda: self.same_person.emit(one.person))
        line = QHBoxLayout()
        line.addWidget(same)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(1)
        row.addLayout(column, 1)
        return card

    def _player(self, words: str, sound: bytes) -> QWidget:
        play = push_button(words, Icon.PLAY)
        play.setAutoDefault(False)
        play.setEnabled(bool(sound) and self._listening.possible)
        if not self._listening.possible:
            play.setToolTip(_("This computer has no sound output"))
        elif not sound:
            play.setToolTip(_("No speech of theirs may be played today"))
        play.clicked.connect(lambda: self._listening.toggle(play, sound))
        return play


def _told(icon: Icon, tone: Tone, sentence: str) -> QWidget:
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID * 2)
    row.addWidget(IconLabel(icon, theme().tones[tone].ink, 20), 0, Qt.AlignmentFlag.AlignTop)
    words = Text(sentence)
    words.paint_in(theme().tones[tone].ink)
    row.addWidget(words, 1)
    return widget
