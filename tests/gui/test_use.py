"""The stated use: every field of it, presets with keys of their own, and the cast, in the window's bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from countenance.grants import Duty, Purpose, Theme
from countenance.packs import PackCard
from countenance.people import Modality, Person, PersonKind
from countenance.use import ExceptionKind
from gui.desk import Desk
from gui.main import Put, assemble
from gui.preparing import Opening
from gui.presenters.casting import code_for, look_up, parted, unread
from gui.presenters.presets import (
    Preset,
    preset_of,
    presets_from_text,
    presets_to_text,
    renamed,
    with_preset,
    without_preset,
)
from gui.presenters.use_choices import chosen_words, duty_choices, exception_choices, language_choices, theme_choices
from gui.presenters.uses import UseForm, further_count, stated_use, use_from_text, use_to_text, use_words
from registry import Passphrase, Registry, create_registry
from scan.cast import find_among
from scan.known import Known
from tests.gui.driving import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WHOLE = UseForm(
    purpose="advertising",
    face_method="edited",
    voice_method="voice_clone",
    channels=("tiktok",),
    territories=("FR", "US-NY"),
    publish_on="2027-03-01",
    project="Spring",
    grantee="Acme",
    category="cars",
    themes=("political",),
    language="de",
    labels_done=("ai_label",),
    exception="parody",
    cast=("P0001", "P0002:face"),
    folder_cast=("Marta",),
)
PEOPLE = (
    Person(id="P0001", display_name="Marta Ruiz"),
    Person(id="P0002", display_name="Li Wei"),
    Person(id="P0003", display_name="Li Wei"),
    Person(id="P0004", display_name="The Duo", kind=PersonKind.GROUP, members=("P0001", "P0002")),
)


@pytest.fixture
def open_window(put: Put, opening: Opening, card: PackCard) -> Callable[[], Registry]:
    """Return a function that opens a registry in the window, with two people in it."""

    def begin() -> Registry:
        registry = create_registry(opening.registry, Passphrase("several words"), owner="us", tz="UTC", operator="me")
        put.entrance._unlocked.append(registry)
        for name in ("Marta Ruiz", "Li Wei"):
            registry.enrol(Person(id="", display_name=name))
        put.desk.begin(card, Known(facts=registry.facts()))
        put.vault.hold(registry, registry.facts())
        return registry

    return begin


def test_every_field_reaches_the_use() -> None:
    use = stated_use(WHOLE, NOON)

    assert use.publish_at == datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    assert (use.purpose, use.themes, use.labels_done) == (Purpose.ADVERTISING, (Theme.POLITICAL,), (Duty.AI_LABEL,))
    assert (use.project, use.grantee, use.category, use.language) == ("Spring", "Acme", "cars", "de")
    assert (use.territories, use.exception) == (("FR", "US-NY"), ExceptionKind.PARODY)


def test_the_line_tells_everything_that_is_stated() -> None:
    line = use_words(WHOLE, "Marta Ruiz")

    for words in ("United States (NY)", "March 1, 2027", "“Spring”", "Acme", "“cars”", "politics", "German", "parody"):
        assert words in line
    assert line.endswith("cast: Marta Ruiz")
    assert "not stated" not in line


def test_the_cast_is_only_counted_where_no_names_may_be_told() -> None:
    assert use_words(UseForm(cast=("P0001", "P0002"))).startswith("cast: 2 people")


def test_a_remembered_use_holds_ids_and_no_names_of_a_folders_people() -> None:
    text = use_to_text(WHOLE)

    assert "Marta" not in text
    assert use_from_text(text, date(2026, 11, 21)) == replace(WHOLE, folder_cast=())


def test_a_day_that_is_over_is_forgotten() -> None:
    assert use_from_text(use_to_text(WHOLE), date(2027, 3, 2)).publish_on == ""
    assert use_from_text('{"publish_on": "spring"}').publish_on == ""


def test_the_first_versions_country_is_still_understood() -> None:
    assert use_from_text('{"purpose": "music", "territory": "FR"}') == UseForm(purpose="music", territories=("FR",))
    assert use_from_text('{"territory": ""}') == UseForm()


def test_more_says_how_much_is_behind_it() -> None:
    assert further_count(UseForm(purpose="music", cast=("P0001",))) == 0
    assert further_count(WHOLE) == 8


def test_further_choices_have_words_and_no_raw_codes() -> None:
    for choices in (theme_choices(), duty_choices(), exception_choices(), language_choices()):
        assert len({choice.code for choice in choices}) == len(choices)
        assert all(choice.words and "_" not in choice.words for choice in choices)
    assert chosen_words(("political", "crime"), theme_choices()) == "Politics and Crime"
    assert chosen_words((), theme_choices()) == "Not stated"
    assert "take_down_by" not in {choice.code for choice in duty_choices()}


def test_presets_are_kept_as_text_and_found_again() -> None:
    presets = with_preset(with_preset((), " Spring ", WHOLE), "Music", UseForm(purpose="music"))

    assert presets_from_text(presets_to_text(presets)) == presets
    assert preset_of(presets, WHOLE) == presets[0] == Preset("Spring", replace(WHOLE, folder_cast=()))
    assert preset_of(presets, UseForm()) is None
    assert presets_from_text("nonsense") == ()


def test_presets_are_replaced_renamed_and_deleted_by_name() -> None:
    presets = with_preset(with_preset((), "a", UseForm(purpose="music")), "b", UseForm())

    assert with_preset(presets, "a", UseForm())[0].form == UseForm()
    assert [preset.name for preset in renamed(presets, "a", "c")] == ["c", "b"]
    assert [preset.name for preset in renamed(presets, "a", "b")] == ["b"]
    assert [preset.name for preset in without_preset(presets, "a")] == ["b"]


def test_a_cast_is_looked_up_with_groups_as_their_members() -> None:
    read = look_up(["P0004", "P0002:voice"], find_among(PEOPLE))

    assert {member.person: member.modality for member in read.members} == {
        "P0001": tuple(Modality),
        "P0002": tuple(Modality),
    }
    assert [chip.words for chip in read.chips] == ["The Duo", "Li Wei  ·  voice"]
    assert read.names == "The Duo, Li Wei"
    assert read.problem == ""


def test_somebody_unknown_is_told_of_and_keeps_nobody_else_out() -> None:
    read = look_up(["P9999", "P0001", "li wei"], find_among(PEOPLE))

    assert [member.person for member in read.members] == ["P0001"]
    assert [chip.is_known for chip in read.chips] == [False, True, False]
    assert "Several people are called" in read.problem
    assert "1 person of the cast is not known here." in look_up(["P9999"], find_among(PEOPLE)).problem


def test_a_locked_registrys_cast_has_no_names() -> None:
    read = unread(("P0001",))

    assert read.names == ""
    assert read.members == ()
    assert "locked" in read.chips[0].words


def test_codes_say_what_of_somebody_is_expected() -> None:
    assert parted("P0001:face") == ("P0001", (Modality.FACE,))
    assert parted("Anna: live") == ("Anna: live", tuple(Modality))
    assert code_for("P0001", (Modality.VOICE,)) == "P0001:voice"
    assert code_for("P0001", tuple(Modality)) == "P0001"


def test_several_channels_and_countries_can_be_stated(put: Put) -> None:
    fields = put.window.check.use_bar.fields
    fields.channels._actions["tiktok"].setChecked(True)
    fields.channels._actions["youtube"].setChecked(True)
    for words in ("France", "Germany"):
        fields.territories.box.setCurrentText(words)
        fields.territories.add.click()

    assert put.desk.form == UseForm(channels=("tiktok", "youtube"), territories=("FR", "DE"))
    assert "Germany" in put.window.check.use_bar._words.toolTip()


def test_less_common_fields_are_behind_more(qtbot: QtBot, put: Put) -> None:
    bar = put.window.check.use_bar
    bar.change.click()
    assert not bar.fields.project.isVisible()
    bar.fields.more.click()

    qtbot.keyClicks(bar.fields.project, "Spring")
    qtbot.keyClick(bar.fields.project, Qt.Key.Key_Return)
    bar.fields.day.none.setChecked(False)
    bar.fields.language.setCurrentText("German")
    bar.fields.language.lineEdit().editingFinished.emit()

    assert (put.desk.form.project, put.desk.form.language) == ("Spring", "de")
    assert put.desk.form.publish_on == "2026-11-21"
    bar.fields.more.click()
    assert bar.fields.more.text() == "More (3 stated)"


def test_what_is_no_language_is_not_taken(put: Put) -> None:
    fields = put.window.check.use_bar.fields
    fields.language.setCurrentText("German")
    fields.language.lineEdit().editingFinished.emit()

    fields.language.setEditText("Klingonish")
    fields.language.lineEdit().editingFinished.emit()

    assert put.desk.form.language == "de"
    assert fields.language.currentText() == "German"
    fields.language.setEditText("")
    fields.language.lineEdit().editingFinished.emit()
    assert put.desk.form.language == ""


def test_a_preset_is_saved_under_a_name_and_chosen_by_its_key(qtbot: QtBot, put: Put) -> None:
    room = put.window.check
    put.desk.state_use(UseForm(purpose="music"))
    room.presets.save_as()
    dialog = room.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("Songs & more")
    dialog.accept()
    assert room.use_bar.presets.text() == "Songs && more"
    put.desk.state_use(UseForm())
    assert room.use_bar.presets.text() == "Presets"

    put.window.activateWindow()
    qtbot.waitUntil(put.window.isActiveWindow)
    qtbot.keyClick(put.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)

    assert put.desk.form == UseForm(purpose="music")


def test_a_preset_is_renamed_and_a_deleted_one_comes_back(put: Put) -> None:
    presets = put.window.check.presets
    put.desk.state_use(UseForm(purpose="music"))
    presets.keep(with_preset((), "Songs", put.desk.form))
    presets.rename()
    dialog = put.window.check.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("Tunes")
    dialog.accept()
    assert [preset.name for preset in presets.all] == ["Tunes"]

    presets.delete()
    assert presets.all == ()
    assert "A preset was deleted." in put.window.notices.words
    put.vault.history.undo()

    assert [preset.name for preset in presets.all] == ["Tunes"]


def test_presets_are_there_at_the_next_start(qtbot: QtBot, put: Put, opening: Opening, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    memory.setValue("first_run/done", True)
    first = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(first.window)
    first.window.check.presets.keep((Preset("Songs", UseForm(purpose="music")),))
    first.window.close()

    second = assemble(opening, Desk(opening.places.models), memory)
    qtbot.addWidget(second.window)

    assert [preset.name for preset in second.window.check.presets.all] == ["Songs"]
    second.window.close()


def test_without_a_registry_nobody_can_be_cast_and_the_field_says_why(put: Put) -> None:
    field = put.window.check.use_bar.cast

    assert not field.search.isEnabled()
    assert "Open a registry" in field.search.toolTip()


def test_people_of_the_registry_are_found_by_typing_and_reach_the_check(
    qtbot: QtBot, put: Put, open_window: Callable[[], Registry]
) -> None:
    open_window()
    field = put.window.check.use_bar.cast
    qtbot.keyClicks(field.search, "mar")
    qtbot.waitUntil(lambda: [choice.words for choice in field._found] == ["Marta Ruiz"])

    qtbot.keyClick(field.search, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: [member.name for member in put.desk.cast] == ["Marta Ruiz"])
    setup = put.desk.setup
    assert setup is not None
    assert setup.cast == put.desk.cast
    assert put.window.check.use_bar._words.toolTip().startswith("cast: Marta Ruiz  ·  ")
    assert "Marta" not in use_to_text(put.desk.form)


def test_the_face_alone_can_be_expected_and_somebody_taken_off(
    qtbot: QtBot, put: Put, open_window: Callable[[], Registry]
) -> None:
    registry = open_window()
    marta = registry.named("Marta Ruiz")[0].id
    put.desk.state_use(UseForm(cast=(marta,)))
    qtbot.waitUntil(lambda: len(put.desk.cast) == 1)
    field = put.window.check.use_bar.cast

    field._expect(marta, f"{marta}:face")
    qtbot.waitUntil(lambda: bool(put.desk.cast) and put.desk.cast[0].modality == (Modality.FACE,))
    field._expect(f"{marta}:face", "")

    qtbot.waitUntil(lambda: put.desk.cast == ())
    assert put.desk.form.cast == ()


def test_locking_takes_the_names_of_the_cast_away(qtbot: QtBot, put: Put, open_window: Callable[[], Registry]) -> None:
    registry = open_window()
    put.desk.state_use(UseForm(cast=(registry.named("Li Wei")[0].id,)))
    qtbot.waitUntil(lambda: "Li Wei" in put.window.check.use_bar._words.toolTip())

    put.vault.release()

    bar = put.window.check.use_bar
    assert "Li Wei" not in bar._words.toolTip()
    assert "cast: 1 person" in bar._words.toolTip()
    assert "Li Wei" not in words_of(bar)
    assert put.desk.cast == ()


def test_a_cast_member_of_another_registry_is_said_in_the_bar(
    qtbot: QtBot, put: Put, open_window: Callable[[], Registry]
) -> None:
    open_window()

    put.desk.state_use(UseForm(cast=("P9999",)))

    field = put.window.check.use_bar.cast
    qtbot.waitUntil(lambda: "not known here" in field.problem.text())
