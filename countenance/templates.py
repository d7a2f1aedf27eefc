"""Templates of many people in one piece, so that a registry of thousands is handed over without touching each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate


class TemplateBlock(Mapping[str, tuple[bytes, ...]]):
    """Person id to vectors, each float32 little-endian; all of one size, one after another.

    Attributes:
        people: person ids, ascending; everybody has a vector.
        counts: how many vectors each of them has.
        vectors: those of the first person, then those of the second, and so on.
    """

    __slots__ = ("_places", "counts", "people", "vectors")

    def __init__(self, people: tuple[str, ...] = (), counts: tuple[int, ...] = (), vectors: bytes = b"") -> None:
        self.people, self.counts, self.vectors = people, counts, vectors
        self._places: dict[str, range] = {}

    @staticmethod
    def of(templates: Mapping[str, Sequence[bytes]]) -> TemplateBlock:
        """Return templates as one block; people without any are left out.

        Raises:
            ValueError: the vectors are not of one size.
        """
        if isinstance(templates, TemplateBlock):
            return templates
        people = tuple(sorted(person for person, vectors in templates.items() if vectors))
        rows = [vector for person in people for vector in templates[person]]
        if len({len(row) for row in rows}) > 1:
            raise ValueError("vectors of different sizes")
        return TemplateBlock(people, tuple(len(templates[person]) for person in people), b"".join(rows))

    def __getitem__(self, person: str) -> tuple[bytes, ...]:
        if not self._places:
            ends = accumulate(self.counts)
            self._places = {
                name: range(end - count, end) for name, count, end in zip(self.people, self.counts, ends, strict=True)
            }
        rows = self._places[person]
        size = len(self.vectors) // sum(self.counts)
        return tuple(self.vectors[size * row : size * (row + 1)] for row in rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.people)

    def __len__(self) -> int:
        return len(self.people)

    def __repr__(self) -> str:
        return f"TemplateBlock({len(self.people)} people)"
