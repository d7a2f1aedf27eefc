"""Tells whether a clearance certificate holds, and whether a clip is the one that it is about.

This file needs nothing else of Countenance: copy it, install the packages av, pillow and cryptography, and run
`python verifier.py CERTIFICATE.pdf CLIP [--key HEX]`. It ends with 0 where both hold, with 6 where one does not, with 2
where there is nothing to compare. docs/adr/0024-clip-marks.md and 0025-clearance-certificate.md say what is hashed and
signed, and what that cannot tell.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import struct
import sys
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import av
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image, ImageOps, ImageSequence

OnProgress = Callable[[str, float, float], None]
"""Called with (step, done, total) while a file is read."""
Pieces = Iterator[tuple[bool, bytes]]
"""Parts of a packet; True marks a parameter set, which counts once wherever it stands."""

MOST_PIXELS, MOST_FRAMES, MOST_PACKETS, MOST_CERTIFICATE_BYTES = 50_000_000, 3000, 20_000_000, 4 * 1024 * 1024
HOLDS, FAILS, MISUSED = 0, 6, 2
NO_STREAMS = "neither picture nor sound is in it"

_RECORD = re.compile(rb"\(countenance-clearance-1 record=([A-Za-z0-9+/=]+) signature=([0-9a-f]{128})\)")
_BAND_ROWS, _BLOCK_BYTES = 256, 1024 * 1024
_ATTACHED = 0x0400 | 0x0800  # AV_DISPOSITION_ATTACHED_PIC, AV_DISPOSITION_TIMED_THUMBNAILS
_FORMATS = (
    "mov,matroska,webm,mpegts,mpeg,mpegvideo,ogg,flac,flv,wav,w64,aiff,avi,mp3,aac,asf,amr,caf,au,nistsphere,ivf,obu"
)
_PICTURES = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM|RIFF....WEBP|....ftyp(avif|avis)", re.DOTALL)
_ANIMATED = {"GIF", "WEBP", "PNG"}
_SEEK_TABLE, _LEB128 = re.compile(b"Xing|Info|VBRI"), re.compile(rb"[\x80-\xff]{0,7}[\x00-\x7f]")
# Sound whose packets may be cut anywhere: every frame says itself where it begins, or every sample is a piece.
_SELF_FRAMED = {"mp1", "mp2", "mp3", "ac3", "eac3", "dts", "truehd", "mlp"}
_PYTHON_ERRORS = (OSError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, RuntimeError, EOFError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_PICTURE_ERRORS = (*_PYTHON_ERRORS, *_BOMBS, struct.error, zlib.error)
_WHOLE = "SIGNATURE HOLDS: not a byte of the certificate was changed."
_BROKEN = "SIGNATURE BROKEN: the certificate was changed after it was signed; do not rely on what it says."
_ANOTHER_KEY = "ANOTHER KEY: it is not signed by the key that you named."
_ANY_KEY = "Compare the key with the one that the issuer tells you; anybody can sign with a key of their own."
_SAME_FILE = "SAME CLIP: this is the very file that was checked."
_SAME_STREAMS = "SAME CLIP: the same picture and sound, in another file than the one that was checked."
_ANOTHER_CLIP = "ANOTHER CLIP: neither the file nor the picture and sound in it are the ones checked."


def tell_nobody(_step: str, _done: float, _total: float) -> None:
    """Stand for an OnProgress where nobody waits."""


class UnreadableError(ValueError):
    """A file is no certificate of ours, or holds no picture and no sound that can be read."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says, and whether it says so still.

    Attributes:
        holds: whether the signature fits every byte of the file and the key in the record.
        public_key: Ed25519, lower-case hex.
        record: the clearance record, JSON.
    """

    holds: bool
    public_key: str
    record: bytes


def read_certificate(pdf: bytes) -> Certificate:
    """Return what a certificate says and whether its signature holds.

    Raises:
        UnreadableError: the bytes are no certificate of ours, or not one alone.
    """
    found = list(_RECORD.finditer(pdf))
    if not pdf.startswith(b"%PDF-") or len(found) != 1:
        raise UnreadableError("no clearance record is in it")
    try:
        record = base64.b64decode(found[0][1], validate=True)
        key = bytes.fromhex(json.loads(record)["public_key"])
        public_key = Ed25519PublicKey.from_public_bytes(key)
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableError("its record cannot be read") from error
    (start, end), holds = found[0].span(2), True
    try:
        public_key.verify(bytes.fromhex(found[0][2].decode()), pdf[:start] + b"0" * 128 + pdf[end:])
    except InvalidSignature:
        holds = False
    return Certificate(holds=holds, public_key=key.hex(), record=record)


def fingerprint_of(public_key: str) -> str:
    """Return the first 128 bits of a key's SHA-256 as eight groups of four digits, to be compared by eye."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def sha256_of(source: BinaryIO, on_progress: OnProgress = tell_nobody) -> str:
    """Return the hash of a whole file, lower-case hex."""
    digest, total = hashlib.sha256(), source.seek(0, 2)
    source.seek(0)
    while block := source.read(_BLOCK_BYTES):
        digest.update(block)
        on_progress("hashing", source.tell(), total)
    return digest.hexdigest()


