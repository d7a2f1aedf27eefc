"""Rosters: whatever a spreadsheet program makes of a list, the people in it are read or the fault is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from countenance.people import Modality, PersonKind, Signer
from scan.importing.rosters import COLUMNS, ConsentTerms, Roster, read_roster

TERMS = ConsentTerms(purpose="finding people", notice_version="1")
TODAY = date(2026, 11, 21)


def read(tmp_path: Path, content: str | bytes) -> Roster:
    path = tmp_path / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path, TERMS)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_cells_may_be_parted_by_commas_semicolons_or_tabs(tmp_path: Path, mark: str, bom: str) -> None:
    roster = read(tmp_path, f"{bom}Name{mark}Birth\r\nAda Example{mark}1990-05-06\r\n")

    (row,) = roster.rows
    assert (row.number, row.person.display_name, row.person.birth) == (2, "Ada Example", date(1990, 5, 6))
    assert (roster.bad, roster.unknown_columns) == ((), ())


def test_every_column_is_read(tmp_path: Path) -> None:
    cells = {
        "name": " 王  小明 ",
        "also": "Wang Xiaoming; Wang, X. | 小王；明明",
        "kind": "Minor",
        "birth": "2012-01-02",
        "death": "",
        "guardian": "Li Hua, passport",
        "rights_holder": "Heir",
        "agent": "Agent Ltd",
        "jurisdiction": "us-ny",
        "external_id": "agency:7; isni:0001",
        "contact": "agent@example.org",
        "tags": "star, singer; star",
        "notes": "“quiet”, always",
        "folder": "wang",
        "files": "a.jpg; b.jpg",
        "biometric_consent": "2026-02-03",
        "signer": "guardian",
        "consent_method": "e-signature",
        "retain_until": "2027-02-03",
        "modality": "face, voice",
        "source": "casting of 2026",
    }
    assert tuple(cells) == COLUMNS
    line = ",".join(f'"{value}"' for value in cells.values())

    (row,) = read(tmp_path, ",".join(cells) + "\n" + line + "\n").rows

    person = row.person
    assert (person.display_name, person.kind, person.birth, person.death) == (
        "王 小明",
        PersonKind.MINOR,
        date(2012, 1, 2),
        None,
    )
    assert person.other_names == ("Wang Xiaoming", "Wang, X.", "小王", "明明")
    assert (person.guardian, person.rights_holder, person.agent_authority) == ("Li Hua, passport", "Heir", "Agent Ltd")
    assert (person.jurisdiction, person.external_ids) == ("US-NY", ("agency:7", "isni:0001"))
    assert (person.contact, person.tags, person.notes) == ("agent@example.org", ("star", "singer"), "“quiet”, always")
    assert (row.folder, row.files, row.source) == ("wang", ("a.jpg", "b.jpg"), "casting of 2026")
    consent = row.terms.consent(person.kind, TODAY)
    assert consent is not None
    assert (consent.signed_on, consent.retain_until) == (date(2026, 2, 3), date(2027, 2, 3))
    assert (consent.signer, consent.method, consent.modality) == (Signer.GUARDIAN, "e-signature", tuple(Modality))


def test_a_row_without_a_consent_of_its_own_has_that_of_all(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "name\nAda\n").rows

    assert row.terms == TERMS
    assert row.terms.consent(PersonKind.LIVING, TODAY) is None
    own = row.terms.consent(PersonKind.OWN, TODAY)
    assert own is not None
    assert own.signed_on == TODAY


def test_bad_rows_are_told_by_number_and_the_others_count(tmp_path: Path) -> None:
    roster = read(
        tmp_path,
        "name,kind,birth,jurisdiction,modality\n"
        "Ada,,,,\n"
        "Ben,robot,,,\n"
        "Cleo,,6 May 1990,,\n"
        ",,,,\n"
        "Dan,,,Nowhere,\n"
        "Eve,,,,smell\n"
        "Fay,,,,,a stray cell\n"
        f"{'Gus' * 5000},,,,\n",
    )

    assert [row.person.display_name for row in roster.rows] == ["Ada"]
    assert [(bad.number, bad.name[:4]) for bad in roster.bad] == [
        (3, "Ben"),
        (4, "Cleo"),
        (6, "Dan"),
        (7, "Eve"),
        (8, "Fay"),
        (9, "GusG"),
    ]
    assert "“robot” is not a value of “kind”. Choose one of: living" in roster.bad[0].why
    assert "2026-06-15" in roster.bad[1].why
    assert "“smell” is not a value of “modality”" in roster.bad[3].why
    assert "more cells than there are titles" in roster.bad[4].why


def test_columns_that_mean_nothing_are_told(tmp_path: Path) -> None:
    roster = read(tmp_path, "Name,Shoe size,External-ID,,\nAda,38,agency:1,,\n")

    assert roster.unknown_columns == ("Shoe size",)
    assert roster.rows[0].person.external_ids == ("agency:1",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("first,last\nAda,Example\n", "has no column “name”"),
        ("", "has no column “name”"),
        ("name,Name\nAda,Ada\n", "has the column “name” twice"),
        ('name,notes\n"Ada,x\nBen,y\n', "quotation marks do not close"),
        ("name,notes\nAda," + "x" * 200_000, "holds more than 131072 characters"),
        ("name\nJörg\n".encode("latin-1"), "is not in UTF-8"),
        ("name\nAda\n".encode("utf-16"), "is not in UTF-8"),
        (b"PK\x03\x04 a spreadsheet", "is a spreadsheet"),
        (b"name\nA\0da\n", "is no CSV file"),
    ],
)
def test_what_is_no_roster_is_said_to_be_none(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(WrongUsageError, match=said):
        read(tmp_path, content)


def test_a_roster_that_is_not_there_or_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongUsageError, match="cannot be read"):
        read_roster(tmp_path / "none.csv", TERMS)

    monkeypatch.setattr("scan.importing.rosters.LARGEST_ROSTER_BYTES", 10)
    with pytest.raises(WrongUsageError, match="too large"):
        read(tmp_path, "name\nAda Example\n")
