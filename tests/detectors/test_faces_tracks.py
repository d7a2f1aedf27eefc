from __future__ import annotations

import numpy as np

from countenance.observations import Box, FaceDetection, FaceSample, FaceTrack
from detectors.faces.detection import Floats
from detectors.faces.following import thinned
from detectors.faces.pictures import within_budget
from detectors.faces.sampling import Candidate, Candidates
from detectors.faces.support import SUPPORT, supported
from detectors.faces.tracking import Tracker
from tests.detectors.scenes import face_at

CROP = np.zeros((2, 2, 3), np.uint8)


def look(seed: int) -> Floats:
    patch = np.random.default_rng(seed).normal(size=256).astype(np.float32)
    return np.asarray(patch / np.linalg.norm(patch), np.float32)


def detection(at_s: float, quality: float = 0.5, score: float = 0.9) -> FaceDetection:
    box = Box(x=0.1, y=0.1, width=0.2, height=0.2)
    return FaceDetection(at_s=at_s, box=box, score=score, size_px=50, sharpness=1, yaw=0, quality=quality)


def test_a_moving_face_stays_one_track():
    tracker = Tracker()

    ids = {tracker.follow(0.25 * at, 0, [face_at(20 * at, 50)], [look(1)])[0].id for at in range(20)}

    assert len(ids) == 1


def test_faces_that_cross_keep_their_tracks():
    tracker = Tracker()
    ids = []
    for at in range(13):
        first, second = face_at(10 * at, 50), face_at(120 - 10 * at, 52)
        paths = tracker.follow(0.1 * at, 0, [first, second], [look(1), look(2)])
        ids.append((paths[0].id, paths[1].id))

    assert set(ids) == {ids[0]}


def test_people_who_trade_places_between_two_looks_are_not_swapped():
    tracker = Tracker()
    before = tracker.follow(0.0, 0, [face_at(0, 0), face_at(42, 0)], [look(1), look(2)])

    after = tracker.follow(0.25, 0, [face_at(42, 0), face_at(0, 0)], [look(1), look(2)])

    assert [path.id for path in after] == [path.id for path in before]


def test_the_same_face_in_two_panels_is_two_tracks():
    tracker = Tracker()
    for at in range(5):
        paths = tracker.follow(0.25 * at, 0, [face_at(10, 10), face_at(200, 10)], [look(1), look(1)])

    assert len({path.id for path in paths}) == 2
    assert paths[0].id == 0


def test_a_cut_ends_a_track_even_where_the_next_face_is_at_its_place():
    tracker = Tracker()
    (before,) = tracker.follow(0.0, 0, [face_at(0, 0)], [look(1)])
    (after,) = tracker.follow(0.04, 1, [face_at(0, 0)], [look(1)])

    assert after.id != before.id


def test_a_short_gap_is_bridged_and_a_long_one_is_not():
    tracker = Tracker()
    (before,) = tracker.follow(0.0, 0, [face_at(0, 0)], [look(1)])
    tracker.follow(0.3, 0, [], [])
    (bridged,) = tracker.follow(0.7, 0, [face_at(5, 0)], [look(1)])
    (late,) = tracker.follow(1.6, 0, [face_at(5, 0)], [look(1)])

    assert bridged.id == before.id
    assert late.id != before.id
    assert tracker.open_ids(3.0) == frozenset()


def test_another_face_at_the_same_place_begins_a_track_of_its_own():
    tracker = Tracker()
    (before,) = tracker.follow(0.0, 0, [face_at(0, 0)], [look(1)])
    (after,) = tracker.follow(0.25, 0, [face_at(0, 0)], [-look(1)])

    assert after.id != before.id


def test_samples_are_the_best_and_a_second_apart():
    candidates = Candidates(3)
    for step in range(100):
        candidates.add(Candidate(detection(step * 0.1, quality=0.9 if step in (10, 50, 90) else 0.4), CROP, b""))

    assert [sample.detection.at_s for sample in candidates.chosen()] == [1.0, 5.0, 9.0]


def test_a_short_track_still_gives_three_samples():
    candidates = Candidates(6)
    for step in range(9):
        candidates.add(Candidate(detection(step * 0.25), CROP, b""))

    times = [sample.detection.at_s for sample in candidates.chosen()]

    assert len(times) >= 3
    assert times == sorted(times)


def test_candidates_do_not_grow_with_the_clip():
    candidates = Candidates(6)
    for step in range(5000):
        candidates.add(Candidate(detection(step * 0.5, quality=(step * 37 % 100) / 100), CROP, b""))

    assert len(candidates) <= 18
    assert len(candidates.chosen()) == 6
    assert all(sample.detection.quality == 0.99 for sample in candidates.chosen())
    assert not candidates.wants(detection(9e4, quality=0.5))


def test_a_weaker_candidate_does_not_push_out_a_better_one():
    candidates = Candidates(1)
    candidates.add(Candidate(detection(0.0, quality=0.9), CROP, b""))
    candidates.add(Candidate(detection(0.1, quality=0.2), CROP, b""))

    assert candidates.chosen()[0].detection.quality == 0.9


def test_a_pattern_taken_for_a_face_now_and_then_is_no_track():
    rule = SUPPORT["mtcnn"]

    assert not supported([detection(0, score=0.98)], 1, 20, rule)
    assert not supported([detection(0, score=0.95)] * 3, 12, 20, rule)
    assert not supported([detection(0, score=0.9)] * 10, 10, 20, rule)


def test_steady_sure_brief_and_single_pictures_count():
    rule = SUPPORT["mtcnn"]

    assert supported([detection(0, score=0.96)] * 8, 8, 20, rule)
    assert supported([detection(0, score=0.995)] * 3, 4, 20, rule)
    assert supported([detection(0, score=1.0)], 1, 20, rule)
    assert supported([detection(0, score=0.81)], 1, 1, rule)


def test_the_timeline_gets_at_most_five_detections_a_second_with_both_ends():
    kept = thinned([detection(step / 25) for step in range(101)])

    assert len(kept) <= 22
    assert (kept[0].at_s, kept[-1].at_s) == (0, 4)
    assert len(thinned([detection(1.0)])) == 1


def test_pictures_that_would_not_fit_a_message_are_left_out_of_the_shortest_tracks_first():
    def track(number: int, end_s: float) -> FaceTrack:
        samples = tuple(
            FaceSample(detection=detection(0.1 * at, quality=0.1 * at), embedding=b"", picture=b"x" * 100)
            for at in range(1, 4)
        )
        return FaceTrack(id=number, shot=0, start_s=0, end_s=end_s, detections=(), samples=samples, embedding=b"")

    long, short = within_budget((track(0, 50), track(1, 2)), 450)
    neither, none = within_budget((track(0, 50), track(1, 2)), 150)

    assert [len(sample.picture) for sample in long.samples] == [100, 100, 100]
    assert [len(sample.picture) for sample in short.samples] == [0, 0, 100]
    assert [len(sample.picture) for sample in neither.samples] == [0, 0, 100]
    assert not any(sample.picture for sample in none.samples)
