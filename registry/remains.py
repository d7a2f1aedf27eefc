"""What would be known of a person again: their names, texts and bytes, and the search of the whole file for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec
from sqlite_utils import Database

from registry import journal
from registry.lane import Lane
from registry.names import folded
from registry.own_words import own_words
from registry.theirs import Theirs
from registry.traces import (
    SHORTEST_NAME_BYTES,
    SHORTEST_TRACE_BYTES,
    Hit,
    Sieve,
    Trace,
    pieces_of,
    search_pages,
)

# A list longer than this helps nobody; what is left out is counted.
_TOLD_AT_MOST = 100
# Scripts that are written without blanks between words begin here.
_FIRST_UNSPACED = 0x2E80
# Names run together, as in file names, are looked for from this length on.
_SHORTEST_RUN_TOGETHER = 8
_BATCH_VALUES, _BATCH_BYTES = 256, 1_000_000
# Texts longer than this are looked for in pieces as well; letters of a language repeat sooner than bytes of pictures.
_WHOLE_TEXT_BYTES, _DISTINCT_LETTERS = 64, 8
_GONE = """select count(*) from samples s where s.person in (select value from json_each(:people))
    and not exists (select 1 from sample_media m where m.sample = s.id)
    and not exists (select 1 from templates t where t.sample = s.id)"""
_PEOPLE = "select * from people where id in (select value from json_each(:people))"
_SAMPLES = "select id, file_sha256 from samples where person in (select value from json_each(:people))"
_DOCUMENTS = "select id, file_name, sha256 from documents where person in (select value from json_each(:people))"
_CONTENTS = (
    ("picture", "select m.sample, m.picture from sample_media m join samples s on s.id = m.sample where s.person"),
    ("sound", "select m.sample, m.sound from sample_media m join samples s on s.id = m.sample where s.person"),
    ("template", "select t.sample, t.vector from templates t join samples s on s.id = t.sample where s.person"),
    (
        "document",
        "select d.id, c.content from document_contents c join documents d on d.id = c.document where d.person",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something of an erased person that was found.

    Attributes:
        kind: what: "name", "contact", "picture", …
        source: id of the record of theirs that it was known from.
        where: a place such as "people/P0002/guardian", "file/page/17", "file/free page/17", "-journal/page/3".
    """

    kind: str
    source: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is looked for.

    Attributes:
        person: the id.
        names: as they were entered; in rows they are looked for whatever their length.
        texts: names and other texts that are long enough to be looked for in pages.
        pieces: of pictures, sounds, templates and documents.
        indistinct: contents of which no piece is theirs alone.
        gone: samples of which no picture, sound or template was held any more.
    """

    person: str
    names: tuple[str, ...] = field(repr=False)
    texts: tuple[Trace, ...] = field(repr=False)
    pieces: tuple[Trace, ...] = field(repr=False)
    indistinct: int = 0
    gone: int = 0
    _matchers: tuple[re.Pattern[str], ...] = field(init=False, repr=False)
    _together: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        plain = tuple(map(_plain, self.names))
        object.__setattr__(self, "_matchers", tuple(re.compile(_pattern(name)) for name in plain))
        together = (name.replace(" ", "") for name in plain if " " in name)
        object.__setattr__(self, "_together", tuple(word for word in together if len(word) >= _SHORTEST_RUN_TOGETHER))

    def names_in(self, text: str) -> bool:
        """Return whether one of the names stands in a text, whatever its case, accents and punctuation."""
        plain = _plain(text)
        return any(matcher.search(plain) for matcher in self._matchers) or self._runs_together(plain)

    def _runs_together(self, plain: str) -> bool:
        together = plain.replace(" ", "")
        return any(word in together for word in self._together)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search of the whole file came to; `registry.erasing.Erasure` has the meaning of each field."""

    pages: int
    size: int
    free_pages: int
    beside: tuple[str, ...]
    left_over: tuple[Found, ...]
    elsewhere: tuple[Found, ...]
    elsewhere_count: int


