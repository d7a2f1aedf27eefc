"""The cast: who should appear in a clip. Anybody else recognised, and a missing face or voice, is a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from countenance.errors import WrongUsageError
from countenance.judgement import MatchKind, Reason
from countenance.observations import NotExamined, Observations
from countenance.people import Modality, Person, PersonKind
from countenance.translations import _
from countenance.verdict import Finding, FindingKind, FindingTexts, Severity
from reports.cast_words import NotLookedFor, missing_texts, uncast_texts
from scan.known import Known
from scan.mismatch import Judged
from scan.people_found import merge_ranges

FindPeople = Callable[[str], Sequence[Person]]
"""Returns the person with an id, else everybody with a name; `Registry.named` is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """Somebody who should appear in a clip; `modality` is what of them, face and voice where nobody said."""

    person: str
    name: str
    modality: tuple[Modality, ...] = tuple(Modality)


def read_cast(named: Iterable[str], find: FindPeople) -> tuple[CastMember, ...]:
    """Return the cast that was named, in its order, each person once; a group stands for its members.

    Args:
        named: a name, an alias or an id each, with ":face" or ":voice" after it where only that is expected.
        find: where people are looked up.

    Raises:
        WrongUsageError: nobody is called so, or several are.
    """
    cast: dict[str, CastMember] = {}
    for text in named:
        person, modality = _read(text, find)
        members = [member for id_ in person.members for member in find(id_)]
        if person.kind is PersonKind.GROUP and not members:
            raise WrongUsageError(
                _("The group “{name}” has no members on record.").format(name=text.strip()),
                remedy=_("Name the people who should appear."),
            )
        for one in members or [person]:
            before = cast[one.id].modality if one.id in cast else ()
            expected = tuple(each for each in Modality if each in (*before, *modality))
            cast[one.id] = CastMember(person=one.id, name=one.display_name, modality=expected)
    return tuple(cast.values())


def find_among(people: Iterable[Person]) -> FindPeople:
    """Return a look-up among people who are in no registry; case and outer blanks do not matter."""
    by_name: dict[str, dict[str, Person]] = {}
    for person in people:
        for name in (person.id, person.display_name, *person.other_names):
            by_name.setdefault(_folded(name), {})[person.id] = person
    return lambda text: tuple(by_name.get(_folded(text), {}).values())


def cast_findings(
    cast: Sequence[CastMember], judged: Sequence[Judged], observations: Observations, known: Known
) -> list[Finding]:
    """Return who is recognised beyond the cast, then who of the cast is missing; none where no cast was named.

    Somebody who is only possible is asked about already: neither taken for beyond the cast nor missed.

    Args:
        cast: who should appear.
        judged: everybody found in the clip.
        observations: of the clip; they tell what was looked for.
        known: who was looked for.
    """
    if not cast:
        return []
    expected = {member.person: member for member in cast}
    findings = []
    beyond: dict[str, list[Judged]] = {}
    present = set[tuple[str, Modality]]()
    for each in judged:
        person, modality = each.somebody.found.person, each.somebody.modality
        if person is None or each.judgement.reason is Reason.TEMPLATE_LAPSED:
            continue
        present.add((person, modality))
        is_expected = person in expected and modality in expected[person].modality
        if each.somebody.found.match in (MatchKind.STRONG, MatchKind.TAGGED) and not is_expected:
            beyond.setdefault(person, []).append(each)
    for person, seen in beyond.items():
        findings.append(_beyond(person, seen, expected.get(person), known))
    for member in cast:
        finding = _missing(member, present, observations, known)
        findings += [finding] if finding is not None else []
    return findings


def _read(text: str, find: FindPeople) -> tuple[Person, tuple[Modality, ...]]:
    found, modality = find(text), tuple(Modality)
    name, colon, suffix = text.rpartition(":")
    if not found and colon and suffix.strip().lower() in set(Modality):
        found, modality = find(name), (Modality(suffix.strip().lower()),)
    if not found:
        raise WrongUsageError(
            _("Nobody is called “{name}” here, so nobody of that name can be in the cast.").format(name=text.strip()),
            remedy=_("Enrol this person first, or give the id: countenance person list shows them."),
        )
    if len(found) > 1:
        raise WrongUsageError(
            _("Several people are called “{name}”: {ids}.").format(
                name=text.strip(), ids=", ".join(person.id for person in found)
            ),
            remedy=_("Name the one who is meant by id."),
        )
    return found[0], modality


def _beyond(person: str, seen: Sequence[Judged], member: CastMember | None, known: Known) -> Finding:
    expected = member.modality if member else ()
    name = known.people[person].display_name
    spans = [(one.start_s, one.end_s) for each in seen for one in each.somebody.ranges]
    finding = _finding(person, name, uncast_texts(name, expected=expected), uncast_texts(expected=expected))
    return replace(
        finding,
        tracks=tuple(track.id for each in seen for track in each.somebody.tracks),
        speakers=tuple(speaker.id for each in seen for speaker in each.somebody.speakers),
        ranges=merge_ranges(spans),
    )


def _missing(
    member: CastMember, present: set[tuple[str, Modality]], observations: Observations, known: Known
) -> Finding | None:
    absent = [modality for modality in member.modality if (member.person, modality) not in present]
    hindered = {modality: _hindrance(member.person, modality, observations, known) for modality in absent}
    missing = [modality for modality, why in hindered.items() if why is None]
    not_looked_for = {modality: why for modality, why in hindered.items() if why is not None}
    # Whose face was found need not have a voice enrolled, unless the voice was asked for by name.
    if not missing and len(absent) < len(member.modality):
        return None
    texts, unnamed = (missing_texts(missing, not_looked_for, name) for name in (member.name, ""))
    return _finding(member.person, member.name, texts, unnamed)


def _hindrance(
    person: str, modality: Modality, observations: Observations, known: Known
) -> NotLookedFor | NotExamined | None:
    """Return why somebody's face or voice could not have been found; None where it could."""
    unexamined = _unexamined(modality, observations)
    if unexamined is not None:
        return unexamined
    if known.is_searched(person, modality):
        return None
    elsewhere = (*known.other_models, *known.half_known)
    return NotLookedFor.OTHER_PACK if person in elsewhere else NotLookedFor.NOT_ENROLLED


def _unexamined(modality: Modality, observations: Observations) -> NotLookedFor | NotExamined | None:
    picture, sound = observations.picture, observations.sound
    if modality is Modality.VOICE:
        return sound.not_examined if sound.present else NotLookedFor.NOT_IN_CLIP
    if not picture.present:
        return NotLookedFor.NOT_IN_CLIP
    asked = all(gap.reason is not NotExamined.NOT_REQUESTED for gap in picture.gaps)
    return None if asked else NotExamined.NOT_REQUESTED


def _finding(person: str, name: str, texts: FindingTexts, unnamed: FindingTexts) -> Finding:
    return Finding(
        kind=FindingKind.CAST,
        severity=Severity.REVIEW,
        person=person,
        name=name,
        tracks=(),
        ranges=(),
        judgement=None,
        identification=None,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        unnamed=unnamed,
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
