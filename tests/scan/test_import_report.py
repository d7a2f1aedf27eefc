"""The report of an import, as tables and documents."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from countenance.errors import CountenanceError, WrongUsageError
from registry import Registry
from scan.importing.report import report_document, save_import_report
from tests.scan.conftest import StandIn
from tests.scan.made import (
    face,
)
from tests.scan.workshop import Workshop


@pytest.fixture
def workshop(tmp_path: Path, registry: Registry, stand_in: StandIn) -> Workshop:
    return Workshop(tmp_path, registry, stand_in)


def test_a_report_is_written_for_its_owner_alone(workshop: Workshop, tmp_path: Path) -> None:
    workshop.put("=cmd", face({0: 1.0}), b"")
    workshop.put("twin", face({0: 0.95}, own=50))
    report = workshop.run()

    save_import_report(report, tmp_path / "r.csv")
    save_import_report(report, tmp_path / "r.json")

    if os.name == "posix":
        assert (tmp_path / "r.csv").stat().st_mode & 0o77 == 0
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["outcome"], row["name"], row["file"], row["others"]) for row in rows] == [
        ("imported", "'=cmd", "", ""),
        ("kept_out", "twin", "", "'=cmd"),
        ("sample_refused", "'=cmd", "'=cmd-1.jpg", ""),
    ]
    written = json.loads((tmp_path / "r.json").read_text())
    assert written == json.loads(json.dumps(report_document(report)))
    assert written["kept_out_by_reason"] == {"look_alike": 1}
    assert written["refused_by_reason"] == {"unreadable": 1}


def test_a_report_of_a_dry_run_and_of_changes_is_a_table_too(workshop: Workshop, tmp_path: Path) -> None:
    workshop.put("ada", face({0: 1.0}))
    save_import_report(workshop.run(dry_run=True), tmp_path / "dry.csv")
    workshop.run()
    workshop.put("ada", face({0: 1.0}), face({0: 0.9}))
    save_import_report(workshop.run(), tmp_path / "changed.csv")

    assert "would_import" in (tmp_path / "dry.csv").read_text("utf-8-sig")
    assert "changed,,ada" in (tmp_path / "changed.csv").read_text("utf-8-sig")


def test_a_report_that_cannot_be_written_is_told(workshop: Workshop, tmp_path: Path) -> None:
    report = workshop.run()

    with pytest.raises(WrongUsageError, match="JSON or CSV"):
        save_import_report(report, tmp_path / "r.txt")
    with pytest.raises(CountenanceError, match="cannot be written"):
        save_import_report(report, tmp_path / "nowhere" / "r.json")


def test_half_characters_in_file_names_do_not_break_the_report(workshop: Workshop, tmp_path: Path) -> None:
    (workshop.folder / "ada").mkdir()
    (workshop.folder / "ada" / "\udcff.jpg").write_text("x")
    report = workshop.run()

    for name in ("r.json", "r.csv"):
        save_import_report(report, tmp_path / name)

    assert "\N{REPLACEMENT CHARACTER}" in (tmp_path / "r.json").read_text()
