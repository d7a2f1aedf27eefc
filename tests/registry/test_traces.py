"""By which pieces of a content somebody would be known again, and which stand in anybody's files."""

import itertools
import os
from dataclasses import replace

import pytest

from registry import Registry
from registry.traces import Trace, pieces_of
from tests.registry.noise import drawn, noise
from tests.registry.people import consent, person


def test_pieces_of_long_contents_stand_on_every_page() -> None:
    content = os.urandom(200_000)

    pieces = pieces_of(content, "document", "D1")

    places = [content.find(piece.content) for piece in pieces]
    assert max(later - earlier for earlier, later in itertools.pairwise(places)) <= 1024
    assert "content" not in repr(pieces[0])


def test_tables_of_pictures_are_nobodys(registry: Registry) -> None:
    head = noise(3, 600)

    pieces = pieces_of(b"\xff\xd8" + head + b"\xff\xda" + noise(4, 600), "picture", "S1")

    assert all(piece.content not in head for piece in pieces)
    assert Trace(kind="picture", source="S1", content=pieces[0].content) == pieces[0]


def test_pictures_that_share_no_more_than_their_tables_are_not_taken_for_one_another(registry: Registry) -> None:
    # As every JPEG of three components says before it draws: which components, which tables, which coefficients.
    scan = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    ground = bytes(range(10))
    kept, other = (
        registry.enrol(
            person(name),
            consent=consent(),
            samples=[replace(drawn(seed), picture=b"\xff\xd8\xff" + noise(1, 500) + scan + ground + noise(seed, 900))],
        )
        for name, seed in (("Ida Erased", 11), ("Otto Other", 12))
    )

    result = registry.upkeep.erase(kept)

    assert result.proved
    assert result.traces > 10
    assert not [found for found in result.elsewhere if found.kind == "picture"]
    assert registry.people([other])


@pytest.mark.parametrize("period", [54, 108, 144])
def test_an_even_ground_of_a_picture_is_nobodys(period: int) -> None:
    code = f"{int.from_bytes(noise(period, 18), 'big'):0144b}"[:period]
    ground = int((code * 60)[: 8 * 40 * 9], 2).to_bytes(360, "big")
    drawing = noise(99, 640)

    pieces = pieces_of(b"\xff\xd8\xff\xda\x00\x0c" + bytes(10) + ground + drawing, "picture", "S1")

    assert pieces
    assert all(piece.content in drawing for piece in pieces[1:])
    # What repeats in a paper may be what it says.
    assert pieces_of(ground, "document", "D1") or period < 96
