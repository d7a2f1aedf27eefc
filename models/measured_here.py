"""Where the figures of two models belong that somebody measures on this computer, and keeping them there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from countenance.packs import Cohort, ImpostorCurve, LikenessScale, MissCurve, ModelTask, PackCard
from models.figures import combination, keep_figures, list_shipped, measured_figures
from models.packs import bindings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPlace:
    """Where figures of a model that finds and a model that tells apart are kept.

    Attributes:
        card: the pack they are measured with.
        store: the folder of models.
        name: of the combination.
        bindings: of the two models.
        scale: what counts until they are measured.
        of_faces: whether they are about faces, not voices.
    """

    card: PackCard
    store: Path
    name: str
    bindings: tuple[str, str]
    scale: LikenessScale
    of_faces: bool

    @property
    def is_shipped(self) -> bool:
        """Whether the program brings figures of its own for the same two models."""
        return self.name in list_shipped()

    def keep(self, curve: ImpostorCurve, cohort: Cohort | None, misses: MissCurve, people_per_group: int) -> Path:
        """Write down what was measured, in place of what was before, and return the file.

        Args:
            curve: how alike strangers are.
            cohort: None where none helps.
            misses: what bounds overlook.
            people_per_group: in the cohort's groups.

        Raises:
            ModelsError: the store cannot be written.
        """
        measured = replace(self.scale, singles=curve, generated=None, cohort=cohort, misses=misses)
        return keep_figures(self.store, self.name, measured_figures(measured, people_per_group, self.bindings))


def figures_place(card: PackCard, store: Path, *, voices: bool) -> FiguresPlace:
    """Return where the figures of a pack's faces, or of its voices, belong."""
    finding, telling = (
        (ModelTask.VOICE_ACTIVITY, ModelTask.VOICE_EMBEDDER)
        if voices
        else (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER)
    )
    finder, embedder, scale = card.model(finding), card.model(telling), card.voice if voices else card.face
    assert finder is not None  # a pack has every task filled
    assert embedder is not None
    assert scale is not None
    return FiguresPlace(
        card=card,
        store=store,
        name=combination(finder.name, embedder.name),
        bindings=bindings_of(finder, embedder),
        scale=scale,
        of_faces=not voices,
    )
