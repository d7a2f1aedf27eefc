"""Which clips the list shows and in which order, how many there are of each kind, and how far all of them are."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from countenance.labels import label
from countenance.translations import _, ngettext
from countenance.verdict import Verdict
from gui.presenters.looks import Icon, Tone, shown_name, verdict_icon, verdict_tone
from gui.presenters.progress import time_left_words
from gui.presenters.queues import ClipQueue, Entry, Group, group_of
from reports.formats import format_count

SHOWN_FROM = 6
"""With fewer clips there is nothing to search for."""

RECENT_CHECKS = 20


class Order(StrEnum):
    """How the list is put in order."""

    ADDED = "added"
    WORST = "worst"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What is looked for; nothing lets everything through.

    Attributes:
        text: words that a file's name holds, in any order.
        groups: kinds of clips that are shown; empty for all.
    """

    text: str = ""
    groups: frozenset[Group] = frozenset()


class Listing:
    """Puts clips in order and sifts them; a change of one of ten thousand costs the same as of one of ten."""

    def __init__(self) -> None:
        self.sieve = Sieve()
        self.order = Order.ADDED
        self._names: dict[int, str] = {}
        self._groups: dict[int, Group] = {}

    def take(self, entries: Iterable[Entry]) -> None:
        """Note clips that are new."""
        for entry in entries:
            self._names[entry.key] = shown_name(entry.path).casefold()
            self._groups[entry.key] = group_of(entry)

    def change(self, entry: Entry) -> bool:
        """Note a clip as it is now, and return whether the list may have to be arranged anew."""
        before, now = self._groups.get(entry.key), group_of(entry)
        self._groups[entry.key] = now
        return before is not now and (bool(self.sieve.groups) or self.order is Order.WORST)

    def drop(self, keys: Iterable[int]) -> None:
        """Forget clips."""
        for key in keys:
            self._names.pop(key, None)
            self._groups.pop(key, None)

    def keys(self) -> list[int]:
        """Return the keys of the clips to be shown, in order."""
        words = self.sieve.text.casefold().split()
        groups, names = self.sieve.groups, self._names
        found: Iterable[int] = names
        if groups:
            kinds = self._groups
            found = [key for key in found if kinds[key] in groups]
        for word in words:
            found = [key for key in found if word in names[key]]
        if self.order is Order.NAME:
            return sorted(found, key=lambda key: (names[key], key))
        if self.order is Order.WORST:
            kinds = self._groups
            return sorted(found, key=lambda key: (_RANKS[kinds[key]], key))
        return sorted(found)


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of clips, to be sifted by."""

    group: Group
    words: str
    count: str
    icon: Icon
    tone: Tone


def chips_of(groups: Mapping[Group, int], chosen: Collection[Group] = ()) -> list[Chip]:
    """Return a chip for each kind of which there are clips, or that is sifted by; the worst first.

    How many wait, the line below the list tells.
    """
    return [
        Chip(group, _chip_words(group), format_count(groups.get(group, 0)), *_look(group))
        for group in Group
        if group is not Group.OPEN and (groups.get(group, 0) > 0 or group in chosen)
    ]


def order_words(order: Order) -> str:
    """Return an order as a menu names it."""
    return {Order.ADDED: _("As added"), Order.WORST: _("Worst first"), Order.NAME: _("By name")}[order]


def nothing_found_words(sieve: Sieve) -> str:
    """Return why the list is empty although there are clips."""
    if sieve.text.strip():
        return _("No clip is called “{text}”.").format(text=sieve.text.strip())
    return _("There is no such clip now.")


@dataclass(slots=True)
class Pace:
    """How long checks take, as the last ones took."""

    spent_s: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_CHECKS))

    def note(self, seconds: float) -> None:
        """Note how long one check took."""
        self.spent_s.append(seconds)

    def left_s(self, waiting: int, fraction: float | None) -> float | None:
        """Return the seconds until all is done; None while nobody can tell.

        Args:
            waiting: clips that wait.
            fraction: of the clip being checked; None where none is, or it is not known.
        """
        if not self.spent_s:
            return None
        mean = sum(self.spent_s) / len(self.spent_s)
        return mean * (waiting + (1 - fraction if fraction is not None else 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The line below the list.

    Attributes:
        words: how far all clips are; empty where nothing is worth telling.
        fraction: of the clips, 0 to 1.
        going: whether anything is checked or waits: it can be paused and stopped.
        paused: nothing more is begun.
        failed: how many clips could not be checked.
    """

    words: str
    fraction: float
    going: bool
    paused: bool
    failed: int


