"""Single fields: whether what was agreed or banned contains, or only meets, what a part of a use states."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from consent.answers import Answer, answer
from consent.question import Area
from countenance.grants import ANY, CHANNEL_GROUPS, WORLD
from countenance.territories import contains, included_and_excluded, overlap


def same_name(one: str, other: str) -> bool:
    """Compare two titles or parties as a person would: case and outer blanks do not matter."""
    return one.strip().casefold() == other.strip().casefold()


def project_named(projects: Collection[str], project: str | None) -> Answer:
    """Say whether a project is among those named, of which "any" names all."""
    if ANY in projects:
        return Answer.YES
    if project is None:
        return Answer.NOT_STATED
    return answer(any(same_name(named, project) for named in projects))


def channel_covers(agreed: Collection[str], channel: str | None) -> Answer:
    """Say whether all of `channel` was agreed: "any", itself, its group, or every member of the group it is."""
    if ANY in agreed or not agreed:
        return answer(bool(agreed))
    if channel is None:
        return Answer.NOT_STATED
    return answer(_members(channel) <= _all_members(agreed))


def channel_touches(banned: Collection[str], channel: str | None) -> Answer:
    """Say whether any of `channel` is among those banned."""
    if ANY in banned or channel == ANY:
        return Answer.YES
    if channel is None:
        return Answer.NOT_STATED
    return answer(bool(_members(channel) & _all_members(banned)))


def territory_covers(agreed: Iterable[str], area: Area | None) -> Answer:
    """Say whether all of `area` was agreed; the world is covered only by WORLD without exclusions inside it."""
    included, excluded = included_and_excluded(agreed)
    if not included:
        return Answer.NO
    if area is None:
        return Answer.YES if WORLD in included and not excluded else Answer.NOT_STATED
    if not any(contains(agreed_code, area.code) for agreed_code in included):
        return Answer.NO
    missing = [code for code in excluded if overlap(code, area.code) is not None]
    return answer(all(any(contains(left_out, code) for left_out in area.without) for code in missing))


def territory_touches(banned: Iterable[str], area: Area | None) -> Answer:
    """Say whether any of `area` lies in a banned territory; only exclusions named means the world but them."""
    included, excluded = included_and_excluded(banned)
    included = included or (WORLD,)
    if area is None:
        return Answer.YES if WORLD in included and not excluded else Answer.NOT_STATED
    spared = (*excluded, *area.without)
    shared = (overlap(code, area.code) for code in included)
    return answer(any(code is not None and not any(contains(free, code) for free in spared) for code in shared))


def language_covers(agreed: Collection[str], language: str | None) -> Answer:
    """Say whether `language` lies in an agreed range (RFC 4647, extended filtering); "any" is every language."""
    if ANY in agreed or not agreed:
        return answer(bool(agreed))
    if language is None:
        return Answer.NOT_STATED
    return answer(any(_in_range(language, wide) for wide in agreed))


def language_touches(banned: Collection[str], language: str | None) -> Answer:
    """Say whether `language` lies in a banned range, or a banned range in it."""
    if ANY in banned:
        return Answer.YES
    if language is None:
        return Answer.NOT_STATED
    return answer(any(_in_range(language, wide) or _in_range(wide, language) for wide in banned))


def _members(channel: str) -> frozenset[str]:
    name = channel.strip().lower()
    return CHANNEL_GROUPS.get(name, frozenset({name}))


def _all_members(channels: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_members(channel) for channel in channels))


def _in_range(language: str, wide: str) -> bool:
    """Match a language tag against a range by RFC 4647, section 3.3.2: "zh-CN" holds "zh-Hans-CN"."""
    tags = language.strip().lower().replace("_", "-").split("-")
    wanted = wide.strip().lower().replace("_", "-").split("-")
    if wanted[0] not in ("*", tags[0]):
        return False
    rest = tags[1:]
    for subtag in wanted[1:]:
        if subtag == "*":
            continue
        # A single letter opens an extension, in which a range may not skip.
        while rest and rest[0] != subtag and len(rest[0]) > 1:
            rest = rest[1:]
        if not rest or rest[0] != subtag:
            return False
        rest = rest[1:]
    return True
