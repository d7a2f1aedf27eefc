"""Decoding ahead: the same frames in the same order, errors where they belong, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from detectors.media.ahead import Ahead


def test_everything_comes_in_its_order() -> None:
    made = Ahead(iter(range(50)), lambda _first: 4)

    assert list(made) == list(range(50))
    assert made.spent_s > 0


def test_without_room_nothing_is_made_before_it_is_asked_for() -> None:
    asked: list[int] = []
    made = Ahead(_noted(3, asked), lambda _first: 0)

    assert next(made) == 0
    assert asked == [0]
    assert list(made) == [1, 2]


def test_no_more_lie_ready_than_there_is_room_for() -> None:
    asked: list[int] = []
    allowed = threading.Event()
    made = Ahead(_noted(100, asked, allowed), lambda _first: 3)

    assert next(made) == 0
    assert allowed.wait(5)
    assert next(made) == 1
    made.close()

    # Three in the queue, one in the hand of the thread, and those taken.
    assert len(asked) <= 2 + 3 + 1


def test_an_error_comes_after_what_was_made_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("damaged")

    made = Ahead(failing(), lambda _first: 8)

    assert [next(made), next(made)] == [1, 2]
    with pytest.raises(ValueError, match="damaged"):
        next(made)
    assert list(made) == []


def test_nothing_comes_of_nothing() -> None:
    assert list(Ahead(iter(()), lambda _first: 8)) == []


def test_closing_in_the_middle_ends_the_thread() -> None:
    made = Ahead(iter(range(1000)), lambda _first: 2)
    next(made)
    next(made)

    made.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "decoding-ahead"]
    assert list(made) == []


def _noted(count: int, asked: list[int], full: threading.Event | None = None) -> Iterator[int]:
    for number in range(count):
        asked.append(number)
        if full is not None and number == 4:
            full.set()
        yield number
