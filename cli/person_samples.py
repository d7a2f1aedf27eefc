"""`countenance person samples`: more samples of somebody enrolled, or fewer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.evidence import typed_evidence
from cli.gathering import gathered
from cli.grant_terms import EvidenceOptions
from cli.output import write_json
from cli.person_add import (
    examined,
    keep_evidence,
    refusals,
    refused,
    sample_counts,
    tell_alikes,
    tell_samples,
)
from cli.person_stated import ConsentOptions, OriginOptions, find_person
from cli.session import Session
from countenance.errors import EnrolmentRefusedError, WrongUsageError
from countenance.people import BiometricConsent, Modality, Person
from countenance.translations import _, ngettext
from registry import DocumentKind, Registry
from scan.enrolment import add_samples, compared_with_enrolled, look_alikes, sound_alikes


def add_to(group: typer.Typer) -> None:
    """Add the commands to those about people."""
    samples = typer.Typer(help=_("The samples of people enrolled: add more, remove some."), no_args_is_help=True)
    samples.command("add", help=_("Add photos, films and recordings of somebody enrolled."))(gathered(add))
    samples.command("remove", help=_("Remove samples with their templates, pictures and sounds."))(gathered(remove))
    group.add_typer(samples, name="samples")


def add(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help=_("Photos, films and recordings of this one person, or folders."), readable=False
        ),
    ],
    paper: ConsentOptions,
    origin: OriginOptions,
    papers: EvidenceOptions,
    under: Annotated[
        str | None,
        typer.Option(
            "--under", metavar="CONSENT", help=_("The recorded biometric consent to keep them under; else the latest.")
        ),
    ] = None,
) -> int:
    """Add samples under a consent that is recorded, or under a new one."""
    session = Session.of(context)
    evidence = typed_evidence(papers, DocumentKind.RELEASE)
    with session.open_registry() as opened:
        found = find_person(opened, person)
        new = paper.consent(found.kind, opened.today(), needed=False)
        if new is not None and under is not None:
            raise WrongUsageError(_("Choose either --under or --biometric-consent."))
        consent = new or _recorded(opened, found, under)
        card = session.ready_card()
        proposal = examined(session, card, files, consent.modality)
        proposal = compared_with_enrolled(opened, found.id, proposal, card)
        alike = look_alikes(proposal, opened, card, besides=found.id)
        alike_heard = sound_alikes(proposal, opened, card, besides=found.id)
        before = [modality for sample in opened.samples(found.id) for modality in sample.modalities]
        try:
            with opened.together():
                ids = add_samples(opened, found.id, new or consent.id, proposal, card, origin=origin.origin())
                keep_evidence(session, opened, found.id, evidence, None if new else consent.id)
        except EnrolmentRefusedError as error:
            return refused(session, error, proposal)
    tell_alikes(session, found.id, alike, alike_heard)
    if session.as_json:
        write_json({"person": found.id, "added": ids, **sample_counts(proposal), "refused": refusals(proposal)})
        return 0
    session.say(_("Added to {name} ({id}):").format(name=found.display_name, id=found.id))
    tell_samples(
        session,
        proposal,
        enrolled_faces=before.count(Modality.FACE),
        enrolled_voices=before.count(Modality.VOICE),
    )
    return 0


def remove(
    context: typer.Context,
    samples: Annotated[list[str], typer.Argument(metavar="SAMPLE", help=_("Ids of samples, such as S0001."))],
) -> int:
    """Remove samples, all of them or none."""
    session = Session.of(context)
    numbers = tuple(dict.fromkeys(sample.strip().upper() for sample in samples))
    with session.open_registry() as opened, opened.together():
        for number in numbers:
            opened.remove_sample(number)
    if session.as_json:
        write_json({"removed": numbers})
        return 0
    said = ngettext("{count} sample was removed.", "{count} samples were removed.", len(numbers))
    session.say(said.format(count=len(numbers)))
    return 0


def _recorded(opened: Registry, person: Person, under: str | None) -> BiometricConsent:
    """Return the consent named, or the latest that is in force."""
    consents = opened.consents(person.id)
    if under is not None:
        named = [consent for consent in consents if consent.id == under.strip().upper()]
        if not named:
            raise WrongUsageError(
                _("{name} has no biometric consent “{id}”.").format(name=person.display_name, id=under),
                remedy=_("See what is recorded with: countenance person show"),
            )
        return named[0]
    today = opened.today()
    in_force = [consent for consent in consents if consent.is_in_force(today)]
    if not in_force:
        raise WrongUsageError(
            _("{name} has no biometric consent in force.").format(name=person.display_name),
            remedy=_("Give the day they signed one, for example: --biometric-consent 2026-01-05."),
        )
    return in_force[-1]
