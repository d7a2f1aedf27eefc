"""What the tests about papers, enrolment and imports share: an open registry in the window, and invented people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from countenance.grants import Grant, Purpose
from countenance.observations import Observations
from countenance.packs import PackCard
from countenance.people import BiometricConsent, Modality, Person, Signer
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook
from gui.main import Put
from gui.preparing import Opening
from registry import GrantPapers, Passphrase, Registry, Signature, create_registry
from scan.known import Known
from tests.reports.material import campaign
from tests.reports.voiced import podcast

SIGNED = date(2026, 1, 5)
LIN = Person(id="", display_name="Lin Example", other_names=("林晓",))
CONSENT = BiometricConsent(
    id="",
    person="",
    signer=Signer.SELF,
    modality=tuple(Modality),
    purpose="finding this person in clips before publication",
    signed_on=SIGNED,
    method="paper",
    notice_version="1",
    retain_until=date(2029, 1, 5),
)
PAPERS = GrantPapers(signatures=(Signature(name="Lin Example", role="self", signed_on=SIGNED, how="paper"),))
AD = Grant(
    id="",
    person="",
    signed=SIGNED,
    purposes=(Purpose.ADVERTISING,),
    channels=("tiktok", "youtube"),
    territories=("CN", "EU"),
    end=date(2030, 12, 31),
)


class OpenRegistry:
    """An open registry that the window holds too; `close` after use."""

    def __init__(self, put: Put, opening: Opening, card: PackCard) -> None:
        self.put = put
        words = Passphrase("correct horse battery")
        self.file: Registry = create_registry(opening.registry, words, owner="Studio", tz="UTC", operator="ada")
        put.desk.begin(card, Known())
        put.vault.hold(self.file, self.file.facts())
        self.failures: list[str] = []
        put.vault.failed.connect(lambda error: self.failures.append(str(error)))

    @property
    def window(self) -> QWidget:
        return self.put.window

    def lin(self) -> str:
        return self.file.enrol(LIN, consent=CONSENT)

    def grant(self, person: str, **terms: object) -> Grant:
        stated = replace(AD, person=person, **terms)  # type: ignore[arg-type]  # given by name
        return self.file.record_grant(stated, PAPERS)


def dialog_of(qtbot: QtBot, window: QWidget, kind: type[QDialog]) -> QDialog:
    """Return the dialog of a kind that is open, once it is."""
    found: list[QDialog] = []

    def look() -> bool:
        found[:] = [one for one in window.findChildren(kind) if one.isVisible()]
        return bool(found)

    qtbot.waitUntil(look)
    return found[-1]


def one_face(request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> Observations:
    """Answer as the detectors do of one person's files: "voice…" has a voice, "crowd…" several faces, else a face."""
    name = Path(request.path).name
    on_progress("reading", 1.0, 2.0)
    if name.startswith("endless"):
        cancel._event.wait(60)
    cancel.raise_if_cancelled()
    seen = campaign().observations
    if name.startswith("voice"):
        seen = podcast().observations
        seen = replace(seen, speakers=seen.speakers[:1])
    elif not name.startswith("crowd"):
        seen = replace(seen, tracks=seen.tracks[:1], speakers=())
    sha256 = f"{abs(hash(name)):064x}"[-64:]
    return replace(seen, clip=replace(seen.clip, name=name, sha256=sha256, still=name.endswith(".jpg")))


MakeFiles = Callable[..., list[Path]]
