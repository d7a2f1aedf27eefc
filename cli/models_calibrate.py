"""`countenance models calibrate`: measures, on the user's own people, what likenesses mean with the models in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli.output import write_json
from cli.session import Session
from countenance.errors import ModelsError, WrongUsageError
from countenance.packs import LikenessScale, ModelTask, PackCard
from countenance.translations import _, ngettext
from models.figures import (
    combination,
    keep_figures,
    list_own,
    list_shipped,
    measured_figures,
    read_own,
    remove_figures,
)
from models.impostor_tables import figures_from_manifest
from models.packs import bindings_of
from reports.wording import format_count, one_in
from scan.calibration import Calibration, calibrate_faces, calibrate_voices
from scan.evaluation.labelled import GROUP_OF_COHORT
from scan.operating import BLOCK_FPIR, REVIEW_FPIR, largest_registry

MANIFEST_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whose figures they are."""

    pack: Annotated[
        str, typer.Option("--pack", metavar="NAME", help=_("The pack to measure; else the one in use."))
    ] = ""
    voices: Annotated[bool, typer.Option("--voices", help=_("Measure voices instead of faces."))] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the figures are made from, in place of a folder's pictures, and who is whom there."""

    aliases: Annotated[
        Path | None, typer.Option("--aliases", metavar="FILE", help=_("Names that are one person (CSV)."))
    ] = None
    tables: Annotated[
        Path | None,
        typer.Option(
            "--from-tables",
            metavar="MANIFEST.json",
            help=_("Take the impostor table that a package's manifest states, instead of measuring."),
        ),
    ] = None
    remove: Annotated[
        bool, typer.Option("--remove", help=_("Forget what was measured here; the program's own figures count again."))
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the figures of two models are kept.

    Attributes:
        of_faces: whether they are about faces, not voices.
        name: of the combination.
        bindings: of the two models.
    """

    card: PackCard
    store: Path
    name: str
    bindings: tuple[str, str]
    scale: LikenessScale
    of_faces: bool


def calibrate(
    context: typer.Context,
    people: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER|INDEX.csv]",
            help=_("A folder with a folder of files for each person, or a table of file and identity."),
            readable=False,
            show_default=False,
        ),
    ] = None,
    *,
    chosen: Chosen,
    material: Material,
) -> int:
    """Measure, and keep the numbers beside the models."""
    session = Session.of(context)
    session = replace(session, pack=chosen.pack or session.pack)
    if sum((people is not None, material.tables is not None, material.remove)) != 1:
        raise WrongUsageError(
            _("Say what to measure on: a folder of people, a table of them, --from-tables, or --remove."),
            remedy=_("For example: countenance models calibrate FOLDER, with a folder of pictures for each person."),
        )
    if material.remove:
        return _remove(session, _place(session, session.card(), voices=chosen.voices))
    if material.tables is not None:
        return _state(session, _place(session, session.ready_card(), voices=chosen.voices), material.tables)
    assert people is not None  # one of the three was given
    place = _place(session, session.ready_card(), voices=chosen.voices)
    measure = calibrate_voices if chosen.voices else calibrate_faces
    with session.worker() as worker, session.progress(_("Measuring {name}").format(name=place.name)) as show:
        found = measure(
            people, worker, place.card, place.store, aliases=material.aliases, on_progress=show, cancel=session.cancel
        )
    measured = replace(place.scale, singles=found.curve, generated=None, cohort=found.cohort, misses=found.misses)
    file = keep_figures(place.store, place.name, measured_figures(measured, GROUP_OF_COHORT, place.bindings))
    if session.as_json:
        write_json(_document(place, found, file))
        return 0
    for sentence in (*_told(place, found), _("Kept in {file}; every later check on this computer uses it.")):
        session.say(sentence.replace("{file}", str(file)))
    return 0


def _place(session: Session, card: PackCard, *, voices: bool) -> _Place:
    finding, telling = (
        (ModelTask.VOICE_ACTIVITY, ModelTask.VOICE_EMBEDDER)
        if voices
        else (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER)
    )
    finder, embedder, scale = card.model(finding), card.model(telling), card.voice if voices else card.face
    assert finder is not None  # a pack has every task filled
    assert embedder is not None
    assert scale is not None
    return _Place(
        card=card,
        store=session.places.models,
        name=combination(finder.name, embedder.name),
        bindings=bindings_of(finder, embedder),
        scale=scale,
        of_faces=not voices,
    )


def _remove(session: Session, place: _Place) -> int:
    removed = remove_figures(place.store, place.name)
    shipped = place.name in list_shipped()
    if session.as_json:
        write_json({"combination": place.name, "removed": removed, "shipped": shipped})
        return 0
    if not removed:
        session.say(_("Nothing was measured here for {name}.").format(name=place.name))
    elif shipped:
        session.say(_("Removed; for {name} the program's own figures count again.").format(name=place.name))
    else:
        session.say(
            _("Removed; nobody has measured {name} now, and everybody is “possible” at most.").format(name=place.name)
        )
    return 0


def _state(session: Session, place: _Place, manifest: Path) -> int:
    """Keep what a package's manifest states."""
    try:
        with manifest.open("rb") as source:
            content = source.read(MANIFEST_LIMIT + 1)
        document = json.loads(content) if len(content) <= MANIFEST_LIMIT else None
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(manifest, type(error).__name__) from error
    if not isinstance(document, dict):
        raise _unreadable(manifest, "no object")
    entry = figures_from_manifest(document)
    if entry is None or entry.singles is None:
        raise ModelsError(
            _("The manifest “{name}” states no table of impostors.").format(name=manifest.name),
            remedy=_("Measure on people of your own: countenance models calibrate FOLDER."),
        )
    file = keep_figures(place.store, place.name, msgspec.structs.replace(entry, bindings=place.bindings))
    if session.as_json:
        curve = entry.singles
        write_json(
            {
                "combination": place.name,
                "stated_by": entry.stated_by,
                "people": curve.people,
                "comparisons": curve.comparisons,
                "rarest_rate": curve.floor,
                "file": str(file),
            }
        )
        return 0
    session.say(
        _("For {name} the figures count that {publisher} states: {people} people, nothing rarer than {rarest}.").format(
            name=place.name,
            publisher=entry.stated_by,
            people=format_count(entry.singles.people),
            rarest=one_in(entry.singles.floor, at_most=True),
        )
    )
    session.say(_("Nobody has checked them here; “models calibrate FOLDER” measures on people of your own."))
    return 0


def _unreadable(manifest: Path, why: str) -> ModelsError:
    return ModelsError(
        _("The manifest “{name}” cannot be read.").format(name=manifest.name),
        remedy=_("Give the manifest.json of a package, of at most 1 MB."),
        details=why,
    )


def _told(place: _Place, found: Calibration) -> Iterator[str]:
    yield _("{name}: measured on {files} files of {people} people, {comparisons} comparisons of strangers.").format(
        name=place.name,
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
    for one, other in found.alike:
        yield _("{one} and {other} are as alike as one person: if they are, say so with --aliases.").format(
            one=one, other=other
        )
    if place.of_faces:
        yield _(
            "Generated faces resemble each other more than people do and were not among them: look twice where an "
            "invented person is blocked."
        )
    if place.name in list_shipped():
        yield _("The program brings figures of its own for {name}; --remove goes back to them.").format(name=place.name)


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


def _document(place: _Place, found: Calibration, file: Path) -> dict[str, object]:
    floor = found.curve.floor
    return {
        "combination": place.name,
        "people": found.people,
        "files": found.files,
        "left_out": found.left_out,
        "comparisons": found.curve.comparisons,
        "rarest_rate": floor,
        "cohort": None
        if found.cohort is None
        else {"nearest": found.cohort.nearest, "groups": len(found.cohort.groups), "people_per_group": GROUP_OF_COHORT},
        "cohorts_tried": found.trials,
        "misses": found.misses,
        "largest_registry": {
            "block": {"one": largest_registry(floor, BLOCK_FPIR, 1), "three": largest_registry(floor, BLOCK_FPIR, 3)},
            "review": {
                "one": largest_registry(floor, REVIEW_FPIR, 1),
                "three": largest_registry(floor, REVIEW_FPIR, 3),
            },
        },
        "checked": found.checked,
        "alike": found.alike,
        "replaces_shipped": place.name in list_shipped(),
        "file": str(file),
    }


def own_sentences(store: Path) -> Iterator[str]:
    """Return a sentence for each combination of models whose figures lie in the store.

    Raises:
        ModelsError: figures there are damaged.
    """
    for name in list_own(store):
        entry = read_own(store, name)
        if entry is None or entry.singles is None:
            continue
        words = (
            _("{name}: as {publisher} states, not checked here; {people} people, nothing rarer than {rarest}.")
            if entry.stated_by
            else _("{name}: measured here on {people} people, nothing rarer than {rarest}.")
        )
        yield words.format(
            name=name,
            publisher=entry.stated_by,
            people=format_count(entry.singles.people),
            rarest=one_in(entry.singles.floor, at_most=True),
        )
