"""What a person reads when a file could not be examined: a sentence and what to do next, for each code of the child."""

from __future__ import annotations

from countenance.errors import CheckFailedError, ClipError, CountenanceError, ModelsError
from countenance.providers import ProviderError
from countenance.translations import _, mark
from countenance.wire import Failed, FailureCode, Reply

_SENTENCES: dict[FailureCode, tuple[str, str]] = {
    FailureCode.MISSING: (
        mark("“{name}” does not exist."),
        mark("Check the spelling and the folder."),
    ),
    FailureCode.NOT_A_FILE: (
        mark("“{name}” is not a file."),
        mark("Give a clip, a photo, or a folder that contains some."),
    ),
    FailureCode.NO_PERMISSION: (
        mark("“{name}” may not be read."),
        mark("Ask its owner for the right to read it."),
    ),
    FailureCode.EMPTY: (
        mark("“{name}” is empty: 0 bytes."),
        mark("Copy or download it again."),
    ),
    FailureCode.LFS_POINTER: (
        mark("“{name}” is a Git LFS pointer, not the clip itself."),
        mark("Fetch the clip with “git lfs pull”."),
    ),
    FailureCode.TEXT: (
        mark("“{name}” is text, not a clip or a photo."),
        mark("Check what was saved under this name; a failed download often leaves a message behind."),
    ),
    FailureCode.PLAYLIST: (
        mark("“{name}” is a list that points to other files or addresses, not a clip."),
        mark("Give the clip itself; what a list points to is never opened."),
    ),
    FailureCode.UNKNOWN_FORMAT: (
        mark("“{name}” is in no format that is read here."),
        mark("Export it as MP4, MOV, WebM, MKV, AVI, GIF, JPEG or PNG, or sound as WAV, FLAC, MP3 or M4A."),
    ),
    FailureCode.DAMAGED: (
        mark("“{name}” is damaged or incomplete and cannot be opened."),
        mark("Copy, download or export it again."),
    ),
    FailureCode.IMPLAUSIBLE: (
        mark("“{name}” states lengths or times that no clip has, and was not read."),
        mark("Export it again from the program that made it, and do not trust where it comes from."),
    ),
    FailureCode.NO_STREAMS: (
        mark("“{name}” contains neither picture nor sound."),
        mark("Copy, download or export it again."),
    ),
    FailureCode.NOTHING_DECODED: (
        mark("“{name}” opens, but not a single picture or sound in it can be read."),
        mark("It may be encrypted or damaged: export it again without copy protection."),
    ),
    FailureCode.TOO_LARGE_PICTURE: (
        mark("“{name}” has a picture too large to be read safely."),
        mark("Scale it down to 8K (7680 × 4320) or less."),
    ),
    FailureCode.TOO_MANY_STREAMS: (
        mark("“{name}” has more tracks than any clip needs, and was not read."),
        mark("Export it with one picture and one sound track."),
    ),
    FailureCode.UNSUPPORTED_CODEC: (
        mark("“{name}” is coded in a way that is not read here."),
        mark("Export it as MP4 with H.264, or as JPEG or PNG."),
    ),
    FailureCode.OUT_OF_MEMORY: (
        mark("“{name}” needs more memory than is allowed, and reading it was stopped."),
        mark("Scale it down or export it again; do not trust where it comes from if it is small."),
    ),
    FailureCode.TOO_SLOW: (
        mark("“{name}” came to a standstill while it was read, and reading it was stopped."),
        mark("Try again; if it happens again, export it anew."),
    ),
    FailureCode.CRASHED: (
        mark("“{name}” made the reader stop unexpectedly."),
        mark("Nothing else was affected. Export it again; please report it if the file is good."),
    ),
    FailureCode.PROTOCOL: (
        mark("The reader answered about “{name}” in a way that does not hold together; the answer was not used."),
        mark("Try again; if it happens again, do not trust the file."),
    ),
}


def error_of(failure: Failed, name: str) -> CountenanceError:
    """Return the error a person reads for the child's failure.

    Args:
        failure: the child's last message.
        name: the file's name, for the sentence.
    """
    if failure.code is FailureCode.MODELS:
        return ModelsError(
            _("A model could not be used: {details}").format(details=failure.details or _("no details")),
            remedy=_("Run “countenance models verify”, then “countenance models install” if it says so."),
        )
    if failure.code is FailureCode.PROVIDER:
        provider, _colon, details = failure.details.partition(": ")
        return ProviderError(provider, details)
    sentence, remedy = (_(part) for part in _SENTENCES[failure.code])
    sentence = sentence.format(name=name)
    if failure.read_until_s > 0:
        sentence += " " + _("It was read up to {seconds} s.").format(seconds=f"{failure.read_until_s:.1f}")
    return ClipError(sentence, remedy=remedy, details=f"{failure.code}: {failure.details}")


def no_answer(reply: Reply) -> CountenanceError:
    """Return the error for a reply, to a question about no file, that is not its answer."""
    if isinstance(reply, Failed) and reply.code in (FailureCode.MODELS, FailureCode.PROVIDER):
        return error_of(reply, "")
    details = f"{reply.code}: {reply.details}" if isinstance(reply, Failed) else type(reply).__name__
    return CheckFailedError(
        _("The detectors did not answer."),
        remedy=_("Run “countenance doctor” to see what is missing."),
        details=details,
    )
