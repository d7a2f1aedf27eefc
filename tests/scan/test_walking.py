from __future__ import annotations

import pytest

from countenance.errors import ClipError
from scan.walking import find_clips, find_people


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_is_walked_in_order_and_only_clips_are_taken(tmp_path):
    touch(tmp_path, "b.MP4", "a.mov", "deep/er/c.jpeg", "notes.txt", "sound.opus")

    found = find_clips([tmp_path])

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.mov",
        "b.MP4",
        "deep/er/c.jpeg",
        "sound.opus",
    ]


def test_a_file_named_is_taken_whatever_its_ending_or_existence(tmp_path):
    touch(tmp_path, "odd.bin")

    assert find_clips([tmp_path / "odd.bin", tmp_path / "missing.mp4"]) == [
        tmp_path / "odd.bin",
        tmp_path / "missing.mp4",
    ]


def test_a_clip_named_twice_is_checked_once(tmp_path):
    touch(tmp_path, "a.mp4", "b.mp4")

    assert find_clips([tmp_path / "b.mp4", tmp_path, tmp_path / "b.mp4"]) == [tmp_path / "b.mp4", tmp_path / "a.mp4"]


def test_a_folder_that_only_looks_like_a_clip_is_not_one(tmp_path):
    touch(tmp_path, "archive.mp4/real.mp4")

    assert find_clips([tmp_path]) == [tmp_path / "archive.mp4" / "real.mp4"]


def test_a_folder_without_clips_is_told_by_name(tmp_path):
    (tmp_path / "Holiday").mkdir()
    touch(tmp_path, "Holiday/notes.txt")

    with pytest.raises(ClipError, match="“Holiday” holds no clips"):
        find_clips([tmp_path / "Holiday"])


def test_a_subfolder_is_a_person_and_so_is_a_single_picture(tmp_path):
    touch(tmp_path, "Ada/1.jpg", "Ada/more/2.png", "Ben.jpg", "notes.txt", "Empty/readme.md")

    people = find_people(tmp_path)

    assert {name: [path.name for path in paths] for name, paths in people.items()} == {
        "Ada": ["1.jpg", "2.png"],
        "Ben": ["Ben.jpg"],
    }


def test_pictures_of_one_name_belong_to_one_person(tmp_path):
    touch(tmp_path, "Ada/1.jpg", "Ada.jpg", "Ada.png")

    assert [path.name for path in find_people(tmp_path)["Ada"]] == ["1.jpg", "Ada.jpg", "Ada.png"]


@pytest.mark.parametrize(
    ("folder", "said"),
    [("Empty", "“Empty” holds no photos, films or recordings of people"), ("missing", "“missing” does not exist")],
)
def test_a_folder_without_people_is_told(tmp_path, folder, said):
    (tmp_path / "Empty").mkdir()

    with pytest.raises(ClipError, match=said):
        find_people(tmp_path / folder)
