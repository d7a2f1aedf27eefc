"""`countenance registry backup`, `restore`, `rekey`, `remember`, `forget`: copies of the file, and its key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session, ask_passphrase
from countenance.errors import RegistryError, WrongUsageError
from countenance.translations import _
from registry import (
    Heads,
    KeyringState,
    Passphrase,
    check_new_passphrase,
    find_passphrase,
    forget_passphrase,
    keyring_state,
    open_registry,
    remember_passphrase,
    restore_registry,
)
from reports.wording import format_bytes


def add_to(group: typer.Typer) -> None:
    """Add the commands to those about registries."""
    group.command("backup", help=_("Copy the registry while it is in use, and verify the copy."))(gathered(backup))
    group.command("restore", help=_("Verify a backup and put it in the registry's place."))(gathered(restore))
    group.command("rekey", help=_("Give the registry a new passphrase."))(gathered(rekey))
    group.command("remember", help=_("Keep the passphrase in the system keyring."))(gathered(remember))
    group.command("forget", help=_("Remove the passphrase from the system keyring."))(gathered(forget))


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The backup to be made."), readable=False)],
) -> int:
    """Make a verified copy; never over an existing file."""
    session = Session.of(context)
    with session.open_registry() as opened, session.progress(_("Copying the registry")) as show_progress:
        made = opened.upkeep.back_up(file, show_progress)
    if session.as_json:
        write_json(msgspec.to_builtins(made, enc_hook=str))  # paths as texts
        return 0
    told = _("Backed up to {path}, {size}, and verified. People: {people}; grants: {grants}; revision: {revision}.")
    session.say(
        told.format(
            path=file, people=made.people, grants=made.grants, revision=made.revision, size=format_bytes(made.size)
        )
    )
    session.note(_("It opens with the passphrase that the registry has now, whatever it is changed to later."))
    return 0


def restore(
    context: typer.Context,
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help=_("The backup to be restored."), readable=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help=_("Also where there is a registry, which is kept under another name."))
    ] = False,
) -> int:
    """Verify a backup and put it in place; what was there is kept aside."""
    session = Session.of(context)
    target = session.registry_to_be()
    made = restore_registry(
        backup,
        target,
        session.find_passphrase(target),
        operator=session.operator,
        heads=Heads(session.places.heads),
        replace=replace,
    )
    if session.as_json:
        write_json(msgspec.to_builtins(made, enc_hook=str))  # paths as texts
        return 0
    told = _("Restored {path}. People: {people}; grants: {grants}; revision: {revision}.")
    session.say(told.format(path=target, people=made.people, grants=made.grants, revision=made.revision))
    if made.aside is not None:
        session.say(_("What was there is kept as {path}.").format(path=made.aside))
    if made.erased_since:
        told = _("The backup brings back people who had been erased since; erase them again: {ids}.")
        session.say(told.format(ids=", ".join(made.erased_since)), style="bold red")
    return 0


def rekey(
    context: typer.Context,
    new_key_file: Annotated[
        Path | None,
        typer.Option(
            "--new-key-file", metavar="FILE", help=_("A file that holds the new passphrase alone."), readable=False
        ),
    ] = None,
) -> int:
    """Encrypt the registry with a new passphrase, in place."""
    session = Session.of(context)
    with session.open_registry() as opened:
        fresh = _new_passphrase(session, new_key_file)
        opened.upkeep.rekey(fresh)
        path = opened.path
    if keyring_state(path) is KeyringState.HOLDS:
        remember_passphrase(path, fresh)
    if session.as_json:
        write_json({"file": str(path), "rekeyed": True})
    else:
        session.say(_("The registry {path} opens with the new passphrase only.").format(path=path))
        session.note(_("Backups made before still open with the old one."))
    return 0


def remember(context: typer.Context) -> int:
    """Keep the passphrase in the system keyring, once it is seen to open the registry."""
    session = Session.of(context)
    path = session.existing_registry()
    passphrase = session.find_passphrase(path)
    open_registry(path, passphrase, operator=session.operator).close()
    remember_passphrase(path, passphrase)
    if session.as_json:
        write_json({"file": str(path), "keyring": KeyringState.HOLDS})
    else:
        session.say(_("The system keyring holds the passphrase of {path} now.").format(path=path))
    return 0


def forget(context: typer.Context) -> int:
    """Remove the passphrase from the system keyring."""
    session = Session.of(context)
    path = session.registry_to_be()
    there = forget_passphrase(path)
    if session.as_json:
        write_json({"file": str(path), "forgotten": there})
    elif there:
        session.say(_("The system keyring holds the passphrase of {path} no longer.").format(path=path))
    else:
        session.say(_("The system keyring did not hold the passphrase of {path}.").format(path=path))
    return 0


def _new_passphrase(session: Session, key_file: Path | None) -> Passphrase:
    def ask() -> str:
        first = ask_passphrase(_("New passphrase of the registry"))
        check_new_passphrase(Passphrase(first))
        if ask_passphrase(_("The same passphrase again")) != first:
            raise WrongUsageError(_("The two passphrases differ."), remedy=_("Try again."))
        return first

    if key_file is None and not session.somebody_there:
        raise RegistryError(
            _("The new passphrase is not given, and nobody is there to be asked."),
            remedy=_("Name a file that holds it with --new-key-file."),
        )
    return Passphrase(ask()) if key_file is None else find_passphrase(key_file, environment={}, key_file=key_file)
