"""Keeping somebody who was enrolled in the window: person, consent, samples and papers, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from countenance.labels import day_label
from countenance.packs import PackCard
from countenance.people import BiometricConsent, Person, PersonKind
from countenance.translations import _, ngettext
from gui.presenters.appraising import Appraisal, Enrolled
from registry import DocumentKind, Registry
from reports.wording import format_time
from scan.enrol import Proposal
from scan.enrolment import add_samples, enrol_person
from scan.evidence import read_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is to be kept.

    Attributes:
        person: a newcomer, or somebody enrolled, then with their id.
        consent: a new one, the id of one in force, or None for a group.
        papers: files to be kept with the consent, or with the person where there is none.
    """

    person: Person
    consent: BiometricConsent | str | None
    proposal: Proposal
    card: PackCard | None
    papers: tuple[tuple[Path, DocumentKind], ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What was kept: whose, and the ids of the new samples."""

    person: str
    samples: tuple[str, ...] = ()


def keep(opened: Registry, stated: Stated) -> Saved:
    """Keep somebody new, or more samples of somebody enrolled.

    Raises:
        EnrolmentRefusedError: there is no sample.
        WrongUsageError: something required is missing, or a paper cannot be read.
        RegistryError: the registry cannot be written.
    """
    papers = [read_evidence(path, kind) for path, kind in stated.papers]
    with opened.together():
        saved = _keep(opened, stated)
        consents = opened.consents(saved.person)
        subject = consents[-1].id if consents and stated.consent is not None else saved.person
        for paper in papers:
            opened.documents.add(saved.person, subject, paper.kind, paper.file_name, paper.content)
    return saved


def take_back_samples(opened: Registry, saved: Saved) -> None:
    """Remove the samples that were added; the person was there before."""
    with opened.together():
        for sample in saved.samples:
            opened.remove_sample(sample)


def summary(stated_person: Person, consent: BiometricConsent | None, appraisal: Appraisal) -> tuple[str, ...]:
    """Return what will be kept, in sentences; `consent` is the one under which, new or in force."""
    proposal = appraisal.proposal
    faces, heard = len(proposal.faces), proposal.samples - len(proposal.faces)
    said = []
    if faces:
        said.append(
            ngettext("{count} picture of the face.", "{count} pictures of the face.", faces).format(count=faces)
        )
    if heard:
        words = ngettext(
            "{count} sample of the voice, from {duration} of speech.",
            "{count} samples of the voice, from {duration} of speech.",
            heard,
        )
        said.append(words.format(count=heard, duration=format_time(proposal.speech_s)))
    if consent is not None:
        said.append(_("Kept until {day}, then removed by itself.").format(day=day_label(consent.retain_until)))
    if stated_person.kind is not PersonKind.OWN:
        said.append(_("What may be published is decided by grants, which you record next."))
    if appraisal.namesakes:
        words = ngettext(
            "Careful: somebody of the same name is enrolled already.",
            "Careful: {count} people of the same name are enrolled already.",
            appraisal.namesakes,
        )
        said.append(words.format(count=appraisal.namesakes))
    return tuple(said)


def best_picture(proposal: Proposal) -> bytes:
    """Return the best face of what was accepted; empty where there is none."""
    faces = sorted(proposal.faces, key=lambda face: face.sample.detection.quality)
    return faces[-1].sample.picture if faces else b""


def best_sound(proposal: Proposal) -> bytes:
    """Return the best speech of what was accepted; empty where there is none."""
    samples = [sample for voice in proposal.voices for sample in voice.speaker.samples]
    return max(samples, key=lambda one: one.quality).sound if samples else b""


def under(enrolled: Enrolled | None, stated: BiometricConsent, today: date) -> BiometricConsent:
    """Return the consent under which samples are kept: the one in force, or the one stated."""
    in_force = enrolled.consent if enrolled is not None else None
    return in_force if in_force is not None and in_force.is_in_force(today) else stated


def _keep(opened: Registry, stated: Stated) -> Saved:
    if stated.person.id:
        assert stated.consent is not None
        assert stated.card is not None
        ids = add_samples(opened, stated.person.id, stated.consent, stated.proposal, stated.card)
        return Saved(stated.person.id, ids)
    if stated.consent is None or stated.card is None:
        return Saved(opened.enrol(stated.person))
    assert not isinstance(stated.consent, str)
    return Saved(enrol_person(opened, stated.person, stated.consent, stated.proposal, stated.card))


def names_in_order(people: Sequence[Person]) -> tuple[Person, ...]:
    """Return people by their names."""
    return tuple(sorted(people, key=lambda one: one.display_name.casefold()))
