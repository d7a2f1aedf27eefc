"""Loads the people a clip is compared with: from an unlocked registry, or from a folder of people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from countenance.errors import ClipError
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality, Person
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.wire import ExamineSettings
from countenance.work import CancelToken, ProgressHook, ignore_progress
from registry import Registry
from scan.enrol import Proposal, Refusal, RefusedFile, choose_samples, merge
from scan.known import Known
from scan.refusals import refusal_clause
from scan.request import examine_request
from scan.walking import find_people
from scan.worker import DetectorWorker, display_name


def known_from_registry(registry: Registry, card: PackCard, on: date) -> Known:
    """Return everybody of a registry whose templates may be used on a day, and all that was agreed."""
    embedder = card.model(ModelTask.FACE_EMBEDDER)
    assert embedder is not None
    with registry.snapshot():
        enrolled = registry.templates(binding=embedder.binding, modality=Modality.FACE, on=on)
        agreed = registry.agreed(enrolled.templates)
        pictures = {person: registry.picture(person, on) for person in enrolled.templates}
        facts = registry.facts()
    return Known(
        templates=enrolled.templates,
        people=agreed.people,
        grants=agreed.grants,
        prohibitions=agreed.prohibitions,
        pictures={person: picture for person, picture in pictures.items() if picture},
        facts=facts,
        other_models=enrolled.other_models,
        owner=registry.owner,
        tz=registry.tz,
    )


def known_from_folder(
    folder: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[Known, tuple[RefusedFile, ...]]:
    """Return the people of a folder, enrolled in memory alone, and the files that were left out.

    Raises:
        ClipError: the folder holds no pictures of people, or none of them can be used.
    """
    people = find_people(folder)
    templates: dict[str, tuple[bytes, ...]] = {}
    pictures: dict[str, bytes] = {}
    refused: list[RefusedFile] = []
    for number, (name, paths) in enumerate(people.items()):
        on_progress(name, number, len(people))
        proposal = propose(paths, worker, card, models, cancel=cancel)
        refused += proposal.refused
        if proposal.accepted:
            best = max(proposal.accepted, key=lambda sample: sample.sample.detection.quality)
            templates[name] = tuple(sample.sample.embedding for sample in proposal.accepted)
            pictures[name] = best.sample.picture
    if not templates:
        raise ClipError(
            _("No picture in “{name}” shows a face well enough to compare with.").format(
                name=display_name(str(folder.absolute()))
            ),
            remedy=in_a_row(_("{file}: {why}.").format(file=item.file, why=refusal_clause(item)) for item in refused),
        )
    known = Known(
        templates=templates,
        people={name: Person(id=name, display_name=name) for name in templates},
        pictures=pictures,
    )
    return known, tuple(refused)


def propose(
    paths: list[Path],
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> Proposal:
    """Return what would be enrolled of one person from these photos and clips; an unreadable file is refused, no more.

    Raises:
        ModelsError: a model is missing, damaged or refused.
        CancelledError: the user stopped it.
    """
    token = cancel or CancelToken()
    proposals = []
    for number, path in enumerate(paths):
        token.raise_if_cancelled()
        on_progress(path.name, number, len(paths))
        try:
            observations = worker.examine(
                examine_request(path, card, models, ExamineSettings()), ignore_progress, token
            )
        except ClipError as error:
            refused = RefusedFile(file=path.name, refusal=Refusal.UNREADABLE, explanation=str(error))
            proposals.append(Proposal(accepted=(), refused=(refused,)))
        else:
            proposals.append(choose_samples(path, observations, card.face))
    return merge(proposals, card.face)
