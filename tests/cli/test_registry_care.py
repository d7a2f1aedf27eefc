"""`registry audit|health|backup|restore|rekey|remember|forget|list` and `person erase|disclose`, as they are typed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from registry import Passphrase, create_registry, open_registry
from tests.cli.running import GRANT, PASSPHRASE, Terminal
from tests.registry.noise import drawn
from tests.registry.people import consent, person
from tests.registry.test_keys import Desktop


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry with two people; to be copied, not changed."""
    path = tmp_path_factory.mktemp("made") / "registry.countenance"
    with create_registry(path, Passphrase(PASSPHRASE), owner="Studio", tz="Europe/Berlin", operator="test") as one:
        one.enrol(person("Zebedee Quillfeather"), consent=consent(), samples=[drawn(1)])
        one.enrol(person("Kim Child", guardian="her father, Zebedee Quillfeather"))
    return path


@pytest.fixture
def cared(nowhere: Terminal, made: Path) -> Terminal:
    """Return a terminal whose registry knows two people."""
    shutil.copy(made, nowhere.registry)
    return nowhere


@pytest.fixture(autouse=True)
def no_desktop() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


def test_an_audit_tells_who_did_what_and_that_it_holds(cared: Terminal) -> None:
    cared.run("consent", "add", "Zebedee Quillfeather", *GRANT)
    shown, told = cared.run("registry", "audit"), cared.run("registry", "audit", "--json")
    about = cared.run("registry", "audit", "--person", "Kim Child").out

    assert (shown.code, told.code) == (0, 0)
    assert "test enrolled P0001" in shown.out
    assert "The registry holds." in shown.out
    assert told.document()["holds"]
    assert told.document()["audit"]["head"] == "holds"
    assert told.document()["entries"][-1]["sentence"].endswith("recorded the grant G0001")
    assert "P0002" in about
    assert "P0001" not in about


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--action", "grant"), 0),
        (("--action", "person"), 2),
        (("--action", "person.enrolled", "--action", "registry"), 3),
        (("--until", "2001-01-01"), 0),
        (("--since", "2001-01-01"), 3),
        (("--person", "P0001"), 1),
    ],
)
def test_an_audit_tells_what_is_asked_for(cared: Terminal, words: tuple[str, ...], count: int) -> None:
    assert len(cared.run("registry", "audit", *words, "--json").document()["entries"]) == count


def test_a_long_journal_shows_its_end(cared: Terminal) -> None:
    with open_registry(cared.registry, Passphrase(PASSPHRASE), operator="test") as opened:
        for number in range(50):
            opened.enrol(person(f"Number {number}"))

    shown = cared.run("registry", "audit")
    everything = cared.run("registry", "audit", "--since", "2001-01-01")

    assert "13 earlier entries are not shown" in shown.err
    assert shown.out.count("test enrolled") == 40
    assert everything.out.count("test enrolled") == 52


def test_a_flipped_byte_is_found_with_its_page(cared: Terminal) -> None:
    content = bytearray(cared.registry.read_bytes())
    content[-3000] ^= 1
    cared.registry.write_bytes(content)

    shown, told = cared.run("registry", "audit"), cared.run("registry", "audit", "--json")

    page = len(content) // 4096
    assert (shown.code, told.code) == (6, 6)
    assert f"1 page of the file is not what was written: {page}." in shown.out
    assert "registry restore" in shown.out
    assert told.document()["audit"]["bad_pages"] == [page]


def test_an_older_copy_is_warned_of_until_it_is_accepted(cared: Terminal) -> None:
    older = cared.registry.read_bytes()
    cared.run("person", "add", "Later")
    cared.registry.write_bytes(older)

    warned = cared.run("person", "list", "--quiet")
    failed = cared.run("registry", "audit")
    accepted = cared.run("registry", "audit", "--accept-head")
    after = cared.run("person", "list")
    again = cared.run("registry", "audit", "--accept-head")

    assert warned.code == 0
    assert warned.err.count("shorter than it was when this computer last saw it") == 1
    assert failed.code == 6
    assert "--accept-head" in failed.out
    assert (accepted.code, after.err) == (0, "")
    assert again.code == 2


def test_a_clock_that_was_ahead_is_accepted(cared: Terminal) -> None:
    future = datetime.now(UTC) + timedelta(days=500)
    with open_registry(cared.registry, Passphrase(PASSPHRASE), operator="test", clock=lambda: future) as opened:
        opened.enrol(person("From The Future"))

    refused = cared.run("person", "add", "Later", "--json")
    healthy = cared.run("registry", "health", "--pack", "starter")
    accepted = cared.run("registry", "audit", "--accept-clock")

    assert refused.code == 4
    assert "nothing was changed" in refused.document()["error"]["sentence"]
    assert "The clock of this computer is behind the last change." in healthy.out
    assert accepted.code == 0
    assert cared.run("person", "add", "Later").code == 0


