"""Imports that are stopped, fail, or are started again: nobody is lost, nobody comes twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from countenance.errors import ModelsError, RegistryError
from countenance.observations import Observations
from countenance.work import CancelToken
from registry import Registry
from scan.enrol import Refusal
from scan.importing.entries import KeptOutBecause, plan_import
from scan.importing.people import ImportSetup, import_people
from tests.registry.people import opened
from tests.scan.conftest import StandIn
from tests.scan.made import (
    CARD,
    face,
)
from tests.scan.workshop import TERMS, Workshop


@pytest.fixture
def workshop(tmp_path: Path, registry: Registry, stand_in: StandIn) -> Workshop:
    return Workshop(tmp_path, registry, stand_in)


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
    monkeypatch.setattr("scan.importing.people.PEOPLE_AT_ONCE", 2)
    for number in range(5):
        workshop.put(f"p{number}", face({number: 1.0}))
    plan = plan_import(workshop.folder, None, TERMS, workshop.registry.today())
    kept = []

    def look(*_step: object) -> None:
        with opened(workshop.registry.path) as other:
            kept.append(len(other.people()))

    setup = ImportSetup(card=CARD, worker=lambda: nullcontext(workshop.stand_in))
    import_people(plan, workshop.registry, setup, on_progress=look)

    assert kept == [0, 0, 2, 2, 4, 4]
    assert len(workshop.names()) == 5


def test_a_slow_import_keeps_whom_it_has(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scan.importing.people.LONGEST_WAIT_S", -1.0)
    workshop.put("ada", face({0: 1.0}))
    seen = []
    plan = plan_import(workshop.folder, None, TERMS, workshop.registry.today())
    setup = ImportSetup(card=CARD, worker=lambda: nullcontext(workshop.stand_in))

    import_people(plan, workshop.registry, setup, on_progress=lambda *_step: seen.append(workshop.names()))

    assert seen == [[], ["ada"]]


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


def _then(do: Callable[[], None], stand_in: StandIn, file: str) -> Observations:
    seen = stand_in.answers[file]

    class Stopping(dict):
        def __getitem__(self, name: str) -> Observations:
            if name == file:
                do()
            return super().__getitem__(name)

    stand_in.answers = Stopping(stand_in.answers)
    return seen
