"""A licence file of InsightFace's means here what it means there, and counts as long as it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import models
from countenance.packs import CommercialUse
from models.intake.licence import PUBLIC_KEYS, LicenceState, inspect_licence
from tests.models.hostile_packages import KEY, signed, terms
from tests.models.insightface_packages import (
    manifest_folder,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


TRUSTED = (KEY.public_key().public_bytes_raw(),)


LICENCES: dict[str, bytes | None] = {
    "absent": None,
    "commercial": signed(terms()),
    "commercial for a while": signed(terms(valid_until="2027-01-01T00:00:00.5Z", reference="R")),
    "non-commercial": signed(terms(grant="non-commercial", customer=None)),
    "expired": signed(terms(valid_until="2025-02-01T00:00:00Z")),
    "expired this moment": signed(terms(valid_until="2026-11-22T12:00:00Z")),
    "not active": signed(terms(valid_from="2999-01-01T00:00:00Z")),
    "tampered": signed(terms(), customer="Somebody else"),
    "expired and tampered": signed(terms(valid_until="2025-02-01T00:00:00Z"), license_id="L-9"),
    "for another model": signed(terms(model_id="other")),
    "spaces around the id": signed(terms(model_id=" made-for-a-test ")),
    "to nobody": signed(terms(customer=None)),
    "an unknown grant": signed(terms(grant="everything")),
    "an unknown field": signed(terms(foo=1)),
    "a missing field": signed(terms(license_id=None)),
    "version true": signed(terms(license_version=True)),
    "version 1.0": signed(terms(license_version=1.0)),
    "version 2": signed(terms(license_version=2)),
    "another issuer": signed(terms(issuer="Example")),
    "a padded signature": signed(terms(), signature="AAAA=="),
    "a short signature": signed(terms(), signature="AAAA"),
    "a date alone": signed(terms(valid_from="2025-01-01Z")),
    "another time zone": signed(terms(valid_from="2025-01-01T00:00:00+02:00")),
    "ending first": signed(terms(valid_until="2024-01-01T00:00:00Z")),
    "a number that no canonical form has": json.dumps(
        {**terms(), "reference": 1 << 60, "signature": "A" * 86}
    ).encode(),
    "half a surrogate": json.dumps({**terms(), "customer": "\ud800", "signature": "A" * 86}).encode(),
    "no JSON": b"{",
    "a list": b"[]",
    "twice the same": b'{"a":1,"a":2}',
    "no number": b'{"a":NaN}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "not UTF-8": b"\xff",
    "empty": b"",
    "too large": b" " * 65_537,
}


STATES = {
    "default_non_commercial": LicenceState.ABSENT,
    "verified_commercial": LicenceState.COMMERCIAL,
    "verified_non_commercial": LicenceState.NON_COMMERCIAL,
    "not_active": LicenceState.NOT_ACTIVE,
    "expired": LicenceState.EXPIRED,
    "invalid": LicenceState.INVALID,
}


@pytest.mark.parametrize("content", LICENCES.values(), ids=LICENCES.keys())
def test_a_licence_file_means_what_insightface_takes_it_for(tmp_path: Path, content: bytes | None) -> None:
    from insightface.model_zoo.model_license import inspect_model_package_license

    folder = manifest_folder(tmp_path / "package")
    if content is not None:
        (folder / "MODEL.LICENSE").write_bytes(content)
    original = inspect_model_package_license(folder, now=NOW, public_keys=[KEY.public_key()])

    ours = inspect_licence(content, "made-for-a-test", NOW, TRUSTED)

    assert ours.state is STATES[original.status]
    assert bool(ours.fault) == (ours.state is LicenceState.INVALID)
    if original.license is not None:
        assert (ours.customer or None, ours.licence_id) == (original.license.customer, original.license.license_id)
        until = original.license.valid_until
        assert ours.valid_until == (until.isoformat() if until else "")


def test_the_key_that_is_trusted_is_insightfaces() -> None:
    from insightface.model_zoo import model_license

    theirs = tuple(key.public_bytes_raw() for key in model_license._trusted_keys())
    assert theirs == PUBLIC_KEYS


def test_a_licence_for_commercial_use_counts_until_its_last_moment(tmp_path: Path) -> None:
    folder, store = manifest_folder(tmp_path / "package"), tmp_path / "models"
    (folder / "MODEL.LICENSE").write_bytes(signed(terms(valid_until="2027-01-01T00:00:00Z")))

    brought = models.bring(folder, store, public_keys=TRUSTED, now=NOW)

    assert brought.remarks == (
        "InsightFace permits commercial use to Example Studio until 2027-01-01; its signature holds.",
    )
    licence = models.load_manifest(brought.models[0], store).licence
    assert licence.weights == "InsightFace commercial licence L-1, granted to Example Studio"
    assert (licence.commercial_use, licence.verified, licence.needs_acceptance) == (CommercialUse.YES, True, False)
    assert licence.commercial_use_at(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)) is CommercialUse.YES
    assert licence.commercial_use_at(datetime(2027, 1, 1, tzinfo=UTC)) is CommercialUse.NO


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"valid_until": "2025-02-01T00:00:00Z"}, "Its licence ended on 2025-02-01: for non-commercial research only."),
        ({"valid_from": "2999-01-01T00:00:00Z"}, "Its licence begins on 2999-01-01 only"),
        ({"grant": "non-commercial", "customer": None}, "Its licence is for non-commercial use only"),
        ({}, "InsightFace permits commercial use to Example Studio; its signature holds."),
    ],
)
def test_what_a_licence_allows_is_said(tmp_path: Path, changes: dict[str, Any], remark: str) -> None:
    folder = manifest_folder(tmp_path / "package")
    (folder / "MODEL.LICENSE").write_bytes(signed(terms(**changes)))
    brought = models.bring(folder, tmp_path / "models", public_keys=TRUSTED, now=NOW)
    allowed = models.load_manifest(brought.models[1], tmp_path / "models").licence.commercial_use
    assert brought.remarks[0].startswith(remark)
    assert (allowed is CommercialUse.YES) == ("permits" in remark)


def test_a_licence_that_came_later_counts_from_the_next_bringing(tmp_path: Path) -> None:
    folder, store = manifest_folder(tmp_path / "package"), tmp_path / "models"
    models.bring(folder, store, public_keys=TRUSTED)
    (folder / "MODEL.LICENSE").write_bytes(signed(terms()))
    brought = models.bring(folder, store, public_keys=TRUSTED, now=NOW)
    assert brought.fresh == brought.models
    assert models.load_manifest(brought.models[0], store).licence.commercial_use is CommercialUse.YES
