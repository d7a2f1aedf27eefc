"""How samples and the consents to keep them get into the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date

import msgspec
from sqlite_utils import Database

from countenance.errors import WrongUsageError
from countenance.people import BiometricConsent, Modality
from countenance.translations import _
from registry import enrolled
from registry.records import NewSample, NewTemplate, RemovedSample, SampleKind

_CONSENT = tuple(field.name for field in fields(BiometricConsent))
_INSERT_CONSENT = f"""insert into biometric_consents ({", ".join(_CONSENT)})
    values ({", ".join(f":{name}" for name in _CONSENT)})"""  # noqa: S608 - own names
_INSERT_SAMPLE = """insert into samples (id, person, kind, source, captured_on, file_sha256, quality,
    biometric_consent, delete_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SAMPLE = """select s.person, s.biometric_consent, s.kind, s.source, s.captured_on, s.file_sha256, s.quality,
    s.delete_by, m.picture, m.sound from samples s left join sample_media m on m.sample = s.id where s.id = ?"""
_INSERT_MEDIA = "insert into sample_media (sample, picture, sound) values (?, ?, ?)"
_INSERT_TEMPLATE = "insert into templates (sample, modality, binding, model, vector) values (?, ?, ?, ?, ?)"


def insert_consents(db: Database, consents: Sequence[BiometricConsent]) -> tuple[BiometricConsent, ...]:
    """Keep biometric consents under the next ids, with which they are returned; inside the caller's transaction."""
    numbers = enrolled.next_ids(db, "C", len(consents))
    kept = tuple(replace(consent, id=number) for consent, number in zip(consents, numbers, strict=True))
    db.conn.executemany(_INSERT_CONSENT, [_row(consent) for consent in kept])
    return kept


def insert_samples(
    db: Database, samples: Sequence[tuple[BiometricConsent, Sequence[NewSample]]]
) -> tuple[tuple[str, ...], ...]:
    """Keep samples and their templates under the next ids, which are returned; inside the caller's transaction.

    Args:
        db: the open registry.
        samples: of each consent, kept already, and so of its person.

    Returns:
        The ids of the samples of each consent.
    """
    numbers = iter(enrolled.next_ids(db, "S", sum(len(each) for _consent, each in samples)))
    numbered = [(consent, [(next(numbers), sample) for sample in each]) for consent, each in samples]
    flat = [(number, sample, consent) for consent, each in numbered for number, sample in each]
    db.conn.executemany(
        _INSERT_SAMPLE,
        [
            (number, consent.person, sample.kind.value, sample.source, _day(sample.captured_on), sample.file_sha256,
             sample.quality, consent.id, _day(sample.delete_by or consent.retain_until))
            for number, sample, consent in flat
        ],
    )  # fmt: skip
    db.conn.executemany(_INSERT_MEDIA, [(number, sample.picture, sample.sound) for number, sample, _consent in flat])
    db.conn.executemany(
        _INSERT_TEMPLATE,
        [
            (number, template.modality.value, template.binding, template.model, template.vector)
            for number, sample, _consent in flat
            for template in sample.templates
        ],
    )
    return tuple(tuple(number for number, _sample in each) for _consent, each in numbered)


def read_consent(db: Database, consent: str) -> BiometricConsent:
    """Return a biometric consent.

    Raises:
        WrongUsageError: there is no such consent.
    """
    row = db.execute("select person from biometric_consents where id = ?", [consent]).fetchone()
    if row is None:
        raise WrongUsageError(_("There is no biometric consent {id} in this registry.").format(id=consent))
    return next(one for one in enrolled.read_consents(db, row[0]) if one.id == consent)


def withdraw_consent(db: Database, consent: str, on: date) -> None:
    """End a biometric consent from `on`; inside the caller's transaction.

    Raises:
        WrongUsageError: there is no such consent, or it was withdrawn before.
    """
    if read_consent(db, consent).withdrawn_on is not None:
        raise WrongUsageError(_("The biometric consent {id} was withdrawn before.").format(id=consent))
    db.execute("update biometric_consents set withdrawn_on = ? where id = ?", [_day(on), consent])


def delete_sample(db: Database, sample: str) -> RemovedSample:
    """Remove a sample with all that was kept of it, which is returned; inside the caller's transaction.

    Raises:
        WrongUsageError: there is no such sample.
    """
    row = db.execute(_SAMPLE, [sample]).fetchone()
    if row is None:
        raise WrongUsageError(_("There is no sample {id} in this registry.").format(id=sample))
    templates = db.execute("select modality, model, binding, vector from templates where sample = ?", [sample])
    removed = RemovedSample(
        person=row[0],
        consent=row[1],
        sample=NewSample(
            kind=SampleKind(row[2]),
            source=row[3],
            captured_on=None if row[4] is None else date.fromisoformat(row[4]),
            file_sha256=row[5],
            quality=row[6],
            delete_by=date.fromisoformat(row[7]),
            picture=bytes(row[8] or b""),
            sound=bytes(row[9] or b""),
            templates=tuple(
                NewTemplate(modality=Modality(one[0]), model=one[1], binding=one[2], vector=bytes(one[3]))
                for one in templates.fetchall()
            ),
        ),
    )
    db.execute("delete from templates where sample = ?", [sample])
    db.execute("delete from sample_media where sample = ?", [sample])
    db.execute("delete from samples where id = ?", [sample])
    return removed


def _row(consent: BiometricConsent) -> dict[str, object]:
    row: dict[str, object] = msgspec.to_builtins(consent)
    return row | {name: msgspec.json.encode(row[name]).decode() for name in ("modality", "recipients")}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
