"""The figures that faces and voices share, from labelled embeddings to one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from countenance.errors import WrongUsageError
from countenance.packs import LikenessScale
from countenance.translations import _
from scan.evaluation.labelled import LabelledVectors
from scan.evaluation.open_set import open_set_figures
from scan.evaluation.tables import Aliases, read_groups
from scan.evaluation.verification import (
    PooledPairs,
    cross_validated_pairs,
    group_figures,
    verification_figures,
    worst_identities,
)

FEWEST_PEOPLE, ENOUGH_PEOPLE = 8, 20
"""Below the first nothing is measured; below the second pairs are, but no cohort and no open set."""

ENOUGH_IN_OTHER_FOLDS = 15
"""People left to fit bounds on whichever fold is held out: two hundred comparisons of one file each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Labelled embeddings and how they are to be judged.

    Attributes:
        shipped: by the pack's own cohort and bounds.
    """

    data: LabelledVectors
    scale: LikenessScale
    aliases: Aliases
    shipped: bool

    @property
    def people(self) -> Sequence[str]:
        """The people of whom there is an embedding, in alphabetical order."""
        return sorted(set(self.data.people.tolist()))

    @property
    def enough(self) -> bool:
        """Whether there are people enough for a cohort and an open-set promise."""
        every = set(self.data.fold_of().items())
        per_fold = Counter(fold for _person, fold in every)
        return len(every) >= ENOUGH_PEOPLE and len(every) - max(per_fold.values()) >= ENOUGH_IN_OTHER_FOLDS

    @property
    def judged_by(self) -> LikenessScale:
        """The scale; without its cohort where it would come from a handful of people."""
        return self.scale if self.enough else replace(self.scale, cohort=None)


def require_figures(scale: LikenessScale, *, shipped: bool) -> None:
    """Refuse `--shipped` for a pack without figures.

    Raises:
        WrongUsageError: it has none.
    """
    if shipped and scale.singles is None:
        raise WrongUsageError(
            _("The pack “{pack}” ships no figures.").format(pack=scale.pack), remedy=_("Leave --shipped out.")
        )


def require_people(count: int, fewest: int = FEWEST_PEOPLE) -> None:
    """Refuse to measure on fewer people than any figure could be about.

    Raises:
        WrongUsageError: there are too few.
    """
    if count < fewest:
        raise WrongUsageError(
            _("{count} people are too few to measure anything.").format(count=count),
            remedy=_("Give files of at least {count} people, several of them with two files or more.").format(
                count=fewest
            ),
        )


def recognition_figures(
    measured: Measured, groups: Path | None, pairs: PooledPairs | None = None, least_s: float | None = None
) -> dict[str, object]:
    """Return the figures of pairs and of the open set.

    Args:
        measured: the material.
        groups: a table of groups that every figure is repeated for.
        pairs: instead of the pairs within held-out folds.
        least_s: seconds of speech from which probes are told apart in the open set.
    """
    data, scale, doubtful = measured.data, measured.judged_by, measured.aliases.doubtful
    if pairs is None:
        pairs = cross_validated_pairs(data, scale, doubtful, shipped=measured.shipped)
    return {
        **verification_figures(pairs),
        "open_set": open_set_figures(data, scale, doubtful, shipped=measured.shipped, least_s=least_s)
        if measured.enough
        else [],
        "groups": group_figures(pairs, measured.people, read_groups(groups, measured.aliases)) if groups else {},
        "worst_identities": worst_identities(pairs),
    }


def judged_by(measured: Measured) -> dict[str, object]:
    """Return where cohort and bounds came from, in words."""
    shipped, cohort = measured.shipped, measured.judged_by.cohort
    return {
        "cohort": "shipped" if shipped and cohort else "other folds" if cohort else "none",
        "bounds": "shipped" if shipped else "other folds",
    }
