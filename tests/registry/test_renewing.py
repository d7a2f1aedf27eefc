"""Templates for other models beside the old ones: made of what is kept and allowed, journalled, retired at the end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from countenance.people import Modality
from registry import ErasureReason, NewTemplate, Outlook, Registry, SampleContent, deed_sentence
from registry.renewing import Renewing, Retired
from tests.registry.noise import drawn
from tests.registry.people import (
    BINDING,
    JPEG,
    NOW,
    OTHER_BINDING,
    SPOKEN,
    TODAY,
    VOICE_BINDING,
    consent,
    opened,
    person,
    sample,
    spoken,
    template,
    vector,
)

FACE, VOICE = Modality.FACE, Modality.VOICE
NEW, NEW_VOICE = OTHER_BINDING, "f" * 64 + "/2"


def renewed(value: float = 0.5, **fields: object) -> NewTemplate:
    return template(**{"model": "renewed 2", "binding": NEW, "vector": vector(value, 256), **fields})


def outlook(registry: Registry, modality: Modality = FACE, binding: str = NEW) -> Outlook:
    return registry.renewing.outlook(modality, binding)


def bindings(registry: Registry) -> dict[str, set[str]]:
    with registry._lane.query() as db:
        rows = db.execute("select sample, binding from templates").fetchall()
    found: dict[str, set[str]] = {}
    for number, binding in rows:
        found.setdefault(number, set()).add(binding)
    return found


@pytest.fixture
def agency(registry: Registry) -> Registry:
    """Return a registry of three people: two pictures and a voice, one picture, and one that kept no picture."""
    registry.enrol(person("Ada"), consent=SPOKEN, samples=[sample(), sample(quality=0.9), spoken()])
    registry.enrol(person("Ben"), consent=consent(), samples=[sample()])
    registry.enrol(person("Cleo"), consent=consent(), samples=[sample(picture=b"")])
    return registry


def test_it_is_known_what_can_be_made_and_who_keeps_nothing(agency: Registry) -> None:
    faces = outlook(agency)
    voices = outlook(agency, VOICE, NEW_VOICE)

    assert faces.waiting == ("S0001", "S0002", "S0004")
    assert faces.waiting_people == {"P0001", "P0002"}
    assert faces.without_media == {"P0003": 1}
    assert (faces.covered, faces.people) == ((), {"P0001", "P0002", "P0003"})
    assert faces.uncovered == faces.people
    assert (voices.waiting, voices.people) == (("S0003",), {"P0001"})


def test_nothing_waits_for_the_models_that_made_everything(agency: Registry) -> None:
    faces = outlook(agency, binding=BINDING)

    assert faces.covered == ("P0001", "P0002", "P0003")
    assert (faces.waiting, faces.without_media, faces.uncovered) == ((), {}, frozenset())


def test_what_is_kept_is_handed_out_in_the_order_asked_for_and_only_while_it_waits(agency: Registry) -> None:
    agency.renewing.keep({"S0002": renewed()})

    contents = agency.renewing.media(FACE, NEW, ["S0004", "S0002", "S0001", "S0005", "S9999"])

    assert list(contents) == ["S0004", "S0001", "S0005"]
    assert contents["S0004"] == SampleContent(picture=JPEG)


def test_a_batch_is_one_change_with_its_entry(agency: Registry) -> None:
    before = agency.facts().revision

    kept = agency.renewing.keep({"S0001": renewed(), "S0004": renewed(0.25)})

    assert kept == ("S0001", "S0004")
    assert agency.facts().revision == before + 1
    entry = agency.journal_entries()[-1]
    assert entry.action == "templates.renewed"
    assert json.loads(entry.facts) == {"people": ["P0001", "P0002"], "samples": ["S0001", "S0004"], "templates": 2}
    assert deed_sentence(entry) == "ann had templates made of kept samples with other models"
    assert outlook(agency).waiting == ("S0002",)
    assert outlook(agency).covered == ("P0001", "P0002")


def test_both_models_search_their_own_templates_alone(agency: Registry) -> None:
    agency.renewing.keep({"S0001": renewed(), "S0004": renewed()})

    old = agency.templates(binding=BINDING, modality=FACE, on=TODAY)
    new = agency.templates(binding=NEW, modality=FACE, on=TODAY)

    assert old.templates.people == ("P0001", "P0002", "P0003")
    assert new.templates.people == ("P0001", "P0002")
    assert new.templates["P0001"] == (vector(0.5, 256),)
    assert (old.other_models, new.other_models) == ((), ("P0003",))


def test_nothing_is_made_twice(agency: Registry) -> None:
    agency.renewing.keep({"S0001": renewed()})
    before = agency.facts().revision

    again = agency.renewing.keep({"S0001": renewed(0.75)})

    assert again == ()
    assert agency.facts().revision == before
    assert agency.templates(binding=NEW, modality=FACE, on=TODAY).templates["P0001"] == (vector(0.5, 256),)


def test_a_sample_that_went_meanwhile_gets_nothing(agency: Registry) -> None:
    agency.remove_sample("S0001")

    assert agency.renewing.keep({"S0001": renewed(), "S0002": renewed()}) == ("S0002",)


def test_a_face_is_no_voice(agency: Registry) -> None:
    assert agency.renewing.keep({"S0001": renewed(modality=VOICE, binding=NEW_VOICE)}) == ()


def test_a_withdrawn_consent_is_never_touched(agency: Registry) -> None:
    agency.withdraw_consent("C0002", TODAY + timedelta(days=1))
    agency._lane._clock = lambda: NOW + timedelta(days=2)

    assert agency.renewing.keep({"S0004": renewed()}) == ()
    assert agency.renewing.media(FACE, NEW, ["S0004"]) == {}
    assert "P0002" not in outlook(agency).people


def test_a_sample_past_its_own_last_day_is_never_touched(registry: Registry) -> None:
    registry.enrol(person(), consent=consent(), samples=[sample(delete_by=TODAY), sample()])
    registry._lane._clock = lambda: NOW + timedelta(days=1)

    assert outlook(registry).waiting == ("S0002",)
    assert registry.renewing.keep({"S0001": renewed()}) == ()


@pytest.mark.parametrize(
    "wrong", [{"vector": b""}, {"vector": b"\0\0\0\x7f\0\0\xc0\x7f"}, {"binding": "of my own"}], ids=str
)
def test_what_is_no_template_is_refused_whole(agency: Registry, wrong: dict[str, object]) -> None:
    with pytest.raises(WrongUsageError):
        agency.renewing.keep({"S0001": renewed(), "S0002": renewed(**wrong)})

    assert outlook(agency).covered == ()


def test_old_templates_go_where_the_new_ones_are_and_stay_elsewhere(agency: Registry) -> None:
    agency.renewing.keep({"S0001": renewed(), "S0004": renewed()})

    gone = agency.renewing.retire(FACE, NEW)

    assert gone == Retired(samples=2, templates=2)
    assert bindings(agency) == {
        "S0001": {NEW},
        "S0002": {BINDING},
        "S0003": {VOICE_BINDING},
        "S0004": {NEW},
        "S0005": {BINDING},
    }
    entry = agency.journal_entries()[-1]
    assert entry.action == "templates.retired"
    assert json.loads(entry.facts) == {"people": ["P0001", "P0002"], "samples": ["S0001", "S0004"], "templates": 2}


def test_once_nothing_is_left_to_retire_nothing_is_written(agency: Registry) -> None:
    before = agency.facts().revision

    assert agency.renewing.retire(FACE, NEW) == Retired()
    assert agency.facts().revision == before


def test_many_are_retired_a_part_at_a_time(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.renewing.RETIRED_AT_ONCE", 2)
    registry.enrol(person(), consent=consent(), samples=[sample() for _number in range(3)])
    registry.renewing.keep({f"S000{number}": renewed() for number in (1, 2, 3)})

    parts = [registry.renewing.retire(FACE, NEW).samples for _time in range(3)]

    assert parts == [2, 1, 0]


def test_which_models_made_the_templates_is_told(agency: Registry) -> None:
    agency.renewing.keep({"S0001": renewed(), "S0002": renewed()})

    told = [(one.modality, one.model, one.people, one.templates) for one in agency.renewing.covered()]

    assert told == [(FACE, "drawn 1", 3, 4), (FACE, "renewed 2", 1, 2), (VOICE, "heard 1", 1, 1)]


def test_who_was_merged_is_renewed_as_who_they_are(agency: Registry) -> None:
    agency.merge("P0001", "P0002")
    agency.renewing.keep({"S0004": renewed()})

    assert outlook(agency).people == {"P0001", "P0003"}
    assert json.loads(agency.journal_entries()[-1].facts)["people"] == ["P0001"]
    assert agency.templates(binding=NEW, modality=FACE, on=TODAY).templates.people == ("P0001",)


def test_a_renewed_template_is_erased_and_proved_gone(registry: Registry) -> None:
    registry.enrol(person("Zacharias Quint"), consent=consent(), samples=[drawn(1, 6_000), drawn(2, 6_000)])
    old = {one.binding for one in registry.renewing.covered()}
    made = {f"S000{number}": replace(drawn(90 + number, 64).templates[0], binding=NEW) for number in (1, 2)}
    registry.renewing.keep(made)
    registry.renewing.retire(FACE, NEW)

    erasure = registry.upkeep.erase("P0001", ErasureReason.REQUEST)

    assert old == {BINDING}
    assert erasure.proved
    assert erasure.removed["templates"] == 2
    assert registry.upkeep.audit().holds


def test_what_is_handed_out_to_a_person_tells_both_templates_and_the_deed(agency: Registry, tmp_path: Path) -> None:
    agency.renewing.keep({"S0001": renewed()})

    made = agency.upkeep.disclose("P0001", tmp_path / "theirs")

    told = json.loads((made.folder / "everything.json").read_text())["records"]
    assert {one["model"] for one in told["templates"]} == {"drawn 1", "renewed 2", "heard 1"}
    assert "templates.renewed" in {one["action"] for one in told["journal"]}


def test_retention_sweeps_old_and_new_alike(agency: Registry) -> None:
    agency.renewing.keep({"S0001": renewed(), "S0002": renewed()})

    swept = agency.withdraw_consent("C0001", TODAY)

    assert swept.templates == 5
    assert "P0001" not in outlook(agency).people


def test_a_backup_holds_what_was_renewed(agency: Registry, tmp_path: Path) -> None:
    agency.renewing.keep({"S0001": renewed()})

    agency.upkeep.back_up(tmp_path / "copy.countenance")

    with opened(tmp_path / "copy.countenance") as copy:
        assert Renewing(copy._lane).outlook(FACE, NEW).covered == ("P0001",)