def test_a_backup_is_made_restored_and_the_old_file_kept(cared: Terminal, tmp_path: Path) -> None:
    backup = tmp_path / "backup.countenance"
    made = cared.run("registry", "backup", backup, "--json")
    again = cared.run("registry", "backup", backup)
    told = cared.run("registry", "backup", tmp_path / "second")
    cared.run("person", "add", "Later")

    refused = cared.run("registry", "restore", backup)
    restored = cared.run("registry", "restore", backup, "--replace", "--json")
    shown = cared.run("registry", "restore", backup, "--replace")

    assert made.document()["people"] == 2
    assert (again.code, refused.code) == (4, 4)
    assert "People: 2; grants: 0" in told.out
    assert "verified" in told.out
    assert Path(restored.document()["aside"]).exists()
    assert "What was there is kept as" in shown.out
    audit = cared.run("registry", "audit")
    assert (audit.code, audit.err) == (0, "")
    assert len(cared.run("person", "list", "--json").document()["people"]) == 2


def test_a_backup_that_brings_back_who_was_erased_says_so(cared: Terminal, tmp_path: Path) -> None:
    cared.run("registry", "backup", tmp_path / "copy")
    cared.run("person", "erase", "P0001", "--yes")

    answer = cared.run("registry", "restore", tmp_path / "copy", "--replace")

    assert "erase them again: P0001." in answer.out


def test_a_backup_is_restored_where_nothing_is_left(cared: Terminal, tmp_path: Path) -> None:
    backup = tmp_path / "backup.countenance"
    cared.run("registry", "backup", backup)
    cared.registry.unlink()

    answer = cared.run("registry", "restore", backup)

    assert answer.code == 0
    assert "kept as" not in answer.out


def test_the_passphrase_is_changed_by_a_file(cared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("another kite entirely\n")

    nobody = cared.run("registry", "rekey", "--json")
    told = cared.run("registry", "rekey", "--new-key-file", tmp_path / "key")

    assert nobody.code == 4
    assert "nobody is there to be asked" in nobody.document()["error"]["sentence"]
    assert "opens with the new passphrase only" in told.out
    assert cared.run("registry", "info").code == 4
    assert cared.run("registry", "info", "--key-file", tmp_path / "key").code == 0
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "another kite entirely")
    assert cared.run("registry", "rekey", "--new-key-file", tmp_path / "key", "--json").document()["rekeyed"]


