"""The papers of a person as a page shows them: grants, prohibitions, biometric consents, documents; read and worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from consent.signing import signature_fault
from countenance.grants import Grant
from countenance.judgement import Reason
from countenance.labels import channel_label, day_label, label, listed
from countenance.people import BiometricConsent, Person, PersonKind
from countenance.translations import _, mark, ngettext
from gui.operators import operator
from gui.presenters.grant_forms import read_choices
from gui.presenters.grants import grant_sentence, prohibition_sentence, purposes_words
from gui.presenters.standings import Standing, standing_of_ban, standing_of_consent, standing_of_grant
from registry import DocumentKind, GrantPapers, GrantRecord, KeptDocument, ProhibitionRecord, Registry, cautions_about


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What is recorded about a person.

    Attributes:
        givers: the person and the groups they belong to, by id.
        grants: all revisions of each, oldest first; those of the person's groups too.
        bans: likewise.
        today: in the registry's zone, which is `tz`.
        operator: who sits at the machine, as the registry writes down who did what.
    """

    person: Person
    givers: Mapping[str, Person]
    grants: tuple[tuple[GrantRecord, ...], ...]
    bans: tuple[tuple[ProhibitionRecord, ...], ...]
    consents: tuple[BiometricConsent, ...]
    documents: tuple[KeptDocument, ...]
    today: date
    tz: str
    operator: str


class PaperKind(StrEnum):
    """What a card is about."""

    GRANT = "grant"
    PROHIBITION = "prohibition"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLook:
    """One grant, prohibition or biometric consent as a card.

    Attributes:
        id: of the record; never shown.
        title: what it is about, in a few words.
        sentence: what it permits or forbids.
        notes: what else should be known, each a sentence.
        documents: how many papers are kept with it.
        withdrawn: somebody took it back, whenever that counts from.
        open_for_confirmation: a second person may confirm it.
        not_confirmable: why the operator cannot; empty where they can.
    """

    id: str
    kind: PaperKind
    title: str
    sentence: str
    standing: Standing
    notes: tuple[str, ...] = ()
    documents: int = 0
    revisions: int = 1
    withdrawn: bool = False
    open_for_confirmation: bool = False
    not_confirmable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLook:
    """One kept paper: its name, what sort it is and what it proves."""

    id: str
    file_name: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLook:
    """One revision of a grant or prohibition: when and by whom, what was changed, and what it said then."""

    title: str
    changed: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersLook:
    """A person's papers, ready to be shown: worded where they are read, off the screen's thread."""

    papers: Papers
    grants: tuple[PaperLook, ...]
    bans: tuple[PaperLook, ...]
    consents: tuple[PaperLook, ...]
    documents: tuple[DocumentLook, ...]


def read_look(opened: Registry, person: str) -> PapersLook:
    """Return somebody's papers as a page shows them; its errors are those of `read_papers`."""
    papers = read_papers(opened, person)
    read_choices(papers.tz)
    return PapersLook(
        papers=papers,
        grants=grant_looks(papers),
        bans=ban_looks(papers),
        consents=consent_looks(papers),
        documents=document_looks(papers),
    )


def read_papers(opened: Registry, person: str) -> Papers:
    """Return what is recorded about somebody, as it is at one moment.

    Raises:
        WrongUsageError: there is nobody with this id.
        RegistryError: the registry cannot be read.
    """
    with opened.snapshot():
        (whom,) = opened.people([person])
        givers = opened.agreed([whom.id]).people
        ids = [whom.id, *(giver for giver in givers if giver != whom.id)]
        bans = [one.prohibition.id for giver in ids for one in opened.prohibitions(giver)]
        return Papers(
            person=whom,
            givers=givers,
            grants=tuple(opened.grant_revisions(one.grant.id) for giver in ids for one in opened.grants(giver)),
            bans=tuple(opened.prohibition_revisions(number) for number in bans),
            consents=opened.consents(whom.id),
            documents=opened.documents.of(whom.id),
            today=opened.today(),
            tz=opened.tz,
            operator=operator(),
        )


def grant_looks(papers: Papers) -> tuple[PaperLook, ...]:
    """Return a person's grants, those in force first, then newest first."""
    order = list(Standing)
    looks = [_grant_look(revisions, papers) for revisions in reversed(papers.grants)]
    return tuple(sorted(looks, key=lambda look: order.index(look.standing)))


def ban_looks(papers: Papers) -> tuple[PaperLook, ...]:
    """Return a person's prohibitions, newest first."""
    return tuple(_ban_look(revisions, papers) for revisions in reversed(papers.bans))


def consent_looks(papers: Papers) -> tuple[PaperLook, ...]:
    """Return a person's biometric consents, newest first."""
    return tuple(_consent_look(consent, papers) for consent in reversed(papers.consents))


