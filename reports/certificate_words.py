"""What the certificate says, in words: made of the record alone, in the language in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from countenance.clearance import ClearanceRecord, ClearedPerson
from countenance.judgement import WORST_FIRST
from countenance.labels import duty_label, label, listed
from countenance.packs import CommercialUse
from countenance.people import Modality
from countenance.translations import _, mark, ngettext
from countenance.verdict import Verdict
from reports.certificate_lettering import can_letter, is_whole
from reports.facts import use_facts
from reports.formats import format_count, format_share, format_time, one_in


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody found: who, what consent says, and on what that rests."""

    who: str
    judged: str
    why: str


def clip_lines(record: ClearanceRecord) -> list[str]:
    """Return what the clip is, its name apart."""
    streams = _(", ").join(record.clip.streams)
    if record.clip.still:
        return [_("Still picture: {streams}").format(streams=streams)]
    return [_("Length {length}: {streams}").format(length=format_time(record.clip.duration_s), streams=streams)]


def use_sentence(record: ClearanceRecord) -> str:
    """Return the stated use in a row; what was not stated is gathered at its end."""
    facts = use_facts(record.use)
    said = [_("{word}: {value}").format(word=fact.word, value=fact.value) for fact in facts if fact.said]
    unsaid = [fact.word for fact in facts if not fact.said]
    if unsaid:
        said.append(_("not stated: {words}").format(words=listed(unsaid)))
    return _("; ").join(said)


def people_rows(record: ClearanceRecord) -> list[PersonRow]:
    """Return everybody found, the worst first; people unknown who are judged alike share a row."""
    order = list(WORST_FIRST)
    people = sorted(record.people, key=lambda one: (order.index(one.judgement), one.person is None, one.answer or ""))
    rows = []
    for (person, *_others), group in groupby(
        people, key=lambda one: (one.person or "", one.modality, one.judgement, one.reason, one.answer)
    ):
        alike = list(group)
        rows += [_row(one) for one in alike] if person else [_unknown_row(alike)]
    return rows


def title(verdict: Verdict, check: str = "") -> str:
    """Return what the page is called, so that nobody in a hurry takes a no for a clearance.

    Args:
        verdict: of the check.
        check: its id; without, it is not named.
    """
    if verdict in (Verdict.PERMITTED, Verdict.NO_MATCH):
        return _("Clearance certificate {id}").format(id=check) if check else _("Clearance certificate")
    told = _("Record of check {id} – not cleared").format(id=check) if check else ""
    return told or _("Record of a check – not cleared")


def erased_words(record: ClearanceRecord) -> list[str]:
    """Return that people who were found have been erased since; nothing where nobody has."""
    words = ngettext(
        "{count} person who was found has been erased from the registry since.",
        "{count} people who were found have been erased from the registry since.",
        record.erased,
    )
    return [words.format(count=format_count(record.erased))] if record.erased else []


def lettering_notes(record: ClearanceRecord) -> list[str]:
    """Return what the page's letters lack of the names on it."""
    names = [one.name for one in record.people if one.person and one.name]
    printed = [name for name in (*names, record.owner, record.clip.name) if can_letter(name)]
    notes = []
    if any(not is_whole(name) for name in printed):
        notes.append(
            _("Some letters are printed without some of their marks; the record inside this file has the names whole.")
        )
    if any(not can_letter(name) for name in names):
        notes.append(
            _("A name in writing that this page cannot print is shown as its id; the record inside this file has it.")
        )
    return notes


def coverage_sentences(record: ClearanceRecord) -> list[str]:
    """Return how much was examined, then what was not."""
    shares = (
        (record.picture_share, mark("{share} of the picture’s time was examined.")),
        (record.sound_share, mark("{share} of the speech’s time was examined.")),
    )
    told = [_(words).format(share=format_share(share)) for share, words in shares if share is not None]
    return [*told, *record.not_examined]


