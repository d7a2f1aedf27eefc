"""A folder of people, what the detectors would see in it, and its import; for the stories of imports."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

from countenance.observations import Observations
from countenance.work import CancelToken
from registry import Registry
from scan.importing.entries import KeptOutBecause, plan_import
from scan.importing.people import ImportSetup, import_people
from scan.importing.report import ImportReport
from scan.importing.rosters import ConsentTerms
from tests.scan.conftest import StandIn
from tests.scan.made import (
    CARD,
    photo,
    portrait,
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


def reasons(report: ImportReport) -> dict[str, KeptOutBecause]:
    return {item.name: item.because for item in report.kept_out}
