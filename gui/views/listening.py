"""Listening to voices: plain samples go to the sound output as they are; nothing is parsed, one plays at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal, Slot

from countenance.observations import SOUND_HZ
from gui.presenters.sounds import SampleKind, for_device

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink


class Output(Protocol):
    """Where sound goes."""

    def is_there(self) -> bool:
        """Return whether anything could be heard."""

    def play(self, sound: bytes, on_end: Callable[[], None]) -> None:
        """Play a `countenance.observations.Sound`; `on_end` is called once it has ended by itself or failed."""

    def stop(self) -> None:
        """Stop at once; `on_end` is not called any more."""


class DeviceOutput(QObject):
    """The system's sound output; Qt's multimedia is loaded when somebody first asks for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink: QAudioSink | None = None
        self._buffer: QBuffer | None = None
        self._on_end: Callable[[], None] | None = None

    def is_there(self) -> bool:
        """Return whether the system has an output."""
        return not _device().isNull()

    def play(self, sound: bytes, on_end: Callable[[], None]) -> None:
        """Play, after stopping what was played before."""
        from PySide6.QtMultimedia import QAudioSink

        self.stop()
        device = _device()
        if device.isNull():  # taken away since the button was shown
            on_end()
            return
        wanted, content = _suited(device, sound)
        self._on_end = on_end
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(content))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = QAudioSink(device, wanted, self)
        self._sink.stateChanged.connect(self._changed)
        self._sink.start(self._buffer)

    def stop(self) -> None:
        """Stop and let go of the output."""
        sink, buffer = self._sink, self._buffer
        self._sink = self._buffer = self._on_end = None
        if sink is not None:
            sink.stateChanged.disconnect(self._changed)
            sink.stop()
            sink.deleteLater()
        if buffer is not None:
            buffer.close()
            buffer.deleteLater()

    @Slot()  # without the new state, which PySide 6.12 cannot hand to a slot of ours
    def _changed(self) -> None:
        from PySide6.QtMultimedia import QtAudio

        # Idle: everything was played. Stopped without our asking: the output failed or was taken away.
        ended = self._sink is not None and self._sink.state() in (QtAudio.State.IdleState, QtAudio.State.StoppedState)
        if ended and self._on_end is not None:
            on_end = self._on_end
            self.stop()
            on_end()


class Listening(QObject):
    """What is being listened to in a window.

    Signals:
        now_playing: what plays, by the token given to `toggle`, or None once nothing does.
    """

    now_playing = Signal(object)

    def __init__(self, output: Output, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output = output
        self._there: bool | None = None
        self._playing: object | None = None

    @property
    def possible(self) -> bool:
        """Whether anything could be heard; asked of the system once."""
        if self._there is None:
            self._there = self._output.is_there()
        return self._there

    def toggle(self, token: object, sound: bytes) -> None:
        """Play a sound instead of whatever plays, or stop it if it is the one that plays."""
        if token is self._playing:
            self.stop()
            return
        self.stop()
        self._playing = token
        self.now_playing.emit(token)
        self._output.play(sound, self._ended)

    def stop(self) -> None:
        """Stop what plays, if anything does."""
        if self._playing is not None:
            self._output.stop()
            self._ended()

    def _ended(self) -> None:
        self._playing = None
        self.now_playing.emit(None)


def _device() -> QAudioDevice:
    from PySide6.QtMultimedia import QMediaDevices

    return QMediaDevices.defaultAudioOutput()


def _suited(device: QAudioDevice, sound: bytes) -> tuple[QAudioFormat, bytes]:
    """Return a format that the device takes, ours if possible, and the sound in it."""
    from PySide6.QtMultimedia import QAudioFormat

    kinds = {
        QAudioFormat.SampleFormat.UInt8: SampleKind.UINT8,
        QAudioFormat.SampleFormat.Int16: SampleKind.INT16,
        QAudioFormat.SampleFormat.Int32: SampleKind.INT32,
        QAudioFormat.SampleFormat.Float: SampleKind.FLOAT32,
    }
    wanted = QAudioFormat()
    wanted.setSampleRate(SOUND_HZ)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    if not device.isFormatSupported(wanted):
        wanted = device.preferredFormat()
    kind = kinds.get(wanted.sampleFormat(), SampleKind.INT16)
    return wanted, for_device(sound, wanted.sampleRate(), wanted.channelCount(), kind)
