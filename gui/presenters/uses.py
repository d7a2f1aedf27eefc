"""The stated use as a form: what was chosen in words, as text to be remembered, and as the domain's own type."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

import msgspec

from countenance.grants import Duty, Method, Purpose, Theme
from countenance.labels import channel_label, day_label, label, language_label, listed, territory_label
from countenance.territories import is_territory
from countenance.translations import _, ngettext
from countenance.use import ExceptionKind, StatedUse
from gui.presenters.use_choices import (
    NOT_STATED,
    Choice,
    channel_choices,
    channels_words,
    chosen_words,
    duty_choices,
    exception_choices,
    language_choices,
    method_choices,
    purpose_choices,
    territory_choices,
    theme_choices,
    voice_method_choices,
)
from reports.formats import format_count

__all__ = [
    "NOT_STATED",
    "Choice",
    "UseForm",
    "channel_choices",
    "channels_words",
    "chosen_words",
    "duty_choices",
    "exception_choices",
    "language_choices",
    "method_choices",
    "purpose_choices",
    "stated_use",
    "territory_choices",
    "theme_choices",
    "use_from_text",
    "use_to_text",
    "use_words",
    "voice_method_choices",
]

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class UseForm:
    """What the form holds: codes, `NOT_STATED` or empty where nothing was said.

    Attributes:
        publish_on: ISO 8601 date; empty for the moment of the check.
        cast: who should appear, as ids of the open registry, each with ":face" or ":voice" after it where only that
            is expected (`scan.cast.read_cast`).
        folder_cast: the same as names of the folder that clips are compared with; never remembered.
        category: product category; grantee: who publishes, empty for the registry's owner.
        language: BCP 47 tag.
    """

    purpose: str = NOT_STATED
    face_method: str = NOT_STATED
    voice_method: str = NOT_STATED
    channels: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    publish_on: str = ""
    project: str = ""
    grantee: str = ""
    category: str = ""
    themes: tuple[str, ...] = ()
    language: str = NOT_STATED
    labels_done: tuple[str, ...] = ()
    exception: str = NOT_STATED
    cast: tuple[str, ...] = ()
    folder_cast: tuple[str, ...] = ()


def stated_use(form: UseForm, now: datetime) -> StatedUse:
    """Return the use that the form states.

    Args:
        form: as it was filled in.
        now: with an offset; the moment of publication where the form names no day. A day is its noon.
    """
    publish_at = now
    if form.publish_on:
        publish_at = datetime.combine(date.fromisoformat(form.publish_on), time(12), now.tzinfo)
    return StatedUse(
        publish_at=publish_at,
        purpose=Purpose(form.purpose) if form.purpose else None,
        themes=tuple(Theme(theme) for theme in form.themes),
        category=form.category,
        face_method=Method(form.face_method) if form.face_method else None,
        voice_method=Method(form.voice_method) if form.voice_method else None,
        channels=form.channels,
        territories=form.territories,
        language=form.language or None,
        project=form.project or None,
        grantee=form.grantee or None,
        labels_done=tuple(Duty(duty) for duty in form.labels_done),
        exception=ExceptionKind(form.exception) if form.exception else None,
    )


def use_words(form: UseForm, cast: str = "") -> str:
    """Return the use in one line of words; what is usually stated and is not, is named as such.

    Args:
        form: as it was filled in.
        cast: the names of the cast, where they may be shown; else people are counted.
    """
    parts = [
        (label(Purpose(form.purpose)) if form.purpose else "", _("purpose")),
        (label(Method(form.face_method)) if form.face_method else "", _("how the pictures were made")),
        (_sound_words(form), _("how the sound was made")),
        (listed(channel_label(channel) for channel in form.channels) if form.channels else "", _("where it is shown")),
        (listed(territory_label(code) for code in form.territories) if form.territories else "", _("country")),
    ]
    further = _further_words(form, cast)
    said = [words for words, _name in parts if words] + further
    unsaid = [name for words, name in parts if not words]
    if not said:
        return _("Not stated yet")
    line = "  ·  ".join(said)
    return _("{use}  ·  not stated: {fields}").format(use=line, fields=listed(unsaid)) if unsaid else line


def further_count(form: UseForm) -> int:
    """Return how many of the less common fields are filled in: those behind “More”."""
    fields = (form.publish_on, form.project, form.grantee, form.category, form.themes, form.language)
    return sum(map(bool, (*fields, form.labels_done, form.exception)))


def use_to_text(form: UseForm) -> str:
    """Return the form as text to be remembered; names of a folder's people are left out."""
    kept = msgspec.to_builtins(replace(form, folder_cast=()))
    return json.dumps(kept, sort_keys=True)


