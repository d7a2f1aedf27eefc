"""What each field of the stated use can be, in the words and the order of the language in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from countenance.grants import CHANNEL_GROUPS, OTHER_CHANNELS, WORLD, Duty, Method, Purpose, Theme
from countenance.labels import channel_label, label, language_label, listed, territory_label
from countenance.territories import EU
from countenance.translations import _, language
from countenance.use import ExceptionKind

NOT_STATED = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen."""

    code: str
    words: str


def purpose_choices() -> list[Choice]:
    """Return the purposes a clip can have, first that none is stated."""
    offered = [purpose for purpose in Purpose if purpose is not Purpose.ANY]
    return [_unstated(), *(Choice(purpose.value, _capital(label(purpose))) for purpose in offered)]


def method_choices() -> list[Choice]:
    """Return how a person's picture can have been made, first that it is not stated."""
    return _methods(without={Method.VOICE_CLONE, Method.AI_DUB})


def voice_method_choices() -> list[Choice]:
    """Return how a person's voice can have been made, first that it is not stated."""
    return _methods(without={Method.FACE_SWAP, Method.LIP_SYNC})


def channel_choices() -> list[Choice]:
    """Return every single channel, social media first, each group in the order of its words."""
    seen: dict[str, Choice] = {}
    for group in (*CHANNEL_GROUPS.values(), OTHER_CHANNELS):
        for choice in sorted((Choice(code, _capital(channel_label(code))) for code in group), key=_place):
            seen.setdefault(choice.code, choice)
    return list(seen.values())


def channels_words(channels: tuple[str, ...]) -> str:
    """Return the chosen channels for the form's own button."""
    return _capital(listed(channel_label(channel) for channel in channels)) if channels else _unstated().words


def chosen_words(codes: Iterable[str], choices: Iterable[Choice]) -> str:
    """Return what was chosen of several, for the form's own button."""
    words = {choice.code: choice.words for choice in choices}
    return listed(words.get(code, code) for code in codes) or _unstated().words


def territory_choices() -> list[Choice]:
    """Return the whole world, the European Union and every country by its name in the language in force."""
    return [_unstated(), *_territories(language())]


def theme_choices() -> list[Choice]:
    """Return the sensitive themes."""
    return [Choice(theme.value, _capital(label(theme))) for theme in Theme]


def duty_choices() -> list[Choice]:
    """Return the duties that can be declared done; taking down comes after publication."""
    return [Choice(duty.value, _capital(label(duty))) for duty in Duty if duty is not Duty.TAKE_DOWN_BY]


def exception_choices() -> list[Choice]:
    """Return the exceptions that can be claimed, first that none is."""
    return [
        Choice(NOT_STATED, _("None claimed")),
        *(Choice(kind.value, _capital(label(kind))) for kind in ExceptionKind),
    ]


def language_choices() -> list[Choice]:
    """Return the languages that can be spoken in a clip, first that none is stated."""
    return [_unstated(), *_languages(language())]


# Codes of CLDR that are unions, groups, tests or islands without people of their own.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})

# Ways to speak that grants name apart; every other language is offered as a whole.
_VARIETIES = ("de-AT", "de-CH", "de-DE", "en-GB", "en-US", "es-ES", "es-MX", "fr-CA", "fr-FR", "pt-BR", "pt-PT")
_CHINESE = ("zh-CN", "zh-HK", "zh-TW", "yue")


# Asked for whenever the form is built or read; CLDR's tables take their time.
@lru_cache(maxsize=4)
def _territories(tongue: str) -> tuple[Choice, ...]:
    names = [str(code) for code in Locale.parse(tongue, sep="-").territories]
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    countries = sorted((Choice(code, territory_label(code)) for code in codes), key=_place)
    wide = [Choice(code, _capital(territory_label(code))) for code in (WORLD, EU)]
    return (*wide, *countries)


@lru_cache(maxsize=4)
def _languages(tongue: str) -> tuple[Choice, ...]:
    codes = [code for code in map(str, Locale.parse(tongue, sep="-").languages) if len(code) == 2]
    named = (Choice(code, _capital(language_label(code))) for code in (*codes, *_VARIETIES, *_CHINESE))
    return tuple(sorted((choice for choice in named if choice.words.lower() != choice.code.lower()), key=_place))


def _place(choice: Choice) -> bytes:
    """Return what choices are put in order by: GB 18030 has the common characters in the order of their pinyin."""
    return choice.words.encode("gb18030")


def _unstated() -> Choice:
    return Choice(NOT_STATED, _("Not stated"))


def _methods(without: set[Method]) -> list[Choice]:
    offered = [method for method in Method if method not in without]
    return [_unstated(), *(Choice(method.value, _capital(label(method))) for method in offered)]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
