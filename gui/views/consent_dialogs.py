"""A new biometric consent of somebody enrolled, and the end of one."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from countenance.errors import CountenanceError
from countenance.people import BiometricConsent, Person
from countenance.translations import _
from gui.presenters.enrolling import consent_sentence
from gui.presenters.looks import Icon, Tone
from gui.vault import Change
from gui.views.consent_fields import ConsentFields
from gui.views.grant_fields import Section
from gui.views.grant_pickers import DayField
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.papers_documents import DocumentsField, read_chosen
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.theme import theme
from registry import DocumentKind, Registry, Swept


class ConsentDialog(PapersDialog):
    """States one more biometric consent."""

    def __init__(self, parts: Parts, person: Person, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parts, _("New biometric consent"), Icon.SHIELD, parent, height=560)
        self._person = person
        self.fields = ConsentFields(person, today)
        self.body.addWidget(self.fields)
        self.body.addStretch(1)
        cancel = push_button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = push_button(_("Record the consent"), Icon.SAVE, primary=True)
        self.save.clicked.connect(self._save)
        self.lay_buttons(cancel, None, self.save)

    def _save(self) -> None:
        if self.fields.faults():
            return
        consent, chosen, person = self.fields.consent(), self.fields.documents.chosen(), self._person.id

        def work(opened: Registry) -> str:
            papers = read_chosen(chosen)
            with opened.together():
                number = opened.add_consent(person, consent)
                for paper in papers:
                    opened.documents.add(person, number, paper.kind, paper.file_name, paper.content)
            return number

        self.save.setEnabled(False)
        change = Change(work=work, words=_("A biometric consent was recorded."))
        self.parts.vault.change(change, while_alive(self, self._done), while_alive(self, self._refused))

    def _done(self, _number: str) -> None:
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.save.setEnabled(True)
        self.complain(error)


class WithdrawDialog(PapersDialog):
    """Ends a biometric consent, after saying what that removes for good."""

    def __init__(
        self, parts: Parts, consent: BiometricConsent, person: Person, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parts, _("Withdraw the biometric consent"), Icon.REJECT, parent, width=600, height=480)
        self._consent, self._today, self._person = consent, today, person
        self.body.addWidget(Text(consent_sentence(consent, person.display_name), muted=True))
        section = Section(_("The withdrawal"))
        self.on = DayField(_("In effect on"), day=today)
        section.add("on", _("In effect on"), self.on)
        self.documents = DocumentsField(DocumentKind.NOTICE, _("Drop the letter or e-mail here, or choose it."))
        section.add("documents", _("The paper"), self.documents)
        self.body.addWidget(section)
        self.warning = Text(bold=True)
        self.warning.paint_in(theme().tones[Tone.BLOCKED].ink)
        self.body.addWidget(self.warning)
        self.body.addStretch(1)
        cancel = push_button(_("Keep the consent"))
        cancel.clicked.connect(self.reject)
        self.withdraw = push_button(_("Withdraw for good"), Icon.REJECT, primary=True)
        self.withdraw.clicked.connect(self._withdraw)
        self.withdraw.setAutoDefault(False)
        self.lay_buttons(cancel, None, self.withdraw)
        self.on.changed.connect(self._say)
        self._say()

    def _say(self) -> None:
        at_once = (self.on.day() or self._today) <= self._today
        self.warning.setText(
            _("The pictures, sounds and templates kept under it are removed at once. This cannot be undone.")
            if at_once
            else _("Until that day the person is recognised; then the pictures, sounds and templates are removed.")
        )

    def _withdraw(self) -> None:
        on, number, person = self.on.day() or self._today, self._consent.id, self._person.id
        chosen = self.documents.chosen()

        def work(opened: Registry) -> Swept:
            papers = read_chosen(chosen)
            with opened.together():
                swept = opened.withdraw_consent(number, on)
                for paper in papers:
                    opened.documents.add(person, number, paper.kind, paper.file_name, paper.content)
            return swept

        self.withdraw.setEnabled(False)
        change = Change(work=work, words=_("A biometric consent was withdrawn."))
        self.parts.vault.change(change, while_alive(self, self._done), while_alive(self, self._refused))

    def _done(self, _swept: Swept) -> None:
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.withdraw.setEnabled(True)
        self.complain(error)
