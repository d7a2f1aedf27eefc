"""What `evaluate clones` counts, on clones whose voices are made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countenance.errors import WrongUsageError
from scan.evaluation.clones import CloneRow, read_clones, run_clones
from scan.evaluation.tables import read_aliases
from scan.gallery import unit
from scan.operating import Promise
from tests.scan.evaluation.crowd import people
from tests.scan.evaluation.heard import heard, short, speaker, table
from tests.scan.made import CARD, DIMENSION

CROWD = people(40, 3, scatter=0.6)


def like(person: str, share: float) -> bytes:
    """Return a voice of this cosine to a person's first recording; the rest of it is nobody's."""
    own = np.frombuffer(CROWD[person][0], "<f4")
    other = np.random.default_rng(7).normal(size=DIMENSION)
    other = unit(other - (other @ own) * own)
    return unit(share * own + (1 - share**2) ** 0.5 * other).astype("<f4").tobytes()


@pytest.fixture
def voices(tmp_path: Path, stand_in) -> Path:
    rows = [("file", "speaker")]
    for person, recordings in CROWD.items():
        for count, embedding in enumerate(recordings):
            name = f"{person}_{count}.flac"
            stand_in.answers[name] = heard(speaker(0, embedding), name=name)
            rows.append((name, person))
    return table(tmp_path / "index.csv", *rows)


def clones(tmp_path: Path, voices: Path, stand_in, *rows: tuple[str, ...], **options):
    columns = ("file", "target_speaker", "system", "notes")
    listed = table(tmp_path / "clones.csv", columns, *rows)
    return run_clones(listed, voices, stand_in, CARD, tmp_path, promise=Promise(), **options)


def test_good_clones_are_recognised_and_weak_ones_told_apart(tmp_path, voices, stand_in):
    stand_in.answers |= {
        "good.wav": heard(speaker(0, like("person001", 0.98))),
        "weak.wav": heard(speaker(0, like("person002", 0.1))),
        "brief.wav": heard(short(speaker(0, like("person003", 0.98)))),
        "mute.wav": heard(),
    }

    figures = clones(
        tmp_path,
        voices,
        stand_in,
        ("good.wav", "person001", "YourTTS exp1 (zero-shot TTS)", ""),
        ("weak.wav", "person002", "YourTTS exp6 (voice conversion)", "weak likeness"),
        ("brief.wav", "person003", "AutoVC (voice conversion)", ""),
        ("mute.wav", "person004", "AutoVC (voice conversion)", ""),
        ("gone.wav", "person005", "AutoVC (voice conversion)", ""),
        ("good.wav", "nobody", "AutoVC (voice conversion)", ""),
    )

    assert (figures["clones"], figures["registry"], figures["top1"]) == (4, 40, 2)
    assert figures["identified"] + figures["possible"] == 2  # a brief one raises an alarm as well
    assert (figures["missed"], figures["wrong_block"]) == (2, 0)
    assert (figures["no_speech"], figures["not_examined"], figures["target_not_enrolled"]) == (1, 1, 1)
    assert [one["file"] for one in figures["unreadable"]] == ["gone.wav"]
    assert (figures["weak"]["clones"], figures["weak"]["missed"]) == (1, 1)
    assert (figures["not_weak"]["clones"], figures["not_weak"]["missed"]) == (3, 1)
    assert [(one["family"], one["clones"], one["weak"]) for one in figures["families"]] == [
        ("AutoVC", 2, 0),
        ("YourTTS", 2, 1),
    ]
    assert len(figures["systems"]) == 3


def test_every_promise_has_its_row_and_looser_ones_find_no_less(tmp_path, voices, stand_in):
    names = [f"c{number}.wav" for number in range(10)]
    stand_in.answers |= {
        name: heard(speaker(0, like(f"person{number:03d}", 0.5 + number / 25))) for number, name in enumerate(names)
    }

    figures = clones(
        tmp_path,
        voices,
        stand_in,
        *((name, f"person{number:03d}", "X", "") for number, name in enumerate(names)),
    )

    found = [row["at_least_possible"] for row in figures["open_set"]]
    assert [row["promised_fpir"] for row in figures["open_set"]] == [0.01, 0.05, 0.1]
    assert found == sorted(found)
    assert 0 < found[-1] <= 1


def test_somebody_else_taken_for_sure_is_a_wrong_block(tmp_path, voices, stand_in):
    stand_in.answers["swapped.wav"] = heard(speaker(0, CROWD["person009"][0]))

    figures = clones(tmp_path, voices, stand_in, ("swapped.wav", "person001", "X", ""), shipped=True)

    assert (figures["missed"], figures["top1"], figures["wrong_block"]) == (1, 0, 1)
    assert figures["bounds"] == "shipped"


def test_a_target_may_go_by_another_name_and_clones_lie_in_a_folder_of_the_tables_name(tmp_path):
    aliases = table(tmp_path / "aliases.csv", ("speaker_a", "speaker_b"), ("ada", "countess"))
    listed = table(tmp_path / "clones.csv", ("file", "target_speaker"), ("a.wav", "countess"))
    (tmp_path / "clones").mkdir()

    (row,) = read_clones(listed, read_aliases(aliases))

    assert (row.target, row.path, row.system, row.family, row.weak) == (
        "ada",
        tmp_path / "clones" / "a.wav",
        "",
        "",
        False,
    )


def test_a_family_is_the_first_word_of_a_system():
    def family(system: str) -> str:
        return CloneRow(path=Path("a"), target="x", system=system, weak=False).family

    assert family("SC-GlowTTS (zero-shot TTS)") == "SC-GlowTTS"
    assert family('"VALL-E (demo') == "VALL-E"
    assert family("AutoVC (unseen) (voice conversion)") == "AutoVC"


def test_too_few_enrolled_are_no_registry_to_measure_in(tmp_path, stand_in):
    rows = [(f"{person}_0.flac", person) for person in list(CROWD)[:10]]
    for name, person in rows:
        stand_in.answers[name] = heard(speaker(0, CROWD[person][0]))

    with pytest.raises(WrongUsageError, match="too few"):
        clones(tmp_path, table(tmp_path / "few.csv", ("file", "speaker"), *rows), stand_in, ("a", "b", "", ""))
