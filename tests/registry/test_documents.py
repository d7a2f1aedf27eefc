import hashlib
import json

import pytest

from countenance.errors import RegistryError, WrongUsageError
from countenance.grants import Prohibition
from countenance.people import PersonKind
from registry import Registry, rules
from registry.documents import DocumentKind
from tests.registry.people import NOW, PAPERS, enrolled, grant, opened, person

PAPER = b"%PDF-1.7 I agree. Ada"


def test_a_paper_comes_back_as_it_was(registry: Registry, path) -> None:
    ada = enrolled(registry)
    given = registry.record_grant(grant(ada), PAPERS)

    kept, same = registry.documents.add(ada, given.id, DocumentKind.CONTRACT, "contract.pdf", PAPER)
    with opened(path) as again:
        assert again.documents.of(ada) == again.documents.of(given.id) == again.documents.all() == (kept,)
        assert again.documents.content(kept.id) == PAPER

    assert (kept.id, kept.person, kept.subject, kept.file_name) == ("D0001", ada, given.id, "contract.pdf")
    assert (kept.sha256, kept.size) == (hashlib.sha256(PAPER).hexdigest(), len(PAPER))
    assert (kept.added_at, kept.added_by, same) == (NOW, "ann", ())
    assert PAPER not in path.read_bytes()


def test_a_paper_that_is_there_already_is_told(registry: Registry) -> None:
    ada, ben = enrolled(registry), enrolled(registry, "Ben")
    first, _none = registry.documents.add(ada, ada, DocumentKind.AUTHORITY, "a.pdf", PAPER)

    second, same = registry.documents.add(ben, ben, DocumentKind.OTHER, "b.pdf", PAPER)

    assert same == (first,)
    assert second.id == "D0002"


def test_the_journal_tells_papers_by_hash_and_size(registry: Registry) -> None:
    ada = enrolled(registry)

    kept, _same = registry.documents.add(ada, "C0001", DocumentKind.NOTICE, "Ada Example.pdf", PAPER)

    entry = registry.journal_entries()[-1]
    assert (entry.action, entry.subject) == ("document.added", kept.id)
    assert json.loads(entry.facts) == {"person": ada, "subject": "C0001", "sha256": kept.sha256, "size": len(PAPER)}


def test_a_member_signs_for_the_group(registry: Registry) -> None:
    ada, ben = enrolled(registry), enrolled(registry, "Ben")
    band = registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(ada,)))
    given = registry.record_grant(grant(band), PAPERS)
    ban = registry.record_prohibition(Prohibition(id="", person=ada)).prohibition

    registry.documents.add(ada, given.id, DocumentKind.RELEASE, "r.pdf", PAPER)
    registry.documents.add(ada, ban.id, DocumentKind.E_MAIL, "m.eml", PAPER)

    assert [one.subject for one in registry.documents.of(ada)] == [given.id, ban.id]
    for strange in (given.id, ban.id, "C0001", ada):
        with pytest.raises(WrongUsageError, match="belongs to another person"):
            registry.documents.add(ben, strange, DocumentKind.RELEASE, "r.pdf", PAPER)


def test_a_paper_that_leaves_the_registry_is_written_down(registry: Registry) -> None:
    ada = enrolled(registry)
    kept, _same = registry.documents.add(ada, ada, DocumentKind.OTHER, "a.pdf", PAPER)

    handed_out = registry.documents.hand_out(kept.id)

    assert handed_out == (kept, PAPER)
    entry = registry.journal_entries()[-1]
    assert (entry.action, entry.subject) == ("document.handed_out", kept.id)
    with pytest.raises(WrongUsageError, match="no document"):
        registry.documents.hand_out("D0404")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("contract.pdf", "contract.pdf"),
        ("/home/ada/contract.pdf", "contract.pdf"),
        ("C:\\Users\\Ada\\contract.pdf", "contract.pdf"),
        ("con\x1btract\u202e.pdf\n", "contract.pdf"),
        ("授权书.pdf", "授权书.pdf"),
        ("half\udc80.pdf", "half.pdf"),
        ("a" * 400, "a" * 255),
        ("..\\/", "document"),
        ("", "document"),
    ],
)
def test_a_file_name_is_kept_without_path_and_controls(name: str, kept: str) -> None:
    assert rules.plain_file_name(name) == kept


def test_papers_that_cannot_be_kept_are_refused(registry: Registry) -> None:
    ada = enrolled(registry)
    add = registry.documents.add

    with pytest.raises(WrongUsageError, match="document is empty"):
        add(ada, ada, DocumentKind.OTHER, "a", b"")
    with pytest.raises(WrongUsageError, match=r"too large to keep: 50 MB.*may have 50 MB"):
        add(ada, ada, DocumentKind.OTHER, "a", bytes(rules.LARGEST_DOCUMENT_BYTES + 1))
    with pytest.raises(WrongUsageError, match="nobody with the id P0404"):
        add("P0404", ada, DocumentKind.OTHER, "a", PAPER)
    with pytest.raises(WrongUsageError, match="no grant “G0404”"):
        add(ada, "G0404", DocumentKind.OTHER, "a", PAPER)
    with pytest.raises(WrongUsageError, match="no document “D0404”"):
        registry.documents.content("D0404")

    assert registry.documents.all() == ()


def test_a_paper_that_is_not_what_was_kept_counts_as_damage(registry: Registry) -> None:
    ada = enrolled(registry)
    kept, _same = registry.documents.add(ada, ada, DocumentKind.OTHER, "a", PAPER)
    with registry._lane.change() as db:
        db.execute("update document_contents set content = x'00'")

    with pytest.raises(RegistryError, match="damaged"):
        registry.documents.content(kept.id)
