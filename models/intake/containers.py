"""A folder or a zip as what it holds: looked up by name, opened for reading, never unpacked by the names inside."""

from __future__ import annotations

import errno
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol, cast

from models.intake.refusals import Refusal, RefusedError

MOST_BYTES = 1 << 30
"""Of one file, as it is or unpacked; the largest published embedder of faces has a quarter of it."""

_MOST_IN_ALL = 2 << 30
_MOST_FILES = 2_000
_HIGHEST_RATIO = 200
_RATIO_MATTERS = 8 << 20
"""Below this, whatever it was packed to, a file does no harm; tables of zeros are packed to next to nothing."""
_MOST_DIRECTORY = 4 << 20
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".whl")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_HEADER, _HEADER_BYTES = b"PK\x03\x04", 30
_SIZES_FOLLOW = 0x8
_LONGEST_NAME = 1_024
_MOST_LEVELS = 4
_END_RECORD, _END_BYTES, _LOCATOR, _LOCATOR_BYTES = b"PK\x05\x06", 22, b"PK\x06\x07", 20
_NO_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Container(Protocol):
    """What a package lies in; names are relative, with “/” between folders.

    Attributes:
        name: of the folder that holds the models, by which a package without a manifest is known.
    """

    name: str

    def listing(self) -> tuple[str, ...]:
        """Return the names of the files at the top, sorted."""
        ...

    def has(self, name: str) -> bool:
        """Return whether there is anything of this name, whatever it is."""
        ...

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """Open a file for reading from its start on; gives its size in bytes too.

        Raises:
            RefusedError: there is none, it is a link or no plain file, too large, damaged, or may not be read.
        """
        ...


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """Open a folder or a zip.

    Raises:
        RefusedError: it is neither, or not one that is safe to read.
    """
    try:
        kind = path.stat().st_mode
    except PermissionError as error:
        raise RefusedError(Refusal.NO_PERMISSION) from error
    except (OSError, ValueError) as error:
        raise RefusedError(Refusal.MISSING) from error
    if stat.S_ISDIR(kind):
        yield _lowest(Folder(path))
    elif stat.S_ISREG(kind):
        with _open_plain(path, "") as (stream, size):
            yield _opened_zip(stream, size, path)
    else:
        raise RefusedError(Refusal.NOT_A_PACKAGE)


