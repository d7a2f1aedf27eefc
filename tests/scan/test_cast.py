"""A cast that was named: who is recognised beyond it, and who of it is missing or was not looked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from countenance.observations import Gap, NotExamined
from countenance.people import Modality, Person, PersonKind
from countenance.verdict import CheckResult, Finding, FindingKind, Severity, Verdict
from gui.presenters.answers import Around
from gui.presenters.finding_cards import finding_cards
from gui.presenters.timelines import timeline_of
from reports import report_document, report_html
from reports.page import who_is_who
from reports.timeline import draw_timeline
from scan.cast import CastMember, find_among, read_cast
from scan.check import judge_observations
from scan.known import Known
from tests.scan.made import NOON, face, film, grant, known, known_by_voice, observations, setup, sound, speaker, track

LONG = (0.0, 1.0, 2.0, 3.0)
ADA, BEN = face({0: 0.95}), face({1: 0.95})
ADAS_GRANT, BENS_GRANT = grant(), grant(id="g2", person="p01")
CAST_OF_ADA = (CastMember(person="p00", name="Ada"),)


def checked(scene, people: Known, cast=CAST_OF_ADA) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), people, cast=tuple(cast)), NOON)


def about_cast(result: CheckResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.kind is FindingKind.CAST]


def permitted(count: int = 2, **changes) -> Known:
    return known(count, grants=(ADAS_GRANT, BENS_GRANT), **changes)


def both_of(scene, people: Known, *modality: Modality) -> list[Finding]:
    return about_cast(checked(scene, people, [replace(CAST_OF_ADA[0], modality=modality or tuple(Modality))]))


def test_without_a_cast_nothing_changes():
    scene = observations(track(0, BEN, LONG))

    result = checked(scene, permitted(), cast=())

    assert (about_cast(result), result.verdict) == ([], Verdict.PERMITTED)


def test_who_is_in_the_cast_is_no_finding_beyond_their_own():
    result = checked(observations(track(0, ADA, LONG)), permitted())

    assert (about_cast(result), result.verdict) == ([], Verdict.PERMITTED)


def test_anybody_else_recognised_asks_for_a_review_although_permitted():
    result = checked(observations(track(0, ADA, LONG), track(1, BEN, LONG)), permitted())

    (finding,) = about_cast(result)
    assert (finding.person, finding.severity, finding.tracks) == ("p01", Severity.REVIEW, (1,))
    assert finding.title == "Name of p01: Not in the cast"
    assert "Name of p01 is recognised here and is not in the cast" in finding.sentence
    assert finding.ranges
    assert result.verdict is Verdict.REVIEW


def test_face_and_voice_of_somebody_else_are_one_finding():
    scene = film(track(0, ADA, LONG), track(1, BEN, LONG), heard=[speaker(0, BEN)])

    (finding,) = about_cast(checked(scene, known_by_voice(2, voices={"p01": (BEN,)})))

    assert (finding.tracks, finding.speakers) == ((1,), (0,))


def test_a_possible_match_is_asked_about_already_and_nobody_is_missed_who_may_be_it():
    maybe = face({0: 0.36})

    assert about_cast(checked(observations(track(0, maybe, LONG)), permitted())) == []
    assert (
        about_cast(checked(observations(track(0, maybe, LONG), track(1, BEN, LONG)), permitted(), cast=()))
        == about_cast(checked(observations(track(0, face({1: 0.36}), LONG), track(1, ADA, LONG)), permitted()))
        == []
    )


def test_somebody_unknown_is_asked_about_as_before_and_is_not_beyond_the_cast():
    scene = observations(track(0, ADA, LONG), track(1, face({}, own=50), LONG))

    result = checked(scene, permitted())

    assert (about_cast(result), result.verdict) == ([], Verdict.REVIEW)


def test_a_member_who_is_not_seen_is_missed():
    (missing,) = about_cast(checked(observations(), permitted()))

    assert (missing.person, missing.name, missing.ranges) == ("p00", "Ada", ())
    assert missing.title == "Ada: Not found in the clip"
    assert "The face of Ada was looked for and not found." in missing.sentence
    assert "The voice of Ada was not listened for: the clip has no sound." in missing.sentence


def test_a_voice_that_is_enrolled_and_not_heard_is_missed_although_the_face_is_seen():
    scene = film(track(0, ADA, LONG), heard=[])

    (missing,) = about_cast(checked(scene, known_by_voice(1)))

    assert missing.sentence == "The voice of Ada was listened for and not found."
    assert both_of(scene, known_by_voice(1), Modality.FACE) == []


def test_a_voice_that_is_not_enrolled_is_missed_only_where_it_was_asked_for():
    scene = film(track(0, ADA, LONG), heard=[])

    assert about_cast(checked(scene, permitted())) == []
    (asked,) = both_of(scene, permitted(), Modality.VOICE)[-1:]
    assert asked.title == "Ada: Not looked for"
    assert "The voice of Ada was not listened for: no voice is enrolled that may be used." in asked.sentence
    assert "enrol what is missing" in asked.next_step


def test_the_voice_of_somebody_whose_face_alone_is_expected_is_a_finding():
    scene = film(track(0, ADA, LONG), heard=[speaker(0, ADA)])
    people = known_by_voice(1)

    (beyond,) = both_of(scene, people, Modality.FACE)
    assert "The voice of Name of p00 is recognised here, but the cast names the face alone." in beyond.sentence
    (beyond,) = both_of(scene, people, Modality.VOICE)
    assert "The face of Name of p00 is recognised here, but the cast names the voice alone." in beyond.sentence


@pytest.mark.parametrize(
    ("people", "why"),
    [
        (known(0), "no face is enrolled that may be used"),
        (known(0, other_models=("p00",)), "it was enrolled with another pack"),
    ],
)
def test_a_member_nobody_could_recognise_was_not_looked_for(people, why):
    (finding,) = about_cast(checked(observations(), people))

    assert finding.title == "Ada: Not looked for"
    assert f"The face of Ada was not looked for: {why}." in finding.sentence


def test_what_nobody_asked_to_examine_was_not_looked_for():
    unasked = Gap(reason=NotExamined.NOT_REQUESTED, start_s=0.0, end_s=10.0, share=1.0)
    scene = observations(sound=sound(not_examined=NotExamined.NOT_REQUESTED))
    scene = replace(scene, picture=replace(scene.picture, gaps=(unasked,)))

    (finding,) = about_cast(checked(scene, known_by_voice(1)))

    assert finding.title == "Ada: Not looked for"
    assert finding.sentence.count("this was not asked for") == 2
    blind = replace(scene, picture=replace(scene.picture, present=False, gaps=()))
    assert "the clip has no picture" in about_cast(checked(blind, known_by_voice(1)))[0].sentence


def test_a_redacted_report_tells_of_the_cast_without_names():
    scene = observations(track(1, BEN, LONG))

    report = report_document(checked(scene, permitted()), redact=True)

    told = [finding for finding in report.findings if finding.kind is FindingKind.CAST]
    assert len(told) == 2
    for finding in told:
        text = " ".join((finding.title, finding.sentence, finding.next_step, finding.name))
        assert "Ada" not in text
        assert "p01" not in text
        assert "Person" in finding.title


def test_every_face_keeps_the_lane_of_its_own_finding():
    result = checked(observations(track(0, ADA, LONG), track(1, BEN, LONG)), permitted(), cast=CAST_OF_ADA)
    beyond, *_others = result.findings
    assert beyond.kind is FindingKind.CAST

    report = report_document(result, redact=False)
    printed = draw_timeline(report, who_is_who(report))
    shown = timeline_of(result)

    assert [lane.tone for lane in printed.lanes] == ["permitted", "permitted"]
    assert [result.findings[lane.finding].kind for lane in shown.lanes] == [FindingKind.LIKENESS] * 2


def test_the_window_and_the_page_show_a_finding_about_the_cast_like_any_other():
    result = checked(observations(track(1, BEN, LONG)), permitted())

    cards = [card for card in finding_cards(result, Around()) if "cast" in card.title or "Not found" in card.title]
    page = report_html(result, redact=False)

    assert [(card.title, card.severity, bool(card.crops)) for card in cards] == [
        ("Name of p01: Not in the cast", "To review", True),
        ("Ada: Not found in the clip", "To review", False),
    ]
    assert page.count("Not in the cast") == 1
    assert page.count("Ada: Not found in the clip") == 1


# --- naming a cast

ADA_PERSON = Person(id="P0001", display_name="Ada Byron", other_names=("埃达",))
BEN_PERSON = Person(id="P0002", display_name="Ben")
BAND = Person(id="P0003", display_name="The Band", kind=PersonKind.GROUP, members=("P0001", "P0002"))
OTHER_BEN = Person(id="P0004", display_name="ben ")
ALONE = Person(id="P0005", display_name="Nobody's Band", kind=PersonKind.GROUP)


def read(*named: str, people=(ADA_PERSON, BEN_PERSON, BAND, ALONE)):
    return {member.person: member.modality for member in read_cast(named, find_among(people))}


def test_a_cast_is_named_by_name_alias_or_id():
    for name in ("ada  byron", "埃达", "p0001"):
        assert read(name) == {"P0001": tuple(Modality)}


def test_only_a_face_or_a_voice_may_be_expected_and_both_add_up():
    assert read("Ada Byron:voice") == {"P0001": (Modality.VOICE,)}
    assert read("Ada Byron:Voice", "P0001:face") == {"P0001": tuple(Modality)}
    colon = Person(id="P0009", display_name="DJ:Face")
    assert read("DJ:Face", people=(colon,)) == {"P0009": tuple(Modality)}


def test_a_group_stands_for_its_members():
    assert read("The Band:face") == {"P0001": (Modality.FACE,), "P0002": (Modality.FACE,)}


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("Eve", "Nobody is called “Eve”"),
        ("Ada Byron:hands", "Nobody is called “Ada Byron:hands”"),
        ("Nobody's Band", "no members"),
        ("Ben", "Several people are called “Ben”: P0002, P0004"),
    ],
)
def test_a_cast_that_is_not_clear_is_refused(named, told):
    with pytest.raises(WrongUsageError, match=told) as refusal:
        read(named, people=(ADA_PERSON, BEN_PERSON, BAND, OTHER_BEN, ALONE))

    assert refusal.value.remedy
