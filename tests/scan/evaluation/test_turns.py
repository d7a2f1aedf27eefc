"""Turns in RTTM files, and the diarisation error rate beside that of a library made for it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from countenance.errors import WrongUsageError
from countenance.observations import Turn
from scan.evaluation.turns import NO_SPEECH, diarisation_error, read_rttm, write_rttm


def spoken(*turns: tuple[str, float, float]) -> dict[str, list[Turn]]:
    account: dict[str, list[Turn]] = {}
    for name, start_s, end_s in turns:
        account.setdefault(name, []).append(Turn(start_s=start_s, end_s=end_s))
    return account


DIALOGUE = spoken(("a", 0, 4), ("b", 4, 6), ("a", 6, 10))


def test_the_same_turns_under_other_names_are_no_error():
    wrong = diarisation_error(DIALOGUE, spoken(("x", 0, 4), ("y", 4, 6), ("x", 6, 10)))

    assert (wrong.reference_s, wrong.rate) == (10, 0)


def test_missed_invented_and_confused_speech_are_told_apart():
    wrong = diarisation_error(DIALOGUE, spoken(("x", 1, 4), ("x", 4, 5), ("y", 5, 6), ("x", 6, 12)))

    assert (wrong.missed_s, wrong.false_alarm_s, wrong.confusion_s) == (1, 2, 1)
    assert wrong.rate == pytest.approx(0.4)


def test_overlapped_speech_counts_for_each_of_its_speakers():
    both = spoken(("a", 0, 4), ("b", 2, 4))

    assert diarisation_error(both, spoken(("x", 0, 4))).missed_s == 2
    assert diarisation_error(both, spoken(("x", 0, 4))).reference_s == 6


def test_nothing_after_the_annotated_part_counts():
    found = spoken(("x", 0, 4), ("y", 4, 6), ("x", 6, 10), ("z", 9, 30))

    assert diarisation_error(DIALOGUE, found, until_s=9).rate == 0
    assert diarisation_error(DIALOGUE, found, until_s=0).reference_s == 0


def test_silence_has_no_rate_but_invented_speech_is_counted():
    assert math.isnan(diarisation_error({}, {}).rate)
    assert diarisation_error({}, spoken(("x", 0, 3))).false_alarm_s == 3
    assert diarisation_error(DIALOGUE, {}).rate == 1


def test_errors_of_several_recordings_add_up():
    one = diarisation_error(DIALOGUE, {})

    assert (NO_SPEECH + one + one).reference_s == 20
    assert (one + diarisation_error(DIALOGUE, DIALOGUE)).rate == 0.5


turns = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 60), st.integers(1, 20)), max_size=12).map(
    lambda found: spoken(*((name, start / 4, (start + length) / 4) for name, start, length in found))
)


def annotation(account: dict[str, list[Turn]]) -> Annotation:
    made = Annotation()
    for name, mine in account.items():
        # One speaker is never two voices at once: their own overlapping turns are one.
        for number, segment in enumerate(Timeline(Segment(turn.start_s, turn.end_s) for turn in mine).support()):
            made[segment, f"{name}{number}"] = name
    return made


@given(reference=turns, found=turns)
@settings(max_examples=150)
def test_our_error_is_the_one_of_an_independent_scorer(reference, found):
    oracle = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    whole = Timeline([Segment(0, 30)])
    theirs = oracle(annotation(reference), annotation(found), uem=whole, detailed=True)

    ours = diarisation_error(reference, found)

    assert ours.reference_s == pytest.approx(theirs["total"])
    assert ours.missed_s == pytest.approx(theirs["missed detection"])
    assert ours.false_alarm_s == pytest.approx(theirs["false alarm"])
    assert ours.confusion_s == pytest.approx(theirs["confusion"])


def test_turns_survive_a_file(tmp_path: Path):
    file = tmp_path / "a.rttm"

    write_rttm(file, "clip", DIALOGUE)

    assert read_rttm(file) == DIALOGUE
    assert file.read_text().splitlines()[1] == "SPEAKER clip 1 4.000 2.000 <NA> <NA> b <NA> <NA>"


def test_other_lines_empty_lines_and_empty_turns_are_passed_over(tmp_path: Path):
    file = tmp_path / "a.rttm"
    file.write_text(
        "SPKR-INFO clip 1 <NA> <NA> <NA> unknown ada <NA> <NA>\n\n;; a comment\n"
        "SPEAKER clip 1 1.5 0 <NA> <NA> ada <NA> <NA>\nSPEAKER clip 1 1.5 2 <NA> <NA> 艾达 <NA>\n",
        "utf-8",
    )

    assert read_rttm(file) == spoken(("艾达", 1.5, 3.5))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SPEAKER clip 1 1.5 2.0 <NA>", "Line 1"),
        ("\nSPEAKER clip 1 soon 2.0 <NA> <NA> ada <NA> <NA>", "Line 2"),
        ("SPEAKER clip 1 1.5 nan <NA> <NA> ada <NA> <NA>", "Line 1"),
        ("SPEAKER clip 1 -1.5 2 <NA> <NA> ada <NA> <NA>", "Line 1"),
        (
            "SPEAKER one 1 1 2 <NA> <NA> ada <NA> <NA>\nSPEAKER two 1 1 2 <NA> <NA> ada <NA> <NA>",
            "2 recordings",
        ),
    ],
)
def test_what_is_no_turn_is_said_with_its_place(text: str, said: str, tmp_path: Path):
    file = tmp_path / "a.rttm"
    file.write_text(text)

    with pytest.raises(WrongUsageError, match=said):
        read_rttm(file)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path):
    (tmp_path / "odd.rttm").write_bytes(b"\xff\xfe\x00SPEAKER")

    for name in ("none.rttm", "odd.rttm"):
        with pytest.raises(WrongUsageError, match=name):
            read_rttm(tmp_path / name)
