"""`evaluate clips`: source pictures enrolled beside a crowd, each clip checked with its source enrolled and without.

Protocol: contract.md, "Measuring itself". A person of the crowd leaves for a clip in which they appear: those of
`people_shown` with their aliases, and pictures taken from the very material the clip was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from countenance.errors import ClipError
from countenance.identification import Identification, IdentificationStatus
from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.work import ProgressHook
from scan.enrol import refusal_of
from scan.evaluation.tables import Aliases, read_rows
from scan.gallery import build_gallery
from scan.identify import identify
from scan.operating import Promise

Observe = Callable[[Path], Observations]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRow:
    """One row of the table of clips.

    Attributes:
        source: person id of the source picture; empty without one.
        origin: where the clip was taken from, without its ending; pictures of the same origin show the same person.
        panel: the source picture itself is part of the frame.
    """

    path: Path
    source: str
    shown: frozenset[str]
    faces_expected: int | None
    origin: tuple[str, str]
    panel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Somebody of the trial's registry and the origins of their pictures."""

    templates: tuple[bytes, ...]
    origins: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The registry of the trial and how it is judged."""

    crowd: Mapping[str, Enrolled]
    sources: Mapping[str, Enrolled]
    aliases: Aliases
    card: PackCard
    promise: Promise


@dataclass(slots=True)
class Tally:
    """What is counted over clips."""

    with_source: int = 0
    identified: int = 0
    possible: int = 0
    missed: int = 0
    wrong_block: int = 0
    wrong_review: int = 0
    wrong_block_source_absent: int = 0
    wrong_review_source_absent: int = 0
    details: list[dict[str, object]] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Return the counts as the contract names them."""
        names = [name for name in self.__slots__ if name != "details"]
        return {name: getattr(self, name) for name in names}


def origin_of(row: Mapping[str, str]) -> tuple[str, str]:
    """Return where a row's file was taken from: repository and path without ending."""
    path = row.get("source_path") or row["file"]
    return row.get("source_repo", ""), str(PurePosixPath(path).with_suffix(""))


def read_clips(table: Path) -> list[ClipRow]:
    """Return the rows of a table of clips (columns `file, source_picture, people_shown, …`)."""
    rows = read_rows(table, ("file", "source_picture", "people_shown"))
    return [
        ClipRow(
            path=table.parent / row["file"],
            source=row["source_picture"].strip(),
            shown=frozenset(row["people_shown"].split()),
            faces_expected=int(row["faces_expected"]) if row.get("faces_expected", "").isdigit() else None,
            origin=origin_of(row),
            panel="panel" in row.get("notes", ""),
        )
        for row in rows
    ]


def best_templates(observations: Observations) -> tuple[tuple[bytes, ...], bool]:
    """Return the embeddings of a picture's largest face, and whether the gate would have refused it."""
    tracks = [track for track in observations.tracks if track.samples]
    if not tracks:
        return (), True
    main = max(tracks, key=lambda track: track.samples[0].detection.size_px)
    refused = any(refusal_of(sample.detection) is not None for sample in main.samples)
    return tuple(sample.embedding for sample in main.samples), refused


