"""dlib's face recognition ResNet (dlib_face_recognition_resnet_model_v1.dat) as ONNX.

The format is dlib's own (dlib/serialize.h, dlib/dnn/layers.h): an integer is a byte (low four bits: length; bit 7:
sign) and that many little-endian bytes; a string is its length and its bytes; a tensor is the version 2, four
dimensions and raw float32. The architecture is that of dlib's examples/dnn_face_recognition_ex.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.translations import _
from models.conversion.graph import GraphBoard

SOURCE = "dlib_face_recognition_resnet_model_v1.dat"
CHIP_PX = 150

# Of each residual block: whether it halves the picture; its channels change at each halving but the first block's.
_HALVES = (0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1)
_CHANNELS = (32, 64, 128, 256, 256)
_MEANS = (122.782, 117.001, 104.298)  # dlib/dnn/input.h, input_rgb_image's defaults
_DIMENSION = 128


@dataclass(frozen=True, slots=True)
class _Convolution:
    """A convolution with the affine layer that follows it folded in; kernel is (out, in, k, k)."""

    kernel: NDArray[np.float64]
    bias: NDArray[np.float64]
    stride: int
    padding: int


def convert_dlib_resnet(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return dlib-resnet.onnx: `input` (n,3,150,150) float32 RGB 0-255 to `embedding` (n,128), not normalised."""
    layers, dense = _read_weights(_Reader(files[SOURCE]))
    board = GraphBoard("dlib-resnet", ("n", 3, CHIP_PX, CHIP_PX))
    mean = board.constant(np.array(_MEANS).reshape(1, 3, 1, 1))
    value = board.add("Mul", board.add("Sub", "input", mean), board.constant(np.array(1 / 256)))
    remaining = iter(layers)
    value = board.add("Relu", _convolve(board, value, next(remaining)))
    value = board.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    channels, size = _CHANNELS[0], 35
    widths = iter(_CHANNELS[1:])
    for halves in _HALVES:
        first, second = next(remaining), next(remaining)
        inner = board.add("Relu", _convolve(board, value, first))
        inner = _convolve(board, inner, second)
        if halves:
            wanted = next(widths)
            value, inner = _match_shortcut(board, value, inner, (channels, size), wanted)
            channels, size = wanted, _halved(size)
        value = board.add("Relu", board.add("Add", inner, value))
    flat = board.add("Flatten", board.add("GlobalAveragePool", value), axis=1)
    board.name_output(board.add("MatMul", flat, board.constant(dense)), "embedding", ("n", _DIMENSION))
    return {"dlib-resnet.onnx": board.to_bytes()}


def _halved(size: int) -> int:
    """Return the side after a halving block: the larger of its convolution's and its shortcut's side."""
    return max((size - 3) // 2 + 1, (size - 2) // 2 + 1)


def _convolve(board: GraphBoard, value: str, layer: _Convolution) -> str:
    return board.add(
        "Conv",
        value,
        board.constant(layer.kernel),
        board.constant(layer.bias),
        strides=[layer.stride] * 2,
        pads=[layer.padding] * 4,
    )


def _match_shortcut(board: GraphBoard, value: str, inner: str, shape: tuple[int, int], wanted: int) -> tuple[str, str]:
    """Return the halved shortcut and the block's value, zero-padded to one shape as dlib's add_prev does."""
    channels, size = shape
    shortcut = board.add("AveragePool", value, kernel_shape=[2, 2], strides=[2, 2])
    side = _halved(size)
    shortcut = _pad(board, shortcut, wanted - channels, side - ((size - 2) // 2 + 1))
    return shortcut, _pad(board, inner, 0, side - ((size - 3) // 2 + 1))


def _pad(board: GraphBoard, value: str, channels: int, pixels: int) -> str:
    if not channels and not pixels:
        return value
    ends = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], dtype=np.int64)
    return board.add("Pad", value, board.constant(ends))


def _read_weights(reader: _Reader) -> tuple[list[_Convolution], NDArray[np.float32]]:
    layers: list[_Convolution] = []
    for _number in range(29):
        reader.seek_string("con_4")
        numbers = reader.tensor()
        filters, rows, columns, stride, _stride_x, padding, _padding_x = (reader.integer() for _field in range(7))
        kernel = numbers[: len(numbers) - filters].reshape(filters, -1, rows, columns).astype(np.float64)
        bias = numbers[len(numbers) - filters :].astype(np.float64)
        reader.seek_string("affine_")
        gamma, beta = np.split(reader.tensor().astype(np.float64), 2)
        layers.append(_Convolution(kernel * gamma.reshape(-1, 1, 1, 1), bias * gamma + beta, stride, padding))
    reader.rewind()
    reader.seek_string("fc_2")
    reader.skip_integers(2)
    return layers, reader.tensor().reshape(-1, _DIMENSION)


class _Reader:
    """Reads dlib's serialisation at a position that only moves forward, but for `rewind`."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def rewind(self) -> None:
        self._at = 0

    def seek_string(self, text: str) -> None:
        """Go on behind the next occurrence of a serialised `text`."""
        mark = bytes((1, len(text))) + text.encode()
        found = self._content.find(mark, self._at)
        if found < 0:
            raise _unexpected()
        self._at = found + len(mark)

    def integer(self) -> int:
        head = self._take(1)[0]
        value = int.from_bytes(self._take(head & 0x0F), "little")
        return -value if head & 0x80 else value

    def skip_integers(self, count: int) -> None:
        for _field in range(count):
            self.integer()

    def tensor(self) -> NDArray[Any]:
        """Return the numbers of a tensor, flat, float32."""
        version, *shape = (self.integer() for _field in range(5))
        count = int(np.prod(shape, dtype=np.int64))
        if version != 2 or min(shape) < 1:
            raise _unexpected()
        return np.frombuffer(self._take(count * 4), dtype="<f4")

    def _take(self, count: int) -> bytes:
        taken = self._content[self._at : self._at + count]
        if len(taken) != count:
            raise _unexpected()
        self._at += count
        return taken


def _unexpected() -> ModelsError:
    return ModelsError(_("The weights of “{name}” are not laid out as expected.").format(name=SOURCE))
