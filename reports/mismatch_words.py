"""What the finding says that one person's face speaks with another's voice."""

from __future__ import annotations

from countenance.identification import Identification
from countenance.translations import _
from countenance.verdict import FindingTexts
from reports.finding_words import likeness_words


def mismatch_texts(
    face: Identification, voice: Identification, *, face_name: str = "", voice_name: str = ""
) -> FindingTexts:
    """Return the texts of the finding.

    Args:
        face: the surest identification of the face.
        voice: the surest identification of the voice.
        face_name: of the person whose face it is; empty where names are left out.
        voice_name: of the person whose voice it is, likewise.
    """
    seen = face_name or _("one person")
    heard = voice_name or _("another person")
    return FindingTexts(
        title=_("The face of {face} with the voice of {voice}").format(face=seen, voice=heard),
        sentence=_(
            "While the face of {face} is seen, the one voice that is heard is the voice of {voice}: the sound may have "
            "been exchanged, or the face."
        ).format(face=seen, voice=heard),
        likeness=_("Face: {face} Voice: {voice}").format(face=likeness_words(face), voice=likeness_words(voice)),
        next_step=_(
            "Look and listen: if somebody off screen speaks, nothing is wrong; otherwise both have to agree to it."
        ),
    )
