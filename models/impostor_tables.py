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


class StatedImpostors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An impostor table as a publisher states it; nothing but its bounds has been looked at.

    Attributes:
        scores, rates: ascending cosines, and the false-match rate per comparison at each.
        comparisons, people: behind the table.
        floor: the smallest rate that it supports, as the publisher says.
    """

    scores: Annotated[tuple[Cosine, ...], Meta(min_length=2, max_length=MOST_POINTS)]
    rates: Annotated[tuple[Fraction, ...], Meta(min_length=2, max_length=MOST_POINTS)]
    comparisons: Annotated[int, Meta(ge=200, lt=2**53)]
    people: Annotated[int, Meta(ge=5, lt=2**31)]
    floor: Fraction


def stated_impostors(document: Mapping[str, object]) -> StatedImpostors | None:
    """Return the impostor table that a package's manifest states; None where it states none.

    Args:
        document: the manifest as JSON reads it.

    Raises:
        ModelsError: the table is not what it has to be; nothing of it is to be used.
    """
    ours = document.get(KEY)
    if ours is None or (isinstance(ours, Mapping) and TABLE not in ours):
        return None
    if not isinstance(ours, Mapping):
        raise _refused("not an object")
    try:
        stated = msgspec.convert(ours[TABLE], StatedImpostors)
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from error
    _require_curve(stated)
    return stated


def figures_stated(stated: StatedImpostors, publisher: str) -> FiguresEntry:
    """Return a stated table as figures: about real people alone, without a cohort, and without bindings yet.

    Whoever keeps them (`models.figures.keep_figures`) adds the bindings of the models they came with.

    Raises:
        ModelsError: it is no curve.
    """
    _require_curve(stated)
    pairs = stated.people * (stated.people - 1) // 2
    curve = CurveEntry(
        scores=stated.scores,
        rates=stated.rates,
        comparisons=stated.comparisons,
        people=stated.people,
        floor=min(1.0, max(stated.floor, stated.rates[-1], 1 / stated.comparisons, 1 / pairs)),
    )
    return FiguresEntry(singles=curve, stated_by=publisher or TABLE)


def figures_from_manifest(document: Mapping[str, object]) -> FiguresEntry | None:
    """Return the impostor figures that a package's manifest states (`figures_stated`); None where it states none.

    Raises:
        ModelsError: the table is not what it has to be.
    """
    stated, named = stated_impostors(document), document.get("model_id")
    return None if stated is None else figures_stated(stated, named if isinstance(named, str) else "")


def _require_curve(stated: StatedImpostors) -> None:
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
