"""InsightFace packages made for tests: the real files' signatures over tiny networks, and a pair that really works.

Tiny networks answer to the picture they see (means of its cells through drawn weights), so a wrong colour order, mean,
size or order of outputs shows; they find and know nobody. The working pair is YuNet in SCRFD's signature and
retail-0095 in ArcFace's: all that is missing is InsightFace's own weights, which may not be had here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.compose
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.conversion.yunet import convert_yunet

DET_10G_OUTPUTS = ("448", "471", "494", "451", "474", "497", "454", "477", "500")
"""The names in det_10g.onnx: scores, boxes and points, each at strides 8, 16, 32."""

DETECTION, RECOGNITION = "det_10g.onnx", "w600k_r50.onnx"
LANDMARKS, LANDMARKS_3D, ATTRIBUTES = "2d106det.onnx", "1k3d68.onnx", "genderage.onnx"

_IR, _OPSET = 8, 13
_BASE = "base_"
_STRIDES = {3: (8, 16, 32), 5: (8, 16, 32, 64, 128)}
_COLUMNS = (1, 4, 10)
_T112 = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041))
# The square of an ArcFace crop that, enlarged to 128 px, brings ArcFace's five points nearest to retail-0095's.
_RETAIL_LEFT, _RETAIL_TOP, _RETAIL_SIDE = 4, 5, 104


class _Graph:
    """Nodes and constants of a network as it is written down; the names of a base network begin with "base_"."""

    def __init__(self, base: onnx.ModelProto | None = None) -> None:
        self.before: list[onnx.NodeProto] = []
        self.after: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._base = onnx.compose.add_prefix(base, _BASE) if base else None
        self._count = 0

    def add(self, kind: str, *inputs: str, to: str = "", name: str = "", first: bool = False, **attributes: Any) -> str:
        """Return the output of a new node; `first`: it runs before the base network instead of after it."""
        self._count += 1
        to = to or f"made_{self._count}"
        node = helper.make_node(kind, inputs, [to], name=name or f"node_{self._count}", **attributes)
        (self.before if first else self.after).append(node)
        return to

    def constant(self, value: NDArray[Any]) -> str:
        self._count += 1
        self.constants.append(numpy_helper.from_array(value, f"constant_{self._count}"))
        return str(self.constants[-1].name)

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def shape(self, *sizes: int) -> str:
        return self.constant(np.array(sizes, np.int64))

    def model(
        self, taken: tuple[str, Sequence[int | str]], given: Sequence[tuple[str, Sequence[int | str]]]
    ) -> onnx.ModelProto:
        base = self._base
        graph = helper.make_graph(
            [*self.before, *(base.graph.node if base else ()), *self.after],
            "made for a test",
            [helper.make_tensor_value_info(taken[0], TensorProto.FLOAT, list(taken[1]))],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in given],
            [*(base.graph.initializer if base else ()), *self.constants],
        )
        opset = base.opset_import[0].version if base else _OPSET
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=_IR)
        onnx.checker.check_model(model)
        return model


def scrfd(
    outputs: int = 9, *, batched: bool = False, side_px: int | None = None, names: Sequence[str] = (), seed: int = 0
) -> bytes:
    """Return a tiny network in SCRFD's signature, [1, 3, H, W] RGB (x - 127.5) / 128; some cells are "faces".

    Args:
        outputs: 9 or 6 (strides 8, 16, 32; two anchors), 15 or 10 (to stride 128; one anchor); 6 and 10 lack points.
        batched: outputs are (1, n, k) instead of (n, k).
        side_px: the picture's size is fixed.
        names: of the outputs, in the file's order; `DET_10G_OUTPUTS` or numbers where none are given.
    """
    random = np.random.default_rng(seed)
    kinds, strides = (3, _STRIDES[outputs // 3]) if outputs in (9, 15) else (2, _STRIDES[outputs // 2])
    anchors = 2 if len(strides) == 3 else 1
    named = list(names or (DET_10G_OUTPUTS if outputs == 9 else [str(400 + 7 * at) for at in range(outputs)]))
    graph = _Graph()
    for kind, columns in enumerate(_COLUMNS[:kinds]):
        for at, stride in enumerate(strides):
            cells = graph.add("AveragePool", "input.1", kernel_shape=[stride, stride], strides=[stride, stride])
            weights = random.normal(0, 1.5, (anchors * columns, 3, 1, 1)).astype(np.float32)
            offsets = np.full(anchors * columns, (-1.5, 1.0, 0.5)[kind], np.float32)
            answer = graph.add("Conv", cells, graph.constant(weights), graph.constant(offsets))
            # Boxes are distances, so none is below zero; points lie on any side of the cell's corner.
            answer = graph.add("Sigmoid", answer) if kind == 0 else answer
            answer = graph.add("Softplus", answer) if kind == 1 else answer
            answer = graph.add("Transpose", answer, perm=[0, 2, 3, 1])
            shape = graph.shape(1, -1, columns) if batched else graph.shape(-1, columns)
            graph.add("Reshape", answer, shape, to=named[kind * len(strides) + at])
    # The published files state the sizes that belong to 640 x 640, whatever the picture.
    rows = [anchors * (640 // stride) ** 2 for stride in strides]
    states = [
        [*([1] if batched else []), rows[at] if side_px == 640 else f"n{kind}_{at}", columns]
        for kind, columns in enumerate(_COLUMNS[:kinds])
        for at in range(len(strides))
    ]
    sides: list[int | str] = [side_px, side_px] if side_px else ["?", "??"]
    return _bytes(graph.model(("input.1", [1, 3, *sides]), list(zip(named, states, strict=True))))


def arcface(
    *, side_px: int = 112, dimension: int = 512, batch: int | str = "None", scaling_inside: bool = False, seed: int = 0
) -> bytes:
    """Return a tiny network in ArcFace's signature, [N, 3, side, side] RGB to [N, dimension].

    Args:
        batch: 1 for a file that takes one picture at a time.
        scaling_inside: as the older MXNet files: the picture is 0-255, the network begins with Sub and Mul.
    """
    graph = _Graph()
    before = "input.1"
    if scaling_inside:
        before = graph.add("Sub", before, graph.number(127.5), name="_minusscalar0")
        before = graph.add("Mul", before, graph.number(1 / 127.5), name="_mulscalar0")
    return _bytes(_cells_to_vector(graph, before, ("input.1", batch, side_px), ("683", dimension), seed))


def landmarks(*, points_3d: bool = False) -> bytes:
    """Return a tiny network in the signature of 2d106det or 1k3d68: InsightFace's, of no use to us."""
    width = 3309 if points_3d else 212
    return _bytes(_cells_to_vector(_Graph(), "data", ("data", "None", 192), ("fc1", width), 1))


