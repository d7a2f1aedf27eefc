"""Bringing an InsightFace package of one's own: a folder or a zip becomes models and a pack in the store.

The package is read by `models.intake`'s process. Where its models are the catalogue's, by their hashes, they are
installed under the catalogue's names; others get names of their own and manifests that are made here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from countenance.errors import ModelsError
from countenance.packs import ModelTask
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook, ignore_progress
from models.brought_manifest import licence_of, manifest_of
from models.figures import NO_FIGURES, combination, find_figures, keep_figures
from models.impostor_tables import figures_stated
from models.install import making_folder, put_model, store_at_work
from models.intake import PUBLIC_KEYS, LicenceState, PackageLicence, ask, printable
from models.intake.answer import PackageFound, Part
from models.intake.package_manifest import PackageTask
from models.intake.refusals import Refusal, RefusedError, refuse
from models.manifests import FILE_NAME, Converter, ModelManifest, Variant, list_models, load_manifest
from models.packs import JOINT, PACKS, PackManifest, bindings_of, list_packs, named_pack, stamp_model
from models.published import Published
from models.store import verify_model
from models.streams import hash_file
from models.writing import write_durably

_PREFIX = "insightface-"
_LICENSED = "-licensed"
_LONGEST_NAME = 100
_TASKS = {PackageTask.DETECTION: ModelTask.FACE_DETECTOR, PackageTask.RECOGNITION: ModelTask.FACE_EMBEDDER}
_SUFFIXES = {PackageTask.DETECTION: "-detector", PackageTask.RECOGNITION: "-embedder"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtPack:
    """What became of a package.

    Attributes:
        name: what to say for it wherever a pack is named: a pack's name, a model's, or several joined.
        models: names of its models, detector first.
        fresh: those of them that were put into the store now; the others were there already.
        catalogued: those that are the catalogue's own models, by their hashes.
        aside: files of the package that are of no use here.
        licence: what its licence file says.
        remarks: sentences for a person, in the language in force.
    """

    name: str
    models: tuple[str, ...]
    fresh: tuple[str, ...]
    catalogued: tuple[str, ...]
    aside: tuple[str, ...]
    licence: PackageLicence
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Model:
    """One model on its way into the store."""

    manifest: ModelManifest
    variant: Variant
    file: Path


def bring(
    path: Path,
    store: Path,
    *,
    name: str = "",
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
    agree: Callable[[Sequence[ModelManifest]], None] | None = None,
    public_keys: Sequence[bytes] = PUBLIC_KEYS,
    now: datetime | None = None,
) -> BroughtPack:
    """Put the models of an InsightFace package into the store, as a pack.

    Args:
        path: of a folder or a zip: with a manifest of version 2, or ONNX files that are told apart by their shapes.
        store: the folder of models; made if need be.
        name: of the pack; by default “insightface-” and the package's id, or its folder's name.
        on_progress: told what is being done, in bytes where their number is known.
        cancel: stops the work; nothing half-made stays.
        agree: asked, once the models and their licence are known and before any is put in place; raises to refuse.
        public_keys: whose licence files count, raw Ed25519 keys of 32 bytes; InsightFace's.
        now: when a licence has to hold, with a time zone; now.

    Raises:
        ModelsError: the package is refused, the name is taken, or the store cannot be written.
        CancelledError: the user stopped the work.
    """
    cancel, now = cancel or CancelToken(), now or datetime.now(UTC)
    if name:
        _require_name(name)
    with store_at_work(store, on_progress, cancel), making_folder(store) as making:
        target = making / "package"
        target.mkdir()
        found = ask(path, target, now=now, public_keys=public_keys, on_progress=on_progress, cancel=cancel)
        files = {part.task: _settled(part, target, path, cancel) for part in found.parts}
        pack, models = _name_models(found, files, name, store)
        if agree is not None:
            agree([model.manifest for model in models])
        fresh = [model for model in models if not _is_there(model.manifest, store)]
        for model in fresh:
            published = Published(model.variant, {model.variant.binding: model.file})
            put_model(model.manifest, published, store, making=making, on_progress=on_progress, cancel=cancel)
        if any(model.manifest.brought for model in models):
            _put_pack(pack, models, store, making)
        remarks = [*_remarks(found, _of_the_catalogue(models)), *_keep_stated(found, models, store)]
    return BroughtPack(
        name=pack,
        models=tuple(model.manifest.name for model in models),
        fresh=tuple(model.manifest.name for model in fresh),
        catalogued=_of_the_catalogue(models),
        aside=found.aside,
        licence=found.licence,
        remarks=tuple(remarks),
    )


def _settled(part: Part, target: Path, package: Path, cancel: CancelToken) -> Path:
    """Return a copied file that is durable and what the other process said it is; that process is not believed."""
    file = target / f"{part.task.value}.onnx"
    whole = file.is_file() and not file.is_symlink() and file.stat().st_size == part.bytes
    if not whole or hash_file(file, cancel) != part.sha256:
        raise refuse(package.name, RefusedError(Refusal.ENDED_EARLY))
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
    return file


def _name_models(
    found: PackageFound, files: dict[PackageTask, Path], name: str, store: Path
) -> tuple[str, list[_Model]]:
    """Return what the pack is called and its models, each the catalogue's where the catalogue has it."""
    # Who has a licence for commercial use has it for this package, not for the catalogue's models.
    licensed = found.licence.state is LicenceState.COMMERCIAL
    known = {} if licensed else {part.task: match for part in found.parts if (match := _catalogued(part))}
    if len(known) == len(found.parts):
        models = [_Model(*known[part.task], files[part.task]) for part in found.parts]
        return _catalogued_name(models), models
    pack = name or _default_name(found.model_id, licensed=licensed)
    _require_free(pack, found.parts, store)
    models = []
    for part in found.parts:
        if part.task in known:
            models.append(_Model(*known[part.task], files[part.task]))
            continue
        manifest = manifest_of(part, pack + _SUFFIXES[part.task], found.model_id, licence_of(found.licence))
        _require_same(manifest, store)
        models.append(_Model(manifest, manifest.variants[0], files[part.task]))
    return pack, models


