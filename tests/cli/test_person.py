"""`person`: people found, changed, merged, given more samples, and their consents renewed and withdrawn."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from countenance.people import Person
from registry import Passphrase, create_registry, open_registry
from tests.cli.running import GRANT, PASSPHRASE, Terminal


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry that nobody is in; to be copied, not changed."""
    path = tmp_path_factory.mktemp("empty") / "registry.countenance"
    create_registry(path, Passphrase(PASSPHRASE), owner="Studio", tz="Europe/Berlin", operator="test").close()
    return path


@pytest.fixture
def fresh(nowhere: Terminal, empty: Path) -> Terminal:
    """Return a terminal whose registry is empty, without models."""
    shutil.copy(empty, nowhere.registry)
    return nowhere


@pytest.fixture(scope="module")
def with_two(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry with Ada and Eve; to be copied, not changed."""
    path = tmp_path_factory.mktemp("two") / "registry.countenance"
    shutil.copy(empty, path)
    with open_registry(path, Passphrase(PASSPHRASE), operator="test") as opened:
        for name in ("Ada", "Eve"):
            opened.enrol(Person(id="", display_name=name))
    return path


@pytest.fixture
def two(nowhere: Terminal, with_two: Path) -> Terminal:
    """Return a terminal whose registry knows Ada and Eve."""
    shutil.copy(with_two, nowhere.registry)
    return nowhere


def ids(terminal: Terminal, *words: str) -> list[str]:
    return [one["id"] for one in terminal.run("person", "list", *words, "--json").document()["people"]]


def test_people_are_listed_by_name_pinyin_tag_and_kind(fresh: Terminal) -> None:
    fresh.run("person", "add", "José García", "--tag", "actor, paris", "--notes", "Ask [first].", "--contact", "agent")
    fresh.run("person", "add", "Faye", "--also", "王菲", "--kind", "deceased", "--death", "2020-01-02")
    fresh.run("person", "add", "Robo", "--kind", "own")

    assert ids(fresh) == ["P0001", "P0002", "P0003"]
    assert (ids(fresh, "jose"), ids(fresh, "wf"), ids(fresh, "paris")) == (["P0001"], ["P0002"], ["P0001"])
    assert (ids(fresh, "--tag", "ACTOR"), ids(fresh, "--kind", "own")) == (["P0001"], ["P0003"])
    assert "actor, paris" in " ".join(fresh.run("person", "list").out.split())
    assert fresh.run("person", "list", "--tag", "nothing").out.strip() == "Nobody is found by that."
    assert fresh.run("person", "list", "--kind", "gone").code == 2
    shown = fresh.run("person", "show", "jose garcia").out
    assert all(words in shown for words in ("Tags: actor, paris", "Notes: Ask [first].", "Whom to ask: agent"))
    assert "Died:" in fresh.run("person", "show", "faye").out


def test_a_person_is_edited_field_by_field(fresh: Terminal) -> None:
    fresh.run("person", "add", "Ada", "--also", "Old", "--tag", "a,b", "--contact", "agent")

    changed = fresh.run(
        *("person", "edit", "Ada", "--name", "Ada King", "--also", "New, Name", "--not-also", "Old", "--no-tag", "a"),
        *("--tag", "c", "--contact", "", "--birth", "1990-01-02", "--jurisdiction", "us-ny", "--json"),
    )
    again = fresh.run("person", "edit", "ada king", "--birth", "1990-01-02")

    assert changed.document()["person"] == "P0001"
    assert changed.document()["changed"] == [
        *("display_name", "other_names", "birth", "jurisdiction", "contact", "tags"),
    ]
    assert "was like that already" in again.out
    kept = fresh.run("person", "show", "P0001", "--json").document()["person"]
    assert (kept["display_name"], kept["other_names"], kept["tags"]) == ("Ada King", ["New, Name"], ["b", "c"])
    assert (kept["contact"], kept["birth"], kept["jurisdiction"]) == ("", "1990-01-02", "US-NY")
    assert "Changed Ada King (P0001)." in fresh.run("person", "edit", "P0001", "--birth", "").out


def test_members_of_a_group_are_edited(fresh: Terminal) -> None:
    for name in ("Ada", "Ben", "Eve"):
        fresh.run("person", "add", name)
    fresh.run("person", "add", "Band", "--kind", "group", "--member", "Ada", "--member", "Ben")

    fresh.run("person", "edit", "Band", "--no-member", "Ada", "--member", "Eve")

    assert fresh.run("person", "show", "Band", "--json").document()["person"]["members"] == ["P0002", "P0003"]
    assert "Members: Ben and Eve" in fresh.run("person", "show", "Band").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("edit", "Ada"), "Nothing is said to change"),
        (("edit", "Ada", "--not-also", "Nobody"), "is not recorded of this person"),
        (("edit", "Ada", "--kind", "group"), "cannot become a person"),
        (("edit", "Ada", "--kind", "minor"), "date of birth"),
        (("edit", "Ada", "--birth", "2020-01-01"), "is a minor"),
        (("edit", "Nobody", "--name", "X"), "Nobody in the registry"),
        (("merge", "Ada", "Ada", "--yes"), "is one person already"),
        (("merge", "Ada", "Eve"), "nobody is there to be asked"),
        (("consent", "Ada"), "Say either"),
        (("consent", "Ada", "--withdraw"), "no such biometric consent"),
        (("consent", "Ada", "--signed", "2999-01-01"), "dated in the future"),
        (("samples", "add", "Ada", "x.jpg"), "no biometric consent in force"),
        (("samples", "add", "Ada", "x.jpg", "--under", "C0404"), "has no biometric consent “C0404”"),
        (("samples", "add", "Ada", "x", "--under", "C1", "--biometric-consent", "2026-01-05"), "Choose either"),
        (("samples", "remove", "S0404"), "There is no sample S0404"),
    ],
)
def test_what_cannot_be_meant_is_refused(two: Terminal, words: tuple[str, ...], sentence: str) -> None:
    answer = two.run("person", *words, "--json")

    assert answer.code == 2
    assert sentence in answer.document()["error"]["sentence"]


def test_two_who_are_one_are_merged_and_the_old_id_leads_on(fresh: Terminal) -> None:
    fresh.run("person", "add", "Ada")
    fresh.run("person", "add", "Ada K.", "--tag", "twice")
    fresh.run("consent", "add", "P0002", *GRANT)

    told = fresh.run("person", "merge", "Ada", "Ada K.", "--yes")

    assert "P0002 is Ada (P0001) now" in told.out
    assert ids(fresh) == ["P0001"]
    shown = fresh.run("person", "show", "P0002", "--json").document()
    assert (shown["person"]["id"], shown["person"]["other_names"]) == ("P0001", ["Ada K."])
    assert [grant["person"] for grant in shown["grants"]] == ["P0001"]
    fresh.run("person", "add", "Third")
    document = fresh.run("person", "merge", "Ada", "Third", "--yes", "--json").document()
    assert document == {"person": "P0001", "merged": "P0003"}


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, 1), ("n", 130, 2)])
def test_who_sits_at_a_terminal_is_asked(
    two: Terminal, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: int
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_words, **_options: answer == "y")

    told = two.run("person", "merge", "Ada", "Eve")

    assert told.code == code
    assert "become those of Ada (P0001)" in told.err
    assert len(ids(two)) == left


def test_a_consent_is_renewed_with_its_paper_and_withdrawn(fresh: Terminal, tmp_path: Path) -> None:
    paper = tmp_path / "release.pdf"
    paper.write_bytes(b"%PDF a release")
    fresh.run("person", "add", "Ada", "--biometric-consent", "2026-01-05", "--recipient", "Studio A, Inc.")

    renewed = fresh.run(
        *("person", "consent", "Ada", "--signed", "2026-10-01", "--until", "2028-01-01", "--modality", "face"),
        *("--evidence", paper),
    )
    one = fresh.run("person", "consent", "Ada", "--withdraw", "--consent", "c0002", "--on", "2099-01-01")
    rest = fresh.run("person", "consent", "Ada", "--withdraw", "--yes", "--json")

    assert "Biometric consent C0002 of Ada recorded, until" in renewed.out
    assert "Biometric consent C0002 of Ada withdrawn" in one.out
    assert rest.document()["withdrawn"] == ["C0001"]
    assert rest.document()["removed"]["consents"] == ["C0001"]
    kept = fresh.run("person", "show", "Ada", "--json").document()
    assert [item["recipients"] for item in kept["biometric_consents"]] == [["Studio A, Inc."], []]
    shown = fresh.run("person", "show", "Ada").out
    assert shown.count("withdrawn, in effect on") == 2
    with open_registry(fresh.registry, Passphrase(PASSPHRASE), operator="test") as opened:
        assert [(one.subject, one.file_name) for one in opened.documents.of("P0001")] == [("C0002", "release.pdf")]


@pytest.mark.usefixtures("one_child")
def test_more_samples_are_added_and_some_removed(enrolled: Terminal, photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "again.png"
    other.write_bytes(photo.read_bytes() + b"\n")

    same = enrolled.run("person", "samples", "add", "Eileen Example", photo, "--json")
    added = enrolled.run(
        "person", "samples", "add", "Eileen Example", other, "--source", "agency", "--captured", "2026-02-03"
    )

    assert same.code == 3
    assert [item["refusal"] for item in same.document()["refused"]] == ["enrolled_already"]
    assert added.code == 0
    assert "Added to Eileen Example (P0001):" in added.out
    assert "Careful" not in added.err
    kept = enrolled.run("person", "show", "P0001", "--json").document()["samples"]
    newest = kept[-1]
    assert (newest["source"], newest["captured_on"]) == ("agency", "2026-02-03")
    assert kept[0]["source"] == photo.name
    removed = enrolled.run("person", "samples", "remove", newest["id"].lower(), "--json")
    assert removed.document() == {"removed": [newest["id"]]}
    assert "1 sample was removed." in enrolled.run("person", "samples", "remove", kept[0]["id"]).out


@pytest.mark.usefixtures("one_child")
def test_who_withdrew_is_not_examined_any_more_and_a_check_says_so(enrolled: Terminal, clip: Path) -> None:
    withdrawn = enrolled.run("person", "consent", "Eileen Example", "--withdraw", "--yes")

    listed, shown = enrolled.run("person", "list"), enrolled.run("person", "show", "P0001")
    checked = enrolled.run("check", clip)

    assert "What was kept of" in withdrawn.out
    assert "may not be examined" in " ".join(listed.out.split())
    assert "May not be examined" in shown.out
    assert ": removed; from" in shown.out
    assert "1 person of the registry may not be examined" in checked.err
    assert not enrolled.run("person", "list", "--json").document()["people"][0]["may_be_examined"]


def test_the_operator_is_named_by_option_environment_or_account(
    fresh: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTENANCE_OPERATOR", "Eve  Example")
    fresh.run("person", "add", "One")
    fresh.run("person", "add", "Two", "--operator", "Ben")
    monkeypatch.delenv("COUNTENANCE_OPERATOR")
    fresh.run("person", "add", "Three")

    blank = fresh.run("person", "add", "Four", "--operator", " ", "--json")

    assert blank.code == 2
    assert "is no name of an operator" in blank.document()["error"]["sentence"]
    with open_registry(fresh.registry, Passphrase(PASSPHRASE), operator="test") as opened:
        operators = [entry.operator for entry in opened.journal_entries()]
    assert operators[1:3] == ["Eve Example", "Ben"]
    assert operators[3] not in ("Eve Example", "Ben", "")
