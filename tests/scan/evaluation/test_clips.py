"""What `evaluate clips` counts, on clips whose faces are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from countenance.errors import ClipError
from countenance.observations import Observations
from countenance.work import ignore_progress
from scan.evaluation.clips import (
    ClipRow,
    Enrolled,
    Trial,
    best_templates,
    evaluate_clips,
    most_at_once,
    origin_of,
    read_clips,
)
from scan.evaluation.tables import Aliases
from scan.identify import bounds_of
from scan.operating import Promise, operating_point
from tests.scan.made import CARD, SCALE, face, observations, photo, portrait, sized, track

LONG = (0.0, 1.0, 2.0, 3.0)
NO_ALIASES = Aliases({}, frozenset())
SOURCE, OTHER_SOURCE, MEMBER, TWIN = 0, 1, 2, 3


def row(name: str = "clip.mp4", source: str = "ada.jpg", faces: int | None = 1, **changes) -> ClipRow:
    fields = {"shown": frozenset(), "origin": ("repo", name), "panel": False} | changes
    return ClipRow(path=Path(name), source=source, faces_expected=faces, **fields)


def trial(aliases: Aliases = NO_ALIASES, origins: frozenset[tuple[str, str]] = frozenset()) -> Trial:
    return Trial(
        crowd={"member": Enrolled(templates=(face({MEMBER: 1.0}),), origins=origins)},
        sources={
            "ada.jpg": Enrolled(templates=(face({SOURCE: 1.0}),)),
            "ben.jpg": Enrolled(templates=(face({OTHER_SOURCE: 1.0}),)),
        },
        aliases=aliases,
        card=CARD,
        promise=Promise(),
    )


def shows(likeness: dict[int, float]) -> Observations:
    return observations(track(0, face(likeness), LONG))


def evaluated(scenes: dict[str, Observations], rows: list[ClipRow], on: Trial | None = None) -> dict[str, object]:
    def observe(path: Path) -> Observations:
        if path.name not in scenes:
            raise ClipError(f"“{path.name}” is damaged.")
        return scenes[path.name]

    return evaluate_clips(rows, on or trial(), observe, ignore_progress)


def possibly(people: int = 3) -> float:
    bounds = bounds_of(SCALE, operating_point(SCALE, Promise(), people, 1))
    return (bounds.review + bounds.block) / 2


def test_a_source_that_is_found_counts_as_identified():
    figures = evaluated({"clip.mp4": shows({SOURCE: 0.9})}, [row()])

    assert (figures["with_source"], figures["identified"], figures["possible"], figures["missed"]) == (1, 1, 0, 0)
    assert (figures["wrong_block"], figures["wrong_block_source_absent"]) == (0, 0)
    assert figures["details"] == []


def test_a_source_that_is_only_possible_or_missed_is_told_with_its_tracks():
    scenes = {"maybe.mp4": shows({SOURCE: possibly()}), "no.mp4": shows({})}

    figures = evaluated(scenes, [row("maybe.mp4"), row("no.mp4")])

    assert (figures["identified"], figures["possible"], figures["missed"]) == (0, 1, 1)
    assert [(line["file"], line["result"]) for line in figures["details"]] == [
        ("maybe.mp4", "possible"),
        ("no.mp4", "missed"),
    ]
    assert figures["details"][0]["tracks"][0]["status"] == "possible"


def test_somebody_else_identified_is_a_wrong_block_beside_the_right_one():
    scene = observations(track(0, face({SOURCE: 0.9}), LONG), track(1, face({MEMBER: 0.9}), LONG))

    figures = evaluated({"clip.mp4": scene}, [row(faces=2)])

    assert (figures["identified"], figures["wrong_block"], figures["wrong_review"]) == (1, 1, 0)
    assert figures["wrong_block_source_absent"] == 1
    assert figures["details"][0]["wrong_block"] == ["member"]


def test_somebody_else_possible_is_a_wrong_review():
    figures = evaluated({"clip.mp4": shows({MEMBER: possibly()})}, [row()])

    assert (figures["missed"], figures["wrong_block"], figures["wrong_review"]) == (1, 0, 1)
    assert figures["wrong_review_source_absent"] == 1


def test_with_its_source_left_out_a_clip_may_be_taken_for_another():
    figures = evaluated({"clip.mp4": shows({SOURCE: 0.8, OTHER_SOURCE: 0.55})}, [row()])

    assert (figures["identified"], figures["wrong_block"]) == (1, 0)
    assert figures["wrong_block_source_absent"] == 1


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({"shown": frozenset({"member"})}, trial()),
        ({"shown": frozenset({"alias"})}, trial(Aliases({"alias": "member"}, frozenset()))),
        ({"origin": ("repo", "film/scene")}, trial(origins=frozenset({("repo", "film/scene")}))),
    ],
    ids=["by name", "by alias", "by origin"],
)
def test_people_of_the_crowd_who_appear_leave_for_that_clip(changes, on):
    scenes = {"clip.mp4": shows({MEMBER: 0.9}), "other.mp4": shows({MEMBER: 0.9})}

    figures = evaluated(scenes, [row(source="", **changes)], on)
    beside = evaluated(scenes, [row("other.mp4", source="")], on)

    assert figures["wrong_block"] == 0
    assert beside["wrong_block"] == 1


def test_clips_without_a_source_count_wrong_alarms_alone():
    figures = evaluated({"clip.mp4": shows({MEMBER: 0.9})}, [row(source="")])

    assert (figures["with_source"], figures["missed"]) == (0, 0)
    assert (figures["wrong_block"], figures["wrong_block_source_absent"]) == (1, 0)
    assert figures["details"][0]["result"] == "none"


def test_clips_that_show_the_source_picture_are_counted_apart_too():
    scenes = {"panel.mp4": shows({SOURCE: 0.9}), "clip.mp4": shows({SOURCE: 0.9})}

    figures = evaluated(scenes, [row("panel.mp4", panel=True), row()])

    assert figures["identified"] == 2
    assert figures["panels"]["identified"] == 1


def test_faces_expected_and_found_are_counted():
    two = observations(track(0, face({}, own=50), LONG), track(1, face({}, own=51), LONG))
    scenes = {"two.mp4": two, "none.mp4": observations(), "cat.mp4": shows({}), "unsaid.mp4": shows({})}
    rows = [
        row("two.mp4", "", 2),
        row("none.mp4", "", 1),
        row("cat.mp4", "", 0),
        row("unsaid.mp4", "", None),
        row("gone.mp4", "", 1),
    ]

    figures = evaluated(scenes, rows)

    assert (figures["clips"], figures["with_faces"], figures["enough_tracks"]) == (5, 2, 1)
    assert (figures["no_track"], figures["track_without_face"], figures["unreadable"]) == (1, 1, 1)
    assert figures["files"] == {
        "no_track": ["none.mp4"],
        "track_without_face": ["cat.mp4"],
        "unreadable": [{"file": "gone.mp4", "sentence": "“gone.mp4” is damaged."}],
    }


def test_the_figures_name_their_pack_registry_and_promise():
    figures = evaluated({"clip.mp4": shows({SOURCE: 0.9})}, [row()])

    assert (figures["pack"], figures["registry"]) == ("drawn", 3)
    assert figures["promise"] == {"review_fpir": 0.05, "block_fpir": 0.005}


def test_the_most_faces_at_once_are_counted_and_not_those_one_after_another():
    one, beside, later = track(0, b"", LONG), track(1, b"", (2.0, 4.0)), track(2, b"", (5.0, 6.0))

    assert most_at_once(observations(one, beside, later)) == 2
    assert most_at_once(observations()) == 0


def test_a_picture_is_enrolled_by_its_largest_face():
    small = portrait(0, face({1: 1.0}), size_px=60.0, box=sized(0.1).box)

    assert best_templates(photo(small, portrait(1, face({0: 1.0})))) == ((face({0: 1.0}),), False)
    assert best_templates(photo(portrait(0, face({0: 1.0}), sharpness=0.0))) == ((face({0: 1.0}),), True)
    assert best_templates(photo()) == ((), True)


def test_a_table_of_clips_is_read(tmp_path):
    table = tmp_path / "clips.csv"
    table.write_text(
        "file,source_repo,source_path,source_picture,people_shown,faces_expected,notes\n"
        "a.mp4,some/repo,assets/a.mov,sources/a.jpg,ada ben,2,two panels\n"
        "b.mp4,,,,,,\n",
        "utf-8",
    )

    first, second = read_clips(table)

    assert (first.path, first.source, first.shown) == (tmp_path / "a.mp4", "sources/a.jpg", frozenset({"ada", "ben"}))
    assert (first.faces_expected, first.panel, first.origin) == (2, True, ("some/repo", "assets/a"))
    assert (second.source, second.shown, second.faces_expected, second.panel) == ("", frozenset(), None, False)


def test_a_file_without_a_source_path_is_its_own_origin():
    assert origin_of({"file": "x/a.jpg"}) == ("", "x/a")
    assert origin_of({"file": "a.jpg", "source_repo": "r", "source_path": "p/film.mp4"}) == ("r", "p/film")
