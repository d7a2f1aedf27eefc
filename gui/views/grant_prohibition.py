"""The editor of a prohibition: what is forbidden in one sentence, and the fields that limit it; empty is everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from countenance.errors import CountenanceError
from countenance.grants import Prohibition, ProhibitionSource
from countenance.people import Person
from countenance.translations import _
from gui.presenters.grant_forms import prohibition_faults, source_choices
from gui.presenters.grants import prohibition_sentence
from gui.presenters.looks import Icon, Tone
from gui.vault import Change
from gui.views.grant_fields import Section
from gui.views.grant_pickers import choice_box, choose_code
from gui.views.grant_scope import ScopeFields
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.papers_documents import DocumentsField, read_chosen
from gui.views.pieces import Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from registry import DocumentKind, ProhibitionRecord, Registry
from scan.evidence import record_prohibition


class ProhibitionEditor(PapersDialog):
    """Writes a new prohibition, or the next revision of one."""

    def __init__(
        self,
        parts: Parts,
        person: Person,
        today: date,
        zone: str,
        *,
        record: ProhibitionRecord | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = _("Prohibition of {name}") if record else _("New prohibition of {name}")
        super().__init__(parts, title.format(name=person.display_name), Icon.BLOCKED, parent, width=820, height=700)
        self._person, self._record, self._today = person, record, today
        self._base = record.prohibition if record else Prohibition(id="", person=person.id)
        pair = theme().tones[Tone.BLOCKED]
        ground = Surface(pair.ground, theme().line, pair.ink)
        row = QHBoxLayout(ground)
        row.setContentsMargins(GRID * 5, GRID * 3, GRID * 4, GRID * 3)
        self.sentence = Text(size=1.08)
        row.addWidget(self.sentence, 1)
        self.head.addWidget(ground)
        self.what = Section(_("What is forbidden; where nothing is chosen, everything is"))
        self.where = Section(_("Where and when"))
        self.said = Section(_("Who said so"))
        self.rest = Section(_("More terms"), folded=True)
        self.scope = ScopeFields(self.what, self.where, zone, forbids=True)
        self.scope.lay_rest(self.rest)
        self.source = choice_box(source_choices(), _("Who forbids it"))
        self.document = QLineEdit()
        self.document.setPlaceholderText(_("Such as: letter of 3 May 2026"))
        self.documents = DocumentsField(DocumentKind.OTHER, _("Drop the paper here, or choose it."))
        self.said.beside(
            self.said.add("source", _("Who forbids it"), self.source),
            self.said.add("document", _("The paper in words"), self.document),
        )
        self.said.add("documents", _("Documents"), self.documents)
        for section in (self.what, self.where, self.said, self.rest):
            self.body.addWidget(section)
        self.body.addStretch(1)
        cancel = push_button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = push_button(_("Record the change") if record else _("Record the prohibition"), primary=True)
        self.save.setShortcut("Ctrl+Return")
        self.save.setToolTip(_("Ctrl+Enter"))
        self.save.clicked.connect(self._save)
        self.lay_buttons(cancel, None, self.save)
        self.scope.show_record(self._base)
        choose_code(self.source, self._base.source.value)
        self.document.setText(self._base.document)
        self.scope.changed.connect(self._say)
        self.source.currentIndexChanged.connect(lambda _place: self._say())
        self._say()

    def prohibition(self) -> Prohibition:
        """Return the prohibition as the fields say."""
        return replace(
            self._base,
            **self.scope.scope(),
            source=ProhibitionSource(str(self.source.currentData())),
            document=self.document.text().strip(),
        )

    def _say(self) -> None:
        self.sentence.setText(prohibition_sentence(self.prohibition(), self._person.display_name))

    def _save(self) -> None:
        ban = self.prohibition()
        faults = prohibition_faults(ban)
        found = [section.tell(faults) for section in (self.what, self.where, self.said, self.rest)]
        self.complain(faults.get("", ""))
        if faults:
            first = next((field for field in found if field is not None), None)
            if first is not None:
                self.scroll_to(first)
                first.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        chosen, record = self.documents.chosen(), self._record
        revision = record.revision if record else 0

        def take_back(opened: Registry, kept: ProhibitionRecord) -> None:
            assert record is not None
            opened.record_prohibition(record.prohibition, changes_revision=kept.revision)

        self.save.setEnabled(False)
        self.parts.vault.change(
            Change(
                work=lambda opened: record_prohibition(opened, ban, revision, read_chosen(chosen))[0],
                words=_("A prohibition was changed.") if record else _("A prohibition was recorded."),
                undo=take_back if record else None,
            ),
            while_alive(self, self._done),
            while_alive(self, self._refused),
        )

    def _done(self, _kept: ProhibitionRecord) -> None:
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.save.setEnabled(True)
        self.complain(error)