def _catalogued(part: Part) -> tuple[ModelManifest, Variant] | None:
    for name in list_models():
        manifest = load_manifest(name)
        for variant in manifest.variants:
            alone = manifest.converter is Converter.AS_IS and len(variant.files) == 1
            if alone and manifest.task is _TASKS[part.task] and variant.sha256 == part.sha256:
                return manifest, variant
    return None


def _catalogued_name(models: Sequence[_Model]) -> str:
    names = tuple(model.manifest.name for model in models)
    return next((pack for pack in list_packs() if named_pack(pack).models == names), JOINT.join(names))


def _default_name(model_id: str, *, licensed: bool) -> str:
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", model_id).strip("-._").removeprefix(_PREFIX)
    name = _PREFIX + (cleaned[: _LONGEST_NAME - len(_PREFIX) - len(_LICENSED)] or "package")
    return name + _LICENSED if licensed and name in list_packs() else name


def _require_name(name: str) -> None:
    if not FILE_NAME.fullmatch(name) or JOINT in name or len(name) > _LONGEST_NAME:
        raise ModelsError(
            _("“{name}” cannot be the name of a pack.").format(name=printable(name)),
            remedy=_(
                "Use letters without accents, digits, “-”, “_” and “.”, at most 100, with a letter or digit first."
            ),
        )


def _require_free(pack: str, parts: Sequence[Part], store: Path) -> None:
    """Refuse a name that means something else already, in whatever case."""
    taken = {name.casefold() for name in (*list_packs(), *list_models())}
    wanted = {pack, *(pack + _SUFFIXES[part.task] for part in parts)}
    if taken & {name.casefold() for name in wanted} or pack in list_models(store):
        raise ModelsError(
            _("“{name}” is the name of other models already.").format(name=pack), remedy=_("Give another name.")
        )


