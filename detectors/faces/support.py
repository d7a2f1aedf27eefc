"""Which runs of detections are a face and which are a pattern that a detector took for one now and then."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.observations import FaceDetection


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What one detector family has to show before a track counts.

    Attributes:
        looks: detections that make a track when their scores are fair; a shot with fewer looks asks for half of them.
        fair_score: the best detection of such a track has at least this score.
        sure_score: a track of fewer detections counts when its best has this score.
        share: of the looks between a track's first and last detection, the part in which it was seen.
    """

    looks: int
    fair_score: float
    sure_score: float
    share: float


SUPPORT = {
    "yunet": Support(looks=3, fair_score=0.7, sure_score=0.85, share=0.5),
    "mtcnn": Support(looks=3, fair_score=0.97, sure_score=0.999, share=0.5),
}
"""By detector family, tuned on clips with and without faces; a family without an entry uses that of "yunet"."""


def supported(detections: list[FaceDetection], looks_meanwhile: int, looks_of_shot: int, support: Support) -> bool:
    """Tell whether the detections of one track are enough to believe it.

    Args:
        detections: of the track, at least one.
        looks_meanwhile: frames examined from its first to its last detection.
        looks_of_shot: frames examined in the whole shot.
        support: the detector's rule.
    """
    best = max(detection.score for detection in detections)
    if looks_of_shot == 1:
        # A photograph, or a shot of one frame: nothing can confirm the detector, whose own bound has to do.
        return True
    needed = min(support.looks, -(-looks_of_shot // 2))
    if len(detections) < needed:
        return best >= support.sure_score
    return best >= support.fair_score and len(detections) >= support.share * looks_meanwhile
