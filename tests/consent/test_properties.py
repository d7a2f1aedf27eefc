from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from consent import verdict_of
from consent.answers import rank
from consent.question import areas
from consent.signing import eighteenth_birthday, is_minor
from countenance.grants import Revocation
from countenance.judgement import ClipJudgement, Judgement, JudgementKind, Reason
from countenance.people import Person, Signer
from countenance.use import ApprovalDecision
from countenance.verdict import UnknownPolicy, Verdict
from tests.consent.made import ANA, VOICE, grant, judged, use
from tests.consent.situations import BANS, DAYS, EXCEPTIONS, GRANTS, SITUATIONS, ZONES, Situation


def ranks(clip: ClipJudgement) -> list[int]:
    return [rank(one.judgement.kind) for one in clip.people]


def is_let_through(judgement: Judgement) -> bool:
    return judgement.kind in (JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES)


def is_no_better(one: ClipJudgement, other: ClipJudgement) -> bool:
    """Whether nobody is judged better in `one` than in `other`, of the same people in the same order."""
    return all(now <= before for now, before in zip(ranks(one), ranks(other), strict=True))


@settings(deadline=None)
@given(SITUATIONS, BANS)
def test_a_prohibition_never_permits_more(situation, ban):
    barred = replace(situation, bans=(*situation.bans, replace(ban, id="X9")))

    assert is_no_better(barred.judged(), situation.judged())


@settings(deadline=None)
@given(SITUATIONS, st.data())
def test_dropping_a_stated_channel_or_country_never_worsens(situation, data):
    stated = situation.use
    channels, territories = list(stated.channels), list(stated.territories)
    if len(channels) > 1:
        channels.remove(data.draw(st.sampled_from(channels)))
    if len(territories) > 1:
        territories.remove(data.draw(st.sampled_from(territories)))

    less = replace(situation, use=replace(stated, channels=tuple(channels), territories=tuple(territories)))

    assert is_no_better(situation.judged(), less.judged())


@settings(deadline=None)
@given(SITUATIONS, st.data())
def test_leaving_out_one_country_of_a_union_never_worsens(situation, data):
    stated = situation.use
    codes = [area.code for area in areas(stated.territories) if area is not None and area.code != "WORLD"]
    if len(codes) < 2:
        return
    left_out = data.draw(st.sampled_from(codes))

    less = replace(situation, use=replace(stated, territories=(*stated.territories, f"-{left_out}")))

    assert is_no_better(situation.judged(), less.judged())


@settings(deadline=None)
@given(SITUATIONS, st.lists(st.sampled_from(["en", "en-GB", "ko", "zh"]), min_size=2, max_size=4, unique=True))
def test_publishing_in_fewer_languages_never_worsens(situation, languages):
    def in_all(of):
        return [
            min(each)
            for each in zip(
                *(ranks(replace(situation, use=replace(situation.use, language=one)).judged()) for one in of),
                strict=True,
            )
        ]

    fewer, all_of_them = in_all(languages[1:]), in_all(languages)

    assert all(few >= whole for few, whole in zip(fewer, all_of_them, strict=True))


@settings(deadline=None)
@given(SITUATIONS, st.randoms(use_true_random=False))
def test_the_order_of_what_the_registry_holds_does_not_matter(situation, chance):
    def shuffled(records):
        mixed = list(records)
        chance.shuffle(mixed)
        return tuple(mixed)

    again = replace(
        situation,
        people=shuffled(situation.people),
        grants=shuffled(situation.grants),
        bans=shuffled(situation.bans),
        exceptions=shuffled(situation.exceptions),
    )

    assert again.judged() == situation.judged()


@settings(deadline=None)
@given(SITUATIONS, st.randoms(use_true_random=False))
def test_the_order_in_which_people_were_found_does_not_matter(situation, chance):
    order = list(range(len(situation.found)))
    chance.shuffle(order)

    before = situation.judged()
    after = replace(situation, found=tuple(situation.found[index] for index in order)).judged()

    assert [one.judgement for one in after.people] == [before.people[index].judgement for index in order]
    assert (after.overall.kind, after.overall.duties) == (before.overall.kind, before.overall.duties)
    assert [verdict_of(clip, UnknownPolicy.REVIEW) for clip in (before, after)].count(
        verdict_of(before, UnknownPolicy.REVIEW)
    ) == 2


