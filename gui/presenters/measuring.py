"""Measuring on one's own people: what was found, in sentences."""

from __future__ import annotations

from countenance.translations import _
from models.measured_here import FiguresPlace
from scan.calibration import FEWEST_PEOPLE, FEWEST_WITH_TWO, Calibration
from scan.calibration_told import calibration_sentences


def measured_sentences(place: FiguresPlace, found: Calibration) -> tuple[str, ...]:
    """Return what was measured, and what to do about it."""
    told = list(calibration_sentences(place.name, found, of_faces=place.of_faces))
    told += [
        _("{one} and {other} are as alike as one person: if they are, put their files into one folder.").format(
            one=one, other=other
        )
        for one, other in found.alike
    ]
    if place.is_shipped:
        told.append(_("The program brings figures of its own for these models; they count again once yours are gone."))
    told.append(_("The numbers are kept beside the models; of the people and their files nothing is."))
    return tuple(told)


def wanted_sentences() -> tuple[str, ...]:
    """Return what to measure with, and what becomes of it."""
    return (
        _("Choose a folder that has a folder of pictures, or of recordings, for each person."),
        _("At least {people} people are needed, at least {several} of them with two files; 142 show the most.").format(
            people=FEWEST_PEOPLE, several=FEWEST_WITH_TWO
        ),
        _("Only numbers over all of them are kept, on this computer; no face and no voice is."),
    )
