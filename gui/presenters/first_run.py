"""The first steps: welcome, models, a registry or none, a clip to try; each can be passed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from countenance.translations import _
from gui.preparing import Opening
from gui.presenters.looks import Icon

WELCOMED = "first_run/done"
"""In the window's memory: the first steps were walked, or passed over."""


class Step(IntEnum):
    """The steps, in their order."""

    WELCOME = 0
    MODELS = 1
    REGISTRY = 2
    TRY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLook:
    """What a step says.

    Attributes:
        sentence: one, so that nobody has to read.
        forward: words of the button that passes it over.
    """

    title: str
    sentence: str
    icon: Icon
    forward: str


def is_first_run(opening: Opening, *, done: bool) -> bool:
    """Return whether the first steps are to be shown: nothing is there yet, and they were not passed over before."""
    models = opening.places.models
    has_models = models.is_dir() and any(models.iterdir())
    return not done and not opening.registry_named and not opening.registry.exists() and not has_models


def step_look(step: Step, *, models_are_there: bool) -> StepLook:
    """Return what a step says."""
    if step is Step.WELCOME:
        return StepLook(
            title=_("Welcome to Countenance"),
            sentence=_("Drop a clip, and see in seconds whose face and voice are in it and what they agreed to."),
            icon=Icon.APP,
            forward=_("Skip these steps"),
        )
    if step is Step.MODELS:
        there = _("The models that find and compare faces and voices are installed.")
        need = _("Models find and compare faces and voices. They are fetched once; then everything works offline.")
        return StepLook(
            title=_("Models"), sentence=there if models_are_there else need, icon=Icon.CHIP, forward=_("Later")
        )
    if step is Step.REGISTRY:
        return StepLook(
            title=_("Your registry"),
            sentence=_("An encrypted file of the people you know and what they agreed to; it stays on this computer."),
            icon=Icon.PEOPLE,
            forward=_("Go on without one"),
        )
    return StepLook(
        title=_("Try it"),
        sentence=_("See a verdict on a clip that comes with Countenance, or on one of yours."),
        icon=Icon.FILM,
        forward=_("Not now"),
    )
