"""`countenance consent answer`: what the user says about somebody in one clip, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.evidence import mark_of
from cli.gathering import gathered
from cli.output import write_json
from cli.person_stated import find_person
from cli.session import Session
from cli.typed import record_id
from countenance.answers import Answer, AnswerKind
from countenance.decisions import ClipMark
from countenance.errors import WrongUsageError
from countenance.labels import day_label, label
from countenance.translations import _
from countenance.use import StatedUse
from countenance.verdict import CheckResult, Finding, FindingKind
from registry import Registry
from reports.wording import format_time_ranges
from scan.answered import spots_of
from scan.check import CheckSetup, check_clip
from scan.knowing import known_from_registry

_ABOUT_SOMEBODY = (FindingKind.LIKENESS, FindingKind.VOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions:
    """What is answered, and about whom."""

    finding: Annotated[
        int | None, typer.Option("--finding", metavar="NUMBER", min=1, help=_("Whom it is about, as --list numbers."))
    ] = None
    this_is: Annotated[
        str | None, typer.Option("--is", metavar="PERSON", help=_("This is that person; id or name."))
    ] = None
    not_this: Annotated[bool, typer.Option("--not", help=_("This is not the person it was taken for."))] = False
    invented: Annotated[bool, typer.Option("--invented", help=_("Nobody real is shown."))] = False
    release: Annotated[
        str | None, typer.Option("--release", metavar="TEXT", help=_("A release is on hand; say where it is kept."))
    ] = None
    passer_by: Annotated[bool, typer.Option("--passer-by", help=_("Somebody who is only passing by."))] = False
    take_back: Annotated[
        str | None, typer.Option("--take-back", metavar="ANSWER", help=_("Take back an answer, e.g. N0001."))
    ] = None
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=_("Who answers; else the operator."))] = ""
    listed: Annotated[
        bool, typer.Option("--list", help=_("List who is in the clip, and what was answered; as without options."))
    ] = False

    def kind(self) -> AnswerKind | None:
        """Return which answer was typed; None where none was.

        Raises:
            WrongUsageError: several were, or none although a finding is named, or no finding is.
        """
        typed = {
            AnswerKind.THIS_IS: self.this_is is not None,
            AnswerKind.NOT_THIS: self.not_this,
            AnswerKind.INVENTED: self.invented,
            AnswerKind.RELEASED: self.release is not None,
            AnswerKind.PASSER_BY: self.passer_by,
        }
        kinds = [kind for kind, is_typed in typed.items() if is_typed]
        asked = len(kinds) + bool(self.take_back) + self.listed
        if asked > 1 or bool(kinds) != (self.finding is not None):
            raise WrongUsageError(
                _("One answer is given at a time, about one finding."),
                remedy=_("For example: countenance consent answer CLIP --finding 1 --passer-by"),
            )
        return kinds[0] if kinds else None


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("answer", help=_("Say who somebody in a clip is, is not, or that nobody need be asked."))(
        gathered(answer)
    )


def answer(
    context: typer.Context,
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help=_("The clip's file."), readable=False)],
    options: AnswerOptions,
) -> int:
    """Bind the answer to the clip's picture and sound; every later check of the clip respects it."""
    session = Session.of(context)
    kind = options.kind()
    with session.open_registry() as opened:
        mark = mark_of(session, clip)
        if options.take_back:
            return _take_back(session, opened, mark, record_id(options.take_back))
        result = _checked(session, opened, clip)
        people = people_of(result)
        if kind is None:
            return _list(session, result, people, opened.answers.about(mark))
        finding = _numbered(people, options.finding or 0)
        kept = opened.answers.keep(
            Answer(
                id="",
                clip=mark,
                kind=kind,
                spots=spots_of(result, finding),
                person=_whom(opened, kind, finding, options.this_is or ""),
                by=options.by,
                at=session.now(),
                note=options.release or "",
            )
        )
    if session.as_json:
        write_json(kept)
    else:
        session.say(_("{id}: recorded for this clip. A check of it takes this into account.").format(id=kept.id))
    return 0


def people_of(result: CheckResult) -> list[Finding]:
    """Return the findings about somebody, in an order that neither the stated use nor answers change."""
    about = [finding for finding in result.findings if finding.kind in _ABOUT_SOMEBODY]
    return sorted(about, key=lambda one: (one.kind, one.ranges[0].start_s, one.tracks, one.speakers))


def _checked(session: Session, opened: Registry, clip: Path) -> CheckResult:
    card = session.ready_card()
    setup = CheckSetup(
        card=card,
        models=session.places.models,
        known=known_from_registry(opened, card, opened.today()),
        use=StatedUse(publish_at=session.now()),
        licences=session.settings.licences,
    )
    with session.worker() as worker, session.progress(clip.name) as show:
        return check_clip(clip, worker, setup, session.now(), on_progress=show, cancel=session.cancel)


def _take_back(session: Session, opened: Registry, mark: ClipMark, number: str) -> int:
    if number not in {one.id for one in opened.answers.about(mark)}:
        raise WrongUsageError(
            _("There is no answer “{id}” about this clip.").format(id=number),
            remedy=_("See those about a clip with: countenance consent answer CLIP --list"),
        )
    taken = opened.answers.take_back(number)
    if session.as_json:
        write_json(taken)
    else:
        session.say(_("{id} is taken back.").format(id=number))
    return 0


def _numbered(people: Sequence[Finding], number: int) -> Finding:
    if number > len(people):
        raise WrongUsageError(
            _("There is no finding {number} about somebody in this clip.").format(number=number),
            remedy=_("See who is in it with: countenance consent answer CLIP --list"),
        )
    return people[number - 1]


def _whom(opened: Registry, kind: AnswerKind, finding: Finding, named: str) -> str:
    if kind is AnswerKind.THIS_IS:
        return find_person(opened, named).id
    if kind is AnswerKind.NOT_THIS and finding.person is None:
        raise WrongUsageError(
            _("Nobody of the registry is recognised there, so there is nobody to rule out."),
            remedy=_("Say who it is, or that nobody need be asked: --is, --invented, --release, --passer-by."),
        )
    if kind is not AnswerKind.NOT_THIS and finding.person is not None:
        raise WrongUsageError(
            _("{name} is recognised there; an answer that names nobody does not count.").format(name=finding.name),
            remedy=_("If it is somebody else, say that first: --not"),
        )
    return finding.person or ""


def _list(session: Session, result: CheckResult, people: Sequence[Finding], answers: Sequence[Answer]) -> int:
    if session.as_json:
        rows = [
            {
                "finding": number,
                "kind": one.kind,
                "person": one.person,
                "name": one.name,
                "title": one.title,
                "ranges": one.ranges,
                "answer": one.answer.id if one.answer else None,
            }
            for number, one in enumerate(people, start=1)
        ]
        write_json({"people": rows, "answers": answers})
        return 0
    for number, one in enumerate(people, start=1):
        when = "" if result.observations.clip.still else f"  [{format_time_ranges(one.ranges)}]"
        session.say(f"{number}  {label(one.kind)}: {one.title}{when}")
    if not people:
        session.say(_("Nobody is seen or heard in this clip."))
    for told in answers:
        session.say(
            _("{id}  {answer}, by {who} on {day}").format(
                id=told.id, answer=label(told.kind), who=told.by, day=day_label(told.at.date())
            )
        )
    return 0
