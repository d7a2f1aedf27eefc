"""The rules that every test lives under (tests/conftest.py) catch what they are for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import REPOSITORY

SUITE = """
import logging, os, socket, subprocess, sys, threading
import pytest
from countenance.places import find_places
from countenance.translations import language, settle_language

release = threading.Event()

def test_reaches_out_by_name():
    socket.getaddrinfo("example.org", 443)

def test_reaches_out_by_number():
    with socket.socket() as s:
        s.connect(("192.0.2.1", 443))

def test_reaches_itself_unasked():
    with socket.socket() as s:
        s.connect(("127.0.0.1", 9))

@pytest.mark.loopback
def test_reaches_itself_as_marked():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as s:
        s.connect(server.getsockname())

def test_logs_a_warning():
    logging.getLogger("x").warning("careful")

@pytest.mark.expects_warning("careful")
def test_logs_a_foretold_warning():
    logging.getLogger("x").warning("be careful")

@pytest.mark.expects_warning("careful")
def test_lacks_a_foretold_warning():
    pass

def test_leaves_a_thread():
    threading.Thread(target=release.wait, daemon=True, name="left").start()

child = []

def test_leaves_a_child():
    child.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

def test_ends_what_it_began():
    release.set()
    child[0].communicate(b"\\n")

def test_changes_the_language():
    settle_language("zh-CN")

def test_has_english_and_a_home_of_its_own():
    assert language() == "en"
    assert "home" in find_places().registry.parent.name
    assert not find_places().registry.exists()
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return the outcomes of a small suite under the house's rules, by test."""
    folder: Path = tmp_path_factory.mktemp("suite")
    rules = (REPOSITORY / "tests" / "conftest.py").read_text("utf-8")
    (folder / "conftest.py").write_text(rules.replace("PATIENCE_S = 5.0", "PATIENCE_S = 0.2"), "utf-8")
    (folder / "test_suite.py").write_text(SUITE, "utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nmarkers =\n    loopback: a\n    expects_warning(fragment): b\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, set[str]] = {}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE):
        found.setdefault(name, set()).add(outcome)
    return found


@pytest.mark.parametrize(
    "name", ["test_reaches_out_by_name", "test_reaches_out_by_number", "test_reaches_itself_unasked"]
)
def test_a_connection_fails_loudly(outcomes: dict[str, set[str]], name: str) -> None:
    assert outcomes[name] == {"FAILED"}


@pytest.mark.parametrize(
    "name", ["test_logs_a_warning", "test_lacks_a_foretold_warning", "test_leaves_a_thread", "test_leaves_a_child"]
)
def test_what_is_left_or_unforetold_is_an_error(outcomes: dict[str, set[str]], name: str) -> None:
    assert "ERROR" in outcomes[name]


@pytest.mark.parametrize(
    "name",
    [
        "test_reaches_itself_as_marked",
        "test_logs_a_foretold_warning",
        "test_ends_what_it_began",
        "test_has_english_and_a_home_of_its_own",
    ],
)
def test_what_keeps_the_rules_passes(outcomes: dict[str, set[str]], name: str) -> None:
    assert outcomes[name] == {"PASSED"}
