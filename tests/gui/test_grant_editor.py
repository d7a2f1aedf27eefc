"""The editor of a grant: its sentence as it is written, what is missing beside the field, and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from countenance.grants import (
    ANY,
    AfterEnd,
    Duty,
    Grant,
    GroupMembers,
    Method,
    Purpose,
    Revocation,
    Suspension,
    Theme,
)
from countenance.packs import PackCard
from countenance.people import Modality, Person, PersonKind, Signer
from countenance.translations import settle_language
from gui.main import Put
from gui.preparing import Opening
from gui.presenters.grant_forms import (
    grant_channel_choices,
    grant_faults,
    grant_territory_choices,
    joined_names,
    language_choices,
    new_grant,
    split_names,
    templates,
    way_words,
    zone_choices,
)
from gui.views.grant_editor import GrantEditor
from gui.views.grant_pickers import code_of
from registry import CompensationStatus, DocumentKind, GrantPapers, GrantRecord, Signature
from tests.gui.driving import words_of
from tests.gui.papers_bench import AD, PAPERS, SIGNED, OpenRegistry

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 21)
GIVER = Person(id="P1", display_name="Lin Example")


def test_what_a_signed_grant_lacks_is_said_beside_the_field() -> None:
    empty = Grant(id="", person="P1", signed=TODAY, modality=(), methods=())

    faults = grant_faults(empty, GrantPapers())

    assert set(faults) == {"modality", "methods", "purposes", "channels", "territories", "signatures"}
    assert grant_faults(replace(empty, signed=None), GrantPapers()) == {}
    assert grant_faults(AD, PAPERS) == {}
    assert set(grant_faults(replace(AD, territories=("-DE",)), PAPERS)) == {"territories"}
    assert set(grant_faults(replace(AD, end=date(2020, 1, 1)), PAPERS)) == {"end"}
    paused = Suspension(start=date(2026, 2, 1), end=date(2026, 1, 1))
    assert set(grant_faults(replace(AD, suspended=paused), PAPERS)) == {"suspended"}
    assert set(grant_faults(AD, replace(PAPERS, external_ids=("no system",)))) == {"external_ids"}
    assert set(grant_faults(replace(AD, tz="Mars/Base"), PAPERS)) == {""}


def test_templates_can_be_recorded_as_they_are() -> None:
    for template in templates(GIVER, TODAY):
        assert grant_faults(template.grant, PAPERS) == {}
        assert template.words
        assert template.explanation
    assert new_grant(replace(GIVER, kind=PersonKind.MINOR), TODAY).signer is Signer.GUARDIAN
    assert new_grant(GIVER, TODAY).end == date(2027, 11, 20)
    assert new_grant(GIVER, date(2024, 2, 29)).end == date(2025, 2, 27)


def test_pickers_offer_the_vocabulary_in_words() -> None:
    assert [choice.code for choice in grant_channel_choices()][:5] == [ANY, "social", "broadcast", "streaming", "audio"]
    assert [choice.code for choice in grant_territory_choices()][:3] == ["WORLD", "EU", "EEA"]
    assert {"zh", "en", "de"} <= {choice.code for choice in language_choices()}
    assert zone_choices("Asia/Shanghai")[0].words == "The registry’s (Asia/Shanghai)"
    assert split_names("Nova; Orion；Nova") == ("Nova", "Orion")
    assert joined_names(("Nova", "Orion")) == "Nova; Orion"
    assert way_words("carved in stone") == "carved in stone"


@pytest.fixture
def opened(put: Put, opening: Opening, card: PackCard) -> Iterator[OpenRegistry]:
    settle_language("en")
    opened = OpenRegistry(put, opening, card)
    yield opened
    put.window.close()
    opened.file.close()


def editor_of(qtbot: QtBot, opened: OpenRegistry, giver: Person, record: GrantRecord | None = None) -> GrantEditor:
    editor = GrantEditor(opened.put.window.parts, giver, TODAY, "UTC", record=record, parent=opened.window)
    editor.open()
    qtbot.waitExposed(editor)
    return editor


def test_the_sentence_follows_what_is_chosen_and_names_what_is_missing(qtbot: QtBot, opened: OpenRegistry) -> None:
    giver = opened.file.people([opened.lin()])[0]
    editor = editor_of(qtbot, opened, giver)
    assert "for no purpose yet, on no channel yet, in no country yet" in editor.sentence.text()

    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    assert "Choose at least one purpose." in words_of(editor)
    assert "Something is missing" in editor.complaint.text()
    assert not opened.file.grants()

    scope = editor.terms.scope
    scope.purposes.menu().actions()[3].trigger()
    scope.channels.menu().actions()[0].trigger()
    scope.territories.box.setEditText("China")
    qtbot.mouseClick(scope.territories.add, Qt.MouseButton.LeftButton)
    scope.territories.box.setEditText("nowhere at all")
    qtbot.mouseClick(scope.territories.add, Qt.MouseButton.LeftButton)
    scope.territories.box.setEditText("Germany")
    qtbot.mouseClick(scope.territories.leave_out, Qt.MouseButton.LeftButton)
    assert scope.territories.chosen() == ("CN", "-DE")
    assert "on any channel, in China (except Germany)" in editor.sentence.text()
    assert "Choose at least one purpose." not in words_of(editor)
    chip = next(one for one in editor.findChildren(QPushButton) if one.accessibleName() == "Take off: except Germany")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert scope.territories.chosen() == ("CN",)
    assert "No document is kept with it yet" in words_of(editor)

    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(opened.file.grants()) == 1)
    record = opened.file.grants()[0]
    assert record.grant.purposes == (Purpose.ADVERTISING,)
    assert record.grant.territories == ("CN",)
    assert record.papers.signatures[0].name == "Lin Example"
    assert opened.failures == []


def test_every_field_survives_the_editor(qtbot: QtBot, opened: OpenRegistry) -> None:
    lin = opened.lin()
    giver = opened.file.people([lin])[0]
    full = replace(
        AD,
        signer=Signer.AGENT,
        represented_by="SAG-AFTRA",
        separately_signed=True,
        replica_type="independently_created",
        modality=(Modality.VOICE,),
        methods=(Method.REAL_FOOTAGE, Method.VOICE_CLONE),
        description="Radio spots",
        themes_ok=(Theme.FINANCE,),
        languages=("de", "en-GB"),
        start=date(2026, 2, 1),
        tz="Asia/Shanghai",
        projects=("Nova", "Orion"),
        grantee="BrandX",
        sublicense=True,
        exclusive="drinks",
        approval=True,
        compensation="1,000 a day",
        duties=(Duty.CREDIT, Duty.AI_LABEL),
        after_end=AfterEnd.TAKE_DOWN,
        revoked=Revocation(notice=date(2026, 9, 1)),
        suspended=Suspension(start=date(2026, 5, 1), end=date(2026, 6, 1)),
        survives_death=True,
    )
    signatures = (
        Signature(name="Ann Agent", role="agent", signed_on=SIGNED, how="e-signature", witness="Wim"),
        Signature(name="Carl Counsel", role="lawyer", signed_on=SIGNED, how="fax"),
    )
    papers = GrantPapers(
        signatures=signatures, compensation_status=CompensationStatus.PAID, external_ids=("hand:1", "isni:2")
    )
    kept = opened.file.record_grant(replace(full, person=lin), papers)
    editor = editor_of(qtbot, opened, giver, opened.file.grant_revisions(kept.id)[-1])

    assert editor.terms.grant(kept) == kept
    assert editor.terms.papers(papers) == papers

    editor.terms.approval.setChecked(False)
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.file.grants(lin)[0].grant.revision == 2)
    assert opened.file.grants(lin)[0].grant == replace(kept, approval=False, revision=2)
    qtbot.waitUntil(lambda: opened.put.vault.history.last is not None)

    opened.put.vault.history.undo()
    qtbot.waitUntil(lambda: opened.file.grants(lin)[0].grant.revision == 3)
    assert opened.file.grants(lin)[0].grant == replace(kept, revision=3)


def test_a_template_is_a_start_and_undoing_a_new_grant_leaves_a_draft(qtbot: QtBot, opened: OpenRegistry) -> None:
    lin = opened.lin()
    editor = editor_of(qtbot, opened, opened.file.people([lin])[0])
    everything = next(one for one in editor.findChildren(QPushButton) if "Everything incl. AI" in one.text())

    qtbot.mouseClick(everything, Qt.MouseButton.LeftButton)

    assert "any purpose except AI training" in editor.sentence.text()
    assert "as AI face swap" in editor.sentence.text()
    assert "each clip will need approval" in words_of(editor)
    assert editor.terms.separately_signed.isVisibleTo(editor.terms.rest) or not editor.terms.rest.fold.isChecked()
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.put.vault.history.last is not None)
    opened.put.vault.history.undo()
    qtbot.waitUntil(lambda: opened.file.grants(lin)[0].grant.revision == 2)
    assert opened.file.grants(lin)[0].grant.signed is None


def test_a_draft_needs_no_signature_and_a_signature_is_dated_with_the_grant(qtbot: QtBot, opened: OpenRegistry) -> None:
    editor = editor_of(qtbot, opened, opened.file.people([opened.lin()])[0])
    terms = editor.terms

    terms.signed.none.setChecked(True)
    assert editor.sentence.text().startswith("Draft, not in force before it is signed")
    assert not terms.signatures.isVisibleTo(editor)
    terms.signed.none.setChecked(False)
    terms.signed.choose(date(2026, 5, 1))
    terms.signed.changed.emit()
    qtbot.mouseClick(terms.signatures.more, Qt.MouseButton.LeftButton)
    assert len(terms.signatures.lines) == 2
    assert [one.signed_on for one in terms.signatures.signatures()] == [date(2026, 5, 1)]
    terms.signatures._drop(terms.signatures.lines[1])
    assert len(terms.signatures.lines) == 1


def test_a_paper_dropped_onto_the_editor_is_kept_with_the_grant(
    qtbot: QtBot, opened: OpenRegistry, tmp_path: Path
) -> None:
    lin = opened.lin()
    paper = tmp_path / "contract.pdf"
    paper.write_bytes(b"%PDF a contract")
    giver = opened.file.people([lin])[0]
    editor = editor_of(qtbot, opened, giver)
    editor.start_from(templates(giver, TODAY)[1])

    editor.terms.documents.add([paper])
    qtbot.waitUntil(lambda: "No document is kept with it yet" not in words_of(editor))
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: len(opened.file.grants(lin)) == 1)
    qtbot.waitUntil(lambda: len(opened.file.documents.of(lin)) == 1)
    (kept,) = opened.file.documents.of(lin)
    assert kept.kind is DocumentKind.CONTRACT
    assert kept.subject == opened.file.grants(lin)[0].grant.id


def test_what_cannot_be_recorded_is_said_and_nothing_is_lost(
    qtbot: QtBot, opened: OpenRegistry, tmp_path: Path
) -> None:
    lin = opened.lin()
    kept = opened.grant(lin)
    editor = editor_of(qtbot, opened, opened.file.people([lin])[0], opened.file.grant_revisions(kept.id)[-1])
    opened.file.record_grant(replace(kept, channels=("cinema",)))
    editor.terms.documents.add([tmp_path / "gone.pdf"])

    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "cannot be read" in editor.complaint.text())
    editor.terms.documents.forget()
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "changed meanwhile" in editor.complaint.text())

    assert editor.isVisible()
    assert editor.save.isEnabled()
    editor.reject()


def test_a_group_says_for_whom_its_grant_counts(qtbot: QtBot, opened: OpenRegistry) -> None:
    lin = opened.lin()
    duo = opened.file.enrol(Person(id="", display_name="Duo", kind=PersonKind.GROUP, members=(lin,)))
    editor = editor_of(qtbot, opened, opened.file.people([duo])[0])

    assert "when two members or more appear together" in editor.sentence.text()
    editor.terms.members.buttons["individually"].click()
    assert editor.terms.grant(AD).members is GroupMembers.INDIVIDUALLY
    assert "each member alone, too" in editor.sentence.text()
    assert code_of(editor.terms.scope.zone) == ""
    editor.reject()
