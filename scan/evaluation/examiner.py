"""Files through the detectors, one after the other, for an evaluation."""

from __future__ import annotations

from pathlib import Path

from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ignore_progress
from scan.request import examine_request
from scan.worker import DetectorWorker

FACES, VOICES = ("face",), ("voice",)


class Examiner:
    """Asks the worker for one file after the other, with one pack.

    Args:
        worker: the detectors' process.
        card: the pack.
        models: folder of the verified model files.
        cancel: stops between and within files.
        look_for: `FACES` or `VOICES`.
    """

    def __init__(
        self,
        worker: DetectorWorker,
        card: PackCard,
        models: Path,
        cancel: CancelToken | None,
        look_for: tuple[str, ...] = FACES,
    ) -> None:
        self._worker, self._card, self._models = worker, card, models
        self._cancel = cancel or CancelToken()
        self._settings = ExamineSettings(look_for=look_for)

    @property
    def cancel(self) -> CancelToken:
        """What stops it."""
        return self._cancel

    def observe(self, path: Path) -> Observations:
        """Return the observations of a file.

        Raises:
            ClipError: it cannot be examined.
            CancelledError: the user stopped it.
        """
        self._cancel.raise_if_cancelled()
        request = examine_request(path, self._card, self._models, self._settings)
        return self._worker.examine(request, ignore_progress, self._cancel)
