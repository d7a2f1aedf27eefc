"""What models may be run on: the words of the settings, and what onnxruntime calls the same."""

from __future__ import annotations

from enum import StrEnum

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.wire_models import CPU


class Provider(StrEnum):
    """What models are run on; the processor unless somebody chose otherwise (docs/adr/0045)."""

    CPU = "cpu"
    CUDA = "cuda"
    COREML = "coreml"
    DIRECTML = "directml"
    OPENVINO = "openvino"

    @property
    def execution_provider(self) -> str:
        """What onnxruntime calls it."""
        return _EXECUTION_PROVIDERS[self]

    @property
    def label(self) -> str:
        """The publisher's name for it, the same in every language."""
        return _TITLES[self]


class ProviderError(ModelsError):
    """Models cannot be run on what was asked for; nothing else is taken in its place.

    Attributes:
        provider: as onnxruntime calls it.
    """

    def __init__(self, provider: str, details: str = "") -> None:
        known = provider_of(provider)
        super().__init__(
            _("Models cannot be run with “{provider}” on this computer.").format(
                provider=known.label if known else provider
            ),
            remedy=_("“countenance doctor” tells what they can be run with; “cpu” in the settings is always there."),
            details=details,
        )
        self.provider = provider


def provider_of(execution_provider: str) -> Provider | None:
    """Return what onnxruntime calls by this name; None for what models are never run on."""
    return next((one for one in Provider if one.execution_provider == execution_provider), None)


_EXECUTION_PROVIDERS = {
    Provider.CPU: CPU,
    Provider.CUDA: "CUDAExecutionProvider",
    Provider.COREML: "CoreMLExecutionProvider",
    Provider.DIRECTML: "DmlExecutionProvider",
    Provider.OPENVINO: "OpenVINOExecutionProvider",
}

_TITLES = {
    Provider.CPU: "CPU",
    Provider.CUDA: "CUDA",
    Provider.COREML: "Core ML",
    Provider.DIRECTML: "DirectML",
    Provider.OPENVINO: "OpenVINO",
}
