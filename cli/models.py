"""`countenance models`: what is installed, under which licence, and whether it still is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import models
from cli import models_licence, models_remove, models_selftest, models_use
from cli.gathering import gathered
from cli.models_calibrate import calibrate, own_sentences
from cli.models_licence import Agree, agreed
from cli.models_shown import show_inventory
from cli.output import write_json
from cli.session import Session
from countenance.errors import ModelsError, WrongUsageError
from countenance.translations import _
from models.archives import is_zip
from models.inventory import InstallState, list_inventory, list_pack_facts, list_unreadable, verify
from models.local_sources import model_of_file
from models.packs import JOINT
from models.proving import install_and_prove


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Models of faces and voices: list, install, verify, self-test."), no_args_is_help=True)
    group.command("list", help=_("List the models, their licences, and what is installed."))(gathered(list_models))
    group.command("install", help=_("Install a pack of models."))(gathered(install))
    group.command("verify", help=_("Compare the installed files with what was published."))(gathered(verify_models))
    models_selftest.add_to(group)
    group.command("calibrate", help=_("Measure likenesses on a folder of your own people."))(gathered(calibrate))
    models_use.add_to(group)
    models_licence.add_to(group)
    models_remove.add_to(group)
    app.add_typer(group, name="models")


def list_models(context: typer.Context) -> int:
    """Show every pack and every model, of the catalogue and brought."""
    session = Session.of(context)
    facts = list_inventory(session.places.models)
    packs = list_pack_facts(session.places.models, facts)
    for damaged in list_unreadable(session.places.models):
        session.warn(damaged)
    if session.as_json:
        write_json({"folder": str(session.places.models), "models": facts, "packs": packs})
    else:
        show_inventory(session, packs, facts)
        for sentence in own_sentences(session):
            session.say(sentence)
    return 0


def install(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help=_("A pack or a model, see: models list. Of a package of your own: what to call it."),
            show_default=False,
        ),
    ] = "",
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE|FOLDER|ZIP",
            help=_("Take the files from here; packages it does not hold come from the package index."),
        ),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help=_("With --from: take everything from there."))] = False,
    accepts: Annotated[
        bool,
        typer.Option(
            "--accept-licence", help=_("Accept, as the operator, a licence that a person has to accept (--operator).")
        ),
    ] = False,
) -> int:
    """Install what is not there yet; a licence that a person has to accept is shown first."""
    session = Session.of(context)
    if source is None and not name:
        raise WrongUsageError(
            _("Say what to install: a pack or a model by its name, or what --from leads to."),
            remedy=_("Find out more with: {command}").format(command="countenance models list"),
        )
    if source is not None and not name and source.is_file() and not is_zip(source):
        name = model_of_file(source, session.cancel)
    if source is not None and not _is_catalogued(name):
        if source.is_file() and not is_zip(source):
            raise ModelsError(
                _("“{file}” is no package of models.").format(file=source.name),
                remedy=_("Give the folder or the zip that holds the detector and what tells faces apart."),
            )
        return _install_brought(session, name, source, accepts=accepts)
    return _install_catalogued(session, name, _source(source, offline=offline), accepts=accepts)


def _install_catalogued(session: Session, name: str, source: models.Source, *, accepts: bool) -> int:
    """Install a pack or a model of the catalogue."""

    def get(agree: Agree) -> tuple[str, ...]:
        with session.progress(_("Installing {name}").format(name=name)) as show, session.worker() as worker:

            def work() -> tuple[str, ...]:
                return models.install(
                    name,
                    session.places.models,
                    source=source,
                    on_progress=show,
                    cancel=session.cancel,
                    agree=agree,
                )

            return install_and_prove(
                work, session.places.models, worker, on_progress=show, cancel=session.cancel, tell=session.note
            )

    installed = agreed(session, get, accepts=accepts)
    if session.as_json:
        write_json({"installed": list(installed), "folder": str(session.places.models)})
    elif installed:
        session.say(_("Installed: {names}").format(names=", ".join(installed)))
    else:
        session.say(_("Everything of “{name}” is installed already.").format(name=name))
    return 0


def _is_catalogued(name: str) -> bool:
    """Whether every part of a name is a pack or a model of the catalogue; other names are for what a person brings."""
    known = {*models.list_packs(), *models.list_models()}
    return bool(name) and all(part in known for part in name.split(JOINT))


def _install_brought(session: Session, name: str, path: Path, *, accepts: bool) -> int:
    """Install a package of the person's own under a name of its own; nobody is asked for anything."""
    store = session.places.models

    def get(agree: Agree) -> models.BroughtPack:
        with (
            session.progress(_("Installing {name}").format(name=name or path.name)) as show,
            session.worker() as worker,
        ):
            found = models.bring(path, store, name=name, on_progress=show, cancel=session.cancel, agree=agree)
            install_and_prove(
                lambda: found.fresh, store, worker, on_progress=show, cancel=session.cancel, tell=session.note
            )
            return found

    brought = agreed(session, get, accepts=accepts)
    if session.as_json:
        folder = str(session.places.models)
        write_json({"installed": list(brought.fresh), "folder": folder, "pack": brought})
        return 0
    if brought.fresh:
        session.say(_("Installed: {names}").format(names=", ".join(brought.fresh)))
    else:
        session.say(_("Everything of “{name}” is installed already.").format(name=brought.name))
    for remark in brought.remarks:
        session.say(remark)
    session.say(_("Use it with: {command}").format(command=f"countenance --pack {brought.name} check CLIP"))
    return 0


def verify_models(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("A pack or a model; else all installed."), show_default=False)
    ] = "",
) -> int:
    """Verify a pack or a model, or everything installed."""
    session = Session.of(context)
    names = _names(session, name)
    for each in names:
        verify(each, session.places.models)
    if not name:
        for damaged in list_unreadable(session.places.models):
            raise damaged
    if session.as_json:
        write_json({"verified": names})
    elif names:
        session.say(_("Whole and as published: {names}").format(names=", ".join(names)))
    else:
        session.say(_("No models are installed."))
    return 0


def _source(path: Path | None, *, offline: bool) -> models.Source:
    if path is None:
        if offline:
            raise WrongUsageError(_("--offline needs a file, a folder or a zip: --from PATH."))
        return models.Official()
    return models.local_source(path) if offline else models.WithIndex(path)


def _names(session: Session, name: str) -> list[str]:
    if name:
        return [name]
    facts = list_inventory(session.places.models)
    return [item.name for item in facts if item.state is not InstallState.MISSING]
