"""What has changed for clips that were checked and kept: judged again from what is remembered, without decoding.

Who was recognised then counts as recognised now, although nobody is compared any more; who was unknown then stays
unknown, even if enrolled since: only a new check finds them, or an answer that says who it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from consent import Records, ending_of, explain, severity_of, verdict_of, what_would_change
from countenance.clearance import KeptCheck
from countenance.decisions import Publication
from countenance.grants import CHANNEL_GROUPS, OTHER_CHANNELS, Duty
from countenance.judgement import Judgement, JudgementKind, MatchKind, PersonJudgement
from countenance.labels import day_label
from countenance.people import Modality
from countenance.translations import _
from countenance.use import StatedUse
from countenance.verdict import Severity, UnknownPolicy, Verdict
from scan.answered import with_answers_since
from scan.decided import with_approvals
from scan.recall.by_clip import ByClip
from scan.recall.remembered import Remembered, WhatWasAgreed

_CHANNELS = frozenset({*CHANNEL_GROUPS, *OTHER_CHANNELS}.union(*CHANNEL_GROUPS.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPerson:
    """For whom a clip is judged otherwise than when it was checked.

    Attributes:
        person: None for somebody unknown.
        name: empty for somebody unknown.
        rests_on: id of the grant, prohibition or exception that decides now.
        sentence: why; next_step: what would change it. Both translated.
    """

    person: str | None
    name: str
    modality: tuple[Modality, ...]
    before: JudgementKind
    after: JudgementKind
    rests_on: str | None
    sentence: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedVerdict:
    """A kept check whose verdict is another one now.

    Attributes:
        publication: id of the publication that was judged; empty where the clip has not gone out.
        publish_at: the moment it was judged for, with offset.
        people: for whom it is judged otherwise.
    """

    check: str
    clip_name: str
    publication: str
    publish_at: datetime
    before: Verdict
    after: Verdict
    people: tuple[ChangedPerson, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingDown:
    """A publication that may not stay.

    Attributes:
        last_day: on which it may still be up; past where it should be down already.
        overdue: whether that day is over.
        check: id of the check it was judged by; empty where none is kept.
        sentence: why, translated.
    """

    publication: Publication
    last_day: date
    overdue: bool
    check: str
    person: str | None
    rests_on: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What must be seen to: verdicts that have changed, and publications that come down, the most urgent first."""

    changed: tuple[ChangedVerdict, ...]
    coming_down: tuple[ComingDown, ...]


def affected(memory: Remembered, now: datetime) -> Recall:
    """Judge every clip that is remembered as of `now` (with offset), and return what is not as it was.

    What is out is judged as it went out: the grants of that moment, at the place where it is, with the bans and the
    endings of now. What is not recorded as published is judged for the moment that was stated, or for now once that
    is over. What was taken down is judged no more.
    """
    agreed = WhatWasAgreed(memory)
    today = now.astimezone(ZoneInfo(memory.tz)).date()
    out = _publications_by_check(memory)
    changed, coming_down = list[ChangedVerdict](), list[ComingDown]()
    for check in memory.checks:
        publications = out.pop(check.id, [])
        for publication in publications:
            if publication.taken_down_at is None:
                again = _Again(check, _as_published(check.record.use, publication), now, agreed)
                changed += again.changed(publication.id)
                coming_down += again.coming_down(publication, today)
        if not publications:
            planned = replace(check.record.use, publish_at=max(check.record.use.publish_at, now))
            changed += _Again(check, planned, now, agreed).changed()
    unchecked = [one for several in out.values() for one in several if one.taken_down_at is None]
    coming_down += [_as_set(one, today) for one in unchecked if one.take_down_by is not None]
    return Recall(
        changed=tuple(changed),
        coming_down=tuple(sorted(coming_down, key=lambda one: (one.last_day, one.publication.published_at))),
    )


