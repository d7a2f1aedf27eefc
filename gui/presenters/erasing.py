"""Erasing people: what goes, what stays, and the proof afterwards: grouped for a person, place by place on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from countenance.labels import listed
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _, mark, ngettext
from gui.presenters.looks import Icon, Tone
from registry import Erasure, ErasureReason, Found, Registry
from reports.wording import format_bytes, format_count

MOST_NAMES = 5
"""So many people are named in whose records something was found; the list of places has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What an erasure would do.

    Attributes:
        people: ids, in the order in which they are erased.
        names: of the people, in that order.
        goes, stays: sentences.
        to_type: what is typed to show that it is meant: the name, or how many people.
        asks: the sentence that asks for it.
    """

    people: tuple[str, ...]
    names: tuple[str, ...]
    goes: tuple[str, ...]
    stays: tuple[str, ...]
    to_type: str
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """One sentence of the proof, with an icon of its tone."""

    words: str
    icon: Icon
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is told after an erasure.

    Attributes:
        proved: whether nothing was found that no record explains.
        places: where exactly what was found stands, as the file calls it; for whoever looks closely.
        document: JSON, without a name.
        file_name: under which it may be saved.
    """

    title: str
    proved: bool
    lines: tuple[ProofLine, ...]
    places: tuple[str, ...]
    out_of_reach: tuple[str, ...]
    document: bytes
    file_name: str


def read_outlook(people: Sequence[str], registry: Registry) -> Outlook:
    """Return what erasing some people would do; off the window's thread."""
    with registry.snapshot():
        found = registry.people(people)
        faces = voices = grants = prohibitions = consents = documents = checks = 0
        for person in found:
            modalities = [one for sample in registry.samples(person.id) for one in sample.modalities]
            faces += modalities.count(Modality.FACE)
            voices += modalities.count(Modality.VOICE)
            grants += len(registry.grants(person.id))
            prohibitions += len(registry.prohibitions(person.id))
            consents += len(registry.consents(person.id))
            documents += len(registry.documents.of(person.id))
            checks += len(registry.checks.of(person.id))
    counted = (
        ngettext(
            "{count} picture of the face with its template", "{count} pictures of faces with their templates", faces
        ),
        ngettext("{count} voice sample with its template", "{count} voice samples with their templates", voices),
        ngettext("{count} biometric consent", "{count} biometric consents", consents),
        ngettext("{count} grant with all its revisions", "{count} grants with all their revisions", grants),
        ngettext("{count} prohibition", "{count} prohibitions", prohibitions),
        ngettext("{count} document", "{count} documents", documents),
    )
    counts = (faces, voices, consents, grants, prohibitions, documents)
    goes = [_("Name, other names, contact, notes and everything else that is recorded")]
    goes += [words.format(count=format_count(count)) for words, count in zip(counted, counts, strict=True) if count]
    return Outlook(
        people=tuple(person.id for person in found),
        names=tuple(person.display_name for person in found),
        goes=tuple(goes),
        stays=_stays(checks),
        to_type=found[0].display_name if len(found) == 1 else str(len(found)),
        asks=_("Type the name to erase this person: {name}").format(name=found[0].display_name)
        if len(found) == 1
        else _("Type how many people are erased: {count}").format(count=len(found)),
    )


def is_meant(outlook: Outlook, typed: str) -> bool:
    """Return whether what was typed is what was asked for; blanks and capitals are not looked at."""
    return " ".join(typed.split()).casefold() == " ".join(outlook.to_type.split()).casefold()


def reason_words(reason: ErasureReason) -> str:
    """Return a reason in words."""
    return _(_REASONS[reason])


def erase_all(people: Sequence[str], reason: ErasureReason, registry: Registry) -> tuple[Erasure, ...]:
    """Erase people one after the other, each with a proof; off the window's thread.

    Raises:
        RegistryError: the file cannot be written; who was erased before that stays erased.
    """
    return tuple(registry.upkeep.erase(person, reason) for person in people)