def use_from_text(text: str, today: date | None = None) -> UseForm:
    """Return the remembered form; whatever is not valid any more is forgotten, and so is a day that is over.

    Args:
        text: as `use_to_text` wrote it, in this version or in an earlier one.
        today: the system's day if None.
    """
    try:
        raw = msgspec.json.decode(text, type=dict[str, object])
        if "territory" in raw:  # of one country, as the first version knew it
            raw["territories"] = [raw.pop("territory")]
        form = msgspec.convert(raw, UseForm)
    except msgspec.MsgspecError:  # nothing remembered, or by another version
        return UseForm()
    return UseForm(
        purpose=_among(form.purpose, {choice.code for choice in purpose_choices()}),
        face_method=_among(form.face_method, set(Method)),
        voice_method=_among(form.voice_method, set(Method)),
        channels=_all_among(form.channels, {choice.code for choice in channel_choices()}),
        territories=tuple(code for code in form.territories if code and is_territory(code)),
        publish_on=_day_to_come(form.publish_on, today or datetime.now(UTC).astimezone().date()),
        project=form.project[:LONGEST_TEXT],
        grantee=form.grantee[:LONGEST_TEXT],
        category=form.category[:LONGEST_TEXT],
        themes=_all_among(form.themes, set(Theme)),
        language=_among(form.language, {choice.code for choice in language_choices()}),
        labels_done=_all_among(form.labels_done, {choice.code for choice in duty_choices()}),
        exception=_among(form.exception, set(ExceptionKind)),
        cast=form.cast,
    )


def _further_words(form: UseForm, cast: str) -> list[str]:
    said = []
    if form.publish_on:
        said.append(_("on {day}").format(day=day_label(date.fromisoformat(form.publish_on))))
    if form.project:
        said.append(_("project “{name}”").format(name=form.project))
    if form.grantee:
        said.append(_("published by {name}").format(name=form.grantee))
    if form.category:
        said.append(_("product category “{name}”").format(name=form.category))
    if form.themes:
        said.append(_("themes: {themes}").format(themes=listed(label(Theme(theme)) for theme in form.themes)))
    if form.language:
        said.append(_("spoken in {language}").format(language=language_label(form.language)))
    if form.labels_done:
        said.append(_("done: {duties}").format(duties=listed(label(Duty(duty)) for duty in form.labels_done)))
    if form.exception:
        said.append(_("claimed: {exception}").format(exception=label(ExceptionKind(form.exception))))
    count = len(form.cast)
    if cast:
        said.append(_("cast: {names}").format(names=cast))
    elif count:
        counted = ngettext("cast: {count} person", "cast: {count} people", count)
        said.append(counted.format(count=format_count(count)))
    return said


def _sound_words(form: UseForm) -> str:
    return _("sound: {method}").format(method=label(Method(form.voice_method))) if form.voice_method else ""


def _among(code: str, known: set[str] | set[Method] | set[ExceptionKind]) -> str:
    return code if code in known else NOT_STATED


def _all_among(codes: tuple[str, ...], known: set[str] | set[Theme]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in known)


def _day_to_come(day: str, today: date) -> str:
    try:
        return day if day and date.fromisoformat(day) >= today else ""
    except ValueError:
        return ""
