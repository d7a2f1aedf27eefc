"""What is asked of the models alone, and said of them: see `countenance.wire`, whose messages these are."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

SAMPLE_LIMIT = 2 * 1024 * 1024
"""Largest kept picture or sound, in bytes."""

MOST_SAMPLES = 24
"""Most kept samples in one request: all of them fit a frame."""

CPU = "CPUExecutionProvider"
"""The onnxruntime execution provider that is everywhere."""

ModelName = Annotated[str, Meta(min_length=1, max_length=120)]


class Doubt(StrEnum):
    """What speaks against using a model as its description says."""

    NONE = ""
    ANSWERS = "answers"
    """It gives numbers that are none, or the same whatever it is shown."""
    KNOWN = "known"
    """It does not find the known face, or does not tell the known faces or voices apart."""
    COLOURS = "colours"
    """It does better with red and blue the other way round."""
    VALUES = "values"
    """It does better with another range of numbers."""
    PLACE = "place"
    """It does better with faces cut out in another place or size."""
    FEATURES = "features"
    """Sound does not become what it was trained on."""


class Prove(msgspec.Struct, frozen=True, kw_only=True, tag="prove"):
    """Ask how models answer to drawn input, each on its own (`models.selftest`), proved before or not.

    Attributes:
        names: of installed models.
        provider: the onnxruntime execution provider to run them on.
        contracts: whether known faces and voices are tried too, under the description of each model and under wrong
            ones.
        runs: how often each is run for the time it takes.
        room_bytes: of memory that loading and running them may take beside what the process has; 0 where nothing but
            the parent's watch bounds it.
    """

    names: Annotated[tuple[ModelName, ...], Meta(min_length=1, max_length=16)]
    models: str
    provider: str = CPU
    contracts: bool = False
    runs: Annotated[int, Meta(ge=0, le=100)] = 0
    room_bytes: Annotated[int, Meta(ge=0)] = 0
    threads: Annotated[int, Meta(ge=1, le=64)] = 2


class KeptSample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample as a registry keeps it: a face with its surroundings, or a voice's speech.

    Attributes:
        picture: JPEG (`countenance.observations.FaceSample.picture`); empty where it is a voice.
        sound: PCM (`countenance.observations.VoiceSample.sound`); empty where it is a face.
    """

    picture: Annotated[bytes, Meta(max_length=SAMPLE_LIMIT)] = b""
    sound: Annotated[bytes, Meta(max_length=SAMPLE_LIMIT)] = b""


class Embed(msgspec.Struct, frozen=True, kw_only=True, tag="embed"):
    """Ask for the embeddings of samples that a registry keeps, with other models than they were made with.

    Attributes:
        detector, face_embedder, voice_embedder: model names; empty where no sample needs them.
        provider: the onnxruntime execution provider to run them on.
    """

    samples: Annotated[tuple[KeptSample, ...], Meta(min_length=1, max_length=MOST_SAMPLES)]
    models: str
    detector: str = ""
    face_embedder: str = ""
    voice_embedder: str = ""
    provider: str = CPU
    threads: Annotated[int, Meta(ge=1, le=64)] = 2


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How one model answered to drawn input.

    Attributes:
        provider: the execution provider that answered.
        answers: by network and output, a few numbers evenly spread over it.
        doubt: what speaks against the model, as far as was asked.
        sure: whether it speaks so clearly that the model is not used; else people are told of it.
        details: technical.
        load_s, run_s: seconds to load it, and for one run of each of its networks on drawn input; 0 where not asked.
        taken: share of the networks' nodes that the provider itself computed; None where nobody can tell.
    """

    name: ModelName
    provider: Annotated[str, Meta(max_length=80)]
    answers: dict[str, dict[str, Annotated[tuple[float, ...], Meta(max_length=64)]]]
    doubt: Doubt = Doubt.NONE
    sure: bool = True
    details: Annotated[str, Meta(max_length=2000)] = ""
    load_s: float = 0.0
    run_s: float = 0.0
    taken: float | None = None


class Proved(msgspec.Struct, frozen=True, kw_only=True, tag="proved"):
    """The last message for a `Prove` that succeeded; in the order of its names."""

    models: Annotated[tuple[Proof, ...], Meta(max_length=16)]


class Embedded(msgspec.Struct, frozen=True, kw_only=True, tag="embedded"):
    """The last message for an `Embed` that succeeded.

    Attributes:
        vectors: float32 little-endian, L2-normalised, in the order of the samples; empty bytes where no face, or more
            than one, was found, or too little speech to embed.
    """

    vectors: Annotated[tuple[Annotated[bytes, Meta(max_length=4 * 4096)], ...], Meta(max_length=MOST_SAMPLES)]
