"""What a record must hold before the registry keeps it; each refusal is one sentence."""

from __future__ import annotations

import math
import re
import struct
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import NoReturn
from zoneinfo import ZoneInfo

from countenance.answers import NAMING, Answer
from countenance.decisions import ClipMark, Publication
from countenance.errors import WrongUsageError
from countenance.grants import Grant, Prohibition
from countenance.observations import LONGEST_EXCERPT_S, SOUND_HZ
from countenance.people import BiometricConsent, Person, PersonKind, Signer
from countenance.translations import _
from registry.records import GrantPapers, NewPerson, NewSample, NewTemplate

# Above the largest crop that the detectors make; a whole photograph does not belong in the registry.
LARGEST_PICTURE_BYTES = 4 * 1024 * 1024
# One excerpt as the detectors make it: mono, 16 bit; a whole recording does not belong in the registry either.
LARGEST_SOUND_BYTES = int(LONGEST_EXCERPT_S * SOUND_HZ) * 2

LARGEST_DOCUMENT_BYTES = 50_000_000
LONGEST_FILE_NAME = 255
LONGEST_NAME = 300
"""In characters: more than any folder that people are imported from is called."""

ADULT_YEARS = 18
"""As in `consent.signing`, whose room this one cannot enter."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BINDING = re.compile(r"[0-9a-f]{64}/[0-9]+(/[a-z0-9-]+)?")
# Controls, marks that turn the reading direction, halves of characters, and what no character is.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn"})
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_JPEG_MAGIC = b"\xff\xd8\xff"


def retain_until_by_default(signed_on: date) -> date:
    """Return the last day of the three years for which a biometric consent counts where it names no end."""
    try:
        return signed_on.replace(year=signed_on.year + 3)
    except ValueError:  # 29 February
        return signed_on.replace(year=signed_on.year + 3, day=28)


def check_person(person: Person) -> None:
    """Refuse a person without what their kind requires (`consent_fields.csv`, record Person)."""
    if not any(unicodedata.category(letter)[0] not in "CZ" for letter in person.display_name):
        _refuse(_("A person needs a name."))
    names = (person.display_name, *person.other_names, *person.tags, *person.external_ids)
    if not all(map(_is_text, names)):
        _refuse(_("A name holds characters that are no text."))
    if max(map(len, names)) > LONGEST_NAME:
        _refuse(_("A name has at most {count} characters.").format(count=LONGEST_NAME))
    if person.kind is PersonKind.MINOR and person.birth is None:
        _refuse(_("A minor needs a date of birth."))
    if person.kind is PersonKind.DECEASED and person.death is None:
        _refuse(_("A person who has died needs the date of death."))
    if person.birth and person.death and person.death < person.birth:
        _refuse(_("The date of death is before the date of birth."))
    if person.death and person.kind in (PersonKind.LIVING, PersonKind.MINOR):
        raise WrongUsageError(
            _("A person with a date of death has died."), remedy=_("Record them as deceased, or leave the date out.")
        )
    if person.members and person.kind is not PersonKind.GROUP:
        _refuse(_("Only a group has members."))
    if len(set(person.members)) != len(person.members):
        _refuse(_("A member is named twice."))


def check_change(before: Person, after: Person, today: date) -> None:
    """Refuse what a person cannot become, and a person without what their kind requires."""
    check_person(after)
    if before.kind is not after.kind and PersonKind.GROUP in (before.kind, after.kind):
        _refuse(_("A group cannot become a person, nor a person a group."))
    _check_age(after, today)


def check_enrolment(new: NewPerson, today: date) -> None:
    """Refuse somebody new without what their kind requires, and samples that no biometric consent covers."""
    check_person(new.person)
    _check_age(new.person, today)
    if new.consent is not None:
        check_consent_for(new.consent, new.person, today)
        check_samples(new.samples, new.consent)
    elif new.samples:
        raise WrongUsageError(
            _("Samples are kept only with a biometric consent."),
            remedy=_("Record the consent with the person."),
        )


def check_consent_for(consent: BiometricConsent, person: Person, today: date) -> None:
    """Refuse a biometric consent that would not show permission today, or that the signer could not give."""
    check_consent(consent, today)
    if person.kind is PersonKind.GROUP:
        raise WrongUsageError(
            _("A group has no face and no voice."), remedy=_("Enrol each of its members with their own consent.")
        )
    if consent.signer is Signer.GUARDIAN and not person.guardian.strip():
        _refuse(_("A guardian signs for somebody whose guardian is recorded with name and document."))
    if (
        consent.signer is Signer.GUARDIAN
        and person.kind is PersonKind.MINOR
        and not _is_under_age(person, consent.signed_on)
    ):
        raise WrongUsageError(
            _("A minor was of age already on the day on which the guardian signed."),
            remedy=_("Correct the date of birth, or enrol the person as living with a consent of their own."),
        )
    if consent.signer is Signer.ESTATE and not person.rights_holder.strip():
        _refuse(_("An estate signs for somebody whose rights holder is recorded with name and document."))
    if consent.signer is Signer.AGENT and not person.agent_authority.strip():
        _refuse(_("An agent signs for somebody whose agent is recorded with name and power of attorney."))
    if consent.signer is Signer.SELF and person.kind is PersonKind.MINOR and _is_under_age(person, consent.signed_on):
        raise WrongUsageError(
            _("A minor’s biometric consent is signed by the guardian."), remedy=_("Say so with --signer guardian.")
        )
    if consent.signer is Signer.SELF and person.death and person.death < consent.signed_on:
        raise WrongUsageError(
            _("The biometric consent is dated after the death."),
            remedy=_("Where the heirs signed, say so with --signer estate."),
        )


def check_consent_of(consent: BiometricConsent, person: Person) -> None:
    """Refuse a biometric consent that is somebody else's."""
    if consent.person != person.id:
        _refuse(_("{id} belongs to another person.").format(id=consent.id))


