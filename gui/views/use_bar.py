"""The stated use on top of the window: in words, and as a small form that judges every clip anew at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from countenance.translations import _
from gui.casting import Casting
from gui.presenters.looks import Icon
from gui.presenters.uses import UseForm, use_words
from gui.views.cast_field import CastField
from gui.views.pieces import Elided, IconLabel, Surface, Text, push_button
from gui.views.theme import GRID, theme
from gui.views.use_fields import UseFields
from gui.views.use_presets import LONGEST_SHOWN, UsePresets

MOST_OF_WINDOW = 0.6
"""The open form takes no more of the window's height; it scrolls then."""


class UseBar(Surface):
    """Shows the use and lets it be changed.

    Signals:
        stated: the form as it is now.
    """

    stated = Signal(object)

    def __init__(self, form: UseForm, casting: Casting, presets: UsePresets, today: date) -> None:
        super().__init__(theme().surface, theme().line)
        self._form, self._casting, self._presets = form, casting, presets
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GRID * 4, GRID * 2, GRID * 2, GRID * 2)
        whole.setSpacing(GRID * 3)
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.CHANGE, theme().muted, 18))
        row.addWidget(Text(_("Stated use"), muted=True, wrap=False))
        self._words = Elided(bold=True)
        row.addWidget(self._words, 1)
        self.presets = push_button(_("Presets"))
        self.presets.setObjectName("menu")
        self.presets.setToolTip(_("Named uses: save this one, or choose another (Ctrl+Alt+1 to 9)"))
        row.addWidget(self.presets)
        self.change = push_button(_("Change"))
        self.change.setCheckable(True)
        self.change.setShortcut("Ctrl+U")
        self.change.setToolTip(_("Say what the clips are for; every checked clip is judged anew at once (Ctrl+U)"))
        row.addWidget(self.change)
        whole.addLayout(row)
        self.cast = CastField(casting)
        self.cast.stated.connect(casting.state)
        self.fields = UseFields(form, today, self.cast)
        self.fields.changed.connect(self._tell)
        self._form_place = self._lay_out_form()
        whole.addWidget(self._form_place)
        self._form_place.hide()
        self.change.toggled.connect(self._open)
        self._say()

    def show_form(self, form: UseForm) -> None:
        """Show another use, without telling anybody."""
        self._form = form
        self.fields.show_form(form)
        self._say()

    def show_cast(self) -> None:
        """Show the cast as it was looked up."""
        self.cast.show_cast()
        self._say()

    def show_preset(self) -> None:
        """Name the preset whose use is stated."""
        current = self._presets.current
        name = current.name if current else _("Presets")
        shown = name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1]}…"
        self.presets.setText(shown.replace("&", "&&"))
        self.presets.setAccessibleName(_("Presets") if current is None else _("Preset: {name}").format(name=name))

    def fit(self) -> None:
        """Give the open form as much height as it needs, and no more than the window can spare."""
        inside = self._form_place.widget()
        layout = inside.layout() if inside is not None else None
        if layout is not None:
            # Chips take as many lines as the width asks for.
            width = self.width() - GRID * 6
            needed = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
            needed += GRID
            self._form_place.setFixedHeight(min(needed, max(120, round(self.window().height() * MOST_OF_WINDOW))))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the open form to another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _lay_out_form(self) -> QScrollArea:
        inside = _Growing()
        inside.grown.connect(self.fit)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        column.addWidget(self.fields)
        column.addStretch(1)
        place = QScrollArea()
        place.setFrameShape(QFrame.Shape.NoFrame)
        place.setWidgetResizable(True)
        place.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        place.setWidget(inside)
        place.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {theme().surface}; }}")
        return place

    def _open(self, is_open: bool) -> None:
        self._form_place.setVisible(is_open)
        self.change.setText(_("Done") if is_open else _("Change"))
        if is_open:
            self.fit()
            self.fields.purpose.setFocus()

    def _tell(self, form: UseForm) -> None:
        self._form = form
        self._say()
        self.stated.emit(form)

    def _say(self) -> None:
        # The cast that counts: of the registry, or of the folder that takes its place.
        form = replace(self._form, cast=self._casting.codes, folder_cast=())
        self._words.say(use_words(form, self._casting.shown.names))
        self.show_preset()


class _Growing(QWidget):
    """Tells when what is in it needs more or less room: chips came, a line was hidden."""

    grown = Signal()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.grown.emit()
        return done
