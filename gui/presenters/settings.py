"""What the settings say: sections, choices, models, places, and the program itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from countenance.places import Places
from countenance.settings import Appearance, Settings
from countenance.translations import _, ngettext
from countenance.verdict import UnknownPolicy
from gui.presenters.looks import Icon
from reports.wording import format_count

LOCK_CHOICES = (1, 5, 10, 15, 30, 60, 120, 0)
"""Minutes; 0 is never."""

TEXT_SIZES = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Factors of the system's own size."""


class Section(StrEnum):
    """The sections of the settings, in their order."""

    LOOKS = "looks"
    CHECKING = "checking"
    SAFETY = "safety"
    PLACES = "places"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class SectionLook:
    """A section's entry in the list at the left."""

    section: Section
    words: str
    icon: Icon


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """Where something is kept.

    Attributes:
        shown: its path as text: this is the person's own computer.
        folder: what a file manager shows.
        there: whether it exists yet.
    """

    words: str
    shown: str
    folder: Path
    there: bool


def sections() -> tuple[SectionLook, ...]:
    """Return every section."""
    return (
        SectionLook(Section.LOOKS, _("Language and looks"), Icon.PALETTE),
        SectionLook(Section.CHECKING, _("False alarms"), Icon.SHIELD),
        SectionLook(Section.SAFETY, _("Locking and memory"), Icon.LOCK),
        SectionLook(Section.PLACES, _("Files and system"), Icon.FOLDER),
        SectionLook(Section.ABOUT, _("About"), Icon.NOTE),
    )


def language_choices() -> tuple[tuple[str, str], ...]:
    """Return languages, each in its own words; the system's first, as an empty name."""
    return (("", _("As the system")), ("en", "English"), ("zh-CN", "简体中文"))


def appearance_words(appearance: Appearance) -> str:
    """Return an appearance in words."""
    return {
        Appearance.SYSTEM: _("As the system"),
        Appearance.LIGHT: _("Light"),
        Appearance.DARK: _("Dark"),
    }[appearance]


def unknown_words(policy: UnknownPolicy) -> str:
    """Return what becomes of unknown people, in words."""
    return {
        UnknownPolicy.REVIEW: _("Ask me about them before the clip goes out"),
        UnknownPolicy.NOTE: _("Only mention them"),
    }[policy]


def lock_words(minutes: int) -> str:
    """Return after how long an open registry is locked."""
    if minutes == 0:
        return _("Never")
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("After {count} hour", "After {count} hours", hours).format(count=format_count(hours))
    return ngettext("After {count} minute", "After {count} minutes", minutes).format(count=format_count(minutes))


def lock_choices(settings: Settings) -> tuple[tuple[int, str], ...]:
    """Return the times to choose from, the settled one among them."""
    minutes = sorted({*LOCK_CHOICES[:-1], settings.lock_after_min} - {0})
    return tuple((each, lock_words(each)) for each in (*minutes, 0))


def thread_choices(processors: int, settings: Settings) -> tuple[tuple[int, str], ...]:
    """Return numbers of threads to choose from, the settled one among them."""
    counts = sorted({1, 2, *range(4, processors + 1, 2), processors, settings.threads})
    return tuple(
        (each, ngettext("{count} thread", "{count} threads", each).format(count=format_count(each))) for each in counts
    )


def text_size_choices(settings: Settings) -> tuple[tuple[float, str], ...]:
    """Return sizes of letters to choose from, the settled one among them."""
    sizes = sorted({*TEXT_SIZES, settings.text_size})
    return tuple((size, _("Usual") if size == 1 else f"{round(size * 100)} %") for size in sizes)


def place_rows(places: Places, registry: Path) -> tuple[PlaceRow, ...]:
    """Return where everything is kept; looks at the disk."""
    named = (
        (_("Registry in use"), registry),
        (_("Other registries"), places.registries),
        (_("Models"), places.models),
        (_("Settings"), places.settings),
    )
    return tuple(
        PlaceRow(
            words=words,
            shown=str(path).encode("utf-8", "replace").decode("utf-8"),
            folder=path if path.is_dir() else path.parent,
            there=path.exists(),
        )
        for words, path in named
    )


def licence_rows() -> tuple[tuple[str, str], ...]:
    """Return the libraries this program stands on and their licences, as they themselves declare them."""
    try:
        needed = requires("countenance") or []
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ()
    names = sorted({re.split(r"[^\w.-]", each)[0] for each in needed if "extra ==" not in each}, key=str.lower)
    return tuple((f"{name} {version(name)}", _licence_of(name)) for name in names)


def _licence_of(name: str) -> str:
    declared = metadata(name)
    told = next((words for key in ("License-Expression", "License") for words in declared.get_all(key) or []), "")
    # Some put the whole text of their licence there.
    if told and "\n" not in told and len(told) <= 80:
        return told
    classified = [line.rpartition(" :: ")[2] for line in declared.get_all("Classifier") or [] if "License ::" in line]
    return next(iter(classified), "") or _("see the package itself")


def program_words() -> str:
    """Return the program's name and version."""
    try:
        number = version("countenance")
    except PackageNotFoundError:  # run from a checkout
        number = ""
    return f"Countenance {number}".strip()
