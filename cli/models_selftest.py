"""`countenance models selftest`: whether models answer as they should, and tell known faces and voices apart."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session
from countenance.errors import CheckFailedError
from countenance.providers import provider_of
from countenance.translations import _
from models.inventory import InstallState, list_inventory
from models.selftest import known_pair_of, selftest


def add_to(group: typer.Typer) -> None:
    """Add the command to those about models."""
    group.command("selftest", help=_("Run the models on known input and compare their answers."))(gathered(self_test))


def self_test(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("A pack or a model; else all installed."), show_default=False)
    ] = "",
) -> int:
    """Run the self-test of a pack or a model, or of everything installed, and the known pair of the pack."""
    session = Session.of(context)
    store, provider = session.places.models, session.settings.provider.execution_provider
    facts = list_inventory(store) if not name else ()
    names = [name] if name else [item.name for item in facts if item.state is not InstallState.MISSING]
    if not name:
        session.known_card()  # raises with what to do where the settings name a pack that is gone
    request = known_pair_of(name or session.pack, store, provider)
    with session.worker() as worker:
        answers = [answer for each in names for answer in selftest(each, store, worker, provider)]
        told = worker.selftest(request) if request is not None else None
    pair = told.passed if told is not None else None
    failed = [answer.model for answer in answers if not answer.held]
    document = {"models": answers, "known_pair": pair}
    if not session.as_json:
        for answer in answers:
            held = _("as expected") if answer.held else _("NOT as expected")
            known = provider_of(answer.provider)
            session.say(f"{answer.model}: {held} ({known.label if known else answer.provider})")
        if pair is not None:
            held = _("as expected") if pair else _("NOT as expected")
            session.say(_("Known pairs told apart: {held}").format(held=held))
    if failed or pair is False:
        error = CheckFailedError(
            _("The self-test did not hold: {names}.").format(names=", ".join(failed) or name or session.pack),
            remedy=_("Install the models anew: delete their folder, then run countenance models install."),
            details=told.details if told is not None else "",
        )
        return session.refuse(error, document)
    if session.as_json:
        write_json(document)
    return 0
