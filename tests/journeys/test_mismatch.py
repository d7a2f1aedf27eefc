"""Films whose sound was exchanged for somebody else's, and films over which somebody else may speak."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.people import Modality
from countenance.verdict import CheckResult, Finding, FindingKind
from scan.check import CheckSetup, check_clip
from scan.knowing import propose
from scan.known import Known
from tests.journeys.conftest import Pack
from tests.journeys.people import NOW, halves, nearing, spoken_over
from tests.journeys.test_voices import speakers_of
from tests.registry.people import person
from tests.scan.made import USE

pytestmark = [pytest.mark.models, pytest.mark.media, pytest.mark.slow]

SPEAKING = (
    "at_aiface1_speech4.mp4",
    "at_einstein_control.mp4",
    "at_girl_lianliru.mp4",
    "real_aoc_mpeg4.mp4",
    "real_moore_1.mp4",
    "real_moore_2.mp4",  # its picture begins seconds after its sound
)
PHOTOGRAPHS = ("anitalker_aiface1.jpg", "anitalker_girl.jpg")


@pytest.fixture
def pair(recommended: Pack) -> Pack:
    """Return the second pack where it has figures for voices."""
    if recommended.card.voice is None or recommended.card.voice.singles is None:
        pytest.skip("The pack has no figures for voices.")
    return recommended


def faces_of(pack: Pack, *files: Path) -> list[bytes]:
    found = propose(list(files), pack.worker, pack.card, pack.models, modalities=(Modality.FACE,))
    return [face.sample.embedding for face in found.faces]


def voices_of(pack: Pack, *files: Path) -> list[bytes]:
    found = propose(list(files), pack.worker, pack.card, pack.models, modalities=(Modality.VOICE,))
    return [sample.embedding for voice in found.voices for sample in voice.speaker.samples]


def narrators(pack: Pack, media: Path) -> tuple[dict[str, list[bytes]], dict[str, Path]]:
    """Return some people's voices, and another recording of each."""
    recordings = speakers_of(media)
    enrolled = {name: voices_of(pack, files[0]) for name, files in recordings.items()}
    return enrolled, {name: files[1] for name, files in recordings.items() if enrolled[name]}


def checked(pack: Pack, clip: Path, faces: list[bytes], voices: dict[str, list[bytes]]) -> CheckResult:
    known = Known(
        templates={"Ada": faces},
        voices={name: each for name, each in voices.items() if each},
        people={name: person(name) for name in ("Ada", *voices)},
    )
    setup = CheckSetup(card=pack.card, models=pack.models, known=known, use=replace(USE, publish_at=NOW))
    return check_clip(clip, pack.worker, setup, NOW)


def mismatches(result: CheckResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.kind is FindingKind.MISMATCH]


def test_an_exchanged_voice_is_found_and_ones_own_raises_nothing(pair: Pack, test_media: Path, tmp_path: Path):
    voices, recordings = narrators(pair, test_media)
    found, raised = [], []
    for clip, (narrator, recording) in zip(SPEAKING, recordings.items(), strict=False):
        path = test_media / "clips" / clip
        faces = faces_of(pair, halves(path, tmp_path)[0])
        own = {**voices, "Ada": voices_of(pair, path)}

        exchanged = mismatches(checked(pair, spoken_over(path, recording, tmp_path), faces, own))
        untouched = mismatches(checked(pair, path, faces, own))

        found += [clip for finding in exchanged if (finding.person, finding.voice_of) == ("Ada", narrator)]
        raised += [clip for _finding in untouched]

    assert len(found) >= 0.8 * len(SPEAKING), found
    assert raised == []


def test_a_voice_over_photographs_raises_nothing(pair: Pack, test_media: Path, tmp_path: Path):
    voices, recordings = narrators(pair, test_media)
    for photo, recording in zip(PHOTOGRAPHS, recordings.values(), strict=False):
        path = test_media / "clips" / "sources" / photo
        film = nearing(path, tmp_path)

        result = checked(pair, spoken_over(film, recording, tmp_path), faces_of(pair, path), voices)

        assert {finding.person for finding in result.findings} >= {"Ada"}
        assert mismatches(result) == []


def test_an_interview_beside_a_face_raises_nothing(pair: Pack, test_media: Path, tmp_path: Path):
    voices, _recordings = narrators(pair, test_media)
    clip = test_media / "clips" / SPEAKING[1]
    interview = spoken_over(clip, test_media / "audio" / "interview_three_speakers.opus", tmp_path)

    assert mismatches(checked(pair, interview, faces_of(pair, halves(clip, tmp_path)[0]), voices)) == []
