"""The gate for voices: which recordings and films give a voice, and the word for each that does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.observations import Background, NotExamined, SoundCoverage
from countenance.people import Modality
from scan.enrol import Proposal, Refusal
from scan.enrol_voice import MAX_CLIPPED, MIN_LEVEL_DB, MIN_SPEECH_IN_ALL_S, MIN_SPEECH_S
from scan.gate import choose_samples, merge
from scan.refusals import refusal_clause
from tests.scan.made import (
    CARD,
    DEAF,
    SCALE,
    VOICE_SCALE,
    brief,
    face,
    film,
    observations,
    photo,
    portrait,
    recording,
    sound,
    speaker,
    track,
    unexamined,
)

ADA, BEN = face({0: 1.0}), face({1: 1.0})
FACE, VOICE = (Modality.FACE,), (Modality.VOICE,)


def chosen(scene, modalities=tuple(Modality), card=CARD) -> Proposal:
    return choose_samples(Path("/somewhere/private") / scene.clip.name, scene, card, modalities)


def why(proposal: Proposal) -> list[Refusal]:
    return [item.refusal for item in proposal.refused]


def recordings(*voices: bytes, seconds: float = 8.0) -> list[Proposal]:
    return [
        chosen(recording(speaker(0, blob, (0.0, seconds)), name=f"{number}.flac")) for number, blob in enumerate(voices)
    ]


def joined(proposals: list[Proposal]) -> Proposal:
    return merge(proposals, SCALE, VOICE_SCALE)


def test_a_recording_of_one_person_gives_its_voice():
    proposal = chosen(recording(speaker(0, ADA)))

    (voice,) = proposal.voices
    assert (voice.file, voice.film, voice.speech_s) == ("voice.flac", False, 8.0)
    assert (proposal.samples, proposal.speech_s, proposal.faces, proposal.refused) == (3, 8.0, (), ())


def test_a_film_gives_face_and_voice():
    proposal = chosen(film(track(0, ADA), heard=[speaker(0, ADA)]))

    assert (len(proposal.faces), len(proposal.voices), proposal.samples) == (3, 1, 6)
    assert proposal.voices[0].film


@pytest.mark.parametrize(
    ("modalities", "faces", "voices"), [(FACE, 3, 0), (VOICE, 0, 1), (tuple(Modality), 3, 1)], ids=["face", "voice", ""]
)
def test_nothing_is_taken_that_the_consent_does_not_name(modalities, faces, voices):
    proposal = chosen(film(track(0, ADA), heard=[speaker(0, ADA)]), modalities)

    assert (len(proposal.faces), len(proposal.voices)) == (faces, voices)


def test_a_file_of_the_other_kind_is_refused_as_outside_the_consent():
    assert why(chosen(recording(speaker(0, ADA)), FACE)) == [Refusal.NOTHING]
    assert why(chosen(photo(portrait(0, ADA)), VOICE)) == [Refusal.NOTHING]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"background": Background.MUSIC}, Refusal.MUSIC),
        ({"clipped": MAX_CLIPPED * 1.1}, Refusal.CLIPPED),
        ({"level_db": MIN_LEVEL_DB - 1}, Refusal.NOISE),
        ({"speech_s": MIN_SPEECH_S - 0.1}, Refusal.LITTLE_SPEECH),
        ({"not_examined": NotExamined.TOO_SHORT}, Refusal.LITTLE_SPEECH),
        ({"not_examined": NotExamined.OVERLAPPED}, Refusal.OVERLAPPED),
        ({"samples": ()}, Refusal.LITTLE_SPEECH),
    ],
    ids=["music", "clipped", "noise", "little speech", "too short", "overlapped", "shreds"],
)
def test_a_poor_recording_is_refused_and_the_sentence_says_why(changes, refusal):
    proposal = chosen(recording(replace(speaker(0, ADA), **changes)))

    assert (proposal.voices, why(proposal)) == ((), [refusal])
    assert refusal_clause(proposal.refused[0])


def test_a_recording_just_good_enough_passes():
    barely = replace(
        speaker(0, ADA, (0.0, MIN_SPEECH_S)), clipped=MAX_CLIPPED, level_db=MIN_LEVEL_DB, background=Background.NOISE
    )

    assert chosen(recording(barely)).voices


def test_a_recording_without_speech_is_refused():
    assert why(chosen(recording())) == [Refusal.NO_SPEECH]


def test_a_pack_that_knows_no_voices_says_so_instead_of_no_speech():
    deaf = SoundCoverage(present=True, duration_s=10.0, not_examined=NotExamined.NO_DETECTOR)

    assert why(chosen(recording(sound=deaf), card=DEAF)) == [Refusal.NO_VOICE_MODEL]
    assert why(chosen(observations(track(0, ADA), sound=deaf), card=DEAF)) == []


@pytest.mark.parametrize(
    ("others", "refused"),
    [
        ([speaker(1, BEN, (8.0, 12.0))], True),
        ([brief(1, BEN, (8.0, 8.9)), brief(2, face({2: 1.0}), (9.0, 9.9))], True),
        ([brief(1, BEN, (8.0, 9.0))], False),
        ([speaker(1, ADA, (8.0, 12.0))], True),
        ([speaker(1, b"", (8.0, 12.0), samples=[])], True),
        ([speaker(1, BEN, stream=2)], False),
    ],
    ids=[
        "a dialogue",
        "two interjections",
        "one interjection",
        "two who sound alike",
        "somebody who cannot be told",
        "another language in another stream",
    ],
)
def test_only_one_person_may_be_heard(others, refused):
    proposal = chosen(recording(speaker(0, ADA, (0.0, 8.0)), *others))

    assert why(proposal) == ([Refusal.SEVERAL_SPEAKERS] if refused else [])
    assert len(proposal.voices) == (0 if refused else 1)


def test_the_voice_of_a_film_that_shows_two_people_is_nobodys():
    proposal = chosen(film(track(0, ADA), track(1, BEN), heard=[speaker(0, ADA)]))

    assert (proposal.voices, why(proposal)) == ((), [Refusal.SEVERAL_FACES])


def test_a_film_whose_face_is_too_poor_still_gives_its_voice():
    proposal = chosen(film(unexamined(0), heard=[speaker(0, ADA)]))

    assert (len(proposal.voices), why(proposal)) == (1, [Refusal.TOO_SMALL])


def test_a_silent_film_or_one_without_a_face_lacks_nothing_that_was_expected():
    silent = chosen(film(track(0, ADA), heard=[]))
    faceless = chosen(film(heard=[speaker(0, ADA)]))

    assert (len(silent.faces), why(silent)) == (3, [])
    assert (len(faceless.voices), why(faceless)) == (1, [])


def test_a_film_of_nobody_is_told_as_a_whole():
    assert why(chosen(film(heard=[]))) == [Refusal.NO_FACE, Refusal.NO_SPEECH]
    assert why(chosen(film(heard=[replace(speaker(0, ADA), background=Background.MUSIC)]))) == [Refusal.MUSIC]


def test_the_recordings_of_one_person_are_joined():
    proposal = joined(recordings(ADA, face({0: 0.8})))

    assert ([voice.file for voice in proposal.voices], proposal.refused) == (["0.flac", "1.flac"], ())


def test_a_recording_of_somebody_else_is_kept_out():
    proposal = joined(recordings(BEN, ADA, face({0: 0.9})))

    assert [voice.file for voice in proposal.voices] == ["1.flac", "2.flac"]
    assert [(item.file, item.refusal) for item in proposal.refused] == [("0.flac", Refusal.OTHER_VOICE)]


def test_two_recordings_that_disagree_are_both_kept_out():
    assert why(joined(recordings(ADA, BEN))) == [Refusal.OTHER_VOICE] * 2


def test_the_same_recording_given_twice_counts_once():
    proposal = joined([chosen(recording(speaker(0, ADA))), chosen(recording(speaker(0, ADA)))])

    assert (len(proposal.voices), why(proposal)) == (1, [Refusal.SAME_SOUND])


def test_all_recordings_together_must_hold_enough_speech():
    short = MIN_SPEECH_IN_ALL_S - 0.5

    assert why(joined(recordings(ADA, seconds=short))) == [Refusal.LITTLE_SPEECH_IN_ALL]
    assert joined(recordings(ADA, ADA, seconds=short)).voices


def test_faces_do_not_care_what_is_wrong_with_voices():
    both = chosen(film(track(0, ADA), heard=[speaker(0, ADA, (0.0, 3.0))]))

    proposal = joined([both])

    assert (len(proposal.faces), proposal.voices, why(proposal)) == (3, (), [Refusal.LITTLE_SPEECH_IN_ALL])


def test_a_pack_without_figures_takes_the_users_word_for_several_recordings():
    assert len(merge(recordings(ADA, BEN), SCALE, None).voices) == 2


def test_several_streams_say_who_is_heard_by_the_one_with_most_speech():
    scene = recording(speaker(0, ADA, (0.0, 3.0)), speaker(1, ADA, (0.0, 8.0), stream=2))

    (voice,) = chosen(replace(scene, sound=sound())).voices
    assert voice.speaker.id == 1
