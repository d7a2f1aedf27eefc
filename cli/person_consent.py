"""`countenance person consent`: a biometric consent renewed or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from cli.evidence import typed_evidence
from cli.gathering import gathered
from cli.grant_terms import EvidenceOptions
from cli.output import write_json
from cli.person_add import keep_evidence
from cli.person_stated import SignedOptions, find_person
from cli.session import Session
from cli.typed import day
from countenance.errors import CancelledError, WrongUsageError
from countenance.labels import day_label, listed
from countenance.people import Person
from countenance.translations import _, ngettext
from registry import DocumentKind, Registry, Swept
from scan.evidence import Evidence


def add_to(group: typer.Typer) -> None:
    """Add the command to those about people."""
    group.command("consent", help=_("Record a new biometric consent of somebody enrolled, or withdraw one."))(
        gathered(consent)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalOptions(SignedOptions):
    """What is typed about a new biometric consent, or about a withdrawal."""

    signed: Annotated[
        str | None, typer.Option("--signed", metavar="DATE", help=_("The day a new consent was signed."))
    ] = None
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=_("Last day templates are kept; else three years."))
    ] = None
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=_("Withdraw the consents in force: templates go on that day."))
    ] = False
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("The day a withdrawal takes effect; else today."))
    ] = None
    which: Annotated[
        str | None, typer.Option("--consent", metavar="CONSENT", help=_("Withdraw this one alone, such as C0001."))
    ] = None
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask whether a withdrawal is meant."))] = False


def consent(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    options: RenewalOptions,
    papers: EvidenceOptions,
) -> int:
    """Renew or withdraw a biometric consent."""
    session = Session.of(context)
    if options.withdraw == (options.signed is not None):
        raise WrongUsageError(
            _("Say either when a new consent was signed, or that one is withdrawn."),
            remedy=_("For example: --signed 2026-01-05, or --withdraw."),
        )
    evidence = typed_evidence(papers, DocumentKind.NOTICE if options.withdraw else DocumentKind.RELEASE)
    with session.open_registry() as opened:
        found = find_person(opened, person)
        if options.withdraw:
            return _withdraw(session, opened, found, options, evidence)
        return _renew(session, opened, found, options, evidence)


def _renew(
    session: Session, opened: Registry, person: Person, options: RenewalOptions, evidence: tuple[Evidence, ...]
) -> int:
    signed = day(options.signed, "--signed")
    assert signed is not None  # it was typed
    stated = options.consent_of(signed, day(options.until, "--until"))
    with opened.together():
        number = opened.add_consent(person.id, stated)
        keep_evidence(session, opened, person.id, evidence, number)
    kept = [sample.id for sample in opened.samples(person.id) if sample.biometric_consent == number]
    if session.as_json:
        write_json({"person": person.id, "biometric_consent": number, "samples": kept})
        return 0
    session.say(
        _("Biometric consent {id} of {name} recorded, until {day}.").format(
            id=number, name=person.display_name, day=day_label(stated.retain_until)
        )
    )
    if kept:
        told = ngettext(
            "{count} sample is kept under it from now on.", "{count} samples are kept under it from now on.", len(kept)
        )
        session.say(told.format(count=len(kept)))
    return 0


def _withdraw(
    session: Session, opened: Registry, person: Person, options: RenewalOptions, evidence: tuple[Evidence, ...]
) -> int:
    today = opened.today()
    on = day(options.on, "--on") or today
    named = None if options.which is None else options.which.strip().upper()
    ending = [
        one.id
        for one in opened.consents(person.id)
        if (one.id == named if named else one.is_in_force(today) and one.withdrawn_on is None)
    ]
    if not ending:
        raise WrongUsageError(
            _("{name} has no such biometric consent in force.").format(name=person.display_name),
            remedy=_("See what is recorded with: countenance person show"),
        )
    if on <= today and not options.yes:
        _ask(session, person, ending)
    removed = Swept()
    with opened.together():
        for number in ending:
            removed = removed.and_then(opened.withdraw_consent(number, on))
            keep_evidence(session, opened, person.id, evidence, number)
    if session.as_json:
        write_json({"person": person.id, "withdrawn": ending, "on": on, "removed": removed})
        return 0
    for number in ending:
        session.say(
            _("Biometric consent {id} of {name} withdrawn, in effect on {day}.").format(
                id=number, name=person.display_name, day=day_label(on)
            )
        )
    if removed.samples:
        told = ngettext(
            "What was kept of {count} sample is removed: templates, pictures and sounds.",
            "What was kept of {count} samples is removed: templates, pictures and sounds.",
            removed.samples,
        )
        session.say(told.format(count=removed.samples))
    elif on > today:
        session.note(_("Until then the person is recognised; then the templates, pictures and sounds go."))
    return 0


def _ask(session: Session, person: Person, ending: Sequence[str]) -> None:
    """Ask whether a withdrawal is meant that takes effect at once."""
    if not session.somebody_there:
        raise WrongUsageError(
            _("A withdrawal removes templates for good, and nobody is there to be asked."),
            remedy=_("Say that it is meant with --yes."),
        )
    session.note(
        _("The templates, pictures and sounds that {name} ({id}) allowed with {consents} are removed.").format(
            name=person.display_name, id=person.id, consents=listed(ending)
        )
    )
    if not typer.confirm(_("This cannot be undone. Withdraw?"), err=True):
        raise CancelledError(_("Nothing was withdrawn."))
