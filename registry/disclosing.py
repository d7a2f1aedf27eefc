"""All that is held about a person, written into a folder for them: what the law calls access and portability."""

from __future__ import annotations

import io
import os
import shutil
import struct
import tempfile
import wave
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlite_utils import Database

from countenance.errors import CountenanceError, RegistryError
from countenance.observations import SOUND_HZ
from countenance.translations import _, mark
from registry import enrolled, journal, rules
from registry.auditing import JournalChoice
from registry.lane import Lane
from registry.theirs import THEIR_ROWS, Theirs, whose

DISCLOSED = "person.disclosed"
DISCLOSURE_SCHEMA = "1.0.0"
INDEX, DOCUMENT = "read-me-first.txt", "everything.json"

_CONTENTS = frozenset({"sample_media", "document_contents", "templates"})
_SAID = {
    "people": mark("the person, and records that turned out to be the same person"),
    "biometric_consents": mark("biometric consents"),
    "samples": mark("samples"),
    "templates": mark("templates"),
    "documents": mark("documents"),
    "grants": mark("grants, each revision"),
    "prohibitions": mark("prohibitions, each revision"),
    "approvals": mark("approvals of clips"),
    "exceptions": mark("exceptions for clips"),
    "answers": mark("answers about clips that name the person"),
    "members": mark("memberships of groups"),
    "imports": mark("entries of imports"),
    "checks": mark("kept checks of clips in which the person was found"),
    "publications": mark("publications of such clips"),
    "journal": mark("entries of the journal"),
}
_PEOPLE = "select * from people where id in (select value from json_each(:people)) order by rowid"
_MEDIA = """select m.sample, m.picture, m.sound from sample_media m join samples s on s.id = m.sample
    where s.person in (select value from json_each(:people)) order by s.rowid"""
_TEMPLATES = """select t.sample, t.modality, t.model, t.binding, t.vector from templates t
    join samples s on s.id = t.sample where s.person in (select value from json_each(:people)) order by s.rowid"""
# Of most file systems, whatever a name is made of; a Chinese character has three of them.
_LONGEST_NAME_BYTES, _LONGEST_ENDING_BYTES = 255, 16
_DOCUMENTS = """select d.id, d.file_name, c.content from documents d join document_contents c on c.document = d.id
    where d.person in (select value from json_each(:people)) order by d.rowid"""
_CHECKS = """select * from checks where id in (
    select check_id from check_subjects where subject in (select value from json_each(:subjects))) order by rowid"""
_PUBLICATIONS = """select * from publications p where exists (select 1 from checks k
    join check_subjects s on s.check_id = k.id where s.subject in (select value from json_each(:subjects))
    and (k.id = p.check_id or k.sha256 = p.sha256 or k.streams <> '' and k.streams = p.streams)) order by rowid"""
_GROUPS = """select p.id, p.display_name from people p join members m on m.party = p.id
    where m.person in (select value from json_each(:people)) order by p.rowid"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What was written.

    Attributes:
        records: how many of each kind the document tells.
        files: names of the files, the document and the page to begin with included.
    """

    person: str
    folder: Path
    records: dict[str, int]
    files: tuple[str, ...]