def read_whose(erasures: Sequence[Erasure], registry: Registry) -> dict[str, str]:
    """Return the names of those in whose records something was found, by the record's id; off the window's thread."""
    if not any(erasure.elsewhere for erasure in erasures):
        return {}
    names = registry.summaries.names()
    records = {_record(found) for erasure in erasures for found in erasure.elsewhere}
    return {
        record: names.people[names.theirs.get(record, record)]
        for record in sorted(records)
        if names.theirs.get(record, record) in names.people
    }


def proof_of(erasures: Sequence[Erasure], today: date, whose: Mapping[str, str] | None = None) -> Proof:
    """Return what is told after an erasure of one or several people.

    Args:
        erasures: of each.
        today: in the registry's zone.
        whose: names of those in whose records something was found, by the record's id; only shown, never saved.
    """
    proved = all(erasure.proved for erasure in erasures)
    lines: list[ProofLine] = []
    for erasure in erasures:
        lines += _lines(erasure, whose or {})
    documents = [
        {**msgspec.to_builtins(erasure), "proved": erasure.proved, "out_of_reach": list(out_of_reach())}
        for erasure in erasures
    ]
    document = documents[0] if len(documents) == 1 else documents
    count = len(erasures)
    return Proof(
        title=ngettext("{count} person was erased", "{count} people were erased", count).format(
            count=format_count(count)
        ),
        proved=proved,
        lines=tuple(dict.fromkeys(lines)),
        places=tuple(dict.fromkeys(place for erasure in erasures for place in _places(erasure))),
        out_of_reach=out_of_reach(),
        document=msgspec.json.format(msgspec.json.encode(document), indent=2),
        file_name=_("proof of erasure {day}.json").format(day=today.isoformat()),
    )


def out_of_reach() -> tuple[str, ...]:
    """Return where this program cannot look."""
    return (
        _("Out of reach: backups and other copies of the registry; erase there too, or let them go."),
        _("Out of reach: reports, certificates, exports and disclosures that were written outside the registry."),
        _("Out of reach: what the disk keeps of deleted files; of the registry it is encrypted."),
    )


def _stays(checks: int) -> tuple[str, ...]:
    told = [
        _("That somebody was erased, when and why: a number without a name"),
        _("The journal’s entries, which hold numbers and no names"),
    ]
    if checks:
        words = ngettext(
            "{count} kept check, without this person in it", "{count} kept checks, without this person in them", checks
        )
        told.append(words.format(count=format_count(checks)))
    told.append(_("Backups, reports, certificates and exports made before: erase there too"))
    return tuple(told)


def _lines(erasure: Erasure, whose: Mapping[str, str]) -> list[ProofLine]:
    searched = _(
        "Searched for {traces} pieces and {texts} names and texts in {pages} pages ({size}), free ones included."
    ).format(
        traces=format_count(erasure.traces),
        texts=format_count(erasure.texts),
        pages=format_count(erasure.pages),
        size=format_bytes(erasure.size),
    )
    lines = [_neutral(searched)]
    if erasure.left_over:
        kinds = listed(dict.fromkeys(_kind_words(found) for found in erasure.left_over))
        words = ngettext(
            "Something of this person is still in {count} place of the file: {kinds}.",
            "Something of this person is still in {count} places of the file: {kinds}.",
            len(erasure.left_over),
        )
        told = words.format(count=format_count(len(erasure.left_over)), kinds=kinds)
        lines.append(ProofLine(words=told, icon=Icon.BLOCKED, tone=Tone.BLOCKED))
    if not erasure.compacted:
        words = _("The file could not be written anew, without what its free pages held: the disk may be full.")
        lines.append(ProofLine(words=words, icon=Icon.REVIEW, tone=Tone.REVIEW))
    if erasure.proved:
        words = _("Nothing of this person was found but in records of others and in the journal.")
        if not erasure.elsewhere_count:
            words = _("Nothing of this person was found.")
        lines.append(ProofLine(words=words, icon=Icon.PERMITTED, tone=Tone.PERMITTED))
    lines += map(_neutral, _elsewhere(erasure, whose))
    if erasure.gone:
        words = ngettext(
            "Of {count} sample, picture, sound and template were gone before, as its consent had ended: only its hash"
            " and source could be looked for.",
            "Of {count} samples, picture, sound and template were gone before, as their consent had ended: only their"
            " hashes and sources could be looked for.",
            erasure.gone,
        )
        lines.append(_neutral(words.format(count=erasure.gone)))
    if erasure.indistinct:
        words = ngettext(
            "{count} content has nothing that is this person's alone, such as silence, and was not looked for.",
            "{count} contents have nothing that is this person's alone, such as silence, and were not looked for.",
            erasure.indistinct,
        )
        lines.append(_neutral(words.format(count=erasure.indistinct)))
    return lines


