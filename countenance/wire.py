"""What the parent and the detectors' child say to each other: MessagePack in length-prefixed frames, schema-checked.

A frame is a 4-byte little-endian length and that many bytes of one tagged message. Never pickle (ADR 0002 of the
detectors' boundary: docs/adr/).
"""

from __future__ import annotations

import struct
from enum import StrEnum
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta

from countenance.observations import Observations, Seconds
from countenance.wire_models import CPU, Embed, Embedded, ModelName, Prove, Proved

FRAME_LIMIT = 64 * 1024 * 1024
"""Largest frame accepted, in bytes: thousands of tracks with their pictures fit."""

CERTIFICATE_LIMIT = 4 * 1024 * 1024
"""Largest certificate read, in bytes: one page takes some thousand."""

PROXY_LIMIT = 64 * 1024 * 1024
"""Largest proxy of a clip, in bytes: it is held in memory for as long as the clip is shown."""

PIECE_LIMIT = 1024 * 1024
"""Largest piece of a proxy in one message, in bytes."""

MOST_PROXY_FRAMES = 500_000
"""Most frames of a proxy: four hours and a half at thirty a second."""

_LENGTH = struct.Struct("<I")
_HASH, _HASH_OR_NOTHING = r"^[0-9a-f]{64}$", r"^([0-9a-f]{64})?$"


class FailureCode(StrEnum):
    """Why a file could not be examined; the parent turns it into a sentence."""

    MISSING = "missing"
    NOT_A_FILE = "not_a_file"
    NO_PERMISSION = "no_permission"
    EMPTY = "empty"
    LFS_POINTER = "lfs_pointer"
    TEXT = "text"
    PLAYLIST = "playlist"
    UNKNOWN_FORMAT = "unknown_format"
    DAMAGED = "damaged"
    IMPLAUSIBLE = "implausible"
    NO_STREAMS = "no_streams"
    NOTHING_DECODED = "nothing_decoded"
    TOO_LARGE_PICTURE = "too_large_picture"
    TOO_MANY_STREAMS = "too_many_streams"
    UNSUPPORTED_CODEC = "unsupported_codec"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    MODELS = "models"
    PROVIDER = "provider"
    PROTOCOL = "protocol"


class ExamineSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a clip is to be examined; part of what observations are a function of.

    Attributes:
        look_for: "face", "voice"; what is asked for but has no detector is said to be not examined for that reason,
            what is not asked for as not requested.
        sample_every_s: time between two examined frames in quiet stretches.
        min_face_px: smallest face looked for, shorter side, in displayed pixels; the smallest of them are found but
            not examined.
        samples_per_track: most samples embedded per track, and kept per speaker.
        max_pixels: width x height above which a picture is refused before decoding.
        threads: for decoding and for models.
        provider: the onnxruntime execution provider that models run on.
    """

    look_for: tuple[str, ...] = ("face", "voice")
    sample_every_s: Annotated[float, Meta(gt=0, le=10)] = 0.25
    min_face_px: Annotated[int, Meta(ge=16, le=1000)] = 20
    samples_per_track: Annotated[int, Meta(ge=1, le=64)] = 6
    max_pixels: Annotated[int, Meta(ge=1)] = 50_000_000
    threads: Annotated[int, Meta(ge=1, le=64)] = 2
    provider: str = CPU


class Examine(msgspec.Struct, frozen=True, kw_only=True, tag="examine"):
    """Ask for the observations of one local file, clip or photo.

    Attributes:
        detector, face_embedder: model names, as in the catalogue of `models`.
        voice_activity, voice_embedder: model names; empty where the pack has none, then voices are not examined.
        more_face_embedders, more_voice_embedders: names of embedders whose embeddings are wanted besides: of people who
            are enrolled with another model, and are searched with that one alone.
        models: folder of the verified model files.
        dimension, voice_dimension: numbers in an embedding of a face and of a voice, which an answer must keep to; 0
            where it is not known.
        more_dimensions: the same of the further embedders, by name; who is not in it may answer in any one size.
    """

    path: str
    detector: str
    face_embedder: str
    models: str
    settings: ExamineSettings = ExamineSettings()
    dimension: Annotated[int, Meta(ge=0, le=4096)] = 0
    voice_activity: str = ""
    voice_embedder: str = ""
    voice_dimension: Annotated[int, Meta(ge=0, le=4096)] = 0
    more_face_embedders: Annotated[tuple[ModelName, ...], Meta(max_length=4)] = ()
    more_voice_embedders: Annotated[tuple[ModelName, ...], Meta(max_length=4)] = ()
    more_dimensions: Annotated[dict[ModelName, Annotated[int, Meta(ge=1, le=4096)]], Meta(max_length=8)] = {}


class SelfTest(msgspec.Struct, frozen=True, kw_only=True, tag="selftest"):
    """Ask whether a detector and an embedder together tell a known pair of pictures apart from a known other.

    The same is asked of the voice models, with synthesised voices, where they are named.
    """

    detector: str
    face_embedder: str
    models: str
    threads: int = 2
    voice_activity: str = ""
    voice_embedder: str = ""
    provider: str = CPU


class Mark(msgspec.Struct, frozen=True, kw_only=True, tag="mark"):
    """Ask what decisions about one local file are bound to."""

    path: str


class Verify(msgspec.Struct, frozen=True, kw_only=True, tag="verify"):
    """Ask whether a certificate's signature holds, and for the mark of the clip that is said to be the one.

    Attributes:
        certificate: the PDF itself: the child is handed one open file at most, and that is the clip.
        path: of the clip; empty where there is none.
    """

    certificate: Annotated[bytes, Meta(max_length=CERTIFICATE_LIMIT)]
    path: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True, tag="preview"):
    """Ask for a proxy of one local file: what the window plays in place of the file.

    Attributes:
        duration_s: how long the clip is, as its observations say; decides how large its picture can be.
        max_pixels: width x height above which a picture is refused before decoding.
        threads: for decoding and coding.
    """

    path: str
    duration_s: Seconds
    max_pixels: Annotated[int, Meta(ge=1)] = 50_000_000
    threads: Annotated[int, Meta(ge=1, le=64)] = 2


class AskFences(msgspec.Struct, frozen=True, kw_only=True, tag="ask_fences"):
    """Ask which fences the child raised around itself."""


class Fences(msgspec.Struct, frozen=True, kw_only=True, tag="fences"):
    """The fences that stand, as short English names for a diagnosis."""

    names: Annotated[tuple[Annotated[str, Meta(max_length=80)], ...], Meta(max_length=40)]


class Progress(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """Work is going on; sent at least every two seconds while the child is healthy.

    Attributes:
        step: "opening", "reading", "embedding", ….
        done, total: in the step's unit (seconds of clip when reading); total 0 when not known.
    """

    step: Annotated[str, Meta(max_length=40)]
    done: float = 0
    total: float = 0


class Observed(msgspec.Struct, frozen=True, kw_only=True, tag="observed"):
    """The last message for an `Examine` that succeeded."""

    observations: Observations


class SelfTested(msgspec.Struct, frozen=True, kw_only=True, tag="selftested"):
    """The last message for a `SelfTest`; `details` are technical."""

    passed: bool
    details: Annotated[str, Meta(max_length=2000)]


class Marked(msgspec.Struct, frozen=True, kw_only=True, tag="marked"):
    """The last message for a `Mark` that succeeded; `streams` is empty where reading broke off."""

    sha256: Annotated[str, Meta(pattern=_HASH)]
    streams: Annotated[str, Meta(pattern=_HASH_OR_NOTHING)]


class Verified(msgspec.Struct, frozen=True, kw_only=True, tag="verified"):
    """The last message for a `Verify`.

    Attributes:
        record: the clearance record in the certificate, JSON; empty where the file is no certificate of ours.
        holds: whether the signature fits every byte of the certificate.
        public_key: whose signature it says it is; Ed25519, lower-case hex.
        clip: None where none was named.
    """

    record: Annotated[bytes, Meta(max_length=CERTIFICATE_LIMIT)] = b""
    holds: bool = False
    public_key: Annotated[str, Meta(pattern=_HASH_OR_NOTHING)] = ""
    clip: Marked | None = None


class ProxyKind(StrEnum):
    """What a proxy is."""

    FILM = "film"
    SOUND = "sound"
    STILL = "still"


class Piece(msgspec.Struct, frozen=True, kw_only=True, tag="piece"):
    """The next bytes of a proxy; sent in order, before `Previewed`."""

    content: Annotated[bytes, Meta(min_length=1, max_length=PIECE_LIMIT)]


class Previewed(msgspec.Struct, frozen=True, kw_only=True, tag="previewed"):
    """The last message for a `Preview` that succeeded.

    Attributes:
        kind: film and sound are Matroska with MPEG-4 (part 2) and Opus, a still is a JPEG.
        sha256: of the whole file that the proxy was made of.
        size: bytes of all pieces together.
        duration_s: of the proxy; shorter than the clip's where not all of it fits.
        width, height: of the proxy's picture; 0 without one.
        sounds: whether there is sound in it.
        frames_ms: when each frame is shown, ascending, unsigned 32 bit little-endian: milliseconds from the clip's
            start.
    """

    kind: ProxyKind
    sha256: Annotated[str, Meta(pattern=_HASH)]
    size: Annotated[int, Meta(ge=1, le=PROXY_LIMIT)]
    duration_s: Seconds
    width: Annotated[int, Meta(ge=0, le=4096)] = 0
    height: Annotated[int, Meta(ge=0, le=4096)] = 0
    sounds: bool = False
    frames_ms: Annotated[bytes, Meta(max_length=MOST_PROXY_FRAMES * 4)] = b""


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The last message for a request that could not be done.

    Attributes:
        read_until_s: how far the clip was read before, in seconds.
        details: technical, without personal data.
    """

    code: FailureCode
    read_until_s: float = 0
    details: Annotated[str, Meta(max_length=2000)] = ""


