"""A small drawing board for ONNX graphs, with the versions fixed that onnxruntime accepts."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

IR_VERSION = 8
"""Newest onnx writes IR 14 by default, which onnxruntime 1.31 refuses; 8 is what opset 17 came with."""

OPSET = 17

Dimension = int | str
"""A size, or the name of a free one."""


class GraphBoard:
    """Collects the nodes and constants of one graph with a single input called "input"."""

    def __init__(self, name: str, input_shape: tuple[Dimension, ...]) -> None:
        self._name = name
        self._input = helper.make_tensor_value_info("input", TensorProto.FLOAT, list(input_shape))
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._outputs: list[Any] = []

    def constant(self, values: NDArray[Any]) -> str:
        """Add `values` (floats become float32, integers int64) and return their name."""
        kind = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float32
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype=kind), name))
        return name

    def add(self, operator: str, *inputs: str, output: int = 0, **attributes: int | str | list[int]) -> str:
        """Add a node and return the name of its one used output, which is the operator's first unless said."""
        name = f"v{len(self._nodes)}"
        outputs = [""] * output + [name]
        self._nodes.append(helper.make_node(operator, list(inputs), outputs, name=f"{operator}_{name}", **attributes))
        return name

    def name_output(self, value: str, name: str, shape: tuple[Dimension, ...]) -> None:
        """Make `value` an output of the graph under `name`."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=f"output_{name}"))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))

    def to_bytes(self) -> bytes:
        """Return the checked model, serialised."""
        graph = helper.make_graph(self._nodes, self._name, [self._input], self._outputs, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="countenance")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))


def leaky(board: GraphBoard, value: str, slopes: NDArray[Any]) -> str:
    """Add PReLU as a*x + (1-a)*relu(x) and return its output.

    onnxruntime's own PRelu blocks its layout optimiser, and slopes of any sign must hold, so max(x, a*x) is no way
    to write it. `slopes` broadcasts against the value's shape.
    """
    straight = board.add("Mul", value, board.constant(slopes))
    bent = board.add("Mul", board.add("Relu", value), board.constant(1.0 - slopes.astype(np.float64)))
    return board.add("Add", straight, bent)
