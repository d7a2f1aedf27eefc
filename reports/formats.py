"""Times, counts, shares, sizes and rates as a reader of the language in force expects them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_date, format_datetime
from babel.dates import format_time as format_clock
from babel.numbers import format_decimal, format_percent

from countenance.translations import _, language, ngettext
from countenance.verdict import TimeRange

MOST_RANGES = 6
"""More time ranges than this tire a reader; the rest are counted."""


def format_time(at_s: float) -> str:
    """Return seconds from the clip's start as m:ss.t, from an hour on as h:mm:ss.t."""
    tenths = round(at_s * 10)
    minutes, rest = divmod(tenths, 600)
    seconds = f"{rest // 10:02d}.{rest % 10}"
    if minutes < 60:
        return f"{minutes}:{seconds}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}"


def format_time_range(time_range: TimeRange) -> str:
    """Return a stretch as m:ss.t–m:ss.t, or one moment where both ends look alike."""
    start, end = format_time(time_range.start_s), format_time(time_range.end_s)
    return start if start == end else f"{start}–{end}"


def format_time_ranges(ranges: Sequence[TimeRange]) -> str:
    """Return several stretches in a row, the last of many only counted."""
    shown = _(", ").join(format_time_range(one) for one in ranges[:MOST_RANGES])
    more = len(ranges) - MOST_RANGES
    if more <= 0:
        return shown
    return ngettext("{shown} and {count} more", "{shown} and {count} more", more).format(shown=shown, count=more)


def format_count(count: int) -> str:
    """Return a whole number grouped as the reader expects."""
    return str(format_decimal(count, locale=_locale()))


def format_share(share: float) -> str:
    """Return a share of 0 to 1 in per cent; a small one never becomes nothing, nor a large one everything."""
    if 0 < share < 0.01:
        return _("less than {share}").format(share=_percent(0.01))
    if 0.99 < share < 1:
        return _("more than {share}").format(share=_percent(0.99))
    return _percent(share)


def format_bytes(count: int) -> str:
    """Return a file's size in decimal units, with three digits at most."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            size = count / factor
            return f"{format_decimal(round(size, 1 if size < 100 else 0), locale=_locale())} {unit}"
    return ngettext("{count} byte", "{count} bytes", count).format(count=count)


def format_moment(moment: datetime) -> str:
    """Return a moment in the reader's locale, with the time zone it was written in."""
    zone, locale = moment.tzinfo, _locale()
    return _("{day}, {time} ({zone})").format(
        day=format_date(moment, format="long", locale=locale),
        time=format_clock(moment, format="short", tzinfo=zone, locale=locale),
        # "GMT+08:00": an offset is understood everywhere, and a report read back knows no more than that.
        zone=format_datetime(moment, format="ZZZZ", tzinfo=zone, locale=locale),
    )


def one_in(rate: float, *, at_most: bool = False) -> str:
    """Return a rate as "1 in 2,000", with two significant digits.

    Args:
        rate: in (0, 1].
        at_most: round towards the more frequent, for a bound that must not say too much.
    """
    count = 1 / rate
    if count < 2:
        return _("1 in {count}").format(count=1 if count < 1.5 else 2)
    step: float = 10 ** max(0, math.floor(math.log10(count)) - 1)
    # The small addition keeps 1 / (1 / 10,000) from falling to 9,900.
    rounded = (math.floor(count / step + 1e-6) if at_most else round(count / step)) * step
    return _("1 in {count}").format(count=format_count(int(rounded)))


def format_number(number: float, *, digits: int) -> str:
    """Return a number with at most `digits` decimals."""
    return str(format_decimal(round(number, digits), locale=_locale()))


def _percent(share: float) -> str:
    return str(format_percent(share, locale=_locale()))


def _locale() -> str:
    return language().replace("-", "_")
