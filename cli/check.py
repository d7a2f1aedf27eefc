"""`countenance check`: clips and folders against the registry, a folder of people, or nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from scan.worker import DetectorWorker

from cli import stated_use as use_options
from cli.session import Session, write_json
from countenance.errors import CancelledError, ClipError, WrongUsageError
from countenance.people import Modality
from countenance.translations import _
from countenance.verdict import CheckResult, Severity, UnknownPolicy, Verdict
from countenance.wire import ExamineSettings
from reports import report_document
from reports.wording import coverage_sentences, format_time_ranges, verdict_title
from scan.check import CheckSetup, check_clip
from scan.knowing import known_from_folder, known_from_registry
from scan.known import Known
from scan.operating import BLOCK_FPIR, REVIEW_FPIR, Promise
from scan.saving import save_report
from scan.walking import find_clips

EXIT_CODES = {Verdict.BLOCKED: 20, Verdict.REVIEW: 10, Verdict.PERMITTED: 0, Verdict.NO_MATCH: 0}
NOT_CHECKED = 3
WORST_FIRST = (20, NOT_CHECKED, 10, 0)
"""With several clips the first of these that occurred is the exit code (contract.md, "Command line")."""

_STYLES = {Severity.BLOCK: "bold red", Severity.REVIEW: "yellow", Severity.NOTE: "dim"}
_VERDICT_STYLES = {
    Verdict.BLOCKED: "bold white on red",
    Verdict.REVIEW: "bold black on yellow",
    Verdict.PERMITTED: "bold white on green",
    Verdict.NO_MATCH: "bold",
}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=_("Check clips before they are published."))(check)


@dataclass(slots=True)
class _Run:
    """What a run over several clips has found so far."""

    exit_codes: set[int] = field(default_factory=set)
    documents: list[object] = field(default_factory=list)


def check(
    context: typer.Context,
    clips: Annotated[list[Path], typer.Argument(metavar="CLIP…", help=_("Clips, pictures, or folders of them."))],
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FOLDER", help=_("Compare with the people of a folder, without a registry.")),
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="face", help=_("Examine nothing else: face."))] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help=_("Write a report of each clip into this folder."))
    ] = None,
    redact: Annotated[bool, typer.Option("--redact", help=_("Leave names and enrolled pictures out."))] = False,
    unknown: Annotated[
        str, typer.Option("--unknown", metavar="review|note", help=_("How unknown people weigh: review or note."))
    ] = "review",
    review_rate: Annotated[
        float, typer.Option("--review-rate", help=_("Share of strangers' clips that may ask for a review."))
    ] = REVIEW_FPIR,
    block_rate: Annotated[
        float, typer.Option("--block-rate", help=_("Share of strangers' clips that may be blocked."))
    ] = BLOCK_FPIR,
    purpose: use_options.PurposeOption = None,
    theme: use_options.ThemeOption = None,
    category: use_options.CategoryOption = "",
    face_method: use_options.FaceMethodOption = None,
    voice_method: use_options.VoiceMethodOption = None,
    channel: use_options.ChannelOption = None,
    territory: use_options.TerritoryOption = None,
    language: use_options.LanguageOption = None,
    project: use_options.ProjectOption = None,
    grantee: use_options.GranteeOption = None,
    publish_at: use_options.PublishAtOption = None,
    exception: use_options.ExceptionOption = None,
    label_done: use_options.LabelDoneOption = None,
    approved: use_options.ApprovedOption = None,
) -> int:
    """Check the clips and return the worst exit code."""
    session = Session.of(context)
    now = session.now()
    use = use_options.stated_use(
        now,
        purpose=purpose,
        theme=theme,
        category=category,
        face_method=face_method,
        voice_method=voice_method,
        channel=channel,
        territory=territory,
        language=language,
        project=project,
        grantee=grantee,
        publish_at=publish_at,
        exception=exception,
        label_done=label_done,
        approved=approved,
    )
    promise = _promise(review_rate, block_rate)
    policy = use_options.word(UnknownPolicy, unknown, "--unknown")
    looked_for = (use_options.word(Modality, only, "--only"),) if only else ()
    if Modality.VOICE in looked_for:
        raise WrongUsageError(
            _("This version does not recognise voices."), remedy=_("Leave --only out, or use --only face.")
        )
    files = find_clips(clips)
    run = _Run()
    with session.worker() as worker:
        setup = CheckSetup(
            card=session.card(),
            models=session.places.models,
            known=_known(session, worker, against),
            use=use,
            promise=promise,
            unknown=policy,
            settings=ExamineSettings(look_for=looked_for) if looked_for else ExamineSettings(),
        )
        for path in files:
            _check_one(session, worker, setup, path, run, report, redact=redact)
    if session.as_json:
        write_json({"clips": run.documents, "exit_code": _worst(run.exit_codes)})
    return _worst(run.exit_codes)


def _promise(review_rate: float, block_rate: float) -> Promise:
    if not 0 < block_rate <= review_rate < 1:
        raise WrongUsageError(
            _("The rates must lie between 0 and 1, and the blocking one may not be the larger."),
            remedy=_("For example: --review-rate 0.05 --block-rate 0.005."),
        )
    return Promise(review_fpir=review_rate, block_fpir=block_rate)


def _known(session: Session, worker: DetectorWorker, against: Path | None) -> Known:
    card = session.card()
    if against is not None:
        with session.progress(_("Looking at the people of the folder")) as show:
            known, refused = known_from_folder(
                against, worker, card, session.places.models, on_progress=show, cancel=session.cancel
            )
        for item in refused:
            session.note(_("Left out: {file}: {why}").format(file=item.file, why=item.explanation))
        return known
    if session.registry_path() is None:
        session.note(_("There is no registry: everybody in the clip is unknown."))
        return Known()
    with session.open_registry() as opened:
        return known_from_registry(opened, card, session.now().date())


def _check_one(
    session: Session,
    worker: DetectorWorker,
    setup: CheckSetup,
    path: Path,
    run: _Run,
    report: Path | None,
    *,
    redact: bool,
) -> None:
    try:
        with session.progress(path.name) as show:
            result = check_clip(path, worker, setup, session.now(), on_progress=show, cancel=session.cancel)
    except CancelledError:
        raise
    except ClipError as error:
        run.exit_codes.add(NOT_CHECKED)
        run.documents.append(
            {"clip": {"name": path.name}, "error": {"sentence": error.sentence, "remedy": error.remedy}}
        )
        session.show_error(error, wants_json=False)
        if error.details and session.volume.value > 1:
            session.note(error.details)
        return
    run.exit_codes.add(EXIT_CODES[result.verdict])
    if session.as_json:
        run.documents.append(report_document(result, redact=redact))
    else:
        show_result(session, result, redact=redact)
    if report is not None:
        for written in save_report(result, report, redact=redact):
            session.note(_("Report: {path}").format(path=written))


def show_result(session: Session, result: CheckResult, *, redact: bool) -> None:
    """Write a result for a person: the verdict, what was found, what was not examined."""
    console = session.console()
    line = Text.assemble(
        (f" {verdict_title(result.verdict)} ", _VERDICT_STYLES[result.verdict]), "  ", result.observations.clip.name
    )
    if result.incomplete:
        line.append("  " + _("(not everything was examined)"), style="yellow")
    console.print(line)
    console.print(Text("  " + result.headline))
    for finding in result.findings:
        if redact:
            break
        when = format_time_ranges(finding.ranges)
        console.print(Text(f"  • {finding.title}" + (f"  [{when}]" if when else ""), style=_STYLES[finding.severity]))
        for sentence in (finding.sentence, finding.likeness, finding.next_step):
            if sentence:
                console.print(Text("    " + sentence))
    if session.volume.value > 0:
        for sentence in coverage_sentences(result.observations):
            console.print(Text("  " + sentence, style="dim"))


def _worst(codes: set[int]) -> int:
    return next((code for code in WORST_FIRST if code in codes), 0)
