"""The way in: models, then the registry, then the desk begins; each step off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError, RegistryError
from countenance.packs import LicencePolicy, PackCard
from countenance.translations import _
from countenance.work import CancelToken
from gui.desk import Desk
from gui.following import Following
from gui.lane import Lane
from gui.preparing import (
    Founding,
    Opening,
    Prepared,
    Unlocked,
    find_known_passphrase,
    forget,
    found,
    install_models,
    prepare_models,
    remember,
    unlock,
)
from gui.presenters.pages import Problem, problem_of
from gui.presenters.progress import installing_look
from gui.vault import Vault
from registry import Passphrase, Registry
from scan.knowing import known_from_registry
from scan.known import Known


class Entrance(QObject):
    """Leads from the start to a desk at work, and from one registry to another.

    Signals:
        models_missing: why the models cannot be used; `install` mends it.
        installing: a `ProgressLook`.
        install_failed: a `Problem`, or None where the user stopped it.
        passphrase_needed: name of the registry file, which is locked; clips are checked without it until `unlock`.
        refused: a `Problem` with the registry; it may be tried again.
        ready: the registry is open, or the user goes without one; with models, checks can begin.
        turned: another registry is meant from now on; it is not open yet.
        failed: an error that ends the way here.
        noticed: a sentence that a person should know about the registry; sent from any thread.
        closing: all work is to be ended now.
    """

    models_missing = Signal(object)
    installing = Signal(object)
    install_failed = Signal(object)
    passphrase_needed = Signal(str)
    refused = Signal(object)
    ready = Signal()
    turned = Signal()
    failed = Signal(object)
    noticed = Signal(str)
    closing = Signal()

    def __init__(self, opening: Opening, desk: Desk, vault: Vault, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opening, self._desk, self._vault = opening, desk, vault
        self._following = Following(vault, self)
        self._missing = False
        self._card: PackCard | None = None
        self._known = Known()
        self._cancel = CancelToken()
        self._install_lane: Lane | None = None
        self._unlocked: list[Registry] = []

    @property
    def can_unlock(self) -> bool:
        """Whether there is a registry that is not open."""
        return self._card is not None and not self._vault.is_open and self.opening.registry.exists()

    @property
    def is_settled(self) -> bool:
        """Whether it is known by now which models there are; before, nothing can be opened."""
        return self._card is not None

    @property
    def models_are_missing(self) -> bool:
        """Whether the models must be installed before anything can be checked."""
        return self._missing

    def start(self) -> None:
        """Look for the models."""
        self._desk.desk_lane.do(partial(prepare_models, self.opening), self._prepared, self.failed.emit)

    def use_pack(self, name: str) -> None:
        """Take another pack, whose models are installed; people are read again, and clips checked again, with it."""
        self.opening = replace(self.opening, pack=name)
        self.start()

    def refuse_by(self, licences: LicencePolicy) -> None:
        """Take another policy on models that may not be used commercially."""
        if licences is not self.opening.licences:
            self.opening = replace(self.opening, licences=licences)
            self.start()

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

    def unlock(self, passphrase: Passphrase | str, *, keep: bool = False) -> None:
        """Open the registry, and keep its passphrase in the system's keyring if asked and if it opens."""
        if self._card is None or self._vault.is_open:
            return
        key = Passphrase(passphrase) if isinstance(passphrase, str) else passphrase
        work = partial(self._open, key, self._card, self._desk.clock(), keep)
        self._desk.desk_lane.do(work, self._opened, lambda error: self.refused.emit(problem_of(error)))

    def found(self, founding: Founding, *, keep: bool = False) -> None:
        """Make a registry and open it in place of the one that was meant; `refused` says why it cannot be made."""
        if self._card is None or self._keeps_still():
            return
        work = partial(self._found, founding, self._card, self._desk.clock(), keep)

        def turn(unlocked: Unlocked) -> None:
            self._mean(founding.path)
            self._opened(unlocked)

        # The one that is open stays so until the new one is there.
        self._desk.desk_lane.do(
            work,
            lambda unlocked: self._shut(partial(turn, unlocked), besides=unlocked.registry),
            lambda error: self.refused.emit(problem_of(error)),
        )

    def turn_to(self, registry: Path) -> None:
        """Close the registry that is open and ask for the passphrase of another one, if it is not known."""
        if (registry == self.opening.registry and self._vault.is_open) or self._keeps_still():
            return

        def turn() -> None:
            self._mean(registry)
            self._begin(Known())
            self.turned.emit()
            self._look_for_passphrase()

        self._shut(turn)

    def forget_passphrase(self, on_done: Callable[[bool], None]) -> None:
        """Take the passphrase out of the system's keyring, and tell whether it was there."""
        self._desk.desk_lane.do(partial(forget, self.opening.registry), on_done, self.failed.emit)

    def go_without(self) -> None:
        """Begin without a registry, unless one is open already."""
        if not self._vault.is_open:
            self._begin(Known())

    def lock(self) -> None:
        """Close the registry and ask for the passphrase again; not while clips are being checked by it."""
        if self._vault.is_open and not self._desk.is_checking:
            self._shut(self._locked)

    def close(self) -> None:
        """End all work, then lock the registry, from which the work reads."""
        self.closing.emit()
        self._cancel.cancel()
        if self._install_lane is not None:
            self._install_lane.close()
        # Nothing more is asked of it, whatever is still painted.
        self._vault.release()
        self._desk.close()
        self._vault.close()
        self._close_registries()

    def _prepared(self, prepared: Prepared) -> None:
        self._card, self._missing = prepared.card, prepared.missing is not None
        if prepared.missing is not None:
            self.models_missing.emit(problem_of(prepared.missing))
        elif self._vault.is_open:
            card = prepared.card
            self._vault.ask(lambda opened: known_from_registry(opened, card, opened.today()), self._begin)
        elif self.opening.registry.exists():
            self._look_for_passphrase()
        else:
            self._begin(Known())
            if self.opening.registry_named:
                self.failed.emit(
                    RegistryError(
                        _("There is no registry “{file}”.").format(file=self.opening.registry.name),
                        remedy=_("Clips are checked without one; everybody is unknown."),
                    )
                )

    def _look_for_passphrase(self) -> None:
        look = partial(find_known_passphrase, self.opening.registry)
        self._desk.desk_lane.do(look, self._passphrase_found, self.failed.emit)

    def _passphrase_found(self, passphrase: Passphrase | None) -> None:
        if passphrase is None:
            self._stay_locked()
        elif self._card is not None:
            work = partial(self._open, passphrase, self._card, self._desk.clock(), keep=False)
            self._desk.desk_lane.do(work, self._opened, self._known_passphrase_refused)

    def _open(self, passphrase: Passphrase, card: PackCard, now: datetime, keep: bool) -> Unlocked:
        # In the lane's thread. Noted here, so that it is closed even if the window closes meanwhile.
        unlocked = unlock(self.opening, passphrase, card, now, self.noticed.emit)
        self._unlocked.append(unlocked.registry)
        if keep:
            remember(self.opening.registry, passphrase, self.noticed.emit)
        return unlocked

    def _found(self, founding: Founding, card: PackCard, now: datetime, keep: bool) -> Unlocked:
        # In the lane's thread, as `_open`.
        unlocked = found(founding, self.opening.places, card, now, self.noticed.emit)
        self._unlocked.append(unlocked.registry)
        if keep:
            remember(founding.path, founding.passphrase, self.noticed.emit)
        return unlocked

    def _mean(self, registry: Path) -> None:
        self.opening = replace(self.opening, registry=registry, registry_named=True)

    def _keeps_still(self) -> bool:
        """Say why another registry cannot be opened now, where it cannot."""
        if not self._desk.is_checking:
            return False
        self.failed.emit(
            RegistryError(
                _("A clip is being checked by the registry that is open."),
                remedy=_("Open another one when the check is done, or stop the check."),
            )
        )
        return True

    def _shut(self, then: Callable[[], None], besides: Registry | None = None) -> None:
        if not self._vault.is_open:
            then()
            return
        # Its pages forget what they show at once; it is closed when nobody reads from it any more.
        close = partial(
            self._desk.desk_lane.do,
            partial(self._close_registries, besides),
            lambda _nothing: then(),
            self.failed.emit,
        )
        self._vault.finish(close)
        self._vault.release()

    def _close_registries(self, besides: Registry | None = None) -> None:
        for registry in [one for one in self._unlocked if one is not besides]:
            self._unlocked.remove(registry)
            registry.close()

    def _locked(self) -> None:
        self._begin(Known())
        self.passphrase_needed.emit(self.opening.registry.name)

    def _stay_locked(self) -> None:
        # Nobody has to wait for a passphrase: what is checked meanwhile is judged anew once it was typed.
        if self._desk.card is None:
            self._begin(Known())
        self.passphrase_needed.emit(self.opening.registry.name)

    def _known_passphrase_refused(self, error: CountenanceError) -> None:
        self._stay_locked()
        self.refused.emit(problem_of(error))

    def _opened(self, unlocked: Unlocked) -> None:
        if unlocked.known.facts is not None:
            self._vault.hold(unlocked.registry, unlocked.known.facts)
        self._begin(unlocked.known)

    def _begin(self, known: Known) -> None:
        self._known = known
        if self._card is not None and not self._missing:
            self._desk.begin(self._card, known)
        self.ready.emit()

    def _not_installed(self, error: CountenanceError) -> None:
        problem: Problem | None = None if isinstance(error, CancelledError) else problem_of(error)
        self.install_failed.emit(problem)
