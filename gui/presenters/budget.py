"""The false-alarm budget in words: what a promise costs in misses, for this registry's size, as it was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from countenance.packs import ImpostorCurve, LikenessScale, MissCurve, PackCard
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.settings import Settings
from countenance.translations import _, ngettext
from reports.wording import format_count
from scan.operating import Promise, rate_per_clip, rate_per_comparison

REVIEW_STOPS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3)
BLOCK_STOPS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.01, 0.02, 0.03, 0.05)
BLOCKS_OF_REVIEWS = 0.1
"""So many blocks of strangers' clips for each review where the rate of blocks is not set apart."""

EXAMPLE_PEOPLE = 50
"""A registry of this size is told of where none is open."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people of a registry a clip is compared with, by face and by voice."""

    faces: int
    voices: int

    @property
    def modalities(self) -> int:
        """By how many of the two anybody is looked for; they share the budget."""
        return (self.faces > 0) + (self.voices > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLook:
    """The measured points of one modality.

    Attributes:
        points: (share of strangers' clips that raise a review, share overlooked), both in [0, 1].
        now: the share overlooked at the rate chosen.
    """

    modality: Modality
    words: str
    points: tuple[tuple[float, float], ...]
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLook:
    """What the settings say of two rates.

    Attributes:
        review, block: the rates in words: "5 in 100".
        costs: what they cost, a sentence each.
        basis: what it was measured on; empty where it was not.
        spoken: all of it for those who do not see the curve.
    """

    review: str
    block: str
    costs: tuple[str, ...]
    basis: str
    curves: tuple[CurveLook, ...]

    @property
    def spoken(self) -> str:
        """All sentences in a row."""
        return in_a_row((*self.costs, self.basis))


def budget_look(card: PackCard, sizes: Sizes | None, review: float, block: float) -> BudgetLook:
    """Return what two rates mean.

    Args:
        card: the pack in use.
        sizes: of the open registry; None where none is open.
        review: share of strangers' clips that may raise a review by mistake.
        block: share of them that may raise a block.
    """
    told = sizes if sizes is not None and sizes.modalities else Sizes(EXAMPLE_PEOPLE, EXAMPLE_PEOPLE)
    promise = Promise(review_fpir=review, block_fpir=min(block, review)).shared_by(told.modalities)
    every = ((Modality.FACE, card.face, told.faces), (Modality.VOICE, card.voice, told.voices))
    judged = [(modality, scale, people) for modality, scale, people in every if scale is not None and people]
    curves = tuple(
        _curve(modality, scale.misses, scale.singles, _Search(people, told.modalities, promise.review_fpir))
        for modality, scale, people in judged
        if scale.misses is not None and scale.singles is not None
    )
    return BudgetLook(
        review=share_words(review),
        block=share_words(min(block, review)),
        costs=(_alarms(review, min(block, review), told, sizes), *(_overlooked(curve) for curve in curves)),
        basis=_basis(card, judged),
        curves=curves,
    )


def missed_at(misses: MissCurve, rate: float) -> float:
    """Return the share overlooked at a false-match rate per comparison, between the measured points."""
    rates = -np.log(np.array(misses.rates))
    return float(np.interp(-math.log(rate), rates, np.array(misses.missed)))


def share_words(share: float) -> str:
    """Return a share as people say it: in 100 where that is a whole number of at least one, else in 1,000 and so on."""
    for whole in (100, 1000, 10_000):
        count = share * whole
        if count >= 1 and abs(count - round(count)) < 0.05:
            return _("{count} in {whole}").format(count=format_count(round(count)), whole=format_count(whole))
    return _("{count} in {whole}").format(count=format_count(max(1, round(share * 10_000))), whole=format_count(10_000))


def follows(settings: Settings) -> bool:
    """Return whether the rate of blocks follows that of reviews."""
    return math.isclose(settings.block_rate, following(settings.review_rate), rel_tol=0.01)


def following(review: float) -> float:
    """Return the rate of blocks that goes with a rate of reviews."""
    return round(review * BLOCKS_OF_REVIEWS, 6)


def nearest_stop(stops: tuple[float, ...], rate: float) -> int:
    """Return the place of the stop nearest to a rate, as rates are perceived: by their ratio."""
    return min(range(len(stops)), key=lambda place: abs(math.log(stops[place] / rate)))


@dataclass(frozen=True, slots=True)
class _Search:
    people: int
    modalities: int
    fpir: float


def _curve(modality: Modality, misses: MissCurve, impostors: ImpostorCurve, search: _Search) -> CurveLook:
    points = [
        (min(1.0, rate_per_clip(rate, search.people, 1) * search.modalities), missed)
        for rate, missed in zip(misses.rates, misses.missed, strict=True)
    ]
    rate = max(rate_per_comparison(search.fpir, search.people, 1), impostors.floor)
    return CurveLook(
        modality=modality,
        words=_("pictures of faces") if modality is Modality.FACE else _("recordings of voices"),
        points=tuple(point for point in points if REVIEW_STOPS[0] / 2 <= point[0] <= REVIEW_STOPS[-1] * 1.5),
        now=missed_at(misses, rate),
    )


def _alarms(review: float, block: float, told: Sizes, sizes: Sizes | None) -> str:
    known = sizes is not None and sizes.modalities > 0
    people = max(told.faces, told.voices)
    whose = (
        ngettext("With your registry of {count} person", "With your registry of {count} people", people)
        if known
        else ngettext("With a registry of {count} person", "With a registry of {count} people", people)
    ).format(count=format_count(people))
    return _("{whose}, about {review} clips of strangers raise a review, and {block} a block.").format(
        whose=whose, review=share_words(review), block=share_words(block)
    )


def _overlooked(curve: CurveLook) -> str:
    if curve.now < 0.005:
        sentence = (
            _("Fewer than 1 in 100 pictures of enrolled people’s faces are overlooked.")
            if curve.modality is Modality.FACE
            else _("Fewer than 1 in 100 recordings of enrolled people’s voices are overlooked.")
        )
    else:
        sentence = (
            _("About {share} pictures of enrolled people’s faces are overlooked.")
            if curve.modality is Modality.FACE
            else _("About {share} recordings of enrolled people’s voices are overlooked.")
        )
    share = _("{count} in {whole}").format(count=format_count(round(curve.now * 100)), whole=format_count(100))
    return sentence.format(share=share)


def _basis(card: PackCard, judged: list[tuple[Modality, LikenessScale, int]]) -> str:
    parts = []
    for modality, scale, _people in judged:
        misses = scale.misses
        if misses is None:
            continue
        parts.append(
            (
                _("{samples} pictures of {people} people")
                if modality is Modality.FACE
                else _("{samples} recordings of {people} people")
            ).format(samples=format_count(misses.comparisons), people=format_count(misses.people))
        )
    if not parts:
        return _("For the models of “{pack}” nobody has measured what is overlooked.").format(pack=card.name)
    told = _(" and ").join(parts)
    return _(
        "Measured on {what} (the dots), each compared with the same person enrolled from other ones. They show public "
        "figures, mostly from the front; one picture or recording is less than a clip gives, and your clips may differ."
    ).format(what=told)
