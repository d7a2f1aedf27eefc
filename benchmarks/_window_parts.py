"""What `benchmarks/window.py` times, each part in a process of its own: one JSON document on stdout."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Never, Self

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QLineEdit, QWidget

from benchmarks._heartbeat import Heartbeat
from countenance.errors import ClipError
from countenance.observations import Observations
from countenance.places import Places, find_places
from countenance.translations import settle_language
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.garbage import GarbageOnThisThread
from gui.main import Put, assemble, put_together
from gui.preparing import Opening
from gui.presenters.queues import Stage
from gui.singletons import keep_singletons
from gui.views.registry_room import RegistryRoom
from gui.views.theme import LIGHT, wear

ENDED = (Stage.DONE, Stage.FAILED, Stage.STOPPED)
_ACT_EVERY_MS = 120
_PATIENCE_S = 3600.0


class Silence:
    """Stands in for a sound output: nothing is heard while the window is timed."""

    def is_there(self) -> bool:
        """Return that it can be played on."""
        return True

    def play(self, _sound: bytes, on_end: Callable[[], None]) -> None:
        """Be done at once."""
        on_end()

    def stop(self) -> None:
        """Do nothing."""


class NothingSeen:
    """Stands in for the detectors' process where ten thousand rows, and not what is in them, are the story."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def examine(self, request: Examine, _on_progress: ProgressHook, _cancel: CancelToken) -> Observations:
        """Return the same observations for every file."""
        name = Path(request.path).name
        return replace(self._seen, clip=replace(self._seen.clip, name=name))

    def preview(self, *_arguments: object) -> Never:
        """Refuse: there is nothing to be seen."""
        raise ClipError("There is nothing to be seen in this file.", remedy="")


class FirstPaint(QObject):
    """Notes when a widget, or anything in it, was first painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at: float | None = None
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Let everything pass."""
        if self.at is None and event.type() == QEvent.Type.Paint:
            self.at = time.monotonic()
        return False


def start(began: float) -> dict[str, object]:
    """Return seconds from `began` (of the monotonic clock) to a window that is painted and whose way in is done."""
    import gui.main as entry

    told: dict[str, object] = {}
    make = entry.put_together

    def put_together_and_watch(*arguments: object, **named: object) -> Put:
        put = make(*arguments, **named)  # type: ignore[arg-type]  # handed through
        told["imported_and_built_s"] = time.monotonic() - began
        painted, ready = FirstPaint(put.window), [0.0]
        put.entrance.ready.connect(lambda: ready.__setitem__(0, time.monotonic()))
        watch = QTimer(put.window)

        def look() -> None:
            if painted.at is not None and ready[0]:
                told["painted_s"], told["usable_s"] = painted.at - began, max(painted.at, ready[0]) - began
                watch.stop()
                put.window.close()

        watch.timeout.connect(look)
        watch.start(5)
        return put

    entry.put_together = put_together_and_watch
    with contextlib.suppress(SystemExit):
        entry.run(["--pack", "starter"])
    return told


def scan(folder: Path, models: Path) -> dict[str, object]:
    """Return how events were delivered while a folder was checked and a user leafed, sifted and scrolled."""
    app, heart = _application()
    places = Places(models=models, registry=folder / "none", settings=folder.parent / "settings.toml")
    put = put_together(places, output=Silence())
    count = sum(1 for _each in folder.iterdir())
    put.window.show()
    QApplication.instance().garbage.spare()  # type: ignore[union-attr]  # as the program does
    put.entrance.start()
    _wait(app, lambda: put.desk.card is not None)
    put.window.show_room(0)
    heart.take()
    drop(put, [folder])
    _wait(app, lambda: len(put.desk.queue) == count)
    user, hand = _user(put), QTimer(put.window)
    faults: list[BaseException] = []
    sys.excepthook = lambda _kind, fault, _trace: faults.append(fault)
    hand.timeout.connect(lambda: next(user))
    hand.start(_ACT_EVERY_MS)
    began = time.monotonic()
    _wait(app, lambda: bool(faults) or all(entry.stage in ENDED for entry in put.desk.queue.entries()))
    sys.excepthook = sys.__excepthook__
    if faults:
        raise faults[0]
    hand.stop()
    stages = [entry.stage for entry in put.desk.queue.entries()]
    told = heart.take().summary()
    return {
        **told,
        "clips": count,
        "done": stages.count(Stage.DONE),
        "failed": stages.count(Stage.FAILED),
        "seconds": time.monotonic() - began,
        **_end(app, put, heart),
    }


