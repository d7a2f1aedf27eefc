"""The room of the models: which are in use, which could be, what they may be used for, and how sure they are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from countenance.packs import LicencePolicy
from countenance.settings import Settings
from countenance.translations import _
from gui.equipping import equipping_of
from gui.presenters.looks import Icon
from gui.presenters.packs import ModelsLook, PackLook, models_look, terms_of
from gui.presenters.progress import ProgressLook
from gui.switching import Switch, switching_of
from gui.views.models_cards import InUseCard, LeftCard, PackCard
from gui.views.models_licence import LicenceDialog
from gui.views.models_measure import MeasureDialog
from gui.views.models_switch import SwitchDialog
from gui.views.models_told import ToldDialog
from gui.views.papers_dialog import clear, while_alive
from gui.views.pieces import Text, push_button
from gui.views.room import Parts, Room
from gui.views.settings_pieces import READING_WIDTH, Card, Page
from gui.views.theme import GRID, MARGIN
from models.manifests import ModelManifest


class ModelsRoom(Room):
    """Shows the store of models; what is slow is done by `Equipping`, what changes those in use by `Switching`."""

    icon = Icon.CHIP

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        desk, vault, entrance = parts.desk, parts.vault, parts.entrance
        self.work = equipping_of(desk, vault, entrance, parts.preferences)
        self.switching = switching_of(self.work, desk, vault, entrance)
        self.look: ModelsLook | None = None
        self.cards: list[PackCard] = []
        self.in_use: InUseCard | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        page = Page(_("Models"))
        whole.addWidget(self._working())
        whole.addWidget(page, 1)
        self.left = LeftCard()
        self.left.asked.connect(self.switching.enrol_again)
        page.add(self.left)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID * 4)
        page.add(inner)
        page.add(self._bringing())
        self.hear(self.work.progressed, self._progressed)
        self.hear(self.work.ended, self._ended)
        self.hear(self.work.told, self._tell)
        self.hear(self.work.licence_asked, self._ask_licence)
        self.hear(self.work.stocked, self.enter)
        self.hear(self.switching.asked, self._ask_switch)
        self.hear(self.switching.surveyed, self.left.tell)
        self.hear(vault.locked, self._survey)
        self.hear(entrance.ready, self._refresh)
        self.hear(parts.preferences.changed, self._changed)
        if self.work.now is not None:
            self._progressed(self.work.now)

    @classmethod
    def words(cls) -> str:
        """Return what the rail calls it."""
        return _("Models")

    def enter(self) -> None:
        """Read the store: a terminal may have installed something meanwhile."""
        opening = self.parts.entrance.opening
        read = partial(models_look, opening.places.models, opening.pack)
        self.parts.desk.desk_lane.do(read, while_alive(self, self.show_look), self.parts.vault.failed.emit)
        self._survey()
        self.work.ask_again()

    def show_look(self, look: ModelsLook) -> None:
        """Show what is in use, and the packs."""
        if look == self.look:
            return
        focus = self._focused()
        self.look, self.cards = look, []
        clear(self._column)
        self.in_use = InUseCard(look.in_use, self.parts.preferences.settings)
        self.in_use.policy_chosen.connect(self._choose_policy)
        self.in_use.provider_chosen.connect(self.work.run_on)
        self.in_use.measure_asked.connect(self._measure)
        self._column.addWidget(self.in_use)
        for pack in look.packs:
            card = PackCard(pack)
            card.asked.connect(partial(self._do, pack))
            self.cards.append(card)
            self._column.addWidget(card)
        self._allow(busy=self.work.is_busy)
        self._focus_again(focus)

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
        self.working.setMaximumWidth(READING_WIDTH)
        self.working.hide()
        row = QWidget()
        beside = QHBoxLayout(row)
        beside.setContentsMargins(MARGIN, 0, MARGIN, 0)
        beside.addWidget(self.working, 1)
        beside.addStretch(0)
        return row

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
        if deed == "remove":
            self._ask_remove(pack.name)
            return
        {
            "install": self.work.install,
            "use": self.switching.consider,
            "verify": self.work.verify,
            "test": self.work.test,
        }[deed](pack.name)

    def _ask_remove(self, name: str) -> None:
        told = (
            _("Its models are removed from this computer, as far as no other pack needs them."),
            _("What the program knows can be installed again; what you brought has to be brought again."),
        )
        title = _("Remove “{pack}”").format(pack=name)
        dialog = ToldDialog(self.parts, title, told, self, icon=Icon.ERASE, deed=_("Remove"))
        dialog.agreed.connect(partial(self.work.remove, name))
        dialog.open()

    def _tell(self, title: str, sentences: tuple[str, ...]) -> None:
        ToldDialog(self.parts, title, sentences, self, icon=Icon.CHIP).open()

    def _measure(self) -> None:
        if self.look is not None:
            dialog = MeasureDialog(self.parts, self.look.in_use, self)
            dialog.chosen.connect(lambda folder, voices: self.work.measure(folder, voices=voices))
            dialog.forgotten.connect(lambda voices: self.work.forget_measured(voices=voices))
            dialog.open()

    def _ask_licence(self, name: str, open_ones: tuple[ModelManifest, ...]) -> None:
        self.work.answered()
        dialog = LicenceDialog(self.parts, name, terms_of(open_ones), self, asks=True)
        today = self.parts.desk.clock().date()
        dialog.accepted_by.connect(lambda by: self.work.accept(open_ones, by, today))
        dialog.open()

    def _ask_switch(self, wanted: Switch) -> None:
        self.work.answered()
        if wanted.planned is None or (not wanted.planned.samples and not wanted.lost):
            self.switching.switch(wanted)
            return
        dialog = SwitchDialog(self.parts, wanted, self)
        dialog.agreed.connect(partial(self.switching.switch, wanted))
        dialog.open()

    def _choose_policy(self, policy: LicencePolicy) -> None:
        self.parts.preferences.change(licences=policy)

    def _changed(self, before: Settings, now: Settings) -> None:
        if before.licences is not now.licences:
            self.parts.entrance.refuse_by(now.licences)
        if before.provider is not now.provider:
            self._refresh()

    def _refresh(self) -> None:
        if self.isVisible():
            self.look = None
            self.enter()

    def _survey(self) -> None:
        self.switching.survey()

    def _progressed(self, look: ProgressLook) -> None:
        self.step.setText(look.words)
        self.bar.setRange(0, 0 if look.fraction is None else 1000)
        self.bar.setValue(round((look.fraction or 0) * 1000))
        self.working.show()
        self._allow(busy=True)

    def _ended(self) -> None:
        self.working.hide()
        self._allow(busy=False)
        self._survey()

    def _allow(self, *, busy: bool) -> None:
        for card in (*self.cards, *([self.in_use] if self.in_use is not None else ())):
            card.set_busy(busy)
        for button in (self.from_folder, self.from_zip, self.left.again):
            button.setEnabled(not busy)

    def _focused(self) -> tuple[str, str] | None:
        """Return which deed of which pack has the focus: its card is made anew."""
        for card in self.cards:
            for deed, button in card.buttons.items():
                if button.hasFocus():
                    return card.look.name, deed
        return None

    def _focus_again(self, at: tuple[str, str] | None) -> None:
        for card in self.cards:
            if at is not None and card.look.name == at[0]:
                (card.buttons.get(at[1]) or next(iter(card.buttons.values()))).setFocus()
