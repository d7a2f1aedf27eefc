"""The options that state a use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from cli.typed import channels, grant_id, language_range, moment, split, territories, word, words
from countenance.grants import Duty, Method, Purpose, Theme
from countenance.translations import _
from countenance.use import ApprovalDecision, ExceptionKind, StatedUse


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOptions:
    """What somebody typed about the use and who should appear; what is left out is "not stated"."""

    purpose: Annotated[
        str | None, typer.Option("--purpose", metavar="PURPOSE", help=_("What the clip is for, e.g. advertising."))
    ] = None
    theme: Annotated[
        list[str] | None, typer.Option("--theme", metavar="THEME", help=_("A sensitive theme, e.g. political; repeat."))
    ] = None
    category: Annotated[
        str, typer.Option("--category", metavar="CATEGORY", help=_("The product category, for exclusive grants."))
    ] = ""
    face_method: Annotated[
        str | None,
        typer.Option("--face-method", metavar="METHOD", help=_("How the picture was made, e.g. ai_generated.")),
    ] = None
    voice_method: Annotated[
        str | None,
        typer.Option("--voice-method", metavar="METHOD", help=_("How the sound was made, e.g. voice_clone.")),
    ] = None
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", metavar="CHANNEL", help=_("Where it goes out, e.g. tiktok; repeat.")),
    ] = None
    territory: Annotated[
        list[str] | None,
        typer.Option("--territory", metavar="CODE", help=_("Country or region: DE, US-NY, EU, WORLD; repeat.")),
    ] = None
    language: Annotated[
        str | None, typer.Option("--language", metavar="TAG", help=_("Language spoken, e.g. en-GB."))
    ] = None
    project: Annotated[str | None, typer.Option("--project", metavar="NAME", help=_("Project it belongs to."))] = None
    grantee: Annotated[
        str | None, typer.Option("--grantee", metavar="NAME", help=_("Who publishes; else the registry's owner."))
    ] = None
    publish_at: Annotated[
        str | None,
        typer.Option("--publish-at", metavar="TIME", help=_("When it goes out: 2026-06-15 or 2026-06-15T10:00+02:00.")),
    ] = None
    exception: Annotated[
        str | None,
        typer.Option("--exception", metavar="KIND", help=_("A claimed exception: news, parody, quotation, biography.")),
    ] = None
    label_done: Annotated[
        list[str] | None,
        typer.Option("--label-done", metavar="DUTY", help=_("A duty already done, e.g. ai_label; repeat.")),
    ] = None
    approved: Annotated[
        list[str] | None,
        typer.Option("--approved", metavar="GRANT", help=_("A grant under which this clip was approved; repeat.")),
    ] = None
    cast: Annotated[
        list[str] | None,
        typer.Option(
            "--cast",
            metavar="NAME",
            help=_("Who should appear: a name, alias or id, with “:face” or “:voice” after it for that alone; repeat."),
        ),
    ] = None

    def stated_use(self, now: datetime) -> StatedUse:
        """Return the use that was typed.

        Raises:
            WrongUsageError: an option holds no word of its vocabulary.
        """
        return StatedUse(
            publish_at=moment(self.publish_at, now, "--publish-at"),
            purpose=word(Purpose, self.purpose, "--purpose") if self.purpose else None,
            themes=words(Theme, self.theme, "--theme"),
            category=self.category,
            face_method=word(Method, self.face_method, "--face-method") if self.face_method else None,
            voice_method=word(Method, self.voice_method, "--voice-method") if self.voice_method else None,
            channels=channels(self.channel),
            territories=territories(self.territory, exclusions=False),
            language=language_range(self.language, "--language") if self.language else None,
            project=self.project,
            grantee=self.grantee,
            labels_done=words(Duty, self.label_done, "--label-done"),
            approvals=dict.fromkeys(map(grant_id, split(self.approved)), ApprovalDecision.APPROVED),
            exception=word(ExceptionKind, self.exception, "--exception") if self.exception else None,
        )
