"""The gate of enrolment: what of each file may be enrolled, and what of all files of a person belongs together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countenance.observations import Observations
from countenance.packs import LikenessScale, PackCard
from countenance.people import Modality
from scan.enrol import AcceptedFace, AcceptedVoice, Proposal, Refusal, RefusedFile, agreement, choose_faces
from scan.enrol_voice import MIN_SPEECH_IN_ALL_S, choose_voice

_NOTHING_THERE = frozenset({Refusal.NO_FACE, Refusal.NO_SPEECH, Refusal.NO_VOICE_MODEL})


def choose_samples(
    path: Path, observations: Observations, card: PackCard, modalities: Collection[Modality] = tuple(Modality)
) -> Proposal:
    """Return what one file gives of its one person's face and voice, or why it gives nothing.

    A film's voice is taken only where it shows one person at most. That a file lacks a face or speech is told only
    where it gives nothing else: nobody expects sound from a photo.
    """
    shows, sounds = observations.picture.present, observations.sound.present
    parts = []
    faces = Proposal()
    if shows and Modality.FACE in modalities:
        faces = choose_faces(path, observations, card.face)
        parts.append(faces)
    # Who of several people speaks, nobody can say.
    alone = all(item.refusal is not Refusal.SEVERAL_FACES for item in faces.refused)
    if sounds and Modality.VOICE in modalities and alone:
        parts.append(choose_voice(path, observations))
    refused = [item for part in parts for item in part.refused]
    found = Proposal(
        faces=tuple(face for part in parts for face in part.faces),
        voices=tuple(voice for part in parts for voice in part.voices),
    )
    if not parts:
        refused = [RefusedFile(file=path.name, refusal=Refusal.NOTHING)]
    elif found.samples or len(refused) > 1:
        telling = [item for item in refused if item.refusal not in _NOTHING_THERE]
        refused = telling if found.samples or telling else refused
    return Proposal(faces=found.faces, voices=found.voices, refused=tuple(refused))


def merge(proposals: Sequence[Proposal], face: LikenessScale, voice: LikenessScale | None = None) -> Proposal:
    """Join the proposals of several files of one person; what looks or sounds like somebody else is refused.

    The samples that most others agree with decide who the person is; with two that disagree both are refused, since
    nobody can say which one is meant.
    """
    faces, refused_faces = _one_face([item for proposal in proposals for item in proposal.faces], face)
    voices, refused_voices = _one_voice([item for proposal in proposals for item in proposal.voices], voice)
    refused = [item for proposal in proposals for item in proposal.refused]
    return Proposal(faces=faces, voices=voices, refused=(*refused, *refused_faces, *refused_voices))


def _one_face(
    accepted: Sequence[AcceptedFace], scale: LikenessScale
) -> tuple[tuple[AcceptedFace, ...], list[RefusedFile]]:
    kept: list[AcceptedFace] = []
    refused: list[RefusedFile] = []
    seen: set[str] = set()
    for sample in accepted:
        if sample.still and sample.file_sha256 in seen:
            refused.append(RefusedFile(file=sample.file, refusal=Refusal.SAME_PICTURE))
        else:
            kept.append(sample)
        seen.add(sample.file_sha256)
    core = _core([sample.sample.embedding for sample in kept], scale)
    refused += _told([sample.file for sample in kept], core, Refusal.OTHER_PERSON)
    return tuple(sample for sample, belongs in zip(kept, core, strict=True) if belongs), refused


def _one_voice(
    accepted: Sequence[AcceptedVoice], scale: LikenessScale | None
) -> tuple[tuple[AcceptedVoice, ...], list[RefusedFile]]:
    kept: list[AcceptedVoice] = []
    refused: list[RefusedFile] = []
    seen: set[str] = set()
    for voice in accepted:
        if voice.file_sha256 in seen:
            refused.append(RefusedFile(file=voice.file, refusal=Refusal.SAME_SOUND))
        else:
            kept.append(voice)
        seen.add(voice.file_sha256)
    core = _core([voice.speaker.embedding for voice in kept], scale)
    refused += _told([voice.file for voice in kept], core, Refusal.OTHER_VOICE)
    voices = tuple(voice for voice, belongs in zip(kept, core, strict=True) if belongs)
    if voices and sum(voice.speech_s for voice in voices) < MIN_SPEECH_IN_ALL_S:
        refused += [RefusedFile(file=voice.file, refusal=Refusal.LITTLE_SPEECH_IN_ALL) for voice in voices]
        voices = ()
    return voices, refused


def _core(embeddings: Sequence[bytes], scale: LikenessScale | None) -> NDArray[np.bool_]:
    """Return which of them are of the person whom most of them are of, (S,)."""
    if len(embeddings) < 2 or scale is None:
        return np.ones(len(embeddings), np.bool_)
    agrees = agreement(embeddings, scale)
    support = agrees.sum(axis=1)
    return np.asarray(agrees[int(support.argmax())]) if support.max() > 1 else np.zeros(len(embeddings), np.bool_)


def _told(files: Sequence[str], core: NDArray[np.bool_], refusal: Refusal) -> list[RefusedFile]:
    return [RefusedFile(file=file, refusal=refusal) for file, belongs in zip(files, core, strict=True) if not belongs]
