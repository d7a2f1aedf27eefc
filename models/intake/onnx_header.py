"""What an ONNX file is, read off its protobuf wire format without reading its weights and without the onnx library.

The format: github.com/onnx/onnx, onnx/onnx.proto (field numbers); protobuf.dev, "Encoding". A file is read once from
front to back; tensors are skipped, so that memory stays small however large the file. Messages are read
to the depth that is named here and no further: nothing recurses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import BinaryIO

from models.intake.protobuf import BYTES, STEP, VARINT, Cursor
from models.intake.refusals import Refusal, RefusedError

_FIRST_NODES = 8
_MOST_NODES, _MOST_TENSORS, _MOST_ENDS = 20_000, 40_000, 64
_MOST_LINKS, _MOST_REMARKS = 100_000, 1_000
"""Of inputs and outputs of all nodes together, and of pieces of metadata: a network of 400 layers has 3,000 and ten."""
_MOST_BESIDE = 8 << 20
"""Bytes that are not weights; names, stories and attributes of published models of faces take less than half a one."""
_MOST_DIMENSIONS, _LARGEST_DIMENSION = 8, 1 << 31
_ITEM_BYTES = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2}
"""TensorProto.DataType to bytes in raw_data; strings, complex numbers and numbers of less than a byte are not taken."""
_TYPED = {4: (4, (1,)), 10: (8, (11,)), 5: (0, (2, 3, 4, 5, 6, 9, 10, 16)), 7: (0, (7,)), 11: (0, (12, 13))}
"""Field of TensorProto that holds typed numbers: bytes of each (0: varints), and the data types that may lie there."""
_CONTINUED = bytes(range(128, 256))
_OWN_DOMAINS = ("", "ai.onnx")
_KNOWN_DOMAINS = (
    *_OWN_DOMAINS,
    "ai.onnx.ml",
    "ai.onnx.training",
    "ai.onnx.preview.training",
    "com.microsoft",
    "com.microsoft.experimental",
    "com.microsoft.nchwc",
    "com.ms.internal.nhwc",
    "org.pytorch.aten",
)
"""What exporters and optimisers name whether they use it or not; nodes of any but ONNX's own are not taken."""
_IR_VERSIONS = range(3, 14)
_OPSETS = range(1, 41)
_RUNTIMES_OWN = b"ORTM"
"""Bytes 4 to 7 of files in onnxruntime's own format, which it prefers to ONNX where both are possible."""
_NO_NETWORK_OF_FACES = (
    "If",
    "Loop",
    "Scan",
    "Bernoulli",
    "Multinomial",
    "ImageDecoder",
    "TfIdfVectorizer",
    "SplitToSequence",
    "ConcatFromSequence",
)
_NO_SUCH_KINDS = ("Random", "Sequence", "Optional", "String", "Regex")
"""Nothing that answers otherwise each time, and nothing but tensors of numbers."""

FLOAT = 1
"""TensorProto.DataType of float32."""


@dataclass(frozen=True, slots=True)
class End:
    """An input or output: its name, its type (TensorProto.DataType; 0 for none) and its sides, None where free.

    `shape` is None where the file says nothing of it.
    """

    name: str
    kind: int
    shape: tuple[int | None, ...] | None


@dataclass(slots=True)
class OnnxHeader:
    """What a file says of itself.

    Attributes:
        inputs: without those that are weights, as onnxruntime counts them.
        first_names: names of the first eight nodes, in the file's order.
        links: inputs and outputs of all nodes.
        weights_bytes: of the numbers in its tensors.
        objection: the first reason why it is not run, with what was found; None for a plain network.
    """

    ir_version: int = 0
    opset: int = 0
    nodes: int = 0
    links: int = 0
    weights_bytes: int = 0
    inputs: list[End] = field(default_factory=list)
    outputs: list[End] = field(default_factory=list)
    first_names: list[str] = field(default_factory=list)
    objection: tuple[Refusal, str] | None = None

    def object(self, why: Refusal, found: str) -> None:
        """Keep a reason why the file is not run; the first is enough."""
        self.objection = self.objection or (why, found)


