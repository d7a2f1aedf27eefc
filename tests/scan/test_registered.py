"""An open registry is read as it is when a clip is judged, and of nobody but those whom the clip shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.errors import RegistryError
from countenance.grants import GroupMembers, Prohibition
from countenance.judgement import JudgementKind
from countenance.people import Modality, PersonKind
from countenance.verdict import CheckResult
from registry import NewSample, NewTemplate, Registry, SampleKind, create_registry
from scan.check import CheckSetup, judge_observations
from scan.knowing import known_from_registry
from scan.known import Known
from tests.registry.people import NOW, PAPERS, PASSPHRASE, TODAY, consent, grant, opened, person
from tests.scan.made import CARD, EMBEDDER, JPEG, NOON, USE, face, observations, track
from tests.scan.test_enrolment import ADA, BEN, enrol

SCENE = observations(track(0, ADA, (0.0, 1.0, 2.0, 3.0)))


def judged(known: Known, scene=SCENE) -> CheckResult:
    return judge_observations(scene, CheckSetup(card=CARD, models=Path("models"), known=known, use=USE), NOON)


def kinds(result: CheckResult) -> list[JudgementKind]:
    return [finding.judgement.kind for finding in result.findings if finding.judgement]


def granted(person_id: str, **changes):
    return grant(person_id, **{"purposes": (USE.purpose,), "channels": USE.channels, "territories": ("EU",), **changes})


def test_a_grant_recorded_after_loading_counts_and_the_report_names_its_revision(registry):
    ada = enrol(registry, "Ada", ADA)
    known = known_from_registry(registry, CARD, TODAY)
    before = judged(known)

    kept = registry.record_grant(granted(ada), PAPERS)
    after = judged(known)

    assert (kinds(before), before.registry.revision) == ([JudgementKind.NOT_PERMITTED], known.facts.revision)
    assert after.findings[0].judgement.rests_on == kept.id
    assert after.registry == registry.facts()


def test_a_result_says_on_which_revision_it_rests_whatever_is_recorded_later(registry):
    ada, ben = enrol(registry, "Ada", ADA), enrol(registry, "Ben", BEN)
    kept = registry.record_grant(granted(ada), PAPERS)
    ban = registry.record_prohibition(Prohibition(id="", person=ben)).prohibition
    result = judged(known_from_registry(registry, CARD, TODAY), observations(track(0, ADA), track(1, BEN)))

    registry.record_grant(replace(kept, territories=("FR",)), PAPERS)
    registry.record_prohibition(replace(ban, document="a letter"), changes_revision=1)

    assert result.revisions == {kept.id: 1, ban.id: 1}


def test_what_is_only_recorded_leaves_the_people_as_they_were_read(registry):
    ada = enrol(registry, "Ada", ADA)
    known = known_from_registry(registry, CARD, TODAY)
    with known.at_one_moment() as before:
        galleries = before.galleries(CARD)

    registry.record_grant(granted(ada), PAPERS)
    with known.at_one_moment() as recorded:
        same = recorded.galleries(CARD)
    enrol(registry, "Ben", BEN)
    with known.at_one_moment() as enrolled:
        other = enrolled.galleries(CARD)

    assert recorded.facts.revision == before.facts.revision + 1
    assert same[0] is galleries[0]
    assert other[0].people == ("P0001", "P0002")


def test_what_another_program_writes_is_seen_by_the_next_judgement(registry):
    enrol(registry, "Ada", ADA)
    known = known_from_registry(registry, CARD, TODAY)
    scene = observations(track(0, ADA), track(1, BEN))
    assert [one.person for one in judged(known, scene).identifications] == ["P0001", None]

    with opened(registry.path) as elsewhere:
        enrol(elsewhere, "Ben", BEN)

    result = judged(known, scene)
    assert [one.person for one in result.identifications] == ["P0001", "P0002"]
    assert result.registry.people == 2


def test_whose_consent_was_withdrawn_is_found_no_more(registry):
    enrol(registry, "Ada", ADA)
    known = known_from_registry(registry, CARD, TODAY)
    assert judged(known).identifications[0].person == "P0001"

    registry.withdraw_consent("C0001", TODAY)

    assert judged(known).identifications[0].person is None


def test_when_the_day_is_over_consents_end_with_it(tmp_path):
    moments = [NOW]
    with create_registry(
        tmp_path / "r.countenance", PASSPHRASE, owner="us", tz="UTC", operator="ann", clock=lambda: moments[-1]
    ) as registry:
        enrol(registry, "Ada", ADA)
        known = known_from_registry(registry, CARD, consent().retain_until)
        assert judged(known).identifications[0].person == "P0001"

        moments.append(NOW + timedelta(days=1))

        assert judged(known).identifications[0].person is None


def test_a_group_speaks_for_its_member_who_is_found(registry):
    ada = enrol(registry, "Ada", ADA)
    group = registry.enrol(person("The Duo", kind=PersonKind.GROUP, members=(ada,)))
    kept = registry.record_grant(granted(group, members=GroupMembers.INDIVIDUALLY), PAPERS)

    result = judged(known_from_registry(registry, CARD, TODAY))

    assert result.findings[0].judgement.rests_on == kept.id


def test_the_nearest_of_a_near_miss_is_named(registry):
    enrol(registry, "Ada", ADA)

    result = judged(known_from_registry(registry, CARD, TODAY), observations(track(0, face({0: 0.15}))))

    assert result.findings[0].closest == "Ada"


def test_nothing_about_others_is_read_and_what_was_read_is_remembered(registry, monkeypatch):
    ada, _ben = enrol(registry, "Ada", ADA), enrol(registry, "Ben", BEN)
    read: list[str] = []
    picture = Registry.picture

    def noted(self: Registry, person_id: str, on):
        read.append(person_id)
        return picture(self, person_id, on)

    monkeypatch.setattr(Registry, "picture", noted)
    known = known_from_registry(registry, CARD, TODAY)

    results = [judged(known), judged(known)]

    assert [result.enrolled_pictures for result in results] == [{ada: JPEG}] * 2
    assert read == [ada]


def test_the_people_of_a_registry_are_a_mapping_like_any_other(registry):
    ada = enrol(registry, "Ada", ADA)
    heir = registry.enrol(person("Heir"))
    kept = registry.record_grant(granted(ada), PAPERS)

    known = known_from_registry(registry, CARD, TODAY)

    assert (list(known.people), len(known.people), heir in known.people) == ([ada], 1, False)
    assert (len(known.grants), known.grants[0], list(known.prohibitions)) == (1, kept, [])
    assert known.sounds.get(ada) is None


def test_somebody_without_a_picture_is_in_no_picture(registry):
    template = NewTemplate(modality=Modality.FACE, model="drawn 1", binding=EMBEDDER.binding, vector=ADA)
    bare = NewSample(kind=SampleKind.PHOTO, file_sha256="0" * 64, templates=(template,))
    registry.enrol(person("Ada"), consent=consent(), samples=(bare,))

    known = known_from_registry(registry, CARD, TODAY)

    assert (len(known.templates), dict(known.pictures)) == (1, {})
    assert judged(known).enrolled_pictures == {}


def test_once_the_registry_is_locked_nothing_is_judged_by_it(registry):
    enrol(registry, "Ada", ADA)
    known = known_from_registry(registry, CARD, TODAY)

    registry.close()

    with pytest.raises(RegistryError, match="locked"):
        judged(known)


def test_galleries_are_made_once_for_all_clips(registry):
    enrol(registry, "Ada", ADA)
    known = known_from_registry(registry, CARD, TODAY)

    with known.at_one_moment() as one, known.at_one_moment() as other:
        assert one.galleries(CARD)[0] is other.galleries(CARD)[0]
