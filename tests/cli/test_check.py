"""`check`: the same clip permitted, blocked and unknown, several clips in one call, and what is written of them."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import models
from tests.cli.running import ADVERTISING, EDUCATION, Terminal, finish, start


def test_a_clip_is_permitted_for_the_use_agreed(enrolled: Terminal, clip: Path) -> None:
    answer = enrolled.run("check", clip, *EDUCATION)

    assert answer.code == 0
    assert answer.out.startswith(" Permitted   demo.mp4")
    assert "eileen example: permitted" in answer.out.casefold()
    assert "at most 0." in answer.out  # what was examined
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.usefixtures("one_child")
def test_the_same_picture_is_blocked_for_another_use(enrolled: Terminal, photo: Path) -> None:
    answer = enrolled.run("check", photo, *ADVERTISING, "--json", "--quiet")

    document = answer.document()
    assert answer.code == document["exit_code"] == 20
    assert document["verdict"] == document["clips"][0]["verdict"] == "blocked"
    assert document["clips"][0]["findings"][0]["name"] == "Eileen Example"
    assert answer.err == ""


@pytest.mark.usefixtures("one_child")
def test_a_ban_beats_a_grant(enrolled: Terminal, photo: Path) -> None:
    banned = enrolled.run("consent", "add", "Eileen Example", "--prohibit", "--channel", "youtube")

    answer = enrolled.run("check", photo, *EDUCATION)

    assert banned.code == 0
    assert answer.code == 20


@pytest.mark.usefixtures("one_child")
def test_a_withdrawn_grant_blocks(enrolled: Terminal, photo: Path) -> None:
    withdrawn = enrolled.run("consent", "revoke", "G0001", "--notice", "2026-02-01")

    answer = enrolled.run("check", photo, *EDUCATION, "--json")

    assert withdrawn.code == 0
    assert answer.code == 20
    assert answer.document()["clips"][0]["findings"][0]["judgement"]["kind"] == "revoked"


@pytest.mark.usefixtures("one_child")
def test_without_a_registry_everybody_is_unknown(terminal: Terminal, photo: Path) -> None:
    strict = terminal.plain("check", photo, "--json")
    lenient = terminal.plain("check", photo, "--unknown", "note", "--only", "face")

    assert strict.code == 10
    assert strict.document()["clips"][0]["registry"] is None
    assert "There is no registry" in strict.err
    assert lenient.code == 0
    assert "no registry to compare them with" in lenient.out


def test_of_a_face_and_a_voice_it_is_said_which_is_meant(terminal: Terminal, clip: Path) -> None:
    both = terminal.plain("check", clip)
    heard = terminal.plain("check", clip, "--only", "voice")

    assert "Unknown 1: Not in the registry · Face" in both.out
    assert "Unknown voice 1: Not in the registry · Voice" in both.out
    assert "This voice matches nobody" in heard.out
    assert "The picture was not examined: this was not asked for." in heard.out
    assert "not everything was examined" not in heard.out


def test_a_clip_is_compared_with_a_folder_of_people(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    people = tmp_path / "people"
    (people / "Eileen Example").mkdir(parents=True)
    shutil.copy(photo, people / "Eileen Example" / "1.png")
    (people / "Nobody.png").write_text("no picture")

    answer = terminal.plain("check", photo, "--against", people, "--json")

    document = answer.document()["clips"][0]
    assert document["registry"] is None
    assert [finding["name"] for finding in document["findings"]] == ["Eileen Example"]
    assert "Left out: Nobody.png: “Nobody.png” is text" in answer.err


@pytest.mark.usefixtures("one_child")
def test_names_stay_out_of_what_is_redacted(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    shown = enrolled.run("check", photo, *ADVERTISING, "--redact")
    told = enrolled.run("check", photo, *ADVERTISING, "--redact", "--json", "--report", tmp_path / "reports")

    written = [path.read_text("utf-8") for path in sorted((tmp_path / "reports").iterdir())]
    assert shown.code == told.code == 20
    assert len(written) == 2
    assert all("Eileen" not in text for text in [shown.out, shown.err, told.out, told.err, *written])
    assert "not permitted" in shown.out.casefold()


def test_every_clip_of_a_call_is_tried_and_the_worst_code_wins(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "empty.mp4").touch()
    wrong = (tmp_path / "none", tmp_path / "empty.mp4", tmp_path / "missing.mp4")

    unread = enrolled.run("check", *wrong, photo, *EDUCATION, "--json")

    assert unread.code == 3
    assert [clip["clip"]["name"] for clip in unread.document()["clips"]] == [
        *("none", "empty.mp4", "missing.mp4"),
        "demo-photo.png",
    ]
    sentences = [clip["error"]["sentence"] for clip in unread.document()["clips"][:3]]
    assert sentences == [
        "The folder “none” holds no clips.",
        "“empty.mp4” is empty: 0 bytes.",
        "“missing.mp4” does not exist.",
    ]
    assert all(sentence in unread.err for sentence in sentences)
    assert unread.document()["verdict"] == "permitted"


@pytest.mark.usefixtures("one_child")
def test_blocked_comes_before_unread_and_unread_before_review(enrolled: Terminal, photo: Path) -> None:
    missing = photo.with_name("missing.mp4")

    blocked = enrolled.run("check", missing, photo, *ADVERTISING, "--json")
    review = enrolled.run("check", missing, photo, "--json")

    assert (blocked.code, review.code) == (20, 3)
    assert (blocked.document()["verdict"], review.document()["verdict"]) == ("blocked", "review")


@pytest.mark.usefixtures("one_child")
def test_a_folder_is_walked_and_each_file_checked_once(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "clips" / "deeper").mkdir(parents=True)
    shutil.copy(photo, tmp_path / "clips" / "deeper" / "one.png")
    (tmp_path / "clips" / "notes.txt").write_text("not looked at")

    answer = enrolled.run("check", tmp_path / "clips", tmp_path / "clips" / "deeper" / "one.png", *EDUCATION, "--json")

    assert [clip["clip"]["name"] for clip in answer.document()["clips"]] == ["one.png"]


@pytest.mark.usefixtures("one_child")
def test_reports_are_whole_files_for_their_owner_alone(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    answer = enrolled.run("check", photo, *EDUCATION, "--report", tmp_path / "new" / "reports")

    files = sorted((tmp_path / "new" / "reports").iterdir())
    assert [path.name for path in files] == ["demo-photo.png.report.html", "demo-photo.png.report.json"]
    assert all(path.stat().st_mode & 0o77 == 0 for path in files)
    assert json.loads(files[1].read_bytes())["verdict"] == "permitted"
    assert all(f"Report: {path}" in answer.err for path in files)


@pytest.mark.usefixtures("one_child")
def test_a_report_is_written_in_the_formats_named(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"

    answer = enrolled.run("check", photo, *EDUCATION, "--report", folder, "--format", "pdf,csv", "--format", "json")

    assert answer.code == 0
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".json", ".pdf"]


def test_a_format_without_a_folder_or_that_does_not_exist_is_wrong_usage(nowhere: Terminal, tmp_path: Path) -> None:
    lost = nowhere.plain("check", tmp_path, "--format", "pdf")
    unknown = nowhere.plain("check", tmp_path, "--report", tmp_path / "r", "--format", "doc")

    assert (lost.code, unknown.code) == (2, 2)
    assert "--report" in lost.err
    assert "Choose one of: html, json, pdf, csv." in unknown.err


@pytest.mark.usefixtures("one_child")
def test_a_report_that_cannot_be_written_is_said_and_the_next_clip_is_checked(
    enrolled: Terminal, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    other = shutil.copy(photo, tmp_path / "other.png")

    answer = enrolled.run("check", photo, other, *EDUCATION, "--report", tmp_path / "taken", "--json")

    assert answer.code == 3
    assert answer.err.count("The report cannot be written") == 2
    assert [clip.get("verdict") for clip in answer.document()["clips"]] == ["permitted", None, "permitted", None]


def test_a_pack_that_is_not_installed_stops_everything(nowhere: Terminal, photo: Path) -> None:
    answer = nowhere.plain("check", photo, photo.parent / "missing.png", "--json")

    assert answer.code == 5
    assert answer.document()["error"]["exit_code"] == 5
    assert answer.document()["clips"] == []
    assert "models install" in answer.document()["error"]["remedy"]


def test_a_registry_that_is_named_must_be_there(terminal: Terminal, photo: Path) -> None:
    answer = terminal.run("check", photo, "--json")

    assert answer.code == 4
    assert answer.document()["error"]["exit_code"] == 4
    assert "There is no registry at" in answer.err


@pytest.mark.usefixtures("one_child")
@pytest.mark.parametrize(
    "name", [b"clip[bold].png", b"[b]\\.png", b"\xff\xfe.png", b"\x1b[31mred\r.png", "脸 %s {x}.png".encode()]
)
def test_no_file_name_upsets_the_terminal(enrolled: Terminal, photo: Path, tmp_path: Path, name: bytes) -> None:
    odd = tmp_path / os.fsdecode(name)
    shutil.copy(photo, odd)

    shown = enrolled.run("check", odd, tmp_path / (os.fsdecode(name) + ".mp4"), *EDUCATION, "--report", tmp_path / "r")

    assert shown.code == 3  # the second one does not exist
    assert " Permitted " in shown.out
    assert "\x1b" not in shown.out + shown.err
    assert not any(0xD800 <= ord(character) < 0xE000 for character in shown.out + shown.err)


@pytest.mark.usefixtures("one_child")
def test_odd_names_are_told_in_json_and_beside_it(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"f\xff[") / "]"
    folder.mkdir(parents=True)
    shutil.copy(photo, folder / os.fsdecode(b"\xff[b].png"))

    answer = enrolled.run("check", folder, folder / "missing.mp4", "--report", folder, *EDUCATION, "--json")

    assert [clip["clip"]["name"] for clip in answer.document()["clips"]] == ["�[b].png", "missing.mp4"]


def test_a_process_of_its_own_says_the_same(enrolled: Terminal, photo: Path) -> None:
    """With a terminal's encoding that knows nothing but ASCII."""
    words = ("--lang", "zh-CN", "--registry", enrolled.registry, "check", photo, *ADVERTISING)

    answer = finish(start(*words, PYTHONIOENCODING="ascii", LC_ALL="C"))

    assert answer.code == 20
    assert "Traceback" not in answer.err
    assert "Eileen Example" in answer.out