def document_looks(papers: Papers) -> tuple[DocumentLook, ...]:
    """Return the papers kept about a person, newest first."""
    about = {look.id: look.title for look in (*grant_looks(papers), *ban_looks(papers), *consent_looks(papers))}
    return tuple(
        DocumentLook(
            id=one.id,
            file_name=one.file_name,
            facts=_(" · ").join(
                (
                    document_kind_words(one.kind),
                    about.get(one.subject) or papers.person.display_name,
                    _("kept on {day}").format(day=day_label(one.added_at.date())),
                    size_words(one.size),
                )
            ),
        )
        for one in reversed(papers.documents)
    )


def revision_looks(revisions: Sequence[GrantRecord | ProhibitionRecord], giver: Person) -> tuple[RevisionLook, ...]:
    """Return how a grant or prohibition came to be what it is, newest first."""
    looks: list[RevisionLook] = []
    for place, one in enumerate(revisions):
        changed = _changed(revisions[place - 1], one) if place else ()
        told = _("Changed: {fields}").format(fields=listed(_(FIELD_NAMES[name]) for name in changed))
        looks.append(
            RevisionLook(
                title=_("{day}, by {who}").format(day=day_label(one.recorded_at.date()), who=one.entered_by),
                changed=told if changed else _("Recorded"),
                sentence=_sentence(one, giver),
            )
        )
    return tuple(reversed(looks))


def grant_title(grant: Grant) -> str:
    """Return what a grant is about, in a few words: the purposes, and where."""
    parts = (purposes_words(grant.purposes), listed(map(channel_label, grant.channels)))
    title = _(" · ").join(part for part in parts if part)
    return title[:1].upper() + title[1:] if title else _("Grant without a purpose yet")


def cautions(grant: Grant, papers: GrantPapers, giver: Person, documents: int) -> tuple[str, ...]:
    """Return what whoever records a grant should know, in sentences; `documents` counts the papers kept with it."""
    said = list(cautions_about(grant, papers, giver, documents=1))  # its sentence about papers names an option
    if not documents and not papers.documents:
        said.append(_("No document is kept with it yet: add the signed paper."))
    if signature_fault(grant, giver) is Reason.WRONG_SIGNER:
        wrong = _("It does not count like this: “{signer}” could not sign it that day, or no authority is on file.")
        said.insert(0, wrong.format(signer=label(grant.signer)))
    return tuple(said)


def document_kind_words(kind: DocumentKind) -> str:
    """Return what sort of paper it is."""
    return _(_KINDS[kind])


def size_words(size: int) -> str:
    """Return how large a file is, roughly; `size` in bytes."""
    if size < 1_000_000:
        return _("{size} KB").format(size=max(1, round(size / 1000)))
    return _("{size} MB").format(size=round(size / 1_000_000, 1))


FIELD_NAMES = {
    "person": mark("person"),
    "members": mark("members of the group"),
    "signed": mark("signed on"),
    "signer": mark("signed as"),
    "represented_by": mark("represented by"),
    "separately_signed": mark("replica clause signed on its own"),
    "replica_type": mark("kind of replica"),
    "modality": mark("face and voice"),
    "methods": mark("methods"),
    "description": mark("description"),
    "purposes": mark("purposes"),
    "themes_ok": mark("themes allowed"),
    "themes": mark("themes"),
    "channels": mark("channels"),
    "territories": mark("countries"),
    "languages": mark("languages"),
    "start": mark("first day"),
    "end": mark("last day"),
    "tz": mark("time zone"),
    "projects": mark("projects"),
    "grantee": mark("who may use it"),
    "sublicense": mark("passing it on"),
    "exclusive": mark("exclusivity"),
    "approval": mark("approval of each clip"),
    "compensation": mark("compensation"),
    "duties": mark("duties"),
    "after_end": mark("published clips after the end"),
    "revoked": mark("withdrawal"),
    "suspended": mark("suspension"),
    "survives_death": mark("going on after death"),
    "source": mark("who forbids"),
    "document": mark("paper"),
    "signatures": mark("signatures"),
    "documents": mark("documents"),
    "compensation_status": mark("payment"),
    "approved_by": mark("confirmation"),
    "external_ids": mark("ids in other systems"),
}

_KINDS = {
    DocumentKind.CONTRACT: mark("Contract"),
    DocumentKind.RIDER: mark("Rider"),
    DocumentKind.RELEASE: mark("Release"),
    DocumentKind.E_MAIL: mark("E-mail"),
    DocumentKind.RECORDING: mark("Recording"),
    DocumentKind.AUTHORITY: mark("Authority"),
    DocumentKind.NOTICE: mark("Notice"),
    DocumentKind.OTHER: mark("Other paper"),
}


