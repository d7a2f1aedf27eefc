"""A saved network is read as numbers; whatever else its file asks for is refused before it happens."""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.errors import ModelsError
from models.conversion.ge2e import SOURCE, convert_ge2e
from models.conversion.torch_pickle import MAGIC, PROTOCOL, RefusedPickleError, read_weights

NUMBERS = np.arange(6, dtype="<f4")
TABLE = b"ccollections\nOrderedDict\n)R"


def word(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def row(*values: int) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def tensor(
    shape: tuple[int, ...] = (2, 3),
    strides: tuple[int, ...] = (3, 1),
    offset: int = 0,
    length: int = 6,
    kind: bytes = b"ctorch\nFloatStorage\n",
) -> bytes:
    storage = b"(" + word("storage") + kind + word("k") + word("cpu") + number(length) + b"NtQ"
    parts = storage + number(offset) + row(*shape) + row(*strides) + b"\x89" + TABLE
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + parts + b"tR"


def saved(
    value: bytes | None = None,
    *,
    state: bytes = TABLE,
    magic: int = MAGIC,
    keys: object = ("k",),
    length: int = 6,
    behind: bytes = b"",
) -> bytes:
    """Return a file as torch used to write them, of one tensor "w" in the table "model_state", spoilt as asked."""
    value = tensor() if value is None else value
    program = b"\x80\x02}(" + word("model_state") + state + b"(" + word("w") + value + b"uu."
    head = b"".join(pickle.dumps(one, 2) for one in (magic, PROTOCOL, {"little_endian": True}))
    keys = list(keys) if isinstance(keys, tuple) else keys
    return head + program + pickle.dumps(keys, 2) + struct.pack("<q", length) + NUMBERS.tobytes() + behind


def calling(function: object, *arguments: object) -> bytes:
    """Return the program of a value that is made by calling `function`, without its header and end."""

    class Made:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return function, arguments

    return pickle.dumps(Made(), 2)[2:-1]


def test_tensors_come_out_in_their_shapes() -> None:
    (weights,) = read_weights(saved(), "model_state").values()
    assert weights.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not weights.flags.writeable


def test_a_part_of_a_storage_is_a_tensor_too() -> None:
    weights = read_weights(saved(tensor((2,), (1,), offset=3)), "model_state")
    assert weights["w"].tolist() == [3, 4]


def test_a_file_that_would_run_a_command_is_refused_before_it_runs(tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    hostile = saved(calling(os.system, f"touch {witness}"))
    with pytest.raises(RefusedPickleError, match="system"):
        read_weights(hostile, "model_state")
    with pytest.raises(ModelsError, match="not laid out as expected"):
        convert_ge2e({SOURCE: hostile})
    assert not witness.exists()


SETS_ATTRIBUTES = TABLE + b"}(" + word("append") + word("x") + b"ub"
CHANGES_CALLEE = b"ctorch._utils\n_rebuild_tensor_v2\nN}(" + word("__call__") + word("x") + b"u\x86b0" + tensor()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(saved(calling(eval, "1")), id="evaluates"),
        pytest.param(saved(calling(Counter, "aab")), id="a harmless class nobody asked for"),
        pytest.param(saved(b"ctorch.serialization\nload\n(tR"), id="another name of torch"),
        pytest.param(saved(b"ctorch\nFloatStorage\n)R"), id="calls a name"),
        pytest.param(saved(CHANGES_CALLEE), id="changes what it may call"),
        pytest.param(saved(b"\x8c\x02os\x8c\x06system\x93"), id="a name from the stack"),
        pytest.param(saved(b"(S'x'\nios\nsystem\n"), id="an old instance"),
        pytest.param(saved(b"K\x01r\xff\xff\xff\x7f"), id="a slot that would fill the memory"),
        pytest.param(saved(b"\x85" * 100_000), id="nested without end"),
        pytest.param(saved(b"\x8e" + b"\xff" * 8), id="eight bytes of length"),
        pytest.param(saved(b"K\x07Q"), id="refers to nothing"),
        pytest.param(saved(tensor(kind=word("FloatTensor"))), id="another kind of number"),
        pytest.param(saved(tensor(length=-1)), id="less than no numbers"),
        pytest.param(saved(tensor(length=7)), id="more numbers than there are"),
        pytest.param(saved(tensor((2, 3), (1, 2))), id="written by columns"),
        pytest.param(saved(tensor((3, 3))), id="larger than its storage"),
        pytest.param(saved(tensor(offset=1)), id="beyond its storage"),
        pytest.param(saved(tensor(offset=-1)), id="before its storage"),
        pytest.param(saved(tensor((-1, 3))), id="a side below nothing"),
        pytest.param(saved(b"(" + tensor() + tensor(length=5) + b"t"), id="one key for two storages"),
        pytest.param(saved(b"N" * 20_000), id="too long a program"),
        pytest.param(saved(magic=MAGIC + 1), id="another magic number"),
        pytest.param(saved(keys=("k", "l")), id="a key too many"),
        pytest.param(saved(keys=()), id="a key too few"),
        pytest.param(saved(keys=7), id="no keys"),
        pytest.param(saved(keys=([],)), id="a key that is none"),
        pytest.param(saved(length=2**40), id="says it is longer"),
        pytest.param(saved(length=-1), id="says it is shorter"),
        pytest.param(saved(behind=b"."), id="goes on behind its end"),
        pytest.param(saved(state=b"}"), id="no table"),
        pytest.param(b"PK\x03\x04" + bytes(100), id="torch's newer format"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_weights_do_not_need_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedPickleError):
        read_weights(content, "model_state")


def test_attributes_of_a_table_are_dropped() -> None:
    (weights,) = read_weights(saved(state=SETS_ATTRIBUTES), "model_state").values()
    assert weights.shape == (2, 3)


@given(st.integers(0, len(saved()) - 1))
def test_a_file_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(RefusedPickleError):
        read_weights(saved()[:length], "model_state")


@given(st.lists(st.tuples(st.integers(0, len(saved()) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_spoilt_file_is_read_or_refused(faults: list[tuple[int, int]]) -> None:
    content = bytearray(saved())
    for at, value in faults:
        content[at] = value
    with contextlib.suppress(RefusedPickleError):
        read_weights(bytes(content), "model_state")


def test_another_network_is_not_taken_for_the_voice_embedder() -> None:
    with pytest.raises(ModelsError, match="not laid out as expected"):
        convert_ge2e({SOURCE: saved()})