Request = Examine | SelfTest | AskFences | Mark | Verify | Preview | Embed | Prove
Reply = Progress | Observed | SelfTested | Fences | Marked | Verified | Piece | Previewed | Embedded | Proved | Failed

_encoder = msgspec.msgpack.Encoder()
_request_decoder = msgspec.msgpack.Decoder(Request)
_reply_decoder = msgspec.msgpack.Decoder(Reply)

_NO_MESSAGE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises: msgspec passes on text that is not UTF-8 and nesting without end as Python's own errors."""


class WireError(Exception):
    """The other side sent something that is not a message."""


def write_frame(stream: BinaryIO, message: Request | Reply) -> None:
    """Write one message and flush."""
    body = _encoder.encode(message)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_request(stream: BinaryIO) -> Request | None:
    """Return the next request, or None at the end of the stream.

    Raises:
        WireError: the bytes are no request.
    """
    body = _read_body(stream)
    try:
        return None if body is None else _request_decoder.decode(body)
    except _NO_MESSAGE as error:
        raise WireError(str(error)) from error


def read_reply(stream: BinaryIO) -> Reply | None:
    """Return the next reply, or None at the end of the stream.

    Raises:
        WireError: the bytes are no reply: too long, cut off, or against the schema.
    """
    body = _read_body(stream)
    try:
        return None if body is None else _reply_decoder.decode(body)
    except _NO_MESSAGE as error:
        raise WireError(str(error)) from error


def _read_body(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise WireError("frame head cut off")
    (length,) = _LENGTH.unpack(head)
    if length > FRAME_LIMIT:
        raise WireError(f"frame of {length} bytes is over the limit")
    body = stream.read(length)
    if len(body) < length:
        raise WireError("frame cut off")
    return body
