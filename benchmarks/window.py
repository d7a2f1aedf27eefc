"""How long the window keeps anybody waiting: from start to usable, while a hundred clips are checked, in long lists.

    python3 run.py bench window [--only start scan rows people] [--clips 100] [--rows 10000] [--people 5000]

Each part is a process of its own, without a screen (Qt's platform `offscreen`; it paints all the same).

- `start`: from starting the program's own entry point to a window that is painted and may be used, its models verified;
  warm, unlocking excluded. Beside it, in turn, a process that does nothing but import PySide6's widgets.
- `scan`: real clips, the real detectors, the starter pack; a user leafs, scrolls and searches all the while. Timed is
  how long the window's thread does not answer, by the clock and by what it was at work for; each handler that kept it
  is named with its lines.
- `rows`: so many files dropped at once; then scrolled, searched, and 1,500 of them checked by a stand-in.
- `people`: the registry's room of an agency, until its first screen is painted; then scrolled and searched.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from countenance.places import find_places

PARTS = ("start", "scan", "rows", "people")
START_BAR_S, HANDLER_BAR_MS, PEOPLE_BAR_S = 1.5, 50.0, 0.5
_ROUNDS = 7


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a few lines for each part as it is measured."""
    options = _options(arguments)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, {load:.1f} programs at work on them", flush=True)
    with tempfile.TemporaryDirectory(prefix="countenance-bench-") as name:
        home = Path(name)
        if "start" in options.only:
            started(home, options.rounds)
        if "scan" in options.only:
            scanned(home, options.clips)
        if "rows" in options.only:
            listed(home, options.rows)
        if "people" in options.only:
            entered(home, options.people)


def started(home: Path, rounds: int) -> None:
    """Print how long the window takes to be usable, and how that compares with importing PySide6."""
    imported, usable, painted = [], [], []
    for turn in range(rounds + 1):
        bare = _import_alone(home)
        told = _part("start", home, began=time.monotonic())
        if turn:  # the first is not warm
            imported.append(bare)
            usable.append(told["usable_s"])
            painted.append(told["painted_s"])
    base, whole = statistics.median(imported), statistics.median(usable)
    print(
        f"start to usable: {whole:.2f} s ({min(usable):.2f} to {max(usable):.2f}), "
        f"painted {statistics.median(painted):.2f} s; "
        f"importing PySide6 alone {base:.2f} s, ratio {whole / base:.2f}; {_held(whole, START_BAR_S, 's')}",
        flush=True,
    )


def scanned(home: Path, count: int) -> None:
    """Print what the longest handlers of a scan were."""
    from benchmarks._window_material import make_clips

    folder = home / "clips"
    what = make_clips(folder, count)
    told = _part("scan", home, folder=folder)
    print(f"scan of {count} clips, {what}: {told['done']} checked, {told['failed']} refused, {told['seconds']:.0f} s")
    tell_waits("while checking, leafing, scrolling and searching", told)
    print(f"  closed in {told['close_s']:.2f} s", flush=True)


def listed(home: Path, count: int) -> None:
    """Print how long lists hold up."""
    from benchmarks._window_material import make_files

    folder = home / "rows"
    make_files(folder, count)
    told = _part("rows", home, folder=folder)
    print(
        f"{count} rows: listed {told['added_s']:.2f} s after the drop, "
        f"{told['scroll_ms_a_step']:.1f} ms a scrolled page"
    )
    if "sift_s" in told:
        print(f"  searched: at most {1e3 * max(told['sift_s']):.0f} ms from typing to painted")
    print(f"  1,500 of them checked by a stand-in in {told['checked_1500_s']:.1f} s")
    for part in ("add", "scroll", "sift", "check"):
        if part in told:
            tell_waits(part, told[part])


def entered(home: Path, count: int) -> None:
    """Print how long the registry's room takes."""
    from benchmarks._window_material import make_agency
    from benchmarks.registry import PASSPHRASE
    from models import load_pack

    began = time.monotonic()
    make_agency(home / "agency.countenance", load_pack("starter", find_places().models), count)
    print(f"  a registry of {count} people made in {time.monotonic() - began:.0f} s", flush=True)
    told = _part("people", home, folder=home, passphrase=PASSPHRASE.reveal())
    shown = told["first_screen_s"]
    print(f"{told['people']} people: first screen after {1e3 * shown:.0f} ms; {_held(shown, PEOPLE_BAR_S, 's')}")
    if "sift_s" in told:
        print(f"  searched: at most {1e3 * max(told['sift_s']):.0f} ms from typing to painted")
    for part in ("open", "scroll", "sift"):
        if part in told:
            tell_waits(part, told[part])


def tell_waits(what: str, told: dict[str, Any]) -> None:
    """Print how long the window's thread kept anybody waiting."""
    print(
        f"  {what}: {told['beats']} heartbeats, worst {told['worst_ms']:.1f} ms "
        f"(at work {told['worst_own_ms']:.1f} ms), 99 % within {told['p99_ms']:.1f} ms, "
        f"{told['over']} over {HANDLER_BAR_MS:.0f} ms ({told['over_own']} at work); "
        f"{_held(told['worst_ms'], HANDLER_BAR_MS, 'ms')}",
        flush=True,
    )
    for one in told["worst"]:
        if one["ms"] > HANDLER_BAR_MS / 2:
            where = "; ".join(one["where"]) or "nowhere seen"
            print(f"    {one['ms']:7.1f} ms ({one['own_ms']:.1f})  {one['handler']}: {where}", flush=True)


def _held(figure: float, bar: float, unit: str) -> str:
    return f"bar {bar:g} {unit} {'holds' if figure <= bar else 'falls short'}"


def _import_alone(home: Path) -> float:
    program = "import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, time; print(time.monotonic())"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], env=_environment(home), capture_output=True, check=True, text=True
    )
    return float(done.stdout) - began


def _part(
    part: str, home: Path, *, folder: Path | None = None, began: float = 0.0, passphrase: str = ""
) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks._window_parts", part, "--began", repr(began)]
    command += ["--folder", str(folder)] if folder else []
    environment = _environment(home) | ({"COUNTENANCE_PASSPHRASE": passphrase} if passphrase else {})
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTENANCE_")}
    return kept | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "qt.multimedia.*=false",
        "COUNTENANCE_HOME": str(home),
        "COUNTENANCE_MODELS": str(find_places().models),
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench window", description="Time the window.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="of starting")
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=5000)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
