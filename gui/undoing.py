"""What was changed last, and how it is taken back: a short list, newest last; nothing of it outlives the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

LONGEST = 50


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that can be taken back.

    Attributes:
        words: what was done, translated, as a sentence without names: "A grant was changed."
        undo: takes it back; starts the work and returns at once.
    """

    words: str
    undo: Callable[[], None]


class History(QObject):
    """Remembers what can be taken back.

    Signals:
        done: a change was made that can be taken back; its words.
        changed: what `undo` would take back is another thing now.
    """

    done = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changes: list[Undoable] = []

    @property
    def last(self) -> Undoable | None:
        """What would be taken back next; None where there is nothing."""
        return self._changes[-1] if self._changes else None

    def note(self, change: Undoable) -> None:
        """Remember a change."""
        self._changes = [*self._changes[-(LONGEST - 1) :], change]
        self.done.emit(change.words)
        self.changed.emit()

    def undo(self) -> None:
        """Take the last change back."""
        if self._changes:
            last = self._changes.pop()
            self.changed.emit()
            last.undo()

    def forget(self) -> None:
        """Remember nothing any more: the registry it is about was locked."""
        self._changes = []
        self.changed.emit()
