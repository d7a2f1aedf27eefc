"""`evaluate voices`: what a pack's voice recognition is worth on labelled recordings (protocol: contract.md)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ClipError, WrongUsageError
from countenance.observations import Observations, Speaker
from countenance.packs import LikenessScale, ModelTask, PackCard
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.enrol_voice import refusal_of_voice
from scan.evaluation.examiner import VOICES, Examiner
from scan.evaluation.labelled import LabelledVectors, label_vectors
from scan.evaluation.open_set import whole_open_set_figures
from scan.evaluation.recognition import Measured, judged_by, recognition_figures, require_figures, require_people
from scan.evaluation.reencoding import Reencoding, reencoded
from scan.evaluation.tables import Aliases, LabelledFile, TrialPair, read_aliases, read_index, read_trials
from scan.evaluation.verification import (
    ListedPairs,
    PooledPairs,
    all_pairs,
    crossing_pairs,
    pool,
    verification_figures,
)
from scan.gallery import Vectors, as_vectors
from scan.probes import can_be_judged
from scan.worker import DetectorWorker

LEAST_SPEECH_S = 3.0
"""Recordings with at least so much speech are told apart too: shorter ones are hard for every embedder."""


@dataclass(slots=True)
class Recordings:
    """Embeddings of labelled recordings and what became of each recording.

    Attributes:
        files, vectors, people, seconds: of the recordings in which speech was found; `seconds` as the table says.
        failed, unreadable: files without speech or unreadable, and the sentence for those of the second kind.
        judged: whether a check would compare it: enough clear speech.
        several: how many were found to hold several speakers; they are scored by the main one.
    """

    files: list[Path] = field(default_factory=list)
    vectors: list[bytes] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    judged: list[bool] = field(default_factory=list)
    everybody: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    unreadable: list[dict[str, str]] = field(default_factory=list)
    gate_rejections: int = 0
    several: int = 0

    def add(self, item: LabelledFile, person: str, observations: Observations) -> None:
        """Keep the main speaker of a recording."""
        main = main_speaker(observations)
        if main is None:
            self.failed.append(item.path.name)
            return
        self.several += len(observations.speakers) > 1
        self.gate_rejections += refusal_of_voice(main) is not None
        self.files.append(item.path)
        self.vectors.append(main.embedding)
        self.people.append(person)
        self.seconds.append(item.speech_s)
        self.judged.append(can_be_judged(main))

    def labelled(self, dimension: int) -> LabelledVectors:
        """Return the embeddings with people, folds and seconds."""
        vectors = as_vectors(self.vectors, dimension)
        return label_vectors(vectors, self.people, sorted(self.everybody), self.seconds)


def main_speaker(observations: Observations) -> Speaker | None:
    """Return the speaker with most speech of those with an embedding; None where nobody speaks."""
    speakers = [speaker for speaker in observations.speakers if speaker.embedding]
    return max(speakers, key=lambda speaker: speaker.speech_s, default=None)


def collect_voices(
    files: Sequence[LabelledFile],
    aliases: Aliases,
    examiner: Examiner,
    on_progress: ProgressHook = ignore_progress,
) -> Recordings:
    """Return the embeddings of labelled recordings."""
    recordings = Recordings()
    for number, item in enumerate(files):
        on_progress(item.path.name, number, len(files))
        person = aliases.person(item.identity)
        recordings.everybody.add(person)
        try:
            observations = examiner.observe(item.path)
        except ClipError as error:
            recordings.failed.append(item.path.name)
            recordings.unreadable.append({"file": item.path.name, "sentence": error.sentence})
        else:
            recordings.add(item, person, observations)
    return recordings


def voice_scale(card: PackCard) -> LikenessScale:
    """Return what likenesses of voices mean.

    Raises:
        WrongUsageError: the pack has no voice models.
    """
    if card.voice is None:
        raise WrongUsageError(
            _("The pack “{pack}” has no voice models.").format(pack=card.name), remedy=_("Choose another with --pack.")
        )
    return card.voice


def run_voices(
    index: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    aliases: Path | None = None,
    groups: Path | None = None,
    trials: Path | None = None,
    shipped: bool = False,
    least_s: float = LEAST_SPEECH_S,
    reencodings: Sequence[Reencoding] = (),
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, object]:
    """Return the figures of `evaluate voices` as the contract names them.

    All figures stand for all recordings; again under `at_least_…_s` for those whose table says so much speech, and
    under `judged` for those that a check would compare. `all_pairs` crosses folds (scan/evaluation/crossing.py).

    Raises:
        WrongUsageError: a table cannot be read, there are too few people, or the pack has no voices or figures.
    """
    started = time.monotonic()
    scale = voice_scale(card)
    require_figures(scale, shipped=shipped)
    known, files = read_aliases(aliases), read_index(index)
    listed = read_trials(trials) if trials else None
    examiner = Examiner(worker, card, models, cancel, VOICES)
    recordings = collect_voices(files, known, examiner, on_progress)
    require_people(len(set(recordings.people)))
    data = recordings.labelled(scale.dimension)
    measured = Measured(data=data, scale=scale, aliases=known, shipped=shipped)
    pairs = None if listed is None else _listed_pairs(listed, files, recordings)
    figures: dict[str, object] = {
        "samples": len(recordings.people),
        "identities": len(measured.people),
        "failures_to_enrol": len(recordings.failed),
        "gate_rejections": recordings.gate_rejections,
        "several_speakers": recordings.several,
        **_figures(measured, groups, pairs, least_s),
    }
    for name, chosen in _selections(recordings, data, least_s).items():
        part = Measured(data=data.of(chosen), scale=scale, aliases=known, shipped=shipped)
        figures[name] = {
            "samples": int(chosen.sum()),
            "identities": len(part.people),
            **_figures(part, groups, None if pairs is None else pairs.among(chosen), least_s),
        }
    if reencodings:
        copies = [_reencoded_figures(recordings, measured, examiner, each, on_progress) for each in reencodings]
        figures["reencoded"] = copies
    return figures | {
        "pairs": "listed" if trials else "within folds",
        "failed_files": recordings.failed,
        "unreadable": recordings.unreadable,
        **_used(card),
        **judged_by(measured),
        "seconds": round(time.monotonic() - started, 1),
    }


def _used(card: PackCard) -> dict[str, object]:
    embedder = card.model(ModelTask.VOICE_EMBEDDER)
    return {"pack": card.name, "model": f"{embedder.name} {embedder.version}" if embedder else ""}


def _selections(recordings: Recordings, data: LabelledVectors, least_s: float) -> dict[str, NDArray[np.bool_]]:
    """Return the parts of the material that figures are repeated for; a part that is everything is left out."""
    parts = {
        f"at_least_{least_s:g}_s": data.seconds >= least_s,
        "judged": np.array(recordings.judged, bool),
    }
    return {
        name: chosen
        for name, chosen in parts.items()
        if not chosen.all() and len(set(data.people[chosen].tolist())) > 1
    }


def _figures(measured: Measured, groups: Path | None, pairs: ListedPairs | None, least_s: float) -> dict[str, object]:
    data, scale, doubtful = measured.data, measured.judged_by, measured.aliases.doubtful
    known_s = least_s if np.isfinite(data.seconds).any() else None
    crossed = pairs if pairs is not None else all_pairs(data)
    pooled = crossing_pairs(data, crossed, scale, doubtful, shipped=measured.shipped)
    if pairs is not None:
        return recognition_figures(measured, groups, pooled, known_s) | _whole(measured, known_s)
    return {
        **recognition_figures(measured, groups, None, known_s),
        **_whole(measured, known_s),
        "all_pairs": _short(pooled)
        | ({"raw": _short(_raw(data, crossed, doubtful))} if scale.cohort is not None else {}),
    }


def _whole(measured: Measured, least_s: float | None) -> dict[str, object]:
    if not measured.enough:
        return {"open_set_whole": []}
    return {
        "open_set_whole": whole_open_set_figures(
            measured.data,
            measured.judged_by,
            measured.aliases.doubtful,
            shipped=measured.shipped,
            least_s=least_s,
        )
    }


def _raw(data: LabelledVectors, pairs: ListedPairs, doubtful: frozenset[frozenset[str]]) -> PooledPairs:
    scores = (data.vectors @ data.vectors.T).astype(np.float64)
    return pool(data, pairs, scores[pairs.a, pairs.b], doubtful)


def _short(pairs: PooledPairs) -> dict[str, object]:
    figures = verification_figures(pairs)
    return {name: figures[name] for name in ("genuine_pairs", "impostor_pairs", "eer", "eer_ci", "tar", "tar_ci")}


def _listed_pairs(listed: Sequence[TrialPair], files: Sequence[LabelledFile], recordings: Recordings) -> ListedPairs:
    """Return the pairs of a trial list, by row; those with a recording without speech are left out.

    Raises:
        WrongUsageError: it names files that the index does not have.
    """
    known = {item.path.resolve() for item in files}
    missing = sorted({path.name for pair in listed for path in (pair.a, pair.b) if path.resolve() not in known})
    if missing:
        raise WrongUsageError(
            _("The trial list names files that the index does not have: {files}.").format(
                files=", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            ),
            remedy=_("Paths of a trial list are relative to it."),
        )
    number = {path.resolve(): row for row, path in enumerate(recordings.files)}
    found = [
        (number[a], number[b], pair.same)
        for pair in listed
        if (a := pair.a.resolve()) in number and (b := pair.b.resolve()) in number
    ]
    a_rows, b_rows, same = (np.array([each[side] for each in found]) for side in range(3))
    return ListedPairs(a_rows.astype(np.intp), b_rows.astype(np.intp), same.astype(bool))


def _reencoded_figures(
    recordings: Recordings,
    measured: Measured,
    examiner: Examiner,
    reencoding: Reencoding,
    on_progress: ProgressHook,
) -> dict[str, object]:
    """Return what is lost where one side of each pair is re-encoded and the other is as it was recorded."""
    data = measured.data
    vectors: Vectors = data.vectors.copy()
    kept = np.zeros(len(data.people), bool)
    with reencoded(recordings.files, reencoding, examiner.cancel) as copies:
        for number, copy in enumerate(copies):
            on_progress(reencoding.name, number, len(copies))
            try:
                main = main_speaker(examiner.observe(copy))
            except ClipError:
                main = None
            if main is not None:
                vectors[number] = as_vectors([main.embedding], vectors.shape[1])[0]
                kept[number] = True
    pairs = all_pairs(data)
    both = kept[pairs.a] & kept[pairs.b]
    pairs = ListedPairs(pairs.a[both], pairs.b[both], pairs.same[both])
    before = verification_figures(_raw(data, pairs, measured.aliases.doubtful))
    scores = (data.vectors @ vectors.T).astype(np.float64)[pairs.a, pairs.b]
    after = verification_figures(pool(data, pairs, scores, measured.aliases.doubtful))
    cosines = (data.vectors * vectors).sum(axis=1)[kept]
    return {
        "encoding": reencoding.name,
        "recordings": int(kept.sum()),
        "speech_lost": int((~kept).sum()),
        "eer_before": before["eer"],
        "eer_after": after["eer"],
        **_tar_change(before["tar"], after["tar"]),
        "cosine_to_itself_median": float(np.median(cosines)) if len(cosines) else float("nan"),
    }


def _tar_change(before: object, after: object) -> dict[str, object]:
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    return {
        f"tar_{fmr}_{when}": rates[fmr]
        for fmr in ("1e-2", "1e-3")
        for when, rates in (("before", before), ("after", after))
    }
