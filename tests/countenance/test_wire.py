"""What crosses the boundary to the child: every message comes back as it was, and nothing else is taken for one."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.observations import (
    Box,
    Clip,
    FaceDetection,
    FaceSample,
    FaceTrack,
    Gap,
    NotExamined,
    Observations,
    PictureCoverage,
    SoundCoverage,
    Stream,
    StreamKind,
)
from countenance.packs import CommercialUse, ModelStamp, ModelTask
from countenance.wire import (
    FRAME_LIMIT,
    AskFences,
    Examine,
    ExamineSettings,
    Failed,
    FailureCode,
    Fences,
    Observed,
    Progress,
    SelfTest,
    SelfTested,
    WireError,
    read_reply,
    read_request,
    write_frame,
)

FRACTIONS = st.floats(0, 1)
SECONDS = st.floats(0, 1e9)
NAMES = st.text(max_size=40)

BOXES = st.builds(Box, x=FRACTIONS, y=FRACTIONS, width=FRACTIONS, height=FRACTIONS)
DETECTIONS = st.builds(
    FaceDetection,
    at_s=SECONDS,
    box=BOXES,
    score=FRACTIONS,
    size_px=st.floats(0, 1e6),
    sharpness=FRACTIONS,
    yaw=st.floats(-1, 1),
    quality=FRACTIONS,
)
SAMPLES = st.builds(FaceSample, detection=DETECTIONS, embedding=st.binary(max_size=64), picture=st.binary(max_size=64))
TRACKS = st.builds(
    FaceTrack,
    id=st.integers(0, 1000),
    shot=st.integers(0, 1000),
    start_s=SECONDS,
    end_s=SECONDS,
    detections=st.lists(DETECTIONS, max_size=2).map(tuple),
    samples=st.lists(SAMPLES, max_size=2).map(tuple),
    embedding=st.binary(max_size=64),
    not_examined=st.none() | st.sampled_from(NotExamined),
)
GAPS = st.builds(Gap, reason=st.sampled_from(NotExamined), start_s=SECONDS, end_s=SECONDS, share=FRACTIONS)
STREAMS = st.builds(Stream, index=st.integers(0, 9), kind=st.sampled_from(StreamKind), codec=NAMES)
CLIPS = st.builds(
    Clip,
    name=NAMES,
    sha256=st.just("ab" * 32),
    bytes=st.integers(0, 2**40),
    container=NAMES,
    duration_s=SECONDS,
    claimed_duration_s=st.none() | SECONDS,
    still=st.booleans(),
    width=st.integers(0, 1_000_000),
    height=st.integers(0, 1_000_000),
    streams=st.lists(STREAMS, max_size=2).map(tuple),
)
STAMPS = st.builds(
    ModelStamp,
    task=st.sampled_from(ModelTask),
    name=NAMES,
    version=NAMES,
    sha256=NAMES,
    recipe=st.integers(1, 9),
    licence=NAMES,
    commercial_use=st.sampled_from(CommercialUse),
)
OBSERVATIONS = st.builds(
    Observations,
    clip=CLIPS,
    picture=st.builds(
        PictureCoverage,
        present=st.booleans(),
        duration_s=SECONDS,
        frames_read=st.integers(0, 10**6),
        frames_examined=st.integers(0, 10**6),
        longest_step_s=SECONDS,
        gaps=st.lists(GAPS, max_size=2).map(tuple),
    ),
    sound=st.builds(SoundCoverage, present=st.booleans(), duration_s=SECONDS),
    cuts_s=st.lists(SECONDS, max_size=3).map(tuple),
    tracks=st.lists(TRACKS, max_size=2).map(tuple),
    models=st.lists(STAMPS, max_size=2).map(tuple),
    seconds=st.dictionaries(NAMES, SECONDS, max_size=2),
)
REQUESTS = st.one_of(
    st.builds(Examine, path=NAMES, detector=NAMES, face_embedder=NAMES, models=NAMES),
    st.builds(SelfTest, detector=NAMES, face_embedder=NAMES, models=NAMES),
    st.builds(AskFences),
)
REPLIES = st.one_of(
    st.builds(Progress, step=NAMES, done=SECONDS, total=SECONDS),
    st.builds(Observed, observations=OBSERVATIONS),
    st.builds(SelfTested, passed=st.booleans(), details=NAMES),
    st.builds(Fences, names=st.lists(NAMES, max_size=3).map(tuple)),
    st.builds(Failed, code=st.sampled_from(FailureCode), read_until_s=SECONDS, details=NAMES),
)


def framed(*messages) -> io.BytesIO:
    stream = io.BytesIO()
    for message in messages:
        write_frame(stream, message)
    stream.seek(0)
    return stream


def frame(body: bytes) -> io.BytesIO:
    return io.BytesIO(struct.pack("<I", len(body)) + body)


@given(st.lists(REPLIES, max_size=3))
def test_every_reply_comes_back_as_it_was_and_then_the_end(replies):
    stream = framed(*replies)

    assert [read_reply(stream) for _ in replies] == replies
    assert read_reply(stream) is None


@given(st.lists(REQUESTS, max_size=3))
def test_every_request_comes_back_as_it_was_and_then_the_end(requests):
    stream = framed(*requests)

    assert [read_request(stream) for _ in requests] == requests
    assert read_request(stream) is None


@given(REPLIES, st.data())
def test_a_reply_cut_off_anywhere_is_refused(reply, data):
    whole = framed(reply).getvalue()
    cut = data.draw(st.integers(1, len(whole) - 1))

    with pytest.raises(WireError, match="cut off"):
        read_reply(io.BytesIO(whole[:cut]))


@given(st.binary(max_size=300))
def test_garbage_is_refused_and_never_anything_worse(garbage):
    for stream in (io.BytesIO(garbage), frame(garbage)):
        for read in (read_reply, read_request):
            stream.seek(0)
            try:
                message = read(stream)
            except WireError:
                continue
            # By luck a message after all, or nothing: then it must be one that could have been sent.
            assert message is None or framed(message)


@given(REPLIES, st.data())
def test_a_reply_with_a_byte_turned_is_refused_or_still_keeps_to_the_schema(reply, data):
    body = bytearray(framed(reply).getvalue()[4:])
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    try:
        found = read_reply(frame(bytes(body)))
    except WireError:
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=type(found)) is not None


@pytest.mark.parametrize(
    "body",
    [
        b"\x82\xa4type\xa8progress\xa4step\xa1\xff",
        b"\x82\xa4type\xa8progress\xa1x" + b"\x91" * 200_000,
        b"\x82\xa4type\xa8progress\xa4step\xc6\xff\xff\xff\xff",
    ],
    ids=["not text", "nested without end", "longer than itself"],
)
def test_what_no_encoder_writes_is_refused_like_any_garbage(body):
    for read in (read_reply, read_request):
        with pytest.raises(WireError):
            read(frame(body.replace(b"\xa8progress\xa4step", b"\xa7examine\xa4path") if read is read_request else body))


def test_a_frame_over_the_limit_is_refused_before_it_is_read():
    class Endless(io.BytesIO):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            Endless.asked += size
            return struct.pack("<I", FRAME_LIMIT + 1) if size == 4 else bytes(size)

    with pytest.raises(WireError, match="over the limit"):
        read_reply(Endless())

    assert Endless.asked == 4


def test_the_other_sides_messages_are_not_taken_for_ones_own():
    with pytest.raises(WireError):
        read_reply(framed(AskFences()))
    with pytest.raises(WireError):
        read_request(framed(Progress(step="reading")))


def _plain() -> Observations:
    detection = FaceDetection(
        at_s=1.0, box=Box(x=0, y=0, width=1, height=1), score=1, size_px=50, sharpness=1, yaw=0, quality=1
    )
    track = FaceTrack(id=0, shot=0, start_s=0, end_s=1, detections=(detection,), samples=(), embedding=b"")
    clip = Clip(
        name="a",
        sha256="0" * 64,
        bytes=1,
        container="mp4",
        duration_s=1,
        claimed_duration_s=None,
        still=False,
        width=1,
        height=1,
        streams=(),
    )
    picture = PictureCoverage(present=True, duration_s=1, frames_read=1, frames_examined=1, longest_step_s=1)
    return Observations(
        clip=clip,
        picture=picture,
        sound=SoundCoverage(present=False, duration_s=0),
        cuts_s=(),
        tracks=(track,),
        models=(),
        seconds={},
    )


def with_track(**changes) -> Observations:
    return replace(_plain(), tracks=(replace(_plain().tracks[0], **changes),))


def with_detection(**changes) -> Observations:
    return with_track(detections=(replace(_plain().tracks[0].detections[0], **changes),))


def with_clip(**changes) -> Observations:
    return replace(_plain(), clip=replace(_plain().clip, **changes))


@pytest.mark.parametrize(
    "lie",
    [
        with_track(id=-1),
        with_track(start_s=-0.1),
        with_track(end_s=float("nan")),
        with_track(end_s=float("inf")),
        with_track(embedding=bytes(16_385)),
        with_track(not_examined="bored"),
        with_detection(box=Box(x=-0.1, y=0, width=1, height=1)),
        with_detection(box=Box(x=0, y=0, width=1.1, height=1)),
        with_detection(score=2.0),
        with_detection(score=float("nan")),
        with_detection(yaw=-1.5),
        with_detection(quality=-1.0),
        with_detection(size_px=1e7),
        with_clip(name="n" * 2000),
        with_clip(sha256="not a hash"),
        with_clip(width=2_000_000),
        with_clip(duration_s=1e10),
    ],
)
def test_what_a_hostile_child_says_beyond_the_schema_is_refused(lie):
    with pytest.raises(WireError):
        read_reply(framed(Observed(observations=lie)))


@pytest.mark.parametrize(
    "settings",
    [
        {"sample_every_s": 0.0},
        {"sample_every_s": 11.0},
        {"min_face_px": 1},
        {"samples_per_track": 0},
        {"max_pixels": 0},
        {"threads": 0},
        {"unheard_of": 1},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings):
    request = {"type": "examine", "path": "a", "detector": "d", "face_embedder": "e", "models": "m"}

    with pytest.raises(WireError):
        read_request(frame(msgspec.msgpack.encode(request | {"settings": settings})))


def test_settings_left_out_are_the_usual_ones():
    request = {"type": "examine", "path": "a", "detector": "d", "face_embedder": "e", "models": "m"}

    found = read_request(frame(msgspec.msgpack.encode(request)))

    assert found.settings == ExamineSettings()
