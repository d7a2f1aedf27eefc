import hashlib
import os
import sqlite3
import stat
from datetime import datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher
from sqlite_utils import Database

from countenance.errors import RegistryError
from registry import Passphrase, Registry, create_registry, file, journal, open_registry, schema
from registry.keys import FileKey, new_salt
from tests.registry.people import (
    JPEG,
    PASSPHRASE,
    SPOKEN,
    TODAY,
    WORDS,
    consent,
    enrolled,
    new_registry,
    opened,
    person,
    sample,
    spoken,
    template,
    vector,
)

WRONG = Passphrase("another kite")
KEY = FileKey(Passphrase(WORDS), new_salt())


def test_a_new_registry_is_its_owners_alone(path: Path) -> None:
    new_registry(path).close()

    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_its_folder_is_made_if_need_be(tmp_path: Path) -> None:
    new_registry(tmp_path / "deep" / "er" / "r.countenance").close()

    assert (tmp_path / "deep" / "er" / "r.countenance").is_file()


def test_a_file_with_an_odd_name_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1 & 登记.countenance"
    new_registry(path).close()

    with opened(path) as again:
        assert again.owner == "us"


@pytest.mark.parametrize("content", [b"", b"my diary"])
def test_an_existing_file_is_never_replaced(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(RegistryError, match="already; it was left as it is"):
        new_registry(path)

    assert path.read_bytes() == content


def test_a_link_that_leads_nowhere_is_not_followed(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere")

    with pytest.raises(RegistryError, match="already"):
        new_registry(path)

    assert not (path.parent / "elsewhere").exists()


def test_a_file_that_appears_meanwhile_is_never_replaced(path: Path) -> None:
    def somebody_else_is_faster(db: Database) -> None:
        path.write_bytes(b"theirs")

    with pytest.raises(RegistryError, match="already"):
        file.create_file(path, KEY, somebody_else_is_faster)

    assert path.read_bytes() == b"theirs"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_system_without_links_keeps_registries_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In place of a FAT disk, which a test cannot mount.
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    new_registry(path).close()

    assert list(path.parent.iterdir()) == [path]


def test_what_fails_while_it_is_made_leaves_nothing(path: Path) -> None:
    def fail(db: Database) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        file.create_file(path, KEY, fail)

    assert list(path.parent.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_bytes(b"")

    with pytest.raises(RegistryError, match="cannot be reached"):
        new_registry(tmp_path / "in the way" / "r.countenance")


def test_a_missing_registry_is_never_made(path: Path) -> None:
    with pytest.raises(RegistryError, match="There is no registry at"):
        opened(path)

    assert not path.exists()


def test_a_folder_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="is no registry"):
        opened(tmp_path)


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("dear diary")


def _noise(path: Path) -> None:
    path.write_bytes(os.urandom(3 * file.PAGE_BYTES))


def _plain_database(path: Path) -> None:
    plain = sqlite3.connect(path)
    plain.execute("create table people (name)")
    plain.commit()
    plain.close()


def _foreign_encrypted_database(path: Path) -> None:
    foreign = sqlcipher.connect(str(path))
    foreign.set_key(WORDS)
    foreign.execute("create table recipes (name)")
    foreign.commit()
    foreign.close()


def _newer(path: Path) -> None:
    new_registry(path).close()
    db = file.open_file(path, FileKey(PASSPHRASE, file.read_salt(path)), busy_timeout_s=0)
    db.table("_sqlite_migrations").insert(
        {"id": 99, "migration_set": "registry", "name": "9999_from_the_future", "applied_at": "2031-01-01"}
    )
    db.close()


def _cut_inside_a_page(path: Path) -> None:
    new_registry(path).close()
    path.write_bytes(path.read_bytes()[:-100])


def _cut_between_pages(path: Path) -> None:
    new_registry(path).close()
    path.write_bytes(path.read_bytes()[: -2 * file.PAGE_BYTES])


def _first_page_flipped(path: Path) -> None:
    new_registry(path).close()
    _flip(path, 2000)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_nothing, "is no registry"),
        (_text, "is no registry, or it was cut short"),
        (_noise, "passphrase does not open"),
        (_plain_database, "unencrypted database"),
        (_foreign_encrypted_database, "is no registry"),
        (_newer, "newer version of the program"),
        (_cut_inside_a_page, "is no registry, or it was cut short"),
        (_cut_between_pages, "is damaged"),
        (_first_page_flipped, "is damaged: of its 64 pages, page 1 is not"),
    ],
)
def test_what_cannot_be_vouched_for_is_refused_untouched(path: Path, make, sentence: str, capfd) -> None:
    make(path)
    before = _fingerprint(path)

    with pytest.raises(RegistryError, match=sentence) as refused:
        opened(path)

    assert refused.value.exit_code == 4
    assert refused.value.remedy
    assert _fingerprint(path) == before
    assert list(path.parent.iterdir()) == [path]
    assert capfd.readouterr() == ("", "")