def collect_known(db: Database, theirs: Theirs) -> Known:
    """Return what is known of a person now, so that it can be looked for when it should be gone."""
    names, texts = _names_and_texts(db, theirs)
    pieces, indistinct = _pieces(db, theirs)
    # A text that runs over several pages stands whole on none of them.
    for text in texts:
        if len(text.content) > _WHOLE_TEXT_BYTES:
            pieces += pieces_of(text.content, text.kind, text.source, distinct=_DISTINCT_LETTERS, told=False)
    return Known(
        person=theirs.people[0],
        names=tuple(name for name in names if name.strip()),
        texts=texts,
        pieces=tuple({piece.content: piece for piece in reversed(pieces)}.values()),
        indistinct=indistinct,
        gone=db.execute(_GONE, theirs.named()).fetchone()[0],
    )


def look_for(lane: Lane, db: Database, known: Known) -> Searched:
    """Search every page and every row of an open registry for what is known of a person.

    Args:
        lane: the open registry.
        db: of the lane's query, which is kept until the search is over.
        known: what was known before they were erased.
    """
    # From the first answer on, nobody writes to the file.
    journal.revision(db)
    search = search_pages(lane, (*known.pieces, *known.texts))
    # What stands in a row of somebody else is found on its page as well.
    explained, elsewhere = _in_rows(db, known, {hit.trace for hit in search.hits})
    left_over = dict.fromkeys(_told(hit) for hit in search.hits if _is_left_over(hit, explained))
    return Searched(
        pages=search.pages,
        size=search.size,
        free_pages=search.free,
        beside=search.beside,
        left_over=tuple(left_over),
        elsewhere=elsewhere[:_TOLD_AT_MOST],
        elsewhere_count=len(elsewhere),
    )


def _is_left_over(hit: Hit, explained: frozenset[Trace]) -> bool:
    return hit.free or hit.place != "file" or hit.trace not in explained


def _told(hit: Hit) -> Found:
    where = f"{hit.place}/{'free page' if hit.free else 'page'}/{hit.page}"
    return Found(kind=hit.trace.kind, source=hit.trace.source, where=where)


def _in_rows(db: Database, known: Known, hits: set[Trace]) -> tuple[frozenset[Trace], tuple[Found, ...]]:
    """Return which traces stand in rows, and all places in rows where something of the person stands."""
    sieve, explained = Sieve(hits), set()
    found: dict[Found, None] = {}
    for batch in _batches(_values(db)):
        named = _may_name(known, [value for _where, value in batch if isinstance(value, str)])
        contents = [value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value for _w, value in batch]
        # Most batches hold nothing: what is not in all of it together is in none of it.
        traced = bool(hits) and next(sieve.hits(b"\0".join(contents)), None) is not None
        for (where, value), content in zip(batch, contents, strict=True) if named or traced else ():
            if named and isinstance(value, str) and known.names_in(value):
                found[Found(kind="name", source=known.person, where=where)] = None
            for _at, trace in sieve.hits(content) if traced else ():
                explained.add(trace)
                if trace.told:
                    found[Found(kind=trace.kind, source=trace.source, where=where)] = None
    return frozenset(explained), tuple(found)


def _may_name(known: Known, texts: Iterable[str]) -> bool:
    """Return whether a name may stand in one of some texts; where not, it stands in none."""
    plain: list[str] = []
    others: list[str] = []
    for text in texts:
        (plain if text.isascii() else others).append(text)
    return known.names_in("\n".join(plain)) or any(map(known.names_in, others))


