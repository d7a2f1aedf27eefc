"""`countenance doctor`: what this machine has, and what works."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import typer

import models
from cli.gathering import gathered
from cli.models_shown import state_words
from cli.output import write_json
from cli.session import Session
from countenance.errors import CheckFailedError, CountenanceError
from countenance.labels import fence_label, listed
from countenance.providers import provider_of
from countenance.translations import _
from countenance.wire_models import CPU
from models.inventory import InstallState, list_inventory, list_unreadable
from models.selftest import known_pair_of
from models.trials import Trial, try_providers
from reports.wording import format_bytes
from scan.worker import DetectorWorker

LIBRARIES = ("numpy", "onnxruntime", "opencv-python", "av", "pillow", "sqlcipher3", "PySide6-Essentials")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help=_("Tell what this machine has and what works."))(gathered(doctor))


def doctor(context: typer.Context) -> int:
    """Show system, libraries, models, registry, and whether the detectors answer."""
    session = Session.of(context)
    trouble, fences = _try_detectors(session)
    registry = session.registry_path()
    store = session.places.models
    in_use = session.settings.provider.execution_provider
    room = shutil.disk_usage(next(place for place in (store, *store.absolute().parents) if place.exists()))
    libraries = {name: _version(name) for name in LIBRARIES} | {"onnxruntime": _runtime()}
    system = f"Python {platform.python_version()} · {platform.platform()}"
    inventory = list_inventory(store)
    for damaged in list_unreadable(store):
        session.warn(damaged)
    whole = [item.name for item in inventory if item.state is InstallState.INSTALLED]
    asked = (*models.available_providers(), in_use)
    trials = tuple(try_providers(whole, asked, store, DetectorWorker, session.settings.threads))
    if session.as_json:
        document = {
            "program": version("countenance"),
            "python": platform.python_version(),
            "system": platform.platform(),
            "libraries": libraries,
            "models": {item.name: item.state for item in inventory},
            "models_folder": str(store),
            "providers": models.available_providers(),
            "provider": in_use,
            "trials": trials,
            "threads": session.settings.threads,
            "processors": os.cpu_count(),
            "registry": str(registry) if registry else None,
            "free_bytes": room.free,
            "fences": fences,
            "detectors_answer": trouble is None,
        }
        return session.refuse(trouble, document) if trouble else _write(document)
    session.say(f"countenance {version('countenance')} · {system}")
    session.say(" · ".join(f"{name} {number or _('missing')}" for name, number in libraries.items()))
    session.say(_("Models in {folder}").format(folder=store))
    for item in inventory:
        packs = f" ({', '.join(item.packs)})" if item.packs else ""
        session.say(f"  {item.name}{packs}: {state_words(item.state)}")
    _show_trials(session, trials, in_use)
    threads = _("Threads: {threads} of {processors} processors")
    session.say(threads.format(threads=session.settings.threads, processors=os.cpu_count()))
    session.say(_("Registry: {path}").format(path=registry or _("none")))
    session.say(_("Free space: {size}").format(size=format_bytes(room.free)))
    session.say(
        _("Fences around the detectors: {names}").format(
            names=listed(fence_label(name) for name in fences) or _("none")
        )
    )
    if trouble:
        raise trouble
    session.say(_("The detectors answer as expected."), style="green")
    return 0


def _write(document: dict[str, object]) -> int:
    write_json(document)
    return 0


def _show_trials(session: Session, trials: Sequence[Trial], in_use: str) -> None:
    """Say what each provider does with each model, and which one is used."""
    session.say(_("Models are run with: {provider}").format(provider=_label(in_use)))
    titles = (_("Model"), _("Run with"), _("Differs from CPU by"), _("Loading"), _("One run"), "")
    rows = []
    for trial in trials:
        apart = "–" if trial.deviation is None else f"{trial.deviation:.0e}"
        told = trial.trouble or (_("as expected") if trial.held else _("NOT as expected"))
        if trial.active and trial.active != trial.provider:
            told = _("{told}; really run with {provider}").format(told=told, provider=_label(trial.active))
        elif trial.taken is not None and trial.taken < 1:
            told = _("{told}; {share} of it on the processor").format(told=told, share=f"{1 - trial.taken:.0%}")
        times = ("–", "–") if not trial.active else (f"{trial.load_ms:.0f} ms", f"{trial.run_ms:.1f} ms")
        rows.append((trial.model, _label(trial.provider), "" if trial.provider == CPU else apart, *times, told))
    if rows:
        session.show_table(titles, rows)


def _label(provider: str) -> str:
    known = provider_of(provider)
    return known.label if known is not None else provider


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _runtime() -> str | None:
    """Return the version of onnxruntime, and which build of it is installed where it is not the ordinary one."""
    ordinary = _version("onnxruntime")
    builds = ((name, _version(name)) for name in ("onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino"))
    return next((f"{number} ({name})" for name, number in builds if number), ordinary)


def _try_detectors(session: Session) -> tuple[CountenanceError | None, tuple[str, ...]]:
    """Return what is wrong with the detectors, or None, and the fences around them."""
    fences: tuple[str, ...] = ()
    try:
        session.ready_card()
        request = known_pair_of(session.pack, session.places.models, session.settings.provider.execution_provider)
        with session.worker() as worker:
            fences = worker.fences()
            passed = request is None or worker.selftest(request).passed
    except CountenanceError as error:
        return error, fences
    if passed:
        return None, fences
    return (
        CheckFailedError(
            _("The detectors do not tell a known pair of faces or voices from a known other."),
            remedy=_("Find out more with: countenance models selftest"),
        ),
        fences,
    )
