"""What a person settles once: written by the window, read by the terminal too, and never a reason to crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from countenance.settings import Appearance, Settings, SettingsError, read_settings, write_settings
from countenance.verdict import UnknownPolicy

CHANGED = Settings(
    language="zh-CN",
    appearance=Appearance.DARK,
    text_size=1.3,
    review_rate=0.1,
    block_rate=0.02,
    unknown=UnknownPolicy.NOTE,
    threads=4,
    lock_after_min=0,
    notify=False,
    registry="studio",
    pack="recommended",
)


def test_without_a_file_the_defaults_count(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_what_was_settled_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "settings.toml"

    write_settings(file, CHANGED)

    assert read_settings(file) == CHANGED
    assert [entry.name for entry in file.parent.iterdir()] == ["settings.toml"]


def test_only_what_differs_from_the_defaults_is_written(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"

    write_settings(file, Settings(threads=4))
    assert file.read_text("utf-8") == "threads = 4\n"

    write_settings(file, Settings())
    assert file.read_text("utf-8") == ""


@pytest.mark.parametrize(
    "text",
    [
        "threads = ",
        "threads = 0",
        "threads = 'many'",
        "review_rate = 0.9",
        "block_rate = 0",
        "review_rate = nan",
        "text_size = 9.0",
        "unknown = 'perhaps'",
        "appearance = 'blue'",
        "lock_after_min = -1",
        "registry = 3",
        "\x00",
    ],
)
def test_what_cannot_be_meant_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(SettingsError) as caught:
        read_settings(file)

    assert "settings.toml” cannot be read." in caught.value.sentence
    assert "Mend or remove the file" in caught.value.remedy
    assert caught.value.exit_code == 2


def test_a_file_that_is_no_text_or_a_folder_is_one_sentence(tmp_path: Path) -> None:
    binary = tmp_path / "settings.toml"
    binary.write_bytes(b"\xff\xfe\x00")

    for place in (binary, tmp_path):
        with pytest.raises(SettingsError):
            read_settings(place)


def test_a_language_of_another_version_counts_as_the_systems(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('language = "eo"\nthreads = 3\n', "utf-8")

    assert read_settings(file) == Settings(threads=3)


def test_a_setting_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("hologram = true\nthreads = 3\n", "utf-8")

    assert read_settings(file) == Settings(threads=3)


def test_settings_that_cannot_be_written_say_so_and_leave_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")

    with pytest.raises(SettingsError) as caught:
        write_settings(tmp_path / "file" / "settings.toml", CHANGED)

    assert "cannot be written" in caught.value.sentence
    assert (tmp_path / "file").read_text("utf-8") == "in the way"
