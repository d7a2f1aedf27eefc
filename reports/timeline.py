"""The timeline of a clip: one lane per person, with the stretches they are seen in, as shares of its length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countenance.judgement import JudgementKind
from countenance.translations import _, ngettext
from countenance.verdict import FindingKind, Severity, TimeRange
from reports.document import FindingRecord, Report, TrackRecord
from reports.wording import format_count, format_time, format_time_range, format_time_ranges

MOST_LANES = 14
"""Lanes of their own; a crowd's remaining faces share one."""

THINNEST_BAR = 0.4
"""Per cent of the width below which a bar could not be seen."""

_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000)
_MOST_TICKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch; `left` and `width` in per cent of the clip's length."""

    left: float
    width: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Somebody's stretches; `tone` is a severity, `permitted` or `quiet`, and `times` tells them in words."""

    name: str
    tone: str
    bars: tuple[Bar, ...]
    times: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the axis; `anchor` keeps its words inside the picture."""

    left: float
    words: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Lanes, worst first, under an axis; `cuts` in per cent of the clip's length."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    cuts: tuple[float, ...]


def draw_timeline(report: Report, names: Sequence[str]) -> Timeline | None:
    """Return the timeline, or None for a still picture and where no face was followed.

    Args:
        report: of one clip.
        names: who each finding is about, one per finding, empty where it is about no one.
    """
    length_s = max([report.clip.duration_s, *(track.end_s for track in report.tracks)], default=0.0)
    if report.clip.still or not report.tracks or length_s <= 0:
        return None
    return Timeline(
        lanes=tuple(_lanes(report, names, length_s)),
        ticks=tuple(_ticks(length_s)),
        cuts=tuple(round(100 * cut / length_s, 3) for cut in report.coverage.cuts_s if cut < length_s),
    )


def tone_of(finding: FindingRecord) -> str:
    """Return what a finding looks like: its severity, or `permitted` where consent says yes."""
    agreed = {JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES}
    if finding.severity is Severity.NOTE and finding.judgement and finding.judgement.kind in agreed:
        return "permitted"
    return str(finding.severity.value)


def _lanes(report: Report, names: Sequence[str], length_s: float) -> list[Lane]:
    by_id = {track.id: track for track in report.tracks}
    lanes: list[Lane] = []
    crowd: list[TrackRecord] = []
    crowd_count = 0
    for finding, name in zip(report.findings, names, strict=True):
        tracks = [by_id.pop(track) for track in finding.evidence.tracks if track in by_id]
        if not tracks or finding.kind is FindingKind.COVERAGE:
            continue
        if len(lanes) >= MOST_LANES:
            crowd += tracks
            crowd_count += 1
        else:
            lanes.append(_lane(name, tone_of(finding), tracks, length_s))
    if crowd:
        more = ngettext("{count} more person", "{count} more people", crowd_count).format(
            count=format_count(crowd_count)
        )
        lanes.append(_lane(more, "quiet", crowd, length_s))
    if rest := list(by_id.values()):
        lanes.append(_lane(_("In no finding"), "quiet", rest, length_s))
    return lanes


def _lane(name: str, tone: str, tracks: Sequence[TrackRecord], length_s: float) -> Lane:
    ranges = sorted((TimeRange(start_s=one.start_s, end_s=one.end_s) for one in tracks), key=lambda one: one.start_s)
    bars = []
    for one in ranges:
        width = max(THINNEST_BAR, 100 * (one.end_s - one.start_s) / length_s)
        left = min(100 * one.start_s / length_s, 100 - width)
        bars.append(Bar(left=round(left, 3), width=round(width, 3), title=f"{name} · {format_time_range(one)}"))
    return Lane(name=name, tone=tone, bars=tuple(bars), times=format_time_ranges(ranges))


def _ticks(length_s: float) -> list[Tick]:
    step = next((step for step in _STEPS_S if length_s / step <= _MOST_TICKS), _STEPS_S[-1])
    ticks = []
    for index in range(int(length_s / step) + 1):
        left = 100 * index * step / length_s
        if left > 97:  # its words would stand over the edge
            break
        words = format_time(index * step)
        ticks.append(
            Tick(
                left=round(left, 3),
                words=words if step < 1 else words.removesuffix(".0"),
                anchor="start" if index == 0 else "middle",
            )
        )
    return ticks
