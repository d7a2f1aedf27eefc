"""From identifications and consent to findings, a verdict and a headline (contract.md, "How findings get …")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent import explain, judge, severity_of, verdict_of, what_would_change
from countenance.identification import Identification, IdentificationStatus, OperatingPoint
from countenance.judgement import FoundPerson, Judgement, MatchKind
from countenance.labels import label
from countenance.observations import FaceTrack, NotExamined, Observations
from countenance.packs import PackCard
from countenance.people import Modality
from countenance.use import StatedUse
from countenance.verdict import (
    CheckResult,
    Finding,
    FindingKind,
    FindingTexts,
    Severity,
    TimeRange,
    UnknownPolicy,
    Verdict,
)
from reports.finding_words import coverage_texts, likeness_words, titled
from reports.wording import verdict_sentence
from scan.known import Known
from scan.prominence import prominent_tracks
from scan.unknowns import gather_unknowns

UNEXAMINED_SHARE = 0.05
"""More of the picture's or speech's time left unexamined than this asks for a review (contract.md)."""

NEAR_MISS_RATE = 0.5
"""Where so many strangers look as alike to somebody, the nearest person is no near miss, and is not named."""

JOIN_S = 0.5
"""Ranges closer than this are shown as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a verdict is assembled from."""

    observations: Observations
    identifications: Sequence[Identification]
    point: OperatingPoint | None
    card: PackCard
    known: Known
    use: StatedUse
    unknown: UnknownPolicy
    now: datetime
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """One person in the clip, recognised or not, with the tracks that show them.

    Attributes:
        best: the surest identification of these tracks; None for tracks that were not examined.
        prominent: whether an unknown face is large and long enough to ask about.
    """

    found: FoundPerson
    tracks: tuple[FaceTrack, ...]
    best: Identification | None
    prominent: bool


def assemble(evidence: Evidence) -> CheckResult:
    """Return the result: findings worst first, the verdict, and the headline in the language in force."""
    observations, known = evidence.observations, evidence.known
    people = people_found(evidence)
    clip = judge(
        [somebody.found for somebody in people],
        list(known.people.values()),
        known.grants,
        known.prohibitions,
        evidence.use,
        evidence.now,
        owner=known.owner,
        registry_tz=known.tz,
    )
    findings = [
        _person_finding(evidence, somebody, person.judgement)
        for somebody, person in zip(people, clip.people, strict=True)
    ]
    findings += _coverage_findings(observations)
    order = list(Severity)
    findings.sort(key=lambda finding: order.index(finding.severity))
    incomplete = _is_incomplete(observations)
    verdict = _verdict(verdict_of(clip, UnknownPolicy.NOTE), findings)
    named = {finding.person for finding in findings if finding.person}
    return CheckResult(
        program=evidence.program,
        created=evidence.now,
        observations=observations,
        use=evidence.use,
        registry=known.facts,
        pack=evidence.card,
        operating_point=evidence.point,
        identifications=tuple(evidence.identifications),
        consent=clip,
        findings=tuple(findings),
        verdict=verdict,
        incomplete=incomplete,
        headline=verdict_sentence(
            verdict, anybody_seen=bool(observations.tracks), checked=bool(known.facts or known.templates)
        ),
        enrolled_pictures={person: known.pictures[person] for person in named if person in known.pictures},
        seconds=dict(observations.seconds),
    )


def people_found(evidence: Evidence) -> list[Somebody]:
    """Return everybody in the clip: recognised people by name, then the unknown gathered by likeness."""
    tracks = {track.id: track for track in evidence.observations.tracks}
    prominent = prominent_tracks(evidence.observations.tracks, evidence.observations.clip)
    by_person: dict[str, list[Identification]] = {}
    for item in evidence.identifications:
        if item.person is not None:
            by_person.setdefault(item.person, []).append(item)
    people = []
    for person, items in sorted(by_person.items()):
        best = min(items, key=_surest_first)
        strong = best.status is IdentificationStatus.IDENTIFIED
        people.append(
            Somebody(
                found=FoundPerson(
                    person=person,
                    modality=(Modality.FACE,),
                    match=MatchKind.STRONG if strong else MatchKind.POSSIBLE,
                ),
                tracks=tuple(tracks[item.track] for item in items),
                best=best,
                prominent=True,
            )
        )
    rest = {item.track: item for item in evidence.identifications if item.person is None}
    unnamed = [track for track in evidence.observations.tracks if track.id in rest]
    for group in gather_unknowns(unnamed, evidence.card.face):
        items = [rest[track.id] for track in group]
        people.append(
            Somebody(
                found=FoundPerson(person=None, modality=(Modality.FACE,), match=MatchKind.NONE),
                tracks=tuple(group),
                best=min(items, key=_surest_first),
                prominent=any(track.id in prominent for track in group),
            )
        )
    return people


def merge_ranges(tracks: Sequence[FaceTrack]) -> tuple[TimeRange, ...]:
    """Return where the tracks are seen, ascending, close neighbours joined."""
    merged: list[TimeRange] = []
    for track in sorted(tracks, key=lambda track: track.start_s):
        if merged and track.start_s - merged[-1].end_s <= JOIN_S:
            last = merged.pop()
            merged.append(TimeRange(start_s=last.start_s, end_s=max(last.end_s, track.end_s)))
        else:
            merged.append(TimeRange(start_s=track.start_s, end_s=track.end_s))
    return tuple(merged)


def _surest_first(item: Identification) -> tuple[int, float]:
    order = list(IdentificationStatus)
    return order.index(item.status), -(item.best.score if item.best else -float("inf"))


def _person_finding(evidence: Evidence, somebody: Somebody, judgement: Judgement) -> Finding:
    person = somebody.found.person
    name = evidence.known.people[person].display_name if person else ""
    closest = _near_miss(evidence, somebody.best)
    texts = _texts(evidence, somebody, judgement, name=name, closest=closest)
    return Finding(
        kind=FindingKind.LIKENESS,
        severity=_severity(evidence, somebody, judgement),
        person=person,
        name=name,
        tracks=tuple(track.id for track in somebody.tracks),
        ranges=merge_ranges(somebody.tracks),
        judgement=judgement,
        identification=somebody.best,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=_texts(evidence, somebody, judgement),
        closest=closest,
    )


def _texts(
    evidence: Evidence, somebody: Somebody, judgement: Judgement, *, name: str = "", closest: str = ""
) -> FindingTexts:
    use, grants, prohibitions = evidence.use, evidence.known.grants, evidence.known.prohibitions
    return FindingTexts(
        title=titled(name, label(judgement.kind)),
        sentence=explain(judgement, name or None, use, grants=grants, prohibitions=prohibitions),
        likeness=likeness_words(somebody.best, closest=closest),
        next_step=what_would_change(judgement, name or None, use, grants=grants, prohibitions=prohibitions),
    )


def _near_miss(evidence: Evidence, item: Identification | None) -> str:
    """Return the nearest person's name where somebody unknown is tellingly alike; else nothing."""
    if item is None or item.status is not IdentificationStatus.UNKNOWN or item.best is None:
        return ""
    return evidence.known.people[item.best.person].display_name if item.best.rate < NEAR_MISS_RATE else ""