def streams_of(source: BinaryIO, on_progress: OnProgress = tell_nobody) -> str:
    """Return the hash of the picture and sound of any file, lower-case hex; empty where reading broke off.

    Raises:
        UnreadableError: nothing in it can be read.
    """
    source.seek(0)
    is_picture = _PICTURES.match(source.read(16))
    return picture_hash(source, None, on_progress) if is_picture else packets_hash(source, None, on_progress)


def picture_hash(source: BinaryIO, format_name: str | None, on_progress: OnProgress = tell_nobody) -> str:
    """Return the hash of a picture file's pixels as displayed, size and number of frames; empty where it breaks off.

    `format_name` is what Pillow calls its format, None where that is to be found out.

    Raises:
        UnreadableError: it is damaged, or larger than is read.
    """
    digest, frames = hashlib.sha256(), 0
    try:
        with warnings.catch_warnings(action="ignore"):
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source.seek(0)
            image: Image.Image = Image.open(source, formats=None if format_name is None else (format_name,))
            still = image.format not in _ANIMATED or not getattr(image, "is_animated", False)
            for frames, _frame in enumerate([image] if still else ImageSequence.Iterator(image), 1):
                if image.width * image.height > MOST_PIXELS:
                    raise Image.DecompressionBombError("more pixels than are read")
                if frames > MOST_FRAMES:
                    return ""
                _add_pixels(digest, ImageOps.exif_transpose(image) if still else image)
                on_progress("hashing", frames, 0)
    except _PICTURE_ERRORS as error:
        if frames > 1:  # an animation that can be shown, if not to its end
            return ""
        raise UnreadableError(type(error).__name__) from error
    return _together([f"picture {frames} {digest.hexdigest()}"])


def packets_hash(source: BinaryIO, format_name: str | None, on_progress: OnProgress = tell_nobody) -> str:
    """Return the hash of a container’s coded picture and sound; empty where reading broke off or none came.

    `format_name` is what libav calls the container, None where that is to be found out.

    Raises:
        UnreadableError: it cannot be opened, or holds neither picture nor sound.
    """
    total, read_bytes = source.seek(0, 2), 0
    source.seek(0)
    nameless = cast(Any, _Nameless(source, total, on_progress))
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "", "max_pixels": str(2 * MOST_PIXELS)}
    try:
        container = av.open(nameless, format=format_name, metadata_errors="ignore", options=options, io_open=_refuse)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise UnreadableError(type(error).__name__) from error
    with container:
        told = [one for one in container.streams if one.type in {"video", "audio"} and not one.disposition & _ATTACHED]
        if not told:
            raise UnreadableError(NO_STREAMS)
        digests = {stream.index: _StreamDigest(stream) for stream in told}
        try:
            for count, packet in enumerate(container.demux(*told)):
                read_bytes += packet.size
                # Tables of a hostile file may lead to the same bytes again and again.
                if count > MOST_PACKETS or read_bytes > 4 * total + _BLOCK_BYTES:
                    return ""
                digests[packet.stream.index].add(bytes(packet))
        except (av.FFmpegError, ValueError, OSError):
            return ""
    # Where nothing came there is nothing to tell one clip from another by.
    return _together(digest.line() for digest in digests.values()) if read_bytes else ""


def main(arguments: list[str]) -> int:
    """Say in plain English whether a certificate holds for a clip, and what it says; return the exit status."""
    parser = argparse.ArgumentParser(description="Tells whether a clearance certificate holds for a clip.")
    parser.add_argument("certificate", type=Path, metavar="CERTIFICATE.pdf")
    parser.add_argument("clip", type=Path, metavar="CLIP")
    parser.add_argument("--key", default="", metavar="HEX", help="the key, or its fingerprint, that must have signed")
    given = parser.parse_args(arguments)
    av.logging.set_level(None)
    try:
        with given.certificate.open("rb") as source:
            certificate = read_certificate(source.read(MOST_CERTIFICATE_BYTES + 1))
        record = json.loads(certificate.record)
        with given.clip.open("rb") as source:
            told = [_compared(source, record["clip"]["mark"]), *_lines(record)]
    except (OSError, ValueError, LookupError, TypeError) as error:
        print(f"This cannot be verified: {error}", file=sys.stderr)
        return MISUSED
    wanted = re.sub(r"[\s:]", "", given.key).lower()
    fingerprint = fingerprint_of(certificate.public_key)
    trusted = not wanted or wanted in {certificate.public_key, fingerprint.replace(" ", "")}
    signed = f"{_WHOLE if certificate.holds else _BROKEN}\nKey: {fingerprint} ({certificate.public_key})"
    print(signed, *([_ANOTHER_KEY] if not trusted else [] if wanted else [_ANY_KEY]), sep="\n")
    for line in told:
        print("".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line))
    return HOLDS if certificate.holds and trusted and told[0] != _ANOTHER_CLIP else FAILS


