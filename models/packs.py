"""Packs: which models work together, and what the pack's scores mean."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.packs import Cohort, ImpostorCurve, LikenessScale, MissCurve, ModelStamp, ModelTask, PackCard
from countenance.translations import _
from models.manifests import ModelManifest, Variant, list_models, load_manifest
from models.store import installed_variant

_ORDINARY = "starter"
"""The pack that the set-up installs; mixed packs hear with its voice models."""

Fraction = Annotated[float, Meta(gt=0, le=1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class CohortEncoding(StrEnum):
    """How a cohort's vectors are written down."""

    INT8 = "int8"
    FLOAT16 = "float16"


class CurveEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An impostor curve as written in a pack's file; see `countenance.packs.ImpostorCurve`."""

    scores: tuple[float, ...]
    rates: tuple[Fraction, ...]
    comparisons: Annotated[int, Meta(gt=0)]
    people: Annotated[int, Meta(ge=5)]
    floor: Fraction


class MissEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What bounds overlook, as written in a pack's file; see `countenance.packs.MissCurve`."""

    rates: tuple[Fraction, ...]
    missed: tuple[Share, ...]
    low: tuple[Share, ...]
    high: tuple[Share, ...]
    comparisons: Annotated[int, Meta(gt=0)]
    people: Annotated[int, Meta(ge=5)]


class CohortEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cohort as written in a pack's file.

    Attributes:
        nearest: how many nearest groups a score is normalised by.
        people_per_group: at least five, so that no vector is anybody's template.
        groups: base64 of the vectors, one after the other.
    """

    nearest: Annotated[int, Meta(gt=0)]
    people_per_group: Annotated[int, Meta(ge=5)]
    encoding: CohortEncoding
    groups: str


class PackManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack's file, `models/catalogue/packs/<name>.toml`: one model for each task, chosen independently.

    Attributes:
        singles, generated, cohort: what likenesses of faces mean; None where not measured or not of use.
        voice_singles, voice_generated, voice_cohort: the same of voices; generated ones are cloned voices.
        face_misses, voice_misses: what bounds overlook; None where nobody measured it.
    """

    name: str
    face_detector: str
    face_embedder: str
    voice_activity: str | None = None
    voice_embedder: str | None = None
    singles: CurveEntry | None = None
    generated: CurveEntry | None = None
    cohort: CohortEntry | None = None
    voice_singles: CurveEntry | None = None
    voice_generated: CurveEntry | None = None
    voice_cohort: CohortEntry | None = None
    face_misses: MissEntry | None = None
    voice_misses: MissEntry | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the pack's models, detector first."""
        named = (self.face_detector, self.face_embedder, self.voice_activity, self.voice_embedder)
        return tuple(name for name in named if name)


def list_packs() -> tuple[str, ...]:
    """Return the names of the packs that have a file; any `detector+embedder` is a pack besides."""
    folder = resources.files("models.catalogue.packs")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def load_pack_manifest(name: str) -> PackManifest:
    """Return the pack called `name`, or the mixed pack that `detector+embedder` names.

    A mixed pack has no figures for faces yet; its voices are those of the pack that the set-up installs, figures and
    all, since what faces are found by changes nothing about voices.

    Raises:
        ModelsError: there is no such pack, or its models do not fit together.
    """
    if name in list_packs():
        text = (resources.files("models.catalogue.packs") / f"{name}.toml").read_bytes()
        pack = msgspec.toml.decode(text, type=PackManifest)
    else:
        detector, plus, embedder = name.partition("+")
        if not plus:
            raise ModelsError(
                _("There is no pack called “{name}”.").format(name=name),
                remedy=_("Choose one of: {names}; or name a detector and an embedder, such as {mixed}.").format(
                    names=", ".join(list_packs()), mixed="yunet+dlib-resnet"
                ),
            )
        pack = _mixed(name, detector, embedder)
    _require_task(pack.face_detector, ModelTask.FACE_DETECTOR)
    _require_task(pack.face_embedder, ModelTask.FACE_EMBEDDER).alignment_for(pack.face_detector)
    if pack.voice_activity or pack.voice_embedder:
        _require_task(pack.voice_activity or "", ModelTask.VOICE_ACTIVITY)
        _require_task(pack.voice_embedder or "", ModelTask.VOICE_EMBEDDER)
    return pack


def load_pack(name: str, store: Path | None = None) -> PackCard:
    """Return what the parent must know of the pack called `name` (or of a mixed pack, `detector+embedder`).

    With a store, stamps carry the versions installed there; without one, or where a model is not installed, the
    version that would be downloaded.

    Raises:
        ModelsError: there is no such pack, its file is damaged, or its models do not fit together.
    """
    pack = load_pack_manifest(name)
    manifests = tuple(load_manifest(model) for model in pack.models)
    voices = (pack.voice_singles, pack.voice_generated, pack.voice_cohort, pack.voice_misses)
    faces = (pack.singles, pack.generated, pack.cohort, pack.face_misses)
    return PackCard(
        name=name,
        models=tuple(
            stamp_model(manifest, _variant(manifest, store), detector=pack.face_detector) for manifest in manifests
        ),
        face=_scale(name, pack.face_embedder, faces),
        voice=_scale(name, pack.voice_embedder, voices) if pack.voice_embedder else None,
    )


def models_of(name: str) -> tuple[ModelManifest, ...]:
    """Return the manifests that a pack's or a model's name stands for.

    Raises:
        ModelsError: there is neither a model nor a pack of that name.
    """
    if name in list_models():
        return (load_manifest(name),)
    return tuple(load_manifest(model) for model in load_pack_manifest(name).models)


