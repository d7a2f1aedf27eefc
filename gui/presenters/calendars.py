"""Terms on a calendar line: bars from first to last day, today's line, what was cut short, months or years as ticks.

Places are fractions of the shown span, 0 at its left end and 1 at its right; days are whole, a last day inclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from countenance.grants import Grant
from countenance.labels import day_label
from countenance.translations import _, language
from gui.presenters.papers import PaperLook, PapersLook
from gui.presenters.standings import Standing, withdrawn_from

SHORTEST_DAYS = 28
LONGEST_DAYS = 366 * 60
MOST_TICKS = 12
"""More words than this run into each other in a narrow page."""

_FIRST = date(1900, 1, 1)
_LAST = date(2300, 1, 1)
_DAY = timedelta(days=1)
_STEPS_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when to when something counts.

    Attributes:
        key: tells it from the others; never shown.
        start: first day; None is from always.
        end: last day, inclusive; None is open.
        cut: first day on which a withdrawal counts.
        pause: first and last day of a suspension; an open end is None.
    """

    key: str
    title: str
    standing: Standing
    start: date | None = None
    end: date | None = None
    cut: date | None = None
    pause: tuple[date, date | None] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are shown, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Return where a day begins."""
        return (day - self.first).days / self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One term as it is painted.

    Attributes:
        left, right: where it begins and ends, in [0, 1].
        open_left, open_right: it goes on beyond what is shown, or for ever.
        cut: where a withdrawal takes effect; behind it the bar is only outlined. None where there is none in view.
        pause: where a suspension begins and ends.
        visible: whether any of it lies in the span.
        spoken: all of it in words.
    """

    key: str
    title: str
    standing: Standing
    left: float
    right: float
    open_left: bool
    open_right: bool
    cut: float | None
    pause: tuple[float, float] | None
    visible: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The begin of a month or year, with its words."""

    at: float
    words: str


def terms_of(look: PapersLook) -> tuple[Term, ...]:
    """Return the terms of a person's grants, in the order in which they are listed."""
    latest = {revisions[-1].grant.id: revisions[-1].grant for revisions in look.papers.grants}
    return tuple(_term(one, latest[one.id]) for one in look.grants)


def span_of(terms: Iterable[Term], today: date) -> Span:
    """Return the span that shows all terms and today, with some room around them."""
    days = [today, today + timedelta(days=365)]
    for term in terms:
        days += [day for day in (term.start, term.end, term.cut) if day is not None]
    first, last = max(min(days), _FIRST), min(max(days), _LAST)
    room = timedelta(days=max(14, (last - first).days // 20))
    return _bounded(first - room, last + room)


def zoomed(span: Span, factor: float, around: float = 0.5) -> Span:
    """Return the span with `factor` times as many days; the day at the place `around` stays where it is."""
    days = min(LONGEST_DAYS, max(SHORTEST_DAYS, round(span.days * factor)))
    first = span.first + timedelta(days=round((span.days - days) * around))
    return _bounded(first, first + timedelta(days=days - 1))


def moved(span: Span, share: float) -> Span:
    """Return the span moved by a share of itself, to the right where that is positive; at least by a day."""
    days = round(span.days * share) or (1 if share > 0 else -1)
    return _bounded(span.first + timedelta(days=days), span.last + timedelta(days=days))


def bars(terms: Sequence[Term], span: Span) -> tuple[Bar, ...]:
    """Return the terms as they are painted, in their order."""
    return tuple(_bar(term, span) for term in terms)


def ticks(span: Span, most: int = MOST_TICKS) -> tuple[Tick, ...]:
    """Return the begins of months, quarters or years, as many as there is room for."""
    months = span.days / 30.4
    step = next((step for step in _STEPS_MONTHS if months / step <= most), _STEPS_MONTHS[-1])
    found: list[Tick] = []
    number = (span.first.year * 12 + span.first.month - 1) // step * step
    while True:
        day = date(number // 12, number % 12 + 1, 1)
        if day > span.last:
            return tuple(found)
        if day >= span.first:
            found.append(Tick(span.at(day), _tick_words(day, step)))
        number += step


def _term(look: PaperLook, grant: Grant) -> Term:
    return Term(
        key=look.id,
        title=look.title,
        standing=look.standing,
        start=grant.start or grant.signed,
        end=grant.end,
        cut=withdrawn_from(grant) if grant.revoked is not None else None,
        pause=(grant.suspended.start, grant.suspended.end) if grant.suspended is not None else None,
    )


def _bar(term: Term, span: Span) -> Bar:
    after = span.last + _DAY
    begins = term.start or span.first
    ends = term.end + _DAY if term.end is not None else max(after, begins)
    visible = begins <= span.last and ends > span.first
    cut = pause = None
    if term.cut is not None and span.first <= term.cut <= span.last and term.cut < ends:
        cut = _within(span.at(max(term.cut, begins)))
    elif term.cut is not None and term.cut < span.first:
        cut = 0.0
    if term.pause is not None:
        pause_ends = term.pause[1] + _DAY if term.pause[1] is not None else after
        pause = (_within(span.at(max(term.pause[0], begins))), _within(span.at(min(pause_ends, ends))))
    return Bar(
        key=term.key,
        title=term.title,
        standing=term.standing,
        left=_within(span.at(begins)),
        right=_within(span.at(ends)),
        open_left=term.start is None or term.start < span.first,
        open_right=term.end is None or term.end > span.last,
        cut=cut,
        pause=pause if pause is not None and pause[1] > pause[0] else None,
        visible=visible,
        spoken=_spoken(term),
    )


def _spoken(term: Term) -> str:
    start = day_label(term.start) if term.start else _("always")
    end = day_label(term.end) if term.end else _("without an end")
    said = _("{title}: {standing}, {start} – {end}").format(
        title=term.title, standing=term.standing.words, start=start, end=end
    )
    if term.cut is not None:
        said = _("{term}; withdrawn from {day} on").format(term=said, day=day_label(term.cut))
    return said


def _within(at: float) -> float:
    return min(1.0, max(0.0, at))


def _bounded(first: date, last: date) -> Span:
    days = min(max((last - first).days, SHORTEST_DAYS - 1), LONGEST_DAYS - 1)
    first = min(max(first, _FIRST), _LAST - timedelta(days=days))
    return Span(first, first + timedelta(days=days))


def _tick_words(day: date, step: int) -> str:
    from babel.dates import format_date

    if step >= 12 or day.month == 1:
        return str(day.year)
    return format_date(day, "MMM", locale=language().replace("-", "_"))
