from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from consent import Records, explain, what_would_change
from countenance.decisions import ClipMark, RecordedException
from countenance.grants import Duty, Method, Purpose, Theme
from countenance.judgement import JudgementKind, Reason
from countenance.people import Modality
from countenance.use import ApprovalDecision, ExceptionKind
from tests.consent.made import FACE, GRANT, NOON, VOICE, ban, grant, judged, use

PARODY = RecordedException(
    id="E0001",
    person="P1",
    clip=ClipMark(sha256="ab"),
    kind=ExceptionKind.PARODY,
    decision=ApprovalDecision.APPROVED,
    reason="satire of a speech",
    by="Kim",
    at=datetime(2026, 6, 1, 9, tzinfo=UTC),
)
REFUSED = replace(PARODY, id="E0002", decision=ApprovalDecision.REFUSED, at=PARODY.at + timedelta(days=1))
CLAIMED = use(exception=ExceptionKind.PARODY)


def outcome(*grants, decided=(PARODY,), stated=CLAIMED, **how):
    overall = judged(*grants, stated=stated, exceptions=decided, **how).overall
    return overall.kind, overall.reason, overall.rests_on


def test_what_a_person_decided_carries_the_clip():
    assert outcome() == (JudgementKind.PERMITTED, Reason.EXCEPTION_CLAIMED, "E0001")
    assert outcome(grant(purposes=(Purpose.MUSIC,)))[0] is JudgementKind.PERMITTED


def test_what_is_recorded_need_not_be_claimed_again():
    assert outcome(stated=use())[:2] == (JudgementKind.PERMITTED, Reason.EXCEPTION_CLAIMED)


def test_what_a_person_refused_is_refused():
    assert outcome(decided=(REFUSED,)) == (JudgementKind.NOT_PERMITTED, Reason.APPROVAL_REFUSED, "E0002")
    assert outcome(decided=(REFUSED,), stated=use())[1] is Reason.APPROVAL_REFUSED


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_decisions_the_last_recorded_counts_even_where_a_clock_was_set_back(order):
    assert outcome(decided=(PARODY, REFUSED)[::order])[2] == "E0002"
    reopened = replace(PARODY, id="E0010", at=PARODY.at - timedelta(days=1))
    assert outcome(decided=(REFUSED, reopened)[::order])[2] == "E0010"


def test_one_kind_that_was_approved_suffices_where_none_is_claimed():
    news = replace(REFUSED, kind=ExceptionKind.NEWS)

    assert outcome(decided=(news, PARODY), stated=use())[0] is JudgementKind.PERMITTED


def test_a_claim_of_another_kind_is_a_new_question():
    kind, reason, _rests_on = outcome(stated=use(exception=ExceptionKind.NEWS))

    assert (kind, reason) == (JudgementKind.NEEDS_APPROVAL, Reason.EXCEPTION_CLAIMED)


@pytest.mark.parametrize("other", [replace(PARODY, person="P2"), replace(PARODY, modality=Modality.VOICE)])
def test_a_decision_about_somebody_or_something_else_says_nothing(other):
    assert outcome(decided=(other,))[0] is JudgementKind.NEEDS_APPROVAL


def test_a_decision_about_the_voice_leaves_the_face_open():
    both = judged(stated=CLAIMED, found=(VOICE, FACE), exceptions=(replace(PARODY, modality=Modality.VOICE),))

    assert [one.judgement.kind for one in both.people] == [JudgementKind.PERMITTED, JudgementKind.NEEDS_APPROVAL]


def test_no_exception_carries_adult_content_a_ban_or_an_ended_grant():
    adult = use(exception=ExceptionKind.PARODY, themes=(Theme.ADULT,))

    assert outcome(stated=adult)[:2] == (JudgementKind.NOT_PERMITTED, Reason.NO_GRANT)
    assert outcome(bans=(ban(),))[1] is Reason.PROHIBITION
    assert outcome(grant(end=date(2026, 6, 1)))[1] is Reason.PAST_END


def test_a_grant_that_covers_needs_no_exception():
    assert outcome(GRANT) == (JudgementKind.PERMITTED, Reason.OK, "G1")
    assert outcome(GRANT, decided=(REFUSED,))[1] is Reason.OK


def test_the_labels_that_the_law_asks_for_stay_due():
    stated = use(face_method=Method.AI_GENERATED, territories=("FR",))
    overall = judged(stated=stated, exceptions=(PARODY,)).overall

    assert (overall.kind, overall.duties) == (JudgementKind.PERMITTED_WITH_DUTIES, ("ai_label",))
    assert "a visible AI label" in what_would_change(overall, "Ana", stated, Records(exceptions=(PARODY,)))
    done = judged(stated=replace(stated, labels_done=(Duty.AI_LABEL,)), exceptions=(PARODY,)).overall
    assert done.kind is JudgementKind.PERMITTED


def test_each_decision_is_told_with_its_day_and_what_was_decided():
    yes, no = (judged(stated=CLAIMED, exceptions=(one,)).overall for one in (PARODY, REFUSED))

    assert explain(yes, "Ana", CLAIMED, Records(exceptions=(PARODY,))) == (
        "Ana: no grant covers this use, but it was decided on record on June 1, 2026 that this is parody."
    )
    assert "June 2, 2026 that this is not parody" in explain(no, "Ana", CLAIMED, Records(exceptions=(PARODY, REFUSED)))
    assert "another decision on record" in what_would_change(yes, "Ana", CLAIMED, Records(exceptions=(PARODY,)))
    assert "a grant from Ana" in what_would_change(no, "Ana", CLAIMED, Records(exceptions=(REFUSED,)))


def test_a_refused_approval_of_a_grant_is_told_of_the_grant():
    stated = use(approvals={"G1": ApprovalDecision.REFUSED})
    overall = judged(GRANT, stated=stated).overall

    assert "the grant of January 5, 2026" in explain(
        overall, "Ana", stated, Records(grants=(GRANT,), exceptions=(REFUSED,))
    )


def test_a_decision_made_since_counts_for_a_published_clip_too():
    assert outcome(checked_at=NOON + timedelta(days=30))[0] is JudgementKind.PERMITTED
