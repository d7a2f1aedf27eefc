"""What people allowed and forbade, as a table: one row for each grant and prohibition, by its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from cli.session import Session
from countenance.grants import Grant, Prohibition
from countenance.labels import channel_label, day_label, label, listed, territory_label
from countenance.translations import _


def show_recorded(
    session: Session, grants: Iterable[Grant], bans: Iterable[Prohibition], names: Mapping[str, str], today: date
) -> None:
    """Write the latest revisions as a table, as they stand today; `names` are the people's, by their ids."""
    titles = (_("Id"), _("Person"), _("What"), _("Where"), _("From"), _("Until"), _("State"))
    rows = [_grant_row(grant, names[grant.person], today) for grant in grants]
    rows += [_ban_row(ban, names[ban.person]) for ban in bans]
    session.show_table(titles, sorted(rows))


def _grant_row(grant: Grant, name: str, today: date) -> tuple[str, ...]:
    return (
        grant.id,
        name,
        _in_groups(listed(map(label, grant.purposes)), listed(map(label, grant.methods))),
        _in_groups(listed(map(channel_label, grant.channels)), listed_territories(grant.territories)),
        str(grant.start or grant.signed or "–"),
        str(grant.end or "–"),
        _state(grant, today),
    )


def _state(grant: Grant, today: date) -> str:
    if grant.signed is None:
        return _("draft")
    if grant.revoked is not None:
        effective = grant.revoked.notice + timedelta(days=grant.revoked.days)
        return _("withdrawn from {day} on").format(day=day_label(effective))
    if grant.end is not None and grant.end < today:
        return _("ended")
    pause = grant.suspended
    if pause is not None and pause.start <= today and (pause.end is None or today <= pause.end):
        return _("suspended")
    if grant.start is not None and grant.start > today:
        return _("starts later")
    return _("signed")


def _ban_row(ban: Prohibition, name: str) -> tuple[str, ...]:
    what = (listed(map(label, part or ())) for part in (ban.purposes, ban.themes, ban.methods))
    return (
        ban.id,
        name,
        _in_groups(*what) or _("everything"),
        _in_groups(listed(map(channel_label, ban.channels or ())), listed_territories(ban.territories or ()))
        or _("everywhere"),
        str(ban.start or "–"),
        str(ban.end or "–"),
        _("forbidden"),
    )


def listed_territories(codes: Sequence[str]) -> str:
    """Return the words for territories in a row, what is taken out of them last."""
    inside = listed(territory_label(code) for code in codes if not code.startswith("-"))
    outside = listed(territory_label(code) for code in codes if code.startswith("-"))
    return _("{territories} ({exceptions})").format(territories=inside, exceptions=outside) if outside else inside


def _in_groups(*words: str) -> str:
    return _("; ").join(filter(None, words))
