"""How much of a clip could not be examined, and when that is a finding of its own (contract.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from countenance.observations import Gap, NotExamined, Observations, SoundCoverage
from countenance.searching import NotSearched, WhyNot
from countenance.verdict import Finding, FindingKind, FindingTexts, Severity, TimeRange
from reports.finding_words import coverage_texts
from reports.search_words import not_searched_texts

UNEXAMINED_SHARE = 0.05
"""More of the picture's or speech's time left unexamined than this asks for a review (contract.md)."""


def coverage_findings(observations: Observations) -> list[Finding]:
    """Return the finding that too much was not examined; none where it was little."""
    if unexamined_share(observations) <= UNEXAMINED_SHARE:
        return []
    missed = [
        gap
        for gap in (*observations.picture.gaps, *observations.sound.gaps)
        if gap.reason is not NotExamined.NOT_REQUESTED
    ]
    gaps = sorted(missed, key=lambda gap: gap.start_s)
    ranges = tuple(TimeRange(start_s=gap.start_s, end_s=gap.end_s) for gap in gaps)
    return [_finding(coverage_texts(observations), Severity.REVIEW, ranges)]


def not_searched_findings(observations: Observations, missed: Sequence[NotSearched]) -> list[Finding]:
    """Return the finding that not everybody was looked for; none where nobody is seen or heard, or everybody was."""
    if not missed or not (observations.tracks or observations.speakers):
        return []
    # What another look at the same clip would mend is worth that look; whom no model at hand finds, every clip lacks.
    passing = any(one.why is WhyNot.NOT_RUN for one in missed)
    return [_finding(not_searched_texts(missed), Severity.REVIEW if passing else Severity.NOTE)]


def unexamined_share(observations: Observations) -> float:
    """Return the larger share of picture and speech time that was asked for and could not be examined, 0 to 1.

    A file with nothing but sound that nobody listened to was not examined at all, and neither was one with nothing
    but a picture at which nobody looked; what was not asked for counts only then.
    """
    picture, sound = observations.picture, observations.sound
    looked_at = picture.present and not any(gap.reason is NotExamined.NOT_REQUESTED for gap in picture.gaps)
    listened_to = sound.present and sound.not_examined is None
    if not looked_at and not listened_to:
        return 1.0
    seen = _share(picture.gaps) if looked_at else 0.0
    return max(seen, _share(sound.gaps) if listened_to else _unheard_share(sound))


def is_incomplete(observations: Observations) -> bool:
    """Return whether more was left unexamined than may be passed over."""
    # Sound that no detector of this pack listens to stays a hole in the check, even where nobody can fill it.
    unheard = observations.sound.present and observations.sound.not_examined is NotExamined.NO_DETECTOR
    return unheard or unexamined_share(observations) > UNEXAMINED_SHARE


def _unheard_share(sound: SoundCoverage) -> float:
    """Return what sound that nobody listened to counts beside a picture: all of it where it was to be heard and failed.

    That no detector of the pack listens to any sound is told as incomplete instead: it says nothing about this clip.
    """
    expected = (None, NotExamined.NOT_REQUESTED, NotExamined.NO_DETECTOR)
    return 0.0 if sound.not_examined in expected else 1.0


def _finding(texts: FindingTexts, severity: Severity, ranges: tuple[TimeRange, ...] = ()) -> Finding:
    return Finding(
        kind=FindingKind.COVERAGE,
        severity=severity,
        person=None,
        name="",
        tracks=(),
        ranges=ranges,
        judgement=None,
        identification=None,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=texts,
    )


def _share(gaps: Iterable[Gap]) -> float:
    return min(1.0, sum(gap.share for gap in gaps))