def evaluate_clips(
    rows: Sequence[ClipRow], trial: Trial, observe: Observe, on_progress: ProgressHook
) -> dict[str, object]:
    """Return the figures of the contract, the same for panel clips apart, and a line per clip that went wrong."""
    everyone, panels = Tally(), Tally()
    unreadable, no_track, track_without_face, enough, expected = [], [], [], 0, 0
    for number, row in enumerate(rows):
        on_progress("clips", number, len(rows))
        try:
            observations = observe(row.path)
        except ClipError as error:
            unreadable.append({"file": row.path.name, "sentence": error.sentence})
            continue
        most = most_at_once(observations)
        if row.faces_expected:
            expected += 1
            enough += most >= row.faces_expected
            no_track += [row.path.name] if not observations.tracks else []
        elif row.faces_expected == 0 and observations.tracks:
            track_without_face.append(row.path.name)
        outcome = _check_twice(row, observations, trial)
        for tally in (everyone, panels) if row.panel else (everyone,):
            _count(tally, row, outcome, most)
    return {
        "clips": len(rows),
        **everyone.figures(),
        "no_track": len(no_track),
        "track_without_face": len(track_without_face),
        "unreadable": len(unreadable),
        "with_faces": expected,
        "enough_tracks": enough,
        "panels": panels.figures(),
        "files": {"no_track": no_track, "track_without_face": track_without_face, "unreadable": unreadable},
        "details": everyone.details,
        "pack": trial.card.name,
        "registry": len(trial.crowd) + len(trial.sources),
        "promise": {"review_fpir": trial.promise.review_fpir, "block_fpir": trial.promise.block_fpir},
    }


def most_at_once(observations: Observations) -> int:
    """Return the largest number of faces seen in one frame."""
    edges = sorted(
        [(track.start_s, 0) for track in observations.tracks] + [(track.end_s, 1) for track in observations.tracks]
    )
    most = now = 0
    for _at_s, ends in edges:
        now += -1 if ends else 1
        most = max(most, now)
    return most


def _check_twice(
    row: ClipRow,
    observations: Observations,
    trial: Trial,
) -> tuple[Sequence[Identification], Sequence[Identification]]:
    person_of, crowd, scale = trial.aliases.person, trial.crowd, trial.card.face
    shown = {person_of(name) for name in row.shown}
    shown |= {person_of(name) for name, person in crowd.items() if row.origin in person.origins}
    present = {name: person.templates for name, person in trial.sources.items()}
    present |= {name: person.templates for name, person in crowd.items() if person_of(name) not in shown}
    absent = {name: templates for name, templates in present.items() if name != row.source}
    with_source, _point = identify(observations.tracks, build_gallery(present, scale), scale, trial.promise)
    without, _point = identify(observations.tracks, build_gallery(absent, scale), scale, trial.promise)
    return with_source, without


def _count(
    tally: Tally, row: ClipRow, outcome: tuple[Sequence[Identification], Sequence[Identification]], most: int
) -> None:
    with_source, without = outcome
    identified, possible = _people(with_source)
    wrong_identified, wrong_possible = identified - {row.source}, possible - identified - {row.source}
    absent_identified, absent_possible = _people(without)
    tally.wrong_block += bool(wrong_identified)
    tally.wrong_review += bool(wrong_possible)
    result = "none"
    if row.source:
        result = "identified" if row.source in identified else "possible" if row.source in possible else "missed"
        tally.with_source += 1
        tally.identified += result == "identified"
        tally.possible += result == "possible"
        tally.missed += result == "missed"
        tally.wrong_block_source_absent += bool(absent_identified)
        tally.wrong_review_source_absent += bool(absent_possible - absent_identified)
    if wrong_identified or wrong_possible or result in ("possible", "missed") or absent_identified:
        tally.details.append(
            {
                "file": row.path.name,
                "result": result,
                "wrong_block": sorted(wrong_identified),
                "wrong_review": sorted(wrong_possible),
                "source_absent_block": sorted(absent_identified),
                "most_at_once": most,
                "faces_expected": row.faces_expected,
                "tracks": [_track_line(item) for item in with_source],
            }
        )


def _people(found: Sequence[Identification]) -> tuple[set[str], set[str]]:
    identified = {item.person for item in found if item.status is IdentificationStatus.IDENTIFIED and item.person}
    possible = {item.person for item in found if item.status is IdentificationStatus.POSSIBLE and item.person}
    return identified, possible


def _track_line(item: Identification) -> dict[str, object]:
    return {
        "status": item.status.value,
        "best": item.best.person if item.best else None,
        "rate": item.best.rate if item.best else None,
        "reasons": [reason.value for reason in item.reasons],
    }
