"""The detectors as a program of its own: requests on standard input, replies on standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from countenance.wire_models import CPU
from detectors.fences import raise_fences


def main(arguments: list[str]) -> int:
    """Serve the parent.

    Args:
        arguments: the folder of the models, and the onnxruntime execution provider that they run on; or nothing.
    """
    replies = claim_output()
    provider = arguments[1] if len(arguments) > 1 else CPU
    fences = raise_fences(Path(arguments[0]) if arguments else None, provider)
    # Only now: whatever these load, they load behind the fences.
    from detectors.channel import Requests
    from detectors.faces.opening import Sessions
    from detectors.service import Service, examine_with

    silence_libraries()
    sessions = Sessions(provider)
    with os.fdopen(replies, "wb") as stream:
        return Service(Requests(), stream, fences, examine_with(sessions), sessions).run()


def claim_output() -> int:
    """Keep standard output for replies alone: return its descriptor, and let stray prints go to standard error."""
    replies = os.dup(1)
    os.dup2(2, 1)
    return replies


def silence_libraries() -> None:
    """Keep libav's comments on damaged files out of every stream."""
    import av

    av.logging.set_level(None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
