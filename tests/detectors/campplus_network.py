"""A small network with the real signature of CAM++ (feats → embs), for tests: the published file is not to be had here.

It knows the voices of `detectors.demo_voice` apart and nothing else: random filters over the features, what they give
on the mean and how much it varies, and the directions in which made-up voices differ more than one differs from itself
(linear discriminants, found on voices drawn here). How well CAM++ hears is not in it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from countenance.packs import CommercialUse
from detectors.demo_voice import Voice, speak
from detectors.voices.embedding import centre_window
from detectors.voices.fbank import log_bands
from models import FilterbankContract, Folder, ModelManifest, install, load_manifest, open_unproved
from models.manifests import MANIFEST, Licence, Network, SourceFile, Variant
from models.selftest import fingerprint_of

Floats = NDArray[np.float32]

FILE = "wespeaker_en_voxceleb_CAM++.onnx"
BROUGHT = "small-voices"
"""Name of the brought model that `bring` makes: the catalogue's manifest for the small network."""

_MANIFEST = load_manifest("campplus-voxceleb")
assert isinstance(_MANIFEST.voice_input, FilterbankContract)
RECIPE = _MANIFEST.voice_input
_FILTERS, _TAPS = 128, 5
_VOICES, _WINDOW = 20, 150
_KEPT = 18
_RIDGE = 0.1


