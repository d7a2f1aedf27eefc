"""From pixels to a network's input, as its manifest says: one function for the self-test and for real use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.contracts import Colour, InputContract


def to_blob(pictures: NDArray[np.uint8], contract: InputContract) -> NDArray[np.float32]:
    """Return pictures as a network expects them.

    Args:
        pictures: uint8 (n, height, width, 3), RGB, 0-255. Height and width are the contract's `size_px` where it has
            one.
        contract: of the model's manifest.

    Returns:
        float32 (n, 3, height', width'), C-contiguous: channels in the contract's order, (x - mean) * scale, padded
        right and below with the contract's `padding` to its multiple.

    Raises:
        ValueError: shape or type do not fit; a fault of the caller.
    """
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
        message = f"uint8 (n, height, width, 3) expected, got {pictures.dtype} {pictures.shape}"
        raise ValueError(message)
    count, height, width, _channels = pictures.shape
    if contract.size_px is not None and (height, width) != (contract.size_px, contract.size_px):
        message = f"chips of {contract.size_px} px expected, got {height} x {width}"
        raise ValueError(message)
    step = contract.multiple_px
    shape = (count, 3, -(-height // step) * step, -(-width // step) * step)
    blob = np.full(shape, contract.padding, dtype=np.float32)
    picture = blob[:, :, :height, :width]
    ordered = pictures[..., ::-1] if contract.colour is Colour.BGR else pictures
    picture[...] = ordered.transpose(0, 3, 1, 2)
    if any(contract.mean):
        picture -= np.asarray(contract.mean, dtype=np.float32).reshape(1, 3, 1, 1)
    if contract.scale != 1.0:
        picture *= np.float32(contract.scale)
    return blob
