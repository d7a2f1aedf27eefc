"""Puts what the gate let through into the registry: one transaction, bound to the model that made the templates."""

from __future__ import annotations

from countenance.errors import EnrolmentRefusedError
from countenance.packs import ModelTask, PackCard
from countenance.people import BiometricConsent, Modality, Person
from countenance.sentences import in_a_row
from countenance.translations import _
from registry import NewSample, NewTemplate, Registry, SampleKind
from scan.enrol import Proposal
from scan.gallery import as_vectors, build_gallery
from scan.operating import rate_per_comparison, score_at
from scan.refusals import refusal_clause

ADVISED_SAMPLES = 3
"""Means of three pictures find a person in 100 of 100 cases where one finds 99 (models.md §6)."""


def enrol_person(
    registry: Registry, person: Person, consent: BiometricConsent, proposal: Proposal, card: PackCard
) -> str:
    """Keep a person with all accepted samples and return the new id.

    Raises:
        EnrolmentRefusedError: the gate let no sample through; the sentence says why for each file.
        WrongUsageError: the person or the consent lacks something required.
    """
    if not proposal.accepted:
        raise EnrolmentRefusedError(
            _("Nobody was enrolled: no sample can be used."),
            remedy=in_a_row(
                _("{file}: {why}.").format(file=item.file, why=refusal_clause(item)) for item in proposal.refused
            ),
        )
    embedder = card.model(ModelTask.FACE_EMBEDDER)
    assert embedder is not None
    samples = [
        NewSample(
            kind=SampleKind.PHOTO if accepted.still else SampleKind.VIDEO,
            file_sha256=accepted.file_sha256,
            picture=accepted.sample.picture,
            quality=accepted.sample.detection.quality,
            templates=(
                NewTemplate(
                    modality=Modality.FACE,
                    model=f"{embedder.name} {embedder.version}",
                    binding=embedder.binding,
                    vector=accepted.sample.embedding,
                ),
            ),
        )
        for accepted in proposal.accepted
    ]
    return registry.enrol(person, consent=consent, samples=samples)


def look_alikes(proposal: Proposal, registry: Registry, card: PackCard) -> list[str]:
    """Return the names of people already enrolled who look like the proposal's samples, nearest first.

    One person enrolled twice, or two who cannot be told apart: the user must know before relying on either.
    """
    embedder = card.model(ModelTask.FACE_EMBEDDER)
    if embedder is None or card.face.singles is None or not proposal.accepted:
        return []
    enrolled = registry.templates(binding=embedder.binding, modality=Modality.FACE, on=registry.today())
    gallery = build_gallery(enrolled.templates, card.face)
    if not gallery.people:
        return []
    newcomer = build_gallery({"": [accepted.sample.embedding for accepted in proposal.accepted]}, card.face)
    scores = gallery.scores(as_vectors([newcomer.vectors[0].astype("<f4").tobytes()], card.face.dimension))[0]
    bound = score_at(card.face.singles, max(card.face.singles.floor, rate_per_comparison(0.01, len(gallery.people), 1)))
    assert bound is not None
    alike = [gallery.people[index] for index in (-scores).argsort() if scores[index] >= bound]
    names = {person.id: person.display_name for person in registry.people(alike)}
    return [names[person] for person in alike]
