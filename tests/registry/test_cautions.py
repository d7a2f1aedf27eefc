from dataclasses import replace
from datetime import date

import pytest

from countenance.grants import Grant, Method
from countenance.people import PersonKind
from registry import Document, GrantPapers
from registry.cautions import cautions_about
from tests.registry.people import PAPERS, grant, person

SOUND = grant("P0001", end=date(2030, 1, 1))
ADA = person()
CHILD = person("Cy", kind=PersonKind.MINOR)
HELD = replace(PAPERS, documents=(Document(file="c.pdf", sha256="a" * 64, kind="contract"),))


def test_a_grant_with_its_paper_and_a_plain_term_calls_for_no_caution() -> None:
    assert cautions_about(SOUND, HELD, ADA) == cautions_about(SOUND, PAPERS, ADA, documents=1) == ()


@pytest.mark.parametrize(
    ("given", "papers", "sentence"),
    [
        (SOUND, PAPERS, "No document is kept"),
        (replace(SOUND, methods=(Method.AI_DUB,), description=" "), HELD, "synthetic methods without a description"),
        (replace(SOUND, start=date(2026, 10, 31)), HELD, "starts before it was signed"),
        (replace(SOUND, end=None), HELD, "term is open"),
        (replace(SOUND, end=date(2036, 11, 2)), HELD, "longer than 10 years"),
        (replace(SOUND, signed=date(2024, 2, 29), end=date(2034, 3, 1)), HELD, "longer than 10 years"),
    ],
)
def test_each_lack_is_a_sentence(given: Grant, papers: GrantPapers, sentence: str) -> None:
    (told,) = cautions_about(given, papers, ADA)

    assert sentence in told


def test_a_minors_term_is_long_after_five_years() -> None:
    five = replace(SOUND, end=date(2031, 11, 1))

    assert cautions_about(five, HELD, CHILD) == ()
    assert "longer than 5 years" in cautions_about(replace(five, end=date(2031, 11, 2)), HELD, CHILD)[0]


def test_a_described_use_and_a_draft_without_a_day_are_no_matter() -> None:
    described = replace(SOUND, methods=(Method.AI_DUB,), description="the trailer")
    draft = replace(SOUND, signed=None)

    assert cautions_about(described, HELD, ADA) == cautions_about(draft, HELD, ADA) == ()
