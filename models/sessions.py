"""Running a model: files verified, sessions made when first needed, providers and threads always said."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.packs import ModelStamp
from countenance.providers import ProviderError
from countenance.translations import _
from countenance.wire_models import CPU
from models.gpu_memory import free_bytes
from models.manifests import ModelManifest, Network, load_manifest
from models.packs import stamp_model
from models.providers import (
    batch_size,
    providers_asked,
    require_available,
    session_options,
    share_taken,
    tolerance_of,
)
from models.selftest import Fingerprint, deviation, fingerprint_of, known_fingerprints
from models.store import damaged, installed_variant, read_network, read_record

_LARGE = 32 * 1024 * 1024
"""Loading a network takes four times its file for a moment; of one so large, that is given back at once."""


class _Runtime(Protocol):
    """What is used of onnxruntime.InferenceSession."""

    def run(self, outputs: list[str] | None, feeds: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]: ...

    def get_providers(self) -> list[str]: ...

    def get_inputs(self) -> list[_Named]: ...

    def get_outputs(self) -> list[_Named]: ...


class _Named(Protocol):
    """What is used of onnxruntime.NodeArg."""

    name: str


class ModelSession:
    """An installed model, ready to run; safe to share between threads.

    A network's file is read, verified and loaded when it is first run, or by `load`; then it answers to drawn input,
    and is refused unless it answers as it did when it was described or installed.

    Attributes:
        manifest: what the model expects and gives.
        providers: the onnxruntime execution provider asked for; others after it are never made to run.
    """

    def __init__(
        self,
        manifest: ModelManifest,
        store: Path,
        providers: Sequence[str],
        threads: int,
        fingerprints: Mapping[str, Fingerprint] | None = None,
    ) -> None:
        """Args: fingerprints: by network, what it has to answer; None for a model that is only being proved."""
        self.manifest = manifest
        self.providers = tuple(providers)
        self._store = store
        self._threads = threads
        self._fingerprints = fingerprints
        self._lock = threading.RLock()
        self._sessions: dict[str, _Runtime] = {}
        self._free: tuple[int | None] | None = None  # asked once, when the networks are in the memory

    def under(self, manifest: ModelManifest) -> ModelSession:
        """Return the same loaded networks as another description of the model would have them used."""
        self.load()
        other = ModelSession(manifest, self._store, self.providers, self._threads)
        other._sessions = self._sessions
        return other

    def run(self, feeds: Mapping[str, NDArray[np.float32]], network: str = "") -> list[NDArray[np.float32]]:
        """Return the outputs of one network, in the order of its manifest.

        Args:
            feeds: input name ("input", and what a `ChunkContract` remembers) to float32 array.
            network: which of the model's networks; the first where none is named.

        Raises:
            ModelsError: the file is damaged, or the runtime refuses it or the input.
        """
        wanted = self.manifest.network(network)
        session = self._session(wanted.name)
        taken = wanted.input or session.get_inputs()[0].name
        named = {taken if name == "input" else name: value for name, value in feeds.items()}
        try:
            return list(session.run(list(wanted.outputs) or None, named))
        except _runtime_errors() as error:
            raise ModelsError(
                _("The model “{name}” could not process its input.").format(name=self.manifest.name),
                details=f"{type(error).__name__}: {error}",
            ) from error

    def run_batches(self, blob: NDArray[np.float32], network: str = "") -> list[NDArray[np.float32]]:
        """Return what `run` gives for any number of pictures or windows, in runs of at most `max_batch`.

        `blob` is float32 (n, 3, height, width) or (n, frames, bands) with n >= 1. Chunks of sound are no such batch:
        their network remembers, see `ChunkContract`.

        Raises:
            ModelsError: as `run`.
        """
        step = self.max_batch(blob[0].nbytes)
        parts = [self.run({"input": blob[at : at + step]}, network) for at in range(0, len(blob), step)]
        return [np.concatenate(columns) for columns in zip(*parts, strict=True)]

    def max_batch(self, input_bytes: int) -> int:
        """Return how many pictures or windows run at once: the contract's number, or what a GPU's memory holds."""
        if self._free is None:
            self._free = (free_bytes(self.providers[0]),)
        return batch_size(self.manifest.max_batch, self.providers[0], input_bytes, self._free[0])

    def outputs(self, network: str = "") -> tuple[str, ...]:
        """Return the names of what `run` gives; loads the network if need be."""
        wanted = self.manifest.network(network)
        return wanted.outputs or tuple(output.name for output in self._session(wanted.name).get_outputs())

    def load(self) -> None:
        """Read, verify and load every network now.

        Raises:
            ModelsError: a file is missing, damaged or refused, or does not answer as it should.
        """
        for network in self.manifest.networks:
            self._session(network.name)

    @property
    def provider(self) -> str:
        """The execution provider in use; loads the first network if need be."""
        return str(self._session(self.manifest.networks[0].name).get_providers()[0])

    @property
    def taken(self) -> float | None:
        """The least share of a network's nodes that the provider computes itself; None where nobody can tell."""
        shares = [share_taken(self._session(network.name)) for network in self.manifest.networks]
        known = [share for share in shares if share is not None]
        return min(known) if known else None

    def stamp(self, detector: str = "") -> ModelStamp:
        """Return the model's stamp with the provider in use; `detector`: whose landmarks cut an embedder's chips."""
        variant = installed_variant(self._store, self.manifest)
        if variant is None:
            raise damaged(self.manifest, "record changed while in use")
        return stamp_model(self.manifest, variant, detector=detector, provider=self.provider)

    def _session(self, network: str) -> _Runtime:
        with self._lock:
            if network not in self._sessions:
                content = read_network(self._store, self.manifest, network)
                self._sessions[network] = _start_session(self.manifest, content, self.providers[0], self._threads)
                try:
                    self._compare(self.manifest.network(network))
                except ModelsError:
                    del self._sessions[network]
                    raise
            return self._sessions[network]

    def _compare(self, network: Network) -> None:
        if self._fingerprints is None:
            return
        found = deviation(fingerprint_of(self, network), self._fingerprints[network.name])
        if found > tolerance_of(self.providers[0]):
            raise ModelsError(
                _("The model “{name}” does not answer as it should, and is not used.").format(name=self.manifest.name),
                remedy=_("Find out more with: {command}").format(
                    command=f"countenance models selftest {self.manifest.name}"
                ),
                details=f"{network.name} on {self.providers[0]}: deviation {found:.1e}",
            )


