"""The import of many people: examined one after the other, compared with everybody, kept some dozens at a time.

What has been kept is done for good, whatever happens next: started again, an import goes on behind it and repeats
nothing.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

from countenance.packs import PackCard
from countenance.people import Modality, Person
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from registry import NewPerson, Registry
from registry.imports import ImportedEntry, ImportOutcome
from scan.enrol import Proposal, Refusal
from scan.enrolment import new_samples
from scan.importing.alike import Alike, KnownPeople
from scan.importing.entries import Entry, ImportPlan, KeptOut, KeptOutBecause, folded
from scan.importing.report import Imported, ImportReport, RefusedSample
from scan.knowing import propose
from scan.refusals import refusal_clause
from scan.worker import DetectorWorker

PEOPLE_AT_ONCE = 50
"""Kept in one transaction: a commit takes as long as several people do, and their pictures lie in memory until then."""

LONGEST_WAIT_S = 30.0
"""Nobody examined longer ago than this is lost to a crash, even where each takes long."""

CLEAR_MAJORITY = 2
"""So many times as many files of one person as of others, and the others are stray; fewer, and nobody can say whose
folder it is."""

_STORED = {
    KeptOutBecause.NOTHING_USABLE: ImportOutcome.NOTHING_USABLE,
    KeptOutBecause.TWO_PEOPLE: ImportOutcome.TWO_PEOPLE,
    KeptOutBecause.LOOK_ALIKE: ImportOutcome.LOOK_ALIKE,
}

_MAY_BE_TWO = frozenset({KeptOutBecause.SAME_NAME, KeptOutBecause.LOOK_ALIKE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSetup:
    """How an import works.

    Attributes:
        card: of the pack in use; needed where there are files.
        models: folder of the verified model files.
        worker: makes a door to the detectors.
        children: how many of them examine at once.
        dry_run: nothing is written.
        allow_look_alikes: people who are taken for somebody else are imported with a note, as twins have to be.
    """

    card: PackCard | None = None
    models: Path = Path()
    worker: Callable[[], AbstractContextManager[DetectorWorker]] = DetectorWorker
    children: int = 1
    dry_run: bool = False
    allow_look_alikes: bool = False


def import_people(
    plan: ImportPlan,
    registry: Registry,
    setup: ImportSetup,
    *,
    on_progress: ProgressHook = ignore_progress,
    stop: CancelToken | None = None,
) -> ImportReport:
    """Enrol everybody of a plan who is fit to be enrolled, and return what became of each.

    Args:
        plan: from `plan_import`.
        registry: where they are enrolled.
        setup: how.
        on_progress: called with the number of people done and all that are to be done in this run.
        stop: ends the import behind the person it is at; what was examined is kept.

    Raises:
        ModelsError: a model is missing, damaged or refused; who was examined before is kept.
        RegistryError: the registry cannot be written.
    """
    token = stop or CancelToken()
    run = _Run(plan, registry, setup)
    todo = run.sort_out()
    total = len(todo)
    on_progress(_("{done} of {total}").format(done=0, total=total), 0, total)
    with run.kept_at_the_end(), _examined(todo, setup) as examined:
        for done, (entry, proposal) in enumerate(examined, 1):
            if token.cancelled and _was_torn(proposal):
                break  # asked to stop, the detectors' process was ended as well: the file is not to blame
            run.take(entry, proposal)
            on_progress(_("{done} of {total}").format(done=done, total=total), done, total)
            if token.cancelled and done < total:
                break
        else:
            run.finished = True
    return run.report()


class _Run:
    """One run of an import: sorts out what earlier ones did, decides about each newcomer, keeps them in batches."""

    def __init__(self, plan: ImportPlan, registry: Registry, setup: ImportSetup) -> None:
        self.finished = False
        self._plan, self._registry, self._setup = plan, registry, setup
        self._known: KnownPeople | None = None
        self._names: dict[str, str] = {}
        self._waiting: list[tuple[ImportedEntry, NewPerson | None, int | None]] = []
        self._kept_s = time.monotonic()
        self._imported: list[Imported] = []
        self._already = 0
        self._changed: list[str] = []
        self._kept_out: list[KeptOut] = list(plan.kept_out)
        self._noted: list[KeptOut] = []
        self._refused: list[RefusedSample] = []
        self._refused_earlier: Counter[Refusal] = Counter()
        self._tried = 0

    def sort_out(self) -> list[Entry]:
        """Return the entries that are to be examined in this run."""
        before = self._registry.imports.entries(self._plan.batch)
        enrolled = _Enrolled(self._registry)
        self._names = dict(enrolled.names)
        todo = []
        for entry in self._plan.entries:
            if entry.key in before and not self._is_to_be_tried(entry, before[entry.key]):
                self._take_over(entry, before[entry.key])
                continue
            if entry.fault is not None:
                self._kept_out.append(entry.fault)
                continue
            taken_for = enrolled.taken_for(entry)
            if taken_for is not None and not (self._setup.allow_look_alikes and taken_for.because in _MAY_BE_TWO):
                self._kept_out.append(taken_for)
                continue
            if taken_for is not None:
                self._noted.append(taken_for)
            todo.append(entry)
        self._tried = len(todo)
        with_files = sum(bool(entry.files) for entry in todo)
        if with_files:
            assert self._setup.card is not None  # the caller has the pack ready wherever there are files
            self._known = KnownPeople(self._registry, self._setup.card, with_files)
        return todo

    def take(self, entry: Entry, proposal: Proposal) -> None:
        """Decide about somebody whose files were examined, and keep what is due."""
        self._refused += [
            RefusedSample(
                name=entry.name, row=entry.row, file=item.file, refusal=item.refusal, why=refusal_clause(item)
            )
            for item in proposal.refused
        ]
        facts = dict(Counter(item.refusal.value for item in proposal.refused))
        kept_out = self._doubt(entry, proposal)
        if kept_out is not None and kept_out.because is KeptOutBecause.LOOK_ALIKE and self._setup.allow_look_alikes:
            self._noted.append(kept_out)
            kept_out = None
        if kept_out is not None:
            self._kept_out.append(kept_out)
            outcome = _STORED[kept_out.because]
            self._wait(ImportedEntry(entry=entry.key, mark=entry.mark, outcome=outcome, facts=facts), None, None)
            return
        self._imported.append(
            Imported(
                name=entry.name,
                row=entry.row,
                face_samples=len(proposal.faces),
                voice_samples=proposal.samples - len(proposal.faces),
            )
        )
        self._names[entry.key] = entry.name
        if self._known is not None:
            self._known.add(entry.key, proposal)
        done = ImportedEntry(entry=entry.key, mark=entry.mark, outcome=ImportOutcome.IMPORTED, facts=facts)
        samples = new_samples(proposal, self._setup.card, entry.source) if self._setup.card is not None else []
        new = NewPerson(person=entry.person, consent=entry.consent, samples=samples)
        self._wait(done, new, len(self._imported) - 1)

    @contextmanager
    def kept_at_the_end(self) -> Iterator[None]:
        """Keep, when the block ends in whatever way, everybody who was examined in it."""
        try:
            yield
        finally:
            self._keep()
        if self.finished and self._tried and not self._setup.dry_run:
            counts = {"imported": len(self._imported), "kept_out": len(self._kept_out)}
            samples = sum(one.face_samples + one.voice_samples for one in self._imported)
            refused = {"samples": samples, "samples_refused": len(self._refused)}
            self._registry.imports.finish(self._plan.batch, counts | refused)

    def report(self) -> ImportReport:
        """Return what this run came to."""
        plan = self._plan
        return ImportReport(
            batch=plan.batch,
            dry_run=self._setup.dry_run,
            finished=self.finished,
            people=len(plan.entries) + len(plan.kept_out),
            imported=tuple(self._imported),
            already=self._already,
            changed=tuple(self._changed),
            kept_out=tuple(self._kept_out),
            refused=tuple(self._refused),
            noted=tuple(self._noted),
            left_out=plan.left_out,
            unknown_columns=plan.unknown_columns,
            compared=self._known.compared if self._known is not None else (),
            refused_earlier=dict(self._refused_earlier),
        )

    def _is_to_be_tried(self, entry: Entry, known: ImportedEntry) -> bool:
        if known.outcome is ImportOutcome.IMPORTED:
            return False
        allowed = known.outcome is ImportOutcome.LOOK_ALIKE and self._setup.allow_look_alikes
        return allowed or known.mark != entry.mark

    def _take_over(self, entry: Entry, known: ImportedEntry) -> None:
        self._refused_earlier.update({Refusal(name): count for name, count in known.facts.items()})
        if known.outcome is ImportOutcome.IMPORTED:
            self._already += 1
            if known.mark != entry.mark:
                self._changed.append(entry.name)
            return
        because = KeptOutBecause(known.outcome.value)
        self._kept_out.append(
            KeptOut(name=entry.name, row=entry.row, because=because, why=_reason(because), earlier=True)
        )

    def _doubt(self, entry: Entry, proposal: Proposal) -> KeptOut | None:
        if not entry.files:
            return None
        strays = {Refusal.OTHER_PERSON, Refusal.OTHER_VOICE} & {item.refusal for item in proposal.refused}
        if strays and not _has_clear_majority(proposal):
            return self._keep_out(entry, KeptOutBecause.TWO_PEOPLE)
        if not proposal.samples:
            return self._keep_out(entry, KeptOutBecause.NOTHING_USABLE)
        assert self._known is not None  # made where anybody has files
        alike = self._known.alike(proposal)
        if alike:
            others = tuple(dict.fromkeys(self._names.get(one.person, one.person) for one in alike))
            why = in_a_row(dict.fromkeys(_alike_words(one, self._names.get(one.person, one.person)) for one in alike))
            return KeptOut(name=entry.name, row=entry.row, because=KeptOutBecause.LOOK_ALIKE, why=why, others=others)
        return None

    def _keep_out(self, entry: Entry, because: KeptOutBecause) -> KeptOut:
        return KeptOut(name=entry.name, row=entry.row, because=because, why=_reason(because))

    def _wait(self, done: ImportedEntry, new: NewPerson | None, place: int | None) -> None:
        self._waiting.append((done, new, place))
        if len(self._waiting) >= PEOPLE_AT_ONCE or time.monotonic() - self._kept_s > LONGEST_WAIT_S:
            self._keep()

    def _keep(self) -> None:
        # Taken off first: where they cannot be kept, the next run examines them again.
        waiting, self._waiting = self._waiting, []
        self._kept_s = time.monotonic()
        if not waiting or self._setup.dry_run:
            return
        people = [new for _done, new, _place in waiting if new is not None]
        with self._registry.together():
            numbers = iter(self._registry.enrol_many(people))
            done = [replace(one, person=next(numbers) if new is not None else None) for one, new, _place in waiting]
            self._registry.imports.note(self._plan.batch, done)
        for one, (_done, _new, place) in zip(done, waiting, strict=True):
            if place is not None:
                self._imported[place] = replace(self._imported[place], person=one.person or "")


class _Enrolled:
    """Who is enrolled, by what tells people apart without their samples."""

    def __init__(self, registry: Registry) -> None:
        people = registry.people()
        self.names = {person.id: person.display_name for person in people}
        self._ids = {outside: person for person in people for outside in person.external_ids}
        self._named: dict[str, list[Person]] = {}
        for person in people:
            for name in {folded(name) for name in (person.display_name, *person.other_names)}:
                self._named.setdefault(name, []).append(person)

    def taken_for(self, entry: Entry) -> KeptOut | None:
        """Return as whom an entry is enrolled already: by an id in another system, or by name where no samples tell."""
        for outside in entry.person.external_ids:
            if outside in self._ids:
                name = self._ids[outside].display_name
                why = _("{name} is enrolled already with the same external id.").format(name=name)
                return KeptOut(name=entry.name, row=entry.row, because=KeptOutBecause.SAME_ID, why=why, others=(name,))
        if entry.files:
            return None
        for other in self._named.get(folded(entry.name), []):
            if not entry.person.birth or not other.birth or entry.person.birth == other.birth:
                why = _("{name} is enrolled already; without samples nobody can tell whether they are two people.")
                return KeptOut(
                    name=entry.name,
                    row=entry.row,
                    because=KeptOutBecause.SAME_NAME,
                    why=why.format(name=other.display_name),
                    others=(other.display_name,),
                )
        return None


@contextmanager
def _examined(entries: Sequence[Entry], setup: ImportSetup) -> Iterator[Iterator[tuple[Entry, Proposal]]]:
    """Give the entries in their order with what would be enrolled of each; a few of them are examined ahead."""
    ending = CancelToken()
    idle: SimpleQueue[DetectorWorker] = SimpleQueue()

    def examine(entry: Entry) -> Proposal:
        if not entry.files or entry.consent is None or setup.card is None:
            return Proposal()
        worker = idle.get()
        try:
            modalities = entry.consent.modality
            return propose(list(entry.files), worker, setup.card, setup.models, modalities=modalities, cancel=ending)
        finally:
            idle.put(worker)

    def results(pool: ThreadPoolExecutor) -> Iterator[tuple[Entry, Proposal]]:
        ahead: deque[tuple[Entry, Future[Proposal]]] = deque()
        for entry in entries:
            # In the caller's language, which each thread would otherwise have to be told.
            ahead.append((entry, pool.submit(copy_context().run, examine, entry)))
            if len(ahead) > setup.children:
                first, future = ahead.popleft()
                yield first, future.result()
        for entry, future in ahead:
            yield entry, future.result()

    with ExitStack() as open_things:
        if any(entry.files for entry in entries):
            for _number in range(setup.children):
                idle.put(open_things.enter_context(setup.worker()))
        pool = open_things.enter_context(ThreadPoolExecutor(setup.children, thread_name_prefix="import"))
        open_things.callback(ending.cancel)  # the first to be called: nobody waits for what is not wanted any more
        yield results(pool)


def _has_clear_majority(proposal: Proposal) -> bool:
    groups = (
        (Refusal.OTHER_PERSON, {face.file for face in proposal.faces}),
        (Refusal.OTHER_VOICE, {voice.file for voice in proposal.voices}),
    )
    for refusal, mine in groups:
        strays = {item.file for item in proposal.refused if item.refusal is refusal} - mine
        if strays and len(mine) < CLEAR_MAJORITY * len(strays):
            return False
    return True


def _was_torn(proposal: Proposal) -> bool:
    return any(item.refusal is Refusal.UNREADABLE for item in proposal.refused)


def _reason(because: KeptOutBecause) -> str:
    if because is KeptOutBecause.TWO_PEOPLE:
        return _("Its files show or carry two people, and neither clearly most of them: sort them, then import again.")
    if because is KeptOutBecause.LOOK_ALIKE:
        return _("Taken for somebody who is enrolled already.")
    return _("None of its samples can be used.")


def _alike_words(alike: Alike, name: str) -> str:
    if alike.modality is Modality.FACE:
        return _("Looks like {name}.").format(name=name)
    if alike.modality is Modality.VOICE:
        return _("Sounds like {name}.").format(name=name)
    return _("Has a file in common with {name}.").format(name=name)
