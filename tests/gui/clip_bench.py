"""A clip's page on its own: the real desk, vault and registry around it, drawn faces, and a stand-in that saw them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from countenance.decisions import ClipMark
from countenance.errors import ClipError
from countenance.grants import Grant, Method, Purpose
from countenance.observations import Box, Observations
from countenance.people import BiometricConsent, Modality, Person, Signer
from countenance.places import find_places
from countenance.verdict import CheckResult, Finding
from countenance.wire import Examine
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.entrance import Entrance
from gui.preferences import Preferences
from gui.preparing import Opening
from gui.presenters.answers import Act
from gui.presenters.queues import Entry, Stage
from gui.undoing import History
from gui.vault import Vault
from gui.views.clip_page import ClipPageView
from gui.views.finding_card import FindingCardView
from gui.views.listening import Listening
from gui.views.room import Parts
from gui.views.theme import LIGHT, wear
from registry import (
    GrantPapers,
    NewSample,
    NewTemplate,
    Passphrase,
    Registry,
    SampleKind,
    Signature,
    create_registry,
)
from scan.knowing import known_from_registry
from scan.known import Known
from scan.proxy import Proxy
from tests.gui.conftest import NOON, StandIn, StandInOutput
from tests.reports.material import portrait
from tests.scan.made import CARD, EMBEDDER, detection, face, observations, track

ADA, BEN = face({0: 1.0}), face({1: 1.0})
STREAMS = "5" * 64


def street(*, name: str = "street.mp4") -> Observations:
    """Return a clip with Ada for certain, perhaps Ben, and two strangers."""
    seen = (
        track(1, face({0: 0.9}, 41), (0.0, 1.0, 2.0)),
        track(2, face({1: 0.45}, 42), (3.0, 4.0, 5.0)),
        track(3, face({}, 43), (5.5, 6.5, 7.5)),
        track(4, face({}, 44), (7.6, 8.6, 9.6)),
    )
    pictured = tuple(
        replace(
            one,
            detections=tuple(replace(each, size_px=300.0, box=_apart(one.id)) for each in one.detections),
            samples=tuple(
                replace(
                    each,
                    picture=portrait(left=140 + 4 * one.id),
                    detection=detection(each.at_s, size_px=300.0, box=_apart(one.id), quality=0.6 + 0.1 * place),
                )
                for place, each in enumerate(one.samples)
            ),
        )
        for one in seen
    )
    return observations(*pictured, name=name)


def _apart(number: int) -> Box:
    return replace(detection().box, x=0.05 + 0.2 * number, y=0.1, width=0.15, height=0.5)


class Watched(StandIn):
    """Sees `street`, and reads marks: a file's streams are always the same ones."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[str] = []
        self.unreadable = False

    def examine(self, request: Examine, on_progress: ProgressHook, cancel: CancelToken) -> Observations:
        super().examine(request, on_progress, cancel)
        return street(name=Path(request.path).name)

    def mark(self, path: Path, _on_progress: object = None, cancel: CancelToken | None = None) -> ClipMark:
        self.marked.append(path.name)
        if self.unreadable:
            raise ClipError(f"“{path.name}” cannot be read.")
        return ClipMark(sha256=street(name=path.name).clip.sha256, streams=STREAMS)

    def preview(self, path: Path, *_any: object) -> Proxy:
        raise ClipError(f"There is no preview of “{path.name}”.")


