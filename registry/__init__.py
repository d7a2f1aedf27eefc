import registry.sparing  # noqa: F401  what comes first keeps pandas away

# isort: split
from registry.auditing import Audit, JournalChoice
from registry.backup import Backup, restore_registry
from registry.cautions import cautions_about
from registry.deeds import deed_sentence
from registry.disclosing import Disclosure
from registry.documents import DocumentKind, KeptDocument
from registry.erasing import Erasure, ErasureReason
from registry.heads import Heads, HeadState, head_remedy, head_sentence
from registry.keys import (
    SECRET_VARIABLES,
    KeyringState,
    Passphrase,
    check_new_passphrase,
    environment_without_keys,
    find_passphrase,
    forget_passphrase,
    keyring_state,
    remember_passphrase,
)
from registry.lane import system_clock
from registry.records import (
    Agreed,
    CompensationStatus,
    Document,
    EnrolledTemplates,
    GrantPapers,
    GrantRecord,
    JournalEntry,
    NewPerson,
    NewSample,
    NewTemplate,
    ProhibitionRecord,
    RemovedSample,
    Sample,
    SampleContent,
    SampleKind,
    Signature,
    Swept,
    TemplatesElsewhere,
)
from registry.registry import Registry, create_registry, open_registry
from registry.remains import Found
from registry.renewing import Covered, Outlook, Retired
from registry.rules import retain_until_by_default
from registry.summaries import GrantOutline, Names, PersonSummary, SampleSummary
from registry.upkeep import Health

__all__ = [
    "SECRET_VARIABLES",
    "Agreed",
    "Audit",
    "Backup",
    "CompensationStatus",
    "Covered",
    "Disclosure",
    "Document",
    "DocumentKind",
    "EnrolledTemplates",
    "Erasure",
    "ErasureReason",
    "Found",
    "GrantOutline",
    "GrantPapers",
    "GrantRecord",
    "HeadState",
    "Heads",
    "Health",
    "JournalChoice",
    "JournalEntry",
    "KeptDocument",
    "KeyringState",
    "Names",
    "NewPerson",
    "NewSample",
    "NewTemplate",
    "Outlook",
    "Passphrase",
    "PersonSummary",
    "ProhibitionRecord",
    "Registry",
    "RemovedSample",
    "Retired",
    "Sample",
    "SampleContent",
    "SampleKind",
    "SampleSummary",
    "Signature",
    "Swept",
    "TemplatesElsewhere",
    "cautions_about",
    "check_new_passphrase",
    "create_registry",
    "deed_sentence",
    "environment_without_keys",
    "find_passphrase",
    "forget_passphrase",
    "head_remedy",
    "head_sentence",
    "keyring_state",
    "open_registry",
    "remember_passphrase",
    "restore_registry",
    "retain_until_by_default",
    "system_clock",
]
