"""From the people found in a clip to a judgement on each and on the clip: pure, without clock or files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from consent.answers import worst
from consent.duties import open_duties, performer_notice
from consent.papers import papers_of
from consent.question import Question, areas, parts
from consent.rules import judge_part
from countenance.decisions import RecordedException
from countenance.grants import Grant, Prohibition
from countenance.judgement import (
    ClipJudgement,
    Declaration,
    FoundPerson,
    Judgement,
    JudgementKind,
    MatchKind,
    PersonJudgement,
    Reason,
)
from countenance.people import Modality, Person, PersonKind
from countenance.use import StatedUse


def judge(  # noqa: PLR0917  the four kinds of record, the use and the moment have one natural order
    found: Sequence[FoundPerson],
    people: Sequence[Person],
    grants: Sequence[Grant],
    prohibitions: Sequence[Prohibition],
    use: StatedUse,
    checked_at: datetime,
    *,
    exceptions: Sequence[RecordedException] = (),
    owner: str = "us",
    registry_tz: str = "UTC",
) -> ClipJudgement:
    """Judge a stated use of a clip in which `found` were seen or heard (consent.md §4).

    Args:
        found: each face or voice once, with how firmly it was recognised.
        people: everybody enrolled, groups included.
        grants: all grants of the registry, in any order, drafts and ended ones included.
        prohibitions: all bans of the registry.
        use: what the clip is for; what is left out is not stated, and never guessed.
        checked_at: moment of the check, with offset; grants count as at the publication, bans and biometric
            consent as at this moment.
        exceptions: what people decided on claimed exceptions for this very clip; other clips' must not be among them.
        owner: who the registry belongs to, the grantee where a grant or the use names none.
        registry_tz: IANA zone for days that name no zone.

    Returns:
        One judgement for each entry of `found`, in its order, and the worst of them, with the open duties of all.

    Raises:
        WrongUsageError: a moment has no offset, or a zone is unknown.
    """
    question = Question(
        use=use, checked_at=checked_at, owner=owner, registry_tz=registry_tz, exceptions=tuple(exceptions)
    )
    named = {one.person for one in found}
    known = {person.id: person for person in people if person.id in named}
    groups = [person for person in people if person.kind is PersonKind.GROUP]
    recognised = {
        one.person
        for one in found
        if one.person in known
        and one.match in (MatchKind.STRONG, MatchKind.TAGGED)
        and not _has_lapsed(one, known[one.person], question)
    }
    judged: list[PersonJudgement] = []
    for index, one in enumerate(found):
        person = known.get(one.person) if one.person is not None and one.match is not MatchKind.NONE else None
        if person is not None and _has_lapsed(one, person, question):
            judged.append(_overall(index, None, [_unknown(Reason.TEMPLATE_LAPSED, one)]))
        elif person is None:
            judged.append(_overall(index, None, _of_nobody(one, question)))
        elif one.match is MatchKind.POSSIBLE:
            grey = Judgement(kind=JudgementKind.POSSIBLE_MATCH, reason=Reason.POSSIBLE_MATCH)
            judged.append(_overall(index, person.id, [grey]))
        else:
            papers = papers_of(person, recognised, groups, grants, prohibitions)
            split = parts(person, one.modality, use)
            judged.append(_overall(index, person.id, [judge_part(part, papers, question) for part in split]))
    return ClipJudgement(overall=_of_clip(judged), people=tuple(judged))


def _has_lapsed(found: FoundPerson, person: Person, question: Question) -> bool:
    """Say whether somebody may no longer be matched; naming by hand needs no template."""
    if found.match is MatchKind.TAGGED or person.biometric_until is None:
        return False
    return question.day(question.checked_at, None) > person.biometric_until


def _unknown(reason: Reason, found: FoundPerson) -> Judgement:
    alone = (("modality", found.modality[0].value),) if len(found.modality) == 1 else ()
    return Judgement(kind=JudgementKind.UNKNOWN_PERSON, reason=reason, part=alone)


def _of_nobody(found: FoundPerson, question: Question) -> list[Judgement]:
    """Judge a face or voice of nobody enrolled: unknown, or invented as the user declares."""
    if found.declared is not Declaration.SYNTHETIC:
        return [_unknown(Reason.NO_MATCH, found)]
    due = {
        duty
        for modality in found.modality or tuple(Modality)
        for area in areas(question.use.territories)
        for duty in performer_notice(modality, area, question)
    }
    duties = open_duties(due, None, question)
    kind = JudgementKind.PERMITTED_WITH_DUTIES if duties else JudgementKind.CLEAR
    return [Judgement(kind=kind, reason=Reason.DECLARED_SYNTHETIC, duties=duties)]


def _overall(index: int, person: str | None, judgements: Sequence[Judgement]) -> PersonJudgement:
    decisive = worst(judgements)
    return PersonJudgement(
        found=index,
        person=person,
        judgement=replace(decisive, duties=_all_duties(judgements)),
        parts=tuple(judgements),
    )


def _of_clip(judged: Sequence[PersonJudgement]) -> Judgement:
    if not judged:
        return Judgement(kind=JudgementKind.CLEAR, reason=Reason.NO_PEOPLE)
    judgements = [one.judgement for one in judged]
    return replace(worst(judgements), duties=_all_duties(judgements))


def _all_duties(judgements: Sequence[Judgement]) -> tuple[str, ...]:
    return tuple(sorted({duty for judgement in judgements for duty in judgement.duties}))
