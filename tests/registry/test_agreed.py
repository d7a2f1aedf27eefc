from dataclasses import replace
from datetime import date

import pytest

from countenance.errors import RegistryError, WrongUsageError
from countenance.grants import (
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
from countenance.people import Modality, PersonKind, Signer
from registry import CompensationStatus, Document, GrantPapers, Registry, Signature
from tests.registry.people import NOW, PAPERS, SIGNED, enrolled, grant, opened, person

FULL_GRANT = Grant(
    id="",
    person="P0001",
    members=GroupMembers.INDIVIDUALLY,
    signed=SIGNED,
    signer=Signer.AGENT,
    represented_by="union (Example)",
    separately_signed=True,
    replica_type="independently_created",
    modality=(Modality.VOICE,),
    methods=(Method.VOICE_CLONE, Method.AI_DUB),
    description="the trailer of Nova, two scenes",
    purposes=(Purpose.ADVERTISING,),
    themes_ok=(Theme.ALCOHOL,),
    channels=("social", "tv"),
    territories=("WORLD", "-CN"),
    languages=("en", "zh"),
    start=date(2026, 12, 1),
    end=date(2027, 12, 1),
    tz="Asia/Shanghai",
    projects=("Nova",),
    grantee="Studio A",
    sublicense=True,
    exclusive="drinks",
    approval=True,
    compensation="scale",
    duties=(Duty.CREDIT, Duty.AI_LABEL),
    after_end=AfterEnd.TAKE_DOWN,
    revoked=Revocation(notice=date(2027, 1, 1), days=30, published=AfterEnd.KEEP),
    suspended=Suspension(start=date(2027, 2, 1)),
    survives_death=True,
)
FULL_PAPERS = GrantPapers(
    signatures=(Signature(name="Ada", role="agent", signed_on=SIGNED, how="e-signature", witness="Ben"),),
    documents=(Document(file="contract.pdf", sha256="d" * 64, kind="contract"),),
    compensation_status=CompensationStatus.PAID,
    approved_by="carol",
)


def test_every_field_of_a_grant_comes_back(registry: Registry, path) -> None:
    enrolled(registry)

    kept = registry.record_grant(FULL_GRANT, FULL_PAPERS)
    with opened(path) as again:
        (record,) = again.grants()

    assert record.grant == kept == replace(FULL_GRANT, id="G0001", revision=1)
    assert record.papers == FULL_PAPERS
    assert (record.recorded_at, record.entered_by) == (NOW, "ann")


def test_each_change_of_a_grant_is_a_revision_and_none_is_lost(registry: Registry) -> None:
    giver = enrolled(registry)
    first = registry.record_grant(grant(giver), PAPERS)

    second = registry.record_grant(replace(first, end=date(2028, 1, 1)))
    third = registry.record_grant(replace(second, approval=True), FULL_PAPERS)

    assert [record.grant for record in registry.grant_revisions(first.id)] == [first, second, third]
    assert [grant.revision for grant in (first, second, third)] == [1, 2, 3]
    assert [record.papers for record in registry.grant_revisions(first.id)] == [PAPERS, PAPERS, FULL_PAPERS]
    assert [record.grant for record in registry.grants(giver)] == [third]
    assert registry.facts().grants == 1


def test_two_people_cannot_change_the_same_revision(registry: Registry) -> None:
    giver = enrolled(registry)
    seen_by_both = registry.record_grant(grant(giver), PAPERS)
    registry.record_grant(replace(seen_by_both, approval=True))

    with pytest.raises(RegistryError, match="G0001 was changed meanwhile"):
        registry.record_grant(replace(seen_by_both, approval=False))

    assert registry.grants()[0].grant.approval


def test_a_withdrawal_is_a_revision(registry: Registry) -> None:
    giver = enrolled(registry)
    first = registry.record_grant(grant(giver), PAPERS)

    revoked = registry.revoke_grant(first.id, Revocation(notice=SIGNED, days=30))

    assert revoked == replace(first, revision=2, revoked=Revocation(notice=SIGNED, days=30))
    assert registry.grant_revisions(first.id)[0].grant.revoked is None
    assert registry.journal_entries()[-1].action == "grant.revoked"


def test_a_withdrawal_that_is_taken_back_is_no_further_withdrawal(registry: Registry) -> None:
    first = registry.record_grant(grant(enrolled(registry)), PAPERS)
    revoked = registry.revoke_grant(first.id, Revocation(notice=SIGNED))

    registry.record_grant(replace(revoked, revoked=None))

    assert registry.journal_entries()[-1].action == "grant.changed"


def test_a_second_person_confirms_what_was_entered(registry: Registry, path) -> None:
    first = registry.record_grant(grant(enrolled(registry)), PAPERS)

    with pytest.raises(WrongUsageError, match="entered grant G0001 cannot confirm it"):
        registry.confirm_grant(first.id)
    with opened(path) as bens:
        confirmed = bens.confirm_grant(first.id)
        with pytest.raises(WrongUsageError, match="confirmed before"):
            bens.confirm_grant(first.id)

    assert confirmed == replace(first, revision=2)
    (record,) = registry.grants()
    assert (record.papers.approved_by, record.entered_by) == ("ben", "ben")
    assert registry.journal_entries()[-1].action == "grant.confirmed"


def test_a_change_is_confirmed_anew(registry: Registry, path) -> None:
    first = registry.record_grant(grant(enrolled(registry)), PAPERS)
    with opened(path) as bens:
        confirmed = bens.confirm_grant(first.id)
        changed = bens.record_grant(replace(confirmed, approval=True))
        assert bens.grants()[0].papers.approved_by == ""
        with pytest.raises(WrongUsageError, match="cannot confirm"):
            bens.confirm_grant(first.id)

    assert registry.confirm_grant(first.id).revision == changed.revision + 1
    assert registry.grants()[0].papers.approved_by == "ann"


def test_a_grant_stays_with_its_person(registry: Registry) -> None:
    giver, other = enrolled(registry), enrolled(registry, "Other")
    first = registry.record_grant(grant(giver), PAPERS)

    with pytest.raises(WrongUsageError, match="belongs to another person"):
        registry.record_grant(replace(first, person=other))
    with pytest.raises(WrongUsageError, match="nobody with the id P0404"):
        registry.record_grant(grant("P0404"), PAPERS)
    with pytest.raises(WrongUsageError, match="no grant “G0404”"):
        registry.record_grant(grant(giver, id="G0404"), PAPERS)
    with pytest.raises(WrongUsageError, match="no grant “G0404”"):
        registry.revoke_grant("G0404", Revocation(notice=SIGNED))


def test_every_field_of_a_prohibition_comes_back(registry: Registry) -> None:
    giver = enrolled(registry)
    given = Prohibition(
        id="",
        person=giver,
        source=ProhibitionSource.COURT,
        modality=(Modality.FACE,),
        methods=(Method.FACE_SWAP,),
        purposes=(Purpose.ADVERTISING,),
        themes=(Theme.POLITICAL,),
        channels=("tv",),
        territories=("DE",),
        languages=("de",),
        projects=("Nova",),
        grantee="Studio B",
        start=date(2026, 1, 1),
        end=date(2027, 1, 1),
        tz="Europe/Berlin",
        document="order 7",
    )

    kept = registry.record_prohibition(given)
    everything = registry.record_prohibition(Prohibition(id="", person=giver))

    assert registry.prohibitions() == (kept, everything)
    assert kept.prohibition == replace(given, id="X0001")
    assert (kept.revision, kept.recorded_at, kept.entered_by) == (1, NOW, "ann")
    assert everything.prohibition.themes is None


def test_each_change_of_a_prohibition_is_a_revision(registry: Registry) -> None:
    giver, other = enrolled(registry), enrolled(registry, "Other")
    first = registry.record_prohibition(Prohibition(id="", person=giver)).prohibition

    second = registry.record_prohibition(replace(first, end=SIGNED), changes_revision=1)

    assert second.revision == 2
    assert registry.prohibitions(giver) == (second,)
    assert [one.prohibition for one in registry.prohibition_revisions(first.id)] == [first, second.prohibition]
    assert registry.prohibitions(other) == ()
    with pytest.raises(RegistryError, match="X0001 was changed meanwhile"):
        registry.record_prohibition(first, changes_revision=1)
    with pytest.raises(WrongUsageError, match="belongs to another person"):
        registry.record_prohibition(replace(first, person=other), changes_revision=2)
    with pytest.raises(WrongUsageError, match="no prohibition X0404"):
        registry.record_prohibition(replace(first, id="X0404"), changes_revision=1)
    with pytest.raises(WrongUsageError, match="no prohibition X0404"):
        registry.prohibition_revisions("X0404")
    with pytest.raises(WrongUsageError, match="nobody with the id P0404"):
        registry.record_prohibition(Prohibition(id="", person="P0404"))


def test_a_member_brings_what_the_group_agreed(registry: Registry) -> None:
    one, two, other = (enrolled(registry, name) for name in ("One", "Two", "Other"))
    band = registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(one, two)))
    together = registry.record_grant(grant(band), PAPERS)
    own = registry.record_grant(grant(one), PAPERS)
    registry.record_grant(grant(other), PAPERS)
    first = registry.record_prohibition(Prohibition(id="", person=band)).prohibition
    ban = registry.record_prohibition(replace(first, document="a letter"), changes_revision=1).prohibition
    registry.record_prohibition(Prohibition(id="", person=other))

    agreed = registry.agreed([one])

    assert set(agreed.people) == {one, band}
    assert agreed.people[band].members == (one, two)
    assert agreed.grants == (together, own)
    assert agreed.prohibitions == (ban,)
    assert agreed.prohibition_revisions == {ban.id: 2}
    assert registry.agreed([]).people == {}
    with pytest.raises(WrongUsageError, match="nobody"):
        registry.agreed(["P0404"])
