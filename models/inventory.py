"""What is installed: the facts that `models list` shows."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from countenance.errors import ModelsError
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _, mark
from countenance.wire_models import CPU
from models.manifests import LicenceNote, ModelManifest, list_models, load_manifest
from models.packs import list_packs, models_of, own_models
from models.sources import download_bytes
from models.store import installed_variant, model_folder, verify_model

_NOTES = {
    LicenceNote.WIDER_FACE: mark(
        "Trained on WIDER FACE, whose own terms are non-commercial; whether they reach the weights is unsettled."
    ),
    LicenceNote.WEAK_ON_EAST_ASIAN_FACES: mark("Weak on East Asian faces; its bounds say so."),
    LicenceNote.TRAINING_NOT_DOCUMENTED: mark("The publisher does not say what it was trained on."),
    LicenceNote.MOSTLY_ENGLISH_VOICES: mark(
        "Trained on LibriSpeech and VoxCeleb (interviews with public figures); most of the speakers speak English."
    ),
    LicenceNote.WESPEAKER_UNMEASURED: mark(
        "Trained on VoxCeleb (interviews with public figures); the publisher’s pages name two licences for the weights."
        " How well it tells voices apart was not measured here."
    ),
}


_LEAST_FIRST = (CommercialUse.NO, CommercialUse.UNSETTLED, CommercialUse.YES)


class InstallState(StrEnum):
    """Whether a model can be used."""

    INSTALLED = "installed"
    DAMAGED = "damaged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One model as a person may ask about it.

    Attributes:
        version: installed, or the one that would be downloaded.
        sha256: of the published source file of that version.
        size_bytes: on disk; of the published files where it is not installed, 0 where nobody here knows that.
        packs: names of the packs that contain it.
        note: what to know beside the licence, in the language in force; may be empty.
        provider: the execution provider that sessions would ask for.
        licence_verified: whether somebody of us has read the publisher's own statement of it.
        licence_terms: the address of that statement; may be empty.
        brought: whether a person brought it, so that the catalogue does not know it.
    """

    name: str
    title: str
    task: ModelTask
    publisher: str
    version: str
    sha256: str
    state: InstallState
    size_bytes: int
    packs: tuple[str, ...]
    licence_code: str
    licence_weights: str
    commercial_use: CommercialUse
    note: str
    credit: str
    provider: str
    licence_verified: bool = True
    licence_terms: str = ""
    brought: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFacts:
    """One pack as a person may ask about it.

    Attributes:
        state: installed where all its models are, damaged where one of them is, else missing.
        models: names of its own models, detector first; what it leaves open is not among them.
        installed: how many of them are installed and whole.
        size_bytes: on disk; of what is to be downloaded where some of it is missing, 0 where nobody here knows that.
        licences: of its models' weights, each once.
        licence_verified: whether all of them were read at their publishers.
        commercial_use: the least that one of its models allows.
        brought: whether a person brought it.
    """

    name: str
    state: InstallState
    models: tuple[str, ...]
    installed: int
    size_bytes: int
    licences: tuple[str, ...]
    licence_verified: bool
    commercial_use: CommercialUse
    brought: bool


def list_inventory(store: Path, providers: Sequence[str] = (CPU,)) -> tuple[ModelFacts, ...]:
    """Return the facts of every model, of the catalogue and brought; reads and checks the installed files.

    A brought model whose description is damaged is left out: see `list_unreadable`.
    """
    packs = _readable_packs(store)
    found = []
    for name in list_models(store):
        with contextlib.suppress(ModelsError):  # told of by `list_unreadable`; the others are as good as before
            manifest = load_manifest(name, store)
            found.append(_facts(manifest, packs, store, providers))
    return tuple(found)