def test_a_wrong_passphrase_is_refused_untouched_and_in_silence(path: Path, capfd) -> None:
    new_registry(path).close()
    before = _fingerprint(path)

    with pytest.raises(RegistryError, match="passphrase does not open"):
        open_registry(path, WRONG, operator="ben")

    assert _fingerprint(path) == before
    assert list(path.parent.iterdir()) == [path]
    assert capfd.readouterr() == ("", "")
    with opened(path) as registry:
        assert registry.facts().revision == 1


def test_a_damaged_page_is_said_when_it_is_read(path: Path, capfd) -> None:
    with new_registry(path) as registry:
        registry.enrol(person(), consent=consent(), samples=[sample(picture=JPEG + bytes(200_000))])
    for page in range(path.stat().st_size // file.PAGE_BYTES * 3 // 4, path.stat().st_size // file.PAGE_BYTES):
        _flip(path, page * file.PAGE_BYTES + 77)
    before = _fingerprint(path)

    with opened(path) as registry, pytest.raises(RegistryError, match="is damaged"):
        registry.picture("P0001", TODAY)

    assert _fingerprint(path) == before
    assert capfd.readouterr() == ("", "")


def test_a_plain_sqlite_cannot_read_it(registry: Registry, path: Path) -> None:
    enrolled(registry)

    plain = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        plain.execute("select * from sqlite_master").fetchall()
    plain.close()


def test_neither_file_nor_journal_nor_temporary_files_show_anybody(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    name, face = "Zebedee Quillfeather", vector(0.123456)
    big = [sample(picture=JPEG * 40_000, templates=(template(vector=face),)) for _number in range(24)]
    seen: list[str] = []

    with new_registry(path) as registry:
        registry.enrol(person(name), consent=consent(), samples=big)
        with registry._lane.change() as db:
            # Larger than the cache, so that pages and their old content are on the disk in the middle of it.
            db.execute("update sample_media set picture = zeroblob(length(picture) - 9)")
            db.execute("select group_concat(hex(picture)) from sample_media order by random()").fetchall()
            seen = sorted(entry.name for entry in tmp_path.rglob("*"))
            on_disk = b"".join(entry.read_bytes() for entry in tmp_path.rglob("*"))
    at_rest = path.read_bytes()

    assert seen == [path.name, f"{path.name}-journal"]
    for secret in (name.encode(), name.casefold().encode(), face[:16], JPEG, WORDS.encode(), b"create table"):
        assert secret not in on_disk
        assert secret not in at_rest


def test_an_older_registry_is_brought_up_to_date_and_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_registry(path) as registry:
        number = enrolled(registry)
        before = (registry.people(), registry.consents(number), registry.samples(number), registry.journal_entries())
    monkeypatch.setitem(schema.STEPS, "9999_remarks", lambda db: db.execute("alter table people add remark text"))

    for _opening in range(2):
        with opened(path) as registry:
            after = (
                registry.people(),
                registry.consents(number),
                registry.samples(number),
                registry.journal_entries(),
            )
            assert after == before
    monkeypatch.undo()
    with pytest.raises(RegistryError, match="newer version"):
        opened(path)


OLDER = {
    "0001_first_registry": (JPEG, None),
    "0002_sound_of_samples": (JPEG, b"\1\0" * 800),
}


@pytest.mark.parametrize("last_step", OLDER)
def test_a_registry_of_every_earlier_version_keeps_what_it_holds(
    path: Path, last_step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, sound = OLDER[last_step]
    monkeypatch.setattr(schema, "STEPS", {name: step for name, step in schema.STEPS.items() if name <= last_step})
    file.create_file(path, KEY, lambda db: _fill_as_then(db, picture, sound))
    monkeypatch.undo()

    with opened(path) as registry:
        other = registry.enrol(person(), consent=SPOKEN, samples=[spoken()])

        assert registry.people(["P0001"])[0].display_name == "Before"
        assert (registry.picture("P0001", TODAY), registry.sound("P0001", TODAY)) == (picture, sound)
        assert registry.samples("P0001")[0].models == ("dlib 1",)
        assert (registry.picture(other, TODAY), registry.sound(other, TODAY)) == (None, spoken().sound)
        assert [one.id for one in registry.samples(other)] == ["S0002"]
        assert [entry.seq for entry in registry.journal_entries()] == [1, 2]


def _fill_as_then(db: Database, picture: bytes, sound: bytes | None) -> None:
    """Write rows as the program did when the file's last step was new."""
    at = "2026-01-05T10:00:00+00:00"
    db.execute("insert into registry values (1, 'an id', 'us', 'UTC', ?)", [at])
    journal.append(
        db, at=datetime.fromisoformat(at), operator="ann", action="registry.created", subject="an id", facts={}
    )
    db.execute(
        "insert into people values ('P0001', 'living', 'Before', '[]', 'before', null, null, '', '', '', '', '[]', '')"
    )
    db.execute(
        """insert into biometric_consents values ('C0001', 'P0001', 'self', '["face","voice"]', 'finding', '2026-01-05',
            'paper', 'v1', '2029-01-05', '[]', null, null)"""
    )
    values = ["b" * 64, picture] if sound is None else ["b" * 64, picture, sound]
    marks = ", ?" * (len(values) - 1)
    db.execute(
        f"insert into samples values ('S0001', 'P0001', 'photo', '', null, ?, 0.5, 'C0001', '2029-01-05'{marks})",
        values,
    )
    binding = "a" * 64 + "/1"
    db.execute("insert into templates values ('S0001', 'face', ?, 'dlib 1', ?)", [binding, b"\0" * 512])
    db.execute("insert into numbers values ('P', 1), ('C', 1), ('S', 1)")


def test_an_update_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_registry(path).close()
    before = _fingerprint(path)

    def fail_halfway(db: Database) -> None:
        db.execute("alter table people add remark text")
        raise KeyboardInterrupt

    monkeypatch.setitem(schema.STEPS, "9999_remarks", fail_halfway)
    with pytest.raises(KeyboardInterrupt):
        opened(path)
    monkeypatch.undo()

    assert _fingerprint(path) == before
    opened(path).close()


def test_a_database_that_cannot_be_set_up_is_closed_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_registry(path).close()
    monkeypatch.setattr(file, "_SETTINGS", ("pragma is not like this",))

    with pytest.raises(sqlcipher.OperationalError):
        opened(path)


def test_another_program_may_make_a_copy_that_opens(registry: Registry, path: Path, tmp_path: Path) -> None:
    enrolled(registry)
    copy = tmp_path / "copy.countenance"
    copy.write_bytes(path.read_bytes())

    with opened(copy) as other:
        assert other.people() == registry.people()
        assert other.id == registry.id


def test_two_registries_never_share_an_identity(tmp_path: Path) -> None:
    with new_registry(tmp_path / "one") as one, new_registry(tmp_path / "two") as two:
        assert one.id != two.id


def test_a_short_passphrase_makes_no_file(path: Path) -> None:
    with pytest.raises(Exception, match="too short"):
        create_registry(path, Passphrase("short"), owner="us", tz="UTC", operator="ann")

    assert not path.exists()


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 0xFF
    path.write_bytes(content)
