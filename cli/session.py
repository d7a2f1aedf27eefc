"""What one run of the command line works with: made once from the global options, handed to the command."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

import models
import registry as registry_room
from cli.output import aligned, error_document, make_console, printable, show_error, write_json
from countenance.errors import CountenanceError, ModelsError, RegistryError, WrongUsageError
from countenance.packs import PackCard
from countenance.places import Places
from countenance.settings import Settings
from countenance.translations import _, mark
from countenance.work import CancelToken, ProgressHook, ignore_progress
from models.inventory import verify
from models.known_pairs import KnownPairs
from models.manifests import bring_again
from scan.licensing import require_allowed
from scan.worker import DetectorWorker

_STEPS = {
    "opening": mark("Opening the clip"),
    "reading": mark("Looking and listening"),
    "hashing": mark("Noting the clip’s fingerprint"),
    "embedding": mark("Comparing faces and voices"),
}
"""What the detectors' steps are called; other steps are names of files and models, shown as they are."""


OPERATOR_VARIABLE = "COUNTENANCE_OPERATOR"
_FOLDED_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOptions:
    """The options of the settings that were typed all the same; empty where not."""

    registry: Path | None = None
    pack: str = ""
    lang: str = ""


class Volume(Enum):
    """How much is said beside the result."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The global options and what follows from them.

    Attributes:
        registry_file: None where none was named or settled; then the default place counts, if a registry is there.
        settings: what a person settled for all clips; options were preferred to them where both are here.
        named: what was typed, for a program of its own that reads the settings itself.
        operator: who is at work, for the registry's journal.
    """

    places: Places
    registry_file: Path | None
    key_file: Path | None
    pack: str
    as_json: bool
    volume: Volume
    cancel: CancelToken
    operator: str
    settings: Settings = field(default_factory=Settings)
    named: NamedOptions = field(default_factory=NamedOptions)

    @staticmethod
    def of(context: typer.Context) -> Session:
        """Return the session of a command's context."""
        session = context.obj
        assert isinstance(session, Session)
        return session

    def now(self) -> datetime:
        """Return this moment in the system's time zone."""
        return datetime.now(UTC).astimezone()

    def card(self) -> PackCard:
        """Return what is known of the pack in use.

        Raises:
            ModelsError: there is no such pack, or its models are refused by the policy on licences.
        """
        return require_allowed(self.known_card(), self.settings.licences)

    def known_card(self) -> PackCard:
        """Return what is known of the pack in use, whatever the policy on licences says.

        Raises:
            ModelsError: there is no such pack, or what is known of it is damaged.
        """
        try:
            return models.load_pack(self.pack, self.places.models)
        except ModelsError as error:
            if self.named.pack or self.pack != self.settings.pack:
                raise
            # Nobody typed the name: it is the settings that have to change, or the pack that has to come back.
            raise ModelsError(
                _("The pack “{pack}” that the settings name cannot be used. {reason}").format(
                    pack=self.pack, reason=error.sentence
                ),
                remedy=_("Use another one with: {command}; or install it again.").format(
                    command="countenance models use starter"
                ),
                details=error.details,
            ) from error

    def ready_card(self) -> PackCard:
        """Return what is known of the pack in use once its files are seen to be there and whole.

        Raises:
            ModelsError: the pack is unknown, or a model is missing or damaged; the remedy says what to install.
        """
        card = self.card()
        try:
            verify(self.pack, self.places.models)
        except ModelsError as error:
            if error.remedy == bring_again():
                raise
            # The whole pack, or whoever follows the advice comes back for the next model of it.
            remedy = _("Run: countenance models install {name}").format(name=self.pack)
            raise ModelsError(error.sentence, remedy=remedy, details=error.details) from error
        return card

    def say(self, text: str, style: str = "") -> None:
        """Write a line for a person: to standard output, or beside it where that carries JSON."""
        if not (self.as_json and self.volume is Volume.QUIET):
            self.console().print(printable(text, style=style))

    def note(self, text: str) -> None:
        """Write a line beside the result, unless quiet."""
        if self.volume is not Volume.QUIET:
            make_console(stderr=True).print(printable(text))

    def warn(self, error: CountenanceError) -> None:
        """Say on standard error what went wrong with a part of the work, the rest of which goes on."""
        show_error(error, verbose=self.volume is Volume.VERBOSE)

    def refuse(self, error: CountenanceError, document: Mapping[str, object]) -> int:
        """Say what went wrong where there is something to tell beside it, and return the exit code.

        Args:
            error: what went wrong.
            document: what is told with `--json` beside the error.
        """
        self.warn(error)
        if self.as_json:
            write_json({**document, "error": error_document(error)})
        return error.exit_code

    def show_table(self, titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Write a table for a person; cells too long for the terminal are folded, unless there are too many to read."""
        if len(rows) > _FOLDED_ROWS:
            # Folding takes longer than anything else does here: 20,000 grants kept people waiting for 13 s.
            self.console().out(aligned(titles, rows), highlight=False)
            return
        table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="bold")
        for title in titles:
            table.add_column(title, overflow="fold")
        for row in rows:
            table.add_row(*map(printable, row))
        self.console().print(table)

    def console(self) -> Console:
        """Return where results for a person go."""
        return make_console(stderr=self.as_json)

    def worker(self) -> DetectorWorker:
        """Return a fresh door to the detectors; use it as a context manager."""
        return DetectorWorker(known_pairs=KnownPairs(), provider=lambda: self.settings.provider.execution_provider)

    def registry_to_be(self) -> Path:
        """Return the registry named, by a path or a bare name, or the default one; whether or not it exists."""
        if self.registry_file is None:
            return self.places.registry
        return self.places.registry_named(str(self.registry_file))

    def registry_path(self) -> Path | None:
        """Return the registry named, or the default one if it exists; None where there is none."""
        path = self.registry_to_be()
        return path if self.registry_file is not None or path.exists() else None

    def existing_registry(self) -> Path:
        """Return the registry named, or the default one.

        Raises:
            RegistryError: there is none at the default place, and none is named.
        """
        path = self.registry_path()
        if path is None:
            raise RegistryError(
                _("There is no registry yet."),
                remedy=_("Make one with: countenance registry init"),
            )
        return path

    def open_registry(self) -> registry_room.Registry:
        """Return the registry, unlocked; use it as a context manager.

        Raises:
            RegistryError: there is none, or it cannot be opened.
        """
        path = self.existing_registry()
        return self.watched(registry_room.open_registry(path, self.find_passphrase(path), operator=self.operator))

    def watched(self, opened: registry_room.Registry) -> registry_room.Registry:
        """Return an open registry, what should be known of its file said, its journal's head remembered from now on."""
        try:
            opened.upkeep.watch(self.places.heads, lambda sentence: self.warn(RegistryError(sentence)))
        except BaseException:
            opened.close()
            raise
        return opened

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
            path, environment=os.environ, key_file=self.key_file, prompt=ask if self.somebody_there else None
        )

    @property
    def somebody_there(self) -> bool:
        """Whether a person can be asked."""
        # A program started without any standard input has None there.
        return sys.stdin is not None and sys.stdin.isatty()

    @contextmanager
    def progress(self, title: str) -> Iterator[ProgressHook]:
        """Show progress on standard error while the block runs; nothing without a terminal or when quiet."""
        console = Console(stderr=True)
        if self.volume is Volume.QUIET or not console.is_terminal:
            yield ignore_progress
            return
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(printable(title).plain, total=None)

            def show(step: str, done: float, total: float) -> None:
                words = printable(f"{title}: {_(_STEPS[step]) if step in _STEPS else step}").plain
                bar.update(task, description=words, completed=done, total=total or None)

            yield show


def operator(named: str | None) -> str:
    """Return who is at work: as named, else as the environment names them, else the account's name or number.

    Raises:
        WrongUsageError: the name is blank, or no text.
    """
    name = os.environ.get(OPERATOR_VARIABLE) if named is None else named
    if name is not None:
        plain = " ".join(name.split())
        if not plain or not plain.isprintable():
            raise WrongUsageError(
                _("“{name}” is no name of an operator.").format(name=printable(name).plain),
                remedy=_("Give --operator or {variable} a name.").format(variable=OPERATOR_VARIABLE),
            )
        return plain
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without an entry, as in containers
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


def ask_passphrase(prompt: str) -> str:
    """Ask a person for a passphrase without showing it."""
    return str(typer.prompt(prompt, hide_input=True, err=True, prompt_suffix=_(": ")))
