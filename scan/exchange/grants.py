"""What an import does with a grant: the same, newer there, changed here, or new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, replace

from countenance.errors import WrongUsageError
from countenance.grants import Grant
from countenance.translations import _
from registry import GrantPapers, GrantRecord, Registry
from registry.rules import check_grant
from scan.exchange.taking import Ours, Outcome, RecordKind, Step

# What an import leaves with a grant: the registry it comes from, its id and its revision there.
_MARK = re.compile(r"(.+:G[0-9]+)/([0-9]+)")


class GrantPlanner:
    """Compares grants of a file with those of an open registry.

    Args:
        opened: the registry to import into.
        source: id of the registry that the file comes from; empty for a roster that somebody wrote.
        owner: who is meant there where a grant names no grantee.
        tz: zone that is meant there where a grant names none.
    """

    def __init__(self, opened: Registry, source: str, owner: str, tz: str) -> None:
        self._opened, self._source, self._owner, self._tz = opened, source, owner, tz
        self._of_person: dict[str, list[GrantRecord]] = {}
        self._by_external_id: dict[str, GrantRecord] = {}
        for record in opened.grants():
            self._of_person.setdefault(record.grant.person, []).append(record)
            for number in record.papers.external_ids:
                marked = _MARK.fullmatch(number)
                self._by_external_id[marked[1] if marked else number] = record

    def step(self, theirs: str, grant: Grant, papers: GrantPapers, person: str) -> Step:
        """Return what happens to a grant.

        Args:
            theirs: what it is called in the file.
            grant: with the ids and the revision it has there.
            papers: as they are there.
            person: our id of whose it is; empty where the person is new.
        """
        home = _home_of(self._opened.id, papers)
        papers = replace(
            papers,
            approved_by="",
            external_ids=tuple(one for one in papers.external_ids if not one.startswith(f"{self._opened.id}:")),
        )
        grant = self._here(replace(grant, grantee=grant.grantee or self._owner, tz=grant.tz or self._tz))
        try:
            check_grant(grant, papers)
            known, base = self._known(grant, papers, home, person)
        except WrongUsageError as error:
            return _step(theirs, Outcome.REFUSED, why=error.sentence)
        if known is None:
            return _step(theirs, Outcome.NEW, take=self._taking(grant, self._marked(grant, papers), None))
        if known.grant.person != person:
            return _step(theirs, Outcome.REFUSED, why=_("{id} belongs to another person.").format(id=known.grant.id))
        return self._compared(theirs, grant, papers, known, base)

    def known_elsewhere(self, external_ids: Iterable[str]) -> GrantRecord | None:
        """Return the grant here that has one of these ids in other systems; None where none has."""
        found = (self._by_external_id.get(number) for number in external_ids)
        return next((record for record in found if record is not None), None)

    def _known(
        self, grant: Grant, papers: GrantPapers, home: tuple[str, int] | None, person: str
    ) -> tuple[GrantRecord | None, int]:
        """Return what a grant is here, and the revision of ours that theirs follows; 0 where nobody can tell.

        Raises:
            WrongUsageError: it was here, and is not any more.
        """
        if self._source == self._opened.id:
            home = (grant.id, grant.revision)
        if home is not None:
            return self._opened.grant_revisions(home[0])[-1], home[1]
        found = self._by_external_id.get(f"{self._source}:{grant.id}") if self._source else None
        if found is not None:
            return found, self._imported_as(found, grant.revision)
        found = None if self._source else self.known_elsewhere(papers.external_ids)
        if found is not None:
            return found, found.grant.revision
        same = [one for one in self._of_person.get(person, ()) if self._same_terms(one, grant, papers)]
        return (same[0], same[0].grant.revision) if same else (None, 0)

    def _imported_as(self, ours: GrantRecord, their_revision: int) -> int:
        """Return the latest revision of ours whose terms came from them; 0 where they have nothing newer to say."""
        imported = revision = 0
        terms = _terms(ours.grant)
        for record in self._opened.grant_revisions(ours.grant.id):
            mark = _mark(self._source, record.papers)
            if mark > imported:
                imported, terms, revision = mark, _terms(record.grant), record.grant.revision
            if imported and _terms(record.grant) == terms:
                revision = record.grant.revision
        return revision if their_revision > imported else 0

    def _compared(self, theirs: str, grant: Grant, papers: GrantPapers, known: GrantRecord, base: int) -> Step:
        number = known.grant.id
        if self._same_terms(known, grant, papers):
            return _step(theirs, Outcome.UNCHANGED, number)
        changed = replace(grant, id=number, person=known.grant.person, revision=known.grant.revision)
        names = ", ".join(self._differing(known, changed, papers))
        if base != known.grant.revision:
            why = _("It was changed here since, or theirs is older; different: {fields}.").format(fields=names)
            return _step(theirs, Outcome.LEFT, number, why=why)
        papers = replace(
            self._marked(grant, papers),
            external_ids=tuple(dict.fromkeys((*self._others(known), *self._marked(grant, papers).external_ids))),
        )
        why = _("Changed: {fields}.").format(fields=names)
        return _step(theirs, Outcome.CHANGED, number, why=why, take=self._taking(changed, papers, number))

    def _same_terms(self, ours: GrantRecord, grant: Grant, papers: GrantPapers) -> bool:
        return not self._differing(ours, replace(grant, id=ours.grant.id, person=ours.grant.person), papers)

    def _differing(self, ours: GrantRecord, grant: Grant, papers: GrantPapers) -> tuple[str, ...]:
        held = self._here(ours.grant)
        terms = [field.name for field in fields(Grant) if getattr(held, field.name) != getattr(grant, field.name)]
        recorded = [
            name
            for name in ("signatures", "documents", "compensation_status")
            if getattr(ours.papers, name) != getattr(papers, name)
        ]
        more = set(papers.external_ids) - set(ours.papers.external_ids)
        recorded += ["external_ids"] if any(_MARK.fullmatch(one) is None for one in more) else []
        return tuple(name for name in (*terms, *recorded) if name not in {"id", "person", "revision"})

    def _here(self, grant: Grant) -> Grant:
        """Return a grant as it is written here: whom and which zone this registry means anyway are not named."""
        return replace(
            grant,
            grantee=None if grant.grantee == self._opened.owner else grant.grantee,
            tz=None if grant.tz == self._opened.tz else grant.tz,
        )

    def _taking(self, grant: Grant, papers: GrantPapers, number: str | None) -> Callable[[Ours], str]:
        def take(ours: Ours) -> str:
            if number is not None:
                return self._opened.record_grant(grant, papers).id
            new = replace(grant, id="", revision=1, person=ours[grant.person])
            return self._opened.record_grant(new, papers).id

        return take

    def _marked(self, grant: Grant, papers: GrantPapers) -> GrantPapers:
        """Return papers that remember which revision of theirs this is."""
        if self._source in ("", self._opened.id):
            return papers
        others = tuple(one for one in papers.external_ids if not one.startswith(f"{self._source}:"))
        return replace(papers, external_ids=(*others, f"{self._source}:{grant.id}/{grant.revision}"))

    def _others(self, known: GrantRecord) -> tuple[str, ...]:
        prefix = f"{self._source}:"
        return tuple(one for one in known.papers.external_ids if not (self._source and one.startswith(prefix)))


def _step(
    theirs: str, outcome: Outcome, ours: str = "", *, why: str = "", take: Callable[[Ours], str] | None = None
) -> Step:
    return Step(kind=RecordKind.GRANT, theirs=theirs, ours=ours, outcome=outcome, why=why, take=take)


def _home_of(registry: str, papers: GrantPapers) -> tuple[str, int] | None:
    """Return id and revision that a grant had here before it went away and came back; None where it never was."""
    for one in papers.external_ids:
        marked = _MARK.fullmatch(one)
        if marked and one.startswith(f"{registry}:"):
            return marked[1].removeprefix(f"{registry}:"), int(marked[2])
    return None


def _mark(source: str, papers: GrantPapers) -> int:
    """Return the revision of theirs that papers remember; 0 where they remember none."""
    found = _home_of(source, papers)
    return found[1] if found else 0


def _terms(grant: Grant) -> Grant:
    return replace(grant, id="", person="", revision=1)
