"""What is typed about a person, a biometric consent and where samples come from; and which person is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from cli.typed import day, split, territories, word, words
from countenance.errors import WrongUsageError
from countenance.labels import day_label
from countenance.people import BiometricConsent, Modality, Person, PersonKind, Signer
from countenance.translations import _
from registry import Registry, retain_until_by_default
from scan.enrolment import Origin

PURPOSE_TEXT = "finding this person in clips before publication"
NOTICE_VERSION = "countenance-notice-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOptions:
    """What is typed about a person."""

    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=_("living, deceased, minor, group, or own (own persona)."))
    ] = "living"
    other_names: Annotated[
        list[str] | None, typer.Option("--also", metavar="NAME", help=_("Another name or script; repeat."))
    ] = None
    birth: Annotated[str | None, typer.Option("--birth", metavar="DATE", help=_("Date of birth, 2008-06-10."))] = None
    death: Annotated[str | None, typer.Option("--death", metavar="DATE", help=_("Date of death."))] = None
    guardian: Annotated[
        str, typer.Option("--guardian", metavar="TEXT", help=_("Guardian's name and document, for a minor."))
    ] = ""
    rights_holder: Annotated[
        str, typer.Option("--rights-holder", metavar="TEXT", help=_("Heir's name and document, for a deceased person."))
    ] = ""
    agent: Annotated[str, typer.Option("--agent", metavar="TEXT", help=_("Agent's name and power of attorney."))] = ""
    members: Annotated[
        list[str] | None, typer.Option("--member", metavar="PERSON", help=_("A member of a group: id or name; repeat."))
    ] = None
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", metavar="CODE", help=_("Country or state of residence, e.g. US-NY."))
    ] = ""
    external_ids: Annotated[
        list[str] | None, typer.Option("--external-id", metavar="ID", help=_("An id in another system; repeat."))
    ] = None
    contact: Annotated[str, typer.Option("--contact", metavar="TEXT", help=_("Agent or lawyer to ask."))] = ""
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="WORD", help=_("A word to group people by; repeat."))
    ] = None
    notes: Annotated[str, typer.Option("--notes", metavar="TEXT", help=_("Anything else to be remembered."))] = ""

    def person(self, name: str, opened: Registry) -> Person:
        """Return the person as typed.

        Raises:
            WrongUsageError: a value cannot be meant like this, or nobody has a member's id or name.
        """
        return Person(
            id="",
            display_name=name,
            other_names=plain(self.other_names),
            kind=word(PersonKind, self.kind, "--kind"),
            birth=day(self.birth, "--birth"),
            death=day(self.death, "--death"),
            guardian=self.guardian,
            rights_holder=self.rights_holder,
            agent_authority=self.agent,
            members=tuple(find_person(opened, member).id for member in self.members or ()),
            jurisdiction=home(self.jurisdiction),
            external_ids=split(self.external_ids),
            contact=self.contact,
            tags=plain(split(self.tags)),
            notes=self.notes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOptions:
    """What is typed about any biometric consent: who signed it, how, and what for."""

    signer: Annotated[
        str, typer.Option("--signer", metavar="WHO", help=_("Who signed it: self, guardian, estate, agent."))
    ] = "self"
    method: Annotated[
        str, typer.Option("--consent-method", metavar="HOW", help=_("How: paper, e-signature, recorded statement."))
    ] = "paper"
    modality: Annotated[
        list[str] | None,
        typer.Option(
            "--modality", metavar="face|voice", help=_("What the consent covers, and so what is enrolled; else both.")
        ),
    ] = None
    recipients: Annotated[
        list[str] | None,
        typer.Option("--recipient", metavar="COMPANY", help=_("Who may be given templates; repeat. Else nobody.")),
    ] = None

    def signed_by(self) -> Signer:
        """Return who signed.

        Raises:
            WrongUsageError: it is no word of the vocabulary.
        """
        return word(Signer, self.signer, "--signer")

    def covered(self) -> tuple[Modality, ...]:
        """Return what the consent covers.

        Raises:
            WrongUsageError: it is no modality.
        """
        return tuple(dict.fromkeys(words(Modality, self.modality, "--modality"))) or tuple(Modality)

    def consent_of(self, signed: date, retain_until: date | None) -> BiometricConsent:
        """Return a new biometric consent; three years long where no last day is given.

        Raises:
            WrongUsageError: a value is no word of its vocabulary.
        """
        return BiometricConsent(
            id="",
            person="",
            signer=self.signed_by(),
            modality=self.covered(),
            purpose=PURPOSE_TEXT,
            signed_on=signed,
            method=self.method,
            notice_version=NOTICE_VERSION,
            retain_until=retain_until or retain_until_by_default(signed),
            recipients=plain(self.recipients),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOptions(SignedOptions):
    """What is typed about the biometric consent of somebody who is enrolled."""

    signed: Annotated[
        str | None,
        typer.Option(
            "--biometric-consent", metavar="DATE", help=_("The day the person agreed in writing to be recognised.")
        ),
    ] = None
    retain_until: Annotated[
        str | None,
        typer.Option("--retain-until", metavar="DATE", help=_("Last day templates are kept; else three years.")),
    ] = None

    def consent(self, kind: PersonKind, today: date, *, needed: bool) -> BiometricConsent | None:
        """Return the consent as typed; for a persona of one's own, one of today where none was typed.

        Raises:
            WrongUsageError: none was typed although it is needed, or a value cannot be meant like this.
        """
        signed = day(self.signed, "--biometric-consent")
        if signed is None and needed and kind is PersonKind.OWN:
            signed = today
        if signed is None and needed:
            raise WrongUsageError(
                _("Nobody's face or voice is kept without their biometric consent."),
                remedy=_("Give the day they signed it, for example: --biometric-consent 2026-01-05."),
            )
        if signed is None:
            return None
        return self.consent_of(signed, day(self.retain_until, "--retain-until"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginOptions:
    """What is typed about where samples come from."""

    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help=_("Who supplied the samples; else the names of the files."))
    ] = ""
    captured: Annotated[
        str | None, typer.Option("--captured", metavar="DATE", help=_("The day the samples were taken."))
    ] = None

    def origin(self) -> Origin:
        """Return where the samples come from.

        Raises:
            WrongUsageError: the day is no date.
        """
        return Origin(source=self.source.strip(), captured_on=day(self.captured, "--captured"))


def find_person(opened: Registry, text: str) -> Person:
    """Return the one person with this id or name; an id of somebody merged into another leads to that one.

    Raises:
        WrongUsageError: nobody or several people are meant.
    """
    found = opened.named(text)
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongUsageError(
            _("Several people are called “{name}”.").format(name=text),
            remedy=_("Give the id instead: {ids}.").format(ids=", ".join(person.id for person in found)),
        )
    erased = opened.upkeep.erased_on(text.strip())
    if erased is not None:
        raise WrongUsageError(
            _("{id} was erased on {day}: nothing of this person is held.").format(
                id=text.strip(), day=day_label(erased)
            ),
            remedy=_("What was done is told by: countenance registry audit --person {id}").format(id=text.strip()),
        )
    raise WrongUsageError(
        _("Nobody in the registry has the id or name “{name}”.").format(name=text),
        remedy=_("See who is enrolled with: countenance person list"),
    )


def plain(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return values without blanks around them, each once; a name may hold a comma."""
    return tuple(dict.fromkeys(value.strip() for value in values or () if value.strip()))


def home(code: str) -> str:
    """Return a territory as ISO 3166 spells it, or nothing where nothing is typed.

    Raises:
        WrongUsageError: the code has not the shape of a territory.
    """
    found = territories([code], exclusions=False)
    return found[0] if found else ""
