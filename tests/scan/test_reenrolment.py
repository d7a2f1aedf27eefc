"""Everybody enrolled again with other models: batches, samples at which the child dies, stops, and what is told."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from countenance.errors import CancelledError, CheckFailedError, ModelsError
from countenance.packs import CommercialUse, LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.people import Modality
from countenance.wire import SelfTest
from countenance.wire_models import MOST_SAMPLES, SAMPLE_LIMIT, Embed
from countenance.work import CancelToken
from registry import NewSample, Registry
from scan.reenrolment import STEP_FACES, STEP_RETIRING, Plan, Renewed, plan, renew, retire
from scan.worker import DetectorWorker
from tests.registry.people import SPOKEN, TODAY, consent, person, sample, spoken, template

FACE, VOICE = Modality.FACE, Modality.VOICE
DIMENSION = 8

PRELUDE = """
import hashlib, os, sys
import numpy as np
from countenance.wire import *
from countenance.wire_models import *
out, asked = sys.stdout.buffer, sys.stdin.buffer

def made(sample):
    content = sample.picture or sample.sound
    if b"nothing clear" in content:
        return b""
    seed = int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
    vector = np.random.default_rng(seed).standard_normal(8)
    return (vector / np.linalg.norm(vector)).astype("<f4").tobytes()

while (request := read_request(asked)) is not None:
    if isinstance(request, SelfTest):
        write_frame(out, SelfTested(passed=PAIR, details="drawn"))
        continue
    if isinstance(request, AskFences):
        write_frame(out, Fences(names=()))
        continue
    for sample in request.samples:
        if b"kills" in sample.picture:
            os.abort()
    WHATEVER
    write_frame(out, Embedded(vectors=tuple(map(made, request.samples))))
