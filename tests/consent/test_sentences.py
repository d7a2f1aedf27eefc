from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from consent import Records, explain, judge, meaning, what_would_change
from consent.case_rows import parse_case
from countenance.grants import Method, ProhibitionSource, Theme
from countenance.judgement import FoundPerson, Judgement, JudgementKind, MatchKind, Reason
from countenance.people import Modality
from countenance.use import ExceptionKind
from tests.consent.made import GRANT, NOON, ban, grant, judged, use

ROWS = list(csv.DictReader((Path(__file__).parent / "cases.csv").read_text(encoding="utf-8").splitlines()))
FULL = use(project="Nova", themes=(Theme.GAMBLING,), exception=ExceptionKind.PARODY, category="soft_drinks")
BARE = use(purpose=None, face_method=None, voice_method=None, channels=(), territories=(), language=None, project=None)
# Codes of the vocabulary are not for readers.
RAW = re.compile(r"\b[a-z0-9]+_[a-z_0-9]+\b|\bWORLD\b|\bG1\b|[{}]|None")


@pytest.mark.parametrize("stated", [FULL, BARE], ids=["all stated", "nothing stated"])
@pytest.mark.parametrize("name", ["Ana", None])
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_why_and_what_would_change_it(reason, name, stated):
    judgement = Judgement(
        kind=JudgementKind.NOT_PERMITTED,
        reason=reason,
        rests_on="G1",
        duties=("ai_label", "take_down_by:2026-06-30"),
        missing=("territories", "face_method"),
        part=(("modality", "voice"), ("channel", "music_service"), ("territory", "WORLD")) if stated is FULL else (),
    )

    for sentence in (
        explain(judgement, name, stated, Records(grants=(GRANT,))),
        what_would_change(judgement, name, stated, Records(grants=(GRANT,))),
    ):
        assert sentence.endswith(".")
        assert not RAW.search(sentence), sentence


@pytest.mark.parametrize("kind", JudgementKind)
def test_every_judgement_has_a_meaning(kind):
    assert meaning(kind).endswith(".")


@pytest.mark.parametrize("row", ROWS, ids=[row["case_id"] for row in ROWS])
def test_each_case_can_be_told_to_a_producer(row):
    case = parse_case(row)
    clip = judge(case.found, case.people, case.grants, case.prohibitions, case.use, case.checked_at)

    sentence = explain(clip.overall, "Ana", case.use, Records(grants=case.grants, prohibitions=case.prohibitions))

    assert not RAW.search(sentence), sentence


def test_the_grant_is_named_by_the_day_it_was_signed():
    overall = judged(GRANT, stated=use()).overall

    assert (
        explain(overall, "Ana", use(), Records(grants=(GRANT,))) == "Ana: the grant of January 5, 2026 covers this use."
    )


def test_a_draft_and_an_unknown_grant_are_named_too():
    draft = grant(signed=None)

    assert "the grant draft" in explain(judged(draft).overall, "Ana", use(), Records(grants=(draft,)))
    assert "Ana: the grant covers" in explain(judged(GRANT).overall, "Ana", use())


def test_a_ban_is_named_by_whoever_recorded_it():
    court = ban(source=ProhibitionSource.COURT, start=date(2026, 1, 1))
    overall = judged(GRANT, bans=(court,)).overall

    assert "the ban by a court" in explain(overall, "Ana", use(), Records(prohibitions=(court,)))
    assert "a recorded ban" in explain(overall, "Ana", use())


def test_a_possible_match_told_without_a_name_still_asks_who_it_is():
    judgement = Judgement(kind=JudgementKind.POSSIBLE_MATCH, reason=Reason.POSSIBLE_MATCH)

    assert explain(judgement, "Ana", use()).startswith("This may be Ana,")
    assert explain(judgement, None, use()).startswith("This may be somebody in the registry,")


def test_a_face_or_a_voice_that_matches_nobody_is_called_what_it_is():
    def told(*modalities: Modality) -> tuple[str, str]:
        found = FoundPerson(person=None, modality=modalities, match=MatchKind.NONE)
        overall = judge([found], [], [], [], use(), NOON).overall
        return explain(overall, None, use()), what_would_change(overall, None, use())

    assert told(Modality.FACE)[0].startswith("This face matches nobody")
    assert told(Modality.VOICE)[0].startswith("This voice matches nobody")
    assert told(*Modality)[0].startswith("This face or voice matches nobody")
    assert "whose voice" in told(Modality.VOICE)[1]
    assert "who this is" in told(Modality.FACE)[1]


def test_a_method_is_that_of_the_modality_that_decided():
    stated = use(face_method=Method.REAL_FOOTAGE, voice_method=Method.VOICE_CLONE)
    judgement = Judgement(kind=JudgementKind.NOT_PERMITTED, reason=Reason.SCOPE_METHOD, part=(("modality", "voice"),))

    assert "voice clone" in explain(judgement, "Ana", stated)


def test_an_invented_performer_without_a_duty_asks_only_for_a_name():
    judgement = Judgement(kind=JudgementKind.CLEAR, reason=Reason.DECLARED_SYNTHETIC)

    assert "real person" in what_would_change(judgement, None, use())
