from __future__ import annotations

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
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow's readers raise on damaged files."""
_ANIMATED = {"gif", "webp", "png"}
_SHORTEST_S, _DEFAULT_S = 0.02, 0.1
"""A frame that states less than 20 ms is shown for 100 ms, as browsers do."""
_MOST_FRAME_PIXELS = 20_000_000_000
"""All frames of an animated picture together; a minute of full HD at 60 frames a second is a third of it."""


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
    sound_s = 0.0
    sound_error = False

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
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                source.seek(0)
                self._image: Image.Image = Image.open(source, formats=[container.format])
                if self._image.width * self._image.height > settings.max_pixels:
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
            if number * rgb.shape[0] * rgb.shape[1] > _MOST_FRAME_PIXELS:
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
        return _to_rgb(image)


def _to_rgb(image: Image.Image) -> Picture:
    """Any mode to RGB: alpha on white, 16-bit and float greys brought to 8 bits; colour profiles are not applied."""
    if image.mode.startswith(("I", "F")):
        return _grey_to_rgb(np.asarray(image))
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        return on_white(np.asarray(image.convert("RGBA")))
    return np.ascontiguousarray(np.asarray(image.convert("RGB")))


def _grey_to_rgb(grey: npt.NDArray[np.generic]) -> Picture:
    values: npt.NDArray[np.float32] = np.nan_to_num(grey.astype(np.float32))
    low, high = float(values.min()), float(values.max())
    if grey.dtype == np.uint16 or (low >= 0 and 255 < high <= 65535):
        values = values / np.float32(257)
    elif low < 0 or high > 255:
        values = (values - np.float32(low)) * np.float32(255 / max(high - low, 1e-6))
    elif grey.dtype.kind == "f" and high <= 1:
        values = values * np.float32(255)
    bytes_ = np.clip(values + 0.5, 0, 255).astype(np.uint8)
    return np.repeat(bytes_[:, :, None], 3, axis=2)
