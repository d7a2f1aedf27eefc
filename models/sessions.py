"""Running a model: files verified, sessions made when first needed, providers and threads always said."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from countenance.errors import ModelsError
from countenance.packs import ModelStamp
from countenance.translations import _
from models.manifests import ModelManifest, load_manifest
from models.packs import stamp_model
from models.store import damaged, installed_variant, read_network, read_record

CPU = "CPUExecutionProvider"


class _Runtime(Protocol):
    """What is used of onnxruntime.InferenceSession."""

    def run(self, outputs: list[str] | None, feeds: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]: ...

    def get_providers(self) -> list[str]: ...


class ModelSession:
    """An installed model, ready to run; safe to share between threads.

    A network's file is read, verified and loaded when it is first run, or by `load`.

    Attributes:
        manifest: what the model expects and gives.
        providers: the onnxruntime execution providers asked for, in this order.
    """

    def __init__(self, manifest: ModelManifest, store: Path, providers: Sequence[str], threads: int) -> None:
        self.manifest = manifest
        self.providers = tuple(providers)
        self._store = store
        self._threads = threads
        self._lock = threading.Lock()
        self._sessions: dict[str, _Runtime] = {}

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
        named = {wanted.input if name == "input" else name: value for name, value in feeds.items()}
        try:
            return list(session.run(list(wanted.outputs) or None, named))
        except _runtime_errors() as error:
            raise ModelsError(
                _("The model “{name}” could not process its input.").format(name=self.manifest.name),
                details=f"{type(error).__name__}: {error}",
            ) from error

    def run_batches(self, blob: NDArray[np.float32], network: str = "") -> list[NDArray[np.float32]]:
        """Return what `run` gives for any number of pictures or windows, in runs of at most the contract's `max_batch`.

        `blob` is float32 (n, 3, height, width) or (n, frames, bands) with n >= 1. Chunks of sound are no such batch:
        their network remembers, see `ChunkContract`.

        Raises:
            ModelsError: as `run`.
        """
        step = self.manifest.max_batch
        parts = [self.run({"input": blob[at : at + step]}, network) for at in range(0, len(blob), step)]
        return [np.concatenate(columns) for columns in zip(*parts, strict=True)]

    def load(self) -> None:
        """Read, verify and load every network now.

        Raises:
            ModelsError: a file is missing, damaged or refused.
        """
        for network in self.manifest.networks:
            self._session(network.name)

    @property
    def provider(self) -> str:
        """The execution provider in use; loads the first network if need be."""
        return str(self._session(self.manifest.networks[0].name).get_providers()[0])

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
                self._sessions[network] = _start_session(self.manifest, content, self.providers, self._threads)
            return self._sessions[network]


def open_model(name: str, store: Path, providers: Sequence[str] = (CPU,), threads: int = 2) -> ModelSession:
    """Return an installed model, its record checked and its files not yet read.

    Args:
        name: of a model.
        store: the folder of models.
        providers: onnxruntime execution providers, in order of preference; nothing is added to them.
        threads: for one run.

    Raises:
        ModelsError: there is no such model, it is not installed, or a provider is not available here.
    """
    manifest = load_manifest(name, store)
    read_record(store, manifest)
    import onnxruntime

    available = onnxruntime.get_available_providers()
    for provider in providers:
        if provider not in available:
            raise ModelsError(
                _("The execution provider “{name}” is not available on this machine.").format(name=provider),
                remedy=_("Choose one of: {names}.").format(names=", ".join(available)),
            )
    return ModelSession(manifest, store, providers, threads)


def available_providers() -> tuple[str, ...]:
    """Return the execution providers that this machine's onnxruntime was built with, its preferred first."""
    import onnxruntime

    return tuple(onnxruntime.get_available_providers())


def _start_session(manifest: ModelManifest, content: bytes, providers: Sequence[str], threads: int) -> _Runtime:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # An arena keeps what the largest picture once took; without one runs take as long, and a quarter less memory.
    options.enable_cpu_mem_arena = False
    # Waiting threads sleep instead of spinning: decoding and the other models share these cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        session: _Runtime = onnxruntime.InferenceSession(content, sess_options=options, providers=list(providers))
    except _runtime_errors() as error:
        raise ModelsError(
            _("The model “{name}” was refused by the runtime.").format(name=manifest.name),
            remedy=_("Run: {command}").format(command=f"countenance models install {manifest.name}"),
            details=f"{type(error).__name__}: {error}",
        ) from error
    # onnxruntime falls back silently where a provider's libraries are missing.
    if session.get_providers()[0] != providers[0]:
        raise ModelsError(
            _("The execution provider “{name}” could not be started on this machine.").format(name=providers[0])
        )
    return session


def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    named = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.NotImplemented)
    return (*named, state.RuntimeException, state.NoSuchFile, state.EPFail, RuntimeError, ValueError)
