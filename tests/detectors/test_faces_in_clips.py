from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from countenance.observations import FaceTrack, NotExamined, Observations
from countenance.wire import Examine, ExamineSettings
from detectors.examine import examine
from detectors.faces.following import FaceFollower
from detectors.faces.opening import FaceModels, Sessions
from detectors.faces.search import FaceSearch
from detectors.faces.support import SUPPORT
from tests.detectors.conftest import SESSIONS
from tests.detectors.scenes import StillFrame, background, portrait, scene, write_clip


def followed(models: FaceModels, frames: list[StillFrame], samples: int = 4) -> tuple[FaceTrack, ...]:
    search = FaceSearch(models.detector, 20)
    follower = FaceFollower(search, models.embedder, SUPPORT[models.detector.family], samples)
    for frame in frames:
        follower.see(frame)
    return follower.finish()


def examined(
    path: Path, pack: tuple[str, str, Path], sessions: Sessions = SESSIONS, **settings: object
) -> Observations:
    detector, embedder, store = pack
    request = Examine(
        path="", detector=detector, face_embedder=embedder, models=str(store), settings=ExamineSettings(**settings)
    )
    with path.open("rb") as source:
        return examine(request, source, lambda *_: None, sessions)


def likeness(one: bytes, other: bytes) -> float:
    return float(np.frombuffer(one, "<f4") @ np.frombuffer(other, "<f4"))


def test_a_face_that_moves_over_a_background_is_one_track_with_samples_a_second_apart(face_models: FaceModels):
    frames = [StillFrame(scene(640, 360, (portrait(300), 4 * at, 30)), at * 0.25) for at in range(20)]

    (track,) = followed(face_models, frames)

    times = [sample.detection.at_s for sample in track.samples]
    assert (track.start_s, track.end_s) == (0.0, 4.75)
    assert 3 <= len(times) <= 4
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))
    assert track.not_examined is None
    assert np.linalg.norm(np.frombuffer(track.embedding, "<f4")) == pytest.approx(1, abs=1e-5)
    assert min(likeness(track.embedding, sample.embedding) for sample in track.samples) > 0.8
    assert track.detections[-1].box.x > track.detections[0].box.x


def test_panels_give_a_track_each_also_when_one_mirrors_the_other(face_models: FaceModels):
    mirrored = np.ascontiguousarray(portrait(300)[:, ::-1])
    frames = [StillFrame(scene(700, 360, (portrait(300), 10, 30), (mirrored, 370, 30)), at * 0.25) for at in range(6)]

    tracks = followed(face_models, frames)

    assert len(tracks) == 2
    assert likeness(tracks[0].embedding, tracks[1].embedding) > 0.8


def test_a_cut_ends_the_track(face_models: FaceModels):
    frames = [StillFrame(scene(640, 360, (portrait(300), 100, 30)), at * 0.25, shot=at // 5) for at in range(10)]

    tracks = followed(face_models, frames)

    assert [track.shot for track in tracks] == [0, 1]
    assert tracks[0].end_s < tracks[1].start_s


def test_a_clip_on_its_side_gives_an_upright_embedding(face_models: FaceModels):
    frames = [StillFrame(scene(640, 360, (portrait(300), 100, 30)), at * 0.25) for at in range(6)]
    lying = [StillFrame(np.ascontiguousarray(np.rot90(frame.rgb)), frame.at_s) for frame in frames]

    (upright,), (turned,) = followed(face_models, frames), followed(face_models, lying)

    assert likeness(upright.embedding, turned.embedding) > 0.9


def test_a_tiny_face_is_told_of_but_not_judged(face_models: FaceModels):
    small = cv2.resize(portrait(), (116, 116), interpolation=cv2.INTER_AREA)
    frames = [StillFrame(scene(400, 300, (np.asarray(small, np.uint8), 100, 90)), at * 0.25) for at in range(6)]

    for track in followed(face_models, frames):
        assert track.not_examined is NotExamined.TOO_SMALL
        assert track.embedding == b""
        assert track.samples == ()


def test_drawn_backgrounds_give_no_track(face_models: FaceModels):
    frames = [StillFrame(background(640, 360, seed), seed * 0.25) for seed in range(8)]

    assert followed(face_models, frames) == ()


def test_a_clip_is_examined_from_file_to_observations(face_pack: tuple[str, str, Path], tmp_path: Path):
    frames = [scene(640, 360, (portrait(300), 5 * at, 30)) for at in range(30)]
    path = write_clip(tmp_path / "clip.mp4", frames)

    seen = examined(path, face_pack)
    again = examined(path, face_pack, Sessions())

    (track,) = seen.tracks
    assert track.end_s - track.start_s > 2.5
    assert seen.picture.frames_examined >= 10
    assert seen.picture.longest_step_s <= 0.5
    assert [stamp.name for stamp in seen.models] == list(face_pack[:2])
    assert all(stamp.provider == "CPUExecutionProvider" for stamp in seen.models)
    assert {"search", "embed"} <= set(seen.seconds)
    assert again.tracks == seen.tracks


def test_a_photograph_is_one_track_of_one_sample(face_pack: tuple[str, str, Path], tmp_path: Path):
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), cv2.cvtColor(portrait(), cv2.COLOR_RGB2BGR))

    seen = examined(path, face_pack)

    (track,) = seen.tracks
    assert seen.clip.still
    assert len(track.detections) == len(track.samples) == 1
    shown = cv2.imdecode(np.frombuffer(track.samples[0].picture, np.uint8), cv2.IMREAD_COLOR)
    assert max(shown.shape) <= 320


def test_where_faces_are_not_asked_for_nothing_is_claimed(face_pack: tuple[str, str, Path], tmp_path: Path):
    path = write_clip(tmp_path / "clip.mp4", [scene(320, 180)] * 10)

    seen = examined(path, face_pack, look_for=())

    assert seen.tracks == seen.models == ()
    assert seen.picture.frames_examined == 0
    assert seen.picture.gaps[0].reason is NotExamined.NOT_REQUESTED


@pytest.mark.media
def test_real_clips_yield_the_faces_expected(face_pack: tuple[str, str, Path], test_media: Path):
    with (test_media / "clips" / "clips.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["width"] and 0 < float(row["duration_s"]) <= 3]
    rows = [row for row in rows if int(row["width"]) <= 720]

    missed = []
    for row in rows:
        tracks = examined(test_media / "clips" / row["file"], face_pack).tracks
        expected = int(row["faces_expected"])
        if len(tracks) < expected or (tracks and not expected):
            missed.append(row["file"])

    assert len(rows) >= 8
    assert len(missed) <= len(rows) * 0.15
