"""The scenes of the models' room: the packs, a licence to be accepted, a change of models, measuring."""

from __future__ import annotations

from gui.screenshot_stage import Setting, linger, opened, wait
from gui.screenshots import settle
from gui.switching import Switch, planned_switch
from gui.views.models_licence import LicenceDialog
from gui.views.models_measure import MeasureDialog
from gui.views.models_room import ModelsRoom
from gui.views.models_switch import SwitchDialog
from models import load_pack


def play_models(setting: Setting) -> None:
    """Play the scenes of the models' room; nothing is installed or changed."""
    if not setting.shots.wants("models", "licence", "switch", "measure"):
        return
    put, shots = setting.put, setting.shots
    room = put.window.show_room_of(ModelsRoom)
    assert isinstance(room, ModelsRoom)
    wait(lambda: room.look is not None)
    linger(0.5)
    shots.take("models", put.window)
    card = next(one for one in room.cards if one.look.name == "insightface-buffalo_l")
    card.buttons["install"].click()
    licence = opened(room, LicenceDialog)
    shots.take("licence", licence)
    licence.reject()
    _play_switch(setting, room)
    assert room.in_use is not None
    room.in_use.measure.click()
    measure = opened(room, MeasureDialog)
    shots.take("measure", measure)
    measure.reject()
    settle()


def _play_switch(setting: Setting, room: ModelsRoom) -> None:
    # What would happen with models that this machine need not have: it is only asked.
    put, name = setting.put, "recommended"
    wanted = load_pack(name, put.entrance.opening.places.models)
    planned: list[Switch] = []
    put.vault.ask(lambda registry: planned_switch(put.desk.card, name, wanted, registry), planned.append)
    wait(lambda: bool(planned))
    dialog = SwitchDialog(put.window.parts, planned[0], room)
    dialog.open()
    linger(0.4)
    setting.shots.take("switch", dialog)
    dialog.reject()
    settle()
