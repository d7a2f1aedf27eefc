"""Loads the people a clip is compared with: from an unlocked registry, or from a folder of people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from countenance.errors import ClipError
from countenance.packs import PackCard
from countenance.people import Modality, Person
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from registry import Registry
from scan.enrol import Proposal, Refusal, RefusedFile
from scan.gate import choose_samples, merge
from scan.known import Known
from scan.refusals import refusal_clause
from scan.registered import Registered
from scan.request import examine_request, looking_for
from scan.walking import find_people
from scan.worker import DetectorWorker, display_name


def known_from_registry(registry: Registry, card: PackCard, on: date) -> Known:
    """Return everybody of a registry whose templates may be used on a day, and all that was agreed.

    It reads from the registry for as long as clips are judged: close it after the last of them.
    """
    with Registered(registry, card, on).at_one_moment() as known:
        return known


def known_from_folder(
    folder: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    modalities: Collection[Modality] = tuple(Modality),
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[Known, tuple[RefusedFile, ...]]:
    """Return the people of a folder, enrolled in memory alone, and the files that were left out.

    Raises:
        ClipError: the folder holds no files of people, or none of them can be used.
    """
    people = find_people(folder)
    proposals: dict[str, Proposal] = {}
    refused: list[RefusedFile] = []
    for number, (name, paths) in enumerate(people.items()):
        on_progress(name, number, len(people))
        proposal = propose(paths, worker, card, models, modalities=modalities, cancel=cancel)
        refused += proposal.refused
        if proposal.samples:
            proposals[name] = proposal
    if not proposals:
        raise ClipError(
            _("No file in “{name}” shows a face or carries a voice well enough to compare with.").format(
                name=display_name(str(folder.absolute()))
            ),
            remedy=in_a_row(_("{file}: {why}.").format(file=item.file, why=refusal_clause(item)) for item in refused),
        )
    faces = {name: [face.sample for face in each.faces] for name, each in proposals.items() if each.faces}
    voices = {
        name: [sample for voice in each.voices for sample in voice.speaker.samples]
        for name, each in proposals.items()
        if each.voices
    }
    known = Known(
        templates={name: tuple(sample.embedding for sample in samples) for name, samples in faces.items()},
        voices={name: tuple(sample.embedding for sample in samples) for name, samples in voices.items()},
        people={name: Person(id=name, display_name=name) for name in proposals},
        pictures={name: max(each, key=lambda one: one.detection.quality).picture for name, each in faces.items()},
        sounds={name: max(each, key=lambda one: one.quality).sound for name, each in voices.items()},
    )
    return known, tuple(refused)


def propose(
    paths: list[Path],
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    modalities: Collection[Modality] = tuple(Modality),
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> Proposal:
    """Return what would be enrolled of one person from photos, films and recordings; an unreadable file is refused.

    Args:
        paths: files of this one person.
        worker: the door to the detectors.
        card: of the pack in use.
        models: folder of the verified model files.
        modalities: what the person's biometric consent names; nothing else is looked or listened for.
        on_progress: called before each file.
        cancel: stops between files, and inside one.

    Raises:
        ModelsError: a model is missing, damaged or refused.
        CancelledError: the user stopped it.
    """
    token = cancel or CancelToken()
    proposals = []
    for number, path in enumerate(paths):
        token.raise_if_cancelled()
        on_progress(path.name, number, len(paths))
        proposals.append(propose_file(path, worker, card, models, modalities=modalities, cancel=token))
    return merge(proposals, card.face, card.voice)


def propose_file(
    path: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    modalities: Collection[Modality] = tuple(Modality),
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> Proposal:
    """Return what one file would give to an enrolment, before `scan.gate.merge` joins it with the others.

    The arguments are those of `propose`, but for `on_progress`, which is called as the file is gone through.

    Raises:
        ModelsError: a model is missing, damaged or refused.
        CancelledError: the user stopped it.
    """
    request = examine_request(path, card, models, looking_for(modalities))
    try:
        observations = worker.examine(request, on_progress, cancel or CancelToken())
    except ClipError as error:
        refused = RefusedFile(file=path.name, refusal=Refusal.UNREADABLE, explanation=str(error))
        return Proposal(refused=(refused,))
    return choose_samples(path, observations, card, modalities)
