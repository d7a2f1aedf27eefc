"""What a grant may lack without being refused: sentences for whoever records it (`consent_fields.csv`, Grant)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from countenance.grants import SYNTHETIC_METHODS, Grant
from countenance.people import Person, PersonKind
from countenance.translations import _
from registry.records import GrantPapers

LONGEST_TERM_YEARS = 10
"""Of a licence of a digital replica under the US bill NO FAKES (consent.md, S22)."""
LONGEST_TERM_OF_MINOR_YEARS = 5


def cautions_about(grant: Grant, papers: GrantPapers, giver: Person, *, documents: int = 0) -> tuple[str, ...]:
    """Return what a lawyer would ask about a grant, in sentences; none of it keeps the grant from being recorded.

    Args:
        grant: what was granted.
        papers: what is recorded with it.
        giver: whose grant it is.
        documents: how many papers the registry holds for it.
    """
    return tuple(_cautions(grant, papers, giver, documents))


def _cautions(grant: Grant, papers: GrantPapers, giver: Person, documents: int) -> Iterator[str]:
    if not documents and not papers.documents:
        yield _("No document is kept with it: add the paper with --evidence.")
    if SYNTHETIC_METHODS.intersection(grant.methods) and not grant.description.strip():
        yield _("It allows synthetic methods without a description of the use: each clip will need approval.")
    start = grant.start or grant.signed
    if grant.signed and grant.start and grant.start < grant.signed:
        yield _("It starts before it was signed.")
    if grant.end is None:
        yield _("Its term is open: in some countries either side may end it at any time.")
        return
    years = LONGEST_TERM_OF_MINOR_YEARS if giver.kind is PersonKind.MINOR else LONGEST_TERM_YEARS
    if start is not None and grant.end > _years_later(start, years):
        yield _("Its term is longer than {years} years.").format(years=years)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
