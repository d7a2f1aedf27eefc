"""What the scores of a combination of models mean: impostor figures, a cohort, misses; shipped, or measured here.

Faces are judged by what finds them together with what tells them apart, voices likewise: the figures of a pack are
those of its two combinations, whichever pack, or mixture of packs, they are used in (docs/adr/0039-choosing-models.md).
"""

from __future__ import annotations

import base64
import binascii
import math
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.packs import Cohort, ImpostorCurve, LikenessScale, MissCurve
from countenance.translations import _
from models.shipped import list_files, read_file
from models.writing import replace_durably

_CATALOGUE = "models.catalogue.figures"

OWN = "figures"
"""Folder, in the store, of what was measured here."""

_STEP = 1e-4
"""Between two scores of a curve as they are written, at least."""

Fraction = Annotated[float, Meta(gt=0, le=1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class CohortEncoding(StrEnum):
    """How a cohort's vectors are written down."""

    INT8 = "int8"
    FLOAT16 = "float16"


class CurveEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An impostor curve as written in a file of figures; see `countenance.packs.ImpostorCurve`."""

    scores: tuple[float, ...]
    rates: tuple[Fraction, ...]
    comparisons: Annotated[int, Meta(gt=0)]
    people: Annotated[int, Meta(ge=5)]
    floor: Fraction


class MissEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What bounds overlook, as written in a file of figures; see `countenance.packs.MissCurve`."""

    rates: tuple[Fraction, ...]
    missed: tuple[Share, ...]
    low: tuple[Share, ...]
    high: tuple[Share, ...]
    comparisons: Annotated[int, Meta(gt=0)]
    people: Annotated[int, Meta(ge=5)]


class CohortEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cohort as written in a file of figures.

    Attributes:
        nearest: how many nearest groups a score is normalised by.
        people_per_group: at least five, so that no vector is anybody's template.
        groups: base64 of the vectors, one after the other.
    """

    nearest: Annotated[int, Meta(gt=0)]
    people_per_group: Annotated[int, Meta(ge=5)]
    encoding: CohortEncoding
    groups: str


class FiguresEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of figures: `models/catalogue/figures/<finder>+<embedder>.toml`, or one measured here, in the store.

    Attributes:
        singles, generated, cohort: what likenesses mean; None where not measured or not of use. Generated ones are
            faces that were drawn, and voices that were cloned.
        misses: what bounds overlook; None where nobody measured it.
        bindings: of the models that these figures were measured with (`models.packs.bindings_of`); empty in shipped
            ones, whose models are pinned by their manifests. Figures of others mean nothing and are not used.
        stated_by: who says so, where the figures came with a brought package; empty where they were measured.
    """

    singles: CurveEntry | None = None
    generated: CurveEntry | None = None
    cohort: CohortEntry | None = None
    misses: MissEntry | None = None
    bindings: tuple[str, ...] = ()
    stated_by: str = ""


NO_FIGURES = FiguresEntry()


def combination(finder: str, embedder: str) -> str:
    """Return what the figures of two models are called."""
    return f"{finder}+{embedder}"


def own_file(store: Path, name: str) -> Path:
    """Return where figures measured here are kept, or would be."""
    return store / OWN / f"{name}.toml"


def find_figures(name: str, store: Path | None, bindings: tuple[str, ...]) -> tuple[FiguresEntry, bool]:
    """Return the figures of a combination, and whether they were measured here; those of the store come first.

    Args:
        name: as `combination` says.
        store: where own figures lie; None for the shipped ones alone.
        bindings: of the models in use; own figures of others are passed over.

    Raises:
        ModelsError: own figures are damaged.
    """
    own = read_own(store, name) if store is not None else None
    if own is not None and own.bindings == bindings:
        return own, not own.stated_by
    return _shipped(name), False


def list_own(store: Path) -> tuple[str, ...]:
    """Return the combinations of which the store holds figures, whatever models they are bound to."""
    try:
        return tuple(sorted(path.stem for path in (store / OWN).iterdir() if path.suffix == ".toml"))
    except OSError:
        return ()


def read_own(store: Path, name: str) -> FiguresEntry | None:
    """Return the figures of a combination in the store, whatever models they are bound to; None where there are none.

    Raises:
        ModelsError: they are damaged.
    """
    path = own_file(store, name)
    try:
        return msgspec.toml.decode(path.read_bytes(), type=FiguresEntry)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise ModelsError(
            _("The figures measured here for “{name}” cannot be read.").format(name=name),
            remedy=_("Measure them anew with “countenance models calibrate”, or remove {file}.").format(file=path),
            details=type(error).__name__,
        ) from error


def keep_figures(store: Path, name: str, entry: FiguresEntry) -> Path:
    """Keep the figures of a combination in the store, whole or not at all, and return their file.

    Args:
        store: folder of the models.
        name: as `combination` says.
        entry: with the bindings of the models in use; they take the place of what was there.

    Raises:
        ModelsError: the file cannot be written.
    """
    path = own_file(store, name)
    try:
        replace_durably(path, msgspec.toml.encode(_plain(entry)))
    except OSError as error:
        raise ModelsError(
            _("The figures of “{name}” cannot be written to {file}.").format(name=name, file=path),
            remedy=_("See that there is room and that you may write there."),
            details=type(error).__name__,
        ) from error
    return path


def measured_figures(scale: LikenessScale, people_per_group: int, bindings: tuple[str, ...]) -> FiguresEntry:
    """Return what was measured here as a file of figures carries it.

    Args:
        scale: curves, cohort and misses that were measured.
        people_per_group: people behind each vector of the cohort, at least five.
        bindings: of the models it was measured with.
    """
    cohort = None
    if scale.cohort is not None:
        vectors = np.stack([np.frombuffer(group, "<f4") for group in scale.cohort.groups])
        cohort = encode_cohort(vectors, scale.cohort.nearest, people_per_group)
    return FiguresEntry(
        singles=encode_curve(scale.singles) if scale.singles else None,
        generated=encode_curve(scale.generated) if scale.generated else None,
        cohort=cohort,
        misses=encode_misses(scale.misses) if scale.misses else None,
        bindings=bindings,
    )


def remove_figures(store: Path, name: str) -> bool:
    """Remove the figures of a combination from the store and return whether there were any; shipped ones count again.

    Raises:
        ModelsError: the file cannot be removed.
    """
    path = own_file(store, name)
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise ModelsError(
            _("The figures of “{name}” cannot be removed from {file}.").format(name=name, file=path),
            remedy=_("See that you may write there."),
            details=type(error).__name__,
        ) from error
    return True


def list_shipped() -> tuple[str, ...]:
    """Return the combinations of which figures are shipped."""
    return list_files(_CATALOGUE)


def scale_of(pack: str, name: str, dimension: int, entry: FiguresEntry, *, own: bool) -> LikenessScale:
    """Return figures as what likenesses are judged by.

    Args:
        pack: name of the pack in use.
        name: of the combination.
        dimension: numbers in an embedding.
        entry: the figures.
        own: whether they were measured here.

    Raises:
        ModelsError: they are damaged.
    """
    return LikenessScale(
        pack=pack,
        dimension=dimension,
        singles=decode_curve(name, entry.singles) if entry.singles else None,
        generated=decode_curve(name, entry.generated) if entry.generated else None,
        cohort=decode_cohort(name, entry.cohort, dimension) if entry.cohort else None,
        misses=decode_misses(name, entry.misses) if entry.misses else None,
        own=own,
    )


def decode_curve(name: str, entry: CurveEntry) -> ImpostorCurve:
    """Return the impostor figures of the combination called `name`.

    Raises:
        ModelsError: scores do not rise, rates do not fall, or there are not as many of the one as of the other.
    """
    if not all(math.isfinite(number) for number in (*entry.scores, *entry.rates, entry.floor)):
        raise _damaged(name)
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


def encode_curve(curve: ImpostorCurve) -> CurveEntry:
    """Return an impostor curve as a file of figures carries it; scores that round to the same are set apart upwards."""
    scores: list[float] = []
    for score in curve.scores:
        least = scores[-1] + _STEP if scores else score
        scores.append(round(max(score, least), 4))
    return CurveEntry(
        scores=tuple(scores),
        rates=tuple(float(f"{rate:.3e}") for rate in curve.rates),
        comparisons=curve.comparisons,
        people=curve.people,
        floor=float(f"{curve.floor:.3e}"),
    )


def encode_misses(misses: MissCurve) -> MissEntry:
    """Return what bounds overlook as a file of figures carries it."""
    return MissEntry(
        rates=misses.rates,
        missed=_rounded(misses.missed),
        low=_rounded(misses.low),
        high=_rounded(misses.high),
        comparisons=misses.comparisons,
        people=misses.people,
    )


def decode_misses(name: str, entry: MissEntry) -> MissCurve:
    """Return what the bounds of the combination called `name` overlook.

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
    """Return group vectors as a file of figures carries them: each scaled to its largest number and rounded to int8.

    `vectors` is (groups, dimension), each the mean of at least five people.
    """
    scaled = np.rint(vectors / np.abs(vectors).max(axis=1, keepdims=True) * 127).astype("i1")
    text = base64.b64encode(scaled.tobytes()).decode("ascii")
    entry = {"nearest": nearest, "people_per_group": people_per_group, "encoding": "int8", "groups": text}
    return msgspec.convert(entry, type=CohortEntry)


def _rounded(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(number, 4) for number in numbers)


def _plain(entry: FiguresEntry) -> dict[str, object]:
    """Return an entry without what it leaves open: TOML has no word for nothing."""
    return {field: value for field, value in msgspec.to_builtins(entry).items() if value not in (None, "")}


@cache
def _shipped(name: str) -> FiguresEntry:
    if name not in list_files(_CATALOGUE):
        return NO_FIGURES
    return read_file(_CATALOGUE, name, FiguresEntry)


def _damaged(name: str) -> ModelsError:
    return ModelsError(
        _("The figures of “{name}” are damaged.").format(name=name),
        remedy=_("Install the program again; if you measured them yourself, measure them anew."),
    )