def _compared(source: BinaryIO, mark: dict[str, str]) -> str:
    if sha256_of(source) == mark["sha256"]:
        return _SAME_FILE
    return _SAME_STREAMS if streams_of(source) == mark["streams"] != "" else _ANOTHER_CLIP


def _lines(record: dict[str, Any]) -> list[str]:
    return [
        f"Check {record['check']} of {record['created']} by {record['program']}",
        f"Registry of {record['owner']}, {record['registry']}, revision {record['registry_revision']}",
        f"Clip {record['clip']['name']}, {record['clip']['duration_s']} s",
        f"Verdict {record['verdict']}{' (INCOMPLETE)' if record['incomplete'] else ''}: {record['headline']}",
        *map(_found, record["people"]),
        *([f"Found and erased since: {record['erased']}"] if record.get("erased") else []),
    ]


def _found(one: dict[str, Any]) -> str:
    who, why = one["name"] or one["person"] or "somebody unknown", f"resting on {one['rests_on'] or 'nothing'}"
    return f"Found {who}: {one['modality']}, {one['judgement']} ({one['reason']}), {why}"


class _Nameless:
    """The file as libav sees it: bytes without a name, so that nothing can be looked up beside it."""

    def __init__(self, source: BinaryIO, total: int, on_progress: OnProgress) -> None:
        self._source, self._total, self._on_progress = source, total, on_progress
        self.seek, self.tell = source.seek, source.tell

    def read(self, length: int) -> bytes:
        self._on_progress("hashing", self._source.tell(), self._total)
        return self._source.read(length)


def _refuse(url: str, _flags: int, _options: dict[str, str]) -> object:
    raise PermissionError(f"a file asked for another one ({len(url)} characters)")


def _together(lines: Iterable[str]) -> str:
    """Streams count whatever their order in the file."""
    return hashlib.sha256("\n".join(["countenance-streams-1", *sorted(lines)]).encode()).hexdigest()


def _add_pixels(digest: Any, image: Image.Image) -> None:  # noqa: ANN401 - hashlib's object has no public type
    deep = image.mode.startswith(("I", "F"))
    digest.update(f"{image.width}x{image.height} {image.mode if deep else 'RGBA'}\n".encode())
    for top in range(0, image.height, _BAND_ROWS):
        band = image.crop((0, top, image.width, min(image.height, top + _BAND_ROWS)))
        digest.update((band if deep else band.convert("RGBA")).tobytes())


