"""The people of an open registry: templates at once, everything else when a judgement asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar, overload

from countenance.errors import WrongUsageError
from countenance.observations import MOST_FURTHER
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality, Person
from countenance.searching import NotSearched, WhyNot
from countenance.templates import TemplateBlock
from registry import Registry
from scan.known import Decisions, Known

T = TypeVar("T")

_EMBEDDERS = {Modality.FACE: ModelTask.FACE_EMBEDDER, Modality.VOICE: ModelTask.VOICE_EMBEDDER}


class Registered:
    """Reads from an open registry; a `scan.known.Source`.

    Whoever judges a clip sees the registry as it is at that moment, whichever process changed it. Templates are kept
    from one clip to the next, and read again once people, their consents or samples were changed, or the day is over.

    Args:
        registry: stays open as long as clips are judged.
        card: of the pack in use.
        on: the day whose consents count; it moves on as the registry's own day does.
    """

    def __init__(self, registry: Registry, card: PackCard, on: date) -> None:
        self._registry, self._card = registry, card
        self._ahead = on - registry.today()
        self._read_at: tuple[int, date] | None = None
        self._people_at: tuple[int, date] | None = None
        self._known = Known()

    @contextmanager
    def at_one_moment(self) -> Iterator[Known]:
        """Give what is known now; nothing changes for as long as the block lasts."""
        with self._registry.snapshot():
            read_at = (self._registry.revision(), self._registry.today() + self._ahead)
            if read_at != self._read_at:
                self._read_again(read_at[1])
                self._read_at = read_at
            yield self._known

    def concerning(self, known: Known, found: Collection[str], named: Collection[str]) -> Known:
        """Return `known` with the records of those people alone (`Known.concerning`)."""
        agreed = self._registry.agreed(sorted(found))
        others = self._registry.people(sorted(named))
        return replace(
            known,
            people={**agreed.people, **{person.id: person for person in others}},
            grants=agreed.grants,
            prohibitions=agreed.prohibitions,
            prohibition_revisions=agreed.prohibition_revisions,
        )

    def find(self, people: Collection[str]) -> dict[str, Person]:
        """Return those of some people who are there (`Known.find`)."""
        found = {}
        for person in people:
            with suppress(WrongUsageError):  # an id that is nobody's any more
                found[person] = self._registry.people([person])[0]
        return found

    def _read_again(self, on: date) -> None:
        people_at = (self._registry.people_revision(), on)
        if people_at == self._people_at:
            self._known = self._with_records(self._known).with_galleries_of(self._known)
        else:
            self._known, self._people_at = self._read(on), people_at

    def _read(self, on: date) -> Known:
        registry = self._registry
        faces, voices = (self._enrolled(modality, on) for modality in (Modality.FACE, Modality.VOICE))
        seen, heard = faces.searched, voices.searched
        searched = seen | heard
        not_searched = {*faces.not_searched, *voices.not_searched}

        def read_person(person: str) -> Person | None:
            return registry.people([person])[0] if person in searched else None

        known = Known(
            templates=faces.templates,
            voices=voices.templates,
            further_faces=faces.further,
            further_voices=voices.further,
            not_searched=_by_models(faces.not_searched, voices.not_searched),
            people=_ReadOnDemand(searched, read_person),
            pictures=_ReadOnDemand(seen, lambda person: registry.picture(person, on)),
            sounds=_ReadOnDemand(heard, lambda person: registry.sound(person, on)),
            other_models=tuple(sorted(not_searched - searched)),
            half_known=tuple(sorted(not_searched & searched)),
            owner=registry.owner,
            tz=registry.tz,
            source=self,
        )
        return self._with_records(known)

    def _with_records(self, known: Known) -> Known:
        registry = self._registry
        approvals, exceptions = registry.decisions.all()
        return replace(
            known,
            grants=_AllOnDemand(lambda: [record.grant for record in registry.grants()]),
            prohibitions=_AllOnDemand(lambda: [record.prohibition for record in registry.prohibitions()]),
            decisions=Decisions(approvals=approvals, exceptions=exceptions, answers=registry.answers.all()),
            facts=registry.facts(),
        )

    def _enrolled(self, modality: Modality, on: date) -> _Enrolled:
        embedder = self._card.model(_EMBEDDERS[modality])
        # A pack without such a model has made none of the templates, and tells so of each of them.
        own = self._registry.templates(binding=embedder.binding if embedder else "", modality=modality, on=on)
        if not own.other_models:
            return _Enrolled(own.templates)
        at_hand = {one.stamp.binding: one for one in self._card.further if one.stamp.task is _EMBEDDERS[modality]}
        # Without figures nothing could be said of anybody.
        further = {binding: one for binding, one in at_hand.items() if one.scale.singles is not None}
        elsewhere = {
            one.binding: one
            for one in self._registry.templates_elsewhere(own.other_models, wanted=further, modality=modality, on=on)
        }
        left = set(own.other_models)
        searched: dict[str, Mapping[str, Sequence[bytes]]] = {}
        for binding in [binding for binding in further if binding in elsewhere]:
            templates = elsewhere[binding].templates
            mine = {person: templates[person] for person in templates.people if person in left}
            if mine and len(searched) < MOST_FURTHER:
                searched[further[binding].stamp.name] = TemplateBlock.of(mine)
                left -= set(mine)
        not_searched: dict[str, _Missed] = {}
        for binding, one in elsewhere.items():
            why = WhyNot.NO_FIGURES if binding in at_hand else WhyNot.NOT_AT_HAND
            for person in left.intersection(one.people):
                not_searched.setdefault(person, set()).add((one.model, why))
        return _Enrolled(own.templates, searched, not_searched)


_Missed = set[tuple[str, WhyNot]]
"""Names of models that made somebody's templates, and why each is not used."""


