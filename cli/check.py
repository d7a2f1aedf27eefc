"""`countenance check`: clips and folders against the registry, a folder of people, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli.gathering import gathered
from cli.output import error_document, write_json
from cli.result import show_result
from cli.session import Session
from cli.stated_use import UseOptions
from cli.typed import word, words
from countenance.errors import CancelledError, ClipError, CountenanceError, WrongUsageError
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.settings import Settings
from countenance.translations import _, ngettext
from countenance.use import StatedUse
from countenance.verdict import CheckResult, UnknownPolicy, Verdict
from countenance.wire import ExamineSettings
from registry import Registry
from reports import report_document
from reports.search_words import not_searched_remedy, not_searched_sentence
from reports.wording import format_count
from scan.cast import CastMember, find_among, read_cast
from scan.check import CheckSetup, check_clip
from scan.keeping import keep_check
from scan.knowing import known_from_folder, known_from_registry
from scan.known import Known
from scan.operating import Promise
from scan.refusals import refusal_clause
from scan.request import looking_for
from scan.saving import USUAL_FORMATS, ReportFormat, save_report
from scan.walking import find_clips
from scan.worker import DetectorWorker, display_name

EXIT_CODES = {Verdict.BLOCKED: 20, Verdict.REVIEW: 10, Verdict.PERMITTED: 0, Verdict.NO_MATCH: 0}
WORST_FIRST = (20, ClipError.exit_code, 10, 0)
"""With several clips the first of these that occurred is the exit code (contract.md, "Command line")."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=_("Check clips before they are published."))(gathered(check))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """With whom clips are compared, how strictly, and what is written."""

    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FOLDER",
            help=_("Compare with the people of a folder, without a registry: a subfolder or a file for each."),
            readable=False,
        ),
    ] = None
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="face|voice", help=_("Examine nothing else: face, voice."))
    ] = None
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="DIR", help=_("Write a report of each clip into this folder."), readable=False
        ),
    ] = None
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="html|json|pdf|csv",
            help=_("With --report, what is written: several with commas between them; else html,json."),
        ),
    ] = None
    redact: Annotated[bool, typer.Option("--redact", help=_("Leave names and enrolled samples out."))] = False
    keep: Annotated[
        bool,
        typer.Option("--keep", help=_("Keep the check in the registry, to be printed and judged again.")),
    ] = False
    unknown: Annotated[
        str | None,
        typer.Option(
            "--unknown",
            metavar="review|note",
            help=_("How unknown people weigh: review or note; else as in the settings."),
        ),
    ] = None
    review_rate: Annotated[
        float | None,
        typer.Option(
            "--review-rate",
            metavar="RATE",
            help=_("Share of strangers' clips that may ask for a review; else as in the settings, usually 0.05."),
        ),
    ] = None
    block_rate: Annotated[
        float | None,
        typer.Option(
            "--block-rate",
            metavar="RATE",
            help=_("Share of strangers' clips that may be blocked; else as in the settings, usually 0.005."),
        ),
    ] = None

    def modalities(self, card: PackCard) -> tuple[Modality, ...]:
        """Return what the detectors are to look and listen for.

        Raises:
            WrongUsageError: it is no modality, or one for which the pack has no models.
        """
        wanted = tuple(dict.fromkeys(words(Modality, self.only, "--only")))
        if Modality.VOICE in wanted and card.model(ModelTask.VOICE_EMBEDDER) is None:
            raise WrongUsageError(
                _("The pack “{pack}” does not recognise voices.").format(pack=card.name),
                remedy=_("Leave --only out, or use --only face."),
            )
        return wanted or tuple(Modality)

    def formats(self) -> tuple[ReportFormat, ...]:
        """Return what reports are written as.

        Raises:
            WrongUsageError: one of them is none, or there is no folder to write them into.
        """
        if self.format and self.report is None:
            raise WrongUsageError(
                _("--format says how a report is written, and none is asked for."),
                remedy=_("Name a folder for it with --report."),
            )
        return tuple(dict.fromkeys(words(ReportFormat, self.format, "--format"))) or USUAL_FORMATS

    def policy(self, settings: Settings) -> UnknownPolicy:
        """Return how unknown people weigh, as typed or as settled.

        Raises:
            WrongUsageError: it is neither of the two.
        """
        return settings.unknown if self.unknown is None else word(UnknownPolicy, self.unknown, "--unknown")

    def promise(self, settings: Settings) -> Promise:
        """Return how many false alarms are promised, as typed or as settled.

        Raises:
            WrongUsageError: what was typed are no rates, or blocking is the looser one.
        """
        if self.review_rate is None and self.block_rate is None:
            # As the window takes settings that somebody wrote by hand.
            return stated_promise(settings.review_rate, min(settings.block_rate, settings.review_rate))
        review = settings.review_rate if self.review_rate is None else self.review_rate
        return stated_promise(review, settings.block_rate if self.block_rate is None else self.block_rate)


@dataclass(slots=True)
class _Tally:
    """What a run over several clips has found so far."""

    verdicts: list[Verdict] = field(default_factory=list)
    exit_codes: set[int] = field(default_factory=set)
    documents: list[object] = field(default_factory=list)

    def add(self, result: CheckResult, *, redact: bool, kept: str = "") -> None:
        """Count a clip that was checked; `kept` is the id under which the registry keeps it."""
        self.verdicts.append(result.verdict)
        self.exit_codes.add(EXIT_CODES[result.verdict])
        report = report_document(result, redact=redact)
        self.documents.append({**msgspec.to_builtins(report), "check": kept} if kept else report)

    def add_failure(self, name: str, error: CountenanceError) -> None:
        """Count a clip or folder that could not be checked, or whose report could not be written."""
        self.exit_codes.add(ClipError.exit_code)
        self.documents.append({"clip": {"name": name}, "error": error_document(error)})

    def exit_code(self) -> int:
        """Return the worst code of all clips."""
        return next((code for code in WORST_FIRST if code in self.exit_codes), 0)

    def document(self) -> dict[str, object]:
        """Return the one JSON document of the run; `verdict` is the worst, null where no clip could be checked."""
        worst = next((verdict for verdict in Verdict if verdict in self.verdicts), None)
        return {"clips": self.documents, "verdict": worst}


def check(
    context: typer.Context,
    clips: Annotated[
        list[Path],
        typer.Argument(metavar="CLIP", help=_("Clips, pictures, or folders of them."), readable=False),
    ],
    options: CheckOptions,
    use: UseOptions,
) -> int:
    """Check the clips and return the worst exit code."""
    session = Session.of(context)
    stated = use.stated_use(session.now())
    promise, policy = options.promise(session.settings), options.policy(session.settings)
    formats = options.formats()
    if options.keep and (options.against is not None or session.registry_path() is None):
        raise WrongUsageError(
            _("Only a check against a registry can be kept."),
            remedy=_("Leave --keep out, or make a registry with: countenance registry init"),
        )
    tally = _Tally()
    try:
        card = session.card()
        modalities = options.modalities(card)
        # The registry stays open: each clip's judgement reads from it.
        with ExitStack() as opened, session.worker() as worker:
            worker.start(session.places.models)  # it loads while the registry is unlocked
            known, cast, registry = _known(
                session, worker, options.against, stated, modalities, named=use.cast or (), opened=opened
            )
            setup = CheckSetup(
                card=card,
                models=session.places.models,
                known=known,
                use=stated,
                promise=promise,
                unknown=policy,
                settings=looking_for(modalities, ExamineSettings(threads=session.settings.threads)),
                cast=cast,
                licences=session.settings.licences,
            )
            for path in _files(session, clips, tally):
                _check_one(session, worker, setup, path, registry, tally=tally, options=options, formats=formats)
    except (CountenanceError, KeyboardInterrupt) as error:
        # The clips that were finished are told of; the others would fail alike.
        stopped = error if isinstance(error, CountenanceError) else CancelledError(_("Stopped."))
        return session.refuse(stopped, tally.document())
    if session.as_json:
        write_json({**tally.document(), "exit_code": tally.exit_code()})
    return tally.exit_code()


def stated_promise(review_rate: float, block_rate: float) -> Promise:
    """Return the promise that two rates make.

    Raises:
        WrongUsageError: they are no rates, or blocking is the looser one.
    """
    if not 0 < block_rate <= review_rate < 1:
        raise WrongUsageError(
            _("The rates must lie between 0 and 1, and the blocking one may not be the larger."),
            remedy=_("For example: --review-rate 0.05 --block-rate 0.005."),
        )
    return Promise(review_fpir=review_rate, block_fpir=block_rate)


def _known(
    session: Session,
    worker: DetectorWorker,
    against: Path | None,
    stated: StatedUse,
    modalities: tuple[Modality, ...],
    *,
    named: Sequence[str],
    opened: ExitStack,
) -> tuple[Known, tuple[CastMember, ...], Registry | None]:
    """Return whom the clips are compared with, of them the cast that was named, and the registry where there is one."""
    card = session.ready_card()
    if against is not None:
        with session.progress(_("Looking at the people of the folder")) as show:
            known, refused = known_from_folder(
                against,
                worker,
                card,
                session.places.models,
                modalities=modalities,
                on_progress=show,
                cancel=session.cancel,
            )
        for item in refused:
            session.note(_("Left out: {file}: {why}.").format(file=item.file, why=refusal_clause(item)))
        return known, read_cast(named, find_among(known.people.values())), None
    if session.registry_path() is None:
        session.note(_("There is no registry: everybody in the clip is unknown."))
        return Known(), read_cast(named, find_among(())), None
    registry = opened.enter_context(session.open_registry())
    for number in stated.approvals:
        registry.grant_revisions(number)  # refuses a number that is no grant's
    known = known_from_registry(registry, card, registry.today())
    _tell_of_the_uncompared(session, known, ended=len(registry.not_examinable(registry.today())))
    return known, read_cast(named, registry.named), registry


def _tell_of_the_uncompared(session: Session, known: Known, *, ended: int) -> None:
    """Say how many people this check cannot find in any clip.

    Args:
        session: where to say so.
        known: who is looked for, and of whom other models made the templates.
        ended: how many may not be examined, because their biometric consent is over.
    """
    if ended:
        told = ngettext(
            "{count} person of the registry may not be examined: the biometric consent has ended.",
            "{count} people of the registry may not be examined: their biometric consents have ended.",
            ended,
        )
        session.note(told.format(count=format_count(ended)))
    for missed in known.not_searched:
        session.note(in_a_row((not_searched_sentence(missed), not_searched_remedy(missed))))


def _files(session: Session, named: list[Path], tally: _Tally) -> list[Path]:
    """Return every file to check, once; a folder without clips is told of and passed over."""
    files: dict[Path, None] = {}
    for path in named:
        try:
            files.update(dict.fromkeys(find_clips([path])))
        except ClipError as error:
            tally.add_failure(display_name(str(path)), error)
            session.warn(error)
    return list(files)


def _check_one(
    session: Session,
    worker: DetectorWorker,
    setup: CheckSetup,
    path: Path,
    registry: Registry | None,
    *,
    tally: _Tally,
    options: CheckOptions,
    formats: Sequence[ReportFormat],
) -> None:
    kept = ""
    try:
        with session.progress(path.name) as show:
            result = check_clip(path, worker, setup, session.now(), on_progress=show, cancel=session.cancel)
        if options.keep and registry is not None:
            mark = worker.mark(path, cancel=session.cancel)
            kept = keep_check(registry, result, mark, setup.known, setup.unknown, redact=options.redact).id
    except ClipError as error:
        tally.add_failure(display_name(str(path)), error)
        session.warn(error)
        return
    tally.add(result, redact=options.redact, kept=kept)
    if not session.as_json:
        show_result(session, result, redact=options.redact)
    if kept:
        session.note(
            _("Kept as {id}; for its certificate: countenance report certificate {id} --to FILE").format(id=kept)
        )
    if options.report is not None:
        _save(session, result, options.report, tally, redact=options.redact, formats=formats)


def _save(
    session: Session,
    result: CheckResult,
    folder: Path,
    tally: _Tally,
    *,
    redact: bool,
    formats: Sequence[ReportFormat],
) -> None:
    try:
        written = save_report(result, folder, redact=redact, formats=formats)
    except CountenanceError as error:
        # The clip was checked; its verdict counts, and so does that nobody can read it up.
        tally.add_failure(result.observations.clip.name, error)
        session.warn(error)
        return
    for path in written:
        session.note(_("Report: {path}").format(path=path))
