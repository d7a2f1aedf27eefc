from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps

from countenance.observations import Stream, StreamKind
from countenance.wire import ExamineSettings, FailureCode
from detectors.failure import MediaFailure, failure_of
from detectors.media.claims import check_chunks
from detectors.media.displaying import Picture, on_white
from detectors.media.progress import OnProgress
from detectors.media.sniffing import Container
from detectors.media.thumbnail import Thumbnail, array_thumbnail

_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
    RuntimeError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow's readers raise on damaged files."""
_ANIMATED = {"gif", "webp", "png"}
_SHORTEST_S, _DEFAULT_S = 0.02, 0.1
"""A frame that states less than 20 ms is shown for 100 ms, as browsers do."""
_LONGEST_SIDE = 65_535
"""No JPEG is longer; a line of pixels is no picture."""
_BAND_PIXELS = 1_000_000
_READ_WHOLE, _MOST_BYTES = {"avif", "webp"}, 256 * 1024 * 1024
"""Formats whose files Pillow takes into memory as they are, and the largest it gets."""
_MOST_FRAMES, _MOST_FRAME_PIXELS = 3000, 1_000_000_000
"""Of an animated picture: five minutes at ten frames a second, and 43 seconds of 1280 x 720 at 25; more is a clip's."""


@dataclass(slots=True)
class PictureFrame:
    """A frame of a picture file, already in memory as RGB."""

    at_s: float
    lasts_s: float
    rgb: Picture

    @property
    def width(self) -> int:
        """Displayed width."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Displayed height."""
        return int(self.rgb.shape[0])

    def thumbnail(self) -> Thumbnail:
        """Return the luma thumbnail."""
        return array_thumbnail(self.rgb)

    def picture(self, long_side: int | None) -> Picture:
        """Return the picture, scaled down by averaging where asked for."""
        longest = max(self.width, self.height)
        if long_side is None or long_side >= longest:
            return self.rgb
        size = (max(1, round(self.width * long_side / longest)), max(1, round(self.height * long_side / longest)))
        return np.asarray(Image.fromarray(self.rgb).resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0))


