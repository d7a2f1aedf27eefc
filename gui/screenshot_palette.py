"""Pictures of the window in 256 colours: a third of the bytes, and nobody sees the difference."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, qRgb

COLOURS = 256
KEPT = 64
"""So many colours, the most frequent ones, stay as they are: those of the window itself."""

Colours = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float64]


def in_few_colours(image: QImage) -> QImage:
    """Return a picture with a palette: its own colours where they are frequent, means of near ones elsewhere."""
    picture = image.convertToFormat(QImage.Format.Format_RGB888)
    height, width = picture.height(), picture.width()
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(height, picture.bytesPerLine())[:, : 3 * width]
    codes = rows.reshape(-1, 3).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    found, counts = np.unique(codes, return_counts=True)
    colours = np.stack([found >> 16 & 255, found >> 8 & 255, found & 255], axis=1).astype(np.float64)
    order = np.argsort(-counts, kind="stable")
    frequent, others = order[:KEPT], order[KEPT:]
    palette = [*colours[frequent], *_means(colours[others], counts[others].astype(np.float64), COLOURS - KEPT)]
    table = [qRgb(*(round(float(level)) for level in colour)) for colour in palette]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return picture.convertToFormat(QImage.Format.Format_Indexed8, table, flags)


def _means(colours: Colours, counts: Weights, most: int) -> list[Colours]:
    """Return the means of at most so many boxes of colours, cut where they spread most (median cut, Heckbert 1982)."""
    if not len(colours):
        return []
    weights = np.sqrt(counts)  # a large ground must not take all boxes to itself
    everything = np.arange(len(colours))
    boxes = [(-_spread(colours, weights).max(), 0, everything)]
    heapify(boxes)
    made = 1
    while len(boxes) < most and boxes[0][0] < 0:
        _least, _number, box = heappop(boxes)
        levels = colours[box, _spread(colours[box], weights[box]).argmax()]
        order = np.argsort(levels, kind="stable")
        summed = np.cumsum(weights[box][order])
        cut = min(max(int(np.searchsorted(summed, summed[-1] / 2)), 1), len(box) - 1)
        for part in (box[order[:cut]], box[order[cut:]]):
            heappush(boxes, (-_spread(colours[part], weights[part]).max(), made, part))
            made += 1
    return [np.average(colours[box], axis=0, weights=counts[box]) for _least, _number, box in boxes]


def _spread(colours: Colours, weights: Weights) -> Weights:
    """Return for each of red, green and blue how much these colours differ, 0 where there is one alone."""
    mean = np.average(colours, axis=0, weights=weights)
    spread: Weights = ((colours - mean) ** 2 * weights[:, None]).sum(axis=0)
    return spread if len(colours) > 1 else np.zeros(3)
