"""The timeline of a clip: lanes of the people seen, the sound, lanes of the people heard, on one axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from countenance.judgement import JudgementKind
from countenance.observations import Waveform
from countenance.translations import _, ngettext
from countenance.verdict import ABOUT_NOBODY, FindingKind, Severity, TimeRange
from reports.document import FindingRecord, Report
from reports.formats import format_count, format_time, format_time_range, format_time_ranges
from reports.sounds import peaks_drawn

MOST_LANES = 14
"""Lanes of their own, for faces and for voices each; a crowd's remaining people share one."""

THINNEST_BAR = 0.4
"""Per cent of the width below which a bar could not be seen."""

NEAREST_TURNS = 0.25
"""Per cent of the width: turns of one voice closer than this cannot be told apart and are drawn as one."""

WAVE_COLUMNS = 900
"""Numbers a waveform is drawn of; more than a page has pixels for."""

_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000)
_MOST_TICKS = 8

Ranges = Sequence[TimeRange]


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
class Wave:
    """How loud the sound is.

    Attributes:
        width: per cent of the clip's length that it covers.
        columns: how many units wide `path` is; it is 100 units high, quiet in the middle.
        path: an outline as SVG draws it.
    """

    width: float
    columns: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Lanes, worst first, on one axis; `cuts` in per cent of the clip's length.

    Attributes:
        lanes: of people seen.
        wave: None without sound, and where nobody listened.
        voices: of people heard.
        overlaps: where several speak at once.
        overlap_times: the same in words.
    """

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    cuts: tuple[float, ...]
    wave: Wave | None = None
    voices: tuple[Lane, ...] = ()
    overlaps: tuple[Bar, ...] = ()
    overlap_times: str = ""


def draw_timeline(report: Report, names: Sequence[str]) -> Timeline | None:
    """Return the timeline, or None for a still picture and where nobody was followed and nothing heard.

    Args:
        report: of one clip.
        names: who each finding is about, one per finding, empty where it is about no one.
    """
    seen = {track.id: [TimeRange(start_s=track.start_s, end_s=track.end_s)] for track in report.tracks}
    heard = {speaker.id: list(speaker.ranges) for speaker in report.speakers}
    ends = [one.end_s for ranges in (*seen.values(), *heard.values()) for one in ranges]
    length_s = max([report.clip.duration_s, *ends])
    if report.clip.still or length_s <= 0 or not (seen or heard or report.waveform):
        return None
    overlaps = [TimeRange(start_s=turn.start_s, end_s=turn.end_s) for turn in report.coverage.sound.overlaps]
    return Timeline(
        lanes=tuple(_lanes(report, names, seen, lambda finding: finding.evidence.tracks, length_s)),
        ticks=tuple(_ticks(length_s)),
        cuts=tuple(round(100 * cut / length_s, 3) for cut in report.coverage.cuts_s if cut < length_s),
        wave=_wave(report.waveform, length_s) if report.waveform else None,
        voices=tuple(_lanes(report, names, heard, lambda finding: finding.evidence.speakers, length_s, heard=True)),
        overlaps=_bars(_("Several people speak at once"), overlaps, length_s),
        overlap_times=format_time_ranges(overlaps),
    )


def tone_of(finding: FindingRecord) -> str:
    """Return what a finding looks like: its severity, or `permitted` where consent says yes."""
    agreed = {JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES}
    if finding.severity is Severity.NOTE and finding.judgement and finding.judgement.kind in agreed:
        return "permitted"
    return str(finding.severity.value)


def _lanes(
    report: Report,
    names: Sequence[str],
    stretches: dict[int, list[TimeRange]],
    evidence: Callable[[FindingRecord], Sequence[int]],
    length_s: float,
    *,
    heard: bool = False,
) -> list[Lane]:
    left = dict(stretches)
    lanes: list[Lane] = []
    crowd: list[TimeRange] = []
    crowd_count = 0
    for finding, name in _told_once(report, names):
        ranges = [one for number in evidence(finding) if number in left for one in left.pop(number)]
        if not ranges:
            continue
        if len(lanes) >= MOST_LANES:
            crowd += ranges
            crowd_count += 1
        else:
            lanes.append(_lane(name, tone_of(finding), ranges, length_s, joined=heard))
    if crowd:
        words = (
            ngettext("{count} more voice", "{count} more voices", crowd_count)
            if heard
            else ngettext("{count} more person", "{count} more people", crowd_count)
        )
        lanes.append(_lane(words.format(count=format_count(crowd_count)), "quiet", crowd, length_s, joined=heard))
    if rest := [one for ranges in left.values() for one in ranges]:
        lanes.append(_lane(_("In no finding"), "quiet", rest, length_s, joined=heard))
    return lanes


def _told_once(report: Report, names: Sequence[str]) -> list[tuple[FindingRecord, str]]:
    """Return findings about somebody; last those whose faces and voices have findings of their own."""
    told = [pair for pair in zip(report.findings, names, strict=True) if pair[0].kind not in ABOUT_NOBODY]
    return sorted(told, key=lambda pair: pair[0].kind in (FindingKind.MISMATCH, FindingKind.CAST))


def _lane(name: str, tone: str, ranges: Ranges, length_s: float, *, joined: bool) -> Lane:
    ordered = sorted(ranges, key=lambda one: one.start_s)
    drawn = _joined(ordered, NEAREST_TURNS / 100 * length_s) if joined else ordered
    return Lane(name=name, tone=tone, bars=_bars(name, drawn, length_s), times=format_time_ranges(ordered))


def _bars(name: str, ranges: Ranges, length_s: float) -> tuple[Bar, ...]:
    bars = []
    for one in ranges:
        width = max(THINNEST_BAR, 100 * (one.end_s - one.start_s) / length_s)
        left = min(100 * one.start_s / length_s, 100 - width)
        bars.append(Bar(left=round(left, 3), width=round(width, 3), title=f"{name} · {format_time_range(one)}"))
    return tuple(bars)


def _joined(ordered: Ranges, apart_s: float) -> list[TimeRange]:
    joined: list[TimeRange] = []
    for one in ordered:
        if joined and one.start_s - joined[-1].end_s <= apart_s:
            last = joined.pop()
            joined.append(TimeRange(start_s=last.start_s, end_s=max(last.end_s, one.end_s)))
        else:
            joined.append(one)
    return joined


def _wave(waveform: Waveform, length_s: float) -> Wave | None:
    peaks = peaks_drawn(waveform, WAVE_COLUMNS)
    if not peaks:
        return None
    heights = [max(1, round(48 * peak)) for peak in peaks]
    above = "".join(f"L{at} {50 - height}" for at, height in enumerate(heights))
    below = "".join(f"L{at} {50 + heights[at]}" for at in reversed(range(len(heights))))
    width = min(100.0, 100 * waveform.step_s * len(waveform.peaks) / length_s)
    return Wave(width=round(width, 3), columns=max(1, len(heights) - 1), path=f"M0 50{above}{below}Z")


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
