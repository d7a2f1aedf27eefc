"""Who is being enrolled: name, kind, and whoever signs for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from countenance.people import Person, PersonKind
from countenance.translations import _
from gui.presenters.enrolling import authority_words, kind_choices, kind_hint, person_faults, with_authority
from gui.presenters.grant_forms import split_names
from gui.presenters.uses import Choice
from gui.views.grant_fields import Section
from gui.views.grant_pickers import DayField, ListField, choice_box, choose_code
from gui.views.pieces import Text
from gui.views.theme import GRID


class WhoPage(QWidget):
    """States a new person.

    Signals:
        changed: one of the fields.
    """

    changed = Signal()

    def __init__(self, kind: PersonKind, today: date) -> None:
        super().__init__()
        self._today = today
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3)
        self.section = Section(_("Who it is"))
        self.more = Section(_("More about them"), folded=True)
        column.addWidget(self.section)
        column.addWidget(self.more)
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("As clips and reports shall name them"))
        self.kind = choice_box(kind_choices(), _("What they are"))
        self.hint = Text(kind_hint(kind), size=0.92, muted=True)
        self.birth = DayField(_("Date of birth"), _("Not known"), otherwise=date(today.year - 12, today.month, 1))
        self.death = DayField(_("Date of death"), _("Not known"), otherwise=today)
        self.authority = QLineEdit()
        self.members = ListField((), _("Members"), _("Somebody who is enrolled"))
        self._build_more()
        section = self.section
        section.beside(
            section.add("display_name", _("Name"), self.name), section.add("kind", _("What they are"), self.kind)
        )
        section.rows.addWidget(self.hint)
        section.beside(
            section.add("birth", _("Date of birth"), self.birth), section.add("death", _("Date of death"), self.death)
        )
        section.add("authority", _("Guardian"), self.authority)
        section.add("members", _("Members"), self.members)
        choose_code(self.kind, kind.value)
        self._settle()
        self.kind.currentIndexChanged.connect(lambda _place: self._changed())
        for edit in (self.name, self.authority):
            edit.textChanged.connect(lambda _words: self.changed.emit())
        for day in (self.birth, self.death):
            day.changed.connect(self.changed)
        self.members.changed.connect(self.changed)

    def offer_members(self, people: Sequence[Person]) -> None:
        """Offer everybody who is enrolled as members of a group."""
        self.members.offer([Choice(one.id, one.display_name) for one in people if one.kind is not PersonKind.GROUP])

    def chosen_kind(self) -> PersonKind:
        """Return what they are."""
        return PersonKind(str(self.kind.currentData()))

    def person(self) -> Person:
        """Return the person as stated."""
        kind = self.chosen_kind()
        group = kind is PersonKind.GROUP
        return with_authority(
            Person(
                id="",
                display_name=" ".join(self.name.text().split()),
                other_names=split_names(self.also.text()),
                kind=kind,
                birth=None if group else self.birth.day(),
                death=self.death.day() if kind is PersonKind.DECEASED else None,
                members=self.members.chosen() if group else (),
                contact=self.contact.text().strip(),
                tags=split_names(self.tags.text()),
                notes=self.notes.text().strip(),
            ),
            self.authority.text().strip(),
        )

    def faults(self) -> dict[str, str]:
        """Return what is wrong, and say it beside the fields."""
        found = person_faults(self.person(), self._today)
        self.section.tell(found)
        return found

    def _build_more(self) -> None:
        self.also, self.contact, self.tags, self.notes = (QLineEdit() for _each in range(4))
        for edit, hint in (
            (self.also, _("Stage name, other scripts; parted by semicolons")),
            (self.contact, _("Whom to ask: agent, lawyer")),
            (self.tags, _("Words to group people by; parted by semicolons")),
            (self.notes, _("Anything else to be remembered")),
        ):
            edit.setPlaceholderText(hint)
            edit.textChanged.connect(lambda _words: self.changed.emit())
        more = self.more
        more.beside(more.add("other_names", _("Other names"), self.also), more.add("tags", _("Tags"), self.tags))
        more.beside(more.add("contact", _("Contact"), self.contact), more.add("notes", _("Notes"), self.notes))

    def _changed(self) -> None:
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        kind = self.chosen_kind()
        self.hint.setText(kind_hint(kind))
        words = authority_words(kind)
        self.section.show_field("authority", words is not None)
        self.section.show_field("birth", kind is PersonKind.MINOR)
        self.section.show_field("death", kind is PersonKind.DECEASED)
        self.section.show_field("members", kind is PersonKind.GROUP)
        if words is not None:
            self.section.rename("authority", words.title)
            self.authority.setPlaceholderText(words.hint)
            self.authority.setAccessibleName(words.title)
        self.section.tell({})
