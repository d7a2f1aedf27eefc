"""When a biometric consent has ended: what was kept under it goes, and who may not be examined any more."""

from __future__ import annotations

from datetime import date

from sqlite_utils import Database

from countenance.people import BiometricConsent
from registry import enrolled
from registry.records import Swept

# A consent counts up to its last day, and up to the day before it was withdrawn. `erased_on` says that what was kept
# under it is gone.
_ENDED = """select id from biometric_consents
    where erased_on is null and (retain_until < :day or withdrawn_on <= :day)"""
_DUE = """select s.id from samples s
    where (s.delete_by < :day or s.biometric_consent in (select value from json_each(:ended)))
        and (exists (select 1 from sample_media m where m.sample = s.id)
            or exists (select 1 from templates t where t.sample = s.id))"""
_COUNTS = """select
    (select count(*) from templates where sample in (select value from json_each(:samples))),
    (select coalesce(sum(length(picture) > 0), 0) from sample_media
        where sample in (select value from json_each(:samples))),
    (select coalesce(sum(length(sound) > 0), 0) from sample_media
        where sample in (select value from json_each(:samples)))"""
IN_FORCE = """c.retain_until >= :day and (c.withdrawn_on is null or c.withdrawn_on > :day)
    and (c.erased_on is null or c.erased_on > :day)"""
_NOT_EXAMINABLE = f"""select p.id from people p
    where p.merged_into is null
        and exists (select 1 from biometric_consents c where c.person = p.id)
        and (not exists (select 1 from biometric_consents c where c.person = p.id and {IN_FORCE})
            or exists (select 1 from samples s where s.person = p.id)
            and not exists (select 1 from samples s join biometric_consents c on c.id = s.biometric_consent
                where s.person = p.id and s.delete_by >= :day and {IN_FORCE}))
    order by p.rowid"""  # noqa: S608 - nothing from outside in it
_COVERED = """select s.id from samples s join biometric_consents c on c.id = s.biometric_consent
    where s.person = :person and s.biometric_consent <> :consent and c.retain_until < :until
        and exists (select 1 from templates t where t.sample = s.id)
        and not exists (select 1 from templates t where t.sample = s.id
            and t.modality not in (select value from json_each(:modalities)))"""


def something_is_due(db: Database, on: date) -> bool:
    """Return whether `sweep` on that day would remove anything."""
    ended = _ended(db, on)
    return bool(ended or _due(db, on, ()))


def sweep(db: Database, on: date) -> Swept:
    """Remove the templates, pictures and sounds whose last day is past; inside the caller's transaction.

    The samples' rows stay, as proof of what was enrolled and when: file hashes, sources and days.
    """
    ended = _ended(db, on)
    due = _due(db, on, ended)
    templates, pictures, sounds = db.execute(_COUNTS, {"samples": enrolled.json_array(due)}).fetchone()
    for table in ("templates", "sample_media"):
        db.conn.executemany(f"delete from {table} where sample = ?", [(sample,) for sample in due])  # noqa: S608 - own names
    db.conn.executemany(
        "update biometric_consents set erased_on = ? where id = ?", [(on.isoformat(), consent) for consent in ended]
    )
    return Swept(consents=ended, samples=len(due), templates=templates, pictures=pictures, sounds=sounds)


def read_not_examinable(db: Database, on: date) -> tuple[str, ...]:
    """Return the ids of the people who once agreed to be examined, and of whom nothing may be examined on that day."""
    return tuple(row[0] for row in db.execute(_NOT_EXAMINABLE, {"day": on.isoformat()}).fetchall())


def keep_longer(db: Database, consent: BiometricConsent) -> tuple[str, ...]:
    """Put a person's samples that a later-ending consent covers under it; inside the caller's transaction.

    A sample that had a last day of its own keeps it.

    Returns:
        The samples' ids.
    """
    found = db.execute(
        _COVERED,
        {
            "person": consent.person,
            "consent": consent.id,
            "until": consent.retain_until.isoformat(),
            "modalities": enrolled.json_array(consent.modality),
        },
    ).fetchall()
    db.conn.executemany(
        """update samples set biometric_consent = :consent, delete_by = case
            when delete_by = (select retain_until from biometric_consents c where c.id = biometric_consent)
            then :until else delete_by end where id = :sample""",
        [{"consent": consent.id, "until": consent.retain_until.isoformat(), "sample": sample} for (sample,) in found],
    )
    return tuple(row[0] for row in found)


def _ended(db: Database, on: date) -> tuple[str, ...]:
    return tuple(row[0] for row in db.execute(_ENDED, {"day": on.isoformat()}).fetchall())


def _due(db: Database, on: date, ended: tuple[str, ...]) -> tuple[str, ...]:
    rows = db.execute(_DUE, {"day": on.isoformat(), "ended": enrolled.json_array(ended)}).fetchall()
    return tuple(row[0] for row in rows)
