"""The models in the settings: packs, licences, what is installed; verified, tested and installed from here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QRadioButton, QVBoxLayout, QWidget

from countenance.errors import CancelledError, CountenanceError
from countenance.translations import _
from countenance.wire import SelfTest as PairTest
from countenance.work import CancelToken, ProgressHook
from gui.lane import Lane
from gui.presenters.looks import Icon, Tone
from gui.presenters.progress import installing_look
from gui.presenters.settings import ModelRow, PackRow, pack_rows, tested_words
from gui.views.pieces import IconLabel, Text, push_button
from gui.views.room import Parts
from gui.views.settings_pieces import Card
from gui.views.theme import GRID, sized, theme
from models import SelfTest, install, list_inventory, list_packs, selftest, verify
from models.selftest import known_pair_of
from scan.worker import DetectorWorker


class ModelsCard(QWidget):
    """Shows the packs; everything slow is done in the desk's lane, in one of its own, or by the detectors.

    Signals:
        noticed: (sentence, tone, icon) of what verifying, testing or installing found.
        pack_chosen: name of the pack that is to be used.
        installed: name of a pack that is whole now.
    """

    noticed = Signal(str, object, object)
    pack_chosen = Signal(str)
    installed = Signal(str)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._store = parts.entrance.opening.places.models
        self._lane: Lane | None = None
        self._cancel = CancelToken()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID * 4)
        self.rows: Sequence[PackRow] = ()
        self.buttons: list[QWidget] = []
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.step = Text(muted=True)
        self.stop = push_button(_("Stop"), Icon.CLOSE)
        self.stop.clicked.connect(self._stop_work)
        self._working = Card("")
        working = QHBoxLayout()
        working.addWidget(self.step, 1)
        working.addWidget(self.stop)
        self._working.column.addLayout(working)
        self._working.column.addWidget(self.bar)
        self._working.hide()
        self._column.addWidget(self._working)

    def refresh(self) -> None:
        """Read the store again."""
        self._parts.desk.desk_lane.do(partial(_read, self._store), self.show_rows, self._failed)

    def show_rows(self, rows: Sequence[PackRow]) -> None:
        """Show the packs."""
        self.rows, self.buttons = rows, []
        while self._column.count() > 1:
            item = self._column.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._column.addWidget(self._pack(row))

    def close_down(self) -> None:
        """Stop what is going on."""
        self._cancel.cancel()
        if self._lane is not None:
            self._lane.close()
            self._lane = None

    def _pack(self, row: PackRow) -> Card:
        card = Card("")
        head = QHBoxLayout()
        head.setSpacing(GRID * 3)
        use = QRadioButton(row.name.replace("&", "&&"))
        use.setFont(sized(use.font(), 1.15, bold=True))
        use.setAutoExclusive(False)
        use.setChecked(row.name == self._parts.entrance.opening.pack)
        use.setEnabled(row.whole)
        use.setToolTip("" if row.whole else _("Install it first."))
        use.clicked.connect(partial(self._choose, row.name, use))
        use.setAccessibleName(_("Use the pack “{pack}”").format(pack=row.name))
        head.addWidget(use)
        head.addWidget(Text(row.words, muted=True), 1)
        card.column.addLayout(head)
        for model in row.models:
            card.column.addLayout(_model(model))
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID * 2)
        if row.whole:
            check = push_button(_("Verify the files"), Icon.SHIELD)
            check.clicked.connect(partial(self._verify, row.name))
            test = push_button(_("Self-test"), Icon.CHIP)
            test.clicked.connect(partial(self._test, row.name))
            made = [check, test]
        else:
            words = _("Install ({size})").format(size=row.size)
            get = push_button(words, Icon.INSTALL)
            get.clicked.connect(partial(self._install, row.name))
            made = [get]
        for button in made:
            buttons.addWidget(button)
        self.buttons += made
        buttons.addStretch(1)
        card.column.addLayout(buttons)
        return card

    def _choose(self, name: str, pressed: QRadioButton, _checked: bool = False) -> None:
        pressed.setChecked(name == self._parts.entrance.opening.pack)
        self.pack_chosen.emit(name)

    def _verify(self, name: str, _checked: bool = False) -> None:
        self._begin(_("Reading the files of “{pack}”…").format(pack=name))
        self._parts.desk.desk_lane.do(partial(verify, name, self._store), partial(self._verified, name), self._failed)

    def _verified(self, name: str, _nothing: None) -> None:
        self._end()
        sentence = _("The files of “{pack}” are whole and as published.").format(pack=name)
        self.noticed.emit(sentence, Tone.PERMITTED, Icon.PERMITTED)

    def _test(self, name: str, _checked: bool = False) -> None:
        self._begin(_("Testing the models of “{pack}”…").format(pack=name))
        self._cancel = self._parts.desk.detecting.ask(partial(_test, name, self._store), self._tested, self._failed)

    def _tested(self, answers: tuple[tuple[SelfTest, ...], bool | None]) -> None:
        self._end()
        sentence, tone = tested_words(*answers)
        self.noticed.emit(sentence, tone, Icon.PERMITTED if tone is Tone.PERMITTED else Icon.PROBLEM)

    def _install(self, name: str, _checked: bool = False) -> None:
        self._begin(_("Installing {name}").format(name=name))
        self._cancel = CancelToken()
        self._lane = lane = self._lane or Lane("models", self)

        def on_progress(step: str, done: float, total: float) -> None:
            lane.tell(lambda: self._show_progress(step, done, total))

        work = partial(install, name, self._store, on_progress=on_progress, cancel=self._cancel)
        lane.do(work, partial(self._installed, name), self._failed)

    def _installed(self, name: str, _names: tuple[str, ...]) -> None:
        self._end()
        self.noticed.emit(_("“{pack}” is installed.").format(pack=name), Tone.PERMITTED, Icon.PERMITTED)
        self.installed.emit(name)
        self.refresh()

    def _show_progress(self, step: str, done: float, total: float) -> None:
        look = installing_look(step, done, total)
        self.step.setText(look.words)
        self.bar.setRange(0, 0 if look.fraction is None else 1000)
        self.bar.setValue(round((look.fraction or 0) * 1000))

    def _stop_work(self) -> None:
        self._cancel.cancel()

    def _begin(self, words: str) -> None:
        self.step.setText(words)
        self.bar.setRange(0, 0)
        self._working.show()
        for button in self.buttons:
            button.setEnabled(False)

    def _end(self) -> None:
        self._working.hide()
        for button in self.buttons:
            button.setEnabled(True)

    def _failed(self, error: CountenanceError) -> None:
        self._end()
        if not isinstance(error, CancelledError):
            self._parts.vault.failed.emit(error)


def _read(store: Path) -> Sequence[PackRow]:
    return pack_rows(list_inventory(store), list_packs(store))


def _test(
    name: str, store: Path, worker: DetectorWorker, _on_progress: ProgressHook, _cancel: CancelToken
) -> tuple[tuple[SelfTest, ...], bool | None]:
    # In the detectors' lane.
    answers = selftest(name, store)
    request: PairTest | None = known_pair_of(name, store)
    return answers, worker.selftest(request).passed if request is not None else None


def _model(row: ModelRow) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(GRID * 3)
    line.addWidget(IconLabel(row.icon, theme().tones[row.tone].ink, 18), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(GRID // 2)
    words.addWidget(Text(_("{model}: {task}").format(model=row.title, task=row.task)))
    words.addWidget(Text(row.facts, muted=True, size=0.92))
    words.addWidget(Text(" ".join(part for part in (row.commercial, row.note) if part), muted=True, size=0.92))
    line.addLayout(words, 1)
    state = Text(row.state, wrap=False)
    state.paint_in(theme().tones[row.tone].ink)
    line.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
    return line
