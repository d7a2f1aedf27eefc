"""What a finding says of the answers about its face or voice: who answered what, when, and whether it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from countenance.answers import Answer, AnswerKind
from countenance.identification import IdentificationReason
from countenance.people import Person
from countenance.sentences import in_a_row
from countenance.verdict import Finding, FindingTexts
from reports.answer_words import (
    absent_sentence,
    answer_sentence,
    answer_title,
    overruled_sentence,
    ruled_out_sentence,
    unasked_next_step,
    unasked_sentence,
)
from scan.people_found import Somebody

_UNASKED = frozenset({AnswerKind.RELEASED, AnswerKind.PASSER_BY})


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is told of somebody's answers, worded with names or without."""

    somebody: Somebody
    name_of: Callable[[str], str]
    named: bool

    def texts(self, plain: FindingTexts) -> FindingTexts:
        """Return a finding's texts with what was answered."""
        one = self.somebody
        excluded = [answer for answer in one.answers if answer.kind is AnswerKind.NOT_THIS]
        if one.settled is not None and one.settled.kind in _UNASKED:
            said = [*map(self._said, excluded), unasked_sentence(one.settled, named=self.named)]
            return replace(
                plain,
                title=answer_title(one.settled.kind),
                sentence=in_a_row(said),
                next_step=unasked_next_step(one.settled.kind),
            )
        if self._stays_listed:
            *before, last = excluded
            said = [
                *map(self._said, before),
                ruled_out_sentence(last, self._whom(last), one.modality, named=self.named),
            ]
            others = [self._said(answer) for answer in one.answers if answer not in excluded]
            return replace(plain, title=answer_title(last.kind, self._whom(last)), sentence=in_a_row([*said, *others]))
        return replace(plain, sentence=in_a_row([*map(self._said, one.answers), plain.sentence]))

    @property
    def _stays_listed(self) -> bool:
        """Whether it is nobody known any more because the user ruled somebody out."""
        one = self.somebody
        ruled_out = IdentificationReason.RULED_OUT in one.best.reasons
        return ruled_out and one.found.person is None and one.settled is None

    def _said(self, answer: Answer) -> str:
        if answer.kind is AnswerKind.THIS_IS and answer.person != self.somebody.found.person:
            return absent_sentence(answer, named=self.named)
        if not counts(answer, self.somebody):
            recognised = self.somebody.found.person
            return overruled_sentence(answer, self.name_of(recognised or ""), named=self.named)
        return answer_sentence(answer, self._whom(answer), named=self.named)

    def _whom(self, answer: Answer) -> str:
        return self.name_of(answer.person)


def with_answers(finding: Finding, somebody: Somebody, people: Mapping[str, Person]) -> Finding:
    """Return a finding with what was answered about its face or voice.

    Args:
        finding: as consent judged it, with the answers taken into account.
        somebody: whom it is about.
        people: by id, those named in answers included as far as they are there.
    """
    if not somebody.answers:
        return finding

    def name_of(person: str) -> str:
        return people[person].display_name if person in people else ""

    plain = FindingTexts(
        title=finding.title, sentence=finding.sentence, likeness=finding.likeness, next_step=finding.next_step
    )
    texts = _Telling(somebody, name_of, named=True).texts(plain)
    answer = somebody.settled or somebody.named or somebody.answers[-1]
    return replace(
        finding,
        title=texts.title,
        sentence=texts.sentence,
        next_step=texts.next_step,
        unnamed=_Telling(somebody, lambda _person: "", named=False).texts(finding.unnamed),
        answer=answer,
        answer_counts=counts(answer, somebody),
        answer_name=name_of(answer.person),
    )


def counts(answer: Answer, somebody: Somebody) -> bool:
    """Return whether an answer about somebody changes anything."""
    if answer.kind is AnswerKind.THIS_IS:
        return answer.person == somebody.found.person
    return answer.kind is AnswerKind.NOT_THIS or somebody.found.person is None