def _elsewhere(erasure: Erasure, whose: Mapping[str, str]) -> list[str]:
    """Return what stands in the journal, in texts and in contents of others, each counted."""
    journal = {_record(found) for found in erasure.elsewhere if _table(found) == _JOURNAL}
    others = [found for found in erasure.elsewhere if _table(found) != _JOURNAL]
    contents = {_record(found): found for found in others if found.kind in _CONTENTS}
    texts = {_record(found): found for found in others if found.kind not in _CONTENTS}
    told = []
    if texts:
        words = ngettext(
            "A name or a text of this person also stands in {count} record of others.",
            "Names or texts of this person also stand in {count} records of others.",
            len(texts),
        )
        told.append(_with_names(words.format(count=format_count(len(texts))), texts, whose))
    if contents:
        words = ngettext(
            "The same bytes are also in {count} sample or paper of others, as of a copy.",
            "The same bytes are also in {count} samples or papers of others, as of copies.",
            len(contents),
        )
        told.append(_with_names(words.format(count=format_count(len(contents))), contents, whose))
    if journal:
        words = ngettext(
            "{count} entry of the journal keeps a hash or a number, which tells of nobody.",
            "{count} entries of the journal keep hashes or numbers, which tell of nobody.",
            len(journal),
        )
        told.append(words.format(count=format_count(len(journal))))
    hidden = erasure.elsewhere_count - len(erasure.elsewhere)
    if hidden:
        told.append(ngettext("… and {count} more place", "… and {count} more places", hidden).format(count=hidden))
    return told


def _with_names(sentence: str, records: Mapping[str, Found], whose: Mapping[str, str]) -> str:
    names = list(dict.fromkeys(whose[record] for record in records if record in whose))
    if not names:
        return sentence
    more = len(names) - MOST_NAMES
    rest = [ngettext("{count} more", "{count} more", more).format(count=more)] if more > 0 else []
    shown = listed([*names[:MOST_NAMES], *rest])
    return in_a_row((sentence, _("Look at the page of {names}.").format(names=shown)))


def _places(erasure: Erasure) -> list[str]:
    """Return every place that was found, worst first, as the file calls it."""
    return [f"{_kind_words(found)}: {found.where}" for found in (*erasure.left_over, *erasure.elsewhere)]


def _table(found: Found) -> str:
    return found.where.partition("/")[0]


def _record(found: Found) -> str:
    return f"{found.where}/".split("/")[1]


def _kind_words(found: Found) -> str:
    return _(_KINDS[found.kind]) if found.kind in _KINDS else _("a text")


def _neutral(words: str) -> ProofLine:
    return ProofLine(words=words, icon=Icon.NOTE, tone=Tone.NEUTRAL)


_JOURNAL = "journal"
_CONTENTS = frozenset({"picture", "sound", "template", "document"})
_KINDS = {
    "name": mark("a name"),
    "picture": mark("a picture"),
    "sound": mark("a recording"),
    "template": mark("a template"),
    "document": mark("a paper"),
    "hash": mark("a hash"),
    "file name": mark("a file name"),
}
_REASONS = {
    ErasureReason.REQUEST: mark("The person asked for it"),
    ErasureReason.RETENTION: mark("It was kept long enough"),
    ErasureReason.MISTAKE: mark("Enrolled by mistake"),
    ErasureReason.OTHER: mark("Another reason"),
}
