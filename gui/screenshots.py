"""Pictures of the window for the documents: `python -m gui.screenshots [FOLDER]` (default out/screenshots).

The real window, the real child and the demo's free material (the NASA portrait inside scikit-image, a made-up voice,
drawn pictures); nothing in them is made up but the file names. Works without a display and without a sound output.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QFont, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from countenance.errors import CountenanceError
from countenance.grants import Purpose
from countenance.packs import PackCard
from countenance.places import Places, find_places
from countenance.translations import _, settle_language
from gui.desk import Desk
from gui.garbage import GarbageOnThisThread
from gui.main import Put, put_together
from gui.presenters.queues import Entry, Stage
from gui.presenters.uses import UseForm
from gui.singletons import keep_singletons
from gui.views.theme import DARK, LIGHT, Theme, wear
from gui.views.unlock_dialog import UnlockDialog
from models import load_pack
from registry import Passphrase, Registry, create_registry
from scan.demo import enrol_portrait, make_material, propose_portrait
from scan.knowing import known_from_registry
from scan.known import Known
from scan.worker import DetectorWorker

WIDTH, HEIGHT = 1280, 800
LARGEST_FILE = 150_000
PATIENCE_MS = 180_000
AGREED = UseForm(
    purpose="education", face_method="edited", voice_method="edited", channels=("youtube",), territories=("WORLD",)
)
ALL = frozenset(
    {"empty", "unlock", "running", "permitted", "blocked", "voices", "sound", "use", "problem", "unknown", "install"}
)
NOT_AGREED = replace(AGREED, purpose="advertising")


LOOKS: tuple[tuple[str, Theme, str, frozenset[str]], ...] = (
    ("en", LIGHT, "", ALL),
    ("en", DARK, "-dark", frozenset({"empty", "blocked", "voices"})),
    ("zh-CN", LIGHT, "-zh", frozenset({"empty", "blocked", "voices", "use"})),
)
"""Language, colours, ending of the file names, and which screens are rendered so."""


@dataclass(frozen=True, slots=True)
class Shots:
    """Where pictures go, and which of them are wanted."""

    folder: Path
    suffix: str
    wanted: frozenset[str]

    def take(self, widget: QWidget, name: str) -> None:
        """Save a picture of a window, if it is wanted."""
        if name in self.wanted:
            _save(widget, self.folder / f"{name}{self.suffix}.png")


@dataclass(frozen=True, slots=True)
class Material:
    """The clips shown, and who is known from an open registry."""

    clips: list[Path]
    registry: Registry
    known: Known
    card: PackCard


def main(words: list[str]) -> int:
    """Render every picture and return the exit code."""
    keep_singletons()
    parser = argparse.ArgumentParser(prog="python -m gui.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("out/screenshots"))
    parser.add_argument("--pack", default="starter")
    options = parser.parse_args(words)
    # Without a display everything is still painted, only nowhere; a display's own theme must not show either.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication([sys.argv[0]])
    app.setFont(_font())
    garbage = GarbageOnThisThread(app)
    places = find_places()
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="countenance-screenshots-") as name:
            material = _material(Path(name), places, options.pack)
            with material.registry:
                for language, appearance, suffix, wanted in LOOKS:
                    settle_language(language)
                    wear(app, appearance)
                    _shoot_all(places, material, Shots(options.folder, suffix, wanted))
    except CountenanceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    finally:
        garbage.stop()
    return 0


def _shoot_all(places: Places, material: Material, shots: Shots) -> None:
    put = put_together(places, output=_Headphones())
    window, desk = put.window, put.desk
    window.resize(WIDTH, HEIGHT)
    window.show()
    desk.begin(material.card, material.known)
    desk.state_use(AGREED)
    shots.take(window, "empty")
    dialog = UnlockDialog("registry.countenance", window)
    dialog.show()
    shots.take(dialog, "unlock")
    dialog.reject()
    running = _Once(_is_well_under_way, lambda: shots.take(window, "running"))
    desk.changed.connect(running)
    desk.add(material.clips)
    _wait_until(desk, lambda: _all_ended(desk, len(material.clips)))
    first, sound, *_others, last = (entry.key for entry in desk.queue.entries())
    window.check.show_clip(first)
    shots.take(window, "permitted")
    _judge_by(put, NOT_AGREED)
    shots.take(window, "blocked")
    _show_voices(put)
    shots.take(window, "voices")
    window.check.show_clip(sound)
    shots.take(window, "sound")
    window.check.show_clip(first)
    window.check.use_bar.change.setChecked(True)
    shots.take(window, "use")
    window.check.use_bar.change.setChecked(False)
    window.check.show_clip(last)
    shots.take(window, "problem")
    desk.begin(material.card, Known())
    window.check.show_clip(first)
    _wait_until(desk, lambda: all(e.result is None or e.result.registry is None for e in desk.queue.entries()))
    shots.take(window, "unknown")
    window.check.pages.setCurrentWidget(window.check.install_page)
    shots.take(window, "install")
    window.close()
    window.deleteLater()


def _show_voices(put: Put) -> None:
    _settle()
    cards = put.window.check.clip_page.cards
    voice = next((number for number, card in enumerate(cards) if card.players), 0)
    put.window.check.clip_page.show_finding(voice)


def _judge_by(put: Put, form: UseForm) -> None:
    put.desk.state_use(form)
    wanted = Purpose(form.purpose)
    _wait_until(
        put.desk,
        lambda: all(e.result is None or e.result.use.purpose is wanted for e in put.desk.queue.entries()),
    )


def _material(folder: Path, places: Places, pack: str) -> Material:
    card = load_pack(pack, places.models)
    made = make_material(folder)
    clip = made.clip.rename(folder / "spring-teaser.mp4")
    landscape = folder / "opening-title.png"
    _draw_landscape().save(str(landscape))
    notes = folder / "voice-over-notes.mp4"
    notes.write_text("Remember to record the second take.\n", "utf-8")
    with DetectorWorker() as worker:
        proposal = propose_portrait(made, worker, card, places.models)
    key = Passphrase("for pictures of the window alone")
    registry = create_registry(folder / "screenshots.countenance", key, owner="us", tz="UTC", operator="demo")
    enrol_portrait(registry, proposal, card)
    recording = made.recording.rename(folder / "radio-spot.wav")
    known = known_from_registry(registry, card, registry.today())
    return Material([clip, recording, landscape, notes], registry, known, card)


def _draw_landscape() -> QImage:
    image = QImage(960, 540, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(QPointF(0, 0), QPointF(0, 540))
    sky.setColorAt(0, QColor("#27406E"))
    sky.setColorAt(1, QColor("#F0B48A"))
    painter.fillRect(image.rect(), sky)
    painter.setPen(QColor("#FFFFFF"))
    painter.drawEllipse(QRectF(640, 250, 90, 90))
    painter.fillRect(QRectF(0, 420, 960, 120), QColor("#1F3A33"))
    painter.end()
    return image


def _font() -> QFont:
    font = QFont()
    font.setFamilies(["Noto Sans", "Inter", "Liberation Sans", "Noto Sans CJK SC", "DejaVu Sans"])
    font.setPointSizeF(10.5)
    return font


class _Headphones:
    """The machine that renders need have no sound output; the buttons look as they do where there is one."""

    def is_there(self) -> bool:
        """Return that there is."""
        return True

    def play(self, _sound: bytes, on_end: Callable[[], None]) -> None:
        """Play nothing: nobody presses a button here."""
        on_end()

    def stop(self) -> None:
        """Stop nothing."""


class _Once:
    def __init__(self, when: Callable[[Entry], bool], do: Callable[[], None]) -> None:
        self._when, self._do, self._done = when, do, False

    def __call__(self, entry: Entry) -> None:
        if not self._done and self._when(entry):
            self._done = True
            self._do()


def _is_well_under_way(entry: Entry) -> bool:
    return entry.stage is Stage.RUNNING and entry.progress is not None and (entry.progress.fraction or 0) > 0.4


def _all_ended(desk: Desk, count: int) -> bool:
    entries = desk.queue.entries()
    return len(entries) == count and all(entry.stage in (Stage.DONE, Stage.FAILED) for entry in entries)


def _wait_until(desk: Desk, done: Callable[[], bool]) -> None:
    loop = QEventLoop()
    patience = QTimer()
    patience.setSingleShot(True)
    patience.timeout.connect(loop.quit)
    patience.start(PATIENCE_MS)

    def look(*_any: object) -> None:
        if done():
            loop.quit()

    desk.changed.connect(look)
    if not done():
        loop.exec()
    desk.changed.disconnect(look)
    if not done():
        raise CountenanceError(_("The screenshots took too long."))


def _save(widget: QWidget, path: Path) -> None:
    _settle()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    for bits in range(8):  # photographs are what weighs; their lowest bits nobody sees
        _without_lowest_bits(image, bits).save(str(path), quality=0)
        if path.stat().st_size <= LARGEST_FILE:
            break
    print(path)


def _settle() -> None:
    for _round in range(4):  # layouts ask for layouts
        QApplication.sendPostedEvents()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def _without_lowest_bits(image: QImage, bits: int) -> QImage:
    kept = 0xFF << bits & 0xFF
    plain = bytes(byte & kept for byte in bytes(image.constBits()))
    # White stays white, and every other level is raised alike.
    raised = plain.translate(bytes(level | level >> (8 - bits) if bits else level for level in range(256)))
    return QImage(raised, image.width(), image.height(), image.bytesPerLine(), QImage.Format.Format_RGB888).copy()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
