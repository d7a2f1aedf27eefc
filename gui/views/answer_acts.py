"""What happens when something is pressed on a card: an answer is kept, or a dialog asks for what it needs first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from countenance.answers import AnswerKind
from countenance.people import PersonKind
from countenance.use import ApprovalDecision
from countenance.verdict import CheckResult, Finding
from gui.answering import Answering, LookedUp, Told
from gui.exporting import Exporting
from gui.presenters.answers import Act
from gui.presenters.finding_cards import crops_of
from gui.presenters.looks import shown_name
from gui.presenters.queues import Entry
from gui.presenters.rulings import ruling_ask, ruling_of
from gui.views.answer_asking import AskingDialog
from gui.views.answer_person import PersonDialog
from gui.views.answer_release import ReleaseDialog
from gui.views.answer_ruling import RulingDialog
from gui.views.answer_whatif import WhatIfDialog
from gui.views.enrol_dialog import EnrolDialog
from gui.views.papers_dialog import while_alive
from gui.views.room import Parts
from reports.asking import consent_request
from scan.enrolment import proposal_from_clip

_PLAIN = {Act.INVENTED: AnswerKind.INVENTED, Act.PASSER_BY: AnswerKind.PASSER_BY}


class Acts(QObject):
    """Does what was asked for about findings of one clip; its dialogs belong to `owner`'s window.

    Signals:
        person_asked: the id of somebody whose papers are to be shown.
    """

    person_asked = Signal(str)

    def __init__(self, parts: Parts, answering: Answering, exporting: Exporting, owner: QWidget) -> None:
        super().__init__(owner)
        self._parts, self._answering, self._exporting, self._owner = parts, answering, exporting, owner

    def do(self, act: Act, entry: Entry, findings: Sequence[Finding], looked_up: LookedUp) -> None:
        """Do something about one finding, or give one answer about several.

        Args:
            act: what was pressed.
            entry: of a checked clip.
            findings: of its result, at least one; acts that end in no answer are about the first.
            looked_up: what the registry tells of them.
        """
        result, finding = entry.result, findings[0]
        if result is None:
            return
        if act in _PLAIN:
            self._answering.answer(entry, findings, _PLAIN[act])
        elif act is Act.CONFIRM:
            self._answering.answer(entry, findings, AnswerKind.THIS_IS, person=finding.person or "")
        elif act is Act.REJECT:
            self._answering.answer(entry, findings, AnswerKind.NOT_THIS, person=finding.person or "")
        elif act is Act.RELEASED:
            self._ask_release(entry, findings)
        elif act is Act.THIS_IS:
            self._ask_person(entry, result, findings)
        elif act in (Act.OWN, Act.ENROL):
            self._enrol(entry, result, finding, PersonKind.OWN if act is Act.OWN else PersonKind.LIVING)
        elif act is Act.ASK_CONSENT:
            self._ask_consent(result, finding)
        elif act is Act.PAPERS and finding.person:
            self.person_asked.emit(finding.person)
        elif act is Act.STATE_USE:
            self.what_if(entry)
        elif act in (Act.APPROVE, Act.REFUSE):
            self._rule(act, entry, result, finding, looked_up)

    def what_if(self, entry: Entry) -> None:
        """Let another use be tried on a clip."""
        dialog = WhatIfDialog(self._parts, entry, self._owner.window())
        dialog.wanted.connect(self._parts.desk.state_use)
        dialog.open()

    def _ask_release(self, entry: Entry, findings: Sequence[Finding]) -> None:
        dialog = ReleaseDialog(self._parts, self._owner.window())
        dialog.told.connect(lambda place: self._answering.answer(entry, findings, AnswerKind.RELEASED, note=place))
        dialog.open()

    def _rule(self, act: Act, entry: Entry, result: CheckResult, finding: Finding, looked_up: LookedUp) -> None:
        ruling = ruling_of(result, finding, looked_up.records)
        if ruling is None:
            return
        decision = ApprovalDecision.APPROVED if act is Act.APPROVE else ApprovalDecision.REFUSED
        ground = looked_up.grounds.get(ruling.grant, "")
        dialog = RulingDialog(
            self._parts, ruling_ask(shown_name(entry.path), finding, ruling, decision, ground), self._owner.window()
        )
        dialog.told.connect(
            lambda reason, by: self._answering.decide(entry, finding, ruling, decision, Told(reason=reason, by=by))
        )
        dialog.open()

    def _ask_person(self, entry: Entry, result: CheckResult, findings: Sequence[Finding]) -> None:
        tracks = {track.id: track for track in result.observations.tracks}
        crops = crops_of(findings[0], tracks)
        crop = crops[0].jpeg if crops else None
        dialog = PersonDialog(self._parts, self._answering.find_people, crop, self._owner.window())
        dialog.chosen.connect(lambda person: self._answering.answer(entry, findings, AnswerKind.THIS_IS, person=person))
        dialog.enrol_asked.connect(lambda: self._enrol(entry, result, findings[0], PersonKind.LIVING))
        dialog.open()

    def _enrol(self, entry: Entry, result: CheckResult, finding: Finding, kind: PersonKind) -> None:
        proposal = proposal_from_clip(result, finding)
        dialog = EnrolDialog(self._parts, proposal=proposal, kind=kind, parent=self._owner.window())
        # Whoever enrols somebody from a finding has said who it is.
        dialog.enrolled.connect(
            lambda person: self._answering.answer(entry, [finding], AnswerKind.THIS_IS, person=person)
        )
        dialog.open()

    def _ask_consent(self, result: CheckResult, finding: Finding) -> None:
        setup = self._parts.desk.setup
        owner = setup.known.owner if setup is not None else ""
        request = consent_request(result, finding, owner=owner)
        dialog = AskingDialog(self._parts, request, self._exporting.write, self._owner.window())
        if finding.person:
            take: Callable[[str], None] = while_alive(dialog, dialog.address)
            self._answering.contact_of(finding.person, take)
        dialog.open()
