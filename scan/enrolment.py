"""Puts what the gate let through into the registry: one transaction, bound to the models that made the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from countenance.errors import EnrolmentRefusedError
from countenance.packs import LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.people import BiometricConsent, Modality, Person
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.verdict import CheckResult, Finding
from registry import NewSample, NewTemplate, Registry, SampleKind
from scan.enrol import AcceptedFace, AcceptedVoice, Proposal, Refusal, RefusedFile, agreement, good_faces
from scan.enrol_voice import good_voice
from scan.gallery import build_gallery
from scan.gate import merge
from scan.operating import rate_per_comparison, score_at
from scan.refusals import refusal_clause

ADVISED_SAMPLES = 3
"""Means of three pictures find a person in 100 of 100 cases where one finds 99 (models.md §6)."""

AGREEING_SHARE = 0.5
"""Of the samples enrolled, of which some may be poor or, at worst, of somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the samples come from.

    Attributes:
        source: who supplied them; empty where nobody said, then each tells the name of its file.
        captured_on: the day they were taken, where it is known.
    """

    source: str = ""
    captured_on: date | None = None


NOBODY_SAID = Origin()


def proposal_from_clip(result: CheckResult, finding: Finding, card: PackCard | None = None) -> Proposal:
    """Return what one finding's face and voice give for enrolling the person, or why they give nothing.

    They pass the gate that files pass, and carry the clip's hash. That they are all one person's is what the finding
    says; what does not agree with most of them is refused nevertheless.

    Args:
        result: of the check, with the samples that the clip was judged by.
        finding: one of the result's.
        card: of the pack that the clip was examined with; None is the result's.
    """
    seen, card = result.observations, card or result.pack
    path = Path(seen.clip.name)
    tracks = [track for track in seen.tracks if track.id in finding.tracks and track.detections]
    speakers = [speaker for speaker in seen.speakers if speaker.id in finding.speakers]
    parts = [good_faces(path, tracks, seen.clip)] if tracks else []
    if speakers:
        # The others of one person are the same words in another stream, or what is too little to add anything.
        parts.append(good_voice(path, max(speakers, key=lambda one: one.speech_s), seen))
    if not parts:
        return Proposal(refused=(RefusedFile(file=path.name, refusal=Refusal.NOTHING),))
    return merge(parts, card.face, card.voice)


def enrol_person(
    registry: Registry,
    person: Person,
    consent: BiometricConsent,
    proposal: Proposal,
    card: PackCard,
    *,
    origin: Origin = NOBODY_SAID,
) -> str:
    """Keep a person with all accepted samples of face and voice and return the new id.

    Raises:
        EnrolmentRefusedError: the gate let no sample through; the sentence says why for each file.
        WrongUsageError: the person or the consent lacks something required, or does not cover what was accepted.
    """
    if not proposal.samples:
        raise _refused(_("Nobody was enrolled: no sample can be used."), proposal)
    samples = new_samples(proposal, card, origin.source, captured_on=origin.captured_on)
    return registry.enrol(person, consent=consent, samples=samples)


def add_samples(
    registry: Registry,
    person: str,
    consent: BiometricConsent | str,
    proposal: Proposal,
    card: PackCard,
    *,
    origin: Origin = NOBODY_SAID,
) -> tuple[str, ...]:
    """Keep more samples of somebody enrolled, under a new consent or the one of that id, and return their ids.

    Raises:
        EnrolmentRefusedError: the gate let no sample through; the sentence says why for each file.
        WrongUsageError: the consent is over, another person's, or does not cover what was accepted.
    """
    if not proposal.samples:
        raise _refused(_("Nothing was added: no sample can be used."), proposal)
    samples = new_samples(proposal, card, origin.source, captured_on=origin.captured_on)
    return registry.add_samples(person, consent, samples)


def compared_with_enrolled(registry: Registry, person: str, proposal: Proposal, card: PackCard) -> Proposal:
    """Return the proposal without what is enrolled of the person already, and what is somebody else's face or voice.

    A sample has to agree with half of the samples enrolled with the same pack; where there are none, it may be kept.
    """
    kept_files = {sample.file_sha256 for sample in registry.samples(person) if sample.models}
    faces = _enrolled(registry, person, card.model(ModelTask.FACE_EMBEDDER), Modality.FACE)
    voices = _enrolled(registry, person, card.model(ModelTask.VOICE_EMBEDDER), Modality.VOICE)
    refused: list[RefusedFile] = []
    kept_faces = []
    for face in proposal.faces:
        if face.still and face.file_sha256 in kept_files:
            refused.append(RefusedFile(file=face.file, refusal=Refusal.ENROLLED_ALREADY))
        elif not _is_one_of_them(face.sample.embedding, faces, card.face):
            refused.append(RefusedFile(file=face.file, refusal=Refusal.OTHER_PERSON))
        else:
            kept_faces.append(face)
    kept_voices = []
    for voice in proposal.voices:
        embeddings = [sample.embedding for sample in voice.speaker.samples]
        if not voice.film and voice.file_sha256 in kept_files:
            refused.append(RefusedFile(file=voice.file, refusal=Refusal.ENROLLED_ALREADY))
        elif card.voice is not None and not all(_is_one_of_them(one, voices, card.voice) for one in embeddings):
            refused.append(RefusedFile(file=voice.file, refusal=Refusal.OTHER_VOICE))
        else:
            kept_voices.append(voice)
    return Proposal(faces=tuple(kept_faces), voices=tuple(kept_voices), refused=(*proposal.refused, *refused))


def new_samples(
    proposal: Proposal, card: PackCard, source: str = "", *, captured_on: date | None = None
) -> list[NewSample]:
    """Return what was accepted as samples with their templates.

    Args:
        proposal: what the gate let through.
        card: of the pack that the samples were embedded with.
        source: who supplied them; empty where nobody said, then each tells the name of its file.
        captured_on: the day they were taken, where it is known.
    """
    samples = [_face_sample(face, card) for face in proposal.faces]
    samples += [sample for voice in proposal.voices for sample in _voice_samples(voice, card)]
    return [replace(sample, source=source or sample.source, captured_on=captured_on) for sample in samples]


def look_alikes(proposal: Proposal, registry: Registry, card: PackCard, *, besides: str = "") -> tuple[Person, ...]:
    """Return the people already enrolled who look like the proposal's samples, nearest first.

    One person enrolled twice, or two who cannot be told apart: the user must know before relying on either. Nobody is
    told that the person with the id `besides` looks like themselves.
    """
    embeddings = [face.sample.embedding for face in proposal.faces]
    return _alike(embeddings, registry, card.model(ModelTask.FACE_EMBEDDER), card.face, Modality.FACE, besides=besides)


def sound_alikes(proposal: Proposal, registry: Registry, card: PackCard, *, besides: str = "") -> tuple[Person, ...]:
    """Return the people already enrolled who sound like the proposal's voices, nearest first."""
    embeddings = [sample.embedding for voice in proposal.voices for sample in voice.speaker.samples]
    return _alike(
        embeddings, registry, card.model(ModelTask.VOICE_EMBEDDER), card.voice, Modality.VOICE, besides=besides
    )


