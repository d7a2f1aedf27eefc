"""Files of a store that a hand, or a failing disk, has changed: a sentence, never another model in silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

import models
from countenance.errors import CountenanceError, ModelsError
from countenance.packs import CommercialUse
from countenance.wire import ExamineSettings
from models.figures import OWN, list_own, read_own
from models.inventory import list_inventory, list_pack_facts, verify
from models.known_pairs import HELD, KnownPairs
from models.licences import ACCEPTED, accept, read_acceptances, unaccepted
from models.manifests import MANIFEST, list_models, load_manifest
from models.packs import PACKS, list_packs, models_of
from models.proving import unproved
from models.store import RECORD, read_record
from scan.request import examine_request
from tests.detectors.brought import bring_package, put_embedder
from tests.models.insightface_packages import arcface, manifest_folder

PACK = "insightface-made-for-a-test"
DETECTOR, EMBEDDER = f"{PACK}-detector", f"{PACK}-embedder"
FIGURES = f"{OWN}/{DETECTOR}+{EMBEDDER}.toml"
TABLE = {"scores": [0.1, 0.2], "rates": [0.1, 0.01], "comparisons": 1000, "people": 50, "floor": 0.01}

SPOILT: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"name":',
    "null": b"null",
    "a number": b"7",
    "a row": b"[]",
    "another document": b'{"a": 1}',
    "bytes": bytes(range(256)),
    "brackets": b"[" * 200_000,
    "a deep document": b'{"a":' * 100_000,
    "deep tables": b"a = " + b"[" * 100_000,
    "zeros": bytes(4096),
}
FILES = (f"{EMBEDDER}/{MANIFEST}", f"{EMBEDDER}/{RECORD}", f"{PACKS}/{PACK}.json", FIGURES, ACCEPTED, HELD)

Edit = Callable[[dict[str, object]], object]


def _at(document: dict[str, object], *path: str | int, value: object) -> None:
    place: object = document
    for step in path[:-1]:
        place = place[step]  # type: ignore[index] # JSON as it comes
    place[path[-1]] = value  # type: ignore[index] # the same


EDITS: dict[str, Edit] = {
    "no networks": lambda it: _at(it, "networks", value=[]),
    "no versions": lambda it: _at(it, "variants", value=[]),
    "no files": lambda it: _at(it, "variants", 0, "files", value=[]),
    "a binding of nothing": lambda it: _at(it, "variants", 0, "binding", value="other.onnx"),
    "another hash": lambda it: _at(it, "variants", 0, "files", 0, "sha256", value="0" * 64),
    "another task": lambda it: _at(it, "task", value="voice_embedder"),
    "another face task": lambda it: _at(it, "task", value="face_detector"),
    "no embedding": lambda it: _at(it, "embedding", value=None),
    "another recipe": lambda it: _at(it, "recipe", value=7),
    "another name": lambda it: _at(it, "name", value="starter"),
    "not brought": lambda it: _at(it, "brought", value=False),
    "another converter": lambda it: _at(it, "converter", value="yunet"),
    "another network": lambda it: _at(it, "networks", 0, "name", value="other"),
    "a way out": lambda it: _at(it, "networks", 0, "name", value="../../other"),
    "a side of nothing": lambda it: _at(it, "pictures", "size_px", value=0),
    "no templates": lambda it: _at(it, "embedding", "alignment", value={}),
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with a package that was brought, with what it stated, and accepted."""
    store = tmp_path / "models"
    package = manifest_folder(tmp_path / "package", countenance={"impostors": TABLE})
    bring_package(package, store)
    accept([load_manifest(EMBEDDER, store)], store, by="Ada", on=date(2026, 11, 22))
    (store / HELD).write_bytes(b"[]")
    assert all((store / file).is_file() for file in FILES)
    return store


def _uses(store: Path) -> Iterator[Callable[[], object]]:
    """Yield everything that reads a store."""
    yield lambda: list_pack_facts(store, list_inventory(store))
    yield lambda: verify(PACK, store)
    yield lambda: models.load_pack(PACK, store)
    yield lambda: models.load_pack("starter", store)
    yield lambda: models_of(EMBEDDER, store)
    yield lambda: models.open_model(EMBEDDER, store).load()
    yield lambda: unproved(store)
    yield lambda: [read_own(store, name) for name in list_own(store)]
    yield lambda: unaccepted([load_manifest(EMBEDDER, store)], store)
    yield lambda: (list_packs(store), list_models(store))
    yield lambda: KnownPairs().due(
        examine_request(store / "a.jpg", models.load_pack(PACK, store), store, ExamineSettings())
    )


