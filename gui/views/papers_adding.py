"""Papers added later to what they prove: a grant, a prohibition, a biometric consent, or the person."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from countenance.errors import CountenanceError
from countenance.translations import _
from gui.presenters.looks import Icon
from gui.vault import Change
from gui.views.papers_dialog import PapersDialog, while_alive
from gui.views.papers_documents import DocumentsField, read_chosen
from gui.views.pieces import push_button
from gui.views.room import Parts
from registry import DocumentKind, Registry


class AddDocumentDialog(PapersDialog):
    """Keeps papers with one record."""

    def __init__(self, parts: Parts, person: str, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(parts, _("Add documents"), Icon.DOCUMENT, parent, width=560, height=380)
        self._person, self._subject = person, subject
        self.documents = DocumentsField(DocumentKind.CONTRACT, _("Drop papers here, or choose them."))
        self.body.addWidget(self.documents)
        self.body.addStretch(1)
        cancel = push_button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = push_button(_("Keep them"), Icon.SAVE, primary=True)
        self.save.setEnabled(False)
        self.save.setToolTip(_("Choose a paper first"))
        self.save.clicked.connect(self._save)
        self.lay_buttons(cancel, None, self.save)
        self.documents.changed.connect(self._allow)

    def _allow(self) -> None:
        some = bool(self.documents.chosen())
        self.save.setEnabled(some)
        self.save.setToolTip("" if some else _("Choose a paper first"))

    def _save(self) -> None:
        person, subject, chosen = self._person, self._subject, self.documents.chosen()

        def work(opened: Registry) -> int:
            papers = read_chosen(chosen)
            with opened.together():
                for paper in papers:
                    opened.documents.add(person, subject, paper.kind, paper.file_name, paper.content)
            return len(papers)

        self.save.setEnabled(False)
        change = Change(work=work, words=_("Documents were added."))
        self.parts.vault.change(change, while_alive(self, self._done), while_alive(self, self._refused))

    def _done(self, _count: int) -> None:
        self.accept()

    def _refused(self, error: CountenanceError) -> None:
        self.save.setEnabled(True)
        self.complain(error)
