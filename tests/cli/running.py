"""The command line as its users start it: in this process where that is the same, as a process of its own elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.main import main

COMMAND = (sys.executable, "-m", "countenance")
PASSPHRASE = "paper kite over harbour"
METHODS = ("--face-method", "edited", "--voice-method", "edited")
EDUCATION = ("--purpose", "education", *METHODS, "--channel", "youtube", "--territory", "DE")
ADVERTISING = ("--purpose", "advertising", *EDUCATION[2:])
GRANT = ("--purpose", "education", "--channel", "social", "--territory", "WORLD", "--signed", "2026-01-05")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run of the command line came to."""

    code: int
    out: str
    err: str

    def document(self) -> Any:
        """Return the one JSON document of standard output; anything beside it fails to decode."""
        return json.loads(self.out)


class Terminal:
    """Runs commands in this process, with models and registry of its own.

    Attributes:
        registry: the file every command is given.
    """

    def __init__(self, registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.registry = registry
        self._capsys = capsys

    def run(self, *words: object) -> Answer:
        """Run a command with the registry."""
        return self.plain("--registry", self.registry, *words)

    def plain(self, *words: object) -> Answer:
        """Run a command with exactly these words."""
        self._capsys.readouterr()
        code = main([str(word) for word in words])
        written = self._capsys.readouterr()
        return Answer(code, written.out, written.err)


def start(*words: object, **environment: str) -> subprocess.Popen[str]:
    """Start the command line as a process, its output in pipes."""
    return subprocess.Popen(
        [*COMMAND, *map(os.fspath, map(_word, words))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
        errors="replace",
    )


def finish(process: subprocess.Popen[str]) -> Answer:
    """Wait for a process and return what it came to."""
    out, err = process.communicate(timeout=120)
    return Answer(process.returncode, out, err)


def child_of(process: subprocess.Popen[str]) -> psutil.Process:
    """Return the detectors' process as soon as there is one."""
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        for child in _children(parent):
            return child
    pytest.fail(f"It ended before it asked the detectors: {process.communicate()}")


def _children(parent: psutil.Process) -> Iterator[psutil.Process]:
    try:
        for child in parent.children():
            if "detectors" in child.cmdline():
                yield child
    except psutil.Error:  # it has ended meanwhile
        return


def _word(word: object) -> str | bytes:
    return os.fspath(word) if isinstance(word, Path | bytes) else str(word)
