"""Input contracts: how pictures and sound become what a network was trained on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

Size = Annotated[int, Meta(gt=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


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


class VoiceBounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What diarisation takes for one voice, on the scale of a model's own cosines (docs/adr/0019, 0041).

    Attributes:
        window_frames: length of the windows that slide over the speech.
        windows_alike: windows are grouped while their cosines have at least this mean.
        voices_alike, spread: groups are one voice where the cosine of their means reaches `voices_alike`, or less where
            they are short: a window is its voice plus `spread` times its power of chance.
        change_costs: what a change of speaker costs on the best path, in cosines.
        overlaps: whether windows between two voices tell, together with a second pitch, that both speak at once; only
            where that was measured with this model.
    """

    window_frames: Size
    windows_alike: Share
    voices_alike: Share
    spread: Annotated[float, Meta(ge=0)]
    change_costs: Annotated[float, Meta(ge=0)]
    overlaps: bool


class KnownVoices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the self-test expects of a voice embedder and of what is done to sound before it.

    Attributes:
        features: numbers evenly spread over the features of drawn sound, then as many over what the network is given of
            it (`detectors.voices.hearing`).
        pair: least cosine of two utterances of a synthesised voice.
        lead: least lead of the least alike utterances of one voice over the most alike of two.
    """

    features: tuple[float, ...]
    pair: float
    lead: float


class SpeechWindows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How speech becomes a voice embedder's input, float32 (n, frames, bands), whatever its features are.

    Attributes:
        hop_samples: from one frame to the next.
        bands: numbers in a frame.
        frames, step_frames: length of a window and distance of one window's start to the next's. Speech shorter than a
            window is one window of its own length.
        max_batch: most windows in one run.
        diarisation: what is taken for one voice.
        known: what the self-test expects.
    """

    sample_rate_hz: Size
    hop_samples: Size
    bands: Size
    frames: Size
    step_frames: Size
    max_batch: Size
    diarisation: VoiceBounds
    known: KnownVoices


class MelContract(
    SpeechWindows, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="features", tag="mel_energies"
):
    """Mel energies, never their logarithm, as GE2E hears them.

    Frame j is the power spectrum of `fft_samples` around sample j * `hop_samples`, under a periodic Hann window, the
    sound with zeros on both sides; bands are Slaney's, each of area one.

    Attributes:
        volume_dbfs: quieter sound is raised to this root mean square, louder is left as it is.
        least_filled: the last of several windows is continued by silence, and counts where at least this part of it is
            sound.
    """

    fft_samples: Size
    volume_dbfs: float
    least_filled: Share


class FilterbankContract(
    SpeechWindows, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="features", tag="log_filterbank"
):
    """Kaldi's log filterbank, each band's mean over the window taken off, as WeSpeaker's embedders hear it.

    Frame j is `window_samples` from sample j * `hop_samples` on, whole ones only: their mean taken off, pre-emphasised,
    under a Hamming window, filled up with zeros to `fft_samples`; then the natural logarithm of the power in triangles
    that are even on the scale 1127 ln(1 + f / 700). No dither, no energy. Loudness drops out with the mean, so nothing
    is raised. Several windows are spread evenly, so that none is continued by silence.

    Attributes:
        full_scale: what an amplitude of 1 is counted as.
        preemphasis: the part of the sample before that is taken off each.
        lowest_hz: where the lowest triangle begins; the highest ends at half the rate.
    """

    window_samples: Size
    fft_samples: Size
    full_scale: float
    preemphasis: Share
    lowest_hz: Annotated[float, Meta(ge=0)]


VoiceContract = MelContract | FilterbankContract
"""How speech becomes a voice embedder's input."""
