"""What is said about an import of people before it is looked at: where they come from, and what they signed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from countenance.people import Modality, Signer
from countenance.translations import _
from gui.presenters.grant_forms import modality_choices, signer_choices, way_choices
from gui.presenters.importing import ImportForm, Source, source_of
from gui.presenters.looks import Icon, shown_name
from gui.views.grant_fields import Section, Segments
from gui.views.grant_pickers import DayField, choice_box
from gui.views.pieces import Elided, IconLabel, Text, push_button, quiet_button
from gui.views.theme import GRID, theme


class PathField(QWidget):
    """A file or folder that was chosen, or none.

    Signals:
        changed: another one, or none.
    """

    changed = Signal()

    def __init__(self, icon: Icon, nothing: str, choose: str, *, folder: bool) -> None:
        super().__init__()
        self._nothing, self._is_folder = nothing, folder
        self.path: Path | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 2)
        row.addWidget(IconLabel(icon, theme().accent, 18))
        self._words = Elided(nothing)
        row.addWidget(self._words, 1)
        self._off = quiet_button(Icon.CLOSE, _("Take off"))
        self._off.clicked.connect(lambda: self.choose(None))
        self._off.hide()
        row.addWidget(self._off)
        self.button = push_button(choose)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._ask)
        row.addWidget(self.button)

    def choose(self, path: Path | None) -> None:
        """Show another path."""
        self.path = path
        self._words.say(shown_name(path) if path is not None else self._nothing)
        self._off.setVisible(path is not None)
        self.changed.emit()

    def _ask(self) -> None:
        if self._is_folder:
            name = QFileDialog.getExistingDirectory(self, self.button.text())
        else:
            name, _filter = QFileDialog.getOpenFileName(self, self.button.text(), filter=_("Lists (*.csv *.json)"))
        if name:
            self.choose(Path(name))


class ImportTerms(QWidget):
    """The first page of an import.

    Signals:
        changed: something was said.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3)
        self.where = Section(_("Where they come from"))
        self.folder = PathField(Icon.FOLDER, _("No folder"), _("Choose a folder…"), folder=True)
        self.list = PathField(Icon.DOCUMENT, _("No list"), _("Choose a list…"), folder=False)
        self.where.add(
            "folder", _("Folder"), self.folder, _("One subfolder of photos, films and recordings for each person.")
        )
        hint = _("A table of people (CSV), or papers of another registry (JSON, or a table of grants as CSV).")
        self.where.add("list", _("List"), self.list, hint)
        column.addWidget(self.where)
        self.signed = Section(_("The biometric consents, where the list does not tell"))
        self._build_signed()
        column.addWidget(self.signed)
        self.alike = QCheckBox(_("Import people who are taken for somebody else, too: twins"))
        self.source = QLineEdit()
        self.source.setPlaceholderText(_("Such as: casting of May 2026"))
        self.rest = Section(_("More"), folded=True)
        self.rest.add("source", _("Who supplied the samples"), self.source)
        self.rest.rows.addWidget(self.alike)
        column.addWidget(self.rest)
        column.addWidget(Text(_("Nothing is imported before you have seen who would be."), size=0.92, muted=True))
        for field in (self.folder, self.list):
            field.changed.connect(self._changed)
        self._changed()

    def take(self, path: Path) -> None:
        """Take a folder or a list."""
        (self.folder if source_of(path) is Source.FOLDER else self.list).choose(path)

    def what(self) -> Source | None:
        """Return what is imported; None while nothing was chosen."""
        if self.list.path is not None:
            return source_of(self.list.path)
        return Source.FOLDER if self.folder.path is not None else None

    def form(self) -> ImportForm:
        """Return what was said."""
        return ImportForm(
            folder=self.folder.path,
            roster=self.list.path,
            signed_on=self.signed_on.day(),
            signer=Signer(str(self.signer.currentData())),
            method=str(self.method.currentData()),
            retain_until=self.retain_until.day(),
            modality=tuple(Modality(code) for code in self.modality.chosen()) or tuple(Modality),
            source=self.source.text().strip(),
            allow_look_alikes=self.alike.isChecked(),
        )

    def _build_signed(self) -> None:
        self.signed_on = DayField(_("Signed on"), _("The list tells"))
        self.retain_until = DayField(_("Kept until"), _("Three years"))
        self.signer = choice_box(signer_choices(), _("Who signed"))
        self.method = choice_box(way_choices(), _("How it was signed"))
        self.modality = Segments(modality_choices(), _("What they cover"))
        self.modality.choose([one.value for one in Modality])
        signed = self.signed
        hint = _("Without that day nobody’s face or voice is kept.")
        signed.beside(
            signed.add("signed_on", _("Signed on"), self.signed_on, hint),
            signed.add("retain_until", _("Kept until, included"), self.retain_until),
        )
        signed.beside(
            signed.add("signer", _("Who signed"), self.signer),
            signed.add("method", _("How it was signed"), self.method),
        )
        signed.add("modality", _("What they cover"), self.modality)

    def _changed(self) -> None:
        people = self.what() is not Source.PAPERS
        self.signed.setVisible(people)
        self.rest.setVisible(people)
        self.changed.emit()
