"""`countenance person`: list who is enrolled, show one of them; the other commands stand beside this module."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec
import typer

from cli import person_add, person_consent, person_edit, person_erase, person_import, person_samples
from cli.evidence import SavingOptions, document_words, save_paper
from cli.gathering import gathered
from cli.output import write_json
from cli.person_stated import find_person
from cli.recorded import show_recorded
from cli.session import Session
from cli.typed import word
from countenance.labels import day_label, label, listed, territory_label
from countenance.people import BiometricConsent, Person, PersonKind
from countenance.translations import _
from registry import Sample
from reports.wording import format_share


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help=_("The people of the registry: add, find, change, merge."), no_args_is_help=True)
    person_add.add_to(group)
    group.command("list", help=_("List the people enrolled, or those found by a text."))(gathered(list_people))
    group.command("show", help=_("Show a person with samples, consents and grants."))(gathered(show))
    person_edit.add_to(group)
    person_consent.add_to(group)
    person_samples.add_to(group)
    person_import.add_to(group)
    person_erase.add_to(group)
    app.add_typer(group, name="person")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """Who is listed."""

    tag: Annotated[str, typer.Option("--tag", metavar="WORD", help=_("Only people with this tag."))] = ""
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help=_("Only living, deceased, minor, group, or own (own persona).")),
    ] = None

    def picked(self, people: Iterable[Person]) -> tuple[Person, ...]:
        """Return those who are meant.

        Raises:
            WrongUsageError: there is no such kind.
        """
        kind = None if self.kind is None else word(PersonKind, self.kind, "--kind")
        tag = self.tag.strip().casefold()
        return tuple(
            person
            for person in people
            if kind in (None, person.kind) and (not tag or tag in {one.casefold() for one in person.tags})
        )


def list_people(
    context: typer.Context,
    options: ListOptions,
    search: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help=_("Only people found by this: a name, its pinyin or initials, a tag, an id."),
            show_default=False,
        ),
    ] = "",
) -> int:
    """List the people enrolled in that order, or those found by a text, better matches first."""
    session = Session.of(context)
    with session.open_registry() as opened, opened.snapshot():
        people = options.picked(opened.search(search) if search.strip() else opened.people())
        counts, ended = opened.sample_counts(), frozenset(opened.not_examinable(opened.today()))
    if session.as_json:
        write_json({"people": [_listed(person, counts, ended) for person in people]})
        return 0
    if not people:
        meant = search.strip() or options.tag or options.kind
        session.say(_("Nobody is found by that.") if meant else _("Nobody is enrolled."))
        return 0
    titles: tuple[str, ...] = (_("Id"), _("Name"), _("Kind"), _("Tags"), _("Samples"), _("Recognised until"))
    rows: list[tuple[str, ...]] = [
        (
            person.id,
            ", ".join((person.display_name, *person.other_names)),
            label(person.kind),
            ", ".join(person.tags),
            str(counts.get(person.id, 0)),
            _until(person, counts, ended),
        )
        for person in people
    ]
    if not any(person.tags for person in people):
        titles, rows = (*titles[:3], *titles[4:]), [(*row[:3], *row[4:]) for row in rows]
    session.show_table(titles, rows)
    return 0


def _listed(person: Person, counts: Mapping[str, int], ended: Container[str]) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(person)
    return found | {"samples": counts.get(person.id, 0), "may_be_examined": _may_be_examined(person, ended)}


def _may_be_examined(person: Person, ended: Container[str]) -> bool:
    """Say whether a biometric consent, which not everybody has, lets somebody be examined."""
    return person.biometric_until is not None and person.id not in ended


def _until(person: Person, counts: Mapping[str, int], ended: Container[str]) -> str:
    if person.id in ended:
        return _("may not be examined")
    if person.biometric_until is None or not counts.get(person.id):
        return "–"
    return person.biometric_until.isoformat()


def show(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=_("The person's id or name."))],
    saving: SavingOptions,
) -> int:
    """Show all that the registry holds of a person, pictures and sounds apart, or save one of the papers."""
    session = Session.of(context)
    wanted = saving.paper()
    if wanted is not None:
        with session.open_registry() as opened:
            return save_paper(session, opened, find_person(opened, person).id, *wanted)
    with session.open_registry() as opened, opened.snapshot():
        found = find_person(opened, person)
        documents = opened.documents.of(found.id)
        samples, consents = opened.samples(found.id), opened.consents(found.id)
        grants, bans = opened.grants(found.id), opened.prohibitions(found.id)
        members = opened.people(found.members)
        ended = opened.not_examinable(opened.today())
        today = opened.today()
    if session.as_json:
        write_json(
            {
                "person": found,
                "may_be_examined": _may_be_examined(found, ended),
                "samples": samples,
                "biometric_consents": consents,
                "grants": [item.grant for item in grants],
                "prohibitions": [item.prohibition for item in bans],
                "documents": documents,
            }
        )
        return 0
    session.say(f"{found.id}  {', '.join((found.display_name, *found.other_names))}  ({label(found.kind)})")
    for words, value in _facts_of(found, members):
        session.say(_("{what}: {value}").format(what=words, value=value))
    for consent in consents:
        session.say(_consent_words(consent, today))
    if found.id in ended:
        session.say(_why_not_examined(consents, today))
    for sample in samples:
        session.say(_sample_words(sample))
    for paper in documents:
        session.say(f"{document_words(paper)} → {paper.subject}")
    if grants or bans:
        session.say("")
        show_recorded(
            session,
            (item.grant for item in grants),
            (item.prohibition for item in bans),
            {found.id: found.display_name},
            today,
        )
    return 0


def _facts_of(person: Person, members: Iterable[Person]) -> list[tuple[str, str]]:
    """Return what is recorded of a person beside the names, in words; what is not recorded is left out."""
    facts = (
        (_("Born"), day_label(person.birth) if person.birth else ""),
        (_("Died"), day_label(person.death) if person.death else ""),
        (_("Guardian"), person.guardian),
        (_("Rights holder"), person.rights_holder),
        (_("Agent"), person.agent_authority),
        (_("Lives in"), territory_label(person.jurisdiction) if person.jurisdiction else ""),
        (_("Members"), listed(member.display_name for member in members)),
        (_("Ids elsewhere"), ", ".join(person.external_ids)),
        (_("Whom to ask"), person.contact),
        (_("Tags"), ", ".join(person.tags)),
        (_("Notes"), person.notes),
    )
    return [(words, value) for words, value in facts if value]


def _consent_words(consent: BiometricConsent, today: date) -> str:
    told = _("Biometric consent {id} of {day}, until {until}: {modalities}; signed by {signer}").format(
        id=consent.id,
        signer=label(consent.signer),
        day=day_label(consent.signed_on),
        until=day_label(consent.retain_until),
        modalities=listed(label(modality) for modality in consent.modality),
    )
    if consent.withdrawn_on is not None:
        return _("{consent}; withdrawn, in effect on {day}").format(consent=told, day=day_label(consent.withdrawn_on))
    return told if consent.is_in_force(today) else _("{consent}; ended").format(consent=told)


def _why_not_examined(consents: Iterable[BiometricConsent], today: date) -> str:
    if any(consent.is_in_force(today) for consent in consents):
        # What was kept under an earlier consent went with it.
        return _("May not be examined: no sample is kept under the consent in force; add some.")
    return _("May not be examined: no biometric consent is in force.")


def _sample_words(sample: Sample) -> str:
    if not sample.models:
        return _("Sample {id}: removed; from {source}").format(id=sample.id, source=sample.source or "–")
    return _("Sample {id}: {modalities}, quality {quality}, from {source}").format(
        id=sample.id,
        modalities=listed(label(modality) for modality in sample.modalities),
        quality=format_share(sample.quality),
        source=sample.source or "–",
    )
