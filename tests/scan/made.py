"""Tracks, packs and people for the stories of this room: unit vectors with chosen cosines, nobody's face."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from countenance.grants import Grant, Method, Purpose
from countenance.observations import (
    SOUND_HZ,
    Box,
    Clip,
    FaceDetection,
    FaceSample,
    FaceTrack,
    NotExamined,
    Observations,
    PictureCoverage,
    SoundCoverage,
    Speaker,
    Turn,
    VoiceSample,
)
from countenance.packs import CommercialUse, ImpostorCurve, LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.people import Person
from countenance.use import StatedUse
from scan.check import CheckSetup
from scan.known import Known

DIMENSION = 64
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 drawn \xff\xd9"
STRANGER = 40  # axes from here on are no enrolled person's


def stamp(task: ModelTask, name: str) -> ModelStamp:
    return ModelStamp(
        task=task,
        name=name,
        version="1",
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        recipe=1,
        licence="CC0-1.0",
        commercial_use=CommercialUse.YES,
    )


def curve(floor: float = 1e-6, reach: float = 1.0) -> ImpostorCurve:
    """Return figures whose rate falls evenly, in its logarithm, from 1 at score 0 to the floor at `reach`."""
    shares = np.linspace(0, 1, 13)
    return ImpostorCurve(
        scores=tuple((shares * reach).tolist()),
        rates=tuple((floor**shares).tolist()),
        comparisons=int(1 / floor),
        people=180,
        floor=floor,
    )


CARD = PackCard(
    name="drawn",
    models=(
        stamp(ModelTask.FACE_DETECTOR, "drawn-detector"),
        stamp(ModelTask.FACE_EMBEDDER, "drawn-embedder"),
        stamp(ModelTask.VOICE_ACTIVITY, "drawn-activity"),
        stamp(ModelTask.VOICE_EMBEDDER, "drawn-voices"),
    ),
    face=LikenessScale(pack="drawn", dimension=DIMENSION, singles=curve()),
    voice=LikenessScale(pack="drawn", dimension=DIMENSION, singles=curve(floor=1e-5)),
)
EMBEDDER = CARD.models[1]
SCALE = CARD.face
VOICE_SCALE = CARD.voice
DEAF = replace(CARD, models=CARD.models[:2], voice=None)
"""The same pack without models for voices."""


def axis(number: int) -> np.ndarray:
    vector = np.zeros(DIMENSION, np.float32)
    vector[number] = 1
    return vector


def face(likeness: Mapping[int, float], own: int = STRANGER) -> bytes:
    """Return an embedding with these cosines to the people of these numbers; the rest of it lies on an own axis."""
    vector = sum((cosine * axis(number) for number, cosine in likeness.items()), np.zeros(DIMENSION, np.float32))
    left = max(0.0, 1 - sum(cosine**2 for cosine in likeness.values()))
    return (vector + left**0.5 * axis(own)).astype("<f4").tobytes()


def enrolled(count: int) -> dict[str, tuple[bytes, ...]]:
    """Return the templates of so many people, none of them like another: person `p00` on axis 0, and so on."""
    return {f"p{number:02d}": (face({number: 1.0}),) for number in range(count)}


def detection(at_s: float = 0.0, **changes) -> FaceDetection:
    plain = FaceDetection(
        at_s=at_s,
        box=Box(x=0.4, y=0.2, width=0.2, height=0.4),
        score=0.98,
        size_px=180.0,
        sharpness=0.7,
        yaw=0.0,
        quality=0.8,
    )
    return replace(plain, **changes)


def sized(share: float, at_s: float = 0.0) -> FaceDetection:
    """Return a detection whose shorter side is this share of the frame's shorter side."""
    box = Box(x=0.1, y=0.1, width=share * HEIGHT / WIDTH, height=share)
    return detection(at_s, box=box, size_px=share * HEIGHT)


def track(
    number: int,
    embedding: bytes,
    times_s: Sequence[float] = (0.0, 1.0, 2.0),
    samples: Sequence[bytes] | None = None,
    **changes,
) -> FaceTrack:
    """Return a track with one sample at each time; all like the track unless `samples` says otherwise."""
    faces = [embedding] * len(times_s) if samples is None else samples
    seen = tuple(detection(at_s) for at_s in times_s)
    plain = FaceTrack(
        id=number,
        shot=0,
        start_s=times_s[0],
        end_s=times_s[-1],
        detections=seen,
        samples=tuple(
            FaceSample(detection=each, embedding=blob, picture=JPEG) for each, blob in zip(seen, faces, strict=True)
        ),
        embedding=embedding,
    )
    return replace(plain, **changes)


def unexamined(number: int, reason: NotExamined = NotExamined.TOO_SMALL, **changes) -> FaceTrack:
    return replace(track(number, b"", samples=[b""] * 3), samples=(), not_examined=reason, **changes)


