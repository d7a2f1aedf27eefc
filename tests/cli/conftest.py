"""Free material, the installed models, and a registry in which the portrait is enrolled with a grant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

import models
from countenance.grants import Grant, Purpose
from countenance.people import BiometricConsent, Modality, Person, Signer
from models.selftest import known_pair_of
from registry import GrantPapers, Passphrase, Signature, create_registry, retain_until_by_default
from scan.demo import Material, make_material
from scan.enrolment import enrol_person
from scan.knowing import propose
from scan.worker import DetectorWorker
from tests.cli.running import PASSPHRASE, Terminal

SIGNED = date(2026, 1, 5)


@pytest.fixture(scope="session")
def store(starter_store: Path) -> Path:
    return starter_store


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """Return the demo's clip, and the photo and the recording that its person is enrolled from."""
    return make_material(tmp_path_factory.mktemp("material"))


@pytest.fixture
def clip(material: Material) -> Path:
    return material.clip


@pytest.fixture
def photo(material: Material) -> Path:
    return material.photo


@pytest.fixture
def recording(material: Material) -> Path:
    return material.recording


@pytest.fixture(scope="session")
def worker(store: Path) -> Iterator[DetectorWorker]:
    """Return a worker whose child is there already, for stories in which it comes to no harm."""
    with DetectorWorker() as running:
        request = known_pair_of("starter", store)
        assert request is not None
        running.selftest(request)
        yield running


@pytest.fixture
def one_child(worker: DetectorWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command of the story ask the same child: starting one takes longer than the rest of the story."""
    monkeypatch.setattr("cli.session.DetectorWorker", lambda **_named: nullcontext(worker))


@pytest.fixture(scope="session")
def filled(store: Path, worker: DetectorWorker, material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry with one person and one grant for education; to be copied, not changed."""
    path = tmp_path_factory.mktemp("filled") / "registry.countenance"
    card = models.load_pack("starter", store)
    consent = BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE, Modality.VOICE),
        purpose="finding this person in clips before publication",
        signed_on=SIGNED,
        method="paper",
        notice_version="test",
        retain_until=retain_until_by_default(SIGNED),
    )
    with create_registry(path, Passphrase(PASSPHRASE), owner="us", tz="UTC", operator="test") as made:
        proposal = propose([material.photo, material.recording], worker, card, store)
        person = enrol_person(made, Person(id="", display_name="Eileen Example"), consent, proposal, card)
        made.record_grant(
            Grant(
                id="",
                person=person,
                signed=SIGNED,
                modality=(Modality.FACE, Modality.VOICE),
                purposes=(Purpose.EDUCATION,),
                channels=("social",),
                territories=("WORLD",),
            ),
            GrantPapers(signatures=(Signature(name="Eileen Example", role="self", signed_on=SIGNED, how="paper"),)),
        )
    return path


@pytest.fixture
def nowhere(own_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal with a passphrase, without a registry and without models."""
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", PASSPHRASE)
    return Terminal(own_home / "own.countenance", capsys)


@pytest.fixture
def terminal(nowhere: Terminal, store: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal with the models installed and no registry yet."""
    monkeypatch.setenv("COUNTENANCE_MODELS", str(store))
    return nowhere


@pytest.fixture
def enrolled(terminal: Terminal, filled: Path) -> Terminal:
    """Return a terminal whose registry knows the portrait and one grant."""
    shutil.copy(filled, terminal.registry)
    return terminal
