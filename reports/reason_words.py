"""Coded reasons as clauses that can follow a colon, for faces and for voices."""

from __future__ import annotations

from countenance.identification import IdentificationReason
from countenance.observations import NotExamined
from countenance.people import Modality
from countenance.translations import _, mark


def reason_words(reason: IdentificationReason | NotExamined, modality: Modality = Modality.FACE) -> str:
    """Return a coded reason as a clause that can follow a colon, in the words for a face or for a voice."""
    if isinstance(reason, NotExamined):
        heard, seen = _UNHEARD.get(reason), _NOT_EXAMINED[reason]
    else:
        heard, seen = _VOICE_REASONS.get(reason), _IDENTIFICATION_REASONS[reason]
    return _(heard) if heard and modality is Modality.VOICE else _(seen)


_NOT_EXAMINED = {
    NotExamined.TOO_SMALL: mark("too small"),
    NotExamined.TOO_BLURRED: mark("too blurred"),
    NotExamined.TOO_SHORT: mark("seen too briefly"),
    NotExamined.OVERLAPPED: mark("covered or overlapped"),
    NotExamined.POSE: mark("turned too far away"),
    NotExamined.MODEL_CANNOT_JUDGE: mark("the model cannot judge it"),
    NotExamined.NOT_REQUESTED: mark("this was not asked for"),
    NotExamined.NO_DETECTOR: mark("this pack has no model for it"),
    NotExamined.UNREADABLE: mark("unreadable"),
    NotExamined.OTHER_STREAM: mark("in another stream of the file"),
}

_UNHEARD = {
    NotExamined.TOO_SHORT: mark("heard too briefly"),
    NotExamined.OVERLAPPED: mark("somebody else speaks at the same time"),
}

_IDENTIFICATION_REASONS = {
    IdentificationReason.SAMPLES_AGREE: mark("several moments agree"),
    IdentificationReason.FEW_SAMPLES: mark("too few independent moments to be sure"),
    IdentificationReason.SINGLE_PICTURE: mark("only one picture speaks for it"),
    IdentificationReason.TOO_SHORT: mark("seen too briefly to be sure"),
    IdentificationReason.CONFLICT: mark("different moments point to different people"),
    IdentificationReason.NO_MARGIN: mark("somebody else in the registry looks almost as alike"),
    IdentificationReason.BEYOND_PROMISE: mark("the registry is larger than the figures can promise for"),
    IdentificationReason.NO_FIGURES: mark("these models were never measured: “countenance models calibrate” does so"),
    IdentificationReason.TAKEN_IN_FRAME: mark("the same person is recognised better elsewhere in the same frame"),
    IdentificationReason.BELOW_BLOCK: mark("alike, but not alike enough to be sure"),
    IdentificationReason.BELOW_REVIEW: mark("nobody is alike enough"),
    IdentificationReason.NOBODY_ENROLLED: mark("nobody is enrolled with this pack"),
    IdentificationReason.NOT_EXAMINED: mark("the face could not be judged"),
    IdentificationReason.NAMED_BY_USER: mark("named by the user"),
    IdentificationReason.RULED_OUT: mark("the user ruled out who looks most alike"),
}

_VOICE_REASONS = {
    IdentificationReason.SAMPLES_AGREE: mark("several stretches of speech agree"),
    IdentificationReason.FEW_SAMPLES: mark("too few stretches of speech to be sure"),
    IdentificationReason.SINGLE_PICTURE: mark("only one stretch of speech tells of it"),
    IdentificationReason.TOO_SHORT: mark("heard too briefly to be sure"),
    IdentificationReason.CONFLICT: mark("different stretches of speech point to different people"),
    IdentificationReason.NO_MARGIN: mark("somebody else in the registry sounds almost as alike"),
    IdentificationReason.NO_FIGURES: mark(
        "these models were never measured: “countenance models calibrate --voices” does so"
    ),
    IdentificationReason.TAKEN_IN_FRAME: mark("the same person is recognised better in another voice of that moment"),
    IdentificationReason.NOBODY_ENROLLED: mark("nobody’s voice is enrolled with this pack"),
    IdentificationReason.NOT_EXAMINED: mark("the voice could not be judged"),
    IdentificationReason.RULED_OUT: mark("the user ruled out who sounds most alike"),
}
