"""What `evaluate diarisation` tells, with who speaks when made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from countenance.observations import Turn
from scan.evaluation.diarisation import found_turns, run_diarisation
from tests.scan.evaluation.heard import heard, speaker, table
from tests.scan.made import CARD, face

DIALOGUE = "SPEAKER d 1 0.0 4.0 <NA> <NA> ada <NA> <NA>\nSPEAKER d 1 4.0 4.0 <NA> <NA> ben <NA> <NA>\n"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    (tmp_path / "d.rttm").write_text(DIALOGUE)
    return table(tmp_path / "d.csv", ("file", "rttm", "until_s"), ("a.wav", "d.rttm", ""), ("b.wav", "d.rttm", "4"))


def test_the_error_is_told_for_each_recording_and_for_all(recordings, stand_in):
    two = heard(speaker(0, face({0: 1.0}), 4.0), speaker(1, face({1: 1.0}), 4.0, start_s=4.0))
    stand_in.answers |= {"a.wav": two, "b.wav": heard(speaker(0, face({0: 1.0}), 3.0))}

    figures = run_diarisation(recordings, stand_in, CARD, recordings.parent)

    assert figures["der"] == pytest.approx(1 / 12)
    assert [(one["file"], one["der"], one["speakers_found"]) for one in figures["files"]] == [
        ("a.wav", 0.0, 2),
        ("b.wav", 0.25, 1),
    ]
    assert (figures["right_number_of_speakers"], figures["missed"]) == (1, pytest.approx(1 / 12))


def test_what_cannot_be_read_is_said_and_left_out(recordings, stand_in):
    stand_in.answers["a.wav"] = heard()

    figures = run_diarisation(recordings, stand_in, CARD, recordings.parent)

    assert figures["der"] == 1.0
    assert [one["file"] for one in figures["unreadable"]] == ["b.wav"]


def test_the_stream_with_most_speech_is_measured():
    quiet = speaker(0, face({0: 1.0}), 2.0)
    loud = replace(speaker(1, face({1: 1.0}), 5.0), stream=1)

    assert found_turns(heard(quiet, loud)) == {"1": (Turn(start_s=0.0, end_s=5.0),)}
    assert found_turns(heard()) == {}


def test_an_end_that_is_no_number_is_refused(tmp_path, stand_in):
    (tmp_path / "d.rttm").write_text(DIALOGUE)
    listed = table(tmp_path / "d.csv", ("file", "rttm", "until_s"), ("a.wav", "d.rttm", "soon"))

    with pytest.raises(WrongUsageError, match="soon"):
        run_diarisation(listed, stand_in, CARD, tmp_path)
