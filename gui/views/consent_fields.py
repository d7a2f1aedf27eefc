"""The biometric consent in plain words: who signs, what it covers, until when, and the paper behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from countenance.people import BiometricConsent, Modality, Person, PersonKind, Signer
from countenance.translations import _
from gui.presenters.enrolling import consent_faults, consent_sentence, new_consent, own_consent_sentence, signers_for
from gui.presenters.grant_forms import joined_names, modality_choices, split_names, way_choices
from gui.presenters.looks import Tone
from gui.views.grant_fields import Section, Segments
from gui.views.grant_pickers import DayField, choice_box, choose_code
from gui.views.papers_documents import DocumentsField
from gui.views.pieces import Surface, Text
from gui.views.theme import GRID, theme
from registry import DocumentKind, retain_until_by_default


class ConsentFields(QWidget):
    """States a new biometric consent.

    Signals:
        changed: one of the fields.
    """

    changed = Signal()

    def __init__(self, person: Person, today: date) -> None:
        super().__init__()
        self._person, self._today = person, today
        self._base = new_consent(person.kind, today)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3)
        pair = theme().tones[Tone.NEUTRAL]
        ground = Surface(pair.ground, theme().line, pair.ink)
        row = QHBoxLayout(ground)
        row.setContentsMargins(GRID * 5, GRID * 3, GRID * 4, GRID * 3)
        self.sentence = Text(size=1.05)
        row.addWidget(self.sentence, 1)
        column.addWidget(ground)
        self.section = Section(_("What was signed"))
        column.addWidget(self.section)
        self._build()
        self.show_person(person)

    def show_person(self, person: Person) -> None:
        """State the consent of somebody else, or of somebody whose kind was changed; what was chosen stays."""
        kind_changed = person.kind is not self._person.kind
        self._person = person
        chosen = str(self.signer.currentData() or "")
        blocked = self.signer.blockSignals(True)
        self.signer.clear()
        choices = signers_for(person)
        for choice in choices:
            self.signer.addItem(choice.words, choice.code)
        keep = chosen and not kind_changed
        choose_code(self.signer, chosen if keep else new_consent(person.kind, self._today).signer.value)
        self.signer.blockSignals(blocked)
        own = person.kind is PersonKind.OWN
        for name in ("signer", "signed_on", "method", "documents"):
            self.section.show_field(name, not own)
        self._say()

    def consent(self) -> BiometricConsent:
        """Return the consent as stated."""
        own = self._person.kind is PersonKind.OWN
        return replace(
            self._base,
            signer=Signer.SELF if own else Signer(str(self.signer.currentData())),
            modality=tuple(Modality(code) for code in self.modality.chosen()),
            signed_on=self._today if own else self.signed_on.day() or self._today,
            method=str(self.method.currentData()),
            retain_until=self.retain_until.day() or self._today,
            recipients=split_names(self.recipients.text()),
        )

    def faults(self) -> dict[str, str]:
        """Return what is wrong, and say it beside the fields."""
        found = consent_faults(self.consent(), self._person, self._today)
        self.section.tell(found)
        return found

    def _build(self) -> None:
        section = self.section
        self.modality = Segments(modality_choices(), _("What it covers"))
        self.modality.choose([one.value for one in Modality])
        self.signer = choice_box(signers_for(self._person), _("Who signed"))
        self.signed_on = DayField(_("Signed on"), day=self._today)
        self.method = choice_box(way_choices(), _("How it was signed"))
        self.retain_until = DayField(_("Kept until"), day=self._base.retain_until)
        self.recipients = QLineEdit(joined_names(self._base.recipients))
        self.recipients.setPlaceholderText(_("Nobody"))
        section.beside(
            section.add("modality", _("What it covers"), self.modality),
            section.add(
                "retain_until",
                _("Kept until, included"),
                self.retain_until,
                _("Three years at most is usual; then everything kept is removed by itself."),
            ),
        )
        section.beside(
            section.add("signer", _("Who signed"), self.signer),
            section.add("signed_on", _("Signed on"), self.signed_on),
        )
        section.beside(
            section.add("method", _("How it was signed"), self.method),
            section.add("recipients", _("Who else may be given what is kept"), self.recipients),
        )
        self.documents = DocumentsField(DocumentKind.RELEASE, _("Drop the signed consent here, or choose it."))
        section.add("documents", _("The paper"), self.documents)
        self.modality.changed.connect(self._changed)
        self.signer.currentIndexChanged.connect(lambda _place: self._changed())
        self.method.currentIndexChanged.connect(lambda _place: self._changed())
        self.signed_on.changed.connect(self._redate)
        self.retain_until.changed.connect(self._changed)
        self.recipients.textChanged.connect(lambda _words: self._changed())

    def _redate(self) -> None:
        signed = self.signed_on.day()
        if signed is not None:
            self.retain_until.choose(retain_until_by_default(signed))
        self._changed()

    def _changed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        consent = self.consent()
        if self._person.kind is PersonKind.OWN:
            self.sentence.setText(own_consent_sentence(consent.retain_until))
        else:
            self.sentence.setText(consent_sentence(consent, self._person.display_name))
