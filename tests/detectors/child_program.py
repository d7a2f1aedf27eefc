"""The real child with the real fences and reader, but without models: looks at every sampled frame and finds nobody."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from detectors.__main__ import claim_output, silence_libraries
from detectors.fences import raise_fences


def main() -> int:
    replies = claim_output()
    fences = raise_fences(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    from countenance.observations import Observations
    from detectors.channel import Requests
    from detectors.media.reader import open_clip
    from detectors.service import Service

    def examine(request, source, on_progress):
        print("a library that talks too much")
        with open_clip(source, request.settings, on_progress) as reader:
            for frame in reader.frames():
                frame.small(640)
            return Observations(
                clip=reader.clip(),
                picture=reader.picture_coverage(),
                sound=reader.sound_coverage(),
                cuts_s=reader.cuts_s,
                tracks=(),
                models=(),
                seconds=reader.seconds,
            )

    silence_libraries()
    with os.fdopen(replies, "wb") as stream:
        return Service(Requests(), stream, fences, examine).run()


if __name__ == "__main__":
    sys.exit(main())
