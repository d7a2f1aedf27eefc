"""The demo's clip, made when somebody wants to try the program, and gone with the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.lane import Lane
from scan.demo import make_material


class DemoClip:
    """Makes the clip once and remembers where it lies; lives on the window's thread."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._folder: TemporaryDirectory[str] | None = None
        self._clip: Path | None = None
        self._is_made = False

    def make(self, on_done: Callable[[Path], None], on_failed: Callable[[CountenanceError], None]) -> None:
        """Hand over the clip, made before or now, beside the window."""
        if self._clip is not None:
            on_done(self._clip)
        elif not self._is_made:
            self._is_made = True
            self._lane.do(self._make, partial(self._made, on_done), partial(self._not_made, on_failed))

    def close(self) -> None:
        """Remove it; to be called when the lane has ended."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _make(self) -> Path:
        # In the lane's thread.
        try:
            # What another program still looks at is left to the system's own broom.
            self._folder = self._folder or TemporaryDirectory(prefix="countenance-demo-", ignore_cleanup_errors=True)
        except OSError as error:
            raise CountenanceError(
                _("The demo’s clip could not be made."),
                remedy=_("Is there room on the disk for temporary files?"),
                details=type(error).__name__,
            ) from error
        return make_material(Path(self._folder.name)).clip

    def _made(self, on_done: Callable[[Path], None], clip: Path) -> None:
        self._clip, self._is_made = clip, False
        on_done(clip)

    def _not_made(self, on_failed: Callable[[CountenanceError], None], error: CountenanceError) -> None:
        self._is_made = False
        on_failed(error)
