"""YuNet as published, with its picture size freed where the publisher fixed it (2023mar: 640 x 640)."""

from __future__ import annotations

from collections.abc import Mapping

import onnx
from onnx import numpy_helper

from countenance.errors import ModelsError
from countenance.translations import _

_STRIDES = (8, 16, 32)
_COLUMNS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}


def convert_yunet(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return yunet.onnx: `input` (1,3,height,width), sides multiples of 32, to cls/obj/bbox/kps at strides 8, 16, 32.

    A file whose size is free already is passed on byte for byte.

    Raises:
        ModelsError: the file is no YuNet.
    """
    (content,) = files.values()
    model = onnx.load_model_from_string(content)
    names = {output.name for output in model.graph.output}
    if names != {f"{kind}_{stride}" for kind in _COLUMNS for stride in _STRIDES}:
        raise ModelsError(_("The file is not the face detector “{name}”.").format(name="yunet"))
    sides = model.graph.input[0].type.tensor_type.shape.dim[2:]
    if all(side.dim_param for side in sides):
        return {"yunet.onnx": content}
    for side, name in zip(sides, ("height", "width"), strict=True):
        side.dim_param = name
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = "anchors"
    _free_reshapes(model)
    del model.graph.value_info[:]  # sizes inferred for the fixed picture
    onnx.checker.check_model(model, full_check=True)
    return {"yunet.onnx": bytes(model.SerializeToString(deterministic=True))}


def _free_reshapes(model: onnx.ModelProto) -> None:
    """Let every (1, anchors, columns) reshape at the heads find its number of anchors by itself."""
    targets = {node.input[1] for node in model.graph.node if node.op_type == "Reshape"}
    for constant in model.graph.initializer:
        if constant.name not in targets:
            continue
        shape = numpy_helper.to_array(constant).copy()
        if shape.shape == (3,) and shape[2] in _COLUMNS.values():
            shape[1] = -1
            constant.CopyFrom(numpy_helper.from_array(shape, constant.name))
