"""Where clips went out, until when they may stay there, and which must come down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlite_utils import Database

from countenance.decisions import ClipMark, Publication
from countenance.errors import WrongUsageError
from countenance.translations import _
from registry import enrolled, rules
from registry.decisions import SAME_CLIP
from registry.lane import Lane

_PUBLICATIONS = """select id, sha256, streams, clip_name, place, address, check_id, published_at, take_down_by,
    taken_down_at from publications"""


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
