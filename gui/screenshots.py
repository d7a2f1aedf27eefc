"""Pictures of the window for the documents: `python -m gui.screenshots [FOLDER]` (default out/screenshots).

The real window, the real child and the demo's free material (the NASA portrait inside scikit-image, drawn pictures);
nothing in them is made up but the file names. Works without a display.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QApplication, QDialog

from countenance.errors import CountenanceError
from countenance.grants import Grant, Method, Purpose
from countenance.packs import PackCard
from countenance.people import Modality, Person
from countenance.places import Places, find_places
from countenance.translations import _, settle_language
from countenance.verdict import RegistryFacts
from gui.desk import Desk, system_clock
from gui.garbage import GarbageOnThisThread
from gui.main import Put, put_together
from gui.presenters.queues import Entry, Stage
from gui.presenters.uses import UseForm
from gui.views.main_window import MainWindow
from gui.views.theme import DARK, LIGHT, wear
from gui.views.unlock_dialog import UnlockDialog
from models import load_pack
from scan.demo import make_material
from scan.knowing import propose
from scan.known import Known
from scan.worker import DetectorWorker

WIDTH, HEIGHT = 1280, 800
LARGEST_FILE = 150_000
PATIENCE_MS = 180_000
AGREED = UseForm(purpose="education", face_method="edited", channels=("youtube",), territory="WORLD")
NOT_AGREED = replace(AGREED, purpose="advertising")


@dataclass(frozen=True, slots=True)
class Material:
    """The clips shown, and who is known."""

    clips: list[Path]
    known: Known
    card: PackCard


def main(words: list[str]) -> int:
    """Render every picture and return the exit code."""
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
            for language, appearance, suffix in (("en", LIGHT, ""), ("en", DARK, "-dark"), ("zh-CN", LIGHT, "-zh")):
                settle_language(language)
                wear(app, appearance)
                _shoot_all(places, material, options.folder, suffix)
    except CountenanceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    finally:
        garbage.stop()
    return 0


def _shoot_all(places: Places, material: Material, folder: Path, suffix: str) -> None:
    put = put_together(places)
    window = put.window
    window.resize(WIDTH, HEIGHT)
    window.show()
    put.desk.begin(material.card, material.known)
    put.desk.state_use(AGREED)
    _shoot(window, folder / f"empty{suffix}.png")
    _shoot_dialog(window, folder / f"unlock{suffix}.png")
    running = _Once(_is_well_under_way, lambda: _shoot(window, folder / f"running{suffix}.png"))
    put.desk.changed.connect(running)
    put.desk.add(material.clips)
    _wait_until(put.desk, lambda: _all_ended(put.desk, len(material.clips)))
    window.list_show(put.desk.queue.entries()[0].key)
    _shoot(window, folder / f"permitted{suffix}.png")
    _judge_by(put, NOT_AGREED)
    _shoot(window, folder / f"blocked{suffix}.png")
    window.use_bar.change.setChecked(True)
    _shoot(window, folder / f"use{suffix}.png")
    window.use_bar.change.setChecked(False)
    window.list_show(put.desk.queue.entries()[-1].key)
    _shoot(window, folder / f"problem{suffix}.png")
    put.desk.begin(material.card, Known())
    window.list_show(put.desk.queue.entries()[0].key)
    _wait_until(put.desk, lambda: all(e.result is None or e.result.registry is None for e in put.desk.queue.entries()))
    _shoot(window, folder / f"unknown{suffix}.png")
    window.pages.setCurrentWidget(window.install_page)
    _shoot(window, folder / f"install{suffix}.png")
    window.close()
    window.deleteLater()


def _judge_by(put: Put, form: UseForm) -> None:
    put.desk.state_use(form)
    wanted = Purpose(form.purpose)
    _wait_until(
        put.desk,
        lambda: all(e.result is None or e.result.use.purpose is wanted for e in put.desk.queue.entries()),
    )


def _material(folder: Path, places: Places, pack: str) -> Material:
    card = load_pack(pack, places.models)
    clip, photo = make_material(folder)
    clip = clip.rename(folder / "spring-teaser.mp4")
    landscape = folder / "opening-title.png"
    _draw_landscape().save(str(landscape))
    notes = folder / "voice-over-notes.mp4"
    notes.write_text("Remember to record the second take.\n", "utf-8")
    with DetectorWorker() as worker:
        proposal = propose([photo], worker, card, places.models)
    samples = [accepted.sample for accepted in proposal.accepted]
    today = system_clock().date()
    person = Person(id="P0001", display_name="Astronaut (NASA)")
    grant = Grant(
        id="G0001",
        person=person.id,
        signed=today,
        modality=(Modality.FACE,),
        methods=(Method.REAL_FOOTAGE, Method.EDITED),
        purposes=(Purpose.EDUCATION, Purpose.SOCIAL_CONTENT),
        channels=("social",),
        territories=("WORLD",),
        start=today,
    )
    known = Known(
        templates={person.id: tuple(sample.embedding for sample in samples)},
        people={person.id: person},
        grants=(grant,),
        pictures={person.id: samples[0].picture},
        facts=RegistryFacts(id="screenshots", revision=1, people=1, grants=1),
    )
    return Material([clip, photo.rename(folder / "portrait.png"), landscape, notes], known, card)


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


def _shoot_dialog(window: MainWindow, path: Path) -> None:
    dialog: QDialog = UnlockDialog("registry.countenance", window)
    dialog.show()
    _save(dialog, path)
    dialog.reject()
    dialog.deleteLater()


def _shoot(window: MainWindow, path: Path) -> None:
    _save(window, path)


def _save(widget: QDialog | MainWindow, path: Path) -> None:
    for _round in range(4):  # layouts ask for layouts
        QApplication.sendPostedEvents()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    image = widget.grab().toImage()
    image.save(str(path))
    if path.stat().st_size > LARGEST_FILE:
        image.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither).save(str(path))
    print(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
