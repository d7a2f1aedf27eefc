"""The timeline of a clip: lanes of faces, the sound, lanes of voices, shot cuts and a ruler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countenance.observations import Waveform
from countenance.translations import _, mark
from countenance.verdict import CheckResult, Finding, FindingKind, TimeRange
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone
from gui.presenters.sounds import wave_peaks
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
    """One person; `finding` is the index of the finding it stands for; `heard` tells voices from faces."""

    name: str
    tone: Tone
    icon: Icon
    finding: int
    bars: tuple[Bar, ...]
    heard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of the ruler, at a fraction of the clip's length."""

    at: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """How loud the sound is, 0 to 1, from the start to `end`, a fraction of the clip's length."""

    peaks: tuple[float, ...]
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the strip paints; `spoken` tells the same in words.

    Attributes:
        lanes: of faces.
        wave: None without sound, and where nobody listened.
        voices: lanes of voices.
        overlaps: where several people speak at once.
    """

    lanes: tuple[Lane, ...]
    cuts: tuple[float, ...]
    ticks: tuple[Tick, ...]
    spoken: str
    wave: Wave | None = None
    voices: tuple[Lane, ...] = ()
    overlaps: tuple[Bar, ...] = ()


def timeline_of(result: CheckResult) -> Timeline | None:
    """Return the timeline of a clip's people; None for a still picture, no length, or nobody seen and nothing heard."""
    seen = result.observations
    ends = [*(track.end_s for track in seen.tracks), *(speaker.end_s for speaker in seen.speakers)]
    length_s = max([seen.clip.duration_s, *ends])
    if seen.clip.still or length_s <= 0:
        return None
    names = finding_names(result)
    faces = {track.id: (TimeRange(start_s=track.start_s, end_s=track.end_s),) for track in seen.tracks}
    voices = {
        speaker.id: tuple(TimeRange(start_s=turn.start_s, end_s=turn.end_s) for turn in speaker.turns)
        for speaker in seen.speakers
    }
    lanes = _lanes(result, names, faces, length_s, heard=False)
    heard = _lanes(result, names, voices, length_s, heard=True)
    wave = _wave(seen.waveform, length_s) if seen.waveform else None
    if not lanes and not heard and wave is None:
        return None
    overlaps = [TimeRange(start_s=turn.start_s, end_s=turn.end_s) for turn in seen.sound.overlaps]
    spoken = [f"{lane.name}: {format_time_ranges(result.findings[lane.finding].ranges)}" for lane in (*lanes, *heard)]
    if overlaps:
        spoken.append(_("Several people speak at once: {when}").format(when=format_time_ranges(overlaps)))
    return Timeline(
        lanes=lanes,
        cuts=tuple(cut / length_s for cut in seen.cuts_s if 0 < cut < length_s),
        ticks=ruler(length_s),
        spoken=_("; ").join(spoken),
        wave=wave,
        voices=heard,
        overlaps=_bars(_("Several people speak at once"), overlaps, length_s),
    )


def ruler(length_s: float) -> tuple[Tick, ...]:
    """Return at most `MOST_TICKS` + 1 marks at round times, the first at the start."""
    step = next((step for step in TICK_STEPS_S if length_s / step <= MOST_TICKS), TICK_STEPS_S[-1])
    count = min(int(length_s / step), 200)
    return tuple(Tick(at=index * step / length_s, words=_tick_words(index * step)) for index in range(count + 1))


def finding_names(result: CheckResult) -> list[str]:
    """Return what each finding's person is called, in the findings' order; unknown people are numbered if several."""
    names = [finding.name or finding.title for finding in result.findings]
    for kind, one, several in (
        (FindingKind.LIKENESS, mark("Unknown person"), mark("Unknown person {number}")),
        (FindingKind.VOICE, mark("Unknown voice"), mark("Unknown voice {number}")),
    ):
        unnamed = [index for index, finding in enumerate(result.findings) if _is_unnamed(finding, kind)]
        for number, index in enumerate(unnamed, start=1):
            names[index] = _(several).format(number=number) if len(unnamed) > 1 else _(one)
    return names


def _is_unnamed(finding: Finding, kind: FindingKind) -> bool:
    return finding.kind is kind and not finding.name and bool(finding.tracks or finding.speakers)


def _lanes(
    result: CheckResult,
    names: Sequence[str],
    stretches: Mapping[int, Sequence[TimeRange]],
    length_s: float,
    *,
    heard: bool,
) -> tuple[Lane, ...]:
    lanes, told = [], set()
    # A mismatch and the cast come last: their faces and voices have findings of their own, whose lanes they are.
    order = sorted(
        enumerate(result.findings), key=lambda pair: pair[1].kind in (FindingKind.MISMATCH, FindingKind.CAST)
    )
    for index, finding in order:
        shown = [
            number
            for number in (finding.speakers if heard else finding.tracks)
            if number in stretches and number not in told
        ]
        if not shown:
            continue
        told.update(shown)
        ranges = sorted((one for number in shown for one in stretches[number]), key=lambda one: one.start_s)
        lanes.append(
            Lane(
                name=names[index],
                tone=finding_tone(finding),
                icon=finding_icon(finding),
                finding=index,
                bars=_bars(names[index], ranges, length_s),
                heard=heard,
            )
        )
    return tuple(lanes)


def _bars(name: str, ranges: Sequence[TimeRange], length_s: float) -> tuple[Bar, ...]:
    return tuple(
        Bar(start=one.start_s / length_s, end=one.end_s / length_s, words=f"{name}, {format_time_range(one)}")
        for one in ranges
    )


def _wave(waveform: Waveform, length_s: float) -> Wave | None:
    peaks = wave_peaks(waveform)
    end = waveform.step_s * len(waveform.peaks) / length_s
    return Wave(peaks=peaks, end=min(1.0, end)) if peaks else None


def _tick_words(at_s: float) -> str:
    words = format_time(at_s)
    return words.removesuffix(".0")
