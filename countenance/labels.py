"""Words for the vocabulary on screens, in reports and in sentences: never a raw identifier.

Every label is marked in the tables below and translated when it is asked for, in the language then in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from countenance.answers import AnswerKind
from countenance.grants import (
    ANY,
    WORLD,
    AfterEnd,
    Duty,
    GroupMembers,
    Method,
    ProhibitionSource,
    Purpose,
    Theme,
)
from countenance.judgement import Declaration, JudgementKind, MatchKind, Reason
from countenance.observations import Background
from countenance.people import Modality, PersonKind, Signer
from countenance.territories import EEA, EU, normal_territory
from countenance.translations import _, language, mark
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import FindingKind, Severity, UnknownPolicy, Verdict


def label(value: StrEnum) -> str:
    """Return the words for a member of the vocabulary, such as a judgement, a purpose or a duty.

    Raises:
        KeyError: its vocabulary has no labels here.
    """
    # By class first: words such as "review" or "permitted" are members of several vocabularies.
    return _(_LABELS[type(value)][value.value])


def duty_label(duty: str) -> str:
    """Return the words for an open duty of a judgement, "take_down_by:2026-06-30" included."""
    name, _colon, day = duty.partition(":")
    if not day:
        return label(Duty(name))
    return _("take it down by {day}").format(day=day_label(date.fromisoformat(day)))


def channel_label(channel: str) -> str:
    """Return the words for a channel, a group of channels or "any"; another name is returned as it is."""
    words = _CHANNELS.get(channel)
    return channel if words is None else _(words)


def territory_label(code: str) -> str:
    """Return the words for a territory, an exclusion ("-CN") or a region ("US-NY": United States (NY))."""
    from babel import Locale

    normal = normal_territory(code)
    if normal.startswith("-"):
        return _("except {territory}").format(territory=territory_label(normal[1:]))
    if normal in _UNIONS:
        return _(_UNIONS[normal])
    country, dash, region = normal.partition("-")
    name = Locale.parse(language(), sep="-").territories.get(country, country)
    return _("{country} ({region})").format(country=name, region=region) if dash else str(name)


def language_label(tag: str) -> str:
    """Return the words for a BCP 47 tag or "any"; a tag of no known language is returned as it is."""
    from babel import Locale, UnknownLocaleError

    if tag == ANY:
        return _("any language")
    try:
        name = Locale.parse(tag, sep="-").get_display_name(Locale.parse(language(), sep="-"))
    except (UnknownLocaleError, ValueError):
        return tag
    return name or tag


def field_label(field: str) -> str:
    """Return the words for a field of the stated use, as a judgement's `missing` names it."""
    return _(_FIELDS[field])


def fence_label(name: str) -> str:
    """Return the words for a fence around the detectors, as they name it; another name is returned as it is."""
    return _(name) if name in _FENCES else name


def day_label(day: date) -> str:
    """Return a day as readers of the language in force write it."""
    from babel.dates import format_date

    return format_date(day, format="long", locale=language().replace("-", "_"))


def listed(words: Iterable[str], *, either: bool = False) -> str:
    """Join words into one list, as readers of the language in force write it; with `either` by "or"."""
    from babel.lists import format_list

    return format_list(list(words), style="or" if either else "standard", locale=language().replace("-", "_"))


