"""Zips that say one thing here and another there, and folders that are not what they seem: each made in its folder."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.models.hostile_packages import Builder, patched, said, with_manifest, zipped
from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, legacy_folder, manifest_folder, scrfd

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def rewritten(change: Callable[[bytearray], bytes | bytearray | None]) -> Builder:
    """Return a builder of a good zip whose bytes were changed."""

    def build(folder: Path) -> Path:
        path = zipped(folder)
        content = bytearray(path.read_bytes())
        path.write_bytes(change(content) or content)
        return path

    return build


def local(place: int, kind: str, value: int) -> Builder:
    """Return a builder of a zip whose first file says something else of itself than the directory does."""
    return rewritten(lambda content: struct.pack_into(kind, content, content.index(_LOCAL) + place, value))


def central(place: int, kind: str, value: int) -> Builder:
    return rewritten(lambda content: struct.pack_into(kind, content, content.index(_CENTRAL) + place, value))


def end(place: int, kind: str, value: int) -> Builder:
    return rewritten(lambda content: struct.pack_into(kind, content, content.rindex(_END) + place, value))


def packed(method: int) -> Builder:
    """Return a builder of a zip packed in another way."""

    def build(folder: Path) -> Path:
        path = folder / "package.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr(DETECTION, scrfd())
            archive.writestr(RECOGNITION, arcface())
        return path

    return build


def large_by_extra(folder: Path) -> Path:
    """Return a zip in which a file's size is 16 EB, told where ZIP64 tells it."""
    path = zipped(folder)
    content = bytearray(path.read_bytes())
    at = content.rindex(_CENTRAL)
    name = struct.unpack_from("<H", content, at + 28)[0]
    extra = struct.pack("<HHQ", 1, 8, 0xFFFF_FFFF_FFFF_FFF0)
    struct.pack_into("<I", content, at + 24, 0xFFFFFFFF)
    struct.pack_into("<H", content, at + 30, len(extra))
    content[at + 46 + name : at + 46 + name] = extra
    last = content.rindex(_END)
    struct.pack_into("<I", content, last + 12, struct.unpack_from("<I", content, last + 12)[0] + len(extra))
    path.write_bytes(content)
    return path


def kernel(folder: Path) -> Path:
    """Return a zip of which every file reaches over all those after it, down to one kernel (D. Fifield, 2019)."""
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.onnx", os.urandom(1000))
    content = bytearray(path.read_bytes())
    at, last = content.index(_CENTRAL), content.rindex(_CENTRAL)
    while at < last:
        struct.pack_into("<I", content, at + 20, struct.unpack_from("<I", content, at + 20)[0] + 1000)
        at = content.index(_CENTRAL, at + 4)
    path.write_bytes(content)
    return path