def rows(folder: Path, models: Path) -> dict[str, object]:
    """Return how long adding, judging, scrolling and sifting many rows takes."""
    from benchmarks._window_material import observations

    app, heart = _application()
    places = Places(models=models, registry=folder / "none", settings=folder.parent / "settings.toml")
    desk = Desk(models, worker=lambda: NothingSeen(observations()))
    opening = Opening(places=places, registry=places.registry, registry_named=False, pack="starter")
    put = assemble(opening, desk, output=Silence())
    count = sum(1 for _each in folder.iterdir())
    put.window.show()
    QApplication.instance().garbage.spare()  # type: ignore[union-attr]  # as the program does
    put.entrance.start()
    _wait(app, lambda: put.desk.card is not None)
    told: dict[str, object] = {"rows": count}
    heart.take()

    began = time.monotonic()
    drop(put, [folder])
    view = _list_of(put)
    _wait(app, lambda: _row_count(view) == count)
    told["added_s"] = time.monotonic() - began
    told["add"] = heart.take().summary()

    began = time.monotonic()
    for _turn in range(400):
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + view.verticalScrollBar().pageStep() * 3)
        app.processEvents()
    told["scroll_ms_a_step"] = 1e3 * (time.monotonic() - began) / 400
    told["scroll"] = heart.take().summary()

    field = _search_of(put)
    told["sift_s"] = [_sifted(app, field, view, text) for text in ("7", "77", "777", "", "clip 05", "")]
    told["sift"] = heart.take().summary()
    began = time.monotonic()
    _wait(app, lambda: sum(entry.stage in ENDED for entry in put.desk.queue.entries()) >= min(count, 1500))
    told["checked_1500_s"] = time.monotonic() - began
    told["check"] = heart.take().summary()
    return {**told, **_end(app, put, heart)}


def people(home: Path, models: Path) -> dict[str, object]:
    """Return how long the registry's room takes to its first screen; the registry is in `home`."""
    app, heart = _application()
    places = Places(models=models, registry=home / "agency.countenance", settings=home / "settings.toml")
    put = put_together(places, output=Silence())
    put.window.show()
    QApplication.instance().garbage.spare()  # type: ignore[union-attr]  # as the program does
    put.entrance.start()
    _wait(app, lambda: put.vault.is_open and put.desk.known.facts is not None)
    put.window.show_room(0)
    app.processEvents()
    heart.take()
    began = time.monotonic()
    room = put.window.show_room_of(RegistryRoom)
    views = [one for one in room.findChildren(QAbstractItemView) if one.model() is not None]
    painted = {id(view): FirstPaint(view.viewport()) for view in views}

    def shown() -> QAbstractItemView | None:
        return next((one for one in views if _row_count(one) and painted[id(one)].at and one.isVisible()), None)

    # The first paint with rows: paints of an empty view do not count.
    def look() -> bool:
        for view in views:
            if not _row_count(view):
                painted[id(view)].at = None
        return shown() is not None

    _wait(app, look)
    view = shown()
    assert view is not None
    told: dict[str, object] = {"people": _row_count(view), "first_screen_s": (painted[id(view)].at or 0.0) - began}
    told["open"] = heart.take().summary()
    for _turn in range(200):
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + view.verticalScrollBar().pageStep())
        app.processEvents()
    told["scroll"] = heart.take().summary()
    field = next((one for one in room.findChildren(QLineEdit) if one.isVisible()), None)
    if field is not None:
        told["sift_s"] = [_sifted(app, field, view, text) for text in ("D", "Du", "Dubois Cl", "")]
        told["sift"] = heart.take().summary()
    return {**told, **_end(app, put, heart)}