def overall_of(queue: ClipQueue, pace: Pace, running: Entry | None, *, paused: bool) -> Overall:
    """Return how far all clips of the queue are."""
    total, open_ = len(queue), queue.groups[Group.OPEN]
    done = total - open_
    going = open_ > 0
    return Overall(
        words=_overall_words(queue, pace, running, paused=paused) if going else "",
        fraction=done / total if total else 0.0,
        going=going,
        paused=paused,
        failed=queue.groups[Group.FAILED],
    )


@dataclass(frozen=True, slots=True)
class ScanTally:
    """What came of the clips that were checked in one go."""

    checked: int = 0
    blocked: int = 0
    failed: int = 0

    def counting(self, entry: Entry) -> ScanTally:
        """Return it with one more clip."""
        group = group_of(entry)
        return ScanTally(
            self.checked + 1, self.blocked + (group is Group.BLOCKED), self.failed + (group is Group.FAILED)
        )


def scan_words(tally: ScanTally) -> str:
    """Return what a notification says of clips checked in one go, without anybody's name."""
    count = tally.checked
    parts = [ngettext("{count} clip was checked", "{count} clips were checked", count)]
    counts = [count]
    if tally.blocked:
        parts.append(ngettext("{count} blocked", "{count} blocked", tally.blocked))
        counts.append(tally.blocked)
    if tally.failed:
        parts.append(ngettext("{count} could not be checked", "{count} could not be checked", tally.failed))
        counts.append(tally.failed)
    return "  ·  ".join(part.format(count=format_count(number)) for part, number in zip(parts, counts, strict=True))


def _overall_words(queue: ClipQueue, pace: Pace, running: Entry | None, *, paused: bool) -> str:
    total = len(queue)
    done = format_count(total - queue.groups[Group.OPEN])
    words = ngettext("{done} of {count} checked", "{done} of {count} checked", total)
    words = words.format(done=done, count=format_count(total))
    if paused:
        state = _("pausing after this clip") if running else _("paused")
        return f"{words}  ·  {state}"
    left = pace.left_s(queue.waiting, running.progress.fraction if running and running.progress else None)
    return f"{words}  ·  {time_left_words(left)}" if left is not None else words


def _chip_words(group: Group) -> str:
    if group is Group.NO_MATCH:
        return _("Nobody recognised")
    if group is Group.REVIEW:
        return _("Review")
    if group is Group.FAILED:
        return _("Not checked")
    return _("Stopped") if group is Group.STOPPED else label(_VERDICTS[group])


def _look(group: Group) -> tuple[Icon, Tone]:
    if group in _VERDICTS:
        return verdict_icon(_VERDICTS[group]), verdict_tone(_VERDICTS[group])
    return _OTHERS[group]


_VERDICTS = {
    Group.BLOCKED: Verdict.BLOCKED,
    Group.REVIEW: Verdict.REVIEW,
    Group.PERMITTED: Verdict.PERMITTED,
    Group.NO_MATCH: Verdict.NO_MATCH,
}

_OTHERS = {
    Group.FAILED: (Icon.PROBLEM, Tone.PROBLEM),
    Group.STOPPED: (Icon.STOPPED, Tone.NEUTRAL),
}

_RANKS = {group: place for place, group in enumerate(Group)}
