"""What somebody has to decide about one clip: an approval that a grant asks for, an exception that is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from countenance.decisions import Approval, RecordedException
from countenance.judgement import JudgementKind, Reason
from countenance.labels import label
from countenance.translations import _
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import CheckResult, Finding
from gui.presenters.looks import Icon
from reports.wording import format_moment

Record = Approval | RecordedException


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision about one clip, open or made.

    Attributes:
        grant: id of the grant that asks for it; empty where it is about an exception.
        exception: what is claimed; None where a grant asks.
        person: id of whose likeness it is.
        decided: the answer that counts now; None while nobody answered.
        told: who answered, when and why; empty while nobody did.
    """

    person: str
    grant: str = ""
    exception: ExceptionKind | None = None
    decided: ApprovalDecision | None = None
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingAsk:
    """What the dialog says in which a decision is recorded."""

    title: str
    words: str
    ground: str
    lasting: str
    button: str
    icon: Icon


def ruling_of(result: CheckResult, finding: Finding, records: Mapping[str, Record]) -> Ruling | None:
    """Return what is to be decided, or was, about the person of a finding; None where nothing is.

    Args:
        result: of the clip.
        finding: one of its findings.
        records: what was decided about the clip, from `records_about`.
    """
    judged, person = finding.judgement, finding.person
    if judged is None or person is None:
        return None
    if judged.kind is JudgementKind.NEEDS_APPROVAL:
        if judged.reason is Reason.EXCEPTION_CLAIMED:
            return Ruling(person=person, exception=result.use.exception) if result.use.exception else None
        return Ruling(person=person, grant=judged.rests_on) if judged.rests_on else None
    made = records.get(judged.rests_on or "")
    if made is None or not _counts(judged.kind, judged.reason, made):
        return None
    told = _told(made)
    if isinstance(made, RecordedException):
        return Ruling(person=person, exception=made.kind, decided=made.decision, told=told)
    return Ruling(person=person, grant=made.grant, decided=made.decision, told=told)


def ruling_ask(clip: str, finding: Finding, ruling: Ruling, decision: ApprovalDecision, ground: str) -> RulingAsk:
    """Return what to ask somebody who is about to decide.

    Args:
        clip: what it is called.
        finding: the one that is decided about.
        ruling: what is decided.
        decision: the answer that is about to be recorded.
        ground: the grant that asks, in words; may be empty.
    """
    approved = decision is ApprovalDecision.APPROVED
    if ruling.exception is not None:
        kind = label(ruling.exception)
        about = _("Does this exception carry “{clip}” for {name}? Claimed: {kind}.")
        words = about.format(clip=clip, name=finding.name, kind=kind)
    elif approved:
        words = _("You record that “{clip}” may be published with {name} in it.").format(name=finding.name, clip=clip)
    else:
        words = _("You record that “{clip}” may not be published with {name} in it.").format(
            name=finding.name, clip=clip
        )
    return RulingAsk(
        title=_("Approve this clip") if approved else _("Refuse this clip"),
        words=words,
        ground=ground,
        lasting=_("It counts for this clip alone and stays on record: a later answer can replace it, none deletes it."),
        button=_("Record the approval") if approved else _("Record the refusal"),
        icon=Icon.CONFIRM if approved else Icon.REJECT,
    )


def records_about(approvals: Iterable[Approval], exceptions: Iterable[RecordedException]) -> dict[str, Record]:
    """Return what was decided about one clip, oldest first: by the id of its grant what counts, else by its own."""
    return {one.grant: one for one in approvals} | {one.id: one for one in exceptions}


def _counts(kind: JudgementKind, reason: Reason, made: Record) -> bool:
    """Return whether a judgement is what it is because of a record; a grant may fail for other reasons, too."""
    if made.decision is ApprovalDecision.REFUSED:
        return reason is Reason.APPROVAL_REFUSED
    return kind in (JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES)


def _told(made: Record) -> str:
    approved = made.decision is ApprovalDecision.APPROVED
    told = _("Approved by {who}, {when}: {reason}") if approved else _("Refused by {who}, {when}: {reason}")
    return told.format(who=made.by, when=format_moment(made.at.astimezone()), reason=made.reason)
