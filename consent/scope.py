"""How a scope meets a part: a grant must cover it on every field, a ban need only touch it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from consent.answers import Answer, answer
from consent.fields import (
    channel_covers,
    channel_touches,
    language_covers,
    language_touches,
    project_named,
    same_name,
    territory_covers,
    territory_touches,
)
from consent.question import Part, Question
from countenance.grants import Grant, Method, Prohibition, Purpose
from countenance.judgement import Reason
from countenance.people import Modality

# In the order of consent.md §4, step 6: the first failing field of a grant is the reason given.
FIELD_REASONS: dict[str, Reason] = {
    "modality": Reason.SCOPE_MODALITY,
    "purpose": Reason.SCOPE_PURPOSE,
    "theme": Reason.THEME_NOT_NAMED,
    "method": Reason.SCOPE_METHOD,
    "grantee": Reason.SCOPE_GRANTEE,
    "project": Reason.SCOPE_PROJECT,
    "channel": Reason.SCOPE_CHANNEL,
    "territory": Reason.SCOPE_TERRITORY,
    "language": Reason.SCOPE_LANGUAGE,
}
FIELDS = tuple(FIELD_REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One grant read against one part.

    Attributes:
        failing: fields that do not cover it, in the order of `FIELDS`.
        missing: fields of the stated use (named as in `StatedUse`) without which it cannot be said.
    """

    grant: Grant
    failing: tuple[str, ...]
    missing: tuple[str, ...]


def read(grant: Grant, part: Part, question: Question) -> Reading:
    """Read `grant` against `part`: it covers the part if nothing fails and nothing is missing."""
    answers = _point_answers(grant, part, question) | {
        "channel": channel_covers(grant.channels, part.channel),
        "territory": territory_covers(grant.territories, part.area),
        "language": _spoken(part, language_covers(grant.languages, question.use.language)),
    }
    return Reading(
        grant=grant,
        failing=tuple(field for field in FIELDS if answers[field] is Answer.NO),
        missing=_missing(answers, part),
    )


def withdrawal_touches(grant: Grant, part: Part, question: Question) -> tuple[Answer, tuple[str, ...]]:
    """Say whether a part meets the scope of a withdrawn grant, and which fields of the use are missing to say it.

    Where a part is wider than the grant was (a worldwide use, a grant for the EU), it meets it: it would be
    published there too.
    """
    return _all_of(
        _point_answers(grant, part, question)
        | {
            "channel": channel_touches(grant.channels, part.channel),
            "territory": territory_touches(grant.territories, part.area),
            "language": _spoken(part, language_touches(grant.languages, question.use.language)),
        },
        part,
    )


def ban_touches(ban: Prohibition, part: Part, question: Question) -> tuple[Answer, tuple[str, ...]]:
    """Say whether a ban meets a part, and which fields of the use are missing to say it.

    A field that a ban leaves out, or empty, is not narrowed. A ban limited to languages is about the clip's
    language, for the face as well.
    """
    use = question.use
    narrowed: dict[str, Answer] = {}
    if ban.modality:
        narrowed["modality"] = answer(part.modality in ban.modality)
    if ban.purposes and Purpose.ANY not in ban.purposes:
        narrowed["purpose"] = _one_of(ban.purposes, use.purpose)
    if ban.themes:
        narrowed["theme"] = answer(not set(ban.themes).isdisjoint(use.themes))
    if ban.methods:
        narrowed["method"] = _method_in(ban.methods, question.method(part.modality))
    if ban.grantee:
        narrowed["grantee"] = answer(same_name(ban.grantee, question.grantee))
    if ban.projects:
        narrowed["project"] = project_named(ban.projects, use.project)
    if ban.channels:
        narrowed["channel"] = channel_touches(ban.channels, part.channel)
    if ban.territories:
        narrowed["territory"] = territory_touches(ban.territories, part.area)
    if ban.languages:
        narrowed["language"] = language_touches(ban.languages, use.language)
    return _all_of(narrowed, part)


def exclusive_touches(grant: Grant, part: Part, question: Question) -> tuple[Answer, tuple[str, ...]]:
    """Say whether an exclusive grant to somebody else meets a part in category, purpose and country."""
    category = question.use.category
    return _all_of(
        {
            "category": answer(same_name(grant.exclusive, category)) if category.strip() else Answer.NOT_STATED,
            "purpose": _purpose_in(grant.purposes, question.use.purpose),
            "territory": territory_touches(grant.territories, part.area),
        },
        part,
    )


def _point_answers(grant: Grant, part: Part, question: Question) -> dict[str, Answer]:
    """Answer the fields that a part states as one value, where covering and touching are the same."""
    return {
        "modality": answer(part.modality in grant.modality),
        "purpose": _purpose_in(grant.purposes, question.use.purpose),
        "theme": answer(set(question.use.themes) <= set(grant.themes_ok)),
        "method": _method_in(grant.methods, question.method(part.modality)),
        "grantee": answer(grant.sublicense or same_name(question.grantee_of(grant), question.grantee)),
        "project": project_named(grant.projects, question.use.project),
    }


def _purpose_in(purposes: Collection[Purpose], purpose: Purpose | None) -> Answer:
    if Purpose.ANY in purposes and purpose is not Purpose.AI_TRAINING:
        return Answer.YES
    return _one_of(purposes, purpose)


def _method_in(methods: Collection[Method], method: Method | None) -> Answer:
    return Answer.YES if set(methods) >= set(Method) else _one_of(methods, method)


def _one_of(named: Collection[Purpose] | Collection[Method], stated: Purpose | Method | None) -> Answer:
    return Answer.NOT_STATED if stated is None else answer(stated in named)


def _spoken(part: Part, language: Answer) -> Answer:
    """A grant limits the language of a voice only."""
    return language if part.modality is Modality.VOICE else Answer.YES


def _all_of(answers: dict[str, Answer], part: Part) -> tuple[Answer, tuple[str, ...]]:
    if Answer.NO in answers.values():
        return Answer.NO, ()
    missing = _missing(answers, part)
    return (Answer.NOT_STATED if missing else Answer.YES), missing


def _missing(answers: dict[str, Answer], part: Part) -> tuple[str, ...]:
    method = "face_method" if part.modality is Modality.FACE else "voice_method"
    names = {"method": method, "channel": "channels", "territory": "territories"}
    return tuple(names.get(field, field) for field, said in answers.items() if said is Answer.NOT_STATED)
