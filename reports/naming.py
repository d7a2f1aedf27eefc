"""How people are called in one report: by name where they are in a finding, by a letter where names are left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from countenance.identification import Identification
from countenance.translations import _
from countenance.use import StatedUse
from countenance.verdict import CheckResult, FindingTexts

SHORTEST_TELLING_PART = 3
"""Parts of a name with fewer letters (an initial, "Li") occur in any file name; a whole name counts at any length."""


class Naming:
    """Who is called what; letters go by the order in which people come up, so they are stable within a report."""

    def __init__(self, result: CheckResult, *, redact: bool) -> None:
        self.redact = redact
        self._names = {finding.person: finding.name for finding in result.findings if finding.person and finding.name}
        self._letters: dict[str, str] = {}
        for person in _people_in_order(result):
            self._letters.setdefault(person, letters(len(self._letters)))
        beside = {name for finding in result.findings for name in (finding.closest, finding.answer_name) if name}
        told = {*self._names.values(), *beside}
        telling = {_folded(part) for name in told for part in _telling_parts(name)}
        self._telling = re.compile("|".join(map(re.escape, sorted(telling)))) if telling else None

    def key(self, person: str | None) -> str | None:
        """Return the person's id, or the letter that stands for it."""
        if person is None or not self.redact:
            return person
        return self._letters[person]

    def name(self, person: str | None) -> str:
        """Return what the person is called here; empty for nobody and for people who are in no finding."""
        if person is None:
            return ""
        if self.redact:
            return _("Person {letter}").format(letter=self.key(person))
        return self._names.get(person, "")

    def foreign_text(self, text: str) -> str:
        """Return a text from outside (a file name, a project) unless it gives away who somebody is."""
        return _("(left out)") if self._gives_away(text) else text

    def unnamed_texts(self, texts: FindingTexts, use: StatedUse) -> FindingTexts:
        """Return texts worded without names, each left out where a stated text in it still gives somebody away.

        Such texts are made of our own words and of the stated use alone. Where the use holds no name they stay as they
        are: our own words are no name, even where somebody is called Grant or Tim (as in "time").
        """
        stated = (use.category, *use.channels, *use.territories, use.language or "", use.project or "")
        if not any(self._gives_away(text) for text in stated):
            return texts
        return FindingTexts(
            title=self.foreign_text(texts.title),
            sentence=self.foreign_text(texts.sentence),
            likeness=self.foreign_text(texts.likeness),
            next_step=self.foreign_text(texts.next_step),
        )

    def _gives_away(self, text: str) -> bool:
        return bool(self.redact and self._telling and self._telling.search(_folded(text)))


def letters(index: int) -> str:
    """Return A, B, … Z, AA, AB, … for 0, 1, …."""
    index, last = divmod(index, 26)
    return (letters(index - 1) if index else "") + chr(ord("A") + last)


def _people_in_order(result: CheckResult) -> Iterable[str]:
    for finding in result.findings:
        answered = finding.answer.person if finding.answer else None
        yield from (person for person in (finding.person, finding.voice_of, answered) if person)
    in_findings = (one for finding in result.findings for one in (finding.identification, finding.voice_identification))
    for one in (*in_findings, *result.identifications, *result.voice_identifications):
        if one is not None:
            yield from (person for person in (one.person, *_compared(one)) if person is not None)


def _compared(one: Identification) -> Iterable[str]:
    return (who.person for who in (one.best, one.runner_up) if who is not None)


def _folded(text: str) -> str:
    """Fold case, and the underline that stands for a space in file names and categories."""
    return text.casefold().replace("_", " ")


def _telling_parts(name: str) -> Iterable[str]:
    yield name
    for part in re.findall(r"\w+", name):
        if len(part) >= SHORTEST_TELLING_PART:
            yield part
