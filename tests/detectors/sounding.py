"""Makes small files with sound for tests: bursts of a tone at known times, in any container and layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from countenance.observations import SOUND_HZ
from countenance.wire import ExamineSettings
from detectors.media.reader import ClipReader, open_clip
from tests.detectors.made import pattern

Floats = NDArray[np.float32]

BURST_S = 0.25


def bursts(seconds: float, rate: int, starts_s: Sequence[float]) -> Floats:
    """Silence with a tone of 400 Hz, half of full scale, `BURST_S` long, at each of the times."""
    samples = np.zeros(round(seconds * rate), np.float32)
    tone = (0.5 * np.sin(2 * np.pi * 400 * np.arange(round(BURST_S * rate)) / rate)).astype(np.float32)
    for start_s in starts_s:
        at = round(start_s * rate)
        samples[at : at + len(tone)] = tone[: len(samples) - at]
    return samples


def write_streams(
    path: Path,
    sounds: Iterable[Floats],
    *,
    rate: int = 48_000,
    codec: str = "pcm_s16le",
    layout: str = "mono",
    starts_s: Sequence[float] = (),
    jumps: Sequence[tuple[float, float]] = (),
    picture_s: float = 0.0,
    picture_start_s: float = 0.0,
    format: str | None = None,  # noqa: A002 - PyAV's own word
) -> Path:
    """Write streams of sound, each float32 (channels, samples) or (samples,), and perhaps a picture beside them.

    Args:
        starts_s: when each stream begins; 0 where it is not said.
        jumps: (at, by): from which second of sound on, its stamps lie how much later.
    """
    with av.open(str(path), "w", format=format) as container:
        picture = container.add_stream("libx264", rate=25, options={"bf": "0"}) if picture_s else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
            picture.time_base = picture.codec_context.time_base = Fraction(1, 25)
        sounds = [np.atleast_2d(sound) for sound in sounds]
        streams = [container.add_stream(codec, rate=rate, layout=layout) for _ in sounds]
        for number in range(round(picture_s * 25)):
            frame = av.VideoFrame.from_ndarray(pattern(number), format="rgb24")
            frame.pts, frame.time_base = number + round(picture_start_s * 25), Fraction(1, 25)
            container.mux(picture.encode(frame))
        if picture is not None:
            container.mux(picture.encode(None))
        for index, (stream, sound) in enumerate(zip(streams, sounds, strict=True)):
            start = round(rate * (starts_s[index] if index < len(starts_s) else 0.0))
            for packet in _packets(stream, sound, rate, layout, start, jumps):
                container.mux(packet)
    return path


def _packets(stream, sound: Floats, rate: int, layout: str, start: int, jumps: Sequence[tuple[float, float]]):
    kind = stream.codec_context.format.name
    size = stream.codec_context.frame_size or 1024
    convert = av.AudioResampler(format=kind, layout=layout, rate=rate)
    for at in range(0, sound.shape[1], size):
        late = sum(round(by_s * rate) for at_s, by_s in jumps if at >= at_s * rate)
        part = np.ascontiguousarray(sound[:, at : at + size].T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, at + start + late, Fraction(1, rate)
        for converted in convert.resample(frame):
            converted.pts, converted.time_base = at + start + late, Fraction(1, rate)
            yield from stream.encode(converted)
    yield from stream.encode(None)


class Ears:
    """Remembers what each stream gave to hear."""

    def __init__(self) -> None:
        self.blocks: dict[int, list[Floats]] = {}

    def listen(self, stream: int):
        return self.blocks.setdefault(stream, []).append

    @property
    def heard(self) -> list[Floats]:
        """All of each stream, in order."""
        return [np.concatenate([np.zeros(0, np.float32), *blocks]) for blocks in self.blocks.values()]


def read_sound(path: Path, ears: Ears | None, *, skim: bool = False, **settings: object) -> ClipReader:
    """Read a file to its end with the ears; `skim` leaves the picture."""
    listen = None if ears is None else ears.listen
    with path.open("rb") as source, open_clip(source, ExamineSettings(**settings), lambda *_: None, listen) as reader:
        if skim:
            reader.skim()
        else:
            for _ in reader.frames():
                pass
        reader.facts = reader.clip(), reader.picture_coverage(), reader.sound_coverage()
        reader.wave = reader.waveform()
    return reader


def burst_times(heard: Floats) -> list[float]:
    """When bursts begin in sound of 16 kHz, in seconds."""
    step = SOUND_HZ // 200
    loud = np.abs(heard[: len(heard) // step * step]).reshape(-1, step).max(axis=1) > 0.1
    return [at * step / SOUND_HZ for at in range(len(loud)) if loud[at] and not loud[max(0, at - 10) : at].any()]
