"""What every provider of this machine does with every installed model, beside the processor: for `doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from countenance.errors import CountenanceError
from countenance.wire_models import CPU, Proof, Prove
from models.providers import tolerance_of
from models.selftest import Prover, deviation

_RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One model on one provider.

    Attributes:
        provider: what was asked for, as onnxruntime calls it.
        active: what really answered; empty where nothing did.
        deviation: largest difference from the processor's answers, as a fraction of the output's largest number; None
            where one of both did not answer.
        held: whether that is small enough for templates made here and there to be compared.
        load_ms, run_ms: to load it, and to run each of its networks once on drawn input; 0 where it did not answer.
        taken: share of the networks' nodes that the provider computed itself; None where nobody can tell.
        trouble: a sentence; empty where it answered.
    """

    model: str
    provider: str
    active: str = ""
    deviation: float | None = None
    held: bool = False
    load_ms: float = 0.0
    run_ms: float = 0.0
    taken: float | None = None
    trouble: str = ""


def try_providers(
    names: Iterable[str],
    providers: Iterable[str],
    store: Path,
    door: Callable[[], AbstractContextManager[Prover]],
    threads: int,
) -> Iterator[Trial]:
    """Run each model on each provider, the processor first, and yield how that went, one after the other.

    A provider that ends its process takes one trial with it: the door starts another.

    Args:
        names: of installed models.
        providers: as onnxruntime calls them.
        store: the folder of models.
        door: opens a door to the detectors.
        threads: for one run.
    """
    models = tuple(names)
    proofs: dict[str, Proof] = {}
    for provider in dict.fromkeys((CPU, *providers)):
        with door() as prover:
            for name in models:
                request = Prove(names=(name,), models=str(store), provider=provider, threads=threads, runs=_RUNS)
                try:
                    (proof,) = prover.prove(request).models
                except CountenanceError as error:
                    yield Trial(model=name, provider=provider, trouble=error.sentence)
                    continue
                if provider == CPU:
                    proofs[name] = proof
                yield _trial(proof, proofs.get(name), provider)


def _trial(proof: Proof, on_cpu: Proof | None, provider: str) -> Trial:
    apart = None
    if on_cpu is not None:
        networks = on_cpu.answers.items()
        apart = max(deviation(proof.answers.get(network, {}), outputs) for network, outputs in networks)
    return Trial(
        model=proof.name,
        provider=provider,
        active=proof.provider,
        deviation=apart,
        held=apart is not None and apart <= tolerance_of(provider),
        load_ms=1000 * proof.load_s,
        run_ms=1000 * proof.run_s,
        taken=proof.taken,
    )
