"""The timeline of a clip: one lane per person found, a bar wherever they are seen, shot cuts and a ruler."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.translations import _
from countenance.verdict import CheckResult, TimeRange
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone
from reports.wording import format_time, format_time_range, format_time_ranges

MOST_TICKS = 10
TICK_STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch of a lane, as fractions of the clip's length."""

    start: float
    end: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One person; `finding` is the index of the finding it stands for."""

    name: str
    tone: Tone
    icon: Icon
    finding: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of the ruler, at a fraction of the clip's length."""

    at: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the strip paints; `spoken` tells the same in words."""

    lanes: tuple[Lane, ...]
    cuts: tuple[float, ...]
    ticks: tuple[Tick, ...]
    spoken: str


def timeline_of(result: CheckResult) -> Timeline | None:
    """Return the timeline of a clip's people; None for a still picture, no length, or nobody seen."""
    length_s = max([result.observations.clip.duration_s, *(track.end_s for track in result.observations.tracks)])
    if result.observations.clip.still or length_s <= 0:
        return None
    tracks = {track.id: track for track in result.observations.tracks}
    names = finding_names(result)
    lanes = []
    for index, finding in enumerate(result.findings):
        shown = [tracks[number] for number in finding.tracks if number in tracks]
        if not shown:
            continue
        bars = tuple(
            Bar(
                start=track.start_s / length_s,
                end=track.end_s / length_s,
                words=f"{names[index]}, {format_time_range(TimeRange(start_s=track.start_s, end_s=track.end_s))}",
            )
            for track in shown
        )
        lanes.append(
            Lane(name=names[index], tone=finding_tone(finding), icon=finding_icon(finding), finding=index, bars=bars)
        )
    if not lanes:
        return None
    spoken = _("; ").join(
        f"{names[lane.finding]}: {format_time_ranges(result.findings[lane.finding].ranges)}" for lane in lanes
    )
    cuts = tuple(cut / length_s for cut in result.observations.cuts_s if 0 < cut < length_s)
    return Timeline(lanes=tuple(lanes), cuts=cuts, ticks=ruler(length_s), spoken=spoken)


def ruler(length_s: float) -> tuple[Tick, ...]:
    """Return at most `MOST_TICKS` + 1 marks at round times, the first at the start."""
    step = next((step for step in TICK_STEPS_S if length_s / step <= MOST_TICKS), TICK_STEPS_S[-1])
    count = min(int(length_s / step), 200)
    return tuple(Tick(at=index * step / length_s, words=_tick_words(index * step)) for index in range(count + 1))


def finding_names(result: CheckResult) -> list[str]:
    """Return what each finding's person is called, in the findings' order; unknown people are numbered if several."""
    unnamed = [index for index, finding in enumerate(result.findings) if finding.tracks and not finding.name]
    names = [finding.name or finding.title for finding in result.findings]
    for number, index in enumerate(unnamed, start=1):
        names[index] = _("Unknown person {number}").format(number=number) if len(unnamed) > 1 else _("Unknown person")
    return names


def _tick_words(at_s: float) -> str:
    words = format_time(at_s)
    return words.removesuffix(".0")
