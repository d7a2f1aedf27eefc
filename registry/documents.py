"""Papers: what a grant, prohibition or biometric consent rests on, kept encrypted and hashed, never parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from countenance.errors import WrongUsageError
from countenance.translations import _
from registry import agreed, enrolled, file, rules
from registry.journal import Facts
from registry.lane import Lane

_DOCUMENTS = "select id, person, subject, kind, file_name, sha256, size, added_at, added_by from documents d"


class DocumentKind(StrEnum):
    """What sort of paper it is (`consent_fields.csv`, Grant.documents), and where it stands with a person."""

    CONTRACT = "contract"
    RIDER = "rider"
    RELEASE = "release"
    E_MAIL = "e-mail"
    RECORDING = "recording"
    AUTHORITY = "authority"
    NOTICE = "notice"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A paper that the registry holds, without its content.

    Attributes:
        person: whose it is.
        subject: id of what it is evidence of: a grant, prohibition, biometric consent, or the person.
        file_name: the file's own, without a path or control characters.
        sha256: of the content, lower-case hex.
        size: in bytes.
        added_at: with offset.
        added_by: the operator.
    """

    id: str
    person: str
    subject: str
    kind: DocumentKind
    file_name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str


class Documents:
    """The papers in an open registry. Every method raises what `Registry`'s do."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def add(
        self, person: str, subject: str, kind: DocumentKind, file_name: str, content: bytes
    ) -> tuple[KeptDocument, tuple[KeptDocument, ...]]:
        """Keep a paper.

        Args:
            person: id of whose it is.
            subject: id of what it is evidence of: a grant or prohibition of that person or of a group, one of their
                biometric consents, or the person.
            kind: what sort of paper it is.
            file_name: as it was called; a path and control characters are left out.
            content: the bytes as they are.

        Returns:
            The paper as kept, and those with the same content that were there already.

        Raises:
            WrongUsageError: it is empty or too large, or there is no such person or subject.
        """
        rules.check_document(content)
        with self._lane.change() as db:
            person = enrolled.read_people(db, [person])[0].id
            _check_subject(db, person, subject)
            kept = KeptDocument(
                id=enrolled.next_id(db, "D"),
                person=person,
                subject=subject,
                kind=kind,
                file_name=rules.plain_file_name(file_name),
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                added_at=self._lane.now(),
                added_by=self._lane.operator,
            )
            same = _read(db, _DOCUMENTS + " where sha256 = ? order by rowid", [kept.sha256])
            row = {name: getattr(kept, name) for name in KeptDocument.__slots__}
            db.table("documents").insert(row | {"kind": kind.value, "added_at": kept.added_at.isoformat()})
            db.table("document_contents").insert({"document": kept.id, "content": content})
            facts: Facts = {"person": person, "subject": subject, "sha256": kept.sha256, "size": kept.size}
            self._lane.write_down(db, "document.added", kept.id, facts)
        return kept, same

    def of(self, about: str) -> tuple[KeptDocument, ...]:
        """Return the papers of a person, or those that are evidence of a grant, prohibition or consent; by its id."""
        with self._lane.query() as db:
            return _read(db, _DOCUMENTS + " where person = ? or subject = ? order by rowid", [about, about])

    def all(self) -> tuple[KeptDocument, ...]:
        """Return every paper, oldest first."""
        with self._lane.query() as db:
            return _read(db, _DOCUMENTS + " order by rowid", [])

    def hand_out(self, document: str) -> tuple[KeptDocument, bytes]:
        """Return a paper and its bytes for a place outside the registry, which the journal remembers.

        Raises:
            WrongUsageError: there is no such paper.
            RegistryError: its bytes are not those that were kept.
        """
        with self._lane.change() as db:
            content = self.content(document)
            (kept,) = _read(db, _DOCUMENTS + " where id = ?", [document])
            self._lane.write_down(db, "document.handed_out", document, {"sha256": kept.sha256})
        return kept, content

    def content(self, document: str) -> bytes:
        """Return the bytes of a paper.

        Raises:
            WrongUsageError: there is no such paper.
            RegistryError: they are not the bytes that were kept.
        """
        with self._lane.query() as db:
            row = db.execute(
                "select content, sha256 from document_contents join documents on id = document where id = ?", [document]
            ).fetchone()
        if row is None:
            raise WrongUsageError(
                _("There is no document “{id}” in this registry.").format(id=document),
                remedy=_("See what a grant rests on with: countenance consent show GRANT"),
            )
        content = bytes(row[0])
        if hashlib.sha256(content).hexdigest() != row[1]:
            raise file.damaged(self._lane.path, details=f"document {document}")
        return content


def _check_subject(db: Database, person: str, subject: str) -> None:
    # Of a group's grant, each member may have signed a paper.
    givers = {person, *(group.id for group in enrolled.groups_of(db, [person]))}
    if subject.startswith("G"):
        giver = agreed.read_grant(db, subject).grant.person
    elif subject.startswith("X"):
        giver = agreed.read_prohibition(db, subject).prohibition.person
    elif subject.startswith("C"):
        consents = enrolled.read_consents(db, person)
        giver = person if subject in {consent.id for consent in consents} else ""
    else:
        giver = subject
    if giver not in givers:
        raise WrongUsageError(_("{id} belongs to another person.").format(id=subject))


def _read(db: Database, statement: str, values: Sequence[str]) -> tuple[KeptDocument, ...]:
    return tuple(
        KeptDocument(
            id=row[0],
            person=row[1],
            subject=row[2],
            kind=DocumentKind(row[3]),
            file_name=row[4],
            sha256=row[5],
            size=row[6],
            added_at=datetime.fromisoformat(row[7]),
            added_by=row[8],
        )
        for row in db.execute(statement, values).fetchall()
    )
