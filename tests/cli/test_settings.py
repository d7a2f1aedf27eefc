"""The terminal works by what was settled in the window, unless something else is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.check import CheckOptions
from countenance.errors import WrongUsageError
from countenance.settings import Settings, write_settings
from countenance.verdict import UnknownPolicy
from scan.operating import BLOCK_FPIR, REVIEW_FPIR
from tests.cli.running import Terminal


def settle(home: Path, settings: Settings) -> None:
    write_settings(home / "settings.toml", settings)


def test_the_settled_language_is_spoken_and_a_typed_one_wins(nowhere: Terminal, own_home: Path) -> None:
    settle(own_home, Settings(language="zh-CN"))

    settled, typed = nowhere.plain("models", "list"), nowhere.plain("--lang", "en", "models", "list")

    assert "模型" in settled.out
    assert "Model" in typed.out


def test_the_settled_registry_is_used_and_a_typed_one_wins(nowhere: Terminal, own_home: Path, tmp_path: Path) -> None:
    settle(own_home, Settings(registry=str(tmp_path / "settled.countenance")))

    settled = nowhere.plain("registry", "info", "--json").document()
    typed = nowhere.plain("--registry", tmp_path / "typed.countenance", "registry", "info", "--json").document()

    assert "settled.countenance" in settled["error"]["sentence"]
    assert "typed.countenance" in typed["error"]["sentence"]


def test_the_settled_pack_and_threads_are_used(nowhere: Terminal, own_home: Path) -> None:
    settle(own_home, Settings(pack="no-such-pack", threads=3))

    answer = nowhere.plain("doctor", "--json")

    assert answer.document()["threads"] == 3
    assert "no-such-pack" in answer.document()["error"]["sentence"]


def test_rates_and_unknown_people_are_as_settled_unless_typed() -> None:
    settled = Settings(review_rate=0.1, block_rate=0.02, unknown=UnknownPolicy.NOTE)

    as_settled, typed = CheckOptions(), CheckOptions(review_rate=0.3, block_rate=0.001, unknown="review")

    assert (as_settled.promise(settled).review_fpir, as_settled.promise(settled).block_fpir) == (0.1, 0.02)
    assert as_settled.policy(settled) is UnknownPolicy.NOTE
    assert (typed.promise(settled).review_fpir, typed.promise(settled).block_fpir) == (0.3, 0.001)
    assert typed.policy(settled) is UnknownPolicy.REVIEW


def test_a_typed_rate_must_agree_with_the_settled_one_and_settled_ones_are_made_to() -> None:
    by_hand = CheckOptions().promise(Settings(review_rate=0.001))

    assert (by_hand.review_fpir, by_hand.block_fpir) == (0.001, 0.001)
    for options in (CheckOptions(review_rate=0.001), CheckOptions(review_rate=0.001, block_rate=0.01)):
        with pytest.raises(WrongUsageError):
            options.promise(Settings())


def test_the_defaults_are_the_promise_that_documents_speak_of() -> None:
    promise = CheckOptions().promise(Settings())

    assert (promise.review_fpir, promise.block_fpir) == (REVIEW_FPIR, BLOCK_FPIR)


def test_broken_settings_are_one_sentence_and_nothing_is_checked_by_other_rates(
    nowhere: Terminal, own_home: Path
) -> None:
    (own_home / "settings.toml").write_text("review_rate = 'low'", "utf-8")

    answer = nowhere.plain("check", "clip.mp4", "--json")

    assert answer.code == 2
    assert "settings.toml” cannot be read." in answer.document()["error"]["sentence"]
    assert "Traceback" not in answer.err


def test_the_doctor_says_that_settings_are_broken_and_goes_on(nowhere: Terminal, own_home: Path) -> None:
    (own_home / "settings.toml").write_text("review_rate = 'low'", "utf-8")

    answer = nowhere.plain("doctor", "--json")

    assert "cannot be read" in answer.err
    assert answer.document()["threads"] == 2


def test_the_file_manager_is_changed_one_way_at_a_time(nowhere: Terminal) -> None:
    answer = nowhere.plain("gui", "--register", "--unregister")

    assert answer.code == 2
    assert "--register" in answer.err
