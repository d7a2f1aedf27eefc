"""Approvals and refusals of one clip: asked for by a grant, recorded on the card, replaced by a later answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from countenance.decisions import Approval, ClipMark, RecordedException
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.use import ApprovalDecision, ExceptionKind, StatedUse
from gui.presenters.answers import Act, Around, card_acts
from gui.presenters.codecs import format_words
from gui.presenters.finding_cards import without_name
from gui.presenters.rulings import Ruling, records_about, ruling_ask, ruling_of
from gui.presenters.uses import UseForm
from gui.views.answer_ruling import RulingDialog
from registry import GrantPapers, Signature
from tests.gui.clip_bench import STREAMS, Bench, standing
from tests.gui.conftest import NOON
from tests.gui.driving import words_of
from tests.reports.material import campaign

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LESSON = UseForm(purpose="education", face_method="edited", channels=("youtube",), territories=("FR",))
CLIP = ClipMark(sha256="a" * 64)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path) -> Iterator[Bench]:
    stand = standing(qtbot, qapp, tmp_path, with_registry=True)
    bench = next(stand)
    try:
        assert bench.registry is not None
        (record,) = bench.registry.grants()
        signed = Signature(name="Ada Example", role="self", signed_on=date(2026, 11, 2), how="paper")
        bench.registry.record_grant(replace(record.grant, approval=True), GrantPapers(signatures=(signed,)))
        bench.desk.state_use(LESSON)
        yield bench
    finally:
        next(stand, None)


def decide(bench: Bench, qtbot: QtBot, act: Act, reason: str, by: str = "") -> None:
    bench.press(1, act)
    dialog = bench.dialog(RulingDialog)
    assert not dialog.keep.isEnabled()
    dialog.by.setText(by)
    dialog.reason.setText(reason)
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)


def test_a_clip_is_approved_on_its_card_and_the_approval_is_withdrawn_again(qtbot: QtBot, bench: Bench) -> None:
    bench.check()
    assert bench.finding(1).judgement.kind is JudgementKind.NEEDS_APPROVAL

    decide(bench, qtbot, Act.APPROVE, "agreed by e-mail", "Agent Lee")

    bench.wait(lambda: bench.finding(1).judgement.kind is JudgementKind.PERMITTED)
    bench.wait(lambda: "Approved by Agent Lee" in words_of(bench.card(1)))
    assert bench.registry is not None
    (kept,), _exceptions = bench.registry.decisions.all()
    assert (kept.reason, kept.clip.streams) == ("agreed by e-mail", STREAMS)
    assert bench.worker.examined == ["street.mp4"], "nothing is decoded again"

    decide(bench, qtbot, Act.REFUSE, "she saw the final cut")

    bench.wait(lambda: bench.finding(1).judgement.reason is Reason.APPROVAL_REFUSED)
    bench.wait(lambda: "Refused by lead" in words_of(bench.card(1)))
    assert len(bench.registry.decisions.all()[0]) == 2, "neither was deleted"
    bench.press(1, Act.APPROVE)
    assert "“street.mp4”" in words_of(bench.dialog(RulingDialog))
    bench.vault.release()
    bench.settle()
    assert not bench.page.window().findChildren(RulingDialog), "a locked registry closes it"


def test_what_is_claimed_without_a_grant_is_decided_for_the_person(qtbot: QtBot, bench: Bench) -> None:
    bench.desk.state_use(replace(LESSON, purpose="advertising", exception="parody"))
    bench.check()
    assert bench.finding(1).judgement.reason is Reason.EXCEPTION_CLAIMED

    bench.press(1, Act.APPROVE)
    dialog = bench.dialog(RulingDialog)
    assert "Claimed: parody" in words_of(dialog)
    dialog.reason.setText("it is one")
    dialog.keep.click()

    bench.wait(lambda: bench.finding(1).judgement.kind is JudgementKind.PERMITTED)
    assert bench.registry is not None
    _approvals, (kept,) = bench.registry.decisions.all()
    assert (kept.kind, kept.reason) == (ExceptionKind.PARODY, "it is one")


def test_without_the_registry_nothing_can_be_recorded() -> None:
    ruling = Ruling(person="P1", grant="G1")
    finding = replace(
        campaign().findings[0],
        judgement=Judgement(kind=JudgementKind.NEEDS_APPROVAL, reason=Reason.APPROVAL_PENDING, rests_on="G1"),
    )

    acts = {act.act: act for act in card_acts(finding, Around(registry_locked=True), ruling)}

    assert acts[Act.APPROVE].why_not == acts[Act.REFUSE].why_not == "Unlock the registry first."


def test_only_a_record_that_a_judgement_rests_on_is_told() -> None:
    refused = Approval(
        id="A1", grant="G1", clip=CLIP, decision=ApprovalDecision.REFUSED, by="lead", at=NOON, reason="no"
    )
    carried = RecordedException(
        id="E1",
        person="P1",
        clip=CLIP,
        kind=ExceptionKind.NEWS,
        decision=ApprovalDecision.APPROVED,
        reason="yes",
        by="lead",
        at=NOON,
    )
    records = records_about([refused], [carried])
    result, finding = campaign(), campaign().findings[0]

    def ruling(kind: JudgementKind, reason: Reason, rests_on: str | None = None) -> Ruling | None:
        return ruling_of(
            result, replace(finding, judgement=Judgement(kind=kind, reason=reason, rests_on=rests_on)), records
        )

    assert ruling(JudgementKind.EXPIRED, Reason.REVOKED, "G1") is None
    assert ruling(JudgementKind.NOT_PERMITTED, Reason.APPROVAL_REFUSED, "G1").decided is ApprovalDecision.REFUSED
    told = ruling(JudgementKind.PERMITTED, Reason.EXCEPTION_CLAIMED, "E1")
    assert (told.exception, told.told.startswith("Approved by lead")) == (ExceptionKind.NEWS, True)
    assert ruling(JudgementKind.NEEDS_APPROVAL, Reason.APPROVAL_PENDING) is None, "no grant is named"
    assert ruling(JudgementKind.NEEDS_APPROVAL, Reason.EXCEPTION_CLAIMED) is None, "nothing is claimed"
    assert ruling_of(replace(result, use=StatedUse(publish_at=NOON)), campaign().findings[2], records) is None
    ask = ruling_ask("a.mp4", finding, Ruling(person="P1", grant="G1"), ApprovalDecision.REFUSED, "")
    assert "may not be published" in ask.words


def test_formats_are_called_as_people_call_them() -> None:
    assert [format_words(name) for name in ("pcm_s16le", "h264", "mov", "prores", "odd_one")] == [
        "PCM",
        "H.264",
        "MOV",
        "ProRes",
        "ODD ONE",
    ]


def test_a_card_says_a_name_once() -> None:
    assert without_name("Ada: the grant has ended.", "Ada") == "The grant has ended."
    assert without_name("林晓：没有授权。", "林晓") == "没有授权。"
    assert without_name("This may be Ada.", "Ada") == "This may be Ada."
