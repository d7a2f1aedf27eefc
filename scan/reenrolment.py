"""Enrolling everybody again with other models, from the samples that are kept: planned, done in batches, gone on with.

What is kept is embedded in the detectors' child, which never has the registry's key. Each batch is one transaction, and
what is there already is never made again: so whatever stops the program, the next run goes on behind the last batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from countenance.errors import CheckFailedError
from countenance.packs import LikenessScale, ModelStamp, ModelTask, PackCard
from countenance.people import Modality
from countenance.wire import SelfTest
from countenance.wire_models import CPU, MOST_SAMPLES, SAMPLE_LIMIT, Embed, KeptSample
from countenance.work import CancelToken, ProgressHook, ignore_progress
from registry import NewTemplate, Outlook, Registry, Retired
from scan.proving import pair_error
from scan.worker import DetectorWorker

STEP_FACES, STEP_VOICES, STEP_RETIRING = "renewing_faces", "renewing_voices", "retiring"
"""Steps of the progress hook; done and total are samples."""

_EMBEDDERS = {Modality.FACE: ModelTask.FACE_EMBEDDER, Modality.VOICE: ModelTask.VOICE_EMBEDDER}
_STEPS = {Modality.FACE: STEP_FACES, Modality.VOICE: STEP_VOICES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the change means for faces, or for voices.

    Attributes:
        changes: whether other models than before tell them apart.
        people: how many have a template in force, of whatever model.
        found_before: people whom the models in use until now recognise.
        outlook: how far the new models cover the people, and what is still to be made.
    """

    modality: Modality
    changes: bool
    people: int
    found_before: frozenset[str]
    outlook: Outlook

    @property
    def lost(self) -> frozenset[str]:
        """People who are recognised now and who would not be after everything is made that can be made."""
        return self.found_before.intersection(self.outlook.uncovered).difference(self.outlook.waiting_people)

    @property
    def unfound(self) -> frozenset[str]:
        """People who have no template of the new models, as things stand."""
        return self.outlook.uncovered


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a change of models means for a registry: faces first."""

    parts: tuple[Part, ...]

    @property
    def samples(self) -> int:
        """How many samples are to be embedded."""
        return sum(len(part.outlook.waiting) for part in self.parts)

    @property
    def people(self) -> frozenset[str]:
        """Whose samples these are."""
        return frozenset(person for part in self.parts for person in part.outlook.waiting_people)

    @property
    def lost(self) -> frozenset[str]:
        """People whose face or voice would not be recognised any more."""
        return frozenset(person for part in self.parts for person in part.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What one run did, and what is left.

    Attributes:
        samples: how many got a template in this run.
        refused: samples of which no template could be made, by modality: nothing clear in them, or the child gave up.
        lost: people who were recognised before and have no template of the new models, by modality.
    """

    samples: int
    refused: Mapping[Modality, Mapping[str, tuple[str, ...]]]
    lost: Mapping[Modality, tuple[str, ...]]

    @property
    def lost_people(self) -> frozenset[str]:
        """People whose face or voice would not be recognised any more."""
        return frozenset(person for people in self.lost.values() for person in people)


def plan(registry: Registry, old: PackCard | None, new: PackCard) -> Plan:
    """Return what would happen if `new` were used in place of `old`.

    Args:
        registry: of the people.
        old: the pack in use; None where nobody knows it any more, then everybody counts as recognised until now.
        new: the pack to be used.
    """
    parts = []
    for modality, task in _EMBEDDERS.items():
        stamp, before = new.model(task), None if old is None else old.model(task)
        if stamp is None:
            continue
        outlook = registry.renewing.outlook(modality, stamp.binding)
        changes = before is None or before.binding != stamp.binding
        if not changes:
            found = frozenset(outlook.covered)
        elif before is None:
            found = outlook.people
        else:
            found = frozenset(registry.renewing.outlook(modality, before.binding).covered)
        parts.append(
            Part(modality=modality, changes=changes, people=len(outlook.people), found_before=found, outlook=outlook)
        )
    return Plan(parts=tuple(parts))


def renew(
    registry: Registry,
    planned: Plan,
    card: PackCard,
    worker: DetectorWorker,
    *,
    models: Path,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
    pair: SelfTest | None = None,
    threads: int = 2,
    provider: str = CPU,
) -> Renewed:
    """Make templates of the new models from everything that is kept and has none; old templates stay as they are.

    Killed at any moment, the next run goes on where this one stopped. A sample at which the child fails is left out.

    Args:
        registry: of the people.
        planned: what `plan` returned; what was enrolled since is renewed too.
        card: of the new pack.
        worker: door to the detectors.
        models: folder of the model files.
        on_progress: called after each batch: steps `STEP_FACES`, `STEP_VOICES`.
        cancel: stops between two batches, and within one at once.
        pair: what the new models have to tell apart before anything is made with them; None where nothing is known.
        threads: for the models.
        provider: the onnxruntime execution provider to run them on.

    Raises:
        ModelsError: a model is missing, damaged or refused, or does not tell known faces or voices apart.
        CheckFailedError: the child fails whatever it is given.
        CancelledError: the user stopped it; what is done stays.
        RegistryError: the registry cannot be written.
    """
    cancel = cancel or CancelToken()
    if pair is not None and planned.samples:
        # With a wrong model everybody would get a template that recognises nobody, and lose the one that does.
        answer = worker.selftest(pair)
        if not answer.passed:
            raise pair_error(pair, answer)
    samples = 0
    refused: dict[Modality, dict[str, tuple[str, ...]]] = {}
    lost: dict[Modality, tuple[str, ...]] = {}
    for part in planned.parts:
        run = _Run(registry, part.modality, card, worker, models, cancel, threads=threads, provider=provider)
        samples += run.to_the_end(on_progress)
        after = registry.renewing.outlook(part.modality, run.stamp.binding)
        refused[part.modality] = run.refused_by_person(after)
        lost[part.modality] = tuple(sorted(part.found_before & after.uncovered))
    return Renewed(samples=samples, refused=refused, lost=lost)


