"""What the models' page is made of: what is in use, and a card for each pack."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from countenance.settings import Settings
from countenance.translations import _, ngettext
from gui.presenters.looks import Icon, Tone
from gui.presenters.packs import InUse, PackLook, PartLook, policy_choices
from gui.views.grant_flow import FlowLayout
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.settings_pieces import Card, Choice
from gui.views.theme import GRID, theme
from reports.wording import format_count


class Badge(QFrame):
    """A few words on a coloured ground."""

    def __init__(self, words: str, tone: Tone) -> None:
        super().__init__()
        colours = theme().tones[tone]
        self.setObjectName("badge")
        self.setStyleSheet(f"#badge {{ background: {colours.ground}; border-radius: {GRID * 2}px; }}")
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID // 2, GRID * 2, GRID // 2)
        text = Text(words, size=0.92, wrap=False)
        text.paint_in(colours.ink)
        row.addWidget(text)


class InUseCard(Card):
    """What clips are checked with, what that runs on, and what becomes of models that may not be used commercially.

    Signals:
        policy_chosen: `LicencePolicy`.
        provider_chosen: `Provider`.
        measure_asked: how sure it is, is to be measured.
    """

    policy_chosen = Signal(object)
    provider_chosen = Signal(object)
    measure_asked = Signal()

    def __init__(self, look: InUse, settings: Settings) -> None:
        super().__init__(_("In use"))
        for icon, words in ((Icon.PERSON, look.faces), (Icon.MICROPHONE, look.voices)):
            self.column.addLayout(_line(icon, Text(words)))
        for sentence in look.measured:
            self.column.addWidget(Text(sentence, muted=True, size=0.92))
        self.provider: Choice | None = None
        if len(look.providers) > 1 or settings.provider not in look.providers:
            providers = dict.fromkeys((*look.providers, settings.provider))
            self.provider = Choice(
                [(each, each.label) for each in providers], settings.provider, self.provider_chosen.emit
            )
            hint = _("What is chosen is tried at once; if models do not answer there as they should, nothing changes.")
            self.add_row(_("Run the models with"), self.provider, hint)
        else:
            told = _("The models run on the processor; no graphics card is used.")
            self.column.addLayout(_line(Icon.CHIP, Text(told)))
        self.policy = Choice(policy_choices(), settings.licences, self.policy_chosen.emit)
        hint = _("Some weights are for research only; whoever publishes with them breaks their licence.")
        self.add_row(_("Models that forbid commercial use"), self.policy, hint)
        self.measure = push_button(_("Measure with your own people…"), Icon.PEOPLE)
        self.measure.clicked.connect(self.measure_asked)
        row = QHBoxLayout()
        row.addWidget(self.measure)
        row.addStretch(1)
        self.column.addLayout(row)

    def set_busy(self, busy: bool) -> None:
        """Allow nothing that runs models while something is going on."""
        self.measure.setEnabled(not busy)
        if self.provider is not None:
            self.provider.setEnabled(not busy)


class LeftCard(Card):
    """Some people are enrolled with other models only.

    Signals:
        asked: they are to be enrolled again.
    """

    asked = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self._told = Text()
        self._told.paint_in(theme().tones[Tone.REVIEW].ink)
        self.column.addLayout(_line(Icon.REVIEW, self._told))
        self.again = push_button(_("Enrol again"), Icon.RETRY, primary=True)
        self.again.clicked.connect(self.asked)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self.column.addLayout(row)
        self.hide()

    def tell(self, people: int) -> None:
        """Say how many; nothing is shown for none."""
        if people:
            told = ngettext(
                "{count} person of this registry has a face or a voice that only other models know: it is not found.",
                "{count} people of this registry have a face or a voice that only other models know: it is not found.",
                people,
            )
            self._told.setText(told.format(count=format_count(people)))
        self.setVisible(people > 0)


class PackCard(Card):
    """One pack.

    Signals:
        asked: what somebody wants to do: "install", "use", "verify", "test", "licence" or "remove".
    """

    asked = Signal(str)

    def __init__(self, look: PackLook) -> None:
        super().__init__("")
        self.look = look
        self.setAccessibleName(look.name)
        self.column.addLayout(self._head())
        self.column.addWidget(Text(_("{covers}: {words}").format(covers=look.covers, words=look.words), muted=True))
        for sentence in look.measured:
            self.column.addWidget(Text(sentence, size=0.92))
        if look.accepted:
            self.column.addWidget(Text(look.accepted, muted=True, size=0.92))
        self._parts = QWidget()
        parts = QVBoxLayout(self._parts)
        parts.setContentsMargins(0, GRID, 0, GRID)
        parts.setSpacing(GRID * 2)
        for part in look.parts:
            parts.addLayout(_part(part))
        self._parts.hide()
        self.column.addWidget(self._parts)
        self.buttons: dict[str, QPushButton] = {}
        self.column.addLayout(self._foot())

    def set_busy(self, busy: bool) -> None:
        """Allow nothing while something is going on."""
        for button in self.buttons.values():
            button.setEnabled(not busy)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(GRID * 2)
        head.addWidget(Text(self.look.name, size=1.15, bold=True), 1)
        if self.look.in_use:
            head.addWidget(Badge(_("In use"), Tone.PERMITTED), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Badge(self.look.licence, self.look.licence_tone), 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _foot(self) -> FlowLayout:
        look, row = self.look, FlowLayout(GRID * 2)
        if look.whole:
            if not look.in_use:
                self._offer(row, "use", _("Use"), Icon.CONFIRM, primary=True)
            self._offer(row, "verify", _("Verify the files"), Icon.SHIELD)
            self._offer(row, "test", _("Self-test"), Icon.CHIP)
        else:
            words = _("Install ({size})").format(size=look.size) if look.size else _("Install")
            self._offer(row, "install", words, Icon.INSTALL, primary=True)
        self._offer(row, "licence", _("Licence"), Icon.DOCUMENT)
        if look.removable:
            self._offer(row, "remove", _("Remove…"), Icon.ERASE)
        self.details = details = push_button(_("Details"), Icon.MORE)
        details.setCheckable(True)
        details.setAccessibleName(_("{deed}: {pack}").format(deed=_("Details"), pack=look.name))
        details.toggled.connect(self._parts.setVisible)
        row.addWidget(details)
        return row

    def _offer(self, row: FlowLayout, deed: str, words: str, icon: Icon, *, primary: bool = False) -> None:
        button = push_button(words, icon, primary=primary)
        button.setAccessibleName(_("{deed}: {pack}").format(deed=words, pack=self.look.name))
        button.clicked.connect(partial(self._ask, deed))
        self.buttons[deed] = button
        row.addWidget(button)

    def _ask(self, deed: str, _checked: bool = False) -> None:
        self.asked.emit(deed)


def _line(icon: Icon, words: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(GRID * 3)
    line.addWidget(IconLabel(icon, theme().muted, 20), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(words, 1)
    return line


def _part(look: PartLook) -> QHBoxLayout:
    words = QWidget()
    column = QVBoxLayout(words)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID // 2)
    column.addWidget(Text(_("{model}: {task}").format(model=look.title, task=look.task)))
    column.addWidget(Text(look.facts, muted=True, size=0.92))
    line = _line(look.icon, words)
    state = Text(look.state, wrap=False)
    state.paint_in(theme().tones[look.tone].ink)
    line.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
    return line
