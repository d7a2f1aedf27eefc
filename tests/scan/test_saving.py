"""Reports on disk: whole or not at all, for their owner alone, and never over somebody else's."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import CountenanceError
from countenance.verdict import CheckResult
from scan.check import judge_observations
from scan.saving import ReportFormat, save_report, write_whole
from tests.scan.made import NOON, face, known, observations, setup, track

REPOSITORY = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="Owner-only permissions and signals are told in POSIX terms.")


def result(name: str = "clip.mp4", sha256: str = "a" * 64) -> CheckResult:
    scene = observations(track(0, face({0: 0.95})))
    scene = replace(scene, clip=replace(scene.clip, name=name, sha256=sha256))
    return judge_observations(scene, setup(Path("models"), known()), NOON)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_report_is_a_table_for_programs_and_a_page_for_people(tmp_path):
    table, page = save_report(result(), tmp_path / "new" / "reports", redact=False)

    assert (table.name, page.name) == ("clip.mp4.report.json", "clip.mp4.report.html")
    assert table.read_bytes().startswith(b"{")
    assert page.read_text("utf-8").lower().startswith("<!doctype html")
    assert names(table.parent) == ["clip.mp4.report.html", "clip.mp4.report.json"]


def test_a_redacted_report_leaves_the_name_out(tmp_path):
    for redact, told in ((False, True), (True, False)):
        paths = save_report(result(), tmp_path / str(redact), redact=redact)

        assert [("Name of p00" in path.read_text("utf-8")) for path in paths] == [told, told]


def test_a_report_is_written_in_the_formats_that_are_asked_for(tmp_path):
    paths = save_report(result(), tmp_path, redact=False, formats=list(ReportFormat))

    assert [path.suffix for path in paths] == [".html", ".json", ".pdf", ".csv"]
    assert paths[2].read_bytes().startswith(b"%PDF-")
    assert paths[3].read_text("utf-8-sig").startswith("clip,sha256,verdict")
    assert all(b"a" * 64 in path.read_bytes() for path in paths)


@pytest.mark.parametrize("kind", list(ReportFormat))
def test_whatever_the_format_another_file_of_the_same_name_gets_a_number(tmp_path, kind):
    (ours,) = save_report(result(), tmp_path, redact=False, formats=[kind])
    (again,) = save_report(result(), tmp_path, redact=True, formats=[kind])
    (theirs,) = save_report(result(sha256="b" * 64), tmp_path, redact=False, formats=[kind])

    assert ours == again
    assert theirs.name == f"clip.mp4 (2).report.{kind}"


def test_a_report_that_cannot_take_one_of_its_names_leaves_no_half_written_file(tmp_path):
    (tmp_path / "clip.mp4.report.pdf").mkdir()

    paths = save_report(result(), tmp_path, redact=False, formats=[ReportFormat.JSON, ReportFormat.PDF])

    assert [path.name for path in paths] == ["clip.mp4 (2).report.json", "clip.mp4 (2).report.pdf"]
    assert len(names(tmp_path)) == 3


@POSIX
def test_only_the_owner_may_read_a_report(tmp_path):
    before = os.umask(0)
    try:
        paths = save_report(result(), tmp_path, redact=False)
    finally:
        os.umask(before)

    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]


def test_a_report_of_the_same_file_is_replaced(tmp_path):
    first = save_report(result(), tmp_path, redact=False)
    second = save_report(result(), tmp_path, redact=True)

    assert first == second
    assert len(names(tmp_path)) == 2


def test_another_file_of_the_same_name_gets_a_number(tmp_path):
    ours = save_report(result(), tmp_path, redact=False)
    theirs = save_report(result(sha256="b" * 64), tmp_path, redact=False)

    assert theirs[0].name == "clip.mp4 (2).report.json"
    assert b"a" * 64 in ours[0].read_bytes()
    assert save_report(result(sha256="b" * 64), tmp_path, redact=False) == theirs


def test_where_every_number_is_taken_the_files_own_hash_tells_reports_apart(tmp_path):
    for number in range(1, 10_000):
        stem = "clip.mp4" if number == 1 else f"clip.mp4 ({number})"
        (tmp_path / f"{stem}.report.json").touch()

    table, _page = save_report(result(), tmp_path, redact=False)

    assert table.name == f"clip.mp4 {'a' * 12}.report.json"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ('a/b\\c:d*e?"<>|.mp4', "a_b_c_d_e_____.mp4"),
        ("line\nbreak.mp4", "line_break.mp4"),
        ("surrogate\udcff.mp4", "surrogate_.mp4"),
        (" .. ", "clip"),
        ("", "clip"),
        ("n" * 500 + ".mp4", "n" * 150),
        ("片段.mp4", "片段.mp4"),
    ],
)
def test_any_name_becomes_one_that_every_system_takes(tmp_path, name, stem):
    table, _page = save_report(result(name), tmp_path, redact=False)

    assert table.name == f"{stem}.report.json"


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")

    with pytest.raises(CountenanceError, match="cannot be written into “taken”") as error:
        save_report(result(), tmp_path / "taken", redact=False)

    assert error.value.remedy
    assert str(tmp_path) not in str(error.value)


def test_a_file_that_cannot_take_its_name_leaves_nothing_behind(tmp_path):
    (tmp_path / "clip.mp4.report.json").mkdir()
    (tmp_path / "clip.mp4.report.json" / "occupied").touch()

    with pytest.raises((IsADirectoryError, PermissionError)):
        write_whole(tmp_path / "clip.mp4.report.json", b"{}")

    assert names(tmp_path) == ["clip.mp4.report.json"]


@POSIX
def test_killed_while_it_writes_nothing_stands_under_the_final_name(tmp_path):
    program = (
        "import os, signal; from pathlib import Path; import scan.saving as saving\n"
        "saving.os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"saving.write_whole(Path({str(tmp_path / 'clip.report.json')!r}), b'half')"
    )

    ended = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / "clip.report.json").exists()


@POSIX
def test_killed_while_it_replaces_an_older_report_the_older_one_stays(tmp_path):
    (tmp_path / "clip.report.json").write_bytes(b"whole")
    program = (
        "import os, signal; from pathlib import Path; import scan.saving as saving\n"
        "saving.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"saving.write_whole(Path({str(tmp_path / 'clip.report.json')!r}), b'new')"
    )

    subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False)

    assert (tmp_path / "clip.report.json").read_bytes() == b"whole"
