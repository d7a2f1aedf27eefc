"""Networks in a store: packages brought as people bring them, and single files that no package has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import onnx

import models
from countenance.packs import CommercialUse, ModelTask
from models.contracts import Colour, InputContract
from models.manifests import (
    MANIFEST,
    Alignment,
    Converter,
    DetectorFamily,
    Embedding,
    Licence,
    ModelManifest,
    Network,
    SourceFile,
    Template,
    Variant,
)
from models.selftest import fingerprint_of
from models.store import RECORD, InstallRecord, NetworkRecord, read_record
from tests.models.insightface_packages import template

_LICENCE = Licence(
    code="MIT", weights="made for a test", commercial_use=CommercialUse.NO, credit="made for a test", verified=False
)


def bring_package(folder: Path, store: Path) -> models.BroughtPack:
    """Bring a package and finish its installation: what its models answer is noted, whatever they are worth."""
    brought = models.bring(folder, store)
    for name in brought.models:
        _note_answers(store, name)
    return brought


def put_scrfd(store: Path, name: str, content: bytes, *, side_px: int | None = None, multiple_px: int = 32) -> str:
    """Put an SCRFD file into a store and return its name."""
    grey = 127.5
    pictures = InputContract(
        colour=Colour.RGB,
        mean=(grey, grey, grey),
        scale=1 / 128,
        size_px=side_px,
        multiple_px=multiple_px,
        padding=-grey / 128,
    )
    return _put(store, name, content, ModelTask.FACE_DETECTOR, pictures, None)


def put_embedder(
    store: Path,
    name: str,
    content: bytes,
    *,
    side_px: int = 112,
    dimension: int = 512,
    max_batch: int = 8,
    scaled: bool = True,
    flip: bool = True,
) -> str:
    """Put an ArcFace or SFace file into a store and return its name; `scaled`: (x - 127.5) / 127.5 before it."""
    grey = 127.5 if scaled else 0.0
    pictures = InputContract(
        colour=Colour.RGB,
        mean=(grey, grey, grey),
        scale=1 / grey if scaled else 1.0,
        size_px=side_px,
        max_batch=max_batch,
    )
    points = msgspec.convert(template(side_px), Template)
    cut = Alignment(name=f"t{side_px}", points_px=points)
    embedding = Embedding(dimension=dimension, flip=flip, alignment={"any": cut})
    return _put(store, name, content, ModelTask.FACE_EMBEDDER, pictures, embedding)


def _put(
    store: Path, name: str, content: bytes, task: ModelTask, pictures: InputContract, embedding: Embedding | None
) -> str:
    graph = onnx.load_model_from_string(content).graph
    network = Network(
        name=name,
        input=graph.input[0].name,
        outputs=tuple(output.name for output in graph.output),
        probe_px=pictures.size_px or 64,
    )
    sha256 = hashlib.sha256(content).hexdigest()
    file = SourceFile(name=f"{name}.onnx", sha256=sha256, bytes=len(content))
    manifest = ModelManifest(
        name=name,
        title=name,
        task=task,
        publisher="made for a test",
        recipe=1,
        converter=Converter.AS_IS,
        licence=_LICENCE,
        networks=(network,),
        variants=(Variant(version="1", binding=file.name, files=(file,)),),
        pictures=pictures,
        embedding=embedding,
        family=DetectorFamily.SCRFD if task is ModelTask.FACE_DETECTOR else None,
        brought=True,
    )
    record = InstallRecord(
        model=name,
        version="1",
        recipe=1,
        sources={file.name: sha256},
        networks={file.name: NetworkRecord(bytes=len(content), sha256=sha256)},
        installed="2026-11-22T00:00:00+00:00",
        made_with={},
    )
    folder = store / name
    folder.mkdir(parents=True)
    (folder / file.name).write_bytes(content)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    (folder / RECORD).write_bytes(msgspec.json.encode(record))
    _note_answers(store, name)
    return name


def _note_answers(store: Path, name: str) -> None:
    session = models.open_unproved(name, store)
    answers = {network.name: fingerprint_of(session, network) for network in session.manifest.networks}
    record = msgspec.structs.replace(read_record(store, session.manifest), fingerprints=answers)
    (store / name / RECORD).write_bytes(msgspec.json.encode(record))
