"""What the past weighs today: kept checks whose verdict changes, publications that come down, and what ends soon."""

from __future__ import annotations

from datetime import date

from cli.output import write_json
from cli.session import Session
from countenance.judgement import Reason
from countenance.labels import channel_label, day_label, label
from countenance.translations import _, ngettext
from registry import Registry
from reports.wording import format_moment, verdict_title
from scan.recall.affected import ChangedVerdict, ComingDown, affected
from scan.recall.expiring import Ending, expiring
from scan.recall.remembered import remembered


def tell_affected(session: Session, opened: Registry) -> int:
    """Tell which kept checks would end otherwise now, and which publications may not stay; nothing is decoded."""
    now = session.now()
    memory = remembered(opened)
    recall = affected(memory, now)
    if session.as_json:
        write_json({"checks": len(memory.checks), "changed": recall.changed, "coming_down": recall.coming_down})
        return 0
    for changed in recall.changed:
        _tell_changed(session, changed)
    for publication in recall.coming_down:
        _tell_coming_down(session, publication)
    checks = len(memory.checks)
    told = ngettext(
        "Of {count} kept check, {changed} would end otherwise today.",
        "Of {count} kept checks, {changed} would end otherwise today.",
        checks,
    )
    session.say(told.format(count=checks, changed=len(recall.changed)))
    if checks:
        session.note(_("Whoever was unknown then stays unknown here; only a new check would find them."))
    return 0


def tell_expiring(session: Session, opened: Registry, until: date) -> int:
    """Tell which grants and biometric consents end up to a day, and what rests on them."""
    endings = expiring(opened, until)
    if session.as_json:
        write_json({"until": until, "endings": endings})
        return 0
    rows = [
        (
            day_label(one.last_day),
            one.name,
            one.grant or _("biometric consent"),
            _why(one),
            ", ".join(one.checks) or "–",
            ", ".join(one.publications) or "–",
        )
        for one in endings
    ]
    if rows:
        titles = (_("Last day"), _("Person"), _("What"), _("Why"), _("Kept checks"), _("Publications"))
        session.show_table(titles, rows)
    else:
        session.say(_("Nothing ends up to {day}.").format(day=day_label(until)))
    return 0


def _tell_changed(session: Session, changed: ChangedVerdict) -> None:
    line = _("{check}  {clip}: {before}, now {after}")
    session.say(
        line.format(
            check=changed.check,
            clip=changed.clip_name or "–",
            before=verdict_title(changed.before),
            after=verdict_title(changed.after),
        ),
        style="bold",
    )
    if changed.publication:
        told = _("Published as {id} on {moment}.")
        session.say("    " + told.format(id=changed.publication, moment=format_moment(changed.publish_at)))
    for person in changed.people:
        modalities = "/".join(label(each) for each in person.modality)
        session.say(f"    {person.name or _('Somebody unknown')} ({modalities}): {person.sentence}")
        session.say(f"    {person.next_step}")


def _tell_coming_down(session: Session, publication: ComingDown) -> None:
    out = publication.publication
    line = (
        _("{id}  {clip} at {place} should have come down; its last day was {day}.")
        if publication.overdue
        else _("{id}  {clip} at {place} may stay until {day}.")
    )
    where = out.address or channel_label(out.place)
    session.say(
        line.format(id=out.id, clip=out.clip_name or "–", place=where, day=day_label(publication.last_day)),
        style="bold",
    )
    session.say(f"    {publication.sentence}")


def _why(ending: Ending) -> str:
    return {
        Reason.PAST_END: _("ends as agreed"),
        Reason.TURNED_18: _("18th birthday"),
        Reason.ENDED_AT_DEATH: _("ended at death"),
        Reason.REVOKED: _("withdrawn"),
        Reason.TEMPLATE_LAPSED: _("ends as agreed"),
    }[ending.reason]
