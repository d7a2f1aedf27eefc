"""`countenance doctor`: what this machine has, and what works."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import version

import typer

import models
from cli.session import Session, write_json
from countenance.errors import CountenanceError, ModelsError
from countenance.translations import _
from countenance.wire import SelfTest
from models.inventory import InstallState, list_inventory
from reports.wording import format_bytes

LIBRARIES = ("numpy", "onnxruntime", "opencv-python", "av", "pillow", "sqlcipher3", "PySide6-Essentials")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help=_("Tell what this machine has and whether it works; changes nothing."))(doctor)


def doctor(context: typer.Context) -> int:
    """Show system, libraries, models, registry, and whether the detectors answer."""
    session = Session.of(context)
    facts = list_inventory(session.places.models)
    known_pair, trouble = _try_detectors(session)
    registry = session.registry_path()
    room = shutil.disk_usage(next(p for p in (session.places.models, *session.places.models.parents) if p.exists()))
    document = {
        "program": version("countenance"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "models": {item.name: item.state.value for item in facts},
        "providers": list(models.available_providers()),
        "models_folder": str(session.places.models),
        "registry": str(registry) if registry else None,
        "free_bytes": room.free,
        "detectors_answer": known_pair,
        "trouble": trouble,
    }
    if session.as_json:
        write_json(document)
        return 0 if known_pair else ModelsError.exit_code
    session.say(f"countenance {document['program']} · Python {document['python']} · {document['system']}")
    session.say(" · ".join(f"{name} {version(name)}" for name in LIBRARIES))
    session.say(_("Models in {folder}").format(folder=session.places.models))
    for item in facts:
        state = {
            InstallState.INSTALLED: _("installed"),
            InstallState.DAMAGED: _("damaged"),
            InstallState.MISSING: _("not installed"),
        }[item.state]
        session.say(f"  {item.title}: {state}")
    session.say(_("Compute providers: {names}").format(names=", ".join(models.available_providers())))
    session.say(_("Registry: {path}").format(path=registry or _("none")))
    session.say(_("Free space: {size}").format(size=format_bytes(room.free)))
    answer = _("The detectors answer as expected.") if known_pair else trouble
    session.say(answer, style="green" if known_pair else "red")
    return 0 if known_pair else ModelsError.exit_code


def _try_detectors(session: Session) -> tuple[bool, str]:
    try:
        card = {manifest.task: manifest.name for manifest in models.models_of(session.pack)}
        detector, embedder = list(card.values())[:2]
        request = SelfTest(detector=detector, face_embedder=embedder, models=str(session.places.models))
        with session.worker() as worker:
            answer = worker.selftest(request)
    except CountenanceError as error:
        return False, str(error)
    return answer.passed, "" if answer.passed else _("The detectors do not answer as expected: models selftest tells.")
