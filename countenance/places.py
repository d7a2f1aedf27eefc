"""Where the program keeps what: one record, made once at the composition root from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

REGISTRY_SUFFIX = ".countenance"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files the program uses; nothing is created until it is needed.

    Attributes:
        models: verified model files.
        registry: the default registry file.
        settings: the settings file.
    """

    models: Path
    registry: Path
    settings: Path

    @property
    def heads(self) -> Path:
        """The folder that remembers how far each registry's journal had come; apart from the registries it is about."""
        return self.registry.parent / "heads"

    @property
    def registries(self) -> Path:
        """The folder of the registries that are called by a bare name."""
        return self.registry.parent / "registries"

    def registry_named(self, name: str) -> Path:
        """Return the file of a registry by what somebody typed: a path, or a bare name such as `studio`.

        A name without folder and suffix means a file in `registries`, unless a file of that very name lies here.
        """
        path = Path(name)
        # Unlike a path, os.path says no of a name that no disk can hold.
        if path.name != name or path.suffix or os.path.exists(path):  # noqa: PTH110 - see above
            return path
        return self.registries / f"{name}{REGISTRY_SUFFIX}"

    def named_registries(self) -> dict[str, Path]:
        """Return the registries that there are by name; the default one is called by an empty name."""
        named = {path.stem: path for path in sorted(self.registries.glob(f"*{REGISTRY_SUFFIX}"))}
        return {"": self.registry, **named} if self.registry.exists() else named


def find_places(environment: Mapping[str, str] = os.environ) -> Places:
    """Return the places for this person on this system.

    `COUNTENANCE_HOME` puts everything under one folder; `COUNTENANCE_MODELS` moves the models alone.
    """
    home = environment.get("COUNTENANCE_HOME")
    data = Path(home) if home else Path(platformdirs.user_data_path("countenance", appauthor=False))
    config = Path(home) if home else Path(platformdirs.user_config_path("countenance", appauthor=False))
    return Places(
        models=Path(environment.get("COUNTENANCE_MODELS") or data / "models"),
        registry=data / "registry.countenance",
        settings=config / "settings.toml",
    )
