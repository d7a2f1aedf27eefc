"""Input contracts: how pictures and sound become what a network was trained on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

Size = Annotated[int, Meta(gt=0)]


class Colour(StrEnum):
    """Order of the colour channels that a network expects."""

    RGB = "RGB"
    BGR = "BGR"


class InputContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How uint8 RGB pictures become a network's input: (x - mean) * scale per channel, NCHW float32.

    Attributes:
        colour: order of the channels; `mean` is in this order.
        scale: multiplied after the mean is taken off.
        size_px: side of the square chip; None where the network takes any size.
        multiple_px: sides are padded right and below to a multiple of this.
        padding: what the network is given there.
        max_batch: most pictures in one run.
    """

    colour: Colour
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    scale: float = 1.0
    size_px: Size | None = None
    multiple_px: Size = 1
    padding: float = 0.0
    max_batch: Size = 1


class ChunkContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sound becomes a speech detector's input: mono float32 of amplitude -1 to 1, in chunks one after the other.

    Row i of the input "input" is the `context_samples` before chunk i (zeros before the first) and then its
    `chunk_samples`; the last chunk is filled up with zeros.

    Attributes:
        states: input to output: what the network remembers; zeros of `state_shape` at the start of a stream, later what
            the run before gave, so that a stream may be cut into runs anywhere between two chunks.
        max_batch: most chunks in one run.
    """

    sample_rate_hz: Size
    chunk_samples: Size
    context_samples: Size
    states: dict[str, str]
    state_shape: tuple[Size, ...]
    max_batch: Size


class MelContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How speech becomes a voice embedder's input, float32 (n, frames, bands): mel energies, window by window.

    Frame j is the power spectrum of `fft_samples` around sample j * `hop_samples`, under a periodic Hann window, the
    sound with zeros on both sides; bands are Slaney's, each of area one.

    Attributes:
        logarithmic: whether the energies' logarithm is taken; GE2E hears the energies themselves.
        volume_dbfs: quieter sound is raised to this root mean square, louder is left as it is.
        frames, step_frames: length of a window and distance of one window's start to the next's.
        least_filled: the last window counts where at least this part of it is sound.
        max_batch: most windows in one run.
    """

    sample_rate_hz: Size
    fft_samples: Size
    hop_samples: Size
    bands: Size
    logarithmic: bool
    volume_dbfs: float
    frames: Size
    step_frames: Size
    least_filled: Annotated[float, Meta(ge=0, le=1)]
    max_batch: Size
