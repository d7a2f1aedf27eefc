"""Published files inside a zip: found by name or hash, copied out one at a time, never unpacked.

No name in a zip is ever used as a path, links and locked members are passed over, and what a member claims to be is
compared with what comes out of it. A list of contents larger than any honest one is not even read.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken
from models.manifests import MOST_BYTES, SourceFile
from models.streams import PIECE_BYTES, copy_pieces, hash_pieces

MOST_ALTOGETHER_BYTES = 4 * MOST_BYTES
"""Most that all members together may claim: the largest known package of models holds a tenth of it."""

_MOST_LIST_BYTES = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the library raises over a spoilt zip; RuntimeError where a member is packed in a way it does not know.
_FAULTS = (OSError, EOFError, OverflowError, RuntimeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error)
_LOCKED = 0x1


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does."""
    try:
        with path.open("rb") as file:
            return file.read(4) in {b"PK\3\4", b"PK\5\6"}
    except OSError:
        return False


class OpenZip:
    """A zip open for reading; use it as a context manager.

    Args:
        path: of the zip.

    Raises:
        ModelsError: it is none, is damaged, or holds more than models do.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hashes: dict[int, str] = {}
        file = None
        try:
            file = _Sparing(path)
            self._zip = zipfile.ZipFile(file)
        except _FAULTS as error:
            if file is not None:
                file.close()
            raise _damaged(path, f"{type(error).__name__}: {error}") from error
        self._file = file
        self._members = [member for member in self._zip.infolist() if _is_plain(member)]
        if sum(member.file_size for member in self._members) > MOST_ALTOGETHER_BYTES:
            self.close()
            raise ModelsError(
                _("The zip “{file}” holds more than any package of models does; it is not opened.").format(
                    file=path.name
                )
            )

    def __enter__(self) -> OpenZip:
        """Return the zip."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    def take(self, file: SourceFile, target: Path, cancel: CancelToken, known_as: Collection[str] = ()) -> bool:
        """Copy the member that is the published file into `target`, a new file; return whether there is one.

        Members that are called as the file, or as `known_as` says, come first; then those that end as it does.

        Raises:
            ModelsError: the member is damaged.
            OSError: `target` cannot be written.
            CancelledError: the user stopped the work.
        """
        member = self._find(file, {file.name, *map(name_in_zip, known_as)}, cancel)
        if member is None:
            return False
        read = copy_pieces(self._pieces(member), target, file.bytes or MOST_BYTES, cancel)
        if read.sha256 == file.sha256:
            return True
        target.unlink()
        raise _damaged(self._path, f"{member.filename} changed while it was read")

    def holds(self, name: str) -> bool:
        """Whether a member has this name, in whatever folder."""
        return any(name_in_zip(member.filename) == name for member in self._members)

    def _find(self, file: SourceFile, names: set[str], cancel: CancelToken) -> zipfile.ZipInfo | None:
        ending = Path(file.name).suffix.lower()
        likely = [member for member in self._members if name_in_zip(member.filename) in names]
        others = [
            member for member in self._members if member not in likely and member.filename.lower().endswith(ending)
        ]
        for member in (*likely, *others):
            fits = member.file_size == file.bytes if file.bytes else member.file_size <= MOST_BYTES
            if fits and self._hash(member, cancel) == file.sha256:
                return member
        return None

    def _hash(self, member: zipfile.ZipInfo, cancel: CancelToken) -> str:
        # Several models may be looked for in one zip; two members may have one name, never one place.
        if member.header_offset not in self._hashes:
            self._hashes[member.header_offset] = hash_pieces(self._pieces(member), cancel).sha256
        return self._hashes[member.header_offset]

    def _pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._zip.open(member) as stream:
                # Never more than the member's claimed size: the library stops there, and compares a checksum.
                while piece := stream.read(PIECE_BYTES):
                    yield piece
        except _FAULTS as error:
            raise _damaged(self._path, f"{member.filename}: {type(error).__name__}: {error}") from error


class _Sparing(io.FileIO):
    """A file of which no more than a small list of contents is read at once: a zip's list is read in one piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            here = self.tell()
            size = self.seek(0, io.SEEK_END) - here
            self.seek(here)
        if size > _MOST_LIST_BYTES:
            message = "a list of contents of this size belongs to no package of models"
            raise zipfile.BadZipFile(message)
        return super().read(size) or b""


def name_in_zip(path: str) -> str:
    """Return what a member is called, without its folders."""
    return path.replace("\\", "/").rpartition("/")[2]


def _is_plain(member: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(member.external_attr >> 16)
    regular = not member.is_dir() and kind in {0, stat.S_IFREG}
    return regular and not member.flag_bits & _LOCKED and member.compress_type in _METHODS


def _damaged(path: Path, details: str) -> ModelsError:
    return ModelsError(
        _("The zip “{file}” is damaged, or is none.").format(file=path.name),
        remedy=_("Fetch it again."),
        details=details,
    )