def check_consent(consent: BiometricConsent, today: date) -> None:
    """Refuse a biometric consent that would not show permission today (record BiometricConsent)."""
    if not consent.modality:
        _refuse(_("A biometric consent names the face, the voice or both."))
    if not consent.purpose.strip():
        _refuse(_("A biometric consent needs its purpose in writing."))
    if not consent.method.strip():
        _refuse(_("A biometric consent tells how it was given: on paper, as e-signature, as recorded statement."))
    if not consent.notice_version.strip():
        _refuse(_("A biometric consent names the version of the text that the person saw."))
    if consent.retain_until < consent.signed_on:
        _refuse(_("The biometric consent ends before it was signed."))
    if consent.signed_on > today:
        _refuse(_("The biometric consent is dated in the future."))
    if consent.retain_until < today or consent.withdrawn_on or consent.erased_on:
        _refuse(_("The biometric consent is over; nothing may be enrolled under it."))


def check_samples(samples: Sequence[NewSample], consent: BiometricConsent) -> None:
    """Refuse samples and templates that the biometric consent does not cover, or that are not what they should be."""
    for sample in samples:
        if not _SHA256.fullmatch(sample.file_sha256):
            _refuse(_("A sample needs the SHA-256 of the file it came from."))
        if sample.picture and not sample.picture.startswith(_JPEG_MAGIC):
            _refuse(_("The picture of a sample is not a JPEG."))
        if len(sample.picture) > LARGEST_PICTURE_BYTES:
            _refuse(_("The picture of a sample is too large to keep."))
        if len(sample.sound) % 2:
            _refuse(_("The sound of a sample is not 16-bit PCM."))
        if len(sample.sound) > LARGEST_SOUND_BYTES:
            _refuse(_("The sound of a sample is too long to keep."))
        if sample.delete_by and sample.delete_by > consent.retain_until:
            _refuse(_("A sample may not be kept longer than the biometric consent allows."))
        # Written so that "not a number" is refused too.
        if not 0 <= sample.quality <= 1:
            _refuse(_("The quality of a sample lies between 0 and 1."))
        if len({(template.modality, template.binding) for template in sample.templates}) < len(sample.templates):
            _refuse(_("A sample has two templates of the same model."))
        for template in sample.templates:
            if template.modality not in consent.modality:
                _refuse(_("The biometric consent does not cover what this template was made from."))
            check_template(template)


def check_grant(grant: Grant, papers: GrantPapers) -> None:
    """Refuse a grant that could never be judged; a draft, which has no signing day, may be unfinished."""
    _check_term(grant.start or grant.signed, grant.end, grant.tz)
    if grant.suspended:
        _check_term(grant.suspended.start, grant.suspended.end, None)
    if grant.revoked and grant.revoked.days < 0:
        _refuse(_("A notice period cannot be negative."))
    if grant.signed is None:
        return
    if not papers.signatures:
        _refuse(_("A signed grant needs at least one signature: who signed, when and how."))
    if not (grant.modality and grant.methods and grant.purposes and grant.channels and grant.territories):
        _refuse(_("A signed grant names at least one modality, method, purpose, channel and territory."))


