"""What an earlier installation left unproved does not spoil what somebody installs today."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

import models
from models.proving import install_and_prove, unproved
from models.store import RECORD, InstallRecord
from scan.worker import DetectorWorker
from tests.detectors.brought import put_embedder, put_scrfd
from tests.models.insightface_packages import DETECTION, arcface, working_files


def test_a_leftover_that_does_not_hold_is_told_of_and_taken_out(
    test_models: Path, starter_store: Path, tmp_path: Path
) -> None:
    shutil.copytree(starter_store / "silero-vad", tmp_path / "silero-vad")
    put_embedder(tmp_path, "left-behind", arcface())
    put_scrfd(tmp_path, "asked-for", working_files(test_models)[DETECTION])
    for name in ("left-behind", "asked-for"):
        _forget(tmp_path, name)
    remarks: list[str] = []

    with DetectorWorker() as worker:
        new = install_and_prove(lambda: ("asked-for",), tmp_path, worker, tell=remarks.append)

    assert new == ("asked-for",)
    assert unproved(tmp_path) == ()
    assert "left-behind" not in models.list_models(tmp_path)
    (remark,) = remarks
    assert "“left-behind” was not installed" in remark


def _forget(store: Path, name: str) -> None:
    path = store / name / RECORD
    record = msgspec.json.decode(path.read_bytes(), type=InstallRecord)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(record, fingerprints={})))
