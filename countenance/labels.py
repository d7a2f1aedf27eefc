"""Words for the vocabulary on screens, in reports and in sentences: never a raw identifier.

Every label is marked in the tables below and translated when it is asked for, in the language then in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

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
from countenance.people import Modality, PersonKind, Signer
from countenance.territories import EEA, EU, normal_territory
from countenance.translations import _, language
from countenance.translations import mark as N_  # noqa: N812  gettext's own name, which extraction looks for
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import Severity, UnknownPolicy, Verdict


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
    return f"{name} ({region})" if dash else str(name)


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


def day_label(day: date) -> str:
    """Return a day as readers of the language in force write it."""
    from babel.dates import format_date

    return format_date(day, format="long", locale=language().replace("-", "_"))


def listed(words: Iterable[str]) -> str:
    """Join words into one list, as readers of the language in force write it."""
    from babel.lists import format_list

    return format_list(list(words), locale=language().replace("-", "_"))


_LABELS: dict[type[StrEnum], dict[str, str]] = {
    JudgementKind: {
        "clear": N_("Nobody to ask"),
        "permitted": N_("Permitted"),
        "permitted_with_duties": N_("Permitted, to do first"),
        "needs_approval": N_("Ask for approval"),
        "needs_details": N_("Say more about the use"),
        "possible_match": N_("Possible match, please check"),
        "unknown_person": N_("Not in the registry"),
        "expired": N_("Permission ended"),
        "revoked": N_("Permission withdrawn"),
        "not_permitted": N_("Not permitted"),
    },
    Verdict: {
        "blocked": N_("Blocked"),
        "review": N_("Please review"),
        "permitted": N_("Permitted"),
        "no_match": N_("Nobody of this registry recognised"),
    },
    Severity: {"block": N_("Blocks"), "review": N_("To review"), "note": N_("Note")},
    UnknownPolicy: {"review": N_("Ask about unknown people"), "note": N_("Only note unknown people")},
    Modality: {"face": N_("face"), "voice": N_("voice")},
    PersonKind: {
        "living": N_("living person"),
        "deceased": N_("deceased person"),
        "minor": N_("minor"),
        "group": N_("group"),
        "own": N_("own persona"),
    },
    Signer: {
        "self": N_("the person"),
        "guardian": N_("a guardian"),
        "estate": N_("the estate"),
        "agent": N_("an agent"),
    },
    Method: {
        "real_footage": N_("real footage"),
        "edited": N_("edited footage"),
        "ai_generated": N_("AI generation"),
        "face_swap": N_("face swap"),
        "voice_clone": N_("voice clone"),
        "lip_sync": N_("lip sync"),
        "age_change": N_("age change"),
        "ai_dub": N_("AI dubbing"),
    },
    Purpose: {
        "entertainment": N_("entertainment"),
        "social_content": N_("social posts"),
        "advertising": N_("advertising"),
        "branded_content": N_("branded content"),
        "news_documentary": N_("news and documentary"),
        "education": N_("education"),
        "music": N_("music"),
        "game": N_("games"),
        "corporate": N_("corporate communication"),
        "charity": N_("charity"),
        "internal": N_("internal use"),
        "personal": N_("personal use"),
        "ai_training": N_("AI training"),
        "any": N_("any purpose except AI training"),
    },
    Theme: {
        "political": N_("politics"),
        "religious": N_("religion"),
        "adult": N_("adult content"),
        "alcohol": N_("alcohol"),
        "tobacco": N_("tobacco"),
        "gambling": N_("gambling"),
        "medical": N_("medicine"),
        "weapons": N_("weapons"),
        "finance": N_("finance"),
        "dating": N_("dating"),
        "crime": N_("crime"),
    },
    Duty: {
        "ai_label": N_("a visible AI label"),
        "ai_metadata": N_("an AI label in the metadata"),
        "credit": N_("a credit"),
        "report_use": N_("a report of the use"),
        "pay_per_use": N_("payment for this use"),
        "synthetic_performer_notice": N_("a notice that the performer is synthetic"),
        "take_down_by": N_("taking it down in time"),
    },
    GroupMembers: {"together": N_("members together"), "individually": N_("each member alone")},
    AfterEnd: {"keep": N_("published clips may stay"), "take_down": N_("published clips come down")},
    ProhibitionSource: {
        "person": N_("the person"),
        "estate": N_("the estate"),
        "court": N_("a court"),
        "contract": N_("a contract"),
        "platform": N_("a platform"),
    },
    ExceptionKind: {
        "news": N_("news reporting"),
        "parody": N_("parody"),
        "quotation": N_("quotation"),
        "biography": N_("biography"),
    },
    ApprovalDecision: {"approved": N_("approved"), "refused": N_("refused")},
    MatchKind: {
        "strong": N_("identified"),
        "possible": N_("possible"),
        "none": N_("unknown"),
        "tagged": N_("named by hand"),
    },
    Declaration: {"synthetic": N_("invented")},
    Reason: {
        "no_people": N_("Nobody was found"),
        "ok": N_("Covered by a grant"),
        "self": N_("Own persona"),
        "published_in_term": N_("Published in time"),
        "duty_open": N_("Something is still to be done"),
        "declared_synthetic": N_("Declared as invented"),
        "no_match": N_("Matches nobody"),
        "template_lapsed": N_("Biometric consent is over"),
        "possible_match": N_("Identity is not certain"),
        "use_not_stated": N_("The use is not fully stated"),
        "approval_pending": N_("Approval is missing"),
        "vague_grant": N_("The grant does not describe the use"),
        "exception_claimed": N_("An exception is claimed"),
        "past_end": N_("The grant has ended"),
        "turned_18": N_("The guardian's grant ended at 18"),
        "ended_at_death": N_("The grant ended at death"),
        "revoked": N_("The grant was withdrawn"),
        "suspended": N_("The grant is suspended"),
        "starts_later": N_("The grant has not started"),
        "approval_refused": N_("Approval was refused"),
        "prohibition": N_("Banned"),
        "exclusive_elsewhere": N_("Exclusive to somebody else"),
        "minor_protected": N_("Closed for minors"),
        "theme_not_named": N_("The theme was not granted"),
        "no_grant": N_("There is no grant"),
        "unsigned": N_("The grant is not signed"),
        "wrong_signer": N_("The signer could not sign"),
        "scope_modality": N_("The face or voice was not granted"),
        "scope_purpose": N_("The purpose was not granted"),
        "scope_method": N_("The method was not granted"),
        "scope_grantee": N_("Granted to somebody else"),
        "scope_project": N_("Granted for another project"),
        "scope_channel": N_("The channel was not granted"),
        "scope_territory": N_("The country was not granted"),
        "scope_language": N_("The language was not granted"),
    },
}

_CHANNELS = {
    ANY: N_("any channel"),
    "social": N_("social media"),
    "broadcast": N_("broadcast"),
    "streaming": N_("streaming"),
    "audio": N_("audio services"),
    "tiktok": N_("TikTok"),
    "youtube": N_("YouTube"),
    "instagram": N_("Instagram"),
    "facebook": N_("Facebook"),
    "x": N_("X"),
    "douyin": N_("Douyin"),
    "kuaishou": N_("Kuaishou"),
    "bilibili": N_("Bilibili"),
    "xiaohongshu": N_("Xiaohongshu"),
    "wechat_channels": N_("WeChat Channels"),
    "tv": N_("television"),
    "radio": N_("radio"),
    "svod": N_("subscription streaming"),
    "avod": N_("streaming with ads"),
    "podcast": N_("podcasts"),
    "music_service": N_("music services"),
    "web_owned": N_("own website"),
    "cinema": N_("cinema"),
    "ooh": N_("posters and screens outdoors"),
    "internal": N_("internal use"),
    "game": N_("games"),
}

_UNIONS = {
    WORLD: N_("the whole world"),
    EU: N_("the European Union"),
    EEA: N_("the European Economic Area"),
}

_FIELDS = {
    "purpose": N_("the purpose"),
    "themes": N_("the themes"),
    "category": N_("the product category"),
    "face_method": N_("how the pictures were made"),
    "voice_method": N_("how the sound was made"),
    "channels": N_("the channels"),
    "territories": N_("the countries"),
    "language": N_("the language"),
    "project": N_("the project"),
    "grantee": N_("who publishes"),
    "publish_at": N_("when it is published"),
}
