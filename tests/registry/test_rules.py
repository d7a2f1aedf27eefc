import struct
from datetime import date

import pytest

from countenance.errors import WrongUsageError
from countenance.grants import Prohibition, Revocation, Suspension
from countenance.people import Modality, PersonKind
from registry import GrantPapers, Registry, create_registry
from registry.rules import LARGEST_PICTURE_BYTES, LARGEST_SOUND_BYTES
from tests.registry.people import (
    JPEG,
    PAPERS,
    PASSPHRASE,
    SIGNED,
    consent,
    enrolled,
    grant,
    new_registry,
    person,
    sample,
    template,
)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"display_name": "  "}, "needs a name"),
        ({"display_name": "\u200b\u3000"}, "needs a name"),
        ({"display_name": "Ada\tExample"}, "no text"),
        ({"display_name": "Ada \u202eelpmaxE"}, "no text"),
        ({"other_names": ("\u2067Ada",)}, "no text"),
        ({"kind": PersonKind.MINOR}, "date of birth"),
        ({"kind": PersonKind.DECEASED}, "date of death"),
        ({"birth": date(2000, 1, 2), "death": date(2000, 1, 1)}, "before the date of birth"),
        ({"members": ("P0001",)}, "Only a group"),
        ({"kind": PersonKind.GROUP, "members": ("P0001", "P0001")}, "named twice"),
    ],
)
def test_a_person_needs_what_their_kind_requires(registry: Registry, fields: dict, sentence: str) -> None:
    enrolled(registry)

    with pytest.raises(WrongUsageError, match=sentence):
        registry.enrol(person(**fields))

    assert registry.facts().people == 1


@pytest.mark.parametrize("name", ["عمر", "אברהם", "می\u200cخواهم", "😀", "O’Hara", "王"])
def test_names_of_every_script_are_taken(registry: Registry, name: str) -> None:
    number = registry.enrol(person(name))

    assert registry.people([number])[0].display_name == name


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"modality": ()}, "the face, the voice or both"),
        ({"purpose": " "}, "purpose in writing"),
        ({"method": ""}, "how it was given"),
        ({"notice_version": ""}, "version of the text"),
        ({"retain_until": date(2026, 10, 31)}, "ends before it was signed"),
        ({"signed_on": date(2026, 11, 22)}, "dated in the future"),
        ({"retain_until": date(2026, 11, 20)}, "is over"),
        ({"withdrawn_on": date(2026, 11, 10)}, "is over"),
        ({"erased_on": date(2026, 11, 10)}, "is over"),
    ],
)
def test_a_biometric_consent_must_show_permission_today(registry: Registry, fields: dict, sentence: str) -> None:
    with pytest.raises(WrongUsageError, match=sentence):
        registry.enrol(person(), consent=consent(**fields), samples=[sample()])

    assert registry.facts().people == 0


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (sample(file_sha256="B" * 64), "SHA-256"),
        (sample(picture=b"GIF89a"), "not a JPEG"),
        (sample(picture=JPEG + bytes(LARGEST_PICTURE_BYTES)), "too large"),
        (sample(sound=b"\0" * 3), "16-bit PCM"),
        (sample(sound=bytes(LARGEST_SOUND_BYTES + 2)), "too long"),
        (sample(delete_by=date(2029, 11, 2)), "kept longer"),
        (sample(quality=1.5), "quality"),
        (sample(quality=float("nan")), "quality"),
        (sample(templates=(template(modality=Modality.VOICE),)), "does not cover"),
        (sample(templates=(template(binding="some model"),)), "hash of its model"),
        (sample(templates=(template(vector=b""),)), "32-bit numbers"),
        (sample(templates=(template(vector=b"abcde"),)), "32-bit numbers"),
        (sample(templates=(template(vector=struct.pack("<2f", 1.0, float("nan"))),)), "no number"),
        (sample(templates=(template(), template())), "two templates"),
    ],
)
def test_a_sample_must_be_what_the_consent_covers(registry: Registry, bad: object, sentence: str) -> None:
    with pytest.raises(WrongUsageError, match=sentence):
        registry.enrol(person(), consent=consent(), samples=[sample(), bad])

    assert registry.facts().people == 0


def test_no_template_is_kept_without_a_biometric_consent(registry: Registry) -> None:
    with pytest.raises(WrongUsageError, match="only with a biometric consent"):
        registry.enrol(person(), samples=[sample()])


@pytest.mark.parametrize(
    ("fields", "papers", "sentence"),
    [
        ({}, GrantPapers(), "at least one signature"),
        ({"purposes": ()}, PAPERS, "at least one modality"),
        ({"channels": ()}, PAPERS, "at least one modality"),
        ({"territories": ()}, PAPERS, "at least one modality"),
        ({"tz": "Mars/Olympus"}, PAPERS, "no time zone"),
        ({"start": date(2027, 1, 2), "end": date(2027, 1, 1)}, PAPERS, "ends before it begins"),
        ({"end": date(2026, 10, 1)}, PAPERS, "ends before it begins"),
        ({"suspended": Suspension(start=date(2027, 1, 2), end=date(2027, 1, 1))}, PAPERS, "ends before it begins"),
        ({"revoked": Revocation(notice=SIGNED, days=-1)}, PAPERS, "cannot be negative"),
    ],
)
def test_a_grant_that_could_not_be_judged_is_refused(
    registry: Registry, fields: dict, papers: GrantPapers, sentence: str
) -> None:
    giver = enrolled(registry)

    with pytest.raises(WrongUsageError, match=sentence):
        registry.record_grant(grant(giver, **fields), papers)

    assert registry.grants() == ()


def test_a_draft_may_be_unfinished(registry: Registry) -> None:
    giver = enrolled(registry)

    draft = registry.record_grant(
        grant(giver, signed=None, purposes=(), channels=(), suspended=Suspension(start=SIGNED))
    )

    assert draft.signed is None


def test_a_prohibition_that_could_not_be_judged_is_refused(registry: Registry) -> None:
    giver = enrolled(registry)

    with pytest.raises(WrongUsageError, match="ends before it begins"):
        registry.record_prohibition(Prohibition(id="", person=giver, start=date(2027, 1, 2), end=date(2027, 1, 1)))


@pytest.mark.parametrize(("owner", "tz", "sentence"), [(" ", "UTC", "an owner"), ("us", "Nowhere", "no time zone")])
def test_a_registry_needs_an_owner_and_a_zone(path, owner: str, tz: str, sentence: str) -> None:
    with pytest.raises(WrongUsageError, match=sentence):
        create_registry(path, PASSPHRASE, owner=owner, tz=tz, operator="ann")

    assert not path.exists()
    new_registry(path).close()
