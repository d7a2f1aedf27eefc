"""A result made with models that may not be used commercially says so, asks for a review, or is not made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countenance.errors import ModelsError
from countenance.packs import CommercialUse, LicencePolicy, PackCard
from countenance.verdict import FindingKind, Severity, Verdict
from scan.check import judge_observations
from scan.licensing import licence_findings, require_allowed
from tests.scan.made import CARD, known, observations, setup

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def research_card() -> PackCard:
    embedder = replace(CARD.models[1], commercial_use=CommercialUse.NO, licence="non-commercial research only")
    return replace(CARD, models=(CARD.models[0], embedder, *CARD.models[2:]))


@pytest.mark.parametrize("policy", LicencePolicy)
def test_models_for_any_use_say_nothing(policy: LicencePolicy) -> None:
    assert licence_findings(CARD, policy) == []
    require_allowed(CARD, policy)


def test_every_result_tells_of_research_weights() -> None:
    (finding,) = licence_findings(research_card(), LicencePolicy.TELL)

    assert (finding.kind, finding.severity) == (FindingKind.LICENCE, Severity.NOTE)
    assert "non-commercial research only" in finding.sentence


def test_where_only_commercial_use_is_wanted_such_a_result_asks_for_a_review() -> None:
    told, marked = (
        judge_observations(observations(), setup(Path("models"), known(0), card=research_card(), licences=policy), NOW)
        for policy in (LicencePolicy.TELL, LicencePolicy.MARK)
    )

    assert told.verdict is Verdict.NO_MATCH
    assert marked.verdict is Verdict.REVIEW
    assert [finding.title for finding in marked.findings] == ["Not for commercial use"]


def test_or_nothing_is_checked_with_them_at_all() -> None:
    with pytest.raises(ModelsError, match="forbids commercial use") as caught:
        require_allowed(research_card(), LicencePolicy.REFUSE)
    assert caught.value.exit_code == 5
    require_allowed(research_card(), LicencePolicy.MARK)
