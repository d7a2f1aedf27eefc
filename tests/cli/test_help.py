"""What the command line says of itself, and what it says to what cannot be meant."""

from __future__ import annotations

import pytest

from cli.commands import make_app
from countenance.translations import in_language
from tests.cli.running import Terminal, finish, start
from tests.house.commands_page import command_names


@pytest.mark.parametrize("name", command_names())
def test_each_command_has_help(nowhere: Terminal, name: str) -> None:
    answer = nowhere.plain(*name.split(), "--help")

    assert answer.code == 0
    assert f"Usage: countenance {name}" in answer.out
    assert answer.err == ""


def test_the_commands_of_this_version_are_there() -> None:
    assert command_names() == sorted(
        [
            *("check", "demo", "doctor", "gui"),
            *("consent add", "consent edit", "consent confirm", "consent revoke", "consent list", "consent show"),
            *(
                "consent answer",
                "consent approve",
                "consent except",
                "consent export",
                "consent import",
                "consent test",
            ),
            *("evaluate clips", "evaluate clones", "evaluate diarisation", "evaluate faces", "evaluate voices"),
            *("models calibrate", "models install", "models licence", "models list", "models remove"),
            *("models selftest", "models use", "models verify"),
            *("person add", "person list", "person show", "person edit", "person merge", "person import"),
            *("person consent", "person erase", "person disclose", "person samples add", "person samples remove"),
            *("publication add", "publication list", "publication down"),
            *("registry init", "registry info", "registry list", "registry audit", "registry health"),
            *("registry backup", "registry restore", "registry rekey", "registry remember", "registry forget"),
            *("report show", "report export", "report verify", "report list", "report certificate"),
        ]
    )


@pytest.mark.parametrize("name", command_names())
def test_each_command_answers_what_it_does_not_know_with_one_document(nowhere: Terminal, name: str) -> None:
    answer = nowhere.run(*name.split(), "--no-such-option", "--json")

    assert answer.code == 2
    assert answer.document()["error"]["exit_code"] == 2
    assert "--no-such-option" in answer.err


@pytest.mark.parametrize("group", ["", "consent", "person", "person samples", "publication", "registry", "report"])
def test_lists_of_commands_say_each_sentence_to_its_end(nowhere: Terminal, group: str) -> None:
    listed = nowhere.plain(*group.split(), "--help").out.partition("Commands:")[2]

    assert listed
    assert "..." not in listed


def test_help_speaks_the_language_asked_for() -> None:
    english, chinese = (finish(start("--lang", name, "check", "--help")) for name in ("en", "zh-CN"))

    assert (english.code, chinese.code) == (0, 0)
    assert "Clips, pictures, or folders of them." in english.out
    assert "Clips, pictures, or folders of them." not in chinese.out


def test_help_is_in_the_language_in_force_when_it_is_put_together() -> None:
    with in_language("zh-CN"):
        make_app()

    with in_language("en"):
        assert make_app().info.help == (
            "Checks clips before they are published: whose face is in them, and what consent says."
        )


def test_without_a_command_the_help_is_shown_as_wrong_usage(nowhere: Terminal) -> None:
    answer = nowhere.plain()

    assert answer.code == 2
    assert "Commands:" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("chekc",),
        ("check",),
        ("check", "--bogus", "a.mp4"),
        ("--lang", "xx", "doctor"),
        ("--quiet", "--verbose", "doctor"),
        ("--pack", "nosuch", "check", "a.mp4", "--purpose", "fun"),
        ("check", "a.mp4", "--only", "face,hands"),
        ("check", "a.mp4", "--only", "hands"),
        ("check", "a.mp4", "--unknown", "perhaps"),
        ("check", "a.mp4", "--review-rate", "0.001"),
        ("check", "a.mp4", "--block-rate", "x"),
        ("check", "a.mp4", "--territory", "Germany"),
        ("check", "a.mp4", "--channel", "myspace"),
        ("check", "a.mp4", "--publish-at", "soon"),
        ("evaluate", "clips", "none.csv", "--review-rate", "2"),
        ("consent", "test", "--cases", "none.csv"),
        ("consent", "add", "Ada", "--source", "court"),
        ("consent", "add", "Ada", "--prohibit", "--signed", "2026-01-05"),
        ("person",),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(terminal: Terminal, words: tuple[str, ...]) -> None:
    answer = terminal.plain(*words, "--json")

    assert answer.code == 2
    assert answer.document()["error"]["exit_code"] == 2
    assert answer.document()["error"]["sentence"] in answer.err
    assert "Traceback" not in answer.err