def _require_same(manifest: ModelManifest, store: Path) -> None:
    """Refuse to put a model into the place of another that somebody brought under this name."""
    if manifest.name not in list_models(store):
        return
    try:
        there = load_manifest(manifest.name, store)
    except ModelsError:
        return  # damaged: this is how it is mended
    if there.variants[0].sha256 != manifest.variants[0].sha256:
        raise ModelsError(
            _("Another model was brought under the name “{name}”.").format(name=manifest.name),
            remedy=_("Give another name."),
        )


def _is_there(manifest: ModelManifest, store: Path) -> bool:
    try:
        there = load_manifest(manifest.name, store)
        verify_model(store, there)
    except ModelsError:
        return False
    return there == manifest


def _put_pack(pack: str, models: Sequence[_Model], store: Path, making: Path) -> None:
    chosen = {model.manifest.task.value: model.manifest.name for model in models}
    content = msgspec.json.format(
        msgspec.json.encode(msgspec.convert({"name": pack, **chosen}, PackManifest)), indent=2
    )
    whole = making / "pack.json"
    write_durably(whole, content)
    (store / PACKS).mkdir(exist_ok=True)
    whole.replace(store / PACKS / f"{pack}.json")


def _of_the_catalogue(models: Sequence[_Model]) -> tuple[str, ...]:
    return tuple(model.manifest.name for model in models if not model.manifest.brought)


def _keep_stated(found: PackageFound, models: Sequence[_Model], store: Path) -> list[str]:
    """Keep the impostor table that the package states, unless somebody has measured these models here.

    It is about a detector and an embedder together: of one alone nothing is known.
    """
    by_task = {model.manifest.task: model for model in models}
    detector, embedder = by_task.get(ModelTask.FACE_DETECTOR), by_task.get(ModelTask.FACE_EMBEDDER)
    if found.impostors is None or detector is None or embedder is None:
        return []
    entry = figures_stated(found.impostors, found.model_id)
    name = combination(detector.manifest.name, embedder.manifest.name)
    bindings = bindings_of(
        stamp_model(detector.manifest, detector.variant),
        stamp_model(embedder.manifest, embedder.variant, detector=detector.manifest.name),
    )
    there, is_measured = find_figures(name, store, bindings)
    if is_measured or (there != NO_FIGURES and not there.stated_by):
        return []
    keep_figures(store, name, msgspec.structs.replace(entry, bindings=bindings))
    return [_("Its manifest states how alike strangers are to its models; nobody has checked that here.")]


def _remarks(found: PackageFound, catalogued: Sequence[str]) -> tuple[str, ...]:
    said = []
    if catalogued:
        said.append(
            _("Known here already, under the names of the catalogue: {names}.").format(names=", ".join(catalogued))
        )
    if found.aside:
        files = ", ".join(map(printable, found.aside))
        said.append(_("Left aside, because nobody here needs them: {files}.").format(files=files))
    tasks = {part.task for part in found.parts}
    if PackageTask.DETECTION not in tasks:
        said.append(_("There is no detector in it; that of another pack is used with it."))
    if PackageTask.RECOGNITION not in tasks:
        said.append(_("There is no model in it that tells faces apart; that of another pack is used with it."))
    said.append(_licence_remark(found.licence))
    return tuple(said)


def _licence_remark(licence: PackageLicence) -> str:
    customer, until = printable(licence.customer), licence.valid_until[:10]
    if licence.state is LicenceState.COMMERCIAL and until:
        return _("InsightFace permits commercial use to {customer} until {date}; its signature holds.").format(
            customer=customer, date=until
        )
    if licence.state is LicenceState.COMMERCIAL:
        return _("InsightFace permits commercial use to {customer}; its signature holds.").format(customer=customer)
    if licence.state is LicenceState.EXPIRED:
        return _("Its licence ended on {date}: for non-commercial research only.").format(date=until)
    if licence.state is LicenceState.NOT_ACTIVE:
        return _("Its licence begins on {date} only: until then for non-commercial research only.").format(
            date=licence.valid_from[:10]
        )
    if licence.state is LicenceState.NON_COMMERCIAL:
        return _("Its licence is for non-commercial use only; the signature of InsightFace holds.")
    return _("There is no licence file in it: for non-commercial research only.")
