"""GE2E speaker embeddings (Resemblyzer's pretrained.pt) as ONNX.

The architecture is that of resemblyzer/voice_encoder.py: three LSTM layers of 256 over mel frames, the last hidden
state through one dense layer, ReLU, length one (Wan et al. 2018, "Generalized end-to-end loss for speaker
verification").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.translations import _
from models.conversion.graph import GraphBoard
from models.conversion.torch_pickle import RefusedPickleError, read_weights

SOURCE = "pretrained.pt"

_BANDS = 40
_HIDDEN = 256
_LAYERS = 3
_GATES = (0, 3, 1, 2)
"""torch writes a layer's gates as input, forget, cell, output; ONNX as input, output, forget, cell."""


def convert_ge2e(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return ge2e.onnx: `input` (n,frames,40) float32 mel energies (no logarithm) to `embedding` (n,256), length one.

    Frames without any energy in them still give a vector; where the network answers nothing but zeros, so does the
    graph (the original divides by zero there).

    Raises:
        ModelsError: the file is not the published kind, or wants to do more than hold numbers.
    """
    try:
        weights = read_weights(files[SOURCE], "model_state")
    except RefusedPickleError as error:
        raise _unexpected(str(error)) from error
    board = GraphBoard("ge2e", ("n", "frames", _BANDS))
    value = board.add("Transpose", "input", perm=[1, 0, 2])
    for layer in range(_LAYERS):
        value = _listen(board, value, weights, layer)
    dense = _taken(weights, "linear.weight", (_HIDDEN, _HIDDEN)), _taken(weights, "linear.bias", (_HIDDEN,))
    value = board.add("Relu", board.add("Gemm", value, *(board.constant(part) for part in dense), transB=1))
    board.name_output(board.add("LpNormalization", value, axis=1, p=2), "embedding", ("n", _HIDDEN))
    return {"ge2e.onnx": board.to_bytes()}


def _listen(board: GraphBoard, value: str, weights: Mapping[str, NDArray[Any]], layer: int) -> str:
    """Add one LSTM layer; return (frames,n,256) for the next one, and of the last its last state, (n,256)."""
    rows, columns = 4 * _HIDDEN, _HIDDEN if layer else _BANDS
    seen = _reordered(_taken(weights, f"lstm.weight_ih_l{layer}", (rows, columns)))
    kept = _reordered(_taken(weights, f"lstm.weight_hh_l{layer}", (rows, _HIDDEN)))
    bias = [_reordered(_taken(weights, f"lstm.bias_{kind}_l{layer}", (rows,))) for kind in ("ih", "hh")]
    numbers = [board.constant(part[np.newaxis]) for part in (seen, kept, np.concatenate(bias))]
    last = layer == _LAYERS - 1
    # An LSTM node gives the states of all frames, (frames,1,n,256), and beside them the last one, (1,n,256).
    states = board.add("LSTM", value, *numbers, output=1 if last else 0, hidden_size=_HIDDEN)
    return board.add("Squeeze", states, board.constant(np.array([0 if last else 1])))


def _taken(weights: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    found = weights.get(name)
    if found is None or found.shape != shape or found.dtype != np.float32 or not np.isfinite(found).all():
        raise _unexpected(name)
    return found


def _reordered(numbers: NDArray[Any]) -> NDArray[Any]:
    gates = np.split(numbers, 4)
    return np.concatenate([gates[gate] for gate in _GATES])


def _unexpected(details: str) -> ModelsError:
    return ModelsError(_("The weights of “{name}” are not laid out as expected.").format(name=SOURCE), details=details)
