"""The way in: models, then the registry, then the desk begins; each step off the window's thread."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError, RegistryError
from countenance.packs import PackCard
from countenance.translations import _
from countenance.work import CancelToken
from gui.desk import Desk
from gui.lane import Lane
from gui.preparing import Opening, Prepared, find_known_passphrase, install_models, prepare_models, unlock
from gui.presenters.pages import Problem, problem_of
from gui.presenters.progress import installing_look
from gui.vault import Vault
from registry import Passphrase, Registry
from scan.known import Known


class Entrance(QObject):
    """Leads from the start to a desk at work.

    Signals:
        models_missing: why the models cannot be used; `install` mends it.
        installing: a `ProgressLook`.
        install_failed: a `Problem`, or None where the user stopped it.
        passphrase_needed: name of the registry file; answered by `unlock` or `go_without`.
        refused: a `Problem` with the registry; it may be tried again.
        ready: checks can begin.
        failed: an error that ends the way here.
        noticed: a sentence that a person should know about the registry; sent from any thread.
    """

    models_missing = Signal(object)
    installing = Signal(object)
    install_failed = Signal(object)
    passphrase_needed = Signal(str)
    refused = Signal(object)
    ready = Signal()
    failed = Signal(object)
    noticed = Signal(str)

    def __init__(self, opening: Opening, desk: Desk, vault: Vault, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opening, self._desk, self._vault = opening, desk, vault
        self._missing = False
        self._card: PackCard | None = None
        self._cancel = CancelToken()
        self._install_lane: Lane | None = None
        self._unlocked: list[Registry] = []

    @property
    def can_unlock(self) -> bool:
        """Whether there is a registry that is not open."""
        return self._card is not None and self._desk.known.facts is None and self.opening.registry.exists()

    @property
    def models_are_missing(self) -> bool:
        """Whether the models must be installed before anything can be checked."""
        return self._missing

    def start(self) -> None:
        """Look for the models."""
        self._desk.desk_lane.do(partial(prepare_models, self.opening), self._prepared, self.failed.emit)

    def install(self) -> None:
        """Install the models of the pack."""
        self._cancel = CancelToken()
        self._install_lane = self._install_lane or Lane("install", self)
        lane = self._install_lane

        def on_progress(step: str, done: float, total: float) -> None:
            lane.tell(lambda: self.installing.emit(installing_look(step, done, total)))

        lane.do(partial(install_models, self.opening, on_progress, self._cancel), self._prepared, self._not_installed)

    def stop_install(self) -> None:
        """Stop the installation; nothing half-made stays."""
        self._cancel.cancel()

    def unlock(self, passphrase: Passphrase | str) -> None:
        """Open the registry."""
        work = partial(self._open, passphrase, self._card, self._desk.clock())
        self._desk.desk_lane.do(work, self._begin, lambda error: self.refused.emit(problem_of(error)))

    def go_without(self) -> None:
        """Begin without a registry, unless one is open already."""
        if self._desk.known.facts is None:
            self._begin(Known())

    def ask_again(self) -> None:
        """Ask for the passphrase once more, after the user went on without the registry."""
        if self.can_unlock:
            self.passphrase_needed.emit(self.opening.registry.name)

    def lock(self) -> None:
        """Close the registry and ask for the passphrase again; not while clips are being checked by it."""
        if self._desk.known.facts is not None and not self._desk.is_checking:
            # Its pages forget what they show at once; it is closed when nobody reads from it any more.
            self._vault.finish(lambda: self._desk.desk_lane.do(self._close_registries, self._locked, self.failed.emit))
            self._vault.release()

    def close(self) -> None:
        """End all work, then lock the registry, from which the work reads."""
        self._cancel.cancel()
        if self._install_lane is not None:
            self._install_lane.close()
        self._desk.close()
        self._vault.close()
        self._close_registries()

    def _prepared(self, prepared: Prepared) -> None:
        self._missing = prepared.missing is not None
        if prepared.missing is not None:
            self.models_missing.emit(problem_of(prepared.missing))
            return
        self._card = prepared.card
        if self.opening.registry.exists():
            look = partial(find_known_passphrase, self.opening.registry)
            self._desk.desk_lane.do(look, self._passphrase_found, self.failed.emit)
            return
        self._begin(Known())
        if self.opening.registry_named:
            self.failed.emit(
                RegistryError(
                    _("There is no registry “{file}”.").format(file=self.opening.registry.name),
                    remedy=_("Clips are checked without one; everybody is unknown."),
                )
            )

    def _passphrase_found(self, passphrase: Passphrase | None) -> None:
        if passphrase is None:
            self.passphrase_needed.emit(self.opening.registry.name)
            return
        work = partial(self._open, passphrase, self._card, self._desk.clock())
        self._desk.desk_lane.do(work, self._begin, self._known_passphrase_refused)

    def _open(self, passphrase: Passphrase | str, card: PackCard | None, now: datetime) -> Known:
        # In the lane's thread. Noted here, so that it is closed even if the window closes meanwhile.
        assert card is not None
        unlocked = unlock(self.opening, passphrase, card, now, self.noticed.emit)
        self._unlocked.append(unlocked.registry)
        return unlocked.known

    def _close_registries(self) -> None:
        while self._unlocked:
            self._unlocked.pop().close()

    def _locked(self, _nothing: None) -> None:
        self._begin(Known())
        self.passphrase_needed.emit(self.opening.registry.name)

    def _known_passphrase_refused(self, error: CountenanceError) -> None:
        self.passphrase_needed.emit(self.opening.registry.name)
        self.refused.emit(problem_of(error))

    def _begin(self, known: Known) -> None:
        assert self._card is not None
        if known.facts is not None:
            self._vault.hold(self._unlocked[-1], known.facts)
        self._desk.begin(self._card, known)
        self.ready.emit()

    def _not_installed(self, error: CountenanceError) -> None:
        problem: Problem | None = None if isinstance(error, CancelledError) else problem_of(error)
        self.install_failed.emit(problem)
