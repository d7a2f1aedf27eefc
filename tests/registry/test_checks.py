import hashlib
import json

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from countenance.decisions import ClipMark
from countenance.errors import RegistryError, WrongUsageError
from countenance.verdict import Severity, UnknownPolicy, Verdict
from registry import Registry
from tests.registry.clips import CLIP, cleared, kept_check, record, remembered
from tests.registry.people import NOW, PAPERS, enrolled, grant, opened


def test_a_check_is_remembered_as_it_was_made(registry: Registry, path) -> None:
    ada = enrolled(registry)
    given = record(cleared(ada, "G0001", 2, name="Ada Example"), cleared(None), verdict=Verdict.REVIEW)

    kept = registry.checks.keep(given, [remembered(ada), remembered(None)], UnknownPolicy.NOTE, Severity.REVIEW)
    with opened(path) as again:
        read = again.checks.kept(kept.id)

    assert read == kept
    assert (kept.id, kept.record.check, kept.kept_at, kept.kept_by) == ("K0001", "K0001", NOW, "ann")
    assert (kept.unknown, kept.besides) == (UnknownPolicy.NOTE, Severity.REVIEW)
    assert [one.found.person for one in kept.people] == [ada, None]
    assert kept.record.clip.name == "ada on holiday.mp4"
    assert kept.record.journal_hash == registry.journal_entries()[0].hash
    assert kept.record.public_key == registry.checks.public_key()


def test_no_name_of_a_person_is_kept_with_a_check(registry: Registry) -> None:
    ada = enrolled(registry)

    kept = registry.checks.keep(
        record(cleared(ada, name="Ada Example"), registry_revision=404), [], UnknownPolicy.REVIEW, None
    )

    assert "Ada Example" not in msgspec.json.encode(kept).decode()
    assert "ada" not in json.dumps([entry.facts for entry in registry.journal_entries()])
    assert kept.record.journal_hash == ""


def test_the_journal_says_what_a_check_rested_on(registry: Registry) -> None:
    ada = enrolled(registry)
    given = registry.record_grant(grant(ada), PAPERS)

    kept_check(registry, ada, given.id)

    entry = registry.journal_entries()[-1]
    facts = json.loads(entry.facts)
    assert (entry.action, entry.subject) == ("check.kept", "K0001")
    assert facts == {
        "verdict": "permitted",
        "incomplete": 0,
        "people": [ada],
        "rests_on": ["G0001/1"],
        "clip": CLIP.sha256,
        "streams": CLIP.streams,
        "report": "5" * 64,
    }


def test_checks_are_found_by_what_they_rest_on(registry: Registry) -> None:
    ada, ben = enrolled(registry), enrolled(registry, "Ben")
    given = registry.record_grant(grant(ada), PAPERS)
    first, second = kept_check(registry, ada, given.id), kept_check(registry, ben)

    assert registry.checks.all() == (first, second)
    assert registry.checks.of(ada) == registry.checks.of(given.id) == (first,)
    assert registry.checks.of(ben) == (second,)
    assert registry.checks.of("X0001") == ()


def test_a_certificate_is_signed_by_a_key_that_stays(registry: Registry, path) -> None:
    key = registry.checks.public_key()
    check = kept_check(registry, enrolled(registry))

    signature = registry.checks.sign(b"the certificate", check=check.id)
    with opened(path) as again:
        kept_key = again.checks.public_key()
        second = again.checks.sign(b"the certificate", check=check.id)

    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    public.verify(signature, b"the certificate")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"another")
    assert (kept_key, second) == (key, signature)
    entry = registry.journal_entries()[-1]
    assert (entry.action, entry.subject) == ("certificate.signed", "K0001")
    assert json.loads(entry.facts) == {"certificate": hashlib.sha256(b"the certificate").hexdigest()}
    assert [one.subject for one in registry.journal_entries() if one.action == "signing_key.made"] == [key]


def test_a_check_that_is_not_there_is_neither_shown_nor_signed(registry: Registry) -> None:
    with pytest.raises(WrongUsageError, match="no check “K0404”"):
        registry.checks.kept("K0404")
    with pytest.raises(WrongUsageError, match="no check “K0404”"):
        registry.checks.sign(b"", check="K0404")


def test_a_check_of_no_clip_is_refused(registry: Registry) -> None:
    clip = msgspec.structs.replace(record().clip, mark=ClipMark(sha256="mine"))

    with pytest.raises(WrongUsageError, match="SHA-256"):
        registry.checks.keep(record(clip=clip), [], UnknownPolicy.REVIEW, None)


def test_a_check_whose_content_is_broken_counts_as_damage(registry: Registry) -> None:
    kept_check(registry, enrolled(registry))
    with registry._lane.change() as db:
        db.execute("update checks set content = '{}'")

    with pytest.raises(RegistryError, match="damaged"):
        registry.checks.all()
