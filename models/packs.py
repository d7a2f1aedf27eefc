"""Packs: which models work together, each chosen independently, and what their scores mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec

from countenance.errors import ModelsError
from countenance.packs import FurtherModel, LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.translations import _
from models.figures import combination, find_figures, scale_of
from models.manifests import FILE_NAME, ModelManifest, Variant, bring_again, list_models, load_manifest
from models.shipped import list_files, read_file
from models.store import installed_variant

ORDINARY = "starter"
"""The pack that the set-up installs: what a name leaves open is filled from it."""

PACKS = "packs"
"""Folder, in the store, of the packs that people brought."""

JOINT = "+"

_CATALOGUE = "models.catalogue.packs"

_FINDERS = {
    ModelTask.FACE_EMBEDDER: ModelTask.FACE_DETECTOR,
    ModelTask.VOICE_EMBEDDER: ModelTask.VOICE_ACTIVITY,
}
"""What each kind of embedder is run behind."""


class PackManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack's file: `models/catalogue/packs/<name>.toml`, or `packs/<name>.json` in the store for one brought here.

    Attributes:
        face_detector, face_embedder, voice_activity, voice_embedder: names of models; None where the pack has nothing
            to say about a task.
    """

    name: str
    face_detector: str | None = None
    face_embedder: str | None = None
    voice_activity: str | None = None
    voice_embedder: str | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the pack's models, detector first."""
        return tuple(self.chosen.values())

    @property
    def chosen(self) -> dict[ModelTask, str]:
        """Names of the pack's models, by task, in the order of the tasks."""
        named = {task: getattr(self, task.value) for task in ModelTask}
        return {task: name for task, name in named.items() if name is not None}


def list_packs(store: Path | None = None) -> tuple[str, ...]:
    """Return the names of the packs that have a file: of the catalogue and, with a store, those brought there.

    Names of packs and models joined by "+" are packs besides.
    """
    return tuple(sorted({*list_files(_CATALOGUE), *(_brought_packs(store) if store else ())}))


def load_pack_manifest(name: str, store: Path | None = None) -> PackManifest:
    """Return the pack called `name`, every task filled.

    A name is that of a pack or of a model, or several joined by "+": each says what is used for its tasks, a later
    pack in place of an earlier one, a model in place of any pack's. What is left open is the ordinary pack's.

    Raises:
        ModelsError: there is no such pack, or its models do not fit together.
    """
    pack = compose(name, store)
    for model in pack.models:
        if model not in list_models(store):  # only a brought pack can outlive its models
            raise ModelsError(
                _("The model “{model}” of the pack “{name}” is not here any more.").format(model=model, name=name),
                remedy=bring_again(),
            )
    assert pack.face_detector is not None  # the ordinary pack has all of them
    assert pack.face_embedder is not None
    load_manifest(pack.face_embedder, store).alignment_for(pack.face_detector)
    for task, model in pack.chosen.items():
        _require_task(model, task, store)
    return pack


def compose(name: str, store: Path | None = None) -> PackManifest:
    """Return what a name stands for, every task filled, whether or not the models fit together.

    Raises:
        ModelsError: a part of the name is neither a pack nor a model, or two models do the same.
    """
    by_pack: dict[str, str] = {task.value: model for task, model in _pack(ORDINARY, store).chosen.items()}
    by_model: dict[str, str] = {}
    for part in name.split(JOINT):
        if part in list_packs(store):
            by_pack |= {task.value: model for task, model in _pack(part, store).chosen.items()}
            continue
        if part not in list_models(store):
            raise _no_pack(name, store)
        task = load_manifest(part, store).task.value
        if task in by_model:
            raise ModelsError(
                _("“{name}” names two models for the same task: {first} and {second}.").format(
                    name=name, first=by_model[task], second=part
                ),
                remedy=_("Leave one of them out."),
            )
        by_model[task] = part
    return msgspec.convert({"name": name, **by_pack, **by_model}, PackManifest)


def name_for(chosen: PackManifest, store: Path | None = None) -> str:
    """Return the shortest name that stands for these models: a pack's where one has them, else its parts joined.

    Faces first; voices are named only where they are not the ordinary pack's.
    """
    wanted = chosen.chosen
    for pack in sorted(_readable_packs(store), key=lambda one: (one != ORDINARY, one)):
        if compose(pack, store).chosen == wanted:
            return pack
    faces = _named_together(wanted, (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER), store)
    voices = _named_together(wanted, (ModelTask.VOICE_ACTIVITY, ModelTask.VOICE_EMBEDDER), store)
    return JOINT.join([*faces, *voices]) or ORDINARY


