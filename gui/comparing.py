"""Comparing with a folder of people instead of a registry: looked at by the detectors, kept in memory alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError
from countenance.packs import PackCard
from countenance.work import CancelToken, ProgressHook
from gui.detecting import Detecting
from gui.presenters.comparing import Compared
from scan.enrol import RefusedFile
from scan.knowing import known_from_folder
from scan.known import Known
from scan.worker import DetectorWorker


class Comparing(QObject):
    """Holds the folder that is compared with; lives on the window's thread and outlives its rooms.

    Signals:
        changed: another folder, or none, or how far it was looked at.
        known_changed: clips are to be judged by other people.
        failed: the folder cannot be used; what counted before counts on.
    """

    changed = Signal()
    known_changed = Signal()
    failed = Signal(object)

    def __init__(self, detecting: Detecting, models: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._detecting, self._models = detecting, models
        self._card: PackCard | None = None
        self._asked: tuple[Path, CancelToken] | None = None
        self._wanted: Path | None = None
        self._looked: tuple[int, int] = (0, 0)
        self._compared: Compared | None = None
        self._known: Known | None = None

    @property
    def known(self) -> Known | None:
        """The people of the folder; None where clips are compared with a registry, or with nobody."""
        return self._known

    @property
    def compared(self) -> Compared | None:
        """What is said of the folder that is compared with, or being looked at; None where there is none."""
        if self._asked is not None:
            return Compared(folder=self._asked[0], looked_at=self._looked[0], of=self._looked[1])
        return Compared(folder=self._wanted) if self._wanted is not None else self._compared

    def use(self, card: PackCard) -> None:
        """Compare by another pack from now on; people of a folder are looked at again."""
        before, self._card = self._card, card
        if before is not None and before.bindings != card.bindings:
            # Likenesses of two models are never compared: nobody is known until they were looked at again.
            self._known = None
        wanted = self._wanted
        if wanted is None and before is not card and self.compared is not None:
            wanted = self.compared.folder
        if wanted is not None:
            self._wanted = None
            self.begin(wanted)

    def begin(self, folder: Path) -> None:
        """Compare with the people of a folder as soon as they were looked at; before there are models it waits."""
        self._stop_looking()
        if self._card is None:
            self._wanted = folder
            self.changed.emit()
            return
        card = self._card

        def look(
            worker: DetectorWorker, on_progress: ProgressHook, token: CancelToken
        ) -> tuple[Known, tuple[RefusedFile, ...]]:
            return known_from_folder(folder, worker, card, self._models, on_progress=on_progress, cancel=token)

        cancel = self._detecting.ask(
            look,
            lambda found: self._found(cancel, *found),
            lambda error: self._not_found(cancel, error),
            lambda _name, done, total: self._note(int(done), int(total)),
        )
        self._asked = (folder, cancel)
        self.changed.emit()

    def stop(self) -> None:
        """Compare with no folder any more, or stop looking at one; nothing of it stays."""
        looked = self._asked is not None or self._wanted is not None
        self._stop_looking()
        if not looked:
            self._forget()
        self.changed.emit()

    def _stop_looking(self) -> None:
        if self._asked is not None:
            self._asked[1].cancel()
        self._asked, self._wanted, self._looked = None, None, (0, 0)

    def _forget(self) -> None:
        self._compared = None
        if self._known is not None:
            self._known = None
            self.known_changed.emit()

    def _note(self, done: int, total: int) -> None:
        self._looked = (done, total)
        self.changed.emit()

    def _found(self, cancel: CancelToken, known: Known, refused: tuple[RefusedFile, ...]) -> None:
        if self._asked is None or self._asked[1] is not cancel:
            return
        folder = self._asked[0]
        self._stop_looking()
        self._known = known
        self._compared = Compared(folder=folder, people=len(known.people), refused=refused)
        self.known_changed.emit()
        self.changed.emit()

    def _not_found(self, cancel: CancelToken, error: CountenanceError) -> None:
        if self._asked is None or self._asked[1] is not cancel:
            return
        self._stop_looking()
        self.changed.emit()
        if not isinstance(error, CancelledError):
            self.failed.emit(error)


def instead_of(compared: Compared | None, *, registry_is_open: bool) -> Compared | None:
    """Return the same, saying whether an open registry is not asked meanwhile."""
    return replace(compared, instead=registry_is_open) if compared is not None else None