def read_header(stream: BinaryIO, size: int) -> OnnxHeader:
    """Return what the ONNX file of `size` bytes in `stream` says of itself.

    Raises:
        RefusedError: it is no ONNX file, is cut short, or has more parts than a network has.
    """
    if stream.read(8)[4:] == _RUNTIMES_OWN:
        raise RefusedError(Refusal.ONNX_DAMAGED)
    stream.seek(0)
    cursor, header, weights, graphs, remarks = Cursor(stream), OnnxHeader(), set[str](), 0, 0
    for number, wire, value in cursor.fields(size):
        if number == 1 and wire == VARINT:
            header.ir_version = value
        elif number == 8 and wire == BYTES:
            _read_opset(cursor, value, header)
        elif number == 7 and wire == BYTES:
            graphs += 1
            _read_graph(cursor, value, header, weights)
        elif number == 14:
            remarks += 1
        elif number in (20, 25):
            header.object(Refusal.ONNX_OPERATOR, "functions" if number == 25 else "training")
    if graphs != 1 or not header.nodes or not header.ir_version:
        raise RefusedError(Refusal.ONNX_DAMAGED)
    if remarks > _MOST_REMARKS or size - header.weights_bytes > _MOST_BESIDE:
        raise RefusedError(Refusal.ONNX_TOO_COMPLEX)
    header.inputs = [end for end in header.inputs if end.name not in weights]
    if header.ir_version not in _IR_VERSIONS or header.opset not in _OPSETS:
        header.object(Refusal.ONNX_VERSION, f"IR {header.ir_version}, opset {header.opset}")
    return header


def _read_opset(cursor: Cursor, end: int, header: OnnxHeader) -> None:
    domain, version = "", 0
    for number, wire, value in cursor.fields(end):
        if number == 1 and wire == BYTES:
            domain = cursor.text(value)
        elif number == 2 and wire == VARINT:
            version = value
    if domain in _OWN_DOMAINS:
        header.opset = version
    elif domain not in _KNOWN_DOMAINS:
        header.object(Refusal.ONNX_OPERATOR, domain)


def _read_graph(cursor: Cursor, end: int, header: OnnxHeader, weights: set[str]) -> None:
    for number, wire, value in cursor.fields(end):
        if wire != BYTES:
            continue
        if number == 1:
            _read_node(cursor, value, header)
        elif number == 5:
            weights.add(_read_tensor(cursor, value, header))
        elif number in (11, 12):
            (header.inputs if number == 11 else header.outputs).append(_read_end(cursor, value))
        elif number == 15:
            header.object(Refusal.ONNX_OPERATOR, "sparse tensors")
        # Older files name every tensor among the inputs.
        if header.nodes > _MOST_NODES or max(len(weights), len(header.inputs), len(header.outputs)) > _MOST_TENSORS:
            raise RefusedError(Refusal.ONNX_TOO_COMPLEX)
    if len(header.outputs) > _MOST_ENDS:
        raise RefusedError(Refusal.ONNX_TOO_COMPLEX)


def _read_node(cursor: Cursor, end: int, header: OnnxHeader) -> None:
    name = operator = domain = ""
    for number, wire, value in cursor.fields(end):
        if wire != BYTES:
            continue
        if number in (1, 2):
            header.links += 1
        elif number == 3:
            name = cursor.text(value)
        elif number == 4:
            operator = cursor.text(value)
        elif number == 7:
            domain = cursor.text(value)
        elif number == 5:
            _read_attribute(cursor, value, header)
    header.nodes += 1
    if header.links > _MOST_LINKS:
        raise RefusedError(Refusal.ONNX_TOO_COMPLEX)
    if header.nodes <= _FIRST_NODES:
        header.first_names.append(name)
    if domain not in _OWN_DOMAINS:
        header.object(Refusal.ONNX_OPERATOR, f"{domain}.{operator}")
    elif operator in _NO_NETWORK_OF_FACES or operator.startswith(_NO_SUCH_KINDS):
        header.object(Refusal.ONNX_OPERATOR, operator)


def _read_attribute(cursor: Cursor, end: int, header: OnnxHeader) -> None:
    for number, wire, value in cursor.fields(end):
        if wire != BYTES:
            continue
        if number in (5, 10):
            _read_tensor(cursor, value, header)
        elif number in (6, 11):
            header.object(Refusal.ONNX_OPERATOR, "graphs inside graphs")
        elif number in (22, 23):
            header.object(Refusal.ONNX_OPERATOR, "sparse tensors")


