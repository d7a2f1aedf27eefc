# Long because it is one list of faults, with the few lines that each of them takes.
"""Networks that look like an embedder or a detector of faces to whoever reads their header, and do harm when run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from tests.models.insightface_packages import arcface, scrfd

Make = Callable[[], bytes]
_SIDE, _DIMENSION = 112, 512
_VAST, _LARGE = 1 << 40, 1_500_000_000
_IR, _OPSET = 8, 17


def node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> NodeProto:
    return helper.make_node(kind, list(inputs), list(outputs), **attributes)


def number(name: str, *values: float) -> TensorProto:
    return numpy_helper.from_array(np.array(values, np.float32), name)


def count(name: str, *values: int) -> TensorProto:
    return numpy_helper.from_array(np.array(values, np.int64), name)


def embedder(*nodes: NodeProto, constants: Sequence[TensorProto] = ()) -> Make:
    """Return what makes a network from "x", the picture, to "y"; what it says of "y" is (n, 512) whatever it is."""

    def make() -> bytes:
        taken = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, _SIDE, _SIDE])
        given = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", _DIMENSION])
        return _bytes(helper.make_graph(list(nodes), "made", [taken], [given], list(constants)))

    return make


def ending_in_mean(*nodes: NodeProto, constants: Sequence[TensorProto] = ()) -> Make:
    """Return what makes an embedder whose every number is the mean of "large", which the nodes make."""
    last = [node("ReduceMean", ["large"], ["mean"], keepdims=0), node("Expand", ["mean", "out"], ["y"])]
    return embedder(*nodes, *last, constants=[*constants, count("out", 1, _DIMENSION)])


def folding(sides: Sequence[int]) -> Make:
    """Return what makes a network with a constant of these sides, which the runtime makes before anything is run."""
    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0])
    made = node("ConstantOfShape", ["sides"], ["large"], value=value)
    return ending_in_mean(made, constants=[count("sides", *sides)])


def running(kind: str, *constants: TensorProto, **attributes: Any) -> Make:
    """Return what makes a network that blows the picture up with one operator, when it is run."""
    names = [constant.name for constant in constants]
    return ending_in_mean(node(kind, ["x", *names], ["large"], **attributes), constants=constants)


def doubling(times: int, *, constant: bool) -> Make:
    """Return what makes a network that lays something beside itself, again and again."""
    first = "seed" if constant else "x"
    names = [first, *(f"d{at}" for at in range(times - 1)), "large"]
    nodes = [node("Concat", [before, before], [after], axis=0) for before, after in pairwise(names)]
    return ending_in_mean(*nodes, constants=[number("seed", 1.0)])


def outer_product(sides: int) -> Make:
    nodes = [
        node("ConstantOfShape", ["tall"], ["a"], value=helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0])),
        node("ReduceMean", ["x"], ["m"], keepdims=0),
        node("Mul", ["a", "m"], ["b"]),
        node("Transpose", ["b"], ["c"], perm=[1, 0]),
        node("MatMul", ["b", "c"], ["large"]),
    ]
    return ending_in_mean(*nodes, constants=[count("tall", sides, 1)])


def slow(times: int, *, constant: bool) -> Make:
    """Return what makes a network of a few kilobytes that multiplies large matrices for a very long time."""
    nodes = [
        node("ConstantOfShape", ["sides"], ["m"], value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.001])),
    ]
    first = "m"
    if not constant:
        nodes += [node("ReduceMean", ["x"], ["mean"], keepdims=0), node("Add", ["m", "mean"], ["m0"])]
        first = "m0"
    names = [first, *(f"p{at}" for at in range(times - 1)), "large"]
    nodes += [node("MatMul", [before, "m"], [after]) for before, after in pairwise(names)]
    last = [node("ReduceMean", ["large"], ["mean2"], keepdims=0), node("Expand", ["mean2", "out"], ["y"])]
    return embedder(*nodes, *last, constants=[count("sides", 1500, 1500), count("out", 1, _DIMENSION)])


def chain(length: int, kind: str = "Neg") -> Make:
    names = ["x", *(f"c{at}" for at in range(length - 1)), "large"]
    return ending_in_mean(*(node(kind, [a], [b]) for a, b in pairwise(names)))


def quadratic(length: int) -> Make:
    """Return what makes a network each of whose nodes takes what all before it gave."""
    nodes = [node("ReduceMean", ["x"], ["q0"], keepdims=0)]
    nodes += [node("Sum", [f"q{before}" for before in range(at)], [f"q{at}"]) for at in range(1, length)]
    nodes += [node("Identity", [f"q{length - 1}"], ["large"])]
    return ending_in_mean(*nodes)


def answering(values: float | None, *sides: int) -> Make:
    """Return what makes an embedder that gives the same numbers, of these sides, whatever it is shown."""
    value = helper.make_tensor("v", TensorProto.FLOAT, [1], [values or 0.0])
    return embedder(node("ConstantOfShape", ["sides"], ["y"], value=value), constants=[count("sides", *sides)])


def pooled(*after: NodeProto, constants: Sequence[TensorProto] = ()) -> Make:
    """Return what makes an embedder that answers to its picture: means of its cells, "cells" (n, 147), then `after`."""
    before = [
        node("AveragePool", ["x"], ["pooled"], kernel_shape=[16, 16], strides=[16, 16]),
        node("Flatten", ["pooled"], ["cells"]),
    ]
    return embedder(*before, *after, constants=constants)


def changed(change: Callable[[ModelProto], object], base: Make = arcface) -> Make:
    def make() -> bytes:
        model = onnx.load_model_from_string(base())
        change(model)
        return bytes(model.SerializeToString())

    return make


def cycle(model: ModelProto) -> None:
    model.graph.node.add(op_type="Add", input=["b", "683"], output=["a"])
    model.graph.node.add(op_type="Neg", input=["a"], output=["b"])


def twice_the_same(model: ModelProto) -> None:
    model.graph.node.add(op_type="Neg", input=["input.1"], output=[model.graph.output[0].name])


def from_nowhere(model: ModelProto) -> None:
    model.graph.node[0].input[0] = "nowhere"


def unknown_operator(model: ModelProto) -> None:
    model.graph.node.add(op_type="OpenTheDoor", input=["input.1"], output=["door"])


def output_from_nowhere(model: ModelProto) -> None:
    model.graph.output[0].name = "nowhere"


def deep_type(model: ModelProto) -> None:
    info = model.graph.value_info.add(name="deep")
    kind = info.type
    for _depth in range(90):
        kind = kind.sequence_type.elem_type
    kind.tensor_type.elem_type = TensorProto.FLOAT


def very_deep_type() -> bytes:
    """Return an embedder with a type of 20,000 sequences in one another: no library writes that, so it is by hand."""
    inner = b"\x0a\x02\x08\x01"
    for _depth in range(20_000):
        inner = _field(4, _field(1, inner))
    return arcface() + _field(7, _field(13, _field(1, b"deep") + _field(2, inner)))


def deep_in_the_graph() -> bytes:
    """Return the same inside the only graph of the file."""
    inner = b"\x0a\x02\x08\x01"
    for _depth in range(20_000):
        inner = _field(4, _field(1, inner))
    model = onnx.load_model_from_string(arcface())
    graph = model.graph.SerializeToString() + _field(13, _field(1, b"deep") + _field(2, inner))
    model.ClearField("graph")
    return bytes(model.SerializeToString()) + _field(7, graph)


def no_text() -> bytes:
    """Return an embedder whose names are bytes that are no UTF-8, everywhere alike."""
    return arcface().replace(b"input.1", b"\xff\xfe\x80put1")


def giant_value_name() -> bytes:
    """Return an embedder in which a name between two nodes has 40 MB."""
    name = "v" * 40_000_000
    return changed(
        lambda model: (
            model.graph.node.add(op_type="Neg", input=["input.1"], output=[name]),
            model.graph.node.add(op_type="Neg", input=[name], output=["unused"]),
        )
    )()


def much_metadata(model: ModelProto) -> None:
    model.metadata_props.add(key="story", value="m" * 100_000_000)


def long_story(model: ModelProto) -> None:
    model.doc_string = "m" * 100_000_000


def many_metadata(model: ModelProto) -> None:
    for at in range(300_000):
        model.metadata_props.add(key=f"k{at}", value="v")


def giant_attribute(model: ModelProto) -> None:
    model.graph.node[0].attribute.add(name="story", type=AttributeProto.STRING, s=b"s" * 40_000_000)


def many_integers(model: ModelProto) -> None:
    model.graph.node[0].attribute.add(name="more", type=AttributeProto.INTS, ints=range(20_000_000))


def as_flatbuffer() -> bytes:
    """Return a file that is an embedder in ONNX's format and begins as onnxruntime's own format does."""
    model = onnx.load_model_from_string(arcface())
    version = model.ir_version
    model.ClearField("ir_version")
    return bytes([0x08, version]) + _field(2, b"ORTM" + b"\0" * 60) + bytes(model.SerializeToString())


def bodies(model: ModelProto) -> None:
    """Put a graph that keeps numbers in another file into a list of graphs of an attribute."""
    body = GraphProto(name="body")
    tensor = body.initializer.add(name="w", data_type=1, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="/etc/passwd")
    model.graph.node[0].attribute.add(name="bodies", type=AttributeProto.GRAPHS, graphs=[body])


def outside_in_list(model: ModelProto) -> None:
    tensor = TensorProto(name="w", data_type=1, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="../../../etc/passwd")
    model.graph.node[0].attribute.add(name="lists", type=AttributeProto.TENSORS, tensors=[tensor])


def sparse_constant(model: ModelProto) -> None:
    made = model.graph.node.add(op_type="Constant", output=["s"])
    sparse = helper.make_sparse_tensor(number("v", 1.0), count("i", 5), [1 << 40])
    made.attribute.add(name="sparse_value", type=AttributeProto.SPARSE_TENSOR, sparse_tensor=sparse)


def training(model: ModelProto) -> None:
    model.training_info.add()


def detector(change: Callable[[ModelProto], object]) -> Make:
    return changed(change, scrfd)


def behind(name: str, *nodes: NodeProto, constants: Sequence[TensorProto] = ()) -> Callable[[ModelProto], None]:
    """Return what puts nodes from "old" to the output called `name` behind a network."""

    def change(model: ModelProto) -> None:
        for each in model.graph.node:
            for at, given in enumerate(each.output):
                if given == name:
                    each.output[at] = "old"
        model.graph.node.extend(nodes)
        model.graph.initializer.extend(constants)

    return change


def _field(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _bytes(graph: GraphProto) -> bytes:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
    model.ir_version = _IR
    return bytes(model.SerializeToString(deterministic=True))


VAST = {
    "a constant of 4 TB": folding([1 << 20, 1 << 20]),
    "a constant of 6 GB": folding([_LARGE]),
    "a constant of negative sides": folding([-5, 7]),
    "a constant of sides that overflow": folding([1 << 62, 1 << 62, 4]),
    "a constant laid beside itself": doubling(40, constant=True),
    "a constant spread out": ending_in_mean(
        node("Expand", ["seed", "sides"], ["large"]), constants=[number("seed", 1.0), count("sides", _LARGE)]
    ),
    "a range without end": ending_in_mean(
        node("Range", ["first", "last", "step"], ["large"]),
        constants=[
            numpy_helper.from_array(np.float32(0), "first"),
            numpy_helper.from_array(np.float32(1e9), "last"),
            numpy_helper.from_array(np.float32(1e-3), "step"),
        ],
    ),
    "a range that does not move": ending_in_mean(
        node("Range", ["first", "last", "step"], ["large"]),
        constants=[
            numpy_helper.from_array(np.float32(0), "first"),
            numpy_helper.from_array(np.float32(1), "last"),
            numpy_helper.from_array(np.float32(0), "step"),
        ],
    ),
    "pictures spread out": running("Expand", count("sides", 30_000, 3, _SIDE, _SIDE)),
    "pictures in tiles": running("Tile", count("times", 1, 1, 300, 300)),
    "pictures enlarged": running("Resize", number("roi"), number("scales", 1, 1, 200, 200), mode="nearest"),
    "pictures enlarged to a size": running(
        "Resize", number("roi"), number("scales"), count("sizes", 1, 3, 1 << 15, 1 << 15), mode="linear"
    ),
    "pictures in a vast frame": running("Pad", count("pads", 0, 0, 0, 0, 0, 0, 20_000, 20_000)),
    "pictures laid beside each other": doubling(40, constant=False),
    "an outer product": outer_product(40_000),
    "an upward convolution": ending_in_mean(
        node("ConvTranspose", ["x", "w"], ["large"], strides=[200, 200]),
        constants=[numpy_helper.from_array(np.ones((3, 1, 1, 1), np.float32), "w")],
    ),
    "one hot among many": ending_in_mean(
        node("Flatten", ["x"], ["flat"]),
        node("Cast", ["flat"], ["whole"], to=TensorProto.INT64),
        node("OneHot", ["whole", "depth", "onoff"], ["large"]),
        constants=[numpy_helper.from_array(np.int64(1_000_000), "depth"), number("onoff", 0.0, 1.0)],
    ),
    "a picture against each other's": ending_in_mean(
        node("Reshape", ["x", "row"], ["a"]),
        node("Reshape", ["x", "column"], ["b"]),
        node("Sub", ["a", "b"], ["large"]),
        constants=[count("row", 1, -1), count("column", -1, 1)],
    ),
    "slices with steps and back": running("SpaceToDepth", blocksize=1 << 20),
    "places gathered a billion times": ending_in_mean(
        node("Reshape", ["x", "row"], ["flat"]),
        node("ConstantOfShape", ["many"], ["places"], value=helper.make_tensor("v", TensorProto.INT64, [1], [0])),
        node("Gather", ["flat", "places"], ["large"]),
        constants=[count("row", -1), count("many", 500_000_000)],
    ),
    "an answer of 4 GB": embedder(
        node("Reshape", ["x", "row"], ["flat"]),
        node("ReduceMean", ["flat"], ["m"], keepdims=1),
        node("Expand", ["m", "sides"], ["y"]),
        constants=[count("row", -1), count("sides", 2, 500_000_000)],
    ),
}
"""Takes memory, when it is loaded or when it is run."""

LONG = {
    "matrices multiplied before anything is run": slow(3000, constant=True),
    "matrices multiplied when it is run": slow(3000, constant=False),
}
"""Takes time."""

MANY = {
    "19,000 nodes in a row": chain(19_000),
    "100,000 nodes in a row": chain(100_000),
    "each node takes all before it": quadratic(1_500),
}

ANSWERS = {
    "nothing that is a number": pooled(
        node("MatMul", ["cells", "w"], ["v"]),
        node("Sub", ["v", "v"], ["zero"]),
        node("Div", ["zero", "zero"], ["y"]),
        constants=[numpy_helper.from_array(np.ones((147, _DIMENSION), np.float32), "w")],
    ),
    "numbers without end": pooled(
        node("MatMul", ["cells", "w"], ["v"]),
        node("Div", ["v", "zero"], ["y"]),
        constants=[numpy_helper.from_array(np.ones((147, _DIMENSION), np.float32), "w"), number("zero", 0.0)],
    ),
    "the same numbers always": answering(1.0, 1, _DIMENSION),
    "nothing at all": answering(1.0, 0, _DIMENSION),
    "nothing in each": answering(1.0, 1, 0),
    "one number": answering(1.0),
    "fewer numbers than it says": pooled(node("Identity", ["cells"], ["y"])),
    "more sides than it says": pooled(node("Unsqueeze", ["cells", "axes"], ["y"]), constants=[count("axes", 1)]),
    "the same for every face": pooled(
        node("ReduceMean", ["cells"], ["m"], axes=[1], keepdims=1),
        node("MatMul", ["m", "w"], ["y"]),
        constants=[numpy_helper.from_array(np.linspace(0.1, 1, _DIMENSION, dtype=np.float32)[None], "w")],
    ),
    "more answers than pictures": pooled(
        node("MatMul", ["cells", "w"], ["v"]),
        node("Concat", ["v", "v", "v"], ["y"], axis=0),
        constants=[
            numpy_helper.from_array(np.random.default_rng(0).normal(size=(147, _DIMENSION)).astype(np.float32), "w")
        ],
    ),
    "whole numbers": pooled(node("Cast", ["cells"], ["y"], to=TensorProto.INT64)),
    "words": pooled(node("Cast", ["cells"], ["y"], to=TensorProto.STRING)),
    "another each time": embedder(
        node("RandomNormal", [], ["y"], shape=[1, _DIMENSION]),
        node("ReduceMean", ["x"], ["unused"]),
    ),
    "another each time, of its own picture": pooled(
        node("RandomNormalLike", ["cells"], ["noise"]),
        node("MatMul", ["noise", "w"], ["y"]),
        constants=[numpy_helper.from_array(np.ones((147, _DIMENSION), np.float32), "w")],
    ),
    "a row of things": pooled(
        node("SequenceConstruct", ["cells", "cells"], ["row"]),
        node("ConcatFromSequence", ["row"], ["y"], axis=1),
    ),
    "perhaps something": pooled(
        node("Optional", ["cells"], ["perhaps"]), node("OptionalGetElement", ["perhaps"], ["y"])
    ),
}
"""Answers as no embedder does."""

BUILT = {
    "a circle of nodes": changed(cycle),
    "two nodes for one answer": changed(twice_the_same),
    "an input from nowhere": changed(from_nowhere),
    "an answer from nowhere": changed(output_from_nowhere),
    "an operator that nobody has": changed(unknown_operator),
    "a type 90 deep": changed(deep_type),
    "a second graph with a type 20,000 deep": very_deep_type,
    "a type 20,000 deep": deep_in_the_graph,
    "names that are no text": no_text,
    "a name of 40 MB": giant_value_name,
    "100 MB of metadata": changed(much_metadata),
    "300,000 pieces of metadata": changed(many_metadata),
    "100 MB of story": changed(long_story),
    "an attribute of 40 MB": changed(giant_attribute),
    "an attribute of 20 million numbers": changed(many_integers),
    "onnxruntime's own format by its first bytes": as_flatbuffer,
    "graphs in a list, with numbers in another file": changed(bodies),
    "a list of tensors, one in another file": changed(outside_in_list),
    "a sparse constant of 4 TB": changed(sparse_constant),
    "training": changed(training),
}
"""Is built as no network is."""

EMBEDDERS = {
    f"{kind}: {name}": make
    for kind, cases in {"vast": VAST, "long": LONG, "many": MANY, "answers": ANSWERS, "built": BUILT}.items()
    for name, make in cases.items()
}

DETECTORS = {
    "scores that are no numbers": detector(
        behind("448", node("Sub", ["old", "old"], ["zero"]), node("Div", ["zero", "zero"], ["448"]))
    ),
    "boxes without end": detector(
        behind("451", node("Div", ["old", "zero"], ["451"]), constants=[number("zero", 0.0)])
    ),
    "every place a face": detector(
        behind(
            "448",
            node("Mul", ["old", "zero"], ["nil"]),
            node("Add", ["nil", "one"], ["448"]),
            constants=[number("zero", 0.0), number("one", 1.0)],
        )
    ),
    "fewer scores than places": detector(
        behind("448", node("Slice", ["old", "first", "last"], ["448"]), constants=[count("first", 0), count("last", 3)])
    ),
    "no scores": detector(
        behind("448", node("Slice", ["old", "first", "last"], ["448"]), constants=[count("first", 0), count("last", 0)])
    ),
    "scores beyond all memory": detector(
        behind("448", node("Tile", ["old", "times"], ["448"]), constants=[count("times", 500_000, 1)])
    ),
    "points in a row of rows": detector(
        behind("454", node("Unsqueeze", ["old", "axes"], ["454"]), constants=[count("axes", 0)])
    ),
}
