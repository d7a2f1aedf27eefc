"""The preview of a clip: which boxes with which names lie on the picture at a moment, and where playing may go."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from countenance.observations import Box, FaceDetection, FaceTrack
from countenance.translations import _
from countenance.verdict import CheckResult, Finding
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone
from gui.presenters.timelines import finding_names, findings_of_tracks
from reports.wording import format_time

LONGEST_BETWEEN_S = 1.0
"""Two detections of a track further apart than this leave a gap: nobody knows where the face was meanwhile."""
HOLD_S = 0.15
"""A box stays so long beside a detection that has none near it; about half the time between two looks."""
_ROUNDING_S = 0.002
_SOUND_STEP_S = 0.1
_INTO_FRAME_MS = 8
"""A player that is sent to a frame's very beginning may show the one before."""
_FASTEST = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxTag:
    """A box on the picture: fractions of it, and whose face it is.

    Attributes:
        finding: index of the finding it belongs to; -1 where none names it.
    """

    box: Box
    name: str
    tone: Tone
    icon: Icon
    finding: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A track as it is drawn: its detections, and from when until when its boxes may be held."""

    times: tuple[float, ...]
    detections: tuple[FaceDetection, ...]
    opens_s: float
    closes_s: float
    name: str
    tone: Tone
    icon: Icon
    finding: int


class Overlay:
    """Says which boxes are on the picture at a moment; made once for a result.

    Between two detections of a track the box moves evenly. Across a gap longer than `LONGEST_BETWEEN_S` there is none,
    and none reaches over a cut.
    """

    def __init__(self, result: CheckResult) -> None:
        seen = result.observations
        names, owners = finding_names(result), findings_of_tracks(result)
        self._still = seen.clip.still
        self._runs = [
            _run(track, owners.get(track.id, -1), result, names, seen.cuts_s)
            for track in seen.tracks
            if track.detections
        ]

    def at(self, at_s: float) -> tuple[BoxTag, ...]:
        """Return the boxes at a time in seconds; in a still picture all of them, whenever."""
        tags = []
        for run in self._runs:
            box = run.detections[0].box if self._still else _box_at(run, at_s)
            if box is not None:
                tags.append(BoxTag(box=box, name=run.name, tone=run.tone, icon=run.icon, finding=run.finding))
        return tuple(tags)


@dataclass(frozen=True, slots=True)
class Frames:
    """When each frame of a proxy is shown: seconds, ascending; empty where there is only sound.

    Attributes:
        length_s: of the proxy.
    """

    times: tuple[float, ...]
    length_s: float

    def index_at(self, at_s: float) -> int:
        """Return the number of the frame that is shown at a time; 0 before the first."""
        return max(0, bisect_right(self.times, at_s + _ROUNDING_S) - 1)

    def stepped(self, at_s: float, by: int) -> float:
        """Return the time `by` frames later (earlier where negative), within the proxy."""
        if not self.times:
            return min(max(0.0, at_s + by * _SOUND_STEP_S), self.length_s)
        index = min(max(0, self.index_at(at_s) + by), len(self.times) - 1)
        return self.times[index]

    def position_ms(self, at_s: float) -> int:
        """Return the position to send a player to, so that it shows the frame of a time: inside it, not at its edge."""
        at_s = min(max(0.0, at_s), self.length_s)
        if not self.times:
            return round(at_s * 1000)
        index = self.index_at(at_s)
        starts_ms = round(self.times[index] * 1000)
        following_ms = round(self.times[index + 1] * 1000) if index + 1 < len(self.times) else starts_ms + 40
        return starts_ms + min(_INTO_FRAME_MS, (following_ms - starts_ms) // 2)


@dataclass(frozen=True, slots=True)
class Marked:
    """The stretch between the in and the out point that plays round and round; None where a point was not set."""

    start_s: float | None = None
    end_s: float | None = None

    def starting(self, at_s: float) -> Marked:
        """Return the stretch with another beginning; an end that is not after it is dropped."""
        return Marked(at_s, self.end_s if self.end_s is not None and self.end_s > at_s else None)

    def ending(self, at_s: float) -> Marked:
        """Return the stretch with another end; a beginning that is not before it is dropped."""
        return Marked(self.start_s if self.start_s is not None and self.start_s < at_s else None, at_s)

    def bounds(self, length_s: float) -> tuple[float, float] | None:
        """Return where the stretch begins and ends; None where there is none."""
        if self.start_s is None and self.end_s is None:
            return None
        return self.start_s or 0.0, length_s if self.end_s is None else self.end_s


def next_timed(findings: Sequence[Finding], chosen: int, way: int) -> int | None:
    """Return the index of the finding after the chosen one (`way` 1) or before it (-1), of those that have a moment.

    At the end it stays; where none is chosen it begins with the first or the last. None where none has a moment.
    """
    timed = [number for number, one in enumerate(findings) if one.ranges]
    if not timed:
        return None
    if chosen not in timed:
        return timed[0 if way > 0 else -1]
    return timed[min(max(0, timed.index(chosen) + way), len(timed) - 1)]


def faster(speed: float, forward: bool) -> float:
    """Return the speed after another press of L (forward) or J: 1, 2, 4, 8 times, and the same backwards."""
    way = 1.0 if forward else -1.0
    return way if speed * way <= 0 else way * min(abs(speed) * 2, _FASTEST)


def clock_words(at_s: float, length_s: float) -> str:
    """Return where playing stands, and how long the clip is."""
    return f"{format_time(max(0.0, at_s))} / {format_time(length_s)}"


def speed_words(speed: float) -> str:
    """Return a speed as it is shown; nothing at the usual one."""
    return "" if speed in (0.0, 1.0) else _("{speed} ×").format(speed=f"{speed:g}".replace("-", "\N{MINUS SIGN}"))


def _run(track: FaceTrack, finding: int, result: CheckResult, names: Sequence[str], cuts_s: Sequence[float]) -> _Run:
    detections = tuple(sorted(track.detections, key=lambda one: one.at_s))
    times = tuple(one.at_s for one in detections)
    shot_begins_s = max((cut for cut in cuts_s if cut <= times[0] + _ROUNDING_S), default=0.0)
    shot_ends_s = min((cut for cut in cuts_s if cut > times[-1] + _ROUNDING_S), default=float("inf"))
    about = result.findings[finding] if finding >= 0 else None
    return _Run(
        times=times,
        detections=detections,
        opens_s=max(shot_begins_s, times[0] - HOLD_S),
        closes_s=min(shot_ends_s - 2 * _ROUNDING_S, times[-1] + HOLD_S),
        name=names[finding] if about is not None else _("Somebody"),
        tone=finding_tone(about) if about is not None else Tone.NEUTRAL,
        icon=finding_icon(about) if about is not None else Icon.NOTE,
        finding=finding,
    )


def _box_at(run: _Run, at_s: float) -> Box | None:
    if not run.opens_s - _ROUNDING_S <= at_s <= run.closes_s + _ROUNDING_S:
        return None
    later = bisect_left(run.times, at_s)
    if later == 0:
        return run.detections[0].box
    if later == len(run.times):
        return run.detections[-1].box
    before, after = run.detections[later - 1], run.detections[later]
    between_s = after.at_s - before.at_s
    if between_s > LONGEST_BETWEEN_S:
        if at_s - before.at_s <= HOLD_S:
            return before.box
        return after.box if after.at_s - at_s <= HOLD_S else None
    share = (at_s - before.at_s) / between_s if between_s > 0 else 0.0
    return _between(before.box, after.box, share)


def _between(one: Box, other: Box, share: float) -> Box:
    x, y, width, height = (
        start + (end - start) * share
        for start, end in (
            (one.x, other.x),
            (one.y, other.y),
            (one.width, other.width),
            (one.height, other.height),
        )
    )
    return Box(x=x, y=y, width=width, height=height)
