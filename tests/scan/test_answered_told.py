"""Where answers come from, and what reports and kept checks tell of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from countenance.decisions import ClipMark
from countenance.judgement import Declaration, MatchKind
from countenance.verdict import RegistryFacts, Verdict
from reports import findings_csv, report_document, report_html
from scan.answered import mark_of
from scan.certificate import record_of, remembered_people
from scan.check import check_clip
from scan.knowing import known_from_registry
from scan.known import Decisions
from tests.registry.people import TODAY
from tests.scan.answering import ADA, FOUND, LEFT, LONG, ONE, RIGHT, STRANGER, K, about, asked, at, judged, later, only
from tests.scan.made import (
    CARD,
    NOON,
    detection,
    face,
    grant,
    known,
    observations,
    setup,
    sized,
    track,
)
from tests.scan.test_enrolment import ADA as ADA_ENROLLED
from tests.scan.test_enrolment import enrol


def test_an_answer_that_the_registry_keeps_reaches_the_next_check(registry) -> None:
    ada = enrol(registry, "Ada", ADA_ENROLLED)
    people = known_from_registry(registry, CARD, TODAY)
    scene = observations(at(LEFT, 0, ADA_ENROLLED))
    first = judged(scene, people)

    kept = registry.answers.keep(about(first, only(first), K.NOT_THIS, ada))
    after = judged(scene, people)
    registry.answers.take_back(kept.id)

    assert (only(after).person, only(after).answer) == (None, kept)
    assert "Ada" in only(after).title
    assert only(judged(scene, people)).person == ada


def test_an_answer_follows_two_people_who_turned_out_to_be_one(registry) -> None:
    ada, other = enrol(registry, "Ada", ADA_ENROLLED), enrol(registry, "Eve", face({2: 1.0}))
    scene = observations(at(LEFT, 0, STRANGER))
    people = known_from_registry(registry, CARD, TODAY)
    first = judged(scene, people)
    elsewhere = about(first, only(first), K.THIS_IS, other)
    registry.merge(ada, other)

    assert only(judged(scene, people, elsewhere)).person == ada


def test_an_erased_person_leaves_the_answer_of_the_window_without_effect(registry) -> None:
    scene = observations(at(LEFT, 0, STRANGER))
    people = known_from_registry(registry, CARD, TODAY)
    first = judged(scene, people)

    assert only(judged(scene, people, about(first, only(first), K.THIS_IS, "P0404"))).answer_counts is False


class Watcher:
    """Stands for the detectors, and counts how often a clip's streams are asked for."""

    marked = 0

    def examine(self, *_asked):
        return ONE

    def mark(self, _path, **_how):
        self.marked += 1
        return ClipMark(sha256=ONE.clip.sha256, streams="ab" * 32)


def test_the_same_clip_in_another_file_is_found_by_its_streams() -> None:
    answer = about(*asked(), K.PASSER_BY, clip=ClipMark(sha256="9" * 64, streams="ab" * 32))
    watcher = Watcher()

    result = check_clip(Path("clip.mp4"), watcher, setup(Path("models"), known(), answers=(answer,)), NOON)

    assert (watcher.marked, result.verdict, mark_of(result).streams) == (1, Verdict.NO_MATCH, "ab" * 32)


def test_a_report_tells_the_answer_and_a_redacted_one_nobodys_name() -> None:
    first, finding = asked(FOUND)
    result = judged(FOUND, known(), about(first, finding, K.NOT_THIS, "p00", note="I know her sister"))

    told = report_document(result, redact=False).findings[0].answer
    redacted = report_document(result, redact=True)

    assert (told.kind, told.person, told.by, told.note, told.counts) == (
        K.NOT_THIS,
        "p00",
        "Kim",
        "I know her sister",
        True,
    )
    assert (redacted.findings[0].answer.person, redacted.findings[0].answer.by) == ("A", "")
    assert "not this person, by Kim on November 21, 2026" in report_html(result, redact=False)
    page = report_html(result, redact=True)
    assert "not this person, on November 21, 2026" in page
    assert not [name for name in ("Kim", "Name of p00", "sister") if name in page]
    assert ",not_this,Kim" in findings_csv([result])


def test_a_file_name_with_the_name_of_somebody_ruled_out_is_left_out_of_a_redacted_report() -> None:
    scene = observations(at(LEFT, 0, ADA), name="Name of p00.mp4")
    first = judged(scene, known())

    result = judged(scene, known(), about(first, only(first), K.NOT_THIS, "p00"))

    assert report_document(result, redact=True).clip.name == "(left out)"


def test_a_record_says_which_answer_a_judgement_rests_on_and_no_likeness_of_others() -> None:
    people = known(2, grants=(grant(),), facts=None)
    scene = observations(at(LEFT, 0, STRANGER, (0.0, 1.0, 2.0)), at(RIGHT, 1, face({}, own=51)))
    first = judged(scene, people)
    one, other = first.findings
    named = about(first, one, K.THIS_IS, "p00")
    released = later(about(first, other, K.RELEASED, note="folder 3"))
    result = judged(scene, people, named, released)

    facts = RegistryFacts(id="r", revision=1, people=2, grants=1)
    record = record_of(replace(result, registry=facts), mark_of(result), "", people)
    kept = remembered_people(result, {"N0001"})

    assert (record.people[0].person, record.people[0].answer, record.people[0].rate) == ("p00", K.THIS_IS, None)
    assert record.people[1].answer is K.RELEASED
    assert "folder 3" not in repr(record)
    assert [(each.answer, each.settled, each.asked_about) for each in kept] == [
        ("N0001", False, True),
        ("", True, False),
    ]
    assert kept[0].found.match is MatchKind.TAGGED
    assert all(each.spots for each in kept)


def test_who_was_declared_invented_is_remembered_so() -> None:
    result = judged(ONE, known(), about(*asked(), K.INVENTED))

    (one,) = remembered_people(result, {"N0001"})
    assert (one.found.declared, one.answer, one.settled) == (Declaration.SYNTHETIC, "N0001", True)


def test_small_faces_are_answered_for_too() -> None:
    small = replace(track(0, STRANGER, LONG), detections=tuple(sized(0.05, at_s) for at_s in LONG))
    scene = observations(small, replace(at(RIGHT, 1, ADA), detections=(detection(1.0, box=RIGHT),)))
    first = judged(scene, known(grants=(grant(),)))
    little = next(one for one in first.findings if one.person is None)

    result = judged(scene, known(grants=(grant(),)), about(first, little, K.PASSER_BY))

    assert next(one for one in result.findings if one.person is None).title == "Passer-by"


def test_decisions_are_any_where_there_are_answers() -> None:
    answer = about(*asked(), K.INVENTED)

    assert Decisions(answers=(answer,)).are_any
    assert Decisions(answers=(answer,)).about(answer.clip).answers == (answer,)
