"""Language, colours and the size of letters, put in force for the whole application and changed without a restart."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QDialog

from countenance.settings import Appearance, Settings
from countenance.translations import language, nearest_language, settle_language
from gui.preferences import Preferences
from gui.views.theme import DARK, LIGHT, Theme, is_dark, wear


class Dressing(QObject):
    """Follows the settings and the system; lives on the window's thread.

    Args:
        app: what is dressed.
        settings: what is put in force at once.
        spoken: a language named on the command line, which counts until another one is chosen in the window.

    Signals:
        worn: colours, letters or language are others now; whatever is shown is built again, once no
            dialog is open.
        spoken: the language is another one, too; sentences are made again.
    """

    worn = Signal()
    spoken = Signal()

    def __init__(self, app: QApplication, settings: Settings, spoken: str = "") -> None:
        super().__init__(app)
        self._app, self._settings = app, settings
        self._translator = QTranslator(self)
        self._size = max(app.font().pointSizeF(), 1.0)
        # Asked before anything is worn: where the system does not say, its first palette is all there is to go by.
        self._was_dark = is_dark(app)
        self._speak(spoken or settled_language(settings))
        self._wear()
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def follow(self, preferences: Preferences) -> None:
        """Put in force whatever is changed from now on."""
        preferences.changed.connect(self._changed)

    def _changed(self, before: Settings, now: Settings) -> None:
        self._settings = now
        speaks_anew = before.language != now.language
        if speaks_anew:
            self._speak(settled_language(now))
        looks_anew = (before.appearance, before.text_size) != (now.appearance, now.text_size)
        if looks_anew:
            self._wear()
        if speaks_anew or looks_anew:
            self._tell()
        if speaks_anew:
            self.spoken.emit()

    def _system_changed(self) -> None:
        if self._settings.appearance is Appearance.SYSTEM:
            self._wear()
            self._tell()

    def _tell(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            # Day turns into night while somebody types: what is typed would go with the room that asked for it.
            dialog.finished.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        else:
            self.worn.emit()

    def _speak(self, wanted: str) -> None:
        settle_language(wanted)
        self._app.removeTranslator(self._translator)
        of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{language().replace('-', '_')}", of_qt):
            self._app.installTranslator(self._translator)

    def _wear(self) -> None:
        font = self._app.font()
        font.setPointSizeF(self._size * self._settings.text_size)
        self._app.setFont(font)
        wear(self._app, self._theme())

    def _theme(self) -> Theme:
        chosen, hints = self._settings.appearance, self._app.styleHints()
        if chosen is not Appearance.SYSTEM:
            # The system's own frame and dialogs follow.
            hints.setColorScheme(Qt.ColorScheme.Dark if chosen is Appearance.DARK else Qt.ColorScheme.Light)
            return DARK if chosen is Appearance.DARK else LIGHT
        hints.unsetColorScheme()
        unknown = hints.colorScheme() is Qt.ColorScheme.Unknown
        return DARK if (self._was_dark if unknown else is_dark(self._app)) else LIGHT


def settled_language(settings: Settings) -> str:
    """Return the language to speak: the one settled, else the one nearest to the system's."""
    return settings.language or nearest_language(QLocale.system().name())