def stamp_model(manifest: ModelManifest, variant: Variant, *, detector: str = "", provider: str = "") -> ModelStamp:
    """Return the stamp of one version of a model.

    `detector` names whose landmarks an embedder's chips are cut by: it decides the alignment in the binding.
    """
    cut = detector and manifest.task is ModelTask.FACE_EMBEDDER
    alignment = manifest.alignment_for(detector).name if cut else ""
    return ModelStamp(
        task=manifest.task,
        name=manifest.name,
        version=variant.version,
        sha256=variant.sha256,
        recipe=manifest.recipe,
        alignment=alignment,
        licence=manifest.licence.weights,
        commercial_use=manifest.licence.commercial_use,
        provider=provider,
    )


def decode_curve(name: str, entry: CurveEntry) -> ImpostorCurve:
    """Return the impostor figures of the pack called `name`.

    Raises:
        ModelsError: scores do not rise, rates do not fall, or there are not as many of the one as of the other.
    """
    rising = all(low < high for low, high in pairwise(entry.scores))
    falling = all(high >= low for high, low in pairwise(entry.rates))
    if not entry.scores or len(entry.scores) != len(entry.rates) or not (rising and falling):
        raise _damaged(name)
    return ImpostorCurve(
        scores=entry.scores,
        rates=entry.rates,
        comparisons=entry.comparisons,
        people=entry.people,
        floor=entry.floor,
    )


def decode_misses(name: str, entry: MissEntry) -> MissCurve:
    """Return what the bounds of the pack called `name` overlook.

    Raises:
        ModelsError: rates do not fall, misses do not rise or leave their interval, or there are not as many of each.
    """
    shares = (entry.missed, entry.low, entry.high)
    falling = all(high > low for high, low in pairwise(entry.rates))
    rising = all(low <= high for share in shares for low, high in pairwise(share))
    within = all(low <= share <= high for share, low, high in zip(*shares, strict=False))
    even = all(len(share) == len(entry.rates) for share in shares)
    if not (entry.rates and even and falling and rising and within):
        raise _damaged(name)
    return MissCurve(
        rates=entry.rates,
        missed=entry.missed,
        low=entry.low,
        high=entry.high,
        comparisons=entry.comparisons,
        people=entry.people,
    )


def decode_cohort(name: str, entry: CohortEntry, dimension: int) -> Cohort:
    """Return the cohort's vectors, L2-normalised float32 little-endian bytes each.

    Raises:
        ModelsError: the numbers do not make whole, finite, non-zero vectors, or fewer than `nearest` of them.
    """
    kind = np.dtype("i1") if entry.encoding is CohortEncoding.INT8 else np.dtype("<f2")
    try:
        flat = np.frombuffer(base64.b64decode(entry.groups, validate=True), dtype=kind).astype(np.float64)
    except (binascii.Error, ValueError) as error:
        raise _damaged(name) from error
    if not flat.size or flat.size % dimension:
        raise _damaged(name)
    vectors = flat.reshape(-1, dimension)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if len(vectors) < entry.nearest or not np.isfinite(lengths).all() or not lengths.all():
        raise _damaged(name)
    return Cohort(
        groups=tuple(vector.tobytes() for vector in (vectors / lengths).astype("<f4")),
        nearest=entry.nearest,
    )


def encode_cohort(vectors: NDArray[np.floating], nearest: int, people_per_group: int) -> CohortEntry:
    """Return group vectors as a pack's file carries them: each scaled to its largest number and rounded to int8.

    `vectors` is (groups, dimension), each the mean of at least five people.
    """
    scaled = np.rint(vectors / np.abs(vectors).max(axis=1, keepdims=True) * 127).astype("i1")
    text = base64.b64encode(scaled.tobytes()).decode("ascii")
    entry = {"nearest": nearest, "people_per_group": people_per_group, "encoding": "int8", "groups": text}
    return msgspec.convert(entry, type=CohortEntry)


def _mixed(name: str, detector: str, embedder: str) -> PackManifest:
    ordinary = load_pack_manifest(_ORDINARY)
    return PackManifest(
        name=name,
        face_detector=detector,
        face_embedder=embedder,
        voice_activity=ordinary.voice_activity,
        voice_embedder=ordinary.voice_embedder,
        voice_singles=ordinary.voice_singles,
        voice_generated=ordinary.voice_generated,
        voice_cohort=ordinary.voice_cohort,
        voice_misses=ordinary.voice_misses,
    )


def _scale(
    name: str,
    embedder: str,
    figures: tuple[CurveEntry | None, CurveEntry | None, CohortEntry | None, MissEntry | None],
) -> LikenessScale:
    embedding = load_manifest(embedder).embedding
    assert embedding is not None  # an embedder's manifest has one
    singles, generated, cohort, misses = figures
    return LikenessScale(
        pack=name,
        dimension=embedding.dimension,
        singles=decode_curve(name, singles) if singles else None,
        generated=decode_curve(name, generated) if generated else None,
        cohort=decode_cohort(name, cohort, embedding.dimension) if cohort else None,
        misses=decode_misses(name, misses) if misses else None,
    )


def _variant(manifest: ModelManifest, store: Path | None) -> Variant:
    found = installed_variant(store, manifest) if store else None
    return found or manifest.variants[0]


def _require_task(model: str, task: ModelTask) -> ModelManifest:
    manifest = load_manifest(model)
    if manifest.task is not task:
        raise ModelsError(
            _("The model “{name}” does not do what the pack needs it for ({task}).").format(
                name=model, task=task.value.replace("_", " ")
            )
        )
    return manifest


def _damaged(name: str) -> ModelsError:
    return ModelsError(
        _("The figures of the pack “{name}” are damaged.").format(name=name),
        remedy=_("Install the program again."),
    )
