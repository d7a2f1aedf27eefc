"""A publisher on this machine: a server of files, as good or as bad as a story needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

_PIECE = 1 << 18


@dataclass
class Publisher:
    """What is served, how, and what was asked for.

    Attributes:
        files: content by file name, or where it lies.
        cuts: after how many bytes each of the next answers breaks off; then they are whole.
        continues: whether a part of a file can be asked for.
        declared: the length that answers claim, where it is another than theirs; 0 for none at all.
        redirect: where every request is sent.
        asked: name and Range header of each request.
    """

    files: Mapping[str, bytes | Path]
    cuts: list[int] = field(default_factory=list)
    continues: bool = True
    declared: int | None = None
    redirect: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    @property
    def names(self) -> list[str]:
        """Return the names asked for, in their order."""
        return [name for name, _range in self.asked]


@contextmanager
def serving(publisher: Publisher) -> Iterator[Publisher]:
    """Serve on this machine while the block runs."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, wanted = unquote(self.path.removeprefix("/")), self.headers.get("Range", "")
            publisher.asked.append((name, wanted))
            found = publisher.files.get(name)
            if publisher.redirect:
                self.send_response(302)
                self.send_header("Location", publisher.redirect)
                self.end_headers()
            elif found is None:
                self.send_error(404)
            else:
                self._give(found, wanted)

        def _give(self, found: bytes | Path, wanted: str) -> None:
            size = len(found) if isinstance(found, bytes) else found.stat().st_size
            start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if publisher.continues else 0
            if start and start >= size:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{size}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            if publisher.declared != 0:
                self.send_header("Content-Length", str(publisher.declared or size - start))
            self.end_headers()
            left = min(publisher.cuts.pop(0), size - start) if publisher.cuts else size - start
            for piece in _pieces(found, start):
                if left <= 0:
                    break
                try:
                    self.wfile.write(piece[:left])
                except OSError:  # who asked went away
                    break
                left -= len(piece)
            self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = False
    worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    worker.start()
    publisher.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield publisher
    finally:
        server.shutdown()
        worker.join()
        server.server_close()


def _pieces(found: bytes | Path, start: int) -> Iterator[bytes]:
    if isinstance(found, bytes):
        yield found[start:]
        return
    with found.open("rb") as file:
        file.seek(start)
        while piece := file.read(_PIECE):
            yield piece
