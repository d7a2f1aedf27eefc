"""Single files over https, continued where they broke off, and kept under their hash until they are whole."""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import Message
from functools import partial
from pathlib import Path
from typing import IO

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.manifests import MOST_BYTES, Archive, SourceFile
from models.streams import pieces_of

DOWNLOADS = ".downloads"
"""Folder, in a store, of what was not yet downloaded whole, or is still read from."""

_KEPT_S = 7 * 24 * 3600.0
_TIMEOUT_S = 30.0
_CHUNK = 1 << 16
_ATTEMPTS = 4
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


class Downloader:
    """Fetches published files; every address on the way must be https.

    Args:
        mirror: fetch `<mirror>/<file name>` instead of a file's own address; https, or http to a loopback address.

    Raises:
        ModelsError: the mirror is neither.
    """

    def __init__(self, mirror: str | None = None) -> None:
        if mirror is not None and not _is_https(mirror) and not _is_loopback(mirror):
            raise _insecure(mirror)
        self._mirror = mirror.rstrip("/") if mirror else None
        # Without a mirror, a plain http address is refused even on this machine.
        self._opener = urllib.request.build_opener(_HttpsRedirects())

    def fetch(
        self, wanted: SourceFile | Archive, downloads: Path, on_progress: ProgressHook, cancel: CancelToken
    ) -> Path:
        """Return the file at its address, whole and with the pinned hash, in the folder `downloads`.

        What is there of it already is not fetched again: a connection that breaks off, or a person who stops the work,
        leaves its part for the next time. A continued file of another hash is thrown away and begun anew.

        Raises:
            ModelsError: the address did not answer, led away from https, or gave another file.
            OSError: the folder cannot be written.
            CancelledError: the user stopped the work.
        """
        address = self._address(wanted)
        downloads.mkdir(exist_ok=True)
        part = _Part(part_of(wanted, downloads), cancel)
        step = _("Downloading {name}").format(name=wanted.name)
        on_progress(step, part.size, wanted.bytes or 0)
        if part.is_whole(wanted):
            return part.path
        if part.size >= (wanted.bytes or MOST_BYTES):
            part.start_over()
        trouble: Exception | None = None
        for _attempt in range(_ATTEMPTS):
            began_at = part.size
            trouble = self._receive(address, wanted, part, partial(on_progress, step), cancel)
            if part.is_whole(wanted):
                return part.path
            if trouble is None:
                continued = part.continued
                part.start_over()
                if not continued:
                    raise not_published(wanted.name)
            elif part.size <= began_at:
                break
        raise _unreachable(wanted, address, trouble) from trouble

    def _receive(
        self,
        address: str,
        wanted: SourceFile | Archive,
        part: _Part,
        tell: Callable[[float, float], None],
        cancel: CancelToken,
    ) -> Exception | None:
        """Add to a part what the address gives from there on, and return why that ended early; None where it did not.

        At most one byte beyond the known size is read: enough to know that it is another file.
        """
        most = wanted.bytes or MOST_BYTES
        try:
            answer = self._ask(address, part)
        except (OSError, http.client.HTTPException) as error:
            return error
        with answer, part.path.open("ab") as file:
            total = part.settle(answer, file)
            if wanted.bytes and total not in {0, wanted.bytes}:
                return None  # another file; not worth reading
            while part.size <= most:
                cancel.raise_if_cancelled()
                try:
                    chunk = answer.read(min(_CHUNK, most + 1 - part.size))
                except (OSError, http.client.HTTPException) as error:
                    return error
                if not chunk:
                    break
                part.add(chunk, file)
                tell(min(part.size, most), wanted.bytes or total)
            file.flush()
            os.fsync(file.fileno())
        return EOFError(f"{part.size} of {total} bytes") if part.size < total else None

    def _ask(self, address: str, part: _Part) -> http.client.HTTPResponse:
        headers = {"User-Agent": "countenance"}
        if part.size:
            headers["Range"] = f"bytes={part.size}-"
        try:
            answer: http.client.HTTPResponse = self._opener.open(
                urllib.request.Request(address, headers=headers),  # noqa: S310 -- see _address
                timeout=_TIMEOUT_S,
            )
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not part.size:
                raise
            part.start_over()
            return self._ask(address, part)
        if answer.status == http.HTTPStatus.PARTIAL_CONTENT and _range_start(answer) != part.size:
            answer.close()
            part.start_over()
            return self._ask(address, part)
        return answer

    def _address(self, wanted: SourceFile | Archive) -> str:
        if self._mirror is not None:
            return f"{self._mirror}/{wanted.name}"
        if wanted.url is None or not _is_https(wanted.url):
            raise _insecure(wanted.url or wanted.name)
        return wanted.url


