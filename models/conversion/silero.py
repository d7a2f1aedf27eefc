"""Silero VAD's sequence file as published: many chunks in one run, the state handed in and out."""

from __future__ import annotations

from collections.abc import Mapping

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # its types are a package of their own

from countenance.errors import ModelsError
from countenance.translations import _

_STATE: tuple[int, ...] = (1, 1, 128)
_INPUTS: Mapping[str, tuple[int, ...]] = {"input": (576,), "h": _STATE, "c": _STATE}
"""Fixed sizes of each input; the chunks of `input` are free."""
_OUTPUTS = ("speech_probs", "hn", "cn")


def convert_silero(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return silero-vad.onnx: `input` (chunks,576), `h` and `c` (1,1,128) to `speech_probs` (chunks,), `hn` and `cn`.

    A chunk is 512 samples at 16 kHz behind the 64 before it. The file is passed on byte for byte.

    Raises:
        ModelsError: the file is no network of these inputs and outputs.
    """
    (content,) = files.values()
    try:
        graph = onnx.load_model_from_string(content).graph
        shapes = {
            value.name: tuple(side.dim_value for side in value.type.tensor_type.shape.dim if not side.dim_param)
            for value in graph.input
        }
    except DecodeError as error:
        raise _another() from error
    if shapes != _INPUTS or tuple(output.name for output in graph.output) != _OUTPUTS:
        raise _another()
    return {"silero-vad.onnx": content}


def _another() -> ModelsError:
    return ModelsError(_("The file is not the speech detector “{name}”.").format(name="silero-vad"))
