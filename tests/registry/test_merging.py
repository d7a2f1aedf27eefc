import json
from dataclasses import replace
from datetime import date

import pytest

from countenance.decisions import ClipMark
from countenance.errors import WrongUsageError
from countenance.grants import Prohibition
from countenance.people import Modality, PersonKind
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import UnknownPolicy
from registry import DocumentKind, Registry
from tests.registry.clips import cleared, kept_check, record, remembered
from tests.registry.people import (
    BINDING,
    PAPERS,
    TODAY,
    consent,
    enrolled,
    grant,
    person,
    sample,
    template,
    vector,
)


def twins(registry: Registry) -> tuple[str, str]:
    kept = registry.enrol(
        person("Ada Example", other_names=("Ada",), tags=("actor",), contact="agent", birth=date(1990, 1, 2)),
        consent=consent(),
        samples=[sample(templates=(template(vector=vector(0.1)),))],
    )
    other = registry.enrol(
        person("A. Example", other_names=("Ada", "艾达"), tags=("paris",), contact="lawyer", notes="Twice.",
               external_ids=("HAND:1",), jurisdiction="FR"),
        consent=consent(),
        samples=[sample(templates=(template(vector=vector(0.2)),))],
    )  # fmt: skip
    return kept, other


def test_everything_of_the_other_person_goes_over(registry: Registry) -> None:
    kept, other = twins(registry)
    band = registry.enrol(person("Band", kind=PersonKind.GROUP, members=(other,)))
    both = registry.enrol(person("Both", kind=PersonKind.GROUP, members=(other, kept)))
    given = registry.record_grant(grant(other), PAPERS)
    ban = registry.record_prohibition(Prohibition(id="", person=other)).prohibition
    paper, _same = registry.documents.add(other, other, DocumentKind.OTHER, "card.pdf", b"a paper")

    merged = registry.merge(kept, other)

    assert merged == registry.people([other])[0] == registry.people([kept])[0]
    assert (merged.id, merged.other_names) == (kept, ("Ada", "A. Example", "艾达"))
    assert (merged.tags, merged.contact, merged.notes) == (("actor", "paris"), "agent; lawyer", "Twice.")
    assert (merged.birth, merged.jurisdiction, merged.external_ids) == (date(1990, 1, 2), "FR", ("HAND:1",))
    assert [one.id for one in registry.samples(kept)] == ["S0001", "S0002"]
    assert [one.id for one in registry.consents(kept)] == ["C0001", "C0002"]
    gallery = registry.templates(binding=BINDING, modality=Modality.FACE, on=TODAY)
    assert dict(gallery.templates) == {kept: (vector(0.1), vector(0.2))}
    assert [one.id for one in registry.people()] == [kept, band, both]
    assert registry.people([band])[0].members == registry.people([both])[0].members == (kept,)
    assert [record.grant for record in registry.grants(kept)] == [replace(given, person=kept, revision=2)]
    assert [record.prohibition for record in registry.prohibitions(kept)] == [replace(ban, person=kept)]
    assert registry.prohibitions(kept)[0].revision == 2
    assert [(one.id, one.subject) for one in registry.documents.of(kept)] == [(paper.id, kept)]
    assert registry.facts().people == 3


def test_older_revisions_stay_as_they_were(registry: Registry) -> None:
    kept, other = twins(registry)
    given = registry.record_grant(grant(other), PAPERS)

    registry.merge(kept, other)
    changed = registry.record_grant(replace(given, person=other, revision=2, channels=("tv",)))

    assert [record.grant.person for record in registry.grant_revisions(given.id)] == [other, kept, kept]
    assert changed.revision == 3
    assert registry.agreed([other]).grants == (changed,)


