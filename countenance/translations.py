"""Every sentence a person reads goes through here: English in the code, other languages in `locale/`."""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

from countenance.errors import WrongUsageError

LANGUAGES = ("en", "zh-CN")
_language: ContextVar[str] = ContextVar("language", default="en")


def _(message: str) -> str:
    """Return `message` in the language in force."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form for `count` in the language in force."""
    return _catalogue(_language.get()).ngettext(singular, plural, count)


def mark(message: str) -> str:
    """Return `message` unchanged; marks it for the catalogue where it is translated later, with `_`."""
    return message


def language() -> str:
    """Return the language in force, one of `LANGUAGES`."""
    return _language.get()


def settle_language(wanted: str) -> None:
    """Put a language in force for this context and all that it starts.

    Raises:
        WrongUsageError: the language is not one of `LANGUAGES`.
    """
    if wanted not in LANGUAGES:
        raise WrongUsageError(
            _("There is no language “{wanted}”.").format(wanted=wanted),
            remedy=_("Choose one of: {languages}.").format(languages=", ".join(LANGUAGES)),
        )
    _language.set(wanted)


def nearest_language(locale_name: str) -> str:
    """Return the language of `LANGUAGES` nearest to a locale such as `zh_CN.UTF-8`; English if none is."""
    return "zh-CN" if locale_name.lower().startswith("zh") else "en"


@contextmanager
def in_language(wanted: str) -> Iterator[None]:
    """Put a language in force for a block, such as one report."""
    token = _language.set(wanted)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    if name == "en":
        return gettext.NullTranslations()
    # Read from the .po itself: nothing to compile, so a checkout and a wheel behave alike.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = resources.files("countenance") / "locale" / name.replace("-", "_") / "LC_MESSAGES"
    with (folder / "countenance.po").open("rb") as source:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
