"""The fields that say what is covered: methods, purposes, themes, channels, countries, languages, days, projects.

A grant and a prohibition share them; what a grant must name, a prohibition may leave open.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from countenance.grants import ANY, Grant, Method, Prohibition, Purpose, Theme
from countenance.labels import language_label, territory_label
from countenance.people import Modality
from countenance.translations import _
from gui.presenters.grant_forms import (
    grant_channel_choices,
    grant_method_choices,
    grant_purpose_choices,
    grant_territory_choices,
    joined_names,
    language_choices,
    modality_choices,
    split_names,
    theme_choices,
    zone_choices,
)
from gui.views.grant_fields import Section, Segments
from gui.views.grant_pickers import (
    ChoicesButton,
    DayField,
    ListField,
    choose_code,
    code_of,
    searchable_box,
)


class ScopeFields(QWidget):
    """Lays the fields into sections of an editor, and turns them into the fields of a record.

    Signals:
        changed: one of them.
    """

    changed = Signal()

    def __init__(self, what: Section, where: Section, zone: str, *, forbids: bool = False) -> None:
        super().__init__(what)
        self.hide()
        self._forbids, self._what, self._where = forbids, what, where
        left_open = _("Everything") if forbids else _("Choose…")
        self.modality = Segments(modality_choices(), _("Of the person"))
        self.methods = ChoicesButton(grant_method_choices(), _("How it may be made"), left_open)
        self.purposes = ChoicesButton(grant_purpose_choices(), _("Purposes"), left_open)
        self.themes = ChoicesButton(theme_choices(), _("Themes"), left_open if forbids else _("None of them"))
        self.channels = ChoicesButton(
            grant_channel_choices(), _("Channels"), _("Everywhere") if forbids else _("Choose…")
        )
        self.territories = ListField(
            grant_territory_choices(),
            _("Countries"),
            _("The whole world, a union, or a country"),
            except_words=_("Leave out"),
        )
        self.territories.name_by(territory_label)
        self.languages = ListField(language_choices(), _("Languages"), _("Any language"))
        self.languages.name_by(language_label)
        self.start = DayField(_("First day"), _("Always") if forbids else _("The day it was signed"))
        self.end = DayField(_("Last day"), _("Without an end"))
        self.projects = QLineEdit()
        self.projects.setPlaceholderText(_("Any project; several are parted by semicolons"))
        self.grantee = QLineEdit()
        self.grantee.setPlaceholderText(_("Anybody") if forbids else _("The owner of this registry"))
        self.zone = searchable_box(zone_choices(zone), _("Time zone of the days"), "")
        self._lay_out()
        self._listen()

    def lay_rest(self, section: Section) -> None:
        """Put what is seldom limited into a section of its own."""
        who = _("Who is not to use it") if self._forbids else _("Who may use it")
        section.beside(
            section.add("grantee", who, self.grantee),
            section.add("tz", _("Time zone of the days"), self.zone),
        )

    def show_record(self, record: Grant | Prohibition) -> None:
        """Show what a record covers, without telling anybody."""
        themes = record.themes_ok if isinstance(record, Grant) else record.themes
        self.modality.choose(record.modality if record.modality is not None else tuple(Modality))
        self.methods.choose(record.methods or ())
        self.purposes.choose(record.purposes or ())
        self.themes.choose(themes or ())
        self.channels.choose(record.channels or ())
        self.territories.choose(record.territories or ())
        self.languages.choose([one for one in record.languages or () if one != ANY])
        self.start.choose(record.start)
        self.end.choose(record.end)
        for edit, words in (
            (self.projects, joined_names(one for one in record.projects or () if one != ANY)),
            (self.grantee, record.grantee or ""),
        ):
            blocked = edit.blockSignals(True)
            edit.setText(words)
            edit.blockSignals(blocked)
        choose_code(self.zone, record.tz or "")
        self._settle()

    def scope(self) -> dict[str, Any]:
        """Return the fields of a grant or prohibition, by their names there."""
        modality = tuple(Modality(code) for code in self.modality.chosen())
        everything = len(modality) == len(Modality)
        fields: dict[str, Any] = {
            "modality": None if self._forbids and (everything or not modality) else modality,
            "methods": tuple(Method(code) for code in self.methods.chosen()),
            "purposes": tuple(Purpose(code) for code in self.purposes.chosen()),
            "themes" if self._forbids else "themes_ok": tuple(Theme(code) for code in self.themes.chosen()),
            "channels": self.channels.chosen(),
            "territories": self.territories.chosen(),
            "languages": self.languages.chosen(),
            "projects": split_names(self.projects.text()),
        }
        if self._forbids:
            fields = {name: value or None for name, value in fields.items()}
        else:
            fields |= {name: fields[name] or (ANY,) for name in ("languages", "projects")}
        return fields | {
            "start": self.start.day(),
            "end": self.end.day(),
            "tz": code_of(self.zone) or None,
            "grantee": self.grantee.text().strip() or None,
        }

    def _lay_out(self) -> None:
        what, where = self._what, self._where
        what.beside(
            what.add("modality", _("Of the person"), self.modality),
            what.add("methods", _("How it is made") if self._forbids else _("How it may be made"), self.methods),
        )
        themes = _("Themes") if self._forbids else _("Sensitive themes that are allowed")
        what.beside(
            what.add("purposes", _("Purposes"), self.purposes),
            what.add("themes" if self._forbids else "themes_ok", themes, self.themes),
        )
        where.beside(
            where.add("channels", _("Channels"), self.channels),
            where.add("projects", _("Projects"), self.projects),
        )
        where.beside(
            where.add("territories", _("Countries"), self.territories),
            where.add("languages", _("Languages of the voice"), self.languages),
        )
        where.beside(
            where.add("start", _("First day"), self.start),
            where.add("end", _("Last day, included"), self.end),
        )

    def _listen(self) -> None:
        for field in (self.modality, self.methods, self.purposes, self.themes, self.channels):
            field.changed.connect(self._tell)
        for listed in (self.territories, self.languages):
            listed.changed.connect(self._tell)
        for day in (self.start, self.end):
            day.changed.connect(self._tell)
        for edit in (self.projects, self.grantee):
            edit.textChanged.connect(lambda _words: self._tell())
        self.zone.currentIndexChanged.connect(lambda _place: self._tell())

    def _tell(self) -> None:
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        # A language is the voice's: without it there is none to limit.
        self._where.show_field("languages", Modality.VOICE.value in self.modality.chosen())
