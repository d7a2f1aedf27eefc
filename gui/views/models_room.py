"""The room of the models: which are in use, which could be, what they may be used for, and how sure they are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.packs import LicencePolicy
from countenance.settings import Settings
from countenance.translations import _
from gui.equipping import Equipping, Switch
from gui.presenters.looks import Icon, Tone
from gui.presenters.packs import ModelsLook, PackLook, models_look, terms_of
from gui.presenters.progress import ProgressLook
from gui.views.models_cards import InUseCard, PackCard
from gui.views.models_licence import LicenceDialog
from gui.views.models_switch import SwitchDialog
from gui.views.papers_dialog import clear, while_alive
from gui.views.pieces import Text, push_button
from gui.views.room import Parts, Room
from gui.views.settings_pieces import Card, Page
from gui.views.theme import GRID
from models.manifests import ModelManifest


class ModelsRoom(Room):
    """Shows the store of models; what is slow is done by `Equipping`."""

    icon = Icon.CHIP

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.work = Equipping(parts.desk, parts.vault, parts.entrance, parts.preferences, self)
        self.look: ModelsLook | None = None
        self.cards: list[PackCard] = []
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        page = Page(_("Models"))
        whole.addWidget(page)
        page.add(self._working())
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID * 4)
        page.add(inner)
        self.work.began.connect(self._began)
        self.work.progressed.connect(self._progressed)
        self.work.ended.connect(self._ended)
        self.work.done.connect(self._done)
        self.work.tested.connect(self._tested)
        self.work.failed.connect(parts.vault.failed)
        self.work.licence_asked.connect(self._ask_licence)
        self.work.switch_asked.connect(self._ask_switch)
        self.work.stocked.connect(self.enter)
        self.hear(parts.preferences.changed, self._changed)

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Models")

    def enter(self) -> None:
        """Read the store: a terminal may have installed something meanwhile."""
        opening = self.parts.entrance.opening
        read = partial(models_look, opening.places.models, opening.pack)
        self.parts.desk.desk_lane.do(read, while_alive(self, self.show_look), self.parts.vault.failed.emit)

    def let_go(self) -> None:
        """Stop what is going on and listen no more."""
        self.work.close()
        super().let_go()

    def show_look(self, look: ModelsLook) -> None:
        """Show what is in use, and the packs."""
        self.look, self.cards = look, []
        clear(self._column)
        in_use = InUseCard(look.in_use, self.parts.preferences.settings.licences)
        in_use.policy_chosen.connect(self._choose_policy)
        self._column.addWidget(in_use)
        for pack in look.packs:
            card = PackCard(pack)
            card.asked.connect(partial(self._do, pack))
            card.set_busy(self.work.is_busy)
            self.cards.append(card)
            self._column.addWidget(card)
        self._column.addWidget(self._bringing())

    def _working(self) -> QWidget:
        self.step = Text(muted=True)
        self.stop = push_button(_("Stop"), Icon.CLOSE)
        self.stop.clicked.connect(self.work.stop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.working = Card("")
        line = QHBoxLayout()
        line.addWidget(self.step, 1)
        line.addWidget(self.stop)
        self.working.column.addLayout(line)
        self.working.column.addWidget(self.bar)
        self.working.hide()
        return self.working

    def _bringing(self) -> QWidget:
        card = Card(
            _("Bring your own"),
            _("An InsightFace package as a folder or a zip: read in a process of its own, tried, and kept here."),
        )
        self.from_folder = push_button(_("From a folder…"), Icon.FOLDER)
        self.from_folder.clicked.connect(self._choose_folder)
        self.from_zip = push_button(_("From a zip…"), Icon.IMPORT)
        self.from_zip.clicked.connect(self._choose_zip)
        row = QHBoxLayout()
        row.setSpacing(GRID * 2)
        for button in (self.from_folder, self.from_zip):
            button.setEnabled(not self.work.is_busy)
            row.addWidget(button)
        row.addStretch(1)
        card.column.addLayout(row)
        return card

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Choose the package’s folder"))
        if chosen:
            self.work.bring(Path(chosen))

    def _choose_zip(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose the package"), "", _("Zip archives (*.zip)"))
        if chosen:
            self.work.bring(Path(chosen))

    def _do(self, pack: PackLook, deed: str) -> None:
        if deed == "licence":
            LicenceDialog(self.parts, pack.name, pack.terms, self, asks=False).open()
            return
        {
            "install": self.work.install,
            "use": self.work.consider,
            "verify": self.work.verify,
            "test": self.work.test,
        }[deed](pack.name)

    def _ask_licence(self, name: str, open_ones: tuple[ModelManifest, ...]) -> None:
        dialog = LicenceDialog(self.parts, name, terms_of(open_ones), self, asks=True)
        today = self.parts.desk.clock().date()
        dialog.accepted_by.connect(lambda by: self.work.accept(open_ones, by, today))
        dialog.open()

    def _ask_switch(self, wanted: Switch) -> None:
        if wanted.planned is None or (not wanted.planned.samples and not wanted.lost):
            self.work.switch(wanted)
            return
        dialog = SwitchDialog(self.parts, wanted, self)
        dialog.agreed.connect(partial(self.work.switch, wanted))
        dialog.open()

    def _choose_policy(self, policy: LicencePolicy) -> None:
        self.parts.preferences.change(licences=policy)

    def _changed(self, before: Settings, now: Settings) -> None:
        if before.licences is not now.licences:
            self.parts.entrance.refuse_by(now.licences)

    def _began(self, words: str) -> None:
        self.step.setText(words)
        self.bar.setRange(0, 0)
        self.working.show()
        self._allow(busy=True)

    def _progressed(self, look: ProgressLook) -> None:
        self.step.setText(look.words)
        self.bar.setRange(0, 0 if look.fraction is None else 1000)
        self.bar.setValue(round((look.fraction or 0) * 1000))

    def _ended(self) -> None:
        self.working.hide()
        self._allow(busy=False)

    def _done(self, told: str) -> None:
        self.noticed.emit(told, Tone.PERMITTED, Icon.PERMITTED)

    def _tested(self, told: str, tone: Tone) -> None:
        self.noticed.emit(told, tone, Icon.PERMITTED if tone is Tone.PERMITTED else Icon.PROBLEM)

    def _allow(self, *, busy: bool) -> None:
        for card in self.cards:
            card.set_busy(busy)
        for button in (self.from_folder, self.from_zip):
            button.setEnabled(not busy)
