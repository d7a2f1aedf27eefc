from __future__ import annotations

import re
from datetime import date

import pytest

from countenance import labels
from countenance.grants import ANY, CHANNEL_GROUPS, OTHER_CHANNELS, Duty, Purpose
from countenance.judgement import JudgementKind
from countenance.labels import (
    channel_label,
    day_label,
    duty_label,
    fence_label,
    field_label,
    label,
    language_label,
    listed,
    territory_label,
)
from countenance.translations import in_language
from countenance.verdict import Verdict
from detectors.fences import Fence

MEMBERS = [member for vocabulary in labels._LABELS for member in vocabulary]


@pytest.mark.parametrize("member", MEMBERS, ids=[f"{type(member).__name__}.{member.name}" for member in MEMBERS])
def test_every_member_of_the_vocabulary_has_words(member):
    assert label(member)
    assert "_" not in label(member)


def test_equal_codes_of_different_vocabularies_keep_their_own_words():
    assert label(Verdict.PERMITTED) == "Permitted"
    assert label(JudgementKind.PERMITTED_WITH_DUTIES) == "Permitted, to do first"
    assert label(Purpose.ANY) != channel_label(ANY)


def test_no_table_keeps_words_for_a_code_that_is_gone():
    for vocabulary, words in labels._LABELS.items():
        assert set(words) == {member.value for member in vocabulary}


def test_every_channel_has_words_and_an_unlisted_one_keeps_its_name():
    known = {ANY, *CHANNEL_GROUPS, *OTHER_CHANNELS}.union(*CHANNEL_GROUPS.values())

    assert not [name for name in known if re.search("_", channel_label(name))]
    assert channel_label("Metro screens") == "Metro screens"


def test_territories_are_named_in_the_readers_language():
    assert territory_label("FR") == "France"
    assert territory_label("us-ny") == "United States (NY)"
    assert territory_label("-CN") == "except China"
    assert territory_label("EU") == "the European Union"
    assert territory_label("QQ") == "QQ"
    with in_language("zh-CN"):
        assert territory_label("FR") == "法国"


def test_languages_and_days_are_named_in_the_readers_language():
    assert language_label("any") == "any language"
    assert language_label("ko-KR") == "Korean (South Korea)"
    assert language_label("q") == "q"
    assert language_label("qqq") == "qqq"
    assert day_label(date(2026, 6, 30)) == "June 30, 2026"
    with in_language("zh-CN"):
        assert day_label(date(2026, 6, 30)) == "2026年6月30日"
        assert language_label("ko") == "韩语"


def test_a_duty_tells_its_day():
    assert duty_label(Duty.AI_LABEL) == "a visible AI label"
    assert duty_label("take_down_by:2026-06-30") == "take it down by June 30, 2026"


def test_fields_and_lists_read_as_sentences_do():
    assert listed([field_label("territories"), field_label("channels")]) == "the countries and the channels"


def test_fences_are_named_in_the_readers_language():
    with in_language("zh-CN"):
        assert [name for name in Fence if fence_label(name) == name] == []
        assert fence_label("moat") == "moat"
