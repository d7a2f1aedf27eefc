"""`evaluate diarisation`: how well speakers are told apart, on recordings whose turns are known (contract.md)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import ClipError, WrongUsageError
from countenance.observations import Observations, Turn
from countenance.packs import PackCard
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.evaluation.examiner import VOICES, Examiner
from scan.evaluation.tables import read_rows
from scan.evaluation.turns import NO_SPEECH, DiarisationError, Turns, diarisation_error, read_rttm
from scan.evaluation.voices import voice_scale
from scan.worker import DetectorWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarisationRow:
    """A recording and its turns, which are known until `until_s`."""

    path: Path
    turns: Turns
    until_s: float


def read_recordings(table: Path) -> list[DiarisationRow]:
    """Return the rows of a table (`file, rttm`, optionally `until_s`; paths are relative to it).

    Raises:
        WrongUsageError: the table or an RTTM file cannot be read.
    """
    return [
        DiarisationRow(
            path=table.parent / row["file"],
            turns=read_rttm(table.parent / row["rttm"]),
            until_s=_until(row.get("until_s") or "", row["file"]),
        )
        for row in read_rows(table, ("file", "rttm"))
    ]


def found_turns(observations: Observations) -> dict[str, tuple[Turn, ...]]:
    """Return the turns of the speakers that were found, of the audio stream with most speech."""
    seconds: dict[int, float] = {}
    for speaker in observations.speakers:
        seconds[speaker.stream] = seconds.get(speaker.stream, 0.0) + speaker.speech_s
    if not seconds:
        return {}
    fullest = max(seconds, key=lambda stream: seconds[stream])
    return {str(speaker.id): speaker.turns for speaker in observations.speakers if speaker.stream == fullest}


def run_diarisation(
    table: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, object]:
    """Return the figures of `evaluate diarisation`: over all files, weighted by their speech, and for each.

    Raises:
        WrongUsageError: a table cannot be read, or the pack has no voice models.
    """
    started = time.monotonic()
    voice_scale(card)
    rows, examiner = read_recordings(table), Examiner(worker, card, models, cancel, VOICES)
    total, files, unreadable = NO_SPEECH, [], []
    for number, row in enumerate(rows):
        on_progress(row.path.name, number, len(rows))
        try:
            found = found_turns(examiner.observe(row.path))
        except ClipError as error:
            unreadable.append({"file": row.path.name, "sentence": error.sentence})
            continue
        wrong = diarisation_error(row.turns, found, row.until_s)
        total += wrong
        files.append(
            {"file": row.path.name, **_shares(wrong), "speakers": len(row.turns), "speakers_found": len(found)}
        )
    return {
        **_shares(total),
        "recordings": len(files),
        "right_number_of_speakers": sum(1 for one in files if one["speakers"] == one["speakers_found"]),
        "files": files,
        "unreadable": unreadable,
        "pack": card.name,
        "seconds": round(time.monotonic() - started, 1),
    }


def _shares(wrong: DiarisationError) -> dict[str, object]:
    whole = wrong.reference_s or math.nan
    return {
        "der": wrong.rate,
        "missed": wrong.missed_s / whole,
        "false_alarm": wrong.false_alarm_s / whole,
        "confusion": wrong.confusion_s / whole,
        "reference_s": round(wrong.reference_s, 3),
    }


def _until(cell: str, file: str) -> float:
    if not cell.strip():
        return math.inf
    try:
        return float(cell)
    except ValueError as error:
        raise WrongUsageError(
            _("“{value}” is no number of seconds ({file}).").format(value=cell, file=file),
            remedy=_("docs/accuracy.md describes the tables that evaluations read."),
        ) from error
