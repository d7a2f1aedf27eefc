"""What was agreed: grants, prohibitions, and their vocabulary (`consent_fields.csv`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from countenance.people import Modality, Signer

ANY = "any"
WORLD = "WORLD"

CHANNEL_GROUPS: dict[str, frozenset[str]] = {
    "social": frozenset(
        {"tiktok", "youtube", "instagram", "facebook", "x"}
        | {"douyin", "kuaishou", "bilibili", "xiaohongshu", "wechat_channels"}
    ),
    "broadcast": frozenset({"tv", "radio"}),
    "streaming": frozenset({"svod", "avod"}),
    "audio": frozenset({"podcast", "music_service", "radio"}),
}
OTHER_CHANNELS = frozenset({"web_owned", "cinema", "ooh", "internal", "game"})
CHINESE_PLATFORMS = frozenset({"douyin", "kuaishou", "bilibili", "xiaohongshu", "wechat_channels"})


class Method(StrEnum):
    """How the picture or the sound of a person was made."""

    REAL_FOOTAGE = "real_footage"
    EDITED = "edited"
    AI_GENERATED = "ai_generated"
    FACE_SWAP = "face_swap"
    VOICE_CLONE = "voice_clone"
    LIP_SYNC = "lip_sync"
    AGE_CHANGE = "age_change"
    AI_DUB = "ai_dub"


SYNTHETIC_METHODS = frozenset(Method) - {Method.REAL_FOOTAGE, Method.EDITED}


class Purpose(StrEnum):
    """What a clip is published for."""

    ENTERTAINMENT = "entertainment"
    SOCIAL_CONTENT = "social_content"
    ADVERTISING = "advertising"
    BRANDED_CONTENT = "branded_content"
    NEWS_DOCUMENTARY = "news_documentary"
    EDUCATION = "education"
    MUSIC = "music"
    GAME = "game"
    CORPORATE = "corporate"
    CHARITY = "charity"
    INTERNAL = "internal"
    PERSONAL = "personal"
    AI_TRAINING = "ai_training"
    ANY = "any"


class Theme(StrEnum):
    """Sensitive subjects, each of which needs its own yes."""

    POLITICAL = "political"
    RELIGIOUS = "religious"
    ADULT = "adult"
    ALCOHOL = "alcohol"
    TOBACCO = "tobacco"
    GAMBLING = "gambling"
    MEDICAL = "medical"
    WEAPONS = "weapons"
    FINANCE = "finance"
    DATING = "dating"
    CRIME = "crime"


CLOSED_FOR_MINORS = frozenset(
    {Theme.ADULT, Theme.ALCOHOL, Theme.TOBACCO, Theme.GAMBLING, Theme.DATING, Theme.POLITICAL}
)


class Duty(StrEnum):
    """What must be done when a clip goes out. `TAKE_DOWN_BY` is followed by a date where it is shown."""

    AI_LABEL = "ai_label"
    AI_METADATA = "ai_metadata"
    CREDIT = "credit"
    REPORT_USE = "report_use"
    PAY_PER_USE = "pay_per_use"
    SYNTHETIC_PERFORMER_NOTICE = "synthetic_performer_notice"
    TAKE_DOWN_BY = "take_down_by"


class GroupMembers(StrEnum):
    """Whether a group's grant counts for its members only when they appear together."""

    TOGETHER = "together"
    INDIVIDUALLY = "individually"


class AfterEnd(StrEnum):
    """What happens to published clips when a grant ends."""

    KEEP = "keep"
    TAKE_DOWN = "take_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A withdrawal: in effect at 00:00 in the grant's zone on `notice` + `days`."""

    notice: date
    days: int = 0
    published: AfterEnd = AfterEnd.TAKE_DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A pause, both days inclusive in the grant's zone; an open end is None."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Permission given by a person or group, under the conditions of `consent_fields.csv`.

    Attributes:
        signed: None is a draft without effect.
        channels: names, groups of `CHANNEL_GROUPS`, or "any".
        territories: ISO 3166-1 or -2, EU, EEA, WORLD; "-XX" excludes.
        languages: BCP 47 ranges or "any"; only for voice.
        start: first day, in `tz`; None means the signing day.
        end: last day inclusive, in `tz`; None is open.
        tz: IANA zone; None means the registry's zone.
        grantee: who may use it; None means the registry's owner.
        exclusive: product category, empty when not exclusive.
        approval: each clip needs a recorded yes.
    """

    id: str
    person: str
    revision: int = 1
    members: GroupMembers = GroupMembers.TOGETHER
    signed: date | None = None
    signer: Signer = Signer.SELF
    represented_by: str = "none"
    separately_signed: bool = False
    replica_type: str = "none"
    modality: tuple[Modality, ...] = (Modality.FACE, Modality.VOICE)
    methods: tuple[Method, ...] = (Method.REAL_FOOTAGE, Method.EDITED)
    description: str = ""
    purposes: tuple[Purpose, ...] = ()
    themes_ok: tuple[Theme, ...] = ()
    channels: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    languages: tuple[str, ...] = (ANY,)
    start: date | None = None
    end: date | None = None
    tz: str | None = None
    projects: tuple[str, ...] = (ANY,)
    grantee: str | None = None
    sublicense: bool = False
    exclusive: str = ""
    approval: bool = False
    compensation: str = ""
    duties: tuple[Duty, ...] = ()
    after_end: AfterEnd = AfterEnd.KEEP
    revoked: Revocation | None = None
    suspended: Suspension | None = None
    survives_death: bool = False


class ProhibitionSource(StrEnum):
    """Who forbade it."""

    PERSON = "person"
    ESTATE = "estate"
    COURT = "court"
    CONTRACT = "contract"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition:
    """A recorded no: the scope fields of a grant, each None meaning everything.

    Attributes:
        start: first day in force; None is from always.
        end: last day in force, inclusive; None is open.
        tz: IANA zone of both days; None means the registry's zone.
    """

    id: str
    person: str
    source: ProhibitionSource = ProhibitionSource.PERSON
    modality: tuple[Modality, ...] | None = None
    methods: tuple[Method, ...] | None = None
    purposes: tuple[Purpose, ...] | None = None
    themes: tuple[Theme, ...] | None = None
    channels: tuple[str, ...] | None = None
    territories: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    projects: tuple[str, ...] | None = None
    grantee: str | None = None
    start: date | None = None
    end: date | None = None
    tz: str | None = None
    document: str = ""
