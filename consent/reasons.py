"""One sentence for each judgement and, for each reason, why and what would change it (consent.md §4)."""

from __future__ import annotations

from countenance.judgement import JudgementKind, Reason
from countenance.people import Modality
from countenance.translations import mark

KINDS: dict[JudgementKind, str] = {
    JudgementKind.CLEAR: mark("Nobody has to be asked."),
    JudgementKind.PERMITTED: mark("A permission covers this use."),
    JudgementKind.PERMITTED_WITH_DUTIES: mark("A permission covers this use, and something is still to be done."),
    JudgementKind.NEEDS_APPROVAL: mark("Somebody has to decide on this clip, and the answer has to be recorded."),
    JudgementKind.NEEDS_DETAILS: mark("The answer depends on something about the use that was not stated."),
    JudgementKind.POSSIBLE_MATCH: mark("Somebody has to look and say who this is."),
    JudgementKind.UNKNOWN_PERSON: mark("Nobody in the registry was recognised here, so nothing shows a permission."),
    JudgementKind.EXPIRED: mark("There was a permission, but it has ended."),
    JudgementKind.REVOKED: mark("There was a permission, but it was withdrawn."),
    JudgementKind.NOT_PERMITTED: mark("No permission covers this use."),
}

SENTENCES: dict[Reason, str] = {
    Reason.NO_PEOPLE: mark("No face and no voice was found in the clip, so nobody has to be asked."),
    Reason.OK: mark("{name}: {grant} covers this use."),
    Reason.SELF: mark("{name} is an own persona of this registry, so nobody else has to be asked."),
    Reason.PUBLISHED_IN_TERM: mark("{name}: {grant} has ended, but the clip was published in time and may stay."),
    Reason.DUTY_OPEN: mark("{name}: this use is permitted, and still to do is: {duties}."),
    Reason.DECLARED_SYNTHETIC: mark("This face or voice was declared as invented, so no real person has to be asked."),
    Reason.NO_MATCH: mark("This face or voice matches nobody in the registry, so nothing shows a permission."),
    Reason.TEMPLATE_LAPSED: mark("The consent to recognise somebody here is over, so this person counts as unknown."),
    Reason.POSSIBLE_MATCH: mark("This may be {whom}, but that is not certain; grants count once somebody confirms it."),
    Reason.USE_NOT_STATED: mark("{name}: whether this use is permitted depends on what was not stated: {missing}."),
    Reason.APPROVAL_PENDING: mark("{name}: {grant} covers this use, but each clip has to be approved first."),
    Reason.VAGUE_GRANT: mark("{name}: {grant} allows {method} but does not describe the intended use."),
    Reason.EXCEPTION_CLAIMED: mark(
        "{name}: no grant covers this use; an exception is claimed ({exception}), which only a person can decide."
    ),
    Reason.PAST_END: mark("{name}: {grant} covers this use but has ended."),
    Reason.TURNED_18: mark("{name} is an adult now, and what a guardian signed ended on the 18th birthday."),
    Reason.ENDED_AT_DEATH: mark("{name} has died, and {grant} does not continue after death."),
    Reason.REVOKED: mark("{name} withdrew the permission for this use ({grant})."),
    Reason.SUSPENDED: mark("{name}: {grant} covers this use but is suspended on the day of publication."),
    Reason.STARTS_LATER: mark("{name}: {grant} covers this use but has not started on the day of publication."),
    Reason.APPROVAL_REFUSED: mark("{name}: approval of this clip was refused under {grant}."),
    Reason.PROHIBITION: mark("{name}: {ban} concerns this use, and a ban wins over every grant."),
    Reason.EXCLUSIVE_ELSEWHERE: mark("{name} is bound exclusively to somebody else for {category} ({grant})."),
    Reason.MINOR_PROTECTED: mark("{name} is a minor, and this is closed for minors whatever was granted: {themes}."),
    Reason.THEME_NOT_NAMED: mark("{name}: the clip is about {themes}, which {grant} does not name."),
    Reason.NO_GRANT: mark("{name}: there is no grant that counts for this clip."),
    Reason.UNSIGNED: mark("{name}: {grant} is not signed, so it does not count."),
    Reason.WRONG_SIGNER: mark("{name}: nothing shows that whoever signed {grant} could sign it."),
    Reason.SCOPE_MODALITY: mark("{name}: {grant} does not include this: {modality}."),
    Reason.SCOPE_PURPOSE: mark("{name}: {grant} is not for this purpose: {purpose}."),
    Reason.SCOPE_METHOD: mark("{name}: {grant} does not include this method: {method}."),
    Reason.SCOPE_GRANTEE: mark("{name}: {grant} was given to somebody else and may not be passed on."),
    Reason.SCOPE_PROJECT: mark("{name}: {grant} is for another project than this: {project}."),
    Reason.SCOPE_CHANNEL: mark("{name}: {grant} does not include this channel: {channel}."),
    Reason.SCOPE_TERRITORY: mark("{name}: {grant} does not cover all of this: {territory}."),
    Reason.SCOPE_LANGUAGE: mark("{name}: {grant} does not include this language: {language}."),
}

