"""Clips that were checked and kept, judged again when a grant, a ban, a decision or a day changed; real registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from countenance.clearance import ClearedPerson, KeptCheck, RememberedPerson
from countenance.grants import AfterEnd, Duty, Grant, Method, Prohibition, Purpose, Revocation
from countenance.judgement import FoundPerson, JudgementKind, MatchKind, Reason
from countenance.people import Modality, Person, PersonKind
from countenance.use import ApprovalDecision, ExceptionKind, StatedUse
from countenance.verdict import Severity, UnknownPolicy, Verdict
from registry import GrantPapers, Registry, Signature
from scan.recall.affected import Recall, affected
from scan.recall.expiring import expiring
from scan.recall.remembered import remembered
from tests.registry.clips import CLIP, OTHER_CLIP, REMUXED, publication, record
from tests.registry.people import NOW, SIGNED, TODAY, consent, person, sample

LATER = NOW + timedelta(days=30)
USE = StatedUse(
    publish_at=NOW,
    purpose=Purpose.SOCIAL_CONTENT,
    face_method=Method.REAL_FOOTAGE,
    channels=("tiktok", "youtube"),
    territories=("FR",),
)
PAPERS = GrantPapers(signatures=(Signature(name="Ada Example", role="self", signed_on=SIGNED, how="paper"),))


@pytest.fixture
def ada(registry: Registry) -> str:
    return registry.enrol(person(), consent=consent(), samples=[sample()])


def granted(registry: Registry, ada: str, **terms: object) -> Grant:
    plain = Grant(id="", person=ada, signed=SIGNED, purposes=(Purpose.ANY,), channels=("any",), territories=("WORLD",))
    return registry.record_grant(replace(plain, **terms), PAPERS)


def changed_terms(registry: Registry, grant: Grant, **terms: object) -> Grant:
    return registry.record_grant(replace(registry.grant_revisions(grant.id)[-1].grant, **terms))


def kept(
    registry: Registry,
    found: str | None,
    *,
    was: JudgementKind = JudgementKind.PERMITTED,
    verdict: Verdict = Verdict.PERMITTED,
    match: MatchKind = MatchKind.STRONG,
    prominent: bool = True,
    unknown: UnknownPolicy = UnknownPolicy.REVIEW,
    besides: Severity | None = None,
    use: StatedUse = USE,
    rests_on: str | None = None,
    **fields: object,
) -> KeptCheck:
    one = FoundPerson(person=found, modality=(Modality.FACE,), match=match)
    cleared = ClearedPerson(
        person=found, modality=Modality.FACE, judgement=was, reason=Reason.OK, rests_on=rests_on, revision=1
    )
    made = record(cleared, verdict=verdict, use=use, **fields)
    return registry.checks.keep(made, [RememberedPerson(found=one, prominent=prominent)], unknown, besides)


def recalled(registry: Registry, now: datetime = LATER) -> Recall:
    return affected(remembered(registry), now)


def verdicts(recall: Recall) -> list[tuple[str, Verdict, Verdict]]:
    return [(one.check, one.before, one.after) for one in recall.changed]


def test_nothing_is_told_where_nothing_has_changed(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    kept(registry, ada)
    registry.publications.add(publication())

    assert recalled(registry) == Recall(changed=(), coming_down=())


def test_a_withdrawal_changes_the_verdict_of_a_clip_that_has_not_gone_out(registry: Registry, ada: str) -> None:
    grant = granted(registry, ada)
    check = kept(registry, ada)
    registry.revoke_grant(grant.id, Revocation(notice=TODAY + timedelta(days=1)))

    (change,) = recalled(registry).changed

    assert (change.check, change.publication, change.publish_at) == (check.id, "", LATER)
    assert (change.before, change.after) == (Verdict.PERMITTED, Verdict.BLOCKED)
    (who,) = change.people
    assert (who.name, who.before, who.after) == ("Ada Example", JudgementKind.PERMITTED, JudgementKind.REVOKED)
    assert who.rests_on == grant.id
    assert "Ada Example withdrew the permission" in who.sentence
    assert "signed after the withdrawal" in who.next_step


def test_a_clip_that_will_go_out_later_is_judged_for_that_day(registry: Registry, ada: str) -> None:
    granted(registry, ada, end=TODAY + timedelta(days=60))
    kept(registry, ada, use=replace(USE, publish_at=NOW + timedelta(days=90)), verdict=Verdict.BLOCKED)
    kept(registry, ada)

    assert recalled(registry).changed == ()
    assert [one.check for one in recalled(registry, NOW + timedelta(days=61)).changed] == ["K0002"]


def test_what_went_out_in_time_may_stay_or_comes_down_as_was_agreed(registry: Registry, ada: str) -> None:
    grant = granted(registry, ada, end=TODAY + timedelta(days=10))
    check = kept(registry, ada)
    up = registry.publications.add(publication(check=check.id))

    assert recalled(registry) == Recall(changed=(), coming_down=())
    changed_terms(registry, grant, after_end=AfterEnd.TAKE_DOWN)

    recall = recalled(registry)
    assert [one.publication for one in recall.changed] == [up.id]
    (down,) = recall.coming_down
    assert (down.publication.id, down.last_day, down.overdue) == (up.id, TODAY + timedelta(days=10), True)
    assert (down.check, down.person, down.rests_on) == (check.id, ada, grant.id)
    assert "has ended" in down.sentence


def test_in_the_notice_of_a_withdrawal_the_last_day_is_told_although_the_verdict_stands(
    registry: Registry, ada: str
) -> None:
    grant = granted(registry, ada)
    kept(registry, ada)
    registry.publications.add(publication())
    registry.revoke_grant(grant.id, Revocation(notice=TODAY, days=60))

    recall = recalled(registry)

    assert recall.changed == ()
    (down,) = recall.coming_down
    assert (down.last_day, down.overdue) == (TODAY + timedelta(days=59), False)


def test_a_ban_brings_down_at_once_what_is_out(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    kept(registry, ada)
    registry.publications.add(publication())
    ban = registry.record_prohibition(Prohibition(id="", person=ada)).prohibition

    (down,) = recalled(registry).coming_down

    assert (down.last_day, down.overdue, down.rests_on) == (date(2026, 12, 21), False, ban.id)
    assert "a ban wins over every grant" in down.sentence


def test_a_publication_is_judged_for_the_place_where_it_is(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    kept(registry, ada)
    registry.publications.add(publication(place="tiktok"))
    on_youtube = registry.publications.add(publication(place=" YouTube "))
    elsewhere = registry.publications.add(publication(place="our fair stand"))
    registry.record_prohibition(Prohibition(id="", person=ada, channels=("youtube",)))

    assert [one.publication.id for one in recalled(registry).coming_down] == [on_youtube.id, elsewhere.id]


def test_what_was_taken_down_is_judged_no_more(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    kept(registry, ada)
    up = registry.publications.add(publication(take_down_by=TODAY + timedelta(days=1)))
    registry.publications.taken_down(up.id, NOW + timedelta(hours=1))
    registry.record_prohibition(Prohibition(id="", person=ada))

    assert recalled(registry) == Recall(changed=(), coming_down=())


def test_a_day_that_was_set_with_a_publication_counts_if_it_is_the_first(registry: Registry, ada: str) -> None:
    grant = granted(registry, ada)
    check = kept(registry, ada)
    registry.publications.add(publication(take_down_by=TODAY + timedelta(days=40)))
    registry.publications.add(publication(clip=OTHER_CLIP, take_down_by=TODAY + timedelta(days=5)))
    registry.publications.add(publication(clip=OTHER_CLIP))
    registry.revoke_grant(grant.id, Revocation(notice=TODAY, days=60))

    unchecked, ours = recalled(registry).coming_down

    assert (unchecked.check, unchecked.overdue, unchecked.last_day) == ("", True, TODAY + timedelta(days=5))
    assert (ours.check, ours.last_day, ours.rests_on) == (check.id, TODAY + timedelta(days=40), None)
    assert "may stay until December 31, 2026" in ours.sentence


def test_another_file_with_the_same_picture_and_sound_is_the_same_clip(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    kept(registry, ada)
    registry.publications.add(publication(clip=REMUXED))
    registry.record_prohibition(Prohibition(id="", person=ada))

    assert len(recalled(registry).coming_down) == 1


def test_a_publication_belongs_to_the_check_it_names_or_to_the_last_of_its_clip(registry: Registry, ada: str) -> None:
    granted(registry, ada, channels=("tiktok",))
    first, last = kept(registry, ada), kept(registry, ada, use=replace(USE, purpose=Purpose.GAME))
    registry.publications.add(publication(check=first.id))
    registry.publications.add(publication())
    registry.record_prohibition(Prohibition(id="", person=ada))

    assert [one.check for one in recalled(registry).coming_down] == [first.id, last.id]


def test_an_approval_or_an_exception_recorded_since_counts(registry: Registry, ada: str) -> None:
    grant = granted(registry, ada, approval=True)
    asks = {"was": JudgementKind.NEEDS_APPROVAL, "verdict": Verdict.REVIEW}
    kept(registry, ada, **asks)
    kept(registry, ada, use=replace(USE, purpose=Purpose.AI_TRAINING, exception=ExceptionKind.PARODY), **asks)
    assert recalled(registry).changed == ()

    registry.decisions.approve(grant.id, REMUXED, ApprovalDecision.APPROVED, "seen by her agent")
    registry.decisions.except_(ada, CLIP, ExceptionKind.PARODY, ApprovalDecision.REFUSED, "no parody")

    assert verdicts(recalled(registry)) == [
        ("K0001", Verdict.REVIEW, Verdict.PERMITTED),
        ("K0002", Verdict.REVIEW, Verdict.BLOCKED),
    ]


def test_a_decision_on_a_file_whose_streams_nobody_read_is_about_that_file_alone(registry: Registry, ada: str) -> None:
    grant = granted(registry, ada, approval=True)
    kept(registry, ada, was=JudgementKind.NEEDS_APPROVAL, verdict=Verdict.REVIEW)

    registry.decisions.approve(grant.id, OTHER_CLIP, ApprovalDecision.APPROVED, "another clip")

    assert recalled(registry).changed == ()


def test_a_new_grant_opens_what_was_blocked(registry: Registry, ada: str) -> None:
    kept(registry, ada, was=JudgementKind.NOT_PERMITTED, verdict=Verdict.BLOCKED)

    granted(registry, ada)

    assert verdicts(recalled(registry)) == [("K0001", Verdict.BLOCKED, Verdict.PERMITTED)]


def test_a_band_counts_again_with_its_grants(registry: Registry, ada: str) -> None:
    ben = registry.enrol(person("Ben"))
    band = registry.enrol(Person(id="", display_name="The Band", kind=PersonKind.GROUP, members=(ada, ben)))
    registry.record_grant(
        Grant(
            id="",
            person=band,
            signed=SIGNED,
            purposes=(Purpose.ANY,),
            channels=("any",),
            territories=("WORLD",),
            members="individually",
        ),
        PAPERS,
    )
    kept(registry, ada, was=JudgementKind.NOT_PERMITTED, verdict=Verdict.BLOCKED)

    assert verdicts(recalled(registry)) == [("K0001", Verdict.BLOCKED, Verdict.PERMITTED)]


def test_who_was_recognised_stays_so_when_the_biometric_consent_is_over(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    kept(registry, ada)
    kept(registry, ada, match=MatchKind.POSSIBLE, was=JudgementKind.POSSIBLE_MATCH, verdict=Verdict.REVIEW)

    assert recalled(registry, NOW + timedelta(days=5 * 365)).changed == ()


@pytest.mark.parametrize(
    ("how", "verdict"),
    [
        ({}, Verdict.REVIEW),
        ({"unknown": UnknownPolicy.NOTE}, Verdict.NO_MATCH),
        ({"prominent": False}, Verdict.NO_MATCH),
        ({"unknown": UnknownPolicy.NOTE, "besides": Severity.REVIEW}, Verdict.REVIEW),
        ({"unknown": UnknownPolicy.NOTE, "besides": Severity.BLOCK}, Verdict.BLOCKED),
    ],
)
def test_unknown_people_and_findings_of_other_kinds_weigh_as_they_did(
    registry: Registry, ada: str, how: dict[str, object], verdict: Verdict
) -> None:
    granted(registry, ada)
    kept(registry, None, was=JudgementKind.UNKNOWN_PERSON, match=MatchKind.NONE, verdict=verdict, **how)

    assert recalled(registry).changed == ()


def test_a_clip_of_somebody_unknown_is_told_without_a_name(registry: Registry, ada: str) -> None:
    kept(registry, None, was=JudgementKind.CLEAR, match=MatchKind.NONE, verdict=Verdict.NO_MATCH)

    ((change,),) = [one.people for one in recalled(registry).changed]

    assert (change.person, change.name) == (None, "")


def test_a_label_that_is_due_brings_nothing_down(registry: Registry, ada: str) -> None:
    granted(registry, ada, duties=(Duty.CREDIT,))
    kept(registry, ada)
    registry.publications.add(publication())

    assert recalled(registry).coming_down == ()


def test_a_ban_recorded_as_revoked_by_another_grant_names_its_last_day(registry: Registry, ada: str) -> None:
    granted(registry, ada)
    other = granted(registry, ada, channels=("tiktok",))
    kept(registry, ada)
    registry.publications.add(publication())
    registry.revoke_grant(other.id, Revocation(notice=TODAY + timedelta(days=3)))

    (down,) = recalled(registry).coming_down

    assert (down.rests_on, down.last_day) == (other.id, TODAY + timedelta(days=2))


# --- what runs out soon


def grants_of(found: Sequence[object]) -> list[tuple[str, date, Reason]]:
    return [(one.grant, one.last_day, one.reason) for one in found]


def test_what_ends_soon_is_listed_with_the_clips_that_rest_on_it(registry: Registry, ada: str) -> None:
    ends = granted(registry, ada, end=TODAY + timedelta(days=20))
    withdrawn = granted(registry, ada, revoked=Revocation(notice=TODAY, days=10))
    granted(registry, ada, end=TODAY + timedelta(days=31))
    granted(registry, ada, end=TODAY - timedelta(days=1))
    granted(registry, ada)
    check = kept(registry, ada, rests_on=ends.id)
    up = registry.publications.add(publication(check=check.id))
    down = registry.publications.add(publication())
    registry.publications.taken_down(down.id, NOW + timedelta(hours=1))

    found = expiring(registry, TODAY + timedelta(days=30))

    assert grants_of(found) == [
        (withdrawn.id, TODAY + timedelta(days=9), Reason.REVOKED),
        (ends.id, TODAY + timedelta(days=20), Reason.PAST_END),
    ]
    assert (found[1].name, found[1].checks, found[1].publications) == ("Ada Example", (check.id,), (up.id,))
    assert (found[0].checks, found[0].publications) == ((), ())


def test_biometric_consents_and_18th_birthdays_are_among_what_ends(registry: Registry, ada: str) -> None:
    child = registry.enrol(person("Kit", kind=PersonKind.MINOR, birth=date(2008, 12, 1), guardian="mother, paper 7"))
    kits = granted(registry, child, signer="guardian")
    check = kept(registry, ada)

    soon = expiring(registry, TODAY + timedelta(days=30))
    far = expiring(registry, date(2029, 11, 1))

    assert grants_of(soon) == [(kits.id, date(2008 + 18, 11, 30), Reason.TURNED_18)]
    assert [(one.grant, one.person, one.reason, one.checks) for one in far[1:]] == [
        ("", ada, Reason.TEMPLATE_LAPSED, (check.id,))
    ]
