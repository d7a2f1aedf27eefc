"""`consent export` and `import`: from one agency's terminal to another's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry import Passphrase, create_registry
from scan.exchange.rows import LARGEST_ROWS_BYTES
from tests.cli.running import GRANT, PASSPHRASE, Terminal


@pytest.fixture
def desk(nowhere: Terminal) -> Terminal:
    """Return a terminal whose registry knows Ada and one grant."""
    create_registry(nowhere.registry, Passphrase(PASSPHRASE), owner="us", tz="UTC", operator="test").close()
    nowhere.run("person", "add", "Ada")
    nowhere.run("consent", "add", "Ada", *GRANT)
    return nowhere


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Return an empty registry of another agency."""
    path = tmp_path / "other.countenance"
    create_registry(path, Passphrase(PASSPHRASE), owner="Studio B", tz="UTC", operator="test").close()
    return path


def test_papers_go_from_one_registry_to_another(desk: Terminal, other: Path, tmp_path: Path) -> None:
    file = tmp_path / "papers.json"

    exported = desk.run("consent", "export", file, "--person", "Ada")
    dry = desk.plain("--registry", other, "consent", "import", file, "--dry-run")
    empty = desk.plain("--registry", other, "consent", "list", "--json").document()
    taken = desk.plain("--registry", other, "consent", "import", file, "--json").document()
    again = desk.plain("--registry", other, "consent", "import", file)

    assert f"Wrote {file}: people 1, grants 1." in exported.out
    assert "keep it as safe as the registry" in exported.err
    assert file.stat().st_mode & 0o77 == 0
    assert "this was a dry run" in dry.out
    assert empty == {"grants": [], "prohibitions": []}
    assert (taken["taken"], taken["counts"]["new"]) == (True, 2)
    assert [one["ours"] for one in taken["records"]] == ["P0001", "G0001"]
    assert "2 records are here already" in again.out
    (grant,) = desk.plain("--registry", other, "consent", "list", "--json").document()["grants"]
    assert grant["grantee"] == "us"


def test_a_table_with_a_bad_row_is_taken_in_only_where_asked_for(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "grants.CSV"
    file.write_text("name,purposes\nBen,education\nCy,fun\n", encoding="utf-8")

    refused = desk.run("consent", "import", file)
    told = desk.run("consent", "import", file, "--json")
    before = len(desk.run("consent", "list", "--json").document()["grants"])
    partial = desk.run("consent", "import", file, "--partial")

    assert (refused.code, told.code, partial.code) == (2, 2, 0)
    assert "row 3" in refused.out
    assert "1 record was refused, so nothing was taken in." in refused.err
    assert told.document()["taken"] is False
    assert told.document()["error"]["exit_code"] == 2
    assert before == 1
    assert len(desk.run("consent", "list", "--json").document()["grants"]) == 2
    assert desk.run("consent", "import", file, "--dry-run", "--json").code == 0


def test_a_table_and_policies_are_written(desk: Terminal, tmp_path: Path) -> None:
    table, policies = tmp_path / "grants.csv", tmp_path / "policies.json"

    written = desk.run("consent", "export", table, "--json").document()
    desk.run("consent", "export", policies, "--odrl")

    assert (written["people"], written["grants"]) == (1, 1)
    assert table.read_bytes().startswith(b"\xef\xbb\xbfregistry,grant,revision")
    assert json.loads(policies.read_text())["@graph"][0]["conflict"] == "prohibit"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("export", "papers.xlsx"), "neither with .json nor with .csv"),
        (("export", "nowhere/at/all.json"), "cannot be written"),
        (("export", "papers.csv", "--odrl"), "ODRL is JSON"),
        (("export", "papers.json", "--person", "Nobody"), "Nobody in the registry"),
        (("import", "missing.json"), "cannot be read"),
        (("import", "folder.csv"), "cannot be read"),
        (("import", "large.csv"), "cannot be read"),
        (("import", "text.json"), "no export of a registry"),
    ],
)
def test_files_that_will_not_do_are_refused_with_a_sentence(
    desk: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.csv").mkdir()
    Path("text.json").write_text("a diary")
    with Path("large.csv").open("wb") as large:
        large.truncate(LARGEST_ROWS_BYTES + 1)

    answer = desk.run("consent", *words)

    assert answer.code in {2, 3}
    assert sentence in answer.err


def test_an_export_never_replaces_a_file(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "papers.json"
    file.write_text("mine")

    answer = desk.run("consent", "export", file)

    assert answer.code == 2
    assert file.read_text() == "mine"


def test_a_table_does_not_hand_a_grant_to_another_agency(desk: Terminal, other: Path, tmp_path: Path) -> None:
    table = tmp_path / "grants.csv"
    desk.run("consent", "export", table)

    taken = desk.plain("--registry", other, "consent", "import", table)
    again = desk.run("consent", "import", table)

    assert "here already" not in taken.out
    (grant,) = desk.plain("--registry", other, "consent", "list", "--json").document()["grants"]
    assert (grant["grantee"], grant["tz"]) == ("us", None)
    assert again.out.startswith("1 record is here already")
    assert desk.run("consent", "list", "--json").document()["grants"][0]["revision"] == 1