def _answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let a person sit at the terminal, who types these answers."""
    waiting = list(answers)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_words, **_options: waiting.pop(0))


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (("harbour kite paper", "harbour kite paper"), 0),
        (("harbour kite paper", "another"), 2),
        (("short",), 2),
    ],
)
def test_the_new_passphrase_is_asked_for_twice(
    cared: Terminal, monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...], code: int
) -> None:
    _answering(monkeypatch, *answers)

    assert cared.run("registry", "rekey").code == code
    assert cared.run("registry", "info").code == (4 if code == 0 else 0)


def test_the_keyring_remembers_and_forgets(cared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    none = cared.run("registry", "remember")
    keyring.set_keyring(Desktop())
    empty = cared.run("registry", "forget")
    kept = cared.run("registry", "remember")
    health = cared.run("registry", "health").out
    (tmp_path / "key").write_text("another kite entirely\n")
    cared.run("registry", "rekey", "--new-key-file", tmp_path / "key")
    monkeypatch.delenv("COUNTENANCE_PASSPHRASE")
    opened = cared.run("registry", "info")
    told = cared.run("registry", "remember", "--json"), cared.run("registry", "forget", "--json")
    locked = cared.run("registry", "info")

    assert none.code == 4
    assert "no keyring" in none.err
    assert "did not hold" in empty.out
    assert "holds the passphrase" in kept.out
    assert "The system keyring holds the passphrase." in health
    assert opened.code == 0
    assert [answer.code for answer in told] == [0, 0]
    assert told[1].document()["forgotten"]
    assert locked.code == 4
    keyring.set_keyring(Desktop())
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "another kite entirely")
    cared.run("registry", "remember")
    assert "no longer" in cared.run("registry", "forget").out


def test_a_wrong_passphrase_is_not_remembered(cared: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(Desktop())
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "not the right one")

    assert cared.run("registry", "remember").code == 4
    assert cared.run("registry", "forget").code == 0


def test_health_is_told_at_a_glance(cared: Terminal, tmp_path: Path) -> None:
    before = cared.run("registry", "health")
    cared.run("registry", "backup", tmp_path / "copy")
    after = cared.run("registry", "health")
    told = cared.run("registry", "health", "--json").document()

    assert "No backup was made yet." in before.out
    assert "Last backup: " in after.out
    assert "People without templates of the pack starter: 1" in after.out
    assert "Only your account may read it." in after.out
    assert (told["free_pages"], told["head"], told["keyring"]) == (0, "holds", "none")


def test_registries_stand_side_by_side_by_name(nowhere: Terminal, own_home: Path) -> None:
    none = nowhere.plain("registry", "list")
    nowhere.plain("registry", "init", "--registry", "studio")
    nowhere.plain("registry", "init", "--registry", "films")
    nowhere.plain("registry", "init")
    nowhere.plain("person", "add", "Ada", "--registry", "studio")
    shown, told = nowhere.plain("registry", "list"), nowhere.plain("registry", "list", "--json")

    assert none.out.strip() == "There is no registry yet."
    assert (own_home / "registries" / "studio.countenance").is_file()
    assert [one["name"] for one in told.document()["registries"]] == ["", "films", "studio"]
    assert "studio" in shown.out
    people = [
        len(nowhere.plain("person", "list", "--json", "--registry", name).document()["people"])
        for name in ("studio", "films")
    ]
    assert people == [1, 0]
    assert nowhere.plain("person", "list", "--json").document() == {"people": []}


def test_a_file_of_that_very_name_comes_before_a_named_registry(
    cared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(cared.registry, "studio")

    assert cared.plain("--registry", "studio", "registry", "info", "--json").document()["file"] == "studio"


def test_a_person_is_erased_and_the_proof_kept(cared: Terminal, tmp_path: Path) -> None:
    nobody = cared.run("person", "erase", "Zebedee Quillfeather", "--json")
    shown = cared.run(
        *("person", "erase", "Zebedee Quillfeather", "--yes", "--reason", "retention"),
        *("--proof", tmp_path / "proof.json"),
    )
    proof = json.loads((tmp_path / "proof.json").read_text())
    again = cared.run("registry", "audit", "--person", "P0001")

    assert nobody.code == 2
    assert shown.code == 0
    assert "P0001 is erased." in shown.out
    assert "free ones included" in shown.out
    assert "name at people/P0002/guardian" in shown.out
    assert shown.err.count("Out of reach") == 3
    assert proof["proved"]
    assert proof["reason"] == "retention"
    assert "Zebedee" not in json.dumps(proof)
    assert (tmp_path / "proof.json").stat().st_mode & 0o77 == 0
    assert "erased P0001" in again.out
    assert cared.run("person", "erase", "P0001", "--yes").code == 2
    assert "P0001 was erased on" in cared.run("person", "show", "P0001").err
    assert cared.run("person", "erase", "P0002", "--yes", "--json").document()["proved"]


def test_an_erasure_is_meant_when_the_id_is_typed(cared: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    _answering(monkeypatch, "P0002", "P0001")

    mistaken = cared.run("person", "erase", "Zebedee Quillfeather")
    meant = cared.run("person", "erase", "Zebedee Quillfeather")

    assert (mistaken.code, meant.code) == (130, 0)
    assert "Nobody was erased." in mistaken.err


def test_a_reason_is_a_word_and_a_proof_has_a_place(cared: Terminal, tmp_path: Path) -> None:
    wrong = cared.run("person", "erase", "P0001", "--yes", "--reason", "because")
    nowhere = cared.run("person", "erase", "P0001", "--yes", "--proof", tmp_path / "none" / "proof.json")

    assert wrong.code == 2
    assert nowhere.code == 3
    assert "the person is erased all the same" in nowhere.err


def test_all_that_is_held_is_handed_out(cared: Terminal, tmp_path: Path) -> None:
    shown = cared.run("person", "disclose", "Zebedee Quillfeather", tmp_path / "zeb")
    told = cared.run("person", "disclose", "P0002", tmp_path / "kim", "--json")
    again = cared.run("person", "disclose", "P0002", tmp_path / "kim")

    assert f"3 files were written to {tmp_path / 'zeb'}." in shown.out
    assert "it is not encrypted" in shown.err
    assert told.document()["records"]["people"] == 1
    assert again.code == 4
