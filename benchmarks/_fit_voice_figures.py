"""Fits the voice figures of a pack and writes them into the file of its combination of models.

    .venv/bin/python -m benchmarks._fit_voice_figures PACK INDEX.csv [--aliases FILE] [--nearest COUNT]
        [--clones CLONES.csv] [--everything]

Recordings that a check would not compare (too little clear speech) are left out unless --everything is given. The
material is third-party and stays outside the repository; what is written are numbers over at least five people
(docs/accuracy.md, THIRD-PARTY.md).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

import models
from benchmarks._pack_figures import combination_of, write_figures
from countenance.packs import Cohort
from countenance.places import find_places
from scan.evaluation.clones import read_clones
from scan.evaluation.examiner import VOICES, Examiner
from scan.evaluation.fitting import fit_voice_figures
from scan.evaluation.tables import Aliases, LabelledFile, read_aliases, read_index
from scan.evaluation.voices import Recordings, collect_voices, voice_scale
from scan.worker import DetectorWorker


def fit(options: argparse.Namespace) -> None:
    """Measure and write."""
    places = find_places()
    card = models.load_pack(options.pack, places.models)
    cohort = Cohort(groups=(), nearest=options.nearest) if options.nearest else None
    scale = replace(voice_scale(card), cohort=cohort)
    known = read_aliases(options.aliases)
    with DetectorWorker() as worker:
        examiner = Examiner(worker, card, places.models, None, VOICES)
        recordings = collect_voices(read_index(options.index), known, examiner)
        clones = _collect_clones(options.clones, known, examiner, recordings) if options.clones else None
    data = recordings.labelled(scale.dimension)
    imitated = None
    if clones is not None:
        imitated = clones.labelled(scale.dimension)
    if not options.everything:
        data = data.of(np.array(recordings.judged, bool))
        imitated = imitated.of(np.array(clones.judged, bool)) if imitated is not None and clones is not None else None
    figures = fit_voice_figures(data, sorted(recordings.everybody), known.doubtful, scale, imitated)
    write_figures(
        combination_of(card, voices=True),
        {"singles": figures.singles, "generated": figures.generated},
        {"cohort": (figures.cohort, scale.dimension)},
    )
    print(f"{len(data.people)} recordings of {figures.singles.people} people, rarest rate {figures.singles.floor:.1e}")


def _collect_clones(table: Path, known: Aliases, examiner: Examiner, voices: Recordings) -> Recordings:
    rows = [row for row in read_clones(table, known) if row.target in voices.everybody]
    clones = collect_voices([LabelledFile(row.path, row.target) for row in rows], known, examiner)
    clones.everybody = voices.everybody
    return clones


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack")
    parser.add_argument("index", type=Path)
    parser.add_argument("--aliases", type=Path)
    parser.add_argument("--nearest", type=int, default=0)
    parser.add_argument("--clones", type=Path)
    parser.add_argument("--everything", action="store_true")
    fit(parser.parse_args())
