"""The cards as Qt asks for them, with pictures that are read only when they are seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from gui.presenters.people import PersonCard, spoken

AnyIndex = QModelIndex | QPersistentModelIndex
CARD_ROLE = Qt.ItemDataRole.UserRole + 1

KEPT_PICTURES = 400
"""Of 160 px, some 100 kB each; those not seen for longest are let go."""

ASKED_AT_ONCE = 24
ASK_AFTER_MS = 10


class PeopleModel(QAbstractListModel):
    """The rows of the list.

    Signals:
        pictures_wanted: ids of people whose pictures are seen and not there yet; answered by `take_pictures`.
    """

    pictures_wanted = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[PersonCard] = []
        self._places: dict[str, int] = {}
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._asked: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(ASK_AFTER_MS)
        self._soon.timeout.connect(self._ask)

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802  Qt's name
        """Return how many people are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a card, its name, or what it says to those who do not see it."""
        card = self._cards[index.row()]
        if role == CARD_ROLE:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.name
        return spoken(card) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def show(self, cards: Sequence[PersonCard]) -> None:
        """Show these people, in this order; pictures that are there stay."""
        self.beginResetModel()
        self._cards = list(cards)
        self._places = {card.id: place for place, card in enumerate(self._cards)}
        self._wanted.clear()
        self.endResetModel()

    def forget(self) -> None:
        """Show nobody and keep no picture."""
        self.show(())
        self.forget_pictures()

    def forget_pictures(self) -> None:
        """Keep no picture: they are read anew when they are seen."""
        self._pictures.clear()
        self._asked.clear()

    def ids(self) -> list[str]:
        """Return the ids of everybody shown, in order."""
        return [card.id for card in self._cards]

    def id_at(self, place: int) -> str:
        """Return the id of whoever stands in a row."""
        return self._cards[place].id

    def place_of(self, person: str) -> int | None:
        """Return the row of somebody; None where they are not shown."""
        return self._places.get(person)

    def picture(self, person: str) -> QPixmap | None:
        """Return a picture, an empty one where there is none to show; None while it is being read."""
        found = self._pictures.get(person)
        if found is not None:
            self._pictures.move_to_end(person)
        elif person not in self._asked:
            self._wanted[person] = None
            self._wanted.move_to_end(person)
            if not self._soon.isActive():
                self._soon.start()
        return found

    def take_pictures(self, images: Mapping[str, QImage]) -> None:
        """Show pictures that were asked for; an empty one means that there is none, and what is not there may come."""
        self._asked.clear()
        for person, image in images.items():
            self._pictures[person] = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
            place = self._places.get(person)
            if place is not None:
                self.dataChanged.emit(self.index(place), self.index(place))
        while len(self._pictures) > KEPT_PICTURES:
            self._pictures.popitem(last=False)
        if self._wanted:
            self._soon.start()

    def _ask(self) -> None:
        if self._asked:
            # One question at a time: whoever searches meanwhile does not wait for many.
            return
        # Those seen last are in view; whoever was scrolled past is asked for when they are seen again.
        asked = [person for person, _none in (self._wanted.popitem() for _each in range(self._most()))]
        self._wanted.clear()
        if asked:
            self._asked.update(asked)
            self.pictures_wanted.emit(asked)

    def _most(self) -> int:
        return min(ASKED_AT_ONCE, len(self._wanted))
