"""Figures of an evaluation for a person: a value beside its name and interval, lists of like records as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cli.session import Session
from countenance.translations import _


def show_figures(session: Session, figures: Mapping[str, object]) -> None:
    """Write figures under the names that `--json` gives them; what no table can show is left to it."""
    session.show_table((_("Figure"), _("Value"), _("95 % interval")), list(_rows(figures, "")))
    for name, records in _lists_of_records(figures, ""):
        session.say("")
        session.say(name, style="bold")
        columns = [
            key for key in records[0] if not key.endswith("_ci") and not isinstance(records[0][key], Mapping | list)
        ]
        columns += [key for key in records[0] if isinstance(records[0][key], list) and not _is_nested(records, key)]
        session.show_table(
            tuple(columns), [tuple(_with_interval(record, key) for key in columns) for record in records]
        )


def _rows(figures: Mapping[str, object], above: str) -> Iterator[tuple[str, ...]]:
    for name, value in figures.items():
        if name.endswith("_ci") or _are_records(value):
            continue
        if isinstance(value, Mapping):
            intervals = figures.get(f"{name}_ci")
            inner = dict(value)
            if isinstance(intervals, Mapping):
                inner |= {f"{key}_ci": interval for key, interval in intervals.items()}
            yield from _rows(inner, f"{above}{name} ")
        else:
            yield f"{above}{name}", _said(value), _said(figures.get(f"{name}_ci", ""))


def _lists_of_records(figures: Mapping[str, object], above: str) -> Iterator[tuple[str, list[Mapping[str, object]]]]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from _lists_of_records(value, f"{above}{name} ")
        elif _are_records(value):
            assert isinstance(value, list)
            yield f"{above}{name}", value


def _are_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _is_nested(records: Sequence[Mapping[str, object]], key: str) -> bool:
    return key.endswith("_ci") or any(_are_records(record.get(key)) for record in records)


def _with_interval(record: Mapping[str, object], key: str) -> str:
    interval = record.get(f"{key}_ci", record.get(f"{key.removeprefix('measured_')}_ci"))
    said = _said(record.get(key, ""))
    return f"{said} ({_said(interval)})" if interval is not None and not key.startswith("promised") else said


def _said(value: object) -> str:
    """Return a figure with four digits; what could not be measured is a dash."""
    if value is None or value != value:  # noqa: PLR0124 - not a number differs from itself
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        if all(isinstance(item, float | int) for item in value) and len(value) == 2:  # an interval
            return " – ".join(_said(item) for item in value)
        return ", ".join(_said(item) for item in value) or "–"
    return str(value)