class _StreamDigest:
    """The hash of one stream's packets, in the order of decoding, without what containers add or leave out."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - PyAV's streams of each kind
        self._digest, self._kind, self._codec = hashlib.sha256(), stream.type, "unknown"
        self._shape, self._begun, extra = (0, 0), False, b""
        if (context := stream.codec_context) is not None:
            self._codec, extra = context.codec.canonical_name, bytes(context.extradata or b"")
            if self._codec == "aac" and extra:
                self._shape = _aac_shape(extra)
            elif self._kind == "audio":
                self._shape = (context.sample_rate, context.layout.nb_channels)
            else:
                self._shape = (context.width, context.height)
        self._boundless = self._codec in _SELF_FRAMED or self._codec.startswith("pcm_")
        self._split, self._sets = _splitter(self._codec, extra), set(_headers(self._codec, extra))

    def add(self, packet: bytes) -> None:
        if self._codec == "aac" and packet[:1] == b"\xff" and packet[1:2] >= b"\xf0" and len(packet) >= 7:
            self._shape = (packet[2] >> 2 & 15, (packet[2] & 1) << 2 | packet[3] >> 6)
        # The first frame of an MP3 may hold a table for seeking instead of sound.
        if self._codec == "mp3" and not self._begun and _SEEK_TABLE.search(packet[:64]):
            return
        self._begun = True
        for is_set, piece in self._split(packet):
            if is_set:
                self._sets.add(piece)
            elif piece:
                self._digest.update(piece if self._boundless else _measured(piece))

    def line(self) -> str:
        sets = hashlib.sha256(b"".join(map(_measured, sorted(self._sets)))).hexdigest()
        return f"{self._kind} {self._codec} {'x'.join(map(str, self._shape))} {sets} {self._digest.hexdigest()}"


def _measured(piece: bytes) -> bytes:
    return struct.pack(">Q", len(piece)) + piece


def _splitter(codec: str, extra: bytes) -> Callable[[bytes], Pieces]:
    if codec in {"h264", "hevc"}:
        place = 21 if codec == "hevc" else 4
        prefix = (extra[place] & 3) + 1 if extra[:1] == b"\x01" and len(extra) > place else 0
        return lambda packet: _sorted_units(codec, _units(packet, prefix))
    return {"av1": _obus, "aac": _raw_aac}.get(codec, lambda packet: iter([(False, packet)]))


def _units(packet: bytes, prefix: int) -> Iterator[bytes]:
    """NAL units (ITU-T H.264 and H.265, Annex B; ISO/IEC 14496-15), without the zeros that may trail."""
    if not prefix:
        yield from (part.rstrip(b"\0") for part in packet.split(b"\0\0\1")[1:])
    at = 0
    while prefix and at + prefix <= len(packet):
        start = at + prefix
        at = start + int.from_bytes(packet[at:start], "big")
        yield packet[start:at].rstrip(b"\0")


def _sorted_units(codec: str, units: Iterable[bytes]) -> Pieces:
    sets, passed_over = ({7, 8, 13}, {6, 9, 12}) if codec == "h264" else ({32, 33, 34}, {35, 38, 39, 40})
    for unit in units:
        kind = -1 if not unit else unit[0] & 31 if codec == "h264" else unit[0] >> 1 & 63
        if unit and kind not in passed_over:
            yield kind in sets, unit


def _headers(codec: str, extra: bytes) -> Iterator[bytes]:
    """Parameter sets that stand in the container's own place for them; AV1 has its own in every key frame."""
    if codec in {"h264", "hevc"}:
        units = _listed_units(codec, extra) if extra[:1] == b"\x01" else _units(extra, 0)
        yield from (unit for is_set, unit in _sorted_units(codec, units) if is_set)


def _listed_units(codec: str, extra: bytes) -> Iterator[bytes]:
    """The units of avcC and hvcC (ISO/IEC 14496-15, 5.3.3 and 8.3.3): lists, each unit behind two bytes of length."""
    at, head, masks = (23, 3, [0xFFFF] * sum(extra[22:23])) if codec == "hevc" else (5, 1, [31, 255])
    for mask in masks:
        count, at = int.from_bytes(extra[at : at + head], "big") & mask, at + head
        for _number in range(count):
            start = at + 2
            at = start + int.from_bytes(extra[at:start], "big")
            yield extra[start:at].rstrip(b"\0")
            if at > len(extra):
                return


def _obus(packet: bytes) -> Pieces:
    """AV1's units (AV1 Bitstream & Decoding Process Specification, 5.3), without delimiters and padding."""
    at = 0
    while at < len(packet):
        head, at = packet[at], at + 1
        kind, layer = head >> 3 & 15, b""
        if head & 4:
            layer, at = packet[at : at + 1], at + 1
        size = len(packet) - at
        if head & 2 and (stated := _LEB128.match(packet, at)):
            size, at = sum((byte & 127) << 7 * place for place, byte in enumerate(stated[0])), stated.end()
        if kind not in {2, 15}:
            yield kind == 1, bytes([kind]) + layer + packet[at : at + size]
        at += size


def _raw_aac(packet: bytes) -> Pieces:
    """AAC without the headers of ADTS (ISO/IEC 13818-7, 6.2)."""
    while len(packet) >= 7 and packet[0] == 0xFF and packet[1] >> 4 == 0xF:
        length = (packet[3] & 3) << 11 | packet[4] << 3 | packet[5] >> 5
        header = 7 if packet[1] & 1 else 9
        yield False, packet[header : max(header, length)]
        packet = packet[max(header, length) :]
    if packet:
        yield False, packet


def _aac_shape(extra: bytes) -> tuple[int, int]:
    """The index of the core's sample rate, and the channels (ISO/IEC 14496-3, 1.6.2.1), as ADTS states them too."""
    bits = int.from_bytes(extra[:8].ljust(8, b"\0"), "big")
    at = 5 if bits >> 59 != 31 else 11
    rate = bits >> (60 - at) & 15
    at += 4 if rate != 15 else 28
    return rate, bits >> (60 - at) & 15


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
