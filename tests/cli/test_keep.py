"""`check --keep`: kept, printed, verified, and judged again once somebody withdraws."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from scan.worker import DetectorWorker
from tests.cli.running import EDUCATION, Terminal

pytestmark = pytest.mark.usefixtures("one_child")


def test_a_check_is_kept_printed_verified_and_recalled(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pdf"

    checked = enrolled.run("check", photo, *EDUCATION, "--keep", "--json")
    printed = enrolled.run("report", "certificate", "K0001", "--to", certificate, "--json")
    verified = enrolled.plain("report", "verify", certificate, photo, "--key", printed.document()["fingerprint"])
    before = enrolled.run("registry", "audit", "--affected", "--json").document()
    enrolled.run("consent", "revoke", "G0001")
    after = enrolled.run("registry", "audit", "--affected")

    (document,) = checked.document()["clips"]
    assert (checked.code, document["check"], document["verdict"]) == (0, "K0001", "permitted")
    assert document["findings"][0]["evidence"]["crops"][0]["jpeg"]
    assert verified.code == 0
    assert "very file that was checked" in verified.out
    assert (before["checks"], before["changed"]) == (1, [])
    assert "K0001  demo-photo.png: Permitted, now Blocked" in after.out
    assert "Eileen Example withdrew the permission" in after.out
    assert "Of 1 kept check, 1 would end otherwise today." in after.out


def test_a_report_that_was_saved_is_the_one_that_is_kept(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    enrolled.run("check", photo, *EDUCATION, "--keep", "--report", tmp_path / "reports")

    (kept,) = enrolled.run("report", "list", "--json").document()["checks"]
    saved = (tmp_path / "reports" / "demo-photo.png.report.json").read_bytes()
    assert kept["record"]["report_sha256"] == hashlib.sha256(saved).hexdigest()


def test_what_ends_soon_is_told_with_what_rests_on_it(enrolled: Terminal, photo: Path) -> None:
    enrolled.run("check", photo, *EDUCATION, "--keep")

    soon = enrolled.run("registry", "audit", "--expiring", "1d")
    later = enrolled.run("registry", "audit", "--expiring", "3660d")

    assert soon.out.startswith("Nothing ends up to")
    assert all(word in later.out for word in ("January 5", "2029", "biometric"))
    assert "K0001" in later.out


def test_a_clip_that_changes_meanwhile_is_not_kept(
    enrolled: Terminal, photo: Path, tmp_path: Path, worker: DetectorWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = tmp_path / "growing.png"
    shutil.copy(photo, growing)
    mark = worker.mark

    def another_by_now(path, *others, **named):
        with path.open("ab") as file:
            file.write(b"more")
        return mark(path, *others, **named)

    monkeypatch.setattr(worker, "mark", another_by_now)

    answer = enrolled.run("check", growing, *EDUCATION, "--keep")

    assert answer.code == 3
    assert "was changed while it was checked" in answer.err
    assert enrolled.run("report", "list", "--json").document() == {"checks": []}


def test_without_a_registry_nothing_is_kept(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    nowhere = terminal.plain("check", photo, "--keep")
    folder = terminal.run("check", photo, "--against", tmp_path, "--keep")

    assert (nowhere.code, folder.code) == (2, 2)
    assert "Only a check against a registry can be kept." in nowhere.err
