from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from consent.case_rows import parse_case
from consent.cases import compare
from countenance.errors import WrongUsageError

HERE = Path(__file__).parent
DOCS = Path(os.environ.get("COUNTENANCE_TEST_DOCS", HERE.parents[2] / "shared" / "docs"))


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


OWN = rows_of(HERE / "cases.csv")


def one_row(**columns: str) -> dict[str, str]:
    return OWN[1] | columns


@pytest.mark.parametrize("row", OWN, ids=[f"{row['case_id']} {row['title']}" for row in OWN])
def test_each_case_of_ours_comes_out_as_expected(row):
    report = compare([row])

    assert not report.differ, report.differ[0].line()


def test_all_cases_of_the_domain_model_agree():
    file = DOCS / "consent_cases.csv"
    if not file.exists():
        pytest.skip(f"There is no {file.name}; set COUNTENANCE_TEST_DOCS to the folder that holds it.")

    report = compare(rows_of(file))

    assert [one.line() for one in report.differ] == []
    assert report.agree == report.cases >= 40


def test_a_case_that_differs_is_told_in_one_line_with_what_came_out():
    report = compare([one_row(expected_reason="self", expected_duties="credit"), OWN[0]])

    assert (report.cases, report.agree) == (2, 1)
    (line,) = [one.line() for one in report.differ]
    assert line.startswith("T02 AI training named beside any: ")
    assert "expected_reason is ok, expected self." in line
    assert "expected_duties is –, expected credit." in line
    assert "\n" not in line
    assert report.as_mapping()["differ"][0]["case_id"] == "T02"
    json.dumps(report.as_mapping())


def test_a_clip_verdict_counts_as_much_as_the_judgement():
    report = compare([one_row(clip_verdict_strict="review")])

    assert [one.sentence for one in report.differ] == ["clip_verdict_strict is permitted, expected review."]


def test_a_row_that_is_no_case_differs_and_the_others_are_still_compared():
    report = compare([{"case_id": "A"}, {}, OWN[0]])

    assert report.agree == 1
    assert [one.case_id for one in report.differ] == ["A", "row 2"]
    assert "no column" in report.differ[0].line()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("found", "[{]"),
        ("found", '[{"person": "P1", "modality": ["smell"], "match": "strong"}]'),
        ("persons", '[{"id": "P1", "nickname": "A"}]'),
        ("grants", '[{"id": "G1", "person": "P1"}]'),
        ("approvals", '{"G1": "perhaps"}'),
        ("purpose", "fun"),
        ("themes", "political weather"),
        ("publish_at", "tomorrow"),
        ("publish_at", "2026-06-15T10:00:00"),
        ("territories", "FRANCE"),
        ("expected_reason", ""),
    ],
)
def test_a_value_that_no_column_may_hold_is_refused_with_its_column(column, value):
    with pytest.raises(WrongUsageError) as refusal:
        parse_case(one_row(**{column: value}))

    assert column in refusal.value.sentence
    assert refusal.value.remedy


def grants_row(**fields: object) -> dict[str, str]:
    grant = {"id": "G1", "person": "P1", "purposes": ["any"], "channels": ["any"], "territories": ["WORLD"]} | fields
    return one_row(grants=json.dumps([grant]))


@pytest.mark.parametrize(
    "fields",
    [
        {"territories": ["FRANCE"]},
        {"tz": "Mars/Base"},
        {"revoked": {"notice": "2026-01-01", "days": -1}},
        {"revoked": {"notice": "2026-01-01", "days": 99999999}},
    ],
)
def test_a_grant_that_cannot_be_meant_is_refused(fields):
    with pytest.raises(WrongUsageError):
        parse_case(grants_row(**fields))


def test_a_grant_may_say_any_as_a_word():
    case = parse_case(grants_row(channels="any", languages="any", projects="any"))

    assert case.grants[0].channels == case.grants[0].languages == case.grants[0].projects == ("any",)


def test_a_grant_with_an_empty_list_of_signatures_is_a_draft():
    assert parse_case(grants_row(signatures=[])).grants[0].signed is None
    assert parse_case(grants_row(signatures=[{"name": "A"}])).grants[0].signed is not None
