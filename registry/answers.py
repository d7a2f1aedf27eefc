"""What was answered about somebody in one clip: who it is, who it is not, or that nobody need be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlite_utils import Database

from countenance.answers import Answer, AnswerKind, Spot
from countenance.decisions import ClipMark
from countenance.errors import WrongUsageError
from countenance.people import PersonKind
from countenance.translations import _
from registry import enrolled, rules
from registry.decisions import SAME_CLIP
from registry.journal import Facts
from registry.lane import Lane

_ANSWERS = "select id, sha256, streams, kind, person, spots, note, answered_by, at from answers"


class Answers:
    """The answers that an open registry keeps; each stays as it was given until it is taken back.

    Every method raises what `Registry`'s do.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def keep(self, answer: Answer) -> Answer:
        """Keep an answer.

        Args:
            answer: its `id` is the registry's to give; where `by` is empty it was the operator.

        Returns:
            The answer as kept, with its id; the id of somebody who turned out to be another person is that person's.

        Raises:
            WrongUsageError: there is no such person, they are a group, or something required is missing.
        """
        rules.check_answer(answer)
        with self._lane.change() as db:
            person = _person(db, answer.person) if answer.person else ""
            kept = replace(
                answer,
                id=enrolled.next_id(db, "N"),
                person=person,
                by=answer.by.strip() or self._lane.operator,
                note=answer.note.strip(),
            )
            db.table("answers").insert(
                {
                    "id": kept.id,
                    "sha256": kept.clip.sha256,
                    "streams": kept.clip.streams,
                    "kind": kept.kind.value,
                    "person": person or None,
                    "spots": msgspec.json.encode(kept.spots).decode(),
                    "note": kept.note,
                    "answered_by": kept.by,
                    "at": kept.at.isoformat(),
                }
            )
            self._lane.write_down(db, "answer.recorded", kept.id, _facts(kept))
        return kept

    def take_back(self, answer: str) -> Answer:
        """Remove an answer and return it as it was; what it counted instead of counts again.

        Raises:
            WrongUsageError: there is no such answer.
        """
        with self._lane.change() as db:
            found = _read(db, _ANSWERS + " where id = :id", {"id": answer})
            if not found:
                raise WrongUsageError(
                    _("There is no answer “{id}” in this registry.").format(id=answer),
                    remedy=_("See those about a clip with: countenance consent answer CLIP --list"),
                )
            db.execute("delete from answers where id = ?", [answer])
            self._lane.write_down(db, "answer.taken_back", answer, _facts(found[0]))
        return found[0]

    def about(self, clip: ClipMark) -> tuple[Answer, ...]:
        """Return what was answered about a clip, whatever file it is in, oldest first."""
        mark = {"sha256": clip.sha256, "streams": clip.streams}
        with self._lane.query() as db:
            return _read(db, f"{_ANSWERS} where {SAME_CLIP} order by rowid", mark)

    def all(self) -> tuple[Answer, ...]:
        """Return every answer, oldest first."""
        with self._lane.query() as db:
            return _read(db, _ANSWERS + " order by rowid", {})


def _person(db: Database, person: str) -> str:
    found = enrolled.read_people(db, [person])[0]
    if found.kind is PersonKind.GROUP:
        raise WrongUsageError(_("A group has no face and no voice of its own."), remedy=_("Name one of its members."))
    return found.id


def _facts(answer: Answer) -> Facts:
    facts = {"kind": answer.kind.value, "clip": answer.clip.sha256, "streams": answer.clip.streams}
    return {**facts, "spots": len(answer.spots), **({"person": answer.person} if answer.person else {})}


def _read(db: Database, statement: str, values: dict[str, str]) -> tuple[Answer, ...]:
    return tuple(_answer(row) for row in db.execute(statement, values).fetchall())


def _answer(row: Sequence[str]) -> Answer:
    return Answer(
        id=row[0],
        clip=ClipMark(sha256=row[1], streams=row[2]),
        kind=AnswerKind(row[3]),
        person=row[4] or "",
        spots=msgspec.json.decode(row[5], type=tuple[Spot, ...]),
        note=row[6],
        by=row[7],
        at=datetime.fromisoformat(row[8]),
    )
