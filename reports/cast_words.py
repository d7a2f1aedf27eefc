"""What findings about the cast say: who was not expected, and who was expected and not found, or not looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from countenance.observations import NotExamined
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _, mark
from countenance.verdict import FindingTexts
from reports.finding_words import titled
from reports.reason_words import reason_words


class NotLookedFor(Enum):
    """Why a face or a voice could not have been found, beside what keeps a whole clip from being examined."""

    NOT_IN_CLIP = "not in clip"
    NOT_ENROLLED = "not enrolled"
    OTHER_PACK = "other pack"


def uncast_texts(name: str = "", *, expected: Sequence[Modality] = ()) -> FindingTexts:
    """Return the texts of the finding that somebody recognised is not in the cast.

    Args:
        name: of the person; empty where names are left out.
        expected: what of this person the cast names, where it names something else than what was recognised.
    """
    who = name or _("Somebody of the registry")
    sentence = _("{name} is recognised here and is not in the cast that was named.")
    if expected:
        alone = Modality.FACE if Modality.FACE in expected else Modality.VOICE
        sentence = _(_BEYOND[alone])
    return FindingTexts(
        title=titled(name, _("Not in the cast")),
        sentence=sentence.format(name=who),
        next_step=_("Name {whom} in the cast if this is meant; if not, find out how this came into the clip.").format(
            whom=name or _("this person")
        ),
    )


def missing_texts(
    missing: Sequence[Modality], not_looked_for: Mapping[Modality, NotLookedFor | NotExamined], name: str = ""
) -> FindingTexts:
    """Return the texts of the finding that somebody of the cast was not found.

    Args:
        missing: what was looked for and not found; empty where nothing of this person was looked for.
        not_looked_for: what was expected and not looked for, and why.
        name: of the person; empty where names are left out.
    """
    who = name or _("somebody of the cast")
    told = [_(_MISSING[modality]).format(name=who) for modality in missing]
    told += [
        _(_NOT_LOOKED_FOR[modality]).format(name=who, why=_why(reason, modality))
        for modality, reason in not_looked_for.items()
    ]
    return FindingTexts(
        title=titled(name, _("Not found in the clip") if missing else _("Not looked for")),
        sentence=in_a_row(told),
        next_step=_(
            "See whether this is the right clip and the right cast; who is small, blurred, turned away or hardly heard "
            "is not recognised."
        )
        if missing
        else _("Look and listen yourself, or enrol what is missing and check again."),
    )


def _why(reason: NotLookedFor | NotExamined, modality: Modality) -> str:
    if isinstance(reason, NotExamined):
        return reason_words(reason, modality)
    return _(_REASONS[reason, modality])


_BEYOND = {
    Modality.FACE: mark("The voice of {name} is recognised here, but the cast names the face alone."),
    Modality.VOICE: mark("The face of {name} is recognised here, but the cast names the voice alone."),
}

_MISSING = {
    Modality.FACE: mark("The face of {name} was looked for and not found."),
    Modality.VOICE: mark("The voice of {name} was listened for and not found."),
}

_NOT_LOOKED_FOR = {
    Modality.FACE: mark("The face of {name} was not looked for: {why}."),
    Modality.VOICE: mark("The voice of {name} was not listened for: {why}."),
}

_REASONS = {
    (NotLookedFor.NOT_IN_CLIP, Modality.FACE): mark("the clip has no picture"),
    (NotLookedFor.NOT_IN_CLIP, Modality.VOICE): mark("the clip has no sound"),
    (NotLookedFor.NOT_ENROLLED, Modality.FACE): mark("no face is enrolled that may be used"),
    (NotLookedFor.NOT_ENROLLED, Modality.VOICE): mark("no voice is enrolled that may be used"),
    (NotLookedFor.OTHER_PACK, Modality.FACE): mark("it was enrolled with another pack"),
    (NotLookedFor.OTHER_PACK, Modality.VOICE): mark("it was enrolled with another pack"),
}
