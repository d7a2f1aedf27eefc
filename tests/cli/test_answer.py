"""`consent answer`: what is said about somebody in a clip reaches the next check of it, until it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import EDUCATION, Terminal

pytestmark = pytest.mark.usefixtures("one_child")


@pytest.fixture
def own(terminal: Terminal) -> Terminal:
    """Return a terminal with a registry in which nobody is enrolled."""
    terminal.run("registry", "init", "--owner", "us", "--tz", "UTC")
    return terminal


def test_somebody_unknown_is_answered_for_and_the_answer_taken_back(own: Terminal, photo: Path) -> None:
    before = own.run("check", photo, *EDUCATION)

    listed = own.run("consent", "answer", photo)
    given = own.run("consent", "answer", photo, "--finding", "1", "--release", "folder 3", "--by", "Kim")
    after = own.run("check", photo, *EDUCATION)
    said = own.run("consent", "answer", photo, "--list")
    back = own.run("consent", "answer", photo, "--take-back", "n0001")
    again = own.run("check", photo, *EDUCATION)

    assert (before.code, given.code, after.code, back.code, again.code) == (10, 0, 0, 0, 10)
    assert "1  Face: Not in the registry" in listed.out
    assert "N0001: recorded for this clip." in given.out
    assert "this person has given a release (folder 3)" in after.out
    assert "N0001  has a release, by Kim on" in said.out
    assert "N0001 is taken back." in back.out


def test_somebody_recognised_is_ruled_out_and_named_again(enrolled: Terminal, photo: Path) -> None:
    refused = enrolled.run("consent", "answer", photo, "--finding", "1", "--invented")
    ruled_out = enrolled.run("consent", "answer", photo, "--finding", "1", "--not", "--json")
    without = enrolled.run("check", photo, *EDUCATION)
    twice = enrolled.run("consent", "answer", photo, "--finding", "1", "--not")
    named = enrolled.run("consent", "answer", photo, "--finding", "1", "--is", "Eileen Example")
    with_her = enrolled.run("check", photo, *EDUCATION, "--json")

    assert (refused.code, twice.code) == (2, 2)
    assert "Eileen Example is recognised there" in refused.err
    assert "nobody to rule out" in twice.err
    assert (ruled_out.document()["kind"], ruled_out.document()["person"]) == ("not_this", "P0001")
    assert (without.code, named.code, with_her.code) == (10, 0, 0)
    assert "Said not to be Eileen Example" in without.out
    (finding,) = with_her.document()["clips"][0]["findings"]
    assert (finding["person"], finding["answer"]["kind"]) == ("P0001", "this_is")


def test_what_is_listed_and_taken_back_can_be_read_by_a_program(enrolled: Terminal, photo: Path) -> None:
    enrolled.run("consent", "answer", photo, "--finding", "1", "--is", "P0001")

    document = enrolled.run("consent", "answer", photo, "--list", "--json").document()
    taken = enrolled.run("consent", "answer", photo, "--take-back", "N0001", "--json").document()

    assert [(one["finding"], one["person"], one["answer"]) for one in document["people"]] == [(1, "P0001", "N0001")]
    assert [one["id"] for one in document["answers"]] == [taken["id"]] == ["N0001"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--finding", "1"), "One answer is given at a time"),
        (("--passer-by",), "One answer is given at a time"),
        (("--finding", "1", "--passer-by", "--invented"), "One answer is given at a time"),
        (("--take-back", "N0007"), "no answer “N0007” about this clip"),
        (("--finding", "9", "--passer-by"), "no finding 9"),
    ],
)
def test_what_cannot_be_meant_is_refused(enrolled: Terminal, photo: Path, words: tuple[str, ...], said: str) -> None:
    answer = enrolled.run("consent", "answer", photo, *words)

    assert answer.code == 2
    assert said in answer.err
