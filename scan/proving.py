"""What is asked of models before they are relied on, and what is said where the answer is wrong."""

from __future__ import annotations

from typing import Protocol

from countenance.errors import ModelsError
from countenance.translations import _
from countenance.wire import Examine, SelfTest, SelfTested


class KnownPairs(Protocol):
    """Knows which models told known faces and voices apart on this machine as it is now (`models.known_pairs`)."""

    def due(self, request: Examine) -> SelfTest | None:
        """Return what has to be asked before a request; None where it was, and nothing changed since."""

    def remember(self, test: SelfTest) -> None:
        """Take note that a test passed."""


def pair_error(test: SelfTest, answer: SelfTested) -> ModelsError:
    """Return the error for models that do not tell known faces or voices apart."""
    names = (test.detector, test.face_embedder, test.voice_activity, test.voice_embedder)
    return ModelsError(
        _("The models {names} do not tell known faces or voices from others here, and are not used.").format(
            names=", ".join(name for name in names if name)
        ),
        remedy=_("Find out more with: {command}").format(command="countenance doctor"),
        details=answer.details,
    )
