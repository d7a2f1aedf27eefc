"""How long changing the models of a whole agency takes, and that killing it in the middle changes nothing in the end.

    python3 run.py bench switching [--people 5000] [--kills 5] [--from starter] [--to recommended]

Made is a real encrypted registry of people with one picture each: the free portrait, varied. It is changed twice with
`countenance models use`: once unbroken, once killed (SIGKILL) at random moments and begun again until it ends. The two
must hold the same templates, bit by bit, and both journals must hold.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from benchmarks._agency import enrol_agency, portraits
from countenance.places import find_places
from models import load_pack
from registry import Passphrase, Registry, create_registry, open_registry
from scan.worker import DetectorWorker

WORDS = "of no consequence"
PASSPHRASE = Passphrase(WORDS)


@dataclass(frozen=True, slots=True)
class Run:
    """What one start of the command came to; `code` is None where it was killed."""

    seconds: float
    code: int | None
    parent_mb: float
    child_mb: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each figure as it is measured; end with an error where the two registries differ."""
    options = _options(arguments)
    store, chance = find_places().models, random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="countenance-bench-") as name:
        folder = Path(name)
        made = folder / "agency.countenance"
        began = time.perf_counter()
        pictures = list(portraits(options.people))
        with (
            create_registry(made, PASSPHRASE, owner="us", tz="UTC", operator="bench") as registry,
            DetectorWorker() as worker,
        ):
            enrol_agency(registry, pictures, load_pack(options.old, store), worker, models=store)
        size = sum(map(len, pictures)) / len(pictures) / 1e3
        print(f"{options.people} people enrolled with {options.old} in {time.perf_counter() - began:.0f} s; "
              f"pictures of {size:.0f} kB, {made.stat().st_size / 1e6:.0f} MB", flush=True)  # fmt: skip
        whole, broken = (Path(shutil.copy(made, folder / f"{kind}.countenance")) for kind in ("whole", "broken"))
        unbroken = switch(whole, folder / "home-whole", store, options)
        assert unbroken.code == 0, unbroken
        each_ms = 1e3 * unbroken.seconds / options.people
        memory = f"{unbroken.parent_mb:.0f} MB in the parent, {unbroken.child_mb:.0f} MB in the child"
        print(f"to {options.new}, unbroken: {unbroken.seconds:.0f} s, {each_ms:.1f} ms a sample; {memory}", flush=True)
        runs = []
        for number in range(options.kills):
            share = unbroken.seconds / (options.kills + 1)
            run = switch(broken, folder / "home-broken", store, options, kill_s=chance.uniform(0.3, 1.7) * share)
            runs.append(run)
            with open_registry(broken, PASSPHRASE, operator="bench") as registry:
                done, holds = len(templates(registry)), registry.upkeep.audit().holds
            print(f"  killed after {run.seconds:.1f} s: {done} templates, the registry "
                  f"{'holds' if holds else 'DOES NOT HOLD'}", flush=True)  # fmt: skip
            assert holds, number
        runs.append(switch(broken, folder / "home-broken", store, options))
        assert runs[-1].code == 0, runs[-1]
        total = sum(run.seconds for run in runs)
        print(f"killed {sum(run.code is None for run in runs)} times: {total:.0f} s in all, "
              f"{total / unbroken.seconds:.2f} of unbroken", flush=True)  # fmt: skip
        with (
            open_registry(whole, PASSPHRASE, operator="bench") as one,
            open_registry(broken, PASSPHRASE, operator="bench") as other,
        ):
            first, second = templates(one), templates(other)
            assert one.upkeep.audit().holds
            assert other.upkeep.audit().holds
        print(f"{len(first)} templates each; {'the same' if first == second else 'THEY DIFFER'}")
        if first != second or len(first) != options.people:
            sys.exit(1)


def switch(registry: Path, home: Path, store: Path, options: argparse.Namespace, kill_s: float | None = None) -> Run:
    """Run the command, and kill it after so many seconds where it has not ended by then."""
    environment = {**os.environ, "COUNTENANCE_HOME": str(home), "COUNTENANCE_MODELS": str(store),
                   "COUNTENANCE_PASSPHRASE": WORDS, "COUNTENANCE_OPERATOR": "bench"}  # fmt: skip
    words = ["--pack", options.old] if options.old != "starter" else []
    command = [sys.executable, "-m", "countenance", "--registry", str(registry), *words, "models", "use", options.new]
    began = time.perf_counter()
    running = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    watched = psutil.Process(running.pid)
    parent = child = 0.0
    while running.poll() is None:
        try:
            parent = max(parent, watched.memory_info().rss / 1e6)
            child = max([child, *(one.memory_info().rss / 1e6 for one in watched.children())])
        except psutil.Error:  # it ends just now
            pass
        if kill_s is not None and time.perf_counter() - began >= kill_s:
            running.send_signal(signal.SIGKILL)
            running.wait()
            return Run(time.perf_counter() - began, None, parent, child)
        time.sleep(0.05)
    return Run(time.perf_counter() - began, running.returncode, parent, child)


def templates(registry: Registry) -> frozenset[tuple[str, str, str, str]]:
    """Return every template: its sample, what it was made from, its binding, and the hash of its numbers."""
    with registry._lane.query() as db:
        rows = db.execute("select sample, modality, binding, vector from templates").fetchall()
    return frozenset((row[0], row[1], row[2], hashlib.sha256(row[3]).hexdigest()) for row in rows)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--from", dest="old", default="starter")
    parser.add_argument("--to", dest="new", default="recommended")
    parser.add_argument("--seed", type=int, default=16)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
