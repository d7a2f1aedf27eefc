"""Proving installed models before anybody relies on them: what they answer, and whether their description is right.

A model whose answers nobody has seen before is not opened until its fingerprint stands in its record, and it is written
there last: whatever is interrupted in between leaves a model that has to be installed again.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from countenance.errors import CheckFailedError, ModelsError
from countenance.translations import _, mark
from countenance.wire_models import CPU, Doubt, Proof, Prove
from countenance.work import CancelToken, ProgressHook, ignore_progress
from models.figures import OWN, list_own, remove_figures
from models.lock import store_lock
from models.manifests import ModelManifest, list_models, load_manifest
from models.packs import JOINT, PACKS, list_packs, named_pack
from models.selftest import Prover, SelfTest, compare, known_fingerprints, known_pair_of, selftest
from models.store import RECORD, model_folder, read_record
from models.writing import replace_durably

_DOUBTS = {
    Doubt.ANSWERS: mark("it gives no usable numbers"),
    Doubt.KNOWN: mark("it does not find the known face, or does not tell known faces or voices from others"),
    Doubt.COLOURS: mark("it does better with red and blue the other way round than as it is described"),
    Doubt.VALUES: mark("it does better with another range of numbers than it is described to take"),
    Doubt.PLACE: mark("it does better with faces cut out in another place or size than it is described to take"),
    Doubt.FEATURES: mark("sound is not prepared for it in the way it is described to take"),
}


def _say_nothing(_sentence: str) -> None:
    """Leave a remark untold."""


class NotHeldError(ModelsError):
    """A model is not what it is described to be."""


def install_and_prove(
    install: Callable[[], Iterable[str]],
    store: Path,
    prover: Prover,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
    tell: Callable[[str], None] = _say_nothing,
) -> tuple[str, ...]:
    """Install models, prove them, and return the names of those that are new.

    Also proved is what an earlier installation left unproved because it was interrupted.

    Args:
        install: installs, and returns the names of what was not there yet.
        store: the folder of models.
        prover: the door to the detectors.
        on_progress: told what is being done.
        cancel: stops the work; what is not proved yet is taken out again.
        tell: called with a sentence about what a person should look into, where a model holds all the same.

    Raises:
        ModelsError: the installation failed, or a new model does not hold; it is taken out again.
        CancelledError: the user stopped the work.
    """
    new = tuple(install())
    left = tuple(name for name in unproved(store) if name not in new)
    prove_installed(new, store, prover, on_progress=on_progress, cancel=cancel, tell=tell)
    try:
        prove_installed(left, store, prover, on_progress=on_progress, cancel=cancel, tell=tell)
    except NotHeldError as error:
        tell(error.sentence)  # nobody asked for it today: what was asked for is installed
    return new


def proof_of_pack(name: str, store: Path, prover: Prover, provider: str = CPU) -> tuple[SelfTest, ...]:
    """Return how the models of a pack, or one model, answered, once they have held; the known pair too, of a pack.

    Args:
        name: of a pack or a model.
        store: the folder of models.
        prover: the door to the detectors.
        provider: the onnxruntime execution provider to run them on.

    Raises:
        ModelsError: unknown name, or a model is missing, damaged or refused.
        CheckFailedError: a model does not answer as it should, or known faces or voices are not told apart.
    """
    answers = selftest(name, store, prover, provider)
    failed = [answer.model for answer in answers if not answer.held]
    pair = known_pair_of(name, store, provider)
    told = prover.selftest(pair) if pair is not None and not failed else None
    if failed or (told is not None and not told.passed):
        raise CheckFailedError(
            _("The self-test did not hold: {names}.").format(names=", ".join(failed) or name),
            remedy=_("Install the models anew: delete their folder, then run countenance models install."),
            details=told.details if told is not None else "",
        )
    return answers


def unproved(store: Path) -> tuple[str, ...]:
    """Return the names of installed models that are not opened because nobody has seen what they answer."""
    return tuple(name for name in list_models(store) if _is_unproved(name, store))


def prove_installed(
    names: Iterable[str],
    store: Path,
    prover: Prover,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
    tell: Callable[[str], None] = _say_nothing,
) -> None:
    """Have installed models answer in the detectors' process, and keep only those that hold.

    One with a fingerprint in its manifest has to answer as that says. Of one without, the description is tried on known
    faces or voices beside wrong ones, and its fingerprint is taken.

    Args:
        names: of installed models.
        store: the folder of models.
        prover: the door to the detectors.
        on_progress: told which model is being tested.
        cancel: stops the work.
        tell: called with a sentence about what a person should look into, where a model holds all the same.

    Raises:
        NotHeldError: a model does not hold; it is taken out of the store again.
        ModelsError: a model is missing, damaged or refused by the runtime.
        CheckFailedError: the detectors did not answer.
        CancelledError: the user stopped the work.

    Whatever ends the work: models whose answers nobody has seen yet are taken out of the store again, and with a model
    of a brought pack the rest of that pack, as far as it is named here.
    """
    cancel = cancel or CancelToken()
    named = tuple(dict.fromkeys(names))
    waiting = list(named)
    try:
        while waiting:
            cancel.raise_if_cancelled()
            on_progress(_("Testing {name}").format(name=waiting[0]), 0, 0)
            _prove_one(load_manifest(waiting[0], store), store, prover, tell)
            waiting.pop(0)
    except BaseException as error:
        refused = waiting[:1] if isinstance(error, NotHeldError) else []
        unseen = [name for name in waiting if name not in refused and _is_unproved(name, store)]
        _take_out([*refused, *unseen], named, store)
        raise


def _prove_one(manifest: ModelManifest, store: Path, prover: Prover, tell: Callable[[str], None]) -> None:
    known = known_fingerprints(manifest, read_record(store, manifest))
    told = not manifest.brought and len(known) == len(manifest.networks)
    try:
        proved = prover.prove(Prove(names=(manifest.name,), models=str(store), provider=CPU, contracts=not told))
    except CheckFailedError as error:
        if told:
            raise
        # The process ended, or kept silent: what it was at is this model.
        raise _refused(manifest, _("it stopped the process that tried it"), error.details) from error
    except ModelsError as error:
        if told:
            raise
        raise _refused(manifest, _("it cannot be run"), f"{error.sentence} {error.details}") from error
    (proof,) = proved.models
    if proof.doubt is not Doubt.NONE:
        if proof.sure:
            raise _refused(manifest, _(_DOUBTS[proof.doubt]), proof.details)
        tell(
            _(
                "Look into the model “{name}”: {why}. Compare a few clips with another pack before you rely on it."
            ).format(name=manifest.name, why=_(_DOUBTS[proof.doubt]))
        )
    if not told:
        _keep_fingerprint(manifest, proof, store)
    answered = compare(proof, store)
    if not answered.held:
        raise _refused(manifest, _("it does not answer as it should"), f"deviation {answered.deviation:.1e}")


def _keep_fingerprint(manifest: ModelManifest, proof: Proof, store: Path) -> None:
    record = msgspec.structs.replace(read_record(store, manifest), fingerprints=proof.answers)
    path = model_folder(store, manifest.name) / RECORD
    # Whether this reached the disk or not: with the old record it is proved again.
    replace_durably(path, msgspec.json.format(msgspec.json.encode(record), indent=2))


def _take_out(names: Sequence[str], beside: Sequence[str], store: Path) -> None:
    """Remove models that were not proved, and packs that name them, while no installation is at work.

    Of such a pack its brought models among `beside` go too: nobody asked for half of it.
    """
    if not names:
        return
    going = set(names)
    with store_lock(store, ignore_progress, CancelToken()):
        for pack in set(list_packs(store)) - set(list_packs()):
            with contextlib.suppress(ModelsError):  # its file is damaged: nobody can say what it named
                models = named_pack(pack, store).models
                if set(names) & set(models):
                    (store / PACKS / f"{pack}.json").unlink(missing_ok=True)
                    going.update(name for name in models if name in beside and name not in list_models())
        for figures in list_own(store):  # what their package stated of them
            if going & set(figures.split(JOINT)):
                remove_figures(store, figures)
        for folder in (PACKS, OWN):
            with contextlib.suppress(OSError):  # there is none, or something else is in it
                (store / folder).rmdir()
        for name in sorted(going):
            shutil.rmtree(model_folder(store, name), ignore_errors=True)


def _is_unproved(name: str, store: Path) -> bool:
    try:
        manifest = load_manifest(name, store)
        return len(known_fingerprints(manifest, read_record(store, manifest))) < len(manifest.networks)
    except ModelsError:
        return False  # not installed, or damaged: an installation makes it anew


def _refused(manifest: ModelManifest, why: str, details: str) -> NotHeldError:
    return NotHeldError(
        _("The model “{name}” was not installed: {why}.").format(name=manifest.name, why=why),
        remedy=_("Take the file from its publisher, and see that it is the kind of model it is said to be."),
        details=details,
    )
