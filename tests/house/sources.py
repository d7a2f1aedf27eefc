"""The program's own source files, read for the tests of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROOMS = ("countenance", "models", "detectors", "registry", "consent", "scan", "reports", "cli", "gui")
FOLDERS = (*ROOMS, "tests", "benchmarks")
COMMANDS_PAGE = REPOSITORY / "docs" / "commands.md"
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTEXT.md", "CONTRIBUTING.md", "THIRD-PARTY.md")


def source_files(folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """Return every Python file of the folders."""
    return sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))


def place(path: Path) -> str:
    """Return the path as a reader of the repository writes it."""
    return path.relative_to(REPOSITORY).as_posix()


def string_constants(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every string in a file that is no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def read_documents() -> str:
    """Return the text of all documents a user or developer reads."""
    guides = sorted((REPOSITORY / "docs").glob("*.md"))
    return "\n".join(path.read_text("utf-8") for path in [*(REPOSITORY / name for name in DOCUMENTS), *guides])
