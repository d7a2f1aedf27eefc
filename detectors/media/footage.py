"""Opens the content of a file by what it is: frames of a picture, or streams with their sound."""

from __future__ import annotations

from typing import BinaryIO

from countenance.wire import ExamineSettings, FailureCode
from detectors.failure import MediaFailure
from detectors.media.decoded import Footage
from detectors.media.pictures import PictureFootage
from detectors.media.progress import OnProgress
from detectors.media.sniffing import Container, Reading
from detectors.media.sounds import Listen
from detectors.media.streams import StreamFootage


def open_footage(
    source: BinaryIO, container: Container, settings: ExamineSettings, on_progress: OnProgress, listen: Listen | None
) -> Footage:
    """Return the opened content.

    Args:
        source: the file, open for reading and seekable.
        container: what it is, as sniffed.
        settings: pixel cap and threads.
        on_progress: called often while reading.
        listen: gives an ear to sound streams; None where nobody listens.

    Raises:
        MediaFailure: it cannot be opened.
    """
    if container.reading is Reading.STREAMS:
        return StreamFootage(source, container, settings, on_progress, listen)
    try:
        return PictureFootage(source, container, settings, on_progress)
    except MediaFailure as failure:
        if container.name != "avif" or failure.code is not FailureCode.DAMAGED:
            raise
        # Pillow insists on properties that libav does without.
        return StreamFootage(source, Container("avif", Reading.STREAMS, "mov"), settings, on_progress, listen)