_LABELS: dict[type[StrEnum], dict[str, str]] = {
    JudgementKind: {
        "clear": mark("Nobody to ask"),
        "permitted": mark("Permitted"),
        "permitted_with_duties": mark("Permitted, to do first"),
        "needs_approval": mark("Ask for approval"),
        "needs_details": mark("Say more about the use"),
        "possible_match": mark("Possible match, please check"),
        "unknown_person": mark("Not in the registry"),
        "expired": mark("Permission ended"),
        "revoked": mark("Permission withdrawn"),
        "not_permitted": mark("Not permitted"),
    },
    Verdict: {
        "blocked": mark("Blocked"),
        "review": mark("Please review"),
        "permitted": mark("Permitted"),
        "no_match": mark("Nobody of this registry recognised"),
    },
    Severity: {"block": mark("Blocks"), "review": mark("To review"), "note": mark("Note")},
    UnknownPolicy: {"review": mark("Ask about unknown people"), "note": mark("Only note unknown people")},
    FindingKind: {
        "likeness": mark("Face"),
        "voice": mark("Voice"),
        "mismatch": mark("Face and voice of different people"),
        "coverage": mark("Not examined"),
        "cast": mark("Cast"),
        "licence": mark("Licence"),
    },
    Background: {
        "quiet": mark("nothing behind the voice"),
        "noise": mark("noise behind the voice"),
        "music": mark("music behind the voice"),
    },
    Modality: {"face": mark("face"), "voice": mark("voice")},
    PersonKind: {
        "living": mark("living person"),
        "deceased": mark("deceased person"),
        "minor": mark("minor"),
        "group": mark("group"),
        "own": mark("own persona"),
    },
    Signer: {
        "self": mark("the person"),
        "guardian": mark("a guardian"),
        "estate": mark("the estate"),
        "agent": mark("an agent"),
    },
    Method: {
        "real_footage": mark("real footage"),
        "edited": mark("edited footage"),
        "ai_generated": mark("AI generation"),
        "face_swap": mark("face swap"),
        "voice_clone": mark("voice clone"),
        "lip_sync": mark("lip sync"),
        "age_change": mark("age change"),
        "ai_dub": mark("AI dubbing"),
    },
    Purpose: {
        "entertainment": mark("entertainment"),
        "social_content": mark("social posts"),
        "advertising": mark("advertising"),
        "branded_content": mark("branded content"),
        "news_documentary": mark("news and documentary"),
        "education": mark("education"),
        "music": mark("music"),
        "game": mark("games"),
        "corporate": mark("corporate communication"),
        "charity": mark("charity"),
        "internal": mark("internal use"),
        "personal": mark("personal use"),
        "ai_training": mark("AI training"),
        "any": mark("any purpose except AI training"),
    },
    Theme: {
        "political": mark("politics"),
        "religious": mark("religion"),
        "adult": mark("adult content"),
        "alcohol": mark("alcohol"),
        "tobacco": mark("tobacco"),
        "gambling": mark("gambling"),
        "medical": mark("medicine"),
        "weapons": mark("weapons"),
        "finance": mark("finance"),
        "dating": mark("dating"),
        "crime": mark("crime"),
    },
    Duty: {
        "ai_label": mark("a visible AI label"),
        "ai_metadata": mark("an AI label in the metadata"),
        "credit": mark("a credit"),
        "report_use": mark("a report of the use"),
        "pay_per_use": mark("payment for this use"),
        "synthetic_performer_notice": mark("a notice that the performer is synthetic"),
        "take_down_by": mark("taking it down in time"),
    },
    GroupMembers: {"together": mark("members together"), "individually": mark("each member alone")},
    AfterEnd: {"keep": mark("published clips may stay"), "take_down": mark("published clips come down")},
    ProhibitionSource: {
        "person": mark("the person"),
        "estate": mark("the estate"),
        "court": mark("a court"),
        "contract": mark("a contract"),
        "platform": mark("a platform"),
    },
    ExceptionKind: {
        "news": mark("news reporting"),
        "parody": mark("parody"),
        "quotation": mark("quotation"),
        "biography": mark("biography"),
    },
    ApprovalDecision: {"approved": mark("approved"), "refused": mark("refused")},
    AnswerKind: {
        "this_is": mark("named by hand"),
        "not_this": mark("not this person"),
        "invented": mark("invented"),
        "released": mark("has a release"),
        "passer_by": mark("passer-by"),
    },
    MatchKind: {
        "strong": mark("identified"),
        "possible": mark("possible"),
        "none": mark("unknown"),
        "tagged": mark("named by hand"),
    },
    Declaration: {"synthetic": mark("invented")},
    Reason: {
        "no_people": mark("Nobody was found"),
        "ok": mark("Covered by a grant"),
        "self": mark("Own persona"),
        "published_in_term": mark("Published in time"),
        "duty_open": mark("Something is still to be done"),
        "declared_synthetic": mark("Declared as invented"),
        "no_match": mark("Matches nobody"),
        "template_lapsed": mark("Biometric consent is over"),
        "possible_match": mark("Identity is not certain"),
        "use_not_stated": mark("The use is not fully stated"),
        "approval_pending": mark("Approval is missing"),
        "vague_grant": mark("The grant does not describe the use"),
        "exception_claimed": mark("An exception is claimed"),
        "past_end": mark("The grant has ended"),
        "turned_18": mark("The guardian's grant ended at 18"),
        "ended_at_death": mark("The grant ended at death"),
        "revoked": mark("The grant was withdrawn"),
        "suspended": mark("The grant is suspended"),
        "starts_later": mark("The grant has not started"),
        "approval_refused": mark("Approval was refused"),
        "prohibition": mark("Banned"),
        "exclusive_elsewhere": mark("Exclusive to somebody else"),
        "minor_protected": mark("Closed for minors"),
        "theme_not_named": mark("The theme was not granted"),
        "no_grant": mark("There is no grant"),
        "unsigned": mark("The grant is not signed"),
        "wrong_signer": mark("The signer could not sign"),
        "scope_modality": mark("The face or voice was not granted"),
        "scope_purpose": mark("The purpose was not granted"),
        "scope_method": mark("The method was not granted"),
        "scope_grantee": mark("Granted to somebody else"),
        "scope_project": mark("Granted for another project"),
        "scope_channel": mark("The channel was not granted"),
        "scope_territory": mark("The country was not granted"),
        "scope_language": mark("The language was not granted"),
    },
}

