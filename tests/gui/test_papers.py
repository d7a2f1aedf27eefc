"""The papers of a person in the window: the calendar line, the cards, and what is done with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from countenance.grants import (
    Purpose,
    Revocation,
    Theme,
)
from countenance.packs import PackCard
from countenance.people import Person, PersonKind
from countenance.translations import settle_language
from gui.main import Put
from gui.preparing import Opening
from gui.presenters.calendars import Term
from gui.presenters.papers import document_looks, grant_looks, read_papers, revision_looks
from gui.presenters.standings import Standing
from gui.views.consent_dialogs import ConsentDialog, WithdrawDialog
from gui.views.grant_history import HistoryDialog
from gui.views.grant_prohibition import ProhibitionEditor
from gui.views.grant_revoke import RevokeDialog
from gui.views.papers_adding import AddDocumentDialog
from gui.views.papers_calendar import PapersCalendar
from gui.views.papers_pane import PapersPane
from registry import DocumentKind
from scan.evidence import read_evidence, record_grant
from tests.gui.driving import words_of
from tests.gui.papers_bench import AD, PAPERS, OpenRegistry, dialog_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 21)


@pytest.fixture
def opened(put: Put, opening: Opening, card: PackCard) -> Iterator[OpenRegistry]:
    settle_language("en")
    opened = OpenRegistry(put, opening, card)
    yield opened
    put.window.close()
    opened.file.close()


@pytest.fixture
def lin(opened: OpenRegistry) -> str:
    return opened.lin()


def pane_of(qtbot: QtBot, opened: OpenRegistry, person: str) -> PapersPane:
    pane = PapersPane(opened.put.window.parts, person, opened.window)
    pane.resize(900, 700)
    pane.show()
    qtbot.waitUntil(lambda: pane.papers is not None and not pane._left_to_lay)
    return pane


def read_again(qtbot: QtBot, pane: PapersPane, before: object) -> None:
    qtbot.waitUntil(lambda: pane.papers is not None and pane.papers is not before)


def test_somebody_without_papers_is_told_what_to_do(qtbot: QtBot, opened: OpenRegistry, lin: str) -> None:
    pane = pane_of(qtbot, opened, lin)

    said = words_of(pane)
    assert "Nothing is permitted yet. Record what Lin Example agreed to" in said
    assert "Nothing is forbidden" in said
    assert any("New grant…" in button.text() for button in pane.findChildren(QPushButton))
    assert not pane.calendar.isVisibleTo(pane)


def test_grants_stand_on_the_calendar_and_in_the_list_with_their_sentence(
    qtbot: QtBot, opened: OpenRegistry, lin: str
) -> None:
    grant = opened.grant(lin)
    opened.grant(lin, end=date(2026, 1, 31), purposes=(Purpose.MUSIC,))

    pane = pane_of(qtbot, opened, lin)

    assert pane.calendar.isVisibleTo(pane)
    assert next(iter(pane.cards)) == grant.id
    assert "Lin Example may be shown and heard as filmed and edited, for advertising" in words_of(pane)
    assert "Ended" in words_of(pane)
    assert "G0001" not in words_of(pane)
    assert pane.calendar._terms[0].key == grant.id


def test_the_papers_of_a_group_are_shown_with_its_members(qtbot: QtBot, opened: OpenRegistry, lin: str) -> None:
    duo = opened.file.enrol(Person(id="", display_name="Duo", kind=PersonKind.GROUP, members=(lin,)))
    opened.grant(duo)

    pane = pane_of(qtbot, opened, lin)
    assert "Given by the group Duo." in words_of(pane)

    pane.show_person(duo)
    qtbot.waitUntil(lambda: pane.papers is not None)
    assert "Biometric consents" not in words_of(pane)


def test_a_withdrawal_is_recorded_with_its_reason_and_can_be_taken_back(
    qtbot: QtBot, opened: OpenRegistry, lin: str
) -> None:
    grant = opened.grant(lin)
    pane = pane_of(qtbot, opened, lin)

    pane._act("revoke", grant.id)
    dialog = dialog_of(qtbot, opened.window, RevokeDialog)
    assert isinstance(dialog, RevokeDialog)
    dialog.days.setValue(14)
    dialog.reason.setPlainText("She changed agencies.")
    assert "Nothing may be published under it from" in dialog.effect.text()
    qtbot.mouseClick(dialog.revoke, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(opened.file.grants(lin)[0].grant.revoked))
    qtbot.waitUntil(lambda: "withdrawn on" in words_of(pane))

    revoked = opened.file.grants(lin)[0].grant.revoked
    assert revoked is not None
    assert revoked.days == 14
    note = opened.file.documents.of(grant.id)[0]
    assert opened.file.documents.content(note.id) == b"She changed agencies."

    opened.put.vault.history.undo()
    qtbot.waitUntil(lambda: opened.file.grants(lin)[0].grant.revoked is None)
    qtbot.waitUntil(lambda: "withdrawn on" not in words_of(pane))
    opened.file.revoke_grant(grant.id, Revocation(notice=TODAY))
    pane.read()
    qtbot.waitUntil(lambda: "withdrawn on" in words_of(pane))
    pane._act("restore", grant.id)
    qtbot.waitUntil(lambda: opened.file.grants(lin)[0].grant.revoked is None)


def test_whoever_entered_a_grant_cannot_confirm_it_and_a_second_person_can(
    qtbot: QtBot, opened: OpenRegistry, lin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = opened.grant(lin)
    monkeypatch.setattr("gui.presenters.papers.operator", lambda: "ada")
    pane = pane_of(qtbot, opened, lin)
    confirm = next(one for one in pane.findChildren(QPushButton) if "Confirm" in one.text())
    assert not confirm.isEnabled()
    assert "second person" in confirm.toolTip()

    monkeypatch.setattr("gui.presenters.papers.operator", lambda: "ben")
    monkeypatch.setattr(opened.file._lane, "operator", "ben")
    before = pane.papers
    pane.read()
    read_again(qtbot, pane, before)
    confirm = next(one for one in pane.findChildren(QPushButton) if "Confirm" in one.text() and one.isEnabled())
    qtbot.mouseClick(confirm, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: "Confirmed by ben." in words_of(pane))
    assert opened.file.grant_revisions(grant.id)[-1].papers.approved_by == "ben"


def test_the_history_tells_who_changed_what(qtbot: QtBot, opened: OpenRegistry, lin: str) -> None:
    grant = opened.grant(lin)
    opened.file.record_grant(replace(grant, channels=("cinema",)))
    papers = read_papers(opened.file, lin)

    newest, oldest = revision_looks(papers.grants[0], papers.person)

    assert newest.changed == "Changed: channels"
    assert "on cinema" in newest.sentence
    assert oldest.changed == "Recorded"
    assert "by ada" in oldest.title
    pane = pane_of(qtbot, opened, lin)
    pane._act("history", grant.id)
    dialog = dialog_of(qtbot, opened.window, HistoryDialog)
    assert "Changed: channels" in words_of(dialog)
    dialog.reject()


def test_documents_are_kept_shown_and_saved_where_the_user_says(
    qtbot: QtBot, opened: OpenRegistry, lin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = opened.grant(lin)
    paper = tmp_path / "contract <draft>.pdf"
    paper.write_bytes(b"%PDF-1.7 a contract")
    pane = pane_of(qtbot, opened, lin)

    pane._act("paper", grant.id)
    dialog = dialog_of(qtbot, opened.window, AddDocumentDialog)
    assert isinstance(dialog, AddDocumentDialog)
    assert not dialog.save.isEnabled()
    dialog.documents.add([paper, paper, tmp_path])
    assert len(dialog.documents.chosen()) == 1
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "contract <draft>.pdf" in words_of(pane))

    target = tmp_path / "copy.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_any, **_named: (str(target), ""))
    save = next(one for one in pane.findChildren(QPushButton) if one.text().strip() == "Save…")
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: "copy of the document was saved" in opened.put.window.notices.words)
    assert target.read_bytes() == b"%PDF-1.7 a contract"


def test_a_document_tells_what_it_proves(opened: OpenRegistry, lin: str, tmp_path: Path) -> None:
    paper = tmp_path / "release.pdf"
    paper.write_bytes(b"x" * 2_500_000)
    record_grant(opened.file, replace(AD, person=lin), PAPERS, [read_evidence(paper, DocumentKind.RELEASE)])

    (look,) = document_looks(read_papers(opened.file, lin))

    assert look.file_name == "release.pdf"
    assert look.facts.startswith("Release · Advertising · TikTok and YouTube · kept on ")
    assert look.facts.endswith("2.5 MB")
    (grant,) = grant_looks(read_papers(opened.file, lin))
    assert grant.documents == 1
    assert not any("No document" in note for note in grant.notes)


def test_a_prohibition_is_recorded_and_changed(qtbot: QtBot, opened: OpenRegistry, lin: str) -> None:
    pane = pane_of(qtbot, opened, lin)

    pane._add_ban()
    editor = dialog_of(qtbot, opened.window, ProhibitionEditor)
    assert isinstance(editor, ProhibitionEditor)
    assert editor.sentence.text() == "Lin Example must not be shown or heard, whatever the use."
    editor.scope.themes.choose(["political"])
    editor.scope.themes.changed.emit()
    assert editor.sentence.text() == "Lin Example must not be shown or heard about politics."
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "must not be shown or heard about politics" in words_of(pane))

    (record,) = opened.file.prohibitions(lin)
    assert record.prohibition.themes == (Theme.POLITICAL,)
    assert record.prohibition.channels is None
    pane._act("edit", record.prohibition.id)
    editor = dialog_of(qtbot, opened.window, ProhibitionEditor)
    assert isinstance(editor, ProhibitionEditor)
    editor.scope.start.choose(date(2027, 1, 1))
    editor.scope.end.choose(date(2026, 1, 1))
    editor._save()
    assert "The last day is before the first." in words_of(editor)
    editor.scope.end.choose(date(2028, 1, 1))
    editor._save()
    qtbot.waitUntil(lambda: opened.file.prohibitions(lin)[0].revision == 2)
    qtbot.waitUntil(lambda: opened.put.vault.history.last is not None)
    opened.put.vault.history.undo()
    qtbot.waitUntil(lambda: opened.file.prohibitions(lin)[0].prohibition.end is None)


def test_a_biometric_consent_is_renewed_and_withdrawn_with_a_warning(
    qtbot: QtBot, opened: OpenRegistry, lin: str
) -> None:
    pane = pane_of(qtbot, opened, lin)

    pane._add_consent()
    dialog = dialog_of(qtbot, opened.window, ConsentDialog)
    assert isinstance(dialog, ConsentDialog)
    assert "may be kept on this computer" in dialog.fields.sentence.text()
    dialog.fields.modality.choose([])
    dialog._save()
    assert "Choose the face, the voice, or both." in words_of(dialog)
    dialog.fields.modality.choose(["face"])
    before = pane.papers
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(opened.file.consents(lin)) == 2)
    read_again(qtbot, pane, before)

    pane._act("withdraw", opened.file.consents(lin)[0].id)
    ending = dialog_of(qtbot, opened.window, WithdrawDialog)
    assert isinstance(ending, WithdrawDialog)
    assert "cannot be undone" in ending.warning.text()
    ending.on.choose(date(2028, 1, 1))
    ending.on.changed.emit()
    assert "Until that day" in ending.warning.text()
    qtbot.mouseClick(ending.withdraw, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.file.consents(lin)[0].withdrawn_on == date(2028, 1, 1))
    qtbot.waitUntil(lambda: "Withdrawn, notice runs" in words_of(pane))


def test_locking_clears_the_page_and_closes_what_is_open(qtbot: QtBot, opened: OpenRegistry, lin: str) -> None:
    grant = opened.grant(lin)
    pane = pane_of(qtbot, opened, lin)
    pane._act("edit", grant.id)
    pane._act("history", grant.id)

    opened.put.vault.release()

    assert pane.papers is None
    qtbot.waitUntil(lambda: "Lin Example" not in words_of(pane))
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in opened.window.findChildren(HistoryDialog)))


def test_the_calendar_is_moved_and_zoomed_by_keys_and_bars_are_chosen(qtbot: QtBot) -> None:
    terms = [
        Term(key=str(number), title="Grant", standing=Standing.IN_FORCE, start=date(2026, 1, 1), end=date(2027, 1, 1))
        for number in range(10)
    ]
    calendar = PapersCalendar()
    qtbot.addWidget(calendar)
    calendar.resize(600, calendar.sizeHint().height())
    calendar.show_terms(terms, TODAY)
    calendar.show()
    chosen: list[str] = []
    opened: list[str] = []
    calendar.chosen.connect(chosen.append)
    calendar.opened.connect(opened.append)
    whole = calendar.span

    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Minus, Qt.Key.Key_Home):
        qtbot.keyClick(calendar, key)
    assert calendar.span != whole
    qtbot.keyClick(calendar, Qt.Key.Key_0)
    assert calendar.span == whole
    for _time in range(10):
        qtbot.keyClick(calendar, Qt.Key.Key_Down)
    qtbot.keyClick(calendar, Qt.Key.Key_Return)
    assert chosen[-1] == "9"
    assert opened == ["9"]
    assert "Grant: In force, January 1, 2026 – January 1, 2027" in calendar.accessibleDescription()
    qtbot.keyClick(calendar, Qt.Key.Key_Up)
    assert calendar.current == "8"
    qtbot.mouseClick(calendar, Qt.MouseButton.LeftButton, pos=QPoint(300, 20))
    assert chosen[-1] == "2"
    qtbot.mouseDClick(calendar, Qt.MouseButton.LeftButton, pos=QPoint(300, 20))
    assert opened[-1] == "2"
    qtbot.mousePress(calendar, Qt.MouseButton.LeftButton, pos=QPoint(300, 20))
    qtbot.mouseMove(calendar, QPoint(200, 20))
    qtbot.mouseRelease(calendar, Qt.MouseButton.LeftButton, pos=QPoint(200, 20))
    calendar.grab()