def _refused(sentence: str, proposal: Proposal) -> EnrolmentRefusedError:
    return EnrolmentRefusedError(
        sentence,
        remedy=in_a_row(
            _("{file}: {why}.").format(file=item.file, why=refusal_clause(item)) for item in proposal.refused
        ),
    )


def _enrolled(registry: Registry, person: str, embedder: ModelStamp | None, modality: Modality) -> tuple[bytes, ...]:
    if embedder is None:
        return ()
    everybody = registry.templates(binding=embedder.binding, modality=modality, on=registry.today())
    return everybody.templates.get(person, ())


def _is_one_of_them(embedding: bytes, enrolled: Sequence[bytes], scale: LikenessScale) -> bool:
    if not enrolled:
        return True
    agreeing = agreement([embedding, *enrolled], scale)[0, 1:]
    return bool(agreeing.mean() >= AGREEING_SHARE)


def _face_sample(face: AcceptedFace, card: PackCard) -> NewSample:
    return NewSample(
        kind=SampleKind.PHOTO if face.still else SampleKind.VIDEO,
        file_sha256=face.file_sha256,
        source=face.file,
        picture=face.sample.picture,
        quality=face.sample.detection.quality,
        templates=(_template(face.sample.embedding, card.model(ModelTask.FACE_EMBEDDER), Modality.FACE),),
    )


def _voice_samples(voice: AcceptedVoice, card: PackCard) -> list[NewSample]:
    return [
        NewSample(
            kind=SampleKind.VIDEO if voice.film else SampleKind.AUDIO,
            file_sha256=voice.file_sha256,
            source=voice.file,
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
    *,
    besides: str,
) -> tuple[Person, ...]:
    if embedder is None or scale is None or scale.singles is None or not embeddings:
        return ()
    enrolled = registry.templates(binding=embedder.binding, modality=modality, on=registry.today())
    gallery = build_gallery(enrolled.templates, scale)
    if not gallery.people:
        return ()
    newcomer = build_gallery({"": embeddings}, scale)
    scores = gallery.scores(newcomer.vectors)[0]
    bound = score_at(scale.singles, max(scale.singles.floor, rate_per_comparison(0.01, len(gallery.people), 1)))
    assert bound is not None
    alike = [gallery.people[index] for index in (-scores).argsort() if scores[index] >= bound]
    return registry.people([person for person in alike if person != besides])
