"""Writes fitted figures into a pack's file, each table in the place of the one that was there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import models
from countenance.packs import Cohort, ImpostorCurve, MissCurve
from models.packs import encode_cohort
from scan.evaluation.labelled import GROUP_OF_COHORT
from scan.gallery import as_vectors


def write_figures(
    pack: str, curves: Mapping[str, ImpostorCurve | None], cohorts: Mapping[str, tuple[Cohort | None, int]]
) -> None:
    """Replace tables of the pack's file.

    Args:
        pack: its name.
        curves: table name to figures; a table of None is removed.
        cohorts: table name to a cohort and the numbers in its vectors; a table of None is removed.
    """
    file = _file_of(pack)
    text = _without(file.read_text("utf-8"), (*curves, *cohorts))
    for name, curve in curves.items():
        text += _curve(name, curve) if curve is not None else ""
    for name, (cohort, dimension) in cohorts.items():
        text += _cohort(name, cohort, dimension) if cohort is not None else ""
    file.write_text(text, "utf-8")


def write_misses(pack: str, name: str, misses: MissCurve) -> None:
    """Replace one table of the pack's file: what each bound overlooks."""
    file = _file_of(pack)
    rates = ", ".join(f"{rate:.0e}" for rate in misses.rates)
    shares = "\n".join(
        f"{field} = [{', '.join(f'{share:.4f}' for share in getattr(misses, field))}]"
        for field in ("missed", "low", "high")
    )
    table = f"\n[{name}]\nrates = [{rates}]\n{shares}\ncomparisons = {misses.comparisons}\npeople = {misses.people}\n"
    file.write_text(_without(file.read_text("utf-8"), (name,)) + table, "utf-8")


def _file_of(pack: str) -> Path:
    return Path(models.__file__).parent / "catalogue" / "packs" / f"{pack}.toml"


def _without(text: str, tables: Iterable[str]) -> str:
    for name in tables:
        text = re.sub(rf"\n\[{name}\]\n.*?(?=\n\[|\Z)", "", text, flags=re.S)
    return text.rstrip("\n") + "\n"


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
