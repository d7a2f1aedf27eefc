"""`evaluate clones`: everybody of an index enrolled, each cloned voice searched among them (protocol: contract.md).

Bounds for a clone come from recordings of people of other folds than its target's; a cohort holds neither the target
nor the person compared (scan/evaluation/crossing.py).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from countenance.errors import ClipError
from countenance.identification import IdentificationStatus
from countenance.observations import Observations
from countenance.packs import ImpostorCurve, LikenessScale, PackCard
from countenance.work import CancelToken, ProgressHook, ignore_progress
from scan.evaluation.crossing import Crossing, folds_of
from scan.evaluation.examiner import VOICES, Examiner
from scan.evaluation.labelled import LabelledVectors, enrolled_means
from scan.evaluation.open_set import PROMISED_FPIRS, fold_curves, review_bound, share_by_person
from scan.evaluation.recognition import ENOUGH_PEOPLE, require_figures, require_people
from scan.evaluation.reencoding import Reencoding, reencoded
from scan.evaluation.tables import Aliases, read_aliases, read_index, read_rows
from scan.evaluation.voices import collect_voices, main_speaker, voice_scale
from scan.gallery import Gallery, as_vectors
from scan.identify import identify
from scan.operating import Promise
from scan.probes import can_be_judged
from scan.worker import DetectorWorker

WEAK = "weak likeness"
"""In a clone's notes: it copies its target so badly that missing it is no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneRow:
    """One cloned voice.

    Attributes:
        target: the person it imitates.
        system: what made it, in the table's words.
        weak: whether it hardly resembles its target.
    """

    path: Path
    target: str
    system: str
    weak: bool

    @property
    def family(self) -> str:
        """The first word of the system's name."""
        word = re.search(r"[\w.-]+", self.system)
        return word.group() if word else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What came of one clone.

    Attributes:
        heard: whether any speech was found.
        judged: whether there was enough clear speech for a check to compare it.
        first: whether its target is the most alike of all enrolled.
        score: of the most alike.
        outcome: "identified", "possible" or "missed", of its target, as a check decides it.
        accused, suspected: whether somebody else was identified, or possible.
        within: for each promised FPIR, whether the target is first and above the bound, however short the speech.
    """

    row: CloneRow
    heard: bool
    judged: bool = False
    first: bool = False
    outcome: str = "missed"
    accused: bool = False
    suspected: bool = False
    within: Mapping[float, bool]


SearchAll = Callable[[Sequence[CloneRow]], tuple[list[Searched], list[dict[str, str]]]]


class Registry:
    """Everybody enrolled, as a probe of each fold meets them.

    Args:
        data: recordings with people and folds; people whom a table calls one are one.
        scale: what likenesses of voices mean.
        doubtful: pairs of people left out of the impostor figures.
        shipped: judge by the pack's own cohort and bounds.
        recordings: how many of a person's recordings are enrolled; all of them where None.
    """

    def __init__(
        self,
        data: LabelledVectors,
        scale: LikenessScale,
        doubtful: frozenset[frozenset[str]],
        *,
        shipped: bool,
        recordings: int | None,
    ) -> None:
        self.people = sorted(set(data.people.tolist()))
        self._fold_of = data.fold_of()
        self._folds = folds_of(self.people, self._fold_of)
        self._means = enrolled_means(data, self.people, recordings or len(data.people))
        self._crossing = Crossing(data, scale, shipped=shipped)
        self._curves: Mapping[int, ImpostorCurve] = {} if shipped else fold_curves(data, scale, doubtful)
        self._scale = scale

    def holds(self, person: str) -> bool:
        """Return whether somebody is enrolled."""
        return person in self._fold_of

    def facing(self, target: str) -> tuple[Gallery, LikenessScale]:
        """Return the gallery and the figures that a clone of `target` is judged by."""
        fold = self._fold_of[target]
        gallery = self._crossing.gallery(self.people, self._means, self._folds, fold)
        if not self._curves:
            return gallery, self._scale
        return gallery, replace(self._scale, singles=self._curves[fold], generated=None)


def read_clones(table: Path, aliases: Aliases) -> list[CloneRow]:
    """Return the rows of a table of clones (`file, target_speaker`, optionally `system, notes`; paths relative to it).

    Files are looked for beside the table and in the folder that has the table's name.

    Raises:
        WrongUsageError: the table cannot be read.
    """
    rows = read_rows(table, ("file", "target_speaker"))
    folder = table.with_suffix("")
    base = folder if rows and not (table.parent / rows[0]["file"]).exists() and folder.is_dir() else table.parent
    return [
        CloneRow(
            path=base / row["file"],
            target=aliases.person(row["target_speaker"]),
            system=row.get("system") or "",
            weak=WEAK in (row.get("notes") or ""),
        )
        for row in rows
    ]


def search(row: CloneRow, observations: Observations, registry: Registry, promise: Promise) -> Searched:
    """Return what comes of one clone."""
    gallery, scale = registry.facing(row.target)
    main = main_speaker(observations)
    if main is None:
        return Searched(row=row, heard=False, within=dict.fromkeys(PROMISED_FPIRS, False))
    scores = gallery.scores(as_vectors([main.embedding], scale.dimension))[0]
    first = gallery.people[int(np.argmax(scores))] == row.target
    assert scale.singles is not None  # figures of the other folds, or --shipped would have been refused
    bounds = {promised: review_bound(scale.singles, promised, len(gallery.people)) for promised in PROMISED_FPIRS}
    found, _point = identify(observations.speakers, gallery, scale, promise)
    named = {
        status: {item.person for item in found if item.status is status and item.person}
        for status in (IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE)
    }
    identified, possible = named[IdentificationStatus.IDENTIFIED], named[IdentificationStatus.POSSIBLE]
    outcome = "identified" if row.target in identified else "possible" if row.target in possible else "missed"
    return Searched(
        row=row,
        heard=True,
        judged=can_be_judged(main),
        first=first,
        outcome=outcome,
        accused=bool(identified - {row.target}),
        suspected=bool(possible - identified - {row.target}),
        within={promised: first and bool(scores.max() >= bound) for promised, bound in bounds.items()},
    )


def run_clones(
    table: Path,
    voices: Path | None,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    *,
    promise: Promise,
    aliases: Path | None = None,
    shipped: bool = False,
    recordings: int | None = None,
    reencodings: Sequence[Reencoding] = (),
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, object]:
    """Return the figures of `evaluate clones` as the contract names them.

    `possible` counts those not also identified. Clones marked "weak likeness" are among all, and apart. Where no index
    of voices is named it is `voices/index.csv` beside the table; aliases are read from `speaker_aliases.csv` beside the
    index where no table is named.

    Raises:
        WrongUsageError: a table cannot be read, there are too few people, or the pack has no voices or figures.
    """
    started = time.monotonic()
    scale = voice_scale(card)
    require_figures(scale, shipped=shipped)
    voices = voices or table.parent / "voices" / "index.csv"
    if aliases is None and (voices.parent / "speaker_aliases.csv").is_file():
        aliases = voices.parent / "speaker_aliases.csv"
    known = read_aliases(aliases)
    rows, examiner = read_clones(table, known), Examiner(worker, card, models, cancel, VOICES)
    collected = collect_voices(read_index(voices), known, examiner, on_progress)
    require_people(len(set(collected.people)), ENOUGH_PEOPLE)
    registry = Registry(
        collected.labelled(scale.dimension), scale, known.doubtful, shipped=shipped, recordings=recordings
    )
    enrolled = [row for row in rows if registry.holds(row.target)]
    search_all = partial(_search_all, registry=registry, examiner=examiner, promise=promise, on_progress=on_progress)
    searched, unreadable = search_all(enrolled)
    figures: dict[str, object] = {"clones": len(searched), "registry": len(registry.people), **count(searched)}
    figures |= {
        "target_not_enrolled": len(rows) - len(enrolled),
        "unreadable": unreadable,
        "open_set": [_promised(searched, promised) for promised in PROMISED_FPIRS],
        "weak": {"clones": sum(1 for one in searched if one.row.weak)} | count(_weak(searched, weak=True)),
        "not_weak": {"clones": sum(1 for one in searched if not one.row.weak)} | count(_weak(searched, weak=False)),
        "families": _by("family", searched, {id(one): one.row.family for one in searched}),
        "systems": _by("system", searched, {id(one): one.row.system for one in searched}),
    }
    if reencodings:
        figures["reencoded"] = [_reencoded(enrolled, search_all, each, examiner.cancel) for each in reencodings]
    return figures | {
        "promise": {"review_fpir": promise.review_fpir, "block_fpir": promise.block_fpir},
        "enrolled_recordings": recordings,
        "pack": card.name,
        "cohort": "none" if scale.cohort is None else "shipped" if shipped else "other folds",
        "bounds": "shipped" if shipped else "other folds",
        "seconds": round(time.monotonic() - started, 1),
    }


def count(searched: Iterable[Searched]) -> dict[str, object]:
    """Return how many clones went which way, and the share found with its interval over targets."""
    every = list(searched)
    found: dict[str, list[int]] = {}
    for one in every:
        mine = found.setdefault(one.row.target, [0, 0])
        mine[0] += one.outcome != "missed"
        mine[1] += 1
    share, interval = share_by_person(found)
    return {
        "top1": sum(one.first for one in every),
        "identified": sum(one.outcome == "identified" for one in every),
        "possible": sum(one.outcome == "possible" for one in every),
        "missed": sum(one.outcome == "missed" for one in every),
        "at_least_possible": share,
        "at_least_possible_ci": interval,
        "wrong_block": sum(one.accused for one in every),
        "wrong_review": sum(one.suspected for one in every),
        "no_speech": sum(not one.heard for one in every),
        "not_examined": sum(one.heard and not one.judged for one in every),
    }


def _search_all(
    rows: Sequence[CloneRow],
    *,
    registry: Registry,
    examiner: Examiner,
    promise: Promise,
    on_progress: ProgressHook,
) -> tuple[list[Searched], list[dict[str, str]]]:
    searched, unreadable = [], []
    for number, row in enumerate(rows):
        on_progress(row.path.name, number, len(rows))
        try:
            observations = examiner.observe(row.path)
        except ClipError as error:
            unreadable.append({"file": row.path.name, "sentence": error.sentence})
        else:
            searched.append(search(row, observations, registry, promise))
    return searched, unreadable


def _weak(searched: Sequence[Searched], *, weak: bool) -> list[Searched]:
    return [one for one in searched if one.row.weak is weak]


def _promised(searched: Sequence[Searched], promised: float) -> dict[str, object]:
    counts: dict[str, list[int]] = {}
    for one in searched:
        mine = counts.setdefault(one.row.target, [0, 0])
        mine[0] += one.within[promised]
        mine[1] += 1
    share, interval = share_by_person(counts)
    strong, _interval = share_by_person(
        {str(number): (int(one.within[promised]), 1) for number, one in enumerate(_weak(searched, weak=False))}
    )
    return {
        "promised_fpir": promised,
        "at_least_possible": share,
        "at_least_possible_ci": interval,
        "at_least_possible_not_weak": strong,
    }


def _by(name: str, searched: Sequence[Searched], names: Mapping[int, str]) -> list[dict[str, object]]:
    groups: dict[str, list[Searched]] = {}
    for one in searched:
        groups.setdefault(names[id(one)], []).append(one)
    return [
        {
            name: group,
            "clones": len(mine),
            **{key: value for key, value in count(mine).items() if key in ("top1", "identified", "possible", "missed")},
            "weak": sum(one.row.weak for one in mine),
        }
        for group, mine in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _reencoded(
    rows: Sequence[CloneRow], search_all: SearchAll, reencoding: Reencoding, cancel: CancelToken
) -> dict[str, object]:
    with reencoded([row.path for row in rows], reencoding, cancel) as copies:
        searched, unreadable = search_all([replace(row, path=copy) for row, copy in zip(rows, copies, strict=True)])
    counts = count(searched)
    wanted = ("top1", "identified", "possible", "missed", "wrong_block", "no_speech", "not_examined")
    promised = {f"at_least_possible_at_{rate:g}": _promised(searched, rate) for rate in PROMISED_FPIRS}
    return {
        "encoding": reencoding.name,
        **{name: counts[name] for name in wanted},
        "unreadable": len(unreadable),
        **{name: row["at_least_possible"] for name, row in promised.items()},
    }
