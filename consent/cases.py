"""Consent cases: rows of a CSV file that state a registry, a use and what must come out (`consent test`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from consent.answers import rank
from consent.case_rows import Case, Expected, parse_case
from consent.judging import judge
from consent.verdicts import verdict_of
from countenance.errors import CountenanceError
from countenance.judgement import ClipJudgement
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.verdict import UnknownPolicy

__all__ = ["Case", "CaseReport", "Difference", "Expected", "came_out", "compare", "parse_case"]
NOBODY = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One case that does not agree; `sentence` says what differs, or why the row cannot be read."""

    case_id: str
    title: str
    sentence: str

    def line(self) -> str:
        """Return the one line that is printed for this case."""
        return f"{self.case_id} {self.title}: {self.sentence}" if self.title else f"{self.case_id}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """How many cases were run, how many agree, and each that does not."""

    cases: int
    agree: int
    differ: tuple[Difference, ...]

    def as_mapping(self) -> dict[str, Any]:
        """Return the report as contract.md has it for `--json`."""
        differ = [{"case_id": one.case_id, "title": one.title, "sentence": one.sentence} for one in self.differ]
        return {"cases": self.cases, "agree": self.agree, "differ": differ}


def compare(rows: Iterable[Mapping[str, str | None]]) -> CaseReport:
    """Judge every row and compare all `expected_*` columns and both clip verdicts; a row that is no case differs."""
    count, differ = 0, list[Difference]()
    for number, row in enumerate(rows, start=1):
        count += 1
        case_id = row.get("case_id") or _("row {number}").format(number=number)
        try:
            case = parse_case(row)
            sentence = _difference(case.expected, came_out(case))
        except CountenanceError as error:
            sentence = str(error)
        if sentence:
            differ.append(Difference(case_id=case_id, title=row.get("title") or "", sentence=sentence))
    return CaseReport(cases=count, agree=count - len(differ), differ=tuple(differ))


def came_out(case: Case) -> Expected:
    """Judge a case and return what came out, in the words of its expected columns."""
    clip = judge(case.found, case.people, case.grants, case.prohibitions, case.use, case.checked_at)
    return Expected(
        judgement=clip.overall.kind,
        reason=clip.overall.reason,
        duties=frozenset(clip.overall.duties),
        per_person=_per_person(clip),
        clip_verdict=verdict_of(clip, UnknownPolicy.NOTE),
        clip_verdict_strict=verdict_of(clip, UnknownPolicy.REVIEW),
    )


def _per_person(clip: ClipJudgement) -> dict[str, str]:
    worst: dict[str, str] = {}
    for one in sorted(clip.people, key=lambda judged: rank(judged.judgement.kind)):
        worst.setdefault(one.person or NOBODY, one.judgement.kind.value)
    return worst


def _difference(expected: Expected, got: Expected) -> str:
    pairs = zip(expected.columns(), got.columns(), strict=True)
    sentences = [
        _("{column} is {got}, expected {expected}.").format(column=column, got=came or "–", expected=wanted or "–")
        for (column, wanted), (_column, came) in pairs
        if wanted != came
    ]
    return in_a_row(sentences)
