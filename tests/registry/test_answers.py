"""What was answered about somebody in a clip: kept, taken back, and gone with the person it names."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from countenance.answers import Answer, AnswerKind, Spot
from countenance.decisions import ClipMark
from countenance.errors import WrongUsageError
from countenance.observations import Box
from countenance.people import Modality, PersonKind
from registry import ErasureReason, Registry, deed_sentence
from tests.registry.clips import CLIP, OTHER_CLIP, REMUXED
from tests.registry.people import NOW, enrolled, opened, person

FACE = Spot(modality=Modality.FACE, start_s=0.0, end_s=4.0, at_s=1.5, box=Box(x=0.1, y=0.2, width=0.25, height=0.5))
VOICE = Spot(modality=Modality.VOICE, start_s=2.0, end_s=3.0, stream=1)
PASSER_BY = Answer(id="", clip=CLIP, kind=AnswerKind.PASSER_BY, spots=(FACE, VOICE), by="Kim", at=NOW)


def test_an_answer_comes_back_for_the_same_picture_and_sound(registry: Registry, path: Path) -> None:
    kept = registry.answers.keep(replace(PASSER_BY, note=" waves at us "))
    other = registry.answers.keep(replace(PASSER_BY, clip=OTHER_CLIP, by=""))

    with opened(path) as again:
        assert again.answers.about(CLIP) == again.answers.about(REMUXED) == (kept,)
        assert again.answers.about(ClipMark(sha256="9" * 64)) == ()
        assert again.answers.all() == (kept, other)
    assert kept == replace(PASSER_BY, id="N0001", note="waves at us")
    assert (other.id, other.by) == ("N0002", "ann")


def test_an_answer_that_is_taken_back_leaves_those_before_it(registry: Registry) -> None:
    first = registry.answers.keep(PASSER_BY)
    second = registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.RELEASED))

    assert registry.answers.take_back(second.id) == second
    assert registry.answers.about(CLIP) == (first,)
    assert registry.answers.keep(PASSER_BY).id == "N0003"
    with pytest.raises(WrongUsageError, match="no answer “N0002”"):
        registry.answers.take_back("N0002")


def test_the_journal_tells_answers_by_ids_kinds_and_counts_alone(registry: Registry) -> None:
    ada = enrolled(registry)
    before = registry.people_revision()

    kept = registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.THIS_IS, person=ada, note="Ada’s twin says so"))
    registry.answers.take_back(kept.id)

    recorded, taken = registry.journal_entries()[-2:]
    assert (recorded.action, taken.action) == ("answer.recorded", "answer.taken_back")
    assert json.loads(recorded.facts) == {
        "kind": "this_is",
        "clip": CLIP.sha256,
        "streams": CLIP.streams,
        "spots": 2,
        "person": ada,
    }
    assert "person" not in json.loads(_journalled(registry, PASSER_BY))
    assert deed_sentence(taken) == "ann took back the answer N0001 about somebody in a clip"
    assert registry.people_revision() == before


def _journalled(registry: Registry, answer: Answer) -> str:
    registry.answers.keep(answer)
    return registry.journal_entries()[-1].facts


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"spots": ()}, "where in the clip"),
        ({"at": datetime(2026, 11, 21)}, "offset from UTC"),  # noqa: DTZ001 - a moment without one is the point
        ({"clip": ClipMark(sha256="short")}, "SHA-256"),
        ({"kind": AnswerKind.THIS_IS}, "names a person"),
        ({"person": "P0001"}, "names nobody"),
        ({"kind": AnswerKind.NOT_THIS, "person": "P0404"}, "nobody with the id P0404"),
    ],
)
def test_an_answer_that_says_too_little_or_too_much_is_refused(
    registry: Registry, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(WrongUsageError, match=sentence):
        registry.answers.keep(replace(PASSER_BY, **changes))
    assert registry.answers.all() == ()


def test_a_group_is_nobody_whom_a_face_could_be(registry: Registry) -> None:
    band = registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(enrolled(registry),)))

    with pytest.raises(WrongUsageError, match="A group has no face"):
        registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.THIS_IS, person=band))


def test_an_answer_goes_over_to_whom_somebody_turned_out_to_be(registry: Registry) -> None:
    ada, twin = enrolled(registry), enrolled(registry, "A. Example")
    registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.NOT_THIS, person=twin))

    registry.merge(ada, twin)
    later = registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.THIS_IS, person=twin))

    assert [one.person for one in registry.answers.all()] == [ada, ada]
    assert later.person == ada


def test_nothing_of_an_erased_person_stays_in_answers(registry: Registry) -> None:
    zeb = enrolled(registry, "Zebedee Quillfeather")
    registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.THIS_IS, person=zeb, note="the twin of nobody at all"))
    released = replace(PASSER_BY, kind=AnswerKind.RELEASED, note="signed by Zebedee Quillfeather")
    named = registry.answers.keep(released)
    plain = registry.answers.keep(replace(released, note="folder 3"))

    erasure = registry.upkeep.erase(zeb, ErasureReason.REQUEST)

    assert registry.answers.all() == (replace(named, note="…"), plain)
    assert (erasure.proved, erasure.elsewhere) == (True, ())
    assert (erasure.removed["answers"], erasure.removed["blanked"]) == (1, 1)


def test_a_person_is_told_the_answers_that_name_them(registry: Registry, tmp_path: Path) -> None:
    ada, ben = enrolled(registry), enrolled(registry, "Ben Secret")
    for whom in (ada, ben):
        registry.answers.keep(replace(PASSER_BY, kind=AnswerKind.NOT_THIS, person=whom))

    made = registry.upkeep.disclose(ada, tmp_path / "ada")

    document = json.loads((made.folder / "everything.json").read_text())
    (told,) = document["records"]["answers"]
    assert (told["id"], told["person"], told["spots"][1]["stream"]) == ("N0001", ada, 1)
    assert "answers about clips that name the person: 1" in (made.folder / "read-me-first.txt").read_text()
    assert "answer.recorded" in {entry["action"] for entry in document["records"]["journal"]}
