"""The hostile and damaged files, and what the real child says of each: examined once for all tests."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

from tests.conftest import REPOSITORY


def child_command(models: Path | None) -> list[str]:
    """The real child without models."""
    return [sys.executable, "-P", "-s", "-B", "-m", "tests.detectors.child_program", *([str(models)] if models else [])]


def malformed_folder() -> Path:
    return Path(os.environ.get("COUNTENANCE_TEST_MEDIA") or REPOSITORY / "../shared/media").resolve() / "malformed"


def malformed_files() -> list[tuple[str, str]]:
    """(file, kind) of the table; empty where the real media are absent."""
    table = malformed_folder() / "malformed.csv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as rows:
        return [(row["file"], row["kind"]) for row in csv.DictReader(rows)]
