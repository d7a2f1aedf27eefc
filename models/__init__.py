"""Weights as verified ONNX files: packs, manifests, installation, conversion, store, sessions, self-test."""

from models.bringing import BroughtPack, bring
from models.contracts import (
    ChunkContract,
    FilterbankContract,
    InputContract,
    KnownVoices,
    MelContract,
    VoiceBounds,
    VoiceContract,
)
from models.install import install
from models.inventory import InstallState, ModelFacts, list_inventory, verify
from models.local_sources import Folder, LocalSource, local_source
from models.manifests import Alignment, DetectorFamily, ModelManifest, list_models, load_manifest
from models.packs import combine, list_packs, load_pack, models_of
from models.preprocessing import to_blob
from models.providers import available_providers
from models.removing import remove
from models.selftest import SelfTest, selftest
from models.sessions import ModelSession, open_model, open_unproved
from models.sources import Official, Source, WithIndex

__all__ = [
    "Alignment",
    "BroughtPack",
    "ChunkContract",
    "DetectorFamily",
    "FilterbankContract",
    "Folder",
    "InputContract",
    "InstallState",
    "KnownVoices",
    "LocalSource",
    "MelContract",
    "ModelFacts",
    "ModelManifest",
    "ModelSession",
    "Official",
    "SelfTest",
    "Source",
    "VoiceBounds",
    "VoiceContract",
    "WithIndex",
    "available_providers",
    "bring",
    "combine",
    "install",
    "list_inventory",
    "list_models",
    "list_packs",
    "load_manifest",
    "load_pack",
    "local_source",
    "models_of",
    "open_model",
    "open_unproved",
    "remove",
    "selftest",
    "to_blob",
    "verify",
]
