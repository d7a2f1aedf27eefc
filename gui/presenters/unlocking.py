"""Ways to a registry in words: how strong a passphrase is, where a file would lie, which registries there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log2
from pathlib import Path

from countenance.places import REGISTRY_SUFFIX, Places
from countenance.translations import _
from gui.presenters.looks import Tone

SHORTEST = 8
"""In characters, as the registry asks for."""

FAIR_BITS, STRONG_BITS = 45.0, 65.0
"""At some 10 guesses a second and core against the registry's key (PBKDF2, 256,000 rounds), 45 bits take 10,000 cores
ten years on average; 65 bits a million times that."""

_USUAL = frozenset(
    {"password", "passphrase", "passwort", "qwertz", "qwerty", "12345678", "123456789", "letmein", "iloveyou", "admin"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How strong a passphrase is.

    Attributes:
        fraction: 0 to 1, of a bar.
        enough: whether a registry may be made with it.
    """

    words: str
    fraction: float
    tone: Tone
    enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A registry that lies where registries are kept."""

    name: str
    path: Path


def strength_of(passphrase: str) -> Strength:
    """Return a rough measure of a passphrase, and what would make it better; nothing of it is kept."""
    if not passphrase:
        return Strength(words=_("Several words are best."), fraction=0.0, tone=Tone.NEUTRAL, enough=False)
    if len(passphrase) < SHORTEST or not passphrase.strip():
        words = _("Too short: at least {count} characters.").format(count=SHORTEST)
        return Strength(words=words, fraction=0.1, tone=Tone.BLOCKED, enough=False)
    bits = _bits(passphrase)
    if bits < FAIR_BITS:
        words = _("Weak: easy to guess. Add another word or two.")
        return Strength(words=words, fraction=max(0.15, bits / STRONG_BITS), tone=Tone.REVIEW, enough=True)
    if bits < STRONG_BITS:
        words = _("Fair. One more word makes it strong.")
        return Strength(words=words, fraction=bits / STRONG_BITS, tone=Tone.NEUTRAL, enough=True)
    return Strength(words=_("Strong."), fraction=1.0, tone=Tone.PERMITTED, enough=True)


def place_for(owner: str, places: Places) -> Path:
    """Return where a new registry would lie: the default place, or beside others under the owner's name."""
    if not places.registry.exists():
        return places.registry
    stem = re.sub(r"[^\w-]+", "-", owner.strip()).strip("-").lower() or "registry"
    path, number = places.registries / f"{stem}{REGISTRY_SUFFIX}", 2
    while path.exists():
        path, number = places.registries / f"{stem}-{number}{REGISTRY_SUFFIX}", number + 1
    return path


def known_files(places: Places, besides: Path) -> tuple[KnownFile, ...]:
    """Return the registries that lie where they are kept, but for one of them."""
    return tuple(
        KnownFile(name=name or _("Usual registry"), path=path)
        for name, path in places.named_registries().items()
        if path != besides
    )


def file_words(path: Path) -> str:
    """Return a path as it is shown: from the home folder on where it lies there."""
    home = Path.home()
    shown = f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
    return shown.encode("utf-8", "replace").decode("utf-8")


def _bits(passphrase: str) -> float:
    folded = passphrase.casefold()
    if any(usual in folded for usual in _USUAL):
        return 10.0
    words = [word for word in re.split(r"[\s\-_.,]+", folded) if word]
    if len(words) >= 3 and all(len(word) >= 3 for word in words):
        # Words are guessed as words: some 5,000 are in use.
        return len(dict.fromkeys(words)) * log2(5000)
    kinds = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^\w\s]", 20), (r"[^\x00-\x7f]", 3000))
    pool = sum(size for pattern, size in kinds if re.search(pattern, passphrase)) or 10
    # What repeats or counts on adds next to nothing.
    told = [
        letter
        for place, letter in enumerate(passphrase)
        if place == 0 or abs(ord(letter) - ord(passphrase[place - 1])) > 1
    ]
    return len(told) * log2(pool) * 0.8