def _told(store: Path) -> list[str]:
    sentences = []
    for use in _uses(store):
        try:
            use()
        except CountenanceError as error:
            sentences.append(error.sentence)
    assert all(sentence.endswith(".") for sentence in sentences)
    return sentences


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("content", SPOILT)
def test_a_spoilt_file_is_told_in_a_sentence(store: Path, file: str, content: str) -> None:
    (store / file).write_bytes(SPOILT[content])

    sentences = _told(store)

    if file != HELD:  # what is not remembered is asked again
        assert sentences or (file == ACCEPTED and content == "a row") or file == FIGURES


@pytest.mark.parametrize("file", FILES)
def test_a_folder_or_a_circle_in_a_files_place_is_told_in_a_sentence(store: Path, file: str) -> None:
    (store / file).unlink()
    (store / file).mkdir()
    _told(store)
    (store / file).rmdir()
    (store / file).symlink_to(store / file)
    _told(store)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_description_is_refused_before_anything_is_run(store: Path, edit: str) -> None:
    path = store / EMBEDDER / MANIFEST
    document = json.loads(path.read_bytes())
    EDITS[edit](document)
    path.write_text(json.dumps(document))

    assert _told(store)
    if edit != "no templates":  # that is about cutting faces out, which a network alone does not do
        with pytest.raises(ModelsError):
            models.open_model(EMBEDDER, store).load()


def test_a_network_exchanged_between_the_check_and_the_load_is_not_used(store: Path) -> None:
    session = models.open_model(EMBEDDER, store)
    verify(EMBEDDER, store)
    (store / EMBEDDER / f"{EMBEDDER}.onnx").write_bytes(arcface(seed=9))

    with pytest.raises(ModelsError, match="damaged; they are not used"):
        session.load()


def test_a_network_exchanged_with_its_hash_does_not_answer_as_it_did(store: Path) -> None:
    """Who writes the hashes too, but not the answers, is found out by the answers; who forges all of them is not."""
    put_embedder(store, "other", arcface(seed=9))
    (store / EMBEDDER / f"{EMBEDDER}.onnx").write_bytes((store / "other" / "other.onnx").read_bytes())
    other = read_record(store, load_manifest("other", store))
    (sha256,) = other.sources.values()
    manifest = json.loads((store / EMBEDDER / MANIFEST).read_bytes())
    record = json.loads((store / EMBEDDER / RECORD).read_bytes())
    manifest["variants"][0]["files"][0] |= {"sha256": sha256, "bytes": other.networks["other.onnx"].bytes}
    record["sources"] = dict.fromkeys(record["sources"], sha256)
    record["networks"][f"{EMBEDDER}.onnx"] = msgspec.to_builtins(other.networks["other.onnx"])
    (store / EMBEDDER / MANIFEST).write_text(json.dumps(manifest))
    (store / EMBEDDER / RECORD).write_text(json.dumps(record))

    with pytest.raises(ModelsError, match="does not answer as it should"):
        models.open_model(EMBEDDER, store).load()


def test_a_licence_that_ended_counts_as_ended_everywhere(store: Path) -> None:
    path = store / EMBEDDER / MANIFEST
    document = json.loads(path.read_bytes())
    granted = {"commercial_use": "yes", "verified": True, "valid_until": "2999-01-01T00:00:00+00:00"}
    document["licence"] |= granted
    path.write_text(json.dumps(document))
    (store / ACCEPTED).unlink()

    def seen() -> tuple[CommercialUse, CommercialUse, int]:
        listed = {fact.name: fact.commercial_use for fact in list_inventory(store)}[EMBEDDER]
        stamp = next(stamp for stamp in models.load_pack(PACK, store).models if stamp.name == EMBEDDER)
        return listed, stamp.commercial_use, len(unaccepted([load_manifest(EMBEDDER, store)], store))

    assert seen() == (CommercialUse.YES, CommercialUse.YES, 0)
    document["licence"]["valid_until"] = "2026-01-01T00:00:00+00:00"
    path.write_text(json.dumps(document))
    assert seen() == (CommercialUse.NO, CommercialUse.NO, 1)
    assert read_acceptances(store) == {}