@dataclass(frozen=True, slots=True)
class _Enrolled:
    """Whose faces, or voices, are searched with which model, and of whom no model at hand made the templates.

    Attributes:
        templates: of the pack's own model.
        further: by name of another model; nobody twice.
        not_searched: by person, the models that made their templates, and why none of them is used.
    """

    templates: TemplateBlock
    further: Mapping[str, Mapping[str, Sequence[bytes]]] = field(default_factory=dict)
    not_searched: Mapping[str, _Missed] = field(default_factory=dict)

    @property
    def searched(self) -> set[str]:
        """Everybody who is looked for."""
        return {*self.templates.people, *(person for templates in self.further.values() for person in templates)}


def _by_models(*not_searched: Mapping[str, _Missed]) -> tuple[NotSearched, ...]:
    """Return people by the models that made their templates; what could be measured is told first."""
    found: dict[tuple[str, WhyNot], set[str]] = {}
    for by_person in not_searched:
        for person, missed in by_person.items():
            why = WhyNot.NO_FIGURES if WhyNot.NO_FIGURES in {why for _model, why in missed} else WhyNot.NOT_AT_HAND
            models = ", ".join(sorted(model for model, reason in missed if reason is why))
            found.setdefault((models, why), set()).add(person)
    return tuple(NotSearched(models, tuple(sorted(people)), why) for (models, why), people in sorted(found.items()))


class _ReadOnDemand(Mapping[str, T]):
    """What is kept about some people, read when it is looked at and remembered; who has nothing is not in it."""

    def __init__(self, people: Iterable[str], read: Callable[[str], T | None]) -> None:
        self._people, self._read = frozenset(people), read
        self._remembered: dict[str, T | None] = {}

    def __getitem__(self, person: str) -> T:
        if person not in self._people:
            raise KeyError(person)
        if person not in self._remembered:
            self._remembered[person] = self._read(person)
        found = self._remembered[person]
        if found is None:
            raise KeyError(person)
        return found

    def __iter__(self) -> Iterator[str]:
        return (person for person in sorted(self._people) if person in self)

    def __len__(self) -> int:
        return sum(1 for _person in self)


class _AllOnDemand(Sequence[T]):
    """Everything of a kind, read when it is looked at and remembered."""

    def __init__(self, read: Callable[[], Sequence[T]]) -> None:
        self._read = read
        self._remembered: Sequence[T] | None = None

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return self._all()[place]

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Sequence[T]:
        if self._remembered is None:
            self._remembered = self._read()
        return self._remembered
