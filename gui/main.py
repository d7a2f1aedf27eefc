"""The window's entry point and composition root."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QLocale, QObject, QSettings, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from countenance.errors import CountenanceError
from countenance.packs import LicencePolicy
from countenance.places import Places, find_places
from countenance.settings import Settings, read_settings
from countenance.translations import LANGUAGES, _, nearest_language, settle_language
from gui.desk import Desk
from gui.desktop import find_menus, register, unregister
from gui.dressing import Dressing
from gui.entrance import Entrance
from gui.garbage import GarbageOnThisThread
from gui.idling import Idling
from gui.instance import Instance
from gui.lane import unexpected
from gui.preferences import Preferences
from gui.preparing import Opening
from gui.singletons import keep_singletons
from gui.undoing import History
from gui.vault import Vault
from gui.views.icons import app_icon
from gui.views.listening import Output
from gui.views.main_window import MainWindow

SETTINGS_FILE = "window.ini"
PACK = "starter"


@dataclass(frozen=True, slots=True)
class Put:
    """The parts of a running window, put together."""

    desk: Desk
    entrance: Entrance
    window: MainWindow
    vault: Vault
    preferences: Preferences


def run(words: Sequence[str] | None = None) -> None:
    """Open the window and end the program with it."""
    keep_singletons()
    places = find_places()
    settings = settings_or_defaults(places)
    # Settled before the arguments are read, so that their help is in that language too.
    settle_language(settings.language or nearest_language(QLocale.system().name()))
    options = _read(sys.argv[1:] if words is None else words)
    if options.lang:
        settle_language(options.lang)
    if options.register or options.unregister:
        sys.exit(change_menus(taken_in=options.register))
    # Python sees Ctrl+C only when the event loop gives it a turn; the system's own answer is at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Countenance")
    app.setDesktopFileName("countenance")
    instance = Instance(places, options.registry, app)
    if not instance.claim() and instance.hand_over(options.clips):
        sys.exit(0)
    garbage = GarbageOnThisThread(app)
    dressing = Dressing(app, settings, options.lang or "")
    app.setWindowIcon(app_icon())
    memory = QSettings(str(places.settings.parent / SETTINGS_FILE), QSettings.Format.IniFormat)
    named = options.registry or (places.registry_named(settings.registry) if settings.registry else None)
    put = put_together(
        places, registry=named, pack=options.pack or settings.pack, licences=settings.licences, settings=memory
    )
    dressing.follow(put.preferences)
    dressing.worn.connect(put.window.build_again)
    dressing.spoken.connect(put.desk.judge_again)
    idling = _keep_watch(app, put)
    opened_files = _OpenedFiles(put, app)
    app.installEventFilter(opened_files)
    instance.called.connect(put.window.come_forward)
    sys.excepthook = partial(tell_of_a_fault, put.window)
    put.window.show()
    put.entrance.start()
    QTimer.singleShot(0, garbage, garbage.spare)
    if options.clips:
        put.window.come_forward(options.clips)
    code = app.exec()
    sys.excepthook = sys.__excepthook__
    instance.let_go()
    idling.stop()
    put.entrance.close()
    put.desk.close()
    garbage.stop()
    sys.exit(code)


def put_together(
    places: Places,
    *,
    registry: Path | None = None,
    pack: str = PACK,
    licences: LicencePolicy = LicencePolicy.TELL,
    settings: QSettings | None = None,
    output: Output | None = None,
) -> Put:
    """Return desk, entrance and window, connected and not yet at work; needs a `QApplication`.

    Args:
        places: where models and the default registry are.
        registry: another registry than the default one.
        pack: name of the pack of models.
        licences: what is done where a model may not be used commercially.
        settings: where the window's state is remembered; nowhere if None.
        output: where voices are played; the system's own if None.
    """
    opening = Opening(
        places=places,
        registry=registry or places.registry,
        registry_named=registry is not None,
        pack=pack,
        licences=licences,
    )
    return assemble(opening, Desk(places.models), settings, output)


def assemble(opening: Opening, desk: Desk, memory: QSettings | None = None, output: Output | None = None) -> Put:
    """Return the window around a desk; the arguments are those of `put_together`."""
    vault = Vault(History())
    entrance = Entrance(opening, desk, vault)
    preferences = Preferences(opening.places.settings, desk.desk_lane)
    desk.settle(preferences.settings)
    preferences.changed.connect(lambda _before, now: desk.settle(now))
    vault.changed.connect(desk.judge_again)
    return Put(
        desk=desk,
        entrance=entrance,
        window=MainWindow(desk, entrance, vault, preferences, memory=memory, output=output),
        vault=vault,
        preferences=preferences,
    )


def settings_or_defaults(places: Places) -> Settings:
    """Return the settings; the defaults where they cannot be read, which the window says once it is open."""
    try:
        return read_settings(places.settings)
    except CountenanceError:
        return Settings()


def change_menus(*, taken_in: bool) -> int:
    """Have the file manager offer the program for clips, or no more; return the exit code."""
    menus = find_menus()
    try:
        (register if taken_in else unregister)(menus)
    except CountenanceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(_("The file manager offers Countenance for clips.") if taken_in else _("The file manager offers it no more."))
    return 0


def tell_of_a_fault(
    window: MainWindow, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Show a mistake of the program's own as one sentence in the window, which goes on; for `sys.excepthook`."""
    if isinstance(error, KeyboardInterrupt | SystemExit):
        sys.__excepthook__(kind, error, trace)
    else:
        window.complain(error if isinstance(error, CountenanceError) else unexpected(error))


def _keep_watch(app: QApplication, put: Put) -> Idling:
    idling = Idling(put.preferences.settings.lock_after_min * 60.0, app)
    app.installEventFilter(idling)
    idling.idle.connect(put.window.lock)
    put.preferences.changed.connect(lambda _before, now: idling.wait(now.lock_after_min * 60.0))
    return idling


class _OpenedFiles(QObject):
    """Takes the clips that macOS opens the program with."""

    def __init__(self, put: Put, parent: QObject) -> None:
        super().__init__(parent)
        self._put = put

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take an opened file; every other event goes on its way."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._put.window.come_forward([Path(event.file())])
            return True
        return super().eventFilter(watched, event)


def _read(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="countenance-window", description=_("Check clips in a window."))
    parser.add_argument("clips", nargs="*", type=Path, metavar="CLIP", help=_("clips or folders to check at once"))
    parser.add_argument("--registry", type=Path, metavar="FILE", help=_("the registry to compare with"))
    parser.add_argument("--pack", metavar="NAME", help=_("the pack of models to use"))
    parser.add_argument("--lang", choices=LANGUAGES, help=_("the language of the window"))
    menus = parser.add_mutually_exclusive_group()
    menus.add_argument("--register", action="store_true", help=_("have the file manager offer the window for clips"))
    menus.add_argument("--unregister", action="store_true", help=_("have the file manager offer it no more"))
    return parser.parse_args(words)
