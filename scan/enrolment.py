"""Puts what the gate let through into the registry: one transaction, bound to the models that made the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countenance.errors import EnrolmentRefusedError
from countenance.packs import LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.people import BiometricConsent, Modality, Person
from countenance.sentences import in_a_row
from countenance.translations import _
from registry import NewSample, NewTemplate, Registry, SampleKind
from scan.enrol import AcceptedFace, AcceptedVoice, Proposal
from scan.gallery import build_gallery
from scan.operating import rate_per_comparison, score_at
from scan.refusals import refusal_clause

ADVISED_SAMPLES = 3
"""Means of three pictures find a person in 100 of 100 cases where one finds 99 (models.md §6)."""


def enrol_person(
    registry: Registry, person: Person, consent: BiometricConsent, proposal: Proposal, card: PackCard
) -> str:
    """Keep a person with all accepted samples of face and voice and return the new id.

    Raises:
        EnrolmentRefusedError: the gate let no sample through; the sentence says why for each file.
        WrongUsageError: the person or the consent lacks something required, or does not cover what was accepted.
    """
    if not proposal.samples:
        raise EnrolmentRefusedError(
            _("Nobody was enrolled: no sample can be used."),
            remedy=in_a_row(
                _("{file}: {why}.").format(file=item.file, why=refusal_clause(item)) for item in proposal.refused
            ),
        )
    return registry.enrol(person, consent=consent, samples=new_samples(proposal, card))


def new_samples(proposal: Proposal, card: PackCard, source: str = "") -> list[NewSample]:
    """Return what was accepted as samples with their templates.

    Args:
        proposal: what the gate let through.
        card: of the pack that the samples were embedded with.
        source: who supplied them.
    """
    samples = [_face_sample(face, card) for face in proposal.faces]
    samples += [sample for voice in proposal.voices for sample in _voice_samples(voice, card)]
    return [replace(sample, source=source) for sample in samples]


def look_alikes(proposal: Proposal, registry: Registry, card: PackCard) -> list[str]:
    """Return the names of people already enrolled who look like the proposal's samples, nearest first.

    One person enrolled twice, or two who cannot be told apart: the user must know before relying on either.
    """
    embeddings = [face.sample.embedding for face in proposal.faces]
    return _alike(embeddings, registry, card.model(ModelTask.FACE_EMBEDDER), card.face, Modality.FACE)


def sound_alikes(proposal: Proposal, registry: Registry, card: PackCard) -> list[str]:
    """Return the names of people already enrolled who sound like the proposal's voices, nearest first."""
    embeddings = [sample.embedding for voice in proposal.voices for sample in voice.speaker.samples]
    return _alike(embeddings, registry, card.model(ModelTask.VOICE_EMBEDDER), card.voice, Modality.VOICE)


def _face_sample(face: AcceptedFace, card: PackCard) -> NewSample:
    return NewSample(
        kind=SampleKind.PHOTO if face.still else SampleKind.VIDEO,
        file_sha256=face.file_sha256,
        picture=face.sample.picture,
        quality=face.sample.detection.quality,
        templates=(_template(face.sample.embedding, card.model(ModelTask.FACE_EMBEDDER), Modality.FACE),),
    )


def _voice_samples(voice: AcceptedVoice, card: PackCard) -> list[NewSample]:
    return [
        NewSample(
            kind=SampleKind.VIDEO if voice.film else SampleKind.AUDIO,
            file_sha256=voice.file_sha256,
            sound=sample.sound,
            quality=sample.quality,
            templates=(_template(sample.embedding, card.model(ModelTask.VOICE_EMBEDDER), Modality.VOICE),),
        )
        for sample in voice.speaker.samples
    ]


def _template(embedding: bytes, embedder: ModelStamp | None, modality: Modality) -> NewTemplate:
    assert embedder is not None  # nothing is accepted without the model that embedded it
    return NewTemplate(
        modality=modality,
        model=f"{embedder.name} {embedder.version}",
        binding=embedder.binding,
        vector=embedding,
    )


def _alike(
    embeddings: Sequence[bytes],
    registry: Registry,
    embedder: ModelStamp | None,
    scale: LikenessScale | None,
    modality: Modality,
) -> list[str]:
    if embedder is None or scale is None or scale.singles is None or not embeddings:
        return []
    enrolled = registry.templates(binding=embedder.binding, modality=modality, on=registry.today())
    gallery = build_gallery(enrolled.templates, scale)
    if not gallery.people:
        return []
    newcomer = build_gallery({"": embeddings}, scale)
    scores = gallery.scores(newcomer.vectors)[0]
    bound = score_at(scale.singles, max(scale.singles.floor, rate_per_comparison(0.01, len(gallery.people), 1)))
    assert bound is not None
    alike = [gallery.people[index] for index in (-scores).argsort() if scores[index] >= bound]
    names = {person.id: person.display_name for person in registry.people(alike)}
    return [names[person] for person in alike]