def _severity(evidence: Evidence, somebody: Somebody, judgement: Judgement) -> Severity:
    found = severity_of(judgement.kind, evidence.unknown, prominent=somebody.prominent)
    # Somebody recognised and permitted is worth a line: the user sees who was found and on which grant it rests.
    return found or Severity.NOTE


def _coverage_findings(observations: Observations) -> list[Finding]:
    if unexamined_share(observations) <= UNEXAMINED_SHARE:
        return []
    texts = coverage_texts(observations)
    return [
        Finding(
            kind=FindingKind.COVERAGE,
            severity=Severity.REVIEW,
            person=None,
            name="",
            tracks=(),
            ranges=tuple(TimeRange(start_s=gap.start_s, end_s=gap.end_s) for gap in observations.picture.gaps),
            judgement=None,
            identification=None,
            title=texts.title,
            sentence=texts.sentence,
            likeness=texts.likeness,
            next_step=texts.next_step,
            unnamed=texts,
        )
    ]


def unexamined_share(observations: Observations) -> float:
    """Return the larger share of picture and sound time that was asked for and could not be examined, 0 to 1.

    A file with nothing but sound that nobody listened to was not examined at all.
    """
    if not observations.picture.present and observations.sound.not_examined is not None:
        return 1.0
    picture = sum(gap.share for gap in observations.picture.gaps) if observations.picture.present else 0.0
    sound = sum(gap.share for gap in observations.sound.gaps) if observations.sound.present else 0.0
    return min(1.0, max(picture, sound))


def _is_incomplete(observations: Observations) -> bool:
    # Sound that no detector of this version listens to stays a hole in the check, even where nobody can fill it.
    unheard = observations.sound.present and observations.sound.not_examined is NotExamined.NO_DETECTOR
    return unheard or unexamined_share(observations) > UNEXAMINED_SHARE


def _verdict(by_consent: Verdict, findings: Sequence[Finding]) -> Verdict:
    worst = findings[0].severity if findings else Severity.NOTE
    if worst is Severity.BLOCK:
        return Verdict.BLOCKED
    return Verdict.REVIEW if worst is Severity.REVIEW else by_consent
