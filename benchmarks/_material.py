"""The clip that checks are timed on: moving and real-looking, made on the spot from free and drawn material.

Two portraits move, turn and scale over drawn landscapes that pan and zoom, with film grain, a cut every three to four
seconds, and made-up voices over music. The grain makes H.264 spend what it is given, as footage does.
"""

from __future__ import annotations

import math
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe  # type: ignore[import-untyped]  # it ships no types
from numpy.typing import NDArray
from scipy.signal import resample_poly

from detectors.demo_music import chords
from detectors.demo_voice import RATE_HZ, VOICES, speak

Picture = NDArray[np.uint8]
Cutout = tuple[Picture, NDArray[np.float32]]
"""A picture and how much of each pixel is laid on another, 0 to 1."""

WIDTH, HEIGHT, FRAMES_PER_S, BITS_PER_S = 1920, 1080, 30, 8_000_000
SOUND_HZ, SOUND_BITS_PER_S = 48_000, 128_000
GRAIN = 5.0
"""Standard deviation of the grain, in grey values: that of an ordinary camera indoors."""

_WIDE, _HIGH = 2600, 1500
_TURN_S = 3.2


@dataclass(frozen=True, slots=True)
class _Shot:
    start_s: float
    landscape: Picture
    pan: tuple[float, float]
    zoom_per_s: float
    places: tuple[tuple[float, float, float], ...]
    drift: tuple[float, float]