class Folder:
    """A folder; links in it are not followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    def entries(self) -> list[os.DirEntry[str]]:
        """Return what lies in it."""
        found = []
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    found.append(entry)
                    if len(found) > _MOST_FILES:
                        raise RefusedError(Refusal.TOO_MANY)
        except OSError as error:
            raise RefusedError(Refusal.NO_PERMISSION) from error
        return found

    def listing(self) -> tuple[str, ...]:
        """See `Container`."""
        return tuple(sorted(entry.name for entry in self.entries() if not entry.is_dir(follow_symlinks=False)))

    def has(self, name: str) -> bool:
        """See `Container`."""
        return os.path.lexists(self.path / name)

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """See `Container`."""
        place = self.path
        for part in PurePosixPath(name).parts:
            place = place / part
            if os.path.islink(place):  # noqa: PTH114 -- that of pathlib raises where a folder may not be looked into
                raise RefusedError(Refusal.LINK, name)
        with _open_plain(place, name) as (stream, size):
            yield stream, size


class Zip:
    """A zip whose directory has been looked through.

    Args:
        archive: opened; its members are read only through it.
        members: those under `top`, by their name below it.
        name: of the folder they stand for.
    """

    def __init__(self, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> None:
        self._archive = archive
        self._members = members
        self.name = name

    def listing(self) -> tuple[str, ...]:
        """See `Container`."""
        return tuple(sorted(name for name in self._members if "/" not in name))

    def has(self, name: str) -> bool:
        """See `Container`."""
        return name in self._members

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """See `Container`."""
        member = self._members.get(name)
        if member is None:
            raise RefusedError(Refusal.FILE_MISSING, name)
        with _damaged_at(name), self._archive.open(member) as stream:
            yield cast("BinaryIO", stream), member.file_size


def _opened_zip(stream: BinaryIO, size: int, path: Path) -> Zip:
    count = _require_small_directory(stream, size)
    with _damaged_at(""):
        archive = zipfile.ZipFile(stream)
    members = archive.infolist()
    _require_whole(stream, members, count)
    seen: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for member in members:
        _require_plain(member)
        key = unicodedata.normalize("NFC", member.filename.rstrip("/")).casefold()
        if key in folded:
            raise RefusedError(Refusal.DUPLICATE, member.filename)
        folded.add(key)
        if not member.is_dir() and not _beside(member.filename):
            seen[member.filename] = member
    for name in seen:  # one name for a file and for a folder
        if any(str(parent) in seen for parent in PurePosixPath(name).parents):
            raise RefusedError(Refusal.DUPLICATE, name)
    if not seen:
        raise RefusedError(Refusal.NOTHING_OF_USE)
    _require_small(members, size)
    _require_agreeing(stream, members, archive.start_dir)
    top = path.stem
    for _level in range(_MOST_LEVELS):
        tops = {name.split("/", 1)[0] for name in seen}
        if len(tops) > 1 or not all("/" in name for name in seen):
            break
        (top,) = tops
        seen = {name.removeprefix(f"{top}/"): member for name, member in seen.items()}
    return Zip(archive, seen, top)


def _require_small_directory(stream: BinaryIO, size: int) -> int:
    """Return how many members a zip says it has, found as zipfile finds it; refuse one that would fill memory."""
    start = max(0, size - _END_BYTES - (1 << 16))
    stream.seek(start)
    tail = stream.read(_END_BYTES + (1 << 16))
    at = len(tail) - _END_BYTES
    if at < 0 or tail[at : at + 4] != _END_RECORD or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_RECORD)
    record = tail[max(at, 0) : at + _END_BYTES]
    if at < 0 or len(record) < _END_BYTES:
        raise RefusedError(Refusal.NOT_A_ZIP)
    if tail[max(0, at - _LOCATOR_BYTES) :].startswith(_LOCATOR) and at >= _LOCATOR_BYTES:
        raise RefusedError(Refusal.ZIP_UNUSUAL, found="ZIP64")
    disks, on_disk, count = (int.from_bytes(record[place : place + 2], "little") for place in (4, 8, 10))
    directory, remark = int.from_bytes(record[12:16], "little"), int.from_bytes(record[20:22], "little")
    if count > _MOST_FILES or directory > _MOST_DIRECTORY:
        raise RefusedError(Refusal.TOO_MANY)
    if disks or on_disk != count or remark != len(tail) - at - _END_BYTES:
        raise RefusedError(Refusal.ZIP_UNUSUAL, found="in several parts, or with more behind it")
    stream.seek(0)
    return count


def _require_whole(stream: BinaryIO, members: list[zipfile.ZipInfo], count: int) -> None:
    """Refuse a zip whose directory is longer or shorter than it says, or with something else before the first file."""
    if len(members) != count:
        raise RefusedError(Refusal.NOT_A_ZIP)
    stream.seek(0)
    if members and (stream.read(4) != _HEADER or min(member.header_offset for member in members)):
        raise RefusedError(Refusal.ZIP_UNUSUAL, found="with something before it")


def _require_agreeing(stream: BinaryIO, members: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse members that lie over each other, or of which the directory says something else than their own header."""
    ends = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        name = member.orig_filename
        if member.header_offset < ends:
            raise RefusedError(Refusal.BOMB, name)
        stream.seek(member.header_offset)
        header = stream.read(_HEADER_BYTES)
        if header[:4] != _HEADER or len(header) < _HEADER_BYTES:
            raise RefusedError(Refusal.ZIP_DAMAGED, name)
        _mark, _version, flags, method, _time, _day, crc, packed, size, long, more = struct.unpack("<4s5H3I2H", header)
        told = (member.CRC, member.compress_size, member.file_size)
        sizes_agree = bool(flags & _SIZES_FOLLOW) or (crc, packed, size) == told
        if flags & _ENCRYPTED or method != member.compress_type or not sizes_agree:
            raise RefusedError(Refusal.ZIP_DAMAGED, name)
        ends = member.header_offset + _HEADER_BYTES + long + more + member.compress_size
        if ends > directory:
            raise RefusedError(Refusal.ZIP_DAMAGED, name)


