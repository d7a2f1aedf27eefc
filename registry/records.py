"""What goes into a registry and what comes out of it, beyond the vocabulary of `countenance`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from countenance.grants import Grant, Prohibition
from countenance.people import BiometricConsent, Modality, Person
from countenance.templates import TemplateBlock


class SampleKind(StrEnum):
    """What an enrolled sample was taken from."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"


class CompensationStatus(StrEnum):
    """Whether the compensation of a grant was paid; a note, never a verdict."""

    UNPAID = "unpaid"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """An embedding to be kept.

    Attributes:
        modality: what it was made from; the biometric consent must name it.
        model: name and version, for people; not what decides whether two templates may be compared.
        binding: `ModelStamp.binding`.
        vector: float32, little-endian, finite.
    """

    modality: Modality
    model: str
    binding: str
    vector: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSample:
    """A picture or the speech of a person to be kept, with the templates made from it.

    Attributes:
        file_sha256: of the file it came from, lower-case hex.
        source: who supplied it.
        picture: JPEG of the face as it was enrolled, made by the detectors; empty for a voice.
        sound: speech as it was enrolled (`countenance.observations.Sound`); empty for a face.
        quality: in [0, 1], from the quality gate.
        delete_by: last day it may be kept; None means the biometric consent's `retain_until`.
    """

    kind: SampleKind
    file_sha256: str
    source: str = ""
    captured_on: date | None = None
    picture: bytes = field(default=b"", repr=False)
    sound: bytes = field(default=b"", repr=False)
    quality: float = 0.0
    delete_by: date | None = None
    templates: tuple[NewTemplate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody to be enrolled.

    Attributes:
        person: its `id` and `biometric_until` are the registry's to give; what is in them is ignored.
        consent: to keep samples and templates; its `id` and `person` are ignored likewise.
        samples: none without `consent`.
    """

    person: Person
    consent: BiometricConsent | None = None
    samples: Sequence[NewSample] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A kept sample, without its picture or sound.

    Attributes:
        biometric_consent: id of the consent it is kept under.
        models: name and version of the model behind each of its templates.
        modalities: what its templates were made from: the face, the voice.
    """

    id: str
    person: str
    kind: SampleKind
    source: str
    captured_on: date | None
    file_sha256: str
    quality: float
    biometric_consent: str
    delete_by: date
    models: tuple[str, ...]
    modalities: tuple[Modality, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleContent:
    """What can be seen or heard of a kept sample; `picture` and `sound` are as in `NewSample`."""

    picture: bytes = field(default=b"", repr=False)
    sound: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedSample:
    """A sample as it was before it was removed, so that it can be put back with `Registry.add_samples`.

    Attributes:
        person, consent: ids of whose it was, and of the biometric consent it was kept under.
    """

    person: str
    consent: str
    sample: NewSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was removed because its last day was past.

    Attributes:
        consents: ids of the biometric consents that had ended.
        samples: how many samples lost what was kept of them: so many templates, pictures, sounds.
    """

    consents: tuple[str, ...] = ()
    samples: int = 0
    templates: int = 0
    pictures: int = 0
    sounds: int = 0

    def and_then(self, later: Swept) -> Swept:
        """Return both together."""
        return Swept(
            consents=self.consents + later.consents,
            samples=self.samples + later.samples,
            templates=self.templates + later.templates,
            pictures=self.pictures + later.pictures,
            sounds=self.sounds + later.sounds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledTemplates:
    """The templates that may be searched on one day with one model.

    Attributes:
        templates: person id to vectors, float32 little-endian; only of people whose biometric consent is in force.
        lapsed: people who have such templates, none of which may be examined any more.
        other_models: people whose templates in force were all made by other models or recipes.
    """

    templates: TemplateBlock = field(repr=False)
    lapsed: tuple[str, ...]
    other_models: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatesElsewhere:
    """Templates in force, made by one model, of people who have none of the model in use.

    Attributes:
        binding: of the model and its recipe (`ModelStamp.binding`).
        model: its name.
        people: their ids, ascending.
        templates: their vectors; empty where nobody asked for those of this binding.
    """

    binding: str
    model: str
    people: tuple[str, ...]
    templates: TemplateBlock = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature under a grant.

    Attributes:
        how: e.g. "paper", "e-signature".
    """

    name: str
    role: str
    signed_on: date
    how: str
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper that a grant rests on: contract, rider, release, e-mail, recording."""

    file: str
    sha256: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPapers:
    """What is recorded with a grant and never judged.

    Attributes:
        approved_by: the second person in an agency who confirmed the entry; empty if nobody has.
        external_ids: evidence of other systems, each as "system:id", e.g. a Human Consent ID or an asset id.
    """

    signatures: tuple[Signature, ...] = ()
    documents: tuple[Document, ...] = ()
    compensation_status: CompensationStatus | None = None
    approved_by: str = ""
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRecord:
    """One revision of a grant as it was recorded.

    Attributes:
        recorded_at: with offset.
        entered_by: the operator.
    """

    grant: Grant
    papers: GrantPapers
    recorded_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProhibitionRecord:
    """One revision of a prohibition as it was recorded."""

    prohibition: Prohibition
    revision: int
    recorded_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Everything recorded about some people, as the judgement of consent needs it.

    Attributes:
        people: those asked for and the groups they belong to, by id.
        grants, prohibitions: the latest revision of each.
        prohibition_revisions: which one that is, by id; a grant carries its own.
    """

    people: dict[str, Person]
    grants: tuple[Grant, ...]
    prohibitions: tuple[Prohibition, ...]
    prohibition_revisions: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One change of the registry, chained to the one before.

    Attributes:
        seq: from 1, without gaps; the last one is the registry's revision.
        at: ISO 8601 with offset.
        subject: id of what was changed.
        facts: JSON object of ids and counts; never a name or another fact about a person.
        previous: `hash` of the entry before; 64 zeros for the first.
        hash: SHA-256, lower-case hex, of the canonical form (docs/adr/0005-registry-file.md).
    """

    seq: int
    at: str
    operator: str
    action: str
    subject: str
    facts: str
    previous: str
    hash: str
