"""The first steps, one page each: language, models, a registry or none, a clip to try; none of them has to be taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from countenance.sentences import in_a_row
from countenance.translations import _
from gui.presenters.first_run import Step, StepLook, step_look
from gui.presenters.looks import Icon, Tone
from gui.presenters.pages import Problem
from gui.presenters.progress import ProgressLook
from gui.presenters.settings import language_choices
from gui.presenters.window import install_words
from gui.views.first_run_registry import RegistryStep
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.room import Parts
from gui.views.settings_pieces import Choice
from gui.views.theme import GRID, MARGIN, theme

WIDTH = 640


class FirstRun(QWidget):
    """Leads through the steps; what was begun in one goes on in the next.

    Args:
        parts: as for a room.
        step: where to begin, as `Step` counts.

    Signals:
        ended: the place of the room to show now.
        noticed: (sentence, tone, icon).
    """

    ended = Signal(int)
    noticed = Signal(str, object, object)

    def __init__(self, parts: Parts, step: int = 0) -> None:
        super().__init__()
        self._parts = parts
        self.step = Step(step)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(self._build_place(), 1)
        column.addLayout(self._build_progress())
        column.addSpacing(GRID * 3)
        self.dots = _Dots()
        column.addWidget(self.dots, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GRID * 2)
        column.addLayout(self._build_ways())
        self._page: QWidget | None = None
        entrance = parts.entrance
        heard: tuple[tuple[SignalInstance, Callable[..., object]], ...] = (
            (entrance.installing, self._show_installing),
            (entrance.install_failed, self._install_failed),
            (entrance.models_missing, self._look_again),
            (entrance.ready, self._ready),
            (parts.desk.added, self._added),
            (parts.desk.failed, self._not_tried),
        )
        self._heard = heard
        for signal, slot in heard:
            signal.connect(slot)
        self._show()

    def end(self, place: int) -> None:
        """End the steps and show a room."""
        self.ended.emit(place)

    def let_go(self) -> None:
        """Listen no more."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self._heard = ()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go back with Escape, pass over with Alt and an arrow."""
        if event.key() == Qt.Key.Key_Escape and self.step is not Step.WELCOME:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def go_on(self) -> None:
        """Go to the next step, or end after the last."""
        if self.step is Step.TRY:
            self.end(0)
        else:
            self.step = Step(self.step + 1)
            self._show()

    def go_back(self) -> None:
        """Go to the step before."""
        if self.step is not Step.WELCOME:
            self.step = Step(self.step - 1)
            self._show()

    def install(self) -> None:
        """Begin to install the models, and go on meanwhile."""
        self._parts.entrance.install()
        self._progress_words.setText(_("The models are being installed; you can go on meanwhile."))
        self._show_progress(True)
        self.go_on()

    def try_demo(self) -> None:
        """Have the demonstration's clip made and checked."""
        self.demo.setEnabled(False)
        self.demo.setText(_("The clip is being made…"))
        self._parts.desk.try_demo()

    def choose_own(self) -> None:
        """Let the user choose a clip."""
        names, _filter = QFileDialog.getOpenFileNames(self, _("Choose clips"))
        if names:
            self._parts.desk.add([Path(name) for name in names])

    def _build_place(self) -> QScrollArea:
        # Large letters in a small window: a page scrolls before anything on it is cut off.
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        self._place = QHBoxLayout()
        self._place.addStretch(1)
        self._place.addStretch(1)
        column.addLayout(self._place)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        return self._scroll

    def _build_progress(self) -> QVBoxLayout:
        self._progress_words = Text(muted=True)
        self._progress_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(WIDTH // 2)
        self.bar.setAccessibleName(_("Progress"))
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.addWidget(self._progress_words)
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        self._show_progress(False)
        return column

    def _build_ways(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.back = push_button(_("Back"), Icon.BACK)
        self.back.setToolTip(_("Back (Esc)"))
        self.back.clicked.connect(self.go_back)
        self.skip = push_button("")
        self.skip.clicked.connect(self._pass_over)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.skip)
        return row

    def _pass_over(self) -> None:
        if self.step is Step.WELCOME:
            self.end(0)
            return
        if self.step is Step.REGISTRY and not self._parts.vault.is_open:
            self._parts.entrance.go_without()
        self.go_on()

    def _show(self) -> None:
        missing = self._parts.entrance.models_are_missing or not self._parts.entrance.is_settled
        look = step_look(self.step, models_are_there=not missing)
        if self._page is not None:
            self._page.hide()
            self._page.deleteLater()
        build = {
            Step.WELCOME: self._welcome,
            Step.MODELS: self._models,
            Step.REGISTRY: self._registry,
            Step.TRY: self._trying,
        }[self.step]
        self._page = page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(GRID * 3)
        column.addWidget(IconLabel(look.icon, theme().accent, 72), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GRID * 2)
        column.addWidget(_centred(look.title, size=2.0, bold=True))
        column.addWidget(_centred(look.sentence, size=1.1))
        column.addSpacing(GRID * 4)
        chief = build(column)
        self._place.insertWidget(1, page)
        page.setFixedWidth(max(WIDTH, page.minimumSizeHint().width()))
        self.back.setVisible(self.step is not Step.WELCOME)
        self.skip.setText(self._forward(look))
        self.dots.show_step(self.step, len(Step))
        page.show()
        self.setFocusProxy(chief)
        chief.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forward(self, look: StepLook) -> str:
        done = self.step is Step.MODELS and self._has_models()
        done = done or (self.step is Step.REGISTRY and self._parts.vault.is_open)
        return _("Go on") if done else look.forward

    def _has_models(self) -> bool:
        return self._parts.entrance.is_settled and not self._parts.entrance.models_are_missing

    def _welcome(self, column: QVBoxLayout) -> QWidget:
        settled = self._parts.preferences.settings.language
        self.language = Choice(
            language_choices(), settled, lambda chosen: self._parts.preferences.change(language=chosen)
        )
        self.language.setAccessibleName(_("Language"))
        self.language.setMinimumWidth(220)
        column.addWidget(self.language, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GRID * 4)
        return _chief(column, _("Begin"), Icon.NEXT, self.go_on)

    def _models(self, column: QVBoxLayout) -> QPushButton:
        if self._has_models():
            return _chief(column, _("Go on"), Icon.NEXT, self.go_on)
        _why, words = install_words(self._parts.entrance.opening.pack)
        if self.bar.isVisibleTo(self):
            return _chief(column, _("Go on while they are installed"), Icon.NEXT, self.go_on)
        return _chief(column, words, Icon.INSTALL, self.install)

    def _registry(self, column: QVBoxLayout) -> QWidget:
        if self._parts.vault.is_open:
            return _chief(column, _("Go on"), Icon.NEXT, self.go_on)
        self.registry = RegistryStep(self._parts)
        column.addWidget(self.registry)
        return self.registry.passphrase

    def _trying(self, column: QVBoxLayout) -> QPushButton:
        self.demo = _chief(column, _("Check the demo clip"), Icon.PLAY, self.try_demo)
        own = push_button(_("Choose a clip of mine…"), Icon.ADD)
        own.clicked.connect(self.choose_own)
        column.addWidget(own, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_centred(_("Or drop one anywhere on this window."), muted=True))
        return self.demo

    def _added(self, _entries: object) -> None:
        if self.step is Step.TRY:
            self.end(0)

    def _not_tried(self, _error: object) -> None:
        # The window says why.
        if self.step is Step.TRY:
            self._show()

    def _show_progress(self, shown: bool) -> None:
        self._progress_words.setVisible(shown)
        self.bar.setVisible(shown)

    def _show_installing(self, look: ProgressLook) -> None:
        self._show_progress(True)
        self._progress_words.setText(in_a_row((look.words, look.left)))
        self.bar.setRange(0, 0 if look.fraction is None else 1000)
        self.bar.setValue(round((look.fraction or 0) * 1000))

    def _install_failed(self, problem: Problem | None) -> None:
        self._show_progress(False)
        if problem is not None:
            self.noticed.emit(in_a_row((problem.sentence, problem.remedy)), Tone.PROBLEM, Icon.PROBLEM)
        self._look_again()

    def _look_again(self, *_why: object) -> None:
        # A page with something typed in stays as it is.
        if self.step is Step.MODELS:
            self._show()

    def _ready(self) -> None:
        if self._has_models():
            self._show_progress(False)
        if self.step is Step.MODELS:
            self._show()
        elif self.step is Step.REGISTRY and self._parts.vault.is_open:
            self.go_on()


class _Dots(QWidget):
    """Says which step of how many this is."""

    def __init__(self) -> None:
        super().__init__()
        self._step, self._of = 0, 1
        self.setFixedHeight(GRID * 2)

    def show_step(self, step: int, of: int) -> None:
        """Show another step."""
        self._step, self._of = step, of
        self.setFixedWidth(GRID * (4 * of + 1))
        self.setAccessibleName(_("Step {step} of {of}").format(step=step + 1, of=of))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        x = 0.0
        for place in range(self._of):
            here = place == self._step
            width = GRID * (5 if here else 2)
            painter.setBrush(QColor(theme().accent if here else theme().line))
            painter.drawRoundedRect(QRectF(x, 0, width, GRID * 2), GRID, GRID)
            x += width + GRID * 2
        painter.end()


def _chief(column: QVBoxLayout, words: str, icon: Icon, slot: Callable[[], object]) -> QPushButton:
    button = push_button(words, icon, primary=True)
    button.setDefault(True)
    button.setAutoDefault(True)
    button.clicked.connect(lambda _checked: slot())
    column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
    return button


def _centred(words: str, *, size: float = 1.0, bold: bool = False, muted: bool = False) -> Text:
    text = Text(words, size=size, bold=bold, muted=muted)
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return text
