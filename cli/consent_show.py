"""`countenance consent show`: one grant or prohibition with all its revisions, and what rests on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.evidence import SavingOptions, document_words, save_paper, warnings_about
from cli.gathering import gathered
from cli.output import write_json
from cli.recorded import listed_territories
from cli.session import Session
from cli.typed import record_id
from countenance.grants import ANY, Grant, Prohibition, Revocation, Suspension
from countenance.labels import channel_label, day_label, label, language_label, listed
from countenance.people import Person, PersonKind, Signer
from countenance.translations import _, mark
from registry import (
    CompensationStatus,
    GrantPapers,
    GrantRecord,
    ProhibitionRecord,
    Registry,
    Signature,
)

_TITLES = {
    "members": mark("Members of the group"),
    "signed": mark("Signed on"),
    "signer": mark("Signed as"),
    "represented_by": mark("Represented by"),
    "separately_signed": mark("Replica clause signed on its own"),
    "replica_type": mark("Kind of replica"),
    "modality": mark("Of the person"),
    "methods": mark("Methods"),
    "description": mark("Description"),
    "purposes": mark("Purposes"),
    "themes_ok": mark("Themes allowed"),
    "themes": mark("Themes"),
    "channels": mark("Channels"),
    "territories": mark("Territories"),
    "languages": mark("Languages"),
    "start": mark("From"),
    "end": mark("Until"),
    "tz": mark("Time zone"),
    "projects": mark("Projects"),
    "grantee": mark("Grantee"),
    "sublicense": mark("May be passed on"),
    "exclusive": mark("Exclusive for"),
    "approval": mark("Each clip must be approved"),
    "compensation": mark("Compensation"),
    "duties": mark("Duties"),
    "after_end": mark("Published clips after the end"),
    "revoked": mark("Withdrawn"),
    "suspended": mark("Suspended"),
    "survives_death": mark("Goes on after death"),
    "source": mark("Who forbids"),
    "document": mark("Paper"),
    "signatures": mark("Signature"),
    "documents": mark("Paper"),
    "compensation_status": mark("Paid"),
    "approved_by": mark("Confirmed by"),
    "external_ids": mark("In other systems"),
}
_REPLICAS = {
    "employment_based": mark("made during an employment"),
    "independently_created": mark("created independently"),
}
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "channels": channel_label,
    "replica_type": lambda word: _(_REPLICAS[word]),
    "languages": language_label,
    "signed": day_label,
    "start": day_label,
    "end": day_label,
}


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("show", help=_("Show a grant or prohibition with its revisions, papers and decisions."))(
        gathered(show)
    )


def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="ID", help=_("The grant's or prohibition's id; see: consent list."))],
    saving: SavingOptions,
) -> int:
    """Show all there is about a grant or prohibition, or save one of its papers."""
    session = Session.of(context)
    paper = saving.paper()
    number = record_id(number)
    with session.open_registry() as opened:
        if paper is not None:
            return save_paper(session, opened, number, *paper)
        if number.startswith("X"):
            return _show_prohibition(session, opened, number)
        return _show_grant(session, opened, number)


def _show_grant(session: Session, opened: Registry, number: str) -> int:
    revisions = opened.grant_revisions(number)
    latest = revisions[-1]
    (whom,) = opened.people([latest.grant.person])
    documents, approvals = opened.documents.of(number), opened.decisions.under(number)
    checks = opened.checks.of(number)
    warnings = warnings_about(latest.grant, latest.papers, whom, documents=len(documents))
    if session.as_json:
        write_json(
            {
                "grant": latest.grant,
                "name": whom.display_name,
                "papers": latest.papers,
                "revisions": [_told_revision(*pair) for pair in _pairs(revisions)],
                "documents": documents,
                "approvals": approvals,
                "checks": [
                    {"id": one.id, "clip": one.record.clip.name, "kept_at": one.kept_at, "verdict": one.record.verdict}
                    for one in checks
                ],
                "warnings": warnings,
            }
        )
        return 0
    _show_head(session, number, whom)
    _show_fields(session, latest.grant, but=() if whom.kind is PersonKind.GROUP else ("members",))
    held = {one.sha256 for one in documents}
    elsewhere = tuple(one for one in latest.papers.documents if one.sha256 not in held)
    _show_fields(session, replace(latest.papers, documents=elsewhere))
    for paper in documents:
        session.say(document_words(paper))
    for one in approvals:
        session.say(
            _("{id}: {decision} on {day} by {who}: {reason}").format(
                id=one.id, decision=label(one.decision), day=day_label(one.at.date()), who=one.by, reason=one.reason
            )
        )
    for check in checks:
        session.say(
            _("Check {id} of {day} rests on it: {clip}, {verdict}").format(
                id=check.id,
                day=day_label(check.kept_at.date()),
                clip=check.record.clip.name,
                verdict=label(check.record.verdict),
            )
        )
    for later, earlier in _pairs(revisions):
        _show_revision(session, later.grant.revision, later, _changed(later, earlier))
    for warning in warnings:
        session.note(warning)
    return 0


def _show_prohibition(session: Session, opened: Registry, number: str) -> int:
    revisions = opened.prohibition_revisions(number)
    latest = revisions[-1]
    (whom,) = opened.people([latest.prohibition.person])
    documents = opened.documents.of(number)
    if session.as_json:
        write_json(
            {
                "prohibition": latest.prohibition,
                "name": whom.display_name,
                "revisions": [
                    {"revision": one.revision, "at": one.recorded_at, "by": one.entered_by} for one in revisions
                ],
                "documents": documents,
                "checks": [one.id for one in opened.checks.of(number)],
            }
        )
        return 0
    _show_head(session, number, whom)
    _show_fields(session, latest.prohibition)
    for paper in documents:
        session.say(document_words(paper))
    for later, earlier in zip(revisions, (None, *revisions), strict=False):
        changed = _differing(later.prohibition, earlier.prohibition) if earlier else ()
        _show_revision(session, later.revision, later, changed)
    return 0


def _show_head(session: Session, number: str, whom: Person) -> None:
    session.say(f"{number}  {whom.display_name} ({whom.id})", style="bold")


def _show_fields(session: Session, record: Grant | Prohibition | GrantPapers, but: Sequence[str] = ()) -> None:
    for field in fields(record):
        value = getattr(record, field.name)
        # What is empty says nothing, nor does what hardly anybody limits; how wide a grant is must be seen.
        unlimited = value == (ANY,) and field.name not in {"purposes", "channels"}
        if field.name in {"id", "person", "revision", *but} or unlimited or value in (None, "", (), False, "none"):
            continue
        for shown in _shown(field.name, value):
            session.say(_("{title}: {value}").format(title=_(_TITLES[field.name]), value=shown))


def _shown(field: str, value: object) -> Iterator[str]:
    if isinstance(value, tuple) and value and isinstance(value[0], Signature):
        yield from (_signature(one) for one in value)
    elif isinstance(value, tuple) and field == "documents":
        yield from (f"{one.file} ({one.kind}, {one.sha256[:12]}…)" for one in value)
    elif isinstance(value, tuple) and field == "territories":
        yield listed_territories(value)
    elif isinstance(value, tuple):
        yield listed(_word(field, one) for one in value)
    else:
        yield _word(field, value)


def _word(field: str, value: object) -> str:
    if value is True:
        return _("yes")
    if isinstance(value, Revocation):
        return _("notice of {day}, {days} days; published clips: {published}").format(
            day=day_label(value.notice), days=value.days, published=label(value.published)
        )
    if isinstance(value, Suspension):
        return f"{day_label(value.start)} – {day_label(value.end) if value.end else _('open')}"
    if isinstance(value, CompensationStatus):
        return _("paid") if value is CompensationStatus.PAID else _("not yet")
    if isinstance(value, StrEnum):
        return label(value)
    return _WORDS.get(field, str)(value)


def _signature(one: Signature) -> str:
    role = label(Signer(one.role)) if one.role in set(Signer) else one.role
    told = f"{one.name}, {role}, {day_label(one.signed_on)}, {one.how}"
    return _("{signature}; witness: {witness}").format(signature=told, witness=one.witness) if one.witness else told


def _show_revision(
    session: Session, revision: int, record: GrantRecord | ProhibitionRecord, changed: Sequence[str]
) -> None:
    told = _("Revision {revision}: {day}, {who}").format(
        revision=revision, day=day_label(record.recorded_at.date()), who=record.entered_by
    )
    if changed:
        told += _("; changed: {fields}").format(fields=listed(_(_TITLES[name]) for name in changed))
    session.say(told)


def _pairs(revisions: Sequence[GrantRecord]) -> Iterator[tuple[GrantRecord, GrantRecord | None]]:
    return zip(revisions, (None, *revisions), strict=False)


def _told_revision(later: GrantRecord, earlier: GrantRecord | None) -> Mapping[str, object]:
    return {
        "revision": later.grant.revision,
        "at": later.recorded_at,
        "by": later.entered_by,
        "confirmed_by": later.papers.approved_by,
        "changed": _changed(later, earlier),
    }


def _changed(later: GrantRecord, earlier: GrantRecord | None) -> tuple[str, ...]:
    if earlier is None:
        return ()
    return _differing(later.grant, earlier.grant) + _differing(later.papers, earlier.papers)


def _differing(later: object, earlier: object) -> tuple[str, ...]:
    names = [field.name for field in fields(later) if field.name != "revision"]  # type: ignore[arg-type]  # dataclasses
    return tuple(name for name in names if getattr(later, name) != getattr(earlier, name))
