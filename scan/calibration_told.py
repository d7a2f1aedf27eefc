"""What was measured on one's own people, in sentences: the same in the terminal and in the window."""

from __future__ import annotations

from collections.abc import Iterator

from countenance.translations import _, ngettext
from reports.wording import format_count, one_in
from scan.calibration import Calibration
from scan.operating import BLOCK_FPIR, REVIEW_FPIR, largest_registry


def calibration_sentences(name: str, found: Calibration, *, of_faces: bool) -> Iterator[str]:
    """Return what was measured, on whom, and how many people may be enrolled by it.

    Args:
        name: of the combination of models.
        found: what was measured.
        of_faces: whether it is about faces, not voices.
    """
    yield _("{name}: measured on {files} files of {people} people, {comparisons} comparisons of strangers.").format(
        name=name,
        files=format_count(found.files),
        people=format_count(found.people),
        comparisons=format_count(found.curve.comparisons),
    )
    if found.left_out:
        yield ngettext(
            "{count} file was left out: nobody, too little or several people in it.",
            "{count} files were left out: nobody, too little or several people in them.",
            found.left_out,
        ).format(count=format_count(found.left_out))
    yield _cohort_sentence(found)
    yield from _promise_sentences(found.curve.floor)
    yield from _checked_sentences(found)
    if of_faces:
        yield _(
            "Generated faces resemble each other more than people do and were not among them: look twice where an "
            "invented person is blocked."
        )


def _cohort_sentence(found: Calibration) -> str:
    if not found.trials:
        return _("No cohort: with fewer than 40 people none can be judged.")
    without = found.trials[0]
    if found.cohort is None:
        best = max(found.trials[1:], key=lambda trial: trial.found)
        return _("No cohort: at {rate} {found} are found without one, and {best} with the best.").format(
            rate=one_in(without.rate), found=f"{without.found:.1%}", best=f"{best.found:.1%}"
        )
    nearest = found.cohort.nearest
    used = max(found.trials[1:], key=lambda trial: (trial.nearest == nearest, trial.found))
    return _(
        "A cohort of {groups} groups of five people: at {rate} {found} are found with it, {without} without."
    ).format(
        groups=len(found.cohort.groups),
        rate=one_in(without.rate),
        found=f"{used.found:.1%}",
        without=f"{without.found:.1%}",
    )


def _promise_sentences(floor: float) -> Iterator[str]:
    one, three = (largest_registry(floor, BLOCK_FPIR, faces) for faces in (1, 3))
    yield _("The rarest rate that so many people can show is {rate}.").format(rate=one_in(floor, at_most=True))
    if not one:
        yield _("That is too often for anybody to be identified: people are “possible” at most.")
    elif not three:
        yield ngettext(
            "With one face or voice a clip {count} person can be enrolled and identified; with three, or more people, "
            "everybody is “possible” at most.",
            "With one face or voice a clip {count} people can be enrolled and identified; with three, or more people, "
            "everybody is “possible” at most.",
            one,
        ).format(count=format_count(one))
    else:
        yield _(
            "With one face or voice a clip {one} people can be enrolled and identified, with three {three}; beyond, "
            "everybody is “possible” at most."
        ).format(one=format_count(one), three=format_count(three))
    yield _(
        "The usual promise of reviews (1 in 20 clips of strangers) holds up to {one} people with one face or voice a "
        "clip, {three} with three; beyond, reports say how many more there are."
    ).format(
        one=format_count(largest_registry(floor, REVIEW_FPIR, 1)),
        three=format_count(largest_registry(floor, REVIEW_FPIR, 3)),
    )


def _checked_sentences(found: Calibration) -> Iterator[str]:
    for row in found.checked:
        promised, measured, interval = row["promised_fpir"], row["measured_fpir"], row["fpir_ci"]
        if promised == REVIEW_FPIR and isinstance(measured, float) and isinstance(interval, list):
            yield _(
                "Tried on people left out in turn: of strangers promised at most {promised}, {measured} raised an "
                "alarm ({low} to {high}); {missed} of the enrolled were overlooked."
            ).format(
                promised=f"{promised:.0%}",
                measured=f"{measured:.1%}",
                low=f"{interval[0]:.1%}",
                high=f"{interval[1]:.1%}",
                missed=f"{row['fnir']:.1%}",
            )
