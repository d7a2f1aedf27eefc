"""Habits of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import sys

from tests.house.sources import REPOSITORY, ROOMS, place, source_files, string_constants

SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM|INSERT\s+(OR \w+ )?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA\s+\w"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|VIEW|TRIGGER|VIRTUAL)|ATTACH\s+DATABASE)\b",
    re.DOTALL,
)
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_DOOR = 400, 60, 249


def test_sql_is_spoken_in_the_registry_only() -> None:
    rooms = tuple(room for room in ROOMS if room != "registry")

    spoken = [
        f"{place(path)}:{line}"
        for path in source_files(rooms)
        for line, text in string_constants(path)
        if SQL.match(text)
    ]

    assert not spoken


def test_no_file_is_too_long_to_read_at_a_sitting() -> None:
    too_long = []
    for path in source_files():
        lines = path.read_text("utf-8").splitlines()
        excused = any(line.startswith("# Long because ") for line in lines[:12])
        if len(lines) > LONGEST_FILE and not excused:
            too_long.append(f"{place(path)}: {len(lines)} lines; split it, or say “# Long because …” at its head")

    assert not too_long


def test_no_function_is_too_long_to_see_at_once() -> None:
    too_long = [
        f"{place(path)}:{node.lineno} {node.name}: {length} lines"
        for path in [*source_files(), REPOSITORY / "run.py"]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert not too_long


def test_a_silenced_check_gives_its_reason_beside_it() -> None:
    silenced = re.compile(r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[\w\-, ]+\])?)(?P<reason>.*)$")
    bare = [
        f"{place(path)}:{number}"
        for path in source_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (found := silenced.search(line)) and len(found["reason"].strip(" #-–:")) < 8 and '"' not in found["reason"]
    ]

    assert not bare


def test_nothing_is_left_for_later() -> None:
    later = [
        f"{place(path)}:{number}"
        for path in [*source_files(ROOMS), REPOSITORY / "run.py"]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX)\b|raise NotImplemented", line)
    ]

    assert not later


def test_the_door_stays_small_and_needs_python_alone() -> None:
    text = (REPOSITORY / "run.py").read_text("utf-8")

    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else node.names[0].name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert len(text.splitlines()) <= LONGEST_DOOR
    assert imported <= sys.stdlib_module_names
