"""One window per person and data folder: a second start hands its clips over to the first one and ends.

Who holds the lock file listens on a local socket that only the same account may use. A lock whose holder has died is
taken over, and so is the socket it left.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QDeadlineTimer, QDir, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from countenance.places import Places

LONGEST_MESSAGE = 1 << 20
PATIENCE_MS = 2000
LOOK_EVERY_MS = 50
_ANSWER = b"1"


class Handed(msgspec.Struct, frozen=True, tag_field="what", tag="open"):
    """What a second start asks of the first.

    Attributes:
        clips: absolute paths, as the system spells them; none where the window shall only come forward.
    """

    clips: tuple[bytes, ...]


class Instance(QObject):
    """This start of the program among others of the same person.

    Args:
        places: whose settings folder tells one window's data from another's.
        registry: a registry that was named; each has a window of its own.

    Signals:
        called: the clips that a second start was given, as a list of paths; the window comes forward.
    """

    called = Signal(list)

    def __init__(self, places: Places, registry: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = socket_name(places, registry)
        self._folder = places.settings.parent
        lock = self._folder / f"{Path(self.name).name}.lock"
        self._lock = QLockFile(str(lock))
        # Held for days: a lock is as old as the window is open, and only a dead holder loses it.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._receive)

    def claim(self) -> bool:
        """Return whether this is the only window, and listen for others from now on if it is."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True  # nothing can be kept there either: whoever opens the registry says so
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        QLocalServer.removeServer(self.name)  # what a window left that was killed
        self._server.listen(self.name)
        return True

    def hand_over(self, clips: Sequence[Path]) -> bool:
        """Give the clips to the window that is open; return whether it took them."""
        socket = QLocalSocket()
        # The first one may have claimed its place this instant, and listens in the next.
        deadline = QDeadlineTimer(PATIENCE_MS)
        while not self._reach(socket):
            if deadline.hasExpired():
                return False
            QThread.msleep(LOOK_EVERY_MS)
        message = Handed(clips=tuple(os.fsencode(path.absolute()) for path in clips))
        socket.write(msgspec.msgpack.encode(message))
        socket.flush()
        taken = socket.waitForReadyRead(PATIENCE_MS) and bytes(socket.readAll().data()) == _ANSWER
        socket.disconnectFromServer()
        return taken

    def let_go(self) -> None:
        """Listen no more; the next start opens a window of its own."""
        self._server.close()
        self._lock.unlock()

    def _reach(self, socket: QLocalSocket) -> bool:
        if not _is_ours(self.name):
            return False
        socket.connectToServer(self.name)
        return socket.waitForConnected(PATIENCE_MS)

    def _receive(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda one=socket: self._read(one))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > LONGEST_MESSAGE:
            socket.abort()
            return
        try:
            # Peeked at, because a long message arrives in parts.
            handed = msgspec.msgpack.decode(bytes(socket.peek(LONGEST_MESSAGE).data()), type=Handed)
        except msgspec.ValidationError:
            socket.abort()
            return
        except msgspec.DecodeError:
            return  # not whole yet
        socket.readAll()
        socket.write(_ANSWER)
        socket.flush()
        self.called.emit([Path(os.fsdecode(clip)) for clip in handed.clips])


def socket_name(places: Places, registry: Path | None) -> str:
    """Return the socket's name: one for each account, data folder and named registry; no path can be read from it."""
    account = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    told = [account, str(places.settings.parent.absolute()), str(places.registry.absolute())]
    told += [str(registry.absolute())] if registry is not None else []
    name = "countenance-" + hashlib.sha256("\0".join(told).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    if os.name == "nt":
        return name
    return f"{os.environ.get('XDG_RUNTIME_DIR') or QDir.tempPath()}/{name}"


def _is_ours(name: str) -> bool:
    # In a folder that all accounts share, anybody may put a socket of this name: clips go to our own alone.
    return os.name == "nt" or (os.path.exists(name) and Path(name).stat().st_uid == os.getuid())  # noqa: PTH110 - no error