def disclosed(lane: Lane, person: str, folder: Path) -> Disclosure:
    """Write all that is held about a person into a new folder, for its owner alone, whole or not at all.

    Raises:
        WrongUsageError: there is nobody with that id.
        RegistryError: the folder is there already.
        CountenanceError: it cannot be written.
    """
    folder = folder.absolute()
    if os.path.lexists(folder):
        raise RegistryError(
            _("There is a folder “{folder}” already; it was left as it is.").format(folder=folder),
            remedy=_("Choose another name."),
        )
    with _told(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # mkdtemp makes it with mode 0700.
        partial = Path(tempfile.mkdtemp(prefix=".countenance-", dir=folder.parent))
    try:
        # Inside, so that a full disk there is not taken for the registry's.
        with lane.change() as db, _told(folder):
            theirs = whose(db, enrolled.read_people(db, [person])[0].id)
            held = _records(db, lane, theirs)
            records = {name: len(rows) for name, rows in held.items() if rows}
            files = [*_files(db, theirs, partial), INDEX, DOCUMENT]
            document = msgspec.json.encode({**_head(lane, theirs), "records": held})
            _write(partial / DOCUMENT, msgspec.json.format(document, indent=2))
            _write(partial / INDEX, _index(lane, theirs, records, files).encode("utf-8", "replace"))
            lane.write_down(db, DISCLOSED, theirs.people[0], {"records": sum(records.values()), "files": len(files)})
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Disclosure(person=theirs.people[0], folder=folder, records=records, files=tuple(sorted(files)))


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CountenanceError(
            _("What is held cannot be written to “{folder}”.").format(folder=folder),
            remedy=_("Choose a folder that you may write to and that has room."),
            details=type(error).__name__,
        ) from error


def _head(lane: Lane, theirs: Theirs) -> dict[str, object]:
    return {
        "schema": DISCLOSURE_SCHEMA,
        "registry": lane.id,
        "owner": lane.owner,
        "created": lane.now().isoformat(),
        "person": theirs.people[0],
        "same_person": theirs.people[1:],
    }


def _records(db: Database, lane: Lane, theirs: Theirs) -> dict[str, list[dict[str, object]]]:
    named = theirs.named()
    records = {"people": _rows(db, _PEOPLE, named)}
    for table, condition in THEIR_ROWS:
        if table not in _CONTENTS:
            records[table] = _rows(db, f"select * from {table} where {condition} order by rowid", named)  # noqa: S608 - own names
    records["groups"] = _rows(db, _GROUPS, named)
    records["templates"] = [row | {"vector": _numbers(row["vector"])} for row in _rows(db, _TEMPLATES, named)]
    # Who else was found in a clip is nobody else's to know.
    records["checks"] = [_of_them_alone(row, theirs) for row in _rows(db, _CHECKS, named)]
    records["publications"] = _rows(db, _PUBLICATIONS, named)
    chosen, zone = JournalChoice(about=frozenset(theirs.subjects)), ZoneInfo(lane.tz)
    records["journal"] = [msgspec.to_builtins(one) for one in journal.entries(db) if chosen.takes(one, zone)]
    return records


def _fitting(name: str) -> str:
    """Return a file's name as no disk finds it too long, its ending kept."""
    encoded = name.encode()
    if len(encoded) <= _LONGEST_NAME_BYTES:
        return name
    ending = Path(name).suffix.encode()[-_LONGEST_ENDING_BYTES:]
    return (encoded[: _LONGEST_NAME_BYTES - len(ending)] + ending).decode(errors="ignore")


def _files(db: Database, theirs: Theirs, folder: Path) -> Iterator[str]:
    """Write pictures, sounds and documents one by one, and yield their names."""
    for sample, picture, sound in db.execute(_MEDIA, theirs.named()):
        if picture:
            yield _write(folder / f"{sample}.jpg", picture)
        if sound:
            yield _write_sound(folder / f"{sample}.wav", sound)
    for number, name, content in db.execute(_DOCUMENTS, theirs.named()):
        yield _write(folder / _fitting(f"{number} {rules.plain_file_name(name)}"), content)


def _write(path: Path, content: bytes) -> str:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
    return path.name


def _write_sound(path: Path, sound: bytes) -> str:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(SOUND_HZ)
        target.writeframes(sound)
    return _write(path, whole.getvalue())


def _index(lane: Lane, theirs: Theirs, records: Mapping[str, int], files: Sequence[str]) -> str:
    lines = [
        _("What the registry of {owner} holds about {person}").format(owner=lane.owner, person=theirs.people[0]),
        lane.now().isoformat(" ", "minutes"),
        "",
        _("{file} tells everything, in a form that other programs can read:").format(file=DOCUMENT),
        *(f"  {_(_SAID[name])}: {count}" for name, count in records.items() if name in _SAID),
        "",
        _("Files beside it: pictures and sounds as they were enrolled, and documents as they were handed in."),
        *(f"  {name}" for name in sorted(files)),
    ]
    return "\n".join(lines) + "\n"


def _rows(db: Database, statement: str, named: dict[str, str]) -> list[dict[str, object]]:
    cursor = db.execute(statement, named)
    names = [str(column[0]) for column in cursor.description]
    return [dict(zip(names, map(_read, row), strict=True)) for row in cursor.fetchall()]


def _read(value: object) -> object:
    """Return what stands in a column, JSON as what it means."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return msgspec.json.decode(value)
        except msgspec.MsgspecError:  # a text that merely begins like it
            return value
    return value


def _numbers(vector: object) -> tuple[float, ...]:
    assert isinstance(vector, bytes)
    return struct.unpack(f"<{len(vector) // 4}f", vector)


def _of_them_alone(value: Any, theirs: Theirs) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, list):
        return [_of_them_alone(item, theirs) for item in value if _whom(item) in {None, *theirs.people}]
    if isinstance(value, dict):
        return {name: _of_them_alone(item, theirs) for name, item in value.items() if name != "headline"}
    return value


def _whom(item: object) -> object:
    """Return the person that an item of a kept check is about; None where it is about nobody."""
    if not isinstance(item, Mapping):
        return None
    return item.get("person") or _whom(item.get("found"))
