"""Erasing a person: every row about them goes, the file is written anew, and each of its pages is searched for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from countenance.errors import RegistryError, WrongUsageError
from countenance.translations import _
from registry import enrolled, file, journal
from registry.lane import Lane
from registry.remains import Found, Known, collect_known, look_for
from registry.theirs import THEIR_ROWS, Theirs, whose

ERASED, PROVED = "person.erased", "erasure.proved"
_BLANK = "…"
_UNPROVED = """select t.erased_at from tombstones t where t.person = :person and not exists (
    select 1 from journal e join journal p on p.subject = e.subject and p.action = :proved
        where e.action = :erased and (e.subject = :person
            or exists (select 1 from json_each(e.facts, '$.same_person') where value = :person)))"""


class ErasureReason(StrEnum):
    """Why somebody was erased; free text might tell who it was."""

    REQUEST = "request"
    RETENTION = "retention"
    MISTAKE = "mistake"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What became of a person, and the proof of it. It holds nothing about them but ids that lead nowhere now.

    Attributes:
        people: the id that was erased, and those of people who had turned out to be the same.
        at: with offset.
        by: the operator.
        removed: how many rows of which table; "blanked" counts texts elsewhere that held a name.
        compacted: whether the file was written anew without its free pages.
        traces: how many pieces of known bytes were looked for, and `texts` how many names and other texts.
        gone: samples of which no picture, sound or template was held any more, as after a withdrawal: of those, hashes
            and sources alone could be looked for.
        indistinct: contents without any piece that is theirs alone, such as silence: not looked for.
        pages, size: pages and decrypted bytes that were searched, files of SQLite's beside the registry included.
        free_pages: how many of the pages nothing used.
        beside: those files, by the end of their names.
        left_over: what was found where nothing should be: in a free page, between rows, in a file beside.
        elsewhere: what stands in records of others, or in the journal; `elsewhere_count` counts what is left out here.
    """

    people: tuple[str, ...]
    at: datetime
    by: str
    reason: ErasureReason
    removed: dict[str, int]
    compacted: bool
    traces: int
    texts: int
    gone: int
    indistinct: int
    pages: int
    size: int
    free_pages: int
    beside: tuple[str, ...]
    left_over: tuple[Found, ...]
    elsewhere: tuple[Found, ...]
    elsewhere_count: int

    @property
    def proved(self) -> bool:
        """Whether nothing of the person was found outside records of others."""
        return not self.left_over


def erased(lane: Lane, person: str, reason: ErasureReason) -> Erasure:
    """Remove all that is held about a person, and prove it.

    Raises:
        WrongUsageError: there is nobody with that id, or they were erased before.
    """
    at = lane.now()
    _finish_interrupted(lane, person)
    with lane.change() as db:
        theirs = whose(db, _checked(db, person))
        # In memory alone, and gone with this call.
        known = collect_known(db, theirs)
        removed = _remove(db, theirs, known)
        facts: journal.Facts = {"reason": reason.value, "same_person": theirs.people[1:], **removed}
        for number in theirs.people:
            db.table("tombstones").insert(
                {"person": number, "erased_at": at.isoformat(), "erased_by": lane.operator, "facts": json.dumps(facts)}
            )
        lane.write_down(db, ERASED, theirs.people[0], facts)
    compacted = _compact(lane)
    with lane.query() as db:
        search = look_for(lane, db, known)
    erasure = Erasure(
        people=theirs.people,
        at=at,
        by=lane.operator,
        reason=reason,
        removed=removed,
        compacted=compacted,
        traces=len(known.pieces),
        texts=len(known.texts),
        gone=known.gone,
        indistinct=known.indistinct,
        pages=search.pages,
        size=search.size,
        free_pages=search.free_pages,
        beside=search.beside,
        left_over=search.left_over,
        elsewhere=search.elsewhere,
        elsewhere_count=search.elsewhere_count,
    )
    counts = {"pages": erasure.pages, "left_over": len(erasure.left_over), "elsewhere": erasure.elsewhere_count}
    with lane.change() as db:
        lane.write_down(db, PROVED, theirs.people[0], {**counts, "compacted": int(compacted)})
    return erasure


def _finish_interrupted(lane: Lane, person: str) -> None:
    """Write the file anew, and say so, where the program was stopped between the erasure of a person and its proof."""
    with lane.query() as db:
        buried = db.execute(_UNPROVED, {"person": person, "erased": ERASED, "proved": PROVED}).fetchone()
    if buried is None:
        return
    compacted = _compact(lane)
    raise WrongUsageError(
        _("{id} was erased before, on {moment}, but the program was stopped before it had searched for traces.").format(
            id=person, moment=buried[0][:10]
        ),
        remedy=_("The file is written anew now, without what its free pages held; what to look for nobody knows now.")
        if compacted
        else _("Make space, then try again: the file is to be written anew, without what its free pages hold."),
    )


