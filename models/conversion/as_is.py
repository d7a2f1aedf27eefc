"""No conversion: an ONNX file that is run as it was published."""

from __future__ import annotations

from models.manifests import ModelManifest, Variant


def network_files(manifest: ModelManifest, variant: Variant) -> dict[str, str]:
    """Return what each published file of a version is called in the model's folder: that network, and its source too.

    The files of a version are its networks, in their order: such a file is there once, not beside a copy of itself.
    """
    pairs = zip(variant.files, manifest.networks, strict=True)
    return {file.name: f"{network.name}.onnx" for file, network in pairs}
