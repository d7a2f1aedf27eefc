"""Measures what each bound overlooks and writes it beside the other figures, for the settings to show.

    .venv/bin/python -m benchmarks._fit_misses faces|voices PACK INDEX.csv [--aliases FILE]

The material is third-party and stays outside the
repository; what is written are shares over at least five people (docs/accuracy.md, THIRD-PARTY.md).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import models
from benchmarks._pack_figures import combination_of, write_misses
from countenance.packs import MissCurve, PackCard
from countenance.places import find_places
from scan.evaluation.examiner import VOICES, Examiner
from scan.evaluation.labelled import label_vectors
from scan.evaluation.misses import miss_curve
from scan.evaluation.runs import collect_faces
from scan.evaluation.tables import Aliases, read_aliases, read_index
from scan.evaluation.voices import collect_voices, voice_scale
from scan.gallery import as_vectors
from scan.worker import DetectorWorker


def fit(options: argparse.Namespace) -> None:
    """Measure and write."""
    places = find_places()
    card = models.load_pack(options.pack, places.models)
    known = read_aliases(options.aliases)
    measure = _faces if options.what == "faces" else _voices
    found = measure(card, options.index, known, places.models)
    write_misses(combination_of(card, voices=options.what == "voices"), found)
    for rate, missed, low, high in zip(found.rates, found.missed, found.low, found.high, strict=True):
        print(f"{rate:.0e}: {missed:.4f} ({low:.4f} to {high:.4f})")
    print(f"{found.comparisons} probes of {found.people} people")


def _faces(card: PackCard, index: Path, known: Aliases, store: Path) -> MissCurve:
    with DetectorWorker() as worker:
        pictures = collect_faces(index, known, Examiner(worker, card, store, None))
    vectors = as_vectors(pictures.vectors, card.face.dimension)
    data = label_vectors(vectors, pictures.people, sorted(pictures.everybody))
    return miss_curve(data, card.face, known.doubtful)


def _voices(card: PackCard, index: Path, known: Aliases, store: Path) -> MissCurve:
    scale = voice_scale(card)
    with DetectorWorker() as worker:
        recordings = collect_voices(read_index(index), known, Examiner(worker, card, store, None, VOICES))
    # A check compares no others: too little clear speech.
    data = recordings.labelled(scale.dimension).of(np.array(recordings.judged, bool))
    return miss_curve(data, scale, known.doubtful)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("faces", "voices"))
    parser.add_argument("pack")
    parser.add_argument("index", type=Path)
    parser.add_argument("--aliases", type=Path)
    fit(parser.parse_args())
