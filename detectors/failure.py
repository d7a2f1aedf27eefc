"""Why a file could not be examined, as the child says it: one exception, and the mapping of libraries' errors to it."""

from __future__ import annotations

from countenance.errors import ModelsError
from countenance.providers import ProviderError
from countenance.wire import FailureCode


class MediaFailure(Exception):  # noqa: N818 - it is a stated outcome of a file, told to the parent, not an error of ours
    """A file cannot be examined.

    Attributes:
        code: what the parent makes a sentence of.
        details: technical, without personal data.
        read_until_s: how far the clip was read before, in seconds.
    """

    def __init__(self, code: FailureCode, details: str = "", read_until_s: float = 0.0) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.read_until_s = read_until_s


def failure_of(error: BaseException) -> MediaFailure:
    """Return what an exception of any library means for the file that was read.

    PyAV's errors derive from FFmpegError and, many of them, from the Python error of the same name; Pillow raises
    OSError, ValueError, SyntaxError, struct.error and its own. Whatever is not known means a damaged file.
    """
    if isinstance(error, MediaFailure):
        return error
    # Only the type's name: messages of libraries may hold the file's path or its tags.
    details = type(error).__name__
    if isinstance(error, ProviderError):
        return MediaFailure(FailureCode.PROVIDER, f"{error.provider}: {error.details}"[:2000])
    if isinstance(error, ModelsError):
        return MediaFailure(FailureCode.MODELS, f"{error.sentence} {error.details}"[:2000])
    return MediaFailure(_code_of(error, details), details)


def _code_of(error: BaseException, name: str) -> FailureCode:
    if isinstance(error, MemoryError):
        return FailureCode.OUT_OF_MEMORY
    if name in {"DecompressionBombError", "DecompressionBombWarning"}:
        return FailureCode.TOO_LARGE_PICTURE
    if name in {"DecoderNotFoundError", "PatchWelcomeError"}:
        return FailureCode.UNSUPPORTED_CODEC
    return FailureCode.DAMAGED
