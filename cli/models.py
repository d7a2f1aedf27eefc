"""`countenance models`: what is installed, under which licence, and whether it still is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from scan.worker import DetectorWorker

import models
from cli.session import Session, write_json
from countenance.errors import CheckFailedError
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _
from countenance.wire import SelfTest
from models.inventory import InstallState, ModelFacts, list_inventory, verify
from models.selftest import selftest
from reports.wording import format_bytes

PackArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("A pack or a model; see: models list."))]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Face models: list, install, verify, self-test."), no_args_is_help=True)
    group.command("list", help=_("List the models, their licences, and what is installed."))(list_models)
    group.command("install", help=_("Install a pack of models."))(install)
    group.command("verify", help=_("Compare the installed files with what was published."))(verify_models)
    group.command("selftest", help=_("Run the models on known input and compare their answers."))(self_test)
    app.add_typer(group, name="models")


def list_models(context: typer.Context) -> int:
    """Show every model of the catalogue."""
    session = Session.of(context)
    facts = list_inventory(session.places.models)
    if session.as_json:
        write_json({"folder": str(session.places.models), "models": facts})
        return 0
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (_("Model"), _("Task"), _("Packs"), _("State"), _("Size"), _("Licence"), _("Commercial use")):
        table.add_column(title, overflow="fold")
    for item in facts:
        table.add_row(*(Text(cell) for cell in _cells(item)))
    session.console().print(table)
    for item in facts:
        if item.note:
            session.note(f"{item.title}: {item.note}")
    return 0


def install(
    context: typer.Context,
    name: PackArgument,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help=_("Take the files from a folder instead of the network.")),
    ] = None,
) -> int:
    """Install what is not there yet."""
    session = Session.of(context)
    with session.progress(_("Installing {name}").format(name=name)) as show:
        installed = models.install(
            name,
            session.places.models,
            source=models.Folder(source) if source else models.Official(),
            on_progress=show,
            cancel=session.cancel,
        )
    if session.as_json:
        write_json({"installed": list(installed), "folder": str(session.places.models)})
    elif installed:
        session.say(_("Installed: {names}").format(names=", ".join(installed)))
    else:
        session.say(_("Everything of “{name}” is installed already.").format(name=name))
    return 0


def verify_models(context: typer.Context, name: PackArgument = "") -> int:
    """Verify a pack or a model, or everything installed."""
    session = Session.of(context)
    names = _names(session, name)
    for each in names:
        verify(each, session.places.models)
    if session.as_json:
        write_json({"verified": names})
    else:
        session.say(_("Whole and as published: {names}").format(names=", ".join(names) or _("nothing is installed")))
    return 0


def self_test(context: typer.Context, name: PackArgument = "") -> int:
    """Run the self-test of a pack or a model, or of everything installed, and the known pair of the pack."""
    session = Session.of(context)
    answers = [answer for each in _names(session, name) for answer in selftest(each, session.places.models)]
    pair = _known_pair(session, name or session.pack)
    failed = [answer.model for answer in answers if not answer.held]
    if session.as_json:
        write_json({"models": answers, "known_pair": pair})
    for answer in () if session.as_json else answers:
        held = _("as expected") if answer.held else _("NOT as expected")
        session.say(f"{answer.model}: {held} ({answer.provider})")
    if pair is not None and not session.as_json:
        session.say(_("Known pair of pictures: {held}").format(held=_("as expected") if pair else _("NOT as expected")))
    if failed or pair is False:
        raise CheckFailedError(
            _("The self-test did not hold: {names}.").format(names=", ".join(failed) or name or session.pack),
            remedy=_("Install the models anew: delete their folder, then run countenance models install."),
        )
    return 0


def _known_pair(session: Session, name: str) -> bool | None:
    """Return whether detector and embedder together tell a known pair from a known other; None for a lone model."""
    manifests = {manifest.task: manifest.name for manifest in models.models_of(name)}
    detector, embedder = manifests.get(ModelTask.FACE_DETECTOR), manifests.get(ModelTask.FACE_EMBEDDER)
    if detector is None or embedder is None:
        return None
    request = SelfTest(detector=detector, face_embedder=embedder, models=str(session.places.models))
    with DetectorWorker() as worker:
        return worker.selftest(request).passed


def _names(session: Session, name: str) -> list[str]:
    if name:
        return [name]
    facts = list_inventory(session.places.models)
    return [item.name for item in facts if item.state is not InstallState.MISSING]


def _cells(item: ModelFacts) -> tuple[str, ...]:
    states = {
        InstallState.INSTALLED: _("installed"),
        InstallState.DAMAGED: _("damaged"),
        InstallState.MISSING: _("not installed"),
    }
    tasks = {
        ModelTask.FACE_DETECTOR: _("finds faces"),
        ModelTask.FACE_EMBEDDER: _("recognises faces"),
        ModelTask.VOICE_ACTIVITY: _("finds speech"),
        ModelTask.VOICE_EMBEDDER: _("recognises voices"),
    }
    uses = {
        CommercialUse.YES: _("yes"),
        CommercialUse.NO: _("no"),
        CommercialUse.UNSETTLED: _("unsettled"),
    }
    return (
        f"{item.title} {item.version}",
        tasks[item.task],
        ", ".join(item.packs),
        states[item.state],
        format_bytes(item.size_bytes),
        item.licence_weights,
        uses[item.commercial_use],
    )
