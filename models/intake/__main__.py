"""The process that reads packages: a question on standard input, an answer on standard output."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import msgspec

from models.intake.answer import Answer, Question, Refused, writable
from models.intake.fences import raise_fences
from models.intake.reading import read_package
from models.intake.refusals import Refusal, RefusedError


def main() -> int:
    """Answer one question."""
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    replies = os.dup(1)
    os.dup2(2, 1)  # stray prints of libraries go nowhere
    package, target = Path(os.fsdecode(question.path)), Path(os.fsdecode(question.target))
    raise_fences(package, target)
    with os.fdopen(replies, "wb") as stream:
        stream.write(msgspec.json.encode(_answer(question, package, target)))
    return 0


def _answer(question: Question, package: Path, target: Path) -> Answer:
    keys = [bytes.fromhex(key) for key in question.public_keys]
    try:
        return read_package(package, target, datetime.fromisoformat(question.now), keys)
    except RefusedError as error:
        return Refused(why=error.why, file=writable(error.file), found=writable(error.found))
    except MemoryError:
        return Refused(why=Refusal.TOO_LARGE)
    except OSError:
        return Refused(why=Refusal.NO_ROOM)


if __name__ == "__main__":
    sys.exit(main())