def make_clip(path: Path, seconds: int, seed: int = 0) -> None:
    """Write the clip: MP4, H.264 preset medium at 8 Mbit/s, AAC at 128 kbit/s.

    Raises:
        CalledProcessError: ffmpeg could not write it.
    """
    sound = path.with_suffix(".wav")
    _write_sound(sound, seconds, seed)
    command = [get_ffmpeg_exe(), "-y", "-hide_banner", "-loglevel", "error"]
    command += ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES_PER_S), "-i", "-"]
    command += ["-i", str(sound), "-c:v", "libx264", "-preset", "medium", "-pix_fmt", "yuv420p"]
    command += ["-b:v", str(BITS_PER_S), "-maxrate", str(BITS_PER_S * 3 // 2), "-bufsize", str(BITS_PER_S * 2)]
    command += ["-c:a", "aac", "-b:a", str(SOUND_BITS_PER_S), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        chance = np.random.default_rng(seed)
        portraits = _portraits()
        grain = chance.normal(0, GRAIN, (2 * HEIGHT, 2 * WIDTH, 1)).astype(np.int16)
        shots = _shots(seconds, chance)
        at = 0
        for number in range(seconds * FRAMES_PER_S):
            at_s = number / FRAMES_PER_S
            at = at + 1 if at + 1 < len(shots) and at_s >= shots[at + 1].start_s else at
            picture = _frame(shots[at], portraits, at_s)
            down, right = int(chance.integers(HEIGHT)), int(chance.integers(WIDTH))
            grained = picture.astype(np.int16) + grain[down : down + HEIGHT, right : right + WIDTH]
            encoder.stdin.write(np.clip(grained, 0, 255).astype(np.uint8).tobytes())
        encoder.stdin.close()
    sound.unlink()
    if encoder.returncode:
        raise subprocess.CalledProcessError(encoder.returncode, command)


def repeat_clip(path: Path, source: Path, times: int) -> None:
    """Write `source` `times` times in a row, as it is coded."""
    command = [get_ffmpeg_exe(), "-y", "-hide_banner", "-loglevel", "error", "-stream_loop", str(times - 1)]
    subprocess.run([*command, "-i", str(source), "-c", "copy", str(path)], check=True)


def _write_sound(path: Path, seconds: int, seed: int) -> None:
    """Two voices in turns of a few seconds over music 12 dB below them, stereo."""
    turns = math.ceil(seconds / _TURN_S)
    voices = (VOICES["deep"], VOICES["bright"])
    said = np.concatenate([speak(voices[turn % 2], _TURN_S, seed + turn) for turn in range(turns)])
    said = resample_poly(said, SOUND_HZ // RATE_HZ, 1)[: seconds * SOUND_HZ]
    music = chords(seconds, SOUND_HZ, seed) * 0.25
    both = np.stack([said + music, said + np.roll(music, SOUND_HZ // 100)], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, SOUND_HZ, 0, "NONE", ""))
        file.writeframes((np.clip(both, -1, 1) * 32_000).astype("<i2").tobytes())


def _portraits() -> tuple[Cutout, ...]:
    """Return the NASA portrait and another made of it (mirrored, wider, of other colours), each with its soft mask."""
    from skimage.data import astronaut

    one = np.ascontiguousarray(astronaut()[:, :, ::-1])
    other = cv2.resize(one[:, ::-1], None, fx=1.12, fy=0.98, interpolation=cv2.INTER_CUBIC)
    other = np.clip(other * np.array([0.8, 0.95, 1.05]), 0, 255).astype(np.uint8)
    found = []
    for picture, across in ((one, 0.46), (other, 0.54)):
        height, width = picture.shape[:2]
        mask = np.zeros((height, width), np.float32)
        middle, reach = (int(width * across), int(height * 0.34)), (int(width * 0.27), int(height * 0.33))
        cv2.ellipse(mask, middle, reach, 0, 0, 360, 1.0, -1)
        found.append((picture, np.asarray(cv2.GaussianBlur(mask, (0, 0), width / 60), np.float32)))
    return tuple(found)


def _shots(seconds: int, chance: np.random.Generator) -> list[_Shot]:
    shots: list[_Shot] = []
    start_s = 0.0
    while start_s < seconds:
        left, right = chance.uniform(0.2, 0.36), chance.uniform(0.64, 0.8)
        places = tuple((across, chance.uniform(0.5, 0.62), chance.uniform(0.9, 1.9)) for across in (left, right))
        shots.append(
            _Shot(
                start_s=start_s,
                landscape=_landscape(chance, light=0.55 if len(shots) % 2 else 1.1),
                pan=(chance.uniform(-60, 60), chance.uniform(-15, 15)),
                zoom_per_s=chance.uniform(-0.02, 0.03),
                places=places,
                drift=(chance.uniform(-45, 45), chance.uniform(-12, 12)),
            )
        )
        start_s += chance.uniform(3.0, 4.0)
    return shots


def _landscape(chance: np.random.Generator, light: float) -> Picture:
    """Return a drawn landscape: hills with textures of all scales under clouds, as bright as `light` says, BGR."""
    rough = np.zeros((_HIGH, _WIDE), np.float32)
    for octave in range(2, 9):
        cells = chance.standard_normal((2**octave, 2 ** (octave + 1))).astype(np.float32)
        rough += cv2.resize(cells, (_WIDE, _HIGH), interpolation=cv2.INTER_CUBIC) * 0.55 ** (octave - 2)
    rough = (rough - rough.min()) / (rough.max() - rough.min())
    rows = np.linspace(0, 1, _HIGH, dtype=np.float32)[:, None, None]
    sky, ground = (np.asarray(chance.uniform(low, high, 3), np.float32) for low, high in ((120, 235), (40, 130)))
    canvas = (sky * (1 - rows) + ground * rows) * (0.65 + 0.6 * rough[:, :, None])
    for ridge in range(4):
        across = np.arange(_WIDE) / _WIDE
        heights = 0.45 + 0.13 * ridge + 0.06 * np.sin(2 * np.pi * (across * chance.uniform(1, 3) + chance.uniform()))
        below = np.arange(_HIGH)[:, None] > heights * _HIGH + 60 * rough[_HIGH // 2]
        canvas[below] *= chance.uniform(0.7, 1.0)
    drawn: Picture = np.clip(canvas * light, 0, 255).astype(np.uint8)
    return drawn


def _frame(shot: _Shot, portraits: tuple[Cutout, ...], at_s: float) -> Picture:
    passed = at_s - shot.start_s
    zoom = 1 + shot.zoom_per_s * passed
    shake = 2 * math.sin(7 * at_s)
    move = np.array(
        [
            [zoom, 0, (WIDTH - _WIDE * zoom) / 2 + shot.pan[0] * passed + shake],
            [0, zoom, (HEIGHT - _HIGH * zoom) / 2 + shot.pan[1] * passed],
        ]
    )
    picture = np.asarray(cv2.warpAffine(shot.landscape, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), np.uint8)
    for at, (portrait, (across, down, size)) in enumerate(zip(portraits, shot.places, strict=True)):
        middle = (
            across * WIDTH + shot.drift[0] * passed * (1 - 2 * at) + shake,
            down * HEIGHT + shot.drift[1] * passed + 8 * math.sin(2 * at_s + at),
        )
        scale, angle = size * (1 + 0.04 * math.sin(1.3 * at_s + at)), 5 * math.sin(1.7 * at_s + at)
        _lay(picture, portrait, middle, scale, angle)
    return picture


def _lay(canvas: Picture, cutout: Cutout, middle: tuple[float, float], scale: float, angle: float) -> None:
    """Draw a portrait into the canvas, its middle at a place, in the part that it covers alone."""
    portrait, mask = cutout
    height, width = mask.shape
    reach = int(0.75 * scale * max(width, height))
    left, top = max(0, int(middle[0]) - reach), max(0, int(middle[1]) - reach)
    part = canvas[top : min(HEIGHT, int(middle[1]) + reach), left : min(WIDTH, int(middle[0]) + reach)]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    turn[:, 2] += (middle[0] - left - width / 2, middle[1] - top - height / 2)
    size = (part.shape[1], part.shape[0])
    moved = cv2.warpAffine(portrait, turn, size, flags=cv2.INTER_CUBIC)
    share = cv2.warpAffine(mask, turn, size)[:, :, None]
    part[...] = (part * (1 - share) + moved * share).astype(np.uint8)
