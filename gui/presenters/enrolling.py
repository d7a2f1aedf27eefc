"""Somebody who is being enrolled: who they are, who agreed to what, and what is missing before they can be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from countenance.errors import WrongUsageError
from countenance.labels import day_label, label, listed
from countenance.people import BiometricConsent, Modality, Person, PersonKind, Signer
from countenance.translations import _, mark
from gui.presenters.uses import Choice
from registry import NewPerson, retain_until_by_default
from registry.rules import check_consent_for, check_enrolment, check_person

PURPOSE_TEXT = "finding this person in clips before publication"
NOTICE_VERSION = "countenance-notice-1"

_KINDS = {
    PersonKind.LIVING: (mark("Living person"), mark("An adult who signs for themselves.")),
    PersonKind.OWN: (mark("My own persona"), mark("You yourself, or somebody you invented: nobody else has to agree.")),
    PersonKind.MINOR: (mark("Minor"), mark("Somebody under 18, for whom a guardian signs.")),
    PersonKind.DECEASED: (mark("Deceased person"), mark("Somebody for whom the heirs or the estate sign.")),
    PersonKind.GROUP: (mark("Group"), mark("A band or a cast: it has grants, its members have faces and voices.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityWords:
    """How the field is called in which it stands who may sign for somebody, and what belongs there."""

    title: str
    hint: str


def kind_choices() -> list[Choice]:
    """Return what somebody can be."""
    return [Choice(kind.value, _(words)) for kind, (words, _hint) in _KINDS.items()]


def kind_hint(kind: PersonKind) -> str:
    """Return what a kind means, in a sentence."""
    return _(_KINDS[kind][1])


def authority_words(kind: PersonKind) -> AuthorityWords | None:
    """Return how the field of whoever signs for somebody is called; None where everybody signs for themselves."""
    if kind is PersonKind.MINOR:
        return AuthorityWords(
            title=_("Guardian"), hint=_("Name and document, such as: Maria Example, birth certificate 12/345")
        )
    if kind is PersonKind.DECEASED:
        return AuthorityWords(
            title=_("Rights holder"), hint=_("Name and document, such as: Example Estate, will of 3 May 2020")
        )
    return None


def with_authority(person: Person, words: str) -> Person:
    """Return the person with whoever signs for them, in the field of their kind."""
    guardian = words if person.kind is PersonKind.MINOR else ""
    rights_holder = words if person.kind is PersonKind.DECEASED else ""
    return replace(person, guardian=guardian, rights_holder=rights_holder)


def person_faults(person: Person, today: date) -> dict[str, str]:
    """Return what a new person lacks: the field, and a sentence beside it; "" is all of them."""
    faults: dict[str, str] = {}
    words = authority_words(person.kind)
    if not person.display_name.strip():
        faults["display_name"] = _("Give a name.")
    if person.kind is PersonKind.MINOR and person.birth is None:
        faults["birth"] = _("A minor needs a date of birth.")
    if person.kind is PersonKind.DECEASED and person.death is None:
        faults["death"] = _("Give the date of death.")
    if words is not None and not (person.guardian or person.rights_holder).strip():
        faults["authority"] = _("Say who signs, and by which document.")
    if person.birth is not None and person.birth > today:
        faults["birth"] = _("The date lies in the future.")
    if person.kind is PersonKind.GROUP and not person.members:
        faults["members"] = _("Choose the members; enrol them first where they are not here yet.")
    if faults:
        return faults
    try:
        check_person(person)
        check_enrolment(NewPerson(person=person), today)
    except WrongUsageError as error:
        return {"": str(error)}
    return {}


def new_consent(kind: PersonKind, today: date) -> BiometricConsent:
    """Return the biometric consent that the page shows first: of face and voice, for three years, signed today."""
    signers = {PersonKind.MINOR: Signer.GUARDIAN, PersonKind.DECEASED: Signer.ESTATE}
    return BiometricConsent(
        id="",
        person="",
        signer=signers.get(kind, Signer.SELF),
        modality=tuple(Modality),
        purpose=PURPOSE_TEXT,
        signed_on=today,
        method="paper",
        notice_version=NOTICE_VERSION,
        retain_until=retain_until_by_default(today),
    )


def consent_faults(consent: BiometricConsent, person: Person, today: date) -> dict[str, str]:
    """Return what keeps a biometric consent from being recorded, as `person_faults` does."""
    faults: dict[str, str] = {}
    if not consent.modality:
        faults["modality"] = _("Choose the face, the voice, or both.")
    if consent.signed_on > today:
        faults["signed_on"] = _("The date lies in the future.")
    if consent.retain_until < today:
        faults["retain_until"] = _("The date is past: nothing could be kept under it.")
    elif consent.retain_until < consent.signed_on:
        faults["retain_until"] = _("It ends before it was signed.")
    if faults:
        return faults
    try:
        check_consent_for(consent, person, today)
    except WrongUsageError as error:
        return {"signer": str(error)}
    return {}


def consent_sentence(consent: BiometricConsent, name: str) -> str:
    """Return what a biometric consent says, in plain words."""
    return _(
        "{signer} agrees that the {what} of {name} may be kept on this computer and compared with clips before they"
        " are published, until {day}. It can be withdrawn at any time; then everything kept is removed."
    ).format(
        signer=_capital(label(consent.signer)),
        what=listed(map(label, consent.modality)) if consent.modality else "…",
        name=name or _("this person"),
        day=day_label(consent.retain_until),
    )


def own_consent_sentence(day: date) -> str:
    """Return what takes the place of a signature where somebody enrols their own persona."""
    return _(
        "This is your own persona, so nobody else has to sign. It is kept until {day}; you can end it at any time."
    ).format(day=day_label(day))


def signers_for(person: Person) -> list[Choice]:
    """Return who can sign for somebody."""
    offered = {
        PersonKind.MINOR: (Signer.GUARDIAN, Signer.AGENT),
        PersonKind.DECEASED: (Signer.ESTATE,),
        PersonKind.OWN: (Signer.SELF,),
    }.get(person.kind, (Signer.SELF, Signer.AGENT, Signer.GUARDIAN))
    return [Choice(one.value, _capital(label(one))) for one in offered]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
