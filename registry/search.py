"""Finding people by what somebody typed: names in any script, pinyin and initials, tags, ids."""

from __future__ import annotations

from sqlite_utils import Database

from countenance.people import Person
from registry import enrolled
from registry.names import folded

# A person's searchable words stand in lines. The whole line is a better match than its beginning, that better than
# the beginning of a word in it, that better than a part of a word, and all of these better than words here and there.
_RANK = """case
    when instr(searchable, char(10) || :text || char(10)) then 0
    when instr(searchable, char(10) || :text) then 1
    when instr(searchable, ' ' || :text) then 2
    when instr(searchable, :text) then 3
    else 4 end"""

# More words than anybody types; each is looked for in every row.
MOST_WORDS = 8


def search_people(db: Database, text: str, limit: int | None = None) -> tuple[Person, ...]:
    """Return the people who are found by `text`, better matches first, then in the order of enrolment.

    Args:
        db: the open registry.
        text: as typed; a blank finds everybody.
        limit: of people returned; None is no limit.
    """
    wanted = folded(text)
    words = {f"word{place}": word for place, word in enumerate(wanted.split()[:MOST_WORDS])}
    matching = "".join(f" and instr(searchable, :{name})" for name in words)
    rows = db.execute(
        f"select id from people where merged_into is null{matching} order by {_RANK}, rowid limit :limit",  # noqa: S608 - own names
        {"text": wanted, "limit": -1 if limit is None else limit} | words,
    ).fetchall()
    return enrolled.read_people(db, [row[0] for row in rows])


def find_named(db: Database, text: str) -> tuple[Person, ...]:
    """Return the person with this id, else everybody with this name; case, width and accents are not looked at."""
    by_id = db.execute("select id from people where id = ?", [text.strip().upper()]).fetchone()
    if by_id is not None:
        return enrolled.read_people(db, [by_id[0]])
    wanted = folded(text)
    if not wanted:
        return ()
    rows = db.execute(
        """select id from people where merged_into is null
            and instr(searchable, char(10) || ? || char(10)) order by rowid""",
        [wanted],
    ).fetchall()
    # Readings, tags and ids of other systems are words to search by, not names to be called by.
    return tuple(
        person
        for person in enrolled.read_people(db, [row[0] for row in rows])
        if wanted in {folded(name) for name in (person.display_name, *person.other_names)}
    )
