"""Asking somebody for consent: a text ready to be sent, to be changed, copied, kept or opened in the e-mail program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from countenance.translations import _
from gui.presenters.exports import mail_address, mail_url, plain_stem
from gui.presenters.looks import Icon
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.pieces import Text, push_button
from gui.views.room import Parts
from reports.asking import ConsentRequest

Save = Callable[[Path, bytes, Callable[[Path], None]], None]


class AskingDialog(PapersDialog):
    """Shows the request; nothing is sent by the program itself."""

    def __init__(self, parts: Parts, request: ConsentRequest, save: Save, parent: QWidget) -> None:
        super().__init__(parts, _("Ask for consent"), Icon.MAIL, parent, width=680, height=640)
        self._save = save
        self.body.addWidget(Text(_("Change it as you like. It is sent by you, not by this program."), muted=True))
        self.to = self._line(_("To"), "")
        self.to.setPlaceholderText(_("E-mail address"))
        self.subject = self._line(_("Subject"), request.subject)
        self.text = QPlainTextEdit(request.text)
        self.text.setAccessibleName(_("Text"))
        self.text.setMinimumHeight(240)
        self.text.setTabChangesFocus(True)
        self.body.addWidget(self.text, 1)
        self.copy = push_button(_("Copy"), Icon.COPY)
        self.copy.clicked.connect(self._copy)
        self.keep = push_button(_("Save as text…"), Icon.SAVE)
        self.keep.clicked.connect(self._save_as)
        close = push_button(_("Close"))
        close.clicked.connect(self.reject)
        self.mail = push_button(_("Open in e-mail"), Icon.MAIL, primary=True)
        self.mail.clicked.connect(self._open_mail)
        self.lay_buttons(self.copy, self.keep, None, close, self.mail)
        self.text.setFocus()

    def address(self, contact: str) -> None:
        """Take the person's contact for the recipient; what is no address is shown with the text instead."""
        found = mail_address(contact)
        if found:
            self.to.setText(found)
        elif contact:
            self.to.setPlaceholderText(contact)

    def _line(self, name: str, words: str) -> QLineEdit:
        label = Text(name, size=0.92, muted=True)
        field = QLineEdit(words)
        field.setAccessibleName(name)
        label.setBuddy(field)
        self.body.addWidget(label)
        self.body.addWidget(field)
        return field

    def _whole(self) -> str:
        return f"{self.subject.text()}\n\n{self.text.toPlainText()}\n"

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole())
        self.copy.setText(" " + _("Copied"))

    def _save_as(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(
            self, _("Save the text"), f"{plain_stem(self.subject.text())}.txt", _("Text (*.txt)")
        )
        if name:
            self._save(Path(name), self._whole().encode("utf-8", "replace"), while_alive(self, self._saved))

    def _saved(self, _path: Path) -> None:
        self.keep.setText(" " + _("Saved"))

    def _open_mail(self) -> None:
        url = mail_url(self.to.text(), self.subject.text(), self.text.toPlainText())
        if not QDesktopServices.openUrl(QUrl(url)):
            self.complain(_("No e-mail program could be opened. Copy the text instead."))