def outside_its_period(situation: Situation, day: date, *, ended: bool) -> dict[str, object]:
    """Return a period that lies wholly before or after the day of publication, whatever the zone."""
    if ended:
        return {"end": day - timedelta(days=2), "revoked": None}
    return {"start": day + timedelta(days=2) + situation.later + timedelta(days=2), "end": None, "revoked": None}


@settings(deadline=None)
@given(SITUATIONS, GRANTS, st.booleans())
def test_a_grant_outside_its_period_never_counts(situation, extra, ended):
    period = outside_its_period(situation, situation.use.publish_at.date(), ended=ended)
    more = replace(situation, grants=(*situation.grants, replace(extra, id="G99", **period)))

    before, after = situation.judged(), more.judged()

    for one, other in zip(before.people, after.people, strict=True):
        # A paper out of its time can make the answer say so; it can never let anything through that did not pass.
        if is_let_through(other.judgement):
            assert (other.judgement.kind, other.judgement.rests_on) == (one.judgement.kind, one.judgement.rests_on)
            assert other.judgement.rests_on != "G99"


@settings(deadline=None)
@given(SITUATIONS)
def test_unsigned_papers_and_papers_of_others_permit_nothing(situation):
    drafts = tuple(replace(one, signed=None) for one in situation.grants)
    strangers = tuple(replace(one, person="P7") for one in situation.grants)

    for grants in (drafts, strangers):
        for one in replace(situation, grants=grants, exceptions=()).judged().people:
            invented_or_own = one.judgement.reason in (Reason.DECLARED_SYNTHETIC, Reason.SELF, Reason.DUTY_OPEN)
            assert invented_or_own or not is_let_through(one.judgement)


@settings(deadline=None)
@given(SITUATIONS, EXCEPTIONS)
def test_a_refused_exception_never_permits_more_and_an_approved_one_never_less(situation, decided):
    alone = replace(situation, exceptions=())
    yes = replace(alone, exceptions=(replace(decided, id="E9", decision=ApprovalDecision.APPROVED),))
    no = replace(alone, exceptions=(replace(decided, id="E9", decision=ApprovalDecision.REFUSED),))

    assert is_no_better(no.judged(), alone.judged())
    assert is_no_better(alone.judged(), yes.judged())


@settings(deadline=None)
@given(SITUATIONS, st.sampled_from(["G1", "G2", "G3", "G4"]))
def test_refusing_a_clip_under_any_grant_never_permits_more(situation, refused):
    approvals = situation.use.approvals | {refused: ApprovalDecision.REFUSED}
    after = replace(situation, use=replace(situation.use, approvals=approvals))

    assert is_no_better(after.judged(), situation.judged())


@settings(deadline=None)
@given(SITUATIONS, st.data())
def test_a_withdrawal_never_permits_more(situation, data):
    if not situation.grants:
        return
    index = data.draw(st.integers(0, len(situation.grants) - 1))
    kept = [replace(one, revoked=None) if at == index else one for at, one in enumerate(situation.grants)]
    withdrawn = list(kept)
    withdrawn[index] = replace(
        kept[index], revoked=Revocation(notice=data.draw(DAYS), days=data.draw(st.integers(0, 9)))
    )

    before = replace(situation, grants=tuple(kept)).judged()
    after = replace(situation, grants=tuple(withdrawn)).judged()

    for one, other in zip(before.people, after.people, strict=True):
        # What the withdrawn grant itself forbade or asked for falls away with it: exclusivity, an approval, a detail.
        asked = {part.reason for part in one.parts} & _ASKED_BY_A_GRANT
        assert asked or is_let_through(one.judgement) or not is_let_through(other.judgement)


_ASKED_BY_A_GRANT = frozenset(
    {
        Reason.EXCLUSIVE_ELSEWHERE,
        Reason.APPROVAL_PENDING,
        Reason.APPROVAL_REFUSED,
        Reason.VAGUE_GRANT,
        Reason.USE_NOT_STATED,
    }
)


@settings(deadline=None)
@given(SITUATIONS)
def test_the_clip_is_its_worst_person_and_each_person_their_worst_part(situation):
    clip = situation.judged()

    assert rank(clip.overall.kind) == min(ranks(clip))
    for one in clip.people:
        assert rank(one.judgement.kind) == min(rank(part.kind) for part in one.parts)
        assert set(one.judgement.duties) == {duty for part in one.parts for duty in part.duties}
    blocked = verdict_of(clip, UnknownPolicy.NOTE) is Verdict.BLOCKED
    assert blocked is (rank(clip.overall.kind) <= rank(JudgementKind.EXPIRED))