def retire(
    registry: Registry, card: PackCard, on_progress: ProgressHook = ignore_progress, cancel: CancelToken | None = None
) -> Retired:
    """Remove the templates of all other models wherever the pack's own have made theirs; the rest stays.

    Args:
        registry: of the people.
        card: of the pack in use.
        on_progress: called after each batch: step `STEP_RETIRING`; the total is not known.
        cancel: stops between two batches.

    Raises:
        CancelledError: the user stopped it; the next run goes on.
        RegistryError: the registry cannot be written.
    """
    cancel = cancel or CancelToken()
    samples = templates = 0
    for modality, task in _EMBEDDERS.items():
        stamp = card.model(task)
        while stamp is not None:
            cancel.raise_if_cancelled()
            gone = registry.renewing.retire(modality, stamp.binding)
            if not gone.templates:
                break
            samples, templates = samples + gone.samples, templates + gone.templates
            on_progress(STEP_RETIRING, samples, 0)
    return Retired(samples=samples, templates=templates)


@dataclass(slots=True)
class _Run:
    """The renewal of all faces, or of all voices."""

    registry: Registry
    modality: Modality
    card: PackCard
    worker: DetectorWorker
    models: Path
    cancel: CancelToken
    threads: int = field(kw_only=True)
    provider: str = field(kw_only=True)
    _refused: set[str] = field(default_factory=set, init=False)
    _failures: int = field(default=0, init=False)

    @property
    def stamp(self) -> ModelStamp:
        """Of the new embedder."""
        stamp = self.card.model(_EMBEDDERS[self.modality])
        assert stamp is not None  # only what the pack has is planned
        return stamp

    def to_the_end(self, on_progress: ProgressHook) -> int:
        """Renew until nothing waits that was not tried; return how many samples got a template."""
        kept = done = 0
        while waiting := self._untried():
            total = done + len(waiting)
            on_progress(_STEPS[self.modality], done, total)
            for batch in _batches(waiting):
                kept += self._renew(batch)
                done += len(batch)
                on_progress(_STEPS[self.modality], done, total)
        return kept

    def refused_by_person(self, after: Outlook) -> dict[str, tuple[str, ...]]:
        """Return the samples that were tried and still wait, by person; `after` is how it stands now."""
        found: dict[str, tuple[str, ...]] = {}
        for sample in filter(self._refused.__contains__, after.waiting):
            person = after.of[sample]
            found[person] = (*found.get(person, ()), sample)
        return found

    def _untried(self) -> tuple[str, ...]:
        """Return the samples that still wait; what was enrolled meanwhile is among them."""
        outlook = self.registry.renewing.outlook(self.modality, self.stamp.binding)
        return tuple(sample for sample in outlook.waiting if sample not in self._refused)

    def _renew(self, batch: Sequence[str]) -> int:
        self.cancel.raise_if_cancelled()
        contents = self.registry.renewing.media(self.modality, self.stamp.binding, batch)
        kept = [(sample, KeptSample(picture=one.picture, sound=one.sound)) for sample, one in contents.items()
                if len(one.picture) <= SAMPLE_LIMIT and len(one.sound) <= SAMPLE_LIMIT]  # fmt: skip
        made = self._embedded(kept) if kept else {}
        written = self.registry.renewing.keep({sample: self._template(vector) for sample, vector in made.items()})
        self._refused.update(set(batch).difference(written))
        return len(written)

    def _embedded(self, samples: Sequence[tuple[str, KeptSample]]) -> dict[str, bytes]:
        """Return embeddings by sample. Where the child fails, halves are tried, down to the sample that it fails at."""
        try:
            vectors = self.worker.embed(self._request(samples), self._scale.dimension, cancel=self.cancel)
        except CheckFailedError:
            if len(samples) == 1:
                self._failures += 1
                # A whole batch, one after the other, is not the fault of samples.
                if self._failures >= MOST_SAMPLES:
                    raise
                # Nor is a child that cannot even be started.
                self.worker.fences()
                return {}
            half = len(samples) // 2
            return self._embedded(samples[:half]) | self._embedded(samples[half:])
        self._failures = 0
        return {sample: vector for (sample, _one), vector in zip(samples, vectors, strict=True) if vector}

    def _request(self, samples: Sequence[tuple[str, KeptSample]]) -> Embed:
        detector = self.card.model(ModelTask.FACE_DETECTOR)
        faces = self.modality is Modality.FACE
        return Embed(
            samples=tuple(one for _sample, one in samples),
            models=str(self.models),
            detector=detector.name if faces and detector is not None else "",
            face_embedder=self.stamp.name if faces else "",
            voice_embedder="" if faces else self.stamp.name,
            provider=self.provider,
            threads=self.threads,
        )

    def _template(self, vector: bytes) -> NewTemplate:
        return NewTemplate(
            modality=self.modality,
            model=f"{self.stamp.name} {self.stamp.version}",
            binding=self.stamp.binding,
            vector=vector,
        )

    @property
    def _scale(self) -> LikenessScale:
        scale = self.card.face if self.modality is Modality.FACE else self.card.voice
        assert scale is not None  # a pack with a voice model says what its likenesses mean
        return scale


def _batches(samples: Sequence[str]) -> Iterator[Sequence[str]]:
    return (samples[at : at + MOST_SAMPLES] for at in range(0, len(samples), MOST_SAMPLES))