def check_prohibition(prohibition: Prohibition) -> None:
    """Refuse a prohibition that could never be judged."""
    _check_term(prohibition.start, prohibition.end, prohibition.tz)


def check_clip(clip: ClipMark) -> None:
    """Refuse what is no mark of a clip."""
    if not _SHA256.fullmatch(clip.sha256) or (clip.streams and not _SHA256.fullmatch(clip.streams)):
        _refuse(_("A clip is named by the SHA-256 of its file."))


def check_answer(answer: Answer) -> None:
    """Refuse an answer that is about no place of a clip, or that names somebody where it should not, or nobody."""
    check_clip(answer.clip)
    if not answer.spots:
        _refuse(_("An answer names where in the clip the person is seen or heard."))
    if answer.at.tzinfo is None:
        _refuse(_("The moment of an answer needs its offset from UTC."))
    names = answer.kind in NAMING
    if names != bool(answer.person):
        _refuse(_("An answer about who somebody is names a person, and any other names nobody."))


def check_publication(publication: Publication) -> None:
    """Refuse a publication that could not be found again, or whose days cannot be meant."""
    check_present(publication.place, _("A publication needs the place where the clip went out."))
    if publication.take_down_by and publication.take_down_by < publication.published_at.date():
        _refuse(_("The last day of a publication is before the day it went out."))
    if publication.taken_down_at and publication.taken_down_at < publication.published_at:
        _refuse(_("A publication cannot be taken down before it went out."))


def check_document(content: bytes) -> None:
    """Refuse a paper that is nothing, or more than belongs into a registry."""
    if not content:
        _refuse(_("The document is empty."))
    check_document_size(len(content))


def check_document_size(size: int) -> None:
    """Refuse a paper of more bytes than are kept."""
    if size > LARGEST_DOCUMENT_BYTES:
        raise WrongUsageError(
            _("The document is too large to keep: {size} MB.").format(size=size // 1_000_000),
            remedy=_("A document may have {size} MB; keep a smaller copy of it.").format(
                size=LARGEST_DOCUMENT_BYTES // 1_000_000
            ),
        )


def plain_file_name(name: str) -> str:
    """Return a file's own name: without a path of any system, control characters and halves of characters."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(one for one in last if unicodedata.category(one) not in _UNSEEN).strip()
    return kept[:LONGEST_FILE_NAME] or "document"


def check_zone(name: str) -> None:
    """Refuse what is no IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise WrongUsageError(
            _("There is no time zone “{name}”.").format(name=name),
            remedy=_("Name it as IANA does, as in Europe/Paris."),
        ) from error


def check_present(text: str, sentence: str) -> None:
    """Refuse blank `text` with `sentence`, already translated."""
    if not text.strip():
        _refuse(sentence)


def check_template(template: NewTemplate) -> None:
    """Refuse what is no template: without the binding of a model, or with something that is no number."""
    if not _BINDING.fullmatch(template.binding):
        _refuse(_("A template names the hash of its model and the version of the recipe."))
    if not template.vector or len(template.vector) % 4:
        _refuse(_("A template is not a row of 32-bit numbers."))
    # The sum of single-precision numbers in double precision is a number only if each of them is.
    if not math.isfinite(sum(struct.unpack(f"<{len(template.vector) // 4}f", template.vector))):
        _refuse(_("A template holds something that is no number."))


def _check_term(start: date | None, end: date | None, tz: str | None) -> None:
    if tz is not None:
        check_zone(tz)
    if start and end and end < start:
        _refuse(_("A term ends before it begins."))


def _check_age(person: Person, today: date) -> None:
    if person.kind is PersonKind.LIVING and _is_under_age(person, today):
        raise WrongUsageError(
            _("Somebody under {years} is a minor.").format(years=ADULT_YEARS), remedy=_("Record them as minor.")
        )


def _is_under_age(person: Person, on: date) -> bool:
    if person.birth is None:
        return False
    # Born on 29 February, the years are complete on 1 March.
    return (on.year - person.birth.year) - ((on.month, on.day) < (person.birth.month, person.birth.day)) < ADULT_YEARS


def _is_text(text: str) -> bool:
    # Half of a surrogate pair, as a terminal makes of bytes that it cannot read; line breaks and other controls; what
    # turns the direction of all that follows, so that a sentence with the name in it reads as another one.
    return not any(
        unicodedata.category(letter) in {"Cc", "Cs"} or unicodedata.bidirectional(letter) in _TURNING for letter in text
    )


def _refuse(sentence: str) -> NoReturn:
    raise WrongUsageError(sentence)
