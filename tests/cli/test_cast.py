"""`check --cast`: who should appear, named by name, alias or id, with and without a registry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import EDUCATION, Terminal

pytestmark = pytest.mark.usefixtures("one_child")


def test_the_cast_that_appears_is_permitted_as_before(enrolled: Terminal, photo: Path) -> None:
    answer = enrolled.run("check", photo, *EDUCATION, "--cast", "eileen example:face")

    assert answer.code == 0
    assert "cast" not in answer.out


def test_a_voice_that_is_missing_in_a_picture_was_not_listened_for(enrolled: Terminal, photo: Path) -> None:
    answer = enrolled.run("check", photo, *EDUCATION, "--cast", "P0001:voice", "--json")

    document = answer.document()["clips"][0]
    assert (answer.code, document["verdict"]) == (10, "review")
    told = [finding for finding in document["findings"] if finding["kind"] == "cast"]
    assert [finding["title"] for finding in told] == [
        "Eileen Example: Not in the cast",
        "Eileen Example: Not looked for",
    ]
    assert "was not listened for: the clip has no sound." in told[1]["sentence"]


def test_somebody_beyond_a_cast_of_a_folder_is_told_of(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    people = tmp_path / "people"
    (people / "Eileen Example").mkdir(parents=True)
    shutil.copy(photo, people / "Eileen Example" / "1.png")

    named = terminal.plain("check", photo, "--against", people, "--cast", "Somebody Else")
    shown = terminal.plain("check", photo, "--against", people, "--cast", "Eileen Example")

    assert named.code == 2
    assert "Nobody is called “Somebody Else” here" in named.err
    assert "Not in the cast" not in shown.out


def test_without_people_nobody_can_be_in_a_cast(terminal: Terminal, photo: Path) -> None:
    answer = terminal.plain("check", photo, "--cast", "Ann", "--json")

    assert answer.code == 2
    assert answer.document()["error"]["remedy"].startswith("Enrol this person first")
