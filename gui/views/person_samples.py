"""The samples of a person: faces with their quality, voices to listen to, and what would help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from countenance.translations import _, ngettext
from gui.presenters.looks import Icon, Tone
from gui.presenters.person import FaceTile, PersonPage, VoiceTile
from gui.views.grant_flow import FlowLayout
from gui.views.listening import Listening
from gui.views.pieces import Elided, FacePicture, IconLabel, Surface, Text, push_button, quiet_button
from gui.views.player import PlayerView
from gui.views.theme import GRID, theme

FACE_SIDE = 104
TILE_WIDTH = 156


class SamplesPane(QScrollArea):
    """Shows samples.

    Signals:
        add_asked: more samples are to be added.
        removed: the id of a sample that is to go.
    """

    add_asked = Signal()
    removed = Signal(str)

    def __init__(self, listening: Listening) -> None:
        super().__init__()
        self._listening = listening
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._show_widget(QWidget())

    def show_page(self, page: PersonPage) -> None:
        """Show a person's samples."""
        at = self.verticalScrollBar().value()
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, GRID * 2, GRID * 3, GRID * 4)
        column.setSpacing(GRID * 3)
        if page.to_examine:
            column.addWidget(_told(page.to_examine, Tone.BLOCKED, Icon.LOCK))
        column.addWidget(self._advice(page))
        if page.faces:
            words = ngettext("{count} picture of the face", "{count} pictures of the face", len(page.faces))
            column.addWidget(Text(words.format(count=len(page.faces)), bold=True))
            column.addWidget(_flow([self._face(tile) for tile in page.faces]))
        if page.voices:
            words = ngettext("{count} sample of the voice", "{count} samples of the voice", len(page.voices))
            column.addWidget(Text(words.format(count=len(page.voices)), bold=True))
            column.addWidget(_flow([self._voice(tile) for tile in page.voices]))
        column.addStretch(1)
        self._listening.stop()
        self._show_widget(whole)
        self.verticalScrollBar().setValue(at)

    def forget(self) -> None:
        """Keep nothing of anybody."""
        self._listening.stop()
        self._show_widget(QWidget())

    def _show_widget(self, widget: QWidget) -> None:
        before = self.takeWidget()
        if before is not None:
            before.deleteLater()
        self.setWidget(widget)

    def _advice(self, page: PersonPage) -> QWidget:
        ground = Surface(theme().surface, theme().line)
        row = QHBoxLayout(ground)
        row.setContentsMargins(GRID * 4, GRID * 3, GRID * 3, GRID * 3)
        row.setSpacing(GRID * 3)
        done = not page.advice
        icon, tone = (Icon.PERMITTED, Tone.PERMITTED) if done else (Icon.NOTE, Tone.NEUTRAL)
        row.addWidget(IconLabel(icon, theme().tones[tone].ink, 20))
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addStretch(1)
        for sentence in page.advice or (_("These samples are enough to recognise face and voice."),):
            words.addWidget(Text(sentence))
        words.addStretch(1)
        row.addLayout(words, 1)
        add = push_button(_("Add samples…"), Icon.ADD, primary=True)
        add.setToolTip(_("Add photos, films or recordings of this person (Ctrl+Shift+N)"))
        add.clicked.connect(self.add_asked)
        row.addWidget(add)
        return ground

    def _face(self, tile: FaceTile) -> QWidget:
        ground, column = _tile()
        column.addWidget(FacePicture(tile.picture, FACE_SIDE, tile.spoken), 0, Qt.AlignmentFlag.AlignHCenter)
        self._add_words(column, tile)
        return ground

    def _voice(self, tile: VoiceTile) -> QWidget:
        ground, column = _tile()
        if tile.excerpt is not None:
            player = PlayerView(tile.excerpt, self._listening, theme().tones[Tone.NEUTRAL].ink)
            column.addWidget(player, 0, Qt.AlignmentFlag.AlignHCenter)
        else:
            column.addWidget(IconLabel(Icon.MICROPHONE, theme().muted, 40), 0, Qt.AlignmentFlag.AlignHCenter)
        self._add_words(column, tile)
        return ground

    def _add_words(self, column: QVBoxLayout, tile: FaceTile | VoiceTile) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        icon = Icon.REVIEW if tile.tone is Tone.REVIEW else Icon.CONFIRM
        if tile.tone is Tone.NEUTRAL:
            icon = Icon.NOTE
        ink = theme().tones[tile.tone].ink
        row.addWidget(IconLabel(icon, ink, 16))
        quality = Text(tile.quality, wrap=False)
        quality.paint_in(ink)
        row.addWidget(quality, 1)
        remove = quiet_button(Icon.ERASE, _("Remove this sample"))
        remove.clicked.connect(lambda _checked=False, number=tile.id: self.removed.emit(number))
        row.addWidget(remove)
        column.addLayout(row)
        for words in (tile.source, tile.kept_until):
            told = Elided(words, size=0.86)
            told.setStyleSheet(f"color: {theme().muted};")
            column.addWidget(told)


def _tile() -> tuple[Surface, QVBoxLayout]:
    ground = Surface(theme().surface, theme().line)
    ground.setFixedWidth(TILE_WIDTH)
    column = QVBoxLayout(ground)
    column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 2)
    column.setSpacing(GRID)
    return ground, column


def _flow(widgets: Sequence[QWidget]) -> QWidget:
    whole = QWidget()
    flow = FlowLayout(GRID * 3)
    for widget in widgets:
        flow.addWidget(widget)
    whole.setLayout(flow)
    return whole


def _told(words: str, tone: Tone, icon: Icon) -> QWidget:
    pair = theme().tones[tone]
    ground = Surface(pair.ground, pair.ground)
    row = QHBoxLayout(ground)
    row.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 3)
    row.setSpacing(GRID * 3)
    row.addWidget(IconLabel(icon, pair.ink, 20), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words), 1)
    return ground
