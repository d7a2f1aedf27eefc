"""How long a check takes, as a multiple of only decoding the same clip in the same run.

    python3 run.py bench

The clip is made here: the demo's portrait moving over drawn backgrounds, 20 s of 1080p in MPEG-4. Both are timed in
turn, three times; the ratio of the medians is printed, with the resident memory of the child.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import av
import psutil

import models
from countenance.errors import ModelsError
from countenance.places import find_places
from countenance.wire import ExamineSettings
from detectors.demo_clip import FRAMES_PER_S, portrait_frame
from models.inventory import verify
from scan.request import examine_request
from scan.worker import DetectorWorker

SECONDS, WIDTH, HEIGHT, BITS_PER_S = 20, 1920, 1080, 8_000_000
ROUNDS = 3


def make_clip(path: Path) -> None:
    """Write the clip; its bitrate is printed with the figures."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", BITS_PER_S
        for number in range(SECONDS * FRAMES_PER_S):
            frame = av.VideoFrame.from_ndarray(portrait_frame(number / FRAMES_PER_S), format="rgb24")
            container.mux(stream.encode(frame.reformat(WIDTH, HEIGHT, "yuv420p")))
        container.mux(stream.encode(None))


def decode(path: Path) -> float:
    """Return the seconds that decoding every frame takes, with two threads."""
    started = time.perf_counter()
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        container.streams.video[0].codec_context.thread_count = 2
        for _frame in container.decode(video=0):
            pass
    return time.perf_counter() - started


def check(path: Path, worker: DetectorWorker, pack: str, store: Path) -> tuple[float, int]:
    """Return the seconds that examining takes, and the child's resident bytes at the end."""
    request = examine_request(path, models.load_pack(pack, store), store, ExamineSettings(look_for=("face",)))
    started = time.perf_counter()
    worker.examine(request)
    seconds = time.perf_counter() - started
    return seconds, psutil.Process(worker.pid).memory_info().rss


def main() -> None:
    """Print a line per pack that is installed."""
    store = find_places().models
    with tempfile.TemporaryDirectory(prefix="countenance-bench-") as folder:
        clip = Path(folder) / "clip.mp4"
        make_clip(clip)
        megabits = clip.stat().st_size * 8 / SECONDS / 1e6
        print(f"clip: {SECONDS} s, {WIDTH}x{HEIGHT}, {FRAMES_PER_S} frames/s, {megabits:.1f} Mbit/s")
        for pack in models.list_packs():
            try:
                verify(pack, store)
            except ModelsError:
                print(f"{pack}: not installed")
                continue
            with DetectorWorker() as worker:
                check(clip, worker, pack, store)  # the first one loads the models
                rounds = [(decode(clip), check(clip, worker, pack, store)) for _round in range(ROUNDS)]
            decoding = statistics.median(seconds for seconds, _checked in rounds)
            checking = statistics.median(checked[0] for _seconds, checked in rounds)
            memory = max(checked[1] for _seconds, checked in rounds) / 1e6
            print(
                f"{pack}: check / decode = {checking / decoding:.2f} ({checking:.1f} s / {decoding:.1f} s), "
                f"{SECONDS / checking:.1f} x real time, {memory:.0f} MB resident"
            )


if __name__ == "__main__":
    main()
