"""Contents that are nobody else's: random bytes from a seed, as pictures, sounds and templates."""

from __future__ import annotations

import random
import struct

from registry import NewSample
from tests.registry.people import sample, template


def noise(seed: int, count: int) -> bytes:
    return random.Random(seed).randbytes(count)


def drawn(seed: int, size: int = 9000) -> NewSample:
    """Return a sample whose picture and template nobody else has."""
    chance = random.Random(seed)
    vector = struct.pack("<128f", *(chance.gauss(0, 1) for _number in range(128)))
    return sample(
        file_sha256=noise(seed, 32).hex(),
        picture=b"\xff\xd8\xff\xda" + noise(seed + 1, size),
        templates=(template(vector=vector),),
    )
