"""Converters refuse what is not laid out as their recipe knows it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import joblib
import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.errors import ModelsError
from models.conversion.dlib_resnet import SOURCE, convert_dlib_resnet
from models.conversion.graph import IR_VERSION, OPSET, GraphBoard, leaky
from models.conversion.mtcnn import convert_mtcnn
from models.conversion.openvino import convert_openvino, parse_safely
from models.conversion.yunet import convert_yunet

BOMB = b"""<?xml version="1.0"?><!DOCTYPE net [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><net>&b;</net>"""
FETCH = b"""<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]><net>&x;</net>"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB, id="an entity that grows"),
        pytest.param(FETCH, id="an entity that fetches"),
        pytest.param(BOMB.decode().encode("utf-16"), id="hidden by another encoding"),
        pytest.param(b"<?xml version='1.0' encoding='utf-7'?><net/>", id="a declared encoding of another kind"),
        pytest.param(b"<net>", id="half"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_network_description_that_is_not_plain_xml_is_refused(text: bytes) -> None:
    with pytest.raises(ModelsError, match="cannot be read"):
        convert_openvino({"a.xml": text, "a.bin": b""}, "a")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ModelsError):
        parse_safely(content)


NET = """<net><layers>
<layer id="0" type="Parameter"><data shape="1,3,4,4"/><output><port id="0">
<dim>1</dim><dim>3</dim><dim>4</dim><dim>4</dim></port></output></layer>
<layer id="1" type="Const"><data element_type="f16" shape="1,3,1,1" offset="{offset}" size="6"/><output><port id="0">
<dim>1</dim><dim>3</dim><dim>1</dim><dim>1</dim></port></output></layer>
<layer id="2" type="{kind}"><output><port id="2">
<dim>1</dim><dim>3</dim><dim>4</dim><dim>4</dim></port></output></layer>
<layer id="3" type="Result"/></layers>
<edges><edge from-layer="0" to-layer="2" to-port="0"/><edge from-layer="{source}" to-layer="2" to-port="1"/>
<edge from-layer="2" to-layer="3" to-port="0"/></edges></net>"""


def convert_drawn(kind: str = "Multiply", offset: int = 0, source: int = 1) -> bytes:
    description = NET.format(kind=kind, offset=offset, source=source).encode()
    constants = np.array([1, 2, 3], "<f2").tobytes()
    return convert_openvino({"a.xml": description, "a.bin": constants}, "a")["a.onnx"]


def test_a_drawn_network_is_translated() -> None:
    session = onnxruntime.InferenceSession(convert_drawn(), providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"input": np.ones((2, 3, 4, 4), np.float32)})
    assert answer[:, ::16].tolist() == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "LSTMSequence"}, id="a layer that is not spoken"),
        pytest.param({"offset": 2}, id="numbers beyond the end"),
        pytest.param({"offset": -4}, id="numbers before the start"),
        pytest.param({"source": 9}, id="an edge from nowhere"),
        pytest.param({"kind": "PReLU", "source": 0}, id="slopes that are no constant"),
    ],
)
def test_a_network_of_another_kind_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(ModelsError, match="cannot be read"):
        convert_drawn(**fault)  # type: ignore[arg-type] # drawn from the table above


@pytest.mark.parametrize("content", [b"", b"\x01\x05con_4", b"\x01\x05con_4\x01\x02" + b"\x01\x01" * 9, b"x" * 1000])
def test_bytes_that_are_not_dlibs_are_refused(content: bytes) -> None:
    with pytest.raises(ModelsError, match="not laid out as expected"):
        convert_dlib_resnet({SOURCE: content})


def test_an_array_too_few_is_refused() -> None:
    packed = io.BytesIO()
    joblib.dump([np.zeros(3)], packed)
    with pytest.raises(ModelsError, match="not laid out as expected"):
        convert_mtcnn(dict.fromkeys(("pnet.lz4", "rnet.lz4", "onet.lz4"), packed.getvalue()))


def test_a_network_that_is_no_yunet_is_refused(recommended_store: Path) -> None:
    other = (recommended_store / "retail-0095" / "retail-0095.onnx").read_bytes()
    with pytest.raises(ModelsError, match="is not the face detector"):
        convert_yunet({"other.onnx": other})


@given(st.lists(st.floats(-8, 8, width=32), min_size=3, max_size=3))
def test_prelu_holds_for_slopes_of_any_sign(slopes: list[float]) -> None:
    board = GraphBoard("slopes", ("n", 3, 2, 2))
    column = np.array(slopes, np.float32).reshape(3, 1, 1)
    board.name_output(leaky(board, "input", column), "output", ("n", 3, 2, 2))
    session = onnxruntime.InferenceSession(board.to_bytes(), providers=["CPUExecutionProvider"])
    values = np.linspace(-2, 2, 12, dtype=np.float32).reshape(1, 3, 2, 2)
    (found,) = session.run(None, {"input": values})
    np.testing.assert_allclose(found, np.where(values > 0, values, column * values), atol=1e-5)


def test_graphs_are_written_in_versions_the_runtime_takes() -> None:
    board = GraphBoard("empty", (1,))
    board.name_output("input", "output", (1,))
    model = onnx.load_model_from_string(board.to_bytes())
    assert (model.ir_version, model.opset_import[0].version) == (IR_VERSION, OPSET)
    assert IR_VERSION <= 10
