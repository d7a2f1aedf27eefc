"""The papers of a person: grants on a calendar line and in a list, prohibitions, biometric consents, documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from countenance.people import PersonKind
from countenance.translations import _
from gui.presenters.calendars import terms_of
from gui.presenters.looks import Icon
from gui.presenters.papers import DocumentLook, PaperKind, PaperLook, Papers, PapersLook, read_look, revision_looks
from gui.vault import Change
from gui.views.consent_dialogs import ConsentDialog, WithdrawDialog
from gui.views.grant_editor import GrantEditor
from gui.views.grant_history import HistoryDialog
from gui.views.grant_prohibition import ProhibitionEditor
from gui.views.grant_revoke import RevokeDialog
from gui.views.papers_adding import AddDocumentDialog
from gui.views.papers_calendar import PapersCalendar
from gui.views.papers_cards import DocumentRow, PaperCard, empty_words, section_head
from gui.views.papers_dialog import PapersDialog, clear, hear, while_alive
from gui.views.pieces import Surface, push_button, quiet_button
from gui.views.room import Parts
from gui.views.theme import GRID, theme
from registry import GrantRecord
from scan.evidence import revoke_grant, save_document

EDIT, REVOKE, RESTORE, CONFIRM, HISTORY, PAPER, WITHDRAW = (
    "edit",
    "revoke",
    "restore",
    "confirm",
    "history",
    "paper",
    "withdraw",
)

CARDS_AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """What the button of a part of the page does."""

    words: str
    slot: Callable[[], object]
    primary: bool = False


class PapersPane(QScrollArea):
    """Shows and changes the papers of one person; reads them again whenever the registry was changed.

    Signals:
        shown: the papers were read and are shown.
    """

    shown = Signal()

    def __init__(self, parts: Parts, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts, self.person_id = parts, person_id
        self.papers: Papers | None = None
        self.cards: dict[str, PaperCard] = {}
        self._left_to_lay: list[Callable[[], object]] = []
        self._at = 0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, GRID * 2, GRID * 4)
        self._column.setSpacing(GRID * 3)
        self.calendar = PapersCalendar()
        self.calendar.chosen.connect(self.show_paper)
        self.calendar.opened.connect(lambda key: self._act(EDIT, key))
        self._ground = self._calendar_card()
        self._column.addWidget(self._ground)
        self._parts_of_page = QVBoxLayout()
        self._parts_of_page.setSpacing(GRID * 2)
        self._column.addLayout(self._parts_of_page)
        self._column.addStretch(1)
        self._ground.hide()
        self.setWidget(page)
        hear(self, parts.vault, parts.vault.changed, self.read)
        hear(self, parts.vault, parts.vault.locked, self._forget)
        self.read()

    def read(self) -> None:
        """Read the papers again."""
        self.parts.vault.ask(partial(read_look, person=self.person_id), while_alive(self, self._show))

    def show_person(self, person_id: str) -> None:
        """Show somebody else's papers."""
        self.person_id = person_id
        self._forget()
        self.read()

    def show_paper(self, key: str) -> None:
        """Bring a grant's card into view, by the grant's id."""
        card = self.cards.get(key)
        if card is not None:
            self.calendar.choose(key)
            self.ensureWidgetVisible(card, 0, GRID * 10)

    def add_grant(self) -> GrantEditor | None:
        """Open the editor for a new grant."""
        if self.papers is None:
            return None
        papers = self.papers
        editor = GrantEditor(self.parts, papers.person, papers.today, papers.tz, parent=self.window())
        editor.open_soon()
        return editor

    def _calendar_card(self) -> Surface:
        ground = Surface(theme().surface, theme().line)
        column = QVBoxLayout(ground)
        column.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.addStretch(1)
        for icon, words, slot in (
            (Icon.CALENDAR, _("Go to today (Home)"), self.calendar.go_to_today),
            (Icon.ZOOM_OUT, _("Show more days (−)"), lambda: self.calendar.zoom(1.5)),
            (Icon.ZOOM_IN, _("Show fewer days (+)"), lambda: self.calendar.zoom(1 / 1.5)),
            (Icon.ZOOM_FIT, _("Show everything (0)"), self.calendar.fit),
        ):
            button = quiet_button(icon, words)
            button.clicked.connect(slot)
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.calendar)
        return ground

    def _forget(self) -> None:
        self.papers = None
        self.cards = {}
        self._left_to_lay = []
        clear(self._parts_of_page)
        self.calendar.show_terms((), self.calendar.span.first)
        self._ground.hide()

    def _show(self, look: PapersLook) -> None:
        papers = look.papers
        if papers.person.id != self.person_id and self.papers is not None:
            return
        self._at = self.verticalScrollBar().value()
        self.papers = papers
        self.cards = {}
        clear(self._parts_of_page)
        terms = terms_of(look)
        self.calendar.show_terms(terms, papers.today)
        self._ground.setVisible(bool(terms))
        name = papers.person.display_name
        grants = self._part(
            _("Grants"),
            Offer(_("New grant…"), self.add_grant, primary=True),
            look.grants,
            _("Nothing is permitted yet. Record what {name} agreed to, and clips are judged by it.").format(name=name),
        )
        bans = self._part(
            _("Prohibitions"),
            Offer(_("New prohibition…"), self._add_ban),
            look.bans,
            _("Nothing is forbidden beyond what grants leave out. A prohibition wins over every grant."),
        )
        consents: Sequence[Callable[[], object]] = ()
        if papers.person.kind is not PersonKind.GROUP:
            words = _("Without a biometric consent nobody’s face or voice is kept, and {name} is not recognised.")
            consents = self._part(
                _("Biometric consents"),
                Offer(_("New biometric consent…"), self._add_consent),
                look.consents,
                words.format(name=name),
            )
        documents = self._part(
            _("Documents"),
            Offer(_("Add documents…"), lambda: self._act(PAPER, papers.person.id)),
            look.documents,
            _("Contracts, releases and letters are kept here, encrypted, with what they prove."),
        )
        self._left_to_lay = [*grants, *bans, *consents, *documents]
        self._lay_some()
        self.shown.emit()

    def _lay_some(self) -> None:
        """Lay out some cards, and the others when the window has had its turn: nobody waits for a hundred of them."""
        some, self._left_to_lay = self._left_to_lay[:CARDS_AT_ONCE], self._left_to_lay[CARDS_AT_ONCE:]
        for lay in some:
            lay()
        # The page is laid out anew first.
        then = self._lay_some if self._left_to_lay else self._scroll_back
        QTimer.singleShot(0, self, then)

    def _scroll_back(self) -> None:
        self.verticalScrollBar().setValue(self._at)

    def _part(
        self, title: str, button: Offer, looks: Sequence[PaperLook | DocumentLook], nothing: str
    ) -> list[Callable[[], object]]:
        """Return what lays out a part of the page, piece by piece."""
        lay: list[Callable[[], object]] = [
            lambda: self._parts_of_page.addWidget(section_head(title, _made(button))),
            *(partial(self._lay_look, look) for look in looks),
        ]
        if not looks:
            lay.append(lambda: self._parts_of_page.addWidget(empty_words(nothing)))
        return lay

    def _lay_look(self, look: PaperLook | DocumentLook) -> None:
        if isinstance(look, DocumentLook):
            row = DocumentRow(look)
            row.save_asked.connect(self._save_document)
            self._parts_of_page.addWidget(row)
            return
        card = PaperCard(look)
        if look.kind is PaperKind.GRANT:
            if look.open_for_confirmation:
                card.offer(_("Confirm"), CONFIRM, icon=Icon.CONFIRM, why_not=look.not_confirmable)
            card.offer(_("Edit…"), EDIT, icon=Icon.PEN)
            back = (_("Take back the withdrawal"), RESTORE, "")
            card.offer_more(
                [
                    back if look.withdrawn else (_("Withdraw…"), REVOKE, ""),
                    (_("Add a document…"), PAPER, ""),
                    (_("History…"), HISTORY, ""),
                ]
            )
        elif look.kind is PaperKind.PROHIBITION:
            card.offer(_("Edit…"), EDIT, icon=Icon.PEN)
            card.offer_more([(_("Add a document…"), PAPER, ""), (_("History…"), HISTORY, "")])
        else:
            over = _("It is over already.") if look.withdrawn else ""
            card.offer(_("Withdraw…"), WITHDRAW, icon=Icon.REJECT, why_not=over)
            card.offer_more([(_("Add a document…"), PAPER, "")])
        self._add(card)

    def _add(self, card: PaperCard) -> None:
        card.acted.connect(self._act)
        self.cards[card.look.id] = card
        self._parts_of_page.addWidget(card)

    def _act(self, act: str, key: str) -> None:
        papers = self.papers
        if papers is None:
            return
        grants = {revisions[-1].grant.id: revisions for revisions in papers.grants}
        bans = {revisions[-1].prohibition.id: revisions for revisions in papers.bans}
        consents = {one.id: one for one in papers.consents}
        window = self.window()
        dialog: PapersDialog | None = None
        if act == PAPER:
            giver = grants[key][-1].grant.person if key in grants else papers.person.id
            dialog = AddDocumentDialog(self.parts, giver, key, window)
        elif act == WITHDRAW and key in consents:
            dialog = WithdrawDialog(self.parts, consents[key], papers.person, papers.today, window)
        elif key in grants:
            dialog = self._act_on_grant(act, grants[key], papers)
        elif key in bans:
            giver_of = papers.givers[bans[key][-1].prohibition.person]
            if act == HISTORY:
                dialog = HistoryDialog(self.parts, revision_looks(bans[key], giver_of), window)
            else:
                record = bans[key][-1]
                dialog = ProhibitionEditor(self.parts, giver_of, papers.today, papers.tz, record=record, parent=window)
        if dialog is not None:
            dialog.open_soon()

    def _act_on_grant(self, act: str, revisions: tuple[GrantRecord, ...], papers: Papers) -> PapersDialog | None:
        record = revisions[-1]
        grant, giver, window = record.grant, papers.givers[record.grant.person], self.window()
        if act == HISTORY:
            return HistoryDialog(self.parts, revision_looks(revisions, giver), window)
        if act == REVOKE:
            return RevokeDialog(self.parts, grant, self.cards[grant.id].look.sentence, papers.today, window)
        if act == RESTORE:
            before = grant.revoked
            self.parts.vault.change(
                Change(
                    work=lambda opened: revoke_grant(opened, grant.id, None, ()),
                    words=_("The withdrawal of a grant was taken back."),
                    undo=lambda opened, _kept: revoke_grant(opened, grant.id, before, ()),
                )
            )
            return None
        if act == CONFIRM:
            self.parts.vault.change(
                Change(work=lambda opened: opened.confirm_grant(grant.id), words=_("A grant was confirmed."))
            )
            return None
        held = self.cards[grant.id].look.documents
        return GrantEditor(self.parts, giver, papers.today, papers.tz, record=record, documents=held, parent=window)

    def _add_ban(self) -> None:
        if self.papers is not None:
            papers = self.papers
            ProhibitionEditor(self.parts, papers.person, papers.today, papers.tz, parent=self.window()).open_soon()

    def _add_consent(self) -> None:
        if self.papers is not None:
            ConsentDialog(self.parts, self.papers.person, self.papers.today, self.window()).open_soon()

    def _save_document(self, document: str) -> None:
        """Let the user name a place, and write a copy there: nothing is opened from a temporary folder."""
        if self.papers is None:
            return
        name = next(one.file_name for one in self.papers.documents if one.id == document)
        chosen, _filter = QFileDialog.getSaveFileName(
            self, _("Save a copy of the document"), name, options=QFileDialog.Option.DontConfirmOverwrite
        )
        if chosen:
            work = partial(save_document, document=document, path=Path(chosen))
            words = _("A copy of the document was saved. No erasure reaches it there.")
            self.parts.vault.change(Change(work=work, words=words))


def _made(offer: Offer) -> QPushButton:
    button = push_button(offer.words, Icon.ADD, primary=offer.primary)
    button.clicked.connect(lambda _checked=False: offer.slot())
    return button
