"""What a judgement of consent means for a person who reads it: a title, why, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countenance.grants import Method
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.labels import channel_label, duty_label, field_label, label, language_label, listed, territory_label
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _, mark


@dataclass(frozen=True, slots=True)
class _Words:
    why: str
    next_step: str = ""


def judgement_title(judgement: Judgement, name: str) -> str:
    """Return a few words: who, and what consent says; `name` is empty for somebody unknown."""
    return _(_TITLES[judgement.kind]).format(name=name or _("Somebody unknown"))


def judgement_sentence(judgement: Judgement, name: str) -> str:
    """Return why consent says so: the grant, prohibition or missing detail it rests on, and which part decided."""
    sentences = [_(_REASONS[judgement.reason].why).format(**_terms(judgement, name))]
    if judgement.duties:
        sentences.append(
            _("Still to be done: {duties}.").format(duties=listed(duty_label(duty) for duty in judgement.duties))
        )
    if judgement.part and judgement.kind not in (JudgementKind.PERMITTED, JudgementKind.CLEAR):
        sentences.append(_("What decided: {part}.").format(part=part_words(judgement.part)))
    return in_a_row(sentences)


def judgement_next_step(judgement: Judgement, name: str) -> str:
    """Return what would change the answer; empty where nothing is to be done."""
    if judgement.kind is JudgementKind.PERMITTED_WITH_DUTIES:
        return _("See to what is still to be done, declare it done, and check again.")
    step = _REASONS[judgement.reason].next_step
    return _(step).format(**_terms(judgement, name)) if step else ""


def part_words(part: tuple[tuple[str, str], ...]) -> str:
    """Return the part of a use that decided, such as "face · TikTok · France"."""
    return " · ".join(_value_words(field, value) for field, value in part if value)


def _terms(judgement: Judgement, name: str) -> dict[str, str]:
    grant = judgement.rests_on
    return {
        "name": name or _("this person"),
        "grant": _("grant “{id}”").format(id=grant) if grant else _("what is on record"),
        "prohibition": _("prohibition “{id}”").format(id=grant) if grant else _("a recorded prohibition"),
        "missing": listed(field_label(field) for field in judgement.missing) or _("part of the use"),
    }


def _value_words(field: str, value: str) -> str:
    words = _VALUES.get(field)
    return words(value) if words else value


_VALUES: dict[str, Callable[[str], str]] = {
    "modality": lambda value: label(Modality(value)),
    "method": lambda value: label(Method(value)),
    "channel": channel_label,
    "territory": territory_label,
    "language": language_label,
}

_TITLES = {
    JudgementKind.CLEAR: mark("{name}: nobody to ask"),
    JudgementKind.PERMITTED: mark("{name}: permitted"),
    JudgementKind.PERMITTED_WITH_DUTIES: mark("{name}: permitted, with something left to do"),
    JudgementKind.NEEDS_APPROVAL: mark("{name}: approval is needed"),
    JudgementKind.NEEDS_DETAILS: mark("{name}: more must be known of the use"),
    JudgementKind.POSSIBLE_MATCH: mark("Possibly {name}"),
    JudgementKind.UNKNOWN_PERSON: mark("{name}"),
    JudgementKind.EXPIRED: mark("{name}: the consent has ended"),
    JudgementKind.REVOKED: mark("{name}: the consent was withdrawn"),
    JudgementKind.NOT_PERMITTED: mark("{name}: not permitted"),
}

_OTHER_GRANT = mark("Ask {name} for a grant that covers it, change the use, or leave {name} out.")
_LEAVE_OUT = mark("Leave {name} out, or come to a new agreement.")

_REASONS = {
    Reason.NO_PEOPLE: _Words(mark("There is nobody whose consent would be needed.")),
    Reason.OK: _Words(mark("The use is covered by {grant}.")),
    Reason.SELF: _Words(mark("This is recorded as your own persona.")),
    Reason.PUBLISHED_IN_TERM: _Words(mark("The clip went out while {grant} was in force, and may stay.")),
    Reason.DUTY_OPEN: _Words(mark("The use is covered by {grant}, on conditions.")),
    Reason.DECLARED_SYNTHETIC: _Words(mark("You declared this person invented: there is nobody to ask.")),
    Reason.NO_MATCH: _Words(
        mark("This person was compared with everybody in the registry, and is none of them."),
        mark("Say who this is: invented, somebody with a release, a passer-by, or somebody to enrol."),
    ),
    Reason.TEMPLATE_LAPSED: _Words(
        mark("The consent to compare the face or voice of {name} has ended."),
        mark("Renew the biometric consent, or say by hand who this is."),
    ),
    Reason.POSSIBLE_MATCH: _Words(
        mark("This may be {name}; the evidence is not enough to be sure."),
        mark("Compare the pictures, and say whether this is {name}."),
    ),
    Reason.USE_NOT_STATED: _Words(
        mark("Whether {name} has consented hangs on what was not stated: {missing}."),
        mark("State it ({missing}) and check again."),
    ),
    Reason.APPROVAL_PENDING: _Words(
        mark("Each clip needs a yes under {grant}, and none is recorded for this one."),
        mark("Show the clip to {name}, and record the answer."),
    ),
    Reason.VAGUE_GRANT: _Words(
        mark("A replica needs a described use, and none is described in {grant}."),
        mark("Have the use described (title, scenes, script, quantity) and signed, or record an approval."),
    ),
    Reason.EXCEPTION_CLAIMED: _Words(
        mark("An exception is claimed in place of consent; that is for a person to decide, never for a program."),
        mark("Have somebody entitled to it decide, and record the decision."),
    ),
    Reason.PAST_END: _Words(
        mark("The last day agreed in {grant} has passed."), mark("Renew the grant, or leave {name} out.")
    ),
    Reason.TURNED_18: _Words(
        mark("A guardian signed for {name}, who has since turned 18; that ended {grant}."),
        mark("Ask {name} for a grant of their own."),
    ),
    Reason.ENDED_AT_DEATH: _Words(
        mark("With the death of {name} came the end of {grant}."),
        mark("Ask the holder of the rights of {name} for a grant."),
    ),
    Reason.REVOKED: _Words(mark("{name} has withdrawn {grant}."), _LEAVE_OUT),
    Reason.SUSPENDED: _Words(
        mark("At the time of publication {grant} is suspended."),
        mark("Publish after the suspension, or leave {name} out."),
    ),
    Reason.STARTS_LATER: _Words(
        mark("At the time of publication {grant} has not begun."),
        mark("Publish later, or agree an earlier first day."),
    ),
    Reason.APPROVAL_REFUSED: _Words(mark("{name} was asked about this clip under {grant}, and said no."), _LEAVE_OUT),
    Reason.PROHIBITION: _Words(mark("This is forbidden by {prohibition}."), _LEAVE_OUT),
    Reason.EXCLUSIVE_ELSEWHERE: _Words(
        mark("{name} is bound exclusively to somebody else for this kind of product ({grant})."),
        mark("Leave {name} out, or agree it with the holder of the exclusive grant."),
    ),
    Reason.MINOR_PROTECTED: _Words(
        mark("{name} is a minor, and may not appear with such a theme, whatever was signed."),
        mark("Leave {name} out, or drop the theme."),
    ),
    Reason.THEME_NOT_NAMED: _Words(
        mark("A sensitive theme needs its own yes, and {grant} does not give it."), _OTHER_GRANT
    ),
    Reason.NO_GRANT: _Words(
        mark("No grant of {name} is on record."), mark("Ask {name} for a grant, or leave {name} out.")
    ),
    Reason.UNSIGNED: _Words(
        mark("Nobody has signed {grant}: it is a draft, without effect."), mark("Have it signed, and record the day.")
    ),
    Reason.WRONG_SIGNER: _Words(
        mark("Whoever signed {grant} was not entitled to, as far as the registry knows."),
        mark("Record the authority of the signer with its document, or have the right person sign."),
    ),
    Reason.SCOPE_MODALITY: _Words(mark("A face or a voice is used that {grant} does not cover."), _OTHER_GRANT),
    Reason.SCOPE_PURPOSE: _Words(mark("The purpose of this clip is not covered by {grant}."), _OTHER_GRANT),
    Reason.SCOPE_METHOD: _Words(mark("The way this was made is not covered by {grant}."), _OTHER_GRANT),
    Reason.SCOPE_GRANTEE: _Words(mark("Whoever publishes this is not covered by {grant}."), _OTHER_GRANT),
    Reason.SCOPE_PROJECT: _Words(mark("This project is not covered by {grant}."), _OTHER_GRANT),
    Reason.SCOPE_CHANNEL: _Words(mark("A channel of this clip is not covered by {grant}."), _OTHER_GRANT),
    Reason.SCOPE_TERRITORY: _Words(mark("A territory of this clip is not covered by {grant}."), _OTHER_GRANT),
    Reason.SCOPE_LANGUAGE: _Words(mark("The language of this clip is not covered by {grant}."), _OTHER_GRANT),
}
