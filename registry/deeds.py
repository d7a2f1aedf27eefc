"""What an entry of the journal says, in a sentence: who did what. A name never stands there, only ids."""

from __future__ import annotations

from countenance.translations import _, mark
from registry.records import JournalEntry

DEEDS = {
    "answer.recorded": mark("{operator} recorded the answer {subject} about somebody in a clip"),
    "answer.taken_back": mark("{operator} took back the answer {subject} about somebody in a clip"),
    "approval.recorded": mark("{operator} recorded the answer {subject} to a clip"),
    "biometric_consent.recorded": mark("{operator} recorded the biometric consent {subject}"),
    "biometric_consent.withdrawn": mark("{operator} recorded that the biometric consent {subject} was withdrawn"),
    "certificate.signed": mark("{operator} signed a certificate of the check {subject}"),
    "check.kept": mark("{operator} kept the check {subject}"),
    "clock.accepted": mark("{operator} confirmed the clock after it had been ahead"),
    "consent.exported": mark("{operator} exported grants and prohibitions"),
    "consent.imported": mark("{operator} imported grants and prohibitions"),
    "document.added": mark("{operator} filed the document {subject}"),
    "document.handed_out": mark("{operator} took a copy of the document {subject} out of the registry"),
    "erasure.proved": mark("{operator} searched the whole file for what was known of {subject}"),
    "exception.recorded": mark("{operator} decided on the exception {subject}"),
    "grant.changed": mark("{operator} changed the grant {subject}"),
    "grant.confirmed": mark("{operator} confirmed the grant {subject}, which somebody else had entered"),
    "grant.recorded": mark("{operator} recorded the grant {subject}"),
    "grant.revoked": mark("{operator} recorded the withdrawal of the grant {subject}"),
    "head.accepted": mark("{operator} confirmed the present end of the journal"),
    "import.finished": mark("{operator} finished an import of people"),
    "person.changed": mark("{operator} changed what is recorded of {subject}"),
    "person.disclosed": mark("{operator} exported all that is held about {subject}"),
    "person.enrolled": mark("{operator} enrolled {subject}"),
    "person.erased": mark("{operator} erased {subject}"),
    "person.merged": mark("{operator} made one person of {subject} and another"),
    "prohibition.changed": mark("{operator} changed the prohibition {subject}"),
    "prohibition.recorded": mark("{operator} recorded the prohibition {subject}"),
    "publication.added": mark("{operator} recorded the publication {subject}"),
    "publication.taken_down": mark("{operator} recorded that the publication {subject} was taken down"),
    "registry.backed_up": mark("{operator} made a backup of the registry"),
    "registry.created": mark("{operator} made the registry"),
    "registry.rekeyed": mark("{operator} changed the registry's passphrase"),
    "registry.restored": mark("{operator} restored the registry from a backup"),
    "retention.swept": mark("{operator} let the registry remove what may not be kept any longer"),
    "sample.removed": mark("{operator} removed the sample {subject}"),
    "samples.added": mark("{operator} added samples of {subject}"),
    "signing_key.made": mark("{operator} let the registry make the key that it signs certificates with"),
    "templates.renewed": mark("{operator} had templates made of kept samples with other models"),
    "templates.retired": mark("{operator} had templates removed that other models have replaced"),
}


def deed_sentence(entry: JournalEntry) -> str:
    """Return who did what, without the moment; an action of a later version is told by its own word."""
    words = DEEDS.get(entry.action)
    told = _("{operator}: {action} of {subject}") if words is None else _(words)
    return told.format(operator=entry.operator, action=entry.action, subject=entry.subject)
