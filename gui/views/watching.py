"""Watching a clip: its picture with boxes and names on the faces, buttons and keys to go through it, its timeline."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from countenance.verdict import CheckResult
from countenance.wire import ProxyKind
from gui.presenters.previews import Marked, Overlay, faster, next_timed
from gui.presenters.queues import Entry
from gui.presenters.timelines import timeline_of
from gui.previewing import Previewing
from gui.views.film import Film
from gui.views.film_screen import FilmScreen
from gui.views.pieces import Text, jpeg_image, push_button
from gui.views.room import Parts
from gui.views.theme import GRID
from gui.views.timeline_strip import ZOOM_STEP, TimelineStrip
from gui.views.transport import Transport
from reports.wording import format_time
from scan.proxy import ChangedClipError, Proxy

LARGEST_STILL_PX, _SHORTER_S = 1280, 1.0


class Watching(QWidget):
    """Shows a checked clip and goes where it is told to; without a preview, its poster and its timeline remain.

    Signals:
        finding_picked: index of the finding that was pressed, on the picture, by its lane's name, or with the keys.
        finding_passed: index of the finding in whose lane a moment was pressed: that is where it goes.
    """

    finding_picked = Signal(int)
    finding_passed = Signal(int)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._entry: Entry | None = None
        self._overlay: Overlay | None = None
        self._film: Film | None = None
        self._still = QImage()
        self._marked = Marked()
        self._at_s, self._length_s, self._chosen = 0.0, 0.0, -1
        self._closed = self._outdated = False
        self.strip: TimelineStrip | None = None
        self._previewing = Previewing(parts.desk.detecting, self)
        self._previewing.going.connect(self._going)
        self._previewing.ready.connect(self._ready)
        self._previewing.failed.connect(self._failed)
        self._build()
        parts.listening.now_playing.connect(self._voice_plays)

    @property
    def at_s(self) -> float:
        """Where it stands, in seconds from the clip's start."""
        return self._at_s

    @property
    def film(self) -> Film | None:
        """What plays; None until the preview is there, and for stills."""
        return self._film

    def show_result(self, entry: Entry) -> None:
        """Show a checked clip; the same clip judged anew keeps its place and its preview."""
        before, self._entry = self._entry, entry
        result = entry.result
        same = before is not None and before.key == entry.key and _hash_of(before) == _hash_of(entry)
        if not same:
            self._drop()
            self._at_s, self._chosen, self._marked = 0.0, -1, Marked()
            self._note("")
        if result is None:
            return
        seen = result.observations
        self._overlay = Overlay(result)
        self._length_s = seen.clip.duration_s
        self.picture.setVisible(seen.picture.present)
        self.transport.setVisible(not seen.clip.still or bool(seen.tracks))
        self.picture.shape(seen.clip.width, seen.clip.height)
        self._build_strip(result)
        if not same:
            self.picture.show_picture(jpeg_image(seen.poster, LARGEST_STILL_PX), (), smooth=True)
            self.transport.allow(plays=False, boxes=False, why=_("The preview is not ready yet."))
        elif self._film is not None or not self._still.isNull():
            self._paint_again()
        self._tell()
        if self.isVisible():
            self._load()

    def show_finding(self, index: int) -> None:
        """Make a finding stand out, on the picture and in the timeline; -1 makes none."""
        self._chosen = index
        self.picture.show_chosen(index)
        if self.strip is not None:
            self.strip.show_chosen(index)

    def seek(self, at_s: float) -> None:
        """Show the moment `at_s` seconds from the clip's start; before the preview is there, begin with it then."""
        if self._film is not None:
            self._film.seek(at_s)
        else:
            self._moved(min(max(0.0, at_s), self._length_s))

    def stop(self) -> None:
        """Pause."""
        if self._film is not None and self._film.speed != 0:
            self._film.pause()

    def close_down(self) -> None:
        """Stop for good and let go of the preview: the page goes away."""
        if self._closed:
            return
        self._closed = True
        self._parts.listening.now_playing.disconnect(self._voice_plays)
        self.transport.remember(self._parts.memory)
        self._drop()
        self._entry = None

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means here; return whether it means anything."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self._next_finding(1 if key == Qt.Key.Key_Down else -1)
        if key == Qt.Key.Key_B:
            self.transport.boxes.toggle()
            return True
        if self.strip is not None and key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0):
            self._zoom({Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(key), 0))
            return True
        return self._film is not None and self._play_key(self._film, Qt.Key(key), shift=shift)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go through the clip by keys."""
        if not self.take_key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keep buttons from taking arrows for going from one to the next: here they step."""
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in arrows:
            return isinstance(watched, QAbstractButton) and self.take_key(event)
        return False

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Have the preview made once somebody looks."""
        super().showEvent(event)
        self._load()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Play nothing that nobody sees."""
        super().hideEvent(event)
        self._previewing.wait()
        self.stop()

    def _build(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        self.picture = FilmScreen()
        self.picture.picked.connect(self._pick)
        self.picture.pressed.connect(self._toggle)
        column.addWidget(self.picture)
        self.again = push_button(_("Try again"))
        self.again.clicked.connect(self._again)
        self.again.hide()
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.transport = bar = Transport()
        bar.play_asked.connect(self._toggle)
        bar.stepped.connect(lambda by: self._film.step(by) if self._film is not None else None)
        bar.in_asked.connect(lambda: self._mark(self._marked.starting(self._at_s)))
        bar.out_asked.connect(lambda: self._mark(self._marked.ending(self._at_s)))
        bar.clear_asked.connect(lambda: self._mark(Marked()))
        bar.boxes_asked.connect(self._show_boxes)
        bar.loudness.connect(self._louden)
        bar.zoomed.connect(self._zoom)
        for button in bar.findChildren(QAbstractButton):
            button.installEventFilter(self)
        column.addWidget(bar)
        self.note = Text(muted=True)
        self.note.hide()
        column.addWidget(self.note)
        bar.recall(self._parts.memory)

    def _build_strip(self, result: CheckResult) -> None:
        before, timeline = self.strip, timeline_of(result)
        self.strip = None
        if timeline is not None:
            self.strip = TimelineStrip(timeline)
            self.strip.asked_for.connect(self._pick)
            self.strip.passed.connect(self.finding_passed)
            self.strip.sought.connect(self.seek)
            self._column.addWidget(self.strip)
            if before is not None and before.stretch.length_s == timeline.length_s:
                self.strip.take_stretch(before.stretch)
            self.strip.show_chosen(self._chosen)
            self.strip.show_marked(self._marked.bounds(self._length_s))
        if before is not None:
            # Not at once: the signal being answered may come from it.
            before.hide()
            before.deleteLater()
        self.transport.with_zoom(wanted=self.strip is not None)

    def _load(self) -> None:
        entry = self._entry
        missing = self._film is None and self._still.isNull()
        if entry is not None and entry.result is not None and missing and not self._closed:
            self._previewing.want(entry.path, entry.result.observations.clip)

    def _going(self, words: str, fraction: float | None) -> None:
        self.again.hide()
        self._say(words, fraction, working=True)

    def _ready(self, proxy: Proxy) -> None:
        self._say("")
        if proxy.kind is ProxyKind.STILL:
            self._still = jpeg_image(proxy.data, LARGEST_STILL_PX)
            self.transport.allow(plays=False, boxes=True, why=_("A still picture does not play."))
            self._paint_again()
            return
        audible = self._parts.listening.possible
        try:
            self._film = film = Film(proxy, audible=audible, parent=self)
        except ImportError:  # a library of the system that Qt's player needs is missing
            self._broke()
            return
        film.shown.connect(self._shown)
        film.moved.connect(self._moved)
        film.turned.connect(self._turned)
        film.broke.connect(self._broke)
        film.loop(self._marked.bounds(self._length_s))
        film.sound(self.transport.volume.value() / 100, muted=self.transport.mute.isChecked())
        plays_picture = proxy.kind is ProxyKind.FILM
        self.transport.allow(plays=True, boxes=plays_picture, sounds=proxy.sounds, audible=audible)
        notes = []
        if proxy.duration_s < self._length_s - _SHORTER_S:
            notes.append(
                _("The preview ends at {time}: the clip is too long.").format(time=format_time(proxy.duration_s))
            )
        if proxy.sounds and not audible:
            notes.append(_("There is no sound output on this computer: the preview is silent."))
        self._note(" ".join(notes))
        film.seek(self._at_s)

    def _failed(self, error: CountenanceError) -> None:
        self._say(_("There is no preview. {why}").format(why=str(error)))
        self._outdated = isinstance(error, ChangedClipError)
        self.again.setText(_("Check again") if self._outdated else _("Try again"))
        self.again.show()
        self.transport.allow(plays=False, boxes=False, why=_("There is no preview."))

    def _again(self) -> None:
        if self._outdated and self._entry is not None:
            self._parts.desk.check_again(self._entry.key)
        else:
            self._previewing.again()

    def _broke(self) -> None:
        """Say that it cannot be played; it was made, so that making it again would change nothing."""
        film, self._film = self._film, None
        if film is not None:
            film.close()
        self._say(_("The preview cannot be played on this computer; findings and timeline are not affected."))
        self.transport.allow(plays=False, boxes=False, why=_("The preview cannot be played on this computer."))

    def _say(self, words: str, fraction: float | None = None, *, working: bool = False) -> None:
        """Say it on the picture; of sound alone there is none, and it is said below."""
        self.picture.say(words, fraction, working=working)
        if not self.picture.isVisibleTo(self):
            self._note(words)

    def _note(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _drop(self) -> None:
        """Let go of the preview, or of having it made."""
        self._previewing.drop()
        film, self._film = self._film, None
        if film is not None:
            film.close()
        self._still = QImage()
        self._overlay = None
        self.again.hide()
        self.picture.say("")
        self.picture.show_picture(QImage(), (), smooth=True)

    def _shown(self, image: QImage, frame_s: float) -> None:
        tags = self._overlay.at(frame_s) if self._overlay is not None else ()
        playing = self._film is not None and self._film.speed != 0
        self.picture.show_picture(image, tags, smooth=not playing)

    def _paint_again(self) -> None:
        """Show the same picture with the boxes as they are judged now."""
        image = self.picture.image if self._still.isNull() else self._still
        tags = self._overlay.at(self._film.frame_s if self._film else 0.0) if self._overlay is not None else ()
        self.picture.show_picture(image, tags, smooth=True)

    def _moved(self, at_s: float) -> None:
        self._at_s = at_s
        self._tell()

    def _tell(self) -> None:
        self.transport.show_time(self._at_s, self._length_s)
        if self.strip is not None:
            self.strip.show_playhead(self._at_s, follow=self._film is not None and self._film.speed != 0)

    def _turned(self) -> None:
        if self._film is not None:
            self.transport.show_playing(self._film.speed)
            if self._film.speed == 0:
                self._paint_again()

    def _toggle(self) -> None:
        film = self._film
        if film is not None and film.speed != 0:
            film.pause()
        elif film is not None:
            self._play(film, 1.0)

    def _play(self, film: Film, speed: float) -> None:
        self._parts.listening.stop()
        film.play(speed)

    def _voice_plays(self, playing: object) -> None:
        if playing is not None:
            self.stop()

    def _play_key(self, film: Film, key: Qt.Key, *, shift: bool) -> bool:
        if key == Qt.Key.Key_Space:
            self._toggle()
        elif key == Qt.Key.Key_K:
            film.pause()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_L):
            self._play(film, faster(film.speed, key == Qt.Key.Key_L))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            way = 1 if key == Qt.Key.Key_Right else -1
            if shift:
                film.seek(film.at_s + way)
            else:
                film.step(way)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            film.seek(0.0 if key == Qt.Key.Key_Home else film.frames.length_s)
        elif key in (Qt.Key.Key_I, Qt.Key.Key_O):
            self._mark((self._marked.starting if key == Qt.Key.Key_I else self._marked.ending)(self._at_s))
        elif key == Qt.Key.Key_M:
            self.transport.mute.click()
        elif key == Qt.Key.Key_Escape and self._marked != Marked():
            self._mark(Marked())
        else:
            return False
        return True

    def _mark(self, marked: Marked) -> None:
        self._marked = marked
        bounds = marked.bounds(self._length_s)
        self.transport.show_marked(marked)
        if self.strip is not None:
            self.strip.show_marked(bounds)
        if self._film is not None:
            self._film.loop(bounds)

    def _pick(self, finding: int) -> None:
        self.show_finding(finding)
        self.finding_picked.emit(finding)

    def _next_finding(self, way: int) -> bool:
        result = self._entry.result if self._entry is not None else None
        number = next_timed(result.findings, self._chosen, way) if result is not None else None
        if result is not None and number is not None:
            self._pick(number)
            self.seek(result.findings[number].ranges[0].start_s)
        return number is not None

    def _show_boxes(self, shown: bool) -> None:
        self.picture.with_boxes = shown
        self.transport.show_boxes(shown=shown)
        self.picture.update()

    def _louden(self, volume: float, muted: bool) -> None:
        if self._film is not None:
            self._film.sound(volume, muted=muted)

    def _zoom(self, way: int) -> None:
        if self.strip is not None and way:
            self.strip.zoom(ZOOM_STEP if way > 0 else 1 / ZOOM_STEP)
        elif self.strip is not None:
            self.strip.fit()


def _hash_of(entry: Entry) -> str:
    return entry.result.observations.clip.sha256 if entry.result is not None else ""
