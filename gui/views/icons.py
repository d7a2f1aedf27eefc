"""The drawn icons of `gui/icons`, in the colour asked for, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from gui.presenters.looks import Icon


def icon(name: Icon, colour: str, *, disabled: str = "") -> QIcon:
    """Return an icon for buttons and menus; where they cannot be pressed in another colour, or as Qt greys it."""
    made = QIcon()
    for side in (16, 24, 32, 48):
        made.addPixmap(pixmap(name, colour, side, 1.0))
        if disabled:
            made.addPixmap(pixmap(name, disabled, side, 1.0), QIcon.Mode.Disabled)
    return made


def pixmap(name: Icon, colour: str, side: int, scale: float) -> QPixmap:
    """Return an icon as a square picture.

    Args:
        name: which.
        colour: as "#RRGGBB".
        side: in device-independent pixels.
        scale: device pixels per device-independent pixel of the screen it is for.
    """
    # Qt's own cache: pictures must not outlive the application.
    key = f"countenance-{name.value}-{colour}-{side}-{scale}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    picture = QPixmap(QSize(round(side * scale), round(side * scale)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, picture)
    return picture


def app_icon() -> QIcon:
    """Return the application's own icon."""
    made = QIcon()
    for side in (16, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap(Icon.APP, "#000000", side, 1.0))
    return made


@lru_cache(maxsize=64)
def _source(name: Icon) -> str:
    return (resources.files("gui") / "icons" / f"{name.value}.svg").read_text("utf-8")
