"""Every sentence of the program is there in every language."""

from __future__ import annotations

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from countenance.locale.update import LOCALES, find_faults, find_messages, read_catalogue, update
from countenance.translations import LANGUAGES


def test_each_language_besides_english_has_a_catalogue() -> None:
    assert [name.replace("_", "-") for name in LOCALES] == [name for name in LANGUAGES if name != "en"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_translated_with_its_placeholders(locale: str) -> None:
    faults = find_faults(find_messages(), read_catalogue(locale))

    assert not faults, "\n".join(["Run `python3 run.py translations`, then translate:", *faults])


@pytest.mark.parametrize("locale", LOCALES)
def test_an_update_changes_nothing_in_a_catalogue_that_is_up_to_date(locale: str) -> None:
    first = update(locale)

    again = read_po(io.BytesIO(first.encode()), locale=locale)

    assert {message.id: message.string for message in again if message.id} == {
        message.id: message.string for message in read_catalogue(locale) if message.id
    }


def test_faults_name_what_is_missing_open_guessed_outlived_and_garbled() -> None:
    messages, translated = Catalog(), Catalog(locale="zh_CN")
    for text in ("missing", "open", "guessed", "{count} clips in {place}"):
        messages.add(text)
    messages.add(("{count} clip", "{count} clips"))
    translated.add("open", "")
    translated.add("guessed", "猜", flags=["fuzzy"])
    translated.add("{count} clips in {place}", "{place}里的片段")
    translated.add(("{count} clip", "{count} clips"), ("{count} 个片段",))
    translated.add("outlived", "旧")

    faults = find_faults(messages, translated)

    assert [fault.split(":")[0] for fault in faults] == [
        "missing",
        "untranslated",
        "fuzzy",
        "placeholders differ",
        "no longer in the code",
    ]


def test_sentences_are_found_in_code_and_in_pages() -> None:
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in find_messages() if message.id}

    assert "There is no language “{wanted}”." in ids
