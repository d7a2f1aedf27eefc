"""What an import is going to look at: people and files found, the rest counted, nobody guessed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from scan.importing.entries import ImportPlan, KeptOutBecause, LeftOut, plan_import
from scan.importing.rosters import ConsentTerms

TODAY = date(2026, 11, 21)
TERMS = ConsentTerms(purpose="finding people", notice_version="1", signed_on=date(2026, 1, 5))


def people(tmp_path: Path, *files: str) -> Path:
    folder = tmp_path / "people"
    folder.mkdir(exist_ok=True)
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def plan(tmp_path: Path, rows: str = "", folder: Path | None = None, terms: ConsentTerms = TERMS) -> ImportPlan:
    roster = None
    if rows:
        roster = tmp_path / "people" / "roster.csv" if folder is None else tmp_path / "roster.csv"
        roster.parent.mkdir(exist_ok=True)
        roster.write_text(rows)
    return plan_import(folder, roster, terms, TODAY)


def found(made: ImportPlan) -> dict[str, list[str]]:
    return {entry.name: [file.name for file in entry.files] for entry in made.entries if entry.fault is None}


def kept_out(made: ImportPlan) -> dict[str, KeptOutBecause]:
    faults = [entry.fault for entry in made.entries if entry.fault is not None]
    return {item.name: item.because for item in (*made.kept_out, *faults)}


def test_each_subfolder_is_a_person(tmp_path: Path) -> None:
    folder = people(tmp_path, "Ada Example/1.jpg", "Ada Example/more/2.MP4", "Ben/voice.wav")

    made = plan(tmp_path, folder=folder)

    assert found(made) == {"Ada Example": ["1.jpg", "2.MP4"], "Ben": ["voice.wav"]}
    assert made.files == 3
    assert made.left_out == {}


def test_what_is_no_sample_is_counted_once(tmp_path: Path) -> None:
    folder = people(
        tmp_path, "Ada/1.jpg", "Ada/._1.jpg", "Ada/Thumbs.db", "Ada/notes.txt", ".DS_Store", "Empty/x.txt",
        "loose.jpg", "readme.txt", ".git/config",
    )  # fmt: skip
    outside = tmp_path / "outside.jpg"
    outside.write_text("somebody else’s")
    (folder / "Ada" / "2.jpg").symlink_to(outside)
    (folder / "Ada" / "round").symlink_to(folder)
    (folder / "Elsewhere").symlink_to(tmp_path)
    (folder / "Ada" / "gone.jpg").symlink_to(folder / "nowhere.jpg")

    made = plan(tmp_path, folder=folder)

    assert found(made) == {"Ada": ["1.jpg"]}
    assert made.left_out == {
        LeftOut.HIDDEN: 4,
        LeftOut.NOT_MEDIA: 4,
        LeftOut.EMPTY_FOLDER: 1,
        LeftOut.LINK: 3,
        LeftOut.LOOSE: 1,
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="Everything may be read by root.")
def test_a_folder_that_may_not_be_read_is_counted(tmp_path: Path) -> None:
    folder = people(tmp_path, "Ada/1.jpg", "Ada/closed/2.jpg")
    (folder / "Ada" / "closed").chmod(0)

    made = plan(tmp_path, folder=folder)

    (folder / "Ada" / "closed").chmod(0o700)
    assert made.left_out == {LeftOut.UNREADABLE: 1}


def test_nobody_is_enrolled_from_files_without_consent(tmp_path: Path) -> None:
    made = plan(tmp_path, folder=people(tmp_path, "Ada/1.jpg"), terms=replace(TERMS, signed_on=None))

    assert kept_out(made) == {"Ada": KeptOutBecause.NO_CONSENT}
    assert made.files == 0


def test_a_roster_without_files_makes_people_without_samples(tmp_path: Path) -> None:
    made = plan(tmp_path, "name,birth\nAda,\nBen,1990-01-01\n", terms=replace(TERMS, signed_on=None))

    assert found(made) == {"Ada": [], "Ben": []}
    assert [entry.row for entry in made.entries] == [2, 3]
    assert all(entry.consent is None for entry in made.entries)


def test_a_roster_names_folders_and_files_or_has_a_folder_of_the_name(tmp_path: Path) -> None:
    folder = people(tmp_path, "A1/1.jpg", "ben example/2.jpg", "films/3.mp4", "Unlisted/4.jpg")

    rows = "name;folder;files\nAda;A1;\nBen Example;;\nCleo;;films\\3.mp4\n"
    made = plan(tmp_path, rows, folder=folder)

    assert found(made) == {"Ada": ["1.jpg"], "Ben Example": ["2.jpg"], "Cleo": ["3.mp4"]}
    assert made.left_out == {LeftOut.NOT_ON_ROSTER: 2}


def test_a_roster_on_its_own_names_files_beside_it(tmp_path: Path) -> None:
    people(tmp_path, "A1/1.jpg")

    assert found(plan(tmp_path, "name,folder\nAda,A1\n")) == {"Ada": ["1.jpg"]}


def test_rows_that_cannot_be_meant_are_kept_out_with_their_reason(tmp_path: Path) -> None:
    folder = people(tmp_path, "Empty/x.txt", "A1/1.jpg", "A2/1.jpg")
    (tmp_path / "secret.jpg").write_text("outside")
    rows = [
        "name,kind,folder,files,external_id",
        "Ada,,A1,,agency:1",
        "Ada again,,A2,,agency:1",
        "Ben,,nowhere,,",
        "Cleo,,../,,",
        "Dan,,,../secret.jpg,",
        f"Eve,,,{tmp_path}/secret.jpg,",
        "Fay,,Empty,,",
        "Gus,minor,,,",
        "Hal,robot,,,",
        ",living,,,",
    ]

    made = plan(tmp_path, "\n".join(rows), folder=folder)

    assert found(made) == {"Ada": ["1.jpg"]}
    assert kept_out(made) == {
        "Hal": KeptOutBecause.BAD_ROW,
        "Ada again": KeptOutBecause.TWICE,
        "Ben": KeptOutBecause.NO_FOLDER,
        "Cleo": KeptOutBecause.NO_FOLDER,
        "Dan": KeptOutBecause.NO_FOLDER,
        "Eve": KeptOutBecause.NO_FOLDER,
        "Fay": KeptOutBecause.NO_FILES,
        "Gus": KeptOutBecause.INVALID,
        "": KeptOutBecause.NO_NAME,
    }
    twice = next(item for item in made.kept_out if item.because is KeptOutBecause.TWICE)
    assert (twice.row, "row 2" in twice.why) == (3, True)


@pytest.mark.skipif(os.name != "posix", reason="Elsewhere every name is text.")
def test_a_folder_whose_name_is_no_text_is_told(tmp_path: Path) -> None:
    folder = people(tmp_path, "Ada/1.jpg")
    strange = os.fsencode(folder) + b"/\xff\xfe"
    os.mkdir(strange)  # noqa: PTH102 - a path of bytes
    Path(os.fsdecode(strange), "1.jpg").write_text("x")

    assert list(kept_out(plan(tmp_path, folder=folder)).values()) == [KeptOutBecause.NO_NAME]


def test_of_very_many_files_of_a_person_some_are_looked_at(tmp_path: Path) -> None:
    folder = people(tmp_path, *(f"Ada/{number:03d}.jpg" for number in range(53)))

    made = plan(tmp_path, folder=folder)

    assert (made.files, made.left_out) == (50, {LeftOut.SURPLUS: 3})


def test_an_entry_is_marked_by_its_row_and_files(tmp_path: Path) -> None:
    folder = people(tmp_path, "Ada/1.jpg", "Ben/1.jpg")
    first = plan(tmp_path, folder=folder)
    (folder / "Ben" / "2.jpg").write_text("more")

    second = plan(tmp_path, folder=folder)

    assert (first.batch, [entry.key for entry in first.entries]) == (
        second.batch,
        [entry.key for entry in second.entries],
    )
    changed = [
        after.name for before, after in zip(first.entries, second.entries, strict=True) if before.mark != after.mark
    ]
    assert changed == ["Ben"]


def test_who_supplied_the_samples_is_told_for_all_or_in_a_row(tmp_path: Path) -> None:
    people(tmp_path, "A1/1.jpg", "B1/1.jpg")
    roster = tmp_path / "people" / "roster.csv"
    roster.write_text("name,folder,source\nAda,A1,her agent\nBen,B1,\n")

    made = plan_import(None, roster, replace(TERMS, recipients=("Studio",)), TODAY, source="casting")

    assert [entry.source for entry in made.entries] == ["her agent", "casting"]
    assert {entry.consent.recipients for entry in made.entries if entry.consent} == {("Studio",)}


def test_nothing_to_import_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsageError, match="needs a folder, a roster, or both"):
        plan_import(None, None, TERMS, TODAY)
    with pytest.raises(WrongUsageError, match="is not a folder"):
        plan_import(tmp_path / "nowhere", None, TERMS, TODAY)