def attributes() -> bytes:
    """Return a tiny network in genderage's signature: age and sex of a face, which nobody here asks for."""
    return _bytes(_cells_to_vector(_Graph(), "data", ("data", "None", 96), ("fc1", 3), 2))


def sface(seed: int = 0) -> bytes:
    """Return a tiny network in SFace's signature: data [1, 3, 112, 112] RGB 0-255, scaled inside, to fc1 [1, 128]."""
    graph = _Graph()
    scaled = graph.add("Mul", graph.add("Sub", "data", graph.number(127.5)), graph.number(1 / 128))
    return _bytes(_cells_to_vector(graph, scaled, ("data", 1, 112), ("fc1", 128), seed))


def working_scrfd(published: Path) -> bytes:
    """Return YuNet, from the folder of its published file, in the signature of det_10g.

    The second anchor of each cell has the first one's box and the score 0.
    """
    source = next(published.glob("face_detection_yunet_*.onnx"))
    yunet = onnx.load_model_from_string(convert_yunet({source.name: source.read_bytes()})["yunet.onnx"])
    graph = _Graph(yunet)
    _undo(graph, scale=128.0, to=_BASE + yunet.graph.input[0].name)
    half, nought, one = graph.number(0.5), graph.number(0.0), graph.number(1.0)
    for at, stride in enumerate(_STRIDES[3]):
        parts = [graph.add("Clip", f"{_BASE}{kind}_{stride}", nought, one) for kind in ("cls", "obj")]
        score = graph.add("Reshape", graph.add("Sqrt", graph.add("Mul", *parts)), graph.shape(-1, 1))
        scores = graph.add("Mul", score, graph.constant(np.array([[1.0, 0.0]], np.float32)))
        graph.add("Reshape", scores, graph.shape(-1, 1), to=DET_10G_OUTPUTS[at])
        box = graph.add("Reshape", f"{_BASE}bbox_{stride}", graph.shape(-1, 4))
        shift = graph.add("Gather", box, graph.shape(0, 1), axis=1)
        size = graph.add("Mul", graph.add("Exp", graph.add("Gather", box, graph.shape(2, 3), axis=1)), half)
        sides = graph.add("Concat", graph.add("Sub", size, shift), graph.add("Add", size, shift), axis=1)
        _twice(graph, sides, 4, DET_10G_OUTPUTS[3 + at])
        _twice(graph, f"{_BASE}kps_{stride}", 10, DET_10G_OUTPUTS[6 + at])
    given: list[tuple[str, list[int | str]]] = [
        (name, [f"n{at}", _COLUMNS[at // 3]]) for at, name in enumerate(DET_10G_OUTPUTS)
    ]
    return _bytes(graph.model(("input.1", [1, 3, "?", "??"]), given))


def working_arcface(published: Path) -> bytes:
    """Return retail-0095, from the folder of its published file, in the signature of w600k_r50; 256 numbers a face."""
    retail = onnx.load(published / "face-reidentification-retail-0095.onnx")
    graph = _Graph(retail)
    picture = _undo(graph, scale=127.5)
    start = graph.shape(_RETAIL_TOP, _RETAIL_LEFT)
    end = graph.shape(_RETAIL_TOP + _RETAIL_SIDE, _RETAIL_LEFT + _RETAIL_SIDE)
    cut = graph.add("Slice", picture, start, end, graph.shape(2, 3), first=True)
    scale = 128 / _RETAIL_SIDE
    scales = graph.constant(np.array([1, 1, scale, scale], np.float32))
    graph.add("Resize", cut, "", scales, to=_BASE + retail.graph.input[0].name, first=True, mode="linear")
    graph.add("Identity", _BASE + retail.graph.output[0].name, to="683")
    return _bytes(graph.model(("input.1", ["None", 3, 112, 112]), [("683", ["None", 256])]))


def legacy_folder(folder: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """Return a package without a manifest: ONNX files in a folder, told apart by their shapes.

    Without `files` it is what buffalo_l holds, over tiny networks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (tiny_files() if files is None else files).items():
        (folder / name).write_bytes(content)
    return folder


def manifest_folder(
    folder: Path,
    detection: bytes | None = None,
    recognition: bytes | None = None,
    *,
    tasks: Mapping[str, Mapping[str, Any]] | None = None,
    **fields: Any,
) -> Path:
    """Return a package with a manifest of version 2; without networks of one's own it has the tiny ones.

    Args:
        tasks: what is said of a task in place of, or besides, what is right ({"recognition": {"sha256": …}}).
        fields: the same for the manifest itself; None leaves a field out.
    """
    files = {DETECTION: detection or scrfd(), RECOGNITION: recognition or arcface()}
    legacy_folder(folder, files)
    dimension, side = _said_of(files[RECOGNITION])
    stated: dict[str, dict[str, Any]] = {
        "detection": {"file": DETECTION, "preprocessing": {"mean": 127.5, "std": 128.0}},
        "recognition": {
            "file": RECOGNITION,
            "preprocessing": {"mean": 127.5, "std": 127.5},
            "input_size": [side, side],
            "embedding_dimension": dimension,
        },
    }
    for task, file in (("detection", DETECTION), ("recognition", RECOGNITION)):
        stated[task]["sha256"] = hashlib.sha256(files[file]).hexdigest()
        stated[task] |= (tasks or {}).get(task, {})
    manifest = {
        "manifest_version": 2,
        "model_id": "made-for-a-test",
        "display_name": "Made for a test",
        "tasks": stated,
        "license": "MODEL.LICENSE",
        **fields,
    }
    kept = {name: value for name, value in manifest.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps(kept, indent=2), encoding="utf-8")
    return folder


def tiny_files() -> dict[str, bytes]:
    """Return what buffalo_l holds, by file name, over tiny networks."""
    return {
        LANDMARKS_3D: landmarks(points_3d=True),
        LANDMARKS: landmarks(),
        DETECTION: scrfd(),
        ATTRIBUTES: attributes(),
        RECOGNITION: arcface(),
    }


def working_files(published: Path) -> dict[str, bytes]:
    """Return the working pair, by file name, from the folder of YuNet's and retail-0095's published files."""
    return {DETECTION: working_scrfd(published), RECOGNITION: working_arcface(published)}


def template(side_px: int) -> tuple[tuple[float, float], ...]:
    """Return where InsightFace brings the five points in a crop: `estimate_norm` of its utils/face_align.py."""
    scale, right = (side_px / 112, 0.0) if side_px % 112 == 0 else (side_px / 128, 8.0 * side_px / 128)
    return tuple((x * scale + right, y * scale) for x, y in _T112)


def _cells_to_vector(
    graph: _Graph, before: str, taken: tuple[str, int | str, int], given: tuple[str, int], seed: int
) -> onnx.ModelProto:
    """Return a network that makes a vector of the means of 16 px cells."""
    (name, batch, side), (answer, dimension) = taken, given
    cells = graph.add("Flatten", graph.add("AveragePool", before, kernel_shape=[16, 16], strides=[16, 16]))
    weights = np.random.default_rng(seed).normal(0, 0.3, (3 * (side // 16) ** 2, dimension)).astype(np.float32)
    graph.add("MatMul", cells, graph.constant(weights), to=answer)
    return graph.model((name, [batch, 3, side, side]), [(answer, [batch, dimension])])


def _undo(graph: _Graph, *, scale: float, to: str = "") -> str:
    """Return BGR 0-255 made of RGB (x - 127.5) / scale."""
    unscaled = graph.add("Mul", "input.1", graph.number(scale), first=True)
    pixels = graph.add("Add", unscaled, graph.number(127.5), first=True)
    return graph.add("Gather", pixels, graph.shape(2, 1, 0), to=to, first=True, axis=1)


def _twice(graph: _Graph, answer: str, columns: int, to: str) -> None:
    one = graph.add("Reshape", answer, graph.shape(-1, 1, columns))
    graph.add("Reshape", graph.add("Concat", one, one, axis=1), graph.shape(-1, columns), to=to)


def _said_of(recognition: bytes) -> tuple[int, int]:
    """Return a recognition file's dimension and side."""
    graph = onnx.load_model_from_string(recognition).graph
    given, taken = graph.output[0].type.tensor_type.shape, graph.input[0].type.tensor_type.shape
    return given.dim[-1].dim_value, taken.dim[-1].dim_value


def _bytes(model: onnx.ModelProto) -> bytes:
    return bytes(model.SerializeToString(deterministic=True))
