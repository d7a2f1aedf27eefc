"""A small agency's registry, and the room that shows it, for the stories of people; everybody in it is invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from countenance.grants import Revocation
from countenance.packs import PackCard
from countenance.people import Person, PersonKind, Signer
from gui.desk import Desk
from gui.entrance import Entrance
from gui.preferences import Preferences
from gui.preparing import Opening, Prepared
from gui.undoing import History
from gui.vault import Vault
from gui.views.listening import Listening, Output
from gui.views.registry_room import RegistryRoom
from gui.views.room import Parts
from registry import Passphrase, Registry, create_registry
from tests.registry.clips import kept_check, publication
from tests.registry.people import PAPERS, SPOKEN, grant, person, sample, spoken

WORDS = "paper kite over harbour"


def jpeg(colour: str = "#808080") -> bytes:
    content = BytesIO()
    Image.new("RGB", (112, 112), colour).save(content, "JPEG")
    return content.getvalue()


def make_agency(path: Path) -> dict[str, str]:
    """Make a registry with somebody for every sign, and return everybody's id by a short name."""
    with create_registry(path, Passphrase(WORDS), owner="Harbour", tz="Europe/Paris", operator="ann") as registry:
        return fill(registry)


def fill(registry: Registry) -> dict[str, str]:
    today = registry.today()
    long = replace(SPOKEN, signed_on=today, retain_until=today + timedelta(days=900))

    def enrol(name: str, *, voice: bool = True, quality: float = 0.6, **fields: object) -> str:
        samples = [sample(picture=jpeg(), quality=quality), *([spoken(quality=0.6)] if voice else [])]
        return registry.enrol(person(name, **fields), consent=long, samples=samples)

    people = {
        "ada": enrol("Ada Example", tags=("actor", "spring")),
        "lin": enrol("林晓", tags=("singer",)),
        "poor": enrol("Ben Blurred", quality=0.2, voice=False, tags=("actor",)),
        "mia": enrol("Mia Rhodes"),
        "old": enrol("Olga Past"),
        "child": registry.enrol(
            person("Cy Small", kind=PersonKind.MINOR, birth=today - timedelta(days=3000), guardian="Ola, paper 7"),
            consent=replace(long, signer=Signer.GUARDIAN),
            samples=[sample(picture=jpeg())],
        ),
        "paper": registry.enrol(person("Pat Paper")),
    }
    people["group"] = registry.enrol(
        Person(id="", display_name="The Kites", kind=PersonKind.GROUP, members=(people["ada"], people["lin"]))
    )
    soon = registry.record_grant(grant(people["ada"], signed=today, end=today + timedelta(days=12)), PAPERS)
    registry.record_grant(grant(people["lin"], signed=today, end=today + timedelta(days=400)), PAPERS)
    revoked = registry.record_grant(grant(people["mia"], signed=today), PAPERS)
    registry.revoke_grant(revoked.id, Revocation(notice=today))
    registry.withdraw_consent(registry.consents(people["old"])[0].id, today)
    kept_check(registry, people["ada"], soon.id)
    registry.publications.add(publication(clip_name="teaser.mp4", take_down_by=date(2027, 1, 1)))
    return people


@dataclass(frozen=True)
class Shown:
    """The room with all that is behind it."""

    parts: Parts
    room: RegistryRoom
    told: list[str]
    failed: list[str]

    def close(self) -> None:
        self.room.let_go()
        self.parts.entrance.close()


def show_room(qtbot: QtBot, opening: Opening, desk: Desk, card: PackCard, output: Output) -> Shown:
    """Return the room as the window makes it, once it is known which models there are."""
    vault = Vault(History())
    entrance = Entrance(opening, desk, vault)
    preferences = Preferences(opening.places.settings, desk.desk_lane)
    parts = Parts(desk=desk, entrance=entrance, vault=vault, preferences=preferences, listening=Listening(output))
    shown = Shown(parts, RegistryRoom(parts), [], [])
    vault.told.connect(shown.told.append)
    vault.failed.connect(lambda error: shown.failed.append(str(error)))
    entrance.failed.connect(lambda error: shown.failed.append(str(error)))
    qtbot.addWidget(shown.room)
    shown.room.resize(1180, 720)
    shown.room.show()
    entrance._prepared(Prepared(card=card, missing=None))
    return shown


def open_room(qtbot: QtBot, shown: Shown) -> None:
    """Open the registry with its passphrase and wait for the people."""
    qtbot.waitUntil(lambda: shown.room._stack.currentWidget() is shown.room.unlock)
    shown.parts.entrance.unlock(WORDS)
    qtbot.waitUntil(lambda: shown.room.pages.people.list.people.rowCount() > 0)
