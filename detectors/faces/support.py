"""Which runs of detections are a face and which are a pattern that a detector took for one now and then."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.observations import FaceDetection


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What one detector family has to show before a track counts.

    Attributes:
        looks: detections that make a track; a shot with fewer looks asks for half of them.
        share: of the looks from a track's first to its last detection, the part in which it was seen.
        best_score: such a track counts when its best has this score,
        mean_score: or when it has twice as many detections and the mean of their scores is at least this.
        lone_score: a track of too few detections counts when its best has this score.
    """

    looks: int
    share: float
    mean_score: float
    best_score: float
    lone_score: float


SUPPORT = {
    "yunet": Support(looks=3, share=0.5, mean_score=0.72, best_score=0.82, lone_score=0.85),
    "mtcnn": Support(looks=3, share=0.5, mean_score=0.94, best_score=0.99, lone_score=0.999),
    "scrfd": Support(looks=3, share=0.5, mean_score=0.65, best_score=0.77, lone_score=0.81),
}
"""By detector family, from clips with and without faces; a family without an entry uses that of "yunet".

Patterns taken for faces stayed below a mean of .71 (YuNet) and .93 (MTCNN); MTCNN gives a pattern .98 now and then.
SCRFD's are not measured, since its weights may not be had here: like YuNet it scores how sure it is by how well the box
fits, from .5 where YuNet begins at .6, so each bound lies as far between the beginning and 1 as YuNet's does.
"""


def supported(detections: list[FaceDetection], looks_meanwhile: int, looks_of_shot: int, support: Support) -> bool:
    """Tell whether the detections of one track are enough to believe it.

    Args:
        detections: of the track, at least one.
        looks_meanwhile: frames examined from its first to its last detection.
        looks_of_shot: frames examined in the whole shot.
        support: the detector's rule.
    """
    scores = [detection.score for detection in detections]
    if looks_of_shot == 1:
        # A photograph, or a shot of one frame: nothing can confirm the detector, whose own bound has to do.
        return True
    if len(scores) < min(support.looks, -(-looks_of_shot // 2)):
        return max(scores) >= support.lone_score
    if len(scores) < support.share * looks_meanwhile:
        return False
    steady = len(scores) >= min(2 * support.looks, -(-looks_of_shot // 2))
    return max(scores) >= support.best_score or (steady and sum(scores) / len(scores) >= support.mean_score)
