"""The wizard that enrols somebody: who, their biometric consent, their samples with a coach, and whom they resemble.

Nothing is kept before the last step, and then all of it at once; closing the dialog before leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from countenance.errors import CountenanceError
from countenance.people import BiometricConsent, Person, PersonKind
from countenance.translations import _
from gui.presenters.appraising import Appraisal, Enrolled, appraise, read_enrolled, restricted
from gui.presenters.coaching import NOBODYS, coach
from gui.presenters.keeping import (
    Saved,
    Stated,
    best_picture,
    best_sound,
    keep,
    names_in_order,
    summary,
    take_back_samples,
    under,
)
from gui.presenters.looks import Icon
from gui.vault import Change
from gui.views.consent_fields import ConsentFields
from gui.views.enrol_alike import ComparePage
from gui.views.enrol_examining import Examining
from gui.views.enrol_samples import SamplesPage
from gui.views.enrol_who import WhoPage
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.welcome import dropped_paths
from registry import Registry
from scan.enrol import Proposal


class Step(IntEnum):
    """The pages of the wizard, in their order."""

    WHO = 0
    CONSENT = 1
    SAMPLES = 2
    COMPARE = 3


@dataclass(frozen=True, slots=True)
class _Start:
    """What the wizard reads before it shows its first page."""

    today: date
    people: tuple[Person, ...]
    enrolled: Enrolled | None


class EnrolDialog(PapersDialog):
    """Enrols somebody new, or adds samples of somebody enrolled.

    Signals:
        enrolled: the person's id, once they are kept.
    """

    enrolled = Signal(str)

    def __init__(
        self,
        parts: Parts,
        person: Person | None = None,
        paths: Sequence[Path] = (),
        *,
        proposal: Proposal | None = None,
        kind: PersonKind = PersonKind.LIVING,
        parent: QWidget | None = None,
    ) -> None:
        """Begin.

        Args:
            parts: of the window.
            person: somebody enrolled who gets more samples; None for somebody new.
            paths: photos, films and recordings to begin with.
            proposal: faces and voices that were picked from a checked clip.
            kind: of somebody new, to begin with.
            parent: the window.
        """
        title = _("More samples of {name}").format(name=person.display_name) if person else _("Enrol somebody")
        super().__init__(parts, title, Icon.PERSON, parent, width=920, height=700)
        self.setAcceptDrops(True)
        self._person = person
        self._kind = kind
        self._start: _Start | None = None
        self._appraisal: Appraisal | None = None
        self._appraised: object = None
        self._is_appraised = False
        self.step = Step.WHO
        self.progress_words = Text(muted=True)
        self.head.addWidget(self.progress_words)
        self.examining = Examining(parts, self)
        self._build_buttons()
        if proposal is not None:
            self.examining.take(proposal)
        self._ask(paths)

    def offer(self, paths: Sequence[Path]) -> None:
        """Take files; they are looked at once the consent is stated."""
        if paths:
            self.examining.add(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files on any page."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take what was dropped."""
        event.acceptProposedAction()
        self.offer(dropped_paths(event.mimeData()))

    def done(self, answer: int) -> None:
        """Close; what is being examined is stopped, and what plays falls silent."""
        self.examining.stop()
        self.parts.listening.stop()
        super().done(answer)

    def _build_buttons(self) -> None:
        self.cancel = push_button(_("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.back = push_button(_("Back"), Icon.BACK)
        self.back.clicked.connect(self._go_back)
        self.next = push_button(_("Continue"), primary=True)
        self.next.clicked.connect(self._go_on)
        self.back.hide()
        self.next.setEnabled(False)
        self.lay_buttons(self.cancel, None, self.back, self.next)

    def _ask(self, paths: Sequence[Path]) -> None:
        whose = self._person.id if self._person is not None else ""
        if not self.parts.vault.is_open:
            words = _("People are kept in a registry. Open one, or make one, in the room “Registry”.")
            self.body.addWidget(Text(words))
            self.body.addStretch(1)
            self.next.hide()
            return

        def read(opened: Registry) -> _Start:
            with opened.snapshot():
                whom = read_enrolled(opened, whose) if whose else None
                return _Start(opened.today(), names_in_order(opened.people()), whom)

        self.parts.vault.ask(
            read, while_alive(self, partial(self._begin, tuple(paths))), while_alive(self, self.complain)
        )

    def _begin(self, paths: tuple[Path, ...], start: _Start) -> None:
        self._start = start
        person = start.enrolled.person if start.enrolled else Person(id="", kind=self._kind)
        self.who = WhoPage(self._kind, start.today)
        self.who.offer_members(start.people)
        self.consent = ConsentFields(person, start.today)
        self.samples = SamplesPage(self.parts.listening)
        self.compare = ComparePage(self.parts.listening)
        for page in (self.who, self.consent, self.samples, self.compare):
            page.hide()
            self.body.addWidget(page)
        self.body.addStretch(1)
        self.who.changed.connect(self._who_changed)
        self.consent.changed.connect(partial(self.complain, ""))
        self.samples.offered.connect(self.offer)
        self.samples.removed.connect(self._remove)
        self.samples.stopped.connect(self._stop)
        self.compare.same_person.connect(self._add_to)
        self.examining.added.connect(self._files_changed)
        self.examining.progressed.connect(self.samples.show_progress)
        self.examining.examined.connect(lambda _key: self._files_changed())
        self.examining.ended.connect(self._files_changed)
        self.examining.failed.connect(self.complain)
        self.offer(paths)
        self._show(self._first_step())

    def _steps(self) -> tuple[Step, ...]:
        if self._person is not None:
            known = self._start is not None and self._start.enrolled is not None and self._start.enrolled.consent
            return (Step.SAMPLES, Step.COMPARE) if known else (Step.CONSENT, Step.SAMPLES, Step.COMPARE)
        return (Step.WHO,) if self.who.chosen_kind() is PersonKind.GROUP else tuple(Step)

    def _first_step(self) -> Step:
        return self._steps()[0]

    def _show(self, step: Step) -> None:
        self.step = step
        steps = self._steps()
        pages = (self.who, self.consent, self.samples, self.compare)
        for number, page in enumerate(pages):
            page.setVisible(number == step)
        titles = (_("who it is"), _("their biometric consent"), _("photos, films, recordings"), _("a last look"))
        words = _("Step {number} of {count}: {title}")
        self.progress_words.setText(words.format(number=steps.index(step) + 1, count=len(steps), title=titles[step]))
        self.back.setVisible(step is not steps[0])
        last = step is steps[-1]
        self.next.setText(self._last_words() if last else _("Continue"))
        self.complain("")
        self._allow()
        if step is Step.WHO:
            self.who.name.setFocus(Qt.FocusReason.OtherFocusReason)
        elif step is Step.CONSENT:
            self.consent.modality.setFocus(Qt.FocusReason.OtherFocusReason)
        elif step is Step.SAMPLES:
            self.examining.look_for(self._consent().modality)
            self._files_changed()
            self.samples.area.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _last_words(self) -> str:
        if self._person is not None:
            return _("Add the samples")
        return _("Keep the group") if self.who.chosen_kind() is PersonKind.GROUP else _("Enrol")

    def _go_back(self) -> None:
        steps = self._steps()
        self._show(steps[max(0, steps.index(self.step) - 1)])

    def _go_on(self) -> None:
        steps = self._steps()
        if self.step is Step.WHO:
            faults = self.who.faults()
            self.complain(faults.get("", ""))
            if faults:
                return
            self.consent.show_person(self.who.person())
        if self.step is Step.CONSENT and self.consent.faults():
            return
        if self.step is steps[-1]:
            self._save()
            return
        if self.step is Step.SAMPLES:
            self._show_comparison()
        self._show(steps[steps.index(self.step) + 1])

    def _who_changed(self) -> None:
        self.complain("")
        self._show_title()

    def _show_title(self) -> None:
        steps = self._steps()
        if self.step in steps:
            titles = _("Step {number} of {count}: {title}")
            self.progress_words.setText(
                titles.format(number=steps.index(self.step) + 1, count=len(steps), title=_("who it is"))
            )
            self.next.setText(self._last_words() if self.step is steps[-1] else _("Continue"))

    def _consent(self) -> BiometricConsent:
        assert self._start is not None
        return under(self._start.enrolled, self.consent.consent(), self._start.today)

    def _remove(self, key: int) -> None:
        self.examining.remove(key)
        self._files_changed()

    def _stop(self) -> None:
        self.examining.stop()
        self._files_changed()

    def _files_changed(self) -> None:
        if self._start is None:
            return
        self.samples.show_files(self.examining.files())
        self.samples.show_busy(self.examining.left if self.examining.is_busy else 0)
        if self.parts.desk.card is None:
            self.complain(_("The models are not ready yet: files are looked at once they are installed."))
        self._appraise()
        self._allow()

    def _appraise(self) -> None:
        """Have everything examined so far looked at together; what comes in meanwhile is looked at next."""
        card = self.parts.desk.card
        if card is None:
            return
        modality = self._consent().modality
        found = {key: restricted(one, modality) for key, one in self.examining.found().items()}
        asked = self._appraised = (tuple(found), modality, self._person)
        self._is_appraised = False
        whose = self._person.id if self._person is not None else ""
        work = partial(
            appraise, found=tuple(found.values()), card=card, person=whose, name=self.who.person().display_name
        )
        self.parts.vault.ask(
            work, while_alive(self, partial(self._appraised_as, asked, tuple(found))), while_alive(self, self.complain)
        )

    def _appraised_as(self, asked: object, keys: tuple[int, ...], appraisal: Appraisal) -> None:
        if asked != self._appraised:
            return
        self._appraisal, self._is_appraised = appraisal, True
        self.samples.show_found(dict(zip(keys, appraisal.files, strict=True)))
        kept = self._start.enrolled.kept if self._start is not None and self._start.enrolled is not None else NOBODYS
        self.samples.coach.show_coaching(coach(appraisal.proposal, self._consent().modality, kept))
        if self.step is Step.COMPARE:
            self._show_comparison()
        self._allow()

    def _allow(self) -> None:
        why = ""
        if self.step in (Step.SAMPLES, Step.COMPARE):
            # What is kept is what was looked at last: whoever is quick would leave out what came in meanwhile.
            if self.examining.is_busy or (self._appraisal is not None and not self._is_appraised):
                why = _("Files are still being looked at.")
            elif self._appraisal is None or not self._appraisal.proposal.samples:
                why = _("Add a photo, a film or a recording from which a sample can be taken.")
        self.next.setEnabled(not why)
        self.next.setToolTip(why)

    def _show_comparison(self) -> None:
        if self._appraisal is None:
            return
        person = self._person or self.who.person()
        proposal = self._appraisal.proposal
        self.compare.show_comparison(
            person.display_name,
            self._appraisal.alikes,
            summary(person, self._consent(), self._appraisal),
            best_picture(proposal),
            best_sound(proposal),
        )

    def _add_to(self, number: str) -> None:
        """Go on with somebody enrolled who turned out to be the same person."""

        def again(start: _Start) -> None:
            assert start.enrolled is not None
            self._start, self._person = start, start.enrolled.person
            self._appraisal = None
            title = _("More samples of {name}").format(name=self._person.display_name)
            self.setWindowTitle(title)
            self.heading.setText(title)
            self.consent.show_person(self._person)
            self._show(self._first_step())

        def read(opened: Registry) -> _Start:
            with opened.snapshot():
                return _Start(opened.today(), (), read_enrolled(opened, number))

        self.parts.vault.ask(read, while_alive(self, again), while_alive(self, self.complain))

    def _save(self) -> None:
        group = self._person is None and self.who.chosen_kind() is PersonKind.GROUP
        appraisal = self._appraisal
        if not group and appraisal is None:
            return
        known = self._start is not None and self._start.enrolled is not None and self._start.enrolled.consent
        stated = Stated(
            person=self._person or self.who.person(),
            consent=None if group else known.id if known else self.consent.consent(),
            proposal=appraisal.proposal if appraisal is not None and not group else Proposal(),
            card=self.parts.desk.card,
            papers=() if group or known else self.consent.documents.chosen(),
        )
        self.next.setEnabled(False)
        self.back.setEnabled(False)
        more = self._person is not None
        self.parts.vault.change(
            Change(
                work=partial(keep, stated=stated),
                words=_("Samples were added.") if more else _("Somebody was enrolled."),
                undo=take_back_samples if more else None,
            ),
            while_alive(self, self._saved),
            while_alive(self, self._refused),
        )

    def _saved(self, saved: Saved) -> None:
        self.enrolled.emit(saved.person)
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.next.setEnabled(True)
        self.back.setEnabled(True)
        self.complain(error)
