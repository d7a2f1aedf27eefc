from __future__ import annotations

import io
import string
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from countenance.wire import FailureCode
from detectors.failure import MediaFailure

HEAD_BYTES = 64 * 1024
"""How much of the file's beginning decides what it is."""


class Reading(StrEnum):
    """Which library reads a container."""

    PICTURE = "picture"
    """Pillow: one picture or an animated one."""
    STREAMS = "streams"
    """PyAV: containers of streams."""


@dataclass(frozen=True, slots=True)
class Container:
    """What a file is, by its content.

    Attributes:
        name: short name for a report, such as "mp4".
        reading: which library reads it.
        format: that library's name of the format, given to it so that it never guesses by itself.
    """

    name: str
    reading: Reading
    format: str


_LFS = b"version https://git-lfs.github.com/spec/"
_PLAYLIST_STARTS = (
    b"#extm3u",
    b"ffconcat",
    b"[playlist]",
    b"v=0",
    b"[reference]",
    b"asf ",
    b"rtsptext",
    b"smil",
    b"file ",
)
_PLAYLIST_MARKS = (b"<asx", b"<mpd", b"<smil", b"<playlist", b"<smoothstreamingmedia", b"#ext-x-", b"#extinf")

# Magic bytes at the file's start. Containers that can name other files (playlists, scripts, SDP, MXF operational
# patterns, QuickTime reference movies without data) are not here, or have no way out: the reader refuses every
# further opening.
_STARTS: tuple[tuple[bytes, Container], ...] = (
    (b"\x89PNG\r\n\x1a\n", Container("png", Reading.PICTURE, "PNG")),
    (b"\xff\xd8\xff", Container("jpeg", Reading.PICTURE, "JPEG")),
    (b"GIF87a", Container("gif", Reading.PICTURE, "GIF")),
    (b"GIF89a", Container("gif", Reading.PICTURE, "GIF")),
    (b"II*\x00", Container("tiff", Reading.PICTURE, "TIFF")),
    (b"MM\x00*", Container("tiff", Reading.PICTURE, "TIFF")),
    (b"\x1aE\xdf\xa3", Container("matroska", Reading.STREAMS, "matroska")),
    (b"OggS", Container("ogg", Reading.STREAMS, "ogg")),
    (b"fLaC", Container("flac", Reading.STREAMS, "flac")),
    (b"FLV\x01", Container("flv", Reading.STREAMS, "flv")),
    (b"\x00\x00\x01\xba", Container("mpeg", Reading.STREAMS, "mpeg")),
    (b"\x00\x00\x01\xb3", Container("mpeg", Reading.STREAMS, "mpegvideo")),
    (b"0&\xb2u\x8ef\xcf\x11", Container("asf", Reading.STREAMS, "asf")),
    (b"#!AMR", Container("amr", Reading.STREAMS, "amr")),
    (b"caff\x00\x01", Container("caf", Reading.STREAMS, "caf")),
    (b".snd", Container("au", Reading.STREAMS, "au")),
    (b"NIST_1A", Container("sphere", Reading.STREAMS, "nistsphere")),
    (b"DKIF", Container("ivf", Reading.STREAMS, "ivf")),
    (b"riff.\x91\xcf\x11", Container("w64", Reading.STREAMS, "w64")),
)
# (kind at byte 0, type at byte 8)
_RIFF_LIKE: dict[tuple[bytes, bytes], Container] = {
    (b"RIFF", b"WAVE"): Container("wav", Reading.STREAMS, "wav"),
    (b"RIFX", b"WAVE"): Container("wav", Reading.STREAMS, "wav"),
    (b"RF64", b"WAVE"): Container("wav", Reading.STREAMS, "wav"),
    (b"BW64", b"WAVE"): Container("wav", Reading.STREAMS, "wav"),
    (b"RIFF", b"AVI "): Container("avi", Reading.STREAMS, "avi"),
    (b"RIFF", b"AVIX"): Container("avi", Reading.STREAMS, "avi"),
    (b"RIFF", b"WEBP"): Container("webp", Reading.PICTURE, "WEBP"),
    (b"FORM", b"AIFF"): Container("aiff", Reading.STREAMS, "aiff"),
    (b"FORM", b"AIFC"): Container("aiff", Reading.STREAMS, "aiff"),
}
_ISO_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp", b"moof", b"sidx", b"uuid"}
_ISO_BRANDS = {
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heic",
    b"heix": "heic",
    b"hevc": "heic",
    b"mif1": "heif",
    b"msf1": "heif",
    b"M4A ": "m4a",
    b"M4B ": "m4b",
    b"qt  ": "mov",
    b"3gp4": "3gp",
    b"3gp5": "3gp",
    b"3gp6": "3gp",
}


