"""Before the models are changed: how many are enrolled again, and who would not be recognised any more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from countenance.translations import _, ngettext
from gui.presenters.looks import Icon, Tone
from gui.switching import Switch
from gui.views.papers_dialog import PapersDialog
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from gui.views.theme import theme
from reports.wording import format_count

_SHOWN = 12


class SwitchDialog(PapersDialog):
    """Asks whether a change of models is meant.

    Signals:
        agreed: it is.
    """

    agreed = Signal()

    def __init__(self, parts: Parts, wanted: Switch, parent: QWidget) -> None:
        title = (_("Enrol again with “{pack}”") if wanted.again else _("Use “{pack}”")).format(pack=wanted.name)
        super().__init__(parts, title, Icon.CHIP, parent, width=560, height=460 if wanted.lost else 300)
        planned = wanted.planned
        if planned is not None and planned.samples:
            count = ngettext("{count} sample", "{count} samples", planned.samples)
            people = ngettext("{count} person", "{count} people", len(planned.people))
            self.body.addWidget(
                Text(
                    _("{samples} of {people} are enrolled again from what is kept.").format(
                        samples=count.format(count=format_count(planned.samples)),
                        people=people.format(count=format_count(len(planned.people))),
                    )
                )
            )
        if wanted.again:
            self.body.addWidget(Text(_("It can be stopped, and goes on where it stopped.")))
        else:
            self.body.addWidget(
                Text(_("The models in use stay so until it is done. It can be stopped, and goes on where it stopped."))
            )
            self.body.addWidget(
                Text(_("Checked clips are checked again: likenesses of two models are never compared."), muted=True)
            )
        self.meant = QCheckBox(_("Change all the same"))
        if wanted.lost:
            self._tell_lost(wanted)
        self.body.addStretch(1)
        close = push_button(_("Cancel"))
        close.clicked.connect(self.reject)
        self.agree = push_button(
            _("Enrol again") if wanted.again else _("Change the models"), Icon.CONFIRM, primary=True
        )
        self.agree.setEnabled(not wanted.lost)
        self.meant.toggled.connect(self.agree.setEnabled)
        self.agree.clicked.connect(self._agree)
        self.lay_buttons(None, close, self.agree)

    def _tell_lost(self, wanted: Switch) -> None:
        count = len(wanted.lost)
        told = ngettext(
            "{count} person would not be recognised any more: nothing is kept that could be enrolled again.",
            "{count} people would not be recognised any more: nothing is kept that could be enrolled again.",
            count,
        )
        warning = Text(told.format(count=format_count(count)))
        warning.paint_in(theme().tones[Tone.REVIEW].ink)
        self.body.addWidget(warning)
        names = [person.display_name for person in wanted.lost[:_SHOWN]]
        if count > _SHOWN:
            names.append(_("and {count} more").format(count=format_count(count - _SHOWN)))
        self.body.addWidget(Text(_(", ").join(names), muted=True))
        self.body.addWidget(self.meant)

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit()
