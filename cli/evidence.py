"""What the commands about grants, prohibitions and clips share: papers, whose clip, spans of days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.grant_terms import EvidenceOptions
from cli.output import write_json
from cli.session import Session
from cli.typed import record_id
from consent.signing import signature_fault
from countenance.decisions import ClipMark
from countenance.errors import WrongUsageError
from countenance.grants import Grant
from countenance.judgement import Reason
from countenance.labels import day_label, label
from countenance.people import Person
from countenance.translations import _
from registry import DocumentKind, GrantPapers, KeptDocument, Registry, cautions_about
from scan.evidence import Evidence, read_evidence, save_document
from scan.worker import display_name

_SPAN = re.compile(r"([0-9]{1,5})d?")


def typed_evidence(options: EvidenceOptions, kind: DocumentKind) -> tuple[Evidence, ...]:
    """Return the papers named as FILE or FILE:KIND, read.

    Args:
        options: as typed.
        kind: of a paper that says none.

    Raises:
        WrongUsageError: a file cannot be read, or is empty or too large.
    """
    return tuple(_evidence(text, kind) for text in options.evidence or ())


def tell_same(session: Session, same: Iterable[KeptDocument]) -> None:
    """Say which documents the registry had already with the content of those that were added."""
    for document in same:
        session.note(
            _("The registry has the same document already: {id}, with {subject}.").format(
                id=document.id, subject=document.subject
            )
        )


def warnings_about(grant: Grant, papers: GrantPapers, giver: Person, *, documents: int) -> tuple[str, ...]:
    """Return what whoever records a grant should know, in sentences; `documents` counts the papers kept with it."""
    cautions = cautions_about(grant, papers, giver, documents=documents)
    if signature_fault(grant, giver) is not Reason.WRONG_SIGNER:
        return cautions
    wrong = _("It does not count like this: “{signer}” could not sign it that day, or no authority is on file.")
    return (wrong.format(signer=label(grant.signer)), *cautions)


def document_words(document: KeptDocument) -> str:
    """Return what is told of a paper that the registry keeps."""
    return _("Document {id}: {file}, {kind}, {size} bytes, kept on {day} by {who}").format(
        id=document.id,
        file=document.file_name,
        kind=document.kind.value,
        size=document.size,
        day=day_label(document.added_at.date()),
        who=document.added_by,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingOptions:
    """Which paper is wanted as a file."""

    document: Annotated[
        str | None, typer.Option("--save-document", metavar="DOCUMENT", help=_("Save this paper of it, e.g. D0001."))
    ] = None
    target: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help=_("The new file to save it in."), readable=False)
    ] = None

    def paper(self) -> tuple[str, Path] | None:
        """Return the paper and the file to save it in; None where none is wanted.

        Raises:
            WrongUsageError: one is named without the other.
        """
        if self.document is not None and self.target is not None:
            return self.document, self.target
        if self.document is None and self.target is None:
            return None
        raise WrongUsageError(_("--save-document and --to go together."))


def save_paper(session: Session, opened: Registry, number: str, document: str, target: Path) -> int:
    """Save a paper of a person, grant or prohibition in a new file, and say so.

    Raises:
        WrongUsageError: it is no paper of that one, or a file is there already.
    """
    wanted = record_id(document)
    if wanted not in {one.id for one in opened.documents.of(number)}:
        command = "person" if number.startswith("P") else "consent"
        raise WrongUsageError(
            _("{id} has no document “{document}”.").format(id=number, document=document),
            remedy=_("See what it rests on with: countenance {command} show {id}").format(command=command, id=number),
        )
    kept = save_document(opened, wanted, target)
    if session.as_json:
        write_json({"document": kept, "file": str(target)})
    else:
        session.say(_("Saved {id} as {file}.").format(id=kept.id, file=target))
    return 0


def mark_of(session: Session, clip: Path) -> ClipMark:
    """Return what decisions about a clip are bound to.

    Raises:
        ClipError: the file is nothing that is examined.
    """
    with session.worker() as worker, session.progress(display_name(str(clip))) as progress:
        return worker.mark(clip, progress, session.cancel)


def typed_options(context: typer.Context) -> frozenset[str]:
    """Return the names of the options that were typed, whatever their values."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return frozenset(name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE")


def last_day_of(span: str, today: date, option: str) -> date:
    """Return the day that ends a span such as 30d.

    Raises:
        WrongUsageError: it is no number of days.
    """
    found = _SPAN.fullmatch(span.strip().lower())
    if found is None:
        raise WrongUsageError(
            _("“{value}” is not a number of days for {option}.").format(value=span, option=option),
            remedy=_("Write it like 30d."),
        )
    return today + timedelta(days=int(found[1]))


def _evidence(text: str, kind: DocumentKind) -> Evidence:
    name, colon, word = text.rpartition(":")
    if colon and word.strip().lower() in set(DocumentKind):
        return read_evidence(Path(name), DocumentKind(word.strip().lower()))
    return read_evidence(Path(text), kind)
