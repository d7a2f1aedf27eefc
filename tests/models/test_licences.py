"""Licences that forbid something are accepted once, by a person, on a day; the rest need nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

import models
from countenance.errors import ModelsError
from models.licences import (
    ACCEPTED,
    LicenceNotAcceptedError,
    accept,
    acceptance_of,
    licence_sentences,
    read_acceptances,
    require_accepted,
    unaccepted,
)

TODAY = date(2026, 11, 22)
BUFFALO = models.models_of("insightface-buffalo_l")
ANTELOPE = models.models_of("insightface-antelopev2")


def test_what_may_be_used_freely_needs_nobody(tmp_path: Path) -> None:
    for pack in ("starter", "recommended", "sface"):
        require_accepted(models.models_of(pack), tmp_path)


def test_research_weights_are_accepted_once_by_a_named_person(tmp_path: Path) -> None:
    with pytest.raises(LicenceNotAcceptedError, match="non-commercial research only") as caught:
        require_accepted(BUFFALO, tmp_path)
    assert len(caught.value.manifests) == 1  # one statement, however many models

    (accepted,) = accept(BUFFALO, tmp_path, by="  Chen   Wei ", on=TODAY)

    assert (accepted.by, accepted.on, accepted.publisher) == ("Chen Wei", TODAY, "InsightFace")
    require_accepted(BUFFALO, tmp_path)
    require_accepted(ANTELOPE, tmp_path)  # the same publisher's same licence
    assert accept(ANTELOPE, tmp_path, by="Somebody else", on=TODAY) == ()
    assert acceptance_of(ANTELOPE[0], tmp_path) == accepted


def test_a_licence_that_says_something_else_is_asked_for_again(tmp_path: Path) -> None:
    accept(BUFFALO, tmp_path, by="Chen Wei", on=TODAY)
    stricter = msgspec.structs.replace(BUFFALO[0].licence, weights="nobody may use it")
    changed = msgspec.structs.replace(BUFFALO[0], licence=stricter)

    assert unaccepted([changed], tmp_path) == (changed,)
    accept([changed], tmp_path, by="Chen Wei", on=TODAY)
    assert len(read_acceptances(tmp_path)) == 2


def test_an_unverified_licence_is_said_to_be_and_asks_for_a_reader(tmp_path: Path) -> None:
    read = models.load_manifest("dlib-resnet")
    unread = msgspec.structs.replace(read, licence=msgspec.structs.replace(read.licence, verified=False))

    assert not any("Unverified" in sentence for sentence in licence_sentences(read))
    assert any("Unverified" in sentence for sentence in licence_sentences(unread))
    assert unaccepted([read, unread], tmp_path) == (unread,)


def test_what_is_accepted_is_told_before(tmp_path: Path) -> None:
    told = " ".join(licence_sentences(BUFFALO[0]))

    assert "InsightFace" in told
    assert "Commercial use is not allowed" in told
    assert "https://" in told


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 201])
def test_nobody_accepts_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelsError, match="give a name"):
        accept(BUFFALO, tmp_path, by=name, on=TODAY)
    assert not (tmp_path / ACCEPTED).exists()


def test_a_damaged_file_of_acceptances_counts_for_nobody(tmp_path: Path) -> None:
    (tmp_path / ACCEPTED).write_text('[{"by": ""}]', "utf-8")

    with pytest.raises(ModelsError, match="cannot be read"):
        require_accepted(BUFFALO, tmp_path)


def test_an_acceptance_that_cannot_be_kept_is_none(tmp_path: Path) -> None:
    place = tmp_path / "a file"
    place.write_text("", "utf-8")

    with pytest.raises(ModelsError, match="cannot be written"):
        accept(BUFFALO, place, by="Chen Wei", on=TODAY)