"""


def scripted(whatever: str = "", *, pair: bool = True) -> Callable[[Path | None], Sequence[str]]:
    """Return what starts a child that embeds by hashes and dies of some samples: a real network dies of none."""
    script = PRELUDE.replace("WHATEVER", whatever).replace("PAIR", str(pair))
    return lambda models: [sys.executable, "-P", "-s", "-B", "-c", script]


@pytest.fixture
def worker() -> Iterator[DetectorWorker]:
    with DetectorWorker(scripted()) as running:
        yield running


def card(name: str, *, voice: bool = True) -> PackCard:
    def stamp(task: ModelTask) -> ModelStamp:
        digest = hashlib.sha256(f"{name} {task.value}".encode()).hexdigest()
        return ModelStamp(
            task=task,
            name=f"{name}-{task.value}",
            version="1",
            sha256=digest,
            recipe=1,
            licence="MIT",
            commercial_use=CommercialUse.YES,
        )

    tasks = [task for task in ModelTask if voice or not task.value.startswith("voice")]
    scale = LikenessScale(pack=name, dimension=DIMENSION)
    return PackCard(name=name, models=tuple(map(stamp, tasks)), face=scale, voice=scale if voice else None)


OLD, NEW = card("old"), card("new")


def binding(pack: PackCard, task: ModelTask = ModelTask.FACE_EMBEDDER) -> str:
    stamp = pack.model(task)
    assert stamp is not None
    return stamp.binding


def picture(words: str) -> bytes:
    return b"\xff\xd8\xff " + words.encode() + b" \xff\xd9"


def face(words: str) -> NewSample:
    return sample(picture=picture(words), templates=(template(binding=binding(OLD)),))


def voice(sound: bytes = bytes(3200)) -> NewSample:
    made = template(modality=VOICE, binding=binding(OLD, ModelTask.VOICE_EMBEDDER))
    return spoken(sound=sound, templates=(made,))


def enrol(registry: Registry, name: str, *pictures: str) -> str:
    return registry.enrol(person(name), consent=consent(), samples=[face(words) for words in pictures])


def renewed(registry: Registry, worker: DetectorWorker, **named: object) -> Renewed:
    return renew(registry, plan(registry, OLD, NEW), NEW, worker, models=Path("nowhere"), **named)  # type: ignore[arg-type]  # of a test


def found(registry: Registry, pack: PackCard) -> tuple[str, ...]:
    return registry.templates(binding=binding(pack), modality=FACE, on=TODAY).templates.people


def test_a_plan_tells_how_much_there_is_to_do_and_who_would_be_lost(registry: Registry) -> None:
    registry.enrol(person("Ada"), consent=SPOKEN, samples=[face("a"), face("b"), voice()])
    registry.enrol(person("Ben"), consent=consent(), samples=[sample(picture=b"", templates=face("x").templates)])

    planned = plan(registry, OLD, NEW)

    assert [(part.modality, part.changes, part.people) for part in planned.parts] == [(FACE, True, 2), (VOICE, True, 1)]
    assert (planned.samples, planned.people, planned.lost) == (3, {"P0001"}, {"P0002"})


def test_whoever_is_not_recognised_today_is_not_lost_by_a_change(registry: Registry) -> None:
    registry.enrol(person("Ben"), consent=consent(), samples=[sample(picture=b"")])

    assert plan(registry, OLD, NEW).lost == frozenset()
    assert plan(registry, OLD, NEW).parts[0].unfound == {"P0001"}
    # But where nobody knows any more who was recognised, everybody counts.
    assert plan(registry, None, NEW).lost == {"P0001"}


def test_the_same_models_change_nothing(registry: Registry) -> None:
    enrol(registry, "Ada", "a")

    planned = plan(registry, OLD, OLD)

    assert not any(part.changes for part in planned.parts)
    assert (planned.samples, planned.lost) == (0, frozenset())


def test_a_pack_without_a_voice_leaves_voices_alone(registry: Registry) -> None:
    assert [part.modality for part in plan(registry, OLD, card("deaf", voice=False)).parts] == [FACE]


def test_faces_and_voices_get_templates_of_the_new_models(registry: Registry, worker: DetectorWorker) -> None:
    registry.enrol(person("Ada"), consent=SPOKEN, samples=[face("a"), voice(bytes(range(200)) * 100)])
    steps: list[tuple[str, float, float]] = []

    done = renewed(registry, worker, on_progress=lambda *step: steps.append(step))

    assert (done.samples, done.refused, done.lost_people) == (2, {FACE: {}, VOICE: {}}, frozenset())
    assert (found(registry, OLD), found(registry, NEW)) == (("P0001",), ("P0001",))
    assert {one.model for one in registry.renewing.covered()} >= {"new-face_embedder 1", "new-voice_embedder 1"}
    assert steps[:2] == [(STEP_FACES, 0, 1), (STEP_FACES, 1, 1)]


def test_many_are_done_in_batches_each_of_which_is_safe(registry: Registry, worker: DetectorWorker) -> None:
    enrol(registry, "Ada", *(f"picture {number}" for number in range(2 * MOST_SAMPLES + 1)))
    before = registry.facts().revision

    done = renewed(registry, worker)

    assert done.samples == 2 * MOST_SAMPLES + 1
    assert registry.facts().revision == before + 3


def test_a_sample_that_shows_nothing_clear_is_told_and_keeps_its_old_template(
    registry: Registry, worker: DetectorWorker
) -> None:
    enrol(registry, "Ada", "a", "nothing clear")
    enrol(registry, "Ben", "nothing clear at all")

    done = renewed(registry, worker)
    retire(registry, NEW)

    assert done.refused[FACE] == {"P0001": ("S0002",), "P0002": ("S0003",)}
    assert done.lost[FACE] == ("P0002",)
    assert found(registry, OLD) == ("P0001", "P0002")


def test_a_sample_that_kills_the_child_is_left_out_and_the_rest_goes_on(
    registry: Registry, worker: DetectorWorker
) -> None:
    people = [enrol(registry, f"Person {number}", f"picture {number}") for number in range(20)]
    deadly = enrol(registry, "Deadly", "this kills", "this does not")
    more = [enrol(registry, f"Later {number}", f"later {number}") for number in range(20)]

    done = renewed(registry, worker)

    assert done.refused[FACE] == {deadly: ("S0021",)}
    assert done.lost_people == frozenset()
    assert set(found(registry, NEW)) == {*people, deadly, *more}


def test_a_child_that_fails_at_everything_is_the_program_s_fault(registry: Registry) -> None:
    enrol(registry, "Ada", *(f"picture {number}" for number in range(2 * MOST_SAMPLES)))

    with DetectorWorker(scripted("os.abort()")) as dying, pytest.raises(CheckFailedError):
        renewed(registry, dying)

    assert found(registry, NEW) == ()


def test_a_child_that_cannot_be_started_is_told_at_once(registry: Registry) -> None:
    enrol(registry, "Ada", "a")

    with DetectorWorker(lambda models: ["/nowhere/at/all"]) as missing, pytest.raises(CheckFailedError):
        renewed(registry, missing)


@pytest.mark.parametrize(
    "answer",
    [
        "write_frame(out, Embedded(vectors=())); continue",
        "write_frame(out, Embedded(vectors=(bytes(32),) * len(request.samples))); continue",
        "write_frame(out, Embedded(vectors=(b'long' * 9,) * len(request.samples))); continue",
        "write_frame(out, Fences(names=())); continue",
    ],
    ids=["none", "no unit vectors", "another size", "another message"],
)
def test_what_does_not_hold_together_is_never_kept(registry: Registry, answer: str) -> None:
    enrol(registry, "Ada", "a", "b")

    with DetectorWorker(scripted(answer)) as lying:
        done = renewed(registry, lying)

    assert (done.samples, done.refused[FACE]) == (0, {"P0001": ("S0001", "S0002")})


def test_a_missing_model_ends_it(registry: Registry) -> None:
    enrol(registry, "Ada", "a")
    without = "write_frame(out, Failed(code=FailureCode.MODELS, details='none')); continue"

    with DetectorWorker(scripted(without)) as lacking, pytest.raises(ModelsError):
        renewed(registry, lacking)


@pytest.mark.parametrize("passes", [True, False])
def test_models_that_do_not_tell_a_known_pair_apart_make_no_template(registry: Registry, passes: bool) -> None:
    enrol(registry, "Ada", "a")
    pair = SelfTest(detector="finder", face_embedder="teller", models="nowhere")

    with DetectorWorker(scripted(pair=passes)) as asked, suppress(ModelsError):
        renewed(registry, asked, pair=pair)

    assert found(registry, NEW) == (("P0001",) if passes else ())


def test_what_is_too_large_for_a_message_is_not_sent(registry: Registry, worker: DetectorWorker) -> None:
    large = sample(picture=picture("x" * SAMPLE_LIMIT), templates=face("x").templates)
    registry.enrol(person("Ada"), consent=consent(), samples=[large])

    assert renewed(registry, worker).refused[FACE] == {"P0001": ("S0001",)}


def test_stopped_it_goes_on_behind_what_is_done(registry: Registry, worker: DetectorWorker) -> None:
    enrol(registry, "Ada", *(f"picture {number}" for number in range(3 * MOST_SAMPLES)))
    stop, asked = CancelToken(), Watching(worker)

    def stop_after_one_batch(step: str, done: float, total: float) -> None:
        if done:
            stop.cancel()

    with pytest.raises(CancelledError):
        renewed(registry, asked, on_progress=stop_after_one_batch, cancel=stop)
    halfway = len(registry.renewing.outlook(FACE, binding(NEW)).waiting)
    done = renewed(registry, asked)

    assert halfway == 2 * MOST_SAMPLES
    assert done.samples == 2 * MOST_SAMPLES
    assert len(asked.samples) == len(set(asked.samples)) == 3 * MOST_SAMPLES


def test_who_is_enrolled_meanwhile_is_renewed_too(registry: Registry, worker: DetectorWorker) -> None:
    enrol(registry, "Ada", "a")
    planned: Plan = plan(registry, OLD, NEW)
    enrol(registry, "Ben", "b")

    renew(registry, planned, NEW, worker, models=Path("nowhere"))

    assert found(registry, NEW) == ("P0001", "P0002")


def test_who_withdraws_meanwhile_is_left_alone(registry: Registry, worker: DetectorWorker) -> None:
    enrol(registry, "Ada", "a")
    enrol(registry, "Ben", "b")
    planned = plan(registry, OLD, NEW)

    def withdraw(step: str, done: float, total: float) -> None:
        if not done and step == STEP_FACES:
            registry.withdraw_consent("C0002", TODAY)

    done = renew(registry, planned, NEW, worker, models=Path("nowhere"), on_progress=withdraw)

    assert (done.samples, done.refused[FACE], done.lost_people) == (1, {}, frozenset())
    assert found(registry, NEW) == ("P0001",)


def test_old_templates_are_retired_in_parts(registry: Registry, worker: DetectorWorker) -> None:
    registry.enrol(person("Ada"), consent=SPOKEN, samples=[face("a"), voice(bytes(range(200)) * 100)])
    renewed(registry, worker)
    steps: list[tuple[str, float, float]] = []

    gone = retire(registry, NEW, lambda *step: steps.append(step))

    assert (gone.samples, gone.templates) == (2, 2)
    assert steps == [(STEP_RETIRING, 1, 0), (STEP_RETIRING, 2, 0)]
    assert (found(registry, OLD), found(registry, NEW)) == ((), ("P0001",))


def test_retiring_stops_when_asked(registry: Registry) -> None:
    stop = CancelToken()
    stop.cancel()

    with pytest.raises(CancelledError):
        retire(registry, NEW, cancel=stop)


class Watching:
    """A worker that notes what it was asked to embed."""

    def __init__(self, worker: DetectorWorker) -> None:
        self._worker = worker
        self.samples: list[bytes] = []

    def embed(self, request: Embed, dimension: int, **named: object) -> tuple[bytes, ...]:
        vectors = self._worker.embed(request, dimension, **named)  # type: ignore[arg-type]  # handed on as they came
        self.samples += [one.picture for one in request.samples]
        assert all(abs(np.linalg.norm(np.frombuffer(one, "<f4")) - 1) < 1e-3 for one in vectors)
        return vectors
