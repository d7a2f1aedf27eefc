"""What the journeys do over and over: cut a clip in two, enrol somebody, ask who is in a clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from countenance.identification import IdentificationStatus
from countenance.observations import SOUND_HZ, Observations
from countenance.people import Person
from countenance.use import StatedUse
from countenance.verdict import CheckResult
from registry import Registry
from scan.check import CheckSetup, judge_observations
from scan.enrolment import enrol_person
from scan.knowing import known_from_registry, propose
from scan.known import Known
from tests.journeys.conftest import Pack
from tests.registry.people import TODAY, consent, person

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def halves(clip: Path, folder: Path) -> tuple[Path, Path]:
    """Return the first and the second half of a clip's pictures, each as a clip of its own."""
    with av.open(str(clip)) as source:
        (stream,) = source.streams.video
        rate = Fraction(stream.average_rate or 25).limit_denominator(1000)
        frames = list(source.decode(stream))
    middle = len(frames) // 2
    paths = folder / f"{clip.stem}-first.mp4", folder / f"{clip.stem}-second.mp4"
    for path, part in zip(paths, (frames[:middle], frames[middle:]), strict=True):
        with av.open(str(path), "w") as target:
            out = target.add_stream("mpeg4", rate=rate)
            out.width, out.height, out.pix_fmt = part[0].width, part[0].height, "yuv420p"
            out.bit_rate = 6_000_000
            for number, frame in enumerate(part):
                plain = frame.reformat(format="yuv420p")
                plain.pts, plain.time_base = number, 1 / rate
                target.mux(out.encode(plain))
            target.mux(out.encode(None))
    return paths


def spoken_over(clip: Path, recording: Path, folder: Path) -> Path:
    """Return the clip with the sound of a recording in place of its own; the picture is copied as it is."""
    path = folder / f"{clip.stem}-{recording.stem}.mp4"
    with av.open(str(clip)) as source, av.open(str(recording)) as spoken, av.open(str(path), "w") as target:
        picture = target.add_stream_from_template(source.streams.video[0])
        sound = target.add_stream("aac", rate=SOUND_HZ, layout="mono")
        until_s = (source.duration or 0) / av.time_base
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = picture
                target.mux(packet)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_HZ)
        heard = 0
        for frame in spoken.decode(spoken.streams.audio[0]):
            for part in resampler.resample(frame) if heard < until_s * SOUND_HZ else []:
                part.pts, part.time_base = heard, Fraction(1, SOUND_HZ)
                heard += part.samples
                target.mux(sound.encode(part))
        target.mux(sound.encode(None))
    return path


def nearing(photo: Path, folder: Path, seconds: float = 8.0) -> Path:
    """Return a film of nothing but one photograph that the camera slowly moves in on."""
    path = folder / f"{photo.stem}-nearing.mp4"
    with Image.open(photo) as opened:
        still = opened.convert("RGB").resize((512, 512))
    with av.open(str(path), "w") as target:
        out = target.add_stream("mpeg4", rate=25)
        out.width, out.height, out.pix_fmt, out.bit_rate = 512, 512, "yuv420p", 6_000_000
        for number in range(int(25 * seconds)):
            edge = 0.3 * number
            frame = still.resize((512, 512), box=(edge, edge, 512 - edge, 512 - edge))
            target.mux(out.encode(av.VideoFrame.from_image(frame)))
        target.mux(out.encode(None))
    return path


def enrol(registry: Registry, name: str, pack: Pack, *files: Path) -> str:
    """Enrol somebody from photos and clips as the program does, and return the id."""
    return enrol_person(
        registry, person(name), consent(), propose(list(files), pack.worker, pack.card, pack.models), pack.card
    )


def in_memory(people: Mapping[str, Sequence[bytes]]) -> Known:
    """Return people known without a registry, by name."""
    return Known(templates=people, people={name: Person(id=name, display_name=name) for name in people}, pictures={})


def judged(observations: Observations, pack: Pack, known: Known) -> CheckResult:
    """Return the result for a clip, with no grant by anybody."""
    setup = CheckSetup(card=pack.card, models=pack.models, known=known, use=StatedUse(publish_at=NOW))
    return judge_observations(observations, setup, NOW)


def from_registry(registry: Registry, pack: Pack) -> Known:
    return known_from_registry(registry, pack.card, TODAY)


def named(result: CheckResult, *statuses: IdentificationStatus) -> set[str]:
    """Return the people found with one of these statuses."""
    return {one.person for one in result.identifications if one.person and one.status in statuses}


def identified(result: CheckResult) -> set[str]:
    return named(result, IdentificationStatus.IDENTIFIED)


def recognised(result: CheckResult) -> set[str]:
    """Return everybody identified or possible."""
    return named(result, IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE)
