"""The last room: what is settled once for all clips; every change counts at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from countenance.settings import Settings
from countenance.translations import _
from gui.presenters.looks import Icon, Tone
from gui.presenters.settings import Section, SectionLook, sections
from gui.views import icons
from gui.views.papers_dialog import while_alive
from gui.views.pieces import Text
from gui.views.room import Parts, Room
from gui.views.settings_pages import AboutPage, CheckingPage, LooksPage, PlacesPage, SafetyPage
from gui.views.theme import GRID, theme
from scan.knowing import known_from_registry

LIST_WIDTH = 208
REMEMBERED = "settings/section"


class SettingsRoom(Room):
    """Shows the settings, a section at a time."""

    icon = Icon.SETTINGS

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._sections = sections()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_list())
        self._pages = QStackedWidget()
        row.addWidget(self._pages, 1)
        self.looks = LooksPage(parts)
        self.checking = CheckingPage(parts)
        self.safety = SafetyPage(parts, self._forget)
        self.places = PlacesPage(parts)
        self.about = AboutPage()
        self.about.shortcuts_asked.connect(self.shortcuts_asked)
        self.about.first_steps_asked.connect(self.first_steps_asked)
        for page in (self.looks, self.checking, self.safety, self.places, self.about):
            self._pages.addWidget(page)
        self.hear(parts.preferences.changed, self._changed)
        self.hear(parts.desk.known_changed, self._tell_known)
        self.hear(parts.vault.changed, self._count_again)
        self._tell_known()
        self.show_section(self._remembered())

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Settings")

    def show_section(self, section: Section) -> None:
        """Show one section."""
        place = list(Section).index(section)
        self._buttons[place].setChecked(True)
        self._pages.setCurrentIndex(place)

    def enter(self) -> None:
        """Read what may have changed meanwhile."""
        self.places.show_places()

    @property
    def section(self) -> Section:
        """The section that is shown."""
        return list(Section)[self._pages.currentIndex()]

    def remember(self) -> None:
        """Write down which section was shown."""
        if self.parts.memory is not None:
            self.parts.memory.setValue(REMEMBERED, self.section.value)

    def _build_list(self) -> QWidget:
        side = QWidget()
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(side)
        column.setContentsMargins(GRID * 2, GRID * 4, GRID * 2, GRID * 4)
        column.setSpacing(GRID)
        column.addStrut(LIST_WIDTH - 4 * GRID)
        column.addWidget(Text(_("Settings"), size=1.15, bold=True))
        column.addSpacing(GRID)
        self._group = QButtonGroup(self)
        self._buttons = [_entry(look) for look in self._sections]
        for look, button in zip(self._sections, self._buttons, strict=True):
            self._group.addButton(button)
            button.clicked.connect(partial(self._press, look.section))
            column.addWidget(button)
        column.addStretch(1)
        return side

    def _press(self, section: Section, _checked: bool = False) -> None:
        self.show_section(section)

    def _remembered(self) -> Section:
        kept = str(self.parts.memory.value(REMEMBERED, "")) if self.parts.memory is not None else ""
        return Section(kept) if kept in list(Section) else Section.LOOKS

    def _changed(self, _before: Settings, now: Settings) -> None:
        self.checking.show_settings(now)
        self.safety.show_settings(now)

    def _tell_known(self) -> None:
        self.checking.budget.show_known(self.parts.desk.card, self.parts.desk.known)

    def _count_again(self) -> None:
        """Tell the price for as many people as there are now: somebody was enrolled, or erased."""
        card = self.parts.desk.card
        if card is not None:
            self.parts.vault.ask(
                lambda registry: known_from_registry(registry, card, registry.today()),
                while_alive(self, lambda known: self.checking.budget.show_known(card, known)),
            )

    def _forget(self) -> None:
        self.forget_asked.emit()
        self.noticed.emit(_("Recent clips are forgotten."), Tone.PERMITTED, Icon.PERMITTED)


def _entry(look: SectionLook) -> QToolButton:
    button = QToolButton()
    button.setObjectName("section")
    button.setText(look.words)
    button.setAccessibleName(look.words)
    button.setIcon(icons.icon(look.icon, theme().text))
    button.setIconSize(QSize(20, 20))
    button.setCheckable(True)
    button.setAutoExclusive(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
