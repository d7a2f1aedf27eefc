"""Copies of sound files in a lossy coding, made by a child process into a folder that is gone afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import CountenanceError, WrongUsageError
from countenance.translations import _
from countenance.work import CancelToken
from scan.child import child_environment

ENDINGS = {"aac": ".m4a", "opus": ".ogg"}


@dataclass(frozen=True, slots=True)
class Reencoding:
    """A coding and its rate."""

    codec: str
    bits_per_s: int

    @property
    def name(self) -> str:
        """Such as "aac:64k"."""
        return f"{self.codec}:{self.bits_per_s // 1000}k"


def read_reencodings(text: str) -> tuple[Reencoding, ...]:
    """Return the codings of a list such as "aac:64k,opus:24k".

    Raises:
        WrongUsageError: it is no such list.
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        codec, _colon, rate = part.partition(":")
        number = rate.removesuffix("k")
        if codec not in ENDINGS or not (number.isascii() and number.isdigit() and 6 <= int(number) <= 512):
            raise WrongUsageError(
                _("“{value}” is no coding of sound.").format(value=part),
                remedy=_("Name {codecs}, a colon and kilobits a second, such as {example}.").format(
                    codecs=", ".join(ENDINGS), example="aac:64k,opus:24k"
                ),
            )
        found.append(Reencoding(codec, int(number) * 1000))
    return tuple(found)


@contextmanager
def reencoded(files: Sequence[Path], reencoding: Reencoding, cancel: CancelToken) -> Iterator[list[Path]]:
    """Give the paths of re-encoded copies, in order; where one could not be made, its path names no file.

    Raises:
        CountenanceError: the child that makes them ended early.
        CancelledError: the user stopped it.
    """
    with tempfile.TemporaryDirectory(prefix="countenance-") as folder:
        copies = [Path(folder) / f"{number}{ENDINGS[reencoding.codec]}" for number in range(len(files))]
        _make(files, copies, reencoding, cancel)
        yield copies


def _make(files: Sequence[Path], copies: Sequence[Path], reencoding: Reencoding, cancel: CancelToken) -> None:
    program = [sys.executable, "-P", "-s", "-B", "-m", "detectors.reencode"]
    with subprocess.Popen(
        [*program, reencoding.codec, str(reencoding.bits_per_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            for source, target in zip(files, copies, strict=True):
                cancel.raise_if_cancelled()
                child.stdin.write(json.dumps([str(source.absolute()), str(target)]) + "\n")
                child.stdin.flush()
                if not child.stdout.readline():
                    raise _ended_early()
        except BrokenPipeError as error:
            raise _ended_early() from error
        finally:
            child.kill()


def _ended_early() -> CountenanceError:
    return CountenanceError(
        _("Recordings could not be re-encoded."), remedy=_("Is there room on the disk? countenance doctor tells more.")
    )
