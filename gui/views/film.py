"""Plays a proxy from memory, with Qt's player, and goes exactly to the frame that is meant."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    SIGNAL,
    SLOT,
    QBuffer,
    QByteArray,
    QElapsedTimer,
    QIODevice,
    QLibrary,
    QLibraryInfo,
    QLoggingCategory,
    QObject,
    QTimer,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage

from gui.presenters.previews import Frames
from scan.proxy import Proxy

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink

SHORTEST_SHOW_MS = 20
"""Pictures that come quicker, at twice the speed and more, are passed over."""
_PATIENCE_MS = 400
"""So long a picture is waited for before the player is sent on to the next place."""
_BACKWARDS_MS = 66
_BLACK = np.int16(16 * 149 >> 7)


class Film(QObject):
    """A proxy that is being watched; lives on the window's thread.

    Signals:
        shown: a picture, and the time of the frame in seconds.
        moved: where playing stands, in seconds.
        turned: it was started, stopped, or another speed was chosen.
        broke: it cannot be played on this computer.
    """

    shown = Signal(object, float)
    moved = Signal(float)
    turned = Signal()
    broke = Signal()

    def __init__(self, proxy: Proxy, *, audible: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        load_player()
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink

        self.frames = Frames(proxy.frames_s, proxy.duration_s)
        self._data = QByteArray(proxy.data)
        self._buffer = QBuffer(self._data, self)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink: QVideoSink = QVideoSink(self)
        self._player: QMediaPlayer = QMediaPlayer(self)
        self._at_s = self._frame_s = self._speed = 0.0
        self._loop: tuple[float, float] | None = None
        self._awaited_s: float | None = None
        self._next_s: float | None = None
        self._ended = self._loaded = False
        self._since_shown, self._since_turned = QElapsedTimer(), QElapsedTimer()
        self._late, self._patience, self._backwards = QTimer(self), QTimer(self), QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._show)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._arrived)
        self._backwards.setInterval(_BACKWARDS_MS)
        self._backwards.timeout.connect(self._go_back)
        self._output: QAudioOutput | None = self._audio() if audible and proxy.sounds else None
        _acquaint(self._sink, "videoSizeChanged()", self._late)
        _acquaint(self._player, "seekableChanged(bool)", self._late)
        self._player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._came)
        self._player.positionChanged.connect(self._position)
        self._player.mediaStatusChanged.connect(self._status)
        self._player.errorOccurred.connect(self._error)
        self._player.setSourceDevice(self._buffer, QUrl())
        self._player.pause()

    @property
    def at_s(self) -> float:
        """Where playing stands."""
        return self._at_s

    @property
    def speed(self) -> float:
        """How fast it plays: 1 is usual, below 0 backwards, 0 not at all."""
        return self._speed

    @property
    def frame_s(self) -> float:
        """The time of the frame that was shown last."""
        return self._frame_s

    def play(self, speed: float = 1.0) -> None:
        """Play at a speed; below 0 backwards."""
        self._speed = speed
        if speed > 0:
            self._backwards.stop()
            self._player.setPlaybackRate(speed)
            if self._ended or self._at_s >= self.frames.length_s - 0.05:
                self.seek(self._loop[0] if self._loop else 0.0)
            self._player.play()
        elif speed < 0:
            self._player.pause()
            self._since_turned.start()
            self._backwards.start()
        else:
            self.pause()
            return
        self.turned.emit()

    def pause(self) -> None:
        """Stop where it is."""
        self._speed = 0.0
        self._backwards.stop()
        self._player.pause()
        self.turned.emit()

    def seek(self, at_s: float) -> None:
        """Go to a time; the frame that is shown then is shown."""
        at_s = min(max(0.0, at_s), self.frames.length_s)
        self._at_s = at_s
        self.moved.emit(at_s)
        # While the player is on its way somewhere, only the last place asked for is worth going to; before it has
        # looked at what it plays it goes nowhere.
        if self._awaited_s is not None or not self._loaded:
            self._next_s = at_s
        else:
            self._send(at_s)

    def step(self, by: int) -> None:
        """Pause, and go some frames on, or back."""
        self.pause()
        self.seek(self.frames.stepped(self._at_s, by))

    def loop(self, bounds: tuple[float, float] | None) -> None:
        """Play between two times round and round; None plays to the end."""
        self._loop = bounds

    def sound(self, volume: float, *, muted: bool) -> None:
        """Set how loud it is, 0 to 1."""
        if self._output is not None:
            self._output.setVolume(volume)
            self._output.setMuted(muted)

    def close(self) -> None:
        """Let go of the player and of the proxy."""
        for timer in (self._late, self._patience, self._backwards):
            timer.stop()
        self._sink.videoFrameChanged.disconnect(self._came)
        self._player.positionChanged.disconnect(self._position)
        self._player.mediaStatusChanged.disconnect(self._status)
        self._player.errorOccurred.disconnect(self._error)
        self._player.stop()
        self._player.setSource(QUrl())
        self._buffer.close()
        self._buffer.setData(QByteArray())
        self._data = QByteArray()
        self.deleteLater()

    def _audio(self) -> QAudioOutput:
        from PySide6.QtMultimedia import QAudioOutput

        output = QAudioOutput(self)
        _acquaint(output, "volumeChanged(float)", self._late)
        self._player.setAudioOutput(output)
        return output

    def _send(self, at_s: float) -> None:
        self._next_s = None
        if self._ended:
            # At its end a player has stopped, and shows nothing until it is woken.
            self._ended = False
            (self._player.play if self._speed > 0 else self._player.pause)()
        if self.frames.times:
            self._awaited_s = self.frames.times[self.frames.index_at(at_s)]
            self._patience.start(_PATIENCE_MS)
        self._player.setPosition(self.frames.position_ms(at_s))

    @Slot()
    def _arrived(self) -> None:
        """Be where the player was sent, or give it up; go on to where it was asked to be meanwhile."""
        self._patience.stop()
        self._awaited_s = None
        if self._next_s is not None:
            self._send(self._next_s)

    @Slot()
    def _came(self) -> None:
        frame = self._sink.videoFrame()
        if not frame.isValid():  # at the end: the last picture stays
            return
        at_s = frame.startTime() / 1e6
        if self._awaited_s is not None:
            if abs(at_s - self._awaited_s) < 0.002:
                self._arrived()
        elif self._speed > 0:
            self._tell(at_s)
        waited_ms = self._since_shown.elapsed() if self._since_shown.isValid() else SHORTEST_SHOW_MS
        if waited_ms >= SHORTEST_SHOW_MS:
            self._show()
        elif not self._late.isActive():
            self._late.start(int(SHORTEST_SHOW_MS - waited_ms))

    @Slot()
    def _show(self) -> None:
        self._late.stop()
        frame = self._sink.videoFrame()
        if frame.isValid():
            self._since_shown.start()
            self._frame_s = frame.startTime() / 1e6
            self.shown.emit(image_of(frame), self._frame_s)

    @Slot()
    def _position(self) -> None:
        """Tell where the sound is where there is no picture any more, or none at all."""
        at_s = self._player.position() / 1000
        beyond = not self.frames.times or at_s > self.frames.times[-1] + 0.1
        if beyond and self._speed > 0 and self._awaited_s is None:
            self._tell(at_s)

    @Slot()
    def _status(self) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        status = self._player.mediaStatus()
        if not self._loaded and status in (
            QMediaPlayer.MediaStatus.LoadedMedia,
            QMediaPlayer.MediaStatus.BufferedMedia,
        ):
            self._loaded = True
            self._arrived()
        if status is QMediaPlayer.MediaStatus.EndOfMedia:
            self._ended = True
            if self._speed > 0 and self._loop is not None:
                self.seek(self._loop[0])
            elif self._speed > 0:
                self._tell(self.frames.length_s)
                self._speed = 0.0
                self.turned.emit()
        elif status is QMediaPlayer.MediaStatus.InvalidMedia:
            self.broke.emit()

    @Slot()
    def _error(self) -> None:
        self.broke.emit()

    def _tell(self, at_s: float) -> None:
        if self._loop is not None and self._speed > 0 and at_s >= self._loop[1]:
            self.seek(self._loop[0])
            return
        self._at_s = at_s
        self.moved.emit(at_s)

    @Slot()
    def _go_back(self) -> None:
        passed_s = self._since_turned.restart() / 1000
        start_s = self._loop[0] if self._loop is not None else 0.0
        at_s = self._at_s + self._speed * passed_s
        if at_s <= start_s:
            self.pause()
            at_s = start_s
        self.seek(at_s)


def _acquaint(one: QObject, signal: str, other: QObject) -> None:
    """Have it looked up, in this thread, that nothing of Python is called when somebody connects to an object.

    The first look takes Python's lock. Qt's own threads let go of these objects while they hold a lock of Qt's, for
    which this thread may be waiting with Python's in its hand: then the window stands still (met in a scan of 100
    clips).
    """
    QObject.connect(one, SIGNAL(signal), other, SLOT("stop()"))
    QObject.disconnect(one, SIGNAL(signal), other, SLOT("stop()"))


def load_player() -> None:
    """Read Qt's player from the disk, in any thread: it takes longer than a window may be still.

    Raises:
        ImportError: a library of the system that it needs is missing.
    """
    # Each library for faster decoding that a computer lacks would be a warning; none is needed.
    QLoggingCategory.setFilterRules("qt.multimedia.symbolsresolver=false")
    import_module("PySide6.QtMultimedia")
    for plugin in (Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "multimedia").glob("*ffmpeg*"):
        QLibrary(str(plugin)).load()


def image_of(frame: QVideoFrame) -> QImage:
    """Return a decoded frame as a picture for the screen."""
    from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

    planar = frame.pixelFormat() == QVideoFrameFormat.PixelFormat.Format_YUV420P
    if not planar or not frame.map(QVideoFrame.MapMode.ReadOnly):
        # Decoded by the graphics card: Qt knows how to fetch it from there.
        return frame.toImage()
    try:
        luma, blue, red = (
            np.frombuffer(frame.bits(plane), np.uint8).reshape(-1, frame.bytesPerLine(plane)) for plane in range(3)
        )
        width, height = frame.width() // 2 * 2, frame.height() // 2 * 2
        shown = rgb_of(luma[:height, :width], blue[: height // 2, : width // 2], red[: height // 2, : width // 2])
    finally:
        frame.unmap()
    return QImage(shown.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def rgb_of(
    luma: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
    blue: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
    red: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Return BGRA, uint8 (height, width, 4), of a YUV 4:2:0 picture of limited range (ITU-R BT.601).

    Whole numbers of 16 bits throughout: brightness in 128ths without a sign, colours in 64ths, so that none overflows.
    """
    height, width = luma.shape
    bright = (((luma.astype(np.uint16) * 149) >> 7).view(np.int16) - _BLACK).reshape(height // 2, 2, width // 2, 2)
    u, v = blue.astype(np.int16) - 128, red.astype(np.int16) - 128
    shown = np.empty((height, width, 4), np.uint8)
    shown[..., 3] = 255
    for channel, added in ((0, (u * 129) >> 6), (1, -((u * 25 + v * 52) >> 6)), (2, (v * 102) >> 6)):
        mixed = bright + added[:, None, :, None]
        np.clip(mixed, 0, 255, out=mixed)
        shown[..., channel] = mixed.reshape(height, width)
    return shown
