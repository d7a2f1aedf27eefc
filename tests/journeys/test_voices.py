"""People enrolled by their voices and heard again in other recordings, with real models; nobody else is."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from countenance.identification import IdentificationStatus
from countenance.observations import Observations
from countenance.people import Modality
from countenance.verdict import FindingKind, Verdict
from scan.demo import Material
from scan.enrol import Refusal
from scan.enrolment import enrol_person, sound_alikes
from scan.knowing import known_from_folder, propose
from scan.request import examine_request, looking_for
from tests.journeys.conftest import Pack
from tests.journeys.people import from_registry, in_memory, judged
from tests.registry.people import SPOKEN, person

pytestmark = pytest.mark.models
ENOUGH_S = 8.0  # of speech as the table tells it, in each recording
FIRST_PEOPLE = 6


def listened(pack: Pack, path: Path) -> Observations:
    return pack.worker.examine(examine_request(path, pack.card, pack.models, looking_for([Modality.VOICE])))


def speakers_of(media: Path) -> dict[str, list[Path]]:
    """Return some speakers with two long recordings, in the order of the table."""
    recordings: dict[str, list[Path]] = {}
    with (media / "voices" / "index.csv").open(newline="", encoding="utf-8") as source:
        for row in csv.DictReader(source):
            if float(row["speech_s"]) >= ENOUGH_S:
                recordings.setdefault(row["speaker"], []).append(media / "voices" / row["file"])
    several = {speaker: files[:2] for speaker, files in recordings.items() if len(files) >= 2}
    return dict(list(several.items())[: 2 * FIRST_PEOPLE])


def enrol_voice(registry, name: str, pack: Pack, *files: Path) -> str:
    proposal = propose(list(files), pack.worker, pack.card, pack.models, modalities=(Modality.VOICE,))
    return enrol_person(registry, person(name), SPOKEN, proposal, pack.card)


@pytest.fixture
def hearing(starter: Pack) -> Pack:
    """Return the first pack where it has figures for voices."""
    if starter.card.voice is None or starter.card.voice.singles is None:
        pytest.skip("The pack has no figures for voices.")
    return starter


@pytest.mark.media
@pytest.mark.slow
def test_each_speaker_is_heard_in_another_recording_and_strangers_are_not(hearing: Pack, test_media: Path, registry):
    people = list(speakers_of(test_media).items())
    enrolled, strangers = people[:FIRST_PEOPLE], people[FIRST_PEOPLE:]
    ids = {name: enrol_voice(registry, name, hearing, files[0]) for name, files in enrolled}
    known = from_registry(registry, hearing)

    found = {name: judged(listened(hearing, files[1]), hearing, known) for name, files in enrolled}
    taken = {name: judged(listened(hearing, files[0]), hearing, known) for name, files in strangers}

    heard = {name: {one.person for one in result.voice_identifications if one.person} for name, result in found.items()}
    assert heard == {name: {number} for name, number in ids.items()}
    identified = [
        name
        for name, result in taken.items()
        for one in result.voice_identifications
        if one.status is IdentificationStatus.IDENTIFIED
    ]
    assert identified == []
    assert {finding.kind for result in found.values() for finding in result.findings} == {FindingKind.VOICE}


@pytest.mark.media
def test_a_speaker_before_and_after_enrolment(hearing: Pack, test_media: Path, registry):
    name, (first, second) = next(iter(speakers_of(test_media).items()))
    seen = listened(hearing, second)

    before = judged(seen, hearing, in_memory({}))
    number = enrol_voice(registry, name, hearing, first)
    after = judged(seen, hearing, from_registry(registry, hearing))

    assert [finding.person for finding in before.findings] == [None]
    assert before.verdict is Verdict.REVIEW
    assert number in {finding.person for finding in after.findings}
    assert set(after.enrolled_sounds) == {number}


@pytest.mark.media
def test_a_speaker_enrolled_twice_is_noticed(hearing: Pack, test_media: Path, registry):
    name, (first, second) = next(iter(speakers_of(test_media).items()))
    enrol_voice(registry, name, hearing, first)

    again = propose([second], hearing.worker, hearing.card, hearing.models)

    assert names(sound_alikes(again, registry, hearing.card)) == [name]


@pytest.mark.media
@pytest.mark.parametrize(
    ("file", "refusals"),
    [
        ("silence_44.flac", {Refusal.NO_SPEECH}),
        ("speech_in_white_noise_ls-1688_0dB.opus", {Refusal.NOISE}),
        ("speech_over_music_ls-2300_0dB.opus", {Refusal.MUSIC, Refusal.NOISE}),
        ("interview_three_speakers.opus", {Refusal.SEVERAL_SPEAKERS}),
    ],
)
def test_a_recording_that_would_make_a_bad_template_is_refused(starter: Pack, test_media: Path, file, refusals):
    proposal = propose([test_media / "audio" / file], starter.worker, starter.card, starter.models)

    assert proposal.voices == ()
    assert {item.refusal for item in proposal.refused} <= refusals
    assert proposal.refused


def test_the_voice_of_the_demo_is_enrolled_from_its_recording_and_heard_in_its_clip(
    hearing: Pack, material: Material, registry
):
    number = enrol_voice(registry, "Ada", hearing, material.recording)

    result = judged(listened(hearing, material.clip), hearing, from_registry(registry, hearing))

    assert {one.person for one in result.voice_identifications} == {number}
    assert result.observations.tracks == ()


def test_a_folder_with_a_recording_is_enough_without_a_registry(hearing: Pack, material: Material, tmp_path: Path):
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "Ada.wav").write_bytes(material.recording.read_bytes())

    known, refused = known_from_folder(tmp_path / "people", hearing.worker, hearing.card, hearing.models)

    assert (set(known.voices), set(known.templates), refused) == ({"Ada"}, set(), ())


@pytest.mark.media
def test_the_face_of_one_with_the_voice_of_another_is_found(hearing: Pack, material: Material, test_media: Path):
    """Sound and picture are exchanged in what was seen and heard: the same as in the file, without a new one."""
    name, (first, second) = next(iter(speakers_of(test_media).items()))
    seen = hearing.worker.examine(
        examine_request(material.clip, hearing.card, hearing.models, looking_for([Modality.FACE]))
    )
    heard = listened(hearing, second)
    photo = propose([material.photo], hearing.worker, hearing.card, hearing.models)
    voice = propose([first], hearing.worker, hearing.card, hearing.models)
    people = in_memory({"Ada": [face.sample.embedding for face in photo.faces]})
    known = replace(
        people,
        voices={name: [sample.embedding for each in voice.voices for sample in each.speaker.samples]},
        people={**people.people, name: person(name)},
    )

    result = judged(replace(seen, sound=heard.sound, speakers=heard.speakers), hearing, known)

    (finding,) = [finding for finding in result.findings if finding.kind is FindingKind.MISMATCH]
    assert (finding.person, finding.voice_of) == ("Ada", name)


def names(people):
    return [person.display_name for person in people]
