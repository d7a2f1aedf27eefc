"""What the documents' pictures keep of the window when they are saved in few colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from gui.screenshot_palette import COLOURS, in_few_colours


def test_a_plain_picture_keeps_its_colours() -> None:
    picture = QImage(40, 20, QImage.Format.Format_RGB32)
    picture.fill(0xF4F6F9)
    for x in range(10):
        picture.setPixel(x, 3, 0xFF3355D6)

    kept = in_few_colours(picture)

    assert {kept.pixelColor(x, 3).name() for x in range(40)} == {"#f4f6f9", "#3355d6"}


def test_a_photograph_gets_a_palette_near_its_colours() -> None:
    levels = np.random.default_rng(7).integers(0, 256, (64, 64, 3), np.uint8)
    photograph = QImage(levels.tobytes(), 64, 64, 3 * 64, QImage.Format.Format_RGB888)

    kept = in_few_colours(photograph)
    again = kept.convertToFormat(QImage.Format.Format_RGB888)
    found = np.frombuffer(again.constBits(), np.uint8).reshape(64, again.bytesPerLine())[:, : 3 * 64]

    assert kept.colorCount() <= COLOURS
    assert np.abs(found.reshape(levels.shape).astype(int) - levels).mean() < 24
