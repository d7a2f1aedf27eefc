"""The stated use as a small form: what can be chosen, what was chosen in words, and back to the domain's own type."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import msgspec
from babel import Locale

from countenance.grants import CHANNEL_GROUPS, OTHER_CHANNELS, WORLD, Method, Purpose
from countenance.labels import channel_label, label, listed, territory_label
from countenance.territories import EU, is_territory
from countenance.translations import _, language
from countenance.use import StatedUse

NOT_STATED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseForm:
    """What the form holds: codes, `NOT_STATED` or empty where nothing was said."""

    purpose: str = NOT_STATED
    face_method: str = NOT_STATED
    voice_method: str = NOT_STATED
    channels: tuple[str, ...] = ()
    territory: str = NOT_STATED


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen."""

    code: str
    words: str


def stated_use(form: UseForm, publish_at: datetime) -> StatedUse:
    """Return the use that the form states; `publish_at` has an offset."""
    return StatedUse(
        publish_at=publish_at,
        purpose=Purpose(form.purpose) if form.purpose else None,
        face_method=Method(form.face_method) if form.face_method else None,
        voice_method=Method(form.voice_method) if form.voice_method else None,
        channels=form.channels,
        territories=(form.territory,) if form.territory else (),
    )


def use_words(form: UseForm) -> str:
    """Return the use in one line of words; what is not stated is named as such, all of it or the rest."""
    parts = [
        (label(Purpose(form.purpose)) if form.purpose else "", _("purpose")),
        (label(Method(form.face_method)) if form.face_method else "", _("how the pictures were made")),
        (_sound_words(form), _("how the sound was made")),
        (listed(channel_label(channel) for channel in form.channels) if form.channels else "", _("where it is shown")),
        (territory_label(form.territory) if form.territory else "", _("country")),
    ]
    said = [words for words, _name in parts if words]
    unsaid = [name for words, name in parts if not words]
    if not said:
        return _("Not stated yet")
    line = "  ·  ".join(said)
    return _("{use}  ·  not stated: {fields}").format(use=line, fields=listed(unsaid)) if unsaid else line


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


def territory_choices() -> list[Choice]:
    """Return the whole world, the European Union and every country by its name in the language in force."""
    names = [str(code) for code in Locale.parse(language(), sep="-").territories]
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    countries = sorted((Choice(code, territory_label(code)) for code in codes), key=_place)
    wide = [Choice(code, _capital(territory_label(code))) for code in (WORLD, EU)]
    return [_unstated(), *wide, *countries]


def use_to_text(form: UseForm) -> str:
    """Return the form as text to be remembered."""
    return json.dumps(msgspec.to_builtins(form), sort_keys=True)


def use_from_text(text: str) -> UseForm:
    """Return the remembered form; whatever is not valid any more is forgotten."""
    try:
        form = msgspec.json.decode(text, type=UseForm)
    except msgspec.MsgspecError:  # nothing remembered, or by another version
        return UseForm()
    channels = {choice.code for choice in channel_choices()}
    return UseForm(
        purpose=form.purpose if form.purpose in set(Purpose) else NOT_STATED,
        face_method=form.face_method if form.face_method in set(Method) else NOT_STATED,
        voice_method=form.voice_method if form.voice_method in set(Method) else NOT_STATED,
        channels=tuple(channel for channel in form.channels if channel in channels),
        territory=form.territory if form.territory and is_territory(form.territory) else NOT_STATED,
    )


# Codes of CLDR that are unions, groups, tests or islands without people of their own.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


def _place(choice: Choice) -> bytes:
    """Return what choices are put in order by: GB 18030 has the common characters in the order of their pinyin."""
    return choice.words.encode("gb18030")


def _unstated() -> Choice:
    return Choice(NOT_STATED, _("Not stated"))


def _methods(without: set[Method]) -> list[Choice]:
    offered = [method for method in Method if method not in without]
    return [_unstated(), *(Choice(method.value, _capital(label(method))) for method in offered)]


def _sound_words(form: UseForm) -> str:
    return _("sound: {method}").format(method=label(Method(form.voice_method))) if form.voice_method else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
