"""Windows stay where somebody can see them: a screen that was there yesterday may be gone today."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget


def come_onto_a_screen(window: QWidget, *_gone: object) -> None:
    """Move a window that no screen shows to the middle of the first one, and make it fit there."""
    frame = window.frameGeometry()
    if not any(screen.availableGeometry().intersects(frame) for screen in QGuiApplication.screens()):
        room = QGuiApplication.primaryScreen().availableGeometry()
        window.resize(window.size().boundedTo(room.size()))
        window.move(room.center() - window.rect().center())


def stay_on_screens(window: QWidget) -> None:
    """Have a window move when the screen it is on is taken away."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    moving = partial(come_onto_a_screen, window)
    application.screenRemoved.connect(moving)
    window.destroyed.connect(partial(application.screenRemoved.disconnect, moving))
