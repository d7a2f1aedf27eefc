"""The one tree of errors: each carries a sentence for a person, what to do next, and details for a log."""

from __future__ import annotations

from typing import ClassVar

from countenance.sentences import in_a_row


class CountenanceError(Exception):
    """Root of every error that a person may meet.

    Attributes:
        sentence: one translated sentence: what went wrong and where.
        remedy: one translated sentence: what to do next; empty where the sentence says it.
        details: technical context for a log, never shown by itself; holds no personal data.
        exit_code: what the command line ends with (contract.md, "Command line").
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, sentence: str, *, remedy: str = "", details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return in_a_row((self.sentence, self.remedy))


class WrongUsageError(CountenanceError):
    """The command or its values cannot be meant like this."""

    exit_code = 2


class ClipError(CountenanceError):
    """A clip or photo could not be examined."""

    exit_code = 3


class EnrolmentRefusedError(CountenanceError):
    """The quality gate kept a sample out of the registry."""

    exit_code = 3


class RegistryError(CountenanceError):
    """The registry is locked, damaged, newer than the program, or its key is wrong."""

    exit_code = 4


class ModelsError(CountenanceError):
    """A model is missing, damaged or refused."""

    exit_code = 5


class CheckFailedError(CountenanceError):
    """A check of the program's own did not hold."""

    exit_code = 6


class CancelledError(CountenanceError):
    """The user stopped the work; shown as nothing more than that."""

    exit_code = 130
