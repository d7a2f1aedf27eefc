"""Installing, verifying, testing and switching models beside the window: one thing at a time, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError, RegistryError
from countenance.packs import PackCard
from countenance.people import Person
from countenance.translations import _, ngettext
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.entrance import Entrance
from gui.lane import Lane
from gui.preferences import Preferences
from gui.presenters.packs import tested_words
from gui.presenters.progress import ProgressLook, installing_look, renewing_look
from gui.vault import Change, Vault
from models import bring, combine, install, load_pack, verify
from models.licences import LicenceNotAcceptedError, accept, require_accepted
from models.manifests import ModelManifest
from models.proving import prove_installed
from models.selftest import SelfTest, known_pair_of, selftest
from registry import Registry
from reports.wording import format_count
from scan.licensing import require_allowed
from scan.reenrolment import Plan, Renewed, plan, renew, retire
from scan.worker import DetectorWorker

T = TypeVar("T")
Tested = tuple[tuple[SelfTest, ...], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What a change of models means, before it is made.

    Attributes:
        name: of the pack that would be in use.
        card: of that pack.
        planned: for the open registry; None where none is open.
        lost: people who would not be recognised any more.
    """

    name: str
    card: PackCard
    planned: Plan | None
    lost: tuple[Person, ...] = ()