def speaker(
    number: int,
    embedding: bytes,
    *turns: tuple[float, float],
    samples: Sequence[bytes] | None = None,
    **changes,
) -> Speaker:
    """Return a speaker heard in these turns, from 0 to 8 s by default, with up to three samples of 2 s."""
    spoken = turns or ((0.0, 8.0),)
    speech_s = sum(end_s - start_s for start_s, end_s in spoken)
    count = min(3, max(1, int(speech_s / 2)))
    voices = [embedding] * count if samples is None else samples
    plain = Speaker(
        id=number,
        stream=1,
        turns=tuple(Turn(start_s=start_s, end_s=end_s) for start_s, end_s in spoken),
        speech_s=speech_s,
        samples=tuple(
            voice_sample(spoken[0][0] + 2.0 * place, blob, min(2.0, speech_s)) for place, blob in enumerate(voices)
        ),
        embedding=embedding,
        level_db=40.0,
    )
    return replace(plain, **changes)


def voice_sample(start_s: float, embedding: bytes, speech_s: float = 2.0, **changes) -> VoiceSample:
    plain = VoiceSample(
        start_s=start_s,
        end_s=start_s + speech_s,
        speech_s=speech_s,
        quality=0.8,
        embedding=embedding,
        sound=bytes(int(speech_s * SOUND_HZ) * 2),
    )
    return replace(plain, **changes)


def brief(number: int, embedding: bytes, *turns: tuple[float, float], **changes) -> Speaker:
    """Return a speaker who says too little to be judged."""
    return speaker(number, embedding, *(turns or ((0.0, 1.0),)), not_examined=NotExamined.TOO_SHORT, **changes)


def recording(*speakers: Speaker, name: str = "voice.flac", **changes) -> Observations:
    """Return what is heard in a file that is nothing but sound."""
    plain = observations(name=name, speakers=speakers, sound=sound(*speakers))
    return replace(plain, picture=replace(plain.picture, present=False, frames_read=0, frames_examined=0), **changes)


def sound(*speakers: Speaker, **changes) -> SoundCoverage:
    speech_s = sum(each.speech_s for each in speakers)
    plain = SoundCoverage(present=True, duration_s=10.0, speech_s=speech_s, streams_examined=1, streams=1)
    return replace(plain, **changes)


def film(*seen: FaceTrack, heard: Sequence[Speaker], **changes) -> Observations:
    """Return what is seen and heard in a clip with sound."""
    return observations(*seen, speakers=tuple(heard), sound=sound(*heard), **changes)


WIDTH, HEIGHT = 960, 540


def observations(*tracks: FaceTrack, name: str = "clip.mp4", still: bool = False, **changes) -> Observations:
    clip = Clip(
        name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        bytes=1000,
        container="jpeg" if still else "mp4",
        duration_s=0.0 if still else 10.0,
        claimed_duration_s=None if still else 10.0,
        still=still,
        width=WIDTH,
        height=HEIGHT,
        streams=(),
    )
    plain = Observations(
        clip=clip,
        picture=PictureCoverage(
            present=True, duration_s=clip.duration_s, frames_read=250, frames_examined=40, longest_step_s=0.25
        ),
        sound=SoundCoverage(present=False, duration_s=0.0),
        cuts_s=(),
        tracks=tracks,
        models=CARD.models,
        seconds={"decode": 0.5},
    )
    return replace(plain, **changes)


def photo(*faces: FaceTrack, name: str = "photo.jpg") -> Observations:
    return observations(*faces, name=name, still=True)


def portrait(number: int, embedding: bytes, **changes) -> FaceTrack:
    """Return the track of one face in a photo: one moment, one sample."""
    seen = detection(**changes)
    sample = FaceSample(detection=seen, embedding=embedding, picture=JPEG)
    return replace(track(number, embedding, (0.0,)), detections=(seen,), samples=(sample,))


USE = StatedUse(
    publish_at=NOON,
    purpose=Purpose.EDUCATION,
    face_method=Method.EDITED,
    channels=("youtube",),
    territories=("FR",),
)


def grant(**changes) -> Grant:
    """Return a grant of `p00` that covers `USE`."""
    plain = Grant(
        id="g1",
        person="p00",
        signed=NOON.date(),
        purposes=(Purpose.EDUCATION,),
        channels=("social",),
        territories=("EU",),
    )
    return replace(plain, **changes)


def known(count: int = 1, **changes) -> Known:
    templates = enrolled(count)
    plain = Known(
        templates=templates,
        people={person: Person(id=person, display_name=f"Name of {person}") for person in templates},
        pictures=dict.fromkeys(templates, JPEG),
    )
    return replace(plain, **changes)


def known_by_voice(count: int = 1, **changes) -> Known:
    """Return people of whom the voice is enrolled beside the face: of `p00` on axis 0 in both, and so on."""
    voices = enrolled(count)
    return known(count, **{"voices": voices, "sounds": dict.fromkeys(voices, bytes(3200)), **changes})


def setup(tmp_models, people: Known, **changes) -> CheckSetup:
    return replace(CheckSetup(card=CARD, models=tmp_models, known=people, use=USE), **changes)
