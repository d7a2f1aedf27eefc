"""What cannot be meant is refused in the reader's language, with what would do."""

from __future__ import annotations

import pytest

from tests.cli.running import Terminal


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (("chekc",), "There is no command “chekc”.", "没有“chekc”这条命令。"),
        (("check", "--bogus", "a.mp4"), "There is no option --bogus.", "没有 --bogus 这个选项。"),
        (("check",), "CLIP is missing.", "缺少 CLIP。"),
        (("check", "a.mp4", "--purpose"), "--purpose needs a value.", "--purpose 需要一个值。"),
        (("check", "--redact=yes", "a.mp4"), "--redact takes no value.", "--redact 不接受值。"),
        (("doctor", "now"), "“now” is not expected here.", "此处不应有“now”。"),
        (
            ("check", "a.mp4", "--block-rate", "x"),
            "The value of --block-rate is not of the kind that it takes.",
            "--block-rate 的值类型不符。",
        ),
    ],
)
def test_refusals_speak_the_language_asked_for(
    nowhere: Terminal, words: tuple[str, ...], english: str, chinese: str
) -> None:
    answers = {name: nowhere.plain("--lang", name, *words) for name in ("en", "zh-CN")}

    assert {name: answer.code for name, answer in answers.items()} == {"en": 2, "zh-CN": 2}
    assert english in answers["en"].err
    assert chinese in answers["zh-CN"].err


def test_a_near_command_and_a_near_option_are_offered(nowhere: Terminal) -> None:
    assert "Did you mean check?" in nowhere.plain("chekc").err
    assert "--face-method" in nowhere.plain("check", "a.mp4", "--method", "edited").err
