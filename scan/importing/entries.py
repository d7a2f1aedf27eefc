"""What an import is to look at: the people of a folder of folders, of a roster, or of both, each with their files."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec

from countenance.errors import WrongUsageError
from countenance.people import BiometricConsent, Person
from countenance.translations import _
from registry import NewPerson
from registry.rules import check_enrolment
from scan.importing.rosters import ConsentTerms, Roster, RosterRow, read_roster
from scan.walking import CLIP_ENDINGS
from scan.worker import display_name

MOST_FILES = 50
"""Files looked at of one person: more samples than this make nobody better known, and less kept is less to lose."""

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "__macosx", "$recycle.bin"})


class LeftOut(StrEnum):
    """What lies in a folder and is no sample of anybody; counted, not named."""

    HIDDEN = "hidden"
    NOT_MEDIA = "not_media"
    EMPTY_FOLDER = "empty_folder"
    LINK = "link"
    UNREADABLE = "unreadable"
    LOOSE = "loose"
    SURPLUS = "surplus"
    NOT_ON_ROSTER = "not_on_roster"


class KeptOutBecause(StrEnum):
    """Why somebody was not imported; stable in reports."""

    BAD_ROW = "bad_row"
    NO_NAME = "no_name"
    TWICE = "twice"
    NO_FOLDER = "no_folder"
    NO_FILES = "no_files"
    NO_CONSENT = "no_consent"
    INVALID = "invalid"
    SAME_ID = "same_id"
    SAME_NAME = "same_name"
    NOTHING_USABLE = "nothing_usable"
    TWO_PEOPLE = "two_people"
    LOOK_ALIKE = "look_alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut:
    """Somebody who is not imported.

    Attributes:
        why: a sentence.
        others: names of the people they were taken for.
        earlier: whether an earlier run of this import found so.
    """

    name: str
    because: KeptOutBecause
    why: str
    row: int | None = None
    others: tuple[str, ...] = ()
    earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody to be imported.

    Attributes:
        key: tells them from the others of the import; a hash.
        mark: hash of what they are imported from: names, sizes and times of the files, and the row.
        row: of the roster; None for a folder on its own.
        files: to be looked at; empty for somebody who is enrolled without samples.
        fault: why they cannot be imported now, whatever their files show; None where nothing stands against it.
    """

    key: str
    mark: str
    person: Person
    consent: BiometricConsent | None
    row: int | None = None
    files: tuple[Path, ...] = ()
    source: str = ""
    fault: KeptOut | None = None

    @property
    def name(self) -> str:
        """The name they will have."""
        return self.person.display_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import is to look at.

    Attributes:
        batch: hash of where the import comes from, by which it is known when it is started again.
        left_out: how many files and folders are no samples, by what they are.
        unknown_columns: titles of the roster that mean nothing here.
    """

    batch: str
    entries: tuple[Entry, ...]
    kept_out: tuple[KeptOut, ...] = ()
    left_out: dict[LeftOut, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """How many files there are to be looked at."""
        return sum(len(entry.files) for entry in self.entries if entry.fault is None)


def plan_import(
    folder: Path | None, roster: Path | None, terms: ConsentTerms, today: date, *, source: str = ""
) -> ImportPlan:
    """Return what an import of a folder, a roster, or a folder that a roster describes, is to look at.

    With a roster only its people are imported: a row names its folder or files below `folder` (without one, below the
    roster's own folder), or has a subfolder of its name. Links that lead out of the folder are not followed.

    Args:
        folder: one subfolder for each person.
        roster: CSV (`scan.importing.rosters`).
        terms: of the biometric consent, where a row has none of its own.
        today: in the registry's zone.
        source: who supplied the samples, where a row names nobody.

    Raises:
        WrongUsageError: nothing to import was named, or it cannot be read.
    """
    if folder is None and roster is None:
        raise WrongUsageError(
            _("An import needs a folder, a roster, or both."),
            remedy=_("Name a folder with one subfolder for each person, or a list with --roster FILE.csv."),
        )
    if folder is not None and not folder.is_dir():
        raise WrongUsageError(
            _("“{name}” is not a folder.").format(name=display_name(str(folder.absolute()))),
            remedy=_("Name a folder with one subfolder for each person."),
        )
    maker = _Planner(_batch(folder, roster), today, folder or (roster.parent if roster else Path()), source)
    if roster is not None:
        maker.take_roster(read_roster(roster, terms), list_others=folder is not None)
    else:
        maker.take_folders(terms)
    return maker.plan()


class _Planner:
    def __init__(self, batch: str, today: date, root: Path, source: str) -> None:
        self._batch, self._today, self._source = batch, today, source
        self._root = root.resolve()
        self._entries: dict[str, Entry] = {}
        self._kept_out: list[KeptOut] = []
        self._left_out: Counter[LeftOut] = Counter()
        self._unknown_columns: tuple[str, ...] = ()

    def plan(self) -> ImportPlan:
        return ImportPlan(
            batch=self._batch,
            entries=tuple(self._entries.values()),
            kept_out=tuple(self._kept_out),
            left_out={kind: self._left_out[kind] for kind in LeftOut if self._left_out[kind]},
            unknown_columns=self._unknown_columns,
        )

    def take_folders(self, terms: ConsentTerms) -> None:
        for folder in self._subfolders():
            files = self._files_of(folder)
            if not files:
                self._left_out[LeftOut.EMPTY_FOLDER] += 1
                continue
            person = Person(id="", display_name=" ".join(unicodedata.normalize("NFC", folder.name).split()))
            if not person.display_name.isprintable():
                why = _("The folder’s name cannot be read as a name; rename it.")
                self._keep_out(display_name(folder.name), KeptOutBecause.NO_NAME, why)
                continue
            row = RosterRow(number=0, person=person, terms=terms)
            self._add(row, f"folder:{folder.name}", files)

    def take_roster(self, roster: Roster, *, list_others: bool) -> None:
        self._unknown_columns = roster.unknown_columns
        for bad in roster.bad:
            self._keep_out(display_text(bad.name), KeptOutBecause.BAD_ROW, bad.why, bad.number)
        by_name: dict[str, list[Path]] = {}
        subfolders = self._subfolders() if list_others else []
        for folder in subfolders:
            by_name.setdefault(folded(folder.name), []).append(folder)
        used: set[Path] = set()
        for row in roster.rows:
            self._take_row(row, by_name, used)
        self._left_out[LeftOut.NOT_ON_ROSTER] += sum(folder not in used for folder in subfolders)

    def _take_row(self, row: RosterRow, by_name: dict[str, list[Path]], used: set[Path]) -> None:
        name, number = row.person.display_name, row.number
        if not name or not name.isprintable():
            self._keep_out(display_text(name), KeptOutBecause.NO_NAME, _("It has no name."), number)
            return
        named = [(text, self._inside(text)) for text in (row.folder, *row.files) if text]
        for text, path in named:
            if path is None or not path.exists():
                why = _("“{name}” is not in the folder of this import.").format(name=text)
                self._keep_out(name, KeptOutBecause.NO_FOLDER, why, number)
                return
        paths = [path for _text, path in named if path is not None]
        if not paths:
            paths = by_name.get(folded(name), [])[:1]
        files = self._files_below(paths)
        used.update(path for path in paths if path.is_dir())
        if paths and not files:
            why = _("Its folder holds no photos, films or recordings.")
            self._keep_out(name, KeptOutBecause.NO_FILES, why, number)
            return
        person = row.person
        outside = person.external_ids[0] if person.external_ids else ""
        self._add(row, f"id:{outside}" if outside else f"name:{folded(name)}/{person.birth}/{row.folder}", files)

    def _add(self, row: RosterRow, key: str, files: Sequence[Path]) -> None:
        person, number = row.person, row.number or None
        hashed = _hash(self._batch, key)
        if hashed in self._entries:
            first = self._entries[hashed]
            why = _("It is the same person as row {row}; give each an external_id if they are two.")
            self._keep_out(person.display_name, KeptOutBecause.TWICE, why.format(row=first.row), number)
            return
        consent = row.terms.consent(person.kind, self._today)
        self._left_out[LeftOut.SURPLUS] += max(0, len(files) - MOST_FILES)
        self._entries[hashed] = Entry(
            key=hashed,
            mark=self._mark(row, files),
            person=person,
            consent=consent,
            row=number,
            files=tuple(files[:MOST_FILES]),
            source=row.source or self._source,
            fault=self._fault(row, consent, files),
        )

    def _fault(self, row: RosterRow, consent: BiometricConsent | None, files: Sequence[Path]) -> KeptOut | None:
        person, number = row.person, row.number or None
        if files and consent is None:
            why = _("Nobody’s face or voice is kept without their biometric consent: give the day they signed it.")
            return KeptOut(name=person.display_name, because=KeptOutBecause.NO_CONSENT, why=why, row=number)
        try:
            check_enrolment(NewPerson(person=person, consent=consent), self._today)
        except WrongUsageError as error:
            return KeptOut(name=person.display_name, because=KeptOutBecause.INVALID, why=str(error), row=number)
        return None

    def _keep_out(self, name: str, because: KeptOutBecause, why: str, row: int | None = None) -> None:
        self._kept_out.append(KeptOut(name=name, because=because, why=why, row=row))

    def _subfolders(self) -> list[Path]:
        found = []
        try:
            inside = sorted(self._root.iterdir(), key=lambda path: path.name)
        except OSError as error:
            raise WrongUsageError(
                _("The folder “{name}” may not be read.").format(name=display_name(str(self._root))),
                remedy=_("Ask its owner for the right to read it."),
                details=type(error).__name__,
            ) from error
        for entry in inside:
            if _is_hidden(entry.name):
                self._left_out[LeftOut.HIDDEN] += 1
            elif entry.is_symlink() and not self._is_inside(entry):
                self._left_out[LeftOut.LINK] += 1
            elif entry.is_dir():
                found.append(entry)
            else:
                self._left_out[LeftOut.LOOSE if _is_media(entry.name) else LeftOut.NOT_MEDIA] += 1
        return found

    def _files_of(self, folder: Path) -> list[Path]:
        found = []

        def note_unreadable(_error: OSError) -> None:
            self._left_out[LeftOut.UNREADABLE] += 1

        # Links to folders are not followed: they could lead in a circle.
        for place, folders, files in os.walk(folder, onerror=note_unreadable):
            hidden = [name for name in folders if _is_hidden(name)]
            self._left_out[LeftOut.HIDDEN] += len(hidden)
            folders[:] = sorted(name for name in folders if name not in hidden)
            self._left_out[LeftOut.LINK] += sum((Path(place) / name).is_symlink() for name in folders)
            for name in sorted(files):
                path = Path(place) / name
                if _is_hidden(name):
                    self._left_out[LeftOut.HIDDEN] += 1
                elif not self._is_inside(path):
                    self._left_out[LeftOut.LINK] += 1
                elif not _is_media(name) or not path.is_file():
                    self._left_out[LeftOut.NOT_MEDIA] += 1
                else:
                    found.append(path)
        return found

    def _files_below(self, paths: Iterable[Path]) -> list[Path]:
        found: dict[Path, None] = {}
        for path in paths:
            found.update(dict.fromkeys(self._files_of(path) if path.is_dir() else [path]))
        return list(found)

    def _inside(self, text: str) -> Path | None:
        # A list made on Windows names its files with backslashes.
        path = self._root / text.replace("\\", "/")
        return path if self._is_inside(path) else None

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._root)

    def _mark(self, row: RosterRow, files: Sequence[Path]) -> str:
        seen = [(str(path.relative_to(self._root)), *_size_and_time(path)) for path in files]
        covered = [modality.value for modality in row.terms.modality]
        return _hash(msgspec.json.encode(row.person).decode(), repr(covered), repr(seen))


def folded(name: str) -> str:
    """Return a name so that it compares equal whatever its case, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def display_text(text: str) -> str:
    """Return what stands in a cell so that it can be shown anywhere."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _batch(folder: Path | None, roster: Path | None) -> str:
    return _hash(*(str(path.resolve()) if path else "" for path in (folder, roster)))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:  # gone meanwhile; whoever opens it tells
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _SYSTEM_FILES


def _is_media(name: str) -> bool:
    return Path(name).suffix.lower() in CLIP_ENDINGS
