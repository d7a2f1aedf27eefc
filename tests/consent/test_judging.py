from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from consent import ending_of, severity_of, verdict_of
from countenance.errors import WrongUsageError
from countenance.grants import AfterEnd, GroupMembers, Method, Purpose, Revocation, Theme
from countenance.judgement import JudgementKind, MatchKind, Reason
from countenance.people import Modality, Person, PersonKind, Signer
from countenance.use import ApprovalDecision
from countenance.verdict import Severity, UnknownPolicy, Verdict
from tests.consent.made import ANA, FACE, GRANT, NOON, VOICE, ban, grant, judged, use


def outcome(*grants, **how):
    overall = judged(*grants, **how).overall
    return overall.kind, overall.reason


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(WrongUsageError):
        judged(GRANT, stated=use(publish_at=datetime(2026, 6, 15, 12)))  # noqa: DTZ001  a naive moment is what is refused


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", ""])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(WrongUsageError, match="time zone"):
        judged(GRANT, registry_tz=name)


def test_the_registry_owner_is_the_grantee_where_nobody_is_named():
    assert outcome(GRANT, owner="Agency One") == (JudgementKind.PERMITTED, Reason.OK)
    assert outcome(GRANT, owner="Agency One", stated=use(grantee=" agency one ")) == (
        JudgementKind.PERMITTED,
        Reason.OK,
    )
    assert outcome(GRANT, owner="Agency One", stated=use(grantee="Studio"))[1] is Reason.SCOPE_GRANTEE


def test_a_judgement_names_its_part_and_what_it_rests_on():
    clip = judged(grant(channels=("tiktok",)), stated=use(channels=("tiktok", "TV ", "tiktok")))

    assert clip.overall.part == (("modality", "face"), ("channel", "tv"), ("territory", "GB"))
    assert clip.overall.rests_on == "G1"
    assert [part.reason for part in clip.people[0].parts] == [Reason.OK, Reason.SCOPE_CHANNEL]


def test_somebody_found_without_a_modality_is_judged_for_both():
    clip = judged(grant(modality=(Modality.FACE,)), found=(replace(FACE, modality=()),))

    assert clip.overall.reason is Reason.SCOPE_MODALITY


def test_somebody_who_is_not_in_the_registry_any_more_is_nobody():
    clip = judged(GRANT, found=(replace(FACE, person="P7", match=MatchKind.TAGGED),))

    assert (clip.people[0].person, clip.overall.reason) == (None, Reason.NO_MATCH)


def test_what_is_missing_is_the_shortest_question():
    narrow = grant(id="G2", channels=("tv",), territories=("FR",))
    wide = grant(channels=("tv",))

    overall = judged(narrow, wide, stated=use(channels=(), territories=())).overall

    assert (overall.rests_on, overall.missing) == ("G1", ("channels",))


def test_a_hanging_ban_adds_its_field_to_the_question():
    stated = use(territories=(), project=None, purpose=None)

    overall = judged(
        grant(projects=("Nova",)), bans=(ban(territories=("DE",), purposes=(Purpose.MUSIC,)),), stated=stated
    ).overall

    assert set(overall.missing) == {"territories", "purpose", "project"}
    assert overall.rests_on == "X1"


@pytest.mark.parametrize(
    ("narrowed", "touched"),
    [
        ({"modality": (Modality.VOICE,)}, False),
        ({"methods": (Method.FACE_SWAP,)}, False),
        ({"methods": (Method.REAL_FOOTAGE,)}, True),
        ({"purposes": (Purpose.MUSIC,)}, False),
        ({"purposes": (Purpose.ANY,)}, True),
        ({"themes": (Theme.ADULT,)}, False),
        ({"themes": ()}, True),
        ({"grantee": "studio"}, False),
        ({"grantee": "US"}, True),
        ({"projects": ("nova",)}, True),
        ({"projects": ("Orion",)}, False),
        ({"channels": ("any",)}, True),
        ({"languages": ("en-GB",)}, True),
        ({"languages": ("any",)}, True),
        ({"languages": ("ko",)}, False),
        ({"territories": ("-GB",)}, False),
        ({"territories": ("-FR",)}, True),
        ({"territories": ("EU", "UK")}, True),
        ({"end": date(2026, 6, 14)}, False),
    ],
)
def test_a_ban_touches_only_what_it_is_narrowed_to(narrowed, touched):
    reason = judged(GRANT, bans=(ban(**narrowed),), stated=use(project="Nova")).overall.reason

    assert (reason is Reason.PROHIBITION) is touched


