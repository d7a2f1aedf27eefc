"""Impostor tables that a brought package's manifest states: read as a stranger's word, never as more.

InsightFace allows unknown keys in a manifest V2, so a publisher may add

    "countenance": {"impostors": {"scores": […], "rates": […], "comparisons": n, "people": n, "floor": f}}

to `manifest.json`: ascending scores (cosines of L2-normalised embeddings as this program makes them: picture and mirror
image summed, each picture against the mean of another person's) with the false-match rate per comparison at each. What
is stated is shown as stated. It cannot claim more than its people could show: the floor is raised to one in the number
of pairs of people (docs/adr/0044-calibration.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta

from countenance.errors import ModelsError
from countenance.translations import _
from models.figures import CurveEntry, FiguresEntry

KEY, TABLE = "countenance", "impostors"
MOST_POINTS = 1000
Fraction = Annotated[float, Meta(gt=0, le=1)]
Cosine = Annotated[float, Meta(ge=-1, le=1)]


class _Stated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    scores: Annotated[tuple[Cosine, ...], Meta(min_length=2, max_length=MOST_POINTS)]
    rates: Annotated[tuple[Fraction, ...], Meta(min_length=2, max_length=MOST_POINTS)]
    comparisons: Annotated[int, Meta(ge=200, lt=2**53)]
    people: Annotated[int, Meta(ge=5, lt=2**31)]
    floor: Fraction


def figures_from_manifest(document: Mapping[str, object]) -> FiguresEntry | None:
    """Return the impostor figures that a package's manifest states; None where it states none.

    The entry has no bindings yet: whoever keeps it (`models.figures.keep_figures`) adds those of the models it came
    with (`models.packs.bindings_of`). It is about real people alone, without a cohort.

    Args:
        document: the manifest as JSON reads it.

    Raises:
        ModelsError: the table is not what it has to be; nothing of it is to be used.
    """
    ours = document.get(KEY)
    if not isinstance(ours, Mapping) or TABLE not in ours:
        if ours is None or isinstance(ours, Mapping):
            return None
        raise _refused("not an object")
    try:
        stated = msgspec.convert(ours[TABLE], _Stated)
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from error
    _require_curve(stated)
    pairs = stated.people * (stated.people - 1) // 2
    curve = CurveEntry(
        scores=stated.scores,
        rates=stated.rates,
        comparisons=stated.comparisons,
        people=stated.people,
        floor=min(1.0, max(stated.floor, stated.rates[-1], 1 / stated.comparisons, 1 / pairs)),
    )
    named = document.get("model_id")
    return FiguresEntry(singles=curve, stated_by=named if isinstance(named, str) and named else TABLE)


def _require_curve(stated: _Stated) -> None:
    if len(stated.scores) != len(stated.rates):
        raise _refused("not as many rates as scores")
    if not all(math.isfinite(number) for number in (*stated.scores, *stated.rates, stated.floor)):
        raise _refused("not a number")
    if not all(low < high for low, high in pairwise(stated.scores)):
        raise _refused("scores do not rise")
    if not all(high > low for high, low in pairwise(stated.rates)):
        raise _refused("rates do not fall")


def _refused(why: str) -> ModelsError:
    return ModelsError(
        _("The table of impostors in the package’s manifest is not what it should be."),
        remedy=_("Leave it out of the manifest and measure with: countenance models calibrate FOLDER."),
        details=why,
    )
