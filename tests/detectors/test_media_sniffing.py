from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.wire import FailureCode
from detectors.failure import MediaFailure
from detectors.media.claims import check_claims
from detectors.media.sniffing import sniff


def refusal(content: bytes) -> FailureCode:
    with pytest.raises(MediaFailure) as failure:
        sniff(io.BytesIO(content))
    return failure.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", FailureCode.EMPTY),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", FailureCode.LFS_POINTER),
        (b"#EXTM3U\n#EXTINF:1,\nother.mp4\n", FailureCode.PLAYLIST),
        (b"\xef\xbb\xbf#EXTM3U\nother.mp4\n", FailureCode.PLAYLIST),
        (b"\n\n  #extm3u\nother.mp4\n", FailureCode.PLAYLIST),
        ("#EXTM3U\nother.mp4\n".encode("utf-16"), FailureCode.PLAYLIST),
        (b"ffconcat version 1.0\nfile other.mp4\n", FailureCode.PLAYLIST),
        (b"file 'other.mp4'\nfile 'more.mp4'\n", FailureCode.PLAYLIST),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", FailureCode.PLAYLIST),
        (b"[playlist]\nFile1=http://example.com/a\n", FailureCode.PLAYLIST),
        (b'<?xml version="1.0"?><MPD><BaseURL>a.mp4</BaseURL></MPD>', FailureCode.PLAYLIST),
        (b"<asx version='3.0'><entry/></asx>", FailureCode.PLAYLIST),
        (b"<html><body>404</body></html>", FailureCode.TEXT),
        (b'{"error": "not found"}', FailureCode.TEXT),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", FailureCode.TEXT),
        ("笔记：明天再拍。".encode(), FailureCode.TEXT),
        (b"BM is how this note begins, and it is no bitmap", FailureCode.TEXT),
        (b"RIFFle through these words", FailureCode.TEXT),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", FailureCode.UNKNOWN_FORMAT),
        (b"\x00", FailureCode.UNKNOWN_FORMAT),
    ],
)
def test_what_is_no_clip_is_named_for_what_it_is(content, code):
    assert refusal(content) is code


def test_an_archive_is_not_opened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("clip.mp4", b"\x00" * 1000)

    assert refusal(packed.getvalue()) is FailureCode.UNKNOWN_FORMAT


@given(st.binary(max_size=400))
def test_any_bytes_get_a_container_or_a_reason(content):
    source = io.BytesIO(content)
    try:
        container = sniff(source)
    except MediaFailure:
        return
    assert source.tell() == 0
    assert container.format


@given(st.binary(max_size=600), st.sampled_from(["mp4", "wav"]))
def test_any_bytes_can_be_walked(content, name):
    source = io.BytesIO(content)
    try:
        check_claims(source, name)
    except MediaFailure:
        return
    assert source.tell() == 0


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def in_table(content: bytes) -> bytes:
    for holder in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        content = box(holder, content)
    return content


def count(number: int) -> bytes:
    return bytes(4) + number.to_bytes(4, "big")


@pytest.mark.parametrize(
    "table",
    [
        box(b"stts", count(1000) + bytes(8)),
        box(b"stco", count(2**31)),
        box(b"stsz", bytes(4) + (2**31).to_bytes(4, "big") + (30).to_bytes(4, "big")),
        box(b"stts", count(1) + (2**31).to_bytes(4, "big") + bytes(4)) + box(b"stsz", count(0) + bytes(4)),
        box(b"stts", count(1) + (1).to_bytes(4, "big") + (2**31).to_bytes(4, "big")),
    ],
)
def test_tables_that_promise_more_than_they_hold_are_not_believed(table):
    with pytest.raises(MediaFailure) as failure:
        check_claims(io.BytesIO(box(b"ftyp", b"isom") + in_table(table)), "mp4")

    assert failure.value.code is FailureCode.IMPLAUSIBLE


def test_boxes_inside_boxes_without_end_are_refused():
    content = b""
    for _ in range(60):
        content = box(b"moov", content)

    with pytest.raises(MediaFailure):
        check_claims(io.BytesIO(content), "mp4")
