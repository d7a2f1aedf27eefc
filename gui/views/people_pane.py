"""Everybody of the registry: a search, filters with counts, the list, and what is done with those selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.people import (
    Choice,
    Filters,
    Order,
    PersonCard,
    choices,
    chosen,
    count_words,
    order_words,
    read_cards,
    read_found,
    read_pictures,
    selected_words,
    sign_look,
    toggled,
)
from gui.views import icons
from gui.views.grant_flow import FlowLayout
from gui.views.papers_dialog import while_alive
from gui.views.people_list import PeopleList
from gui.views.people_nobody import NobodyPage
from gui.views.pieces import Surface, Text, face_image, push_button, quiet_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from registry import Registry
from reports.wording import format_count

MOST_TAGS = 6
"""So many tags stand beside the other filters; all of them are in a menu."""


class PeoplePane(QWidget):
    """Shows the list of people.

    Signals:
        opened: id of somebody whose page is wanted.
        enrol_asked, import_asked: somebody new is to be enrolled; many are.
        tag_asked, disclose_asked, erase_asked: ids of those selected.
    """

    opened = Signal(str)
    enrol_asked = Signal()
    import_asked = Signal()
    tag_asked = Signal(list)
    disclose_asked = Signal(list)
    erase_asked = Signal(list)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._cards: tuple[PersonCard, ...] = ()
        self._filters = Filters()
        self._found: Mapping[str, int] | None = None
        self._searched = ""
        self._build()

    def read(self) -> None:
        """Read everybody again."""
        self._parts.vault.ask(read_cards, while_alive(self, self._show_cards))

    def forget(self) -> None:
        """Show nobody and keep nothing of anybody."""
        self._cards, self._found, self._searched = (), None, ""
        self._filters = Filters()
        self.search.clear()
        self.list.people.forget()
        self._show_choices()
        self._show()

    def forget_pictures(self) -> None:
        """Read pictures anew when they are seen: some may have changed."""
        self.list.people.forget_pictures()

    def remember(self) -> None:
        """Write down how the list is shown."""
        memory = self._parts.memory
        if memory is not None:
            memory.setValue("registry/rows", int(self.list.as_rows))
            memory.setValue("registry/order", self._order().value)

    def focus_search(self) -> None:
        """Go to the field that is searched with."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def known_tags(self) -> list[str]:
        """Return the tags there are, the usual ones first."""
        return [choice.tag for choice in choices(self._cards, Filters()) if choice.tag]

    def shown(self) -> Sequence[PersonCard]:
        """Return who is shown, in order."""
        return chosen(self._cards, self._filters, self._order(), self._found)

    def _build(self) -> None:
        self.list = PeopleList()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        column.addLayout(self._head())
        self._chips = QWidget()
        self._flow = FlowLayout(GRID * 2)
        self._chips.setLayout(self._flow)
        column.addWidget(self._chips)
        column.addWidget(self._selection_bar())
        self.list.opened.connect(self.opened)
        self.list.selected.connect(self._show_selected)
        self.list.people.pictures_wanted.connect(self._read_pictures)
        self.nobody = NobodyPage()
        self.nobody.enrol_asked.connect(self.enrol_asked)
        self.nobody.import_asked.connect(self.import_asked)
        self.nobody.everybody_asked.connect(self._show_everybody)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.nobody)
        column.addWidget(self._stack, 1)
        memory = self._parts.memory
        if memory is not None:
            self._toggle_rows(rows=str(memory.value("registry/rows", "0")) == "1")
            place = self.order.findData(str(memory.value("registry/order", Order.NAME.value)))
            self.order.setCurrentIndex(max(0, place))

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search by name, pinyin, tag"))
        self.search.setAccessibleName(_("Search people"))
        self.search.setToolTip(_("Search people (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icons.icon(Icon.SEARCH, theme().muted), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._search)
        self.search.setMinimumWidth(168)
        self.search.setMaximumWidth(360)
        row.addWidget(self.search, 8)
        self._count = Text(muted=True, wrap=False)
        row.addWidget(self._count)
        row.addStretch(1)
        self.order = QComboBox()
        self.order.setAccessibleName(_("Order"))
        for order in Order:
            self.order.addItem(order_words(order), order.value)
        self.order.currentIndexChanged.connect(lambda _place: self._show())
        row.addWidget(self.order)
        self._rows_button = quiet_button(Icon.ROWS, _("Show as a list"))
        self._rows_button.clicked.connect(lambda: self._toggle_rows(rows=not self.list.as_rows))
        row.addWidget(self._rows_button)
        import_ = push_button(_("Import…"), Icon.IMPORT)
        import_.setToolTip(_("Enrol many people from a folder or a table"))
        import_.clicked.connect(self.import_asked)
        row.addWidget(import_)
        enrol = push_button(_("Add a person…"), Icon.ADD, primary=True)
        enrol.setToolTip(_("Enrol somebody (Ctrl+N)"))
        enrol.clicked.connect(self.enrol_asked)
        row.addWidget(enrol)
        return row

    def _selection_bar(self) -> QWidget:
        self._bar = Surface(theme().selected, theme().accent)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        row.setSpacing(GRID * 2)
        self._selected = Text(bold=True, wrap=False)
        row.addWidget(self._selected)
        row.addStretch(1)
        for words, icon, signal in (
            (_("Add a tag…"), Icon.TAG, self.tag_asked),
            (_("Hand out what is held…"), Icon.EXPORT, self.disclose_asked),
            (_("Erase…"), Icon.ERASE, self.erase_asked),
        ):
            button = push_button(words, icon)
            button.clicked.connect(lambda _checked=False, one=signal: one.emit(self.list.selected_ids()))
            row.addWidget(button)
        none = quiet_button(Icon.CLOSE, _("Select nobody (Esc)"))
        none.clicked.connect(self.list.clearSelection)
        row.addWidget(none)
        self._bar.hide()
        return self._bar

    def _order(self) -> Order:
        return Order(self.order.currentData())

    def _toggle_rows(self, *, rows: bool) -> None:
        current = self.list.currentIndex()
        self.list.show_rows(rows)
        words, icon = (_("Show as a grid"), Icon.GRID) if rows else (_("Show as a list"), Icon.ROWS)
        self._rows_button.setIcon(icons.icon(icon, theme().muted))
        self._rows_button.setToolTip(words)
        self._rows_button.setAccessibleName(words)
        if current.isValid():
            self.list.scrollTo(current)

    def _search(self, text: str) -> None:
        self._searched = text.strip()
        if not self._searched:
            self._found = None
            self._show()
            return
        self._parts.vault.ask(
            partial(read_found, self._searched), while_alive(self, partial(self._show_found, self._searched))
        )

    def _show_found(self, searched: str, found: Mapping[str, int]) -> None:
        if searched == self._searched:  # nothing else was typed meanwhile
            self._found = found
            self._show()

    def _show_cards(self, cards: tuple[PersonCard, ...]) -> None:
        self._cards = cards
        there = frozenset(tag for card in cards for tag in card.tags)
        self._filters = Filters(signs=self._filters.signs, tags=self._filters.tags & there)
        self._show_choices()
        if self._searched:
            self._search(self._searched)
        self._show()

    def _show(self) -> None:
        current = self.list.currentIndex()
        person = self.list.people.id_at(current.row()) if current.isValid() else ""
        at = self.list.verticalScrollBar().value()
        cards = self.shown()
        same = [card.id for card in cards] == self.list.people.ids()
        self.list.people.show(cards)
        self._count.setText(count_words(len(cards), len(self._cards)) if self._cards else "")
        self.nobody.tell(narrowed=bool(self._cards))
        self._stack.setCurrentWidget(self.list if cards else self.nobody)
        self.order.setEnabled(self._found is None)
        self.order.setToolTip(_("What is found is shown best first.") if self._found is not None else "")
        if same:
            self.list.show_person(person)
            self.list.verticalScrollBar().setValue(at)

    def _show_choices(self) -> None:
        self._flow.clear()
        offered = choices(self._cards, self._filters)
        tags = [choice for choice in offered if choice.tag]
        beside = [choice for choice in offered if not choice.tag or choice.chosen or choice in tags[:MOST_TAGS]]
        chips = [self._chip(choice) for choice in beside]
        # Letters of another script are taller: all are as tall as the tallest.
        tallest = max((chip.sizeHint().height() for chip in chips), default=0)
        for chip in chips:
            chip.setMinimumHeight(tallest)
            self._flow.addWidget(chip)
        if len(tags) > MOST_TAGS:
            self._flow.addWidget(self._tag_menu(tags))
        self._chips.setVisible(bool(beside))
        self._flow.invalidate()

    def _chip(self, choice: Choice) -> QPushButton:
        chip = QPushButton(f"{choice.words.replace('&', '&&')}  {format_count(choice.count)}")
        chip.setObjectName("plain")
        chip.setCheckable(True)
        chip.setChecked(choice.chosen)
        chip.setAccessibleName(_("Only: {words}, {count}").format(words=choice.words, count=choice.count))
        icon = Icon.TAG if choice.sign is None else sign_look(choice.sign).icon
        colour = theme().muted if choice.sign is None else theme().tones[sign_look(choice.sign).tone].ink
        chip.setIcon(icons.icon(icon, colour))
        chip.setIconSize(QSize(16, 16))
        if choice.chosen:
            chip.setStyleSheet(f"background: {theme().selected}; border-color: {theme().accent}; padding: 4px 10px;")
        else:
            chip.setStyleSheet("padding: 4px 10px;")
        chip.clicked.connect(partial(self._toggle, choice))
        return chip

    def _tag_menu(self, tags: Sequence[Choice]) -> QPushButton:
        button = push_button(_("All tags"), Icon.TAG)
        button.setObjectName("menu")
        menu = QMenu(button)
        for choice in tags:
            action = menu.addAction(f"{choice.words.replace('&', '&&')}  {format_count(choice.count)}")
            action.setCheckable(True)
            action.setChecked(choice.chosen)
            action.triggered.connect(partial(self._toggle, choice))
        button.setMenu(menu)
        return button

    def _toggle(self, choice: Choice, _checked: bool = False) -> None:
        self._filters = toggled(self._filters, choice)
        self._show_choices()
        self._show()

    def _show_everybody(self) -> None:
        self._filters = Filters()
        self.search.clear()
        self._show_choices()
        self._show()

    def _show_selected(self, count: int) -> None:
        self._selected.setText(selected_words(count))
        self._bar.setVisible(count > 0)

    def _read_pictures(self, people: list[str]) -> None:
        self._parts.vault.ask(
            partial(_read_images, people),
            while_alive(self, self.list.people.take_pictures),
            while_alive(self, self._no_pictures),
        )

    def _no_pictures(self, error: CountenanceError) -> None:
        self.list.people.take_pictures({})
        self._parts.vault.failed.emit(error)


def _read_images(people: Sequence[str], registry: Registry) -> dict[str, QImage]:
    # Decoded in the lane's thread: images, unlike pixmaps, may be.
    return {person: face_image(jpeg) for person, jpeg in read_pictures(people, registry).items()}
