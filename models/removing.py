"""Removing models that nobody needs any more: what is in use, and what another installed pack needs, stays."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from pathlib import Path

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.work import CancelToken, ignore_progress
from models.figures import list_own, remove_figures
from models.install import making_folder, store_at_work
from models.manifests import list_models, load_manifest
from models.packs import JOINT, PACKS, compose, list_packs, named_pack, own_models
from models.store import model_folder, verify_model


def remove(name: str, store: Path, *, in_use: str) -> tuple[str, ...]:
    """Remove a pack or a model and return the names of the models that are gone.

    A brought pack goes with its file, and with what was measured of its models; a catalogue's can be installed again.

    Args:
        name: of one pack or one model.
        store: the folder of models.
        in_use: what clips are checked with, as `--pack` names it; its models stay.

    Raises:
        ModelsError: unknown name; nothing of it is there; all that is there is in use, or needed by another pack; the
            store cannot be written.
    """
    own = _own(name, store)
    brought = name in list_packs(store) and name not in list_packs()
    with store_at_work(store, ignore_progress, CancelToken()):
        used = frozenset(compose(in_use, store).models).intersection(own)
        if brought and used:
            raise _in_use(name)
        there = [each for each in own if model_folder(store, each).is_dir()]
        needed = _needed_elsewhere(name, store)
        going = [each for each in there if each not in used and each not in needed]
        if not going and not brought:
            raise _nothing_to_remove(name, there, used)
        measured = [each for each in list_own(store) if _names_one(each, going)]
        with making_folder(store) as making:
            if brought:
                (store / PACKS / f"{name}.json").rename(making / "pack.json")
                with contextlib.suppress(OSError):  # others lie there
                    (store / PACKS).rmdir()
            for each in going:
                model_folder(store, each).rename(making / each)
        for each in measured:
            remove_figures(store, each)
    return tuple(going)


def _own(name: str, store: Path) -> tuple[str, ...]:
    if name in list_packs(store):
        return own_models(name, store)
    if name in list_models(store):
        return (name,)
    raise ModelsError(
        _("There is no pack or model “{name}”.").format(name=name),
        remedy=_("Find out more with: {command}").format(command="countenance models list"),
    )


def _needed_elsewhere(name: str, store: Path) -> frozenset[str]:
    """Return the models of every other pack that is whole; a brought pack needs its models as long as it is there."""
    needed: set[str] = set()
    for pack in list_packs(store):
        models = named_pack(pack, store).models
        if pack != name and (pack not in list_packs() or _are_whole(models, store)):
            needed.update(models)
    return frozenset(needed)


def _are_whole(models: Sequence[str], store: Path) -> bool:
    try:
        for each in models:
            verify_model(store, load_manifest(each, store))
    except ModelsError:
        return False
    return True


def _names_one(combination: str, models: Collection[str]) -> bool:
    # What was measured of the catalogue's is true again once they are installed again.
    gone = [each for each in models if each not in list_models()]
    return any(part in gone for part in combination.split(JOINT))


def _in_use(name: str) -> ModelsError:
    return ModelsError(
        _("“{name}” is in use.").format(name=name),
        remedy=_("Use other models first: {command}").format(command="countenance models use NAME"),
    )


def _nothing_to_remove(name: str, there: Collection[str], used: Collection[str]) -> ModelsError:
    if not there:
        return ModelsError(_("Nothing of “{name}” is installed.").format(name=name))
    if used:
        return _in_use(name)
    return ModelsError(
        _("Everything of “{name}” is needed by other packs that are installed.").format(name=name),
        remedy=_("Remove these first, or leave it where it is."),
    )
