"""What every test lives under: no network, no leftovers, no unexpected warnings, a home of its own."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

import models
from countenance.errors import ModelsError
from countenance.places import find_places
from countenance.translations import settle_language

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parent.parent
INSTALLED_MODELS = find_places().models  # before a test's own home hides it

PATIENCE_S = 5.0  # for a thread or child that is ending anyway

# The machine may be busy: a slow example is no failure, and every run tries the same ones.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def test_media() -> Path:
    """Return the folder of real clips, faces and malformed files."""
    return _folder("COUNTENANCE_TEST_MEDIA", "../shared/media", "the real media")


@pytest.fixture(scope="session")
def test_models() -> Path:
    """Return the folder of the `recommended` pack's published files and the golden outputs."""
    return _folder("COUNTENANCE_TEST_MODELS", "../shared/models", "the published model files")


@pytest.fixture(scope="session")
def installed_models() -> Path:
    """Return the folder that `run.py` installed the starter pack into; to be read only."""
    if not INSTALLED_MODELS.is_dir():
        pytest.skip(f"No models are installed in {INSTALLED_MODELS}: `python3 run.py test` does that.")
    return INSTALLED_MODELS


@pytest.fixture(scope="session")
def starter_store(installed_models: Path) -> Path:
    """Return a store that holds the starter pack, verified; to be read only."""
    try:
        models.verify("starter", installed_models)
    except ModelsError as error:
        pytest.skip(f"The starter pack is not installed in {installed_models}: {error}")
    return installed_models


@pytest.fixture(scope="session")
def recommended_store(test_models: Path, installed_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that holds the recommended pack, its voices from the starter pack; to be read only."""
    store = tmp_path_factory.mktemp("recommended") / "models"
    models.install("recommended", store, source=models.Folder(test_models, installed_models))
    return store


def _folder(variable: str, default: str, what: str) -> Path:
    folder = Path(os.environ.get(variable) or REPOSITORY / default).resolve()
    if not folder.is_dir():
        pytest.skip(f"Without {what}: {variable} names no folder ({folder}).")
    return folder


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a test away from the settings, registry, models and language of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("COUNTENANCE_") and "_TEST_" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COUNTENANCE_HOME", str(home))
    settle_language("en")
    return home


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to reach another machine fail loudly; `loopback` allows this one."""
    loopback = request.node.get_closest_marker("loopback") is not None
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse_stranger(host: object) -> None:
        if not (loopback and host in ("127.0.0.1", "::1", "localhost")):
            pytest.fail(f"A test tried to reach {host!r} over the network.")

    def guarded_connect(self: socket.socket, address: tuple[object, ...]) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_stranger(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: tuple[object, ...]) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_stranger(address[0])
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: object, *others: object, **named: object) -> object:
        refuse_stranger(host)
        return getaddrinfo(host, *others, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or worse which no `expects_warning` foretells, or that lacks a foretold one."""
    expected = [str(marker.args[0]) for marker in request.node.iter_markers("expects_warning")]
    warnings = _Warnings()
    logging.getLogger().addHandler(warnings)
    yield
    logging.getLogger().removeHandler(warnings)
    unexpected = [text for text in warnings.messages if not any(fragment in text for fragment in expected)]
    absent = [fragment for fragment in expected if not any(fragment in text for text in warnings.messages)]
    if unexpected or absent:
        pytest.fail(f"Unexpected log records: {unexpected}; expected ones that did not come: {absent}")


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process behind."""
    threads, children = set(threading.enumerate()), set(psutil.Process().children(recursive=True))
    yield
    for thread in set(threading.enumerate()) - threads:
        # Threads that Qt or a native library made appear here as dummies; Python cannot join them.
        if not isinstance(thread, threading._DummyThread):
            thread.join(timeout=PATIENCE_S)
            if thread.is_alive():
                pytest.fail(f"The test left the thread {thread.name!r} behind.")
    new = [child for child in psutil.Process().children(recursive=True) if child not in children]
    _, alive = psutil.wait_procs(new, timeout=PATIENCE_S)
    names = [_name(child) for child in alive if child.is_running()]
    # multiprocessing keeps one tracker per process for as long as that lives.
    names = [name for name in names if "multiprocessing.resource_tracker" not in name]
    if names:
        pytest.fail(f"The test left child processes behind: {names}")


def _name(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())[:200]
    except psutil.Error:  # it ended just now, or belongs to somebody else
        return f"process {process.pid}"
