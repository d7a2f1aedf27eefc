"""What can be answered and done about a finding: a card's buttons with their keys, and the answer that was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from unicodedata import east_asian_width

from countenance.answers import Answer, AnswerKind
from countenance.identification import IdentificationStatus
from countenance.judgement import JudgementKind
from countenance.translations import _, ngettext
from countenance.use import ApprovalDecision
from countenance.verdict import CheckResult, Finding, FindingKind
from gui.presenters.looks import Icon
from gui.presenters.rulings import Record, Ruling
from reports.wording import format_count, format_moment


class Act(StrEnum):
    """What a card offers."""

    CONFIRM = "confirm"
    REJECT = "reject"
    INVENTED = "invented"
    RELEASED = "released"
    PASSER_BY = "passer_by"
    THIS_IS = "this_is"
    OWN = "own"
    ENROL = "enrol"
    ASK_CONSENT = "ask_consent"
    PAPERS = "papers"
    STATE_USE = "state_use"
    APPROVE = "approve"
    REFUSE = "refuse"


LONGEST_NAME = 30
"""Letters of a name on a button; the whole of it is in the card's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAct:
    """One thing that can be done about a finding.

    Attributes:
        key: the key that does it while the card has the focus, as Qt names it; empty where none does.
        tip: what happens, with the key.
        why_not: why it cannot be done now; empty where it can.
    """

    act: Act
    words: str
    icon: Icon
    tip: str
    key: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLook:
    """An answer as a card shows it.

    Attributes:
        id: of the answer.
        words: what was answered.
        told: by whom and when; note: where a release is kept.
        lasting: False where nothing but this window remembers it; `told` says so.
    """

    id: str
    words: str
    told: str
    note: str
    lasting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a page needs to know besides the result.

    Attributes:
        registry_open: whether the clip is judged by an open registry, so that answers are kept, and people enrolled.
        by_folder: whether it is judged by a folder of people although a registry is open.
        registry_locked: whether there is one that only has to be unlocked.
        people_known: whether there is anybody whom "this is …" could name.
        grounds: id of a grant, prohibition or exception to its words.
        records: what was decided about the clip, by what it is found by (`rulings.records_about`).
        pending: places of findings (`place_of`) whose answer is just being kept.
        passing: ids of answers that nothing but this window remembers.
    """

    registry_open: bool = False
    by_folder: bool = False
    registry_locked: bool = False
    people_known: bool = False
    grounds: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is offered for several unknown people at once."""

    words: str
    findings: tuple[int, ...]
    acts: tuple[CardAct, ...]


def place_of(finding: Finding) -> str:
    """Return what tells a finding's people from those of other findings of one clip, whatever they are called."""
    return f"{finding.kind}/{','.join(map(str, finding.tracks))}/{','.join(map(str, finding.speakers))}"


def is_open(finding: Finding) -> bool:
    """Return whether somebody unknown waits for an answer."""
    answer = finding.answer
    settled = answer is not None and finding.answer_counts and answer.kind is not AnswerKind.NOT_THIS
    return _is_about_somebody(finding) and finding.person is None and not settled


def card_acts(finding: Finding, around: Around, ruling: Ruling | None = None) -> tuple[CardAct, ...]:
    """Return what can be done about a finding, most useful first; `ruling` is what is to be decided about it."""
    if is_open(finding):
        return (*_unknown_acts(around), *_enrol_acts(finding, around))
    if finding.person is None:
        return ()
    kind = finding.judgement.kind if finding.judgement else None
    acts: list[CardAct] = []
    if _is_about_somebody(finding) and kind is JudgementKind.POSSIBLE_MATCH and finding.answer is None:
        acts += [_confirm(finding), _reject(finding), _this_is(around, _("Somebody else…"))]
    elif kind is JudgementKind.NEEDS_DETAILS:
        acts.append(_state_use())
    if ruling is not None:
        acts += _ruling_acts(ruling, around)
    if kind in _ASKING:
        acts.append(_ask_consent(finding, around))
    acts.append(_papers(finding, around))
    if _is_about_somebody(finding) and kind is not JudgementKind.POSSIBLE_MATCH and finding.answer is None:
        acts.append(_reject(finding))
    return tuple(acts)


def answer_look(finding: Finding, around: Around) -> AnswerLook | None:
    """Return the answer that a finding rests on; None where nobody answered."""
    answer = finding.answer
    if answer is None:
        return None
    told = [_("{who}, {when}").format(who=answer.by, when=format_moment(answer.at.astimezone()))]
    lasting = answer.id not in around.passing
    if not lasting:
        told.append(_("remembered until the window is closed"))
    if not finding.answer_counts:
        told.append(_("it changes nothing here"))
    return AnswerLook(
        id=answer.id,
        words=_answer_words(answer, finding),
        told="  ·  ".join(told),
        note=_("The release is kept here: {place}").format(place=answer.note) if answer.note else "",
        lasting=lasting,
    )


def batch_of(result: CheckResult, around: Around) -> Batch | None:
    """Return what can be answered for all unknown people at once; None where there are not several."""
    unknown = tuple(
        index
        for index, finding in enumerate(result.findings)
        if is_open(finding) and place_of(finding) not in around.pending
    )
    if len(unknown) < 2:
        return None
    words = ngettext("Answer {count} unknown…", "Answer all {count} unknown…", len(unknown))
    return Batch(words=words.format(count=format_count(len(unknown))), findings=unknown, acts=_unknown_acts(around)[:3])


def short_name(name: str, most: int = LONGEST_NAME) -> str:
    """Return a name as a button has room for it; characters of double width count twice."""
    room = most
    for place, character in enumerate(name):
        room -= 2 if east_asian_width(character) in "WF" else 1
        if room < 0:
            return name[: max(1, place - 1)].rstrip() + "…"
    return name


