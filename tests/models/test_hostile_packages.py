"""Packages of models from strangers: refused in one sentence, with nothing written anywhere and little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from onnx import TensorProto

from tests.conftest import REPOSITORY
from tests.models import hostile_packages as h
from tests.models import hostile_zips as z
from tests.models.hostile_packages import Builder
from tests.models.insightface_packages import DETECTION, RECOGNITION, arcface, scrfd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, devices and peaks as Linux has them.")

MOST_RSS_BYTES = 200_000_000
UTF16 = json.dumps({"manifest_version": 2}).encode("utf-16")

ZIPS: dict[str, tuple[Builder, str]] = {
    "a name that climbs out": (h.named("../evil.onnx"), "names a place outside"),
    "a name that climbs out from within": (h.named("a/../../evil.onnx"), "names a place outside"),
    "an absolute name": (h.named("/tmp/evil.onnx"), "names a place outside"),
    "a name with a drive": (h.named("C:evil.onnx"), "names a place outside"),
    "a name with backslashes": (h.named("..\\evil.onnx"), "names a place outside"),
    "a name with a zero byte": (
        lambda folder: h.patched(h.zipped(folder, ("evilX.onnx", b"x")), (b"evilX", b"evil\0")),
        "names a place outside",
    ),
    "a link": (h.of_kind(h.LINK), "a link or a special file"),
    "a device": (h.of_kind(h.DEVICE), "a link or a special file"),
    "the same name twice": (
        lambda folder: h.patched(h.zipped(folder, ("w600k_rXX.onnx", b"x")), (b"w600k_rXX", b"w600k_r50")),
        "twice",
    ),
    "names that differ by case": (h.named("DET_10G.onnx"), "twice"),
    "an encrypted file": (h.with_end_record(flags=1), "is encrypted"),
    "another zip inside": (h.named("more.zip"), "holds another archive"),
    "a bomb": (lambda folder: h.zipped(folder, ("zeros.onnx", bytes(64 << 20))), "would unpack to far more"),
    "files that lie over each other": (h.overlapping, "would unpack to far more"),
    "a file of 4 GB by its own word": (h.with_end_record(size=0xFFFFFFF0, packed=0xFFFFFFF0), "larger than any model"),
    "too many files": (h.crowded, "holds more files"),
    "a directory of its own size": (h.zip64, "packed in a way that is not read here"),
    "a rare way of packing": (h.with_end_record(method=12), "packed in a way that is not read here"),
    "a wrong checksum": (h.damaged_member, "is damaged"),
    "a broken stream": (h.broken_stream, "is damaged"),
    "another name before the file": (h.other_header, "is damaged"),
    "the end missing": (h.cut, "is not a zip"),
    "text": (h.written("package.zip", b"Not Found\n" * 200), "is not a zip"),
    "nothing in it": (lambda folder: h.zipped(folder, good=False), "holds no model"),
    "no bytes": (h.written("package.zip", b""), "is not a zip"),
    "a manifest of 2 MB": (h.huge_manifest_in_zip, "larger than a manifest is"),
}

FOLDERS: dict[str, tuple[Builder, str]] = {
    "a device instead": (lambda _folder: Path("/dev/zero"), "neither a folder nor a zip"),
    "a pipe instead": (h.pipe, "neither a folder nor a zip"),
    "nothing there": (lambda folder: folder / "nowhere", "There is no folder and no file"),
    "a link in a circle": (h.circle, "There is no folder and no file"),
    "an empty folder": (h.empty, "holds no model"),
    "a model that is a link": (h.linked(DETECTION), "a link or a special file"),
    "a manifest that is a link": (h.linked("manifest.json"), "a link or a special file"),
    "a licence that is a link": (h.linked("MODEL.LICENSE"), "a link or a special file"),
    "a licence that is a link to nothing": (h.linked("MODEL.LICENSE", "nowhere"), "a link or a special file"),
    "a folder that is a link": (h.linked_folder, "a link or a special file"),
    "a pipe among the models": (h.piped, "a link or a special file"),
}

MANIFESTS: dict[str, tuple[Builder, str]] = {
    "version 2 as text": (h.said(manifest_version="2"), 'of version "2"'),
    "version 2.0": (h.said(manifest_version=2.0), "of version 2.0"),
    "version 3": (h.said(manifest_version=3), "of version 3"),
    "version 1": (h.said(manifest_version=1), "of version 1"),
    "version true": (h.said(manifest_version=True), "of version true"),
    "no version": (h.said(manifest_version=None), "of version null"),
    "no detection": (h.without("detection"), "names no model for “detection”"),
    "no recognition": (h.without("recognition"), "names no model for “recognition”"),
    "no task's file": (h.unsaid("detection", "file"), "does not say “tasks.detection.file”"),
    "no tasks": (h.said({}, license="MODEL.LICENSE", model_id=None), "does not say “model_id”"),
    "tasks in a row": (
        h.with_manifest(b'{"manifest_version":2,"model_id":"a","license":"MODEL.LICENSE","tasks":[]}'),
        "“tasks”",
    ),
    "one file for two tasks": (h.said({"detection": {"file": RECOGNITION}}), "for two tasks"),
    "one file under two spellings": (h.said({"detection": {"file": f"./{RECOGNITION}"}}), "for two tasks"),
    "another file's hash": (h.said({"detection": {"sha256": "0" * 64}}), "its hash differs"),
    "a hash in capitals": (h.said({"detection": {"sha256": "A" * 64}}), "does not say “tasks.detection.sha256”"),
    "a hash that is none": (h.said({"recognition": {"sha256": None}}), "does not say “tasks.recognition.sha256”"),
    "a path that climbs out": (h.said({"detection": {"file": f"../{DETECTION}"}}), "names a place outside"),
    "an absolute path": (h.said({"detection": {"file": "/etc/a.onnx"}}), "names a place outside"),
    "a path with backslashes": (h.said({"detection": {"file": f"..\\{DETECTION}"}}), "names a place outside"),
    "a path with a drive": (h.said({"detection": {"file": f"C:{DETECTION}"}}), "names a place outside"),
    "no ONNX file": (h.said({"detection": {"file": "manifest.json"}}), "does not say “tasks.detection.file”"),
    "a file that is not there": (h.said({"detection": {"file": "nowhere.onnx"}}), "is not there"),
    "a name twice": (h.with_manifest(b'{"manifest_version":2,"manifest_version":2}'), "a name twice"),
    "not a number": (h.with_manifest(b'{"manifest_version":2,"a":NaN}'), "NaN"),
    "a number of 5,000 digits": (h.with_manifest(b'{"manifest_version":' + b"2" * 5000 + b"}"), "not proper JSON"),
    "brackets without end": (h.with_manifest(b"[" * 900_000), "not proper JSON"),
    "a byte order mark": (h.with_manifest(b"\xef\xbb\xbf{}"), "BOM"),
    "UTF-16": (h.with_manifest(UTF16), "not proper JSON"),
    "half of it": (h.with_manifest(b'{"manifest_version":2,'), "not proper JSON"),
    "100 MB": (h.huge_manifest, "larger than a manifest is"),
    "an id with slashes": (h.said(model_id="../../evil"), "does not say “model_id”"),
    "an id that is a number": (h.said(model_id=7), "does not say “model_id”"),
    "no licence's name": (h.said(license=None), "does not say “license”"),
    "a licence outside": (h.said(license="../MODEL.LICENSE"), "names a place outside"),
    "a licence of another name": (h.said(license="OTHER.LICENSE"), "does not say “license”"),
    "a deviation of nothing": (h.said({"detection": {"preprocessing": {"mean": 0, "std": 0}}}), "preprocessing.std"),
    "a mean that is text": (h.said({"detection": {"preprocessing": {"mean": "0", "std": 1}}}), "preprocessing.mean"),
    "more preprocessing": (h.said({"detection": {"preprocessing": {"mean": 0, "std": 1, "x": 1}}}), "preprocessing"),
    "a wrong dimension": (h.said({"recognition": {"embedding_dimension": 128}}), "embedding_dimension"),
    "a wrong size": (h.said({"recognition": {"input_size": [224, 224]}}), "input_size"),
    "a size that is no square": (h.said({"recognition": {"input_size": [112, 96]}}), "input_size"),
}

NETWORKS: dict[str, tuple[Builder, str]] = {
    "half a model": (h.embedder(lambda: arcface()[:-1000]), "is not an ONNX model, or only part of one"),
    "an empty model": (h.embedder(b""), "is not an ONNX model"),
    "text": (h.embedder(b"version https://git-lfs.github.com/spec/v1\n"), "is not an ONNX model"),
    "a tensor of 256 TB by its own word": (h.embedder(h.changed(h.huge_tensor)), "is of another size or kind"),
    "a tensor of negative size": (h.embedder(h.changed(h.negative_tensor)), "is of another size or kind"),
    "a tensor of words": (h.embedder(h.changed(h.texts)), "is of another size or kind"),
    "numbers in another file": (h.embedder(h.changed(h.outside_tensor)), "in another file"),
    "numbers in another file, half said": (
        h.embedder(h.changed(partial(h.outside_tensor, location=False, path="weights.bin"))),
        "in another file",
    ),
    "a constant in another file": (h.embedder(h.changed(h.outside_constant)), "in another file"),
    "a branch": (h.embedder(h.changed(h.with_node("If", graph=True))), "not run here: “graphs inside graphs”"),
    "a loop": (h.embedder(h.changed(h.with_node("Loop"))), "not run here: “Loop”"),
    "a scan": (h.embedder(h.changed(h.with_node("Scan"))), "not run here: “Scan”"),
    "an operator of somebody's own": (h.embedder(h.changed(h.with_node("Run", "com.evil"))), "“com.evil.Run”"),
    "somebody's own operators": (h.embedder(h.changed(h.with_domain)), "“com.example.evil”"),
    "functions": (h.embedder(h.changed(h.with_function)), "“functions”"),
    "sparse tensors": (h.embedder(h.changed(h.sparse)), "“sparse tensors”"),
    "a version to come": (h.embedder(h.changed(h.with_opset)), "version of ONNX"),
    "a format to come": (h.embedder(h.changed(h.with_ir)), "version of ONNX"),
    "two networks in one": (h.embedder(h.two_graphs), "is not an ONNX model"),
    "a number without end": (h.embedder(h.endless_number), "is not an ONNX model"),
    "a part larger than the whole": (h.embedder(h.beyond_itself), "is not an ONNX model"),
    "groups in groups": (h.embedder(h.old_group), "is not an ONNX model"),
    "five million parts": (h.embedder(h.endless_fields), "more parts"),
    "a long name": (h.embedder(h.long_name), "more parts"),
    "two answers": (h.embedder(h.changed(h.two_outputs)), "does not answer as"),
    "an embedding of any size": (
        h.embedder(h.changed(partial(h.giving, at=0, shape=("n", "d")))),
        "does not answer as",
    ),
    "pictures of bytes": (
        h.embedder(h.changed(partial(h.taking, kind=TensorProto.UINT8, shape=("n", 3, 112, 112)))),
        "does not take pictures",
    ),
    "grey pictures": (h.embedder(h.changed(partial(h.taking, shape=("n", 1, 112, 112)))), "does not take pictures"),
    "four pictures at once": (h.embedder(lambda: arcface(batch=4)), "does not take pictures"),
    "chips of a size that nobody cuts": (h.embedder(lambda: arcface(side_px=160)), "does not take pictures"),
    "a detector without points": (h.detector(lambda: scrfd(6)), "but not their eyes"),
    "a detector of five outputs": (
        h.detector(h.changed(lambda model: model.graph.output.__delitem__(slice(5, None)), scrfd)),
        "does not answer as",
    ),
    "boxes where scores should be": (
        h.detector(h.changed(partial(h.giving, at=0, shape=("n", 4)), scrfd)),
        "does not answer as",
    ),
    "a detector of an odd size": (h.detector(lambda: scrfd(side_px=100)), "does not take pictures"),
    "a detector of a wide size": (
        h.detector(h.changed(partial(h.taking, shape=(1, 3, 480, 640)), scrfd)),
        "does not take pictures",
    ),
}

OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
LICENCES: dict[str, tuple[Builder, str]] = {
    "changed afterwards": (h.licensed(h.signed(h.terms(), customer="Somebody else")), "signature does not hold"),
    "signed by a stranger": (h.licensed(h.signed(h.terms(), OTHER_KEY)), "signature does not hold"),
    "a signature that is none": (h.licensed(h.signed(h.terms(), signature="====")), "signature cannot be read"),
    "for another package": (h.licensed(h.signed(h.terms(model_id="other"))), "for another package"),
    "to nobody": (h.licensed(h.signed(h.terms(customer=None))), "to whom"),
    "by somebody else": (h.licensed(h.signed(h.terms(issuer="Example"))), "not InsightFace's"),
    "of another version": (h.licensed(h.signed(h.terms(license_version=2))), "another version"),
    "with more fields": (h.licensed(h.signed(h.terms(extra=1))), "its fields"),
    "ending before it begins": (
        h.licensed(h.signed(h.terms(valid_until="2024-01-01T00:00:00Z"))),
        "ends before it begins",
    ),
    "without a time zone": (h.licensed(h.signed(h.terms(valid_from="2025-01-01T00:00:00"))), "“valid_from”"),
    "brackets without end": (h.licensed(b"[" * 60_000), "proper JSON"),
    "saying something twice": (h.licensed(b'{"grant":1,"grant":2}'), "twice"),
    "an empty file": (h.licensed(b""), "empty or too large"),
    "100 kB": (h.licensed(b" " * 100_000), "empty or too large"),
}

CASES = {
    f"{kind}: {name}": case
    for kind, cases in {
        "zip": ZIPS,
        "folder": FOLDERS,
        "manifest": MANIFESTS,
        "network": NETWORKS,
        "licence": LICENCES,
        "a zip of two minds": z.ZIPS,
        "a folder, more": z.FOLDERS,
        "a manifest, more": z.MANIFESTS,
    }.items()
    for name, case in cases.items()
}

PROGRAM = """
import json, sys
from pathlib import Path
import models
from countenance.errors import ModelsError
store, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
told = {}
for name, package in json.load(sys.stdin).items():
    try:
        brought = models.bring(Path(package), store, public_keys=(key,))
    except ModelsError as error:
        told[name] = {"sentence": error.sentence, "remedy": error.remedy, "code": error.exit_code}
    else:
        told[name] = {"brought": brought.name}
    told[name]["left"] = sorted(entry.name for entry in store.iterdir())
