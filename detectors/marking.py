"""Answers what a clip's decisions are bound to, and whether a certificate holds, by the functions of the verifier."""

from __future__ import annotations

from typing import BinaryIO

from countenance.wire import FailureCode, Marked, Verified, Verify
from detectors import verifier
from detectors.channel import Requests
from detectors.failure import MediaFailure
from detectors.media.claims import check_chunks, check_claims
from detectors.media.progress import OnProgress
from detectors.media.sniffing import Reading, sniff

_CODES = {
    "DecompressionBombError": FailureCode.TOO_LARGE_PICTURE,
    "DecompressionBombWarning": FailureCode.TOO_LARGE_PICTURE,
    verifier.NO_STREAMS: FailureCode.NO_STREAMS,
}


def mark(source: BinaryIO, on_progress: OnProgress) -> Marked:
    """Return what decisions about a file are bound to.

    Raises:
        MediaFailure: it is nothing that is examined here.
    """
    # The same doors as before an examination: what is refused there gets no mark either.
    container = sniff(source)
    if container.reading is Reading.STREAMS:
        check_claims(source, container.name)
    elif container.name == "png":
        check_chunks(source)
    read = verifier.packets_hash if container.reading is Reading.STREAMS else verifier.picture_hash
    try:
        streams = read(source, container.format, on_progress)
    except verifier.UnreadableError as error:
        raise MediaFailure(_CODES.get(str(error), FailureCode.DAMAGED), str(error)) from error
    return Marked(sha256=verifier.sha256_of(source, on_progress), streams=streams)


def verify(request: Verify, requests: Requests, on_progress: OnProgress) -> Verified:
    """Return what a certificate says, whether it holds, and the mark of the clip that came along.

    Raises:
        MediaFailure: the clip is nothing that is examined here.
    """
    clip = None
    if request.path or requests.has_clip:
        with requests.clip(request.path) as source:
            clip = mark(source, on_progress)
    try:
        certificate = verifier.read_certificate(request.certificate)
    except verifier.UnreadableError:
        return Verified(clip=clip)
    return Verified(record=certificate.record, holds=certificate.holds, public_key=certificate.public_key, clip=clip)
