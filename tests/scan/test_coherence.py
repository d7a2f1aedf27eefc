"""What a child that a hostile file has taken over might say within the schema, and the check that ends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from countenance.errors import ClipError
from countenance.observations import FaceTrack, Observations, Turn
from countenance.wire import Examine, Observed
from scan.coherence import holds_together
from scan.conversation import Conversation
from scan.worker import DetectorWorker
from tests.scan.made import (
    DIMENSION,
    brief,
    face,
    film,
    observations,
    recording,
    speaker,
    track,
    unexamined,
    voice_sample,
)

ADA = face({0: 1.0})
NOT_NUMBERS = np.full(DIMENSION, np.nan, "<f4").tobytes()


def sampled(embedding: bytes) -> FaceTrack:
    return track(0, ADA, samples=[ADA, embedding, ADA])


LIES = {
    "two tracks of one number": observations(track(0, ADA), track(0, ADA)),
    "a track that ends before it starts": observations(track(0, ADA, start_s=5.0, end_s=1.0)),
    "an embedding without samples": observations(replace(track(0, ADA), samples=())),
    "samples without an embedding": observations(replace(track(0, ADA), embedding=b"")),
    "a sample without its embedding": observations(sampled(b"")),
    "a sample of another size": observations(sampled(ADA[:-4])),
    "a size that is no number of numbers": observations(track(0, ADA[:-1])),
    "everything of another size": observations(track(0, np.float32([1.0, 0.0]).tobytes())),
    "not numbers": observations(track(0, NOT_NUMBERS)),
    "a sample of not numbers": observations(sampled(NOT_NUMBERS)),
    "a mouth that moves by no number": observations(track(0, ADA, mouth_motion=float("nan"))),
    "a mouth that moves endlessly": observations(track(0, ADA, mouth_motion=float("inf"))),
    "a mouth that moves less than not at all": observations(track(0, ADA, mouth_motion=-1.0)),
    "not of length one": observations(track(0, (np.frombuffer(ADA, "<f4") * 3).tobytes())),
}


def heard(**changes) -> Observations:
    return recording(replace(speaker(0, ADA), **changes))


def said(*spans: tuple[float, float], sound: bytes = b"", embedding: bytes = ADA) -> Observations:
    samples = tuple(voice_sample(start_s, embedding, 2.0, end_s=end_s, sound=sound) for start_s, end_s in spans)
    return heard(samples=samples)


LIES |= {
    "two speakers of one number": recording(speaker(0, ADA), speaker(0, ADA)),
    "a speaker who never speaks": heard(turns=()),
    "a turn that ends before it starts": heard(turns=(Turn(start_s=2.0, end_s=1.0),)),
    "turns in disorder": heard(turns=(Turn(start_s=4.0, end_s=5.0), Turn(start_s=1.0, end_s=2.0))),
    "speech long after the end": heard(turns=(Turn(start_s=1e6, end_s=1e6 + 1),)),
    "a voice of another size": heard(embedding=ADA[:-4]),
    "a voice of not numbers": heard(embedding=NOT_NUMBERS),
    "samples of a voice without an embedding": heard(embedding=b""),
    "a sample of a voice without its embedding": said((0.0, 2.0), embedding=b""),
    "samples of one voice that share their sound": said((0.0, 4.0), (2.0, 6.0)),
    "a sample of a voice that ends before it starts": said((3.0, 2.0)),
    "a sample of a voice after the end": said((3.0, 1e6)),
    "half a sample of sound": said((0.0, 2.0), sound=b"odd"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_does_not_hold_together_is_seen(lie: Observations):
    assert not holds_together(lie, DIMENSION, DIMENSION)


def test_what_an_honest_child_says_holds_together():
    voices = [speaker(0, ADA), brief(1, b"", samples=[]), brief(2, ADA, samples=[]), speaker(3, ADA, (9.0, 12.0))]
    scene = film(track(0, ADA), unexamined(1), track(2, face({1: 0.5}), mouth_motion=1.4), heard=voices)

    assert holds_together(scene, DIMENSION, DIMENSION)
    assert holds_together(scene, DIMENSION)
    assert holds_together(scene, 0)
    assert holds_together(observations(), DIMENSION)


def test_a_child_that_lies_is_one_sentence_and_is_not_asked_again(monkeypatch, tmp_path: Path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"hostile")
    request = Examine(path=str(clip), detector="d", face_embedder="e", models="", dimension=DIMENSION)
    answers = [LIES["not numbers"], observations(track(0, ADA))]
    # The child cannot be made to lie, so its answer is put in its place.
    monkeypatch.setattr(Conversation, "ask", lambda *_: Observed(observations=answers.pop(0)))

    with DetectorWorker() as worker:
        with pytest.raises(ClipError, match="does not hold together"):
            worker.examine(request)

        assert worker.pid is None
        assert worker.examine(request).tracks[0].embedding == ADA
