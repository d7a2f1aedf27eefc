"""OpenVINO's intermediate representation (.xml with layers and edges, .bin with constants) as ONNX.

Only what face-reidentification-retail-0095 uses is spoken: every other layer type or setting is refused, never guessed.
Operators: https://docs.openvino.ai, "Operation Sets", opset1.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.translations import _
from models.conversion.graph import GraphBoard, leaky

_TYPES: dict[str, np.dtype[Any]] = {"f16": np.dtype("<f2"), "f32": np.dtype("<f4")}


def convert_openvino(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """Return `<name>.onnx`: `input` float32 with its batch axis free, `embedding` (n, dimension), not normalised.

    Args:
        files: exactly one .xml and one .bin.
        name: of the model.

    Raises:
        ModelsError: the description is not XML, declares entities, or uses what is not spoken here.
    """
    description = next(content for file, content in files.items() if file.endswith(".xml"))
    constants = next(content for file, content in files.items() if file.endswith(".bin"))
    return {f"{name}.onnx": _Translator(parse_safely(description), constants, name).to_bytes()}


def parse_safely(description: bytes) -> ET.Element:
    """Return the root of an XML text without a document type declaration, so that no entity can grow or fetch.

    Raises:
        ModelsError: it is not XML, not UTF-8, or declares a document type.
    """
    # Other encodings could hide the declaration from this search.
    try:
        text = description.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused("encoding") from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _refused("DOCTYPE")
    try:
        return ET.fromstring(text)  # noqa: S314 -- entities refused above; the file's hash is pinned besides
    except (ET.ParseError, ValueError) as error:
        raise _refused("XML") from error


class _Translator:
    """Walks the layers in the order of the file, which is topological, and draws each."""

    def __init__(self, root: ET.Element, constants: bytes, name: str) -> None:
        self._layers = list(root.iter("layer"))
        self._sources = {
            (edge.get("to-layer", ""), int(edge.get("to-port", "-1"))): edge.get("from-layer", "")
            for edge in root.iter("edge")
        }
        self._constants = constants
        self._arrays: dict[str, NDArray[np.float32]] = {}
        self._values: dict[str, str] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._board = self._start(name)

    def to_bytes(self) -> bytes:
        for layer in self._layers:
            identity, kind = layer.get("id", ""), layer.get("type", "")
            self._shapes[identity] = _output_shape(layer)
            if kind == "Const":
                self._arrays[identity] = self._read_constant(layer)
            elif kind == "Convert":
                self._arrays[identity] = self._arrays[self._source(identity, 0)]
            elif kind == "Parameter":
                self._values[identity] = "input"
            elif kind == "Result":
                value, shape = self._value(identity, 0), self._shapes[self._source(identity, 0)]
                self._board.name_output(self._flatten(value), "embedding", ("n", math.prod(shape[1:])))
            else:
                self._values[identity] = self._translate(kind, identity, layer.find("data"))
        return self._board.to_bytes()

    def _start(self, name: str) -> GraphBoard:
        inputs = [layer for layer in self._layers if layer.get("type") == "Parameter"]
        if len(inputs) != 1:
            raise _refused("Parameter")
        return GraphBoard(name, ("n", *_output_shape(inputs[0])[1:]))

    def _flatten(self, value: str) -> str:
        return self._board.add("Flatten", value, axis=1)

    def _translate(self, kind: str, identity: str, settings: ET.Element | None) -> str:
        if kind in ("Add", "Multiply"):
            operator = "Add" if kind == "Add" else "Mul"
            return self._board.add(operator, self._value(identity, 0), self._value(identity, 1))
        if kind == "Sigmoid":
            return self._board.add("Sigmoid", self._value(identity, 0))
        if kind == "PReLU":
            slopes = self._array(identity, 1).reshape(-1, 1, 1)
            return leaky(self._board, self._value(identity, 0), slopes)
        if kind == "AvgPool" and settings is not None:
            return self._pool(identity, settings)
        if kind in ("Convolution", "GroupConvolution") and settings is not None:
            return self._convolve(kind, identity, settings)
        raise _refused(kind)

    def _pool(self, identity: str, settings: ET.Element) -> str:
        # Every pool of these networks covers its whole picture; that form does not bind the graph to one size.
        shape = self._shapes[self._source(identity, 0)]
        if _numbers(settings, "kernel") != list(shape[2:]) or any(_numbers(settings, "pads_begin")):
            raise _refused("AvgPool")
        return self._board.add("GlobalAveragePool", self._value(identity, 0))

    def _convolve(self, kind: str, identity: str, settings: ET.Element) -> str:
        if settings.get("auto_pad") != "explicit":
            raise _refused("auto_pad")
        kernel = self._array(identity, 1)
        groups = 1
        if kind == "GroupConvolution":
            groups = kernel.shape[0]
            kernel = kernel.reshape(groups * kernel.shape[1], *kernel.shape[2:])
        return self._board.add(
            "Conv",
            self._value(identity, 0),
            self._board.constant(kernel),
            strides=_numbers(settings, "strides"),
            dilations=_numbers(settings, "dilations"),
            pads=_numbers(settings, "pads_begin") + _numbers(settings, "pads_end"),
            group=groups,
        )

    def _source(self, identity: str, port: int) -> str:
        try:
            return self._sources[identity, port]
        except KeyError as error:
            raise _refused("edge") from error

    def _array(self, identity: str, port: int) -> NDArray[np.float32]:
        source = self._source(identity, port)
        if source not in self._arrays:
            raise _refused("Const")
        return self._arrays[source]

    def _value(self, identity: str, port: int) -> str:
        source = self._source(identity, port)
        if source in self._arrays:
            return self._board.constant(self._arrays[source])
        if source not in self._values:
            raise _refused("order")
        return self._values[source]

    def _read_constant(self, layer: ET.Element) -> NDArray[np.float32]:
        settings = layer.find("data")
        kind = _TYPES.get(settings.get("element_type", "")) if settings is not None else None
        if settings is None or kind is None:
            raise _refused("element_type")
        shape = _numbers(settings, "shape")
        offset, size = int(settings.get("offset", "-1")), int(settings.get("size", "-1"))
        count = int(np.prod(shape, dtype=np.int64))
        if offset < 0 or size != count * kind.itemsize or offset + size > len(self._constants):
            raise _refused("offset")
        numbers: NDArray[Any] = np.frombuffer(self._constants, dtype=kind, count=count, offset=offset)
        return numbers.astype(np.float32).reshape(shape)


def _output_shape(layer: ET.Element) -> tuple[int, ...]:
    return tuple(int(side.text or 0) for side in layer.iterfind("output/port/dim"))


def _numbers(settings: ET.Element, name: str) -> list[int]:
    return [int(number) for number in settings.get(name, "").split(",") if number.strip()]


def _refused(what: str) -> ModelsError:
    return ModelsError(
        _("The published network description cannot be read: it is not of the kind this program knows."),
        remedy=_("Fetch the file again from its official address."),
        details=what,
    )