def _read_tensor(cursor: Cursor, end: int, header: OnnxHeader) -> str:
    """Return a tensor's name; object where its bytes are not here, or are not as many as its sides say."""
    name, kind, dims, held, raw, outside = "", 0, list[int](), dict[int, int](), 0, False
    for number, wire, value in cursor.fields(end):
        if number == 1:
            dims += _packed(cursor, wire, value)
        elif number == 2:
            kind = value
        elif number == 8 and wire == BYTES:
            name = cursor.text(value)
        elif number == 9 and wire == BYTES:
            raw += 1
            held[9] = value - cursor.at
            header.weights_bytes += held[9]
        elif number == 13 or (number == 14 and value):
            outside = True
        elif number in _TYPED or number in (3, 6):
            header.weights_bytes += value - cursor.at if wire == BYTES and number in _TYPED else 0
            held[number] = held.get(number, 0) + _numbers(cursor, number, wire, value)
    if outside:
        header.object(Refusal.ONNX_EXTERNAL, name)
    elif not _agrees(kind, dims, held, raw):
        header.object(Refusal.ONNX_TENSOR, name)
    return name


def _agrees(kind: int, dims: list[int], held: dict[int, int], raw: int) -> bool:
    if kind not in _ITEM_BYTES or len(dims) > _MOST_DIMENSIONS or any(side >= _LARGEST_DIMENSION for side in dims):
        return False
    expected = math.prod(dims)
    filled = {number: count for number, count in held.items() if count}
    if raw:
        return raw == 1 and held[9] == expected * _ITEM_BYTES[kind] and filled.keys() <= {9}
    if not filled:
        return not expected
    ((number, count),) = filled.items() if len(filled) == 1 else ((0, 0),)
    return number in _TYPED and kind in _TYPED[number][1] and count == expected


def _numbers(cursor: Cursor, number: int, wire: int, value: int) -> int:
    """Return how many numbers a field of typed numbers holds."""
    width = _TYPED.get(number, (0, ()))[0]
    if wire != BYTES:
        return 1
    if width:
        return (value - cursor.at) // width
    count = 0
    while cursor.at < value:
        # Each number ends with the one byte whose high bit is not set.
        count += len(cursor.read(min(STEP, value - cursor.at)).translate(None, _CONTINUED))
    return count


def _packed(cursor: Cursor, wire: int, value: int) -> list[int]:
    if wire != BYTES:
        return [value]
    found = []
    while cursor.at < value:
        found.append(cursor.varint())
        if len(found) > _MOST_DIMENSIONS:
            break
    return found


def _read_end(cursor: Cursor, end: int) -> End:
    """Return an input or output; ValueInfoProto.type.tensor_type.shape.dim, each at most once."""
    name, kind, shape, types = "", 0, None, 0
    for number, wire, value in cursor.fields(end):
        if number == 1 and wire == BYTES:
            name = cursor.text(value)
        elif number == 2 and wire == BYTES:
            types += 1
            for inner, inner_wire, inner_value in cursor.fields(value):
                if inner == 1 and inner_wire == BYTES:
                    types += 1
                    kind, shape = _read_tensor_type(cursor, inner_value)
    if types > 2:
        raise RefusedError(Refusal.ONNX_DAMAGED)
    return End(name, kind, shape)


def _read_tensor_type(cursor: Cursor, end: int) -> tuple[int, tuple[int | None, ...] | None]:
    kind, shape = 0, None
    for number, wire, value in cursor.fields(end):
        if number == 1 and wire == VARINT:
            kind = value
        elif number == 2 and wire == BYTES:
            if shape is not None:
                raise RefusedError(Refusal.ONNX_DAMAGED)
            sides = list[int | None]()
            for inner, inner_wire, inner_value in cursor.fields(value):
                if inner == 1 and inner_wire == BYTES and len(sides) <= _MOST_DIMENSIONS:
                    sides.append(_read_side(cursor, inner_value))
            shape = tuple(sides)
    return kind, shape


def _read_side(cursor: Cursor, end: int) -> int | None:
    side = None
    for number, wire, value in cursor.fields(end):
        if number == 1 and wire == VARINT:
            side = value if 0 < value < _LARGEST_DIMENSION else None
        elif number == 2:
            side = None
    return side
