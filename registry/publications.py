"""Where clips went out, until when they may stay there, and which must come down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from countenance.decisions import ClipMark, Publication
from countenance.errors import WrongUsageError
from countenance.grants import AfterEnd, Grant
from countenance.translations import _
from registry import agreed, enrolled, rules
from registry.decisions import SAME_CLIP
from registry.lane import Lane

_PUBLICATIONS = """select id, sha256, streams, clip_name, place, address, check_id, published_at, take_down_by,
    taken_down_at from publications"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePublication:
    """A publication that must come down.

    Attributes:
        last_day: on which it may still be up.
        because: id of the grant that ends; empty where the day was set with the publication.
    """

    publication: Publication
    last_day: date
    because: str = ""


class Publications:
    """The publications that an open registry remembers. Every method raises what `Registry`'s do."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def add(self, publication: Publication) -> Publication:
        """Keep where and when a clip went out; the `id` is the registry's to give.

        Raises:
            WrongUsageError: a place is missing, a day lies before the publication, or there is no such check.
        """
        rules.check_clip(publication.clip)
        rules.check_publication(publication)
        with self._lane.change() as db:
            if publication.check:
                _check_is_of(db, publication.check, publication.clip)
            kept = replace(
                publication,
                id=enrolled.next_id(db, "U"),
                clip_name=rules.plain_file_name(publication.clip_name),
            )
            db.table("publications").insert(
                {
                    "id": kept.id,
                    "sha256": kept.clip.sha256,
                    "streams": kept.clip.streams,
                    "clip_name": kept.clip_name,
                    "place": kept.place,
                    "address": kept.address,
                    "check_id": kept.check,
                    "published_at": kept.published_at.isoformat(),
                    "take_down_by": None if kept.take_down_by is None else kept.take_down_by.isoformat(),
                    "taken_down_at": None if kept.taken_down_at is None else kept.taken_down_at.isoformat(),
                    "recorded_at": self._lane.now().isoformat(),
                    "entered_by": self._lane.operator,
                }
            )
            facts = {"clip": kept.clip.sha256, "streams": kept.clip.streams, "check": kept.check}
            self._lane.write_down(db, "publication.added", kept.id, facts)
        return kept

    def taken_down(self, publication: str, at: datetime) -> Publication:
        """Keep that a publication is no longer up, since a moment with offset.

        Raises:
            WrongUsageError: there is no such publication, or it was taken down before.
        """
        with self._lane.change() as db:
            found = _read(db, _PUBLICATIONS + " where id = :id", {"id": publication})
            if not found:
                raise WrongUsageError(
                    _("There is no publication “{id}” in this registry.").format(id=publication),
                    remedy=_("See which are with: countenance publication list"),
                )
            if found[0].taken_down_at is not None:
                raise WrongUsageError(_("{id} was taken down before.").format(id=publication))
            taken = replace(found[0], taken_down_at=at)
            rules.check_publication(taken)
            db.execute("update publications set taken_down_at = ? where id = ?", [at.isoformat(), publication])
            self._lane.write_down(db, "publication.taken_down", publication, {})
        return taken

    def of(self, clip: ClipMark) -> tuple[Publication, ...]:
        """Return the publications of a clip, whatever file it is in now, oldest first."""
        with self._lane.query() as db:
            mark = {"sha256": clip.sha256, "streams": clip.streams}
            return _read(db, f"{_PUBLICATIONS} where {SAME_CLIP} order by rowid", mark)

    def all(self) -> tuple[Publication, ...]:
        """Return every publication, oldest first."""
        with self._lane.query() as db:
            return _read(db, _PUBLICATIONS + " order by rowid", {})

    def due(self, until: date) -> tuple[DuePublication, ...]:
        """Return what is up and must come down by a day, the most urgent first.

        A publication is due when its own day comes, or when a grant ends that its check rests on, and the grant says
        that what is out is taken down then. Ends that follow from a person's age or death are for `consent` to tell.
        """
        with self._lane.query() as db:
            up = _read(db, _PUBLICATIONS + " where taken_down_at is null order by rowid", {})
            due = [one for one in (_due(db, publication) for publication in up) if one is not None]
        return tuple(sorted((one for one in due if one.last_day <= until), key=lambda one: one.last_day))


def last_day_out(grant: Grant) -> date | None:
    """Return the last day on which clips published under a grant may stay; None where they may for good."""
    days = []
    if grant.revoked is not None and grant.revoked.published is AfterEnd.TAKE_DOWN:
        # A withdrawal takes effect at the beginning of a day.
        days.append(grant.revoked.notice + timedelta(days=grant.revoked.days - 1))
    if grant.end is not None and grant.after_end is AfterEnd.TAKE_DOWN:
        days.append(grant.end)
    return min(days, default=None)


def _due(db: Database, publication: Publication) -> DuePublication | None:
    due = []
    if publication.take_down_by is not None:
        due.append(DuePublication(publication=publication, last_day=publication.take_down_by))
    rows = db.execute(
        "select subject from check_subjects where check_id = ? and subject like 'G%' order by subject",
        [publication.check],
    ).fetchall()
    for (number,) in rows:
        last_day = last_day_out(agreed.read_grant(db, number).grant)
        if last_day is not None:
            due.append(DuePublication(publication=publication, last_day=last_day, because=number))
    return min(due, key=lambda one: one.last_day, default=None)


def _check_is_of(db: Database, check: str, clip: ClipMark) -> None:
    row = db.execute("select sha256, streams from checks where id = ?", [check]).fetchone()
    if row is None:
        raise WrongUsageError(
            _("There is no check “{id}” in this registry.").format(id=check),
            remedy=_("A check is remembered when it is made with: countenance check --keep"),
        )
    if not ClipMark(sha256=row[0], streams=row[1]).is_same_clip(clip):
        raise WrongUsageError(_("The check {id} is about another clip.").format(id=check))


def _read(db: Database, statement: str, values: dict[str, str]) -> tuple[Publication, ...]:
    return tuple(_publication(row) for row in db.execute(statement, values).fetchall())


def _publication(row: Sequence[str]) -> Publication:
    return Publication(
        id=row[0],
        clip=ClipMark(sha256=row[1], streams=row[2]),
        clip_name=row[3],
        place=row[4],
        address=row[5],
        check=row[6],
        published_at=datetime.fromisoformat(row[7]),
        take_down_by=date.fromisoformat(row[8]) if row[8] else None,
        taken_down_at=datetime.fromisoformat(row[9]) if row[9] else None,
    )
