"""Countenance in the system's own menus: a desktop entry and "Open with", for this person alone, never the default.

Linux: the Desktop Entry Specification 1.5 and the Icon Theme Specification, below XDG_DATA_HOME. Windows: keys below
HKEY_CURRENT_USER. macOS knows programs by their bundle; there is none to register.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from countenance.errors import CountenanceError
from countenance.translations import LANGUAGES, _, in_language, mark

MIME_TYPES = (
    *(f"video/{kind}" for kind in ("mp4", "quicktime", "x-matroska", "webm", "x-msvideo", "mpeg", "mp2t", "3gpp")),
    *(f"audio/{kind}" for kind in ("mpeg", "mp4", "wav", "x-wav", "flac", "ogg", "opus", "aac", "x-m4a")),
    *(f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "bmp", "tiff", "heic", "avif")),
)
ENDINGS = (
    *(".mp4", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".ts", ".3gp"),
    *(".mp3", ".m4a", ".wav", ".flac", ".ogg", ".opus", ".aac"),
    *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"),
)
NAME = "countenance"
WHAT_IT_DOES = mark("Checks clips before they are published: whose face is in them, and what consent says.")
GENERIC_NAME = mark("Clip checker")
_PRESSED = r"Software\Classes\Applications\countenance-window.exe"


class DesktopError(CountenanceError):
    """The system's menus could not be changed."""


@dataclass(frozen=True, slots=True)
class Menus:
    """Where the menus of one person are.

    Attributes:
        data: XDG_DATA_HOME on Linux.
        command: what starts the window, before the clips.
        system: as `sys.platform` names it.
    """

    data: Path
    command: tuple[str, ...]
    system: str

    @property
    def entry(self) -> Path:
        """The desktop entry's file."""
        return self.data / "applications" / f"{NAME}.desktop"

    @property
    def icon(self) -> Path:
        """The icon's file, drawn and so of any size."""
        return self.data / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"

    @property
    def can_register(self) -> bool:
        """Whether this system lets a program without a bundle into its menus."""
        return self.system != "darwin"


def find_menus(environment: Mapping[str, str] = os.environ) -> Menus:
    """Return the menus of this person, and the command that starts this very program."""
    named = environment.get("XDG_DATA_HOME", "")
    # The specification has relative paths ignored.
    data = Path(named) if named and Path(named).is_absolute() else Path.home() / ".local" / "share"
    beside = Path(sys.executable).parent / (
        "countenance-window.exe" if sys.platform == "win32" else "countenance-window"
    )
    command = (str(beside),) if beside.is_file() else (sys.executable, "-m", "gui")
    return Menus(data=data, command=command, system=sys.platform)


def is_registered(menus: Menus) -> bool:
    """Return whether the file manager offers Countenance."""
    if menus.system == "win32":
        return _windows_is_registered()
    return menus.entry.is_file()


def register(menus: Menus) -> None:
    """Have the file manager offer Countenance for clips; what opens them by default stays what it is.

    Raises:
        DesktopError: the system has no place for it, or the place cannot be written.
    """
    if not menus.can_register:
        raise DesktopError(
            _("macOS offers only programs that were installed as an app."),
            remedy=_("Drop clips onto the window, or choose them with Ctrl+O."),
        )
    try:
        if menus.system == "win32":
            _windows_register(menus.command)
            return
        for path, text in ((menus.icon, _drawn_icon()), (menus.entry, desktop_entry(menus.command))):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".partial")
            partial.write_text(text, "utf-8")
            partial.replace(path)
        _tell_the_system(menus)
    except OSError as error:
        raise _not_changed(error) from error


def unregister(menus: Menus) -> None:
    """Take Countenance out of the menus again; nothing happens where it is not in them.

    Raises:
        DesktopError: the place cannot be written.
    """
    try:
        if menus.system == "win32":
            _windows_unregister()
            return
        for path in (menus.entry, menus.icon):
            path.unlink(missing_ok=True)
        if menus.can_register:
            _tell_the_system(menus)
    except OSError as error:
        raise _not_changed(error) from error


def desktop_entry(command: Sequence[str]) -> str:
    """Return the desktop entry's text, in every language there is."""
    lines = ["[Desktop Entry]", "Type=Application", "Version=1.5", "Name=Countenance"]
    for key, words in (("GenericName", GENERIC_NAME), ("Comment", WHAT_IT_DOES)):
        lines.append(f"{key}={_value(words)}")
        for spoken in LANGUAGES[1:]:
            with in_language(spoken):
                lines.append(f"{key}[{spoken.replace('-', '_')}]={_value(_(words))}")
    lines += [
        f"Exec={' '.join(map(_argument, command))} %F",
        f"Icon={NAME}",
        "Terminal=false",
        "StartupNotify=true",
        "StartupWMClass=countenance",
        "Categories=AudioVideo;Video;",
        f"MimeType={';'.join(MIME_TYPES)};",
    ]
    return "\n".join(lines) + "\n"


def _value(words: str) -> str:
    return words.replace("\\", "\\\\").replace("\n", "\\n")


def _argument(word: str) -> str:
    # Within quotes ", `, $ and \ are escaped; then the string's own rule doubles every backslash; % is a field code.
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return '"' + quoted.replace("\\", "\\\\").replace("%", "%%") + '"'


def _drawn_icon() -> str:
    return (resources.files("gui") / "icons" / "app.svg").read_text("utf-8")


def _tell_the_system(menus: Menus) -> None:
    # A cache that some systems keep; where the program is missing, the folder itself is read.
    program = shutil.which("update-desktop-database")
    if program is not None:
        subprocess.run([program, str(menus.entry.parent)], check=False, capture_output=True, timeout=20)


def _not_changed(error: OSError) -> DesktopError:
    return DesktopError(
        _("The file manager’s menu cannot be changed: {reason}.").format(reason=error.strerror or type(error).__name__),
        remedy=_("Choose clips with Ctrl+O, or drop them onto the window."),
        details=type(error).__name__,
    )


if sys.platform == "win32":
    import winreg

    def _windows_is_registered() -> bool:
        try:
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PRESSED).Close()
        except FileNotFoundError:
            return False
        return True

    def _windows_register(command: Sequence[str]) -> None:
        started = subprocess.list2cmdline([*command, "%1"]).replace("%1", '"%1"')
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _PRESSED) as key:
            winreg.SetValueEx(key, "FriendlyAppName", 0, winreg.REG_SZ, "Countenance")
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{_PRESSED}\shell\open\command") as key:
            winreg.SetValueEx(key, "", 0, winreg.REG_SZ, started)
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{_PRESSED}\SupportedTypes") as key:
            for ending in ENDINGS:
                winreg.SetValueEx(key, ending, 0, winreg.REG_SZ, "")

    def _windows_unregister() -> None:
        for below in (r"\shell\open\command", r"\shell\open", r"\shell", r"\SupportedTypes", ""):
            try:
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, _PRESSED + below)
            except FileNotFoundError:
                continue

else:

    def _windows_is_registered() -> bool:
        return False

    def _windows_register(command: Sequence[str]) -> None:
        raise OSError(f"{command[0]}: no Windows")

    def _windows_unregister() -> None:
        raise OSError("no Windows")
