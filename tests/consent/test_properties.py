from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from consent.answers import rank
from consent.signing import eighteenth_birthday, is_minor
from countenance.grants import AfterEnd, Duty, Grant, Method, Prohibition, Purpose, Revocation, Suspension, Theme
from countenance.judgement import JudgementKind, Reason
from countenance.people import Modality, Person, PersonKind
from countenance.use import ExceptionKind, StatedUse
from tests.consent.made import FACE, NOON, VOICE, grant, judged, use

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati"])
CHANNELS = st.sampled_from(["social", "tiktok", "youtube", "douyin", "tv", "broadcast", "any"])
PLACES = st.sampled_from(["FR", "DE", "DE-BY", "CN", "US", "US-NY", "EU", "EEA", "NO", "WORLD", "-FR", "-CN"])
LANGUAGES = st.sampled_from(["en", "en-GB", "zh", "ko", "any"])
PROJECTS = st.sampled_from(["Nova", "Orion", "any"])
THEMES = st.sampled_from([Theme.POLITICAL, Theme.ADULT, Theme.FINANCE])
METHODS = st.sampled_from([Method.REAL_FOOTAGE, Method.AI_GENERATED])
PURPOSES = st.sampled_from([Purpose.ADVERTISING, Purpose.MUSIC, Purpose.AI_TRAINING, Purpose.ANY])


def some(of, least=0):
    return st.lists(of, min_size=least, max_size=3, unique=True).map(tuple)


def maybe(of):
    return st.none() | of


GRANTS = st.builds(
    Grant,
    id=st.just("G"),
    person=st.just("P1"),
    signed=maybe(DAYS),
    purposes=some(PURPOSES, 1),
    themes_ok=some(THEMES),
    methods=some(METHODS, 1),
    channels=some(CHANNELS, 1),
    territories=some(PLACES, 1),
    languages=some(LANGUAGES, 1),
    projects=some(PROJECTS, 1),
    start=maybe(DAYS),
    end=maybe(DAYS),
    tz=maybe(ZONES),
    grantee=st.sampled_from([None, "brand"]),
    exclusive=st.sampled_from(["", "drinks"]),
    approval=st.booleans(),
    description=st.sampled_from(["", "a film"]),
    duties=some(st.sampled_from([Duty.CREDIT, Duty.REPORT_USE])),
    after_end=st.sampled_from(AfterEnd),
    revoked=maybe(st.builds(Revocation, notice=DAYS, days=st.integers(0, 60), published=st.sampled_from(AfterEnd))),
    suspended=maybe(st.builds(Suspension, start=DAYS, end=maybe(DAYS))),
    survives_death=st.booleans(),
)
LISTS_OF_GRANTS = st.lists(GRANTS, max_size=4).map(
    lambda grants: [replace(one, id=f"G{number}") for number, one in enumerate(grants)]
)
BANS = st.builds(
    Prohibition,
    id=st.just("X1"),
    person=st.just("P1"),
    themes=maybe(some(THEMES)),
    purposes=maybe(some(PURPOSES)),
    methods=maybe(some(METHODS)),
    channels=maybe(some(CHANNELS)),
    territories=maybe(some(PLACES)),
    languages=maybe(some(LANGUAGES)),
    projects=maybe(some(PROJECTS)),
    start=maybe(DAYS),
    end=maybe(DAYS),
)
USES = st.builds(
    StatedUse,
    publish_at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  hypothesis wants naive bounds
    purpose=maybe(st.sampled_from([Purpose.ADVERTISING, Purpose.MUSIC, Purpose.AI_TRAINING])),
    themes=some(THEMES),
    category=st.sampled_from(["", "drinks"]),
    face_method=maybe(METHODS),
    voice_method=maybe(METHODS),
    channels=some(CHANNELS.filter(lambda name: name != "any")),
    territories=some(PLACES.filter(lambda name: not name.startswith("-"))),
    language=maybe(LANGUAGES.filter(lambda name: name != "any")),
    project=maybe(PROJECTS.filter(lambda name: name != "any")),
    exception=maybe(st.sampled_from(ExceptionKind)),
)
PEOPLE = st.builds(
    Person,
    id=st.just("P1"),
    kind=st.sampled_from([PersonKind.LIVING, PersonKind.OWN, PersonKind.MINOR]),
    death=maybe(DAYS),
)
LATER = st.integers(0, 200).map(lambda days: timedelta(days=days))
BOTH = (replace(FACE, modality=tuple(Modality)),)


