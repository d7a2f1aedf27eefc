"""The timeline of a clip on paper: lanes of faces and voices and the sound, on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countenance.translations import _
from reports.certificate_lettering import draw, shortened, width_of
from reports.document import Report
from reports.pdf_blocks import FAINT, INK, SMALL, SOFT, TONES, Block, colour
from reports.pdf_marks import draw_sign
from reports.sounds import peaks_drawn
from reports.timeline import Lane, Timeline

_NAMES, _LANE, _SOUND, _AXIS = 122.0, 17.0, 30.0, 15.0
_WAVE_COLUMNS = 380
"""About one for each point of the lane's width."""
_OVERLAP = 0.16
"""How dark it is where several speak at once."""


class TimelineBlock(Block):
    """The timeline as one block of lanes."""

    def __init__(self, timeline: Timeline, report: Report, width: float) -> None:
        super().__init__(below=4)
        self._timeline, self._width = timeline, width
        self._peaks = peaks_drawn(report.waveform, _WAVE_COLUMNS) if report.waveform and timeline.wave else []

    def tall(self) -> float:
        """Return its height in points."""
        lanes = len(self._timeline.lanes) + len(self._timeline.voices)
        return _AXIS + _LANE * lanes + (_SOUND if self._peaks else 0) + (_AXIS if self._tells_heard else 0)

    @property
    def _tells_heard(self) -> bool:
        return bool(not self._peaks and self._timeline.lanes and self._timeline.voices)

    def paint(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - reportlab has no types
        """Draw it downwards from `top`."""
        timeline = self._timeline
        if timeline.lanes and timeline.voices:
            self._kind(canvas, _("Seen"), top - 9)
        self._axis(canvas, top - 9)
        y = top - _AXIS
        for lane in timeline.lanes:
            self._lane(canvas, lane, y, overlaps=False)
            y -= _LANE
        if self._peaks:
            self._kind(canvas, _("Sound"), y - _SOUND / 2 - 3)
            self._sound(canvas, y)
            y -= _SOUND
        elif self._tells_heard:
            self._kind(canvas, _("Heard"), y - 10)
            y -= _AXIS
        for lane in timeline.voices:
            self._lane(canvas, lane, y, overlaps=True)
            y -= _LANE
        self._cuts(canvas, top - _AXIS, y)

    def _x(self, per_cent: float) -> float:
        return _NAMES + (self._width - _NAMES) * per_cent / 100

    def _kind(self, canvas: Any, words: str, y: float) -> None:  # noqa: ANN401 - as above
        colour(canvas, SOFT)
        draw(canvas, 0, y, shortened(words, _NAMES - 8, SMALL), SMALL)

    def _axis(self, canvas: Any, y: float) -> None:  # noqa: ANN401 - as above
        colour(canvas, SOFT)
        for tick in self._timeline.ticks:
            x = self._x(tick.left)
            draw(canvas, x if tick.anchor == "start" else x - width_of(tick.words, SMALL) / 2, y, tick.words, SMALL)

    def _lane(self, canvas: Any, lane: Lane, top: float, *, overlaps: bool) -> None:  # noqa: ANN401 - as above
        tone = TONES[lane.tone]
        draw_sign(canvas, lane.tone if lane.tone != "quiet" else "note", (0, top - 12.5), 9, tone)
        colour(canvas, INK)
        draw(canvas, 13, top - 11.5, shortened(lane.name, _NAMES - 22, 8.5), 8.5)
        canvas.setFillColorRGB(*FAINT)
        canvas.roundRect(self._x(0), top - 13, self._width - _NAMES, 9, 1.5, stroke=0, fill=1)
        if overlaps:
            self._overlaps(canvas, top - _LANE, _LANE)
        canvas.setFillColorRGB(*tone)
        for bar in lane.bars:
            canvas.rect(self._x(bar.left), top - 13, self._x(bar.width) - _NAMES, 9, stroke=0, fill=1)

    def _sound(self, canvas: Any, top: float) -> None:  # noqa: ANN401 - as above
        self._overlaps(canvas, top - _SOUND, _SOUND)
        assert self._timeline.wave is not None
        reach = self._x(self._timeline.wave.width) - _NAMES
        middle, half, each = top - _SOUND / 2, _SOUND / 2 - 2, reach / len(self._peaks)
        path = canvas.beginPath()
        path.moveTo(_NAMES, middle)
        for at, peak in enumerate(self._peaks):
            path.lineTo(_NAMES + at * each, middle + max(0.4, half * peak))
        for at, peak in reversed(list(enumerate(self._peaks))):
            path.lineTo(_NAMES + at * each, middle - max(0.4, half * peak))
        path.close()
        canvas.setFillColorRGB(*TONES["quiet"])
        canvas.drawPath(path, stroke=0, fill=1)

    def _overlaps(self, canvas: Any, bottom: float, height: float) -> None:  # noqa: ANN401 - as above
        canvas.saveState()
        canvas.setFillColorRGB(*INK)
        canvas.setFillAlpha(_OVERLAP)
        for bar in self._timeline.overlaps:
            canvas.rect(self._x(bar.left), bottom, self._x(bar.width) - _NAMES, height, stroke=0, fill=1)
        canvas.restoreState()

    def _cuts(self, canvas: Any, top: float, bottom: float) -> None:  # noqa: ANN401 - as above
        canvas.saveState()
        canvas.setStrokeColorRGB(*TONES["quiet"])
        canvas.setLineWidth(0.6)
        canvas.setDash(1, 2)
        for cut in self._timeline.cuts:
            canvas.line(self._x(cut), top, self._x(cut), bottom)
        canvas.restoreState()


def keys_of(timeline: Timeline) -> Sequence[str]:
    """Return what must be told of the timeline in words."""
    told = [_("Dotted lines are cuts from one shot to the next.")] if timeline.cuts else []
    if timeline.overlaps:
        told.append(f"{_('Several people speak at once:')} {timeline.overlap_times}")
    return told
