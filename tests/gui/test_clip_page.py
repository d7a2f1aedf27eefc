"""A checked clip's page: verdict, what to do next, findings with their evidence, and what stays when judged anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QBoxLayout, QLabel
from pytestqt.qtbot import QtBot

from countenance.answers import Answer, AnswerKind
from countenance.decisions import ClipMark
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.verdict import CheckResult, Verdict
from gui.presenters.answers import Act, Around, answer_look, batch_of, card_acts, is_open, place_of, short_name
from gui.presenters.finding_cards import MOST_CROPS, finding_cards
from gui.presenters.looks import Tone
from gui.presenters.pages import Step, clip_page, next_step_of, what_if
from gui.presenters.queues import Entry, Stage
from gui.presenters.uses import UseForm
from gui.views.clip_findings import SHOWN_FIRST
from gui.views.clip_sticky import Sticky
from gui.views.finding_card import FindingCardView
from tests.gui.clip_bench import Bench, standing
from tests.gui.conftest import NOON
from tests.gui.driving import words_of
from tests.reports.material import campaign, crowd
from tests.reports.voiced import interview

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
OPEN = Around(registry_open=True, people_known=True)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path) -> Iterator[Bench]:
    yield from standing(qtbot, qapp, tmp_path, with_registry=True)


def acts(result: CheckResult, index: int, around: Around = OPEN) -> list[Act]:
    return [act.act for act in card_acts(result.findings[index], around)]


def answered(kind: AnswerKind, person: str = "", note: str = "") -> Answer:
    return Answer(
        id="N1", clip=ClipMark(sha256="a" * 64), kind=kind, spots=(), by="lead", at=NOON, person=person, note=note
    )


def test_what_is_offered_follows_from_what_was_found() -> None:
    result = campaign()

    assert acts(result, 0) == [Act.ASK_CONSENT, Act.PAPERS, Act.REJECT], "blocked"
    assert acts(result, 1) == [Act.CONFIRM, Act.REJECT, Act.THIS_IS, Act.PAPERS], "possible"
    assert acts(result, 2) == [Act.INVENTED, Act.RELEASED, Act.PASSER_BY, Act.THIS_IS, Act.OWN, Act.ENROL], "unknown"
    assert acts(result, 3) == [Act.PAPERS, Act.REJECT], "permitted"
    tips = {act.act: act.tip for act in card_acts(result.findings[1], OPEN)}
    assert "Key: Enter" in tips[Act.CONFIRM]
    assert "Key: Delete" in tips[Act.REJECT]


def test_a_use_that_says_too_little_is_asked_about() -> None:
    finding = replace(
        campaign().findings[0], judgement=Judgement(kind=JudgementKind.NEEDS_DETAILS, reason=Reason.USE_NOT_STATED)
    )

    assert card_acts(finding, OPEN)[0].act is Act.STATE_USE


def test_nobody_can_be_enrolled_from_what_could_not_be_judged() -> None:
    unjudged = card_acts(campaign().findings[5], OPEN)

    assert "Too little" in next(act for act in unjudged if act.act is Act.ENROL).why_not


def test_a_locked_registry_says_to_unlock_it() -> None:
    locked = Around(registry_locked=True)

    assert {act.why_not for act in card_acts(campaign().findings[0], locked)} == {"Unlock the registry first.", ""}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (AnswerKind.INVENTED, "Answered: invented"),
        (AnswerKind.RELEASED, "Answered: has a release"),
        (AnswerKind.PASSER_BY, "Answered: passer-by"),
        (AnswerKind.THIS_IS, "Answered: this is Marta Ruiz"),
        (AnswerKind.NOT_THIS, "Answered: not Marta Ruiz"),
    ],
)
def test_an_answer_tells_what_by_whom_and_when(kind: AnswerKind, words: str) -> None:
    finding = replace(campaign().findings[2], answer=answered(kind, note="binder 7"), answer_name="Marta Ruiz")

    look = answer_look(finding, OPEN)

    assert look is not None
    assert look.words == words
    assert look.told.startswith("lead, November 21, 2026")
    assert look.note.endswith("binder 7")
    assert is_open(finding) is (kind is AnswerKind.NOT_THIS)


def test_an_answer_that_names_nobody_any_more_or_changes_nothing_says_so() -> None:
    finding = campaign().findings[2]
    for kind, words in ((AnswerKind.THIS_IS, "erased since"), (AnswerKind.NOT_THIS, "the person it was taken for")):
        look = answer_look(replace(finding, answer=answered(kind, "P9"), answer_counts=False), OPEN)
        assert look is not None
        assert words in look.words
        assert "changes nothing" in look.told
    assert is_open(replace(finding, answer=answered(AnswerKind.THIS_IS, "P9"), answer_counts=False))


def test_several_unknown_people_can_be_answered_together_and_one_cannot() -> None:
    batch = batch_of(campaign(), OPEN)

    assert batch is not None
    assert batch.findings == (2, 4, 5)
    assert [act.act for act in batch.acts] == [Act.INVENTED, Act.RELEASED, Act.PASSER_BY]
    kept = frozenset(place_of(campaign().findings[index]) for index in (4, 5))
    assert batch_of(campaign(), replace(OPEN, pending=kept)) is None


def test_the_next_step_is_the_most_useful_one() -> None:
    result = campaign()
    review = replace(result, verdict=Verdict.REVIEW, findings=result.findings[1:])
    unknown = replace(result, verdict=Verdict.REVIEW, findings=result.findings[2:])
    permitted = replace(result, verdict=Verdict.PERMITTED, findings=result.findings[3:4])
    plain = Judgement(kind=JudgementKind.PERMITTED, reason=Reason.OK, rests_on="g-4")
    clear = replace(permitted, findings=(replace(permitted.findings[0], judgement=plain),))

    asked = next_step_of(result, OPEN)
    assert asked is not None
    assert (asked.step, asked.finding) == (Step.ASK_CONSENT, 0)
    assert next_step_of(result, Around()).step is Step.SHOW_FINDING
    assert next_step_of(review, OPEN).words == "Say whether this is Marta Ruiz."
    assert next_step_of(unknown, OPEN).words == "Say who the unknown person is."
    assert "AI label" in next_step_of(permitted, OPEN).words
    assert next_step_of(clear, OPEN).step is Step.KEEP
    assert next_step_of(clear, Around()) is None
    assert next_step_of(replace(result, verdict=Verdict.NO_MATCH), OPEN) is None


def test_a_missing_detail_and_a_mismatch_have_a_next_step_too() -> None:
    result = interview()
    details = Judgement(kind=JudgementKind.NEEDS_DETAILS, reason=Reason.USE_NOT_STATED, missing=("channels",))
    asking = replace(result, verdict=Verdict.REVIEW, findings=(replace(result.findings[2], judgement=details),))
    clash = next(one for one in result.findings if one.voice_of)

    assert next_step_of(asking, OPEN).step is Step.STATE_USE
    told = next_step_of(replace(result, verdict=Verdict.REVIEW, findings=(clash,)), OPEN)
    assert told.words == clash.next_step
    assert acts(replace(result, findings=(clash,)), 0) == [Act.PAPERS]


def test_crops_are_the_best_first_and_not_without_end() -> None:
    result = campaign()
    track = result.observations.tracks[0]
    many = replace(
        track,
        samples=tuple(
            replace(track.samples[0], detection=replace(track.samples[0].detection, at_s=float(at), quality=at / 40))
            for at in range(30)
        ),
    )
    seen = replace(result.observations, tracks=(many, *result.observations.tracks[1:]))

    card = finding_cards(replace(result, observations=seen), OPEN)[0]

    assert len(card.crops) == MOST_CROPS
    assert card.crops[0].when


def test_another_use_is_told_in_short() -> None:
    look = what_if(campaign())

    assert look.banner.tone is Tone.BLOCKED
    assert look.lines[0].title == "Eileen Collins: Permission ended"
    assert look.lines[2].title == "Unknown person 1"


def test_a_long_name_is_shortened_on_buttons_alone() -> None:
    assert short_name("Ada Example") == "Ada Example"
    assert short_name("x" * 90) == "x" * 29 + "…"
    assert len(short_name("林晓" * 40)) <= 16


def test_what_a_judgement_rests_on_is_told_in_words(bench: Bench) -> None:
    bench.desk.state_use(UseForm(purpose="education", face_method="edited", channels=("youtube",), territories=("FR",)))
    bench.check()

    bench.wait(lambda: "Judged by the grant of November 2, 2026" in words_of(bench.card(1)))

    assert bench.finding(1).judgement.rests_on not in words_of(bench.page)


def test_choosing_a_finding_shows_its_lane_and_goes_there_after_a_pause(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    watching = bench.page.result_view.watching

    bench.card(2).setFocus()

    bench.wait(lambda: watching.at_s == pytest.approx(3.0))
    assert watching._chosen == bench.place(2)


def test_a_moment_picked_in_a_lane_is_where_the_clip_stays(bench: Bench) -> None:
    bench.check()
    bench.page.resize(700, 420)
    bench.settle()
    result = bench.page.result_view
    result.watching.seek(4.5)

    result.watching.finding_passed.emit(bench.place(2))

    assert not result._pause.isActive(), "it is there already"
    assert result.watching._chosen == bench.place(2)
    assert bench.page.verticalScrollBar().value() == 0, "the lane stays in view"
    result.watching.finding_picked.emit(bench.place(2))
    assert bench.page.window().focusWidget() is bench.card(2)
    assert not result._pause.isActive()
    bench.page.resize(1400, 420)
    bench.settle()
    result.watching.finding_passed.emit(bench.place(4))
    assert bench.page.window().focusWidget() is bench.card(4), "beside the findings the clip never leaves the view"
    assert not result._pause.isActive()
    bench.card(2).setFocus()
    assert result._pause.isActive(), "a card that is chosen goes to its moment"


def test_the_picture_leaves_room_for_what_stands_below_it(bench: Bench) -> None:
    bench.check()
    picture = bench.page.result_view.watching.picture
    heights = []
    for height in (600, 800, 1400):
        bench.page.resize(900, height)
        bench.settle()
        heights.append(picture.height())

    assert heights[0] < heights[1] < heights[2] <= 460
    assert heights[1] <= 0.36 * 800


def test_picking_a_lane_brings_its_card_into_view(bench: Bench) -> None:
    bench.check()
    bench.page.resize(700, 420)
    bench.settle()

    bench.page.result_view.watching.finding_picked.emit(bench.place(4))
    bench.settle()

    card = bench.card(4)
    assert bench.page.window().focusWidget() is card
    top = card.mapTo(bench.page.viewport(), QPoint(0, 0)).y()
    assert 0 <= top + card.height() <= bench.page.viewport().height() + card.height()


def test_judging_anew_leaves_what_did_not_change_where_it_is(bench: Bench) -> None:
    bench.check()
    bench.page.resize(700, 420)
    bench.settle()
    bench.page.verticalScrollBar().setValue(300)
    watching, first = bench.page.result_view.watching, bench.card(1)

    bench.press(3, Act.INVENTED)
    bench.wait(lambda: bench.finding(3).answer is not None)

    assert bench.page.result_view.watching is watching
    assert bench.card(1) is first
    assert bench.page.verticalScrollBar().value() == 300


def test_another_clip_begins_at_its_top(bench: Bench) -> None:
    first = bench.check()
    bench.page.resize(700, 420)
    bench.settle()
    bench.page.verticalScrollBar().setValue(300)

    bench.check("other.mp4")

    assert bench.page.verticalScrollBar().value() == 0
    assert first.key != bench.entry().key


def test_a_wide_page_shows_the_clip_beside_its_findings_and_keeps_it_in_view(bench: Bench) -> None:
    bench.check()
    view = bench.page.result_view
    assert view._body.direction() is QBoxLayout.Direction.TopToBottom

    bench.page.resize(1400, 500)
    bench.settle()

    assert view._body.direction() is QBoxLayout.Direction.LeftToRight
    before = view.watching.mapTo(view, QPoint(0, 0)).y()
    bench.page.verticalScrollBar().setValue(view.place.mapTo(view, QPoint(0, 0)).y() + 200)
    bench.settle()
    assert view.watching.mapTo(view, QPoint(0, 0)).y() > before


def test_the_pictures_of_a_face_are_turned_like_pages(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    crops = bench.card(1).crops
    assert "1 of 3" in words_of(crops)

    qtbot.mouseClick(crops.forward, Qt.MouseButton.LeftButton)

    assert "2 of 3" in words_of(crops)
    assert bench.page.result_view.watching.at_s == pytest.approx(1.0)
    qtbot.mouseClick(crops.back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(crops.back, Qt.MouseButton.LeftButton)
    assert "3 of 3" in words_of(crops)


def test_a_crowds_first_findings_are_shown_and_the_others_when_wanted(bench: Bench) -> None:
    bench.page.show_entry(Entry(key=99, path=Path("/clips/crowd.mp4"), stage=Stage.DONE, result=crowd(60)))
    bench.wait(lambda: len(bench.page.cards) == SHOWN_FIRST)
    more = bench.page.result_view.findings._more
    assert "40 left" in more.text()

    more.click()

    bench.wait(lambda: len(bench.page.cards) == 2 * SHOWN_FIRST)
    assert bench.page.window().focusWidget() is bench.page.cards[SHOWN_FIRST]
    bench.page.show_finding(59)
    bench.wait(lambda: len(bench.page.cards) == 60)
    assert bench.page.window().focusWidget() is bench.page.cards[59]
    assert not more.isVisible()


def test_a_judgement_that_comes_while_cards_are_built_leaves_none_behind(bench: Bench) -> None:
    entry = Entry(key=99, path=Path("/clips/crowd.mp4"), stage=Stage.DONE, result=crowd(40))
    bench.page.show_entry(entry)

    bench.page.show_entry(replace(entry, result=replace(crowd(40), findings=crowd(40).findings[:5])))

    findings = bench.page.result_view.findings
    bench.wait(lambda: len(findings.cards) == 5)
    bench.wait(lambda: set(findings.findChildren(FindingCardView)) == set(findings.cards))


def test_the_steps_of_the_banner_lead_there(bench: Bench) -> None:
    bench.check()
    step = bench.page.result_view.banner.next_step
    assert step.step is Step.SHOW_FINDING or step.finding is not None

    bench.page._take_step(replace(step, step=Step.SHOW_FINDING, finding=2))

    assert bench.page.window().focusWidget() is bench.page.cards[2]


def test_going_back_to_a_check_under_way_shows_its_progress(bench: Bench) -> None:
    entry = bench.check()

    bench.page.show_entry(replace(entry, stage=Stage.STOPPED, result=None))
    assert "stopped" in bench.page.headline
    assert bench.page.cards == []

    bench.page.show_entry(entry)
    bench.settle()
    assert len(bench.page.cards) == 4
    bench.page.forget()
    bench.page._refresh()


def test_sticky_content_never_leaves_its_place(qtbot: QtBot) -> None:
    content = QLabel("a")
    content.setMinimumHeight(100)
    place = Sticky(content)
    qtbot.addWidget(place)
    place.resize(200, 400)

    for hidden, top in ((-50, 0), (120, 120), (900, 300)):
        place.follow(hidden)
        assert content.y() == top


def test_the_page_says_aloud_what_its_cards_show() -> None:
    page = clip_page(campaign(), OPEN)

    assert page.findings[0].spoken.startswith("Blocks. Eileen Collins: Permission ended")