def standing(grants, stated, person, later, bans=()):
    return judged(
        *grants, stated=stated, people=(person,), found=BOTH, bans=bans, checked_at=stated.publish_at + later
    ).overall


@settings(deadline=None)
@given(LISTS_OF_GRANTS, USES, PEOPLE, LATER, BANS)
def test_a_ban_never_permits_more(grants, stated, person, later, banned):
    free = standing(grants, stated, person, later)

    barred = standing(grants, stated, person, later, bans=(banned,))

    assert rank(barred.kind) <= rank(free.kind)


@settings(deadline=None)
@given(LISTS_OF_GRANTS, USES, PEOPLE, LATER, BANS, st.data())
def test_dropping_a_stated_channel_or_country_never_worsens(grants, stated, person, later, banned, data):
    whole = standing(grants, stated, person, later, bans=(banned,))
    channels, territories = list(stated.channels), list(stated.territories)
    if len(channels) > 1:
        channels.remove(data.draw(st.sampled_from(channels)))
    if len(territories) > 1:
        territories.remove(data.draw(st.sampled_from(territories)))

    less = standing(
        grants,
        replace(stated, channels=tuple(channels), territories=tuple(territories)),
        person,
        later,
        bans=(banned,),
    )

    assert rank(less.kind) >= rank(whole.kind)


@settings(deadline=None)
@given(LISTS_OF_GRANTS, USES, PEOPLE, LATER, st.randoms(use_true_random=False))
def test_the_order_of_grants_does_not_matter(grants, stated, person, later, chance):
    shuffled = list(grants)
    chance.shuffle(shuffled)

    assert standing(shuffled, stated, person, later) == standing(grants, stated, person, later)


@settings(deadline=None)
@given(LISTS_OF_GRANTS, USES, PEOPLE, GRANTS)
def test_a_grant_outside_its_period_never_counts(grants, stated, person, extra):
    day = stated.publish_at.date()
    before = standing(grants, stated, person, timedelta())
    ended = replace(extra, id="G99", end=day - timedelta(days=2), revoked=None)

    after = standing([*grants, ended], stated, person, timedelta())

    # A paper that has ended can make the answer say so; it can never let a clip through.
    lets_through = {JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES, JudgementKind.NEEDS_DETAILS}
    assert after.kind not in lets_through or (after.kind, after.rests_on) == (before.kind, before.rests_on)


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
def test_a_withdrawal_takes_effect_at_midnight_in_the_grants_zone(notice, zone, minute):
    effective = datetime.combine(notice + timedelta(days=7), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    withdrawn = grant(signed=date(2025, 1, 1), tz=zone, revoked=Revocation(notice=notice, days=7))

    overall = judged(withdrawn, stated=use(publish_at=effective + timedelta(minutes=minute))).overall

    if minute < 0:
        assert overall.duties == (f"take_down_by:{notice + timedelta(days=6)}",)
    else:
        assert overall.kind is JudgementKind.REVOKED


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_somebody_is_a_minor_until_the_day_before_the_18th_birthday(birth):
    person = Person(id="P1", birth=birth)
    birthday = eighteenth_birthday(birth)

    assert is_minor(person, birthday - timedelta(days=1))
    assert not is_minor(person, birthday)
    assert (birthday.year - birth.year, birthday.month in (birth.month, 3)) == (18, True)


@settings(deadline=None)
@given(LISTS_OF_GRANTS, st.lists(st.sampled_from(["en", "en-GB", "ko", "zh"]), min_size=2, max_size=4, unique=True))
def test_publishing_in_fewer_languages_never_worsens(grants, languages):
    def in_all(of):
        return min(
            rank(judged(*grants, stated=use(publish_at=NOON, language=one), found=(VOICE,)).overall.kind) for one in of
        )

    assert in_all(languages[1:]) >= in_all(languages)