CHANGES: dict[Reason, str] = {
    Reason.NO_PEOPLE: mark("Naming somebody in the clip by hand would change this."),
    Reason.OK: mark("A withdrawal, a ban or another use would change this."),
    Reason.SELF: mark("A ban, or an exclusive grant to somebody else, would change this."),
    Reason.PUBLISHED_IN_TERM: mark("A ban would change this; publishing again needs a grant in force on that day."),
    Reason.DUTY_OPEN: mark("Do this, and declare what is done: {duties}."),
    Reason.DECLARED_SYNTHETIC: mark("If this is a real person after all, name this person by hand."),
    Reason.NO_MATCH: mark("Say who this is, or that nobody real is shown, or enrol this person with a consent."),
    Reason.TEMPLATE_LAPSED: mark("Name this person by hand, or record a new consent to recognise this person."),
    Reason.POSSIBLE_MATCH: mark("Confirm that this is {whom}, or say who it is."),
    Reason.USE_NOT_STATED: mark("State {missing}."),
    Reason.APPROVAL_PENDING: mark("Show the clip to whoever approves, and record the answer."),
    Reason.VAGUE_GRANT: mark("Have the intended use described and signed, or record an approval of this very clip."),
    Reason.EXCEPTION_CLAIMED: mark("Have somebody responsible decide on the exception and record it, or get a grant."),
    Reason.PAST_END: mark("Get {grant} renewed, or take the person out of the clip."),
    Reason.TURNED_18: mark("Ask {whom}, who can sign now."),
    Reason.ENDED_AT_DEATH: mark("Ask the estate, and record its authority."),
    Reason.REVOKED: mark("Only a new grant, signed after the withdrawal, would permit it again."),
    Reason.SUSPENDED: mark("Publish when the suspension is over, or take the person out of the clip."),
    Reason.STARTS_LATER: mark("Publish once {grant} has started, or have an earlier start signed."),
    Reason.APPROVAL_REFUSED: mark(
        "Change the clip and ask again; this very clip stays refused until another answer is recorded."
    ),
    Reason.PROHIBITION: mark("Only whoever recorded the ban can lift it; another use may lie outside it."),
    Reason.EXCLUSIVE_ELSEWHERE: mark("Ask whoever holds the exclusive grant, or leave out this product category."),
    Reason.MINOR_PROTECTED: mark("Leave out these themes, or take the minor out of the clip."),
    Reason.THEME_NOT_NAMED: mark("Get a grant that names {themes}, or leave it out of the clip."),
    Reason.NO_GRANT: mark("Get a grant from {whom} for this use, or take the person out of the clip."),
    Reason.UNSIGNED: mark("Have the grant signed."),
    Reason.WRONG_SIGNER: mark("Record the document that lets the signer act, or have the right person sign."),
    Reason.SCOPE_MODALITY: mark("Get a grant that includes this, or take it out of the clip: {modality}."),
    Reason.SCOPE_PURPOSE: mark("Get a grant for this purpose: {purpose}."),
    Reason.SCOPE_METHOD: mark("Get a grant that names this method, or make the clip without it: {method}."),
    Reason.SCOPE_GRANTEE: mark("Get a grant of your own, or one that may be passed on."),
    Reason.SCOPE_PROJECT: mark("Get a grant for this project: {project}."),
    Reason.SCOPE_CHANNEL: mark("Get a grant that includes {channel}, or publish elsewhere."),
    Reason.SCOPE_TERRITORY: mark("Get a grant that covers this as well, or do not publish there: {territory}."),
    Reason.SCOPE_LANGUAGE: mark("Get a grant that includes {language}, or publish in another language."),
}

SAID_OF: dict[tuple[Reason, Modality | None], str] = {
    (Reason.NO_MATCH, Modality.FACE): mark("This face matches nobody in the registry, so nothing shows a permission."),
    (Reason.NO_MATCH, Modality.VOICE): mark(
        "This voice matches nobody in the registry, so nothing shows a permission."
    ),
}
"""In place of a sentence of `SENTENCES`, where a face or a voice alone is meant."""

CHANGED_FOR: dict[tuple[Reason, Modality | None], str] = {
    (Reason.NO_MATCH, Modality.VOICE): mark(
        "Say whose voice this is, or that it is no real person’s, or enrol this person with a consent."
    ),
}
"""In place of a sentence of `CHANGES`, likewise."""

SAID_WHERE_DECIDED: dict[Reason, str] = {
    Reason.EXCEPTION_CLAIMED: mark(
        "{name}: no grant covers this use, but it was decided on record on {day} that this is {exception}."
    ),
    Reason.APPROVAL_REFUSED: mark(
        "{name}: no grant covers this use, and it was decided on record on {day} that this is not {exception}."
    ),
}
"""In place of a sentence of `SENTENCES`, where a judgement rests on what a person decided on an exception."""

CHANGED_WHERE_DECIDED: dict[Reason, str] = {
    Reason.EXCEPTION_CLAIMED: mark("A ban, another clip or another decision on record would change this."),
    Reason.APPROVAL_REFUSED: mark("Get a grant from {whom} for this use, or have the decision on record reviewed."),
}
"""In place of a sentence of `CHANGES`, likewise."""
