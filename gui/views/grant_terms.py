"""All fields of a grant in sections, the common ones first: from a record to the fields and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from countenance.grants import SYNTHETIC_METHODS, AfterEnd, Duty, Grant, GroupMembers, Method, Suspension
from countenance.labels import label
from countenance.people import Person, PersonKind, Signer
from countenance.translations import _
from gui.presenters.grant_forms import (
    duty_choices,
    first_signature,
    joined_names,
    replica_choices,
    signer_choices,
    split_names,
)
from gui.presenters.uses import Choice
from gui.views.grant_fields import Section, Segments
from gui.views.grant_pickers import ChoicesButton, DayField, choice_box, choose_code, code_of
from gui.views.grant_scope import ScopeFields
from gui.views.grant_signatures import SignaturesField
from gui.views.papers_documents import DocumentsField
from gui.views.theme import GRID
from registry import CompensationStatus, DocumentKind, GrantPapers

LINES = 3


class GrantTerms(QObject):
    """The sections of a grant's editor.

    Attributes:
        sections: from top to bottom.

    Signals:
        changed: one of the fields.
    """

    changed = Signal()

    def __init__(self, giver: Person, today: date, zone: str, parent: QObject) -> None:
        super().__init__(parent)
        self._giver, self._today = giver, today
        self.what = Section(_("What may be done"))
        self.where = Section(_("Where, when and for which project"))
        self.signing = Section(_("Signed"))
        self.conditions = Section(_("In return"))
        self.rest = Section(_("More terms"), folded=True)
        self.sections = (self.what, self.where, self.signing, self.conditions, self.rest)
        self.scope = ScopeFields(self.what, self.where, zone)
        self.scope.changed.connect(self._changed)
        self._build_what()
        self._build_signing()
        self._build_conditions()
        self._build_rest()

    def show_grant(self, grant: Grant, papers: GrantPapers) -> None:
        """Show a grant, without telling anybody."""
        self.blockSignals(True)
        self.scope.show_record(grant)
        self.description.setPlainText(grant.description)
        self.signed.choose(grant.signed)
        choose_code(self.signer, grant.signer.value)
        signatures = papers.signatures or (first_signature(grant, self._giver, self._today),)
        self.signatures.show_signatures(signatures)
        self.approval.setChecked(grant.approval)
        self.duties.choose(grant.duties)
        self.after_end.choose((grant.after_end.value,))
        self.compensation.setText(grant.compensation)
        self.paid.choose((papers.compensation_status.value if papers.compensation_status else "",))
        self._show_rest(grant, papers)
        self.blockSignals(False)
        self._settle()

    def grant(self, base: Grant) -> Grant:
        """Return the grant as the fields say; what has no field is as in `base`."""
        pause = self.suspended.day()
        represented = self.represented_by.text().strip()
        return replace(
            base,
            **self.scope.scope(),
            description=self.description.toPlainText().strip(),
            signed=self.signed.day(),
            signer=Signer(str(self.signer.currentData())),
            approval=self.approval.isChecked(),
            duties=tuple(Duty(code) for code in self.duties.chosen()),
            after_end=AfterEnd(self.after_end.chosen()[0]),
            compensation=self.compensation.text().strip(),
            sublicense=self.sublicense.isChecked(),
            survives_death=self.survives_death.isChecked(),
            separately_signed=self.separately_signed.isChecked(),
            exclusive=self.exclusive.text().strip(),
            represented_by=represented or "none",
            replica_type=code_of(self.replica_type) or "none",
            members=GroupMembers(self.members.chosen()[0]),
            suspended=Suspension(start=pause, end=self.suspended_until.day()) if pause is not None else None,
        )

    def papers(self, base: GrantPapers) -> GrantPapers:
        """Return what is recorded with the grant; documents are kept apart, and nobody has confirmed it yet."""
        paid = self.paid.chosen()[0]
        return replace(
            base,
            signatures=self.signatures.signatures() if self.signed.day() is not None else base.signatures,
            compensation_status=CompensationStatus(paid) if paid else None,
            external_ids=split_names(self.external_ids.text()),
            approved_by="",
        )

    def tell(self, faults: Mapping[str, str]) -> QWidget | None:
        """Say beside each field what is wrong with it, and return the first such field."""
        found = [section.tell(faults) for section in self.sections]
        return next((field for field in found if field is not None), None)

    def _build_what(self) -> None:
        self.description = QPlainTextEdit()
        self.description.setTabChangesFocus(True)
        self.description.setFixedHeight(self.description.fontMetrics().lineSpacing() * LINES + GRID * 5)
        self.description.setPlaceholderText(_("Such as: spring campaign, three spots of 15 seconds"))
        hint = _("What exactly it is for. Where AI is used, a clip needs approval without it.")
        self.what.add("description", _("The use in words"), self.description, hint)
        self.description.textChanged.connect(self._changed)

    def _build_signing(self) -> None:
        self.signed = DayField(_("Signed on"), _("Not signed yet: a draft"), day=self._today, otherwise=self._today)
        self.signer = choice_box(signer_choices(), _("Signed as"))
        self.signing.beside(
            self.signing.add("signed", _("Signed on"), self.signed),
            self.signing.add("signer", _("Signed as"), self.signer),
        )
        self.signatures = SignaturesField()
        self.signing.add("signatures", _("Signatures"), self.signatures)
        self.documents = DocumentsField(DocumentKind.CONTRACT, _("Drop the signed paper here, or choose it."))
        self.signing.add("documents", _("Documents"), self.documents)
        self.signed.changed.connect(self._signed)
        self.signer.currentIndexChanged.connect(lambda _place: self._signed())
        self.signatures.changed.connect(self._changed)
        self.documents.changed.connect(self._changed)
        self.signatures.more.clicked.connect(self._one_more)

    def _build_conditions(self) -> None:
        self.approval = QCheckBox(_("Each clip must be approved first"))
        self.duties = ChoicesButton(duty_choices(), _("Duties"), _("Nothing"))
        self.after_end = Segments(
            [Choice(one.value, _capital(label(one))) for one in AfterEnd], _("When it ends"), one=True
        )
        self.compensation = QLineEdit()
        self.compensation.setPlaceholderText(_("A fee, a scale, a share; a note that is never judged"))
        self.paid = Segments(
            [Choice("", _("Not said")), Choice("unpaid", _("Not paid yet")), Choice("paid", _("Paid"))],
            _("Payment"),
            one=True,
        )
        self.conditions.add("approval", _("Approval"), self.approval)
        self.conditions.beside(
            self.conditions.add("duties", _("Duties"), self.duties),
            self.conditions.add("after_end", _("When it ends"), self.after_end),
        )
        self.conditions.beside(
            self.conditions.add("compensation", _("Compensation"), self.compensation),
            self.conditions.add("compensation_status", _("Payment"), self.paid),
        )
        self.approval.toggled.connect(lambda _on: self.changed.emit())
        self.compensation.textChanged.connect(lambda _words: self.changed.emit())
        for field in (self.duties, self.after_end, self.paid):
            field.changed.connect(self._changed)

    def _build_rest(self) -> None:
        self.sublicense = QCheckBox(_("May be passed on to others"))
        self.survives_death = QCheckBox(_("Goes on after death"))
        self.separately_signed = QCheckBox(_("Replica clause signed on its own"))
        self.exclusive = QLineEdit()
        self.exclusive.setPlaceholderText(_("A product category, such as drinks; empty is not exclusive"))
        self.represented_by = QLineEdit()
        self.represented_by.setPlaceholderText(_("A lawyer, or the union’s name; empty is nobody"))
        self.replica_type = choice_box(replica_choices(), _("Kind of replica"))
        self.members = Segments(
            [Choice(one.value, _capital(label(one))) for one in GroupMembers], _("Members of the group"), one=True
        )
        self.suspended = DayField(_("Suspended from"), _("Not suspended"), otherwise=self._today)
        self.suspended_until = DayField(_("Suspended until"), _("No end"), otherwise=self._today)
        self.external_ids = QLineEdit()
        self.external_ids.setPlaceholderText(_("system:number; several are parted by semicolons"))
        rest = self.rest
        self.scope.lay_rest(rest)
        rest.add("members", _("It counts for"), self.members)
        rest.show_field("members", self._giver.kind is PersonKind.GROUP)
        rest.beside(
            rest.add("exclusive", _("Exclusive for"), self.exclusive),
            rest.add("represented_by", _("Represented by"), self.represented_by),
        )
        rest.beside(
            rest.add("suspended", _("Suspended from"), self.suspended),
            rest.add("suspended_until", _("Suspended until, included"), self.suspended_until),
        )
        rest.beside(
            rest.add("replica_type", _("Kind of replica"), self.replica_type),
            rest.add("external_ids", _("Ids in other systems"), self.external_ids),
        )
        for box in (self.sublicense, self.survives_death, self.separately_signed):
            rest.rows.addWidget(box)
            box.toggled.connect(lambda _on: self.changed.emit())
        for edit in (self.exclusive, self.represented_by, self.external_ids):
            edit.textChanged.connect(lambda _words: self.changed.emit())
        self.replica_type.currentIndexChanged.connect(lambda _place: self.changed.emit())
        for day in (self.suspended, self.suspended_until):
            day.changed.connect(self._changed)
        self.members.changed.connect(self._changed)

    def _show_rest(self, grant: Grant, papers: GrantPapers) -> None:
        self.sublicense.setChecked(grant.sublicense)
        self.survives_death.setChecked(grant.survives_death)
        self.separately_signed.setChecked(grant.separately_signed)
        self.exclusive.setText(grant.exclusive)
        self.represented_by.setText("" if grant.represented_by == "none" else grant.represented_by)
        choose_code(self.replica_type, grant.replica_type)
        self.members.choose((grant.members.value,))
        self.suspended.choose(grant.suspended.start if grant.suspended else None)
        self.suspended_until.choose(grant.suspended.end if grant.suspended else None)
        self.external_ids.setText(joined_names(papers.external_ids))

    def _one_more(self) -> None:
        blank = first_signature(replace(_NOBODYS, signed=self.signed.day()), self._giver, self._today)
        self.signatures.add(replace(blank, name=""))
        self.changed.emit()

    def _signed(self) -> None:
        day = self.signed.day()
        if day is not None:
            if not self.signatures.lines:
                self.signatures.add(first_signature(replace(_NOBODYS, signed=day), self._giver, self._today))
            self.signatures.date_first(day, str(self.signer.currentData()))
        self._changed()

    def _changed(self) -> None:
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        is_signed = self.signed.day() is not None
        for name in ("signer", "signatures"):
            self.signing.show_field(name, is_signed)
        synthetic = SYNTHETIC_METHODS & {Method(code) for code in self.scope.methods.chosen()}
        self.separately_signed.setVisible(bool(synthetic))
        self.suspended_until.setEnabled(self.suspended.day() is not None)


_NOBODYS = Grant(id="", person="")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
