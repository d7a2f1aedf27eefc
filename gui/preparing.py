"""What must be there before the first check: the pack's models, and the registry if there is one. No Qt here."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import registry as registry_room
from countenance.errors import ModelsError, RegistryError
from countenance.packs import LicencePolicy, PackCard
from countenance.places import Places
from countenance.translations import _
from countenance.work import CancelToken, ProgressHook
from gui.operators import operator
from models import install, load_pack, models_of
from models.store import verify_model
from scan.knowing import known_from_registry
from scan.known import Known
from scan.licensing import require_allowed

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the window was started with.

    Attributes:
        registry: the file to open; it need not exist.
        registry_named: True where the user named it, so that its absence is worth a word.
        pack: name of the pack.
        licences: what is done where a model may not be used commercially.
    """

    places: Places
    registry: Path
    registry_named: bool
    pack: str
    licences: LicencePolicy = LicencePolicy.TELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The pack in use, and why its models cannot be used yet; `missing` is None where they can."""

    card: PackCard
    missing: ModelsError | None


def prepare_models(opening: Opening) -> Prepared:
    """Return the pack's card and whether all of its models are there and whole.

    Raises:
        ModelsError: there is no such pack.
    """
    card = load_pack(opening.pack, opening.places.models)
    try:
        card = require_allowed(card, opening.licences)
        for manifest in models_of(opening.pack, opening.places.models):
            verify_model(opening.places.models, manifest)
    except ModelsError as error:
        return Prepared(card=card, missing=error)
    return Prepared(card=card, missing=None)


def install_models(opening: Opening, on_progress: ProgressHook, cancel: CancelToken) -> Prepared:
    """Install the pack's models and return what `prepare_models` then says.

    Raises:
        ModelsError: they cannot be had or written.
        CancelledError: the user stopped it.
    """
    install(opening.pack, opening.places.models, on_progress=on_progress, cancel=cancel)
    return prepare_models(opening)


def find_known_passphrase(registry: Path) -> registry_room.Passphrase | None:
    """Return the passphrase from the environment or the system's keyring; None where a person must be asked."""
    try:
        return registry_room.find_passphrase(registry, environment=os.environ)
    except RegistryError:
        return None


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An open registry and whom it knows; it stays open as long as clips are judged, and is closed by its holder."""

    registry: registry_room.Registry
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new registry is made from.

    Attributes:
        path: of the file to be made.
        owner: the grantee meant where a grant names none.
        tz: IANA zone for days that name none.
    """

    path: Path
    passphrase: registry_room.Passphrase
    owner: str
    tz: str


def unlock(
    opening: Opening,
    passphrase: registry_room.Passphrase | str,
    card: PackCard,
    now: datetime,
    tell: Callable[[str], None],
) -> Unlocked:
    """Open a registry and return it with everybody in it.

    Args:
        opening: names the registry.
        passphrase: of the registry.
        card: of the pack in use.
        now: with offset.
        tell: called, on any thread, with what a person should know about the file.

    Raises:
        RegistryError: the passphrase does not open it, or it is damaged or newer than the program.
    """
    key = registry_room.Passphrase(passphrase) if isinstance(passphrase, str) else passphrase
    opened = registry_room.open_registry(opening.registry, key, operator=operator())
    return _known_from(opened, opening.places, card, now, tell)


def found(founding: Founding, places: Places, card: PackCard, now: datetime, tell: Callable[[str], None]) -> Unlocked:
    """Make a registry where there is no file, and return it; the arguments are those of `unlock`.

    Raises:
        WrongUsageError: the passphrase is too short, or there is no owner or no such zone.
        RegistryError: there is a file already, or none can be written there.
    """
    made = registry_room.create_registry(
        founding.path, founding.passphrase, owner=founding.owner, tz=founding.tz, operator=operator()
    )
    return _known_from(made, places, card, now, tell)


def remember(registry: Path, passphrase: registry_room.Passphrase, tell: Callable[[str], None]) -> None:
    """Keep a passphrase in the system's keyring; where there is none, that is told and nothing else happens."""
    try:
        registry_room.remember_passphrase(registry, passphrase)
    except RegistryError:
        # The remedy of the error is about the terminal; whoever sits at a window types the passphrase again.
        tell(_("The passphrase could not be kept: this system has no keyring, or it is locked. Type it next time."))


def forget(registry: Path) -> bool:
    """Remove a registry's passphrase from the system's keyring; return whether there was one."""
    try:
        return registry_room.forget_passphrase(registry)
    except RegistryError:
        return False


def _known_from(
    opened: registry_room.Registry, places: Places, card: PackCard, now: datetime, tell: Callable[[str], None]
) -> Unlocked:
    try:
        opened.upkeep.watch(places.heads, tell)
        return Unlocked(opened, known_from_registry(opened, card, now.date()))
    except BaseException:
        opened.close()
        raise