class PictureFootage:
    """A picture file read by Pillow: a still, or an animation with its exact times.

    Raises:
        MediaFailure: not readable, or more pixels than allowed.
    """

    has_picture = True
    other_pictures = 0
    sounds = None
    sound_error = False
    claimed_sound_s = None

    def __init__(
        self, source: BinaryIO, container: Container, settings: ExamineSettings, on_progress: OnProgress
    ) -> None:
        self._on_progress = on_progress
        self._name = container.name
        self.read_error = False
        # Pillow's own guard counts frames inside the canvas, too; its warning is an error for us.
        Image.MAX_IMAGE_PIXELS = settings.max_pixels
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        if container.name == "png":
            check_chunks(source)
        if container.name in _READ_WHOLE and source.seek(0, io.SEEK_END) > _MOST_BYTES:
            raise MediaFailure(FailureCode.IMPLAUSIBLE, "a picture file of more than 256 MiB")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                source.seek(0)
                self._image: Image.Image = Image.open(source, formats=[container.format])
                pixels = self._image.width * self._image.height
                if pixels > settings.max_pixels or max(self._image.size) > _LONGEST_SIDE:
                    raise MediaFailure(FailureCode.TOO_LARGE_PICTURE, f"{self._image.width}x{self._image.height}")
                animated = self._name in _ANIMATED and bool(getattr(self._image, "is_animated", False))
        except (*_ERRORS, MemoryError) as error:
            raise failure_of(error) from error
        self.still = not animated
        self._read_s = 0.0
        self._size = (0, 0)

    def close(self) -> None:
        """Forget the picture; the file itself stays open."""
        self._image = Image.new("L", (1, 1))

    @property
    def claimed_duration_s(self) -> float | None:
        """Picture files do not say how long they are."""
        return None

    @property
    def claimed_picture_s(self) -> float | None:
        """Not known before all frames were read."""
        return None

    @property
    def streams(self) -> tuple[Stream, ...]:
        """One stream."""
        width, height = self._size
        duration_s = None if self.still else self._read_s
        return (
            Stream(index=0, kind=StreamKind.VIDEO, codec=self._name, duration_s=duration_s, width=width, height=height),
        )

    def skim(self) -> tuple[PictureFrame | None, float]:
        """Return the first frame, and how long all are shown together: only reading them tells."""
        frames = self.frames()
        first = next(frames, None)
        for _ in frames:
            pass
        return first, self._read_s

    def frames(self) -> Iterator[PictureFrame]:
        """Yield the frames; a damaged animation ends where it can no longer be read."""
        at_s, number = 0.0, 0
        while self.still is False or number == 0:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    warnings.simplefilter("error", Image.DecompressionBombWarning)
                    self._image.seek(number)
                    rgb = self._current()
            except EOFError:
                return
            except _ERRORS as error:
                if number == 0:
                    raise failure_of(error) from error
                self.read_error = True
                return
            self._size = (rgb.shape[1], rgb.shape[0])
            lasts_s = 0.0 if self.still else self._shown_s()
            self._on_progress("reading", at_s, 0.0)
            yield PictureFrame(at_s, lasts_s, rgb)
            number += 1
            at_s += lasts_s
            self._read_s = at_s
            if number >= _MOST_FRAMES or number * rgb.shape[0] * rgb.shape[1] > _MOST_FRAME_PIXELS:
                self.read_error = True
                return

    def _shown_s(self) -> float:
        stated = self._image.info.get("duration", 0)
        seconds = float(stated) / 1000 if isinstance(stated, (int, float)) else 0.0
        return seconds if _SHORTEST_S <= seconds < 1e6 else _DEFAULT_S

    def _current(self) -> Picture:
        image: Image.Image = self._image
        if self.still:
            image.load()
            image = ImageOps.exif_transpose(image)
            # Pillow's own copies of a large photo would stand in memory beside ours while it is looked at.
            self.close()
        return _to_rgb(image)


def _to_rgb(image: Image.Image) -> Picture:
    """Any mode to RGB: alpha on white, 16-bit and float greys brought to 8 bits; colour profiles are not applied.

    A band of rows at a time: copies of a whole picture of 50 megapixels would take a gigabyte.
    """
    image.load()
    if image.mode.startswith(("I", "F")):
        return _grey_to_rgb(image)
    with_alpha = image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info
    rgb = np.empty((image.height, image.width, 3), np.uint8)
    for top, band in _bands(image):
        laid = on_white(np.asarray(band.convert("RGBA"))) if with_alpha else np.asarray(band.convert("RGB"))
        rgb[top : top + band.height] = laid
    return rgb


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(image.height, top + rows)))


def _grey_to_rgb(image: Image.Image) -> Picture:
    ranges = [(float(values.min()), float(values.max())) for _, values in _greys(image)]
    low, high = min(lowest for lowest, _ in ranges), max(highest for _, highest in ranges)
    scale, start = _scale(image.mode, low, high)
    rgb = np.empty((image.height, image.width, 3), np.uint8)
    for top, values in _greys(image):
        rgb[top : top + len(values)] = np.clip((values - start) * scale + 0.5, 0, 255).astype(np.uint8)[:, :, None]
    return rgb


def _scale(mode: str, low: float, high: float) -> tuple[np.float32, np.float32]:
    """By what to multiply grey values, less what, for 0 to 255."""
    if mode.startswith("I;16") or (low >= 0 and 255 < high <= 65535):
        return np.float32(1 / 257), np.float32(0)
    if low < 0 or high > 255:
        return np.float32(255 / max(high - low, 1e-6)), np.float32(low)
    return np.float32(255 if mode == "F" and high <= 1 else 1), np.float32(0)


def _greys(image: Image.Image) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    for top, band in _bands(image):
        yield top, np.nan_to_num(np.asarray(band).astype(np.float32))