def test_a_language_ban_concerns_a_face_whose_clip_states_no_language():
    overall = judged(GRANT, bans=(ban(languages=("ko",)),), stated=use(language=None)).overall

    assert (overall.kind, overall.missing) == (JudgementKind.NEEDS_DETAILS, ("language",))


def test_a_ban_that_starts_before_a_planned_publication_counts_at_once():
    starts = ban(start=date(2026, 6, 10))

    assert outcome(GRANT, bans=(starts,), checked_at=NOON - timedelta(days=14))[1] is Reason.PROHIBITION


def test_a_group_of_channels_is_covered_by_all_of_its_members():
    stated = use(channels=("streaming",))

    assert outcome(grant(channels=("svod", "avod")), stated=stated)[1] is Reason.OK
    assert outcome(grant(channels=("svod",)), stated=stated)[1] is Reason.SCOPE_CHANNEL
    assert outcome(grant(channels=()), stated=stated)[1] is Reason.SCOPE_CHANNEL
    assert outcome(GRANT, stated=use(channels=("any",)), bans=(ban(channels=("tv",)),))[1] is Reason.PROHIBITION


def test_a_withdrawal_on_one_channel_asks_for_a_channel_that_is_not_stated():
    withdrawn = grant(id="G2", channels=("tv",), revoked=Revocation(notice=date(2026, 5, 1)))

    overall = judged(GRANT, withdrawn, stated=use(channels=())).overall

    assert (overall.kind, overall.missing) == (JudgementKind.NEEDS_DETAILS, ("channels",))


def test_a_use_of_the_world_but_one_country_is_not_touched_by_its_ban():
    stated = use(territories=("-CN",))

    assert outcome(grant(territories=("WORLD", "-CN")), stated=stated, bans=(ban(territories=("CN",)),))[1] is Reason.OK


def test_a_grant_without_territories_or_with_exclusions_only_covers_nothing():
    assert outcome(grant(territories=("-CN",)))[1] is Reason.SCOPE_TERRITORY
    assert outcome(grant(territories=("WORLD", "-CN")), stated=use(territories=()))[0] is JudgementKind.NEEDS_DETAILS


@pytest.mark.parametrize(
    ("agreed", "spoken", "covered"),
    [
        ("en", "en-GB", True),
        ("en-GB", "en", False),
        ("EN_gb", "en-gb", True),
        ("zh-CN", "zh-Hans-CN", True),
        ("*-CN", "zh-CN", True),
        ("zh-*-CN", "zh-CN", True),
        ("en", "eng", False),
        ("en-GB", "en-x-GB", False),
    ],
)
def test_a_language_range_covers_what_lies_in_it(agreed, spoken, covered):
    reason = outcome(grant(languages=(agreed,)), found=(VOICE,), stated=use(language=spoken))[1]

    assert (reason is Reason.OK) is covered


def test_a_grant_without_languages_covers_no_voice():
    assert outcome(grant(languages=()), found=(VOICE,))[1] is Reason.SCOPE_LANGUAGE


def test_a_voice_in_a_banned_or_withdrawn_language_is_blocked():
    korean = use(language="ko-KR")
    withdrawn = grant(id="G2", languages=("ko",), revoked=Revocation(notice=date(2026, 5, 1)))

    assert outcome(GRANT, found=(VOICE,), stated=korean, bans=(ban(languages=("ko",)),))[1] is Reason.PROHIBITION
    assert outcome(GRANT, withdrawn, found=(VOICE,), stated=korean)[1] is Reason.REVOKED
    assert outcome(GRANT, withdrawn, found=(VOICE,))[1] is Reason.OK


def test_all_methods_granted_means_that_the_method_need_not_be_stated():
    assert outcome(grant(methods=tuple(Method)), stated=use(face_method=None))[1] is Reason.OK


def test_a_withdrawn_grant_is_named_first_even_where_another_withdrawal_reaches_it():
    first = grant(revoked=Revocation(notice=date(2026, 5, 1)))
    second = grant(id="G2", projects=("Nova",), revoked=Revocation(notice=date(2026, 5, 2)))

    assert judged(first, stated=use(project="Nova")).overall.rests_on == "G1"
    assert judged(grant(id="G3", channels=("youtube",)), first).overall.rests_on == "G1"
    assert judged(first, second, stated=use(project="Nova")).overall.rests_on == "G2"


