"""The program's settings: one small file of window and terminal; what is typed as an option wins."""

from __future__ import annotations

import contextlib
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from countenance.errors import CountenanceError
from countenance.packs import LicencePolicy
from countenance.providers import Provider
from countenance.translations import LANGUAGES, _
from countenance.verdict import UnknownPolicy


class SettingsError(CountenanceError):
    """The settings file cannot be read or written, or says something that cannot be meant."""

    exit_code = 2


Rate = Annotated[float, Meta(ge=0.0001, le=0.5)]


class Appearance(StrEnum):
    """Light or dark; the system's own by default."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person settled once for all clips.

    Attributes:
        language: one of `LANGUAGES`; empty for the system's.
        text_size: of the window's letters, as a factor of the system's.
        review_rate, block_rate: how many clips of strangers, of all, may raise a review or a block by mistake.
        unknown: how prominent unknown people weigh.
        threads: for decoding and for models, in one detectors' process.
        lock_after_min: minutes without a key or a move after which an open registry is locked; 0 is never.
        notify: whether somebody at another window is told that a check is done or a clip is blocked.
        registry: file of the registry to open; empty for the default one.
        pack: name of the pack of models.
        licences: what is done where a model may not be used commercially.
        provider: what models are run on.
    """

    language: str = ""
    appearance: Appearance = Appearance.SYSTEM
    text_size: Annotated[float, Meta(ge=0.8, le=2.0)] = 1.0
    review_rate: Rate = 0.05
    block_rate: Rate = 0.005
    unknown: UnknownPolicy = UnknownPolicy.REVIEW
    threads: Annotated[int, Meta(ge=1, le=64)] = 2
    lock_after_min: Annotated[int, Meta(ge=0, le=24 * 60)] = 15
    notify: bool = True
    registry: str = ""
    pack: str = "starter"
    licences: LicencePolicy = LicencePolicy.TELL
    provider: Provider = Provider.CPU


def read_settings(path: Path) -> Settings:
    """Return what is settled; the defaults where there is no file.

    Raises:
        SettingsError: the file cannot be read, or says something that cannot be meant.
    """
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:  # msgspec's and tomllib's errors are ValueErrors
        raise SettingsError(
            _("The settings in “{file}” cannot be read.").format(file=path),
            remedy=_("Mend or remove the file; without it the defaults count."),
            details=str(error) if isinstance(error, ValueError) else type(error).__name__,
        ) from error
    return settings if settings.language in ("", *LANGUAGES) else msgspec.structs.replace(settings, language="")


def write_settings(path: Path, settings: Settings) -> None:
    """Keep what is settled; only what differs from the defaults is written.

    Raises:
        SettingsError: the file cannot be written.
    """
    import tomli_w  # most commands never write

    defaults = msgspec.to_builtins(Settings())
    changed = {name: value for name, value in msgspec.to_builtins(settings).items() if value != defaults[name]}
    partial = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(tomli_w.dumps(changed), "utf-8")
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # where the folder itself is none, nothing was left either
            partial.unlink(missing_ok=True)
        raise SettingsError(
            _("The settings cannot be written to “{file}”.").format(file=path.name),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=type(error).__name__,
        ) from error
