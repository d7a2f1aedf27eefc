"""What the coach says, and what a newcomer and a consent lack; without a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from countenance.people import Modality, Person, PersonKind, Signer
from gui.presenters.appraising import quality_words
from gui.presenters.coaching import Kept, Readiness, coach
from gui.presenters.enrolling import (
    authority_words,
    consent_faults,
    kind_choices,
    new_consent,
    person_faults,
    signers_for,
    with_authority,
)
from gui.presenters.keeping import best_picture, best_sound
from registry import retain_until_by_default
from scan.enrol import AcceptedFace, AcceptedVoice, Proposal, Refusal, RefusedFile
from tests.gui.papers_bench import LIN
from tests.reports.material import campaign
from tests.reports.voiced import podcast

TODAY = date(2026, 11, 21)
BOTH = tuple(Modality)


def face(sha256: str = "a" * 64, *, yaw: float = 0.0, size_px: float = 200.0, quality: float = 0.8) -> AcceptedFace:
    (sample,) = campaign().observations.tracks[0].samples
    seen = replace(sample.detection, yaw=yaw, size_px=size_px, quality=quality)
    return AcceptedFace(file="a.jpg", file_sha256=sha256, still=True, sample=replace(sample, detection=seen))


def voice(seconds: float) -> AcceptedVoice:
    speaker = podcast().observations.speakers[0]
    return AcceptedVoice(file="a.wav", file_sha256="f" * 64, film=False, speech_s=seconds, speaker=speaker)


def missing(proposal: Proposal, modalities: tuple[Modality, ...] = BOTH, kept: Kept | None = None) -> list[str]:
    return [advice.words for advice in coach(proposal, modalities, kept or Kept()).missing]


def test_the_coach_asks_for_a_first_photo_and_a_recording() -> None:
    coaching = coach(Proposal(), BOTH)

    assert coaching.readiness is Readiness.NOTHING
    assert [advice.words for advice in coaching.missing] == [
        "Add a photo that looks straight into the camera.",
        "Add a recording with 10 seconds of clean speech, or leave the voice out.",
    ]
    assert missing(Proposal(), (Modality.FACE,)) == ["Add a photo that looks straight into the camera."]


def test_the_coach_asks_for_what_is_missing_and_ticks_what_is_there() -> None:
    one = Proposal(faces=(face(),), voices=(voice(4.2),))
    assert missing(one) == [
        "Add 2 more photos, in other light or from another day.",
        "Add a profile view: the head turned to one side.",
        "Add 6 more seconds of clean speech.",
    ]
    turned = Proposal(faces=(face(yaw=0.5, size_px=60), face("b" * 64, yaw=-0.6, quality=0.3)))
    assert missing(turned, (Modality.FACE,)) == [
        "Add 1 more photo, in other light or from another day.",
        "Add a photo that looks straight into the camera.",
        "Add a larger, sharper photo: the face fills the picture.",
    ]
    all_there = Proposal(faces=(face(), face("b" * 64, yaw=0.4), face("c" * 64)), voices=(voice(12.0),))
    coaching = coach(all_there, BOTH)
    assert coaching.readiness is Readiness.GOOD
    assert not coaching.missing
    assert len(coaching.advice) == 5


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal.TOO_SMALL, "too small"),
        (Refusal.TOO_BLURRED, "blurred"),
        (Refusal.POSE, "turned away"),
        (Refusal.MUSIC, "quiet room"),
        (Refusal.CLIPPED, "overdriven"),
        (Refusal.SEVERAL_SPEAKERS, "record this person alone"),
    ],
)
def test_the_coach_says_how_to_do_better_after_a_refusal(refusal: Refusal, words: str) -> None:
    proposal = Proposal(refused=(RefusedFile(file="a", refusal=refusal),))

    assert any(words in one for one in missing(proposal))


def test_the_coach_counts_what_is_enrolled_already_and_what_the_pack_cannot_hear() -> None:
    assert missing(Proposal(), kept=Kept(faces=3, voices=1)) == []
    assert missing(Proposal(voices=(voice(3.0),)), kept=Kept(faces=3, voices=1)) == []
    deaf = Proposal(faces=(face(),), refused=(RefusedFile(file="a", refusal=Refusal.NO_VOICE_MODEL),))
    assert not any("speech" in one for one in missing(deaf))


def test_a_newcomer_is_told_what_their_kind_needs() -> None:
    nobody = Person(id="")
    assert set(person_faults(nobody, TODAY)) == {"display_name"}
    minor = replace(nobody, display_name="Mia", kind=PersonKind.MINOR)
    assert set(person_faults(minor, TODAY)) == {"birth", "authority"}
    ready = with_authority(replace(minor, birth=date(2015, 1, 1)), "Maria Example, birth certificate 1")
    assert person_faults(ready, TODAY) == {}
    dead = replace(nobody, display_name="Dan", kind=PersonKind.DECEASED)
    assert set(person_faults(dead, TODAY)) == {"death", "authority"}
    assert set(person_faults(replace(nobody, display_name="Duo", kind=PersonKind.GROUP), TODAY)) == {"members"}
    assert "minor" in person_faults(replace(nobody, display_name="Kim", birth=date(2015, 1, 1)), TODAY)[""]
    assert set(person_faults(replace(ready, birth=date(2030, 1, 1)), TODAY)) == {"birth"}
    assert authority_words(PersonKind.LIVING) is None
    assert {choice.code for choice in kind_choices()} == set(PersonKind)
    assert [choice.code for choice in signers_for(minor)] == ["guardian", "agent"]


def test_a_consent_is_told_what_it_lacks() -> None:
    consent = new_consent(PersonKind.LIVING, TODAY)
    assert consent.retain_until == retain_until_by_default(TODAY)
    assert consent_faults(consent, LIN, TODAY) == {}
    assert set(consent_faults(replace(consent, modality=()), LIN, TODAY)) == {"modality"}
    assert set(consent_faults(replace(consent, signed_on=date(2027, 1, 1)), LIN, TODAY)) == {"signed_on"}
    assert set(consent_faults(replace(consent, retain_until=date(2026, 1, 1)), LIN, TODAY)) == {"retain_until"}
    assert set(consent_faults(replace(consent, signer=Signer.GUARDIAN), LIN, TODAY)) == {"signer"}


def test_the_best_sample_stands_for_somebody() -> None:
    weak, good = face(quality=0.2), face("b" * 64, quality=0.9)
    assert best_picture(Proposal(faces=(good, weak))) == good.sample.picture
    assert best_picture(Proposal()) == b""
    assert best_sound(Proposal()) == b""
    assert best_sound(Proposal(voices=(voice(5.0),)))
    assert [quality_words(one) for one in (0.9, 0.35, 0.1)] == ["Good", "Fair", "Weak"]
