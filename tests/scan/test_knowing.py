"""Photos and folders through the door to the detectors; the detectors' answers are made up here."""

from __future__ import annotations

from pathlib import Path

import pytest

from countenance.errors import CancelledError, ClipError
from countenance.people import Modality
from countenance.work import CancelToken
from scan.check import check_clip
from scan.enrol import Refusal
from scan.knowing import known_from_folder, propose
from tests.scan.made import (
    CARD,
    JPEG,
    NOON,
    detection,
    face,
    film,
    known,
    observations,
    photo,
    portrait,
    recording,
    setup,
    speaker,
    track,
)

ADA, BEN = face({0: 1.0}), face({1: 1.0})


def people_folder(tmp_path: Path, *names: str) -> Path:
    for name in names:
        path = tmp_path / "people" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "people"


def test_a_person_is_proposed_from_several_photos(stand_in, tmp_path):
    stand_in.answers = {
        "1.jpg": photo(portrait(0, ADA), name="1.jpg"),
        "2.jpg": photo(portrait(0, face({0: 0.9})), name="2.jpg"),
        "3.jpg": photo(portrait(0, BEN), name="3.jpg"),
    }
    steps = []
    paths = [tmp_path / name for name in ("1.jpg", "2.jpg", "3.jpg", "broken.jpg")]

    proposal = propose(paths, stand_in, CARD, tmp_path, on_progress=lambda *step: steps.append(step))

    assert [accepted.file for accepted in proposal.faces] == ["1.jpg", "2.jpg"]
    assert {(item.file, item.refusal) for item in proposal.refused} == {
        ("broken.jpg", Refusal.UNREADABLE),
        ("3.jpg", Refusal.OTHER_PERSON),
    }
    assert steps == [(path.name, number, 4) for number, path in enumerate(paths)]


def test_an_unreadable_photo_is_told_in_the_readers_words(stand_in, tmp_path):
    proposal = propose([tmp_path / "broken.jpg"], stand_in, CARD, tmp_path)

    (refused,) = proposal.refused
    assert refused.explanation == "“broken.jpg” is damaged. Get it again."


def test_enrolment_stops_when_the_user_wants(stand_in, tmp_path):
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(CancelledError):
        propose([tmp_path / "1.jpg"], stand_in, CARD, tmp_path, cancel=cancel)

    assert stand_in.asked == []


def test_a_folder_of_people_is_known_without_a_registry(stand_in, tmp_path):
    folder = people_folder(tmp_path, "Ada/1.jpg", "Ada/2.jpg", "Ben.jpg", "Cleo.jpg")
    stand_in.answers = {
        "1.jpg": photo(portrait(0, ADA, quality=0.5), name="1.jpg"),
        "2.jpg": photo(portrait(0, face({0: 0.9})), name="2.jpg"),
        "Ben.jpg": photo(portrait(0, BEN), name="Ben.jpg"),
        "Cleo.jpg": photo(name="Cleo.jpg"),
    }
    steps = []

    found, refused = known_from_folder(
        folder, stand_in, CARD, tmp_path, on_progress=lambda step, done, total: steps.append((step, done, total))
    )

    assert {name: len(templates) for name, templates in found.templates.items()} == {"Ada": 2, "Ben": 1}
    assert {name: one.display_name for name, one in found.people.items()} == {"Ada": "Ada", "Ben": "Ben"}
    assert found.pictures == {"Ada": JPEG, "Ben": JPEG}
    assert found.facts is None
    assert [(item.file, item.refusal) for item in refused] == [("Cleo.jpg", Refusal.NO_FACE)]
    assert steps == [("Ada", 0, 3), ("Ben", 1, 3), ("Cleo", 2, 3)]


def test_a_folder_without_pictures_is_an_error(stand_in, tmp_path):
    with pytest.raises(ClipError):
        known_from_folder(tmp_path, stand_in, CARD, tmp_path)


def test_a_clip_is_checked_against_a_folder_of_people(stand_in, tmp_path):
    folder = people_folder(tmp_path, "Ada.jpg")
    stand_in.answers = {
        "Ada.jpg": photo(portrait(0, ADA), name="Ada.jpg"),
        "clip.mp4": observations(track(0, face({0: 0.95}))),
    }
    found, _refused = known_from_folder(folder, stand_in, CARD, tmp_path)

    result = check_clip(tmp_path / "clip.mp4", stand_in, setup(tmp_path, found), NOON)

    assert [finding.person for finding in result.findings] == ["Ada"]
    assert "Ada" in result.findings[0].title + result.findings[0].sentence


def test_a_clip_that_cannot_be_examined_is_an_error_not_nobody(stand_in, tmp_path):
    with pytest.raises(ClipError):
        check_clip(tmp_path / "broken.mp4", stand_in, setup(tmp_path, known()), NOON)


def test_a_folder_in_which_no_face_is_good_enough_is_an_error_that_says_why(stand_in, tmp_path):
    folder = people_folder(tmp_path, "Ada.jpg")
    stand_in.answers = {"Ada.jpg": photo(portrait(0, ADA, size_px=detection().size_px / 10), name="Ada.jpg")}

    with pytest.raises(ClipError, match="“people”") as error:
        known_from_folder(folder, stand_in, CARD, tmp_path)

    assert "Ada.jpg: the face is too small" in error.value.remedy


def test_voices_of_a_folder_lie_beside_the_photos(stand_in, tmp_path):
    folder = people_folder(tmp_path, "Ada/1.jpg", "Ada/2.wav", "Ben.mp4", "Cleo.flac", "Dan.ogg")
    stand_in.answers = {
        "1.jpg": photo(portrait(0, ADA), name="1.jpg"),
        "2.wav": recording(speaker(0, ADA), name="2.wav"),
        "Ben.mp4": film(track(0, BEN), heard=[speaker(0, BEN)], name="Ben.mp4"),
        "Cleo.flac": recording(speaker(0, face({2: 1.0})), name="Cleo.flac"),
        "Dan.ogg": recording(name="Dan.ogg"),
    }

    found, refused = known_from_folder(folder, stand_in, CARD, tmp_path)

    assert (set(found.templates), set(found.voices)) == ({"Ada", "Ben"}, {"Ada", "Ben", "Cleo"})
    assert (set(found.pictures), set(found.sounds)) == ({"Ada", "Ben"}, {"Ada", "Ben", "Cleo"})
    assert set(found.people) == {"Ada", "Ben", "Cleo"}
    assert [(item.file, item.refusal) for item in refused] == [("Dan.ogg", Refusal.NO_SPEECH)]


def test_nothing_is_looked_or_listened_for_beyond_what_was_asked(stand_in, tmp_path, monkeypatch):
    stand_in.answers = {"Ben.mp4": film(track(0, BEN), heard=[speaker(0, BEN)], name="Ben.mp4")}
    wanted = []
    examine = stand_in.examine
    monkeypatch.setattr(
        stand_in, "examine", lambda request, *rest: wanted.append(request.settings.look_for) or examine(request, *rest)
    )

    proposal = propose([tmp_path / "Ben.mp4"], stand_in, CARD, tmp_path, modalities=(Modality.VOICE,))

    assert wanted == [("voice",)]
    assert (len(proposal.faces), len(proposal.voices)) == (0, 1)
