"""What papers say in words: sentences of grants and prohibitions, how they stand, and their calendar."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.grants import (
    ANY,
    WORLD,
    AfterEnd,
    Duty,
    Grant,
    GroupMembers,
    Method,
    Prohibition,
    ProhibitionSource,
    Purpose,
    Revocation,
    Suspension,
    Theme,
)
from countenance.labels import channel_label, day_label, label, language_label, territory_label
from countenance.people import Modality, Person, Signer
from gui.presenters.calendars import MOST_TICKS, Span, Term, bars, moved, span_of, ticks, zoomed
from gui.presenters.grants import grant_sentence, methods_words, prohibition_sentence
from gui.presenters.standings import Standing, standing_of_ban, standing_of_consent, standing_of_grant
from tests.gui.papers_bench import AD, CONSENT

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


GRANTS = st.builds(
    Grant,
    id=st.just(""),
    person=st.just(""),
    members=st.sampled_from(GroupMembers),
    signed=DAYS,
    modality=some(list(Modality)),
    methods=some(list(Method)),
    description=st.sampled_from(["", "Three spots for spring"]),
    purposes=some([one for one in Purpose if one is not Purpose.ANY]),
    themes_ok=st.just(()) | some(list(Theme)),
    channels=some(["tiktok", "social", "tv", "cinema"]),
    territories=some(["CN", "EU", "US-NY", "-DE", WORLD]),
    languages=st.just((ANY,)) | some(["de", "en-GB"]),
    start=st.none() | DAYS,
    end=st.none() | DAYS,
    tz=st.sampled_from([None, "Asia/Shanghai"]),
    projects=st.just((ANY,)) | some(["Nova", "Orion"]),
    grantee=st.sampled_from([None, "BrandX"]),
    sublicense=st.booleans(),
    exclusive=st.sampled_from(["", "drinks"]),
    approval=st.booleans(),
    duties=st.just(()) | some([one for one in Duty if one is not Duty.TAKE_DOWN_BY]),
    after_end=st.sampled_from(AfterEnd),
    revoked=st.none()
    | st.builds(Revocation, notice=DAYS, days=st.integers(0, 90), published=st.sampled_from(AfterEnd)),
    suspended=st.none() | st.builds(Suspension, start=DAYS, end=st.none() | DAYS),
    survives_death=st.booleans(),
)


@given(GRANTS)
def test_every_field_that_narrows_a_grant_is_in_its_sentence(grant: Grant) -> None:
    said = grant_sentence(grant, "Lin")

    wanted = [*map(label, grant.purposes), *map(channel_label, grant.channels), *methods_words(grant.methods)]
    wanted += [territory_label(code) for code in grant.territories]
    wanted += [label(one) for one in (*grant.themes_ok, *grant.duties)]
    wanted += [day_label(day) for day in (grant.start, grant.end) if day]
    wanted += [name for name in grant.projects if name != ANY]
    wanted += [grant.grantee or "", grant.exclusive, grant.description, (grant.tz or "").replace("_", " ")]
    if Modality.VOICE in grant.modality:
        wanted += [language_label(one) for one in grant.languages if one != ANY]
    if grant.suspended:
        wanted += [day_label(day) for day in (grant.suspended.start, grant.suspended.end) if day]
    if grant.revoked:
        wanted += [day_label(grant.revoked.notice), label(grant.revoked.published)]
    assert not [words for words in wanted if words not in said], said
    assert ("not heard" in said) == (Modality.VOICE not in grant.modality)
    assert ("not shown" in said) == (Modality.FACE not in grant.modality)
    assert ("approved first" in said) == grant.approval
    assert ("passed on" in said) == grant.sublicense
    assert ("after death" in said) == grant.survives_death
    assert ("without an end" in said) == (grant.end is None and grant.start is None)
    assert said.endswith(".")


@given(GRANTS, st.sampled_from([field.name for field in fields(Grant)]), GRANTS)
def test_grants_that_permit_different_things_have_different_sentences(one: Grant, name: str, other: Grant) -> None:
    same = {"id", "person", "revision", "signed", "signer", "represented_by", "separately_signed", "replica_type"}
    same |= {"compensation", "members"}
    if name in same or getattr(one, name) == getattr(other, name):
        return
    if name == "languages" and Modality.VOICE not in one.modality:
        return
    if name == "after_end" and one.revoked:
        return
    if name == "modality" and set(one.modality) == set(other.modality):
        return

    changed = replace(one, **{name: getattr(other, name)})

    assert grant_sentence(changed, "Lin") != grant_sentence(one, "Lin")


def test_a_sentence_reads_like_one() -> None:
    grant = replace(
        AD,
        methods=(Method.REAL_FOOTAGE, Method.EDITED, Method.FACE_SWAP),
        end=date(2026, 12, 31),
        duties=(Duty.CREDIT,),
    )

    assert grant_sentence(grant, "Lin") == (
        "Lin may be shown and heard as filmed, edited, and as AI face swap, for advertising, on TikTok and YouTube, in"
        " China and the European Union, until December 31, 2026; nothing sensitive such as politics or religion;"
        " due: a credit."
    )
    draft = grant_sentence(Grant(id="", person="", purposes=(Purpose.ANY, Purpose.AI_TRAINING)), "Duo", group=True)
    assert draft.startswith("Draft, not in force before it is signed: Duo may be shown and heard")
    assert "AI training too" in draft
    assert "when two members or more appear together" in draft
    assert "each member alone, too" in grant_sentence(replace(AD, members=GroupMembers.INDIVIDUALLY), "Duo", group=True)


def test_a_prohibition_says_what_it_forbids() -> None:
    everything = Prohibition(id="", person="")
    narrow = replace(
        everything,
        source=ProhibitionSource.COURT,
        modality=(Modality.VOICE,),
        methods=(Method.VOICE_CLONE,),
        purposes=(Purpose.ADVERTISING,),
        themes=(Theme.POLITICAL, Theme.ALCOHOL),
        channels=("tv",),
        territories=("DE",),
        languages=("de",),
        projects=("Nova",),
        grantee="BrandX",
        start=date(2026, 1, 1),
        tz="Europe/Berlin",
    )

    assert prohibition_sentence(everything, "Lin") == "Lin must not be shown or heard, whatever the use."
    assert prohibition_sentence(narrow, "Lin") == (
        "Lin must not be heard as AI voice clone, for advertising, about politics or alcohol, on television, in"
        " Germany, in the language German, in the project “Nova”, published by BrandX, from January 1, 2026 on, days as"
        " in Europe/Berlin; forbidden by a court."
    )
    shown = prohibition_sentence(replace(everything, modality=(Modality.FACE,), end=date(2027, 1, 1)), "Lin")
    assert shown == "Lin must not be shown until January 1, 2027."


@pytest.mark.parametrize(
    ("terms", "standing"),
    [
        ({}, Standing.IN_FORCE),
        ({"end": date(2026, 12, 1)}, Standing.ENDING),
        ({"end": date(2026, 11, 20)}, Standing.ENDED),
        ({"start": date(2027, 1, 1)}, Standing.LATER),
        ({"signed": None}, Standing.DRAFT),
        ({"signer": Signer.ESTATE}, Standing.WRONG_SIGNER),
        ({"revoked": Revocation(notice=date(2026, 11, 21))}, Standing.WITHDRAWN),
        ({"revoked": Revocation(notice=date(2026, 11, 21), days=30)}, Standing.NOTICE),
        ({"suspended": Suspension(start=date(2026, 11, 1))}, Standing.SUSPENDED),
        ({"suspended": Suspension(start=date(2026, 1, 1), end=date(2026, 2, 1))}, Standing.IN_FORCE),
    ],
)
def test_a_grant_stands_as_its_days_and_its_signature_say(terms: dict[str, object], standing: Standing) -> None:
    grant = replace(AD, **terms)  # type: ignore[arg-type]  # given by name

    assert standing_of_grant(grant, Person(id="P1", display_name="Lin"), TODAY) is standing
    assert standing.words
    assert standing.icon
    assert standing.tone


def test_prohibitions_and_consents_stand_by_their_days() -> None:
    ban = Prohibition(id="", person="")
    assert standing_of_ban(ban, TODAY) is Standing.FORBIDDEN
    assert standing_of_ban(replace(ban, end=date(2026, 1, 1)), TODAY) is Standing.ENDED
    assert standing_of_consent(CONSENT, TODAY) is Standing.IN_FORCE
    assert standing_of_consent(replace(CONSENT, withdrawn_on=TODAY), TODAY) is Standing.WITHDRAWN
    assert standing_of_consent(replace(CONSENT, withdrawn_on=date(2027, 1, 1)), TODAY) is Standing.NOTICE
    assert standing_of_consent(replace(CONSENT, erased_on=TODAY), TODAY) is Standing.ENDED


TERMS = st.builds(
    Term,
    key=st.uuids().map(str),
    title=st.just("Advertising"),
    standing=st.sampled_from(Standing),
    start=st.none() | DAYS,
    end=st.none() | DAYS,
    cut=st.none() | DAYS,
    pause=st.none() | st.tuples(DAYS, st.none() | DAYS),
)
SPANS = st.tuples(DAYS, st.integers(27, 8000)).map(lambda pair: Span(pair[0], pair[0] + timedelta(days=pair[1])))


@given(TERMS, SPANS)
def test_a_bar_lies_within_the_calendar_and_is_cut_within_itself(term: Term, span: Span) -> None:
    (bar,) = bars([term], span)

    assert 0 <= bar.left <= 1
    assert 0 <= bar.right <= 1
    assert bar.spoken
    if bar.visible and (term.start is None or term.end is None or term.start <= term.end):
        assert bar.left <= bar.right
    if bar.cut is not None:
        assert 0 <= bar.cut <= 1
    if bar.pause is not None:
        assert 0 <= bar.pause[0] < bar.pause[1] <= 1


@given(SPANS, st.floats(0.1, 10), st.floats(0, 1))
def test_zooming_keeps_the_day_under_the_pointer(span: Span, factor: float, around: float) -> None:
    before = span.first.toordinal() + span.days * around

    after = zoomed(span, factor, around)

    assert abs(after.first.toordinal() + after.days * around - before) <= 1
    assert 28 <= after.days <= 366 * 60


@given(SPANS, st.sampled_from([-0.2, 0.2, 0.0001]))
def test_moving_shows_as_many_days_as_before(span: Span, share: float) -> None:
    after = moved(span, share)

    assert after.days == span.days
    assert (after.first > span.first) == (share > 0)


@given(SPANS)
def test_ticks_are_few_and_lie_in_the_calendar(span: Span) -> None:
    found = ticks(span)

    assert len(found) <= MOST_TICKS + 2
    assert all(0 <= tick.at < 1 and tick.words for tick in found)
    assert [tick.at for tick in found] == sorted(tick.at for tick in found)


@given(st.lists(TERMS, max_size=4))
def test_the_first_look_shows_today_and_every_day_that_counts(terms: list[Term]) -> None:
    span = span_of(terms, TODAY)

    days = [TODAY, *(day for term in terms for day in (term.start, term.end) if day)]
    assert all(span.first <= day <= span.last for day in days)
