"""`countenance models calibrate`: measures, on the user's own people, what likenesses mean with the models in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

import models
from cli.output import write_json
from cli.session import Session
from countenance.errors import ModelsError, WrongUsageError
from countenance.translations import _
from models.figures import (
    keep_figures,
    list_own,
    read_own,
    remove_figures,
)
from models.impostor_tables import figures_from_manifest
from models.measured_here import FiguresPlace, figures_place
from models.packs import JOINT
from reports.wording import format_count, one_in
from scan.calibration import Calibration, calibrate_faces, calibrate_voices
from scan.calibration_told import calibration_sentences
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
        return _remove(session, figures_place(session.card(), session.places.models, voices=chosen.voices))
    if material.tables is not None:
        return _state(
            session, figures_place(session.ready_card(), session.places.models, voices=chosen.voices), material.tables
        )
    assert people is not None  # one of the three was given
    place = figures_place(session.ready_card(), session.places.models, voices=chosen.voices)
    measure = calibrate_voices if chosen.voices else calibrate_faces
    with session.worker() as worker, session.progress(_("Measuring {name}").format(name=place.name)) as show:
        found = measure(
            people, worker, place.card, place.store, aliases=material.aliases, on_progress=show, cancel=session.cancel
        )
    file = place.keep(found.curve, found.cohort, found.misses, GROUP_OF_COHORT)
    if session.as_json:
        write_json(_document(place, found, file))
        return 0
    for sentence in (*_told(place, found), _("Kept in {file}; every later check on this computer uses it.")):
        session.say(sentence.replace("{file}", str(file)))
    return 0


def _remove(session: Session, place: FiguresPlace) -> int:
    removed = remove_figures(place.store, place.name)
    shipped = place.is_shipped
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


def _state(session: Session, place: FiguresPlace, manifest: Path) -> int:
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


def _told(place: FiguresPlace, found: Calibration) -> Iterator[str]:
    yield from calibration_sentences(place.name, found, of_faces=place.of_faces)
    for one, other in found.alike:
        yield _("{one} and {other} are as alike as one person: if they are, say so with --aliases.").format(
            one=one, other=other
        )
    if place.is_shipped:
        yield _("The program brings figures of its own for {name}; --remove goes back to them.").format(name=place.name)


def _document(place: FiguresPlace, found: Calibration, file: Path) -> dict[str, object]:
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
        "replaces_shipped": place.is_shipped,
        "file": str(file),
    }


def own_sentences(session: Session) -> Iterator[str]:
    """Return a sentence for each combination of models whose figures lie in the store; damaged ones are warned of."""
    store = session.places.models
    for name in list_own(store):
        try:
            entry = read_own(store, name)
        except ModelsError as error:
            session.warn(error)
            continue
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
        if not _is_of_these_models(name, entry.bindings, store):
            yield "  " + _("It does not count: the models of these names are others now.")


def _is_of_these_models(name: str, bindings: tuple[str, ...], store: Path) -> bool:
    """Whether figures of a combination are bound to the models that lie under its names."""
    try:
        card = models.load_pack(name, store)
    except ModelsError:
        return False
    return bindings == tuple(stamp.binding for part in name.split(JOINT) for stamp in card.models if stamp.name == part)
