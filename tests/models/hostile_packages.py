"""Packages of models as nobody should send them: each is made in a folder of its own, and is expected to be refused."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from onnx import TensorProto, helper

from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, legacy_folder, manifest_folder, scrfd

Builder = Callable[[Path], Path]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""Signs the licences of tests; whoever trusts its public half trusts these."""

EVIL = "evil.onnx"

PEAKS = """
def peaks():
    # The peak that getrusage has of a process starts with that of whoever started it.
    import re, resource
    own = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
    return [int(own[1]) * 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024]
"""
"""Source of a function that returns the most bytes of memory that this process, and any child of it, occupied."""


def zipped(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes], good: bool = True) -> Path:
    """Return a zip of a good package's files (unless not `good`) and of other members."""
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {DETECTION: scrfd(), RECOGNITION: arcface()}.items() if good else ():
            archive.writestr(name, content)
        for name, content in members:
            archive.writestr(name, content)
    return path


def patched(path: Path, *changes: tuple[bytes, bytes]) -> Path:
    """Return the file with bytes changed wherever they stand."""
    content = path.read_bytes()
    for before, after in changes:
        assert before in content
        content = content.replace(before, after)
    path.write_bytes(content)
    return path


def named(name: str) -> Builder:
    return lambda folder: zipped(folder, (name, b"x"))


def of_kind(mode: int) -> Builder:
    def build(folder: Path) -> Path:
        member = zipfile.ZipInfo("sub/link.onnx")
        member.create_system, member.external_attr = 3, (mode | 0o777) << 16
        return zipped(folder, (member, b"/etc/passwd"))

    return build


def with_end_record(**changes: int) -> Builder:
    """Return a builder of a zip whose directory says something else of the last member."""

    def build(folder: Path) -> Path:
        path = zipped(folder, (EVIL, b"x" * 100))
        content = bytearray(path.read_bytes())
        at = content.rindex(b"PK\x01\x02")
        for name, value in changes.items():
            place, kind = {"flags": (8, "<H"), "method": (10, "<H"), "packed": (20, "<I"), "size": (24, "<I")}[name]
            struct.pack_into(kind, content, at + place, value)
        path.write_bytes(content)
        return path

    return build


def damaged_member(folder: Path) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:  # stored: one changed byte changes nothing but the checksum
        archive.writestr(DETECTION, scrfd())
        archive.writestr(RECOGNITION, arcface())
    content = bytearray(path.read_bytes())
    content[content.index(b"MatMul")] ^= 1
    path.write_bytes(content)
    return path


def broken_stream(folder: Path) -> Path:
    path = zipped(folder)
    content = bytearray(path.read_bytes())
    content[200:400] = b"\xff" * 200
    path.write_bytes(content)
    return path


def other_header(folder: Path) -> Path:
    path = zipped(folder)
    content = path.read_bytes()
    path.write_bytes(content.replace(RECOGNITION.encode(), b"w600k_rXX.onnx", 1))
    return path


def overlapping(folder: Path) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kernel.onnx", os.urandom(100_000))
        for number in range(20):
            again = zipfile.ZipInfo(f"again-{number}.onnx")
            for name in ("CRC", "compress_size", "file_size", "header_offset"):
                setattr(again, name, getattr(archive.filelist[0], name))
            archive.filelist.append(again)
    return path


def zip64(folder: Path) -> Path:
    path = zipped(folder)
    content = path.read_bytes()
    at = content.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1 << 20, 1 << 20, 1 << 31, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    path.write_bytes(content[:at] + record + locator + content[at:])
    return path


def crowded(folder: Path) -> Path:
    return zipped(folder, *((f"{number}.txt", b"") for number in range(2001)))


def cut(folder: Path) -> Path:
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:-30])
    return path


def written(name: str, content: bytes) -> Builder:
    def build(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return build


def with_manifest(content: bytes) -> Builder:
    def build(folder: Path) -> Path:
        path = manifest_folder(folder / "package")
        (path / "manifest.json").write_bytes(content)
        return path

    return build


def huge_manifest(folder: Path) -> Path:
    path = manifest_folder(folder / "package")
    with (path / "manifest.json").open("ab") as file:
        file.truncate(100_000_000)
    return path


def huge_manifest_in_zip(folder: Path) -> Path:
    return zipped(folder, ("manifest.json", b"[" * 2_000_000))


def said(tasks: dict[str, dict[str, Any]] | None = None, **fields: Any) -> Builder:
    """Return a builder of a package whose manifest says something else; None leaves a field out."""
    return lambda folder: manifest_folder(folder / "package", tasks=tasks, **fields)


def without(task: str) -> Builder:
    def build(folder: Path) -> Path:
        path = manifest_folder(folder / "package")
        document = json.loads((path / "manifest.json").read_text())
        del document["tasks"][task]
        (path / "manifest.json").write_text(json.dumps(document))
        return path

    return build


def unsaid(task: str, field: str) -> Builder:
    def build(folder: Path) -> Path:
        path = manifest_folder(folder / "package")
        document = json.loads((path / "manifest.json").read_text())
        del document["tasks"][task][field]
        (path / "manifest.json").write_text(json.dumps(document))
        return path

    return build


def linked(name: str, target: str = "") -> Builder:
    """Return a builder of a package in which a file is a link: to the same file outside, or to `target`."""

    def build(folder: Path) -> Path:
        path = manifest_folder(folder / "package")
        (path / name).unlink(missing_ok=True)
        (folder / name).write_bytes(scrfd())
        (path / name).symlink_to(target or folder / name)
        return path

    return build


def linked_folder(folder: Path) -> Path:
    path = manifest_folder(folder / "package", tasks={"detection": {"file": f"sub/{DETECTION}"}})
    (folder / "outside").mkdir()
    shutil.move(path / DETECTION, folder / "outside")
    (path / "sub").symlink_to(folder / "outside")
    return path


def piped(folder: Path) -> Path:
    path = legacy_folder(folder / "package", {DETECTION: scrfd()})
    os.mkfifo(path / RECOGNITION)
    return path


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "package")
    return folder / "package"


