"""Re-encodes sound, for measurements of what a lossy coding costs.

A program of its own (`python -m detectors.reencode CODEC BITS_PER_S`): it reads lines of a JSON list of two paths,
source and target, from its standard input, and writes each target before it answers with a line, `ok` or the error's
class. Sound is mixed to mono. The encoders are libavcodec's own AAC and libopus (THIRD-PARTY.md).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer

CODECS = {"aac": ("aac", "mp4", 44_100), "opus": ("libopus", "ogg", 48_000)}
"""Name to encoder, container and the rate that the encoder is fed with."""


def reencode(source: Path, target: Path, codec: str, bits_per_s: int) -> None:
    """Write the first audio stream of `source` as mono `codec` at `bits_per_s`.

    Raises:
        av.FFmpegError: the source cannot be read, or the encoder refuses.
        KeyError: `codec` is none of `CODECS`.
        IndexError: the source has no audio stream.
    """
    encoder, container, rate = CODECS[codec]
    with av.open(str(source)) as read, av.open(str(target), "w", format=container) as written:
        assert isinstance(written, OutputContainer)
        stream = written.add_stream(encoder, rate=rate, layout="mono")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = bits_per_s
        resampler = AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        for frame in read.decode(read.streams.audio[0]):
            for part in resampler.resample(frame):
                written.mux(stream.encode(part))
        for part in resampler.resample(None):
            written.mux(stream.encode(part))
        written.mux(stream.encode(None))


def answer(lines: Iterable[str], out: TextIO, codec: str, bits_per_s: int) -> None:
    """Re-encode each pair of paths and answer it."""
    for line in lines:
        source, target = json.loads(line)
        try:
            reencode(Path(source), Path(target), codec, bits_per_s)
        except (av.FFmpegError, OSError, IndexError) as error:
            Path(target).unlink(missing_ok=True)
            out.write(f"{type(error).__name__}\n")
        else:
            out.write("ok\n")
        out.flush()


if __name__ == "__main__":
    answer(sys.stdin, sys.stdout, sys.argv[1], int(sys.argv[2]))
