"""From what somebody typed to what is meant."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import pytest
import typer

from cli.gathering import changed_fields, gathered
from cli.main import global_options_first, wanted_language
from cli.output import aligned, printable
from cli.stated_use import UseOptions
from cli.typed import channels, day, language_range, moment, split, territories, word, words
from countenance.errors import WrongUsageError
from countenance.grants import Method, Purpose
from countenance.use import ApprovalDecision

BERLIN = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=BERLIN)


def test_a_word_is_taken_whatever_its_case() -> None:
    assert word(Purpose, " Advertising ", "--purpose") is Purpose.ADVERTISING


def test_a_word_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(WrongUsageError) as refused:
        word(Purpose, "fun", "--purpose")

    assert refused.value.sentence == "“fun” is not a value of --purpose."
    assert "advertising" in refused.value.remedy


def test_lists_are_repeated_or_parted_by_commas() -> None:
    assert split(["tiktok, youtube", "tv", " ", ","]) == ("tiktok", "youtube", "tv")
    assert words(Method, ["edited,ai_generated"], "--method") == (Method.EDITED, Method.AI_GENERATED)
    assert split(None) == ()


def test_channels_are_channels_or_groups_of_them() -> None:
    assert channels(["TikTok", "broadcast", "any"]) == ("tiktok", "broadcast", "any")
    with pytest.raises(WrongUsageError, match="There is no channel “myspace”"):
        channels(["myspace"])


def test_territories_are_spelt_as_the_standard_spells_them() -> None:
    assert territories(["uk", "us-ny,world"], exclusions=False) == ("GB", "US-NY", "WORLD")
    assert territories(["EU", "-de"], exclusions=True) == ("EU", "-DE")


@pytest.mark.parametrize(("value", "exclusions"), [("Germany", True), ("-DE", False), ("D", True), ("--DE", True)])
def test_what_is_no_territory_is_refused(value: str, exclusions: bool) -> None:
    with pytest.raises(WrongUsageError, match="is not a territory"):
        territories([value], exclusions=exclusions)


@pytest.mark.parametrize("value", ["en", "en-GB", "zh-Hans-CN", "any"])
def test_language_tags_are_taken(value: str) -> None:
    assert language_range(value, "--language") == value


@pytest.mark.parametrize("value", ["english", "e", "en_GB", "中文"])
def test_what_is_no_language_tag_is_refused(value: str) -> None:
    with pytest.raises(WrongUsageError, match="is not a language for --language"):
        language_range(value, "--language")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (None, NOW),
        ("2026-06-15", datetime(2026, 6, 15, 12, tzinfo=BERLIN)),
        ("20260615", datetime(2026, 6, 15, 12, tzinfo=BERLIN)),
        ("2026-06-15T00:00", datetime(2026, 6, 15, tzinfo=BERLIN)),
        ("2026-06-15T10:00Z", datetime(2026, 6, 15, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_has_a_zone_and_a_bare_date_means_its_noon(text: str | None, meant: datetime) -> None:
    assert moment(text, NOW, "--publish-at") == meant


@pytest.mark.parametrize("text", ["tomorrow", "", "2026-13-01", "15.06.2026"])
def test_what_is_no_moment_or_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongUsageError) as refused:
        moment(text, NOW, "--publish-at")
    assert "2026-06-15" in refused.value.remedy
    with pytest.raises(WrongUsageError) as refused:
        day(text, "--end")
    assert "--end" in refused.value.sentence


def test_a_day_may_be_left_out() -> None:
    assert day(None, "--end") is None
    assert day("2026-06-15", "--end") == date(2026, 6, 15)


def test_a_use_of_which_nothing_is_said_states_nothing() -> None:
    use = UseOptions().stated_use(NOW)

    assert use.publish_at == NOW
    assert (use.purpose, use.channels, use.territories, use.exception) == (None, (), (), None)


def test_approvals_name_the_grants_under_which_a_clip_was_approved() -> None:
    use = UseOptions(approved=["G0001", "G0002,G0003"]).stated_use(NOW)

    assert use.approvals == dict.fromkeys(("G0001", "G0002", "G0003"), ApprovalDecision.APPROVED)


def test_global_options_may_follow_the_command() -> None:
    words = ["check", "a.mp4", "--json", "--purpose", "news", "--registry", "r", "--lang=en", "--", "--json"]

    assert global_options_first(words) == [
        *("--json", "--registry", "r", "--lang=en"),
        *("check", "a.mp4", "--purpose", "news", "--", "--json"),
    ]


def test_a_global_option_without_its_value_is_left_to_be_refused() -> None:
    assert global_options_first(["doctor", "--pack"]) == ["--pack", "doctor"]


@pytest.mark.parametrize(
    ("words", "locale", "language"),
    [
        (["--lang", "zh-CN", "doctor"], "C", "zh-CN"),
        (["doctor", "--lang=zh-CN"], "C", "zh-CN"),
        (["doctor"], "zh_CN.UTF-8", "zh-CN"),
        (["doctor"], "de_DE.UTF-8", "en"),
        (["--lang", "xx"], "zh_CN.UTF-8", "en"),
        (["--lang"], "C", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_systems(words: list[str], locale: str, language: str) -> None:
    assert wanted_language(words, locale) == language


def test_text_for_a_terminal_moves_no_cursor_and_is_no_markup() -> None:
    name = os.fsdecode(b"a\x1b[31m\xff[bold]b[/]\t\xe4\xb8\xad\x07\xe2\x80\xae")

    assert printable(name).plain == "a�[31m�[bold]b[/]\t中��"
    assert printable(name).spans == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Options of a story."""

    colour: Annotated[str, typer.Option("--colour")] = "red"
    sizes: Annotated[list[int] | None, typer.Option("--size")] = None


def test_options_are_gathered_into_their_record() -> None:
    seen: list[object] = []

    def order(place: Annotated[Path, typer.Argument()], wishes: Wishes, count: int = 1) -> int:
        seen.extend((place, wishes, count))
        return 0

    app = typer.Typer()
    app.command()(gathered(order))
    app(["here", "--colour", "blue", "--size", "1", "--size", "2", "--count", "3"], standalone_mode=False)

    assert seen == [Path("here"), Wishes(colour="blue", sizes=[1, 2]), 3]


def test_what_was_typed_differs_from_the_defaults() -> None:
    assert changed_fields(Wishes()) == []
    assert changed_fields(Wishes(sizes=[1])) == ["sizes"]


def test_a_table_of_thousands_of_rows_has_one_line_for_each() -> None:
    rows = [("P0001", "王伟", "a\nb\x1b[31m"), ("P0002", "Ada Example", "")]

    lines = aligned(("Id", "Name", "Notes"), rows).split("\n")

    assert lines == ["Id    Name        Notes", "P0001 王伟        a b�[31m", "P0002 Ada Example"]