def _batches(values: Iterable[tuple[str, str | bytes]]) -> Iterator[list[tuple[str, str | bytes]]]:
    """Yield values by the few hundred, and fewer where they are large."""
    batch: list[tuple[str, str | bytes]] = []
    size = 0
    for one in values:
        batch.append(one)
        size += len(one[1])
        if len(batch) >= _BATCH_VALUES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def _values(db: Database) -> Iterator[tuple[str, str | bytes]]:
    """Yield every text and content of every table, with its place."""
    for table in db.table_names():
        columns = db.execute(f"pragma table_info({table})").fetchall()
        kept = [str(row[1]) for row in columns if str(row[2]).upper() in {"TEXT", "BLOB"}]
        ids = [str(row[1]) for row in columns if row[5]] or ["rowid"]
        chosen = ", ".join(f'"{name}"' for name in (*ids, *kept))
        for row in db.execute(f'select {chosen} from "{table}"'):  # noqa: S608 - the file's own names
            record = "/".join(str(part) for part in row[: len(ids)])
            for name, value in zip(kept, row[len(ids) :], strict=True):
                if value is not None:
                    yield f"{table}/{record}/{name}", value


def _names_and_texts(db: Database, theirs: Theirs) -> tuple[tuple[str, ...], tuple[Trace, ...]]:
    """Return the names as they were entered, and what is looked for of them and of other texts."""
    names: dict[str, str] = {}
    texts: list[Trace] = []
    for row in _rows(db, _PEOPLE, theirs):
        number = str(row["id"])
        for name in (row["display_name"], *msgspec.json.decode(str(row["other_names"]))):
            names.setdefault(str(name), number)
        texts += [_trace("name", number, word) for word in str(row["searchable"]).split("\n")]
        for outside in msgspec.json.decode(str(row["external_ids"])):
            texts.append(_trace("external id", number, str(outside)))
        for column in ("contact", "guardian", "rights_holder", "agent_authority", "notes"):
            texts.append(_trace(column.replace("_", " "), number, str(row[column])))
    for row in _rows(db, _SAMPLES, theirs):
        texts.append(_trace("hash", str(row["id"]), str(row["file_sha256"])))
    for row in _rows(db, _DOCUMENTS, theirs):
        texts.append(_trace("hash", str(row["id"]), str(row["sha256"])))
        texts.append(_trace("file name", str(row["id"]), str(row["file_name"])))
    texts += [_trace(words.kind, words.source, words.text, told=False) for words in own_words(db, theirs)]
    # Short ones but names say nothing of anybody.
    texts = [text for text in texts if len(text.content) >= SHORTEST_TRACE_BYTES]
    for name, number in names.items():
        trace = _trace("name", number, name)
        if len(trace.content) >= SHORTEST_NAME_BYTES:
            # Within the words of others, short names are told where they are words of their own.
            texts.append(replace(trace, told=len(trace.content) >= SHORTEST_TRACE_BYTES))
    return tuple(names), tuple({text.content: text for text in reversed(texts)}.values())


def _trace(kind: str, source: str, text: str, *, told: bool = True) -> Trace:
    return Trace(kind=kind, source=source, content=text.encode("utf-8", "surrogatepass"), told=told)


def _pieces(db: Database, theirs: Theirs) -> tuple[list[Trace], int]:
    pieces: list[Trace] = []
    indistinct = 0
    for kind, statement in _CONTENTS:
        # Row by row: documents may be large.
        for number, content in db.execute(
            f"{statement} in (select value from json_each(:people))",  # noqa: S608 - own names
            theirs.named(),
        ):
            found = pieces_of(bytes(content), kind, str(number))
            indistinct += bool(content) and not found
            pieces += found
    return pieces, indistinct


def _rows(db: Database, statement: str, theirs: Theirs) -> Iterator[Mapping[str, object]]:
    cursor = db.execute(statement, theirs.named())
    names = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _plain(text: str) -> str:
    """Return a text folded, its punctuation turned into single blanks, as in the name of a file."""
    bare = text.casefold() if text.isascii() else folded(text)
    return re.sub(r"[\W_]+", " ", bare).strip()


def _pattern(plain: str) -> str:
    """Return what a plain name looks like as words of its own; scripts without blanks have no borders."""
    if len(plain) == 1 or ord(plain[:1] or "a") < _FIRST_UNSPACED:
        return rf"(?<!\w){re.escape(plain)}(?!\w)"
    return re.escape(plain)
