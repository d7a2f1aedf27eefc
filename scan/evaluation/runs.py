"""Whole evaluations: files through the detectors, then the figures. What the detectors say is kept in memory alone."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

from countenance.errors import ClipError
from countenance.observations import Observations
from countenance.packs import ModelTask, PackCard
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.enrol import SECOND_FACE_SHARE, refusal_of
from scan.evaluation.clips import Enrolled, Trial, best_templates, evaluate_clips, origin_of, read_clips
from scan.evaluation.examiner import Examiner
from scan.evaluation.labelled import label_vectors
from scan.evaluation.recognition import Measured, judged_by, recognition_figures, require_figures, require_people
from scan.evaluation.tables import Aliases, read_aliases, read_index, read_rows
from scan.gallery import as_vectors
from scan.operating import Promise
from scan.worker import DetectorWorker

CROWD_PICTURES = 3
"""Pictures enrolled of each person of the crowd, as the program advises its users."""


class Pictures:
    """Embeddings of labelled pictures and what became of each picture."""

    def __init__(self) -> None:
        self.vectors: list[bytes] = []
        self.people: list[str] = []
        self.everybody: set[str] = set()
        self.failed: list[str] = []
        self.unclear: list[str] = []
        self.gate_rejections = 0

    def add(self, path: Path, person: str, observations: Observations) -> None:
        """Keep the largest face of a picture, unless a second one is over half as large."""
        tracks = sorted(
            (track for track in observations.tracks if track.detections),
            key=lambda track: -(track.detections[0].box.width * track.detections[0].box.height),
        )
        if not tracks:
            self.failed.append(path.name)
            return
        areas = [track.detections[0].box.width * track.detections[0].box.height for track in tracks]
        if len(tracks) > 1 and areas[1] > SECOND_FACE_SHARE * areas[0]:
            self.unclear.append(path.name)
        elif not tracks[0].embedding:
            self.failed.append(path.name)
        else:
            self.gate_rejections += refusal_of(tracks[0].detections[0]) is not None
            self.vectors.append(tracks[0].embedding)
            self.people.append(person)


def collect_faces(
    index: Path, aliases: Aliases, examiner: Examiner, on_progress: ProgressHook = ignore_progress
) -> Pictures:
    """Return the embeddings of an index or a folder of people."""
    pictures = Pictures()
    files = read_index(index)
    for number, item in enumerate(files):
        on_progress(item.path.name, number, len(files))
        person = aliases.person(item.identity)
        pictures.everybody.add(person)
        try:
            observations = examiner.observe(item.path)
        except ClipError:
            pictures.failed.append(item.path.name)
        else:
            pictures.add(item.path, person, observations)
    return pictures


def run_faces(
    index: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    aliases: Path | None = None,
    groups: Path | None = None,
    shipped: bool = False,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, object]:
    """Return the figures of `evaluate faces` as the contract names them.

    Raises:
        WrongUsageError: a table cannot be read, there are too few people, or `shipped` for a pack without figures.
    """
    started = time.monotonic()
    require_figures(card.face, shipped=shipped)
    known, scale = read_aliases(aliases), card.face
    pictures = collect_faces(index, known, Examiner(worker, card, models, cancel), on_progress)
    require_people(len(set(pictures.people)))
    data = label_vectors(as_vectors(pictures.vectors, scale.dimension), pictures.people, sorted(pictures.everybody))
    measured = Measured(data=data, scale=scale, aliases=known, shipped=shipped)
    embedder = card.model(ModelTask.FACE_EMBEDDER)
    return {
        "samples": len(pictures.people),
        "identities": len(measured.people),
        "failures_to_enrol": len(pictures.failed),
        "left_out_second_face": len(pictures.unclear),
        "gate_rejections": pictures.gate_rejections,
        **recognition_figures(measured, groups),
        "failed_files": pictures.failed,
        "pack": card.name,
        "model": f"{embedder.name} {embedder.version}" if embedder else "",
        **judged_by(measured),
        "seconds": round(time.monotonic() - started, 1),
    }


def run_clips(
    table: Path,
    crowd: Path | None,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    aliases: Path | None = None,
    promise: Promise,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, object]:
    """Return the figures of `evaluate clips` as the contract names them.

    Aliases are read from `aliases.csv` beside the crowd's index where no table is named.

    Raises:
        WrongUsageError: a table cannot be read.
        ClipError: a source picture cannot be read.
    """
    started = time.monotonic()
    if aliases is None and crowd is not None and (crowd.parent / "aliases.csv").is_file():
        aliases = crowd.parent / "aliases.csv"
    known = read_aliases(aliases)
    examiner = Examiner(worker, card, models, cancel)
    rows = read_clips(table)
    sources: dict[str, Enrolled] = {}
    refused = 0
    for name in sorted({row.source for row in rows if row.source}):
        templates, would_refuse = best_templates(examiner.observe(table.parent / name))
        refused += would_refuse
        sources[name] = Enrolled(templates=templates)
    people = enrol_crowd(crowd, known, examiner, on_progress) if crowd else {}
    trial = Trial(crowd=people, sources=sources, aliases=known, card=card, promise=promise)
    figures = evaluate_clips(rows, trial, examiner.observe, on_progress)
    return figures | {"sources_refused_by_gate": refused, "seconds": round(time.monotonic() - started, 1)}


def enrol_crowd(
    crowd: Path, aliases: Aliases, examiner: Examiner, on_progress: ProgressHook = ignore_progress
) -> dict[str, Enrolled]:
    """Return the people of a crowd, the first pictures of each that show a face; unreadable ones are left out."""
    origins = (
        {crowd.parent / row["file"]: origin_of(row) for row in read_rows(crowd, ("file",))} if crowd.is_file() else {}
    )
    templates: defaultdict[str, list[bytes]] = defaultdict(list)
    places: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    files = read_index(crowd)
    for number, item in enumerate(files):
        on_progress(item.path.name, number, len(files))
        person = aliases.person(item.identity)
        if item.path in origins:
            places[person].add(origins[item.path])
        if len(templates[person]) >= CROWD_PICTURES:
            continue
        try:
            found, _refused = best_templates(examiner.observe(item.path))
        except ClipError:
            continue
        templates[person] += found
    return {
        person: Enrolled(templates=tuple(found), origins=frozenset(places[person]))
        for person, found in templates.items()
        if found
    }
