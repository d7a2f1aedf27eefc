"""Licences of models: shown, and accepted once by a named person; `countenance models licence`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, TypeVar

import typer

import models
from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session
from countenance.errors import ModelsError
from countenance.labels import day_label
from countenance.translations import _
from models.licences import LicenceNotAcceptedError, accept, acceptance_of, licence_sentences, require_accepted
from models.manifests import ModelManifest
from models.packs import asked_for

Agree = Callable[[Sequence[ModelManifest]], None]
T = TypeVar("T")


def add_to(group: typer.Typer) -> None:
    """Add the command to those about models."""
    group.command("licence", help=_("Show what the publishers of models allow, and who accepted it."))(
        gathered(licence)
    )


def licence(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("A pack or a model; else all that are known."), show_default=False)
    ] = "",
    accepts: Annotated[
        bool, typer.Option("--accept", help=_("Accept what has to be accepted, as the operator (--operator)."))
    ] = False,
) -> int:
    """Show licences; with --accept, keep that the operator accepted them."""
    session = Session.of(context)
    store = session.places.models
    manifests = asked_for(name, store) if name else _readable(session)
    if accepts:
        accept(manifests, store, by=session.operator, on=session.now().date())
    if session.as_json:
        write_json({"licences": [_document(manifest, session) for manifest in manifests]})
        return 0
    for manifest in manifests:
        session.say(f"{manifest.title} ({manifest.name})", style="bold")
        for sentence in (*licence_sentences(manifest), _standing(manifest, session)):
            session.say(f"  {sentence}")
    return 0


def _readable(session: Session) -> tuple[ModelManifest, ...]:
    """Return the manifests of all models, and say which of those that people brought cannot be read."""
    store, found = session.places.models, []
    for name in models.list_models(store):
        try:
            found.append(models.load_manifest(name, store))
        except ModelsError as error:
            session.warn(error)
    return tuple(found)


def agreed(session: Session, do: Callable[[Agree], T], *, accepts: bool) -> T:
    """Do something that puts models into the store; show a licence that has to be accepted, and ask for it.

    Args:
        session: names the store, and the person: the operator.
        do: given what is to be asked before models are put in place; called again once the licences are accepted.
        accepts: whether the person said beforehand that they accept.

    Raises:
        LicenceNotAcceptedError: it was not accepted, or nobody is there to be asked.
    """
    store = session.places.models
    agree = partial(require_accepted, store=store)
    try:
        return do(agree)
    except LicenceNotAcceptedError as error:
        for manifest in error.manifests:
            for sentence in licence_sentences(manifest):
                session.note(sentence)
        if not accepts and not _says_yes(session):
            raise
        accept(error.manifests, store, by=session.operator, on=session.now().date())
        return do(agree)


def _says_yes(session: Session) -> bool:
    if not session.somebody_there:
        return False
    question = _("Accept it as {name}, with today’s date?").format(name=session.operator)
    return typer.confirm(question, err=True, default=False)


def _standing(manifest: ModelManifest, session: Session) -> str:
    if not manifest.licence.needs_acceptance:
        return _("Nobody has to accept it.")
    accepted = acceptance_of(manifest, session.places.models)
    if accepted is None:
        return _("Not accepted yet.")
    return _("Accepted by {name} on {day}.").format(name=accepted.by, day=day_label(accepted.on))


def _document(manifest: ModelManifest, session: Session) -> dict[str, object]:
    licence, accepted = manifest.licence, acceptance_of(manifest, session.places.models)
    return {
        "model": manifest.name,
        "publisher": manifest.publisher,
        "code": licence.code,
        "weights": licence.weights,
        "commercial_use": licence.commercial_use_at(datetime.now(UTC)),
        "verified": licence.verified,
        "terms": licence.terms,
        "needs_acceptance": licence.needs_acceptance,
        "accepted": accepted,
    }
