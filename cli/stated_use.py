"""The options that state a use, the same for every command that judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from countenance.errors import WrongUsageError
from countenance.grants import ANY, CHANNEL_GROUPS, OTHER_CHANNELS, Duty, Method, Purpose, Theme
from countenance.translations import _
from countenance.use import ApprovalDecision, ExceptionKind, StatedUse

Word = TypeVar("Word", bound=StrEnum)

PurposeOption = Annotated[
    str | None, typer.Option("--purpose", metavar="PURPOSE", help=_("What the clip is for, e.g. advertising."))
]
ThemeOption = Annotated[
    list[str] | None, typer.Option("--theme", metavar="THEME", help=_("A sensitive theme, e.g. political; repeat."))
]
CategoryOption = Annotated[
    str, typer.Option("--category", metavar="CATEGORY", help=_("The product category, for exclusive grants."))
]
FaceMethodOption = Annotated[
    str | None,
    typer.Option("--face-method", metavar="METHOD", help=_("How the picture was made, e.g. ai_generated.")),
]
VoiceMethodOption = Annotated[
    str | None, typer.Option("--voice-method", metavar="METHOD", help=_("How the sound was made, e.g. voice_clone."))
]
ChannelOption = Annotated[
    list[str] | None, typer.Option("--channel", metavar="CHANNEL", help=_("Where it goes out, e.g. tiktok; repeat."))
]
TerritoryOption = Annotated[
    list[str] | None,
    typer.Option("--territory", metavar="CODE", help=_("Country or region: DE, US-NY, EU, WORLD; repeat.")),
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="TAG", help=_("Language spoken, e.g. en-GB."))
]
ProjectOption = Annotated[str | None, typer.Option("--project", metavar="NAME", help=_("Project it belongs to."))]
GranteeOption = Annotated[
    str | None, typer.Option("--grantee", metavar="NAME", help=_("Who publishes; else the registry's owner."))
]
PublishAtOption = Annotated[
    str | None,
    typer.Option("--publish-at", metavar="TIME", help=_("When it goes out: 2026-06-15 or 2026-06-15T10:00+02:00.")),
]
ExceptionOption = Annotated[
    str | None,
    typer.Option("--exception", metavar="KIND", help=_("A claimed exception: news, parody, quotation, biography.")),
]
LabelDoneOption = Annotated[
    list[str] | None,
    typer.Option("--label-done", metavar="DUTY", help=_("A duty already done, e.g. ai_label; repeat.")),
]
ApprovedOption = Annotated[
    list[str] | None,
    typer.Option("--approved", metavar="GRANT", help=_("A grant under which this clip was approved; repeat.")),
]


def word(kind: type[Word], value: str, option: str) -> Word:
    """Return `value` as a word of a vocabulary.

    Raises:
        WrongUsageError: the vocabulary has no such word; the sentence lists those it has.
    """
    try:
        return kind(value.strip().lower())
    except ValueError:
        raise WrongUsageError(
            _("“{value}” is not a value of {option}.").format(value=value, option=option),
            remedy=_("Choose one of: {words}.").format(words=", ".join(kind)),
        ) from None


def words(kind: type[Word], values: Sequence[str] | None, option: str) -> tuple[Word, ...]:
    """Return repeated, or comma-separated, values as words of a vocabulary."""
    return tuple(word(kind, value, option) for value in split(values))


def split(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return repeated or comma-separated values one by one, without blanks."""
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())


def channels(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return channel names and groups.

    Raises:
        WrongUsageError: a name is neither a channel nor a group of consent_fields.csv.
    """
    known = {ANY, *CHANNEL_GROUPS, *OTHER_CHANNELS}.union(*CHANNEL_GROUPS.values())
    found = tuple(value.lower() for value in split(values))
    for name in found:
        if name not in known:
            raise WrongUsageError(
                _("There is no channel “{name}”.").format(name=name),
                remedy=_("Choose among: {words}.").format(words=", ".join(sorted(known))),
            )
    return found


def territories(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return territory codes in upper case."""
    return tuple(value.upper() for value in split(values))


def moment(text: str | None, now: datetime, option: str) -> datetime:
    """Return the moment written in ISO 8601; a bare date is its noon, and the system's zone where none is written.

    Raises:
        WrongUsageError: the text is no moment.
    """
    if text is None:
        return now
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsageError(
            _("“{value}” is not a time for {option}.").format(value=text, option=option),
            remedy=_("Write it like 2026-06-15 or 2026-06-15T10:00+02:00."),
        ) from None
    if len(text) == len("2026-06-15"):
        written = written.replace(hour=12)
    return written if written.tzinfo else written.replace(tzinfo=now.tzinfo)


def stated_use(
    now: datetime,
    *,
    purpose: str | None,
    theme: Sequence[str] | None,
    category: str,
    face_method: str | None,
    voice_method: str | None,
    channel: Sequence[str] | None,
    territory: Sequence[str] | None,
    language: str | None,
    project: str | None,
    grantee: str | None,
    publish_at: str | None,
    exception: str | None,
    label_done: Sequence[str] | None,
    approved: Sequence[str] | None,
) -> StatedUse:
    """Return the use that the options state.

    Raises:
        WrongUsageError: an option holds no word of its vocabulary.
    """
    return StatedUse(
        publish_at=moment(publish_at, now, "--publish-at"),
        purpose=word(Purpose, purpose, "--purpose") if purpose else None,
        themes=words(Theme, theme, "--theme"),
        category=category,
        face_method=word(Method, face_method, "--face-method") if face_method else None,
        voice_method=word(Method, voice_method, "--voice-method") if voice_method else None,
        channels=channels(channel),
        territories=territories(territory),
        language=language,
        project=project,
        grantee=grantee,
        labels_done=words(Duty, label_done, "--label-done"),
        approvals=dict.fromkeys(split(approved), ApprovalDecision.APPROVED),
        exception=word(ExceptionKind, exception, "--exception") if exception else None,
    )
