"""Installing, verifying, testing, measuring and removing models beside the window: one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError, ModelsError
from countenance.providers import Provider
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.entrance import Entrance
from gui.lane import Lane
from gui.preferences import Preferences
from gui.presenters.measuring import measured_sentences
from gui.presenters.packs import tested_words
from gui.presenters.progress import ProgressLook, installing_look, measuring_look
from gui.vault import Vault
from models import bring, install, load_pack, remove, verify
from models.figures import remove_figures
from models.licences import LicenceNotAcceptedError, accept, require_accepted
from models.manifests import ModelManifest
from models.measured_here import figures_place
from models.proving import prove_installed
from models.selftest import SelfTest, known_pair_of, selftest
from scan.calibration import calibrate_faces, calibrate_voices
from scan.evaluation.labelled import GROUP_OF_COHORT
from scan.worker import DetectorWorker

T = TypeVar("T")
Tested = tuple[tuple[SelfTest, ...], bool | None]


@dataclass(frozen=True, slots=True)
class _Got:
    """What an installation brought: what to call it, models that were not there, and what to know about it."""

    name: str
    fresh: Sequence[str]
    remarks: tuple[str, ...] = ()


class Equipping(QObject):
    """Works on the store of models; lives on the window's thread, and outlives its room.

    What downloads has a lane of its own; what runs models has the detectors' process, after the clip being checked.

    Attributes:
        now: `ProgressLook` of what is being done; None where nothing is.
        preferences: the settings.

    Signals:
        progressed: `now` is another.
        ended: it is over, well or not.
        told: (title, sentences) that are too long for a line.
        licence_asked: (what is being installed, models whose licences a person has to accept first, with `accept`).
        stocked: other models are installed now, or in use.
    """

    progressed = Signal(object)
    ended = Signal()
    told = Signal(str, object)
    licence_asked = Signal(str, object)
    stocked = Signal()

    def __init__(
        self, desk: Desk, vault: Vault, entrance: Entrance, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._vault, self._entrance, self.preferences = desk, vault, entrance, preferences
        self._lane: Lane | None = None
        self._cancel = CancelToken()
        self._order: Callable[[], None] | None = None
        self._question: Callable[[], None] | None = None
        self.now: ProgressLook | None = None
        entrance.closing.connect(self._close)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self.now is not None

    @property
    def store(self) -> Path:
        """The folder of the models."""
        return self._entrance.opening.places.models

    @property
    def pack(self) -> str:
        """The name of what is in use."""
        return self._entrance.opening.pack

    @property
    def provider(self) -> str:
        """What models run on, as onnxruntime calls it."""
        return self.preferences.settings.provider.execution_provider

    def stop(self) -> None:
        """Stop what is being done."""
        self._cancel.cancel()

    def install(self, name: str) -> None:
        """Install a pack; where a licence has to be accepted first, `licence_asked` says so."""

        def get(show: ProgressHook) -> _Got:
            return _Got(name, install(name, self.store, on_progress=show, cancel=self._cancel, agree=self._agree))

        self._get(name, get)

    def bring(self, path: Path) -> None:
        """Install an InsightFace package from a folder or a zip; what it was found to be is told."""

        def get(show: ProgressHook) -> _Got:
            found = bring(path, self.store, on_progress=show, cancel=self._cancel, agree=self._agree)
            return _Got(found.name, found.fresh, found.remarks)

        self._get(path.name, get)

    def accept(self, manifests: Sequence[ModelManifest], by: str, on: date) -> None:
        """Keep that somebody accepted licences, and go on with the installation that asked for it."""
        order = self._order
        if order is not None:
            work = partial(accept, manifests, self.store, by=by, on=on)
            self._desk.desk_lane.do(work, lambda _new: order(), self.fail)

    def verify(self, name: str) -> None:
        """Compare a pack's files with what was installed."""
        if self.begin(_("Reading the files of “{pack}”…").format(pack=name)):
            told = _("The files of “{pack}” are whole and as published.").format(pack=name)
            self.do(partial(verify, name, self.store), lambda _none: self.end(told))

    def test(self, name: str) -> None:
        """Have the detectors run a pack's models on known input."""
        self._test(name, self.fail)

    def run_on(self, provider: Provider) -> None:
        """Run models on something else from now on, if those in use answer there as they should."""
        before = self.preferences.settings.provider
        if provider is before or self.is_busy:
            return

        def go_back(error: CountenanceError) -> None:
            self.preferences.change(provider=before)
            self.fail(error)
            self.stocked.emit()

        self.preferences.change(provider=provider)
        self._test(self.pack, go_back)

    def measure(self, people: Path, *, voices: bool) -> None:
        """Measure, on a folder of the user's own people, how sure what is in use is; it counts from then on."""
        card = self._desk.card
        if card is None or not self.begin(_("Measuring…")):
            return
        place, of = figures_place(card, self.store, voices=voices), calibrate_voices if voices else calibrate_faces

        def work(worker: DetectorWorker, show: ProgressHook, cancel: CancelToken) -> Sequence[str]:
            found = of(people, worker, place.card, place.store, on_progress=show, cancel=cancel)
            cancel.raise_if_cancelled()
            place.keep(found.curve, found.cohort, found.misses, GROUP_OF_COHORT)
            return measured_sentences(place, found)

        def measured(sentences: Sequence[str]) -> None:
            self._entrance.start()
            self.end("")
            self.told.emit(_("Measured with your own people"), tuple(sentences))

        self.detect(work, measured, measuring_look)

    def forget_measured(self, *, voices: bool) -> None:
        """Forget what was measured here of the models in use; the program's own figures count again, or none."""
        card = self._desk.card
        if card is not None and self.begin(_("Forgetting what was measured here…")):
            place = figures_place(card, self.store, voices=voices)

            def forgotten(_was_there: bool) -> None:
                self._entrance.start()
                self.end(_("What was measured here is forgotten."))

            self.do(partial(remove_figures, self.store, place.name), forgotten)

    def remove(self, name: str) -> None:
        """Remove a pack from the store; what is in use or needed elsewhere stays."""
        if self.begin(_("Removing “{pack}”…").format(pack=name)):

            def removed(_names: tuple[str, ...]) -> None:
                self.end(_("“{pack}” is removed.").format(pack=name))
                self.stocked.emit()

            self.do(partial(remove, name, self.store, in_use=self.pack), removed)

    def begin(self, words: str) -> bool:
        """Take on a work, in words; False where another is going on."""
        if self.is_busy:
            return False
        self._cancel = CancelToken()
        self.show(ProgressLook(words=words, short=words, fraction=None))
        return True

    def show(self, look: ProgressLook) -> None:
        """Show how far the work has come."""
        self.now = look
        self.progressed.emit(look)

    def show_from_lane(self, look: ProgressLook) -> None:
        """Show the same from a lane's thread."""
        self._desk.desk_lane.tell(lambda: self.show(look) if self.is_busy else None)

    def do(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        """Have something short done that runs no models, as part of the work that was begun."""
        self._desk.desk_lane.do(work, on_done, self.fail)

    def detect(
        self,
        work: Callable[[DetectorWorker, ProgressHook, CancelToken], T],
        on_done: Callable[[T], None],
        look: Callable[[str, float, float], ProgressLook] = installing_look,
        on_failed: Callable[[CountenanceError], None] | None = None,
    ) -> None:
        """Have the detectors do part of the work that was begun; it can be stopped."""
        if self._cancel.cancelled:
            (on_failed or self.fail)(CancelledError(_("Stopped.")))
            return
        self._cancel = self._desk.detecting.ask(
            work, on_done, on_failed or self.fail, lambda *step: self.show(look(*step))
        )

    @property
    def cancel(self) -> CancelToken:
        """What stops the work that was begun."""
        return self._cancel

    def end(self, told: str) -> None:
        """End the work, and tell something."""
        self.now = None
        self.ended.emit()
        if told:
            self._vault.told.emit(told)

    def fail(self, error: CountenanceError) -> None:
        """End the work, and tell why it was not done, unless somebody stopped it."""
        self.end("")
        if not isinstance(error, CancelledError):
            self._vault.failed.emit(error)

    def ask(self, question: Callable[[], None]) -> None:
        """Have the room ask something; where it is built anew meanwhile, `ask_again` does."""
        self._question = question
        question()

    def answered(self) -> None:
        """Take note that what was asked is on the screen."""
        self._question = None

    def ask_again(self) -> None:
        """Ask what nobody was there to hear."""
        if self._question is not None:
            self._question()

    def _get(self, name: str, get: Callable[[ProgressHook], _Got]) -> None:
        if not self.begin(_("Installing {name}").format(name=name)):
            return
        self._order = partial(self._get, name, get)
        self._lane = lane = self._lane or Lane("models", self)

        def show(step: str, done: float, total: float) -> None:
            lane.tell(lambda: self.show(installing_look(step, done, total)))

        def refuse(error: CountenanceError) -> None:
            if isinstance(error, LicenceNotAcceptedError):
                self.end("")
                self.ask(partial(self.licence_asked.emit, name, error.manifests))
            else:
                self.fail(error)

        lane.do(partial(get, show), self._prove, refuse)

    def _agree(self, manifests: Sequence[ModelManifest]) -> None:
        # In the lane's thread.
        require_accepted(manifests, self.store)

    def _prove(self, got: _Got) -> None:
        def work(worker: DetectorWorker, _show: ProgressHook, _cancel: CancelToken) -> None:
            prove_installed(got.fresh, self.store, worker)

        def proved(_none: None) -> None:
            told = _("“{pack}” is installed.") if got.fresh else _("Everything of “{pack}” is installed already.")
            self.end("" if got.remarks else told.format(pack=got.name))
            self.stocked.emit()
            if got.remarks:
                self.told.emit(told.format(pack=got.name), got.remarks)
            if self._entrance.models_are_missing:
                self._entrance.start()

        def refused(error: CountenanceError) -> None:
            self.fail(error)
            self.stocked.emit()

        if not got.fresh:
            proved(None)
            return
        words = _("Testing the models of “{pack}”…").format(pack=got.name)
        self.show(ProgressLook(words=words, short=words, fraction=None))
        self.detect(work, proved, on_failed=refused)

    def _test(self, name: str, on_failed: Callable[[CountenanceError], None]) -> None:
        if not self.begin(_("Testing the models of “{pack}”…").format(pack=name)):
            return

        def work(worker: DetectorWorker, _show: ProgressHook, _cancel: CancelToken) -> Tested:
            load_pack(name, self.store)  # models that do not fit together are told as such
            request = known_pair_of(name, self.store, self.provider)
            answers = selftest(name, self.store, worker, self.provider)
            return answers, worker.selftest(request).passed if request is not None else None

        def tested(found: Tested) -> None:
            told, held = tested_words(*found)
            if held:
                self.end(told)
            else:
                on_failed(ModelsError(told, remedy=_("Install the models anew.")))

        self.detect(work, tested, on_failed=on_failed)

    def _close(self) -> None:
        self._cancel.cancel()
        if self._lane is not None:
            self._lane.close()
            self._lane = None


def equipping_of(desk: Desk, vault: Vault, entrance: Entrance, preferences: Preferences) -> Equipping:
    """Return what works on the models of a window, made when it is first asked for."""
    return entrance.findChild(Equipping) or Equipping(desk, vault, entrance, preferences, entrance)