def combine(current: str, chosen: str, store: Path | None = None) -> str:
    """Return the name of `current` with the models of `chosen` in their place; the rest stays as it is.

    Raises:
        ModelsError: one of the names is none, or two models do the same.
    """
    compose(chosen, store)  # two models for one task are refused before the later one wins
    named: dict[str, str] = {}
    for part in chosen.split(JOINT):
        if part in list_packs(store):
            named |= {task.value: model for task, model in _pack(part, store).chosen.items()}
        else:
            named[load_manifest(part, store).task.value] = part
    kept = {task.value: model for task, model in compose(current, store).chosen.items()}
    return name_for(msgspec.convert({"name": "", **kept, **named}, PackManifest), store)


def load_pack(name: str, store: Path | None = None) -> PackCard:
    """Return what the parent must know of the pack called `name`.

    With a store, stamps carry the versions installed there, packs brought there are known, figures measured there
    count, and other embedders installed there are told of; without one, or where a model is not installed, the version
    that would be downloaded.

    Raises:
        ModelsError: there is no such pack, its file is damaged, or its models do not fit together.
    """
    pack = load_pack_manifest(name, store)
    stamps = {
        task: stamp_model(manifest, _variant(manifest, store), detector=pack.face_detector or "")
        for task, manifest in ((task, load_manifest(model, store)) for task, model in pack.chosen.items())
    }
    return PackCard(
        name=name,
        models=tuple(stamps.values()),
        face=_scale(name, stamps[ModelTask.FACE_DETECTOR], stamps[ModelTask.FACE_EMBEDDER], store),
        voice=_scale(name, stamps[ModelTask.VOICE_ACTIVITY], stamps[ModelTask.VOICE_EMBEDDER], store),
        further=_further(stamps, store) if store else (),
    )


def models_of(name: str, store: Path | None = None) -> tuple[ModelManifest, ...]:
    """Return the manifests that a pack's or a model's name stands for; a model's is its own alone.

    Raises:
        ModelsError: there is neither a model nor a pack of that name.
    """
    if name in list_models(store) and name not in list_packs(store):
        return (load_manifest(name, store),)
    return tuple(load_manifest(model, store) for model in load_pack_manifest(name, store).models)


def asked_for(name: str, store: Path | None = None) -> tuple[ModelManifest, ...]:
    """Return the manifests of what somebody wants who names a model or a pack: of a pack of voices, nothing of faces.

    Raises:
        ModelsError: there is neither a model nor a pack of that name.
    """
    if name in list_packs(store) and not _pack(name, store).face_embedder:
        return tuple(load_manifest(model, store) for model in _pack(name, store).models)
    return models_of(name, store)


def named_pack(name: str, store: Path | None = None) -> PackManifest:
    """Return a pack as its file has it: tasks that it leaves open stay open.

    Raises:
        ModelsError: there is no such pack, or its file is damaged.
    """
    if name not in list_packs(store):
        raise _no_pack(name, store)
    return _pack(name, store)


def own_models(pack: str, store: Path | None = None) -> tuple[str, ...]:
    """Return the names of the models that a pack itself names."""
    return _pack(pack, store).models


def bindings_of(finder: ModelStamp, embedder: ModelStamp) -> tuple[str, str]:
    """Return what figures of two models are bound to."""
    return finder.binding, embedder.binding


def stamp_model(manifest: ModelManifest, variant: Variant, *, detector: str = "", provider: str = "") -> ModelStamp:
    """Return the stamp of one version of a model.

    `detector` names whose landmarks an embedder's chips are cut by: it decides the alignment in the binding.
    """
    cut = detector and manifest.task is ModelTask.FACE_EMBEDDER
    alignment = manifest.alignment_for(detector).name if cut else ""
    return ModelStamp(
        task=manifest.task,
        name=manifest.name,
        version=variant.version,
        sha256=variant.sha256,
        recipe=manifest.recipe,
        alignment=alignment,
        licence=manifest.licence.weights,
        commercial_use=manifest.licence.commercial_use_at(datetime.now(UTC)),
        provider=provider,
    )


