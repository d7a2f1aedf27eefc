"""Writes fitted figures into the file of a combination, each table in the place of the one that was there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import models
from countenance.packs import Cohort, ImpostorCurve, MissCurve, ModelTask, PackCard
from models.figures import combination, encode_cohort
from scan.evaluation.labelled import GROUP_OF_COHORT
from scan.gallery import as_vectors


def write_figures(
    name: str, curves: Mapping[str, ImpostorCurve | None], cohorts: Mapping[str, tuple[Cohort | None, int]]
) -> None:
    """Replace tables of the file of a combination of models, which is made where there is none.

    Args:
        name: of the combination.
        curves: table name to figures; a table of None is removed.
        cohorts: table name to a cohort and the numbers in its vectors; a table of None is removed.
    """
    file = _file_of(name)
    text = _without(_text(file), (*curves, *cohorts))
    for table, curve in curves.items():
        text += _curve(table, curve) if curve is not None else ""
    for table, (cohort, dimension) in cohorts.items():
        text += _cohort(table, cohort, dimension) if cohort is not None else ""
    file.write_text(text.lstrip("\n"), "utf-8")


def write_misses(name: str, misses: MissCurve) -> None:
    """Replace one table of the file of a combination: what each bound overlooks."""
    file = _file_of(name)
    rates = ", ".join(f"{rate:.0e}" for rate in misses.rates)
    shares = "\n".join(
        f"{field} = [{', '.join(f'{share:.4f}' for share in getattr(misses, field))}]"
        for field in ("missed", "low", "high")
    )
    table = f"\n[misses]\nrates = [{rates}]\n{shares}\ncomparisons = {misses.comparisons}\npeople = {misses.people}\n"
    file.write_text(_without(_text(file), ("misses",)) + table, "utf-8")


def combination_of(card: PackCard, *, voices: bool = False) -> str:
    """Return what the figures of a pack's faces, or of its voices, are called."""
    tasks = (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER)
    if voices:
        tasks = (ModelTask.VOICE_ACTIVITY, ModelTask.VOICE_EMBEDDER)
    finder, embedder = map(card.model, tasks)
    assert finder is not None  # a pack has every task filled
    assert embedder is not None
    return combination(finder.name, embedder.name)


def _file_of(name: str) -> Path:
    return Path(models.__file__).parent / "catalogue" / "figures" / f"{name}.toml"


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def _without(text: str, tables: Iterable[str]) -> str:
    for name in tables:
        text = re.sub(rf"(?:\A|\n)\[{name}\]\n.*?(?=\n\[|\Z)", "", text, flags=re.S)
    return text.strip("\n") + "\n" if text.strip() else ""


def _curve(name: str, curve: ImpostorCurve) -> str:
    scores = ", ".join(f"{score:.4f}" for score in curve.scores)
    rates = ", ".join(f"{rate:.3e}" for rate in curve.rates)
    return (
        f"\n[{name}]\nscores = [{scores}]\nrates = [{rates}]\n"
        f"comparisons = {curve.comparisons}\npeople = {curve.people}\nfloor = {curve.rates[-1]:.3e}\n"
    )


def _cohort(name: str, cohort: Cohort, dimension: int) -> str:
    entry = encode_cohort(as_vectors(cohort.groups, dimension), cohort.nearest, GROUP_OF_COHORT)
    return (
        f"\n[{name}]\nnearest = {entry.nearest}\npeople_per_group = {entry.people_per_group}\n"
        f'encoding = "{entry.encoding.value}"\ngroups = "{entry.groups}"\n'
    )
