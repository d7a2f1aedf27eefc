"""What was answered about somebody in a clip, in words: who said what and when, and what follows."""

from __future__ import annotations

from countenance.answers import Answer, AnswerKind
from countenance.labels import day_label
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _, mark


def answer_sentence(answer: Answer, name: str = "", *, named: bool = True) -> str:
    """Return one sentence on who answered what, and when.

    Args:
        answer: the answer.
        name: of whom it names; empty where it names nobody known, or where names are left out.
        named: False leaves out who answered and what they noted.
    """
    return _("{answered}: {what}.").format(answered=_answered(answer, named=named), what=_what(answer, name, named))


def absent_sentence(answer: Answer, *, named: bool = True) -> str:
    """Return that an answer names somebody who is not in the registry, so that it does not count."""
    return _("{answered} who this is, but that person is not in this registry, so the answer does not count.").format(
        answered=_answered(answer, named=named)
    )


def overruled_sentence(answer: Answer, recognised: str = "", *, named: bool = True) -> str:
    """Return that an answer does not count because somebody is recognised.

    Args:
        answer: that nobody need be asked.
        recognised: name of whoever is; empty where names are left out.
        named: False leaves out who answered and what they noted.
    """
    whom = recognised or _("somebody in the registry")
    return in_a_row(
        (
            answer_sentence(answer, named=named),
            _("That does not count, because {name} is recognised here: say first that it is not {name}.").format(
                name=whom
            ),
        )
    )


def ruled_out_sentence(answer: Answer, name: str, modality: Modality, *, named: bool = True) -> str:
    """Return that somebody was said not to be the person they were taken for, and that nobody else is alike enough."""
    words = (
        _("Nobody else in the registry sounds alike enough, so nothing shows a permission.")
        if modality is Modality.VOICE
        else _("Nobody else in the registry looks alike enough, so nothing shows a permission.")
    )
    return in_a_row((answer_sentence(answer, name, named=named), words))


def unasked_sentence(answer: Answer, *, named: bool = True) -> str:
    """Return that nobody need be asked about somebody who has given a release, or is a passer-by."""
    return in_a_row((answer_sentence(answer, named=named), _(_FOLLOWS[answer.kind])))


def answer_title(kind: AnswerKind, name: str = "") -> str:
    """Return a few words for what is said of somebody unknown; `name` is of who it is not."""
    if kind is AnswerKind.NOT_THIS:
        return _("Said not to be {name}").format(name=name) if name else _("Said to be somebody else")
    return _(_TITLES[kind])


def unasked_next_step(kind: AnswerKind) -> str:
    """Return what is left to do about somebody who has given a release, or is a passer-by."""
    return _(_NEXT[kind])


def _answered(answer: Answer, *, named: bool) -> str:
    day = day_label(answer.at.date())
    if named and answer.by:
        return _("{who} answered on {day}").format(who=answer.by, day=day)
    return _("It was answered on {day}").format(day=day)


def _what(answer: Answer, name: str, named: bool) -> str:
    unnamed = _("the person it was taken for") if answer.kind is AnswerKind.NOT_THIS else _("somebody in the registry")
    words = _(_SAID[answer.kind]).format(name=name or unnamed)
    return _("{what} ({note})").format(what=words, note=answer.note) if answer.note and named else words


_SAID = {
    AnswerKind.THIS_IS: mark("this is {name}"),
    AnswerKind.NOT_THIS: mark("this is not {name}"),
    AnswerKind.INVENTED: mark("this is nobody real, but invented"),
    AnswerKind.RELEASED: mark("this person has given a release"),
    AnswerKind.PASSER_BY: mark("this is a passer-by"),
}
_FOLLOWS = {
    AnswerKind.RELEASED: mark("The registry holds no grant for it, so what the release covers was not checked here."),
    AnswerKind.PASSER_BY: mark("Nobody in the registry was recognised, and nobody need be asked."),
}
_TITLES = {
    AnswerKind.RELEASED: mark("A release is on hand"),
    AnswerKind.PASSER_BY: mark("Passer-by"),
    AnswerKind.INVENTED: mark("Invented"),
}
_NEXT = {
    AnswerKind.RELEASED: mark("Read the release again for this use, or enrol this person and record it as a grant."),
    AnswerKind.PASSER_BY: mark("Take the answer back if this is more than a passer-by."),
}