class _Again:
    """One kept check judged again for one use."""

    def __init__(self, check: KeptCheck, use: StatedUse, now: datetime, agreed: WhatWasAgreed) -> None:
        self._check, self._memory = check, agreed.memory
        self._use = with_approvals(use, agreed.approvals(check.record.clip.mark))
        self._people = [
            with_answers_since(one, agreed.answers(check.record.clip.mark), agreed.memory.people)
            for one in check.people
        ]
        # Recognised then, and compared with nobody now: like somebody named by hand, it needs no biometric consent.
        self._found = [
            replace(one.found, match=MatchKind.TAGGED) if one.found.match is MatchKind.STRONG else one.found
            for one in self._people
        ]
        self._records = Records(
            grants=self._memory.grants,
            prohibitions=self._memory.prohibitions,
            exceptions=self._memory.decisions.exceptions,
        )
        self._clip = agreed.judge(self._found, check.record.clip.mark, self._use, now)

    def changed(self, publication: str = "") -> list[ChangedVerdict]:
        """Return how the verdict has changed; nothing where it has not."""
        before, after = self._check.record.verdict, self._verdict()
        if before is after:
            return []
        pairs = zip(self._check.record.people, self._clip.people, strict=True)
        people = [self._changed(one, was.judgement) for was, one in pairs if was.judgement is not one.judgement.kind]
        return [
            ChangedVerdict(
                check=self._check.id,
                clip_name=self._check.record.clip.name,
                publication=publication,
                publish_at=self._use.publish_at,
                before=before,
                after=after,
                people=tuple(people),
            )
        ]

    def coming_down(self, publication: Publication, today: date) -> list[ComingDown]:
        """Return why and by when a publication comes down; nothing where it may stay."""
        ends = [(self._last_day(one, today), one) for one in self._clip.people]
        known = [(day, one) for day, one in ends if day is not None]
        day, decisive = min(known, key=lambda end: end[0], default=(None, None))
        if publication.take_down_by is not None and (day is None or publication.take_down_by <= day):
            return [replace(_as_set(publication, today), check=self._check.id)]
        if day is None or decisive is None:
            return []
        return [
            ComingDown(
                publication=publication,
                last_day=day,
                overdue=day < today,
                check=self._check.id,
                person=decisive.person,
                rests_on=decisive.judgement.rests_on,
                sentence=self._sentence(decisive),
            )
        ]

    def _verdict(self) -> Verdict:
        pairs = zip(self._people, self._clip.people, strict=True)
        severities = {
            severity_of(one.judgement.kind, self._check.unknown, prominent=was.asked_about) for was, one in pairs
        }
        severities.add(self._check.besides)
        if Severity.BLOCK in severities:
            return Verdict.BLOCKED
        return Verdict.REVIEW if Severity.REVIEW in severities else verdict_of(self._clip, UnknownPolicy.NOTE)

    def _changed(self, one: PersonJudgement, before: JudgementKind) -> ChangedPerson:
        judgement = one.judgement
        return ChangedPerson(
            person=one.person,
            name=self._name(one),
            modality=self._found[one.found].modality,
            before=before,
            after=judgement.kind,
            rests_on=judgement.rests_on,
            sentence=self._sentence(one),
            next_step=what_would_change(judgement, self._name(one) or None, self._use, self._records),
        )

    def _sentence(self, one: PersonJudgement) -> str:
        return explain(one.judgement, self._name(one) or None, self._use, self._records)

    def _name(self, one: PersonJudgement) -> str:
        return self._memory.people[one.person].display_name if one.person else ""

    def _last_day(self, one: PersonJudgement, today: date) -> date | None:
        """Return the last day on which the clip may show somebody; None where none is known."""
        days = [
            date.fromisoformat(duty.partition(":")[2])
            for duty in one.judgement.duties
            if duty.startswith(Duty.TAKE_DOWN_BY.value)
        ]
        if severity_of(one.judgement.kind, UnknownPolicy.NOTE) is Severity.BLOCK:
            days.append(self._ended(one.judgement, today))
        return min(days, default=None)

    def _ended(self, judgement: Judgement, today: date) -> date:
        """Return the last day of what a judgement rests on, where it was a grant that ended; else today."""
        grant = next((one for one in self._memory.grants if one.id == judgement.rests_on), None)
        if grant is None or judgement.kind not in (JudgementKind.REVOKED, JudgementKind.EXPIRED):
            return today
        ending = ending_of(grant, self._memory.people[grant.person])
        return today if ending is None else min(ending[0], today)


def _as_published(use: StatedUse, publication: Publication) -> StatedUse:
    place = publication.place.strip().lower()
    channels = (place,) if place in _CHANNELS else use.channels
    return replace(use, publish_at=publication.published_at, channels=channels)


def _as_set(publication: Publication, today: date) -> ComingDown:
    last_day = publication.take_down_by
    assert last_day is not None  # asked only of those with a day
    return ComingDown(
        publication=publication,
        last_day=last_day,
        overdue=last_day < today,
        check=publication.check,
        person=None,
        rests_on=None,
        sentence=_("It was recorded with this publication that it may stay until {day}.").format(
            day=day_label(last_day)
        ),
    )


def _publications_by_check(memory: Remembered) -> dict[str, list[Publication]]:
    """Return publications by the check they went out on, or else by the last one of the same clip; "" is none."""
    kept = {check.id for check in memory.checks}
    checks = ByClip(memory.checks, lambda check: check.record.clip.mark)
    by_check: dict[str, list[Publication]] = {}
    for publication in memory.publications:
        named = publication.check
        if named not in kept:
            same = checks.about(publication.clip)
            named = same[-1].id if same else ""
        by_check.setdefault(named, []).append(publication)
    return by_check