def circle(folder: Path) -> Path:
    (folder / "package").symlink_to(folder / "package")
    return folder / "package"


def empty(folder: Path) -> Path:
    return legacy_folder(folder / "package", {})


def embedder(content: bytes | Callable[[], bytes]) -> Builder:
    """Return a builder of a folder with a good detector and this embedder."""

    def build(folder: Path) -> Path:
        made = content if isinstance(content, bytes) else content()
        return legacy_folder(folder / "package", {DETECTION: scrfd(), RECOGNITION: made})

    return build


def detector(content: Callable[[], bytes]) -> Builder:
    """Return a builder of a folder with this detector and a good embedder."""
    return lambda folder: legacy_folder(folder / "package", {DETECTION: content(), RECOGNITION: arcface()})


def changed(change: Callable[[onnx.ModelProto], object], base: Callable[[], bytes] = arcface) -> Callable[[], bytes]:
    """Return what makes an embedder that was changed by `change`."""

    def make() -> bytes:
        model = onnx.load_model_from_string(base())
        change(model)
        return bytes(model.SerializeToString())

    return make


def huge_tensor(model: onnx.ModelProto) -> None:
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend([1 << 20, 1 << 20, 64])


def negative_tensor(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[0] = -1


def outside_tensor(model: onnx.ModelProto, *, location: bool = True, path: str = "../../../etc/passwd") -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    if location:
        tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=path)


def outside_constant(model: onnx.ModelProto) -> None:
    tensor = TensorProto(name="c", data_type=1, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="/etc/passwd")
    node = model.graph.node.add(op_type="Constant", output=["c"])
    node.attribute.add(name="value", type=onnx.AttributeProto.TENSOR, t=tensor)


def texts(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(helper.make_tensor("words", TensorProto.STRING, [1], [b"x"]))


def with_node(operator: str, domain: str = "", *, graph: bool = False) -> Callable[[onnx.ModelProto], None]:
    def change(model: onnx.ModelProto) -> None:
        node = model.graph.node.add(op_type=operator, domain=domain, output=["more"])
        if graph:
            node.attribute.add(name="body", type=onnx.AttributeProto.GRAPH, g=onnx.GraphProto(name="inner"))

    return change


def with_function(model: onnx.ModelProto) -> None:
    model.functions.add(name="f", domain="own")


def with_domain(model: onnx.ModelProto) -> None:
    model.opset_import.add(domain="com.example.evil", version=1)


def with_opset(model: onnx.ModelProto) -> None:
    model.opset_import[0].version = 9_999


def with_ir(model: onnx.ModelProto) -> None:
    model.ir_version = 99


def sparse(model: onnx.ModelProto) -> None:
    model.graph.sparse_initializer.add()


def two_outputs(model: onnx.ModelProto) -> None:
    model.graph.output.append(helper.make_tensor_value_info("made_1", TensorProto.FLOAT, ["n", 3]))


def taking(model: onnx.ModelProto, *, kind: int = TensorProto.FLOAT, shape: tuple[int | str, ...]) -> None:
    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("input.1", kind, list(shape)))


def giving(model: onnx.ModelProto, at: int, shape: tuple[int | str, ...]) -> None:
    model.graph.output[at].CopyFrom(
        helper.make_tensor_value_info(model.graph.output[at].name, TensorProto.FLOAT, list(shape))
    )


def two_graphs() -> bytes:
    return arcface() + arcface()


def endless_fields() -> bytes:
    return b"\x08\x08" * 2_500_000


def endless_number() -> bytes:
    return b"\x08" + b"\xff" * 40


def beyond_itself() -> bytes:
    return b"\x08\x08\x3a" + b"\xff\xff\xff\xff\x0f" + arcface()[8:]


def old_group() -> bytes:
    return b"\x0b" * 5_000 + arcface()


def long_name() -> bytes:
    return changed(lambda model: setattr(model.graph.node[0], "op_type", "A" * 5_000))()


def signed(document: dict[str, Any], key: Ed25519PrivateKey = KEY, **after: Any) -> bytes:
    """Return a licence file; `after` is written over what was signed."""
    unsigned = {name: value for name, value in document.items() if value is not None}
    signature = base64.urlsafe_b64encode(key.sign(rfc8785.dumps(unsigned))).rstrip(b"=").decode()
    return json.dumps({**unsigned, "signature": signature, **after}, indent=1).encode()


def terms(**changes: Any) -> dict[str, Any]:
    """Return what a licence for commercial use says; None leaves something out."""
    said = {
        "license_version": 1,
        "license_id": "L-1",
        "issuer": "InsightFace",
        "model_id": "made-for-a-test",
        "grant": "commercial",
        "customer": "Example Studio",
        "valid_from": "2025-01-01T00:00:00Z",
    }
    return {**said, **changes}


def licensed(content: bytes | Callable[[], bytes]) -> Builder:
    def build(folder: Path) -> Path:
        path = manifest_folder(folder / "package")
        (path / "MODEL.LICENSE").write_bytes(content if isinstance(content, bytes) else content())
        return path

    return build


LINK, DEVICE = stat.S_IFLNK, stat.S_IFCHR
