"""Who spoke when, as RTTM files say it, and the diarisation error rate between two such accounts.

RTTM: NIST, "The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan", appendix A. The error rate is
the share of reference speech that is missed, invented or given to the wrong speaker, under the best one-to-one
mapping of speakers; no collar, and overlapped speech counts for each of its speakers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countenance.errors import WrongUsageError
from countenance.observations import Turn
from countenance.translations import _

Turns = Mapping[str, Sequence[Turn]]
"""Speaker to turns; a speaker's own turns may touch or overlap, and count once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarisationError:
    """Seconds of reference speech, and of what is wrong; speech of two at once counts twice.

    Attributes:
        reference_s: speech to be found.
        missed_s: speech where fewer speakers were found than speak.
        false_alarm_s: found where more speakers were found than speak.
        confusion_s: given to the wrong speaker.
    """

    reference_s: float
    missed_s: float
    false_alarm_s: float
    confusion_s: float

    @property
    def rate(self) -> float:
        """The diarisation error rate; not a number without reference speech."""
        wrong = self.missed_s + self.false_alarm_s + self.confusion_s
        return wrong / self.reference_s if self.reference_s > 0 else math.nan

    def __add__(self, other: DiarisationError) -> DiarisationError:
        """Return both together."""
        return DiarisationError(
            reference_s=self.reference_s + other.reference_s,
            missed_s=self.missed_s + other.missed_s,
            false_alarm_s=self.false_alarm_s + other.false_alarm_s,
            confusion_s=self.confusion_s + other.confusion_s,
        )


NO_SPEECH = DiarisationError(reference_s=0.0, missed_s=0.0, false_alarm_s=0.0, confusion_s=0.0)


def diarisation_error(reference: Turns, found: Turns, until_s: float = math.inf) -> DiarisationError:
    """Return the error of `found`; nothing after `until_s` counts on either side."""
    edges = _edges(reference, found, until_s)
    if len(edges) < 2:
        return NO_SPEECH
    lengths = np.diff(edges)
    truth, guess = _speaking(reference, edges), _speaking(found, edges)
    true_count, found_count = truth.sum(axis=0), guess.sum(axis=0)
    together = (truth * lengths) @ guess.T.astype(np.float64)
    # Loading it takes a third of a second, which no other command needs.
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(together, maximize=True)
    right_s = float(together[rows, columns].sum())
    return DiarisationError(
        reference_s=float((lengths * true_count).sum()),
        missed_s=float((lengths * np.maximum(0, true_count - found_count)).sum()),
        false_alarm_s=float((lengths * np.maximum(0, found_count - true_count)).sum()),
        confusion_s=max(0.0, float((lengths * np.minimum(true_count, found_count)).sum()) - right_s),
    )


def read_rttm(file: Path) -> dict[str, list[Turn]]:
    """Return the turns of an RTTM file by speaker; lines that are no SPEAKER lines are passed over.

    Raises:
        WrongUsageError: it cannot be read, a SPEAKER line is cut off or has no times, or it speaks of several files.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsageError(
            _("The turns in “{name}” cannot be read.").format(name=file.name),
            remedy=_("Give a UTF-8 file in the RTTM format."),
            details=str(error),
        ) from error
    turns: dict[str, list[Turn]] = {}
    recordings = set()
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        start_s, length_s = _times(fields)
        if start_s is None or length_s is None:
            raise WrongUsageError(
                _("Line {line} of “{name}” is no turn.").format(line=number, name=file.name),
                remedy=_("A turn reads: SPEAKER, recording, channel, start, duration, two fields, speaker."),
            )
        recordings.add(fields[1])
        if length_s > 0:
            turns.setdefault(fields[7], []).append(Turn(start_s=start_s, end_s=start_s + length_s))
    if len(recordings) > 1:
        raise WrongUsageError(
            _("“{name}” holds the turns of {count} recordings.").format(name=file.name, count=len(recordings)),
            remedy=_("Give one RTTM file per recording."),
        )
    return turns


def write_rttm(file: Path, recording: str, turns: Turns) -> None:
    """Write turns in order of time; `recording` and speakers must be without blanks."""
    lines = sorted((turn.start_s, turn.end_s, name) for name, mine in turns.items() for turn in mine)
    text = "".join(
        f"SPEAKER {recording} 1 {start_s:.3f} {end_s - start_s:.3f} <NA> <NA> {name} <NA> <NA>\n"
        for start_s, end_s, name in lines
    )
    file.write_text(text, "utf-8")


def _times(fields: Sequence[str]) -> tuple[float | None, float | None]:
    try:
        start_s, length_s = float(fields[3]), float(fields[4])
    except (IndexError, ValueError):
        return None, None
    sound = len(fields) > 7 and math.isfinite(start_s) and math.isfinite(length_s) and start_s >= 0 and length_s >= 0
    return (start_s, length_s) if sound else (None, None)


def _edges(reference: Turns, found: Turns, until_s: float) -> NDArray[np.float64]:
    times = {
        min(time_s, until_s)
        for account in (reference, found)
        for turns in account.values()
        for turn in turns
        for time_s in (turn.start_s, turn.end_s)
    }
    return np.array(sorted(times))


def _speaking(account: Turns, edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return who speaks between each two edges, (speakers, edges - 1), 0 or 1."""
    table = np.zeros((len(account), len(edges) - 1), np.intp)
    for row, turns in zip(table, account.values(), strict=True):
        for turn in turns:
            row[np.searchsorted(edges, turn.start_s) : np.searchsorted(edges, turn.end_s)] = 1
    return table