_ASKING = frozenset(
    {
        JudgementKind.NOT_PERMITTED,
        JudgementKind.EXPIRED,
        JudgementKind.REVOKED,
        JudgementKind.NEEDS_APPROVAL,
    }
)


def _is_about_somebody(finding: Finding) -> bool:
    return finding.kind in (FindingKind.LIKENESS, FindingKind.VOICE) and bool(finding.tracks or finding.speakers)


def _unknown_acts(around: Around) -> tuple[CardAct, ...]:
    invented = _("Nobody real: drawn or generated, and meant to be nobody.")
    released = _("You have the person’s written consent somewhere else.")
    passing = _("Seen or heard by chance; nobody whom the clip is about.")
    return (
        _act(Act.INVENTED, _("Invented"), Icon.STAR, invented, "1"),
        _act(Act.RELEASED, _("Has a release…"), Icon.DOCUMENT, released, "2"),
        _act(Act.PASSER_BY, _("Passer-by"), Icon.PEOPLE, passing, "3"),
        _this_is(around, _("This is…")),
    )


def _enrol_acts(finding: Finding, around: Around) -> tuple[CardAct, ...]:
    compared = finding.identification is not None
    unseen = compared and finding.identification.status is IdentificationStatus.NOT_EXAMINED  # type: ignore[union-attr]  # compared
    why_not = _needs_registry(around) or (_("Too little is seen or heard of them to enrol from.") if unseen else "")
    own = _("Enrol your own face or voice, or a persona of yours, from this clip.")
    new = _("Enrol somebody else from this clip, with their consent.")
    return (
        _act(Act.OWN, _("Me or my persona…"), Icon.PERSON, own, why_not=why_not),
        _act(Act.ENROL, _("Enrol this person…"), Icon.ADD, new, why_not=why_not),
    )


def _confirm(finding: Finding) -> CardAct:
    fits = short_name(finding.name) == finding.name
    words = _("Yes, this is {name}").format(name=finding.name) if fits else _("Yes, this is the person")
    return _act(Act.CONFIRM, words, Icon.CONFIRM, _("Remembered for this clip."), "Return")


def _reject(finding: Finding) -> CardAct:
    # A name cut off in its middle would say something else.
    fits = short_name(finding.name) == finding.name
    words = _("Not {name}").format(name=finding.name) if fits else _("Not this person")
    return _act(Act.REJECT, words, Icon.REJECT, _("Remembered for this clip; another clip is compared anew."), "Delete")


def _ruling_acts(ruling: Ruling, around: Around) -> list[CardAct]:
    why_not = _needs_registry(around)
    bound = _("Recorded for this clip alone, with the reason.")
    replaced = _("Recorded as a later answer; the earlier one stays in the journal.")
    if ruling.decided is ApprovalDecision.APPROVED:
        return [_act(Act.REFUSE, _("Withdraw the approval…"), Icon.REJECT, replaced, why_not=why_not)]
    if ruling.decided is ApprovalDecision.REFUSED:
        return [_act(Act.APPROVE, _("Approve after all…"), Icon.CONFIRM, replaced, why_not=why_not)]
    return [
        _act(Act.APPROVE, _("Approve…"), Icon.CONFIRM, bound, why_not=why_not),
        _act(Act.REFUSE, _("Refuse…"), Icon.REJECT, bound, why_not=why_not),
    ]


def _this_is(around: Around, words: str) -> CardAct:
    why_not = "" if around.people_known else _needs_registry(around) or _("Nobody is enrolled yet.")
    return _act(Act.THIS_IS, words, Icon.SEARCH, _("Say who of your registry it is."), "4", why_not=why_not)


def _ask_consent(finding: Finding, around: Around) -> CardAct:
    tip = _("A text to {name}, ready to be sent.").format(name=finding.name)
    return _act(Act.ASK_CONSENT, _("Ask for consent…"), Icon.MAIL, tip, why_not=_needs_registry(around))


def _papers(finding: Finding, around: Around) -> CardAct:
    tip = _("What {name} agreed to and forbade.").format(name=finding.name)
    return _act(Act.PAPERS, _("Open papers"), Icon.FOLDER, tip, why_not=_needs_registry(around))


def _state_use() -> CardAct:
    return _act(Act.STATE_USE, _("Say more about the use…"), Icon.CHANGE, _("The use decides whether it is permitted."))


def _needs_registry(around: Around) -> str:
    if around.registry_open:
        return ""
    if around.by_folder:
        return _("Clips are compared with a folder of people now, not with your registry.")
    return _("Unlock the registry first.") if around.registry_locked else _("This needs a registry; there is none yet.")


def _act(act: Act, words: str, icon: Icon, tip: str, key: str = "", *, why_not: str = "") -> CardAct:
    if key and not why_not:
        tip = _("{tip} Key: {key}").format(tip=tip, key=_key_words(key))
    return CardAct(act=act, words=words, icon=icon, tip=why_not or tip, key=key, why_not=why_not)


def _key_words(key: str) -> str:
    return {"Return": _("Enter"), "Delete": _("Delete")}.get(key, key)


def _answer_words(answer: Answer, finding: Finding) -> str:
    name = finding.answer_name
    if answer.kind is AnswerKind.THIS_IS:
        return _("Answered: this is {name}").format(name=name) if name else _("Answered: somebody who was erased since")
    if answer.kind is AnswerKind.NOT_THIS:
        return _("Answered: not {name}").format(name=name) if name else _("Answered: not the person it was taken for")
    return {
        AnswerKind.INVENTED: _("Answered: invented"),
        AnswerKind.RELEASED: _("Answered: has a release"),
        AnswerKind.PASSER_BY: _("Answered: passer-by"),
    }[answer.kind]
