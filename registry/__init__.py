from registry.cautions import cautions_about
from registry.documents import DocumentKind, KeptDocument
from registry.keys import (
    SECRET_VARIABLES,
    Passphrase,
    check_new_passphrase,
    environment_without_keys,
    find_passphrase,
)
from registry.lane import system_clock
from registry.publications import DuePublication, last_day_out
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
    Sample,
    SampleKind,
    Signature,
    Swept,
)
from registry.registry import Registry, create_registry, open_registry
from registry.rules import retain_until_by_default

__all__ = [
    "SECRET_VARIABLES",
    "Agreed",
    "CompensationStatus",
    "Document",
    "DocumentKind",
    "DuePublication",
    "EnrolledTemplates",
    "GrantPapers",
    "GrantRecord",
    "JournalEntry",
    "KeptDocument",
    "NewPerson",
    "NewSample",
    "NewTemplate",
    "Passphrase",
    "ProhibitionRecord",
    "Registry",
    "Sample",
    "SampleKind",
    "Signature",
    "Swept",
    "cautions_about",
    "check_new_passphrase",
    "create_registry",
    "environment_without_keys",
    "find_passphrase",
    "last_day_out",
    "open_registry",
    "retain_until_by_default",
    "system_clock",
]
