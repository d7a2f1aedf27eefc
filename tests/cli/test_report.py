"""`report`: what checks said, shown again, exported, verified; certificates of checks that the registry keeps."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest

import models
from countenance.errors import CountenanceError
from countenance.use import StatedUse
from registry import Passphrase, open_registry
from scan.certificate import record_of, remembered_people, worst_besides
from scan.check import CheckSetup, check_clip
from scan.knowing import known_from_registry
from scan.worker import DetectorWorker
from tests.cli.running import EDUCATION, PASSPHRASE, Terminal
from tests.detectors.made import pattern, write_clip
from tests.detectors.remuxing import remux
from tests.scan.made import NOON

pytestmark = pytest.mark.usefixtures("one_child")


@pytest.fixture
def written(enrolled: Terminal, photo: Path, tmp_path: Path) -> Path:
    """Return the report of a check of the portrait."""
    folder = tmp_path / "reports"
    assert enrolled.run("check", photo, *EDUCATION, "--report", folder).code == 0
    return next(folder.glob("*.report.json"))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Return a clip in which nobody is."""
    return write_clip(tmp_path / "clip.mp4", [pattern(number) for number in range(12)])


@pytest.fixture
def remembered(enrolled: Terminal, clip: Path, photo: Path, worker: DetectorWorker, store: Path) -> Terminal:
    """Return a terminal whose registry keeps a check of the clip, K0001, and one of the portrait, K0002."""
    card = models.load_pack("starter", store)
    with open_registry(enrolled.registry, Passphrase(PASSPHRASE), operator="test") as opened:
        for path in (clip, photo):
            known = known_from_registry(opened, card, opened.today())
            setup = CheckSetup(card=card, models=store, known=known, use=StatedUse(publish_at=NOON))
            result = check_clip(path, worker, setup, NOON)
            record = record_of(result, worker.mark(path), "", known)
            opened.checks.keep(record, remembered_people(result), setup.unknown, worst_besides(result))
    return enrolled


