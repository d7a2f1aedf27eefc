"""Single files over https, capped at their known size; the caller checks the hash."""

from __future__ import annotations

import http.client
import ipaddress
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from typing import IO

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from models.manifests import MOST_BYTES, SourceFile

_TIMEOUT_S = 30.0
_CHUNK = 1 << 16


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

    def fetch(self, file: SourceFile, on_progress: ProgressHook, cancel: CancelToken) -> bytes:
        """Return the bytes at the file's address, at most one more than its known size.

        Raises:
            ModelsError: the address did not answer, or led away from https.
            CancelledError: the user stopped the work.
        """
        address, most = self._address(file), file.bytes or MOST_BYTES
        step = _("Downloading {name}").format(name=file.name)
        on_progress(step, 0, file.bytes or 0)
        received = bytearray()
        try:
            request = urllib.request.Request(address, headers={"User-Agent": "countenance"})  # noqa: S310 -- see _address
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                # One byte beyond the known size is enough to know that it is another file.
                while len(received) <= most:
                    cancel.raise_if_cancelled()
                    chunk = answer.read(min(_CHUNK, most + 1 - len(received)))
                    if not chunk:
                        break
                    received += chunk
                    on_progress(step, min(len(received), most), file.bytes or 0)
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(file, address, error) from error
        return bytes(received)

    def _address(self, file: SourceFile) -> str:
        if self._mirror is not None:
            return f"{self._mirror}/{file.name}"
        if file.url is None or not _is_https(file.url):
            raise _insecure(file.url or file.name)
        return file.url


class _HttpsRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to https addresses only."""

    def redirect_request(  # noqa: PLR0917 -- the library's signature
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if not _is_https(newurl):
            raise _insecure(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type] # typeshed: HTTPMessage


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


def _unreachable(file: SourceFile, address: str, error: Exception) -> ModelsError:
    return ModelsError(
        _("“{file}” could not be downloaded from {host}.").format(
            file=file.name, host=urllib.parse.urlsplit(address).hostname
        ),
        remedy=_("Check the connection and try again, or fetch the file by hand and use --from."),
        details=f"{type(error).__name__}: {error}",
    )
