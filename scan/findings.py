"""From identifications and consent to findings, a verdict and a headline (contract.md, "How findings get …")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent import Records, explain, judge, severity_of, verdict_of, what_would_change
from countenance.answers import Answer
from countenance.decisions import ClipMark
from countenance.identification import Identification, IdentificationStatus, OperatingPoint
from countenance.judgement import ClipJudgement, Judgement
from countenance.labels import label
from countenance.observations import Observations
from countenance.packs import LicencePolicy, PackCard
from countenance.people import Modality
from countenance.searching import NotSearched
from countenance.use import StatedUse
from countenance.verdict import (
    CheckResult,
    Finding,
    FindingKind,
    FindingTexts,
    Severity,
    UnknownPolicy,
    Verdict,
)
from reports.finding_words import likeness_words, titled
from reports.wording import headline_of
from scan.answered import answered
from scan.cast import CastMember, cast_findings
from scan.decided import with_approvals
from scan.known import Decisions, Known
from scan.licensing import licence_findings
from scan.mismatch import Judged, mismatch_findings
from scan.people_found import Somebody, faces_found, voices_found
from scan.telling import with_answers
from scan.unexamined import coverage_findings, is_incomplete, not_searched_findings

NEAR_MISS_RATE = 0.5
"""Where so many strangers are as alike to somebody, the nearest person is no near miss, and is not named."""

_KINDS = {Modality.FACE: FindingKind.LIKENESS, Modality.VOICE: FindingKind.VOICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a verdict is assembled from.

    Attributes:
        identifications, voice_identifications: one per face track and one per speaker.
        points, voice_points: what they were judged by, model by model; none where nobody was compared.
        not_searched: of whom a face or a voice was not looked for.
        use: as stated.
        cast: who should appear; empty where nobody said.
        streams: of the clip's mark (`countenance.decisions.ClipMark`); empty where nobody computed it.
        answers: about this very clip, the oldest first; the people they name, as far as they are there, are known.
        licences: what is done where a model may not be used commercially.
    """

    observations: Observations
    identifications: Sequence[Identification]
    points: Sequence[OperatingPoint]
    voice_identifications: Sequence[Identification] = ()
    voice_points: Sequence[OperatingPoint] = ()
    not_searched: Sequence[NotSearched] = ()
    card: PackCard
    known: Known
    use: StatedUse
    unknown: UnknownPolicy
    now: datetime
    program: str
    cast: Sequence[CastMember] = ()
    streams: str = ""
    answers: Sequence[Answer] = ()
    licences: LicencePolicy = LicencePolicy.TELL

    @property
    def decisions(self) -> Decisions:
        """What is on record about this very clip."""
        clip = self.observations.clip
        return self.known.decisions.about(ClipMark(sha256=clip.sha256, streams=self.streams))

    @property
    def use_decided(self) -> StatedUse:
        """The use with the answers on record for this very clip."""
        return with_approvals(self.use, self.decisions.approvals)


def assemble(evidence: Evidence) -> CheckResult:
    """Return the result: findings worst first, the verdict, and the headline in the language in force."""
    observations, known = evidence.observations, evidence.known
    people = people_found(evidence)
    use = evidence.use_decided
    clip = judge(
        [somebody.found for somebody in people],
        list(known.people.values()),
        known.grants,
        known.prohibitions,
        use,
        evidence.now,
        exceptions=evidence.decisions.exceptions,
        owner=known.owner,
        registry_tz=known.tz,
    )
    judged = [Judged(one, person.judgement) for one, person in zip(people, clip.people, strict=True)]
    findings = [_person_finding(evidence, each.somebody, each.judgement) for each in judged]
    findings += mismatch_findings(observations, judged, known.people, _first(evidence.voice_points))
    findings += cast_findings(evidence.cast, judged, observations, known)
    findings += coverage_findings(observations)
    findings += not_searched_findings(observations, evidence.not_searched)
    findings += licence_findings(evidence.card, evidence.licences, observations.models)
    order = list(Severity)
    findings.sort(key=lambda finding: order.index(finding.severity))
    verdict = _verdict(verdict_of(clip, UnknownPolicy.NOTE), findings)
    named = {finding.person for finding in findings if finding.person}
    return CheckResult(
        program=evidence.program,
        created=evidence.now,
        observations=observations,
        use=use,
        registry=known.facts,
        pack=evidence.card,
        operating_point=_first(evidence.points),
        identifications=tuple(evidence.identifications),
        voice_operating_point=_first(evidence.voice_points),
        voice_identifications=tuple(evidence.voice_identifications),
        consent=clip,
        findings=tuple(findings),
        verdict=verdict,
        incomplete=is_incomplete(observations),
        headline=headline_of(verdict, observations, checked=bool(known.facts or known.templates or known.voices)),
        revisions=_revisions(clip, known),
        enrolled_pictures={person: known.pictures[person] for person in named if person in known.pictures},
        enrolled_sounds={person: known.sounds[person] for person in named if person in known.sounds},
        seconds=dict(observations.seconds),
        streams=evidence.streams,
        answers=tuple(evidence.answers),
        further_operating_points=tuple(evidence.points[1:]),
        further_voice_operating_points=tuple(evidence.voice_points[1:]),
    )


