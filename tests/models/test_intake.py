"""Packages are read as insightface reads them, by a process that can do nothing else."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from countenance.errors import CancelledError, ModelsError
from countenance.work import CancelToken
from models.brought_manifest import template_of
from models.intake import asking
from models.intake.onnx_header import read_header
from models.intake.package_manifest import PackageTask
from models.intake.reading import read_package
from models.intake.refusals import RefusedError
from tests.conftest import REPOSITORY
from tests.models.hostile_packages import PEAKS
from tests.models.insightface_packages import (
    DETECTION,
    RECOGNITION,
    arcface,
    landmarks,
    legacy_folder,
    manifest_folder,
    scrfd,
    template,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def names_in(store: Path) -> set[str]:
    return {entry.name for entry in store.iterdir()} - {".lock"}


@pytest.mark.parametrize(
    "content",
    {
        "nine outputs": scrfd(),
        "fifteen outputs": scrfd(15),
        "outputs with a batch": scrfd(batched=True),
        "pictures of 640": scrfd(side_px=640),
        "an embedder": arcface(),
        "one with its scaling inside": arcface(scaling_inside=True),
        "128 px": arcface(side_px=128),
        "landmarks": landmarks(),
    }.values(),
)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_models_are_told_apart_as_insightface_does(tmp_path: Path, content: bytes) -> None:
    from insightface.model_zoo import get_model

    folder = legacy_folder(tmp_path / "package", {"a.onnx": content, "z_det.onnx": scrfd(seed=1)})
    original = get_model(str(folder / "a.onnx"), providers=["CPUExecutionProvider"])
    (tmp_path / "target").mkdir()

    found = {part.file: part for part in read_package(folder, tmp_path / "target", NOW, ()).parts}

    if original.taskname not in ("detection", "recognition"):
        assert "a.onnx" not in found
        return
    part = found["a.onnx"]
    assert part.task.value == original.taskname
    assert (part.mean, part.std) == (original.input_mean, original.input_std)
    if part.task is PackageTask.RECOGNITION:
        assert (part.side_px, part.side_px) == original.input_size
        assert part.dimension == original.output_shape[1]
    else:
        assert part.side_px == (original.static_input_size[0] if original.static_input_size else None)
        assert original.use_kps
        assert part.outputs == original.fmc * 3


@pytest.mark.parametrize("side_px", [112, 128, 224, 256])
def test_chips_of_every_size_are_cut_as_insightface_cuts_them(side_px: int) -> None:
    np.testing.assert_allclose(template_of(side_px).points_px, template(side_px))


def large(path: Path, more: int) -> None:
    """Write an embedder that carries a tensor of `more` zero bytes besides, as a hole that takes no disk."""
    model = onnx.load_model_from_string(arcface())
    graph = model.graph.SerializeToString()
    model.ClearField("graph")

    def number(value: int) -> bytes:
        parts = [value >> shift & 0x7F for shift in range(0, max(1, value.bit_length()), 7)]
        return bytes([*(part | 0x80 for part in parts[:-1]), parts[-1]])

    tensor = b"\x08" + number(more // 4) + b"\x10\x01" + b"\x42\x04hole" + b"\x4a" + number(more)
    whole = graph + b"\x2a" + number(len(tensor) + more) + tensor
    with path.open("wb") as file:
        file.write(model.SerializeToString() + b"\x3a" + number(len(whole) + more) + whole)
        file.truncate(file.tell() + more)


def test_a_cancelled_bringing_leaves_neither_files_nor_a_process(tmp_path: Path) -> None:
    folder = legacy_folder(tmp_path / "mine")
    large(folder / RECOGNITION, 800 << 20)
    cancel = CancelToken()

    def stop(step: str, _done: float, _total: float) -> None:
        assert step == "Reading mine"
        cancel.cancel()

    with pytest.raises(CancelledError):
        models.bring(folder, tmp_path / "models", on_progress=stop, cancel=cancel)
    assert names_in(tmp_path / "models") == set()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read where Linux has it.")
def test_a_large_model_takes_little_memory(tmp_path: Path) -> None:
    folder = legacy_folder(tmp_path / "mine")
    large(folder / RECOGNITION, 256 << 20)
    program = f"""
from pathlib import Path
import models
models.bring(Path({str(folder)!r}), Path({str(tmp_path / "models")!r}))
print(*peaks())
"""
    command = [sys.executable, "-c", PEAKS + program]
    done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    parent, child = map(int, done.stdout.split())
    print(f"a model of 256 MB: parent {parent / 1e6:.0f} MB, child {child / 1e6:.0f} MB at most")
    assert max(parent, child) <= 200_000_000


def test_the_process_that_reads_packages_gets_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, str]] = []
    start = subprocess.Popen

    def noting(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:
        started.append(named["env"])
        return start(*arguments, **named)

    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(asking.subprocess, "Popen", noting)
    models.bring(legacy_folder(tmp_path / "mine"), tmp_path / "models")
    assert len(started) == 1
    assert "secret" not in started[0].values()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has Landlock.")
def test_the_process_that_reads_packages_reads_and_writes_nothing_else(tmp_path: Path) -> None:
    for name in ("package", "target", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    program = f"""