def drop(put: Put, paths: Sequence[Path]) -> None:
    """Drop files on the window, as a file manager does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # Called by itself: Qt delivers drops only in the course of a drag.
    put.window.dropEvent(QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, mime, button, keys))


def _user(put: Put) -> Iterator[None]:
    """Do one thing after the other that a user does who does not want to wait, without end."""
    room = put.window.check
    view = _list_of(put)
    down, up = Qt.Key.Key_Down, Qt.Key.Key_Up
    field = _search_of(put)
    texts = cycle(("0", "01", "", "mp4", ""))
    for turn in cycle(range(40)):
        if turn < 14:
            _press(view, down if turn % 5 else up)
        elif turn < 20:
            _wheel(view.viewport(), -240 if turn % 2 else 240)
        elif turn < 28:
            for area in room.findChildren(QAbstractScrollArea):
                if area is not view and area.isVisible():
                    _wheel(area.viewport(), -240 if turn < 24 else 240)
        elif turn < 34:
            _type(field, next(texts))
        else:
            _press(view, Qt.Key.Key_PageDown if turn % 2 else Qt.Key.Key_Home)
        yield


def _press(widget: QWidget, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.postEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


def _wheel(widget: QWidget, by: int) -> None:
    middle = QPointF(widget.rect().center())
    QApplication.postEvent(
        widget,
        QWheelEvent(
            middle,
            QPointF(widget.mapToGlobal(widget.rect().center())),
            QPoint(0, 0),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def _type(field: QLineEdit, text: str) -> None:
    """Type a text in place of what is there."""
    field.selectAll()
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Qt.Key.Key_Backspace)


def _list_of(put: Put) -> QAbstractItemView:
    return put.window.check.list.findChild(QAbstractItemView) or put.window.check.list


def _search_of(put: Put) -> QLineEdit:
    """Return the field beside the list: the use and the clip's page have fields too."""
    room = put.window.check
    return next(
        field
        for field in room.findChildren(QLineEdit)
        if not (room.use_bar.isAncestorOf(field) or room.clip_page.isAncestorOf(field))
    )


def _row_count(view: QAbstractItemView) -> int:
    return view.model().rowCount() if view.model() is not None else 0


def _sifted(app: QApplication, field: QLineEdit, view: QAbstractItemView, text: str) -> float:
    """Return seconds from a text typed to the list painted anew."""
    painted = FirstPaint(view.viewport())
    began = time.monotonic()
    _type(field, text)
    while painted.at is None and time.monotonic() - began < 2:
        app.processEvents()
    return (painted.at or time.monotonic()) - began


def _application() -> tuple[QApplication, Heartbeat]:
    settle_language("en")
    keep_singletons()
    app = QApplication(["bench"])
    app.garbage = GarbageOnThisThread(app)  # type: ignore[attr-defined]  # kept alive with it
    wear(app, LIGHT)
    return app, Heartbeat(app)


def _wait(app: QApplication, until: Callable[[], bool]) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while not until():
        if time.monotonic() > latest:
            raise TimeoutError
        app.processEvents()
        time.sleep(0.001)


def _end(app: QApplication, put: Put, heart: Heartbeat) -> dict[str, object]:
    heart.stop()
    began = time.monotonic()
    put.window.close()
    put.desk.close()
    app.garbage.stop()  # type: ignore[attr-defined]  # as above
    app.processEvents()
    return {"close_s": time.monotonic() - began}


def main() -> None:
    """Time the part that is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("start", "scan", "rows", "people"))
    parser.add_argument("--began", type=float, default=0.0)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    models = find_places().models
    parts: dict[str, Callable[[], dict[str, object]]] = {
        "start": lambda: start(options.began),
        "scan": lambda: scan(options.folder, models),
        "rows": lambda: rows(options.folder, models),
        "people": lambda: people(options.folder, models),
    }
    print(json.dumps(parts[options.part]()), flush=True)
    if options.part != "start":
        os._exit(0)  # how long Python takes to end is not the story


if __name__ == "__main__":
    main()
