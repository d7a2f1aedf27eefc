"""The converted networks answer as the originals do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

import models
from models.conversion.dlib_resnet import SOURCE
from models.conversion.yunet import convert_yunet
from models.store import SOURCES

TOLERANCE = 1e-5
Golden = Mapping[str, NDArray[Any]]


def seeded_chips(seed: int, size: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (4, size, size, 3), dtype=np.uint8)


def largest_difference(found: NDArray[Any], expected: NDArray[Any]) -> float:
    assert found.shape == expected.shape
    return float(np.abs(found - expected).max())


def test_dlib_resnet_answers_as_dlib_did(starter_store: Path, golden: Golden) -> None:
    session = models.open_model("dlib-resnet", starter_store)
    (found,) = session.run_batches(models.to_blob(seeded_chips(1, 150), session.manifest.input))
    assert largest_difference(found, golden["dlib_out"]) <= TOLERANCE


def test_dlib_resnet_answers_as_the_dlib_wheel_does(starter_store: Path) -> None:
    dlib = pytest.importorskip("dlib", reason="The wheel dlib-bin is not installed.")
    source = starter_store / "dlib-resnet" / SOURCES / SOURCE
    if not source.is_file():
        pytest.skip("The store was filled by an earlier version that kept no published files.")
    original = dlib.face_recognition_model_v1(str(source))
    session = models.open_model("dlib-resnet", starter_store)
    chips = np.concatenate([seeded_chips(7, 150), seeded_chips(8, 19).repeat(8, 1).repeat(8, 2)[:, :150, :150]])

    (found,) = session.run_batches(models.to_blob(chips, session.manifest.input))

    expected = np.array([original.compute_face_descriptor(chip, 0) for chip in chips])
    assert largest_difference(found, expected) <= TOLERANCE


def test_retail_0095_answers_as_openvino_did(recommended_store: Path, golden: Golden) -> None:
    session = models.open_model("retail-0095", recommended_store)
    blob = np.random.default_rng(2).integers(0, 256, (4, 3, 128, 128), dtype=np.uint8).astype(np.float32)
    (found,) = session.run({"input": blob})
    assert largest_difference(found, golden["reid0095_out"]) <= TOLERANCE


def test_mtcnn_answers_as_tensorflow_did(starter_store: Path, golden: Golden) -> None:
    session = models.open_model("mtcnn", starter_store)
    random = np.random.default_rng(1)
    shapes = {"pnet": (2, 97, 131, 3), "rnet": (16, 24, 24, 3), "onet": (16, 48, 48, 3)}
    short = {"landmarks": "lmk"}
    for name, shape in shapes.items():
        pictures = random.uniform(-1, 1, shape).astype(np.float32)
        network = session.manifest.network(name)
        answers = session.run({"input": np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))}, name)
        for output, found in zip(network.outputs, answers, strict=True):
            expected = golden[f"mtcnn_{name}_{short.get(output, output)}"]
            assert largest_difference(found, expected) <= TOLERANCE, (name, output)


def test_yunet_with_a_fixed_picture_size_is_freed(recommended_store: Path) -> None:
    """2023mar fixes 640 x 640; a stand-in is made from 2026may, since 2023mar comes from its official address only."""
    free = (recommended_store / "yunet" / "yunet.onnx").read_bytes()
    fixed = onnx.load_model_from_string(free)
    for side in fixed.graph.input[0].type.tensor_type.shape.dim[2:]:
        side.dim_value = 640
    for output in fixed.graph.output:
        anchors = output.type.tensor_type.shape.dim[1]
        anchors.dim_value = (640 // int(output.name.split("_")[1])) ** 2

    freed = convert_yunet({"any name": fixed.SerializeToString()})["yunet.onnx"]

    picture = np.random.default_rng(5).uniform(0, 255, (1, 3, 256, 320)).astype(np.float32)
    expected, found = (
        onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"input": picture})
        for model in (free, freed)
    )
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)
