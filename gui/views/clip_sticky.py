"""A place beside a long column whose content stays in view while the column scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Sticky(QWidget):
    """Holds one widget at its natural height; where there is more room, the widget follows the view."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self._offset = 0
        content.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def follow(self, hidden: int) -> None:
        """Put the content below what is scrolled out of view: so many pixels of this place are hidden at its top."""
        self._offset = hidden
        self._settle()

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Return that a wider content may be a higher one."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Return the content's natural height."""
        content = self._content
        natural = content.heightForWidth(width) if content.hasHeightForWidth() else content.sizeHint().height()
        return max(natural, content.minimumSizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the content's."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the content's."""
        return self._content.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Place the content anew."""
        super().resizeEvent(event)
        self._settle()

    def event(self, event: QEvent) -> bool:
        """Take note where the content wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._settle()
        return super().event(event)

    def _settle(self) -> None:
        height = min(self.heightForWidth(self.width()), self.height())
        top = max(0, min(self._offset, self.height() - height))
        self._content.setGeometry(0, top, self.width(), height)