def _grant_look(revisions: Sequence[GrantRecord], papers: Papers) -> PaperLook:
    record = revisions[-1]
    grant, giver = record.grant, papers.givers[record.grant.person]
    standing = standing_of_grant(grant, giver, papers.today)
    held = sum(one.subject == grant.id for one in papers.documents)
    unconfirmed = _unconfirmed(revisions)
    mine = papers.operator in {one.entered_by for one in unconfirmed}
    return PaperLook(
        id=grant.id,
        kind=PaperKind.GRANT,
        title=grant_title(grant),
        sentence=_sentence(record, giver),
        standing=standing,
        notes=tuple(_grant_notes(record, giver, papers, standing, held)),
        documents=held,
        revisions=len(revisions),
        withdrawn=grant.revoked is not None,
        open_for_confirmation=bool(unconfirmed) and standing.counts,
        not_confirmable=_("You entered it: a second person confirms it from an account of their own.") if mine else "",
    )


def _grant_notes(record: GrantRecord, giver: Person, papers: Papers, standing: Standing, held: int) -> list[str]:
    grant = record.grant
    notes = []
    if giver.id != papers.person.id:
        notes.append(_("Given by the group {name}.").format(name=giver.display_name))
    if standing is Standing.ENDING and grant.end is not None:
        left = (grant.end - papers.today).days
        told = ngettext("It ends in {count} day.", "It ends in {count} days.", left).format(count=left)
        notes.append(told if left else _("It ends today."))
    if grant.compensation:
        notes.append(_("Compensation: {words}.").format(words=grant.compensation))
    if record.papers.approved_by:
        notes.append(_("Confirmed by {who}.").format(who=record.papers.approved_by))
    return [*notes, *cautions(grant, record.papers, giver, held)] if standing.counts else notes


def _ban_look(revisions: Sequence[ProhibitionRecord], papers: Papers) -> PaperLook:
    record = revisions[-1]
    ban, giver = record.prohibition, papers.givers[record.prohibition.person]
    notes = [_("Said by the group {name}.").format(name=giver.display_name)] if giver.id != papers.person.id else []
    if ban.document:
        notes.append(_("Paper: {words}.").format(words=ban.document))
    return PaperLook(
        id=ban.id,
        kind=PaperKind.PROHIBITION,
        title=_("Prohibition"),
        sentence=_sentence(record, giver),
        standing=standing_of_ban(ban, papers.today),
        notes=tuple(notes),
        documents=sum(one.subject == ban.id for one in papers.documents),
        revisions=len(revisions),
    )


def _consent_look(consent: BiometricConsent, papers: Papers) -> PaperLook:
    sentence = _("{name} may be recognised by {what} until {day}. Signed by {signer} on {signed}.").format(
        name=papers.person.display_name,
        what=listed(map(label, consent.modality)),
        day=day_label(consent.retain_until),
        signer=label(consent.signer),
        signed=day_label(consent.signed_on),
    )
    notes = []
    if consent.withdrawn_on is not None:
        notes.append(_("Withdrawn from {day} on.").format(day=day_label(consent.withdrawn_on)))
    if consent.recipients:
        notes.append(_("Templates may be given to {names}.").format(names=listed(consent.recipients)))
    if consent.erased_on is not None:
        notes.append(_("What was kept under it was removed on {day}.").format(day=day_label(consent.erased_on)))
    return PaperLook(
        id=consent.id,
        kind=PaperKind.CONSENT,
        title=_("Biometric consent"),
        sentence=sentence,
        standing=standing_of_consent(consent, papers.today),
        notes=tuple(notes),
        documents=sum(one.subject == consent.id for one in papers.documents),
        withdrawn=consent.withdrawn_on is not None or consent.erased_on is not None,
    )


def _sentence(record: GrantRecord | ProhibitionRecord, giver: Person) -> str:
    if isinstance(record, GrantRecord):
        return grant_sentence(record.grant, giver.display_name, group=giver.kind is PersonKind.GROUP)
    return prohibition_sentence(record.prohibition, giver.display_name)


def _unconfirmed(revisions: Sequence[GrantRecord]) -> list[GrantRecord]:
    """Return the revisions since a second person confirmed the grant last, as `Registry.confirm_grant` counts them."""
    waiting: list[GrantRecord] = []
    for record in revisions:
        waiting = [] if record.papers.approved_by else [*waiting, record]
    return waiting


def _changed(earlier: GrantRecord | ProhibitionRecord, later: GrantRecord | ProhibitionRecord) -> tuple[str, ...]:
    if isinstance(later, GrantRecord) and isinstance(earlier, GrantRecord):
        return _differing(earlier.grant, later.grant) + _differing(earlier.papers, later.papers)
    if isinstance(later, ProhibitionRecord) and isinstance(earlier, ProhibitionRecord):
        return _differing(earlier.prohibition, later.prohibition)
    return ()


def _differing(earlier: object, later: object) -> tuple[str, ...]:
    names = [field.name for field in fields(later) if field.name != "revision"]  # type: ignore[arg-type]  # dataclasses
    return tuple(name for name in names if getattr(later, name) != getattr(earlier, name))
