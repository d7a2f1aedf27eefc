"""A second start hands its clips to the window that is open; what a killed window left is taken over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from countenance.places import Places, find_places
from gui.instance import Handed, Instance, socket_name
from gui.main import Put

REPOSITORY = Path(__file__).resolve().parents[2]
HAND_OVER = (
    "import sys\n"
    "from pathlib import Path\n"
    "from PySide6.QtCore import QCoreApplication\n"
    "from countenance.places import find_places\n"
    "from gui.instance import Instance\n"
    "app = QCoreApplication([])\n"
    "second = Instance(find_places())\n"
    "claimed = second.claim()\n"
    "taken = False if claimed else second.hand_over([Path(word) for word in sys.argv[1:]])\n"
    "print(claimed, taken)\n"
)


@pytest.fixture
def first(own_home: Path) -> Iterator[Instance]:
    instance = Instance(find_places())
    yield instance
    instance.let_go()


def second_start(qtbot: QtBot, *clips: Path) -> str:
    with subprocess.Popen(
        [sys.executable, "-c", HAND_OVER, *map(str, clips)], stdout=subprocess.PIPE, cwd=REPOSITORY, text=True
    ) as started:
        qtbot.waitUntil(lambda: started.poll() is not None, timeout=20_000)
        out, _err = started.communicate()
    return out.strip()


def test_the_first_start_is_the_only_one(first: Instance) -> None:
    assert first.claim()


def test_a_second_start_hands_its_clips_over(qtbot: QtBot, first: Instance, tmp_path: Path) -> None:
    first.claim()
    clips = [tmp_path / "a b.mp4", tmp_path / os.fsdecode(b"not text \xff.mp4")]

    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        said = second_start(qtbot, *clips)

    assert said == "False True"
    assert called.args == [clips]


def test_a_second_start_without_clips_has_the_window_come_forward(qtbot: QtBot, first: Instance) -> None:
    first.claim()

    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        second_start(qtbot)

    assert called.args == [[]]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_window_that_comes_forward_takes_the_clips(qtbot: QtBot, put: Put, tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    clip.write_bytes(b"not looked at here")
    put.window.showMinimized()

    put.window.come_forward([clip])

    assert not put.window.isMinimized()
    qtbot.waitUntil(lambda: len(put.desk.queue) == 1)


def test_what_a_killed_window_left_is_taken_over(qtbot: QtBot, first: Instance) -> None:
    killed = "import os, sys\n" + HAND_OVER.replace("print(claimed, taken)", "sys.stdout.flush(); os._exit(9)")
    subprocess.run([sys.executable, "-c", killed], check=False, cwd=REPOSITORY)

    assert first.claim()
    with qtbot.waitSignal(first.called, timeout=20_000):
        assert second_start(qtbot) == "False True"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps named pipes to one account in its own way")
def test_the_socket_is_for_its_owner_alone_and_tells_no_path(first: Instance, own_home: Path) -> None:
    first.claim()

    assert Path(first.name).stat().st_mode & 0o077 == 0
    assert own_home.name not in first.name


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps named pipes to one account in its own way")
def test_clips_are_not_told_to_a_socket_of_another_account(
    first: Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another account cannot be had here: this one takes itself for another."""
    first.claim()
    monkeypatch.setattr("gui.instance.os.getuid", lambda: 4242)

    assert not Instance.hand_over(first, [tmp_path / "a.mp4"])


def speak(qtbot: QtBot, name: str) -> QLocalSocket:
    socket = QLocalSocket()
    socket.connectToServer(name)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.ConnectedState)
    return socket


@pytest.mark.parametrize("said", [b"\x81\xa4what\xa5erase", b"hello", b"\x80"])
def test_what_is_no_message_is_not_answered(qtbot: QtBot, first: Instance, said: bytes, tmp_path: Path) -> None:
    first.claim()
    heard: list[object] = []
    first.called.connect(heard.append)
    socket = speak(qtbot, first.name)
    socket.write(said)
    socket.flush()

    with qtbot.waitSignal(first.called, timeout=20_000):
        second_start(qtbot, tmp_path / "a.mp4")

    assert heard == [[tmp_path / "a.mp4"]]
    assert not socket.bytesAvailable()
    socket.abort()


def test_a_message_in_parts_is_put_together(qtbot: QtBot, first: Instance, tmp_path: Path) -> None:
    first.claim()
    whole = msgspec.msgpack.encode(Handed(clips=(os.fsencode(tmp_path / "a.mp4"),)))
    socket = speak(qtbot, first.name)

    with qtbot.waitSignal(first.called) as called:
        for part in (whole[:5], whole[5:]):
            socket.write(part)
            socket.flush()
            qtbot.waitUntil(lambda: not socket.bytesToWrite())
            QCoreApplication.processEvents()

    assert called.args == [[tmp_path / "a.mp4"]]
    socket.abort()


def test_each_data_folder_and_each_named_registry_has_a_window_of_its_own(tmp_path: Path) -> None:
    def places(name: str) -> Places:
        home = tmp_path / name
        return Places(models=home, registry=home / "r.countenance", settings=home / "settings.toml")

    names = {
        socket_name(places("one"), None),
        socket_name(places("two"), None),
        socket_name(places("one"), tmp_path / "studio.countenance"),
    }

    assert len(names) == 3
    assert socket_name(places("one"), None) in names


def test_without_a_folder_to_write_to_every_start_has_a_window(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    home = tmp_path / "file" / "home"
    instance = Instance(Places(models=home, registry=home / "r", settings=home / "settings.toml"))

    assert instance.claim()
    assert not QLocalServer(instance).isListening()


def test_names_arrive_as_they_were_typed(qtbot: QtBot, first: Instance, tmp_path: Path) -> None:
    first.claim()
    names = ["it's “one”.mp4", '"two" & 2.mp4', "林晓 – été.mov"]
    clips = [tmp_path / name for name in names]

    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        said = second_start(qtbot, *clips)

    assert said == "False True"
    assert called.args == [clips]


def test_another_home_has_a_window_of_its_own(
    qtbot: QtBot, first: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.claim()
    monkeypatch.setenv("COUNTENANCE_HOME", str(tmp_path / "another home"))

    assert second_start(qtbot) == "True False"
