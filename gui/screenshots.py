"""Pictures of the window for the documents: `python -m gui.screenshots [FOLDER]` (default out/screenshots).

The real window, the real child, a real encrypted registry and the demo's free material (the NASA portrait inside
scikit-image, a made-up voice); what stands beside it is drawn and invented. Works without a display and without a
sound output. Every look (language, colours, scale) is a process of its own, as a person would start it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import QApplication, QWidget

from countenance.errors import CountenanceError
from countenance.places import find_places
from countenance.translations import settle_language
from gui.garbage import GarbageOnThisThread
from gui.screenshot_palette import in_few_colours
from gui.singletons import keep_singletons
from gui.views.theme import DARK, LIGHT, Theme, wear

SCREEN = {"name": "pictures", "x": 0, "y": 0, "width": 3840, "height": 2400, "logicalDpi": 96, "logicalBaseDpi": 96}
"""Large enough for every look; dialogs are as wide as they may be."""

LARGEST_FILE = 150_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look of the window; `only` names the pages rendered so, all of them if empty."""

    language: str
    colours: Theme
    ending: str
    size: tuple[int, int] = (1280, 800)
    scale: float = 1.0
    only: frozenset[str] = frozenset()


LOOKS = {
    "en": Look(language="en", colours=LIGHT, ending=""),
    "en-dark": Look(language="en", colours=DARK, ending="-dark"),
    "zh": Look(language="zh-CN", colours=LIGHT, ending="-zh"),
    "zh-dark": Look(language="zh-CN", colours=DARK, ending="-zh-dark"),
    "en-200": Look(
        language="en", colours=LIGHT, ending="-200", size=(920, 600), scale=2.0, only=frozenset({"blocked", "person"})
    ),
    "en-wide": Look(language="en", colours=LIGHT, ending="-wide", size=(1920, 1080), only=frozenset({"blocked"})),
}


@dataclass(frozen=True, slots=True)
class Shots:
    """Where pictures go, how the window looks in them, and what they are called.

    Attributes:
        known: whether only those are taken that the folder has already.
    """

    folder: Path
    look: Look
    known: bool = False

    def take(self, name: str, widget: QWidget) -> None:
        """Save a picture of a window or a dialog, if this look has it."""
        if self.wants(name):
            settle()
            self.keep(name, widget.grab().toImage())

    def keep(self, name: str, image: QImage) -> None:
        """Save a picture, if this look has it."""
        if self.wants(name):
            save(image, self._path(name))

    def wants(self, *names: str) -> bool:
        """Return whether any of these pictures is taken in this look: what none shows need not be played."""
        return any(
            (not self.look.only or name in self.look.only) and (self._path(name).exists() or not self.known)
            for name in names
        )

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{self.look.ending}.png"


def main(words: list[str]) -> int:
    """Render every picture and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gui.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("out/screenshots"))
    parser.add_argument("--pack", default="starter")
    parser.add_argument("--look", choices=LOOKS, action="append", help="this one alone; may be repeated")
    parser.add_argument("--known", action="store_true", help="only those that the folder has already")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    options.folder.mkdir(parents=True, exist_ok=True)
    looks = options.look or list(LOOKS)
    if options.here:
        return render(Shots(options.folder, LOOKS[looks[0]], options.known), options.pack)
    with tempfile.TemporaryDirectory(prefix="countenance-screen-") as folder:
        screen = Path(folder) / "screen.json"
        screen.write_text(json.dumps({"screens": [SCREEN]}), "utf-8")
        for look in looks:
            # Without a display everything is still painted, only nowhere; a display's own theme must not show either.
            own = {"QT_QPA_PLATFORM": f"offscreen:configfile={screen}", "QT_SCALE_FACTOR": str(LOOKS[look].scale)}
            command = [sys.executable, "-m", "gui.screenshots", "--here", "--look", look, "--pack", options.pack]
            known = ["--known"] if options.known else []
            done = subprocess.run([*command, *known, str(options.folder)], env=os.environ | own, check=False)
            if done.returncode:
                return done.returncode
    return 0


def render(shots: Shots, pack: str) -> int:
    """Render the pictures of one look in this process and return the exit code."""
    from gui.screenshot_scenes import play  # what it loads is not needed to start the processes

    keep_singletons()
    app = QApplication([sys.argv[0]])
    app.setFont(_font())
    garbage = GarbageOnThisThread(app)
    settle_language(shots.look.language)
    wear(app, shots.look.colours)
    places = find_places()
    try:
        with _home() as home:
            play(home, places.models, pack, shots)
    except CountenanceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    finally:
        garbage.stop()
    return 0


def save(image: QImage, path: Path) -> None:
    """Save a picture, in no more bytes than a repository should hold."""
    in_few_colours(image).save(str(path), quality=0)
    print(path)


def settle() -> None:
    """Let everything be laid out and painted."""
    for _round in range(6):  # layouts ask for layouts
        QApplication.sendPostedEvents()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


@contextmanager
def _home() -> Iterator[Path]:
    """Give an empty folder whose name, which the window shows, says nothing of who renders."""
    home = Path(tempfile.gettempdir()) / "Studio North"
    try:
        home.mkdir()
    except FileExistsError:  # two looks at once
        home = Path(tempfile.mkdtemp(prefix="Studio North "))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _font() -> QFont:
    font = QFont()
    font.setFamilies(["Noto Sans", "Inter", "Liberation Sans", "Noto Sans CJK SC", "DejaVu Sans"])
    font.setPointSizeF(10.5)
    return font


class Headphones:
    """The machine that renders need have no sound output; the buttons look as they do where there is one."""

    def is_there(self) -> bool:
        """Return that there is."""
        return True

    def play(self, _sound: bytes, on_end: Callable[[], None]) -> None:
        """Play nothing: nobody presses a button here."""
        on_end()

    def stop(self) -> None:
        """Stop nothing."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