import socket
from pathlib import Path
from countenance.confinement import confine
from models.intake.fences import raise_fences
place = Path({str(tmp_path)!r})
raise_fences(place / "package", place / "target")
def tried(action):
    try:
        action()
    except OSError:
        return "refused"
    return "done"
print(tried((place / "package/file").read_text), tried(lambda: (place / "target/new").open("xb")))
print(tried((place / "elsewhere/file").read_text), tried(lambda: (place / "elsewhere/new").open("xb")))
print(tried(lambda: (place / "package/new").open("xb")), tried((place / "target/file").unlink))
print(confine([], []))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    if done.stdout.split()[-1] == "False":
        pytest.skip("This kernel has no Landlock.")
    assert done.stdout.split()[:-1] == ["done", "done", "refused", "refused", "refused", "refused"]


def test_a_process_that_answers_nothing_or_too_late_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "target").mkdir()
    folder = legacy_folder(tmp_path / "mine")

    def ask(limit_s: float) -> object:
        return asking.ask(
            folder,
            tmp_path / "target",
            now=NOW,
            public_keys=(),
            on_progress=lambda *_told: None,
            cancel=CancelToken(),
            limit_s=limit_s,
        )

    with pytest.raises(ModelsError, match="could not be read in ten minutes"):
        ask(0.0)
    for program in ("/bin/false", "/bin/true"):
        monkeypatch.setattr(asking.sys, "executable", program)
        with pytest.raises(ModelsError, match="ended early"):
            ask(60.0)


def test_that_process_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bringing = import_module("models.bringing")

    def lie(package: Path, target: Path, **others: Any) -> object:
        found = asking.ask(package, target, **others)
        (target / "recognition.onnx").write_bytes(arcface(seed=3))
        return found

    monkeypatch.setattr(bringing, "ask", lie)
    with pytest.raises(ModelsError, match="ended early"):
        models.bring(legacy_folder(tmp_path / "mine"), tmp_path / "models")
    assert names_in(tmp_path / "models") == set()


@pytest.mark.skipif(sys.platform == "win32", reason="who may read what is said otherwise there.")
@pytest.mark.parametrize("closed", ["", DETECTION, "manifest.json"])
def test_what_may_not_be_read_is_named(tmp_path: Path, closed: str) -> None:
    folder = manifest_folder(tmp_path / "mine")
    (folder / closed).chmod(0)
    program = f"""
import os
from datetime import UTC, datetime
from pathlib import Path
from models.intake.reading import read_package
from models.intake.refusals import RefusedError
folder, target = os.open({str(folder)!r}, os.O_RDONLY) if {bool(closed)} else None, Path({str(tmp_path)!r})
place = Path({str(folder)!r})
if folder is not None:
    os.fchdir(folder)
    place = Path(".")
if os.geteuid() == 0:
    os.seteuid(65534)  # root may read all
try:
    read_package(place, target, datetime.now(UTC), ())
except RefusedError as error:
    print(error.why.value, error.file)
"""
    for parent in (folder, tmp_path):
        if closed:
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["no_permission", *([closed] if closed else [])]
    (folder / closed).chmod(0o700)


def test_a_file_is_described_as_the_onnx_library_does(starter_store: Path, test_models: Path) -> None:
    files = [*starter_store.glob("*/*.onnx"), *test_models.glob("*.onnx")]
    assert len(files) >= 6
    for file in files:
        with file.open("rb") as stream:
            header = read_header(stream, file.stat().st_size)
        model = onnx.load(file)
        weights = {tensor.name for tensor in model.graph.initializer}
        session = onnxruntime.InferenceSession(file.read_bytes(), providers=["CPUExecutionProvider"])
        inside = [refusal.value for refusal, _found in [header.objection] if refusal] if header.objection else []
        assert inside in ([], ["onnx_operator"]), file  # Silero's branches on the sampling rate
        assert header.ir_version == model.ir_version
        assert header.opset == next(one.version for one in model.opset_import if not one.domain)
        assert header.nodes == len(model.graph.node)
        assert [end.name for end in header.inputs] == [one.name for one in session.get_inputs()]
        assert [end.name for end in header.inputs] == [one.name for one in model.graph.input if one.name not in weights]
        for ours, theirs in zip(header.outputs, session.get_outputs(), strict=True):
            assert ours.name == theirs.name
            assert theirs.type != "tensor(float)" or ours.kind == 1
        for ours, theirs in zip(header.inputs, session.get_inputs(), strict=True):
            assert list(ours.shape or ()) == [side if isinstance(side, int) else None for side in theirs.shape]


WHOLE = arcface(dimension=4)


def described(content: bytes, tmp: Path) -> object:
    path = tmp / "model.onnx"
    path.write_bytes(content)
    with path.open("rb") as stream:
        return read_header(stream, len(content))


@given(at=st.integers(0, len(WHOLE) - 1))
def test_no_part_of_a_model_passes_for_a_whole_one(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    with pytest.raises(RefusedError):
        described(WHOLE[:at], tmp_path_factory.getbasetemp())


@given(changes=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_model_is_refused_or_described_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(WHOLE)
    for at, byte in changes:
        content[at] = byte
    with suppress(RefusedError):
        described(bytes(content), tmp_path_factory.getbasetemp())
