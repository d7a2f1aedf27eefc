from __future__ import annotations

import threading

import pytest

from countenance.errors import WrongUsageError
from countenance.translations import (
    LANGUAGES,
    _,
    in_language,
    language,
    mark,
    nearest_language,
    ngettext,
    settle_language,
)

SENTENCE = "Nobody is seen in this clip."


def test_english_is_what_the_code_says():
    assert language() == "en"
    assert _(SENTENCE) == SENTENCE
    assert [ngettext("{count} byte", "{count} bytes", count) for count in (1, 2)] == ["{count} byte", "{count} bytes"]


def test_a_settled_language_stays_in_force():
    settle_language("zh-CN")

    assert language() == "zh-CN"
    assert not _(SENTENCE).isascii()
    assert ngettext("{count} byte", "{count} bytes", 1) == ngettext("{count} byte", "{count} bytes", 2)


def test_the_chinese_catalogue_keeps_placeholders():
    with in_language("zh-CN"):
        told = _("“{name}” is empty: 0 bytes.").format(name="片段.mp4")

    assert "片段.mp4" in told
    assert "empty" not in told


def test_a_sentence_nobody_has_translated_is_shown_in_english():
    with in_language("zh-CN"):
        assert _("a sentence of this test alone") == "a sentence of this test alone"


def test_an_unknown_language_is_refused_and_changes_nothing():
    with pytest.raises(WrongUsageError, match="“fr”") as error:
        settle_language("fr")

    assert all(name in error.value.remedy for name in LANGUAGES)
    assert language() == "en"


@pytest.mark.parametrize(
    ("locale_name", "nearest"),
    [
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("ZH_TW", "zh-CN"),
        ("en_GB.UTF-8", "en"),
        ("de_DE", "en"),
        ("C", "en"),
        ("", "en"),
    ],
)
def test_the_language_nearest_to_a_locale_is_found(locale_name, nearest):
    assert nearest_language(locale_name) == nearest


def test_a_block_in_another_language_ends_with_it_even_when_it_fails():
    with pytest.raises(WrongUsageError, match="“fr”"), in_language("zh-CN"):
        settle_language("fr")

    assert language() == "en"


def test_a_block_in_another_language_does_not_touch_other_threads():
    seen = []

    with in_language("zh-CN"):
        thread = threading.Thread(target=lambda: seen.append(language()))
        thread.start()
        thread.join()

    assert seen == ["en"]


def test_a_marked_sentence_is_unchanged():
    with in_language("zh-CN"):
        assert mark(SENTENCE) == SENTENCE
