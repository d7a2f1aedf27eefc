"""The cast as the stated use shows it: who should appear, and which of those named are not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countenance.errors import WrongUsageError
from countenance.labels import label
from countenance.people import Modality
from countenance.translations import _, ngettext
from reports.formats import format_count
from scan.cast import CastMember, FindPeople, read_cast


@dataclass(frozen=True, slots=True, kw_only=True)
class CastChip:
    """Somebody of the cast.

    Attributes:
        code: as the form holds it (`gui.presenters.uses.UseForm.cast`).
        name: of the person or the group; empty where nobody may say it, or nobody is called so.
        words: what the chip shows.
        is_known: whether there is such a person.
    """

    code: str
    name: str
    words: str
    is_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CastRead:
    """The cast of a form, looked up.

    Attributes:
        members: those who were found, groups as their members.
        chips: one for each code of the form.
        problem: that some are not known here; empty where all are.
    """

    members: tuple[CastMember, ...] = ()
    chips: tuple[CastChip, ...] = ()
    problem: str = ""

    @property
    def names(self) -> str:
        """Return the names in a row, for the line that tells the use."""
        return _(", ").join(chip.name for chip in self.chips if chip.name)


def look_up(codes: Sequence[str], find: FindPeople) -> CastRead:
    """Return the cast; one who is not known keeps nobody else from being looked for.

    Args:
        codes: as the form holds them.
        find: where people are looked up.
    """
    chips, found, problems = [], list[str](), list[str]()
    for code in codes:
        person, parts = parted(code)
        try:
            read_cast([code], find)
        except WrongUsageError as error:
            people = find(person)
            problems += [error.sentence] if people else []
            name = people[0].display_name if len(people) == 1 else ""
            chips.append(CastChip(code=code, name=name, words=name or _("Not known here"), is_known=False))
        else:
            found.append(code)
            name = find(person)[0].display_name
            chips.append(CastChip(code=code, name=name, words=_chip_words(name, parts)))
    return CastRead(
        members=read_cast(found, find),
        chips=tuple(chips),
        problem=problems[0] if problems else _unknown_words(sum(not chip.name for chip in chips)),
    )


def unread(codes: Sequence[str]) -> CastRead:
    """Return the cast while nobody can be looked up: the registry is locked."""
    return CastRead(
        chips=tuple(CastChip(code=code, name="", words=_("Somebody of the locked registry")) for code in codes)
    )


def parted(code: str) -> tuple[str, tuple[Modality, ...]]:
    """Return the person of a code, and what of them is expected."""
    person, colon, part = code.rpartition(":")
    return (person, (Modality(part),)) if colon and part in set(Modality) else (code, tuple(Modality))


def code_for(person: str, parts: Sequence[Modality]) -> str:
    """Return the code of a person of whom these are expected."""
    return f"{person}:{parts[0].value}" if len(parts) == 1 else person


def parts_words(parts: Sequence[Modality]) -> str:
    """Return what of a person is expected, as a menu names it."""
    if len(parts) > 1:
        return _("Face and voice")
    return _("The face alone") if parts[0] is Modality.FACE else _("The voice alone")


def _chip_words(name: str, parts: Sequence[Modality]) -> str:
    return f"{name}  ·  {label(parts[0])}" if len(parts) == 1 else name


def _unknown_words(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "{count} person of the cast is not known here.", "{count} people of the cast are not known here.", count
    )
    return words.format(count=format_count(count))
