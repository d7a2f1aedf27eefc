"""`countenance report`: show, export and verify what checks said, and print the certificate of a kept check."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.result import show_report
from cli.session import Session
from cli.typed import word
from countenance.errors import CheckFailedError, ClipError, WrongUsageError
from countenance.labels import label
from countenance.packs import ModelTask
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import LANGUAGES, _, in_language
from reports import Report, read_report
from reports.certificate import fingerprint_words
from reports.certificate_words import title
from reports.document import REPORT_LIMIT
from reports.page import promise_of
from reports.wording import (
    face_sentences,
    format_moment,
    judged_with_sentence,
    picture_sentences,
    sound_sentences,
    voice_sentences,
)
from scan.certificate import Verification, read_some, signed_certificate, verify_certificate
from scan.saving import ReportFormat, encoded, write_whole
from scan.worker import display_name

_COMPARED_BY = {Modality.FACE: ModelTask.FACE_EMBEDDER, Modality.VOICE: ModelTask.VOICE_EMBEDDER}


_FORMATS = {f".{kind}": kind for kind in ReportFormat}


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(
        help=_("What checks said: show, export, verify; certificates of kept checks."), no_args_is_help=True
    )
    group.command("show", help=_("Show a report that was written."))(gathered(show))
    group.command("export", help=_("Write a report as a page, as data, as PDF or as a table."))(gathered(export))
    group.command("verify", help=_("Tell whether a certificate or a report is about a clip, and holds."))(
        gathered(verify)
    )
    group.command("list", help=_("List the checks that the registry keeps."))(gathered(list_checks))
    group.command("certificate", help=_("Write the signed certificate of a kept check."))(gathered(certificate))
    app.add_typer(group, name="report")


def show(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="REPORT", help=_("A report: NAME.report.json."), readable=False)],
) -> int:
    """Show a report in its own language."""
    session = Session.of(context)
    report = _read(file)
    if session.as_json:
        write_json(report)
        return 0
    with in_language(report.language):
        coverage = report.coverage
        besides = (
            *picture_sentences(coverage.picture, still=report.clip.still),
            *face_sentences(Counter(coverage.faces_not_judged)),
            *sound_sentences(coverage.sound),
            *voice_sentences(Counter(coverage.voices_not_judged)),
            _judged_with(report),
        )
        show_report(session, report, besides)
    return 0


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="REPORT", help=_("A report: NAME.report.json."), readable=False)],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=_("The file to write."), readable=False)],
    kind: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="html|json|pdf|csv",
            help=_("As a page, as data, as pages of paper, or as a table of findings; else what the file's name says."),
        ),
    ] = "",
) -> int:
    """Write a report in another form, in its own language; never over an existing file."""
    session = Session.of(context)
    wanted = word(ReportFormat, kind, "--format") if kind else _FORMATS.get(to.suffix.lower(), ReportFormat.HTML)
    _write(session, to, encoded(_read(file), wanted))
    return 0


def verify(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=_("A certificate (PDF) or a report (JSON)."), readable=False)
    ],
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help=_("The clip that it should be about."), readable=False)],
    key: Annotated[
        str, typer.Option("--key", metavar="HEX", help=_("The key, or its fingerprint, that must have signed."))
    ] = "",
) -> int:
    """Tell whether a certificate or a report is about a clip; exit code 6 where something does not hold."""
    session = Session.of(context)
    if read_some(file, REPORT_LIMIT).startswith(b"%PDF-"):
        return _verify_certificate(session, file, clip, "".join(key.replace(":", "").split()).lower())
    if key:
        raise WrongUsageError(
            _("A report is not signed, so no key can be asked for."), remedy=_("Give the certificate.")
        )
    return _verify_report(session, file, clip)


def list_checks(context: typer.Context) -> int:
    """List the kept checks, oldest first."""
    session = Session.of(context)
    with session.open_registry() as opened:
        checks, zone = opened.checks.all(), ZoneInfo(opened.tz)
    if session.as_json:
        write_json({"checks": checks})
        return 0
    if not checks:
        session.say(_("No check is kept. Keep one with: countenance check --keep"))
        return 0
    rows = [
        (
            one.id,
            format_moment(one.kept_at.astimezone(zone)),
            label(one.record.verdict),
            one.record.clip.name,
            one.kept_by,
        )
        for one in checks
    ]
    session.show_table((_("Check"), _("When"), _("Verdict"), _("Clip"), _("By")), rows)
    return 0


def certificate(
    context: typer.Context,
    check: Annotated[str, typer.Argument(metavar="CHECK", help=_("The check's id; see: report list."))],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=_("The PDF to write."), readable=False)],
) -> int:
    """Write the certificate of a kept check, signed with the registry's key; never over an existing file."""
    session = Session.of(context)
    _refuse_existing(to)
    with session.open_registry() as opened:
        kept = opened.checks.kept(check.strip().upper())
        names = {person.id: person.display_name for person in opened.people()}
        pdf = signed_certificate(kept.record, names, lambda payload: opened.checks.sign(payload, check=kept.id))
    facts = {"check": kept.id, "key": kept.record.public_key, "fingerprint": fingerprint_words(kept.record.public_key)}
    _write(session, to, pdf, facts)
    if not session.as_json:
        session.note(_("Fingerprint of the key: {fingerprint}").format(fingerprint=facts["fingerprint"]))
    return 0


