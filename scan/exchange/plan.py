"""What an import would do: whom and what each record is here, and why; nothing here changes anything by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256

from countenance.errors import WrongUsageError
from countenance.people import BiometricConsent, Person, PersonKind
from countenance.translations import _
from registry import Registry
from registry.rules import check_consent, check_person
from scan.exchange.document import Exchange, decode_exchange
from scan.exchange.grants import GrantPlanner
from scan.exchange.prohibitions import ProhibitionPlanner
from scan.exchange.taking import Ours, Outcome, Plan, RecordKind, Step

# The registry gives these itself, or they are joined rather than compared.
_NOT_COMPARED = {"id", "members", "external_ids", "biometric_until", "notes"}


def plan_import(opened: Registry, content: bytes) -> Plan:
    """Return what the import of an export would do.

    People of this registry are known by their ids, those of another one by the id they had there, which is kept as an
    external id. Blanks are filled; what differs is told and left. Grants and prohibitions that are newer there become
    new revisions, unless they were changed here as well.

    Args:
        opened: the registry to import into.
        content: the file.

    Raises:
        WrongUsageError: it is no export.
    """
    exchange = decode_exchange(content)
    with opened.snapshot():
        planner = _Planner(opened, exchange)
        return Plan(
            source=exchange.registry,
            sha256=sha256(content).hexdigest(),
            steps=tuple(planner.steps()),
            ours=planner.ours,
        )


class _Planner:
    def __init__(self, opened: Registry, exchange: Exchange) -> None:
        self._opened, self._exchange = opened, exchange
        self._at_home = exchange.registry == opened.id
        self._here = {person.id: person for person in opened.people()}
        self._by_external_id = {number: one for one in self._here.values() for number in one.external_ids}
        self._names = {one.display_name.casefold(): one.id for one in reversed(self._here.values())}
        # Their ids of people who are here, or will be when the steps so far are taken.
        self.ours: Ours = {}
        self._coming: set[str] = set()

    def steps(self) -> Iterator[Step]:
        """Yield what happens to each record; one that stands twice in the file counts once."""
        seen: set[tuple[RecordKind, str]] = set()
        for step in self._each():
            if (step.kind, step.theirs) in seen:
                why = _("It stands in the file twice.")
                yield replace(step, ours="", outcome=Outcome.REFUSED, why=why, take=None)
            else:
                yield step
            seen.add((step.kind, step.theirs))

    def _each(self) -> Iterator[Step]:
        for person in sorted(self._exchange.people, key=lambda one: one.kind is PersonKind.GROUP):
            yield self._person(person)
        for consent in self._exchange.biometric_consents:
            yield self._refused(RecordKind.BIOMETRIC_CONSENT, consent.id, consent.person) or self._consent(consent)
        grants = GrantPlanner(self._opened, self._exchange.registry, self._exchange.owner, self._exchange.tz)
        for given in self._exchange.grants:
            yield self._refused(RecordKind.GRANT, given.grant.id, given.grant.person) or grants.step(
                given.grant.id, given.grant, given.papers, self.ours.get(given.grant.person, "")
            )
        bans = ProhibitionPlanner(self._opened, self._exchange.registry, self._exchange.tz)
        for banned in self._exchange.prohibitions:
            theirs = banned.prohibition
            yield self._refused(RecordKind.PROHIBITION, theirs.id, theirs.person) or bans.step(
                theirs, banned.revision, self.ours.get(theirs.person, "")
            )

    def _refused(self, kind: RecordKind, theirs: str, person: str) -> Step | None:
        """Return the refusal of a record whose person will not be here; None where they are or will be."""
        if person in self.ours or person in self._coming:
            return None
        why = _("The person {id} is not in the file, or was refused.").format(id=person)
        return Step(kind=kind, theirs=theirs, ours="", outcome=Outcome.REFUSED, why=why)

    def _person(self, theirs: Person) -> Step:
        try:
            ours = self._find(theirs)
            check_person(theirs)
            if not all(member in self.ours or member in self._coming for member in theirs.members):
                raise WrongUsageError(_("A member of the group is not in the file, or was refused."))
        except WrongUsageError as error:
            return Step(kind=RecordKind.PERSON, theirs=theirs.id, ours="", outcome=Outcome.REFUSED, why=error.sentence)
        if ours is None:
            return self._new_person(theirs)
        self.ours[theirs.id] = ours.id
        return self._known_person(theirs, ours)

    def _find(self, theirs: Person) -> Person | None:
        """Return who somebody is here.

        Raises:
            WrongUsageError: they were here, and are not any more.
        """
        home_id = theirs.id if self._at_home else _id_in(self._opened.id, theirs.external_ids)
        if not home_id:
            return self._by_external_id.get(_reference(self._exchange.registry, theirs.id))
        try:
            return self._opened.people([home_id])[0]
        except WrongUsageError:
            raise WrongUsageError(
                _("{id} is not in this registry any more; nobody comes back by an import.").format(id=home_id)
            ) from None

    def _new_person(self, theirs: Person) -> Step:
        self._coming.add(theirs.id)
        reference = _reference(self._exchange.registry, theirs.id)

        def take(ours: Ours) -> str:
            members = tuple(ours[member] for member in theirs.members)
            external_ids = (*theirs.external_ids, reference)
            ours[theirs.id] = self._opened.enrol(replace(theirs, members=members, external_ids=external_ids))
            return ours[theirs.id]

        same_name = self._names.get(theirs.display_name.casefold())
        why = _("{id} has the same name: merge them if they are one person.").format(id=same_name) if same_name else ""
        return Step(kind=RecordKind.PERSON, theirs=theirs.id, ours="", outcome=Outcome.NEW, why=why, take=take)

    def _known_person(self, theirs: Person, ours: Person) -> Step:
        names = [field.name for field in fields(Person) if field.name not in _NOT_COMPARED]
        differing = [name for name in names if getattr(theirs, name) not in (getattr(ours, name), None, "", ())]
        blank = [name for name in differing if getattr(ours, name) in (None, "", ())]
        left = [name for name in differing if name not in blank]
        foreign = {one for one in theirs.external_ids if not one.startswith(f"{self._opened.id}:")}
        more = tuple(sorted(foreign - set(ours.external_ids)))
        filled = replace(ours, external_ids=ours.external_ids + more, **{name: getattr(theirs, name) for name in blank})
        why = _("Different there and left: {fields}.").format(fields=", ".join(left)) if left else ""
        plain = Step(kind=RecordKind.PERSON, theirs=theirs.id, ours=ours.id, outcome=Outcome.UNCHANGED, why=why)
        if filled == ours:
            return replace(plain, outcome=Outcome.LEFT) if left else plain

        def take(_ours: Ours) -> str:
            return self._opened.change_person(filled, expected=ours).id

        told = _("Filled in: {fields}.").format(fields=", ".join([*blank, *(["external_ids"] if more else [])]))
        return replace(plain, outcome=Outcome.CHANGED, why=f"{told} {why}".strip(), take=take)

    def _consent(self, theirs: BiometricConsent) -> Step:
        person = self.ours.get(theirs.person, "")
        plain = Step(kind=RecordKind.BIOMETRIC_CONSENT, theirs=theirs.id, ours="", outcome=Outcome.LEFT)
        for ours in self._opened.consents(person) if person else ():
            if _is_same(theirs, ours):
                if theirs.withdrawn_on is not None and ours.withdrawn_on is None:
                    why = _("It was withdrawn there on {day}: withdraw it here too.").format(day=theirs.withdrawn_on)
                    return replace(plain, ours=ours.id, why=why)
                return replace(plain, ours=ours.id, outcome=Outcome.UNCHANGED)
        try:
            check_consent(theirs, self._today)
        except WrongUsageError as error:
            return replace(plain, why=error.sentence)

        def take(ours: Ours) -> str:
            return self._opened.add_consent(ours[theirs.person], theirs)

        return replace(plain, outcome=Outcome.NEW, take=take)

    @property
    def _today(self) -> date:
        return self._opened.today()


def _reference(registry: str, number: str) -> str:
    return f"{registry}:{number}"


def _id_in(registry: str, external_ids: tuple[str, ...]) -> str:
    """Return the id that somebody has in a registry, by their external ids; empty where they have none."""
    return next((one.removeprefix(f"{registry}:") for one in external_ids if one.startswith(f"{registry}:")), "")


def _is_same(theirs: BiometricConsent, ours: BiometricConsent) -> bool:
    return _paper(theirs) == _paper(ours)


def _paper(consent: BiometricConsent) -> BiometricConsent:
    return replace(consent, id="", person="", withdrawn_on=None, erased_on=None)