def _require_plain(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.rstrip("/").split("/")
    # Zip's names have “/” between folders; what else separates, or names a drive, leads out on some system.
    if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or any(p in ("", ".", "..") for p in parts):
        raise RefusedError(Refusal.ESCAPES, name)
    if len(name) > _LONGEST_NAME:
        raise RefusedError(Refusal.ZIP_UNUSUAL, found="a name that long")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise RefusedError(Refusal.LINK, name)
    if member.flag_bits & _ENCRYPTED:
        raise RefusedError(Refusal.ENCRYPTED, name)
    if name.lower().endswith(_ARCHIVES):
        raise RefusedError(Refusal.NESTED, name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError(Refusal.ZIP_UNUSUAL, name, f"method {member.compress_type}")


def _require_small(members: list[zipfile.ZipInfo], size: int) -> None:
    for member in members:
        packed = max(1, member.compress_size)
        if member.file_size > _RATIO_MATTERS and member.file_size / packed > _HIGHEST_RATIO:
            raise RefusedError(Refusal.BOMB, member.filename)
        if member.file_size > MOST_BYTES:
            raise RefusedError(Refusal.TOO_LARGE, member.filename)
    # Members that lie over each other are more together than the zip they lie in.
    if sum(member.compress_size for member in members) > size:
        raise RefusedError(Refusal.BOMB, max(members, key=lambda member: member.compress_size).filename)
    if sum(member.file_size for member in members) > _MOST_IN_ALL:
        raise RefusedError(Refusal.TOO_LARGE)


def _lowest(folder: Folder) -> Folder:
    """Return the folder, or the only one in it where it holds nothing else, as an unpacked zip often does."""
    for _level in range(_MOST_LEVELS):
        entries = [entry for entry in folder.entries() if not _beside(entry.name)]
        if len(entries) != 1 or not entries[0].is_dir(follow_symlinks=False):
            break
        folder = Folder(folder.path / entries[0].name)
    return folder


def _beside(name: str) -> bool:
    """Return whether a name is what systems leave beside files."""
    return name.split("/", 1)[0] == "__MACOSX" or PurePosixPath(name).name in (".DS_Store", "Thumbs.db", "desktop.ini")


@contextmanager
def _open_plain(path: Path, name: str) -> Iterator[tuple[BinaryIO, int]]:
    try:
        # Not waiting: opening a pipe would, for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | _NO_BLOCKING)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RefusedError(Refusal.FILE_MISSING, name) from error
    except OSError as error:
        special = error.errno in (errno.ELOOP, errno.ENXIO)
        raise RefusedError(Refusal.LINK if special else Refusal.NO_PERMISSION, name) from error
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise RefusedError(Refusal.LINK, name)
    with os.fdopen(descriptor, "rb") as stream:
        if state.st_size > (MOST_BYTES if name else _MOST_IN_ALL):
            raise RefusedError(Refusal.TOO_LARGE, name)
        yield stream, state.st_size


@contextmanager
def _damaged_at(name: str) -> Iterator[None]:
    try:
        yield
    except zipfile.BadZipFile as error:
        raise RefusedError(Refusal.ZIP_DAMAGED if name else Refusal.NOT_A_ZIP, name) from error
    except (EOFError, zlib.error, NotImplementedError, RuntimeError, UnicodeDecodeError, OverflowError) as error:
        raise RefusedError(Refusal.ZIP_DAMAGED, name) from error


Copied = Callable[[bytes], object]


def copy(source: IO[bytes], target: IO[bytes], size: int, name: str, also: Copied) -> int:
    """Copy a stream to its end, handing each part to `also`; return the number of bytes.

    Raises:
        RefusedError: it is longer or shorter than it was said to be.
    """
    done = 0
    while part := source.read(1 << 20):
        done += len(part)
        if done > size:
            break
        target.write(part)
        also(part)
    if done != size:
        raise RefusedError(Refusal.ONNX_DAMAGED, name)
    return done
