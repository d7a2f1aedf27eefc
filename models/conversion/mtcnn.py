"""MTCNN's three networks, from the arrays that the package `mtcnn` 1.0.0 carries (networks: mtcnn/network/*.py)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.translations import _
from models.conversion.graph import GraphBoard, leaky

Arrays = list[NDArray[Any]]

# Each stage: how many (convolution, PReLU) blocks, and the max pool after each: (kernel, padding) or None.
_POOLS: dict[str, tuple[tuple[int, str] | None, ...]] = {
    "pnet": ((2, "SAME_UPPER"), None, None),
    "rnet": ((3, "SAME_UPPER"), (3, "VALID"), None),
    "onet": ((3, "SAME_UPPER"), (3, "VALID"), (2, "SAME_UPPER"), None),
}
_SIZES = {"rnet": 24, "onet": 48}
_ARRAYS = {"pnet": 13, "rnet": 16, "onet": 21}


def convert_mtcnn(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return pnet.onnx, rnet.onnx and onet.onnx.

    Inputs are NCHW float32, RGB as (x-127.5)/128. Outputs as in the reference: pnet `bbox` (n,h,w,4) and `prob`
    (n,h,w,2); rnet `bbox` (n,4), `prob` (n,2); onet also `landmarks` (n,10: x1..x5, y1..y5). Column 1 of `prob` is
    "face".

    Args:
        files: pnet.lz4, rnet.lz4 and onet.lz4, whose hashes have been checked: joblib's format is pickle underneath,
            so bytes that are not the pinned ones must never come here.
    """
    return {f"{net}.onnx": _convert_net(net, _read_arrays(net, files[f"{net}.lz4"])) for net in _POOLS}


def _read_arrays(net: str, content: bytes) -> Arrays:
    import joblib

    arrays = joblib.load(io.BytesIO(content))
    if not isinstance(arrays, list) or len(arrays) != _ARRAYS[net]:
        raise ModelsError(_("The weights of “{name}” are not laid out as expected.").format(name=net))
    return arrays


def _convert_net(net: str, arrays: Arrays) -> bytes:
    size = _SIZES.get(net)
    board = GraphBoard(net, ("n", 3, size or "height", size or "width"))
    weights = iter(arrays)
    value = "input"
    for pool in _POOLS[net]:
        value = _convolve(board, value, weights)
        value = leaky(board, value, next(weights).transpose(2, 0, 1))
        if pool:
            value = board.add("MaxPool", value, kernel_shape=[pool[0]] * 2, strides=[2, 2], auto_pad=pool[1])
    if size is None:
        _finish_pnet(board, value, weights)
    else:
        _finish_dense(board, value, weights, landmarks=net == "onet")
    return board.to_bytes()


def _convolve(board: GraphBoard, value: str, weights: Iterator[NDArray[Any]]) -> str:
    kernel, bias = next(weights).transpose(3, 2, 0, 1), next(weights)
    return board.add("Conv", value, board.constant(kernel), board.constant(bias))


def _finish_pnet(board: GraphBoard, value: str, weights: Iterator[NDArray[Any]]) -> None:
    boxes = board.add("Transpose", _convolve(board, value, weights), perm=[0, 2, 3, 1])
    scores = board.add("Transpose", _convolve(board, value, weights), perm=[0, 2, 3, 1])
    board.name_output(boxes, "bbox", ("n", "rows", "columns", 4))
    board.name_output(board.add("Softmax", scores, axis=-1), "prob", ("n", "rows", "columns", 2))


def _finish_dense(board: GraphBoard, value: str, weights: Iterator[NDArray[Any]], *, landmarks: bool) -> None:
    # The reference swaps rows and columns of NHWC before flattening: from NCHW that is (0, 3, 2, 1).
    flat = board.add("Flatten", board.add("Transpose", value, perm=[0, 3, 2, 1]), axis=1)
    hidden = leaky(board, _multiply(board, flat, weights), next(weights))
    board.name_output(_multiply(board, hidden, weights), "bbox", ("n", 4))
    if landmarks:
        board.name_output(_multiply(board, hidden, weights), "landmarks", ("n", 10))
    scores = board.add("Softmax", _multiply(board, hidden, weights), axis=-1)
    board.name_output(scores, "prob", ("n", 2))


def _multiply(board: GraphBoard, value: str, weights: Iterator[NDArray[Any]]) -> str:
    matrix, bias = next(weights), next(weights)
    return board.add("Gemm", value, board.constant(np.asarray(matrix)), board.constant(bias))
