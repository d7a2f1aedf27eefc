"""Where a clip is seen: the picture with black around it, boxes on the faces, and a word where there is no picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from countenance.translations import _
from gui.presenters.looks import Tone
from gui.presenters.previews import BoxTag
from gui.views import icons
from gui.views.pieces import Text
from gui.views.theme import DARK, GRID, RADIUS, sized, theme

TALLEST_PX, LOWEST_PX = 460, 200
_GROUND = "#0B0D10"
_SMOOTH_PIXELS = 1_600_000
_TAG_HEIGHT, _ICON = 22, 14


class FilmScreen(QWidget):
    """Paints a picture as large as it fits, and the boxes on it.

    Signals:
        picked: the index of the finding whose box was pressed.
        pressed: it was pressed elsewhere.
    """

    picked = Signal(int)
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._aspect = 16 / 9
        self._tags: tuple[BoxTag, ...] = ()
        self._chosen = -1
        self._smooth = True
        self._tallest = TALLEST_PX
        self.with_boxes = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Preview"))
        self.setMouseTracking(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 6, GRID * 4, GRID * 6, GRID * 4)
        column.setSpacing(GRID * 2)
        column.addStretch(1)
        self._words = Text(wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setStyleSheet(
            f"color: {DARK.text}; background: rgba(11, 13, 16, 190); border-radius: 6px; padding: 6px;"
        )
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Progress"))
        # As wide as the picture: a label that is centred as a whole is given room for one line of several.
        column.addWidget(self._words)
        column.addWidget(self.progress)
        self.say("")

    @property
    def words(self) -> str:
        """What is said on the picture."""
        return self._words.accessibleName()

    @property
    def image(self) -> QImage:
        """The picture that is shown."""
        return self._image

    @property
    def tags(self) -> tuple[BoxTag, ...]:
        """The boxes that are shown."""
        return self._tags if self.with_boxes else ()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its usual size."""
        return QSize(640, self.height())

    def shape(self, width: int, height: int) -> None:
        """Settle what shape its pictures have, in pixels of the clip."""
        self._aspect = min(4.0, max(0.4, width / height)) if width > 0 and height > 0 else 16 / 9
        self._fit()

    def cap(self, tallest: int) -> None:
        """Be no higher than so many pixels, that what stands below is in view; never lower than can be looked at."""
        self._tallest = max(LOWEST_PX, tallest)
        self._fit()

    def show_picture(self, image: QImage, tags: tuple[BoxTag, ...], *, smooth: bool) -> None:
        """Show a picture with its boxes; `smooth` takes longer to paint, and looks better."""
        self._image, self._tags, self._smooth = image, tags, smooth
        self.setAccessibleDescription(_(", ").join(dict.fromkeys(tag.name for tag in tags)))
        self.update()

    def show_chosen(self, finding: int) -> None:
        """Make a finding's boxes stand out; -1 lets none."""
        self._chosen = finding
        self.update()

    def say(self, words: str, fraction: float | None = None, *, working: bool = False) -> None:
        """Say something on the picture, and how far some work is; nothing takes it away."""
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.progress.setVisible(working)
        self.progress.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self.progress.setValue(round(min(1.0, max(0.0, fraction)) * 1000))

    def picture_place(self) -> QRectF:
        """Return where the picture is: as large as it fits, in the clip's own shape."""
        room = QRectF(self.rect())
        aspect = self._aspect
        if not self._image.isNull() and not 0.4 < self._image.width() / self._image.height() < 4.0:
            aspect = self._image.width() / self._image.height()
        width = min(room.width(), room.height() * aspect)
        height = width / aspect
        return QRectF((room.width() - width) / 2, (room.height() - height) / 2, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Be as high as the picture needs at this width."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(_GROUND))
        place = self.picture_place()
        if not self._image.isNull():
            few = place.width() * place.height() * self.devicePixelRatioF() ** 2 <= _SMOOTH_PIXELS
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth or few)
            painter.drawImage(place, self._image)
            painter.setClipRect(place)
            taken: list[QRectF] = []
            # The chosen one last: it lies on top.
            for tag in sorted(self.tags, key=lambda tag: tag.finding == self._chosen):
                self._paint_tag(painter, tag, place, taken)
            painter.setClipping(False)
        # Painted over: what a painter clips to a round corner has teeth.
        corners = QPainterPath()
        corners.addRect(QRectF(self.rect()))
        corners.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.fillPath(corners, QColor(theme().window))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(DARK.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ask for the finding of the box that was pressed, or to be played."""
        tag = self._tag_at(event.position())
        if tag is not None and tag.finding >= 0:
            self.picked.emit(tag.finding)
        else:
            self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Tell whose the box under the pointer is: its name may have been shortened."""
        tag = self._tag_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if tag is not None else Qt.CursorShape.ArrowCursor)
        if tag is not None and "<" not in tag.name:
            QToolTip.showText(event.globalPosition().toPoint(), tag.name, self)
        else:
            QToolTip.hideText()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Paint anew where another font or screen asks for it."""
        super().changeEvent(event)
        self.update()

    def _fit(self) -> None:
        height = round(min(self._tallest, max(LOWEST_PX, self.width() / self._aspect)))
        if height != self.height():
            self.setFixedHeight(height)

    def _tag_at(self, point: QPointF) -> BoxTag | None:
        place = self.picture_place()
        under = [tag for tag in self.tags if box_place(tag, place).adjusted(-3, -3, 3, 3).contains(point)]
        # The smallest: it may lie in front of a larger one.
        return min(under, key=lambda tag: tag.box.width * tag.box.height, default=None)

    def _paint_tag(self, painter: QPainter, tag: BoxTag, place: QRectF, taken: list[QRectF]) -> None:
        box = box_place(tag, place)
        tone = DARK.tones[tag.tone] if tag.tone in DARK.tones else DARK.tones[Tone.NEUTRAL]
        chosen = tag.finding == self._chosen
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 150), 5 if chosen else 4), (QColor(tone.ink), 3 if chosen else 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(box, 4, 4)
        painter.setFont(sized(self.font(), 0.92, bold=chosen))
        label = label_place(box, place, painter.fontMetrics().horizontalAdvance(tag.name) + _ICON + 18, taken)
        taken.append(label)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.ground))
        painter.drawRoundedRect(label, 5, 5)
        picture = icons.pixmap(tag.icon, tone.ink, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(label.x() + 6, label.center().y() - _ICON / 2), picture)
        painter.setPen(QColor(tone.ink))
        words = label.adjusted(_ICON + 11, 0, -5, 0)
        name = painter.fontMetrics().elidedText(tag.name, Qt.TextElideMode.ElideRight, int(words.width()) + 1)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)


def box_place(tag: BoxTag, place: QRectF) -> QRectF:
    """Return where a box is on the screen."""
    box = tag.box
    return QRectF(
        place.x() + box.x * place.width(),
        place.y() + box.y * place.height(),
        box.width * place.width(),
        box.height * place.height(),
    )


def label_place(box: QRectF, place: QRectF, width: float, taken: list[QRectF]) -> QRectF:
    """Return where a box's name goes: above it, else below, else in it; inside the picture, on no other name."""
    width = min(width, place.width())
    left = min(max(place.x(), box.x() - 1), place.right() - width)
    tops = (box.y() - _TAG_HEIGHT - 3, box.bottom() + 3, box.y() + 3, box.bottom() - _TAG_HEIGHT - 3)
    tries = [QRectF(left, top, width, _TAG_HEIGHT) for top in tops]
    inside = [one for one in tries if place.y() <= one.y() and one.bottom() <= place.bottom()]
    free = [one for one in inside if not any(one.intersects(other) for other in taken)]
    first = next(iter(free or inside), tries[2])
    first.moveTop(min(max(place.y(), first.y()), max(place.y(), place.bottom() - _TAG_HEIGHT)))
    return first
