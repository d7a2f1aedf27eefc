"""The open registry as the window's pages use it: queries and changes in a lane of their own, never on the screen's.

A change says what it changed, and every page that shows it reads it again (docs/adr/0035-window-in-rooms.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from countenance.errors import CountenanceError
from countenance.verdict import RegistryFacts
from gui.lane import Lane
from gui.undoing import History, Undoable
from registry import Registry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[T]):
    """One change of the registry.

    Attributes:
        work: makes it, off the window's thread, and returns what it made.
        words: what was done, translated, without a name: "A grant was changed."; shown with an undo where there is
            one, and alone otherwise; empty where the page itself shows it.
        undo: takes it back, off the window's thread, given what `work` returned; None where nothing can.
    """

    work: Callable[[Registry], T]
    words: str = ""
    undo: Callable[[Registry, T], object] | None = None


class Vault(QObject):
    """Holds the open registry for the pages; lives on the window's thread.

    Signals:
        opened: `RegistryFacts` of the registry that was opened.
        locked: there is no open registry any more; every page forgets what it shows.
        changed: something in the registry was changed, by this window.
        told: a sentence about a change that cannot be taken back.
        failed: an error that no caller took.
    """

    opened = Signal(object)
    locked = Signal()
    changed = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self._lane = Lane("registry", self)
        self._registry: Registry | None = None
        self._facts: RegistryFacts | None = None

    @property
    def facts(self) -> RegistryFacts | None:
        """What is told of the open registry, as it was when it was opened; None where none is open."""
        return self._facts

    @property
    def is_open(self) -> bool:
        """Whether there is a registry to ask."""
        return self._registry is not None

    def hold(self, registry: Registry, facts: RegistryFacts) -> None:
        """Take an open registry, which its opener closes after `release`."""
        self._registry, self._facts = registry, facts
        self.opened.emit(facts)

    def release(self) -> None:
        """Let go of the registry; what is under way is finished by the lane, and its answers are dropped."""
        if self._registry is not None:
            self._registry, self._facts = None, None
            self.history.forget()
            self.locked.emit()

    def ask(
        self,
        query: Callable[[Registry], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[CountenanceError], None] | None = None,
    ) -> None:
        """Have a question answered; without an open registry nothing happens."""
        registry = self._registry
        if registry is not None:
            self._lane.do(
                partial(query, registry),
                partial(self._answer, registry, on_done),
                partial(self._answer, registry, on_failed or self.failed.emit),
            )

    def change(
        self,
        change: Change[T],
        on_done: Callable[[T], None] | None = None,
        on_failed: Callable[[CountenanceError], None] | None = None,
    ) -> None:
        """Make a change; `changed` follows, and what can be taken back is remembered."""
        registry = self._registry
        if registry is None:
            return

        def made(result: T) -> None:
            if self._registry is not registry:
                return
            if on_done is not None:
                on_done(result)
            if change.undo is not None:
                undo = Change(work=lambda opened: change.undo(opened, result) if change.undo else None)
                self.history.note(Undoable(change.words, lambda: self.change(undo)))
            elif change.words:
                self.told.emit(change.words)
            self.changed.emit()

        self._lane.do(
            partial(change.work, registry), made, partial(self._answer, registry, on_failed or self.failed.emit)
        )

    def finish(self, then: Callable[[], None]) -> None:
        """Call `then` on the window's thread once everything asked for so far is done."""
        self._lane.do(lambda: None, lambda _none: then(), self.failed.emit)

    def close(self) -> None:
        """Wait for what is under way and answer nothing more."""
        self._lane.close()

    def _answer(self, registry: Registry, to: Callable[[T], None], what: T) -> None:
        # A registry that was locked meanwhile is nobody's business any more.
        if self._registry is registry:
            to(what)
