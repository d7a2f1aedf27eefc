"""Makes dialogues with known turns, for `countenance evaluate diarisation OUT/mixtures.csv`.

    .venv/bin/python -m benchmarks._make_mixtures INDEX.csv OUT [--speakers 2] [--count 20] [--music FILE --snr 10]
        [--overlap 0.2] [--seconds 45] [--seed 0]

INDEX.csv has the columns `file, speaker`. OUT gets a WAV and an RTTM file for each dialogue, and the table.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from countenance.observations import Turn
from scan.evaluation.tables import read_index
from scan.evaluation.turns import write_rttm

LEAST_SPEECH_S = 3.0
"""Recordings whose table says less speech are left out: no turn of two seconds could be cut from them."""


def make(options: argparse.Namespace) -> None:
    """Write the dialogues."""
    recordings: dict[str, list[str]] = {}
    for item in read_index(options.index):
        if not item.speech_s < LEAST_SPEECH_S:  # a table may say nothing
            recordings.setdefault(item.identity, []).append(str(item.path.absolute()))
    people, rng = sorted(recordings), np.random.default_rng(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with subprocess.Popen(
        [sys.executable, "-m", "detectors.mixtures"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for number in range(options.count):
            name = f"mixture_{options.speakers}_{number:02d}"
            chosen = rng.choice(people, options.speakers, replace=False).tolist()
            order = {
                "out": str(options.out / f"{name}.wav"),
                "speakers": {person: recordings[person] for person in chosen},
                "seconds": options.seconds,
                "music": str(options.music.absolute()) if options.music else "",
                "snr_db": options.snr,
                "overlap": options.overlap,
                "seed": int(rng.integers(2**31)),
            }
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.flush()
            turns: dict[str, list[Turn]] = {}
            for person, start_s, end_s in json.loads(child.stdout.readline()):
                turns.setdefault(person, []).append(Turn(start_s=start_s, end_s=end_s))
            write_rttm(options.out / f"{name}.rttm", name, turns)
            rows.append((f"{name}.wav", f"{name}.rttm"))
        child.stdin.close()
    with (options.out / "mixtures.csv").open("w", newline="", encoding="utf-8") as table:
        csv.writer(table).writerows([("file", "rttm"), *rows])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--speakers", type=int, default=2)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--music", type=Path)
    parser.add_argument("--snr", type=float, default=10.0)
    parser.add_argument("--overlap", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    make(parser.parse_args())
