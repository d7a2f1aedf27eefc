"""Zips that somebody spoilt, or made to do harm: refused with a sentence, and nothing is left of them."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import models
from countenance.errors import ModelsError
from tests.models import hostile_zips
from tests.models.drawn_packs import BUFFALO, DETECTOR, EMBEDDER, OTHER, files_in
from tests.models.pinning import make_zip


def truncated(path: Path) -> None:
    content = make_zip(path, {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER}).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def changed(path: Path) -> None:
    content = bytearray(make_zip(path, {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER}).read_bytes())
    content[200] ^= 1
    path.write_bytes(content)


def a_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            with archive.open(f"{number}.onnx", "w") as member:
                for _piece in range(200):
                    member.write(bytes(1_000_000))


def overlapping(path: Path) -> None:
    """Write a zip whose list names one member of 2 MB three thousand times: 6 GB altogether."""
    make_zip(path, {"aaaa.onnx": bytes(2_000_000)})
    content = path.read_bytes()
    at = content.index(b"PK\1\2")
    end = content.index(b"PK\5\6")
    entries = b"".join(content[at:end].replace(b"aaaa", b"%04d" % number) for number in range(3000))
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 3000, 3000, len(entries), at, 0)
    path.write_bytes(content[:at] + entries + tail)


def a_long_list(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.onnx", b"")


def links_only(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("det_10g.onnx", "w600k_r50.onnx"):
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")


def locked(path: Path) -> None:
    content = bytearray(make_zip(path, {"det_10g.onnx": DETECTOR, "w600k_r50.onnx": EMBEDDER}).read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)


def packed_in_another_way(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("det_10g.onnx", DETECTOR)
        archive.writestr("w600k_r50.onnx", EMBEDDER)


def other_content(path: Path) -> None:
    make_zip(path, {"det_10g.onnx": OTHER, "w600k_r50.onnx": OTHER})


def two_of_one_name(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("det_10g.onnx", OTHER)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("det_10g.onnx", OTHER[::-1])


def no_zip(path: Path) -> None:
    path.write_bytes(b"PK\3\4" + OTHER)


HOSTILE: tuple[Callable[[Path], None], ...] = (
    truncated,
    changed,
    a_bomb,
    overlapping,
    a_long_list,
    links_only,
    locked,
    packed_in_another_way,
    other_content,
    two_of_one_name,
    no_zip,
)


@pytest.mark.parametrize("spoil", HOSTILE)
@pytest.mark.usefixtures("drawn_zips")
def test_a_spoilt_zip_is_refused_with_a_sentence_and_leaves_nothing(
    store: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "own.zip")
    with pytest.raises(ModelsError, match="zip") as caught:
        models.install(BUFFALO, store, source=models.local_source(tmp_path / "own.zip"))
    assert caught.value.exit_code == 5
    assert files_in(store) == set()


@pytest.mark.parametrize("name", hostile_zips.ZIPS)
@pytest.mark.usefixtures("drawn_zips")
def test_a_zip_of_two_minds_holds_nothing_of_the_catalogue(store: Path, tmp_path: Path, name: str) -> None:
    build, _told_of_packages = hostile_zips.ZIPS[name]
    (tmp_path / "own").mkdir()
    path = build(tmp_path / "own")

    with pytest.raises(ModelsError) as caught:
        models.install(BUFFALO, store, source=models.local_source(path))

    assert caught.value.exit_code == 5
    assert caught.value.sentence.endswith(".")
    assert files_in(store) == set()
