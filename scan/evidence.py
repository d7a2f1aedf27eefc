"""Papers on their way into the registry and out of it: plain bytes that nothing here looks into."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from countenance.errors import CountenanceError, WrongUsageError
from countenance.grants import Grant, Prohibition, Revocation
from countenance.translations import _
from registry import Document, DocumentKind, GrantPapers, KeptDocument, ProhibitionRecord, Registry
from registry.rules import check_document, check_document_size, plain_file_name
from scan.saving import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A paper that is to be kept; its content is not shown."""

    kind: DocumentKind
    file_name: str
    content: bytes

    def named(self) -> Document:
        """Return how a grant's papers name it."""
        return Document(file=self.file_name, sha256=sha256(self.content).hexdigest(), kind=self.kind.value)


def read_evidence(path: Path, kind: DocumentKind) -> Evidence:
    """Return a paper as it is on the disk.

    Raises:
        WrongUsageError: there is no such file, or it is empty or too large to keep.
    """
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise _unreadable(path)
        check_document_size(state.st_size)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, type(error).__name__) from error
    check_document(content)
    return Evidence(kind=kind, file_name=plain_file_name(path.name), content=content)


def record_grant(
    opened: Registry, grant: Grant, papers: GrantPapers, evidence: Sequence[Evidence]
) -> tuple[Grant, tuple[KeptDocument, ...]]:
    """Keep a grant, new or changed, with the papers behind it, all or nothing.

    Returns:
        The grant as kept, and the documents that the registry had already with the same content.
    """
    named = tuple(paper.named() for paper in evidence)
    papers = replace(papers, documents=papers.documents + tuple(one for one in named if one not in papers.documents))
    with opened.together():
        kept = opened.record_grant(grant, papers)
        same = _keep(opened, kept.person, kept.id, evidence)
    return kept, same


def record_prohibition(
    opened: Registry, ban: Prohibition, revision: int, evidence: Sequence[Evidence]
) -> tuple[ProhibitionRecord, tuple[KeptDocument, ...]]:
    """Keep a prohibition with the papers behind it, as `record_grant` does; `revision` is the one that it changes."""
    with opened.together():
        kept = opened.record_prohibition(ban, changes_revision=revision)
        same = _keep(opened, kept.prohibition.person, kept.prohibition.id, evidence)
    return kept, same


def revoke_grant(
    opened: Registry, grant: str, revocation: Revocation | None, evidence: Sequence[Evidence]
) -> tuple[Grant, tuple[KeptDocument, ...]]:
    """Keep that a grant was withdrawn, or with None that it was not, with the papers, as `record_grant` does."""
    latest = opened.grant_revisions(grant)[-1]
    papers = replace(latest.papers, approved_by="")
    return record_grant(opened, replace(latest.grant, revoked=revocation), papers, evidence)


def save_document(opened: Registry, document: str, path: Path) -> KeptDocument:
    """Write a document of the registry into a new file that its owner alone may read.

    Raises:
        WrongUsageError: there is no such document, or a file is there already.
        CountenanceError: the file cannot be written.
    """
    if path.exists():
        raise WrongUsageError(
            _("There is a file at “{file}” already; it was left as it is.").format(file=path.name),
            remedy=_("Choose another name."),
        )
    kept, content = opened.documents.hand_out(document)
    try:
        write_whole(path, content)
    except OSError as error:
        raise CountenanceError(
            _("“{file}” cannot be written.").format(file=path.name),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=type(error).__name__,
        ) from error
    return kept


def _keep(opened: Registry, person: str, subject: str, evidence: Sequence[Evidence]) -> tuple[KeptDocument, ...]:
    found: list[KeptDocument] = []
    for paper in evidence:
        _kept, same = opened.documents.add(person, subject, paper.kind, paper.file_name, paper.content)
        found += same
    return tuple(found)


def _unreadable(path: Path, details: str = "") -> WrongUsageError:
    return WrongUsageError(
        _("The document “{file}” cannot be read.").format(file=plain_file_name(path.name)),
        remedy=_("Check its name and its permissions."),
        details=details,
    )
