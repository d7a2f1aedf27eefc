"""What a finding says beside consent's sentences: its title, how alike somebody is, what was not examined."""

from __future__ import annotations

from collections.abc import Sequence

from countenance.identification import Identification, IdentificationReason, IdentificationStatus
from countenance.observations import NotExamined, Observations
from countenance.packs import ModelStamp
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.verdict import FindingTexts
from reports.wording import coverage_sentences, likeness_sentence, near_miss_sentence, reason_words


def titled(name: str, words: str) -> str:
    """Return a title that says who it is about, such as "Ann: Permitted"; the words alone where `name` is empty."""
    return _("{name}: {words}").format(name=name, words=words) if name else words


def likeness_words(
    identification: Identification | None, *, closest: str = "", not_examined: NotExamined | None = None
) -> str:
    """Return how alike a track or speaker is to whom it was taken for, why it is not surer, or who came nearest.

    Args:
        identification: of the best track or speaker; None where nobody was compared.
        closest: the nearest person's name, told as a near miss for somebody unknown; empty to leave it out.
        not_examined: why the track or speaker could not be judged, told instead of saying only that it could not.
    """
    if identification is None:
        return ""
    modality = identification.modality
    if IdentificationReason.NAMED_BY_USER in identification.reasons:
        # Nobody asked how alike they are.
        return _likeness(identification) if identification.best else ""
    because = [reason for reason in identification.reasons if reason is not IdentificationReason.SAMPLES_AGREE]
    if identification.best is None or identification.status is IdentificationStatus.NOT_EXAMINED:
        told = reason_words(not_examined, modality) if not_examined else _joined(because, modality)
        if IdentificationReason.RULED_OUT in because and not not_examined:
            return ""  # compared, with nobody but whom the user ruled out
        return _("Not compared: {reasons}.").format(reasons=told) if told else ""
    if identification.status is IdentificationStatus.UNKNOWN:
        return near_miss_sentence(closest, identification.best, modality)
    # Without figures no rate can be told.
    sentences = [] if IdentificationReason.NO_FIGURES in because else [_likeness(identification)]
    if identification.status is IdentificationStatus.POSSIBLE and because:
        sentences.append(_("Not surer because: {reasons}.").format(reasons=_joined(because, modality)))
    return in_a_row(sentences)


def _likeness(identification: Identification) -> str:
    assert identification.best is not None  # as the callers see to
    return likeness_sentence(identification.best, model=identification.model, modality=identification.modality)


def coverage_texts(observations: Observations) -> FindingTexts:
    """Return the texts of the finding that too much of a clip was not examined."""
    unseen = [gap for gap in observations.picture.gaps if gap.reason is not NotExamined.NOT_REQUESTED]
    return FindingTexts(
        title=_("Part of the clip was not examined"),
        sentence=in_a_row(coverage_sentences(observations)),
        next_step=_("Look at these parts yourself, or check a better copy of the clip.")
        if unseen or not observations.sound.present
        else _("Listen to these parts yourself, or check a better copy of the clip."),
    )


def licence_texts(models: Sequence[ModelStamp]) -> FindingTexts:
    """Return the texts of the finding that a result rests on models that may not be used commercially."""
    return FindingTexts(
        title=_("Not for commercial use"),
        sentence=_("This result rests on models whose licence forbids commercial use: {models}.").format(
            models=_("; ").join(f"{model.name} ({model.licence})" for model in models)
        ),
        next_step=_("For a commercial publication, check the clip again with another pack."),
    )


def _joined(reasons: Sequence[IdentificationReason], modality: Modality) -> str:
    return _("; ").join(reason_words(reason, modality) for reason in reasons)
