"""Whole evaluations of voices, with what is heard in each recording made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from countenance.packs import Cohort
from scan.evaluation.voices import main_speaker, run_voices
from tests.scan.evaluation.crowd import people
from tests.scan.evaluation.heard import heard, short, speaker, table
from tests.scan.made import CARD, face


@pytest.fixture
def index(tmp_path: Path, stand_in) -> Path:
    """Return an index of forty speakers, half of them with three recordings; every third recording is short."""
    rows = [("file", "speaker", "speech_s")]
    for number, (person, recordings) in enumerate(people(40, 3, scatter=0.8).items()):
        for count, embedding in enumerate(recordings[: 3 if number % 2 else 1]):
            name = f"{person}_{count}.flac"
            stand_in.answers[name] = heard(speaker(0, embedding), name=name)
            rows.append((name, person, 1.5 if count == 2 else 6.0))
    return table(tmp_path / "index.csv", *rows)


def voices(index: Path, stand_in, card=CARD, **options):
    return run_voices(index, stand_in, card, index.parent, **options)


def test_an_evaluation_of_voices_has_every_figure_of_the_contract(index, stand_in):
    figures = voices(index, stand_in)

    assert {
        *("samples", "identities", "failures_to_enrol", "gate_rejections", "genuine_pairs", "impostor_pairs", "eer"),
        *("tar", "tar_ci", "open_set", "groups", "worst_identities", "pack", "model", "cohort", "seconds", "eer_ci"),
    } <= set(figures)
    assert (figures["samples"], figures["identities"], figures["failures_to_enrol"]) == (80, 40, 0)
    assert (figures["model"], figures["cohort"], figures["bounds"]) == ("drawn-voices 1", "none", "other folds")
    assert [row["promised_fpir"] for row in figures["open_set"]] == [0.01, 0.05, 0.1]


def test_pairs_across_folds_are_told_beside_those_within(index, stand_in):
    figures = voices(index, stand_in)

    assert figures["all_pairs"]["genuine_pairs"] == figures["genuine_pairs"] == 20 * 3
    assert figures["all_pairs"]["impostor_pairs"] == 80 * 79 // 2 - 60 > figures["impostor_pairs"]
    assert "raw" not in figures["all_pairs"]


def test_figures_are_repeated_for_recordings_with_enough_speech(index, stand_in):
    figures = voices(index, stand_in)

    assert figures["at_least_3_s"]["samples"] == 60
    assert figures["at_least_3_s"]["all_pairs"]["genuine_pairs"] == 20
    assert voices(index, stand_in, least_s=1)["samples"] == 80
    assert "at_least_1_s" not in voices(index, stand_in, least_s=1)


def test_the_whole_registry_is_everybody_with_two_recordings(index, stand_in):
    rows = voices(index, stand_in)["open_set_whole"]

    assert {row["gallery"] for row in rows} == {20.0}
    assert {(row["strangers"], row["mated"]) for row in rows} == {(20, 60)}
    for row in rows:
        assert row["at_least_possible"] == pytest.approx(1 - row["fnir"])
        assert 0 <= row["at_least_possible_3_s"] <= 1


def test_silence_short_speech_and_several_speakers_are_counted_apart(index, stand_in):
    answers = stand_in.answers
    answers["person001_0.flac"] = heard(name="person001_0.flac")
    del answers["person003_0.flac"]
    one = answers["person005_0.flac"].speakers[0]
    answers["person005_0.flac"] = heard(short(one))
    answers["person007_0.flac"] = heard(speaker(1, face({9: 1.0}), 2.0), answers["person007_0.flac"].speakers[0])

    figures = voices(index, stand_in)

    assert figures["failed_files"] == ["person001_0.flac", "person003_0.flac"]
    assert (figures["gate_rejections"], figures["several_speakers"]) == (1, 1)
    assert (figures["samples"], figures["judged"]["samples"]) == (78, 77)


def test_the_main_speaker_is_the_one_with_most_speech():
    loud, brief = speaker(0, face({0: 1.0}), 5.0), speaker(1, face({1: 1.0}), 9.0)

    assert main_speaker(heard(loud, brief)) is brief
    assert main_speaker(heard(loud, replace(brief, embedding=b"", samples=()))) is loud
    assert main_speaker(heard()) is None


def test_a_trial_list_replaces_all_pairs(index, stand_in, tmp_path):
    trials = table(
        tmp_path / "trials.csv",
        ("a", "b", "same"),
        ("person001_0.flac", "person001_1.flac", 1),
        ("person001_0.flac", "person001_2.flac", 1),
        ("person001_0.flac", "person003_0.flac", 0),
        ("person002_0.flac", "person004_0.flac", 0),
    )

    figures = voices(index, stand_in, trials=trials)

    assert (figures["genuine_pairs"], figures["impostor_pairs"], figures["pairs"]) == (2, 2, "listed")
    assert figures["at_least_3_s"]["genuine_pairs"] == 1


def test_a_trial_list_of_unknown_files_or_without_answers_is_refused(index, stand_in, tmp_path):
    unknown = table(tmp_path / "unknown.csv", ("a", "b", "same"), ("person001_0.flac", "other.flac", 1))
    unsure = table(tmp_path / "unsure.csv", ("a", "b", "same"), ("person001_0.flac", "person003_0.flac", "maybe"))

    with pytest.raises(WrongUsageError, match=r"other\.flac"):
        voices(index, stand_in, trials=unknown)
    with pytest.raises(WrongUsageError, match="Line 2"):
        voices(index, stand_in, trials=unsure)


def test_speakers_may_be_joined_and_doubted_under_that_name(index, stand_in, tmp_path):
    aliases = table(
        tmp_path / "aliases.csv",
        ("speaker_a", "speaker_b", "verdict"),
        ("person000", "person002", "same"),
        ("person004", "person006", "doubtful"),
        ("person008", "person010", "different"),
    )

    figures = voices(index, stand_in, aliases=aliases)

    assert figures["identities"] == 39
    assert figures["all_pairs"]["genuine_pairs"] == 61
    assert figures["all_pairs"]["impostor_pairs"] == 80 * 79 // 2 - 61 - 1


def test_with_a_cohort_every_pair_is_normalised_by_others_and_told_raw_too(index, stand_in):
    card = replace(CARD, voice=replace(CARD.voice, cohort=Cohort(groups=(), nearest=1)))

    figures, plain = voices(index, stand_in, card), voices(index, stand_in)

    assert figures["cohort"] == "other folds"
    assert figures["all_pairs"]["raw"] == plain["all_pairs"]
    assert figures["all_pairs"]["eer"] != plain["all_pairs"]["eer"]


def test_a_pack_without_voices_or_figures_is_refused(index, stand_in):
    unfitted = replace(CARD, voice=replace(CARD.voice, singles=None))

    with pytest.raises(WrongUsageError, match="no voice models"):
        voices(index, stand_in, replace(CARD, voice=None))
    with pytest.raises(WrongUsageError, match="ships no figures"):
        voices(index, stand_in, unfitted, shipped=True)
    assert stand_in.asked == []


def test_few_people_are_measured_in_pairs_alone(tmp_path, stand_in):
    rows = [("file", "speaker")]
    for person, recordings in people(10, 2, scatter=0.8).items():
        for count, embedding in enumerate(recordings):
            stand_in.answers[f"{person}_{count}.flac"] = heard(speaker(0, embedding))
            rows.append((f"{person}_{count}.flac", person))

    figures = voices(table(tmp_path / "few.csv", *rows), stand_in)

    assert (figures["open_set"], figures["open_set_whole"]) == ([], [])
    assert figures["genuine_pairs"] == 10
    assert "at_least_3_s" not in figures
