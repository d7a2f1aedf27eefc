"""What is installed: the facts that `models list` shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from countenance.errors import ModelsError
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _, mark
from countenance.wire_models import CPU
from models.manifests import LicenceNote, ModelManifest, list_models, load_manifest
from models.packs import list_packs, models_of, own_models
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
        "Trained on VoxCeleb (interviews with public figures); the publisher’s pages name two licences for the weights. "
        "How well it tells voices apart was not measured here."
    ),
}


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
        size_bytes: on disk; of the published files where it is not installed.
        packs: names of the packs that contain it.
        note: what to know beside the licence, in the language in force; may be empty.
        provider: the execution provider that sessions would ask for.
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


def list_inventory(store: Path, providers: Sequence[str] = (CPU,)) -> tuple[ModelFacts, ...]:
    """Return the facts of every model of the catalogue; reads and checks the installed files."""
    return tuple(_facts(load_manifest(name, store), store, providers) for name in list_models(store))


def verify(name: str, store: Path) -> None:
    """Read every ONNX file of a pack or a model and compare it with what was installed.

    Raises:
        ModelsError: unknown name, or the first model that is missing or damaged.
    """
    for manifest in models_of(name, store):
        verify_model(store, manifest)


def _facts(manifest: ModelManifest, store: Path, providers: Sequence[str]) -> ModelFacts:
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
        packs=tuple(pack for pack in list_packs(store) if manifest.name in own_models(pack, store)),
        licence_code=manifest.licence.code,
        licence_weights=manifest.licence.weights,
        commercial_use=manifest.licence.commercial_use,
        note=_(_NOTES[manifest.licence.note]) if manifest.licence.note else "",
        credit=manifest.licence.credit,
        provider=providers[0],
    )


def _state(manifest: ModelManifest, store: Path) -> InstallState:
    if not model_folder(store, manifest.name).is_dir():
        return InstallState.MISSING
    try:
        verify_model(store, manifest)
    except ModelsError:
        return InstallState.DAMAGED
    return InstallState.INSTALLED
