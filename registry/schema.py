"""The tables of a registry, as migrations that only ever add."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database, Migrations

# "Coun": tells a registry from any other encrypted database.
APPLICATION_ID = 0x436F756E

_TABLES = (
    # One row. The revision is not kept here: it is the last entry of the journal.
    """create table registry (
        only integer primary key check (only = 1),
        id text not null, owner text not null, tz text not null, created_at text not null) strict""",
    # The last number given out for each kind of id; never lowered, so that no id is ever used again.
    "create table numbers (prefix text primary key, last integer not null) strict",
    """create table people (
        id text primary key, kind text not null, display_name text not null, other_names text not null,
        searchable text not null, birth text, death text, guardian text not null, rights_holder text not null,
        agent_authority text not null, jurisdiction text not null, external_ids text not null,
        contact text not null) strict""",
    """create table members (
        party text not null references people (id), person text not null references people (id),
        position integer not null, primary key (party, person)) strict""",
    "create index members_by_person on members (person)",
    """create table biometric_consents (
        id text primary key, person text not null references people (id), signer text not null,
        modality text not null, purpose text not null, signed_on text not null, method text not null,
        notice_version text not null, retain_until text not null, recipients text not null,
        withdrawn_on text, erased_on text) strict""",
    "create index biometric_consents_by_person on biometric_consents (person)",
    """create table samples (
        id text primary key, person text not null references people (id), kind text not null,
        source text not null, captured_on text, file_sha256 text not null, quality real not null,
        biometric_consent text not null references biometric_consents (id), delete_by text not null,
        picture blob not null) strict""",
    "create index samples_by_person on samples (person)",
    """create table templates (
        sample text not null references samples (id), modality text not null, binding text not null,
        model text not null, vector blob not null, primary key (sample, modality, binding)) strict""",
    # Grants and prohibitions are never changed: each change is a row with the next revision. Their terms are JSON
    # of the frozen record, checked by msgspec on the way out.
    """create table grants (
        id text not null, revision integer not null, person text not null references people (id),
        terms text not null, papers text not null, recorded_at text not null, entered_by text not null,
        primary key (id, revision)) strict""",
    "create index grants_by_person on grants (person)",
    """create table prohibitions (
        id text not null, revision integer not null, person text not null references people (id),
        terms text not null, recorded_at text not null, entered_by text not null,
        primary key (id, revision)) strict""",
    "create index prohibitions_by_person on prohibitions (person)",
    """create table journal (
        seq integer primary key, at text not null, operator text not null, action text not null,
        subject text not null, facts text not null, previous text not null, hash text not null unique) strict""",
    """create trigger journal_is_never_changed before update on journal
        begin select raise(abort, 'the journal is append-only'); end""",
    """create trigger journal_is_never_shortened before delete on journal
        begin select raise(abort, 'the journal is append-only'); end""",
)


def _first_registry(db: Database) -> None:
    for statement in _TABLES:
        db.execute(statement)


def _sound_of_samples(db: Database) -> None:
    db.execute("alter table samples add column sound blob not null default x''")


# In order, never renamed, never removed: a file remembers the names of the steps it has been through.
STEPS: dict[str, Callable[[Database], None]] = {
    "0001_first_registry": _first_registry,
    "0002_sound_of_samples": _sound_of_samples,
}


def has_steps_to_take(db: Database) -> bool:
    """Return whether the file was made by an earlier version."""
    return bool(_migrations().pending(db))


def take_steps(db: Database) -> None:
    """Bring the file to this version; inside the caller's transaction, so all of it or nothing."""
    _migrations().apply(db)


def is_newer(db: Database) -> bool:
    """Return whether a later version of the program has added to this file what this one does not know."""
    return any(step.name not in STEPS for step in _migrations().applied(db))


def _migrations() -> Migrations:
    migrations = Migrations("registry")
    for name, step in STEPS.items():
        migrations(name=name)(step)
    return migrations
