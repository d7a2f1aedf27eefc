"""Many people at once: who is taken up and who is held back; what the detectors answer is made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from countenance.people import Modality
from countenance.translations import in_language, language
from registry import NewPerson, NewSample, NewTemplate, Registry, SampleKind
from scan.enrol import Refusal
from scan.importing.alike import rate_of_likeness
from scan.importing.entries import KeptOutBecause
from scan.importing.report import kept_out_words
from tests.registry.people import consent, person
from tests.scan.conftest import StandIn
from tests.scan.made import (
    CARD,
    DEAF,
    SCALE,
    face,
    recording,
    speaker,
)
from tests.scan.workshop import TERMS, Workshop, reasons


@pytest.fixture
def workshop(tmp_path: Path, registry: Registry, stand_in: StandIn) -> Workshop:
    return Workshop(tmp_path, registry, stand_in)


def test_people_are_imported_with_samples_consent_and_source(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}), face({0: 0.9}))
    workshop.put("ben", face({1: 1.0}))

    report = workshop.run("name;folder;source;tags\nAda Example;ada;casting;star\nBen Example;ben;;\nCleo;;;\n")

    assert workshop.names() == ["Ada Example", "Ben Example", "Cleo"]
    assert [(one.name, one.person, one.row, one.face_samples) for one in report.imported] == [
        ("Ada Example", "P0001", 2, 2),
        ("Ben Example", "P0002", 3, 1),
        ("Cleo", "P0003", 4, 0),
    ]
    assert (report.complete, report.samples, report.compared) == (True, 3, tuple(Modality))
    assert {sample.source for sample in workshop.registry.samples("P0001")} == {"casting"}
    assert workshop.registry.consents("P0002")[0].signed_on == date(2026, 11, 1)
    assert [step[1:] for step in workshop.steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_refusals_are_told_in_the_language_in_force(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.put("ada", face({0: 1.0}))
    spoken = []
    examine = workshop.stand_in.examine
    monkeypatch.setattr(workshop.stand_in, "examine", lambda *asked: spoken.append(language()) or examine(*asked))

    with in_language("zh-CN"):
        workshop.run()

    assert spoken == ["zh-CN"]


def test_the_journal_tells_counts_and_never_a_name(workshop: Workshop) -> None:
    workshop.put("Ada Example", face({0: 1.0}), b"")
    workshop.put("Ben Example", b"")

    workshop.run()

    entries = workshop.registry.journal_entries()
    assert [entry.action for entry in entries[1:]] == ["person.enrolled", "import.finished"]
    assert json.loads(entries[-1].facts) == {"imported": 1, "kept_out": 1, "samples": 1, "samples_refused": 2}
    assert "Example" not in "".join(entry.facts + entry.subject for entry in entries)


def test_a_dry_run_tells_what_an_import_does_and_writes_nothing(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}), b"")
    workshop.put("ben", face({1: 1.0}))
    workshop.put("ben2", face({1: 0.95}))
    before = workshop.registry.path.read_bytes()

    tried = workshop.run(dry_run=True)
    unchanged = workshop.registry.path.read_bytes() == before
    done = workshop.run()

    assert unchanged
    assert tried.dry_run
    assert [one.person for one in tried.imported] == ["", ""]
    assert (
        replace(
            tried,
            dry_run=False,
            imported=tuple(
                replace(one, person=two.person) for one, two in zip(tried.imported, done.imported, strict=True)
            ),
        )
        == done
    )


def test_nobody_without_consent_is_imported_and_the_others_are(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.put("ben", face({1: 1.0}))

    rows = "name,biometric_consent\nada,2026-11-02\nben,\n"
    report = workshop.run(rows, terms=replace(TERMS, signed_on=None))

    assert reasons(report) == {"ben": KeptOutBecause.NO_CONSENT}
    assert workshop.names() == ["ada"]


def test_one_stray_sample_is_refused_and_the_person_imported(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}), face({0: 0.9}), face({1: 1.0}))

    report = workshop.run()

    (refused,) = report.refused
    assert (refused.name, refused.file, refused.refusal) == ("ada", "ada-2.jpg", Refusal.OTHER_PERSON)
    assert "does not look like" in refused.why
    assert report.imported[0].face_samples == 2


@pytest.mark.parametrize(
    "people", [({0: 1.0}, {1: 1.0}), ({0: 1.0}, {0: 0.9}, {1: 1.0}, {1: 0.9}), ({0: 1.0},) * 3 + ({1: 1.0},) * 2]
)
def test_a_folder_of_two_faces_is_held_back(workshop: Workshop, people: tuple[dict[int, float], ...]) -> None:
    workshop.put("mixed", *(face(each) for each in people))

    report = workshop.run()

    assert reasons(report) == {"mixed": KeptOutBecause.TWO_PEOPLE}
    assert workshop.names() == []
    assert reasons(workshop.run()) == {"mixed": KeptOutBecause.TWO_PEOPLE}


def test_a_folder_of_two_voices_is_held_back(workshop: Workshop) -> None:
    for number in range(2):
        heard = recording(speaker(0, face({number: 1.0})), name=f"{number}.wav")
        workshop.put_file("mixed", f"{number}.wav", heard)

    assert reasons(workshop.run()) == {"mixed": KeptOutBecause.TWO_PEOPLE}


def test_of_two_people_with_one_face_the_later_is_held_back_with_both_names(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.put("ben", face({1: 1.0}))
    workshop.put("twin of ada", face({0: 0.95}, own=50))

    report = workshop.run()

    (held,) = report.kept_out
    assert (held.name, held.because, held.others) == ("twin of ada", KeptOutBecause.LOOK_ALIKE, ("ada",))
    assert kept_out_words(held) == "twin of ada: Looks like ada."
    assert workshop.names() == ["ada", "ben"]
    (earlier,) = workshop.run().kept_out
    assert (earlier.because, earlier.earlier) == (KeptOutBecause.LOOK_ALIKE, True)


def test_twins_are_imported_with_a_note_when_allowed(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.put("twin", face({0: 0.95}, own=50))
    workshop.run()

    report = workshop.run(allow_look_alikes=True)

    assert [one.name for one in report.imported] == ["twin"]
    assert [(item.name, item.others) for item in report.noted] == [("twin", ("ada",))]
    assert report.complete


def test_somebody_who_sounds_like_a_person_enrolled_is_held_back(workshop: Workshop) -> None:
    template = NewTemplate(
        modality=Modality.VOICE, model="drawn 1", binding=CARD.models[3].binding, vector=face({4: 1.0})
    )
    sample = NewSample(kind=SampleKind.AUDIO, file_sha256="a" * 64, sound=bytes(20), quality=0.5, templates=(template,))
    spoken = consent(modality=(Modality.VOICE,))
    workshop.registry.enrol_many([NewPerson(person=person("Eve"), consent=spoken, samples=[sample])])
    workshop.put_file("new", "v.wav", recording(speaker(0, face({4: 0.95}, own=50)), name="v.wav"))

    (held,) = workshop.run().kept_out

    assert (held.because, held.others, held.why) == (KeptOutBecause.LOOK_ALIKE, ("Eve",), "Sounds like Eve.")


def test_the_same_file_for_two_people_is_told_even_without_figures(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.put_file("ben", "ben.jpg", workshop.stand_in.answers["ada-0.jpg"])
    blind = replace(CARD, face=replace(SCALE, singles=None), voice=None)

    report = workshop.run(card=blind)

    assert report.compared == ()
    assert [item.why for item in report.kept_out] == ["Has a file in common with ada."]


def test_an_external_id_that_is_known_holds_back_and_cannot_be_allowed(workshop: Workshop) -> None:
    workshop.registry.enrol(replace(person("Ada"), external_ids=("agency:7",)))

    report = workshop.run("name,external_id\nAda Again,agency:7\n", allow_look_alikes=True)

    assert [(item.because, item.others) for item in report.kept_out] == [(KeptOutBecause.SAME_ID, ("Ada",))]


def test_a_name_that_is_known_holds_back_whom_no_samples_tell_apart(workshop: Workshop) -> None:
    workshop.registry.enrol(replace(person("Ada Example"), birth=date(1990, 1, 1)))
    workshop.registry.enrol(replace(person("Ben Example"), other_names=("Benny",)))

    report = workshop.run("name,birth\nAda Example,1991-01-01\nADA  Example,\nBENNY,\n")
    allowed = workshop.run("name,birth\nBENNY,\n", allow_look_alikes=True)

    assert [one.row for one in report.imported] == [2]
    assert [(item.row, item.because, item.others) for item in report.kept_out] == [
        (3, KeptOutBecause.SAME_NAME, ("Ada Example",)),
        (4, KeptOutBecause.SAME_NAME, ("Ben Example",)),
    ]
    assert [item.name for item in allowed.noted] == ["BENNY"]


def test_two_people_of_one_name_are_told_apart_by_their_samples(workshop: Workshop) -> None:
    workshop.registry.enrol(person("Ada Example"))
    workshop.put("Ada Example", face({0: 1.0}))

    assert workshop.run().complete


def test_a_file_that_breaks_the_reader_is_refused_and_nothing_else(workshop: Workshop) -> None:
    workshop.put("ada", b"", face({0: 1.0}))
    workshop.put("ben", b"")
    workshop.put("cleo", face({2: 1.0}))

    report = workshop.run()

    assert [one.name for one in report.imported] == ["ada", "cleo"]
    assert [(one.file, one.refusal) for one in report.refused] == [
        ("ada-0.jpg", Refusal.UNREADABLE),
        ("ben-0.jpg", Refusal.UNREADABLE),
    ]
    assert reasons(report) == {"ben": KeptOutBecause.NOTHING_USABLE}


def test_very_many_newcomers_are_compared_with_each_other(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scan.importing.alike._AT_ONCE", 3)
    for number in range(10):
        workshop.put(f"p{number}", face({number: 1.0}))
    workshop.put("q", face({1: 0.95}, own=50))
    workshop.put("r", face({9: 0.95}, own=51))

    report = workshop.run()

    assert {item.name: item.others for item in report.kept_out} == {"q": ("p1",), "r": ("p9",)}


def test_a_pack_without_voices_compares_faces(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))

    assert workshop.run(card=DEAF).compared == (Modality.FACE,)


def test_the_more_are_compared_the_rarer_a_likeness_must_be() -> None:
    rates = [rate_of_likeness(SCALE, people) for people in (1, 100, 1000, 5000, 1_000_000)]

    assert rates == sorted(rates, reverse=True)
    assert rates[0] == rates[1] == 1e-4
    assert rates[2] == pytest.approx(1e-5, rel=0.01)
    assert rates[-1] == SCALE.singles.floor
