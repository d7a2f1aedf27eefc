"""The timeline of a clip: lanes of faces, the sound, lanes of voices, shot cuts and a ruler."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from countenance.observations import Waveform
from countenance.translations import _, mark
from countenance.verdict import CheckResult, Finding, FindingKind, TimeRange
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone
from reports.sounds import peaks_drawn
from reports.wording import format_time, format_time_range, format_time_ranges

MOST_TICKS = 10
TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
SHORTEST_SPAN_S = 0.5
"""Nobody looks closer than this: a dozen frames."""


class LaneKind(StrEnum):
    """What a group of lanes shows; whoever adds a capability adds a kind and its place in `timeline_of`."""

    FACE = "face"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch of a lane."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One person; `finding` is the index of the finding it stands for; bars are in order of their start."""

    name: str
    tone: Tone
    icon: Icon
    finding: int
    bars: tuple[Bar, ...]
    kind: LaneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneGroup:
    """The lanes of one kind, one below the other; never empty."""

    kind: LaneKind
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of the ruler."""

    at_s: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """How loud the sound is, 0 to 1, from the start to `end_s`."""

    peaks: tuple[float, ...]
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the strip paints; `spoken` tells the same in words.

    Attributes:
        groups: of lanes, from the top; the sound lies above the voices.
        wave: None without sound, and where nobody listened.
        overlaps: where several people speak at once.
    """

    length_s: float
    groups: tuple[LaneGroup, ...]
    cuts_s: tuple[float, ...]
    spoken: str
    wave: Wave | None = None
    overlaps: tuple[Bar, ...] = ()

    def lanes_of(self, kind: LaneKind) -> tuple[Lane, ...]:
        """Return the lanes of a kind."""
        return tuple(lane for group in self.groups if group.kind is kind for lane in group.lanes)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes of faces."""
        return self.lanes_of(LaneKind.FACE)

    @property
    def voices(self) -> tuple[Lane, ...]:
        """The lanes of voices."""
        return self.lanes_of(LaneKind.VOICE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What of a clip a timeline shows: from `start_s`, `span_s` long; always within the clip."""

    length_s: float
    start_s: float
    span_s: float

    @classmethod
    def whole(cls, length_s: float) -> Stretch:
        """Return all of a clip."""
        return cls(length_s, 0.0, length_s)

    @property
    def end_s(self) -> float:
        """Where it ends."""
        return self.start_s + self.span_s

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the clip is out of view."""
        return self.span_s >= self.length_s

    def zoomed(self, factor: float, around_s: float) -> Stretch:
        """Return a stretch `factor` times closer, `around_s` staying where it is on the screen."""
        share = (around_s - self.start_s) / self.span_s if self.span_s else 0.0
        span_s = self._span(self.span_s / factor)
        return self._at(around_s - share * span_s, span_s)

    def moved(self, to_s: float) -> Stretch:
        """Return the same length beginning at `to_s`."""
        return self._at(to_s, self.span_s)

    def fitted(self, start_s: float, end_s: float, margin: float = 0.1) -> Stretch:
        """Return the stretch that shows these times with a margin on either side."""
        room_s = (end_s - start_s) * margin
        span_s = self._span(end_s - start_s + 2 * room_s)
        return self._at((start_s + end_s - span_s) / 2, span_s)

    def showing(self, at_s: float) -> Stretch:
        """Return this stretch, turned like a page where a time is not in it."""
        if self.start_s <= at_s <= self.end_s:
            return self
        return self._at(at_s - self.span_s * 0.1, self.span_s)

    def _span(self, span_s: float) -> float:
        return min(self.length_s, max(SHORTEST_SPAN_S, span_s))

    def _at(self, start_s: float, span_s: float) -> Stretch:
        return Stretch(self.length_s, min(max(0.0, start_s), max(0.0, self.length_s - span_s)), span_s)


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
    groups = tuple(
        LaneGroup(kind=kind, lanes=lanes)
        for kind, stretches in ((LaneKind.FACE, faces), (LaneKind.VOICE, voices))
        if (lanes := _lanes(result, names, stretches, kind))
    )
    wave = _wave(seen.waveform, length_s) if seen.waveform else None
    if not groups and wave is None:
        return None
    overlaps = [TimeRange(start_s=turn.start_s, end_s=turn.end_s) for turn in seen.sound.overlaps]
    spoken = [
        f"{lane.name}: {format_time_ranges(result.findings[lane.finding].ranges)}"
        for group in groups
        for lane in group.lanes
    ]
    if overlaps:
        spoken.append(_("Several people speak at once: {when}").format(when=format_time_ranges(overlaps)))
    return Timeline(
        length_s=length_s,
        groups=groups,
        cuts_s=tuple(cut for cut in seen.cuts_s if 0 < cut < length_s),
        spoken=_("; ").join(spoken),
        wave=wave,
        overlaps=_bars(overlaps),
    )


def ruler(start_s: float, end_s: float, most: int = MOST_TICKS) -> tuple[Tick, ...]:
    """Return at most `most` + 1 marks at round times between two times."""
    span_s = end_s - start_s
    step = next((step for step in TICK_STEPS_S if span_s / step <= most), None)
    if step is None:
        step = TICK_STEPS_S[-1] * math.ceil(span_s / TICK_STEPS_S[-1] / max(1, most))
    first, last = math.ceil(start_s / step - 1e-6), math.floor(end_s / step + 1e-6)
    return tuple(
        Tick(at_s=number * step, words=_tick_words(number * step, whole=step >= 1)) for number in range(first, last + 1)
    )


def snapped(at_s: float, cuts_s: Sequence[float], within_s: float) -> float:
    """Return the shot cut nearest to a time, or the time itself where none is within reach."""
    nearest = min(cuts_s, key=lambda cut: abs(cut - at_s), default=at_s)
    return nearest if abs(nearest - at_s) <= within_s else at_s


def bar_words(name: str, bar: Bar) -> str:
    """Return who is seen or heard when."""
    return f"{name}, {format_time_range(TimeRange(start_s=bar.start_s, end_s=bar.end_s))}"


def findings_of_tracks(result: CheckResult) -> dict[int, int]:
    """Return for each face track the index of the finding whose lane it lies in."""
    owners: dict[int, int] = {}
    for index, finding in _by_importance(result):
        for number in finding.tracks:
            owners.setdefault(number, index)
    return owners


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


def _by_importance(result: CheckResult) -> list[tuple[int, Finding]]:
    # A mismatch and the cast come last: their faces and voices have findings of their own, whose lanes they are.
    return sorted(enumerate(result.findings), key=lambda pair: pair[1].kind in (FindingKind.MISMATCH, FindingKind.CAST))


def _lanes(
    result: CheckResult, names: Sequence[str], stretches: Mapping[int, Sequence[TimeRange]], kind: LaneKind
) -> tuple[Lane, ...]:
    lanes, told = [], set()
    for index, finding in _by_importance(result):
        numbers = finding.speakers if kind is LaneKind.VOICE else finding.tracks
        shown = [number for number in numbers if number in stretches and number not in told]
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
                bars=_bars(ranges),
                kind=kind,
            )
        )
    return tuple(lanes)


def _bars(ranges: Sequence[TimeRange]) -> tuple[Bar, ...]:
    return tuple(Bar(start_s=one.start_s, end_s=one.end_s) for one in ranges)


def _wave(waveform: Waveform, length_s: float) -> Wave | None:
    # All of it: somebody may look closely.
    peaks = tuple(peaks_drawn(waveform, max(1, len(waveform.peaks))))
    return Wave(peaks=peaks, end_s=min(length_s, waveform.step_s * len(waveform.peaks))) if peaks else None


def _tick_words(at_s: float, *, whole: bool) -> str:
    words = format_time(at_s)
    return words.removesuffix(".0") if whole else words
