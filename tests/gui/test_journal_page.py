"""The journal and the care of a registry: in words, narrowed, saved, audited, backed up, given another key."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from countenance.packs import PackCard
from gui.desk import Desk
from gui.preparing import Opening
from gui.presenters.journal import (
    DeedKind,
    JournalPage,
    Period,
    Wanted,
    audit_lines,
    count_words,
    deeds_of,
    first_day,
    journal_csv,
    kind_words,
    period_words,
    read_journal,
    read_state,
)
from gui.presenters.looks import Icon, Tone
from gui.views.journal_page import PickDialog
from gui.views.journal_passphrase import PassphraseDialog
from registry import Audit, HeadState, JournalEntry, Names, Passphrase, Registry, open_registry
from tests.gui.agency import WORDS, Shown, fill, make_agency, open_room, show_room
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.gui.driving import words_of
from tests.registry.people import new_registry
from tests.reports.voiced import VOICED_CARD

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ZONE = ZoneInfo("Europe/Paris")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with new_registry(tmp_path / "r.countenance") as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput) -> Iterator[Shown]:
    make_agency(opening.registry)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    made = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, made)
    yield made
    made.close()


def entry(action: str, subject: str = "P0001", facts: str = "{}", operator: str = "ann") -> JournalEntry:
    return JournalEntry(
        seq=1,
        at="2026-11-21T09:00:00+00:00",
        operator=operator,
        action=action,
        subject=subject,
        facts=facts,
        previous="0" * 64,
        hash="1" * 64,
    )


NAMES = Names(people={"P0001": "Ada"}, theirs={"G0001": "P0001"}, clips={"K0001": "a.mp4", "K0002": ""})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (entry("person.enrolled"), "ann enrolled Ada"),
        (entry("person.erased", "P0009"), "ann erased somebody"),
        (entry("grant.changed", "G0001"), "ann changed the grant of Ada"),
        (entry("grant.changed", "G0009"), "ann changed the grant"),
        (entry("sample.removed", "S0001", '{"person":"P0001"}'), "ann removed the sample of Ada"),
        (entry("check.kept", "K0001"), "ann kept the check “a.mp4”"),
        (entry("check.kept", "K0002"), "ann kept the check “a clip”"),
        (entry("registry.backed_up", "some-number"), "ann made a backup of the registry"),
    ],
)
def test_an_entry_is_a_sentence_with_names_and_never_an_id(given: JournalEntry, sentence: str) -> None:
    (deed,) = deeds_of((given,), NAMES, ZONE)

    assert deed.sentence == sentence
    assert "10:00" in deed.moment


def test_each_kind_of_deed_has_an_icon() -> None:
    icons = {
        action: deeds_of((entry(action),), NAMES, ZONE)[0].icon
        for action in ("person.enrolled", "person.erased", "grant.changed", "check.kept", "a.thing")
    }

    assert icons["person.erased"] is Icon.ERASE
    assert icons["a.thing"] is Icon.NOTE
    assert len(set(icons.values())) == 5


def test_the_journal_is_narrowed_by_person_kind_and_days(registry: Registry) -> None:
    people = fill(registry)
    today = registry.today()

    everything = read_journal(Wanted(), registry)
    of_ada = read_journal(Wanted(person=people["ada"]), registry)
    grants = read_journal(Wanted(kind=DeedKind.GRANTS), registry)
    later = read_journal(Wanted(since=date(2030, 1, 1)), registry)

    assert everything.entries[0].seq > everything.entries[-1].seq
    assert 0 < len(of_ada.entries) < len(everything.entries)
    assert {one.action.partition(".")[0] for one in grants.entries} == {"grant"}
    assert len(read_journal(Wanted(since=today, until=today), registry).entries) == len(everything.entries)
    assert later.entries == ()
    assert (first_day(Period.WEEK, date(2026, 11, 21)), first_day(Period.ALL, today)) == (date(2026, 11, 15), None)
    assert len({kind_words(kind) for kind in DeedKind}) == len(DeedKind)
    assert len({period_words(period) for period in Period}) == len(Period)
    assert count_words(1) == "1 entry"


def test_a_saved_journal_harms_no_spreadsheet() -> None:
    page = JournalPage((entry("person.enrolled", operator="=1+1"), entry("check.kept", "K0001")), NAMES, ZONE)

    rows = list(csv.reader(journal_csv(page).decode("utf-8-sig").splitlines()))

    assert rows[0] == ["Number", "Moment", "Who", "What"]
    # Oldest first, as it was written.
    assert rows[1][3] == "ann kept the check “a.mp4”"
    assert rows[2][2] == "'=1+1"


def test_an_audit_is_told_in_words() -> None:
    whole = audit_lines(Audit(pages=1000, entries=3, papers=1, head=HeadState.FIRST_SEEN))
    cut = audit_lines(Audit(pages=10, head=HeadState.SHORTER))
    damaged = audit_lines(Audit(pages=10, bad_pages=(3,)))

    assert whole[0].tone is Tone.PERMITTED
    assert "first time" in whole[1].words
    assert whole[-1].words == "Checked: 1,000 pages, 3 entries of the journal, 1 documents."
    assert cut[0].tone is Tone.BLOCKED
    assert "restore a backup" in damaged[-1].words


def test_how_the_registry_is_is_told_in_words(registry: Registry) -> None:
    fill(registry)
    registry.path.chmod(0o644)

    state = read_state(VOICED_CARD, registry)

    told = "\n".join(line.words for line in state.lines)
    assert "No backup was made yet." in told
    assert "Other accounts" in told
    assert "5 people were enrolled with other models" in told
    assert (state.owner, state.zone, state.head_doubt, state.clock_doubt) == ("us", "Europe/Paris", "", "")
    assert "other models" not in "\n".join(line.words for line in read_state(None, registry).lines)


def test_the_journal_is_read_where_it_is_shown(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    journal = shown.room.journal
    assert journal.entries.rowCount() == 0

    shown.room.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: journal.entries.rowCount() > 10)
    all_of_them = journal.entries.rowCount()
    assert "Europe/Paris" in str(journal.entries.headerData(0, Qt.Orientation.Horizontal))
    journal.kind.setCurrentIndex(journal.kind.findData(DeedKind.GRANTS.value))
    qtbot.waitUntil(lambda: 0 < journal.entries.rowCount() < all_of_them)
    journal.time.setCurrentIndex(journal.time.findData(Period.CHOSEN.value))
    assert not journal.since.isHidden()
    journal.kind.setCurrentIndex(0)
    journal.time.setCurrentIndex(0)
    qtbot.waitUntil(lambda: journal.entries.rowCount() == all_of_them)
    journal.save_to(tmp_path / "journal.csv")

    qtbot.waitUntil(lambda: "The journal was saved." in shown.told)
    assert (tmp_path / "journal.csv").read_text("utf-8-sig").count("\n") == all_of_them + 1
    journal.save_to(tmp_path / "none" / "journal.csv")
    qtbot.waitUntil(lambda: bool(shown.failed))
    assert "cannot be written" in shown.failed[0]


def test_the_journal_is_narrowed_to_somebody_picked(qtbot: QtBot, shown: Shown) -> None:
    journal = shown.room.journal
    shown.room.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: journal.entries.rowCount() > 10)
    all_of_them = journal.entries.rowCount()
    qtbot.mouseClick(journal.person_button, Qt.MouseButton.LeftButton)
    dialog = journal.findChild(PickDialog)
    assert dialog is not None
    dialog.picker.search.setText("mia")
    qtbot.waitUntil(lambda: dialog.picker.list.count() == 1)
    dialog.picker.list.setCurrentRow(0)
    qtbot.waitUntil(dialog.choose.isEnabled)

    qtbot.mouseClick(dialog.choose, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: journal.entries.rowCount() == 3)
    assert "Mia Rhodes" in journal.person_button.text()
    qtbot.mouseClick(journal._everybody, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: journal.entries.rowCount() == all_of_them)


def test_the_registry_is_audited_and_backed_up(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    upkeep = shown.room.upkeep
    shown.room.tabs.setCurrentIndex(2)
    qtbot.waitUntil(lambda: "Harbour" in upkeep._owner.text())

    qtbot.mouseClick(upkeep.check, Qt.MouseButton.LeftButton)
    assert not upkeep.check.isEnabled()
    qtbot.waitUntil(lambda: "The registry holds" in words_of(upkeep))
    upkeep.back_up_to(tmp_path / "copy.countenance")
    qtbot.waitUntil(lambda: any("backup" in words for words in shown.told))

    qtbot.waitUntil(lambda: "Last backup" in words_of(upkeep))
    upkeep.back_up_to(tmp_path / "copy.countenance")  # never over a file
    qtbot.waitUntil(lambda: bool(shown.failed))
    assert upkeep.backup.isEnabled()


def test_where_a_backup_goes_is_asked(
    qtbot: QtBot, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(*given: object, **_options: object) -> tuple[str, str]:
        asked.append(str(given[2]))
        return str(tmp_path / "copy"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)

    qtbot.mouseClick(shown.room.upkeep.backup, Qt.MouseButton.LeftButton)

    qtbot.waitUntil((tmp_path / "copy.countenance").exists)
    assert asked == ["registry-2026-11-21.countenance"]


def test_another_passphrase_opens_the_registry_from_then_on(qtbot: QtBot, shown: Shown, opening: Opening) -> None:
    dialog = PassphraseDialog(shown.parts, shown.room)
    dialog.open()
    dialog.passphrase.setText("short")
    assert not dialog.change.isEnabled()
    dialog.passphrase.setText("river lantern morning salt")
    assert not dialog.change.isEnabled()
    dialog.again.setText("river lantern morning salt")

    dialog.change.click()

    qtbot.waitUntil(lambda: "The passphrase was changed." in shown.told)
    with open_registry(opening.registry, Passphrase("river lantern morning salt"), operator="ben") as opened:
        assert len(opened.people()) == 8


def test_a_journal_that_was_cut_off_is_doubted_until_somebody_says_it_is_right(
    qtbot: QtBot, stand_in: StandIn, opening: Opening, card: PackCard, output: StandInOutput, tmp_path: Path
) -> None:
    make_agency(opening.registry)
    old = opening.registry.read_bytes()
    with open_registry(opening.registry, Passphrase(WORDS), operator="ann") as opened:
        opened.upkeep.watch(opening.places.heads, print)
        opened.upkeep.back_up(tmp_path / "b.countenance")
    opening.registry.write_bytes(old)
    desk = Desk(opening.places.models, worker=lambda: stand_in, clock=lambda: NOON)
    shown = show_room(qtbot, opening, desk, card, output)
    open_room(qtbot, shown)

    shown.room.tabs.setCurrentIndex(2)
    qtbot.waitUntil(lambda: "shorter than it was" in words_of(shown.room.upkeep))
    right = next(one for one in shown.room.upkeep.findChildren(QPushButton) if "present state is right" in one.text())
    qtbot.mouseClick(right, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: "shorter than it was" not in words_of(shown.room.upkeep))
    shown.close()


def test_a_registry_is_not_locked_while_clips_are_checked_by_it(qtbot: QtBot, shown: Shown) -> None:
    shown.parts.desk.queue.add([Path("/clips/a.mp4")])
    lock = next(one for one in shown.room.upkeep.findChildren(QPushButton) if one.accessibleName() == "Lock")

    lock.click()

    assert "A clip is being checked" in shown.told[0]
    assert shown.parts.vault.is_open


def test_moments_are_those_of_the_registrys_zone() -> None:
    late = replace(entry("person.enrolled"), at=datetime(2026, 11, 21, 23, 30, tzinfo=UTC).isoformat())

    assert deeds_of((late,), NAMES, ZONE)[0].moment.startswith("Nov 22, 2026")