def sniff(source: BinaryIO) -> Container:
    """Return what the file is, decided by its first bytes alone; leaves the file at its start.

    Raises:
        MediaFailure: empty, a Git-LFS pointer, a playlist or script that names other files, text, or a format that
            is not on the list.
    """
    source.seek(0)
    head = source.read(HEAD_BYTES)
    source.seek(0)
    if not head:
        raise MediaFailure(FailureCode.EMPTY)
    found = _known_start(head) or _iso_media(head) or _transport_stream(head) or _tagged_audio(head, source)
    if found is not None:
        source.seek(0)
        return found
    raise MediaFailure(_unknown(head))


def _known_start(head: bytes) -> Container | None:
    for magic, container in _STARTS:
        if head.startswith(magic):
            if container.name == "matroska" and b"webm" in head[:64]:
                return Container("webm", Reading.STREAMS, "matroska")
            return container
    riff = _RIFF_LIKE.get((head[:4], head[8:12]))
    if riff is not None:
        return riff
    # "BM" is two letters of text as well: the header's own size field must be one that exists.
    if (
        head[:2] == b"BM"
        and len(head) >= 18
        and int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}
    ):
        return Container("bmp", Reading.PICTURE, "BMP")
    return None


def _iso_media(head: bytes) -> Container | None:
    if head[4:8] not in _ISO_FIRST_BOXES:
        return None
    brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
    name = _ISO_BRANDS.get(brand, "mp4")
    if name == "heif" and b"avif" in head[8:64]:
        name = "avif"
    if name == "avif" and brand != b"avis":
        return Container("avif", Reading.PICTURE, "AVIF")
    return Container(name, Reading.STREAMS, "mov")


def _transport_stream(head: bytes) -> Container | None:
    for packet, offset in ((188, 0), (192, 4), (204, 0)):
        marks = [head[at] == 0x47 for at in range(offset, min(len(head), offset + 8 * packet), packet)]
        if len(marks) >= 3 and all(marks):
            return Container("mpegts", Reading.STREAMS, "mpegts")
    return None


def _tagged_audio(head: bytes, source: BinaryIO) -> Container | None:
    """MPEG audio and ADTS, also behind an ID3v2 tag of the length that the tag states."""
    if head[:3] != b"ID3" or len(head) < 10:
        return _audio_frame(head)
    length = 0
    for byte in head[6:10]:
        length = length * 128 + (byte & 0x7F)
    source.seek(0, io.SEEK_END)
    if 10 + length < source.tell():
        source.seek(10 + length)
        return _audio_frame(source.read(64)) or Container("mp3", Reading.STREAMS, "mp3")
    return Container("mp3", Reading.STREAMS, "mp3")


def _audio_frame(head: bytes) -> Container | None:
    if head.startswith(b"fLaC"):
        return Container("flac", Reading.STREAMS, "flac")
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return Container("aac", Reading.STREAMS, "aac")
    # Layer I is not made any more, and its first two bytes are those of UTF-16 text.
    layer, rate = head[1] >> 1 & 3, head[2] >> 4
    return Container("mp3", Reading.STREAMS, "mp3") if layer in (1, 2) and rate not in (0, 15) else None


def _unknown(head: bytes) -> FailureCode:
    text = head
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head[2:].replace(b"\x00", b"")
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = text[:4096].lower()
    if text.startswith(_LFS):
        return FailureCode.LFS_POINTER
    if (lowered.startswith(_PLAYLIST_STARTS) and _is_text(text)) or any(mark in lowered for mark in _PLAYLIST_MARKS):
        return FailureCode.PLAYLIST
    return FailureCode.TEXT if _is_text(text) else FailureCode.UNKNOWN_FORMAT


def _is_text(head: bytes) -> bool:
    """Whether the bytes are readable text: no control characters but white space and escape, nearly all printable."""
    sample = head[:4096]
    if not sample or b"\x00" in sample:
        return False
    plain = set(string.printable.encode()) | {0x1B}
    odd = sum(1 for byte in sample if byte < 0x80 and byte not in plain)
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut in two by the sample's end is no sign of binary data.
        if error.start < len(sample) - 4 and sum(byte >= 0x80 for byte in sample) > len(sample) // 10:
            return False
    return odd <= len(sample) // 100
