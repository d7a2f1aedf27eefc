"""The four texts of a finding, from coded facts alone: so a report can say them again without a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countenance.identification import Identification, IdentificationReason, IdentificationStatus
from countenance.judgement import Judgement
from countenance.observations import Observations
from countenance.sentences import in_a_row
from countenance.translations import _
from reports.judgement_words import judgement_next_step, judgement_sentence, judgement_title
from reports.wording import coverage_sentences, likeness_sentence, near_miss_sentence, reason_words


@dataclass(frozen=True, slots=True)
class FindingTexts:
    """Title, why, how alike, and what to do next; the last two may be empty. All in the language in force."""

    title: str
    sentence: str
    likeness: str = ""
    next_step: str = ""


def person_texts(
    judgement: Judgement,
    identification: Identification | None,
    *,
    name: str,
    closest: str = "",
    model: str = "",
) -> FindingTexts:
    """Return the texts of a finding about somebody.

    Args:
        judgement: what consent says.
        identification: of the best track; None where nobody was compared.
        name: who it is; empty for somebody unknown.
        closest: the nearest person's name, told as a near miss for somebody unknown; empty to leave it out.
        model: the model whose figures the likeness rests on.
    """
    return FindingTexts(
        title=judgement_title(judgement, name),
        sentence=judgement_sentence(judgement, name),
        likeness=likeness_words(identification, closest=closest, model=model),
        next_step=judgement_next_step(judgement, name),
    )


def likeness_words(identification: Identification | None, *, closest: str = "", model: str = "") -> str:
    """Return how alike a track is to whom it was taken for, why it is not surer, or who came nearest."""
    if identification is None:
        return ""
    because = [reason for reason in identification.reasons if reason is not IdentificationReason.SAMPLES_AGREE]
    if identification.best is None or identification.status is IdentificationStatus.NOT_EXAMINED:
        return _("Not compared: {reasons}.").format(reasons=_joined(because)) if because else ""
    if identification.status is IdentificationStatus.UNKNOWN:
        return near_miss_sentence(closest, identification.best)
    sentences = [likeness_sentence(identification.best, model=model)]
    if identification.status is IdentificationStatus.POSSIBLE and because:
        sentences.append(_("Not surer because: {reasons}.").format(reasons=_joined(because)))
    return in_a_row(sentences)


def coverage_texts(observations: Observations) -> FindingTexts:
    """Return the texts of the finding that too much of a clip was not examined."""
    return FindingTexts(
        title=_("Part of the clip was not examined"),
        sentence=in_a_row(coverage_sentences(observations)),
        next_step=_("Look at these parts yourself, or check a better copy of the clip."),
    )


def _joined(reasons: Sequence[IdentificationReason]) -> str:
    return _("; ").join(reason_words(reason) for reason in reasons)
