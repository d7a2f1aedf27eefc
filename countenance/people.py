"""The people of the registry, as `consent.md` §3 and `consent_fields.csv` (record Person) describe them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Modality(StrEnum):
    """What of a person is in a clip."""

    FACE = "face"
    VOICE = "voice"


class PersonKind(StrEnum):
    """What a person is to the law and to the owner of the registry."""

    LIVING = "living"
    DECEASED = "deceased"
    MINOR = "minor"
    GROUP = "group"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody enrolled, or a group of them.

    Attributes:
        id: stable, never reused.
        display_name: the name shown.
        other_names: stage, legal and other-script names.
        birth: required for minors.
        death: required for the deceased.
        guardian: name and document; without it a guardian's signature does not count.
        rights_holder: name and document; without it an estate's signature does not count.
        agent_authority: name and document; without it an agent's signature does not count.
        members: person ids, for a group only.
        jurisdiction: ISO 3166-1 or -2 of residence, or of domicile at death.
        external_ids: ids in other systems, each as "system:id", e.g. a Human Consent ID or an agency's number.
        contact: whom to ask: agent, lawyer.
        tags: words that the agency groups its people by.
        biometric_until: last day on which templates may be kept and matched; None when no end was recorded.
    """

    id: str
    display_name: str = ""
    other_names: tuple[str, ...] = ()
    kind: PersonKind = PersonKind.LIVING
    birth: date | None = None
    death: date | None = None
    guardian: str = ""
    rights_holder: str = ""
    agent_authority: str = ""
    members: tuple[str, ...] = ()
    jurisdiction: str = ""
    external_ids: tuple[str, ...] = ()
    contact: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    biometric_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BiometricConsent:
    """Consent to keep and match a person's templates: a paper apart from any likeness grant.

    Attributes:
        retain_until: last day, inclusive; afterwards the person may not be examined.
        notice_version: which text the person saw.
    """

    id: str
    person: str
    signer: Signer
    modality: tuple[Modality, ...]
    purpose: str
    signed_on: date
    method: str
    notice_version: str
    retain_until: date
    recipients: tuple[str, ...] = ()
    withdrawn_on: date | None = None
    erased_on: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Return whether templates may be kept and matched under it on a day: the last one counts, withdrawal's not."""
        ends = (self.withdrawn_on, self.erased_on)
        return on <= self.retain_until and all(end is None or on < end for end in ends)


class Signer(StrEnum):
    """Who signed a consent."""

    SELF = "self"
    GUARDIAN = "guardian"
    ESTATE = "estate"
    AGENT = "agent"
