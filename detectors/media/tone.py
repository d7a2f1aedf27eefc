from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_PQ, _HLG = 16, 18
_BT2020 = 9
_WHITE_NITS = 203.0
"""Diffuse white of HDR programmes (ITU-R BT.2408-7, section 2.1): it becomes the white of the standard picture."""
_PEAK = 1000.0 / _WHITE_NITS
_BAND_ROWS = 64

# Linear BT.2020 to BT.709 (ITU-R BT.2087-0, section 4).
_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)


def is_high_dynamic_range(transfer: int) -> bool:
    """Return whether a transfer characteristic (ITU-T H.273, table 3) is PQ or HLG."""
    return int(transfer) in (_PQ, _HLG)


def tone_map(picture: npt.NDArray[np.uint16], transfer: int, primaries: int) -> npt.NDArray[np.uint8]:
    """Return a PQ or HLG picture as a standard one, so that faces have the brightness a viewer sees.

    Args:
        picture: RGB as coded, uint16 (height, width, 3), 0 to 65535.
        transfer: transfer characteristic of ITU-T H.273.
        primaries: colour primaries of ITU-T H.273.

    Returns:
        RGB for a standard screen, uint8 (height, width, 3). Extended Reinhard in luminance-free form: diffuse white
        stays near white, highlights up to 1,000 nits are rolled off.
    """
    linear_of = _linear_table(int(transfer))
    shown = np.empty(picture.shape, np.uint8)
    display = _display_table()
    for top in range(0, picture.shape[0], _BAND_ROWS):
        band = linear_of[picture[top : top + _BAND_ROWS]]
        if int(primaries) == _BT2020:
            band = np.clip(band @ _TO_709.T, 0, None)
        rolled = band * (1 + band / _PEAK**2) / (1 + band) * _SCALE
        shown[top : top + _BAND_ROWS] = display[(np.clip(rolled, 0, 1) * 4095 + 0.5).astype(np.uint16)]
    return shown


_SCALE = 1.6
"""Lifts mid-tones back to where the standard grade of the same scene has them after the roll-off."""


@cache
def _linear_table(transfer: int) -> npt.NDArray[np.float32]:
    """Linear light for each of 65,536 code values; 1 is diffuse white."""
    code = np.linspace(0, 1, 65536)
    if transfer == _PQ:  # SMPTE ST 2084
        m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
        powered = code ** (1 / m2)
        nits = 10000 * (np.maximum(powered - c1, 0) / (c2 - c3 * powered)) ** (1 / m1)
    else:  # ITU-R BT.2100, HLG at a 1,000-nit display, system gamma 1.2 applied per channel
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
        nits = 1000 * scene**1.2
    return (nits / _WHITE_NITS).astype(np.float32)


@cache
def _display_table() -> npt.NDArray[np.uint8]:
    """SRGB code (IEC 61966-2-1) for 4,096 steps of linear light."""
    linear = np.linspace(0, 1, 4096)
    code = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (code * 255 + 0.5).astype(np.uint8)
