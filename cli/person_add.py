"""`countenance person add`: somebody enrolled with their consent, and what was taken from the files and why not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from cli.evidence import tell_same, typed_evidence
from cli.gathering import gathered
from cli.grant_terms import EvidenceOptions
from cli.output import write_json
from cli.person_stated import ConsentOptions, OriginOptions, PersonOptions
from cli.session import Session
from countenance.errors import EnrolmentRefusedError
from countenance.labels import listed
from countenance.packs import PackCard
from countenance.people import Modality, Person
from countenance.translations import _, ngettext
from registry import DocumentKind, Registry
from reports.wording import format_time
from scan.enrol import Proposal
from scan.enrol_voice import ADVISED_SPEECH_S
from scan.enrolment import ADVISED_SAMPLES, enrol_person, look_alikes, sound_alikes
from scan.evidence import Evidence
from scan.knowing import propose
from scan.refusals import refusal_clause, refusal_words
from scan.walking import find_clips


def add_to(group: typer.Typer) -> None:
    """Add the command to those about people."""
    group.command("add", help=_("Enrol a person with their biometric consent, from photos, films and recordings."))(
        gathered(add)
    )


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The name shown."))],
    about: PersonOptions,
    paper: ConsentOptions,
    origin: OriginOptions,
    papers: EvidenceOptions,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help=_("Photos, films and recordings of this one person, or folders."), readable=False
        ),
    ] = None,
) -> int:
    """Enrol a person; refused samples are named with their reason."""
    session = Session.of(context)
    evidence = typed_evidence(papers, DocumentKind.RELEASE)
    with session.open_registry() as opened:
        person = about.person(name, opened)
        consent = paper.consent(person.kind, opened.today(), needed=bool(files))
        if not files or consent is None:
            with opened.together():
                number = opened.enrol(person, consent=consent)
                keep_evidence(session, opened, number, evidence)
            return _added(session, opened, number, Proposal())
        card = session.ready_card()
        proposal = examined(session, card, files, consent.modality)
        alike, alike_heard = look_alikes(proposal, opened, card), sound_alikes(proposal, opened, card)
        try:
            with opened.together():
                number = enrol_person(opened, person, consent, proposal, card, origin=origin.origin())
                keep_evidence(session, opened, number, evidence)
        except EnrolmentRefusedError as error:
            return refused(session, error, proposal)
        tell_alikes(session, number, alike, alike_heard)
        return _added(session, opened, number, proposal, looks_like=alike, sounds_like=alike_heard)


def examined(session: Session, card: PackCard, files: list[Path], modalities: tuple[Modality, ...]) -> Proposal:
    """Return what may be enrolled of one person from photos, films and recordings, or folders of them."""
    paths = find_clips(files)
    with session.worker() as worker, session.progress(_("Looking at the samples")) as show_progress:
        return propose(
            paths,
            worker,
            card,
            session.places.models,
            modalities=modalities,
            on_progress=show_progress,
            cancel=session.cancel,
        )


def keep_evidence(
    session: Session, opened: Registry, person: str, evidence: Iterable[Evidence], consent: str | None = None
) -> None:
    """Keep the papers behind a biometric consent, or behind the person where there is none."""
    consents = opened.consents(person)
    subject = consent or (consents[-1].id if consents else person)
    for paper in evidence:
        _kept, same = opened.documents.add(person, subject, paper.kind, paper.file_name, paper.content)
        tell_same(session, same)


def tell_alikes(session: Session, number: str, alike: Iterable[Person], alike_heard: Iterable[Person]) -> None:
    """Warn of people enrolled already who look or sound like the new samples of the person with that id."""
    looks = _("Careful: looks like {name} ({id}), who is enrolled already.")
    sounds = _("Careful: sounds like {name} ({id}), who is enrolled already.")
    told = [(looks, other) for other in alike] + [(sounds, other) for other in alike_heard]
    for sentence, other in told:
        session.note(sentence.format(name=other.display_name, id=other.id))
    for kept in dict.fromkeys(other.id for _sentence, other in told):
        session.note(
            _("If they are one person: countenance person merge {kept} {other}").format(kept=kept, other=number)
        )


def sample_counts(proposal: Proposal) -> dict[str, int]:
    """Return how many samples of what were enrolled, as JSON documents tell it."""
    faces = len(proposal.faces)
    return {"samples": proposal.samples, "face_samples": faces, "voice_samples": proposal.samples - faces}


def tell_samples(session: Session, proposal: Proposal, *, enrolled_faces: int = 0, enrolled_voices: int = 0) -> None:
    """Say what was enrolled and what was refused, and what would make recognition surer.

    Args:
        session: where to say so.
        proposal: what was enrolled and refused.
        enrolled_faces: samples of the face that were there before.
        enrolled_voices: samples of the voice that were there before.
    """
    faces, heard = len(proposal.faces), proposal.samples - len(proposal.faces)
    if faces:
        said = ngettext("{count} sample of the face was enrolled.", "{count} samples of the face were enrolled.", faces)
        session.say(said.format(count=faces))
    if heard:
        said = ngettext(
            "{count} sample of the voice was enrolled, from {duration} of speech.",
            "{count} samples of the voice were enrolled, from {duration} of speech.",
            heard,
        )
        session.say(said.format(count=heard, duration=format_time(proposal.speech_s)))
    tell_refusals(session, proposal)
    if faces and faces + enrolled_faces < ADVISED_SAMPLES:
        session.note(_("Recognition is surest with three good pictures or more."))
    if heard and not enrolled_voices and proposal.speech_s < ADVISED_SPEECH_S:
        session.note(_("A voice is recognised most surely from 10 to 20 seconds of clear speech or more."))


def _added(
    session: Session,
    opened: Registry,
    number: str,
    proposal: Proposal,
    *,
    looks_like: Iterable[Person] = (),
    sounds_like: Iterable[Person] = (),
) -> int:
    person = opened.people([number])[0]
    namesakes = [one.id for one in opened.named(person.display_name) if one.id != number]
    if namesakes:
        session.note(
            _("Careful: {name} is also the name of {ids}; from now on, give the id.").format(
                name=person.display_name, ids=listed(namesakes)
            )
        )
    if person.biometric_until is not None and not proposal.samples:
        session.note(
            _("Nothing to recognise them by is kept yet: countenance person samples add {id} FILE").format(id=number)
        )
    if session.as_json:
        write_json(
            {
                "person": number,
                **sample_counts(proposal),
                "refused": refusals(proposal),
                "looks_like": [one.id for one in looks_like],
                "sounds_like": [one.id for one in sounds_like],
                "namesakes": namesakes,
            }
        )
        return 0
    session.say(_("Added {name} as {id}.").format(name=person.display_name, id=number))
    tell_samples(session, proposal)
    return 0


def refused(session: Session, error: EnrolmentRefusedError, proposal: Proposal) -> int:
    """Tell why the gate let nothing through, file by file."""
    sentence = EnrolmentRefusedError(error.sentence, remedy="" if proposal.refused else error.remedy)
    code = session.refuse(
        sentence, {"person": None, "samples": 0, "face_samples": 0, "voice_samples": 0, "refused": refusals(proposal)}
    )
    tell_refusals(session, proposal)
    return code


def refusals(proposal: Proposal) -> list[dict[str, str]]:
    """Return what was refused, and why, as JSON documents tell it."""
    return [{"file": item.file, "refusal": item.refusal.value, "why": refusal_words(item)} for item in proposal.refused]


def tell_refusals(session: Session, proposal: Proposal) -> None:
    """Say of each file why it was refused."""
    for item in proposal.refused:
        session.note(_("Not enrolled: {file}: {why}.").format(file=item.file, why=refusal_clause(item)))
