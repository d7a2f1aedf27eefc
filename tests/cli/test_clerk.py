"""A day at an agency's desk: what a clerk gets wrong, and how the program says so before harm is done."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from registry import Passphrase, create_registry
from tests.cli.running import COMMAND, EDUCATION, GRANT, PASSPHRASE, Terminal


@pytest.fixture
def desk(nowhere: Terminal) -> Terminal:
    """Return a terminal whose registry knows Ada, with a paper behind her biometric consent, and one grant."""
    create_registry(nowhere.registry, Passphrase(PASSPHRASE), owner="us", tz="UTC", operator="test").close()
    paper = nowhere.registry.parent / "release.txt"
    paper.write_text("Ada agrees.")
    signed = ("--biometric-consent", "2026-01-05", "--retain-until", "2099-01-01")
    nowhere.run("person", "add", "Ada", *signed, "--evidence", paper)
    nowhere.run("consent", "add", "Ada", *GRANT)
    return nowhere


def test_a_person_is_shown_with_consents_and_papers_by_their_ids(desk: Terminal, tmp_path: Path) -> None:
    shown = desk.run("person", "show", "p0001")
    document = desk.run("person", "show", "Ada", "--json").document()
    saved = desk.run("person", "show", "Ada", "--save-document", "d0001", "--to", tmp_path / "copy.txt")

    assert "Biometric consent C0001 of January 5, 2026" in shown.out
    assert "Document D0001: release.txt, release" in shown.out
    assert [one["subject"] for one in document["documents"]] == ["C0001"]
    assert saved.code == 0
    assert (tmp_path / "copy.txt").read_text() == "Ada agrees."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--save-document", "D0001"), "go together"),
        (("--save-document", "D0404", "--to", "copy.txt"), "countenance person show P0001"),
    ],
)
def test_a_paper_that_cannot_be_meant_is_not_saved(desk: Terminal, words: tuple[str, ...], sentence: str) -> None:
    answer = desk.run("person", "show", "Ada", *words)

    assert answer.code == 2
    assert sentence in answer.err


def test_templates_do_not_go_without_a_question(desk: Terminal) -> None:
    asked = desk.run("person", "consent", "Ada", "--withdraw")
    meant = desk.run("person", "consent", "Ada", "--withdraw", "--yes")

    assert (asked.code, meant.code) == (2, 0)
    assert "--yes" in asked.err
    assert "no biometric consent is in force" in desk.run("person", "show", "Ada").out


def test_a_question_about_a_withdrawal_names_whom_it_is_about(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.session.Session.somebody_there", True)
    answers = iter([False, True])
    monkeypatch.setattr("cli.person_consent.typer.confirm", lambda *_words, **_options: next(answers))

    kept = desk.run("person", "consent", "Ada", "--withdraw")
    withdrawn = desk.run("person", "consent", "Ada", "--withdraw")

    assert kept.code == 130
    assert "Ada (P0001) allowed with C0001" in kept.err
    assert withdrawn.code == 0


def test_a_withdrawal_recorded_by_mistake_is_taken_back(desk: Terminal) -> None:
    revoked = desk.run("consent", "revoke", "g0001", "--notice", "2026-05-01", "--days", "30")
    again = desk.run("consent", "revoke", "G0001", "--notice", "2026-05-02")
    back = desk.run("consent", "revoke", "G0001", "--take-back")
    document = desk.run("consent", "list", "--json").document()

    assert "withdrawn from May 31, 2026 on" in revoked.out
    assert "revoke G0001 --take-back" in revoked.err
    assert "It was withdrawn before, from May 31, 2026 on" in again.err
    assert "is taken back" in back.out
    assert document["grants"][0]["revoked"] is None
    assert desk.run("consent", "revoke", "G0001", "--take-back").code == 2
    assert len(desk.run("consent", "show", "G0001", "--json").document()["revisions"]) == 4


def test_what_is_taken_back_is_told_as_json(desk: Terminal) -> None:
    desk.run("consent", "revoke", "G0001")

    assert desk.run("consent", "revoke", "G0001", "--take-back", "--json").document() == {
        "id": "G0001",
        "revision": 3,
        "effective": None,
    }


@pytest.mark.parametrize("words", [("revoke", "x0001"), ("confirm", "X0001")])
def test_a_prohibition_is_not_taken_for_a_grant(desk: Terminal, words: tuple[str, ...]) -> None:
    answer = desk.run("consent", *words)

    assert answer.code == 2
    assert "X0001 is a prohibition" in answer.err
    assert "consent edit X0001 --end DATE" in answer.err


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("--suspended", "2026-01-05"), "suspended"),
        (("--start", "2026-01-05", "--end", "2026-01-06"), "ended"),
        (("--start", "2099-01-01"), "starts later"),
        (("--suspended", "2026-01-05:2026-01-06"), "signed"),
    ],
)
def test_a_list_of_grants_tells_how_each_stands_today(desk: Terminal, words: tuple[str, ...], state: str) -> None:
    desk.run("consent", "edit", "g0001", *words)

    assert state in desk.run("consent", "list").out


@pytest.mark.parametrize("words", [("--affected", "--expiring", "30d"), ("--expiring", "30d", "--person", "Ada")])
def test_an_audit_is_asked_one_thing_at_a_time(desk: Terminal, words: tuple[str, ...]) -> None:
    answer = desk.run("registry", "audit", *words)

    assert answer.code == 2
    assert "Ask one after the other." in answer.err


def test_an_audit_says_that_nothing_is_chosen(desk: Terminal) -> None:
    answer = desk.run("registry", "audit", "--since", "2099-01-01")

    assert answer.code == 0
    assert "No entry of the journal is like that." in answer.out


def test_help_is_not_taken_for_what_was_meant(desk: Terminal) -> None:
    answer = desk.run("person", "show", "Ada", "--theme", "adult")

    assert answer.code == 2
    assert "Did you mean" not in answer.err


@pytest.mark.skipif(os.name == "nt", reason="Closing standard output like this is a shell's way on other systems.")
def test_a_program_without_standard_output_works_on(desk: Terminal) -> None:
    command = [*COMMAND, "--registry", str(desk.registry), "consent", "list", "--json"]
    answer = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True, timeout=120, check=False
    )

    assert answer.returncode == 0
    assert answer.stderr == ""


@pytest.mark.usefixtures("one_child")
def test_a_check_that_waits_for_an_answer_names_the_command_for_it(enrolled: Terminal, clip: Path) -> None:
    enrolled.run("consent", "edit", "G0001", "--approval")

    waiting = enrolled.run("check", clip, *EDUCATION)
    enrolled.run("consent", "approve", "g0001", clip, "--reason", "as agreed")
    answered = enrolled.run("check", clip, *EDUCATION)

    assert waiting.code == 10
    assert "countenance consent approve G0001 CLIP --reason TEXT" in waiting.err
    assert "consent approve" not in answered.err


@pytest.mark.usefixtures("one_child")
def test_an_answer_that_no_grant_waits_for_is_said_to_be_one(enrolled: Terminal, clip: Path) -> None:
    answer = enrolled.run("consent", "approve", "G0001", clip, "--reason", "to be safe")

    assert answer.code == 0
    assert "Grant G0001 asks for no approval" in answer.err


@pytest.mark.usefixtures("one_child")
def test_a_double_enrolment_is_told_with_the_way_out(enrolled: Terminal, photo: Path) -> None:
    added = enrolled.run("person", "add", "Eileen Example", photo, "--biometric-consent", "2026-01-05")

    assert "looks like Eileen Example (P0001)" in added.err
    assert "countenance person merge P0001 P0002" in added.err
    assert "is also the name of P0001" in added.err


def test_namesakes_and_people_without_samples_are_told_as_json_too(desk: Terminal) -> None:
    added = desk.run("person", "add", "Ada", "--biometric-consent", "2026-01-05", "--json")

    assert added.document()["namesakes"] == ["P0001"]
    assert added.document()["looks_like"] == []
    assert "person samples add P0002 FILE" in added.err


def test_a_publication_of_a_later_day_is_not_out_yet(desk: Terminal, clip: Path) -> None:
    desk.run("publication", "add", clip, "--place", "tiktok", "--at", "2099-01-01")

    assert "not out yet" in desk.run("publication", "list").out
    assert desk.run("publication", "down", "u0001", "--at", "2099-01-02").code == 0


def test_a_grant_signed_by_who_could_not_is_recorded_with_a_warning(desk: Terminal) -> None:
    desk.run("person", "edit", "Ada", "--kind", "deceased", "--death", "2020-01-01")

    by_herself = desk.run("consent", "add", "Ada", *GRANT)
    by_nobody = desk.run("consent", "add", "Ada", *GRANT, "--signer", "estate", "--json")
    desk.run("person", "edit", "Ada", "--rights-holder", "Eve Example, certificate of inheritance")
    by_estate = desk.run("consent", "add", "Ada", *GRANT, "--signer", "estate")

    assert "It does not count like this: “the person”" in by_herself.err
    assert "no authority is on file" in by_nobody.document()["warnings"][0]
    assert "It does not count" not in by_estate.err


def test_somebody_who_never_agreed_may_not_be_examined(desk: Terminal) -> None:
    desk.run("person", "add", "Ben")

    ada, ben = desk.run("person", "list", "--json").document()["people"]

    assert (ada["may_be_examined"], ben["may_be_examined"]) == (True, False)
    assert desk.run("person", "show", "Ben", "--json").document()["may_be_examined"] is False