def _verify_certificate(session: Session, file: Path, clip: Path, wanted: str) -> int:
    with session.worker() as worker, session.progress(clip.name) as show_progress:
        found = verify_certificate(file, clip, worker, on_progress=show_progress, cancel=session.cancel)
    record = found.record
    fingerprint = fingerprint_words(found.public_key)
    agrees = wanted in {found.public_key, fingerprint.replace(" ", "")} if wanted else None
    code = 0 if found.holds and found.of_this_clip and agrees is not False else CheckFailedError.exit_code
    if session.as_json:
        write_json(
            {
                "signature": found.holds,
                "same_file": found.same_file,
                "same_streams": found.same_streams,
                "public_key": found.public_key,
                "fingerprint": fingerprint,
                "key_agrees": agrees,
                "record": record,
                "exit_code": code,
            }
        )
        return code
    for sentence in (*_signature_sentences(found, fingerprint, agrees=agrees), _clip_sentence(found)):
        session.say(sentence)
    told = _("{title}. Check {id} of {moment}, registry of {owner}: {verdict}. {headline}")
    session.say(
        told.format(
            title=title(record.verdict),
            id=record.check,
            moment=format_moment(record.created),
            owner=record.owner,
            verdict=label(record.verdict),
            headline=record.headline,
        )
    )
    if code:
        session.say(_("Do not rely on it for this clip."), style="bold red")
    return code


def _signature_sentences(found: Verification, fingerprint: str, *, agrees: bool | None) -> list[str]:
    if not found.holds:
        return [_("The signature is broken: the certificate was changed after it was signed.")]
    sentences = [
        _("The signature holds: not a byte of the certificate was changed."),
        _("Fingerprint of the key: {fingerprint}").format(fingerprint=fingerprint),
    ]
    if agrees is None:
        sentences.append(_("Compare it with the one that the issuer tells you; anybody can sign with a key of theirs."))
    elif not agrees:
        sentences.append(_("It is not the key that you named."))
    return sentences


def _clip_sentence(found: Verification) -> str:
    if found.same_file:
        return _("It is about this clip: the very file that was checked.")
    if found.same_streams:
        return _("It is about this clip: the same picture and sound, in another file than the one that was checked.")
    return _("It is about another clip: neither the file nor the picture and sound in it are the ones checked.")


def _verify_report(session: Session, file: Path, clip: Path) -> int:
    report = _read(file)
    with session.worker() as worker, session.progress(clip.name) as show_progress:
        mark = worker.mark(clip, show_progress, session.cancel)
    same = mark.sha256 == report.clip.sha256
    code = 0 if same else CheckFailedError.exit_code
    if session.as_json:
        write_json({"signature": None, "same_file": same, "exit_code": code})
        return code
    session.say(
        _("The report is about this very file. It is not signed: only a certificate is.")
        if same
        else _("The report is about another file.")
    )
    return code


def _judged_with(report: Report) -> str:
    """Return whose figures the likenesses rest on and what they promise; nothing where nobody was compared."""
    compared = {task for modality, task in _COMPARED_BY.items() if modality.value in report.operating_point}
    sentences = [judged_with_sentence(one.name, one.version) for one in report.models if one.task in compared]
    return in_a_row((*sentences, promise_of(report))) if sentences else ""


def _read(file: Path) -> Report:
    report = read_report(read_some(file, REPORT_LIMIT))
    # A report comes from anywhere: a language that does not exist must not be looked for.
    return report if report.language in LANGUAGES else msgspec.structs.replace(report, language="en")


def _refuse_existing(to: Path) -> None:
    if to.exists():
        raise WrongUsageError(
            _("“{name}” exists already and was left as it is.").format(name=display_name(str(to))),
            remedy=_("Choose another name for the file."),
        )


def _write(session: Session, to: Path, content: bytes, facts: dict[str, str] | None = None) -> None:
    _refuse_existing(to)
    try:
        write_whole(to, content)
    except OSError as error:
        raise ClipError(
            _("“{name}” cannot be written.").format(name=display_name(str(to))),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=str(error.strerror),
        ) from error
    if session.as_json:
        write_json({"file": str(to), "bytes": len(content), **(facts or {})})
    else:
        session.say(_("Written: {path}").format(path=to))