def test_a_report_is_shown_again_as_the_check_showed_it(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    checked = enrolled.run("check", photo, *EDUCATION, "--report", tmp_path)

    shown = enrolled.plain("report", "show", next(tmp_path.glob("*.report.json")))

    assert shown.code == 0
    assert "Eileen Example" in shown.out
    assert shown.out == checked.out


def test_a_report_is_given_as_one_document(nowhere: Terminal, written: Path) -> None:
    assert nowhere.plain("report", "show", written, "--json").document()["verdict"] == "permitted"


def test_a_report_in_a_language_that_does_not_exist_is_shown_in_english(
    nowhere: Terminal, written: Path, tmp_path: Path
) -> None:
    content = json.loads(written.read_text("utf-8"))
    strange = tmp_path / "strange.report.json"
    strange.write_text(json.dumps({**content, "language": "../../etc"}), "utf-8")

    assert nowhere.plain("report", "show", strange).code == 0


def test_a_report_is_exported_as_page_data_and_table(nowhere: Terminal, written: Path, tmp_path: Path) -> None:
    made = {kind: tmp_path / f"made.{kind}" for kind in ("html", "json", "pdf", "csv")}

    for kind, path in made.items():
        assert nowhere.plain("report", "export", written, "--format", kind, "--to", path).code == 0

    assert made["html"].read_text("utf-8").startswith("<!")
    assert made["json"].read_bytes() == written.read_bytes()
    assert made["pdf"].read_bytes().startswith(b"%PDF-")
    rows = list(csv.DictReader(io.StringIO(made["csv"].read_text("utf-8-sig"))))
    assert [row["who"] for row in rows] == ["Eileen Example"]


def test_the_files_ending_says_what_a_report_is_exported_as(nowhere: Terminal, written: Path, tmp_path: Path) -> None:
    made = [tmp_path / f"made.{ending}" for ending in ("CSV", "json", "htm")]

    for path in made:
        assert nowhere.plain("report", "export", written, "--to", path).code == 0

    assert made[0].read_text("utf-8-sig").startswith("clip,")
    assert made[1].read_bytes() == written.read_bytes()
    assert made[2].read_text("utf-8").startswith("<!")


def test_a_cell_that_begins_like_a_formula_is_made_harmless(nowhere: Terminal, written: Path, tmp_path: Path) -> None:
    content = json.loads(written.read_text("utf-8"))
    content["findings"][0]["name"] = "=HYPERLINK(1)"
    (tmp_path / "evil.report.json").write_text(json.dumps(content), "utf-8")

    nowhere.plain("report", "export", tmp_path / "evil.report.json", "--format", "csv", "--to", tmp_path / "evil.csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "evil.csv").read_text("utf-8-sig"))))
    assert rows[0]["who"] == "'=HYPERLINK(1)"


def test_an_export_never_replaces_a_file_and_says_where_it_cannot_write(
    nowhere: Terminal, written: Path, tmp_path: Path
) -> None:
    (tmp_path / "there.html").write_text("mine")

    replaced = nowhere.plain("report", "export", written, "--to", tmp_path / "there.html")
    lost = nowhere.plain("report", "export", written, "--to", tmp_path / "no folder" / "a.html")
    unknown = nowhere.plain("report", "export", written, "--to", tmp_path / "a.doc", "--format", "doc")

    assert (replaced.code, lost.code, unknown.code) == (2, 3, 2)
    assert (tmp_path / "there.html").read_text() == "mine"
    assert "cannot be written" in lost.err


@pytest.mark.parametrize("name", ["missing.json", "text.json"])
def test_what_is_no_report_gets_a_sentence(nowhere: Terminal, tmp_path: Path, name: str) -> None:
    (tmp_path / "text.json").write_text("no report")

    answer = nowhere.plain("report", "show", tmp_path / name)

    assert answer.code == CountenanceError.exit_code
    assert "Traceback" not in answer.err


def test_a_report_is_verified_against_the_very_file(nowhere: Terminal, written: Path, photo: Path, clip: Path) -> None:
    same = nowhere.plain("report", "verify", written, photo)
    other = nowhere.plain("report", "verify", written, clip, "--json")
    keyed = nowhere.plain("report", "verify", written, photo, "--key", "00")

    assert (same.code, other.code, keyed.code) == (0, 6, 2)
    assert "about this very file" in same.out
    assert other.document() == {"signature": None, "same_file": False, "exit_code": 6}
    assert "about another file" in nowhere.plain("report", "verify", written, clip).out


def test_kept_checks_are_listed(remembered: Terminal) -> None:
    listed = remembered.run("report", "list")
    document = remembered.run("report", "list", "--json").document()

    assert listed.code == 0
    assert "K0001" in listed.out
    assert "clip.mp4" in listed.out
    assert [check["id"] for check in document["checks"]] == ["K0001", "K0002"]


def test_a_registry_without_kept_checks_says_so(enrolled: Terminal) -> None:
    assert "--keep" in enrolled.run("report", "list").out


def test_a_certificate_is_written_and_holds_for_the_clip_and_its_remux(
    remembered: Terminal, clip: Path, tmp_path: Path
) -> None:
    written = remembered.run("report", "certificate", "k0001", "--to", tmp_path / "a.pdf", "--json").document()

    file = remembered.plain("report", "verify", tmp_path / "a.pdf", clip)
    again = remembered.plain(
        "report",
        "verify",
        tmp_path / "a.pdf",
        remux(clip, tmp_path / "b.mkv"),
        "--key",
        written["fingerprint"],
        "--json",
    )

    assert (file.code, again.code) == (0, 0)
    assert "the very file that was checked" in file.out
    assert "anybody can sign" in file.out
    assert "Clearance certificate. Check K0001 of " in file.out
    told = again.document()
    assert (told["signature"], told["same_file"], told["same_streams"], told["key_agrees"]) == (True, False, True, True)
    assert told["public_key"] == written["key"]
    assert "in another file" in remembered.plain("report", "verify", tmp_path / "a.pdf", tmp_path / "b.mkv").out


def test_a_certificate_names_people_that_the_kept_check_does_not(
    remembered: Terminal, photo: Path, tmp_path: Path
) -> None:
    answer = remembered.run("report", "certificate", "K0002", "--to", tmp_path / "a.pdf")

    told = remembered.plain("report", "verify", tmp_path / "a.pdf", photo, "--json").document()
    kept = remembered.run("report", "list", "--json").out
    assert "Fingerprint of the key" in answer.err
    assert [person["name"] for person in told["record"]["people"]] == ["Eileen Example"]
    assert "Eileen Example" not in kept


def test_a_certificate_outlives_the_erasure_of_the_only_one_it_is_about(
    remembered: Terminal, photo: Path, tmp_path: Path
) -> None:
    remembered.run("report", "certificate", "K0002", "--to", tmp_path / "before.pdf")
    assert remembered.run("person", "erase", "P0001", "--yes").code == 0

    told = remembered.plain("report", "verify", tmp_path / "before.pdf", photo, "--json").document()
    again = remembered.run("report", "certificate", "K0002", "--to", tmp_path / "after.pdf")

    assert (told["signature"], told["same_file"], told["exit_code"]) == (True, True, 0)
    assert [one["person"] for one in told["record"]["people"]] == ["P0001"]
    # With the person the registry has forgotten the check: nothing of it is left to sign.
    assert again.code == 2
    assert not (tmp_path / "after.pdf").exists()


def test_another_clip_another_key_and_a_changed_certificate_end_with_six(
    remembered: Terminal, clip: Path, photo: Path, tmp_path: Path
) -> None:
    remembered.run("report", "certificate", "K0001", "--to", tmp_path / "a.pdf")
    (tmp_path / "changed.pdf").write_bytes((tmp_path / "a.pdf").read_bytes() + b" ")

    other = remembered.plain("report", "verify", tmp_path / "a.pdf", photo)
    key = remembered.plain("report", "verify", tmp_path / "a.pdf", clip, "--key", "ab" * 32)
    changed = remembered.plain("report", "verify", tmp_path / "changed.pdf", clip)

    assert (other.code, key.code, changed.code) == (6, 6, 6)
    assert "about another clip" in other.out
    assert other.out.endswith("Do not rely on it for this clip.\n")
    assert "not the key that you named" in key.out
    assert "The signature is broken" in changed.out


def test_a_certificate_is_not_written_over_a_file_nor_for_a_check_that_is_not_kept(
    remembered: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "mine.pdf").write_text("mine")

    over = remembered.run("report", "certificate", "K0001", "--to", tmp_path / "mine.pdf")
    unknown = remembered.run("report", "certificate", "K0099", "--to", tmp_path / "a.pdf")

    assert (over.code, unknown.code) == (2, 2)
    assert not (tmp_path / "a.pdf").exists()


def test_a_picture_kept_as_another_file_is_the_same_clip(remembered: Terminal, photo: Path, tmp_path: Path) -> None:
    remembered.run("report", "certificate", "K0002", "--to", tmp_path / "a.pdf")
    copied = Path(shutil.copy(photo, tmp_path / "copied.png"))

    told = remembered.plain("report", "verify", tmp_path / "a.pdf", copied, "--json").document()

    assert told["same_file"]
    assert told["record"]["clip"]["mark"]["sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