def other_archive(kind: str) -> Builder:
    """Return a builder of an archive of another kind ("7z", "gz" for a packed tar, "tar") that is called a zip."""

    def build(folder: Path) -> Path:
        path, made = folder / "package.zip", io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as archive:
            entry = tarfile.TarInfo(RECOGNITION)
            entry.size = len(arcface())
            archive.addfile(entry, io.BytesIO(arcface()))
        whole = made.getvalue()
        kinds = {"7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + os.urandom(2000), "gz": gzip.compress(whole), "tar": whole}
        path.write_bytes(kinds[kind])
        return path

    return build


def sparse(folder: Path) -> Path:
    path = legacy_folder(folder / "package", {DETECTION: scrfd()})
    with (path / RECOGNITION).open("wb") as file:
        file.truncate(1 << 42)
    return path


def zeros(folder: Path) -> Path:
    path = legacy_folder(folder / "package", {DETECTION: scrfd()})
    with (path / RECOGNITION).open("wb") as file:
        file.truncate(900_000_000)
    return path


def deep_folder(folder: Path) -> Path:
    path = folder / "package"
    inner = path / "/".join("d" * 60)
    inner.mkdir(parents=True)
    legacy_folder(inner)
    return path


def behind_a_link(folder: Path) -> Path:
    path = manifest_folder(folder / "package")
    os.link(path / DETECTION, folder / "same")
    (path / DETECTION).unlink()
    (path / DETECTION).symlink_to("/proc/self/environ")
    return path


def folder_for_file(folder: Path) -> Path:
    path = manifest_folder(folder / "package")
    (path / RECOGNITION).unlink()
    (path / RECOGNITION).mkdir()
    return path


def raw(change: Callable[[str], str]) -> Builder:
    """Return a builder of a package whose manifest was changed as text."""

    def build(folder: Path) -> Path:
        path = manifest_folder(folder / "package")
        text = (path / "manifest.json").read_text()
        return with_manifest(change(text).encode("utf-8", "surrogatepass"))(folder)

    return build


def std(number: str) -> Builder:
    return raw(lambda text: text.replace('"std": 128.0', f'"std": {number}'))


def with_aes(content: bytearray) -> None:
    at = content.index(_CENTRAL)
    struct.pack_into("<HH", content, at + 8, 1, 99)


ZIPS: dict[str, tuple[Builder, str]] = {
    "a file that is encrypted by its own word alone": (local(6, "<H", 1), "is damaged"),
    "a file packed otherwise by its own word": (local(8, "<H", 0), "is damaged"),
    "a file larger by its own word": (local(22, "<I", 0x7FFFFFFF), "is damaged"),
    "a file of another checksum by its own word": (local(14, "<I", 1), "is damaged"),
    "a header that says nothing of sizes and has none after": (local(28, "<H", 60_000), "would unpack to far more"),
    "a checksum of the directory's own": (central(16, "<I", 1), "is damaged"),
    "a file smaller than it is": (central(24, "<I", 10), "is damaged"),
    "a file that begins elsewhere": (central(42, "<I", 7), "packed in a way that is not read here"),
    "a file that begins beyond the end": (central(42, "<I", 0x7FFFFFFF), "packed in a way that is not read here"),
    "more files than it says": (end(10, "<H", 1), "packed in a way that is not read here"),
    "more files than it says, twice": (
        rewritten(lambda content: struct.pack_into("<HH", content, content.rindex(_END) + 8, 1, 1)),
        "is not a zip",
    ),
    "one disk of several": (end(4, "<H", 3), "packed in a way that is not read here"),
    "a remark longer than the file": (end(20, "<H", 500), "packed in a way that is not read here"),
    "bytes behind the end": (
        rewritten(lambda content: content + b"more" * 10),
        "packed in a way that is not read here",
    ),
    "a second end in the remark": (
        rewritten(lambda content: content[:-2] + struct.pack("<H", 22) + _END + bytes(18)),
        "holds no model",
    ),
    "a program before it": (rewritten(lambda content: b"MZ" + bytes(2000) + content), "not read here (with something"),
    "a zip before the zip": (rewritten(lambda content: content + content), "not read here (with something"),
    "a size of 16 EB": (large_by_extra, "would unpack to far more"),
    "files that reach over each other": (kernel, "would unpack to far more"),
    "packed with bzip2": (packed(zipfile.ZIP_BZIP2), "not read here (method 12)"),
    "packed with lzma": (packed(zipfile.ZIP_LZMA), "not read here (method 14)"),
    "packed by somebody's own way": (central(10, "<H", 97), "not read here (method 97)"),
    "AES": (rewritten(with_aes), "is encrypted"),
    "a tar": (other_archive("tar"), "is not a zip"),
    "a tar, packed": (other_archive("gz"), "is not a zip"),
    "a 7z": (other_archive("7z"), "is not a zip"),
    "names that differ by how an accent is written": (
        lambda folder: zipped(folder, ("é.txt", b"1"), ("e\u0301.txt", b"2")),
        "twice",
    ),
    "a name for a file and for a folder": (
        lambda folder: zipped(folder, ("a", b"1"), ("a/b.txt", b"2")),
        "twice",
    ),
    "a name of 60,000 letters": (lambda folder: zipped(folder, ("n" * 60_000 + ".onnx", b"1")), "a name that long"),
    "a thousand folders in each other": (lambda folder: zipped(folder, ("d/" * 1000 + "x", b"1")), "a name that long"),
    "fifty folders in each other": (
        lambda folder: zipped(folder, ("d/" * 50 + DETECTION, scrfd()), good=False),
        "holds no model",
    ),
    "a model of no bytes": (
        lambda folder: zipped(folder, (DETECTION, b""), (RECOGNITION, b""), good=False),
        "is not an ONNX model",
    ),
    "only what systems leave": (
        lambda folder: zipped(folder, ("__MACOSX/._x.onnx", b"1"), (".DS_Store", b"1"), good=False),
        "holds no model",
    ),
    "a name that is broken text": (
        lambda folder: patched(zipped(folder, ("evilé.txt", b"x")), ("evilé".encode(), b"evil\xff\xfe")),
        "is damaged",
    ),
    "an empty name": (
        lambda folder: patched(zipped(folder, ("/////", b"")), (b"/////", b"//../")),
        "names a place outside",
    ),
}

FOLDERS: dict[str, tuple[Builder, str]] = {
    "a file of 4 TB with nothing in it": (sparse, "larger than any model"),
    "a file of 900 MB of nothing": (zeros, "is not an ONNX model"),
    "sixty folders in each other": (deep_folder, "holds no model"),
    "a link to what the process knows": (behind_a_link, "a link or a special file"),
    "a folder called as a model": (folder_for_file, "a link or a special file"),
}

_TWO = '"manifest_version": 2,'
MANIFESTS: dict[str, tuple[Builder, str]] = {
    "a deviation beyond all numbers": (std("1e400"), "preprocessing.std"),
    "a deviation below all numbers": (std("1e-400"), "preprocessing.std"),
    "a deviation of a thousand digits": (std("9" * 1000), "preprocessing.std"),
    "a deviation that is text": (std('"128"'), "preprocessing.std"),
    "a deviation that is true": (std("true"), "preprocessing.std"),
    "a deviation in a row": (std("[128]"), "preprocessing.std"),
    "a deviation without end": (std("Infinity"), "Infinity"),
    "something behind it": (raw(lambda text: text + "{}"), "not proper JSON"),
    "bytes that are no text": (
        with_manifest(b'{"manifest_version": 2, "x": "\xff"}'),
        "not proper JSON",
    ),
    "half a character": (raw(lambda text: text.replace("made-for-a-test", "a\ud800")), "not proper JSON"),
    "half a character, spelt out": (
        raw(lambda text: text.replace("Made for a test", "\\ud800")),
        "does not say “display_name”",
    ),
    "half a character for a file": (
        raw(lambda text: text.replace(DETECTION, "\\ud800.onnx")),
        "does not say “tasks.detection.file”",
    ),
    "a hundred thousand brackets in a field": (
        raw(lambda text: text.replace(_TWO, _TWO + '"x":' + "[" * 100_000 + "]" * 100_000 + ",")),
        "not proper JSON",
    ),
    "a task's name twice": (
        raw(lambda text: text.replace('"tasks": {', '"tasks": {"detection": {"file": "other.onnx"},')),
        "a name twice",
    ),
    "a field of a task twice": (
        raw(lambda text: text.replace('"input_size"', '"file": "a.onnx", "input_size"')),
        "a name twice",
    ),
    "a list": (with_manifest(b"[]"), "not proper JSON"),
    "nothing": (with_manifest(b""), "not proper JSON"),
    "null": (with_manifest(b"null"), "not proper JSON"),
    "a task that is a row": (
        with_manifest(
            json.dumps(
                {"manifest_version": 2, "model_id": "a", "license": "MODEL.LICENSE", "tasks": {"detection": []}}
            ).encode()
        ),
        "“tasks.detection”",
    ),
    "sides as text": (said({"recognition": {"input_size": ["112", "112"]}}), "input_size"),
    "sides that are no whole numbers": (said({"recognition": {"input_size": [112.0, 112.0]}}), "input_size"),
    "sides below nothing": (said({"recognition": {"input_size": [-112, -112]}}), "input_size"),
    "three sides": (said({"recognition": {"input_size": [112, 112, 3]}}), "input_size"),
    "a dimension that is true": (said({"recognition": {"embedding_dimension": True}}), "embedding_dimension"),
    "a dimension as text": (said({"recognition": {"embedding_dimension": "512"}}), "embedding_dimension"),
    "a file's name of 100,000 letters": (said({"detection": {"file": "n" * 100_000 + ".onnx"}}), "may not be read"),
    "a file's name with a zero byte": (said({"detection": {"file": "a\0.onnx"}}), "names a place outside"),
    "a title that is a number": (said(display_name=7), "does not say “display_name”"),
    "a table of impostors that is text": (said(countenance={"impostors": "none"}), "countenance.impostors"),
    "a table of impostors that does not rise": (
        said(
            countenance={
                "impostors": {
                    "scores": [0.5, 0.4],
                    "rates": [0.1, 0.01],
                    "comparisons": 1000,
                    "people": 50,
                    "floor": 0.01,
                }
            }
        ),
        "countenance.impostors",
    ),
}
