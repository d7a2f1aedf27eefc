"""The row of buttons below a preview: play, step, where it stands, the marked stretch, boxes, sound, zoom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from countenance.translations import _
from gui.presenters.looks import Icon
from gui.presenters.previews import Marked, clock_words, speed_words
from gui.views import icons
from gui.views.pieces import Text, quiet_button
from gui.views.theme import GRID, theme

SLIDER_WIDTH = 76
NARROWEST_PX = 240


class Transport(QWidget):
    """Shows how it plays, and passes on what is pressed.

    Signals:
        stepped: frames to go on, or back.
        zoomed: 1 for closer, -1 for further away, 0 for all of the clip.
        loudness: how loud, 0 to 1, and whether it is muted.
    """

    play_asked = Signal()
    stepped = Signal(int)
    in_asked = Signal()
    out_asked = Signal()
    clear_asked = Signal()
    boxes_asked = Signal(bool)
    loudness = Signal(float, bool)
    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._audible = self._sounds = self._has_timeline = True
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.back = self._add(
            row, Icon.STEP_BACK, _("One frame back (←; with Shift one second)"), self.stepped.emit, -1
        )
        self.play = self._add(row, Icon.PLAY, "", self.play_asked.emit)
        self.on = self._add(row, Icon.STEP_FORWARD, _("One frame on (→; with Shift one second)"), self.stepped.emit, 1)
        self.clock = Text(wrap=False)
        self.clock.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.speed = Text(wrap=False, bold=True)
        row.addSpacing(GRID)
        row.addWidget(self.clock)
        row.addWidget(self.speed)
        row.addStretch(1)
        self.mark_in = self._add(row, Icon.MARK_IN, _("Play from here on (I)"), self.in_asked.emit)
        self.mark_out = self._add(row, Icon.MARK_OUT, _("Play up to here (O)"), self.out_asked.emit)
        self.clear = self._add(row, Icon.CLOSE, _("Play the whole clip again (Esc)"), self.clear_asked.emit)
        self.boxes = self._add(row, Icon.BOXES, "")
        self.boxes.setCheckable(True)
        self.boxes.toggled.connect(self.boxes_asked)
        self.mute = self._add(row, Icon.VOLUME, "")
        self.mute.setCheckable(True)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setValue(80)
        self.volume.setFixedSize(SLIDER_WIDTH, 24)
        self.volume.setAccessibleName(_("Volume"))
        row.addWidget(self.volume)
        row.addSpacing(GRID)
        self.out = self._add(row, Icon.ZOOM_OUT, _("See more of the timeline (−)"), self.zoomed.emit, -1)
        self.fit = self._add(row, Icon.ZOOM_FIT, _("See all of the timeline (0)"), self.zoomed.emit, 0)
        self.closer = self._add(
            row, Icon.ZOOM_IN, _("See the timeline closer (+, or Ctrl and the wheel)"), self.zoomed.emit, 1
        )
        self.mute.toggled.connect(self._louden)
        self.volume.valueChanged.connect(self._louden)
        self.show_boxes(shown=True)
        self.show_playing(0.0)
        self.show_marked(Marked())
        self._show_mute()

    def allow(self, *, plays: bool, boxes: bool, sounds: bool = True, audible: bool = True, why: str = "") -> None:
        """Let be pressed what does something.

        Args:
            plays: there is something to play.
            boxes: there is a picture.
            sounds: the clip has sound.
            audible: the computer has a sound output.
            why: what keeps it from playing.
        """
        self._sounds, self._audible = sounds, audible
        for button in (self.back, self.play, self.on, self.mark_in, self.mark_out):
            button.setEnabled(plays)
        self.boxes.setEnabled(boxes)
        if not plays and why:
            _say(self.play, why)
        else:
            self.show_playing(0.0)
        self._show_mute()

    def show_time(self, at_s: float, length_s: float) -> None:
        """Show where it stands."""
        words = clock_words(at_s, length_s)
        if words != self.clock.text():
            self.clock.setText(words)

    def show_playing(self, speed: float) -> None:
        """Show whether it plays, and how fast."""
        playing = speed != 0
        self.play.setIcon(icons.icon(Icon.PAUSE if playing else Icon.PLAY, theme().text))
        _say(self.play, _("Pause (Space or K)") if playing else _("Play (Space; J and L change the speed)"))
        self.speed.setText(speed_words(speed))

    def show_marked(self, marked: Marked) -> None:
        """Offer to clear the marked stretch while there is one."""
        self.clear.setVisible(marked.start_s is not None or marked.end_s is not None)
        self._fit()

    def show_boxes(self, *, shown: bool) -> None:
        """Show whether boxes lie on the faces."""
        self.boxes.setChecked(shown)
        self.boxes.setIcon(icons.icon(Icon.BOXES, theme().accent if shown else theme().muted))
        _say(self.boxes, _("Hide the boxes (B)") if shown else _("Show the boxes (B)"))

    def show_loudness(self, volume: float, *, muted: bool) -> None:
        """Show how loud it is."""
        self.volume.setValue(round(volume * 100))
        self.mute.setChecked(muted)

    def recall(self, memory: QSettings | None) -> None:
        """Take up how loud it was, and whether there were boxes."""
        if memory is not None:
            loud = str(memory.value("watching/volume", ""))
            volume = min(100, int(loud)) / 100 if loud.isdigit() else self.volume.value() / 100
            self.show_loudness(volume, muted=memory.value("watching/muted") == "yes")
            self.boxes.setChecked(memory.value("watching/boxes") != "no")

    def remember(self, memory: QSettings | None) -> None:
        """Write down how loud it is, and whether there are boxes."""
        if memory is not None:
            memory.setValue("watching/volume", str(self.volume.value()))
            memory.setValue("watching/muted", "yes" if self.mute.isChecked() else "no")
            memory.setValue("watching/boxes", "yes" if self.boxes.isChecked() else "no")

    def with_zoom(self, *, wanted: bool) -> None:
        """Offer the timeline's zoom where there is a timeline."""
        self._has_timeline = wanted
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for what is always there."""
        return QSize(NARROWEST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Leave out what there is no room for; its keys remain."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        row = self.layout()
        assert row is not None
        zoom = (self.out, self.fit, self.closer)
        for widget in (self.volume, self.mark_in, self.mark_out, *zoom):
            widget.setVisible(self._has_timeline or widget not in zoom)
        for spared in ((self.volume,), (self.mark_in, self.mark_out), zoom):
            row.invalidate()
            if row.minimumSize().width() <= self.width():
                return
            for widget in spared:
                widget.hide()

    def _louden(self) -> None:
        self._show_mute()
        self.loudness.emit(self.volume.value() / 100, self.mute.isChecked())

    def _show_mute(self) -> None:
        muted, possible = self.mute.isChecked(), self._audible and self._sounds
        self.mute.setIcon(icons.icon(Icon.MUTED if muted or not possible else Icon.VOLUME, theme().muted))
        self.mute.setEnabled(possible)
        self.volume.setEnabled(possible and not muted)
        if not self._audible:
            words = _("There is no sound output on this computer.")
        elif not self._sounds:
            words = _("This clip has no sound.")
        else:
            words = _("Let it be heard (M)") if muted else _("Mute (M)")
        _say(self.mute, words)

    def _add(
        self, row: QHBoxLayout, icon: Icon, words: str, pressed: Callable[..., None] | None = None, *given: int
    ) -> QToolButton:
        button = quiet_button(icon, words)
        button.setIconSize(QSize(20, 20))
        if pressed is not None:
            button.clicked.connect(lambda _checked=False: pressed(*given))
        row.addWidget(button)
        return button


def _say(button: QToolButton, words: str) -> None:
    button.setToolTip(words)
    button.setAccessibleName(words)
