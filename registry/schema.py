"""The tables of a registry, as migrations that only ever add."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlite_utils import Database, Migrations

from countenance.people import Person
from registry.names import words_found_by

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


TRIGGERS = ("journal_is_never_changed", "journal_is_never_shortened")
"""What every registry has had since the first step."""


def _first_registry(db: Database) -> None:
    for statement in _TABLES:
        db.execute(statement)


def _sound_of_samples(db: Database) -> None:
    db.execute("alter table samples add column sound blob not null default x''")


# What an agency keeps beside people and grants. Large contents stand in tables of their own, so that reading the rows
# that name them stays cheap.
_AGENCY = (
    "alter table people add column tags text not null default '[]'",
    "alter table people add column notes text not null default ''",
    # The person that this one turned out to be; ids are never reused, so an old one still leads somewhere.
    "alter table people add column merged_into text references people (id)",
    "create index people_merged on people (merged_into) where merged_into is not null",
    "create index samples_by_last_day on samples (delete_by)",
    "create index samples_by_consent on samples (biometric_consent)",
    """create table sample_media (
        sample text primary key references samples (id), picture blob not null, sound blob not null) strict""",
    "insert into sample_media (sample, picture, sound) select id, picture, sound from samples",
    "alter table samples drop column picture",
    "alter table samples drop column sound",
    # `subject` is what the paper is evidence of: a grant, prohibition, biometric consent, or the person alone.
    """create table documents (
        id text primary key, person text not null references people (id), subject text not null, kind text not null,
        file_name text not null, sha256 text not null, size integer not null, added_at text not null,
        added_by text not null) strict""",
    "create index documents_by_person on documents (person)",
    "create index documents_by_subject on documents (subject)",
    """create table document_contents (
        document text primary key references documents (id), content blob not null) strict""",
    """create table approvals (
        id text primary key, grant_id text not null, sha256 text not null, streams text not null,
        decision text not null, reason text not null, decided_by text not null, at text not null) strict""",
    "create index approvals_by_grant on approvals (grant_id)",
    """create table exceptions (
        id text primary key, person text not null references people (id), modality text, sha256 text not null,
        streams text not null, kind text not null, decision text not null, reason text not null,
        decided_by text not null, at text not null) strict""",
    "create index exceptions_by_person on exceptions (person)",
    """create table publications (
        id text primary key, sha256 text not null, streams text not null, clip_name text not null,
        place text not null, address text not null, check_id text not null, published_at text not null,
        take_down_by text, taken_down_at text, recorded_at text not null, entered_by text not null) strict""",
    # A kept check's terms are JSON of the frozen record, as those of a grant are.
    """create table checks (
        id text primary key, sha256 text not null, streams text not null, clip_name text not null,
        content text not null, kept_at text not null, kept_by text not null) strict""",
    # What a kept check rests on: people, grants, prohibitions, exceptions.
    """create table check_subjects (
        check_id text not null references checks (id), subject text not null,
        primary key (check_id, subject)) strict""",
    "create index check_subjects_by_subject on check_subjects (subject)",
    """create table tombstones (
        person text primary key, erased_at text not null, erased_by text not null, facts text not null) strict""",
    # How far an import has come: one row for each entry of its list or folder, named by hashes. `facts` are counts.
    """create table imports (
        batch text not null, entry text not null, mark text not null, person text references people (id),
        outcome text not null, facts text not null, at text not null, primary key (batch, entry)) strict""",
    "create index imports_by_person on imports (person)",
    # The registry's own keys, such as the one that signs certificates.
    "create table own_keys (name text primary key, content blob not null) strict",
)


def _agency(db: Database) -> None:
    for statement in _AGENCY:
        db.execute(statement)
    rows = db.execute("select id, display_name, other_names, external_ids from people").fetchall()
    for number, name, others, outside in rows:
        person = Person(
            id=number,
            display_name=name,
            other_names=tuple(msgspec.json.decode(others)),
            external_ids=tuple(msgspec.json.decode(outside)),
        )
        db.execute("update people set searchable = ? where id = ?", [words_found_by(person), number])


# What was answered about somebody in one clip. `spots` is JSON of the frozen records; `person` is null where the answer
# names nobody.
_ANSWERS = (
    """create table answers (
        id text primary key, sha256 text not null, streams text not null, kind text not null,
        person text references people (id), spots text not null, note text not null, answered_by text not null,
        at text not null) strict""",
    "create index answers_by_person on answers (person) where person is not null",
)


def _answers(db: Database) -> None:
    for statement in _ANSWERS:
        db.execute(statement)


# In order, never renamed, never removed: a file remembers the names of the steps it has been through.
STEPS: dict[str, Callable[[Database], None]] = {
    "0001_first_registry": _first_registry,
    "0002_sound_of_samples": _sound_of_samples,
    "0003_agency": _agency,
    "0004_answers": _answers,
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
