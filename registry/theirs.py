"""Which rows of the registry are about one person: what an erasure removes and a disclosure hands out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from registry.enrolled import json_array

_PEOPLE = "in (select value from json_each(:people))"
_SAMPLES = f"in (select id from samples where person {_PEOPLE})"  # noqa: S608 - own names
_DOCUMENTS = f"in (select id from documents where person {_PEOPLE})"  # noqa: S608 - own names
# Table and the condition under which its rows are about `:people` or their grants; in the order in which they may go.
THEIR_ROWS = (
    ("templates", f"sample {_SAMPLES}"),
    ("sample_media", f"sample {_SAMPLES}"),
    ("samples", f"person {_PEOPLE}"),
    ("biometric_consents", f"person {_PEOPLE}"),
    ("document_contents", f"document {_DOCUMENTS}"),
    ("documents", f"person {_PEOPLE}"),
    ("approvals", f"grant_id in (select id from grants where person {_PEOPLE})"),  # noqa: S608 - own names
    ("exceptions", f"person {_PEOPLE}"),
    ("answers", f"person {_PEOPLE}"),
    ("grants", f"person {_PEOPLE}"),
    ("prohibitions", f"person {_PEOPLE}"),
    ("members", f"party {_PEOPLE} or person {_PEOPLE}"),
    ("imports", f"person {_PEOPLE}"),
)
_SUBJECTS = f"""select value from json_each(:people)
    union select id from samples where person {_PEOPLE}
    union select id from biometric_consents where person {_PEOPLE}
    union select id from documents where person {_PEOPLE}
    union select id from grants where person {_PEOPLE}
    union select id from prohibitions where person {_PEOPLE}
    union select id from exceptions where person {_PEOPLE}
    union select id from answers where person {_PEOPLE}
    union select id from approvals where grant_id in (select id from grants where person {_PEOPLE})"""  # noqa: S608 - own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """The ids of a person and of what is theirs.

    Attributes:
        people: the person's, then those of people who turned out to be the same.
        subjects: all of these, and of their samples, consents, documents, grants, prohibitions, approvals, exceptions,
            and of the answers that name them.
    """

    people: tuple[str, ...]
    subjects: tuple[str, ...]

    def named(self) -> dict[str, str]:
        """Return both as the values of a statement."""
        return {"people": json_array(self.people), "subjects": json_array(self.subjects)}


def whose(db: Database, person: str) -> Theirs:
    """Return the ids of an existing person and of what is theirs."""
    rows = db.execute(
        """with recursive same (id) as (
            select ? union select p.id from people p join same on p.merged_into = same.id)
            select id from same""",
        [person],
    ).fetchall()
    people = (person, *sorted(row[0] for row in rows if row[0] != person))
    subjects = db.execute(_SUBJECTS, {"people": json_array(people)}).fetchall()
    return Theirs(people=people, subjects=tuple(sorted(row[0] for row in subjects)))
