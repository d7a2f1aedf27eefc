"""Biometric figures over scores: rates, bounds, equal error rate, intervals by bootstrap over identities.

Terms as in ISO/IEC 19795-1: FMR, FNMR (per comparison), FPIR, FNIR (open-set search).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

BOOTSTRAPS = 200
"""Resamples for a 95 % interval; more changes the second digit only, and this runs on two cores."""


def bound_for_fmr(impostor: Scores, fmr: float) -> float:
    """Return the lowest score that at most `fmr` of the impostor scores reach; infinite without scores."""
    if not len(impostor):
        return float("inf")
    ordered = np.sort(impostor)[::-1]
    allowed = int(np.floor(fmr * len(ordered) + 1e-9))
    return float(np.nextafter(ordered[min(allowed, len(ordered) - 1)], np.inf))


def true_accept_rate(genuine: Scores, bound: float) -> float:
    """Return the share of genuine scores at or above `bound`; not a number without scores."""
    return float((genuine >= bound).mean()) if len(genuine) else float("nan")


def equal_error_rate(genuine: Scores, impostor: Scores) -> float:
    """Return the rate at which FMR and FNMR meet, interpolated; not a number without both kinds of scores."""
    if not len(genuine) or not len(impostor):
        return float("nan")
    bounds = np.unique(np.concatenate([genuine, impostor]))
    fmr = 1 - np.searchsorted(np.sort(impostor), bounds, side="left") / len(impostor)
    fnmr = np.searchsorted(np.sort(genuine), bounds, side="left") / len(genuine)
    crossing = int(np.argmin(np.abs(fmr - fnmr)))
    return float((fmr[crossing] + fnmr[crossing]) / 2)


def equal_error_interval(
    genuine: Scores,
    genuine_people: NDArray[np.str_],
    impostor: Scores,
    impostor_people: tuple[NDArray[np.str_], NDArray[np.str_]],
) -> tuple[float, float]:
    """Return the 95 % interval of the equal error rate over identities.

    A pair counts as often as its people were drawn: an impostor pair the product of its two people's times.
    """
    if not len(genuine) or not len(impostor):
        return float("nan"), float("nan")
    a, b = impostor_people
    names = np.unique(np.concatenate([genuine_people, a, b]))
    by_genuine, by_impostor = np.argsort(genuine), np.argsort(impostor)
    mine = np.searchsorted(names, genuine_people[by_genuine])
    one, other = np.searchsorted(names, a[by_impostor]), np.searchsorted(names, b[by_impostor])
    bounds = np.unique(np.concatenate([genuine, impostor]))
    below_genuine = np.searchsorted(genuine[by_genuine], bounds, side="left")
    below_impostor = np.searchsorted(impostor[by_impostor], bounds, side="left")

    def figure(chosen: NDArray[np.intp]) -> float:
        times = np.bincount(chosen, minlength=len(names)).astype(np.float64)
        genuine_sums = np.concatenate([[0.0], np.cumsum(times[mine])])
        impostor_sums = np.concatenate([[0.0], np.cumsum(times[one] * times[other])])
        if not genuine_sums[-1] or not impostor_sums[-1]:
            return float("nan")
        fnmr = genuine_sums[below_genuine] / genuine_sums[-1]
        fmr = 1 - impostor_sums[below_impostor] / impostor_sums[-1]
        crossing = int(np.argmin(np.abs(fmr - fnmr)))
        return float((fmr[crossing] + fnmr[crossing]) / 2)

    return bootstrap_interval(names.tolist(), figure)


def bootstrap_interval(
    identities: Sequence[str], figure: Callable[[NDArray[np.intp]], float], seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of a figure, resampling identities with replacement.

    Args:
        identities: distinct names.
        figure: takes indices into `identities` (with repetitions) and returns the figure for that resample.
        seed: of the resampling.
    """
    rng = np.random.default_rng(seed)
    values = [figure(rng.integers(0, len(identities), len(identities))) for _ in range(BOOTSTRAPS)]
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return float("nan"), float("nan")
    low, high = np.percentile(finite, [2.5, 97.5])
    return float(low), float(high)


def folds_by_identity(identities: Sequence[str], count: int = 4, seed: int = 0) -> dict[str, int]:
    """Return identity to fold, the same for the same identities and seed (contract.md: 4 folds, seed 0)."""
    names = sorted(set(identities))
    order = np.random.default_rng(seed).permutation(len(names))
    return {names[int(index)]: position % count for position, index in enumerate(order)}
