"""The withdrawal of a grant: the day of the notice, its period, what becomes of clips that are out, and why."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QPlainTextEdit, QSpinBox, QWidget

from countenance.errors import CountenanceError
from countenance.grants import AfterEnd, Grant, Revocation
from countenance.labels import day_label, label
from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.standings import effective_day
from gui.presenters.uses import Choice
from gui.vault import Change
from gui.views.grant_fields import Section, Segments
from gui.views.grant_pickers import DayField
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.papers_documents import DocumentsField, read_chosen
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID
from registry import DocumentKind, Registry
from scan.evidence import Evidence, revoke_grant

LONGEST_NOTICE_DAYS = 3650
DAYS_WIDTH = 120
REASON_FILE = "reason.txt"


class RevokeDialog(PapersDialog):
    """Records that a grant was withdrawn; it can be taken back, since the grant itself stays recorded."""

    def __init__(self, parts: Parts, grant: Grant, sentence: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parts, _("Withdraw the grant"), Icon.REJECT, parent, width=620, height=620)
        self._grant = grant
        self.body.addWidget(Text(sentence, muted=True))
        section = Section(_("The withdrawal"))
        self.notice = DayField(_("Day of the notice"), day=today)
        self.days = QSpinBox()
        self.days.setRange(0, LONGEST_NOTICE_DAYS)
        self.days.setSuffix(_(" days"))
        self.days.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.days.setMinimumWidth(DAYS_WIDTH)
        self.days.setAccessibleName(_("Notice period"))
        section.beside(
            section.add("notice", _("Day of the notice"), self.notice),
            section.add("days", _("Notice period"), self.days),
        )
        self.published = Segments(
            [Choice(one.value, label(one)[:1].upper() + label(one)[1:]) for one in reversed(AfterEnd)],
            _("Clips that are out"),
            one=True,
        )
        self.published.choose((AfterEnd.TAKE_DOWN.value,))
        section.add("published", _("Clips that are out"), self.published)
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(self.reason.fontMetrics().lineSpacing() * 3 + GRID * 5)
        self.reason.setPlaceholderText(_("Kept as a note with the grant; may stay empty"))
        section.add("reason", _("Reason"), self.reason)
        self.documents = DocumentsField(DocumentKind.NOTICE, _("Drop the letter or e-mail here, or choose it."))
        section.add("documents", _("The paper"), self.documents)
        self.body.addWidget(section)
        self.effect = Text()
        self.body.addWidget(self.effect)
        self.body.addStretch(1)
        cancel = push_button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.revoke = push_button(_("Withdraw the grant"), Icon.REJECT, primary=True)
        self.revoke.clicked.connect(self._revoke)
        self.lay_buttons(cancel, None, self.revoke)
        self.notice.changed.connect(self._say)
        self.days.valueChanged.connect(lambda _days: self._say())
        self._say()

    def _revocation(self) -> Revocation:
        notice = self.notice.day()
        assert notice is not None  # the field has no "none"
        return Revocation(notice=notice, days=self.days.value(), published=AfterEnd(self.published.chosen()[0]))

    def _say(self) -> None:
        day = effective_day(self._revocation())
        self.effect.setText(_("Nothing may be published under it from {day} on.").format(day=day_label(day)))

    def _revoke(self) -> None:
        number, before, revocation = self._grant.id, self._grant.revoked, self._revocation()
        chosen, reason = self.documents.chosen(), self.reason.toPlainText().strip()

        def work(opened: Registry) -> Grant:
            papers = read_chosen(chosen)
            if reason:
                note = Evidence(kind=DocumentKind.NOTICE, file_name=REASON_FILE, content=reason.encode())
                papers = (*papers, note)
            return revoke_grant(opened, number, revocation, papers)[0]

        self.revoke.setEnabled(False)
        change = Change(
            work=work,
            words=_("A grant was withdrawn."),
            undo=lambda opened, _kept: revoke_grant(opened, number, before, ()),
        )
        self.parts.vault.change(change, while_alive(self, self._done), while_alive(self, self._refused))

    def _done(self, _kept: Grant) -> None:
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.revoke.setEnabled(True)
        self.complain(error)
