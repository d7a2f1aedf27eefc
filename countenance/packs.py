"""Which models a result was made with, and what their scores mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ModelTask(StrEnum):
    """What a model does; a pack names one model for each task it covers."""

    FACE_DETECTOR = "face_detector"
    FACE_EMBEDDER = "face_embedder"
    VOICE_ACTIVITY = "voice_activity"
    VOICE_EMBEDDER = "voice_embedder"


class CommercialUse(StrEnum):
    """What the publisher's licence says about commercial use."""

    YES = "yes"
    NO = "no"
    UNSETTLED = "unsettled"


class LicencePolicy(StrEnum):
    """What is done where a model may not be used commercially."""

    TELL = "tell"
    """Every result says so."""
    MARK = "mark"
    """Commercial use only: a result made with such a model asks for a review, whoever is in the clip."""
    REFUSE = "refuse"
    """Commercial use only: nothing is checked with such a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStamp:
    """One model as it was used.

    Attributes:
        name: e.g. "yunet".
        version: the publisher's.
        sha256: of the published source file, lower-case hex; never of a converted file.
        recipe: version of our preprocessing and conversion; a change makes old templates useless.
        alignment: for a face embedder, how its chips are cut (which template, for which detector's landmarks).
        licence: SPDX expression or the publisher's words.
        provider: onnxruntime execution provider in use; empty before a session exists.
    """

    task: ModelTask
    name: str
    version: str
    sha256: str
    recipe: int
    licence: str
    commercial_use: CommercialUse
    provider: str = ""
    alignment: str = ""

    @property
    def binding(self) -> str:
        """What a template is bound to, `<sha256>/<recipe>[/<alignment>]`: different bindings are never compared."""
        return "/".join(part for part in (self.sha256, str(self.recipe), self.alignment) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpostorCurve:
    """How often two different people look at least this alike to one embedder, as measured.

    Attributes:
        scores: ascending scores (cosine, or cohort-normalised where the pack says so).
        rates: the false-match rate per comparison at each score, falling, in (0, 1].
        comparisons: impostor pairs behind the figures.
        people: distinct people behind them; at least five.
        floor: the smallest rate that the data support; nothing rarer is ever claimed.
    """

    scores: tuple[float, ...]
    rates: tuple[float, ...]
    comparisons: int
    people: int
    floor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MissCurve:
    """How many pictures or recordings of enrolled people a bound overlooks, as measured.

    Attributes:
        rates: false-match rates per comparison, falling, in (0, 1].
        missed: the share that stays below the bound of each rate, in [0, 1].
        low, high: its 95 % interval over people.
        comparisons: pictures or recordings behind the figures.
        people: distinct people behind them; at least five.
    """

    rates: tuple[float, ...]
    missed: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    comparisons: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Means of groups of at least five people each, against which scores are normalised.

    Attributes:
        groups: L2-normalised float32 little-endian vectors, one per group, each `dimension` * 4 bytes.
        nearest: how many nearest groups a score is normalised by.
    """

    groups: tuple[bytes, ...]
    nearest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessScale:
    """What the scores of one embedder mean: its vectors' size, measured impostor figures, and a cohort.

    Attributes:
        pack: name of the pack whose figures these are.
        dimension: numbers in an embedding.
        singles: impostor figures for real people; what a review is judged by. None where none were measured.
        generated: the same with comparisons among generated faces mixed in, which resemble each other more; what a
            block is judged by. None where none were measured.
        cohort: None where raw scores are better (models.md §9).
        misses: what bounds overlook; None where nobody measured it.
        own: whether the figures were measured on this machine (`countenance models calibrate`).
    """

    pack: str
    dimension: int
    singles: ImpostorCurve | None = None
    generated: ImpostorCurve | None = None
    cohort: Cohort | None = None
    misses: MissCurve | None = None
    own: bool = False

    @property
    def strictest(self) -> ImpostorCurve | None:
        """The figures with generated faces where there are any, else those of real people."""
        return self.generated or self.singles


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherModel:
    """An installed embedder that can run beside a pack's own, behind what the pack finds faces or speech with.

    Attributes:
        stamp: of the embedder, its chips cut for the pack's detector.
        scale: what its likenesses mean behind what the pack finds with; its `pack` names the two models.
    """

    stamp: ModelStamp
    scale: LikenessScale


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCard:
    """What the parent must know about a pack to judge scores and to stamp reports.

    Attributes:
        models: one stamp per task.
        face: what likenesses of faces mean.
        voice: what likenesses of voices mean; None where the pack has no voice models.
        further: other embedders that can run beside the pack's, for people enrolled with them; those with figures
            first.
    """

    name: str
    models: tuple[ModelStamp, ...]
    face: LikenessScale
    voice: LikenessScale | None = None
    further: tuple[FurtherModel, ...] = ()

    @property
    def bindings(self) -> tuple[str, ...]:
        """What everything that these models make is bound to: with other bindings, nothing is compared."""
        return tuple(stamp.binding for stamp in self.models)

    @property
    def not_for_commerce(self) -> tuple[ModelStamp, ...]:
        """The models whose licence forbids commercial use."""
        return tuple(stamp for stamp in self.models if stamp.commercial_use is CommercialUse.NO)

    def model(self, task: ModelTask) -> ModelStamp | None:
        """Return the stamp for `task`, or None where the pack has no such model."""
        return next((stamp for stamp in self.models if stamp.task is task), None)
