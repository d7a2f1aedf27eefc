"""The documents name what the program has: commands, exit codes, settings, judgements, reasons, libraries."""

from __future__ import annotations

import importlib
import re
import tomllib

import pytest

from countenance.errors import CountenanceError
from countenance.judgement import JudgementKind, Reason
from gui.screenshots import LARGEST_FILE
from tests.house.sources import COMMANDS_PAGE as PAGE
from tests.house.sources import REPOSITORY, ROOMS, place, read_documents, source_files, string_constants


def test_the_page_of_commands_is_what_the_program_says() -> None:
    from tests.house.commands_page import render_page

    assert PAGE.read_text("utf-8") == render_page(), "Run: .venv/bin/python -m tests.house.commands_page"


def test_every_command_is_named() -> None:
    from tests.house.commands_page import command_names

    page = PAGE.read_text("utf-8")

    assert [name for name in command_names() if f"countenance {name}" not in page] == []


def test_every_exit_code_is_explained() -> None:
    importlib.import_module("cli.commands")
    codes = {0, 2, 10, 20, 130} | {kind.exit_code for kind in _family(CountenanceError)}

    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)}

    assert explained == codes


def _family(kind: type[CountenanceError]) -> list[type[CountenanceError]]:
    return [kind, *(member for child in kind.__subclasses__() for member in _family(child))]


@pytest.mark.parametrize("word", [*JudgementKind, *Reason])
def test_every_judgement_and_reason_is_explained(word: str) -> None:
    assert f"`{word}`" in (REPOSITORY / "docs" / "consent.md").read_text("utf-8")


def test_every_setting_of_the_environment_is_named() -> None:
    documents = read_documents()
    settings = {
        text
        for path in source_files(ROOMS)
        for _, text in string_constants(path)
        if re.fullmatch(r"COUNTENANCE_[A-Z_]+", text)
    }

    assert [name for name in sorted(settings) if f"`{name}`" not in documents] == []


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "THIRD-PARTY.md"])
def test_every_direct_dependency_has_its_line(document: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    names = [re.split(r"[<>=;\[ ]", line)[0] for line in wanted]
    text = (REPOSITORY / document).read_text("utf-8").lower()

    assert [
        name for name in names if not re.search(rf"^\| [^|]*\b{re.escape(name.lower())}\b", text, re.MULTILINE)
    ] == []


def test_the_readme_gives_the_two_commands() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")

    assert "python3 run.py demo" in readme
    assert "python3 run.py test" in readme


def test_decisions_are_numbered_once_and_short() -> None:
    decisions = sorted((REPOSITORY / "docs" / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]

    assert len(set(numbers)) == len(numbers)
    assert [place(path) for path in decisions if len(path.read_text("utf-8").split()) > 600] == []


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    broken = [
        f"{place(path)} → {target}"
        for path in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_every_picture_is_there_and_shown() -> None:
    documents = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    shown = {
        (path.parent / name).resolve()
        for path in documents
        for name in re.findall(r'(?:\]\(|src=")([^)"]+\.png)', path.read_text("utf-8"))
    }

    assert shown == set((REPOSITORY / "docs" / "screenshots").glob("*.png"))
    assert [place(path) for path in shown if path.stat().st_size > LARGEST_FILE] == []


def test_the_guide_quotes_the_window_by_its_own_words() -> None:
    guide = (REPOSITORY / "docs" / "guide.md").read_text("utf-8")
    of_the_window = guide[: guide.index("## In the terminal")]
    quoted = {
        part.strip()
        for bold in re.findall(r"\*\*(.+?)\*\*", of_the_window, re.DOTALL)
        for part in " ".join(bold.split()).split(" → ")
    }
    key = r"((Ctrl|Shift|Alt)\+)*([A-Z0-9?+−.,]|F\d+|Enter|Space|Esc|Tab|Delete)"
    said = {text.replace("&", "") for path in source_files(("gui",)) for _, text in string_constants(path)}
    patterns = [
        re.sub(r"\\{[a-z_]+\\}", "(.+)", re.escape(text)) for text in said if len(re.sub(r"\{.*?\}", "", text)) > 8
    ]

    strange = [
        words
        for words in quoted - said
        if not re.fullmatch(key, words) and not any(re.fullmatch(pattern, words) for pattern in patterns)
    ]

    assert strange == []