def test_a_grant_counts_from_its_signature_even_if_it_says_an_earlier_start():
    assert outcome(grant(start=date(2026, 1, 1), signed=date(2026, 6, 16)))[1] is Reason.STARTS_LATER
    assert outcome(grant(start=date(2026, 7, 1)))[1] is Reason.STARTS_LATER


def test_a_zone_of_the_registry_decides_where_a_grant_names_none():
    late = use(publish_at=datetime(2026, 6, 30, 16, 30, tzinfo=UTC))

    assert outcome(grant(end=date(2026, 6, 30)), stated=late)[1] is Reason.OK
    assert outcome(grant(end=date(2026, 6, 30)), stated=late, registry_tz="Asia/Shanghai")[1] is Reason.PAST_END


def test_the_first_of_two_ends_is_the_reason():
    child = replace(ANA, birth=date(2008, 6, 1), guardian="father")
    signed = grant(signer=Signer.GUARDIAN, end=date(2026, 6, 10))

    assert outcome(signed, people=(child,))[1] is Reason.TURNED_18
    assert outcome(replace(signed, end=date(2026, 5, 1)), people=(child,))[1] is Reason.PAST_END


def test_what_a_guardian_signed_ends_with_the_childs_life():
    child = Person(id="P1", kind=PersonKind.DECEASED, birth=date(2015, 1, 1), death=date(2026, 3, 1), guardian="father")

    signed = grant(signer=Signer.GUARDIAN, survives_death=True)

    assert outcome(signed, people=(child,)) == (JudgementKind.EXPIRED, Reason.ENDED_AT_DEATH)


@pytest.mark.parametrize(
    ("signer", "person", "reason"),
    [
        (Signer.SELF, {"kind": PersonKind.MINOR}, Reason.WRONG_SIGNER),
        (Signer.SELF, {"death": date(2026, 1, 4)}, Reason.WRONG_SIGNER),
        (Signer.SELF, {"kind": PersonKind.DECEASED}, Reason.ENDED_AT_DEATH),
        (Signer.GUARDIAN, {"kind": PersonKind.MINOR, "guardian": "mother"}, Reason.OK),
        (Signer.GUARDIAN, {"kind": PersonKind.MINOR}, Reason.WRONG_SIGNER),
        (Signer.GUARDIAN, {"guardian": "mother"}, Reason.WRONG_SIGNER),
        (Signer.AGENT, {"agent_authority": "letter"}, Reason.OK),
        (Signer.AGENT, {"agent_authority": "letter", "death": date(2026, 1, 4)}, Reason.WRONG_SIGNER),
        (Signer.ESTATE, {"rights_holder": "will"}, Reason.WRONG_SIGNER),
        (Signer.ESTATE, {"rights_holder": "will", "death": date(2026, 1, 5)}, Reason.WRONG_SIGNER),
        (Signer.ESTATE, {"rights_holder": "will", "death": date(2026, 1, 4)}, Reason.OK),
        (Signer.ESTATE, {"rights_holder": "will", "kind": PersonKind.DECEASED}, Reason.OK),
    ],
)
def test_only_the_right_signer_signs(signer, person, reason):
    assert outcome(grant(signer=signer), people=(replace(ANA, **person),))[1] is reason


def test_no_signature_that_counts_names_the_unsigned_paper_first():
    overall = judged(grant(signer=Signer.AGENT), grant(id="G2", signed=None)).overall

    assert (overall.reason, overall.rests_on) == (Reason.UNSIGNED, "G2")


def test_a_bands_grant_needs_two_who_were_recognised():
    band = Person(id="B1", kind=PersonKind.GROUP, members=("P1", "P2"))
    ben = Person(id="P2")
    together = grant(person="B1")
    second = replace(FACE, person="P2")

    def of_ana(other, **how):
        return judged(together, found=(FACE, other), people=(ANA, ben, band), **how).people[0].judgement.reason

    assert of_ana(second) is Reason.OK
    assert of_ana(replace(second, match=MatchKind.POSSIBLE)) is Reason.NO_GRANT
    alone = judged(replace(together, members=GroupMembers.INDIVIDUALLY), people=(ANA, ben, band))
    assert alone.overall.reason is Reason.OK


