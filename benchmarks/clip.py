"""How long a whole check takes, as a multiple of only decoding the same clip in the same run.

    python3 run.py bench clip [--rounds 5] [--long-rounds 1] [--pack NAME …]

Timed is the command `countenance check CLIP` as a person starts it: a process of its own, with its start-up, a
registry of one person that is unlocked with a key file, faces and voices, and the verdict. Beside it
`ffmpeg -i CLIP -f null -` (the program that imageio-ffmpeg brings) decodes the same clip, in turn with each pack. Both
for the clip of `benchmarks/_material.py`, 60 s of 1080p, and for ten times that. What counts is the ratio of the
medians; resident memory is the largest of what is seen every 50 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
from imageio_ffmpeg import get_ffmpeg_exe  # type: ignore[import-untyped]  # it ships no types

import models
from benchmarks._material import make_clip, repeat_clip
from countenance.errors import ModelsError
from countenance.places import find_places
from models.inventory import verify
from registry import Passphrase, create_registry
from scan.demo import enrol_portrait, make_material, propose_portrait
from scan.worker import DetectorWorker

SECONDS, LONGER = 60, 10
_LOOK_EVERY_S = 0.05
_ENDS = (0, 10, 20)  # permitted or nobody, review, blocked: the clip was checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One timed command.

    Attributes:
        seconds: from its start to its end.
        processor_s: of all its processes; 0 where the system does not tell.
        parent_mb, worker_mb: largest resident memory of the command and of its child.
    """

    seconds: float
    processor_s: float
    parent_mb: float = 0.0
    worker_mb: float = 0.0


def decode(clip: Path) -> Run:
    """Time only decoding."""
    return _timed([get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-i", str(clip), "-f", "null", "-"], (0,))


def check(clip: Path, pack: str, registry: Path, key: Path) -> Run:
    """Time the check of a clip."""
    program = [sys.executable, "-m", "countenance", "--registry", str(registry), "--key-file", str(key)]
    return _timed([*program, "--pack", pack, "--quiet", "check", str(clip), "--purpose", "education"], _ENDS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line per pack and length."""
    options = _options(arguments)
    store = find_places().models
    packs = [pack for pack in options.pack or ("recommended", "starter") if _ready(pack, store)]
    with tempfile.TemporaryDirectory(prefix="countenance-bench-") as name:
        folder = Path(name)
        clip, longer = folder / "clip.mp4", folder / "longer.mp4"
        make_clip(clip, SECONDS)
        print(f"clip: {SECONDS} s of 1920x1080 at 30 frames/s, {clip.stat().st_size * 8 / SECONDS / 1e6:.2f} Mbit/s")
        key = folder / "key"
        key.write_text("of no consequence", "utf-8")
        key.chmod(0o600)
        registries = {pack: _registry(folder / pack, pack, store) for pack in packs}
        compare(clip, registries, key, options.rounds)
        if options.long_rounds:
            repeat_clip(longer, clip, LONGER)
            print(f"the same {LONGER} times in a row:")
            compare(longer, registries, key, options.long_rounds)


def compare(clip: Path, registries: dict[str, Path], key: Path, rounds: int) -> None:
    """Print what checking a clip costs with each pack, decoding and checks in turn, `rounds` times."""
    decoded: list[Run] = []
    checked: dict[str, list[Run]] = {pack: [] for pack in registries}
    for _round in range(rounds):
        decoded.append(decode(clip))
        for pack, registry in registries.items():
            checked[pack].append(check(clip, pack, registry, key))
    base = statistics.median(run.seconds for run in decoded)
    base_processor = statistics.median(run.processor_s for run in decoded)
    print(f"decoding: {base:.1f} s, {base_processor:.1f} s of processor time")
    for pack, runs in checked.items():
        seconds = statistics.median(run.seconds for run in runs)
        processor_s = statistics.median(run.processor_s for run in runs)
        ratios = [run.seconds / beside.seconds for run, beside in zip(runs, decoded, strict=True)]
        print(
            f"{pack}: check / decode = {seconds / base:.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
            f"{seconds:.1f} s; processor time {processor_s / max(base_processor, 1e-9):.2f}; "
            f"worker {max(run.worker_mb for run in runs):.0f} MB, parent {max(run.parent_mb for run in runs):.0f} MB",
            flush=True,
        )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench clip", description="Time checking against decoding.")
    parser.add_argument("--rounds", type=int, default=5, help="of the 60 s clip")
    parser.add_argument("--long-rounds", type=int, default=1, help="of the 10 min clip; 0 leaves it out")
    parser.add_argument("--pack", action="append", help="repeat; else recommended and starter")
    return parser.parse_args(arguments)


def _ready(pack: str, store: Path) -> bool:
    try:
        verify(pack, store)
    except ModelsError:
        print(f"{pack}: not installed")
        return False
    return True


def _registry(folder: Path, pack: str, store: Path) -> Path:
    """Make a registry with the portrait's person, enrolled with a pack, and return its path."""
    folder.mkdir()
    card = models.load_pack(pack, store)
    path = folder / "bench.countenance"
    material = make_material(folder)
    with DetectorWorker() as worker:
        proposal = propose_portrait(material, worker, card, store)
    with create_registry(path, Passphrase("of no consequence"), owner="us", tz="UTC", operator="bench") as registry:
        enrol_portrait(registry, proposal, card)
    return path


def _timed(command: list[str], ends: tuple[int, ...]) -> Run:
    """Run a command to its end, watching the memory of it and of its children.

    Raises:
        CalledProcessError: it did not end as it should.
    """
    before = os.times()
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        seen, parent_bytes, worker_bytes = psutil.Process(process.pid), 0, 0
        while process.poll() is None:
            parent_bytes, worker_bytes = max(parent_bytes, _resident(seen)), max(worker_bytes, _children(seen))
            time.sleep(_LOOK_EVERY_S)
    seconds = time.perf_counter() - began
    after = os.times()
    if process.returncode not in ends:
        raise subprocess.CalledProcessError(process.returncode, command)
    processor_s = after.children_user - before.children_user + after.children_system - before.children_system
    return Run(seconds=seconds, processor_s=processor_s, parent_mb=parent_bytes / 1e6, worker_mb=worker_bytes / 1e6)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has just ended
        return 0


def _children(process: psutil.Process) -> int:
    try:
        return max((_resident(child) for child in process.children(recursive=True)), default=0)
    except psutil.Error:
        return 0


if __name__ == "__main__":
    main()
