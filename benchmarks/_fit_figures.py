"""Fits the face figures of a pack and writes them into the file of its combination of models.

    .venv/bin/python -m benchmarks._fit_figures PACK INDEX.csv ALIASES.csv CLIPS.csv [NEAREST]

NEAREST is given for packs that use a cohort. The material is third-party and stays outside the repository; what is
written are numbers over at least five people (docs/accuracy.md, THIRD-PARTY.md).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import models
from benchmarks._pack_figures import combination_of, write_figures
from countenance.packs import Cohort
from countenance.places import find_places
from scan.evaluation.clips import Enrolled, best_templates, read_clips
from scan.evaluation.examiner import Examiner
from scan.evaluation.fitting import Material, fit_figures, observe_generated
from scan.evaluation.labelled import label_vectors
from scan.evaluation.runs import collect_faces
from scan.evaluation.tables import read_aliases
from scan.gallery import as_vectors
from scan.worker import DetectorWorker


def fit(pack: str, index: Path, aliases: Path, clips: Path, nearest: int) -> None:
    """Measure and write."""
    places = find_places()
    card = models.load_pack(pack, places.models)
    scale = replace(card.face, cohort=Cohort(groups=(), nearest=nearest) if nearest else None)
    known = read_aliases(aliases)
    with DetectorWorker() as worker:
        examiner = Examiner(worker, card, places.models, None)
        pictures = collect_faces(index, known, examiner)
        rows = read_clips(clips)
        names = sorted({row.source for row in rows if row.source})
        sources = {name: Enrolled(templates=best_templates(examiner.observe(clips.parent / name))[0]) for name in names}
        generated = observe_generated(rows, examiner.observe)
    everybody = sorted(pictures.everybody)
    data = label_vectors(as_vectors(pictures.vectors, scale.dimension), pictures.people, everybody)
    material = Material(data=data, everybody=everybody, doubtful=known.doubtful, generated=generated, sources=sources)
    figures = fit_figures(material, scale)
    write_figures(
        combination_of(card),
        {"singles": figures.singles, "generated": figures.generated},
        {"cohort": (figures.cohort, scale.dimension)},
    )


if __name__ == "__main__":
    table, names, films = map(Path, sys.argv[2:5])
    fit(sys.argv[1], table, names, films, int(sys.argv[5]) if len(sys.argv) > 5 else 0)