@settings(deadline=None)
@given(SITUATIONS)
def test_only_what_is_uncertain_is_left_unanswered(situation):
    for one in situation.judged().people:
        assert (one.judgement.kind is JudgementKind.NEEDS_DETAILS) is bool(one.judgement.missing)


@settings(deadline=None)
@given(DAYS, ZONES, st.integers(-1, 0))
def test_a_grant_ends_at_midnight_in_its_own_zone(last, zone, minute):
    midnight = datetime.combine(last + timedelta(days=1), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moment = midnight + timedelta(minutes=minute)

    reason = judged(
        grant(signed=date(2025, 1, 1), end=last, tz=zone), stated=use(publish_at=moment), checked_at=moment
    ).overall.reason

    assert reason is (Reason.OK if minute < 0 else Reason.PAST_END)


@settings(deadline=None)
@given(DAYS, ZONES, st.integers(-1, 0))
def test_a_grant_starts_at_midnight_in_its_own_zone(first, zone, minute):
    moment = datetime.combine(first, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(minutes=minute)

    reason = judged(
        grant(signed=date(2025, 1, 1), start=first, tz=zone), stated=use(publish_at=moment), checked_at=moment
    ).overall.reason

    assert reason is (Reason.STARTS_LATER if minute < 0 else Reason.OK)


@settings(deadline=None)
@given(DAYS, ZONES, st.integers(-1, 0))
def test_a_withdrawal_takes_effect_at_midnight_in_the_grants_zone(notice, zone, minute):
    effective = datetime.combine(notice + timedelta(days=7), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    withdrawn = grant(signed=date(2025, 1, 1), tz=zone, revoked=Revocation(notice=notice, days=7))

    overall = judged(withdrawn, stated=use(publish_at=effective + timedelta(minutes=minute))).overall

    if minute < 0:
        assert overall.duties == (f"take_down_by:{notice + timedelta(days=6)}",)
    else:
        assert overall.kind is JudgementKind.REVOKED


@settings(deadline=None)
@given(DAYS, ZONES, st.integers(-1, 0))
def test_a_guardians_grant_ends_at_midnight_before_the_birthday_in_its_zone(birthday, zone, minute):
    child = replace(ANA, birth=birthday.replace(year=birthday.year - 18), guardian="mother")
    moment = datetime.combine(birthday, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(minutes=minute)
    signed = grant(signed=date(2025, 1, 1), signer=Signer.GUARDIAN, tz=zone)

    reason = judged(signed, stated=use(publish_at=moment), people=(child,)).overall.reason

    assert reason is (Reason.OK if minute < 0 else Reason.TURNED_18)


@settings(deadline=None)
@given(DAYS, ZONES, st.integers(-1, 0))
def test_a_biometric_consent_ends_at_midnight_in_the_registrys_zone(last, zone, minute):
    midnight = datetime.combine(last + timedelta(days=1), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moment = midnight + timedelta(minutes=minute)

    reason = judged(
        grant(signed=date(2025, 1, 1)),
        stated=use(publish_at=moment),
        people=(replace(ANA, biometric_until=last),),
        registry_tz=zone,
    ).overall.reason

    assert reason is (Reason.OK if minute < 0 else Reason.TEMPLATE_LAPSED)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_somebody_is_a_minor_until_the_day_before_the_18th_birthday(birth):
    person = Person(id="P1", birth=birth)
    birthday = eighteenth_birthday(birth)

    assert is_minor(person, birthday - timedelta(days=1))
    assert not is_minor(person, birthday)
    assert (birthday.year - birth.year, birthday.month in (birth.month, 3)) == (18, True)


@settings(deadline=None)
@given(ZONES, DAYS)
def test_the_same_moment_in_another_zone_is_judged_alike(zone, day):
    moment = datetime.combine(day, time(23, 30), tzinfo=UTC)
    papers = (grant(signed=date(2025, 1, 1), end=day), grant(id="G2", signed=date(2025, 1, 1), end=day, tz=zone))

    here, there = (
        judged(*papers, stated=use(publish_at=when, language="en"), found=(VOICE,)).overall
        for when in (moment, moment.astimezone(ZoneInfo(zone)))
    )

    assert here == there