json.dump({"told": told, "peaks": peaks()}, sys.stdout)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Bring every hostile package in one process; say what a person was told, what was left, what it took."""
    place = tmp_path_factory.mktemp("hostile")
    packages: dict[str, str] = {}
    for number, (name, (build, _expected)) in enumerate(CASES.items()):
        folder = place / "packages" / str(number)
        folder.mkdir(parents=True)
        packages[name] = str(build(folder))
    before = _tree(place / "packages")
    done = subprocess.run(
        [sys.executable, "-c", h.PEAKS + PROGRAM, str(place / "store"), h.KEY.public_key().public_bytes_raw().hex()],
        input=json.dumps(packages).encode(),
        capture_output=True,
        cwd=REPOSITORY,
        check=False,
        env={**os.environ, "COUNTENANCE_PASSPHRASE": "must not be seen"},
    )
    assert not done.returncode, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    answer["touched"] = _tree(place / "packages") != before
    answer["beside"] = sorted(entry.name for entry in place.iterdir())
    return answer


def _tree(folder: Path) -> list[tuple[str, int, int]]:
    return [(str(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in sorted(folder.rglob("*"))]


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_package_is_refused_in_a_sentence_and_leaves_nothing(told: dict[str, Any], name: str) -> None:
    outcome = told["told"][name]

    assert "brought" not in outcome
    assert CASES[name][1] in outcome["sentence"]
    assert outcome["sentence"].endswith(".")
    assert "\n" not in outcome["sentence"]
    assert outcome["remedy"].endswith(".")
    assert outcome["code"] == 5
    assert outcome["left"] == [".lock"]


def test_nothing_is_written_beside_the_store(told: dict[str, Any]) -> None:
    assert not told["touched"]
    assert told["beside"] == ["packages", "store"]
    assert not Path("/tmp/evil.onnx").exists()


def test_refusing_takes_little_memory(told: dict[str, Any]) -> None:
    parent, child = told["peaks"]
    print(f"{len(CASES)} hostile packages: parent {parent / 1e6:.0f} MB, child {child / 1e6:.0f} MB at most")
    assert max(parent, child) <= MOST_RSS_BYTES
