"""The window's entry point and composition root."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QSettings, QTranslator
from PySide6.QtWidgets import QApplication

from countenance.places import Places, find_places
from countenance.translations import LANGUAGES, _, language, nearest_language, settle_language
from gui.desk import Desk
from gui.entrance import Entrance
from gui.garbage import GarbageOnThisThread
from gui.idling import Idling
from gui.preferences import Preferences
from gui.preparing import Opening
from gui.singletons import keep_singletons
from gui.undoing import History
from gui.vault import Vault
from gui.views.icons import app_icon
from gui.views.listening import Output
from gui.views.main_window import MainWindow
from gui.views.theme import DARK, LIGHT, is_dark, wear

SETTINGS_FILE = "window.ini"

LOCK_AFTER_S = 15 * 60.0
"""So long may a window with an open registry stand unattended."""


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
    # Settled before the arguments are read, so that their help is in the system's language too.
    settle_language(nearest_language(QLocale.system().name()))
    options = _read(sys.argv[1:] if words is None else words)
    if options.lang:
        settle_language(options.lang)
    # Python sees Ctrl+C only when the event loop gives it a turn; the system's own answer is at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = QApplication([sys.argv[0]])
    garbage = GarbageOnThisThread(app)
    app.setApplicationName("Countenance")
    app.setDesktopFileName("countenance")
    app.setWindowIcon(app_icon())
    translator = QTranslator(app)
    of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language().replace('-', '_')}", of_qt):
        app.installTranslator(translator)
    wear(app, DARK if is_dark(app) else LIGHT)
    places = find_places()
    settings = QSettings(str(places.settings.parent / SETTINGS_FILE), QSettings.Format.IniFormat)
    put = put_together(places, registry=options.registry, pack=options.pack, settings=settings)
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: _change_colours(app, put.window))
    idling = Idling(LOCK_AFTER_S, app)
    app.installEventFilter(idling)
    idling.idle.connect(put.entrance.lock)
    put.window.show()
    put.entrance.start()
    if options.clips:
        put.desk.add(options.clips)
    code = app.exec()
    idling.stop()
    put.entrance.close()
    put.desk.close()
    garbage.stop()
    sys.exit(code)


def put_together(
    places: Places,
    *,
    registry: Path | None = None,
    pack: str = "starter",
    settings: QSettings | None = None,
    output: Output | None = None,
) -> Put:
    """Return desk, entrance and window, connected and not yet at work; needs a `QApplication`.

    Args:
        places: where models and the default registry are.
        registry: another registry than the default one.
        pack: name of the pack of models.
        settings: where the window's state is remembered; nowhere if None.
        output: where voices are played; the system's own if None.
    """
    opening = Opening(
        places=places, registry=registry or places.registry, registry_named=registry is not None, pack=pack
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


def _read(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="countenance-window", description=_("Check clips in a window."))
    parser.add_argument("clips", nargs="*", type=Path, metavar="CLIP", help=_("clips or folders to check at once"))
    parser.add_argument("--registry", type=Path, metavar="FILE", help=_("the registry to compare with"))
    parser.add_argument("--pack", default="starter", metavar="NAME", help=_("the pack of models to use"))
    parser.add_argument("--lang", choices=LANGUAGES, help=_("the language of the window"))
    return parser.parse_args(words)


def _change_colours(app: QApplication, window: MainWindow) -> None:
    wear(app, DARK if is_dark(app) else LIGHT)
    window.build_again()