_CHANNELS = {
    ANY: mark("any channel"),
    "social": mark("social media"),
    "broadcast": mark("broadcast"),
    "streaming": mark("streaming"),
    "audio": mark("audio services"),
    "tiktok": mark("TikTok"),
    "youtube": mark("YouTube"),
    "instagram": mark("Instagram"),
    "facebook": mark("Facebook"),
    "x": mark("X"),
    "douyin": mark("Douyin"),
    "kuaishou": mark("Kuaishou"),
    "bilibili": mark("Bilibili"),
    "xiaohongshu": mark("Xiaohongshu"),
    "wechat_channels": mark("WeChat Channels"),
    "tv": mark("television"),
    "radio": mark("radio"),
    "svod": mark("subscription streaming"),
    "avod": mark("streaming with ads"),
    "podcast": mark("podcasts"),
    "music_service": mark("music services"),
    "web_owned": mark("own website"),
    "cinema": mark("cinema"),
    "ooh": mark("posters and screens outdoors"),
    "internal": mark("internal use"),
    "game": mark("games"),
}

_UNIONS = {
    WORLD: mark("the whole world"),
    EU: mark("the European Union"),
    EEA: mark("the European Economic Area"),
}

_FIELDS = {
    "purpose": mark("the purpose"),
    "themes": mark("the themes"),
    "category": mark("the product category"),
    "face_method": mark("how the pictures were made"),
    "voice_method": mark("how the sound was made"),
    "channels": mark("the channels"),
    "territories": mark("the countries"),
    "language": mark("the language"),
    "project": mark("the project"),
    "grantee": mark("who publishes"),
    "publish_at": mark("when it is published"),
}

_FENCES = frozenset(
    {
        mark("no core dumps"),
        mark("address space limited"),
        mark("no bytes into files"),
        mark("not traceable"),
        mark("no new privileges"),
        mark("no network"),
        mark("reads only the program and its models"),
    }
)
