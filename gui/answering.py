"""Answers about the people of a clip: bound to its mark, kept in the open registry or, without one, by the window.

Whatever is answered counts at once: the vault's change, or the desk that is told of the window's own answers, has the
clip judged anew (docs/adr/0034-answers.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from countenance.answers import Answer, AnswerKind
from countenance.decisions import ClipMark
from countenance.errors import CountenanceError
from countenance.people import Person, PersonKind
from countenance.translations import _, ngettext
from countenance.use import ApprovalDecision
from countenance.verdict import CheckResult, Finding
from gui.desk import Desk
from gui.operators import operator
from gui.presenters.answers import place_of
from gui.presenters.grounds import ground_words, grounds_of
from gui.presenters.queues import Entry
from gui.presenters.rulings import Record, Ruling, records_about
from gui.undoing import Undoable
from gui.vault import Change, Vault
from registry import Registry
from scan.answered import spots_of
from scan.known import Known

MARK_PATIENCE_MS = 3000
"""So long an answer waits for the clip's mark while the detectors are busy; then it is bound to the file alone."""

MOST_FOUND = 50
"""More people than anybody scans in a list; further words find the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """Somebody of the registry, to be chosen from; `other` are further names, `picture` a JPEG or None."""

    id: str
    name: str
    other: str
    picture: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Why somebody decided, in words, and who; an empty `by` means whoever sits here."""

    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What judgements of a clip rest on, in words by id, and what was decided about the clip."""

    grounds: dict[str, str] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)


class Answering(QObject):
    """Keeps answers and takes them back; lives on the window's thread.

    Signals:
        changed: which answers are just being kept.
    """

    changed = Signal()

    def __init__(self, desk: Desk, vault: Vault) -> None:
        super().__init__()
        self._desk, self._vault = desk, vault
        self._marks: dict[str, ClipMark] = {}
        self._pending: set[tuple[str, str]] = set()
        vault.locked.connect(self._forget)

    def pending(self, result: CheckResult) -> frozenset[str]:
        """Return the places of the findings of a clip whose answer is just being kept."""
        sha256 = result.observations.clip.sha256
        return frozenset(place for clip, place in self._pending if clip == sha256)

    def passing(self) -> frozenset[str]:
        """Return the ids of the answers that nothing but this window remembers."""
        return frozenset(answer.id for answer in self._desk.answers)

    def answer(
        self, entry: Entry, findings: Sequence[Finding], kind: AnswerKind, *, person: str = "", note: str = ""
    ) -> None:
        """Keep an answer about the people of one or more findings of a checked clip.

        Args:
            entry: of the clip.
            findings: of its result.
            kind: what was answered.
            person: id of whom it names; empty for the kinds that name nobody.
            note: where a release is kept.
        """
        result = entry.result
        if result is None:
            return
        sha256 = result.observations.clip.sha256
        places = {(sha256, place_of(finding)) for finding in findings}
        blank = Answer(
            id="",
            clip=ClipMark(sha256=sha256),
            kind=kind,
            spots=(),
            by=operator(),
            at=self._desk.clock(),
            person=person,
            note=note.strip(),
        )
        answers = [replace(blank, spots=spots_of(result, finding)) for finding in findings]
        self._pending |= places
        self.changed.emit()
        self.with_mark(entry, lambda mark: self._keep([replace(one, clip=mark) for one in answers], places))

    def take_back(self, answer: Answer) -> None:
        """Remove an answer; what it counted instead of counts again."""
        if answer.id in self.passing():
            self._remember_here([one for one in self._desk.answers if one.id != answer.id])
            return
        self._vault.change(
            Change(
                work=lambda registry: registry.answers.take_back(answer.id),
                words=_("An answer was taken back."),
                undo=lambda registry, taken: registry.answers.keep(replace(taken, id="")),
            )
        )

    def with_mark(self, entry: Entry, then: Callable[[ClipMark], None]) -> None:
        """Call `then` with the mark of a checked clip, soon.

        The mark holds the hash of the file alone where the file is another one by now, cannot be read, or the
        detectors are busy for longer than `MARK_PATIENCE_MS`.
        """
        assert entry.result is not None
        sha256 = entry.result.observations.clip.sha256
        if sha256 in self._marks:
            then(self._marks[sha256])
            return
        patience = QTimer(self)
        patience.setSingleShot(True)

        def settle(mark: ClipMark | None) -> None:
            if not patience.property("settled"):
                patience.setProperty("settled", True)
                patience.stop()
                patience.deleteLater()
                then(mark or ClipMark(sha256=sha256))

        def found(mark: ClipMark) -> None:
            if mark.sha256 == sha256:
                self._marks[sha256] = mark
            settle(self._marks.get(sha256))

        cancel = self._desk.detecting.ask(
            lambda worker, tell, token: worker.mark(entry.path, tell, token), found, lambda _error: settle(None)
        )
        patience.timeout.connect(cancel.cancel)
        patience.timeout.connect(lambda: settle(None))
        patience.start(MARK_PATIENCE_MS)

    def decide(self, entry: Entry, finding: Finding, ruling: Ruling, decision: ApprovalDecision, told: Told) -> None:
        """Record an approval or a refusal of a checked clip, under a grant or for a claimed exception.

        It is never taken off the record; a later answer counts instead.
        """
        result = entry.result
        if result is None:
            return
        places = {(result.observations.clip.sha256, place_of(finding))}
        self._pending |= places
        self.changed.emit()

        def failed(error: CountenanceError) -> None:
            self._done(places)
            self._vault.failed.emit(error)

        def record(mark: ClipMark) -> None:
            approved = decision is ApprovalDecision.APPROVED
            words = _("The approval was recorded.") if approved else _("The refusal was recorded.")
            work = partial(_record, ruling, mark, decision, told)
            self._vault.change(Change(work=work, words=words), lambda _made: self._done(places), failed)

        self.with_mark(entry, record)

    def look_up(self, result: CheckResult, then: Callable[[LookedUp], None]) -> None:
        """Have told what judgements of a result rest on, and what was decided about its clip.

        Without an open registry nothing is.
        """
        grounds = grounds_of(result.findings)
        people = [finding.person for finding in result.findings if finding.person]
        mark = ClipMark(sha256=result.observations.clip.sha256, streams=result.streams)
        if grounds:
            self._vault.ask(partial(_look_up, grounds, people, mark), then)

    def find_people(self, text: str, then: Callable[[list[FoundPerson]], None]) -> None:
        """Find the people of the registry by what was typed, or of the folder that clips are compared with."""
        if self._registry_counts:
            self._vault.ask(partial(_found, text), then)
            return
        wanted = text.strip().casefold()
        setup = self._desk.setup
        known = setup.known if setup is not None else Known()
        then(
            [
                _row(person, known.pictures.get(person.id))
                for person in known.people.values()
                if wanted in " ".join((person.display_name, *person.other_names)).casefold()
            ][:MOST_FOUND]
        )

    def contact_of(self, person: str, then: Callable[[str], None]) -> None:
        """Have told whom to ask about a person, as the registry has it; may be empty."""
        self._vault.ask(lambda registry: registry.people([person])[0].contact, then)

    @property
    def _registry_counts(self) -> bool:
        """Whether clips are judged by the open registry: what it keeps of answers would count for nothing otherwise."""
        setup = self._desk.setup
        return self._vault.is_open and setup is not None and setup.known.facts is not None

    def _keep(self, answers: list[Answer], places: set[tuple[str, str]]) -> None:
        words = ngettext("An answer was kept.", "{count} answers were kept.", len(answers)).format(count=len(answers))
        if not self._registry_counts:
            kept = [replace(answer, id=uuid4().hex) for answer in answers]
            before = self._desk.answers
            self._done(places)
            self._remember_here([*before, *kept])
            ids = {answer.id for answer in kept}
            self._vault.history.note(
                Undoable(words, lambda: self._remember_here([one for one in self._desk.answers if one.id not in ids]))
            )
            return

        def failed(error: CountenanceError) -> None:
            self._done(places)
            self._vault.failed.emit(error)

        change = Change(work=partial(_keep_all, answers), words=words, undo=_take_back_all)
        self._vault.change(change, lambda _kept: self._done(places), failed)

    def _remember_here(self, answers: Sequence[Answer]) -> None:
        self._desk.take_answers(tuple(answers))

    def _done(self, places: set[tuple[str, str]]) -> None:
        self._pending -= places
        self.changed.emit()

    def _forget(self) -> None:
        self._pending = set()
        self.changed.emit()


def _keep_all(answers: Sequence[Answer], registry: Registry) -> list[Answer]:
    with registry.together():
        return [registry.answers.keep(answer) for answer in answers]


def _take_back_all(registry: Registry, kept: Sequence[Answer]) -> None:
    with registry.together():
        for answer in kept:
            registry.answers.take_back(answer.id)


def _found(text: str, registry: Registry) -> list[FoundPerson]:
    today = registry.today()
    people = [person for person in registry.search(text, MOST_FOUND) if person.kind is not PersonKind.GROUP]
    return [_row(person, registry.picture(person.id, today)) for person in people]


def _row(person: Person, picture: bytes | None) -> FoundPerson:
    return FoundPerson(id=person.id, name=person.display_name, other="  ·  ".join(person.other_names), picture=picture)


def _look_up(wanted: Sequence[str], found: Sequence[str], clip: ClipMark, registry: Registry) -> LookedUp:
    agreed = registry.agreed(found)
    approvals, exceptions = registry.decisions.about(clip)
    return LookedUp(
        grounds=ground_words(wanted, agreed.people, agreed.grants, agreed.prohibitions, exceptions),
        records=records_about(approvals, exceptions),
    )


def _record(ruling: Ruling, clip: ClipMark, decision: ApprovalDecision, told: Told, registry: Registry) -> Record:
    if ruling.exception is None:
        return registry.decisions.approve(ruling.grant, clip, decision, told.reason, told.by)
    person, kind = ruling.person, ruling.exception
    return registry.decisions.except_(person, clip, kind, decision, told.reason, by=told.by)