def test_the_old_id_leads_on_through_several_mergers(registry: Registry) -> None:
    kept, other = twins(registry)
    third = enrolled(registry, "Third")

    registry.merge(kept, other)
    registry.merge(third, kept)

    assert [one.id for one in registry.people([other, kept, third])] == [third] * 3
    assert [one.id for one in registry.named(other)] == [third]
    assert [one.id for one in registry.search("p0002")] == [third]
    assert [one.id for one in registry.search("艾达")] == [third]
    assert registry.record_grant(grant(other), PAPERS).person == third
    assert registry.record_prohibition(Prohibition(id="", person=other)).prohibition.person == third


def test_decisions_about_the_other_person_go_over(registry: Registry) -> None:
    kept, other = twins(registry)
    clip = ClipMark(sha256="f" * 64)
    registry.decisions.except_(other, clip, ExceptionKind.PARODY, ApprovalDecision.APPROVED, "Court of 2025.")

    registry.merge(kept, other)

    with registry._lane.query() as db:
        assert db.execute("select person from exceptions").fetchall() == [(kept,)]


def test_kept_checks_tell_who_it_turned_out_to_be_and_keep_their_record(registry: Registry) -> None:
    kept, other = twins(registry)
    third = enrolled(registry, "Third")
    seen = kept_check(registry, other)
    both = registry.checks.keep(
        record(cleared(kept), cleared(other), cleared(None)),
        [remembered(kept), remembered(other), remembered(None)],
        UnknownPolicy.NOTE,
        None,
    )

    registry.merge(kept, other)

    assert registry.checks.of(kept) == (registry.checks.kept(seen.id), registry.checks.kept(both.id))
    assert registry.checks.of(other) == registry.checks.of(third) == ()
    assert [one.found.person for one in registry.checks.kept(both.id).people] == [kept, kept, None]
    assert registry.checks.kept(both.id).record == both.record


def test_the_journal_tells_of_a_merger_without_names(registry: Registry) -> None:
    kept, other = twins(registry)
    given = registry.record_grant(grant(other), PAPERS)

    registry.merge(kept, other)

    entry = registry.journal_entries()[-1]
    facts = json.loads(entry.facts)
    assert (entry.action, entry.subject, facts["other"], facts["grants"]) == ("person.merged", kept, other, [given.id])
    assert (facts["samples"], facts["biometric_consents"], facts["prohibitions"]) == (1, 1, [])
    assert "xample" not in entry.facts


def test_nothing_personal_stays_in_the_row_of_the_other(registry: Registry) -> None:
    kept, other = twins(registry)

    registry.merge(kept, other)

    with registry._lane.query() as db:
        row = db.execute("select * from people where id = ?", [other]).fetchone()
    assert {value for value in row if value} == {other, kept, "living", "[]", f"\n{other.casefold()}\n"}


def test_two_groups_become_one_with_the_members_of_both(registry: Registry) -> None:
    one, two = enrolled(registry, "One"), enrolled(registry, "Two")
    first = registry.enrol(person("Band", kind=PersonKind.GROUP, members=(one,)))
    second = registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(two, one)))

    assert registry.merge(first, second).members == (one, two)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": PersonKind.GROUP}, "A group and a person cannot be one"),
        ({"kind": PersonKind.OWN}, "of different kinds"),
        ({"birth": date(1991, 1, 2)}, "different dates of birth"),
        ({"jurisdiction": "DE"}, "live in different places"),
    ],
)
def test_what_cannot_be_one_person_is_refused(registry: Registry, fields: dict, sentence: str) -> None:
    kept = registry.enrol(person("Ada", birth=date(1990, 1, 2), jurisdiction="FR"))
    other = registry.enrol(person("Eve", **fields))

    with pytest.raises(WrongUsageError, match=sentence):
        registry.merge(kept, other)
    assert len(registry.people()) == 2


def test_nobody_is_merged_with_themselves(registry: Registry) -> None:
    kept, other = twins(registry)

    with pytest.raises(WrongUsageError, match="is one person already"):
        registry.merge(kept, kept)
    registry.merge(kept, other)
    with pytest.raises(WrongUsageError, match="is one person already"):
        registry.merge(other, kept)