def test_a_refusal_of_this_very_clip_outweighs_everything_a_grant_says():
    refused = use(face_method=Method.AI_GENERATED, approvals={"G1": ApprovalDecision.REFUSED})

    assert outcome(grant(methods=(Method.AI_GENERATED,)), stated=refused)[1] is Reason.APPROVAL_REFUSED
    ended = grant(end=date(2026, 6, 20), after_end=AfterEnd.TAKE_DOWN, methods=(Method.AI_GENERATED,))
    assert outcome(ended, stated=refused, checked_at=NOON + timedelta(days=9))[1] is Reason.APPROVAL_REFUSED


def test_the_withdrawal_of_another_grant_takes_published_clips_down():
    withdrawn = grant(id="G2", projects=("Nova",), channels=("social",), revoked=Revocation(notice=date(2026, 7, 1)))
    stated = use(project="Nova")

    during = judged(GRANT, withdrawn, stated=stated, checked_at=NOON + timedelta(days=10)).overall
    after = judged(GRANT, withdrawn, stated=stated, checked_at=NOON + timedelta(days=20)).overall

    assert during.duties == ("take_down_by:2026-06-30",)
    assert (after.kind, after.rests_on) == (JudgementKind.REVOKED, "G2")


def test_a_pending_withdrawal_of_another_scope_takes_nothing_down():
    elsewhere = grant(id="G2", channels=("tv",), revoked=Revocation(notice=date(2026, 7, 1)))

    assert outcome(GRANT, elsewhere) == (JudgementKind.PERMITTED, Reason.OK)


def test_a_withdrawal_that_has_run_out_asks_for_no_take_down_under_a_newer_grant():
    old = grant(id="G2", revoked=Revocation(notice=date(2026, 5, 1)))

    assert outcome(grant(signed=date(2026, 6, 1)), old) == (JudgementKind.PERMITTED, Reason.OK)


def test_an_exclusive_grant_that_does_not_count_blocks_nobody():
    other = grant(id="G2", grantee="brand", exclusive="drinks", signed=None)

    assert outcome(GRANT, other, stated=use(category="drinks"))[1] is Reason.OK


@pytest.mark.parametrize("kind", JudgementKind)
def test_every_judgement_weighs_as_the_contract_says(kind):
    blocks = {JudgementKind.NOT_PERMITTED, JudgementKind.REVOKED, JudgementKind.EXPIRED}
    asks = {JudgementKind.POSSIBLE_MATCH, JudgementKind.NEEDS_DETAILS, JudgementKind.NEEDS_APPROVAL}
    silent = {JudgementKind.PERMITTED, JudgementKind.CLEAR}

    weight = severity_of(kind, UnknownPolicy.NOTE)

    expected = Severity.BLOCK if kind in blocks else Severity.REVIEW if kind in asks else Severity.NOTE
    assert weight is (None if kind in silent else expected)


def test_an_unknown_person_is_asked_about_only_where_prominent():
    unknown = JudgementKind.UNKNOWN_PERSON

    assert severity_of(unknown, UnknownPolicy.REVIEW) is Severity.REVIEW
    assert severity_of(unknown, UnknownPolicy.REVIEW, prominent=False) is Severity.NOTE


def test_a_clip_without_people_matches_nobody():
    assert verdict_of(judged(found=()), UnknownPolicy.REVIEW) is Verdict.NO_MATCH


@pytest.mark.parametrize(
    ("terms", "person", "ending"),
    [
        ({}, {}, None),
        ({"end": date(2026, 7, 1)}, {}, (date(2026, 7, 1), Reason.PAST_END)),
        ({"end": date(2026, 7, 1), "signed": None}, {}, None),
        ({"end": date(2026, 7, 1), "signer": Signer.AGENT}, {}, None),
        (
            {"end": date(2026, 7, 1), "revoked": Revocation(notice=date(2026, 6, 1), days=10)},
            {},
            (date(2026, 6, 10), Reason.REVOKED),
        ),
        (
            {"signer": Signer.GUARDIAN},
            {"birth": date(2010, 3, 4), "guardian": "mother"},
            (date(2028, 3, 3), Reason.TURNED_18),
        ),
        ({}, {"death": date(2026, 7, 1)}, (date(2026, 6, 30), Reason.ENDED_AT_DEATH)),
    ],
)
def test_whatever_ends_a_grant_that_counts_tells_its_last_day(terms, person, ending):
    assert ending_of(grant(**terms), replace(ANA, **person)) == ending
