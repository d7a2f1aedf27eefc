"""What is asked: the stated use at its moments, and the parts into which it falls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from countenance.decisions import RecordedException
from countenance.errors import WrongUsageError
from countenance.grants import WORLD, Grant, Method
from countenance.people import Modality, Person
from countenance.territories import UNIONS, contains, included_and_excluded
from countenance.translations import _
from countenance.use import StatedUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One country or region of a use, or the whole world, less what the use itself leaves out."""

    code: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The smallest piece of a use that is judged: one person, modality, channel and country.

    Attributes:
        channel, area: None where the use does not state them.
    """

    person: Person
    modality: Modality
    channel: str | None
    area: Area | None

    def named(self) -> tuple[tuple[str, str], ...]:
        """Return what tells this part from others, for a judgement's `part`."""
        stated = (
            ("modality", self.modality.value),
            ("channel", self.channel),
            ("territory", self.area.code if self.area else None),
        )
        return tuple((name, value) for name, value in stated if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One stated use, when it is asked, and in whose registry.

    Attributes:
        checked_at: moment of the check, with offset; later than the publication for a clip published already.
        owner: who the registry belongs to; the grantee where a grant or a use names none.
        registry_tz: IANA zone for days that name no zone.
        exceptions: what people decided on exceptions for this very clip, about anybody in it.
    """

    use: StatedUse
    checked_at: datetime
    owner: str
    registry_tz: str
    exceptions: tuple[RecordedException, ...] = ()

    def __post_init__(self) -> None:
        for moment in (self.use.publish_at, self.checked_at):
            if moment.utcoffset() is None:
                raise WrongUsageError(
                    _("A moment is given without its time zone."),
                    remedy=_("Add the zone, as in 2026-06-30T18:00+02:00."),
                )
        zone(self.registry_tz)

    @property
    def published(self) -> bool:
        """Whether the clip was already out when it was checked."""
        return self.checked_at > self.use.publish_at

    @property
    def grantee(self) -> str:
        """Who publishes."""
        return self.use.grantee or self.owner

    def grantee_of(self, grant: Grant) -> str:
        """Return to whom `grant` is given."""
        return grant.grantee or self.owner

    def method(self, modality: Modality) -> Method | None:
        """Return how what is seen or heard was made; None where the use does not state it."""
        return self.use.face_method if modality is Modality.FACE else self.use.voice_method

    def day(self, moment: datetime, tz: str | None) -> date:
        """Return the day that `moment` falls on in zone `tz`, or in the registry's zone."""
        return moment.astimezone(zone(tz or self.registry_tz)).date()


def zone(name: str) -> ZoneInfo:
    """Return the time zone called `name`.

    Raises:
        WrongUsageError: there is no such IANA zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise WrongUsageError(
            _("There is no time zone “{name}”.").format(name=name),
            remedy=_("Name it as IANA does, as in Europe/Paris."),
        ) from error


def parts(person: Person, modalities: tuple[Modality, ...], use: StatedUse) -> Iterator[Part]:
    """Split a use into its parts, in the order in which it states them; no modality named counts as both."""
    channels: tuple[str | None, ...] = tuple(dict.fromkeys(name.strip().lower() for name in use.channels)) or (None,)
    for modality in modalities or tuple(Modality):
        for channel in channels:
            for area in areas(use.territories):
                yield Part(person=person, modality=modality, channel=channel, area=area)


def areas(territories: tuple[str, ...]) -> tuple[Area | None, ...]:
    """Split stated territories: unions become their countries, WORLD stays one, nothing stated is one None."""
    included, excluded = included_and_excluded(territories)
    if excluded and not included:
        included = (WORLD,)
    codes = dict.fromkeys(code for name in included for code in sorted(UNIONS.get(name, {name})))
    kept = [code for code in codes if not any(contains(left_out, code) for left_out in excluded)]
    return tuple(
        Area(code=code, without=tuple(left_out for left_out in excluded if contains(code, left_out))) for code in kept
    ) or (None,)
