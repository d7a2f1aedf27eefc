"""The false-alarm budget as sliders: while they are dragged, the sentences and the curve say what it costs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from countenance.packs import PackCard
from countenance.settings import Settings
from countenance.translations import _
from gui.presenters.budget import (
    BLOCK_STOPS,
    REVIEW_STOPS,
    Sizes,
    budget_look,
    following,
    follows,
    nearest_stop,
    share_words,
)
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.settings_curve import MissCurveView
from gui.views.settings_pieces import Card
from gui.views.theme import GRID
from scan.known import Known


class RateSlider(QSlider):
    """Lets one of a few rates be chosen; the wheel scrolls the page, it does not choose.

    Signals:
        looked_at: a rate one may choose by letting go.
        chosen: the rate that was chosen.
    """

    looked_at = Signal(float)
    chosen = Signal(float)

    def __init__(self, stops: tuple[float, ...], rate: float, spoken: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._stops, self._spoken = stops, spoken
        self.setRange(0, len(stops) - 1)
        self.setPageStep(1)
        self.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.show_rate(rate)
        self.valueChanged.connect(self._moved)
        self.sliderReleased.connect(lambda: self.chosen.emit(self.rate))

    @property
    def rate(self) -> float:
        """The rate the handle stands at."""
        return self._stops[self.value()]

    def show_rate(self, rate: float) -> None:
        """Put the handle to the stop nearest to a rate, unheard."""
        self.blockSignals(True)
        self.setValue(nearest_stop(self._stops, rate))
        self.blockSignals(False)
        self.setAccessibleName(f"{self._spoken}: {share_words(self.rate)}")

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the page."""
        event.ignore()

    def _moved(self, _place: int) -> None:
        self.setAccessibleName(f"{self._spoken}: {share_words(self.rate)}")
        self.looked_at.emit(self.rate)
        if not self.isSliderDown():  # by a key, or a press beside the handle
            self.chosen.emit(self.rate)


class BudgetCard(Card):
    """Shows and changes both rates; the change counts when the handle is let go.

    Signals:
        settled: the rates that were chosen, reviews and blocks.
    """

    settled = Signal(float, float)

    def __init__(self, parts: Parts) -> None:
        super().__init__(
            _("How many false alarms are you ready to look at?"),
            _("Fewer alarms overlook more people. One budget counts for faces and voices together."),
        )
        self._parts = parts
        self._sizes: Sizes | None = None
        self._card: PackCard | None = None
        settings = parts.preferences.settings
        self._review_words, self._block_words = Text(bold=True), Text(bold=True)
        self.review = RateSlider(REVIEW_STOPS, settings.review_rate, _("Strangers’ clips that raise a review"))
        self.block = RateSlider(BLOCK_STOPS, settings.block_rate, _("Strangers’ clips that are blocked"))
        self.column.addLayout(_slider_row(_("May raise a review"), self._review_words, self.review))
        self.apart = QCheckBox(_("Set the rate of blocks apart"))
        self.apart.setToolTip(_("Otherwise one tenth of the reviews may be blocks."))
        self.apart.setChecked(not follows(settings))
        self.column.addWidget(self.apart)
        self._block_row = QWidget()
        self._block_row.setLayout(_slider_row(_("May be blocked"), self._block_words, self.block))
        self.column.addWidget(self._block_row)
        self.costs = Text()
        self.column.addWidget(self.costs)
        self.curve = MissCurveView()
        self.column.addWidget(self.curve)
        self.basis = Text(muted=True, size=0.92)
        self.column.addWidget(self.basis)
        self.usual = push_button(_("Back to the usual rates"))
        self.column.addWidget(self.usual, 0, Qt.AlignmentFlag.AlignLeft)
        self.review.looked_at.connect(self._follow)
        self.block.looked_at.connect(lambda _rate: self._tell())
        self.apart.toggled.connect(self._set_apart)
        for slider in (self.review, self.block):
            slider.chosen.connect(lambda _rate: self._settle())
        self.usual.clicked.connect(self._back)
        self._show_block_row()
        self._tell()

    def show_known(self, card: PackCard | None, known: Known) -> None:
        """Say what rates mean for these models and these people."""
        self._card, self._sizes = card, None
        if card is not None and known.facts is not None:
            work = partial(_sizes, known, card)
            self._parts.desk.desk_lane.do(work, self._show_sizes, self._parts.vault.failed.emit)
        self._tell()

    def show_settings(self, settings: Settings) -> None:
        """Put the handles where the settings are, after they were changed elsewhere."""
        self.review.show_rate(settings.review_rate)
        self.block.show_rate(settings.block_rate)
        self.apart.blockSignals(True)
        self.apart.setChecked(not follows(settings))
        self.apart.blockSignals(False)
        self._show_block_row()
        self._tell()

    def _show_sizes(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._tell()

    def _follow(self, rate: float) -> None:
        if not self.apart.isChecked():
            self.block.show_rate(following(rate))
        self._tell()

    def _set_apart(self, apart: bool) -> None:
        self._show_block_row()
        if not apart:
            self.block.show_rate(following(self.review.rate))
            self._settle()
        self._tell()

    def _show_block_row(self) -> None:
        self._block_row.setVisible(self.apart.isChecked())

    def _rates(self) -> tuple[float, float]:
        review = self.review.rate
        return review, min(review, self.block.rate) if self.apart.isChecked() else following(review)

    def _settle(self) -> None:
        self._tell()
        self.settled.emit(*self._rates())

    def _back(self) -> None:
        usual = Settings()
        self.settled.emit(usual.review_rate, usual.block_rate)

    def _tell(self) -> None:
        review, block = self._rates()
        self._review_words.setText(share_words(review))
        self._block_words.setText(share_words(block))
        usual = Settings()
        self.usual.setVisible((review, block) != (usual.review_rate, usual.block_rate))
        if self._card is None:
            self.costs.setText(_("What this costs can be told once the models are there."))
            self.curve.hide()
            self.basis.hide()
            return
        look = budget_look(self._card, self._sizes, review, block)
        self.costs.setText("\n".join(look.costs))
        self.basis.setText(look.basis)
        self.basis.show()
        self.curve.show_curves(look.curves, review, look.spoken)


def _sizes(known: Known, card: PackCard) -> Sizes:
    # In the desk's lane; the galleries are made once and kept for the checks.
    faces, voices = known.searches(card)
    return Sizes(
        faces=sum(len(one.gallery.people) for one in faces), voices=sum(len(one.gallery.people) for one in voices)
    )


def _slider_row(words: str, said: Text, slider: QSlider) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    head = QHBoxLayout()
    head.addWidget(Text(words), 1)
    said.setAlignment(Qt.AlignmentFlag.AlignRight)
    said.setWordWrap(False)
    head.addWidget(said)
    column.addLayout(head)
    column.addWidget(slider)
    return column
