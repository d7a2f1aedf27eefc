"""What the window says around the clips: about the registry, about the models."""

from __future__ import annotations

from countenance.sentences import in_a_row
from countenance.translations import _, ngettext
from countenance.verdict import RegistryFacts
from reports.wording import format_count


def registry_line(facts: RegistryFacts | None, *, locked: bool) -> str:
    """Return who clips are compared with."""
    if facts is not None:
        return ngettext("Registry open: {count} person", "Registry open: {count} people", facts.people).format(
            count=format_count(facts.people)
        )
    if locked:
        return _("Registry locked: everybody is unknown")
    return _("No registry: everybody is unknown")


def registry_word(facts: RegistryFacts | None, *, locked: bool) -> str:
    """Return the same in a word, for the rail."""
    if facts is not None:
        return _("Unlocked")
    return _("Locked") if locked else _("None yet")


def install_words(pack: str) -> tuple[str, str]:
    """Return why models must be installed, and the words of the button that does it."""
    once = _("They are fetched once, checked, and then work offline.")
    if pack == "starter":
        need = _("To find and compare faces, Countenance needs its starter models.")
        return in_a_row((need, once)), _("Install starter models")
    need = _("The models of the pack “{pack}” are missing or damaged.").format(pack=pack)
    return in_a_row((need, once)), _("Install models")
