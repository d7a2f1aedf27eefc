"""`countenance person`: enrol somebody with their consent, list who is enrolled, show one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.gathering import gathered
from cli.output import write_json
from cli.recorded import show_recorded
from cli.session import Session
from cli.typed import day, split, territories, word, words
from countenance.errors import EnrolmentRefusedError, WrongUsageError
from countenance.labels import day_label, label, listed
from countenance.people import BiometricConsent, Modality, Person, PersonKind, Signer
from countenance.translations import _, ngettext
from registry import Registry, retain_until_by_default
from reports.wording import format_share, format_time
from scan.enrol import Proposal
from scan.enrol_voice import ADVISED_SPEECH_S
from scan.enrolment import ADVISED_SAMPLES, enrol_person, look_alikes, sound_alikes
from scan.knowing import propose
from scan.refusals import refusal_clause, refusal_words
from scan.walking import find_clips

PURPOSE_TEXT = "finding this person in clips before publication"
NOTICE_VERSION = "countenance-notice-1"


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("The people of the registry: add, list, show."), no_args_is_help=True)
    group.command("add", help=_("Enrol a person with their biometric consent, from photos, films and recordings."))(
        gathered(add)
    )
    group.command("list", help=_("List the people enrolled."))(gathered(list_people))
    group.command("show", help=_("Show a person with samples, consents and grants."))(gathered(show))
    from cli import person_import  # it needs what this module says of consents

    person_import.add_to(group)
    app.add_typer(group, name="person")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOptions:
    """What is typed about a person."""

    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=_("living, deceased, minor, group, or own (own persona)."))
    ] = "living"
    other_names: Annotated[
        list[str] | None, typer.Option("--also", metavar="NAME", help=_("Another name or script; repeat."))
    ] = None
    birth: Annotated[str | None, typer.Option("--birth", metavar="DATE", help=_("Date of birth, 2008-06-10."))] = None
    death: Annotated[str | None, typer.Option("--death", metavar="DATE", help=_("Date of death."))] = None
    guardian: Annotated[
        str, typer.Option("--guardian", metavar="TEXT", help=_("Guardian's name and document, for a minor."))
    ] = ""
    rights_holder: Annotated[
        str, typer.Option("--rights-holder", metavar="TEXT", help=_("Heir's name and document, for a deceased person."))
    ] = ""
    agent: Annotated[str, typer.Option("--agent", metavar="TEXT", help=_("Agent's name and power of attorney."))] = ""
    members: Annotated[
        list[str] | None, typer.Option("--member", metavar="PERSON", help=_("A member of a group: id or name; repeat."))
    ] = None
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", metavar="CODE", help=_("Country or state of residence, e.g. US-NY."))
    ] = ""
    external_ids: Annotated[
        list[str] | None, typer.Option("--external-id", metavar="ID", help=_("An id in another system; repeat."))
    ] = None
    contact: Annotated[str, typer.Option("--contact", metavar="TEXT", help=_("Agent or lawyer to ask."))] = ""

    def person(self, name: str, opened: Registry) -> Person:
        """Return the person as typed.

        Raises:
            WrongUsageError: a value cannot be meant like this, or nobody has a member's id or name.
        """
        home = territories([self.jurisdiction], exclusions=False)
        return Person(
            id="",
            display_name=name,
            other_names=tuple(other.strip() for other in self.other_names or () if other.strip()),
            kind=word(PersonKind, self.kind, "--kind"),
            birth=day(self.birth, "--birth"),
            death=day(self.death, "--death"),
            guardian=self.guardian,
            rights_holder=self.rights_holder,
            agent_authority=self.agent,
            members=tuple(find_person(opened, member).id for member in self.members or ()),
            jurisdiction=home[0] if home else "",
            external_ids=split(self.external_ids),
            contact=self.contact,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOptions:
    """What is typed about the biometric consent."""

    signed: Annotated[
        str | None,
        typer.Option(
            "--biometric-consent", metavar="DATE", help=_("The day the person agreed in writing to be recognised.")
        ),
    ] = None
    signer: Annotated[
        str, typer.Option("--signer", metavar="WHO", help=_("Who signed it: self, guardian, estate, agent."))
    ] = "self"
    method: Annotated[
        str, typer.Option("--consent-method", metavar="HOW", help=_("How: paper, e-signature, recorded statement."))
    ] = "paper"
    retain_until: Annotated[
        str | None,
        typer.Option("--retain-until", metavar="DATE", help=_("Last day templates are kept; else three years.")),
    ] = None
    modality: Annotated[
        list[str] | None,
        typer.Option(
            "--modality", metavar="face|voice", help=_("What the consent covers, and so what is enrolled; else both.")
        ),
    ] = None

    def consent(self, kind: PersonKind, today: date, *, needed: bool) -> BiometricConsent | None:
        """Return the consent as typed; for a persona of one's own, one of today where none was typed.

        Raises:
            WrongUsageError: none was typed although it is needed, or a value cannot be meant like this.
        """
        signed = day(self.signed, "--biometric-consent")
        if signed is None and needed and kind is PersonKind.OWN:
            signed = today
        if signed is None and needed:
            raise WrongUsageError(
                _("Nobody's face or voice is kept without their biometric consent."),
                remedy=_("Give the day they signed it, for example: --biometric-consent 2026-01-05."),
            )
        if signed is None:
            return None
        return BiometricConsent(
            id="",
            person="",
            signer=word(Signer, self.signer, "--signer"),
            modality=tuple(dict.fromkeys(words(Modality, self.modality, "--modality"))) or tuple(Modality),
            purpose=PURPOSE_TEXT,
            signed_on=signed,
            method=self.method,
            notice_version=NOTICE_VERSION,
            retain_until=day(self.retain_until, "--retain-until") or retain_until_by_default(signed),
        )


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The name shown."))],
    about: PersonOptions,
    paper: ConsentOptions,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help=_("Photos, films and recordings of this one person, or folders."), readable=False
        ),
    ] = None,
) -> int:
    """Enrol a person; refused samples are named with their reason."""
    session = Session.of(context)
    with session.open_registry() as opened:
        person = about.person(name, opened)
        consent = paper.consent(person.kind, opened.today(), needed=bool(files))
        if not files or consent is None:
            return _added(session, opened, opened.enrol(person, consent=consent), Proposal())
        card = session.ready_card()
        paths = find_clips(files)
        with session.worker() as worker, session.progress(_("Looking at the samples")) as show_progress:
            proposal = propose(
                paths,
                worker,
                card,
                session.places.models,
                modalities=consent.modality,
                on_progress=show_progress,
                cancel=session.cancel,
            )
        alike, alike_heard = look_alikes(proposal, opened, card), sound_alikes(proposal, opened, card)
        try:
            number = enrol_person(opened, person, consent, proposal, card)
        except EnrolmentRefusedError as error:
            return _refused(session, error, proposal)
        for other in alike:
            session.note(_("Careful: looks like {name}, who is enrolled already.").format(name=other))
        for other in alike_heard:
            session.note(_("Careful: sounds like {name}, who is enrolled already.").format(name=other))
        return _added(session, opened, number, proposal)


def _added(session: Session, opened: Registry, number: str, proposal: Proposal) -> int:
    faces, heard = len(proposal.faces), proposal.samples - len(proposal.faces)
    if session.as_json:
        counted = {"samples": proposal.samples, "face_samples": faces, "voice_samples": heard}
        write_json({"person": number, **counted, "refused": _refusals(proposal)})
        return 0
    person = opened.people([number])[0]
    session.say(_("Added {name} as {id}.").format(name=person.display_name, id=number))
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
    _tell_refusals(session, proposal)
    if 0 < faces < ADVISED_SAMPLES:
        session.note(_("Recognition is surest with three good pictures or more."))
    if heard and proposal.speech_s < ADVISED_SPEECH_S:
        session.note(_("A voice is recognised most surely from 10 to 20 seconds of clear speech or more."))
    return 0


def _refused(session: Session, error: EnrolmentRefusedError, proposal: Proposal) -> int:
    """Tell why the gate let nothing through, file by file."""
    sentence = EnrolmentRefusedError(error.sentence, remedy="" if proposal.refused else error.remedy)
    code = session.refuse(
        sentence, {"person": None, "samples": 0, "face_samples": 0, "voice_samples": 0, "refused": _refusals(proposal)}
    )
    _tell_refusals(session, proposal)
    return code


def _refusals(proposal: Proposal) -> list[dict[str, str]]:
    return [{"file": item.file, "refusal": item.refusal.value, "why": refusal_words(item)} for item in proposal.refused]


def _tell_refusals(session: Session, proposal: Proposal) -> None:
    for item in proposal.refused:
        session.note(_("Not enrolled: {file}: {why}.").format(file=item.file, why=refusal_clause(item)))


def list_people(
    context: typer.Context,
    search: Annotated[
        str, typer.Argument(metavar="TEXT", help=_("Only people whose names hold this text."), show_default=False)
    ] = "",
) -> int:
    """List the people enrolled, by name."""
    session = Session.of(context)
    with session.open_registry() as opened:
        people = opened.search(search) if search else opened.people()
        if session.as_json:
            write_json({"people": people})
            return 0
        if not people:
            session.say(_("Nobody is enrolled.") if not search else _("Nobody has such a name."))
            return 0
        rows = [
            (
                person.id,
                ", ".join((person.display_name, *person.other_names)),
                label(person.kind),
                str(len(opened.samples(person.id))),
                person.biometric_until.isoformat() if person.biometric_until else "–",
            )
            for person in people
        ]
    session.show_table((_("Id"), _("Name"), _("Kind"), _("Samples"), _("Recognised until")), rows)
    return 0


def show(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
) -> int:
    """Show all that the registry holds of a person, pictures and sounds apart."""
    session = Session.of(context)
    with session.open_registry() as opened:
        found = find_person(opened, person)
        samples, consents = opened.samples(found.id), opened.consents(found.id)
        grants, bans = opened.grants(found.id), opened.prohibitions(found.id)
    if session.as_json:
        write_json(
            {
                "person": found,
                "samples": samples,
                "biometric_consents": consents,
                "grants": [item.grant for item in grants],
                "prohibitions": [item.prohibition for item in bans],
            }
        )
        return 0
    session.say(f"{found.id}  {', '.join((found.display_name, *found.other_names))}  ({label(found.kind)})")
    for consent in consents:
        session.say(
            _("Biometric consent of {day}, until {until}: {modalities}").format(
                day=day_label(consent.signed_on),
                until=day_label(consent.retain_until),
                modalities=listed(label(modality) for modality in consent.modality),
            )
        )
    for sample in samples:
        told = _("Sample {id}: {modalities}, quality {quality}")
        session.say(
            told.format(
                id=sample.id,
                modalities=listed(label(modality) for modality in sample.modalities),
                quality=format_share(sample.quality),
            )
        )
    if grants or bans:
        session.say("")
        show_recorded(
            session,
            (item.grant for item in grants),
            (item.prohibition for item in bans),
            {found.id: found.display_name},
        )
    return 0


def find_person(opened: Registry, text: str) -> Person:
    """Return the one person with this id or name.

    Raises:
        WrongUsageError: nobody or several people are meant.
    """
    everybody = opened.people()
    by_id = [person for person in everybody if person.id == text]
    found = by_id or [
        person for person in everybody if text.casefold() in {name.casefold() for name in _names_of(person)}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongUsageError(
            _("Several people are called “{name}”.").format(name=text),
            remedy=_("Give the id instead: {ids}.").format(ids=", ".join(person.id for person in found)),
        )
    raise WrongUsageError(
        _("Nobody in the registry has the id or name “{name}”.").format(name=text),
        remedy=_("See who is enrolled with: countenance person list"),
    )


def _names_of(person: Person) -> tuple[str, ...]:
    return (person.display_name, *person.other_names)
