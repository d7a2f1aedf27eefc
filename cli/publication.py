"""`countenance publication`: where clips went out, and what must come down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.evidence import last_day_of, mark_of
from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session
from cli.typed import day, moment, record_id
from countenance.decisions import Publication
from countenance.labels import channel_label, day_label
from countenance.translations import _
from scan.recall.affected import ComingDown, affected
from scan.recall.remembered import remembered
from scan.worker import display_name


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("Where clips went out, and which must come down."), no_args_is_help=True)
    group.command("add", help=_("Record where and when a clip went out."))(gathered(add))
    group.command("list", help=_("List publications, or with --due those that must come down."))(gathered(list_all))
    group.command("down", help=_("Record that a publication was taken down."))(gathered(down))
    app.add_typer(group, name="publication")


def add(
    context: typer.Context,
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help=_("The clip's file."), readable=False)],
    place: Annotated[
        str, typer.Option("--place", metavar="PLACE", help=_("Where: a channel such as tiktok, or another name."))
    ],
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=_("When; else now."))] = None,
    address: Annotated[str, typer.Option("--address", metavar="URL", help=_("Where to find it."))] = "",
    take_down: Annotated[
        str | None, typer.Option("--take-down", metavar="DATE", help=_("Last day on which it may be up."))
    ] = None,
    check: Annotated[
        str, typer.Option("--check", metavar="CHECK", help=_("The kept check that it went out on, e.g. K0001."))
    ] = "",
) -> int:
    """Record a publication and say its id."""
    session = Session.of(context)
    published_at = moment(at, session.now(), "--at")
    last_day = day(take_down, "--take-down")
    check = record_id(check)
    with session.open_registry() as opened:
        if check:
            opened.checks.kept(check)
        made = opened.publications.add(
            Publication(
                id="",
                clip=mark_of(session, clip),
                clip_name=display_name(str(clip)),
                place=place.strip().lower() if channel_label(place.strip().lower()) != place.strip().lower() else place,
                address=address,
                check=check,
                published_at=published_at,
                take_down_by=last_day,
            )
        )
    if session.as_json:
        write_json(made)
    else:
        session.say(
            _("Publication {id} recorded: {clip}, {place}.").format(
                id=made.id, clip=made.clip_name, place=channel_label(made.place)
            )
        )
    return 0


def list_all(
    context: typer.Context,
    due: Annotated[
        str | None,
        typer.Option("--due", metavar="DAYS", help=_("Only what must come down within so many days, e.g. 30d.")),
    ] = None,
) -> int:
    """List publications with the day until which each may stay; --due leaves the others out."""
    session = Session.of(context)
    with session.open_registry() as opened:
        everything = opened.publications.all()
        down = {one.publication.id: one for one in affected(remembered(opened), session.now()).coming_down}
        until = last_day_of(due, opened.today(), "--due") if due is not None else None
    if until is not None:
        everything = tuple(one for one in everything if one.id in down and down[one.id].last_day <= until)
    if session.as_json:
        write_json({"publications": everything, "coming_down": [down[one.id] for one in everything if one.id in down]})
    elif everything:
        _show(session, everything, down)
    else:
        session.say(_("Nothing was published.") if until is None else _("Nothing must come down by then."))
    return 0


def down(
    context: typer.Context,
    publication: Annotated[
        str, typer.Argument(metavar="PUBLICATION", help=_("The publication's id; see: publication list."))
    ],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=_("When; else now."))] = None,
) -> int:
    """Record that a publication is no longer up."""
    session = Session.of(context)
    since = moment(at, session.now(), "--at")
    with session.open_registry() as opened:
        taken = opened.publications.taken_down(record_id(publication), since)
    if session.as_json:
        write_json(taken)
    else:
        session.say(_("Publication {id} is taken down.").format(id=taken.id))
    return 0


def _show(session: Session, publications: Sequence[Publication], down: Mapping[str, ComingDown]) -> None:
    now = session.now()
    titles = (_("Id"), _("Clip"), _("Where"), _("Since"), _("Last day"), _("State"))
    rows = [
        (
            one.id,
            one.clip_name or "–",
            channel_label(one.place),
            day_label(one.published_at.date()),
            day_label(down[one.id].last_day) if one.id in down else "–",
            _state(one, down.get(one.id), now),
        )
        for one in publications
    ]
    session.show_table(titles, rows)
    for one in publications:
        if one.address:
            session.say(f"{one.id}: {one.address}")
        if one.id in down:
            session.note(f"{one.id}: {down[one.id].sentence}")


def _state(publication: Publication, down: ComingDown | None, now: datetime) -> str:
    if publication.taken_down_at is not None:
        return _("taken down")
    if publication.published_at > now:
        return _("not out yet")
    return _("overdue") if down is not None and down.overdue else _("up")
