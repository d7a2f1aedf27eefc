"""Named stated uses: kept as text, chosen by name or by the number of their place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from gui.presenters.uses import UseForm, use_from_text, use_to_text

MOST_BY_KEY = 9
"""So many of them have a key of their own."""

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Preset:
    """A stated use with a name."""

    name: str
    form: UseForm


def presets_to_text(presets: Sequence[Preset]) -> str:
    """Return presets as text to be remembered."""
    return json.dumps([[preset.name, use_to_text(preset.form)] for preset in presets])


def presets_from_text(text: str) -> tuple[Preset, ...]:
    """Return the remembered presets; whatever is not valid any more is forgotten."""
    try:
        kept = msgspec.json.decode(text, type=list[tuple[str, str]])
    except msgspec.MsgspecError:  # nothing remembered, or by another version
        return ()
    return tuple(Preset(name, use_from_text(form)) for name, form in kept if name.strip())


def with_preset(presets: Sequence[Preset], name: str, form: UseForm) -> tuple[Preset, ...]:
    """Return them with one more, or with another use under a name there is already."""
    made = Preset(name.strip()[:LONGEST_NAME], replace(form, folder_cast=()))
    if any(preset.name == made.name for preset in presets):
        return tuple(made if preset.name == made.name else preset for preset in presets)
    return (*presets, made)


def renamed(presets: Sequence[Preset], name: str, to: str) -> tuple[Preset, ...]:
    """Return them with one called otherwise; another one of the new name goes."""
    to = to.strip()[:LONGEST_NAME]
    kept = [preset for preset in presets if preset.name == name or preset.name != to]
    return tuple(replace(preset, name=to) if preset.name == name else preset for preset in kept)


def without_preset(presets: Sequence[Preset], name: str) -> tuple[Preset, ...]:
    """Return them without one."""
    return tuple(preset for preset in presets if preset.name != name)


def preset_of(presets: Sequence[Preset], form: UseForm) -> Preset | None:
    """Return the preset whose use is stated now; None where it is none of them."""
    stated = replace(form, folder_cast=())
    return next((preset for preset in presets if preset.form == stated), None)