@cache
def small_network() -> bytes:
    """Return the ONNX file: input "feats" float32 (B, T, 80), output "embs" float32 (B, 512), not normalised."""
    filters = np.random.default_rng(0).standard_normal((_FILTERS, 80, _TAPS)) / (2 * np.sqrt(80 * _TAPS))
    mean, directions = _discriminants(filters.astype(np.float32))
    constants = {
        "filters": filters.astype(np.float32),
        "tiny": np.array([1e-5], np.float32),
        "mean": mean,
        "directions": directions,
    }
    nodes = [
        helper.make_node("Transpose", ["feats"], ["bands"], perm=[0, 2, 1]),
        helper.make_node("Conv", ["bands", "filters"], ["filtered"]),
        helper.make_node("Relu", ["filtered"], ["heard"]),
        *_mean_and_spread("heard"),
        *_mean_and_spread("bands"),
        helper.make_node("Concat", ["heard_mean", "heard_spread", "bands_spread"], ["statistics"], axis=1),
        helper.make_node("Sub", ["statistics", "mean"], ["aside"]),
        helper.make_node("MatMul", ["aside", "directions"], ["embs"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("feats", TensorProto.FLOAT, ["B", "T", 80])],
        [helper.make_tensor_value_info("embs", TensorProto.FLOAT, ["B", 512])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def patched_manifest() -> ModelManifest:
    """Return the catalogue's manifest with the size and hash of the small network in place of the published file's."""
    content = small_network()
    (variant,) = _MANIFEST.variants
    file = msgspec.structs.replace(variant.files[0], bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    return msgspec.structs.replace(_MANIFEST, variants=(msgspec.structs.replace(variant, files=(file,)),))


def bring(store: Path, workplace: Path) -> str:
    """Install the small network as a brought model with the catalogue's contract; return its name.

    A child reads the catalogue itself, so that a pin that is patched here does not reach it: a brought model's does.
    """
    patched = patched_manifest()
    (file,) = patched.variants[0].files
    source = SourceFile(name=file.name, sha256=file.sha256, bytes=file.bytes)
    network = Network(name=BROUGHT, input="feats", outputs=("embs",))
    licence = Licence(code="CC0-1.0", weights="CC0-1.0", commercial_use=CommercialUse.YES, credit="made for a test")
    manifest = msgspec.structs.replace(
        patched,
        name=BROUGHT,
        brought=True,
        licence=licence,
        networks=(network,),
        variants=(Variant(version="test", binding=file.name, files=(source,)),),
    )
    (store / BROUGHT).mkdir(parents=True)
    (store / BROUGHT / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    workplace.mkdir(exist_ok=True)
    (workplace / FILE).write_bytes(small_network())
    install(BROUGHT, store, source=Folder(workplace))
    # What it answers is taken here as an installation takes it.
    answers = fingerprint_of(open_unproved(BROUGHT, store, threads=1), network)
    proved = msgspec.structs.replace(manifest, networks=(msgspec.structs.replace(network, fingerprint=answers),))
    (store / BROUGHT / MANIFEST).write_bytes(msgspec.json.encode(proved))
    return BROUGHT


def _mean_and_spread(name: str) -> list[onnx.NodeProto]:
    """Return nodes that make `<name>_mean` and `<name>_spread`, (B, n), of `name`, (B, n, T)."""
    return [
        helper.make_node("ReduceMean", [name], [f"{name}_middle"], axes=[2], keepdims=1),
        helper.make_node("Sub", [name, f"{name}_middle"], [f"{name}_apart"]),
        helper.make_node("Mul", [f"{name}_apart", f"{name}_apart"], [f"{name}_squares"]),
        helper.make_node("ReduceMean", [f"{name}_squares"], [f"{name}_power"], axes=[2], keepdims=0),
        helper.make_node("Add", [f"{name}_power", "tiny"], [f"{name}_more"]),
        helper.make_node("Sqrt", [f"{name}_more"], [f"{name}_spread"]),
        helper.make_node("ReduceMean", [name], [f"{name}_mean"], axes=[2], keepdims=0),
    ]


def _discriminants(filters: Floats) -> tuple[Floats, Floats]:
    """Return float32 (n,), the mean statistics of made-up voices, and (n, 512), where they differ, turned at random."""
    windows, voice_of = [], []
    for number in range(_VOICES):
        for seed in (1, 2):
            features = _without_pauses(speak(_drawn_voice(number), 5, seed))
            for at in range(0, len(features) - _WINDOW, _WINDOW // 3):
                windows.append(_statistics(features[at : at + _WINDOW], filters))
                voice_of.append(number)
    statistics, voices = np.array(windows), np.array(voice_of)
    means = np.array([statistics[voices == number].mean(axis=0) for number in range(_VOICES)])
    mean = statistics.mean(axis=0)
    within = np.cov(statistics - means[voices], rowvar=False)
    within += np.eye(len(within)) * np.trace(within) / len(within) * _RIDGE
    powers, axes = np.linalg.eigh(within)
    whitened = axes / np.sqrt(powers) @ axes.T
    _left, _sizes, between = np.linalg.svd((means - mean) @ whitened, full_matrices=False)
    turned, _rest = np.linalg.qr(np.random.default_rng(1).standard_normal((512, _KEPT)))
    return mean.astype(np.float32), (whitened @ between[:_KEPT].T @ turned.T).astype(np.float32)


def _statistics(features: Floats, filters: Floats) -> NDArray[np.float64]:
    """Return what the network makes of a window before its last layer."""
    bands = centre_window(features, RECIPE).astype(np.float64)
    around = np.lib.stride_tricks.sliding_window_view(bands, _TAPS, axis=0)
    heard = np.maximum(np.einsum("tbk,cbk->tc", around, filters, optimize=True), 0)
    return np.concatenate([heard.mean(0), np.sqrt(heard.var(0) + 1e-5), np.sqrt(bands.var(0) + 1e-5)])


def _without_pauses(sound: Floats) -> Floats:
    features = log_bands(sound, RECIPE)
    loudness = features.mean(axis=1)
    return np.asarray(features[loudness > np.median(loudness) - 2.5], np.float32)


def _drawn_voice(number: int) -> Voice:
    chance = np.random.default_rng(number)
    return Voice(
        pitch_hz=float(np.exp(chance.uniform(np.log(70), np.log(300)))),
        melody=float(chance.uniform(0.1, 0.25)),
        tract=float(chance.uniform(0.82, 1.35)),
        breath=float(chance.uniform(0, 0.35)),
        open_part=float(chance.uniform(0.45, 0.8)),
        tilt_hz=float(chance.uniform(800, 4500)),
        rough=float(chance.uniform(0.005, 0.02)),
        pace=float(chance.uniform(0.85, 1.1)),
    )
