"""What people decided about one clip: approvals under a grant, and exceptions from needing one (`consent.md` §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from countenance.decisions import Approval, ClipMark, RecordedException
from countenance.people import Modality
from countenance.translations import _
from countenance.use import ApprovalDecision, ExceptionKind
from registry import agreed, enrolled, rules
from registry.lane import Lane

# Two files are one clip where the files, or the picture and sound inside them, are the same.
SAME_CLIP = "(sha256 = :sha256 or (streams <> '' and streams = :streams))"

_APPROVALS = "select id, grant_id, sha256, streams, decision, reason, decided_by, at from approvals"
_EXCEPTIONS = "select id, person, modality, sha256, streams, kind, decision, reason, decided_by, at from exceptions"


class Decisions:
    """Approvals and exceptions of an open registry; each is kept as it was made, and a later one counts instead.

    Every method raises what `Registry`'s do.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def approve(self, grant: str, clip: ClipMark, decision: ApprovalDecision, reason: str, by: str = "") -> Approval:
        """Keep the answer to one clip under a grant; a refusal is an answer too.

        Args:
            grant: id of the grant that asks.
            clip: what it is about.
            decision: the answer.
            reason: why, in words; required.
            by: who answered; empty means the operator.

        Raises:
            WrongUsageError: there is no such grant, or something required is missing.
        """
        rules.check_clip(clip)
        rules.check_present(reason, _("A decision needs its reason in words."))
        with self._lane.change() as db:
            agreed.read_grant(db, grant)
            made = Approval(
                id=enrolled.next_id(db, "A"),
                grant=grant,
                clip=clip,
                decision=decision,
                by=by.strip() or self._lane.operator,
                at=self._lane.now(),
                reason=reason,
            )
            db.table("approvals").insert(
                {
                    "id": made.id,
                    "grant_id": grant,
                    "sha256": clip.sha256,
                    "streams": clip.streams,
                    "decision": decision.value,
                    "reason": reason,
                    "decided_by": made.by,
                    "at": made.at.isoformat(),
                }
            )
            facts = {"grant": grant, "decision": decision.value, "clip": clip.sha256, "streams": clip.streams}
            self._lane.write_down(db, "approval.recorded", made.id, facts)
        return made

    def except_(
        self,
        person: str,
        clip: ClipMark,
        kind: ExceptionKind,
        decision: ApprovalDecision,
        reason: str,
        *,
        by: str = "",
        modality: Modality | None = None,
    ) -> RecordedException:
        """Keep whether an exception carries one clip for one person.

        Args:
            person: id of whose likeness it is.
            clip: what it is about.
            kind: what is claimed.
            decision: approved means that it carries the clip.
            reason: why, in words; required.
            by: the reviewer; empty means the operator.
            modality: of which; None means face and voice.

        Raises:
            WrongUsageError: there is no such person, or something required is missing.
        """
        rules.check_clip(clip)
        rules.check_present(reason, _("A decision needs its reason in words."))
        with self._lane.change() as db:
            person = enrolled.read_people(db, [person])[0].id
            made = RecordedException(
                id=enrolled.next_id(db, "E"),
                person=person,
                clip=clip,
                kind=kind,
                decision=decision,
                reason=reason,
                by=by.strip() or self._lane.operator,
                at=self._lane.now(),
                modality=modality,
            )
            db.table("exceptions").insert(
                {
                    "id": made.id,
                    "person": person,
                    "modality": None if modality is None else modality.value,
                    "sha256": clip.sha256,
                    "streams": clip.streams,
                    "kind": kind.value,
                    "decision": decision.value,
                    "reason": reason,
                    "decided_by": made.by,
                    "at": made.at.isoformat(),
                }
            )
            facts = {"person": person, "decision": decision.value, "clip": clip.sha256, "streams": clip.streams}
            self._lane.write_down(db, "exception.recorded", made.id, facts | {"kind": kind.value})
        return made

    def about(self, clip: ClipMark) -> tuple[tuple[Approval, ...], tuple[RecordedException, ...]]:
        """Return what was decided about a clip, oldest first: of each grant the approval that counts, all exceptions.

        The latest approval of a grant counts; which exception does depends on the use, and is for `consent` to say.
        """
        mark = {"sha256": clip.sha256, "streams": clip.streams}
        with self._lane.query() as db:
            approvals = _approvals(db, f"{_APPROVALS} where {SAME_CLIP} order by rowid", mark)
            exceptions = _exceptions(db, f"{_EXCEPTIONS} where {SAME_CLIP} order by rowid", mark)
        return tuple({one.grant: one for one in approvals}.values()), exceptions

    def all(self) -> tuple[tuple[Approval, ...], tuple[RecordedException, ...]]:
        """Return every decision ever made, oldest first."""
        with self._lane.query() as db:
            return (
                _approvals(db, _APPROVALS + " order by rowid", {}),
                _exceptions(db, _EXCEPTIONS + " order by rowid", {}),
            )

    def under(self, grant: str) -> tuple[Approval, ...]:
        """Return every approval made under a grant, oldest first."""
        with self._lane.query() as db:
            return _approvals(db, _APPROVALS + " where grant_id = :grant order by rowid", {"grant": grant})


def _approvals(db: Database, statement: str, values: dict[str, str]) -> tuple[Approval, ...]:
    return tuple(_approval(row) for row in db.execute(statement, values).fetchall())


def _exceptions(db: Database, statement: str, values: dict[str, str]) -> tuple[RecordedException, ...]:
    return tuple(_exception(row) for row in db.execute(statement, values).fetchall())


def _approval(row: Sequence[str]) -> Approval:
    return Approval(
        id=row[0],
        grant=row[1],
        clip=ClipMark(sha256=row[2], streams=row[3]),
        decision=ApprovalDecision(row[4]),
        reason=row[5],
        by=row[6],
        at=datetime.fromisoformat(row[7]),
    )


def _exception(row: Sequence[str]) -> RecordedException:
    return RecordedException(
        id=row[0],
        person=row[1],
        modality=Modality(row[2]) if row[2] else None,
        clip=ClipMark(sha256=row[3], streams=row[4]),
        kind=ExceptionKind(row[5]),
        decision=ApprovalDecision(row[6]),
        reason=row[7],
        by=row[8],
        at=datetime.fromisoformat(row[9]),
    )
