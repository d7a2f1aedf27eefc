"""Which clips the list shows and how, and how far all of them are, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countenance.verdict import CheckResult, Verdict
from gui.presenters.listing import (
    Listing,
    Order,
    Pace,
    ScanTally,
    Sieve,
    chips_of,
    nothing_found_words,
    order_words,
    overall_of,
    scan_words,
)
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.presenters.queues import ClipQueue, Entry, Group, Stage, group_of, row_of
from gui.presenters.recents import MOST_KEPT, recents_from_text, recents_to_text, with_recent
from tests.reports.material import campaign


def checked(verdict: Verdict) -> CheckResult:
    return replace(campaign(), verdict=verdict)


def a_queue(*names: str) -> tuple[ClipQueue, list[Entry]]:
    queue = ClipQueue()
    entries, _there = queue.add(Path("/clips") / name for name in names)
    return queue, entries


def a_mixed_queue() -> tuple[ClipQueue, list[Entry]]:
    queue, (a, b, c, d, e) = a_queue("d.mp4", "b.mp4", "a.mp4", "c interview.mp4", "e.mp4")
    queue.finish(a.key, checked(Verdict.PERMITTED))
    queue.finish(b.key, checked(Verdict.BLOCKED))
    queue.fail(c.key, Problem(sentence="It is damaged.", remedy="Get it again."))
    queue.finish(d.key, checked(Verdict.REVIEW))
    queue.stop(e.key)
    return queue, queue.entries()


def listing_of(entries: list[Entry]) -> Listing:
    listing = Listing()
    listing.take(entries)
    return listing


def test_clips_are_counted_by_what_came_of_them() -> None:
    queue, entries = a_mixed_queue()

    assert [group_of(entry) for entry in entries] == [
        Group.PERMITTED,
        Group.BLOCKED,
        Group.FAILED,
        Group.REVIEW,
        Group.STOPPED,
    ]
    assert [(chip.words, chip.count) for chip in chips_of(queue.groups)] == [
        ("Blocked", "1"),
        ("Review", "1"),
        ("Not checked", "1"),
        ("Permitted", "1"),
        ("Stopped", "1"),
    ]
    queue.again(entries[1].key)
    assert Group.BLOCKED not in {chip.group for chip in chips_of(queue.groups)}
    assert Group.BLOCKED in {chip.group for chip in chips_of(queue.groups, {Group.BLOCKED})}


def test_a_list_is_put_in_order_and_sifted() -> None:
    _queue, entries = a_mixed_queue()
    listing = listing_of(entries)
    added = [entry.key for entry in entries]

    assert listing.keys() == added
    listing.order = Order.NAME
    assert listing.keys() == [added[place] for place in (2, 1, 3, 0, 4)]
    listing.order = Order.WORST
    assert listing.keys() == [added[place] for place in (1, 3, 2, 0, 4)]
    listing.sieve = Sieve(text="INTER c")
    assert listing.keys() == [added[3]]
    listing.sieve = Sieve(groups=frozenset({Group.FAILED, Group.BLOCKED}))
    assert listing.keys() == [added[1], added[2]]
    listing.drop([added[1]])
    assert listing.keys() == [added[2]]


def test_a_list_is_arranged_anew_only_where_a_change_matters() -> None:
    queue, entries = a_mixed_queue()
    listing = listing_of(entries)
    blocked = queue.finish(entries[0].key, checked(Verdict.BLOCKED))

    assert not listing.change(blocked)
    listing.order = Order.WORST
    assert not listing.change(blocked)
    assert listing.change(queue.again(entries[0].key))


def test_orders_and_empty_lists_are_told_in_words() -> None:
    assert [order_words(order) for order in Order] == ["As added", "Worst first", "By name"]
    assert "“x”" in nothing_found_words(Sieve(text=" x "))
    assert nothing_found_words(Sieve(groups=frozenset({Group.BLOCKED})))


def test_the_line_tells_how_far_all_clips_are() -> None:
    queue, (first, *_others) = a_queue("a.mp4", "b.mp4", "c.mp4")
    pace = Pace()
    assert overall_of(queue, pace, None, paused=False).words == "0 of 3 checked"
    pace.note(30.0)
    queue.finish(first.key, checked(Verdict.PERMITTED))
    running = queue.report(queue.begin(2).key, ProgressLook(words="", short="", fraction=0.5))

    overall = overall_of(queue, pace, running, paused=False)

    assert overall.words == "1 of 3 checked  ·  about 45 seconds left"
    assert overall.fraction == pytest.approx(1 / 3)
    assert overall_of(queue, pace, running, paused=True).words.endswith("pausing after this clip")
    assert overall_of(queue, pace, None, paused=True).words.endswith("paused")


def test_a_line_about_nothing_is_empty() -> None:
    queue, _entries = a_mixed_queue()

    overall = overall_of(queue, Pace(), None, paused=False)

    assert (overall.words, overall.going, overall.failed) == ("", False, 1)


def test_a_notification_counts_and_names_nobody() -> None:
    tally = ScanTally()
    for entry in a_mixed_queue()[1][:4]:
        tally = tally.counting(entry)

    assert scan_words(tally) == "4 clips were checked  ·  1 blocked  ·  1 could not be checked"
    assert scan_words(ScanTally(checked=1)) == "1 clip was checked"


def test_what_was_removed_comes_back_to_its_place() -> None:
    queue, (a, b, c) = a_queue("a.mp4", "b.mp4", "c.mp4")
    queue.begin(b.key)
    gone = [queue.remove(b.key), queue.remove(a.key)]
    assert [entry.key for entry in queue.entries()] == [c.key]
    queue.add([a.path])

    back = queue.restore(gone)

    assert [(entry.key, entry.stage) for entry in back] == [(b.key, Stage.WAITING)]
    assert [entry.path.name for entry in queue.entries()] == ["b.mp4", "c.mp4", "a.mp4"]
    assert queue.groups[Group.OPEN] == 3
    assert queue.waiting == 3


def test_who_waits_longest_is_next() -> None:
    queue, (a, b) = a_queue("a.mp4", "b.mp4")
    queue.stop(a.key)
    queue.again(a.key)

    assert queue.next_waiting() == b


def test_a_failed_row_says_what_happened_and_offers_another_try() -> None:
    _queue, entries = a_mixed_queue()

    row = row_of(entries[2])

    assert (row.state, row.again, row.tip) == ("It is damaged.", True, "It is damaged. Get it again.")
    assert row.spoken == "a.mp4: It is damaged."


def test_a_clip_is_shown_by_its_own_picture_where_there_is_one() -> None:
    result = campaign()
    seen = replace(result.observations, poster=b"\xff\xd8poster")
    queue, (entry,) = a_queue("a.mp4")

    assert row_of(queue.finish(entry.key, replace(result, observations=seen))).picture == b"\xff\xd8poster"


def test_recent_files_are_kept_newest_first_and_each_once() -> None:
    recent = with_recent((Path("/a"), Path("/b")), [Path("/b"), Path("/c\udcff")])

    assert recent == (Path("/b"), Path("/a"))
    assert recents_from_text(recents_to_text(recent)) == recent
    assert recents_from_text("{}") == ()
    assert len(with_recent(recent, [Path(f"/{number}") for number in range(40)])) == MOST_KEPT
