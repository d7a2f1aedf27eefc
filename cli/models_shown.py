"""What `countenance models list` shows: packs with their models, models with their licences, and footnotes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from cli.output import printable
from cli.session import Session
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _
from models.inventory import InstallState, ModelFacts, PackFacts
from reports.wording import format_bytes

FOOTNOTES = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def show_inventory(session: Session, packs: Sequence[PackFacts], models: Sequence[ModelFacts]) -> None:
    """Write the tables of packs and of models, and their footnotes."""
    notes = _Notes()
    shown = _table((_("Pack"), _("State"), _("Size"), _("Licence"), _("Commercial")), folded=(0, 3))
    for pack in packs:
        licence = ", ".join(pack.licences) + notes.unverified(verified=pack.licence_verified)
        cells = (_pack_state(pack), size_words(pack.size_bytes), licence, use_words(pack.commercial_use))
        # The models beneath the name: a column of their own would leave nothing of 80.
        beneath = Padding(printable(" + ".join(pack.models)), (0, 0, 0, 2))
        shown.add_row(Group(printable(pack.name), beneath), *map(printable, cells))
    session.console().print(shown)
    session.say("")
    shown = _table((_("Model"), _("Task"), _("State"), _("Size"), _("Licence"), _("Commercial")), folded=(0, 4))
    for item in models:
        shown.add_row(
            printable(item.name + notes.of(item.note)),
            printable(task_words(item.task)),
            printable(state_words(item.state)),
            printable(size_words(item.size_bytes)),
            printable(item.licence_weights + notes.unverified(verified=item.licence_verified)),
            printable(use_words(item.commercial_use)),
        )
    session.console().print(shown)
    for line in notes.lines():
        session.say(line)


def state_words(state: InstallState) -> str:
    """Return whether a model can be used, in a word."""
    return {
        InstallState.INSTALLED: _("installed"),
        InstallState.DAMAGED: _("damaged"),
        InstallState.MISSING: _("missing"),
    }[state]


def task_words(task: ModelTask) -> str:
    """Return what a model does, in two words."""
    return {
        ModelTask.FACE_DETECTOR: _("finds faces"),
        ModelTask.FACE_EMBEDDER: _("knows faces"),
        ModelTask.VOICE_ACTIVITY: _("finds speech"),
        ModelTask.VOICE_EMBEDDER: _("knows voices"),
    }[task]


def use_words(use: CommercialUse) -> str:
    """Return whether commercial use is allowed, in a word."""
    return {
        CommercialUse.YES: _("yes"),
        CommercialUse.NO: _("no"),
        CommercialUse.UNSETTLED: _("unsettled"),
    }[use]


def size_words(size_bytes: int) -> str:
    """Return a size; a question mark where nobody here knows it."""
    return format_bytes(size_bytes) if size_bytes else "?"


class _Notes:
    """Footnotes, numbered as they come."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def of(self, text: str) -> str:
        """Return the mark of a footnote; nothing where there is no text."""
        if not text:
            return ""
        if text not in self._texts:
            self._texts.append(text)
        return _mark(self._texts.index(text) + 1)

    def unverified(self, *, verified: bool) -> str:
        return "" if verified else self.of(_("Nobody of us has verified this licence at its publisher’s."))

    def lines(self) -> list[str]:
        return [f"{_mark(number)} {text}" for number, text in enumerate(self._texts, start=1)]


def _mark(number: int) -> str:
    return "".join(FOOTNOTES[int(digit)] for digit in str(number))


def _pack_state(pack: PackFacts) -> str:
    if pack.state is InstallState.MISSING and pack.installed:
        return _("{count} of {total}").format(count=pack.installed, total=len(pack.models))
    return state_words(pack.state)


def _table(titles: Sequence[str], folded: Sequence[int]) -> Table:
    """Return an empty table, in which only some columns may be broken into lines."""
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="bold")
    for at, title in enumerate(titles):
        table.add_column(title, overflow="fold", no_wrap=at not in folded)
    return table
