"""The file manager offers the window, for this person alone, and no more once that is taken back."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from countenance.errors import CountenanceError
from gui.desktop import MIME_TYPES, Menus, desktop_entry, find_menus, is_registered, register, unregister

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has keys instead of files")


@pytest.fixture
def menus(tmp_path: Path) -> Menus:
    return Menus(data=tmp_path / "share", command=("/opt/my apps/countenance-window",), system="linux")


def entry_of(menus: Menus) -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",), strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # keys are case-sensitive in a desktop entry
    read.read(menus.entry, "utf-8")
    assert read.sections() == ["Desktop Entry"]
    return read["Desktop Entry"]


def test_an_entry_has_what_the_specification_requires(menus: Menus) -> None:
    register(menus)

    entry = entry_of(menus)
    assert entry["Type"] == "Application"
    assert entry["Name"] == "Countenance"
    assert entry["Exec"] == '"/opt/my apps/countenance-window" %F'
    assert entry["Icon"] == "countenance"
    assert entry["Terminal"] == "false"
    assert entry["Categories"].endswith(";")
    assert menus.entry.read_text("utf-8").splitlines()[0] == "[Desktop Entry]"


def test_an_entry_speaks_both_languages(menus: Menus) -> None:
    register(menus)

    entry = entry_of(menus)
    assert entry["Comment"].startswith("Checks clips")
    assert entry["Comment[zh_CN]"] != entry["Comment"]


def test_types_are_named_once_each_and_as_the_system_names_them(menus: Menus) -> None:
    register(menus)

    types = entry_of(menus)["MimeType"].split(";")
    assert types[-1] == ""
    assert tuple(types[:-1]) == MIME_TYPES
    assert len(set(MIME_TYPES)) == len(MIME_TYPES)
    assert {name.partition("/")[0] for name in MIME_TYPES} == {"video", "audio", "image"}


def test_the_command_is_quoted_as_the_specification_says() -> None:
    text = desktop_entry(('/a "b" $c`d\\e %f', "-m", "gui"))

    line = next(line for line in text.splitlines() if line.startswith("Exec="))
    # The string's own escapes first, then the quotes, within which a backslash makes the next letter plain.
    unescaped = line.removeprefix("Exec=").replace("\\\\", "\\")
    words = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in re.findall(r'"((?:[^"\\]|\\.)*)"', unescaped)]
    assert words == ['/a "b" $c`d\\e %f', "-m", "gui"]
    assert line.endswith(" %F")


def test_an_icon_that_is_drawn_goes_with_it(menus: Menus) -> None:
    register(menus)

    assert menus.icon == menus.data / "icons" / "hicolor" / "scalable" / "apps" / "countenance.svg"
    assert menus.icon.read_text("utf-8").lstrip().startswith("<svg")


def test_registering_twice_is_the_same_and_taking_back_leaves_nothing(menus: Menus) -> None:
    assert not is_registered(menus)
    register(menus)
    register(menus)
    assert is_registered(menus)

    unregister(menus)
    unregister(menus)

    assert not is_registered(menus)
    left = [path.name for path in menus.data.rglob("*") if path.is_file() and path.name != "mimeinfo.cache"]
    assert left == []


def test_what_cannot_be_written_is_one_sentence(menus: Menus) -> None:
    menus.data.write_text("in the way")

    with pytest.raises(CountenanceError) as caught:
        register(menus)

    assert "cannot be changed" in caught.value.sentence
    assert "Ctrl+O" in caught.value.remedy


def test_macos_says_how_else() -> None:
    menus = Menus(data=Path("/none"), command=("x",), system="darwin")

    with pytest.raises(CountenanceError) as caught:
        register(menus)

    assert "macOS" in caught.value.sentence
    assert not menus.can_register


@pytest.mark.parametrize(("named", "used"), [("/data", "/data"), ("relative", ""), ("", "")])
def test_data_lies_where_the_environment_says_if_that_is_a_whole_path(named: str, used: str) -> None:
    menus = find_menus({"XDG_DATA_HOME": named})

    assert menus.data == (Path(used) if used else Path.home() / ".local" / "share")
    assert Path(menus.command[0]).is_file()


def test_the_window_registers_itself_from_the_terminal(tmp_path: Path, own_home: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "LANG": "C.UTF-8"}

    def start(word: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gui", "--lang", "en", word]
        root = Path(__file__).resolve().parents[2]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=root)

    registered = start("--register")
    assert (registered.returncode, registered.stderr) == (0, "")
    assert "offers Countenance" in registered.stdout
    assert (tmp_path / "applications" / "countenance.desktop").is_file()

    assert start("--unregister").returncode == 0
    assert not (tmp_path / "applications" / "countenance.desktop").exists()
