"""Answers about the people of a clip: given on their cards, kept, counted at once, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from countenance.answers import AnswerKind
from countenance.judgement import JudgementKind
from countenance.verdict import Severity
from gui.presenters.answers import Act
from gui.presenters.pages import Step
from gui.presenters.uses import UseForm
from gui.views.answer_asking import AskingDialog
from gui.views.answer_person import PersonDialog
from gui.views.answer_release import ReleaseDialog
from gui.views.answer_whatif import WhatIfDialog
from gui.views.enrol_dialog import EnrolDialog
from tests.gui.clip_bench import STREAMS, Bench, standing
from tests.gui.driving import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path) -> Iterator[Bench]:
    yield from standing(qtbot, qapp, tmp_path, with_registry=True)


@pytest.fixture
def alone(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path) -> Iterator[Bench]:
    yield from standing(qtbot, qapp, tmp_path, with_registry=False)


def test_a_possible_match_is_confirmed_and_judged_anew_at_once(bench: Bench) -> None:
    bench.check()
    assert bench.finding(2).judgement is not None
    assert bench.finding(2).judgement.kind is JudgementKind.POSSIBLE_MATCH

    bench.press(2, Act.CONFIRM)

    bench.wait(lambda: bench.finding(2).answer is not None)
    assert bench.finding(2).judgement.kind is JudgementKind.NOT_PERMITTED, "Ben agreed to nothing"
    assert bench.registry is not None
    (kept,) = bench.registry.answers.all()
    assert (kept.kind, kept.clip.streams) == (AnswerKind.THIS_IS, STREAMS)
    assert "Answered: this is Ben Sample" in words_of(bench.card(2))
    assert bench.worker.examined == ["street.mp4"], "nothing is decoded again"


def test_a_possible_match_is_rejected_and_then_asks_who_else_it_is(bench: Bench) -> None:
    bench.check()

    bench.press(2, Act.REJECT)

    bench.wait(lambda: bench.finding(2).answer is not None)
    assert bench.finding(2).person is None
    assert "Answered: not Ben Sample" in words_of(bench.card(2))
    bench.press(2, Act.PASSER_BY)
    bench.wait(lambda: bench.finding(2).severity is Severity.NOTE)


def test_an_answer_is_taken_back_on_the_card_and_by_undo(bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.INVENTED)
    bench.wait(lambda: bench.finding(3).answer is not None)
    line = bench.card(3).answer_line
    assert line is not None
    assert line.take_back is not None

    line.take_back.click()
    bench.wait(lambda: bench.finding(3).answer is None)
    assert bench.registry is not None
    assert bench.registry.answers.all() == ()

    bench.press(3, Act.INVENTED)
    bench.wait(lambda: bench.finding(3).answer is not None)
    bench.vault.history.undo()
    bench.wait(lambda: bench.finding(3).answer is None)


def test_what_was_taken_back_can_be_kept_again(bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.INVENTED)
    bench.wait(lambda: bench.finding(3).answer is not None)
    bench.page.result_view.take_back_asked.emit(bench.place(3))
    bench.wait(lambda: bench.finding(3).answer is None)

    bench.vault.history.undo()

    bench.wait(lambda: bench.finding(3).answer is not None)


def test_keys_answer_on_a_card_that_has_the_focus(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    card = bench.card(2)
    card.setFocus()

    qtbot.keyClick(card, Qt.Key.Key_Return)

    bench.wait(lambda: bench.finding(2).answer is not None)
    assert bench.finding(2).answer.kind is AnswerKind.THIS_IS
    bench.card(3).setFocus()
    qtbot.keyClick(bench.card(3), Qt.Key.Key_3)
    bench.wait(lambda: bench.finding(3).answer is not None)
    assert bench.finding(3).answer.kind is AnswerKind.PASSER_BY
    assert bench.card(3).hasFocus(), "the focus stays with the people it was on"


def test_delete_on_a_card_rejects_and_is_no_menus_key(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    bench.card(2).setFocus()

    qtbot.keyClick(bench.card(2), Qt.Key.Key_Delete)

    bench.wait(lambda: bench.finding(2).answer is not None)
    assert bench.finding(2).answer.kind is AnswerKind.NOT_THIS


def test_enter_on_a_button_of_a_card_presses_the_button_alone(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    asked: list[str] = []
    bench.page.person_asked.connect(asked.append)
    card = bench.card(2)
    assert card.buttons is not None
    papers = next(one for one in card.buttons.children() if one.property("act") == Act.PAPERS.value)
    papers.setFocus()

    qtbot.keyClick(papers, Qt.Key.Key_Return)

    assert asked == [bench.finding(2).person]
    assert bench.finding(2).answer is None
    assert not card.card.pending


def test_a_release_asks_where_it_is_kept(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.RELEASED)
    dialog = bench.dialog(ReleaseDialog)
    assert not dialog.keep.isEnabled()

    dialog.field.setText("binder 7, page 12")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    bench.wait(lambda: bench.finding(3).answer is not None)
    assert "binder 7, page 12" in words_of(bench.card(3))


def test_somebody_of_the_registry_is_found_by_typing_and_chosen_by_enter(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.THIS_IS)
    dialog = bench.dialog(PersonDialog)
    bench.wait(lambda: dialog.list.count() == 2)

    dialog.field.setText("ada")
    bench.wait(lambda: dialog.list.count() == 1)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    bench.wait(lambda: bench.finding(3).answer is not None)
    assert bench.finding(3).name == "Ada Example"
    assert bench.finding(3).person == bench.finding(1).person


def test_arrows_choose_while_words_are_typed_and_nobody_is_said_to_be_nobody(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.THIS_IS)
    dialog = bench.dialog(PersonDialog)
    bench.wait(lambda: dialog.list.count() == 2)

    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.answer.accessibleName() == "This is Ben Sample"
    dialog.field.setText("zzz")

    bench.wait(dialog.nobody.isVisible)
    assert not dialog.answer.isEnabled()
    dialog.reject()


def test_all_unknown_people_are_answered_at_once(bench: Bench) -> None:
    bench.check()
    batch = bench.page.result_view._page.batch
    assert batch is not None
    assert batch.words == "Answer all 2 unknown…"

    bench.page.result_view.acted.emit(batch.findings, Act.PASSER_BY)

    bench.wait(lambda: all(bench.finding(track).answer is not None for track in (3, 4)))
    assert bench.registry is not None
    assert len(bench.registry.answers.all()) == 2
    bench.vault.history.undo()
    bench.wait(lambda: all(bench.finding(track).answer is None for track in (3, 4)))


def test_without_a_registry_the_window_remembers_and_says_so(alone: Bench) -> None:
    alone.check()

    alone.press(3, Act.INVENTED)

    alone.wait(lambda: alone.finding(3).answer is not None)
    assert "remembered until the window is closed" in words_of(alone.card(3))
    line = alone.card(3).answer_line
    assert line is not None
    assert line.take_back is not None
    line.take_back.click()
    alone.wait(lambda: alone.finding(3).answer is None)
    alone.press(3, Act.INVENTED)
    alone.wait(lambda: alone.finding(3).answer is not None)
    alone.vault.history.undo()
    alone.wait(lambda: alone.finding(3).answer is None)


def test_without_a_registry_what_needs_one_says_so(alone: Bench) -> None:
    alone.check()

    acts = {act.act: act for act in alone.card(3).card.acts}

    assert "needs a registry" in acts[Act.ENROL].why_not
    assert "needs a registry" in acts[Act.THIS_IS].tip
    assert not acts[Act.INVENTED].why_not


def test_a_clip_whose_file_is_gone_is_answered_for_the_file_that_was_checked(bench: Bench) -> None:
    bench.check()
    bench.worker.unreadable = True

    bench.press(3, Act.INVENTED)

    bench.wait(lambda: bench.finding(3).answer is not None)
    assert bench.finding(3).answer.clip.streams == ""


def test_an_answer_does_not_wait_for_a_long_check(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.answering.MARK_PATIENCE_MS", 1)
    bench.check()
    (bench.folder / "endless.mp4").write_bytes(b"")
    bench.desk.add([bench.folder / "endless.mp4"])
    bench.wait(lambda: bench.desk.detecting.is_busy)
    street = bench.desk.queue.entries()[0]
    bench.page.show_entry(street)
    assert street.result is not None

    bench.page._answering.answer(street, [street.result.findings[-1]], AnswerKind.INVENTED)

    assert bench.registry is not None
    bench.wait(lambda: len(bench.registry.answers.all()) == 1)
    assert bench.worker.marked == []


def test_locking_the_registry_closes_what_shows_people(bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.THIS_IS)
    dialog = bench.dialog(PersonDialog)
    bench.wait(lambda: dialog.list.count() == 2)
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))

    bench.vault.release()

    bench.wait(lambda: bool(gone))
    assert "needs a registry" in bench.card(3).card.acts[3].why_not


def test_asking_for_consent_gives_a_letter_to_the_persons_contact(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench.desk.state_use(
        UseForm(purpose="advertising", face_method="edited", channels=("tiktok",), territories=("FR",))
    )
    bench.check()
    step = bench.page.result_view.banner.next_step
    assert step.step is Step.ASK_CONSENT
    opened: list[str] = []
    monkeypatch.setattr(
        "gui.views.answer_asking.QDesktopServices.openUrl", lambda url: opened.append(url.url()) or True
    )
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any: (str(tmp_path / "letter.txt"), ""))

    bench.page.result_view.step_asked.emit(step)
    dialog = bench.dialog(AskingDialog)

    bench.wait(lambda: dialog.to.text() == "lee@example.org")
    assert "Studio Nord" in dialog.text.toPlainText()
    dialog.mail.click()
    assert opened[0].startswith("mailto:lee@example.org?subject=")
    dialog.copy.click()
    assert QGuiApplication.clipboard().text().startswith(dialog.subject.text())
    dialog.keep.click()
    bench.wait((tmp_path / "letter.txt").exists)
    assert "Dear Ada Example" in (tmp_path / "letter.txt").read_text("utf-8")
    dialog.reject()


def test_another_use_is_tried_for_one_clip_and_taken_for_all_when_wanted(bench: Bench) -> None:
    bench.check()
    before = bench.desk.form
    bench.page.result_view.what_if.click()
    dialog = bench.dialog(WhatIfDialog)
    bench.wait(lambda: "Ada Example" in words_of(dialog))
    assert not dialog.use.isEnabled()

    dialog.fields.changed.emit(UseForm(purpose="advertising", face_method="edited"))
    bench.wait(lambda: "Ada Example: Not permitted" in words_of(dialog))
    assert bench.desk.form == before

    dialog.use.click()
    bench.wait(lambda: bench.result().use.purpose == "advertising")


def test_a_clip_compared_with_a_folder_is_answered_in_the_window(bench: Bench) -> None:
    ada = bench.compare_with_folder()
    bench.check()
    assert "folder of people" in bench.card(3).card.acts[-1].why_not

    bench.press(3, Act.THIS_IS)
    dialog = bench.dialog(PersonDialog)
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == [ada]
    dialog.answer.click()

    bench.wait(lambda: bench.finding(3).answer is not None)
    assert bench.registry is not None
    assert bench.registry.answers.all() == ()
    assert "until the window is closed" in words_of(bench.card(3))


def test_whoever_is_enrolled_from_a_card_is_who_it_is(bench: Bench) -> None:
    bench.check()
    bench.press(3, Act.OWN)
    dialog = bench.dialog(EnrolDialog)

    dialog.enrolled.emit(bench.finding(1).person)

    bench.wait(lambda: bench.finding(3).answer is not None)
    assert bench.finding(3).name == "Ada Example"
    dialog.reject()
