"""Why an enrolment kept something out, in words, with what would help."""

from __future__ import annotations

from countenance.translations import _, mark
from scan.enrol import Refusal, RefusedFile

_WORDS = {
    Refusal.UNREADABLE: mark("it cannot be read"),
    Refusal.NO_FACE: mark("no face is seen"),
    Refusal.SEVERAL_FACES: mark("several people are seen; crop it to the one who is meant"),
    Refusal.TOO_SMALL: mark("the face is too small; use a picture in which it is at least 50 pixels wide"),
    Refusal.TOO_BLURRED: mark("the face is too blurred; use a sharper picture"),
    Refusal.POSE: mark("the face is turned too far away; use one that looks nearer to the camera"),
    Refusal.POOR_QUALITY: mark("the face is too poor to recognise somebody by; use a clearer picture"),
    Refusal.OTHER_PERSON: mark("it does not look like the person of the other samples"),
    Refusal.SAME_PICTURE: mark("the same file was given twice"),
    Refusal.NO_SPEECH: mark("no speech is heard; singing and whispering do not count"),
    Refusal.LITTLE_SPEECH: mark("there is too little speech in it; use a recording with at least 3 seconds, better 10"),
    Refusal.LITTLE_SPEECH_IN_ALL: mark(
        "all recordings together hold too little speech; give at least 5 seconds of it, better 10 to 20"
    ),
    Refusal.SEVERAL_SPEAKERS: mark("several people are heard; cut it to the one who is meant"),
    Refusal.OVERLAPPED: mark("somebody else speaks at the same time; use a part where this person speaks alone"),
    Refusal.CLIPPED: mark("the sound is overdriven; use a recording made at a lower level"),
    Refusal.NOISE: mark("there is too much noise behind the voice; use a recording made in a quieter place"),
    Refusal.MUSIC: mark("there is music behind the voice; use a recording without any"),
    Refusal.OTHER_VOICE: mark("it does not sound like the person of the other recordings"),
    Refusal.SAME_SOUND: mark("the same recording was given twice"),
    Refusal.NO_VOICE_MODEL: mark("the pack in use does not recognise voices"),
    Refusal.ENROLLED_ALREADY: mark("the same file is enrolled already"),
    Refusal.NOTHING: mark("it has no picture or sound that the biometric consent covers"),
}


def refusal_words(refused: RefusedFile) -> str:
    """Return why a file or sample was refused: the detectors' own sentence where it was unreadable."""
    return refused.explanation or _(_WORDS[refused.refusal])


def refusal_clause(refused: RefusedFile) -> str:
    """Return the same without a full stop, to stand inside a sentence: the detectors' words bring their own."""
    return refusal_words(refused).rstrip(".。")
