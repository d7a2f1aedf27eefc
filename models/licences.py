"""Licences that a person has to accept: shown, accepted once with name and date, kept in the store.

What is accepted is a statement: whose weights they are, under which licence, what it forbids, where it stands. All
models under the same statement are accepted together; a statement that changes is asked for again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from countenance.errors import ModelsError
from countenance.packs import CommercialUse
from countenance.translations import _
from models.manifests import ModelManifest, Sha256
from models.writing import replace_durably

ACCEPTED = "licences.json"
"""File, in the store, of what was accepted."""

_LONGEST_NAME = 200


class Acceptance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement that somebody accepted.

    Attributes:
        statement: digest of what was accepted (`statement_of`).
        publisher, licence: as they were shown.
        by: the name of the person.
        on: the day, in the system's time zone.
    """

    statement: Sha256
    publisher: str
    licence: str
    by: Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]
    on: date


def statement_of(manifest: ModelManifest) -> str:
    """Return the digest of what a model's licence says: publisher, code, weights, commercial use, where it stands."""
    licence = manifest.licence
    use = licence.commercial_use_at(datetime.now(UTC))
    facts = (manifest.publisher, licence.code, licence.weights, use.value, licence.terms)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def licence_sentences(manifest: ModelManifest) -> tuple[str, ...]:
    """Return what a person accepts with a model's licence, in the language in force, a sentence each."""
    licence = manifest.licence
    uses = {
        CommercialUse.YES: _("Commercial use is allowed."),
        CommercialUse.NO: _("Commercial use is not allowed: every result made with it will say so."),
        CommercialUse.UNSETTLED: _("Whether it may be used commercially is unsettled."),
    }
    told = [
        _("Weights by {publisher}: {licence}; code: {code}.").format(
            publisher=manifest.publisher, licence=licence.weights, code=licence.code
        ),
        uses[licence.commercial_use_at(datetime.now(UTC))],
    ]
    if not licence.verified:
        told.append(
            _("Unverified: nobody read the publisher’s own statement for this program; whoever accepts has read it.")
        )
    if licence.terms:
        told.append(_("Where it stands: {address}").format(address=licence.terms))
    return tuple(told)


def read_acceptances(store: Path) -> dict[str, Acceptance]:
    """Return what was accepted in a store, by statement.

    Raises:
        ModelsError: the file of acceptances cannot be read.
    """
    path = store / ACCEPTED
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=tuple[Acceptance, ...])
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise ModelsError(
            _("The accepted licences in “{file}” cannot be read.").format(file=path),
            remedy=_("Remove the file and accept the licences again."),
            details=type(error).__name__,
        ) from error
    return {one.statement: one for one in kept}


def acceptance_of(manifest: ModelManifest, store: Path) -> Acceptance | None:
    """Return who accepted a model's licence, and when; None where nobody did, or nobody has to.

    Raises:
        ModelsError: the file of acceptances cannot be read.
    """
    return read_acceptances(store).get(statement_of(manifest)) if manifest.licence.needs_acceptance else None


def unaccepted(manifests: Iterable[ModelManifest], store: Path) -> tuple[ModelManifest, ...]:
    """Return one model for each statement that a person has yet to accept.

    Raises:
        ModelsError: the file of acceptances cannot be read.
    """
    accepted = read_acceptances(store)
    asked: dict[str, ModelManifest] = {}
    for manifest in manifests:
        if manifest.licence.needs_acceptance and statement_of(manifest) not in accepted:
            asked.setdefault(statement_of(manifest), manifest)
    return tuple(asked.values())


class LicenceNotAcceptedError(ModelsError):
    """A licence has to be accepted by a person before the models are installed.

    Attributes:
        manifests: one model for each statement.
    """

    def __init__(self, manifests: tuple[ModelManifest, ...]) -> None:
        first = manifests[0]
        super().__init__(
            _("The licence of “{model}” has to be accepted first: {licence}.").format(
                model=first.title, licence=first.licence.weights
            ),
            remedy=_("Read it, then install again with --accept-licence."),
        )
        self.manifests = manifests


def require_accepted(manifests: Iterable[ModelManifest], store: Path) -> None:
    """Let models pass whose licences need no acceptance, or have it.

    Raises:
        LicenceNotAcceptedError: a person has to accept a licence first; the sentence says which.
        ModelsError: the file of acceptances cannot be read.
    """
    if open_ones := unaccepted(manifests, store):
        raise LicenceNotAcceptedError(open_ones)


def accept(manifests: Iterable[ModelManifest], store: Path, *, by: str, on: date) -> tuple[Acceptance, ...]:
    """Keep that a person accepted the licences of models, and return what is new.

    Args:
        manifests: of the models; those whose licence needs no acceptance, or has it, add nothing.
        store: the folder of models; made if need be.
        by: the person's name.
        on: the day.

    Raises:
        ModelsError: nobody is named, or the acceptance cannot be written.
    """
    name = " ".join(by.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ModelsError(_("A licence is accepted by a person: give a name."))
    new = [
        Acceptance(
            statement=statement_of(manifest),
            publisher=manifest.publisher,
            licence=manifest.licence.weights,
            by=name,
            on=on,
        )
        for manifest in unaccepted(manifests, store)
    ]
    if new:
        _write(store, (*read_acceptances(store).values(), *new))
    return tuple(new)


def _write(store: Path, acceptances: Iterable[Acceptance]) -> None:
    content = msgspec.json.format(msgspec.json.encode(tuple(acceptances)), indent=2)
    try:
        replace_durably(store / ACCEPTED, content)
    except OSError as error:
        raise ModelsError(
            _("The acceptance cannot be written to “{folder}”.").format(folder=store),
            remedy=_("Choose a folder that you may write to and that has room (COUNTENANCE_MODELS)."),
            details=type(error).__name__,
        ) from error
