"""Small pieces that every page is made of: plain text, icons, pictures of faces, surfaces."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.presenters.looks import Icon
from gui.views import icons
from gui.views.theme import RADIUS, sized, theme

EDGE_PX = 5
JPEG_MAGIC = b"\xff\xd8"
NARROWEST_TEXT_PX = 96
BREAK_HERE = "\u200b"
LARGEST_PICTURE_PX = 1024
"""The child's face pictures are at most 320 px; anything beyond this is not one of them."""

# Names of files and people. Latin only: Chinese breaks by rules of its own, and joined letters must stay joined.
_LONG_WORD = re.compile(r"[!-,./-~\u00a1-\u024f]{24,}")


class Text(QLabel):
    """Words as they are: nothing in them is ever taken for markup."""

    def __init__(
        self, words: str = "", *, size: float = 1.0, bold: bool = False, muted: bool = False, wrap: bool = True
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setFont(sized(self.font(), size, bold=bold))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if muted:
            self.paint_in(theme().muted)
        self.setText(words)

    def setText(self, words: str) -> None:  # noqa: N802  Qt's name
        """Show words; where they wrap, those too long for any line can be broken."""
        self.setAccessibleName(words)
        super().setText(_breakable(words) if self.wordWrap() else words)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return little for words that wrap: no word, however long, may push a page out of view."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), NARROWEST_TEXT_PX), least.height()) if self.wordWrap() else least

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Copy what is selected as it was given, without the places to break it."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            QGuiApplication.clipboard().setText(self.selectedText().replace(BREAK_HERE, ""))
        else:
            super().keyPressEvent(event)

    def paint_in(self, colour: str) -> None:
        """Show the words in a colour."""
        # A style sheet of its own would be read anew each time the label gets another parent: forms have hundreds.
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.setPalette(palette)


class Elided(QLabel):
    """One line of words, shortened in its middle where there is no room: file names keep their ending."""

    def __init__(self, words: str = "", *, size: float = 1.0, bold: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(sized(self.font(), size, bold=bold))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = words
        self.say(words)

    def say(self, words: str) -> None:
        """Show other words; the whole of them is in the tool tip."""
        self._words = words
        # A tool tip takes markup where it finds some.
        self.setToolTip(words if "<" not in words else "")
        self.setAccessibleName(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Shorten anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, max(self.width(), 40)))


class IconLabel(QWidget):
    """An icon of the family, in one colour."""

    def __init__(self, name: Icon, colour: str, side: int) -> None:
        super().__init__()
        self._name, self._colour, self._side = name, colour, side
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, icons.pixmap(self._name, self._colour, self._side, self.devicePixelRatioF()))
        painter.end()


class FacePicture(QWidget):
    """A face with round corners; says in words whose it is."""

    def __init__(self, jpeg: bytes, side: int, spoken: str) -> None:
        super().__init__()
        self.setFixedSize(side, side)
        self.setAccessibleName(spoken)
        self._picture = face_pixmap(jpeg)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        paint_face(painter, QRectF(self.rect()), self._picture)
        painter.end()


class Surface(QFrame):
    """A raised ground with round corners and, where given, a coloured edge at its left."""

    def __init__(self, ground: str, line: str, edge: str = "") -> None:
        super().__init__()
        self._ground, self._line, self._edge = ground, line, edge

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.fillPath(shape, QColor(self._ground))
        painter.setPen(QColor(self._line))
        painter.drawPath(shape)
        if self._edge:
            edge = QPainterPath()
            edge.addRect(QRectF(0, 0, EDGE_PX, self.height()))
            painter.fillPath(edge.intersected(shape), QColor(self._edge))
        painter.end()


def push_button(words: str, name: Icon | None = None, *, primary: bool = False) -> QPushButton:
    """Return a button; the primary one of a page stands out."""
    button = QPushButton(words)
    button.setObjectName("primary" if primary else "plain")
    if name is not None:
        # Fusion leaves next to no room between icon and words.
        button.setText(f" {words}")
        button.setAccessibleName(words)
        # White on the accent greys into nothing on the ground of a button that cannot be pressed.
        colour = theme().on_accent if primary else theme().text
        button.setIcon(icons.icon(name, colour, disabled=theme().muted))
        button.setIconSize(QSize(18, 18))
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def quiet_button(name: Icon, spoken: str) -> QToolButton:
    """Return a small button that shows an icon alone and says what it does."""
    button = QToolButton()
    button.setObjectName("quiet")
    button.setIcon(icons.icon(name, theme().muted))
    button.setIconSize(QSize(18, 18))
    button.setToolTip(spoken)
    button.setAccessibleName(spoken)
    return button


def _breakable(words: str) -> str:
    return _LONG_WORD.sub(lambda found: BREAK_HERE.join(found.group()), words)


def face_pixmap(jpeg: bytes) -> QPixmap:
    """Return a picture the detectors made; nothing where the bytes are no such picture."""
    image = face_image(jpeg)
    return QPixmap() if image.isNull() else QPixmap.fromImage(image)


def face_image(jpeg: bytes) -> QImage:
    """Return the same as an image, which may be read on any thread."""
    if not jpeg.startswith(JPEG_MAGIC):
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    # They come from the process that reads foreign files: no other decoder than this one may be led to them.
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_PICTURE_PX:
        return QImage()
    return reader.read()


def paint_face(painter: QPainter, place: QRectF, picture: QPixmap, radius: float = 8) -> None:
    """Paint a picture so that it fills a place with round corners."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(place, radius, radius)
    painter.fillPath(shape, QColor(theme().sunken))
    if not picture.isNull():
        side = min(picture.width(), picture.height())
        source = QRectF((picture.width() - side) / 2, (picture.height() - side) / 2, side, side)
        painter.setClipPath(shape)
        painter.drawPixmap(place, picture, source)
    painter.restore()


def jpeg_image(jpeg: bytes, longest_px: int) -> QImage:
    """Return a picture the detectors made; nothing where it is none, or larger than they make them."""
    if not jpeg.startswith(JPEG_MAGIC):
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    # They come from the process that reads foreign files: no other decoder than this one may be led to them.
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > longest_px:
        return QImage()
    return reader.read()