def _checked(db: Database, person: str) -> str:
    buried = db.execute("select erased_at from tombstones where person = ?", [person]).fetchone()
    if buried is not None:
        raise WrongUsageError(_("{id} was erased before, on {moment}.").format(id=person, moment=buried[0][:10]))
    return enrolled.read_people(db, [person])[0].id


def _compact(lane: Lane) -> bool:
    try:
        # Copies that a killed restore left half-made hold the person too.
        file.clear_leftovers(lane.path)
        lane.compact()
    except RegistryError as error:
        # What was removed is gone all the same: SQLite overwrites what it deletes. The search tells.
        lane.tell(str(error))
        return False
    return True


def _remove(db: Database, theirs: Theirs, known: Known) -> dict[str, int]:
    removed = _forget_in_checks(db, theirs, known)
    for table, condition in THEIR_ROWS:
        removed[table] = db.execute(f"delete from {table} where {condition}", theirs.named()).rowcount  # noqa: S608 - own names
    # Those who turned out to be them point at them.
    named = theirs.named()
    db.execute("update people set merged_into = null where id in (select value from json_each(:people))", named)
    db.execute("delete from people where id in (select value from json_each(:people))", named)
    removed["people"] = len(theirs.people)
    for number, name, address in db.execute("select id, clip_name, address from publications").fetchall():
        if known.names_in(name) or known.names_in(address):
            removed["blanked"] += 1
            db.execute(
                "update publications set clip_name = ?, address = ? where id = ?",
                [_blanked(name, known), _blanked(address, known), number],
            )
    # Where a release is kept may name whose it is, in answers that name nobody.
    for number, note in db.execute("select id, note from answers where note <> ''").fetchall():
        if known.names_in(note):
            removed["blanked"] += 1
            db.execute("update answers set note = ? where id = ?", [_BLANK, number])
    return {table: count for table, count in removed.items() if count}


def _forget_in_checks(db: Database, theirs: Theirs, known: Known) -> dict[str, int]:
    """Take the person out of kept checks; a check that was about nobody else goes."""
    removed = {"checks": 0, "checks_kept_without": 0, "blanked": 0}
    about = {
        row[0]
        for row in db.execute(
            "select distinct check_id from check_subjects where subject in (select value from json_each(:subjects))",
            theirs.named(),
        ).fetchall()
    }
    db.execute("delete from check_subjects where subject in (select value from json_each(:subjects))", theirs.named())
    for number, name, text in db.execute("select id, clip_name, content from checks").fetchall():
        content = json.loads(text)
        left = _without(content, theirs, known)
        if number in about:
            # What is printed and signed of it later must not look as if nobody else had been found.
            left["record"]["erased"] = content["record"].get("erased", 0) + _fewer(content, left)
        if number in about and not _people_in(left):
            db.execute("delete from check_subjects where check_id = ?", [number])
            db.execute("update publications set check_id = '' where check_id = ?", [number])
            db.execute("delete from checks where id = ?", [number])
            removed["checks"] += 1
        elif left != content or known.names_in(name):
            kept = json.dumps(left, ensure_ascii=False, separators=(",", ":"))
            db.execute(
                "update checks set clip_name = ?, content = ? where id = ?", [_blanked(name, known), kept, number]
            )
            removed["checks_kept_without" if number in about else "blanked"] += 1
    return removed


def _fewer(content: Any, left: Any) -> int:  # noqa: ANN401 - JSON of any shape
    before, after = ({one["person"] for one in check["record"]["people"]} for check in (content, left))
    return len(before - after)


def _without(value: Any, theirs: Theirs, known: Known) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return JSON without the items about the person, and with texts that hold a name blanked."""
    if isinstance(value, str):
        return _blanked(value, known)
    if isinstance(value, list):
        return [_without(item, theirs, known) for item in value if not _is_about(item, theirs)]
    if isinstance(value, dict):
        return {name: _without(item, theirs, known) for name, item in value.items()}
    return value


def _is_about(item: object, theirs: Theirs) -> bool:
    if not isinstance(item, Mapping):
        return False
    return item.get("person") in theirs.people or _is_about(item.get("found"), theirs)


def _people_in(value: object) -> bool:
    """Return whether JSON names anybody enrolled."""
    if isinstance(value, list):
        return any(map(_people_in, value))
    if isinstance(value, Mapping):
        return bool(value.get("person")) or any(map(_people_in, value.values()))
    return False


def _blanked(text: str, known: Known) -> str:
    return _BLANK if known.names_in(text) else text
