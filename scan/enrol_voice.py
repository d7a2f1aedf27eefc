"""The gate for voices: from the sound of one file to its one speaker, or why nobody is enrolled from it.

A file has to carry one voice, long enough, clean, and told from everything around it: a template made of two voices is
nobody's, and one made of music or noise is everybody's (docs/adr/0020-voices-and-budget.md).
"""

from __future__ import annotations

from pathlib import Path

from countenance.observations import Background, NotExamined, Observations, Speaker
from scan.enrol import AcceptedVoice, Proposal, Refusal, RefusedFile

MIN_SPEECH_S = 2.5
"""Less speech of a file says nothing about whose it is (models.md §1)."""

MIN_SPEECH_IN_ALL_S = 4.0
"""Less of a person is no template: at 2.5 s one comparison in a hundred errs, at 5 s one in two thousand."""

ADVISED_SPEECH_S = 10.0

SECOND_SPEAKER_SHARE = 0.2
"""With more speech of others than this share of the main speaker's, nobody can say who is meant. Speakers who sound
alike are not taken for one here: where three people were told apart badly, the mixture sounded like each of them, and
of 348 recordings of one person none was told into more."""

MAX_CLIPPED = 0.01
"""With so many samples cut off, a voice is .93 alike to itself (cosine), with four times as many .87, as alike as two
recordings of one person are. No untouched recording of 348 came near: .0001 at most."""

MIN_LEVEL_DB = 14.0
"""In white noise 10 dB below the speech (13.6 here) the right speaker is no longer the most alike (VOICES.md). Of 348
real recordings one in a hundred lies below."""


def choose_voice(path: Path, observations: Observations) -> Proposal:
    """Return the one speaker of a file whose voice is good enough to enrol, or why there is none."""
    if observations.sound.not_examined is not None:
        return _refuse(path, Refusal.NO_VOICE_MODEL)
    speakers = observations.speakers
    if not speakers:
        return _refuse(path, Refusal.NO_SPEECH)
    main = max(speakers, key=lambda speaker: speaker.speech_s)
    # Other streams carry the same speech in another language or another mix: one of them is enough.
    others_s = sum(speaker.speech_s for speaker in speakers if speaker.stream == main.stream and speaker is not main)
    if others_s > SECOND_SPEAKER_SHARE * main.speech_s:
        return _refuse(path, Refusal.SEVERAL_SPEAKERS)
    return good_voice(path, main, observations)


def good_voice(path: Path, speaker: Speaker, observations: Observations) -> Proposal:
    """Return a speaker's voice where it is good enough to enrol, or why it is not."""
    refusal = refusal_of_voice(speaker)
    if refusal is not None:
        return _refuse(path, refusal)
    accepted = AcceptedVoice(
        file=path.name,
        file_sha256=observations.clip.sha256,
        film=observations.picture.present,
        speech_s=speaker.speech_s,
        speaker=speaker,
    )
    return Proposal(voices=(accepted,))


def refusal_of_voice(speaker: Speaker) -> Refusal | None:
    """Return why a voice is not good enough to be enrolled, or None."""
    if speaker.background is Background.MUSIC:
        return Refusal.MUSIC
    if speaker.clipped > MAX_CLIPPED:
        return Refusal.CLIPPED
    if speaker.level_db < MIN_LEVEL_DB:
        return Refusal.NOISE
    if speaker.not_examined is NotExamined.OVERLAPPED:
        return Refusal.OVERLAPPED
    if speaker.speech_s < MIN_SPEECH_S or speaker.not_examined is not None or not speaker.samples:
        return Refusal.LITTLE_SPEECH
    return None


def _refuse(path: Path, refusal: Refusal) -> Proposal:
    return Proposal(refused=(RefusedFile(file=path.name, refusal=refusal),))
