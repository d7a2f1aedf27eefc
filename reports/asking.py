"""A letter that asks somebody in a clip for consent: which clip, where they appear, what it is for, how to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countenance.grants import Method
from countenance.judgement import JudgementKind
from countenance.labels import channel_label, day_label, label, language_label, listed, territory_label
from countenance.people import Modality
from countenance.translations import _, mark
from countenance.use import StatedUse
from countenance.verdict import CheckResult, Finding
from reports.formats import format_time_ranges


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """A letter ready to send, translated, lines apart by newlines."""

    subject: str
    text: str


def consent_request(result: CheckResult, finding: Finding, *, owner: str) -> ConsentRequest:
    """Return a letter that asks the person of a finding for consent to the stated use.

    Args:
        result: of the check; its use is what consent is asked for.
        finding: one of the result's, about a face or a voice.
        owner: who asks, as the registry calls its owner; where that is nobody's name, a blank is left to fill in.
    """
    clip, parts = result.observations.clip, _modalities(finding)
    asking = owner.strip() if owner.strip() not in _NOBODY_NAMED else _("[your name]")
    paragraphs = [
        _greeting(finding.name),
        _where(clip.name, finding, parts, still=clip.still),
        _("This is what we would like to do with it:") + "\n" + _bulleted(_use_lines(result.use, parts, asking)),
        _grants(parts, result.use.grantee or asking),
        _("You are free to say no, and you need not say why. Whatever you say stays with us and this clip."),
        _("You can withdraw your consent at any time by writing to us; what it then means for this clip we settle with "
          "you."),
        _("Please copy the lines that are true into your reply, and fill in what is left open:")
        + "\n"
        + "\n".join(_reply_lines(parts)),
        _("Thank you,\n{owner}").format(owner=asking),
    ]  # fmt: skip
    return ConsentRequest(
        subject=_("May we use “{clip}”, in which you {appear}?").format(clip=clip.name, appear=_(_APPEAR[parts])),
        text="\n\n".join(paragraphs) + "\n",
    )


def _modalities(finding: Finding) -> tuple[Modality, ...]:
    parts = ((Modality.FACE, finding.tracks), (Modality.VOICE, finding.speakers))
    return tuple(modality for modality, shown in parts if shown) or tuple(Modality)


def _greeting(name: str) -> str:
    return _("Dear {name},").format(name=name) if name else _("To the person in the clip:")


def _where(clip: str, finding: Finding, parts: tuple[Modality, ...], *, still: bool) -> str:
    is_sure = finding.judgement is None or finding.judgement.kind is not JudgementKind.POSSIBLE_MATCH
    words = _((_SHOWN if is_sure or not finding.name else _PERHAPS_SHOWN)[parts])
    when = "" if still else format_time_ranges(finding.ranges)
    if not when:
        return _("We are preparing “{clip}” for publication. {shown}").format(clip=clip, shown=words)
    return _("We are preparing “{clip}” for publication. {shown} You find it at {when}.").format(
        clip=clip, shown=words, when=when
    )


def _use_lines(use: StatedUse, parts: tuple[Modality, ...], owner: str) -> list[str]:
    open_ = _("not settled yet")
    methods = {Modality.FACE: use.face_method, Modality.VOICE: use.voice_method}
    heads = {Modality.FACE: _("How the picture is made"), Modality.VOICE: _("How the sound is made")}
    rows = [
        (_("What for"), label(use.purpose) if use.purpose else open_),
        *((heads[part], _made(methods[part]) or open_) for part in parts),
        (_("Where it appears"), listed(map(channel_label, use.channels)) or open_),
        (_("In which countries"), listed(map(territory_label, use.territories)) or open_),
        (_("From when"), day_label(use.publish_at.date())),
        (_("Project"), use.project or open_),
        (_("Who publishes it"), use.grantee or owner),
    ]
    rows += [(_("Language"), language_label(use.language))] if use.language else []
    rows += [(_("Sensitive themes"), listed(map(label, use.themes)))] if use.themes else []
    rows += [(_("Advertised"), use.category.replace("_", " "))] if use.category else []
    return [_("{word}: {value}").format(word=word, value=value) for word, value in rows]


def _made(method: Method | None) -> str:
    return _(_MADE[method]) if method else ""


def _grants(parts: tuple[Modality, ...], owner: str) -> str:
    return _(
        "With your consent {owner} may publish this clip with {part} as described above, and nothing else: for any "
        "other clip, purpose or place we would ask you again."
    ).format(owner=owner, part=_(_PART[parts]))


def _reply_lines(parts: tuple[Modality, ...]) -> list[str]:
    part = _(_MINE[parts])
    return [
        _("[ ] Yes, I consent to this use of {part}.").format(part=part),
        _("[ ] Yes, but only until ____________ or only for ____________."),
        _("[ ] No, I do not consent."),
        _("My name: ____________"),
        _("Day: ____________"),
    ]


def _bulleted(lines: Sequence[str]) -> str:
    return "\n".join(f"– {line}" for line in lines)


_FACE, _VOICE, _BOTH = (Modality.FACE,), (Modality.VOICE,), (Modality.FACE, Modality.VOICE)
_NOBODY_NAMED = frozenset({"", "us"})
"""What a registry calls its owner where nobody gave a name."""

_MADE = {
    Method.REAL_FOOTAGE: mark("as it was recorded"),
    Method.EDITED: mark("as it was recorded, cut and edited"),
    Method.AI_GENERATED: mark("made by a computer to look or sound like you"),
    Method.FACE_SWAP: mark("your face put onto somebody else’s body by a computer"),
    Method.VOICE_CLONE: mark("new words, spoken by a computer in your voice"),
    Method.LIP_SYNC: mark("your mouth changed by a computer, so that it fits other words"),
    Method.AGE_CHANGE: mark("you made younger or older by a computer"),
    Method.AI_DUB: mark("your words spoken by a computer in another language"),
}
_APPEAR = {
    _FACE: mark("are seen"),
    _VOICE: mark("are heard"),
    _BOTH: mark("are seen and heard"),
}
_SHOWN = {
    _FACE: mark("Your face is seen in it."),
    _VOICE: mark("Your voice is heard in it."),
    _BOTH: mark("Your face is seen and your voice is heard in it."),
}
_PERHAPS_SHOWN = {
    _FACE: mark("We believe that your face is seen in it; if it is not yours, please tell us."),
    _VOICE: mark("We believe that your voice is heard in it; if it is not yours, please tell us."),
    _BOTH: mark("We believe that you are seen and heard in it; if it is not you, please tell us."),
}
_PART = {
    _FACE: mark("your face"),
    _VOICE: mark("your voice"),
    _BOTH: mark("your face and your voice"),
}
_MINE = {
    _FACE: mark("my face"),
    _VOICE: mark("my voice"),
    _BOTH: mark("my face and my voice"),
}