@pytest.mark.usefixtures("one_child")
def test_another_language_is_spoken_throughout(enrolled: Terminal, photo: Path) -> None:
    answer = enrolled.run("--lang", "zh-CN", "check", photo, *ADVERTISING)

    assert answer.code == 20
    assert "Blocked" not in answer.out


@pytest.mark.usefixtures("one_child")
def test_a_recording_can_be_checked_and_a_clip_for_its_voices_alone(
    terminal: Terminal, clip: Path, recording: Path
) -> None:
    heard = terminal.plain("check", recording, "--json")
    only = terminal.plain("check", clip, "--only", "voice", "--json")
    both = terminal.plain("check", clip, "--only", "face,voice", "--json")

    kinds = [
        {finding["kind"] for finding in answer.document()["clips"][0]["findings"]} for answer in (heard, only, both)
    ]
    assert kinds == [{"voice"}, {"voice"}, {"likeness", "voice"}]
    assert [answer.code for answer in (heard, only, both)] == [10, 10, 10]


@pytest.mark.usefixtures("one_child")
def test_a_folder_of_people_may_hold_recordings(terminal: Terminal, photo: Path, recording: Path, tmp_path: Path):
    people = tmp_path / "people" / "Ada"
    people.mkdir(parents=True)
    shutil.copy(photo, people)
    shutil.copy(recording, people)

    answer = terminal.plain("check", photo, "--against", tmp_path / "people", "--json")

    assert answer.document()["clips"][0]["findings"][0]["name"] == "Ada"
    assert "Left out" not in answer.err


@pytest.mark.usefixtures("one_child")
def test_a_pack_that_knows_no_voices_is_not_asked_for_them_alone(
    terminal: Terminal, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pack of this version knows voices, so that of one is taken away."""
    card = models.load_pack("starter", Path(os.environ["COUNTENANCE_MODELS"]))
    faces = tuple(stamp for stamp in card.models if stamp.task.value.startswith("face"))
    monkeypatch.setattr("models.load_pack", lambda *_: replace(card, models=faces, voice=None))

    answer = terminal.plain("check", recording, "--only", "voice")

    assert answer.code == 2
    assert "does not recognise voices" in answer.err