def promise_sentence(record: ClearanceRecord) -> str:
    """Return who was searched and how often strangers are taken for somebody, as promised."""
    if not record.judged_by:
        return _("Nobody was compared with the people of the registry.")
    searched = [_searched(one.modality, one.gallery) for one in record.judged_by]
    review = min(1.0, sum(one.review_fpir for one in record.judged_by))
    block = min(1.0, sum(one.block_fpir for one in record.judged_by))
    return _(
        "Searched: {searched}. Of strangers’ clips, at most {review} may raise a false review, and at most {block} a "
        "false certainty. Likeness is told as the share of strangers’ clips that would look or sound as alike."
    ).format(searched=listed(searched), review=one_in(review), block=one_in(block))


def model_lines(record: ClearanceRecord) -> list[str]:
    """Return the models with what their publishers allow, one line each."""
    return [
        _("{name} {version}: {licence}; commercial use {allowed}").format(
            name=model.name, version=model.version, licence=model.licence, allowed=_(_COMMERCIAL[model.commercial_use])
        )
        for model in record.models
    ]


def more_words(count: int) -> str:
    """Return that more is in the record than on the page."""
    return ngettext(
        "and {count} more, in the record inside this file", "and {count} more, in the record inside this file", count
    ).format(count=format_count(count))


def _row(one: ClearedPerson) -> PersonRow:
    person = one.person or ""
    who = one.name if one.name and can_letter(one.name) else person
    parts = [label(one.reason), *_answered(one)]
    if one.rests_on:
        parts.append(
            _("rests on {id}, revision {number}").format(id=one.rests_on, number=one.revision)
            if one.revision
            else _("rests on {id}").format(id=one.rests_on)
        )
    if one.duties:
        parts.append(_("still to do: {duties}").format(duties=listed(map(duty_label, one.duties))))
    if one.rate is not None:
        parts.append(_alike(one.rate, capped=one.rate_is_capped))
    name = who if who == person else _("{name} ({id})").format(name=who, id=person)
    return PersonRow(
        _("{who}, {modality}").format(who=name, modality=label(one.modality)), label(one.judgement), _("; ").join(parts)
    )


def _unknown_row(alike: Sequence[ClearedPerson]) -> PersonRow:
    one, count = alike[0], len(alike)
    words = (
        ngettext("{count} face that matches nobody here", "{count} faces that match nobody here", count)
        if one.modality is Modality.FACE
        else ngettext("{count} voice that matches nobody here", "{count} voices that match nobody here", count)
    )
    why = _("; ").join((label(one.reason), *_answered(one)))
    return PersonRow(words.format(count=format_count(count)), label(one.judgement), why)


def _answered(one: ClearedPerson) -> list[str]:
    return [_("by the user’s answer: {answer}").format(answer=label(one.answer))] if one.answer else []


def _alike(rate: float, *, capped: bool) -> str:
    if capped:
        return _("as alike as fewer than {share} strangers’ clips, the most our figures can say").format(
            share=one_in(rate, at_most=True)
        )
    if rate > 0.5:
        return _("as alike as most strangers’ clips")
    return _("as alike as about {share} strangers’ clips").format(share=one_in(rate))


def how_to_verify(*, signed: bool) -> str:
    """Return one sentence on how anybody tells whether the page and the clip are the ones meant."""
    if not signed:
        return _("This page is not signed: it proves nothing by itself.")
    return _(
        "Verify this file and the clip with “countenance report verify CERTIFICATE.pdf CLIP” or with the stand-alone "
        "verifier.py, and compare the key with the one that the issuer tells you."
    )


def _searched(modality: Modality, count: int) -> str:
    words = (
        ngettext("{count} face enrolled", "{count} faces enrolled", count)
        if modality is Modality.FACE
        else ngettext("{count} voice enrolled", "{count} voices enrolled", count)
    )
    return words.format(count=format_count(count))


_COMMERCIAL = {
    CommercialUse.YES: mark("allowed"),
    CommercialUse.NO: mark("not allowed"),
    CommercialUse.UNSETTLED: mark("unsettled"),
}
