"""The fields of the stated use: the usual ones in one line, the others below them behind “More”."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from countenance.labels import territory_label
from countenance.translations import _, ngettext
from gui.presenters.uses import (
    LONGEST_TEXT,
    UseForm,
    channel_choices,
    duty_choices,
    exception_choices,
    further_count,
    language_choices,
    method_choices,
    purpose_choices,
    territory_choices,
    theme_choices,
    voice_method_choices,
)
from gui.views.grant_pickers import ChoicesButton, DayField, ListField, choice_box, choose_code, code_of, searchable_box
from gui.views.pieces import Elided, push_button
from gui.views.theme import GRID, theme

COLUMNS = 5
LEAST_LETTERS = 6
"""So many letters of what is chosen are shown in a narrow window."""


class UseFields(QWidget):
    """Shows a form of the use and lets it be filled in.

    Signals:
        changed: the form as it is now.
    """

    changed = Signal(object)

    def __init__(self, form: UseForm, today: date, cast: QWidget | None = None) -> None:
        """Show a form.

        Args:
            form: as it was filled in.
            today: where the calendar opens.
            cast: the field of the cast, which stands between the usual ones and the others; None for none.
        """
        super().__init__()
        self._form, self._today = form, today
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        column.addWidget(self._usual())
        self.more = push_button("")
        self.more.setCheckable(True)
        self.more.setToolTip(_("Day of publication, project, who publishes, themes, language, what is done already …"))
        row = QHBoxLayout()
        row.setSpacing(GRID * 4)
        if cast is not None:
            row.addWidget(cast, 1)
        else:
            row.addStretch(1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(row)
        self._further = self._less_usual()
        self._further.hide()
        column.addWidget(self._further)
        self.more.toggled.connect(self._open)
        self.show_form(form)
        self._connect()

    def show_form(self, form: UseForm) -> None:
        """Show another use, without telling anybody."""
        self._form = form
        boxes: tuple[tuple[QComboBox, str], ...] = (
            (self.purpose, form.purpose),
            (self.method, form.face_method),
            (self.voice_method, form.voice_method),
            (self.exception, form.exception),
            (self.language, form.language),
        )
        for box, code in boxes:
            choose_code(box, code)
        self.channels.choose(form.channels)
        self.territories.choose(form.territories)
        self.themes.choose(form.themes)
        self.labels_done.choose(form.labels_done)
        self.day.choose(date.fromisoformat(form.publish_on) if form.publish_on else None)
        for line, words in ((self.project, form.project), (self.grantee, form.grantee), (self.category, form.category)):
            if line.text() != words:
                with QSignalBlocker(line):
                    line.setText(words)
        self._say_more()

    def _usual(self) -> QWidget:
        self.purpose = choice_box(purpose_choices(), _("Purpose"))
        self.method = choice_box(method_choices(), _("How the pictures were made"))
        self.voice_method = choice_box(voice_method_choices(), _("How the sound was made"))
        self.channels = ChoicesButton(channel_choices(), _("Where it is shown"), _("Not stated"))
        self.territories = ListField(territory_choices()[1:], _("Countries"), _("Add a country"))
        self.territories.add.hide()
        self.territories.box.setMinimumContentsLength(LEAST_LETTERS)
        self.territories.name_by(territory_label)
        return _grid(
            COLUMNS,
            (
                (_("Purpose"), self.purpose),
                (_("How the pictures were made"), self.method),
                (_("How the sound was made"), self.voice_method),
                (_("Where it is shown"), self.channels),
                (_("Countries"), self.territories),
            ),
        )

    def _less_usual(self) -> QWidget:
        self.day = DayField(_("Day of publication"), _("At once"), otherwise=self._today)
        self.project = _line(_("Project"), _("Its title"))
        self.grantee = _line(_("Published by"), _("You, unless named"))
        self.category = _line(_("Product category"), _("For exclusive grants"))
        self.themes = ChoicesButton(theme_choices(), _("Sensitive themes"), _("None"))
        self.language = searchable_box(language_choices(), _("Language spoken"), _("Not stated"))
        self.labels_done = ChoicesButton(duty_choices(), _("Done already"), _("Nothing yet"))
        self.exception = choice_box(exception_choices(), _("Claimed exception"))
        return _grid(
            COLUMNS - 1,
            (
                (_("Day of publication"), self.day),
                (_("Project"), self.project),
                (_("Published by"), self.grantee),
                (_("Product category"), self.category),
                (_("Sensitive themes"), self.themes),
                (_("Language spoken"), self.language),
                (_("Done already"), self.labels_done),
                (_("Claimed exception"), self.exception),
            ),
        )

    def _connect(self) -> None:
        for box in (self.purpose, self.method, self.voice_method, self.exception):
            box.currentIndexChanged.connect(self._tell)
        self.language.activated.connect(self._tell)
        language = self.language.lineEdit()
        assert language is not None
        language.editingFinished.connect(self._settle_language)
        for button in (self.channels, self.themes, self.labels_done):
            button.changed.connect(self._tell)
        self.territories.changed.connect(self._tell)
        self.day.changed.connect(self._tell)
        for line in (self.project, self.grantee, self.category):
            # Each letter would judge every clip anew.
            line.editingFinished.connect(self._tell)

    def _settle_language(self) -> None:
        code = code_of(self.language) if self.language.currentText().strip() else ""
        # What is no language is not taken: the field shows again what counts.
        choose_code(self.language, code if code or not self.language.currentText().strip() else self._form.language)
        self._tell()

    def _tell(self) -> None:
        day = self.day.day()
        form = replace(
            self._form,
            purpose=code_of(self.purpose),
            face_method=code_of(self.method),
            voice_method=code_of(self.voice_method),
            channels=self.channels.chosen(),
            territories=self.territories.chosen(),
            publish_on=day.isoformat() if day is not None else "",
            project=self.project.text().strip(),
            grantee=self.grantee.text().strip(),
            category=self.category.text().strip(),
            themes=self.themes.chosen(),
            language=code_of(self.language),
            labels_done=self.labels_done.chosen(),
            exception=code_of(self.exception),
        )
        if form != self._form:
            self._form = form
            self._say_more()
            self.changed.emit(form)

    def _open(self, is_open: bool) -> None:
        self._further.setVisible(is_open)
        self._say_more()
        if is_open:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_more(self) -> None:
        count = further_count(self._form)
        if self._further.isVisibleTo(self):
            self.more.setText(_("Less"))
        elif count:
            self.more.setText(ngettext("More ({count} stated)", "More ({count} stated)", count).format(count=count))
        else:
            self.more.setText(_("More"))


def _grid(columns: int, named: tuple[tuple[str, QWidget], ...]) -> QWidget:
    whole = QWidget()
    grid = QGridLayout(whole)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(GRID * 4)
    grid.setVerticalSpacing(GRID)
    for place, (name, field) in enumerate(named):
        row, column = divmod(place, columns)
        words = Elided(name, size=0.92)
        words.setStyleSheet(f"color: {theme().muted};")
        words.setBuddy(field)
        if isinstance(field, QComboBox):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(LEAST_LETTERS)
        grid.addWidget(words, row * 2, column)
        grid.addWidget(field, row * 2 + 1, column, Qt.AlignmentFlag.AlignTop)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(column, 0)
    return whole


def _line(spoken: str, hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(spoken)
    line.setPlaceholderText(hint)
    line.setMaxLength(LONGEST_TEXT)
    return line
