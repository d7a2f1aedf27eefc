"""The care of the open registry: how it is, its check, backups, its passphrase, and what must be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from countenance.errors import CountenanceError
from countenance.places import REGISTRY_SUFFIX
from countenance.translations import _
from gui.presenters.journal import Line, State, audit_lines, read_state
from gui.presenters.looks import Icon, Tone
from gui.presenters.unlocking import file_words
from gui.vault import Change
from gui.views.journal_passphrase import PassphraseDialog
from gui.views.papers_dialog import clear, while_alive
from gui.views.pieces import IconLabel, Surface, Text, push_button
from gui.views.room import Parts
from gui.views.theme import GRID, MARGIN, theme
from registry import Audit, Backup, Registry
from reports.wording import format_bytes

WIDEST = 760


class UpkeepView(QScrollArea):
    """Shows how the registry is.

    Signals:
        other_asked, founding_asked: another registry is to be opened, or made.
    """

    other_asked = Signal()
    founding_asked = Signal()

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._busy: list[QWidget] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QWidget()
        outer = QHBoxLayout(whole)
        outer.setContentsMargins(0, 0, GRID * 3, GRID * 4)
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 4)
        outer.addWidget(inside, 1)
        outer.addStretch(0)
        self.doubts = QVBoxLayout()
        self.doubts.setSpacing(GRID * 2)
        column.addLayout(self.doubts)
        self._add_facts(column)
        self._add_check(column)
        self._add_copies(column)
        self._add_key(column)
        column.addStretch(1)
        self.setWidget(whole)

    def read(self) -> None:
        """Read how the registry is."""
        self._parts.vault.ask(partial(read_state, self._parts.desk.card), while_alive(self, self._show))

    def forget(self) -> None:
        """Show nothing."""
        clear(self.doubts)
        clear(self._lines)
        clear(self._found)
        self._owner.setText("")
        self._file.setText("")

    def audit(self) -> None:
        """Check the whole registry."""
        clear(self._found)
        self._rest(busy=True)
        self._parts.vault.ask(
            lambda opened: opened.upkeep.audit(), while_alive(self, self._show_audit), while_alive(self, self._failed)
        )

    def back_up_to(self, path: Path) -> None:
        """Write a verified copy of the registry."""
        self._rest(busy=True)
        self._parts.vault.change(
            Change(work=partial(_back_up, path)), while_alive(self, self._tell_backup), while_alive(self, self._failed)
        )

    def _add_facts(self, column: QVBoxLayout) -> None:
        ground, inside = _section(column, _("This registry"))
        self._owner, self._file = Text(), Text(muted=True)
        inside.addWidget(self._owner)
        inside.addWidget(self._file)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(GRID * 2)
        inside.addLayout(self._lines)
        row = _row(inside)
        lock = push_button(_("Lock"), Icon.LOCK)
        lock.setToolTip(_("Lock the registry (Ctrl+L)"))
        lock.clicked.connect(self._lock)
        row.addWidget(lock)
        other = push_button(_("Open another…"), Icon.FOLDER)
        other.clicked.connect(self.other_asked)
        row.addWidget(other)
        new = push_button(_("Make a new one…"), Icon.ADD)
        new.clicked.connect(self.founding_asked)
        row.addWidget(new)
        row.addStretch(1)
        column.addWidget(ground)

    def _add_check(self, column: QVBoxLayout) -> None:
        ground, inside = _section(column, _("Audit"))
        told = _(
            "Reads every page, every entry of the journal and every document, and says whether all of it is as it was"
            " written."
        )
        inside.addWidget(Text(told, muted=True))
        self._found = QVBoxLayout()
        self._found.setSpacing(GRID * 2)
        inside.addLayout(self._found)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Working"))
        self._bar.hide()
        inside.addWidget(self._bar)
        row = _row(inside)
        self.check = push_button(_("Audit the registry"), Icon.SHIELD)
        self.check.clicked.connect(self.audit)
        row.addWidget(self.check)
        row.addStretch(1)
        self._busy.append(self.check)
        column.addWidget(ground)

    def _add_copies(self, column: QVBoxLayout) -> None:
        ground, inside = _section(column, _("Backup"))
        told = _("A copy that is verified while it is made. It opens with the passphrase that the registry has now.")
        inside.addWidget(Text(told, muted=True))
        row = _row(inside)
        self.backup = push_button(_("Back up…"), Icon.COPY)
        self.backup.clicked.connect(self._choose_backup)
        row.addWidget(self.backup)
        row.addStretch(1)
        self._busy.append(self.backup)
        column.addWidget(ground)

    def _add_key(self, column: QVBoxLayout) -> None:
        ground, inside = _section(column, _("Passphrase"))
        self._keyring = Text(muted=True)
        inside.addWidget(self._keyring)
        row = _row(inside)
        change = push_button(_("Change the passphrase…"), Icon.KEY)
        change.clicked.connect(self._change_passphrase)
        row.addWidget(change)
        self.forget_key = push_button(_("Take it out of the keyring"), Icon.CLOSE)
        self.forget_key.clicked.connect(self._forget_key)
        self.forget_key.hide()
        row.addWidget(self.forget_key)
        row.addStretch(1)
        self._busy.append(change)
        column.addWidget(ground)

    def _show(self, state: State) -> None:
        self._owner.setText(_("Belongs to {owner}; time zone: {zone}").format(owner=state.owner, zone=state.zone))
        self._file.setText(file_words(Path(state.file)))
        clear(self._lines)
        _add_lines(self._lines, state.lines)
        clear(self.doubts)
        if state.head_doubt:
            told = _(
                "Its end may have been cut off, it may be an old copy, or somebody rewrote it. Audit the registry"
                " below; if its present state is right, say so."
            )
            self._add_doubt(state.head_doubt, told, _("The present state is right"), _accept_head)
        if state.clock_doubt:
            told = _(
                "Set the clock of this computer right. If it is right now and was ahead then, say so: until then"
                " nothing can be changed."
            )
            self._add_doubt(state.clock_doubt, told, _("The clock is right now"), _accept_clock)
        if state.in_keyring is None:
            self._keyring.setText(_("This computer has no keyring that keeps passphrases: it is typed each time."))
        elif state.in_keyring:
            self._keyring.setText(
                _("The computer’s keyring holds it: whoever is logged in to your account can open it.")
            )
        else:
            self._keyring.setText(_("It is typed each time; the computer’s keyring does not hold it."))
        self.forget_key.setVisible(bool(state.in_keyring))

    def _add_doubt(self, title: str, words: str, confirm: str, accept: Callable[[Registry], None]) -> None:
        pair = theme().tones[Tone.REVIEW]
        ground = Surface(pair.ground, pair.ground)
        row = QHBoxLayout(ground)
        row.setContentsMargins(GRID * 4, GRID * 3, GRID * 4, GRID * 3)
        row.setSpacing(GRID * 3)
        row.addWidget(IconLabel(Icon.REVIEW, pair.ink, 22), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.addWidget(Text(title, bold=True))
        column.addWidget(Text(words))
        row.addLayout(column, 1)
        button = push_button(confirm, Icon.CONFIRM)
        button.clicked.connect(
            lambda: self._parts.vault.change(Change(work=accept, words=_("It was confirmed, and the journal says so.")))
        )
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.doubts.addWidget(ground)

    def _show_audit(self, found: Audit) -> None:
        self._rest(busy=False)
        clear(self._found)
        _add_lines(self._found, audit_lines(found))

    def _choose_backup(self) -> None:
        facts = self._parts.vault.facts
        if facts is None:
            return
        day = self._parts.desk.clock().date().isoformat()
        stem = self._parts.entrance.opening.registry.stem
        name, _kind = QFileDialog.getSaveFileName(
            self,
            _("Choose where the backup is written"),
            f"{stem}-{day}{REGISTRY_SUFFIX}",
            f"{_('Registries')} (*{REGISTRY_SUFFIX})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            path = Path(name)
            self.back_up_to(path if path.suffix else path.with_suffix(REGISTRY_SUFFIX))

    def _tell_backup(self, made: Backup) -> None:
        self._rest(busy=False)
        told = _("A backup of {size} was made and verified.").format(size=format_bytes(made.size))
        self._parts.vault.told.emit(told)

    def _change_passphrase(self) -> None:
        PassphraseDialog(self._parts, self).open()

    def _forget_key(self) -> None:
        def told(was_there: bool) -> None:
            if was_there:
                self._parts.vault.told.emit(_("The keyring does not hold the passphrase any more."))
            self.read()

        self._parts.entrance.forget_passphrase(while_alive(self, told))

    def _lock(self) -> None:
        if self._parts.desk.is_checking:
            self._parts.vault.told.emit(
                _("A clip is being checked by the registry; it can be locked when that is done or stopped.")
            )
        else:
            self._parts.entrance.lock()

    def _failed(self, error: CountenanceError) -> None:
        self._rest(busy=False)
        self._parts.vault.failed.emit(error)

    def _rest(self, *, busy: bool) -> None:
        self._bar.setVisible(busy)
        for widget in self._busy:
            widget.setEnabled(not busy)
            widget.setToolTip(_("Something is being done already.") if busy else "")


def _section(column: QVBoxLayout, words: str) -> tuple[Surface, QVBoxLayout]:
    ground = Surface(theme().surface, theme().line)
    inside = QVBoxLayout(ground)
    inside.setContentsMargins(MARGIN, GRID * 4, MARGIN, GRID * 4)
    inside.setSpacing(GRID * 3)
    inside.addWidget(Text(words, size=1.15, bold=True))
    column.addWidget(ground)
    return ground, inside


def _row(inside: QVBoxLayout) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID * 2)
    inside.addLayout(row)
    return row


def _add_lines(layout: QLayout, lines: Sequence[Line]) -> None:
    for line in lines:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 2)
        ink = theme().tones[line.tone].ink
        row.addWidget(IconLabel(line.icon, ink, 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(line.words), 1)
        layout.addWidget(whole)


def _back_up(path: Path, opened: Registry) -> Backup:
    return opened.upkeep.back_up(path)


def _accept_head(opened: Registry) -> None:
    opened.upkeep.accept_head()


def _accept_clock(opened: Registry) -> None:
    opened.upkeep.accept_clock()