@dataclass
class Bench:
    """The page with everything around it."""

    qtbot: QtBot
    folder: Path
    desk: Desk
    vault: Vault
    worker: Watched
    parts: Parts
    page: ClipPageView
    registry: Registry | None

    def check(self, name: str = "street.mp4") -> Entry:
        """Check a clip and show its page."""
        path = self.folder / name
        path.write_bytes(b"not looked at by the stand-in")
        self.desk.add([path])
        self.qtbot.waitUntil(
            lambda: any(one.path == path and one.stage is Stage.DONE for one in self.desk.queue.entries())
        )
        self.settle()
        return self.entry()

    def entry(self) -> Entry:
        """Return the clip as it is now."""
        return self.desk.queue.entries()[-1]

    def compare_with_folder(self) -> str:
        """Have clips compared with one person of a folder from now on, and return the name."""
        person = Person(id="ada", display_name="Ada of the folder")
        self.desk.begin(CARD, Known(templates={"ada": (ADA,)}, people={"ada": person}))
        return person.display_name

    def result(self) -> CheckResult:
        """Return its result as it is now."""
        result = self.entry().result
        assert result is not None
        return result

    def place(self, track_id: int) -> int:
        """Return the index of the finding that a track belongs to."""
        return next(index for index, one in enumerate(self.result().findings) if track_id in one.tracks)

    def finding(self, track_id: int) -> Finding:
        """Return the finding that a track belongs to."""
        return self.result().findings[self.place(track_id)]

    def card(self, track_id: int) -> FindingCardView:
        """Return the card of that finding."""
        self.settle()
        return self.page.cards[self.place(track_id)]

    def press(self, track_id: int, act: Act) -> None:
        """Press a button of a card."""
        card = self.card(track_id)
        assert card.buttons is not None
        button = next(one for one in card.buttons.findChildren(QPushButton) if one.property("act") == act.value)
        assert button.isEnabled(), button.toolTip()
        button.click()
        self.settle()

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """Return the dialog that is open."""
        return next(one for one in self.page.window().findChildren(kind) if one.isVisible())

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for background work."""
        self.qtbot.waitUntil(until)
        self.settle()

    def settle(self) -> None:
        """Let layouts and what is built in slices come to rest."""
        for _round in range(6):
            QApplication.sendPostedEvents()
            QApplication.processEvents()


def standing(qtbot: QtBot, qapp: QApplication, folder: Path, *, with_registry: bool) -> Iterator[Bench]:
    """Put a page together, and take it down again."""
    wear(qapp, LIGHT)
    worker, places = Watched(), find_places()
    desk = Desk(places.models, worker=lambda: worker, clock=lambda: NOON)
    vault = Vault(History())
    opening = Opening(places=places, registry=places.registry, registry_named=False, pack="starter")
    entrance = Entrance(opening, desk, vault)
    preferences = Preferences(places.settings, desk.desk_lane)
    vault.changed.connect(desk.judge_again)
    parts = Parts(
        desk=desk,
        entrance=entrance,
        vault=vault,
        preferences=preferences,
        listening=Listening(StandInOutput()),
    )
    registry = _registry(folder) if with_registry else None
    if registry is not None:
        vault.hold(registry, registry.facts())
    page = ClipPageView(parts)
    page.resize(960, 700)
    desk.changed.connect(page.show_entry)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    known = known_from_registry(registry, CARD, registry.today()) if registry is not None else Known()
    desk.begin(CARD, known)
    yield Bench(qtbot, folder, desk, vault, worker, parts, page, registry)
    page.close_down()
    page.close()
    page.deleteLater()
    desk.close()
    vault.release()
    vault.close()
    entrance.close()
    if registry is not None:
        registry.close()


def _registry(folder: Path) -> Registry:
    registry = create_registry(
        folder / "people.countenance",
        Passphrase("paper kite over harbour"),
        owner="Studio Nord",
        tz="UTC",
        operator="lead",
        clock=lambda: NOON,
    )
    signed = Signature(name="Ada Example", role="self", signed_on=date(2026, 11, 2), how="paper")
    for name, template, contact in (("Ada Example", ADA, "Agent Lee <lee@example.org>"), ("Ben Sample", BEN, "")):
        person = Person(id="", display_name=name, contact=contact)
        number = registry.enrol(person, consent=_consent(), samples=[_sample(template)])
        if name == "Ada Example":
            registry.record_grant(_grant(number), GrantPapers(signatures=(signed,)))
    return registry


def _consent() -> BiometricConsent:
    return BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE,),
        purpose="finding this person in clips before publication",
        signed_on=date(2026, 11, 1),
        method="paper",
        notice_version="2026-1",
        retain_until=date(2029, 11, 1),
    )


def _sample(vector: bytes) -> NewSample:
    template = NewTemplate(modality=Modality.FACE, model="drawn 1", binding=EMBEDDER.binding, vector=vector)
    return NewSample(
        kind=SampleKind.PHOTO, file_sha256="b" * 64, picture=portrait(), quality=0.5, templates=(template,)
    )


def _grant(person: str) -> Grant:
    return Grant(
        id="",
        person=person,
        signed=date(2026, 11, 2),
        purposes=(Purpose.EDUCATION,),
        methods=(Method.EDITED,),
        channels=("youtube",),
        territories=("WORLD",),
    )
