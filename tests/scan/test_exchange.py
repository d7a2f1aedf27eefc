"""Papers that go from one registry to another: what is new, newer, left alone or refused, and that a repeat is none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from countenance.errors import WrongUsageError
from countenance.grants import Duty, Prohibition, Theme
from countenance.people import PersonKind
from registry import (
    CompensationStatus,
    Registry,
)
from scan.exchange.document import Exchange, decode_exchange, encode_exchange, json_schema
from scan.exchange.odrl import policies_of
from scan.exchange.plan import plan_import
from scan.exchange.taking import Outcome, RecordKind, exchange_of, take
from tests.registry.people import NOW, PAPERS, enrolled, grant
from tests.scan.exchanging import changed, exported, filled, imported, outcomes


def test_a_registry_comes_over_with_its_papers_and_no_template(here: Registry, there: Registry) -> None:
    filled(there)
    content = exported(there)

    steps = imported(here, content)

    assert outcomes(steps) == ["new"] * 10
    ada, ben, band = here.people()
    assert (ada.display_name, ada.notes, ada.external_ids) == ("Ada", "", ("hci:1", f"{there.id}:P0001"))
    assert band.members == (ada.id, ben.id)
    assert [one.modality for one in here.consents(ada.id)] == [one.modality for one in there.consents("P0001")]
    assert here.samples(ada.id) == ()
    own, label = here.grants()
    assert (own.grant.grantee, own.grant.tz) == ("Studio B", "Asia/Tokyo")
    assert (label.grant.person, label.grant.grantee, label.grant.tz) == (band.id, "Label", "UTC")
    assert own.papers.external_ids == (f"{there.id}:G0001/1",)
    assert [one.prohibition.tz for one in here.prohibitions()] == ["Asia/Tokyo"] * 2
    assert json.loads(content)["documents"][0]["sha256"]
    assert b"I agree" not in content
    assert b"shy" not in content
    assert here.journal_entries()[-1].action == "consent.imported"


def test_a_repeat_changes_nothing(here: Registry, there: Registry) -> None:
    filled(there)
    content = exported(there)
    imported(here, content)
    before = here.facts().revision

    steps = imported(here, content)

    assert set(outcomes(steps)) == {"unchanged"}
    assert here.facts().revision == before


def test_an_export_of_this_registry_changes_nothing_in_it(here: Registry) -> None:
    filled(here)
    before = here.facts().revision

    steps = imported(here, exported(here))

    assert set(outcomes(steps)) == {"unchanged"}
    assert here.facts().revision == before


def test_a_plan_alone_changes_nothing(here: Registry, there: Registry) -> None:
    filled(there)
    before = here.facts().revision

    plan = plan_import(here, exported(there))

    assert plan.counts() == {"new": 10, "changed": 0, "unchanged": 0, "left": 0, "refused": 0}
    assert here.facts().revision == before


def test_what_is_newer_there_becomes_a_revision_here(here: Registry, there: Registry) -> None:
    first = there.record_grant(grant(enrolled(there, "Ada")), PAPERS)
    imported(here, exported(there))
    there.record_grant(replace(first, approval=True), replace(PAPERS, compensation_status=CompensationStatus.PAID))

    steps = imported(here, exported(there))

    (told,) = (step for step in steps if step.kind is RecordKind.GRANT)
    assert (told.outcome, told.why) == (Outcome.CHANGED, "Changed: approval, compensation_status.")
    (record,) = here.grants()
    assert (record.grant.revision, record.grant.approval) == (2, True)
    assert record.papers.external_ids == (f"{there.id}:G0001/2",)
    assert set(outcomes(imported(here, exported(there)))) == {"unchanged"}


def test_what_was_changed_here_is_not_overwritten(here: Registry, there: Registry) -> None:
    first = there.record_grant(grant(enrolled(there, "Ada")), PAPERS)
    old = exported(there)
    imported(here, old)
    ours = here.grants()[0].grant
    here.record_grant(replace(ours, projects=("Nova",)))
    there.record_grant(replace(first, approval=True))

    repeated, newer = imported(here, old), imported(here, exported(there))

    assert outcomes(repeated, RecordKind.GRANT) == outcomes(newer, RecordKind.GRANT) == ["left"]
    assert "changed here since" in next(step.why for step in newer if step.kind is RecordKind.GRANT)
    assert here.grants()[0].grant.projects == ("Nova",)


def test_a_confirmation_here_is_no_change_of_the_terms(here: Registry, there: Registry, tmp_path: Path) -> None:
    first = there.record_grant(grant(enrolled(there, "Ada")), PAPERS)
    imported(here, exported(there))
    ours = here.grants()[0]
    here.record_grant(ours.grant, replace(ours.papers, approved_by="ben"))
    there.record_grant(replace(first, approval=True))

    assert outcomes(imported(here, exported(there)), RecordKind.GRANT) == ["changed"]
    assert here.grants()[0].papers.approved_by == ""


def test_what_comes_home_changed_is_a_revision_and_an_older_one_is_not(here: Registry, there: Registry) -> None:
    here.record_grant(grant(enrolled(here, "Ada"), grantee="us", tz="UTC"), PAPERS)
    imported(there, exported(here))
    abroad = there.grants()[0].grant
    there.record_grant(replace(abroad, approval=True))

    home = imported(here, exported(there))

    assert outcomes(home, RecordKind.PERSON) == ["unchanged"]
    assert outcomes(home, RecordKind.GRANT) == ["changed"]
    assert (here.grants()[0].grant.id, here.grants()[0].grant.revision) == ("G0001", 2)
    here.record_grant(replace(here.grants()[0].grant, approval=False, projects=("Nova",)))
    assert outcomes(imported(here, exported(there)), RecordKind.GRANT) == ["left"]


def test_blanks_of_a_person_are_filled_and_differences_told(here: Registry, there: Registry) -> None:
    enrolled(there, "Ada")
    imported(here, exported(there))
    there.change_person(
        replace(there.people()[0], contact="agent", display_name="Ada B", external_ids=("hci:7",)),
        expected=there.people()[0],
    )

    (told, *_rest) = imported(here, exported(there))
    (again, *_rest) = imported(here, exported(there))

    assert told.outcome is Outcome.CHANGED
    assert told.why == "Filled in: contact, external_ids. Different there and left: display_name."
    (ada,) = here.people()
    assert (ada.display_name, ada.contact) == ("Ada", "agent")
    assert "hci:7" in ada.external_ids
    assert (again.outcome, again.why) == (Outcome.LEFT, "Different there and left: display_name.")


def test_somebody_of_the_same_name_is_told(here: Registry, there: Registry) -> None:
    enrolled(there, "Ada")
    enrolled(here, "ada")

    (told, *_rest) = imported(here, exported(there))

    assert told.outcome is Outcome.NEW
    assert "P0001 has the same name" in told.why


def test_a_withdrawal_there_is_told_and_a_paper_that_is_over_left(here: Registry, there: Registry) -> None:
    enrolled(there, "Ada")
    imported(here, exported(there))
    there.withdraw_consent("C0001", date(2026, 11, 20))

    known = imported(here, exported(there))
    empty = imported(here, changed(exported(there), {"registry": "another"}))

    assert "withdrawn there on 2026-11-20" in known[1].why
    assert outcomes(known, RecordKind.BIOMETRIC_CONSENT) == outcomes(empty, RecordKind.BIOMETRIC_CONSENT) == ["left"]
    assert "is over" in empty[1].why


def test_prohibitions_are_never_doubled_nor_loosened(here: Registry, there: Registry) -> None:
    ada = enrolled(there, "Ada")
    ban = there.record_prohibition(Prohibition(id="", person=ada, tz="UTC")).prohibition
    imported(here, exported(there))
    there.record_prohibition(replace(ban, end=date(2026, 12, 1)), changes_revision=1)

    steps = imported(here, exported(there))

    assert outcomes(steps, RecordKind.PROHIBITION) == ["left"]
    assert "for another time" in steps[-1].why
    assert here.prohibitions()[0].prohibition.end is None


_OF_ADA = b'"id": "X0001",\n        "person": "P0001"'


def test_a_prohibition_that_was_exported_here_follows_its_revisions(here: Registry) -> None:
    ada, ben = enrolled(here, "Ada"), enrolled(here, "Ben")
    ban = here.record_prohibition(Prohibition(id="", person=ada)).prohibition
    content = exported(here)
    edited = content.replace(b'"source": "person"', b'"source": "court"')
    strange = content.replace(_OF_ADA, _OF_ADA.replace(b"P0001", b"P0002"))

    assert outcomes(plan_import(here, strange), RecordKind.PROHIBITION) == ["refused"]
    assert outcomes(imported(here, edited), RecordKind.PROHIBITION) == ["changed"]
    assert outcomes(imported(here, content), RecordKind.PROHIBITION) == ["left"]
    assert here.prohibition_revisions(ban.id)[-1].prohibition.source == "court"
    assert ben == "P0002"


def test_records_that_cannot_be_are_refused_with_the_reason(here: Registry, there: Registry) -> None:
    filled(there)
    content = exported(there)
    told = decode_exchange(content)
    ada, ben, band = told.people
    nameless, child = replace(ada, display_name=" "), replace(ben, kind=PersonKind.MINOR)
    broken = plan_import(here, changed(content, {"people": (nameless, child, band)}))
    backwards = msgspec.structs.replace(told.grants[0], grant=replace(told.grants[0].grant, end=date(2020, 1, 1)))
    no_zone = msgspec.structs.replace(
        told.prohibitions[0], prohibition=replace(told.prohibitions[0].prohibition, tz="Mars")
    )
    terms = plan_import(here, changed(content, {"grants": (backwards,), "prohibitions": (no_zone,)}))
    twice = plan_import(here, changed(content, {"people": (*told.people, ada), "grants": told.grants * 2}))

    assert set(outcomes(broken)) == {"refused"}
    assert [step.why for step in broken.steps][:3] == [
        "A person needs a name.",
        "A minor needs a date of birth.",
        "A member of the group is not in the file, or was refused.",
    ]
    assert "The person P0001 is not in the file" in broken.steps[3].why
    assert [step.why for step in terms.steps][-2:] == [
        "A term ends before it begins.",
        "There is no time zone “Mars”.",
    ]
    assert outcomes(twice).count("refused") == 3
    assert len([step for step in take(here, twice) if step.outcome is Outcome.REFUSED]) == 3
    assert (len(here.people()), len(here.grants())) == (3, 2)


def test_nobody_comes_back_by_an_import(here: Registry, there: Registry) -> None:
    enrolled(here, "Ada")
    imported(there, exported(here))
    at_home = changed(exported(here), {"people": (replace(here.people()[0], id="P0404"),), "biometric_consents": ()})
    from_there = changed(
        exported(there),
        {"people": (replace(there.people()[0], external_ids=(f"{here.id}:P0404",)),), "biometric_consents": ()},
    )
    gone = grant("P0001", id="G0404")
    papers = replace(PAPERS, external_ids=(f"{here.id}:G0404/1",))
    lost = {"grants": ({"grant": gone, "papers": papers, "recorded_at": NOW},)}

    for content in (at_home, from_there):
        (told,) = plan_import(here, content).steps
        assert told.outcome is Outcome.REFUSED
        assert "nobody comes back by an import" in told.why
    told = plan_import(here, msgspec.json.encode(msgspec.to_builtins(decode_exchange(exported(there))) | lost)).steps
    assert "no grant “G0404”" in told[-1].why


def test_a_grant_that_is_somebody_elses_here_is_refused(here: Registry) -> None:
    ada = enrolled(here, "Ada")
    enrolled(here, "Ben")
    here.record_grant(grant(ada), PAPERS)
    told = decode_exchange(exported(here))
    stolen = msgspec.structs.replace(told.grants[0], grant=replace(told.grants[0].grant, person="P0002"))

    plan = plan_import(here, encode_exchange(msgspec.structs.replace(told, grants=(stolen,))))

    assert plan.steps[-1].why == "G0001 belongs to another person."


def test_an_export_of_one_person_tells_of_others_by_name_alone(here: Registry) -> None:
    filled(here)
    here.change_person(replace(here.people()[1], contact="Ben's agent"), expected=here.people()[1])

    told = exchange_of(here, NOW, ["P0001"])

    assert [one.display_name for one in told.people] == ["Ada", "The Band", "Ben"]
    assert told.people[2].contact == ""
    assert told.prohibitions == ()
    assert [one.person for one in told.biometric_consents] == ["P0001"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no export"),
        (b"{}", "no export"),
        (b"\xff", "no export"),
        (b'{"schema": "2.0.0"}', "another version"),
        (b'{"schema": "1.0.0", "people": 3}', "no export"),
        (b"[" * 100_000, "no export"),
    ],
)
def test_what_is_no_export_is_refused(here: Registry, content: bytes, sentence: str) -> None:
    with pytest.raises(WrongUsageError, match=sentence):
        plan_import(here, content)


def test_the_shipped_schema_is_the_one_of_the_types() -> None:
    shipped = (resources.files("scan.exchange") / "exchange.schema.json").read_bytes()

    assert shipped == json_schema(), "write what scan.exchange.document.json_schema() returns into exchange.schema.json"
    assert decode_exchange(encode_exchange(_EMPTY)) == _EMPTY


_EMPTY = Exchange(schema="1.9.0", program="x", created=NOW, registry="r", owner="us", tz="UTC", people=())


def test_grants_become_policies_in_which_a_prohibition_wins(here: Registry) -> None:
    ada = enrolled(here, "Ada")
    enrolled(here, "Nobody's giver")
    ben = enrolled(here, "Ben")
    here.record_grant(
        grant(ada, territories=("WORLD", "-CN"), end=date(2030, 1, 1), approval=True, themes_ok=(Theme.ALCOHOL,)),
        PAPERS,
    )
    here.record_grant(grant(ada, signed=None))
    here.record_grant(grant(ada, duties=(Duty.CREDIT, Duty.AI_LABEL)), PAPERS)
    here.record_prohibition(Prohibition(id="", person=ada, grantee="Studio B", channels=("tv",)))
    here.record_prohibition(Prohibition(id="", person=ada, end=date(2030, 1, 1)))
    here.record_prohibition(Prohibition(id="", person=ben))

    told = json.loads(policies_of(exchange_of(here, NOW)))

    of_ada, of_ben = told["@graph"]
    assert (of_ada["@type"], of_ben["@type"], of_ada["conflict"]) == ("Agreement", "Set", "prohibit")
    permission, with_duties = of_ada["permission"]
    assert with_duties["duty"] == [{"action": "attribute"}, {"action": "cn:ai_label"}]
    assert permission["assignee"] == "us"
    assert permission["duty"] == [{"action": "obtainConsent"}]
    operands = [(one["leftOperand"], one["operator"]) for one in permission["constraint"]]
    assert ("spatial", "isNoneOf") in operands
    assert ("spatial", "isAnyOf") not in operands
    assert ("language", "isAnyOf") not in operands
    assert [operands.count(("dateTime", bound)) for bound in ("gteq", "lteq")] == [1, 1]
    assert of_ada["prohibition"][0]["assignee"] == "Studio B"
    assert of_ben["prohibition"][0]["constraint"] == []
