"""Why a judgement fell as it did, and what would change it, in sentences for a producer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consent.reasons import (
    CHANGED_FOR,
    CHANGED_WHERE_DECIDED,
    CHANGES,
    KINDS,
    SAID_OF,
    SAID_WHERE_DECIDED,
    SENTENCES,
)
from countenance.decisions import RecordedException
from countenance.grants import Grant, Prohibition
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.labels import (
    channel_label,
    day_label,
    duty_label,
    field_label,
    label,
    language_label,
    listed,
    territory_label,
)
from countenance.people import Modality
from countenance.translations import _
from countenance.use import StatedUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a judgement may rest on, so that a sentence can name it."""

    grants: Sequence[Grant] = ()
    prohibitions: Sequence[Prohibition] = ()
    exceptions: Sequence[RecordedException] = ()


NO_RECORDS = Records()


def explain(
    judgement: Judgement,
    name: str | None,
    use: StatedUse,
    records: Records = NO_RECORDS,
) -> str:
    """Return one sentence on why a judgement fell as it did.

    Args:
        judgement: on a part, a person or a clip.
        name: who it is about, as shown to the reader; None for somebody unknown, or where names are left out.
        use: the use that was judged.
        records: where what the judgement rests on is looked up.
    """
    template = SAID_OF.get((judgement.reason, _modality(judgement)), SENTENCES[judgement.reason])
    decided = _decided(judgement, records.exceptions)
    if decided is not None:
        template = SAID_WHERE_DECIDED[judgement.reason]
    return _(template).format_map(_words(judgement, name, use, records) | _decision_words(decided))


def what_would_change(
    judgement: Judgement,
    name: str | None,
    use: StatedUse,
    records: Records = NO_RECORDS,
) -> str:
    """Return one sentence on what would change a judgement; the arguments are those of `explain`."""
    template = CHANGED_FOR.get((judgement.reason, _modality(judgement)), CHANGES[judgement.reason])
    if judgement.reason is Reason.DECLARED_SYNTHETIC and judgement.duties:
        template = CHANGES[Reason.DUTY_OPEN]
    decided = _decided(judgement, records.exceptions)
    if decided is not None:
        template = CHANGES[Reason.DUTY_OPEN] if judgement.duties else CHANGED_WHERE_DECIDED[judgement.reason]
    return _(template).format_map(_words(judgement, name, use, records) | _decision_words(decided))


def meaning(kind: JudgementKind) -> str:
    """Return one sentence on what a judgement means for the clip."""
    return _(KINDS[kind])


def _modality(judgement: Judgement) -> Modality | None:
    """Return the modality that decided; None where both or neither did."""
    named = dict(judgement.part).get("modality")
    return Modality(named) if named else None


def _decided(judgement: Judgement, exceptions: Sequence[RecordedException]) -> RecordedException | None:
    """Return the decision on an exception that a judgement rests on; ids are counted apart for each kind of record."""
    if judgement.reason not in SAID_WHERE_DECIDED:
        return None
    return next((one for one in exceptions if one.id == judgement.rests_on), None)


def _decision_words(decided: RecordedException | None) -> dict[str, str]:
    if decided is None:
        return {}
    return {"exception": label(decided.kind), "day": day_label(decided.at.date())}


def _words(
    judgement: Judgement,
    name: str | None,
    use: StatedUse,
    records: Records,
) -> dict[str, str]:
    """Return everything that a sentence may name; what was not stated is said to be so."""
    part = dict(judgement.part)
    grant = next((one for one in records.grants if one.id == judgement.rests_on), None)
    ban = next((one for one in records.prohibitions if one.id == judgement.rests_on), None)
    method = use.voice_method if _modality(judgement) is Modality.VOICE else use.face_method
    unstated = _("not stated")
    # "This may be this person" would say nothing.
    unsaid = _("somebody in the registry") if judgement.reason is Reason.POSSIBLE_MATCH else _("this person")
    return {
        "name": name or _("This person"),
        "whom": name or unsaid,
        "grant": _grant_words(grant),
        "ban": _("the ban by {source}").format(source=label(ban.source)) if ban else _("a recorded ban"),
        "modality": label(Modality(part["modality"])) if "modality" in part else _("face or voice"),
        "purpose": label(use.purpose) if use.purpose else unstated,
        "method": label(method) if method else unstated,
        "themes": listed(label(theme) for theme in use.themes) or unstated,
        "category": use.category.replace("_", " ") or unstated,
        "channel": channel_label(part["channel"]) if "channel" in part else unstated,
        "territory": territory_label(part["territory"]) if "territory" in part else unstated,
        "language": language_label(use.language) if use.language else unstated,
        "project": use.project or unstated,
        "exception": label(use.exception) if use.exception else unstated,
        "duties": listed(duty_label(duty) for duty in judgement.duties) or _("nothing"),
        "missing": listed(field_label(field) for field in judgement.missing) or unstated,
    }


def _grant_words(grant: Grant | None) -> str:
    if grant is None:
        return _("the grant")
    if grant.signed is None:
        return _("the grant draft")
    return _("the grant of {day}").format(day=day_label(grant.signed))