class Equipping(QObject):
    """Works on the store of models; lives on the window's thread.

    What downloads has a lane of its own; what runs models has the detectors' process, after the clip being checked.

    Signals:
        began: what is being done, in words.
        progressed: `ProgressLook` of it.
        ended: it is over, well or not.
        done: a sentence about what was done.
        tested: what a self-test found, as a sentence with its tone.
        failed: why it was not.
        licence_asked: (what is being installed, models whose licences a person has to accept first, with `accept`).
        switch_asked: `Switch`, to be confirmed with `switch`.
        stocked: other models are installed now, or in use.
    """

    began = Signal(str)
    progressed = Signal(object)
    ended = Signal()
    done = Signal(str)
    tested = Signal(str, object)
    failed = Signal(object)
    licence_asked = Signal(str, object)
    switch_asked = Signal(object)
    stocked = Signal()

    def __init__(
        self, desk: Desk, vault: Vault, entrance: Entrance, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._vault, self._entrance, self._preferences = desk, vault, entrance, preferences
        self._lane: Lane | None = None
        self._cancel = CancelToken()
        self._busy = False
        self._order: Callable[[], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._busy

    @property
    def store(self) -> Path:
        """The folder of the models."""
        return self._entrance.opening.places.models

    def stop(self) -> None:
        """Stop what is being done."""
        self._cancel.cancel()

    def close(self) -> None:
        """Stop what is being done and end the thread."""
        self._cancel.cancel()
        if self._lane is not None:
            self._lane.close()
            self._lane = None

    def install(self, name: str) -> None:
        """Install a pack; where a licence has to be accepted first, `licence_asked` says so."""

        def get(show: ProgressHook) -> Sequence[str]:
            return install(name, self.store, on_progress=show, cancel=self._cancel, agree=self._agree)

        self._get(name, get)

    def bring(self, path: Path) -> None:
        """Install an InsightFace package from a folder or a zip, or published files that lie there."""

        def get(show: ProgressHook) -> Sequence[str]:
            found = bring(path, self.store, on_progress=show, cancel=self._cancel, agree=self._agree)
            return found.fresh

        self._get(path.name, get)

    def accept(self, manifests: Sequence[ModelManifest], by: str, on: date) -> None:
        """Keep that somebody accepted licences, and go on with the installation that asked for it."""
        order = self._order
        if order is not None:
            work = partial(accept, manifests, self.store, by=by, on=on)
            self._desk.desk_lane.do(work, lambda _new: order(), self._fail)

    def verify(self, name: str) -> None:
        """Compare a pack's files with what was installed."""
        if self._begin(_("Reading the files of “{pack}”…").format(pack=name)):
            told = _("The files of “{pack}” are whole and as published.").format(pack=name)
            self._desk.desk_lane.do(partial(verify, name, self.store), lambda _none: self._end(told), self._fail)

    def test(self, name: str) -> None:
        """Have the detectors run a pack's models on known input."""
        if self._begin(_("Testing the models of “{pack}”…").format(pack=name)):

            def work(worker: DetectorWorker, _show: ProgressHook, _cancel: CancelToken) -> Tested:
                request = known_pair_of(name, self.store, self._provider)
                answers = selftest(name, self.store, worker, self._provider)
                return answers, worker.selftest(request).passed if request is not None else None

            self._detect(work, self._tested)

    def consider(self, name: str) -> None:
        """Find out what using a pack would mean; `switch_asked` follows."""
        if self._entrance.can_unlock:
            self.failed.emit(
                RegistryError(
                    _("The registry is locked: its people are enrolled again with the new models."),
                    remedy=_("Unlock it first, then change the models."),
                )
            )
        elif self._begin(_("Looking at what would change…")):
            find = partial(_card_of, self._entrance.opening.pack, name, self.store)
            self._desk.desk_lane.do(find, self._consider, self._fail)

    def switch(self, wanted: Switch) -> None:
        """Enrol everybody again with the new models, then use them; stopped before, the old ones stay in use."""
        if not self._begin(_("Enrolling again with “{pack}”…").format(pack=wanted.name)):
            return
        planned = wanted.planned
        if planned is None or not self._vault.is_open:
            self._use(wanted, None)
            return
        self._vault.ask(lambda opened: opened, partial(self._renew, wanted, planned), self._fail)

    def _tested(self, answers: Tested) -> None:
        told, tone = tested_words(*answers)
        self._end("")
        self.tested.emit(told, tone)

    @property
    def _provider(self) -> str:
        return self._preferences.settings.provider.execution_provider

    def _consider(self, found: tuple[str, PackCard]) -> None:
        name, card = found
        try:
            require_allowed(card, self._preferences.settings.licences)
        except CountenanceError as error:
            self._fail(error)
            return
        if not self._vault.is_open:
            self._ask(Switch(name=name, card=card, planned=None))
            return
        self._vault.ask(partial(_planned, self._desk.card, name, card), self._ask, self._fail)

    def _ask(self, wanted: Switch) -> None:
        self._end("")
        self.switch_asked.emit(wanted)

    def _renew(self, wanted: Switch, planned: Plan, opened: Registry) -> None:
        threads = self._preferences.settings.threads

        def work(worker: DetectorWorker, show: ProgressHook, cancel: CancelToken) -> Renewed:
            return renew(
                opened,
                planned,
                wanted.card,
                worker,
                models=self.store,
                on_progress=show,
                cancel=cancel,
                threads=threads,
                provider=self._provider,
            )

        self._detect(work, partial(self._use, wanted), renewing_look)

    def _use(self, wanted: Switch, renewed: Renewed | None) -> None:
        agreed = {person.id for person in wanted.lost}
        if renewed is not None and not renewed.lost_people <= agreed:
            # More people than were told of: it is asked again, and what was made stays.
            self._end("")
            self.consider(wanted.name)
            return
        self._preferences.change(pack=wanted.name)
        self._entrance.use_pack(wanted.name)
        self.stocked.emit()
        told = _("“{pack}” is in use from now on.").format(pack=wanted.name)
        if renewed is None or not self._vault.is_open:
            self._end(told)
            return
        if renewed.samples:
            count = ngettext(
                "{count} sample was enrolled again.", "{count} samples were enrolled again.", renewed.samples
            )
            told = f"{told} {count.format(count=format_count(renewed.samples))}"
        clear = Change(work=partial(retire, card=wanted.card))
        self._vault.change(clear, lambda _gone: self._end(told), self._fail)

    def _get(self, name: str, get: Callable[[ProgressHook], Sequence[str]]) -> None:
        if not self._begin(_("Installing {name}").format(name=name)):
            return
        self._order = partial(self._get, name, get)
        self._lane = lane = self._lane or Lane("models", self)

        def show(step: str, done: float, total: float) -> None:
            lane.tell(lambda: self.progressed.emit(installing_look(step, done, total)))

        def refuse(error: CountenanceError) -> None:
            if isinstance(error, LicenceNotAcceptedError):
                self._end("")
                self.licence_asked.emit(name, error.manifests)
            else:
                self._fail(error)

        lane.do(partial(get, show), partial(self._prove, name), refuse)

    def _agree(self, manifests: Sequence[ModelManifest]) -> None:
        # In the lane's thread.
        require_accepted(manifests, self.store)

    def _prove(self, name: str, installed: Sequence[str]) -> None:
        def work(worker: DetectorWorker, _show: ProgressHook, _cancel: CancelToken) -> None:
            prove_installed(installed, self.store, worker)

        def proved(_none: None) -> None:
            self._end(_("“{pack}” is installed.").format(pack=name))
            self.stocked.emit()
            if self._entrance.models_are_missing:
                self._entrance.start()

        if not installed:
            proved(None)
            return
        self.began.emit(_("Testing the models of “{pack}”…").format(pack=name))
        self._detect(work, proved)

    def _detect(
        self,
        work: Callable[[DetectorWorker, ProgressHook, CancelToken], T],
        on_done: Callable[[T], None],
        look: Callable[[str, float, float], ProgressLook] = installing_look,
    ) -> None:
        self._cancel = self._desk.detecting.ask(
            work, on_done, self._fail, lambda step, done, total: self.progressed.emit(look(step, done, total))
        )

    def _begin(self, words: str) -> bool:
        if self._busy:
            return False
        self._busy, self._cancel = True, CancelToken()
        self.began.emit(words)
        return True

    def _end(self, told: str) -> None:
        self._busy = False
        self.ended.emit()
        if told:
            self.done.emit(told)

    def _fail(self, error: CountenanceError) -> None:
        self._end("")
        if not isinstance(error, CancelledError):
            self.failed.emit(error)


def _card_of(current: str, chosen: str, store: Path) -> tuple[str, PackCard]:
    name = combine(current, chosen, store)
    verify(name, store)
    return name, load_pack(name, store)


def _planned(old: PackCard | None, name: str, card: PackCard, registry: Registry) -> Switch:
    planned = plan(registry, old, card)
    return Switch(name=name, card=card, planned=planned, lost=registry.people(sorted(planned.lost)))
