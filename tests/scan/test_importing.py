"""Many people at once: taken up, held back, gone on with; the detectors' answers are made up, the registry is real."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from countenance.errors import CountenanceError, ModelsError, RegistryError, WrongUsageError
from countenance.observations import Observations
from countenance.people import Modality
from countenance.work import CancelToken
from registry import NewPerson, NewSample, NewTemplate, Registry, SampleKind
from scan.enrol import Refusal
from scan.import_alike import rate_of_likeness
from scan.import_entries import KeptOutBecause, plan_import
from scan.import_report import ImportReport, kept_out_words, report_document, save_import_report
from scan.importing import ImportSetup, import_people
from scan.rosters import ConsentTerms
from tests.registry.people import consent, opened, person
from tests.scan.conftest import StandIn
from tests.scan.made import (
    CARD,
    DEAF,
    SCALE,
    face,
    photo,
    portrait,
    recording,
    speaker,
)

TERMS = ConsentTerms(purpose="finding people", notice_version="1", signed_on=date(2026, 11, 1))


class Workshop:
    """A folder of people, what the detectors would see in their files, and the import of it all."""

    def __init__(self, folder: Path, registry: Registry, stand_in: StandIn) -> None:
        self.folder, self.registry, self.stand_in = folder / "people", registry, stand_in
        self.folder.mkdir()
        self.steps: list[tuple[str, float, float]] = []

    def put(self, name: str, *embeddings: bytes) -> None:
        """Give a person photos; an empty embedding stands for a photo that cannot be read."""
        (self.folder / name).mkdir(exist_ok=True)
        for number, embedding in enumerate(embeddings):
            self.put_file(name, f"{name}-{number}.jpg", photo(portrait(0, embedding), name=f"{name}-{number}"))
            if not embedding:
                del self.stand_in.answers[f"{name}-{number}.jpg"]

    def put_file(self, name: str, file: str, seen: Observations) -> None:
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / file).write_text(file)
        self.stand_in.answers[file] = seen

    def run(
        self, rows: str = "", stop: CancelToken | None = None, terms: ConsentTerms = TERMS, **changes: object
    ) -> ImportReport:
        roster = None
        if rows:
            roster = self.folder.parent / "roster.csv"
            roster.write_text(rows)
        plan = plan_import(self.folder, roster, terms, self.registry.today())
        setup = replace(ImportSetup(card=CARD, worker=lambda: nullcontext(self.stand_in)), **changes)
        self.steps.clear()
        return import_people(plan, self.registry, setup, on_progress=lambda *step: self.steps.append(step), stop=stop)

    def names(self) -> list[str]:
        return [person.display_name for person in self.registry.people()]


@pytest.fixture
def workshop(tmp_path: Path, registry: Registry, stand_in: StandIn) -> Workshop:
    return Workshop(tmp_path, registry, stand_in)


def reasons(report: ImportReport) -> dict[str, KeptOutBecause]:
    return {item.name: item.because for item in report.kept_out}


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
    assert [step[1:] for step in workshop.steps] == [(1, 3), (2, 3), (3, 3)]


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


def test_started_again_it_goes_on_and_repeats_nobody(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}), b"")
    workshop.put("ben", b"")
    first = workshop.run()
    workshop.put("cleo", face({2: 1.0}))
    workshop.stand_in.asked.clear()

    second = workshop.run()

    assert workshop.stand_in.asked == ["cleo-0.jpg"]
    assert workshop.names() == ["ada", "cleo"]
    assert (len(first.imported), len(second.imported), second.already) == (1, 1, 1)
    assert second.refused_earlier == {Refusal.UNREADABLE: 2}
    (kept_out,) = second.kept_out
    assert (kept_out.name, kept_out.because, kept_out.earlier) == ("ben", KeptOutBecause.NOTHING_USABLE, True)
    assert not second.complete


def test_a_second_run_of_a_finished_import_writes_nothing(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.run()
    before = workshop.registry.path.read_bytes()

    again = workshop.run(terms=replace(TERMS, signed_on=None))

    assert (again.already, again.imported, again.kept_out, again.complete) == (1, (), (), True)
    assert workshop.registry.path.read_bytes() == before


def test_somebody_whose_files_changed_is_told_and_left_as_imported(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.run()
    workshop.put("ada", face({0: 1.0}), face({0: 0.9}))
    workshop.stand_in.asked.clear()

    report = workshop.run()

    assert (report.changed, report.already, workshop.stand_in.asked) == (("ada",), 1, [])
    assert len(workshop.registry.samples("P0001")) == 1


def test_somebody_kept_out_is_tried_again_once_their_files_were_mended(workshop: Workshop) -> None:
    workshop.put("ada", b"")
    workshop.run()
    workshop.put("ada", b"", face({0: 1.0}))

    report = workshop.run()

    assert [one.name for one in report.imported] == ["ada"]
    assert workshop.run().kept_out == ()


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


def test_it_stops_behind_the_present_person_and_goes_on_later(workshop: Workshop) -> None:
    for number in range(6):
        workshop.put(f"p{number}", face({number: 1.0}))
    stop = CancelToken()
    workshop.stand_in.answers["p2-0.jpg"] = _then(stop.cancel, workshop.stand_in, "p2-0.jpg")

    stopped = workshop.run(stop=stop)
    done = workshop.run()

    assert not stopped.finished
    assert 0 < len(stopped.imported) < 6
    assert (done.finished, done.already) == (True, len(stopped.imported))
    assert workshop.names() == [f"p{number}" for number in range(6)]
    assert [entry.action for entry in workshop.registry.journal_entries()].count("import.finished") == 1


def test_a_file_torn_by_the_stop_is_not_held_against_anybody(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.put("ben", b"")
    stop = CancelToken()
    stop.cancel()
    (workshop.folder / "ada").rename(workshop.folder / "zoe")

    stopped = workshop.run(stop=stop)

    assert (stopped.finished, stopped.imported, stopped.kept_out) == (False, (), ())
    assert workshop.registry.imports.entries(stopped.batch) == {}


def test_people_are_kept_some_dozens_at_a_time(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scan.importing.PEOPLE_AT_ONCE", 2)
    for number in range(5):
        workshop.put(f"p{number}", face({number: 1.0}))
    plan = plan_import(workshop.folder, None, TERMS, workshop.registry.today())
    kept = []

    def look(*_step: object) -> None:
        with opened(workshop.registry.path) as other:
            kept.append(len(other.people()))

    setup = ImportSetup(card=CARD, worker=lambda: nullcontext(workshop.stand_in))
    import_people(plan, workshop.registry, setup, on_progress=look)

    assert kept == [0, 2, 2, 4, 4]
    assert len(workshop.names()) == 5


def test_a_slow_import_keeps_whom_it_has(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scan.importing.LONGEST_WAIT_S", -1.0)
    workshop.put("ada", face({0: 1.0}))
    seen = []
    plan = plan_import(workshop.folder, None, TERMS, workshop.registry.today())
    setup = ImportSetup(card=CARD, worker=lambda: nullcontext(workshop.stand_in))

    import_people(plan, workshop.registry, setup, on_progress=lambda *_step: seen.append(workshop.names()))

    assert seen == [["ada"]]


def test_what_was_examined_is_kept_when_a_model_fails(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.put("ada", face({0: 1.0}))
    workshop.put("ben", face({1: 1.0}))
    examine = workshop.stand_in.examine

    def fail_at_ben(request, *others):
        if "ben" in request.path:
            raise ModelsError("A model is damaged.")
        return examine(request, *others)

    monkeypatch.setattr(workshop.stand_in, "examine", fail_at_ben)

    with pytest.raises(ModelsError):
        workshop.run()

    assert workshop.names() == ["ada"]


def test_two_imports_of_the_same_folder_enrol_nobody_twice(workshop: Workshop) -> None:
    workshop.put("ada", face({0: 1.0}))
    plan = plan_import(workshop.folder, None, TERMS, workshop.registry.today())
    setup = ImportSetup(card=CARD, worker=lambda: nullcontext(workshop.stand_in))

    def import_meanwhile(*_step: object) -> None:
        import_people(plan, workshop.registry, setup)

    with pytest.raises(RegistryError, match="Another program is importing"):
        import_people(plan, workshop.registry, setup, on_progress=import_meanwhile)

    assert workshop.names() == ["ada"]


def test_very_many_newcomers_are_compared_with_each_other(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scan.import_alike._AT_ONCE", 3)
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


def test_a_report_is_written_for_its_owner_alone(workshop: Workshop, tmp_path: Path) -> None:
    workshop.put("=cmd", face({0: 1.0}), b"")
    workshop.put("twin", face({0: 0.95}, own=50))
    report = workshop.run()

    save_import_report(report, tmp_path / "r.csv")
    save_import_report(report, tmp_path / "r.json")

    if os.name == "posix":
        assert (tmp_path / "r.csv").stat().st_mode & 0o77 == 0
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["outcome"], row["name"], row["file"], row["others"]) for row in rows] == [
        ("imported", "'=cmd", "", ""),
        ("kept_out", "twin", "", "'=cmd"),
        ("sample_refused", "'=cmd", "'=cmd-1.jpg", ""),
    ]
    written = json.loads((tmp_path / "r.json").read_text())
    assert written == json.loads(json.dumps(report_document(report)))
    assert written["kept_out_by_reason"] == {"look_alike": 1}
    assert written["refused_by_reason"] == {"unreadable": 1}


def test_a_report_of_a_dry_run_and_of_changes_is_a_table_too(workshop: Workshop, tmp_path: Path) -> None:
    workshop.put("ada", face({0: 1.0}))
    save_import_report(workshop.run(dry_run=True), tmp_path / "dry.csv")
    workshop.run()
    workshop.put("ada", face({0: 1.0}), face({0: 0.9}))
    save_import_report(workshop.run(), tmp_path / "changed.csv")

    assert "would_import" in (tmp_path / "dry.csv").read_text("utf-8-sig")
    assert "changed,,ada" in (tmp_path / "changed.csv").read_text("utf-8-sig")


def test_a_report_that_cannot_be_written_is_told(workshop: Workshop, tmp_path: Path) -> None:
    report = workshop.run()

    with pytest.raises(WrongUsageError, match="JSON or CSV"):
        save_import_report(report, tmp_path / "r.txt")
    with pytest.raises(CountenanceError, match="cannot be written"):
        save_import_report(report, tmp_path / "nowhere" / "r.json")


def test_half_characters_in_file_names_do_not_break_the_report(workshop: Workshop, tmp_path: Path) -> None:
    (workshop.folder / "ada").mkdir()
    (workshop.folder / "ada" / "\udcff.jpg").write_text("x")
    report = workshop.run()

    for name in ("r.json", "r.csv"):
        save_import_report(report, tmp_path / name)

    assert "\N{REPLACEMENT CHARACTER}" in (tmp_path / "r.json").read_text()


def _then(do: Callable[[], None], stand_in: StandIn, file: str) -> Observations:
    seen = stand_in.answers[file]

    class Stopping(dict):
        def __getitem__(self, name: str) -> Observations:
            if name == file:
                do()
            return super().__getitem__(name)

    stand_in.answers = Stopping(stand_in.answers)
    return seen