def open_model(name: str, store: Path, providers: Sequence[str] = (CPU,), threads: int = 2) -> ModelSession:
    """Return an installed model, its record checked and its files not yet read.

    Args:
        name: of a model.
        store: the folder of models.
        providers: the onnxruntime execution provider to run it on.
        threads: for one run.

    Raises:
        ModelsError: there is no such model, it is not installed, its installation was never finished by proving it, or
            the provider is not available here.
    """
    manifest = load_manifest(name, store)
    known = known_fingerprints(manifest, read_record(store, manifest))
    if len(known) < len(manifest.networks):
        raise ModelsError(
            _("The installation of the model “{name}” was not finished: nobody has seen what it answers.").format(
                name=name
            ),
            remedy=_("Install it again."),
        )
    require_available(providers[0])
    return ModelSession(manifest, store, providers, threads, known)


def open_unproved(name: str, store: Path, providers: Sequence[str] = (CPU,), threads: int = 2) -> ModelSession:
    """Return an installed model that may answer whatever it answers: to prove it, never to use it.

    Raises:
        ModelsError: as `open_model`, but for what it answers.
    """
    manifest = load_manifest(name, store)
    read_record(store, manifest)
    require_available(providers[0])
    return ModelSession(manifest, store, providers, threads)


def _start_session(manifest: ModelManifest, content: bytes, provider: str, threads: int) -> _Runtime:
    import onnxruntime

    require_available(provider)
    options = session_options(provider, threads)
    try:
        session: _Runtime = onnxruntime.InferenceSession(
            content, sess_options=options, providers=providers_asked(provider, threads)
        )
    except _runtime_errors() as error:
        raise ModelsError(
            _("The model “{name}” was refused by the runtime.").format(name=manifest.name),
            remedy=_("Run: {command}").format(command=f"countenance models install {manifest.name}"),
            details=f"{type(error).__name__}: {error}",
        ) from error
    # The wrapper keeps the file's bytes for a fallback that is never let happen: as much again as the network takes.
    if getattr(session, "_model_bytes", None) is not None:
        session._model_bytes = None  # type: ignore[attr-defined] # of onnxruntime's own class
    if len(content) > _LARGE:
        give_memory_back()
    # onnxruntime falls back silently where a provider's libraries are missing.
    if session.get_providers()[0] != provider:
        raise ProviderError(provider, "its libraries could not be loaded")
    return session


def give_memory_back() -> None:
    """Give the system what was freed; the C library keeps it otherwise."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
        if trim is not None:
            trim(0)


def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    named = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.NotImplemented)
    return (*named, state.RuntimeException, state.NoSuchFile, state.EPFail, RuntimeError, ValueError)
