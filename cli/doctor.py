"""`countenance doctor`: what this machine has, and what works."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version

import typer

import models
from cli.gathering import gathered
from cli.models_shown import state_words
from cli.output import write_json
from cli.session import Session
from countenance.errors import CheckFailedError, CountenanceError
from countenance.labels import fence_label, listed
from countenance.translations import _
from models.inventory import list_inventory
from models.selftest import known_pair_of
from reports.wording import format_bytes

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
    room = shutil.disk_usage(next(place for place in (store, *store.absolute().parents) if place.exists()))
    libraries = {name: _version(name) for name in LIBRARIES}
    system = f"Python {platform.python_version()} · {platform.platform()}"
    inventory = list_inventory(store)
    if session.as_json:
        document = {
            "program": version("countenance"),
            "python": platform.python_version(),
            "system": platform.platform(),
            "libraries": libraries,
            "models": {item.name: item.state for item in inventory},
            "models_folder": str(store),
            "providers": models.available_providers(),
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
        session.say(f"  {item.name} ({', '.join(item.packs)}): {state_words(item.state)}")
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


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _try_detectors(session: Session) -> tuple[CountenanceError | None, tuple[str, ...]]:
    """Return what is wrong with the detectors, or None, and the fences around them."""
    fences: tuple[str, ...] = ()
    try:
        session.ready_card()
        request = known_pair_of(session.pack, session.places.models)
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
