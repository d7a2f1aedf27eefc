"""`evaluate` and `consent test`: the figures as one document and as tables, and the cases that differ."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from cli.figures import show_figures
from cli.session import Session, Volume
from countenance.errors import ClipError
from countenance.observations import Observations
from countenance.places import find_places
from countenance.wire import Examine
from countenance.work import CancelToken
from tests.cli.running import Terminal
from tests.scan.evaluation.heard import heard, speaker
from tests.scan.made import observations, photo, portrait, track

PEOPLE = 24
DIMENSION = 128


class Painter:
    """Answers as the detectors do, with faces drawn from a file's name: pictures of twenty free people cannot be had.

    `p07_2.png` shows person 7, `p07_2.wav` has them speak; what begins with "none" shows nobody; what begins with
    "bad" cannot be read.
    """

    def examine(self, request: Examine, *_others: object) -> Observations:
        name = Path(request.path).name
        if name.startswith("bad"):
            raise ClipError(f"“{name}” is damaged.")
        if name.startswith("none"):
            return photo(name=name)
        if name.endswith(".wav"):
            return heard(speaker(0, _face(name, request.voice_dimension)), name=name)
        if name.endswith(".mp4"):
            return observations(track(0, _face(name)), name=name)
        return photo(portrait(0, _face(name)), name=name)


def _face(name: str, dimension: int = DIMENSION) -> bytes:
    """Return an embedding near the person's own, a little different for each picture."""
    person = np.random.default_rng(int(name[1:3])).normal(size=dimension)
    picture = np.random.default_rng(sum(name.encode())).normal(size=dimension)
    vector = person / np.linalg.norm(person) + 0.25 * picture / np.linalg.norm(picture)
    return (vector / np.linalg.norm(vector)).astype("<f4").tobytes()


