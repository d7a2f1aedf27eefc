import json

import pytest

from countenance.decisions import ClipMark
from countenance.errors import WrongUsageError
from countenance.people import Modality
from countenance.use import ApprovalDecision, ExceptionKind
from registry import Registry
from tests.registry.clips import CLIP, OTHER_CLIP, REMUXED
from tests.registry.people import NOW, PAPERS, enrolled, grant, opened

YES, NO = ApprovalDecision.APPROVED, ApprovalDecision.REFUSED


@pytest.fixture
def given(registry: Registry) -> str:
    return registry.record_grant(grant(enrolled(registry), approval=True), PAPERS).id


def test_an_approval_comes_back_for_the_same_picture_and_sound(registry: Registry, given: str, path) -> None:
    made = registry.decisions.approve(given, CLIP, YES, "the family agreed", by="Cy")

    with opened(path) as again:
        assert again.decisions.about(CLIP) == again.decisions.about(REMUXED) == ((made,), ())
        assert again.decisions.about(OTHER_CLIP) == ((), ())
    assert (made.id, made.grant, made.by, made.at, made.reason) == ("A0001", given, "Cy", NOW, "the family agreed")


def test_the_latest_answer_counts_and_earlier_ones_stay(registry: Registry, given: str) -> None:
    first = registry.decisions.approve(given, CLIP, YES, "fine")
    second = registry.decisions.approve(given, REMUXED, NO, "the caption is wrong")

    assert registry.decisions.about(CLIP)[0] == (second,)
    assert registry.decisions.all() == ((first, second), ())
    assert registry.decisions.under(given) == (first, second)
    assert first.by == "ann"


def test_a_clip_without_streams_is_known_by_its_file_alone(registry: Registry, given: str) -> None:
    made = registry.decisions.approve(given, OTHER_CLIP, YES, "fine")

    assert registry.decisions.about(OTHER_CLIP)[0] == (made,)
    assert registry.decisions.about(ClipMark(sha256="9" * 64))[0] == ()


@pytest.mark.parametrize("modality", [None, Modality.VOICE])
def test_an_exception_is_kept_with_who_decided_and_why(registry: Registry, modality: Modality | None) -> None:
    ada = enrolled(registry)

    made = registry.decisions.except_(ada, CLIP, ExceptionKind.PARODY, NO, "no satire in it", modality=modality)
    other = registry.decisions.except_(ada, OTHER_CLIP, ExceptionKind.NEWS, YES, "a court report", by="Dee")

    assert registry.decisions.about(REMUXED) == ((), (made,))
    assert registry.decisions.all() == ((), (made, other))
    assert (made.id, made.modality, made.by, other.by) == ("E0001", modality, "ann", "Dee")


def test_the_journal_tells_decisions_by_ids_alone(registry: Registry, given: str) -> None:
    registry.decisions.approve(given, CLIP, YES, "Ada’s mother agreed", by="Cy Example")
    registry.decisions.except_("P0001", CLIP, ExceptionKind.QUOTATION, YES, "Ada is quoted")

    approval, exception = registry.journal_entries()[-2:]

    assert (approval.action, approval.subject) == ("approval.recorded", "A0001")
    assert json.loads(approval.facts) == {
        "grant": given,
        "decision": "approved",
        "clip": CLIP.sha256,
        "streams": CLIP.streams,
    }
    assert (exception.action, exception.subject) == ("exception.recorded", "E0001")
    assert "Ada" not in approval.facts + exception.facts


def test_a_decision_that_says_too_little_is_refused(registry: Registry, given: str) -> None:
    decisions = registry.decisions

    with pytest.raises(WrongUsageError, match="no grant “G0404”"):
        decisions.approve("G0404", CLIP, YES, "fine")
    with pytest.raises(WrongUsageError, match="needs its reason"):
        decisions.approve(given, CLIP, YES, " ")
    with pytest.raises(WrongUsageError, match="SHA-256"):
        decisions.approve(given, ClipMark(sha256="1"), YES, "fine")
    with pytest.raises(WrongUsageError, match="SHA-256"):
        decisions.except_("P0001", ClipMark(sha256="1" * 64, streams="2"), ExceptionKind.NEWS, YES, "news")
    with pytest.raises(WrongUsageError, match="needs its reason"):
        decisions.except_("P0001", CLIP, ExceptionKind.NEWS, YES, "")
    with pytest.raises(WrongUsageError, match="nobody with the id P0404"):
        decisions.except_("P0404", CLIP, ExceptionKind.NEWS, YES, "news")

    assert decisions.all() == ((), ())
