"""Models that may not be used commercially: said in every result that rests on them, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countenance.errors import ModelsError
from countenance.packs import CommercialUse, LicencePolicy, ModelStamp, PackCard
from countenance.translations import _
from countenance.verdict import Finding, FindingKind, Severity
from reports.finding_words import licence_texts


def licence_findings(card: PackCard, policy: LicencePolicy, ran: Sequence[ModelStamp] = ()) -> list[Finding]:
    """Return the finding that a result rests on models that may not be used commercially; none where it does not.

    Args:
        card: of the pack in use.
        policy: what such models are taken for.
        ran: the models that examined the clip; among them may be such that people were enrolled with.
    """
    own = {stamp.sha256 for stamp in card.models}
    further = [one for one in ran if one.commercial_use is CommercialUse.NO and one.sha256 not in own]
    forbidden = (*card.not_for_commerce, *further)
    if not forbidden:
        return []
    texts = licence_texts(forbidden)
    return [
        Finding(
            kind=FindingKind.LICENCE,
            severity=Severity.NOTE if policy is LicencePolicy.TELL else Severity.REVIEW,
            person=None,
            name="",
            tracks=(),
            ranges=(),
            judgement=None,
            identification=None,
            title=texts.title,
            sentence=texts.sentence,
            likeness=texts.likeness,
            next_step=texts.next_step,
            unnamed=texts,
        )
    ]


def require_allowed(card: PackCard, policy: LicencePolicy) -> PackCard:
    """Return a pack that the policy allows, with those models beside its own that it allows too.

    Raises:
        ModelsError: only models for commercial use are wanted, and one of the pack's is not.
    """
    forbidden = card.not_for_commerce
    if forbidden and policy is LicencePolicy.REFUSE:
        raise ModelsError(
            _("The pack “{pack}” is refused: the licence of {models} forbids commercial use.").format(
                pack=card.name, models=_(", ").join(stamp.name for stamp in forbidden)
            ),
            remedy=_("Choose another pack (countenance models list), or allow it in the settings."),
        )
    if policy is not LicencePolicy.REFUSE:
        return card
    return replace(card, further=tuple(one for one in card.further if one.stamp.commercial_use is not CommercialUse.NO))
