"""Makes the demo's clip: the NASA portrait that scikit-image carries, moving over drawn backgrounds, with one cut.

What is heard is a made-up voice (`demo_voice`): nobody ever said it. A program of its own
(`python -m detectors.demo_clip CLIP PHOTO RECORDING`): it reads nothing foreign and writes the three files named. The
encoders are libavcodec's own MPEG-4 part 2 and AAC, under the LGPL (THIRD-PARTY.md).
"""

from __future__ import annotations

import math
import sys
import wave
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.demo_voice import RATE_HZ, VOICES, Samples, speak

Picture = NDArray[np.uint8]

WIDTH, HEIGHT, FRAMES_PER_S, SECONDS = 960, 540, 25, 8
CUT_S = 4.5


VOICE = VOICES["airy"]
RECORDING_S = 12
"""Seconds of the recording that the voice is enrolled from."""
_SAID_IN_CLIP, _SAID_IN_RECORDING = 1, 2
_SOUND_FRAME, _SOUND_BITS_PER_S = 1024, 64_000


def make(clip: Path, photo: Path, recording: Path) -> None:
    """Write the clip (MP4, 8 s), and the photo (PNG) and the recording (WAV) that its person is enrolled from."""
    portrait = _portrait()
    # A photo of the same person that is not the clip's own picture: mirrored, smaller, a little darker.
    photographed = cv2.resize(portrait[:, ::-1], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(photo), cv2.cvtColor((photographed * 0.9).astype(np.uint8), cv2.COLOR_RGB2BGR))
    _write_recording(recording, speak(VOICE, RECORDING_S, _SAID_IN_RECORDING))
    _write_clip(clip, portrait, speak(VOICE, SECONDS, _SAID_IN_CLIP))


def _write_clip(clip: Path, portrait: Picture, said: Samples) -> None:
    with av.open(str(clip), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 4_000_000
        stream.time_base = Fraction(1, FRAMES_PER_S)
        sound = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        sound.bit_rate = _SOUND_BITS_PER_S
        heard = 0
        for number in range(SECONDS * FRAMES_PER_S):
            picture = _frame(portrait, number / FRAMES_PER_S)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            # The sound keeps up with the picture, as players and a single pass expect.
            while heard < min(len(said), (number + 1) * RATE_HZ // FRAMES_PER_S):
                container.mux(sound.encode(_sound_frame(said[heard : heard + _SOUND_FRAME], heard)))
                heard += _SOUND_FRAME
        container.mux(stream.encode(None))
        container.mux(sound.encode(None))


def _sound_frame(samples: Samples, at: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
    return frame


def _write_recording(path: Path, said: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes((said * 32_767).astype("<i2").tobytes())


def _portrait() -> Picture:
    from skimage.data import astronaut

    return np.ascontiguousarray(astronaut())


def _frame(portrait: Picture, at_s: float) -> Picture:
    first = at_s < CUT_S
    background = _background(at_s, first)
    scale = (0.75 + 0.1 * math.sin(at_s)) if first else (1.0 + 0.05 * math.cos(at_s))
    centre_x = WIDTH * ((0.3 + 0.05 * at_s) if first else (0.62 - 0.02 * (at_s - CUT_S)))
    angle = 5 * math.sin(1.7 * at_s)
    turn = cv2.getRotationMatrix2D((portrait.shape[1] / 2, portrait.shape[0] / 2), angle, scale)
    turn[:, 2] += (centre_x - portrait.shape[1] / 2, HEIGHT * 0.52 - portrait.shape[0] / 2)
    size = (WIDTH, HEIGHT)
    moved = cv2.warpAffine(portrait, turn, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpAffine(_oval(portrait.shape[0]), turn, size, flags=cv2.INTER_LINEAR)[:, :, None]
    light = 1.0 + 0.08 * math.sin(2.3 * at_s)
    return np.clip(background * (1 - mask) + moved * light * mask, 0, 255).astype(np.uint8)


def _oval(side: int) -> NDArray[np.float32]:
    """Return a soft oval around the portrait's head and shoulders, 0 to 1."""
    mask = np.zeros((side, side), np.float32)
    cv2.ellipse(mask, (int(side * 0.46), int(side * 0.34)), (int(side * 0.27), int(side * 0.33)), 0, 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), side / 60), np.float32)


def _background(at_s: float, first: bool) -> NDArray[np.float32]:
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    top, bottom = ((32, 60, 110), (190, 205, 225)) if first else ((120, 62, 48), (240, 205, 160))
    canvas = np.repeat(
        np.asarray(top, np.float32) * (1 - rows) + np.asarray(bottom, np.float32) * rows, WIDTH, axis=1
    ).copy()
    for number in range(6):
        x = int((number * 190 + 30 * at_s * (1 + number % 3)) % (WIDTH + 200)) - 100
        y = int(HEIGHT * (0.15 + 0.13 * number))
        colour = tuple(float(value) * 0.92 for value in canvas[min(y, HEIGHT - 1), 0])
        cv2.circle(canvas, (x, y), 46 + 9 * number, colour, -1, cv2.LINE_AA)
    return canvas


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:4]))
