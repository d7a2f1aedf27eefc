"""What one run of the command line works with: made once from the global options, handed to the command."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text
from scan.worker import DetectorWorker

import models
import registry as registry_room
from countenance.errors import CountenanceError, RegistryError
from countenance.packs import PackCard
from countenance.places import Places
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress


class Volume(Enum):
    """How much is said beside the result."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The global options and what follows from them.

    Attributes:
        registry_file: None where none was named; then the default place counts, if a registry is there.
    """

    places: Places
    registry_file: Path | None
    key_file: Path | None
    pack: str
    as_json: bool
    volume: Volume
    cancel: CancelToken

    @staticmethod
    def of(context: typer.Context) -> Session:
        """Return the session of a command's context."""
        session = context.obj
        assert isinstance(session, Session)
        return session

    @staticmethod
    def show_error(error: CountenanceError, *, wants_json: bool) -> None:
        """Say what went wrong and what to do next, on standard error; as a JSON document too where one is wanted."""
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(Text(error.sentence, style="bold red" if console.is_terminal else ""))
        if error.remedy:
            console.print(Text(error.remedy))
        if wants_json:
            write_json({"error": {"sentence": error.sentence, "remedy": error.remedy, "exit_code": error.exit_code}})

    def now(self) -> datetime:
        """Return this moment in the system's time zone."""
        return datetime.now(UTC).astimezone()

    def card(self) -> PackCard:
        """Return what is known of the pack in use."""
        return models.load_pack(self.pack, self.places.models)

    def say(self, text: str, style: str = "") -> None:
        """Write a line for a person: to standard output, or beside it where that carries JSON."""
        if not (self.as_json and self.volume is Volume.QUIET):
            self.console().print(Text(text, style=style))

    def note(self, text: str) -> None:
        """Write a line beside the result, unless quiet."""
        if self.volume is not Volume.QUIET:
            Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text))

    def console(self) -> Console:
        """Return where results for a person go."""
        return Console(stderr=self.as_json, highlight=False, soft_wrap=True)

    def worker(self) -> DetectorWorker:
        """Return a fresh door to the detectors; use it as a context manager."""
        return DetectorWorker()

    def registry_path(self) -> Path | None:
        """Return the registry named, or the default one if it exists; None where there is none."""
        if self.registry_file is not None:
            return self.registry_file
        return self.places.registry if self.places.registry.exists() else None

    def open_registry(self) -> registry_room.Registry:
        """Return the registry, unlocked; use it as a context manager.

        Raises:
            RegistryError: there is none, or it cannot be opened.
        """
        path = self.registry_path()
        if path is None:
            raise RegistryError(
                _("There is no registry yet."),
                remedy=_("Make one with: countenance registry init"),
            )
        return registry_room.open_registry(path, self.find_passphrase(path), operator=getpass.getuser())

    def find_passphrase(self, path: Path, confirm: Callable[[str], None] | None = None) -> registry_room.Passphrase:
        """Return the passphrase from the first source that has one (contract.md, "Command line").

        Args:
            path: of the registry.
            confirm: called with a passphrase that a person typed, for a new registry; raises where it will not do.
        """

        def ask() -> str:
            typed = ask_passphrase(_("Passphrase of the registry"))
            if confirm is not None:
                confirm(typed)
            return typed

        return registry_room.find_passphrase(
            path, environment=os.environ, key_file=self.key_file, prompt=ask if sys.stdin.isatty() else None
        )

    @contextmanager
    def progress(self, title: str) -> Iterator[ProgressHook]:
        """Show progress on standard error while the block runs; nothing without a terminal or when quiet."""
        console = Console(stderr=True)
        if self.volume is Volume.QUIET or not console.is_terminal:
            yield ignore_progress
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(escape(title), total=None)

            def show(step: str, done: float, total: float) -> None:
                bar.update(task, description=escape(f"{title}: {step}"), completed=done, total=total or None)

            yield show


def write_json(document: object) -> None:
    """Write one JSON document to standard output."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.flush()


def ask_passphrase(prompt: str) -> str:
    """Ask a person for a passphrase without showing it."""
    return str(typer.prompt(prompt, hide_input=True, err=True))
