"""Everything but a download is done where there is no network at all, not even a loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.running import EDUCATION, GRANT, PASSPHRASE
from tests.journeys.conftest import Material
from tests.models.insightface_packages import manifest_folder, working_files

PACKAGE = "insightface-made-for-a-test"
Story = Sequence[tuple[int, tuple[object, ...]]]

PROGRAM = """
import json, socket, sys
from cli.main import main

asked = []

def listen(event, given):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        asked.append(str(given[0]))
    elif event in ("socket.connect", "socket.sendto") and isinstance(given[1], tuple):
        asked.append(str(given[1][0]))

try:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
except OSError as error:
    print("no network:", error.strerror, file=sys.stderr)
sys.addaudithook(listen)
done = []
for words in json.loads(sys.argv[1]):
    asked.clear()
    code = main(words)
    done.append([words[:3], code, sorted(set(asked))])
print(json.dumps(done), file=sys.stderr)
"""
"""Runs commands one after the other; says of each how it ended, and what it asked a network for, itself or a library.

The detectors' and the intake's processes are not listened to: the empty namespace, and their own fences, hold them.
"""


@pytest.fixture(scope="module")
def unshare() -> list[str]:
    """Return the command that starts another one in an empty network namespace."""
    program = shutil.which("unshare")
    for words in (["-n"], ["-rn"]) if program else ():
        command = [str(program), *words]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("This system has no `unshare`, or forbids a network namespace of one's own.")


def test_the_verbs_work_without_a_network(
    unshare: list[str], starter_store: Path, material: Material, own_home: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("case_id,found,persons,grants,prohibitions\n", encoding="utf-8")
    papers = ("--biometric-consent", "2026-01-05")
    story: list[tuple[int, tuple[object, ...]]] = [
        (0, ("registry", "init")),
        (0, ("person", "add", "Eileen", material.photo, material.recording, *papers)),
        (0, ("consent", "add", "Eileen", *GRANT)),
        (0, ("check", material.clip, *EDUCATION, "--report", tmp_path / "reports")),
        (0, ("consent", "revoke", "G0001")),
        (20, ("check", material.photo, *EDUCATION)),
        (0, ("person", "list")),
        (0, ("person", "show", "Eileen")),
        (0, ("consent", "list")),
        (0, ("consent", "test", "--cases", cases)),
        (0, ("registry", "info")),
        (0, ("models", "list")),
        (0, ("models", "verify", "starter")),
        (0, ("models", "selftest", "starter")),
        (0, ("doctor",)),
        (0, ("demo", "--report", tmp_path / "demo")),
    ]

    told = _run(unshare, story, starter_store)

    assert told == [code for code, _words in story]
    assert (own_home / "registry.countenance").is_file()


def test_models_are_installed_used_and_measured_without_a_network(
    unshare: list[str],
    starter_store: Path,
    test_models: Path,
    test_media: Path,
    material: Material,
    own_home: Path,
    tmp_path: Path,
) -> None:
    store = tmp_path / "models"
    shutil.copytree(starter_store, store)
    package = manifest_folder(tmp_path / "package", *working_files(test_models).values())
    papers = ("--biometric-consent", "2026-01-05")
    accept = ("--accept-licence", "--operator", "Chen Wei")
    story: list[tuple[int, tuple[object, ...]]] = [
        (0, ("models", "list")),
        (0, ("models", "install", "--from", next(test_models.glob("face_detection_yunet_*.onnx")))),
        (0, ("models", "install", "retail-0095", "--from", _zip_of(test_models, tmp_path / "files.zip"), "--offline")),
        (0, ("models", "remove", "recommended")),
        (0, ("models", "install", "recommended", "--from", test_models)),
        (0, ("models", "install", "recommended", "--from", test_models, "--offline")),
        (5, ("models", "install", "--from", package)),
        (0, ("models", "install", "--from", package, *accept)),
        (0, ("models", "install", "zipped", "--from", _zip_of(package, tmp_path / "zipped.zip"), "--offline")),
        (5, ("models", "install", "sface", "--from", test_models, "--offline")),
        (5, ("models", "install", "insightface-no-such-pack")),
        (0, ("models", "licence")),
        (0, ("models", "verify")),
        (0, ("models", "selftest")),
        (0, ("doctor",)),
        (0, ("registry", "init")),
        (0, ("person", "add", "Eileen", material.photo, material.recording, *papers)),
        (0, ("models", "use", PACKAGE)),
        (10, ("check", material.photo, *EDUCATION)),
        (20, ("--pack", "zipped", "check", material.clip, *EDUCATION, "--report", tmp_path / "reports")),
        (0, ("models", "calibrate", _people(test_media, tmp_path / "people"))),
        (0, ("models", "list")),
        (0, ("models", "calibrate", "--remove")),
        (0, ("models", "use", "yunet+dlib-resnet")),
        (0, ("models", "use")),
        (0, ("models", "remove", PACKAGE)),
    ]

    ended = _run(unshare, story, store)
    assert [(words, code) for (_told, words), code in zip(story, ended, strict=True)] == [
        (words, code) for code, words in story
    ]

    assert sorted(entry.name for entry in (store / "packs").iterdir()) == ["zipped.json"]
    assert (own_home / "registry.countenance").is_file()


def test_a_model_that_has_to_be_fetched_is_refused_in_a_sentence_and_nothing_half_made_stays(
    unshare: list[str], starter_store: Path, tmp_path: Path
) -> None:
    store = tmp_path / "models"
    shutil.copytree(starter_store, store)
    before = _names(store)

    done = _start(unshare, [("models", "install", "sface")], store)

    told = done.stderr.splitlines()
    ((_words, code, asked),) = json.loads(told[-1])
    assert (code, asked) == (5, ["github.com"])
    assert "could not be downloaded from github.com" in told[1]
    assert "--from" in told[2]
    assert len(told) == 4
    assert _names(store) == before


def _run(unshare: list[str], story: Story, store: Path) -> list[int]:
    """Run a story in an empty network, and return how each command ended; nothing may ask for a network."""
    done = _start(unshare, [words for _code, words in story], store)
    told = done.stderr.splitlines()
    assert told[0].startswith("no network: ")
    ended = json.loads(told[-1])
    assert [(words, asked) for words, _code, asked in ended if asked] == [], done.stderr
    return [code for _words, code, _asked in ended]


def _start(unshare: list[str], commands: Sequence[tuple[object, ...]], store: Path) -> subprocess.CompletedProcess[str]:
    words = json.dumps([[str(word) for word in words] for words in commands])
    return subprocess.run(
        [*unshare, sys.executable, "-c", PROGRAM, words],
        env={**os.environ, "COUNTENANCE_MODELS": str(store), "COUNTENANCE_PASSPHRASE": PASSPHRASE},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def _zip_of(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(folder.iterdir()):
            if file.is_file():
                packed.write(file, file.name)
    return path


def _people(media: Path, folder: Path) -> Path:
    """Return a folder with a folder of two pictures for each of 24 people."""
    pictures: dict[str, list[Path]] = {}
    for picture in sorted((media / "faces").glob("*_[12].jpg")):
        pictures.setdefault(picture.stem[:-2], []).append(picture)
    named = [(name, files) for name, files in pictures.items() if len(files) == 2]
    assert len(named) >= 24
    for name, files in named[:24]:
        (folder / name).mkdir(parents=True)
        for file in files:
            shutil.copy(file, folder / name)
    return folder


def _names(store: Path) -> set[str]:
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.name != ".lock"}
