"""The registry's file below SQL: its pages checked and decrypted one by one, those that nothing uses included.

SQLCipher 4: a page of 4,096 bytes ends in a reserve of 80, which holds the IV (16) and an HMAC-SHA512 (64) of the
encrypted body, the IV and the page's number (little-endian). The body is AES-256-CBC. The first page begins with the
file's salt instead of SQLite's magic. Sources: zetetic.net/sqlcipher/design, sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from countenance.errors import RegistryError
from registry import file
from registry.file import PAGE_BYTES, PLAIN_MAGIC
from registry.keys import KEY_BYTES, SALT_BYTES, FileKey

_IV_BYTES, _MAC_BYTES = 16, 64
BODY_BYTES = PAGE_BYTES - _IV_BYTES - _MAC_BYTES
_MAC_SALT_MASK, _MAC_ROUNDS = 0x3A, 2
# SQLite locks bytes at 1 GiB and leaves the page they are in out.
_LOCK_PAGE = 0x40000000 // PAGE_BYTES + 1
_FREE_LIST_OFFSET = 32
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_WAL_HEADER_BYTES, _WAL_FRAME_HEADER_BYTES = 32, 24
_UNTIL_THE_END = 0xFFFFFFFF
# A key that fits none of these is the wrong one.
_TRIED_PAGES = 16


class PageCipher:
    """Checks and decrypts the pages of one file.

    Args:
        key: the file's.
    """

    def __init__(self, key: FileKey) -> None:
        self._key = key.reveal()
        salt = bytes(byte ^ _MAC_SALT_MASK for byte in key.salt)
        self._mac_key = hashlib.pbkdf2_hmac("sha512", self._key, salt, _MAC_ROUNDS, KEY_BYTES)

    def is_whole(self, number: int, page: bytes) -> bool:
        """Return whether a page is, bit for bit, what was written as page `number` (from 1)."""
        kept, mac = page[_start(number) : -_MAC_BYTES], page[-_MAC_BYTES:]
        computed = hmac.digest(self._mac_key, kept + struct.pack("<I", number), "sha512")
        return len(page) == PAGE_BYTES and hmac.compare_digest(computed, mac)

    def decrypted(self, number: int, page: bytes) -> bytes:
        """Return the `BODY_BYTES` bytes that SQLite sees of a page, which must be whole."""
        iv = page[BODY_BYTES : BODY_BYTES + _IV_BYTES]
        opening = Cipher(algorithms.AES256(self._key), modes.CBC(iv)).decryptor()
        body = opening.update(page[_start(number) : BODY_BYTES]) + opening.finalize()
        return PLAIN_MAGIC + body if number == 1 else body


def each_page(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number (from 1) and the encrypted bytes of each page of a registry's file; a last one may be short."""
    source.seek(0)
    number = 0
    while page := source.read(PAGE_BYTES):
        number += 1
        if number != _LOCK_PAGE:
            yield number, page


def bad_pages(source: BinaryIO, cipher: PageCipher) -> tuple[int, tuple[int, ...]]:
    """Return how many pages a file has, and the numbers of those that are not what was written."""
    count, bad = 0, []
    for number, page in each_page(source):
        count += 1
        if not cipher.is_whole(number, page):
            bad.append(number)
    return count, tuple(bad)


def still_bad(source: BinaryIO, cipher: PageCipher, suspected: Iterable[int]) -> tuple[int, ...]:
    """Return which of some pages are not what was written, read again; those the file no longer has are none."""
    found = []
    for number in suspected:
        source.seek((number - 1) * PAGE_BYTES)
        page = source.read(PAGE_BYTES)
        if page and not cipher.is_whole(number, page):
            found.append(number)
    return tuple(found)


@contextmanager
def diagnosed(path: Path, key: FileKey) -> Iterator[None]:
    """Tell a damaged file from a wrong passphrase in what the block raises, and name the damaged pages.

    To SQLCipher, a first page that is damaged looks like any page with a wrong key; each other page vouches for it.
    """
    try:
        yield
    except RegistryError as error:
        if not error.details.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise
        with file.told(path), path.open("rb") as source:
            cipher = PageCipher(key)
            if not any(cipher.is_whole(number, page) for number, page in islice(each_page(source), _TRIED_PAGES)):
                raise
            count, bad = bad_pages(source, cipher)
        if not bad:
            raise
        raise file.damaged_pages(path, count, bad, details=error.details) from error


def free_pages(source: BinaryIO, cipher: PageCipher) -> frozenset[int]:
    """Return the numbers of the pages on the free list, which no query shows; the file must be whole."""
    found: set[int] = set()
    (trunk,) = struct.unpack_from(">I", _body(source, cipher, 1), _FREE_LIST_OFFSET)
    while trunk and trunk not in found:
        body = _body(source, cipher, trunk)
        following, leaves = struct.unpack_from(">II", body)
        found.add(trunk)
        found.update(struct.unpack_from(f">{leaves}I", body, 8))
        trunk = following
    return frozenset(found)


def journal_pages(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the encrypted bytes of each page in SQLite's rollback journal of a registry."""
    source.seek(0)
    # magic, records, nonce, pages of the database before, bytes of a sector, bytes of a page
    while len(header := source.read(28)) == 28 and header.startswith(_JOURNAL_MAGIC):
        records, _nonce, _pages, sector, _size = struct.unpack_from(">5I", header, 8)
        source.seek(sector - 28, 1)
        # Nothing, where it was not yet synced: then the records go on to the end.
        left = records or _UNTIL_THE_END
        while left and len(record := source.read(4 + PAGE_BYTES + 4)) == 4 + PAGE_BYTES + 4:
            yield struct.unpack_from(">I", record)[0], record[4 : 4 + PAGE_BYTES]
            left -= 1
        source.seek(-(-source.tell() // sector) * sector)


def log_pages(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the encrypted bytes of each page in a write-ahead log, as another program may leave it."""
    source.seek(_WAL_HEADER_BYTES)
    size = _WAL_FRAME_HEADER_BYTES + PAGE_BYTES
    while len(frame := source.read(size)) == size:
        yield struct.unpack_from(">I", frame)[0], frame[_WAL_FRAME_HEADER_BYTES:]


def _start(number: int) -> int:
    return SALT_BYTES if number == 1 else 0


def _body(source: BinaryIO, cipher: PageCipher, number: int) -> bytes:
    source.seek((number - 1) * PAGE_BYTES)
    return cipher.decrypted(number, source.read(PAGE_BYTES))
