"""What judgements rest on, in words: a grant or a prohibition with what it says, an exception that was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from countenance.decisions import RecordedException
from countenance.grants import Grant, Prohibition
from countenance.labels import day_label, label
from countenance.people import Person, PersonKind
from countenance.translations import _
from countenance.verdict import Finding
from gui.presenters.grants import grant_sentence, prohibition_sentence


def grounds_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the ids of all grants, prohibitions and exceptions that findings rest on."""
    judged = (finding.judgement.rests_on for finding in findings if finding.judgement is not None)
    return tuple(dict.fromkeys(id_ for id_ in judged if id_))


def ground_words(
    wanted: Iterable[str],
    people: Mapping[str, Person],
    grants: Iterable[Grant],
    prohibitions: Iterable[Prohibition],
    exceptions: Iterable[RecordedException],
) -> dict[str, str]:
    """Return sentences on what decided, by id; what is not there any more is left out.

    Args:
        wanted: ids of grants, prohibitions and exceptions.
        people: who gave or forbade, by id.
        grants: those to look among.
        prohibitions: likewise.
        exceptions: likewise.
    """
    words = {grant.id: _grant_words(grant, people.get(grant.person)) for grant in grants}
    words |= {ban.id: _ban_words(ban, people.get(ban.person)) for ban in prohibitions}
    words |= {one.id: _("Judged by an exception: {kind}.").format(kind=label(one.kind)) for one in exceptions}
    return {id_: words[id_] for id_ in wanted if id_ in words}


def _grant_words(grant: Grant, person: Person | None) -> str:
    group = person is not None and person.kind is PersonKind.GROUP
    sentence = grant_sentence(grant, _who(person), group=group)
    if grant.signed is None:
        return _("Judged by a grant. {sentence}").format(sentence=sentence[:1].upper() + sentence[1:])
    return _("Judged by the grant of {day}: {sentence}").format(day=day_label(grant.signed), sentence=sentence)


def _ban_words(ban: Prohibition, person: Person | None) -> str:
    return _("Judged by a prohibition: {sentence}").format(sentence=prohibition_sentence(ban, _who(person)))


def _who(person: Person | None) -> str:
    # Whose card it is says so already; a group's name says why its papers count here.
    return person.display_name if person is not None and person.kind is PersonKind.GROUP else _("this person")
