"""What an import does with a prohibition: the same, newer there, changed here, or new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from countenance.errors import WrongUsageError
from countenance.grants import Prohibition
from countenance.translations import _
from registry import ProhibitionRecord, Registry
from registry.rules import check_prohibition
from scan.exchange.taking import Ours, Outcome, RecordKind, Step


class ProhibitionPlanner:
    """Compares prohibitions of a file with those of an open registry.

    One of another registry is known by what it says: a prohibition that both have is never recorded twice, and one
    whose period differs is left for a person to look at, since a prohibition too many only asks again.

    Args:
        opened: the registry to import into.
        source: id of the registry that the file comes from.
        tz: zone that is meant there where a prohibition names none.
    """

    def __init__(self, opened: Registry, source: str, tz: str) -> None:
        self._opened, self._tz = opened, tz
        self._at_home = source == opened.id
        self._of_person: dict[str, list[ProhibitionRecord]] = {}
        for record in opened.prohibitions():
            self._of_person.setdefault(record.prohibition.person, []).append(record)

    def step(self, ban: Prohibition, revision: int, person: str) -> Step:
        """Return what happens to a prohibition.

        Args:
            ban: with the ids it has there.
            revision: its revision there.
            person: our id of whose it is; empty where the person is new.
        """
        theirs = ban.id
        ban = replace(ban, tz=ban.tz or (None if self._tz == self._opened.tz else self._tz))
        try:
            check_prohibition(ban)
            if self._at_home:
                return self._at_home_step(theirs, replace(ban, person=person), revision)
        except WrongUsageError as error:
            return _step(theirs, Outcome.REFUSED, why=error.sentence)
        for record in self._of_person.get(person, ()):
            if _plain(record.prohibition) == _plain(ban):
                return _step(theirs, Outcome.UNCHANGED, record.prohibition.id)
            if _scope(record.prohibition) == _scope(ban):
                why = _("It forbids the same for another time.")
                return _step(theirs, Outcome.LEFT, record.prohibition.id, why=why)

        def take(ours: Ours) -> str:
            new = replace(ban, id="", person=ours[ban.person])
            return self._opened.record_prohibition(new).prohibition.id

        return _step(theirs, Outcome.NEW, take=take)

    def _at_home_step(self, theirs: str, ban: Prohibition, revision: int) -> Step:
        known = self._opened.prohibition_revisions(ban.id)[-1]
        if known.prohibition == ban:
            return _step(theirs, Outcome.UNCHANGED, ban.id)
        if known.prohibition.person != ban.person:
            return _step(theirs, Outcome.REFUSED, why=_("{id} belongs to another person.").format(id=ban.id))
        if known.revision != revision:
            return _step(theirs, Outcome.LEFT, ban.id, why=_("It was changed here since."))

        def take(_ours: Ours) -> str:
            return self._opened.record_prohibition(ban, changes_revision=revision).prohibition.id

        return _step(theirs, Outcome.CHANGED, ban.id, take=take)


def _step(
    theirs: str, outcome: Outcome, ours: str = "", *, why: str = "", take: Callable[[Ours], str] | None = None
) -> Step:
    return Step(kind=RecordKind.PROHIBITION, theirs=theirs, ours=ours, outcome=outcome, why=why, take=take)


def _plain(ban: Prohibition) -> Prohibition:
    return replace(ban, id="", person="")


def _scope(ban: Prohibition) -> Prohibition:
    return replace(ban, id="", person="", start=None, end=None, tz=None, document="")