class _Part:
    """What is there of a file, with its hash so far.

    Attributes:
        continued: whether its beginning came at another time than the rest.
    """

    def __init__(self, path: Path, cancel: CancelToken) -> None:
        self.path = path
        self.size = 0
        self.continued = False
        self._digest = hashlib.sha256()
        if path.exists():
            for piece in pieces_of(path):
                cancel.raise_if_cancelled()
                self._digest.update(piece)
                self.size += len(piece)

    def is_whole(self, wanted: SourceFile | Archive) -> bool:
        return self.size > 0 and self._digest.hexdigest() == wanted.sha256

    def add(self, chunk: bytes, file: IO[bytes]) -> None:
        file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def start_over(self) -> None:
        self.path.unlink(missing_ok=True)
        self._forget()

    def settle(self, answer: http.client.HTTPResponse, file: IO[bytes]) -> int:
        """Agree with where an answer begins, and return how long the whole file is; 0 where that is not said."""
        length = answer.length or 0
        if answer.status == http.HTTPStatus.PARTIAL_CONTENT:
            self.continued = True
            return self.size + length if length else 0
        file.truncate(0)
        self._forget()
        return length

    def _forget(self) -> None:
        self._digest, self.size, self.continued = hashlib.sha256(), 0, False


class _HttpsRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to https addresses only."""

    def redirect_request(  # noqa: PLR0917 -- the library's signature
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if not _is_https(newurl):
            raise _insecure(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type] # typeshed: HTTPMessage


def part_of(wanted: SourceFile | Archive, downloads: Path) -> Path:
    """Return where a file is downloaded to; its name is its hash, so what continues it is the same file."""
    return downloads / f"{wanted.sha256}.part"


def sweep_downloads(downloads: Path) -> None:
    """Remove the parts that nobody has continued for a week."""
    if not downloads.is_dir():
        return
    for part in downloads.iterdir():
        if part.stat().st_mtime < time.time() - _KEPT_S:
            part.unlink()


def not_published(name: str, details: str = "") -> ModelsError:
    """Return the error for a downloaded file that is not the pinned one."""
    return ModelsError(
        _("The downloaded file “{file}” is not the published one; it was thrown away.").format(file=name),
        remedy=_("Try again later; if it happens again, fetch the file by hand and use --from."),
        details=details,
    )


def _range_start(answer: http.client.HTTPResponse) -> int:
    found = _RANGE.fullmatch(answer.headers.get("Content-Range") or "")
    return int(found[1]) if found else -1


def _is_https(address: str) -> bool:
    return urllib.parse.urlsplit(address).scheme == "https"


def _is_loopback(address: str) -> bool:
    parts = urllib.parse.urlsplit(address)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _insecure(address: str) -> ModelsError:
    return ModelsError(
        _("The address “{address}” is refused: models are fetched over https only.").format(address=address),
        remedy=_("Fetch the files by hand and use --from."),
    )


def _unreachable(wanted: SourceFile | Archive, address: str, error: Exception | None) -> ModelsError:
    return ModelsError(
        _("“{file}” could not be downloaded from {host}.").format(
            file=wanted.name, host=urllib.parse.urlsplit(address).hostname
        ),
        remedy=_("Check the connection and try again, or fetch the file by hand and use --from."),
        details=f"{type(error).__name__}: {error}",
    )
