import io
import struct
from pathlib import Path

import pytest

from countenance.errors import RegistryError
from registry import Passphrase, Registry, file, open_registry, pages
from registry.pages import PageCipher
from tests.registry.noise import drawn, noise
from tests.registry.people import consent, enrolled, opened, person


@pytest.fixture
def cipher(registry: Registry) -> PageCipher:
    assert registry._lane.key is not None
    return PageCipher(registry._lane.key)


def test_every_page_is_whole_and_reads_as_sqlite_sees_it(registry: Registry, path: Path, cipher: PageCipher) -> None:
    registry.enrol(person("Zebedee Quillfeather"), consent=consent(), samples=[drawn(1)])

    with path.open("rb") as source:
        count, bad = pages.bad_pages(source, cipher)
        bodies = [cipher.decrypted(number, page) for number, page in pages.each_page(source)]

    assert (count, bad) == (path.stat().st_size // file.PAGE_BYTES, ())
    assert {len(body) for body in bodies} == {pages.BODY_BYTES}
    assert bodies[0].startswith(b"SQLite format 3\0")
    assert any(b"Zebedee Quillfeather" in body for body in bodies)


@pytest.mark.parametrize("at", [16, 2000, 4015, 4016, 4031, 4032, 4095])
def test_a_flipped_byte_is_noticed_wherever_it_is(registry: Registry, path: Path, cipher: PageCipher, at: int) -> None:
    enrolled(registry)
    size = path.stat().st_size // file.PAGE_BYTES
    for number in (1, 2, size):
        content = bytearray(path.read_bytes())
        content[(number - 1) * file.PAGE_BYTES + at] ^= 1

        assert pages.bad_pages(io.BytesIO(content), cipher)[1] == (number,)


def test_exchanged_and_missing_parts_of_pages_are_noticed(registry: Registry, path: Path, cipher: PageCipher) -> None:
    enrolled(registry)
    content, size = path.read_bytes(), file.PAGE_BYTES

    exchanged = content[:size] + content[2 * size : 3 * size] + content[size : 2 * size] + content[3 * size :]
    assert pages.bad_pages(io.BytesIO(exchanged), cipher)[1] == (2, 3)
    assert pages.bad_pages(io.BytesIO(content[:-7]), cipher)[1] == (len(content) // size,)
    assert pages.still_bad(io.BytesIO(exchanged), cipher, (2, 4, 9999)) == (2,)


def test_pages_that_nothing_uses_are_known(registry: Registry, path: Path, cipher: PageCipher) -> None:
    registry.enrol(person(), consent=consent(), samples=[drawn(seed, 500_000) for seed in range(12)])
    with path.open("rb") as source:
        assert pages.free_pages(source, cipher) == frozenset()
    with registry._lane.change() as db:
        # More than one trunk page can list.
        db.execute("delete from sample_media")

    with path.open("rb") as source:
        free = pages.free_pages(source, cipher)
    with registry._lane.query() as db:
        assert len(free) == db.execute("pragma freelist_count").fetchone()[0] > 1100


def test_the_page_of_sqlites_lock_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    # In place of a registry of more than a gigabyte.
    monkeypatch.setattr(pages, "_LOCK_PAGE", 2)

    found = list(pages.each_page(io.BytesIO(bytes(3 * file.PAGE_BYTES))))

    assert [number for number, _page in found] == [1, 3]


def test_a_rollback_journal_is_read_page_by_page(registry: Registry, path: Path, cipher: PageCipher) -> None:
    enrolled(registry, "Zebedee Quillfeather")
    beside = path.with_name(f"{path.name}-journal")

    with registry._lane.change() as db:
        db.execute("pragma cache_size = 1")
        db.execute("pragma cache_spill = 1")
        db.execute("update people set display_name = 'Somebody Else', searchable = ''")
        db.execute("create table scratch (content blob)")
        for seed in range(40):
            db.execute("insert into scratch values (?)", [noise(seed, 9000)])
        with beside.open("rb") as source:
            found = list(pages.journal_pages(source))
        written = b"".join(cipher.decrypted(number, page) for number, page in found)

    assert all(cipher.is_whole(number, page) for number, page in found)
    assert b"Zebedee Quillfeather" in written


def test_a_journal_of_several_parts_is_read_to_its_end() -> None:
    def part(numbers: tuple[int, ...], records: int) -> bytes:
        header = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", records, 7, 9, 512, 4096)
        body = b"".join(struct.pack(">I", number) + noise(number, 4096) + b"sum!" for number in numbers)
        whole = header.ljust(512, b"\0") + body
        return whole.ljust(-(-len(whole) // 512) * 512, b"\0")

    journal = io.BytesIO(part((3, 4), 2) + part((5,), 0))
    assert [number for number, _page in pages.journal_pages(journal)] == [3, 4, 5]
    assert list(pages.journal_pages(io.BytesIO(b"zeroed: committed"))) == []


def test_a_write_ahead_log_is_read_page_by_page() -> None:
    log = bytes(32) + b"".join(struct.pack(">I", number).ljust(24, b"\0") + noise(number, 4096) for number in (7, 8))

    found = list(pages.log_pages(io.BytesIO(log + b"half a frame")))

    assert [(number, page) for number, page in found] == [(7, noise(7, 4096)), (8, noise(8, 4096))]


def test_reading_a_damaged_page_says_so(registry: Registry, path: Path) -> None:
    registry.enrol(person(), consent=consent(), samples=[drawn(1, 200_000)])
    registry.close()
    content = bytearray(path.read_bytes())
    for number in range(len(content) // file.PAGE_BYTES - 20, len(content) // file.PAGE_BYTES):
        content[number * file.PAGE_BYTES + 99] ^= 4
    path.write_bytes(content)

    with opened(path) as again:
        found = again.upkeep.audit()
        assert len(found.bad_pages) == 20
        assert "20 pages of the file are not what was written" in found.problems[0]
        assert found.problems[0].endswith(f"{found.bad_pages[-1]}.")
        with pytest.raises(RegistryError, match="is damaged"):
            again.picture("P0001", again.today())


def _flipped(path: Path, *numbers: int, at: int = 100) -> None:
    content = bytearray(path.read_bytes())
    for number in numbers:
        content[(number - 1) * file.PAGE_BYTES + at] ^= 1
    path.write_bytes(content)


def test_a_damaged_first_page_is_not_taken_for_a_wrong_passphrase(registry: Registry, path: Path) -> None:
    registry.close()
    _flipped(path, 1)
    damaged = path.read_bytes()

    with pytest.raises(RegistryError, match="of its 64 pages, page 1 is not") as caught:
        opened(path)

    assert "restore a backup" in caught.value.remedy
    assert path.read_bytes() == damaged


def test_damaged_pages_that_keep_a_registry_from_opening_are_named(registry: Registry, path: Path) -> None:
    pages_of_it = path.stat().st_size // file.PAGE_BYTES
    registry.close()
    _flipped(path, *range(2, pages_of_it + 1, 2))

    with pytest.raises(RegistryError, match=r"not what was written: 2, 4, .*40, …\."):
        opened(path)


def test_a_wrong_passphrase_and_a_first_page_without_salt_are_told_as_before(registry: Registry, path: Path) -> None:
    registry.close()
    with pytest.raises(RegistryError, match="passphrase does not open"):
        open_registry(path, Passphrase("another one altogether"), operator="ann")
    _flipped(path, 1, at=3)

    with pytest.raises(RegistryError, match="passphrase does not open"):
        opened(path)


def test_a_fault_without_a_damaged_page_is_told_as_it_is(registry: Registry, path: Path) -> None:
    assert registry._lane.key is not None
    raised = file.damaged(path, details="SQLITE_CORRUPT")

    with pytest.raises(RegistryError) as caught, pages.diagnosed(path, registry._lane.key):
        raise raised

    assert caught.value is raised


def test_a_second_name_of_the_file_is_told(registry: Registry, path: Path, tmp_path: Path) -> None:
    registry.close()
    (tmp_path / "other name").hardlink_to(path)

    told: list[str] = []
    with opened(path) as registry:
        registry.upkeep.watch(None, told.append)

    (sentence,) = told
    assert "another name as well" in sentence
