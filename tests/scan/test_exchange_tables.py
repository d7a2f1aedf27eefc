"""Papers that go from one registry to another: what is new, newer, left alone or refused, and that a repeat is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from countenance.errors import WrongUsageError
from countenance.people import PersonKind
from registry import (
    CompensationStatus,
    Document,
    GrantPapers,
    Registry,
    Signature,
)
from scan.exchange.rows import plan_rows, rows_of
from scan.exchange.taking import take
from tests.registry.people import PAPERS, SIGNED, enrolled, grant
from tests.scan.exchanging import FULL, outcomes


def test_a_table_of_grants_comes_back_as_it_went(here: Registry) -> None:
    ada = enrolled(here, "=Ada")
    papers = replace(
        PAPERS, signatures=(*PAPERS.signatures, Signature(name="B, C", role="x", signed_on=SIGNED, how="y"))
    )
    here.record_grant(grant(ada, **FULL), replace(papers, signatures=PAPERS.signatures, external_ids=("hci:1",)))
    here.record_grant(grant(ada), replace(papers, compensation_status=CompensationStatus.UNPAID))
    here.record_grant(
        grant(ada, signed=None), GrantPapers(documents=(Document(file="c.pdf", sha256="ab", kind="rider"),))
    )

    content, whom = rows_of(here)

    assert whom == (ada,)
    assert b",'=Ada," in content
    assert b",'=1+1," in content
    assert outcomes(plan_rows(here, content)) == ["unchanged"] * 3


def test_a_table_that_was_worked_on_changes_what_it_says(here: Registry) -> None:
    ada = enrolled(here, "Ada")
    first = here.record_grant(grant(ada, projects=("Nova",)), replace(PAPERS, external_ids=("hci:1",)))
    by_id = b"grant,revision,name,approval,channels\nG0001,1,Ada,yes,tv; radio\n"
    by_other_id = b"\xef\xbb\xbfexternal_ids,name,end\nhci:1,Ada,2030-01-01\n"

    changed_by_id = take(here, plan_rows(here, by_id))
    stale = take(here, plan_rows(here, by_id.replace(b"yes", b"no")))
    changed_by_other_id = take(here, plan_rows(here, by_other_id))

    assert outcomes(changed_by_id) == outcomes(changed_by_other_id) == ["changed"]
    assert outcomes(stale) == ["left"]
    (record,) = here.grants()
    assert (record.grant.approval, record.grant.channels, record.grant.projects) == (True, ("tv", "radio"), ("Nova",))
    assert record.grant.end == date(2030, 1, 1)
    assert record.papers.external_ids == ("hci:1",)
    assert first.id == record.grant.id


def test_new_rows_become_grants_and_new_names_people(here: Registry) -> None:
    content = (
        b"name,kind,birth,signed,signatures,purposes,channels,territories,documents,compensation_status\n"
        b"Cy,minor,2015-01-01,2026-11-01,Mum; guardian; 2026-11-01 | Dad; guardian; 2026-11-01,education,tv,de,"
        b"c.pdf; abc; contract,paid\n"
        b"\n"
        b"Cy,,,,,,,,,\n"
    )

    steps = take(here, plan_rows(here, content))

    assert outcomes(steps) == ["new", "new", "new"]
    assert [step.theirs for step in steps] == ["row 2", "row 2", "row 4"]
    (cy,) = here.people()
    assert (cy.display_name, cy.kind) == ("Cy", PersonKind.MINOR)
    signed, draft = here.grants()
    assert [one.name for one in signed.papers.signatures] == ["Mum", "Dad"]
    assert (signed.grant.territories, signed.papers.compensation_status) == (("DE",), CompensationStatus.PAID)
    assert signed.papers.documents[0].kind == "contract"
    assert draft.grant.signed is None
    assert outcomes(plan_rows(here, content)) == ["unchanged", "unchanged"]


def test_a_table_of_another_registry_is_known_by_its_ids(here: Registry, there: Registry) -> None:
    there.record_grant(grant(enrolled(there, "Ada"), grantee="Studio B"), PAPERS)
    content, _whom = rows_of(there)

    first = take(here, plan_rows(here, content))
    again = take(here, plan_rows(here, content))

    assert outcomes(first) == ["new", "new"]
    assert outcomes(again) == ["unchanged"]
    assert here.people()[0].external_ids == (f"{there.id}:P0001",)
    assert here.grants()[0].papers.external_ids == (f"{there.id}:G0001/1",)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Twin,,,,", "Several people are called “Twin”"),
        ("Ada,fun,,,", "What stands in the column purposes"),
        ("Ada,,Atlantis,,", "What stands in the column territories"),
        ("Ada,,,perhaps,", "What stands in the column approval"),
        ("Ada,,,,a; b; 2026-01-01; c; d; e", "What stands in the column signatures"),
        ("Ada,,,,a; b", "What stands in the column signatures"),
        (",education,,,", "A person needs a name."),
    ],
)
def test_a_bad_row_is_told_with_its_number(here: Registry, row: str, why: str) -> None:
    for name in ("Ada", "Twin", "Twin"):
        enrolled(here, name)

    plan = plan_rows(here, f"name,purposes,territories,approval,signatures\nAda,,,,\n{row}\n".encode())

    assert outcomes(plan) == ["new", "refused"]
    assert plan.steps[1].theirs == "row 3"
    assert plan.steps[1].why.startswith(why)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ("person\nP0404", "nobody with the id P0404"),
        ("grant,name\nG0404,Ada", "no grant “G0404”"),
        ("name,kind\nThe Band,group", "A group is entered with its members"),
        ("name,kind\nX,robot", "column kind"),
        ("name,birth\nX,once", "column birth"),
        ("name,channels\nAda,moon", "column channels"),
        ("name,compensation_status\nAda,later", "column compensation_status"),
        ("name,revoked_notice\nAda,soon", "column revoked"),
        ("name,signed\nAda,2026-01-01", "at least one signature"),
        ("registry,person\nelsewhere,P0001", "A person needs a name."),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(here: Registry, columns: str, why: str) -> None:
    enrolled(here, "Ada")

    plan = plan_rows(here, columns.encode())

    assert outcomes(plan) == ["refused"]
    assert why in plan.steps[0].why
    assert not plan.changes()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'name\n"open', b"what\nwhere"])
def test_what_is_no_table_of_grants_is_refused(here: Registry, content: bytes) -> None:
    with pytest.raises(WrongUsageError, match=r"CSV|column"):
        plan_rows(here, content)
