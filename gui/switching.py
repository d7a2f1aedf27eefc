"""Using other models from now on: everybody is enrolled again first, and nobody is lost unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from countenance.errors import CancelledError, CountenanceError, RegistryError
from countenance.packs import PackCard
from countenance.people import Person
from countenance.translations import _, ngettext
from countenance.work import CancelToken, ProgressHook
from gui.desk import Desk
from gui.entrance import Entrance
from gui.equipping import Equipping
from gui.presenters.progress import renewing_look
from gui.vault import Change, Vault
from models import combine, load_pack, verify
from models.selftest import known_pair_of
from registry import Registry, Retired
from reports.wording import format_count
from scan.licensing import require_allowed
from scan.reenrolment import Plan, Renewed, plan, renew, retire
from scan.worker import DetectorWorker

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What a change of models means, before it is made.

    Attributes:
        name: of the pack that would be in use.
        card: of that pack.
        planned: for the open registry; None where none is open.
        lost: people who would not be recognised any more.
        again: whether it is in use already, and only people are enrolled again.
    """

    name: str
    card: PackCard
    planned: Plan | None
    lost: tuple[Person, ...] = ()
    again: bool = False


class Switching(QObject):
    """Changes the models in use; lives on the window's thread, and outlives its room.

    Signals:
        asked: `Switch`, to be confirmed with `switch`.
        surveyed: how many people of the open registry are enrolled with other models only, and could be again.
    """

    asked = Signal(object)
    surveyed = Signal(int)

    def __init__(self, equipping: Equipping, desk: Desk, vault: Vault, entrance: Entrance) -> None:
        super().__init__(equipping)
        self._equipping, self._desk, self._vault, self._entrance = equipping, desk, vault, entrance
        self._waits = False
        vault.locked.connect(self._locked)

    def consider(self, name: str) -> None:
        """Find out what using a pack would mean; `asked` follows."""
        if self._entrance.can_unlock:
            self._vault.failed.emit(
                RegistryError(
                    _("The registry is locked: its people are enrolled again with the new models."),
                    remedy=_("Unlock it first, then change the models."),
                )
            )
        elif self._equipping.begin(_("Looking at what would change…")):
            current = self._entrance.opening.pack
            self._equipping.do(partial(_card_of, current, name, self._equipping.store), self._consider)

    def enrol_again(self) -> None:
        """Enrol again, with the models in use, whoever is not; `asked` follows."""
        self.consider(self._entrance.opening.pack)

    def survey(self) -> None:
        """Count the people of the open registry who could be enrolled again with the models in use."""
        card = self._desk.card
        settled = card is not None and card.name == self._entrance.opening.pack
        if card is not None and settled and self._vault.is_open and not self._equipping.is_busy:
            self._vault.ask(lambda opened: len(plan(opened, card, card).people), self.surveyed.emit)
        else:
            self.surveyed.emit(0)

    def switch(self, wanted: Switch) -> None:
        """Enrol everybody again with the new models, then use them; stopped before, the old ones stay in use."""
        if not self._equipping.begin(_("Enrolling again with “{pack}”…").format(pack=wanted.name)):
            return
        if wanted.planned is None or not self._vault.is_open:
            self._use(wanted, None)
            return
        self._ask(lambda opened: opened, partial(self._renew, wanted, wanted.planned))

    def _consider(self, found: tuple[str, PackCard]) -> None:
        name, card = found
        again = name == self._entrance.opening.pack
        try:
            require_allowed(card, self._equipping.preferences.settings.licences)
        except CountenanceError as error:
            self._equipping.fail(error)
            return
        if not self._vault.is_open:
            self._considered(Switch(name=name, card=card, planned=None, again=again))
            return
        self._ask(partial(planned_switch, self._desk.card, name, card, again=again), self._considered)

    def _considered(self, wanted: Switch) -> None:
        self._equipping.end("")
        self._equipping.ask(partial(self.asked.emit, wanted))

    def _renew(self, wanted: Switch, planned: Plan, opened: Registry) -> None:
        store, threads = self._equipping.store, self._equipping.preferences.settings.threads

        def work(worker: DetectorWorker, show: ProgressHook, cancel: CancelToken) -> Renewed:
            provider = self._equipping.provider
            return renew(
                opened,
                planned,
                wanted.card,
                worker,
                models=store,
                on_progress=show,
                cancel=cancel,
                pair=known_pair_of(wanted.name, store, provider),
                threads=threads,
                provider=provider,
            )

        self._equipping.detect(work, partial(self._use, wanted), renewing_look, self._not_renewed)

    def _not_renewed(self, error: CountenanceError) -> None:
        if isinstance(error, CancelledError):
            self._equipping.end(
                _("Stopped: “{pack}” stays in use; what was enrolled again is kept.").format(
                    pack=self._entrance.opening.pack
                )
            )
        else:
            self._equipping.fail(error)

    def _use(self, wanted: Switch, renewed: Renewed | None) -> None:
        agreed = {person.id for person in wanted.lost}
        if renewed is not None and not renewed.lost_people <= agreed:
            # More people than were told of: it is asked again, and what was made stays.
            self._equipping.end("")
            self.consider(wanted.name)
            return
        self._equipping.preferences.change(pack=wanted.name)
        self._entrance.use_pack(wanted.name)
        told = "" if wanted.again else _("“{pack}” is in use from now on.").format(pack=wanted.name)
        if renewed is None or not self._vault.is_open:
            self._finish(told)
            return
        if renewed.samples:
            count = ngettext(
                "{count} sample was enrolled again.", "{count} samples were enrolled again.", renewed.samples
            )
            told = f"{told} {count.format(count=format_count(renewed.samples))}".strip()
        refused = sum(len(people) for people in renewed.refused.values())
        if refused:
            count = ngettext(
                "Of {count} person no template could be made of something kept; what the old models made of it stays.",
                "Of {count} people no template could be made of something kept; what the old models made of it stays.",
                refused,
            )
            told = f"{told} {count.format(count=format_count(refused))}".strip()
        self._retire(wanted, told)

    def _retire(self, wanted: Switch, told: str) -> None:
        def show(step: str, done: float, total: float) -> None:
            self._equipping.show_from_lane(renewing_look(step, done, total))

        def not_retired(error: CountenanceError) -> None:
            self._waits = False
            if isinstance(error, CancelledError):
                self._finish(
                    _("Stopped: “{pack}” is in use, but not all old templates are removed.").format(pack=wanted.name)
                )
            else:
                self._equipping.fail(error)
                self._equipping.stocked.emit()

        def retired(_gone: Retired) -> None:
            self._waits = False
            self._finish(told)

        cancel = CancelToken() if self._equipping.cancel.cancelled else self._equipping.cancel
        self._waits = True
        clear = Change(work=partial(retire, card=wanted.card, on_progress=show, cancel=cancel))
        self._vault.change(clear, retired, not_retired)

    def _finish(self, told: str) -> None:
        self._equipping.end(told)
        self._equipping.stocked.emit()

    def _ask(self, query: Callable[[Registry], T], on_done: Callable[[T], None]) -> None:
        # A registry that is locked meanwhile answers nothing any more.
        self._waits = True

        def done(what: T) -> None:
            self._waits = False
            on_done(what)

        def failed(error: CountenanceError) -> None:
            self._waits = False
            self._equipping.fail(error)

        self._vault.ask(query, done, failed)

    def _locked(self) -> None:
        if self._waits:
            self._waits = False
            self._equipping.end("")
            self._equipping.stocked.emit()


def switching_of(equipping: Equipping, desk: Desk, vault: Vault, entrance: Entrance) -> Switching:
    """Return what changes the models of a window, made when it is first asked for."""
    return equipping.findChild(Switching) or Switching(equipping, desk, vault, entrance)


def planned_switch(
    old: PackCard | None, name: str, card: PackCard, registry: Registry, *, again: bool = False
) -> Switch:
    """Return what using a pack in place of another means for a registry; in the vault's lane."""
    planned = plan(registry, old, card)
    return Switch(name=name, card=card, planned=planned, lost=registry.people(sorted(planned.lost)), again=again)


def _card_of(current: str, chosen: str, store: Path) -> tuple[str, PackCard]:
    name = combine(current, chosen, store)
    verify(name, store)
    return name, load_pack(name, store)