def list_unreadable(store: Path) -> tuple[ModelsError, ...]:
    """Return what is wrong with each brought model and each brought pack whose description is damaged."""
    found = []
    for read, names in ((load_manifest, list_models(store)), (own_models, list_packs(store))):
        for name in names:
            try:
                read(name, store)
            except ModelsError as error:
                found.append(error)
    return tuple(found)


def list_pack_facts(store: Path, facts: Sequence[ModelFacts]) -> tuple[PackFacts, ...]:
    """Return the facts of every pack, the catalogue's and those brought, from those of the models in the store.

    A pack whose file is damaged is left out: see `list_unreadable`.
    """
    known = {item.name: item for item in facts}
    return tuple(_pack_facts(pack, named, known, store) for pack, named in _readable_packs(store).items())


def verify(name: str, store: Path) -> None:
    """Read every ONNX file of a pack or a model and compare it with what was installed.

    Raises:
        ModelsError: unknown name, or the first model that is missing or damaged.
    """
    for manifest in models_of(name, store):
        verify_model(store, manifest)


def _readable_packs(store: Path) -> dict[str, tuple[str, ...]]:
    """Return the models that each pack names, without packs whose file is damaged."""
    found = {}
    for pack in list_packs(store):
        with contextlib.suppress(ModelsError):
            found[pack] = own_models(pack, store)
    return found


def _pack_facts(pack: str, named: tuple[str, ...], known: Mapping[str, ModelFacts], store: Path) -> PackFacts:
    parts = [known[name] for name in named if name in known]  # a brought model whose folder is gone is not known
    states = [part.state for part in parts]
    installed = states.count(InstallState.INSTALLED)
    if installed == len(named):
        state = InstallState.INSTALLED
    else:
        state = InstallState.DAMAGED if InstallState.DAMAGED in states else InstallState.MISSING
    absent = [load_manifest(part.name, store) for part in parts if part.state is InstallState.MISSING]
    uses = {part.commercial_use for part in parts}
    return PackFacts(
        name=pack,
        state=state,
        models=named,
        installed=installed,
        size_bytes=download_bytes(absent, store) if absent else sum(part.size_bytes for part in parts),
        licences=tuple(dict.fromkeys(part.licence_weights for part in parts)),
        licence_verified=all(part.licence_verified for part in parts),
        commercial_use=next((use for use in _LEAST_FIRST if use in uses), CommercialUse.NO),
        brought=pack not in list_packs(),
    )


def _facts(
    manifest: ModelManifest, packs: Mapping[str, tuple[str, ...]], store: Path, providers: Sequence[str]
) -> ModelFacts:
    folder = model_folder(store, manifest.name)
    variant = installed_variant(store, manifest) or manifest.variants[0]
    state = _state(manifest, store)
    if state is InstallState.MISSING:
        size_bytes = sum(file.bytes or 0 for file in variant.files)
    else:
        size_bytes = sum(entry.stat().st_size for entry in folder.rglob("*") if entry.is_file())
    return ModelFacts(
        name=manifest.name,
        title=manifest.title,
        task=manifest.task,
        publisher=manifest.publisher,
        version=variant.version,
        sha256=variant.sha256,
        state=state,
        size_bytes=size_bytes,
        packs=tuple(pack for pack, named in packs.items() if manifest.name in named),
        licence_code=manifest.licence.code,
        licence_weights=manifest.licence.weights,
        commercial_use=manifest.licence.commercial_use_at(datetime.now(UTC)),
        note=_(_NOTES[manifest.licence.note]) if manifest.licence.note else "",
        credit=manifest.licence.credit,
        provider=providers[0],
        licence_verified=manifest.licence.verified,
        licence_terms=manifest.licence.terms,
        brought=manifest.brought,
    )


def _state(manifest: ModelManifest, store: Path) -> InstallState:
    if not model_folder(store, manifest.name).is_dir():
        return InstallState.MISSING
    try:
        verify_model(store, manifest)
    except ModelsError:
        return InstallState.DAMAGED
    return InstallState.INSTALLED