def _first(points: Sequence[OperatingPoint]) -> OperatingPoint | None:
    return points[0] if points else None


def _revisions(clip: ClipJudgement, known: Known) -> dict[str, int]:
    latest = {**{grant.id: grant.revision for grant in known.grants}, **known.prohibition_revisions}
    rests_on = dict.fromkeys(one.judgement.rests_on or "" for one in clip.people)
    return {number: latest[number] for number in rests_on if number in latest}


def people_found(evidence: Evidence) -> list[Somebody]:
    """Return everybody whose face is seen, then everybody whose voice is heard."""
    observations, card = evidence.observations, evidence.card
    told = answered(observations, evidence.answers)
    return [
        *faces_found(observations, evidence.identifications, card, told),
        *voices_found(observations, evidence.voice_identifications, card, told),
    ]


def _person_finding(evidence: Evidence, somebody: Somebody, judgement: Judgement) -> Finding:
    person = somebody.found.person
    name = evidence.known.people[person].display_name if person else ""
    closest = _near_miss(evidence, somebody.best)
    texts = _texts(evidence, somebody, judgement, name=name, closest=closest)
    finding = Finding(
        kind=_KINDS[somebody.modality],
        severity=_severity(evidence, somebody, judgement),
        person=person,
        name=name,
        tracks=tuple(track.id for track in somebody.tracks),
        speakers=tuple(speaker.id for speaker in somebody.speakers),
        ranges=somebody.ranges,
        judgement=judgement,
        identification=somebody.best,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=_texts(evidence, somebody, judgement),
        closest=closest,
    )
    return with_answers(finding, somebody, evidence.known.people)


def _texts(
    evidence: Evidence, somebody: Somebody, judgement: Judgement, *, name: str = "", closest: str = ""
) -> FindingTexts:
    known, use = evidence.known, evidence.use_decided
    records = Records(grants=known.grants, prohibitions=known.prohibitions, exceptions=evidence.decisions.exceptions)
    return FindingTexts(
        title=titled(name, label(judgement.kind)),
        sentence=explain(judgement, name or None, use, records),
        likeness=likeness_words(somebody.best, closest=closest, not_examined=somebody.not_examined),
        next_step=what_would_change(judgement, name or None, use, records),
    )


def _near_miss(evidence: Evidence, item: Identification) -> str:
    """Return the nearest person's name where somebody unknown is tellingly alike; else nothing."""
    if item.status is not IdentificationStatus.UNKNOWN or item.best is None:
        return ""
    return evidence.known.people[item.best.person].display_name if item.best.rate < NEAR_MISS_RATE else ""


def _severity(evidence: Evidence, somebody: Somebody, judgement: Judgement) -> Severity:
    found = severity_of(judgement.kind, evidence.unknown, prominent=somebody.asked_about)
    # Somebody recognised and permitted is worth a line: the user sees who was found and on which grant it rests.
    return found or Severity.NOTE


def _verdict(by_consent: Verdict, findings: Sequence[Finding]) -> Verdict:
    worst = findings[0].severity if findings else Severity.NOTE
    if worst is Severity.BLOCK:
        return Verdict.BLOCKED
    return Verdict.REVIEW if worst is Severity.REVIEW else by_consent
