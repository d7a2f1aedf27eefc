"""Puts the coded picture and sound of a clip into another file, as they are or with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import av
import numpy as np

Change = Callable[[list[av.Packet]], list[av.Packet]]


def remux(
    source: Path,
    target: Path,
    *,
    change: Change = lambda packets: packets,
    metadata: Mapping[str, str] | None = None,
    last_first: bool = False,
) -> Path:
    """Copy every stream of `source` without coding anything anew.

    Args:
        source: what to copy.
        target: its name says into which container.
        change: gets the packets in the order of the file.
        metadata: written into the new file.
        last_first: the streams in opposite order.
    """
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        made.metadata.update(metadata or {})
        streams = [stream for stream in given.streams if stream.type in {"video", "audio"}]
        streams = streams[::-1] if last_first else streams
        copies = {stream.index: made.add_stream_from_template(stream, opaque=True) for stream in streams}
        for packet in change([packet for packet in given.demux(*streams) if packet.size]):
            packet.stream = copies[packet.stream.index]
            made.mux(packet)
    return target


def with_bit_flipped(kind: str, number: int) -> Change:
    """Change one bit in the middle of one packet of the first stream of a kind."""

    def change(packets: list[av.Packet]) -> list[av.Packet]:
        place = [at for at, packet in enumerate(packets) if packet.stream.type == kind][number]
        old = packets[place]
        content = bytearray(bytes(old))
        content[len(content) // 2] ^= 4
        new = av.Packet(bytes(content))
        new.pts, new.dts, new.time_base, new.stream = old.pts, old.dts, old.time_base, old.stream
        new.duration, new.is_keyframe = old.duration, old.is_keyframe
        return [*packets[:place], new, *packets[place + 1 :]]

    return change


def without(kind: str, number: int) -> Change:
    """Leave one packet of the first stream of a kind out."""

    def change(packets: list[av.Packet]) -> list[av.Packet]:
        place = [at for at, packet in enumerate(packets) if packet.stream.type == kind][number]
        return [*packets[:place], *packets[place + 1 :]]

    return change


def swapped(kind: str, number: int) -> Change:
    """Let two neighbouring packets of a kind change places, each at the other's time."""

    def change(packets: list[av.Packet]) -> list[av.Packet]:
        first, second = [at for at, packet in enumerate(packets) if packet.stream.type == kind][number : number + 2]
        one, two = packets[first], packets[second]
        (one.pts, one.dts), (two.pts, two.dts) = (two.pts, two.dts), (one.pts, one.dts)
        result = list(packets)
        result[first], result[second] = two, one
        return result

    return change


def write_tone(path: Path, codec: str, sample: str, seconds: float = 1.0) -> Path:
    """Write a file of stereo sound at 48 kHz in a codec that takes `sample` as its format."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48000, layout="stereo")
        for number in range(int(seconds * 48000) // 1024):
            times = np.arange(number * 1024, (number + 1) * 1024) / 48000
            tone = np.sin(times * 440 * 6.2832) * 0.2
            both = np.stack([tone, tone / 2])
            if not sample.endswith("p"):
                both = both.T.reshape(1, -1)
            values = (both * 32000).astype(np.int16) if sample.startswith("s16") else both.astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), format=sample, layout="stereo")
            frame.sample_rate, frame.pts = 48000, number * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
