"""The editor of a grant: what it permits in one sentence on top, as it is being written, and every field below."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.grants import Grant
from countenance.people import Person, PersonKind
from countenance.translations import _
from gui.presenters.grant_forms import Template, grant_faults, new_grant, templates
from gui.presenters.grants import grant_sentence
from gui.presenters.looks import Icon, Tone
from gui.presenters.papers import cautions
from gui.vault import Change
from gui.views.grant_terms import GrantTerms
from gui.views.papers_dialog import PapersDialog, clear, while_alive
from gui.views.papers_documents import read_chosen
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from registry import GrantPapers, GrantRecord, Registry
from scan.evidence import record_grant


class GrantEditor(PapersDialog):
    """Writes a new grant, or the next revision of one.

    Signals:
        recorded: the id of the grant that was recorded.
    """

    recorded = Signal(str)

    def __init__(
        self,
        parts: Parts,
        giver: Person,
        today: date,
        zone: str,
        *,
        record: GrantRecord | None = None,
        documents: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """Show a grant to be changed, or one to start from.

        Args:
            parts: of the window.
            giver: whose grant it is.
            today: in the registry's zone.
            zone: the registry's.
            record: the revision that is changed; None for a new grant.
            documents: how many papers are kept with it.
            parent: the window.
        """
        title = _("Grant of {name}") if record else _("New grant of {name}")
        super().__init__(parts, title.format(name=giver.display_name), Icon.CERTIFICATE, parent, width=860, height=760)
        self._giver, self._today, self._record, self._documents = giver, today, record, documents
        self._base = record.grant if record else new_grant(giver, today)
        self._papers = record.papers if record else GrantPapers()
        self._tried = False
        self._build_sentence()
        if record is None:
            self._build_templates()
        self.terms = GrantTerms(giver, today, zone, self)
        for section in self.terms.sections:
            self.body.addWidget(section)
        self.body.addStretch(1)
        cancel = push_button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = push_button(_("Record the change") if record else _("Record the grant"), Icon.SAVE, primary=True)
        self.save.setShortcut("Ctrl+Return")
        self.save.setToolTip(_("Ctrl+Enter"))
        self.save.clicked.connect(self._save)
        self.lay_buttons(cancel, None, self.save)
        self.terms.changed.connect(self._say)
        self._show(self._base, self._papers)
        self.terms.scope.purposes.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_from(self, template: Template) -> None:
        """Show the terms of a template; signatures and documents stay."""
        self._base = template.grant
        signed = self.terms.signed.day()
        self._show(replace(template.grant, signed=signed), self.terms.papers(self._papers))

    def _build_sentence(self) -> None:
        pair = theme().tones[Tone.PERMITTED]
        ground = Surface(pair.ground, theme().line, pair.ink)
        row = QHBoxLayout(ground)
        row.setContentsMargins(GRID * 5, GRID * 3, GRID * 4, GRID * 3)
        self.sentence = Text(size=1.08)
        self.sentence.setAccessibleDescription(_("What the grant permits, as it is written now"))
        row.addWidget(self.sentence, 1)
        self.head.addWidget(ground)
        self._cautions = QVBoxLayout()
        self._cautions.setSpacing(GRID)
        self.head.addLayout(self._cautions)
        self._cautioned: tuple[str, ...] = ()

    def _build_templates(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        row.addWidget(Text(_("Start from"), muted=True, wrap=False))
        for template in templates(self._giver, self._today):
            button = push_button(template.words)
            button.setAutoDefault(False)
            button.setToolTip(template.explanation)
            button.clicked.connect(lambda _checked=False, chosen=template: self.start_from(chosen))
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)

    def _show(self, grant: Grant, papers: GrantPapers) -> None:
        self.terms.show_grant(grant, papers)
        self._say()

    def _say(self) -> None:
        grant, papers = self.terms.grant(self._base), self.terms.papers(self._papers)
        group = self._giver.kind is PersonKind.GROUP
        self.sentence.setText(grant_sentence(grant, self._giver.display_name, group=group))
        documents = self._documents + len(self.terms.documents.chosen())
        self._caution(cautions(grant, papers, self._giver, documents))
        if self._tried:
            self.terms.tell(grant_faults(grant, papers))

    def _caution(self, said: tuple[str, ...]) -> None:
        if said == self._cautioned:
            return
        self._cautioned = said
        clear(self._cautions)
        ink = theme().tones[Tone.REVIEW].ink
        for sentence in said:
            line = QHBoxLayout()
            line.setSpacing(GRID * 2)
            line.addWidget(IconLabel(Icon.REVIEW, ink, 16), 0, Qt.AlignmentFlag.AlignTop)
            words = Text(sentence, size=0.95)
            words.paint_in(ink)
            line.addWidget(words, 1)
            self._cautions.addLayout(line)

    def _save(self) -> None:
        self._tried = True
        grant, papers = self.terms.grant(self._base), self.terms.papers(self._papers)
        faults = grant_faults(grant, papers)
        first = self.terms.tell(faults)
        self.complain(faults.get("", _("Something is missing: see the fields in red.") if faults else ""))
        if faults:
            if first is not None:
                self.scroll_to(first)
                first.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        chosen = self.terms.documents.chosen()
        self.save.setEnabled(False)
        self.parts.vault.change(
            Change(
                work=lambda opened: record_grant(opened, grant, papers, read_chosen(chosen))[0],
                words=_("A grant was changed.") if self._record else _("A grant was recorded."),
                undo=self._take_back if grant.signed is not None or self._record else None,
            ),
            while_alive(self, self._recorded),
            while_alive(self, self._refused),
        )

    def _take_back(self, opened: Registry, kept: Grant) -> None:
        """Record the terms of before once more; a new grant becomes a draft, since nothing recorded ever goes."""
        if self._record is not None:
            papers = replace(self._record.papers, approved_by="")
            opened.record_grant(replace(self._record.grant, revision=kept.revision), papers)
        else:
            opened.record_grant(replace(kept, signed=None))

    def _recorded(self, kept: Grant) -> None:
        self.recorded.emit(kept.id)
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.save.setEnabled(True)
        self.complain(error)