def _scale(pack: str, finder: ModelStamp, embedder: ModelStamp, store: Path | None) -> LikenessScale:
    embedding = load_manifest(embedder.name, store).embedding
    assert embedding is not None  # an embedder's manifest has one
    name = combination(finder.name, embedder.name)
    entry, own = find_figures(name, store, bindings_of(finder, embedder))
    return scale_of(pack, name, embedding.dimension, entry, own=own)


def _further(stamps: dict[ModelTask, ModelStamp], store: Path) -> tuple[FurtherModel, ...]:
    """Return the installed embedders that can run behind what these models find with, beside their own."""
    own = {stamp.name for stamp in stamps.values()}
    found = [_further_model(name, stamps, store) for name in list_models(store) if name not in own]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.scale.singles is None))


def _further_model(name: str, stamps: dict[ModelTask, ModelStamp], store: Path) -> FurtherModel | None:
    try:
        manifest = load_manifest(name, store)
    except ModelsError:
        return None  # a brought model that is damaged is as good as not installed, and no reason to stop others
    finder = stamps.get(_FINDERS.get(manifest.task, manifest.task))
    variant = installed_variant(store, manifest)
    if manifest.task not in _FINDERS or finder is None or variant is None:
        return None
    try:
        stamp = stamp_model(manifest, variant, detector=finder.name)
    except ModelsError:
        return None  # it has no template for this detector's landmarks
    return FurtherModel(stamp=stamp, scale=_scale(combination(finder.name, name), finder, stamp, store))


def _pack(name: str, store: Path | None) -> PackManifest:
    if name in list_files(_CATALOGUE):
        return _shipped_pack(name)
    assert store is not None  # only a store has packs beside the catalogue's
    path = store / PACKS / f"{name}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=PackManifest)
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise ModelsError(
            _("The file of the pack “{name}” is damaged.").format(name=name),
            remedy=bring_again(),
            details=type(error).__name__,
        ) from error


def _named_together(wanted: dict[ModelTask, str], tasks: Sequence[ModelTask], store: Path | None) -> list[str]:
    """Return the shortest parts of a name for some of the tasks; none where they are the ordinary pack's."""
    here = [wanted[task] for task in tasks]
    ordinary = _pack(ORDINARY, store).chosen
    if here == [ordinary.get(task) for task in tasks]:
        return []
    for pack in _readable_packs(store):
        if list(_pack(pack, store).models) == here:
            return [pack]
    for pack in _readable_packs(store):
        chosen = _pack(pack, store).chosen
        if [chosen.get(task) for task in tasks] == here:
            return [pack]
    named = [model for model, task in zip(here, tasks, strict=True) if model != ordinary.get(task)]
    # A model's name alone stands for that model, not for a pack.
    return here if ModelTask.FACE_DETECTOR in tasks else named


@cache
def _shipped_pack(name: str) -> PackManifest:
    return read_file(_CATALOGUE, name, PackManifest)


def _brought_packs(store: Path) -> list[str]:
    try:
        names = [path.stem for path in (store / PACKS).iterdir() if path.suffix == ".json"]
    except OSError:
        return []
    return [name for name in names if FILE_NAME.fullmatch(name) and JOINT not in name]


def _readable_packs(store: Path | None) -> list[str]:
    """Return the packs whose files can be read; a damaged one names nothing, and is no reason to stop others."""
    found = []
    for name in list_packs(store):
        try:
            _pack(name, store)
        except ModelsError:
            continue
        found.append(name)
    return found


def _variant(manifest: ModelManifest, store: Path | None) -> Variant:
    found = installed_variant(store, manifest) if store else None
    return found or manifest.variants[0]


def _require_task(model: str, task: ModelTask, store: Path | None) -> None:
    if load_manifest(model, store).task is not task:
        raise ModelsError(
            _("The model “{name}” does not do what the pack needs it for ({task}).").format(
                name=model, task=task.value.replace("_", " ")
            )
        )


def _no_pack(name: str, store: Path | None) -> ModelsError:
    return ModelsError(
        _("There is no pack called “{name}”.").format(name=name),
        remedy=_("Choose one of: {names}; or join packs and models, such as {mixed}.").format(
            names=", ".join(list_packs(store)), mixed="yunet+dlib-resnet"
        ),
    )