@pytest.fixture
def painted(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr("cli.session.DetectorWorker", lambda **_known: nullcontext(Painter()))
    return terminal


@pytest.fixture
def index(tmp_path: Path) -> Path:
    rows = [(f"p{person:02d}_{number}.png", f"person {person:02d}") for person in range(PEOPLE) for number in range(3)]
    rows += [("none_1.png", "person 00"), ("bad_1.png", "person 01"), ("p99_1.png", "_not a person")]
    return _table(tmp_path / "index.csv", ("file", "identity"), rows)


def _table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows([columns, *rows])
    return path


def test_figures_of_faces_are_one_document(painted: Terminal, index: Path, tmp_path: Path) -> None:
    groups = _table(
        tmp_path / "groups.csv",
        ("identity", "group"),
        [(f"person {n:02d}", ["even", "odd"][n % 2]) for n in range(PEOPLE)],
    )
    aliases = _table(tmp_path / "aliases.csv", ("identity_a", "identity_b"), [("person 22", "person 23")])

    answer = painted.plain("evaluate", "faces", index, "--groups", groups, "--aliases", aliases, "--json")

    figures = answer.document()
    assert answer.code == 0
    assert (figures["samples"], figures["identities"], figures["failures_to_enrol"]) == (72, 23, 2)
    assert figures["genuine_pairs"] > 60
    assert set(figures["tar"]) == set(figures["tar_ci"]) == {"1e-2", "1e-3", "1e-4"}
    assert set(figures["groups"]) == {"even", "odd"}
    assert {"eer", "open_set", "worst_identities", "gate_rejections", "pack", "model", "cohort", "seconds"} <= set(
        figures
    )


def test_figures_of_faces_are_readable_tables(painted: Terminal, index: Path) -> None:
    answer = painted.plain("evaluate", "faces", index)

    assert answer.code == 0
    assert "tar 1e-3" in answer.out
    assert "open_set" in answer.out
    assert "promised_fpir" in answer.out
    assert "{" not in answer.out


def test_too_few_people_measure_nothing(painted: Terminal, tmp_path: Path) -> None:
    index = _table(tmp_path / "few.csv", ("file", "identity"), [("p01_1.png", "a"), ("p02_1.png", "b")])

    answer = painted.plain("evaluate", "faces", index, "--json")

    assert answer.code == 2
    assert "2 people are too few" in answer.document()["error"]["sentence"]


def test_figures_of_clips_are_one_document_or_tables(painted: Terminal, index: Path, tmp_path: Path) -> None:
    columns = ("file", "source_picture", "people_shown", "faces_expected", "notes")
    rows = [
        ("p00_9.mp4", "p00_0.png", "", 1, ""),
        ("p30_9.mp4", "", "", 1, "two panels"),
        ("none.mp4", "", "", 0, ""),
        ("bad.mp4", "", "", 1, ""),
    ]
    table = _table(tmp_path / "clips.csv", columns, rows)

    told = painted.plain("evaluate", "clips", table, "--crowd", index, "--json")
    shown = painted.plain("evaluate", "clips", table)

    figures = told.document()
    assert (told.code, shown.code) == (0, 0)
    assert (figures["clips"], figures["with_source"], figures["unreadable"]) == (4, 1, 1)
    assert figures["files"]["unreadable"][0]["file"] == "bad.mp4"
    assert "wrong_block_source_absent" in shown.out
    assert "bad.mp4" in shown.out


def test_figures_keep_their_intervals_beside_them(nowhere: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(
        places=find_places(), registry_file=None, key_file=None, pack="starter", as_json=False,
        volume=Volume.NORMAL, cancel=CancelToken(),
        operator="test",
    )  # fmt: skip
    figures: dict[str, object] = {
        "eer": float("nan"),
        "tar": {"1e-2": 0.98765432},
        "tar_ci": {"1e-2": [0.9, 1.0]},
        "open_set": [{"gallery": 10.0, "measured_fpir": 0.05, "fpir_ci": [0.04, 0.06], "fnir": 0.1}],
        "failed_files": ["a[/].png", "b.png"],
        "nobody": [],
    }

    show_figures(session, figures)

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "eer –" in lines
    assert "tar 1e-2 0.9877 0.9 – 1" in lines
    assert "10 0.05 (0.04 – 0.06) 0.1" in lines
    assert "failed_files a[/].png, b.png" in lines
    assert "nobody –" in lines


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    rows = [(f"p{person:02d}_{number}.wav", f"person {person:02d}", 4) for person in range(40) for number in range(2)]
    return _table(tmp_path / "voices.csv", ("file", "speaker", "speech_s"), rows)


def test_figures_of_voices_are_one_document_or_tables(painted: Terminal, voices: Path, tmp_path: Path) -> None:
    trials = _table(
        tmp_path / "trials.csv",
        ("a", "b", "same"),
        [("p00_0.wav", "p00_1.wav", 1), ("p00_0.wav", "p01_1.wav", 0)],
    )

    told = painted.plain("evaluate", "voices", voices, "--least-speech", "5", "--json")
    listed = painted.plain("evaluate", "voices", voices, "--trials", trials, "--json")
    shown = painted.plain("evaluate", "voices", voices)

    assert (told.code, listed.code, shown.code) == (0, 0, 0)
    assert (told.document()["samples"], told.document()["identities"]) == (80, 40)
    assert {"open_set", "open_set_whole", "all_pairs"} <= set(told.document())
    assert (listed.document()["genuine_pairs"], listed.document()["impostor_pairs"]) == (1, 1)
    assert "open_set_whole" in shown.out
    assert "all_pairs eer" in shown.out
    assert "{" not in shown.out


def test_figures_of_clones_are_one_document_or_tables(painted: Terminal, voices: Path, tmp_path: Path) -> None:
    clones = _table(
        tmp_path / "clones.csv",
        ("file", "target_speaker", "system", "notes"),
        [("p03_7.wav", "person 03", "Parrot (zero-shot TTS)", ""), ("p55_1.wav", "person 04", "Jay", "weak likeness")],
    )

    told = painted.plain("evaluate", "clones", clones, "--voices", voices, "--json")
    shown = painted.plain("evaluate", "clones", clones, "--voices", voices, "--review-rate", "0.1")

    figures = told.document()
    assert (told.code, shown.code) == (0, 0)
    assert (figures["clones"], figures["top1"], figures["wrong_block"]) == (2, 1, 0)
    assert figures["weak"]["clones"] == 1
    assert "Parrot" in shown.out


def test_figures_of_diarisation_are_one_document_or_tables(painted: Terminal, tmp_path: Path) -> None:
    (tmp_path / "d.rttm").write_text("SPEAKER d 1 0 6 <NA> <NA> ada <NA> <NA>\n")
    table = _table(tmp_path / "d.csv", ("file", "rttm"), [("p01_0.wav", "d.rttm"), ("bad.wav", "d.rttm")])

    told = painted.plain("evaluate", "diarisation", table, "--json")
    shown = painted.plain("evaluate", "diarisation", table)

    assert (told.code, shown.code) == (0, 0)
    assert told.document()["der"] == 0.0
    assert [one["file"] for one in told.document()["files"]] == ["p01_0.wav"]
    assert "p01_0.wav" in shown.out


def test_a_coding_that_is_none_is_refused_before_anything_is_measured(painted: Terminal, voices: Path) -> None:
    answer = painted.plain("evaluate", "voices", voices, "--reencode", "wax:78", "--json")

    assert answer.code == 2
    assert "wax:78" in answer.document()["error"]["sentence"]


@pytest.mark.media
def test_real_faces_are_measured(terminal: Terminal, test_media: Path, tmp_path: Path) -> None:
    """Two pictures each of the first people of the real set; the whole of it is measured outside the tests."""
    people = defaultdict(list)
    with (test_media / "faces" / "index.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if not row["identity"].startswith("_"):
                people[row["identity"]].append(str(test_media / "faces" / row["file"]))
    chosen = [(file, name) for name, files in sorted(people.items()) if len(files) > 1 for file in files[:2]][:60]
    index = _table(tmp_path / "index.csv", ("file", "identity"), chosen)

    figures = terminal.plain("evaluate", "faces", index, "--json").document()

    assert figures["identities"] == 30
    assert figures["samples"] >= 55
    assert figures["tar"]["1e-2"] > 0.8


CASE_COLUMNS = (
    *("case_id", "title", "found", "persons", "grants", "prohibitions", "purpose", "themes", "category"),
    *("face_method", "voice_method", "channels", "territories", "language", "publish_at", "checked_at", "project"),
    *("grantee", "labels_done", "approvals", "exception", "expected_judgement", "expected_reason"),
    *("expected_duties", "expected_per_person", "clip_verdict", "clip_verdict_strict"),
)


def _case(number: str, expected: str) -> dict[str, str]:
    empty = dict.fromkeys(CASE_COLUMNS, "")
    return empty | {
        **dict.fromkeys(("found", "persons", "grants", "prohibitions"), "[]"),
        "case_id": number,
        "purpose": "social_content",
        "channels": "youtube",
        "territories": "WORLD",
        "publish_at": "2026-05-01T10:00:00+00:00",
        "grantee": "us",
        "expected_judgement": expected,
        "expected_reason": "no_people",
        "expected_per_person": "{}",
        "clip_verdict": "no_match",
        "clip_verdict_strict": "no_match",
    }


def test_cases_that_agree_end_well_and_one_that_differs_does_not(nowhere: Terminal, tmp_path: Path) -> None:
    good = _table(tmp_path / "good.csv", CASE_COLUMNS, [tuple(_case("A1", "clear").values())])
    bad = _table(
        tmp_path / "bad.csv",
        CASE_COLUMNS,
        [tuple(_case("A1", "clear").values()), tuple(_case("A2", "permitted").values())],
    )

    agreed, differed = (
        nowhere.plain("consent", "test", "--cases", good),
        nowhere.plain("consent", "test", "--cases", bad),
    )
    told = nowhere.plain("consent", "test", "--cases", bad, "--json")

    assert (agreed.code, differed.code, told.code) == (0, 6, 6)
    assert agreed.out.strip() == "1 of 1 cases agree."
    assert differed.out.startswith("A2")
    assert (told.document()["cases"], told.document()["agree"]) == (2, 1)
    assert told.document()["differ"][0]["case_id"] == "A2"
