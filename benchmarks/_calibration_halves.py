"""Calibrates on half of the people and measures the promise on the other half, over several draws of halves.

    .venv/bin/python -m benchmarks._calibration_halves PACK INDEX.csv [--aliases FILE] [--draws 5] [--people 40,60]

What `countenance models calibrate` would keep is made from one half; in the other everybody with two pictures is
enrolled and everybody else is a stranger. Where the figures cannot keep what is asked for, they promise what they can.
With --people, the first half is cut to so many people; draws that a calibration refuses are left out. The pack's own
figures are not used. The material is third-party and stays outside the repository.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

import models
from countenance.errors import WrongUsageError
from countenance.packs import LikenessScale
from countenance.places import find_places
from scan.calibration import calibrate
from scan.evaluation.examiner import Examiner
from scan.evaluation.labelled import LabelledVectors, label_vectors
from scan.evaluation.open_set import whole_open_set_figures
from scan.evaluation.runs import collect_faces
from scan.evaluation.tables import Aliases, read_aliases
from scan.gallery import as_vectors
from scan.operating import Promise, operating_point
from scan.worker import DetectorWorker


def main() -> None:
    """Print a line per size and promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack")
    parser.add_argument("index", type=Path)
    parser.add_argument("--aliases", type=Path)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--people", default="0", help="sizes of the calibrated half, with commas; 0 is all of it")
    options = parser.parse_args()
    places, known = find_places(), read_aliases(options.aliases)
    card = models.load_pack(options.pack, places.models)
    with DetectorWorker() as worker:
        pictures = collect_faces(options.index, known, Examiner(worker, card, places.models, None))
    names = sorted(set(pictures.people))
    data = label_vectors(as_vectors(pictures.vectors, card.face.dimension), pictures.people, names)
    print(f"{options.pack}: {len(pictures.people)} pictures of {len(names)} people")
    for people in map(int, options.people.split(",")):
        measure(data, card.face, known, people, range(options.draws))


def measure(data: LabelledVectors, scale: LikenessScale, known: Aliases, people: int, draws: Sequence[int]) -> None:
    """Print what calibrations of so many people promise and keep, pooled over the draws."""
    rows: dict[float, list[dict[str, object]]] = {}
    cohorts, floors = [], []
    for seed in draws:
        order = np.random.default_rng(seed).permutation(np.unique(data.people))
        half = len(order) // 2
        mine = data.of(np.isin(data.people, order[: people or half]))
        theirs = data.of(np.isin(data.people, order[half:]))
        theirs = label_vectors(theirs.vectors, theirs.people.tolist(), sorted(set(theirs.people.tolist())))
        try:
            found = calibrate(mine.vectors, mine.people.tolist(), scale, known)
        except WrongUsageError:  # too few of these people have two pictures
            continue
        judged = replace(scale, singles=found.curve, generated=None, cohort=found.cohort, misses=None)
        cohorts.append(f"{found.cohort.nearest} of {len(found.cohort.groups)}" if found.cohort else "none")
        floors.append(found.curve.floor)
        for row in whole_open_set_figures(theirs, judged, known.doubtful, shipped=True):
            promise = Promise(review_fpir=float(str(row["promised_fpir"])))
            told = operating_point(judged, promise, int(float(str(row["gallery"]))), 1).review_fpir
            rows.setdefault(promise.review_fpir, []).append(row | {"told": told})
    print(
        f"calibrated on {people or 'half of the'} people: cohort {', '.join(cohorts)}; rarest 1 in {1 / floors[0]:.0f}"
    )
    for promised, found_rows in rows.items():
        measured = [float(str(row["measured_fpir"])) for row in found_rows]
        told = float(np.mean([float(str(row["told"])) for row in found_rows]))
        missed = float(np.mean([float(str(row["fnir"])) for row in found_rows]))
        gallery = float(np.mean([float(str(row["gallery"])) for row in found_rows]))
        print(
            f"  asked for {promised:.0%}, promised {told:.2%}: measured {np.mean(measured):.2%} "
            f"({min(measured):.2%} to {max(measured):.2%}), "
            f"overlooked {missed:.2%}, {gallery:.0f} enrolled"
        )


if __name__ == "__main__":
    main()
