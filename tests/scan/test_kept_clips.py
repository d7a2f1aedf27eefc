"""A clip on its whole way: checked, decided about, kept, and judged again after somebody changes their mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.decisions import ClipMark
from countenance.grants import Purpose, Revocation
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import CheckResult, UnknownPolicy, Verdict
from registry import Registry
from scan.cast import read_cast
from scan.certificate import record_of, remembered_people, worst_besides
from scan.check import CheckSetup, judge_observations
from scan.enrol import choose_faces
from scan.enrolment import enrol_person
from scan.gate import merge
from scan.knowing import known_from_registry
from scan.recall.affected import affected
from scan.recall.remembered import remembered
from tests.registry.people import PAPERS, TODAY, consent, grant, person
from tests.scan.made import CARD, NOON, SCALE, USE, face, observations, photo, portrait, track

ADA = face({0: 1.0})
STRANGER = face({}, own=50)
SCENE = observations(track(0, face({0: 0.95})), track(1, STRANGER))
MARK = ClipMark(sha256=SCENE.clip.sha256, streams="ab" * 32)
SOCIAL = replace(USE, purpose=Purpose.SOCIAL_CONTENT)


@pytest.fixture
def ada(registry: Registry) -> str:
    scene = photo(portrait(0, ADA), name="ada.jpg")
    taken = merge([choose_faces(Path("ada.jpg"), scene, SCALE)], SCALE)
    return enrol_person(registry, person("Ada"), consent(), taken, CARD)


def checked(registry: Registry, use=SOCIAL, cast: tuple[str, ...] = ()) -> CheckResult:
    setup = CheckSetup(
        card=CARD,
        models=Path("models"),
        known=known_from_registry(registry, CARD, TODAY),
        use=use,
        cast=read_cast(cast, registry.named),
    )
    return judge_observations(SCENE, setup, NOON, streams=MARK.streams)


def keep(registry: Registry, result: CheckResult) -> str:
    known = known_from_registry(registry, CARD, TODAY)
    record = record_of(result, MARK, "", known)
    return registry.checks.keep(record, remembered_people(result), UnknownPolicy.REVIEW, worst_besides(result)).id


def test_a_kept_clip_judged_again_at_once_is_judged_alike(registry: Registry, ada: str) -> None:
    registry.record_grant(grant(ada), PAPERS)
    for use in (SOCIAL, USE, replace(SOCIAL, territories=())):
        keep(registry, checked(registry, use))

    assert affected(remembered(registry), NOON + timedelta(minutes=1)).changed == ()


def test_an_approval_on_record_reaches_the_check_and_a_refusal_the_recall(registry: Registry, ada: str) -> None:
    asks = registry.record_grant(grant(ada, approval=True), PAPERS)
    registry.decisions.approve(asks.id, MARK, ApprovalDecision.APPROVED, "seen by her agent")
    remuxed = replace(SCENE, clip=replace(SCENE.clip, sha256="9" * 64))
    setup = CheckSetup(card=CARD, models=Path("models"), known=known_from_registry(registry, CARD, TODAY), use=SOCIAL)

    ours, again = checked(registry), judge_observations(remuxed, setup, NOON, streams=MARK.streams)

    assert [one.person for one in ours.findings if one.severity.value == "note"] == [ada]
    assert again.use.approvals == ours.use.approvals == {asks.id: ApprovalDecision.APPROVED}
    check = keep(registry, ours)
    registry.decisions.approve(asks.id, MARK, ApprovalDecision.REFUSED, "she has changed her mind")
    (change,) = affected(remembered(registry), NOON).changed
    assert (change.check, change.after) == (check, Verdict.BLOCKED)


def test_an_exception_on_record_reaches_the_check(registry: Registry, ada: str) -> None:
    registry.decisions.except_(ada, MARK, ExceptionKind.PARODY, ApprovalDecision.APPROVED, "satire")

    result = checked(registry)

    (finding,) = [one for one in result.findings if one.person == ada]
    assert "it was decided on record on November 21, 2026 that this is parody" in finding.sentence


def test_a_withdrawal_blocks_a_kept_clip_in_which_somebody_unknown_is_seen(registry: Registry, ada: str) -> None:
    agreed = registry.record_grant(grant(ada), PAPERS)
    result = checked(registry, cast=("Ada",))
    check = keep(registry, result)
    assert result.verdict is Verdict.REVIEW
    registry.revoke_grant(agreed.id, Revocation(notice=TODAY))

    (change,) = affected(remembered(registry), NOON).changed

    assert (change.check, change.before, change.after) == (check, Verdict.REVIEW, Verdict.BLOCKED)
    assert [(one.person, one.name) for one in change.people] == [(ada, "Ada")]
