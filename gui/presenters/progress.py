"""Progress in words: what is being done, how much of it, and how long it will take."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.translations import _, mark, ngettext
from reports.wording import format_count, format_time

SURE_AFTER_S = 1.5
"""Before this the time left would be a guess that jumps about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLook:
    """What a row and a page show while work goes on.

    Attributes:
        words: the step, with its numbers.
        short: the step in the few words a row has room for.
        fraction: of the whole work, 0 to 1; None where it is not known.
        left: time left in words; empty while it cannot be told.
    """

    words: str
    short: str
    fraction: float | None
    left: str = ""


class Stopwatch:
    """Turns the reports of one running check into looks; never goes backwards."""

    def __init__(self, began_s: float) -> None:
        self._began_s = began_s
        self._fraction = 0.0

    def look(self, step: str, done: float, total: float, now_s: float) -> ProgressLook:
        """Return the look for one report.

        Args:
            step: as `countenance.wire.Progress` names it; a step not known here is shown as work going on.
            done: in the step's unit.
            total: in the same unit; 0 where it is not known.
            now_s: of the same monotonic clock as `began_s`.
        """
        known = _STEPS.get(step)
        if known is None or (total <= 0 and known.end - known.start > SMALL_STEP):
            return ProgressLook(words=_step_words(step, done, total), short=_short_words(step), fraction=None)
        part = min(1.0, max(0.0, done / total)) if total > 0 else 0.0
        self._fraction = max(self._fraction, known.start + part * (known.end - known.start))
        return ProgressLook(
            words=_step_words(step, done, total),
            short=_short_words(step),
            fraction=self._fraction,
            left=self._left(now_s - self._began_s),
        )

    def _left(self, spent_s: float) -> str:
        if spent_s < SURE_AFTER_S or self._fraction < SMALL_STEP:
            return ""
        return time_left_words(spent_s * (1 - self._fraction) / self._fraction)


def time_left_words(seconds: float) -> str:
    """Return a rough time left, rounded the way people say it."""
    if seconds < 60:
        count = max(1, round(seconds))
        return ngettext("about {count} second left", "about {count} seconds left", count).format(count=count)
    count = round(seconds / 60)
    return ngettext("about {count} minute left", "about {count} minutes left", count).format(count=count)


def installing_look(step: str, done: float, total: float) -> ProgressLook:
    """Return the look of an installation, whose steps come in words and in bytes."""
    return ProgressLook(words=step, short=step, fraction=min(1.0, done / total) if total > 0 else None)


def renewing_look(step: str, done: float, total: float) -> ProgressLook:
    """Return the look of enrolling again with other models, whose steps are samples of faces, then of voices."""
    words = {
        "renewing_faces": _("Enrolling faces again"),
        "renewing_voices": _("Enrolling voices again"),
        "retiring": _("Removing what the old models made"),
    }.get(step, _("Working"))
    if total > 0:
        words = _("{what}: {done} of {total} samples").format(
            what=words, done=format_count(round(done)), total=format_count(round(total))
        )
    return ProgressLook(words=words, short=words, fraction=min(1.0, done / total) if total > 0 else None)


def measuring_look(_file: str, done: float, total: float) -> ProgressLook:
    """Return the look of measuring on one's own people, whose steps are files."""
    words = _("Measuring…")
    if total > 0:
        words = _("Measuring: {done} of {total} files").format(
            done=format_count(round(done)), total=format_count(round(total))
        )
    return ProgressLook(words=words, short=words, fraction=min(1.0, done / total) if total > 0 else None)


@dataclass(frozen=True, slots=True)
class _Step:
    start: float
    end: float
    words: str


SMALL_STEP = 0.03

# Shares of a whole check, as measured on short clips: nearly all of it is decoding, looking and listening.
_STEPS = {
    "opening": _Step(0.0, 0.02, mark("Opening the clip")),
    "reading": _Step(0.02, 0.85, mark("Going through the clip")),
    "hashing": _Step(0.85, 0.9, mark("Noting the clip’s fingerprint")),
    "embedding": _Step(0.9, 1.0, mark("Comparing faces and voices")),
}


def _step_words(step: str, done: float, total: float) -> str:
    if step == "reading" and total > 0:
        return _("Going through the clip: {done} of {total}").format(
            done=format_time(min(done, total)), total=format_time(total)
        )
    return _short_words(step)


def _short_words(step: str) -> str:
    known = _STEPS.get(step)
    return _(known.words) if known else _("Working")
