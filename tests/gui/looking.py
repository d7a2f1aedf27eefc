"""Looks at pages as a person would who sees them, or who has them read out: nothing cut off, nothing without a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from gui.views.pieces import Elided

SLACK_PX = 1
"""Sizes in points are rounded to pixels here and there."""


def cut_off(page: QWidget) -> list[str]:
    """Return what is shown on a page with less room than its words need; lines that shorten themselves are left out."""
    return [
        f"{type(widget).__name__} “{words[:60]}”: {_short(had, needs)}"
        for widget in _shown(page)
        if (words := _words(widget)) and (needs := _needs(widget)) is not None and _short(had := widget.size(), needs)
    ]


def squeezed(page: QWidget) -> list[str]:
    """Return what a page has laid out beyond the edge of what holds it, and nothing scrolls to."""
    found = []
    for widget in _shown(page):
        parent = widget.parentWidget()
        if parent is None or widget is page or widget.isWindow() or isinstance(parent, (QScrollArea, QMainWindow)):
            continue
        if parent.objectName() in ("qt_scrollarea_viewport", "qt_scrollarea_vcontainer"):
            continue
        room = parent.rect().adjusted(-SLACK_PX, -SLACK_PX, SLACK_PX, SLACK_PX)
        if not room.contains(widget.geometry()) and not widget.size().isEmpty():
            found.append(f"{_told(widget)} at {_rectangle(widget.geometry())} of {_rectangle(parent.rect())}")
    return found


def unnamed(page: QWidget) -> list[str]:
    """Return what can have the focus on a page and tells nobody what it is."""
    return [
        f"{type(widget).__name__} in {_house(widget)}"
        for widget in _shown(page)
        if takes_focus(widget) and not _spoken(widget)
    ]


def takes_focus(widget: QWidget) -> bool:
    """Return whether the keyboard can come to a widget of the program's own; Qt's inner parts belong to theirs."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus != Qt.FocusPolicy.TabFocus:
        return False
    if isinstance(widget, (QMenuBar, QMenu, QScrollBar, QSplitterHandle, QStackedWidget)) or widget.isWindow():
        return False
    parent = widget.parentWidget()
    inner = isinstance(widget, QLineEdit) and isinstance(parent, (QComboBox, QAbstractSpinBox))
    # The list that opens below a box, and Qt's calendar, are told by the box.
    below = any(isinstance(above, QComboBox) or "Calendar" in type(above).__name__ for above in _above(widget))
    return not inner and not below


def shared_keys(window: QWidget) -> list[str]:
    """Return keys that more than one thing would answer to at this moment: Qt then does neither."""
    keys: Counter[str] = Counter()
    for action in _live_actions(window):
        keys.update({_plain(one) for one in action.shortcuts()})
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if shortcut.isEnabled() and not (isinstance(owner, QWidget) and not owner.isVisible()):
            keys.update(set(map(_plain, shortcut.keys())))
    return sorted(key for key, count in keys.items() if count > 1 and key)


def live_keys(window: QWidget) -> set[str]:
    """Return every key that something in a window answers to at this moment."""
    keys = {_plain(one) for action in _live_actions(window) for one in action.shortcuts()}
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if not (isinstance(owner, QWidget) and not owner.isVisible()):
            keys |= set(map(_plain, shortcut.keys()))
    return keys - {""}


def _live_actions(window: QWidget) -> list[QAction]:
    found = []
    for action in window.findChildren(QAction):
        homes = [home for home in action.associatedObjects() if isinstance(home, QWidget)]
        # A menu's actions are heard while its menu is enabled; a widget's own while the widget is shown.
        heard = [home.isEnabled() if isinstance(home, QMenu) else home.isVisible() for home in homes]
        if action.shortcuts() and any(heard):
            found.append(action)
    return found


def _plain(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.PortableText)


def _shown(page: QWidget) -> Iterable[QWidget]:
    return (widget for widget in page.findChildren(QWidget) if widget.isVisible())


def _words(widget: QWidget) -> str:
    if isinstance(widget, Elided):
        return ""
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    return ""


def _needs(widget: QWidget) -> QSize | None:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
        return None
    hint = widget.sizeHint()
    if isinstance(widget, QComboBox):
        # As wide as its longest choice by nature; what is chosen is what must be read.
        others = max(widget.fontMetrics().horizontalAdvance(widget.itemText(row)) for row in range(widget.count()))
        chosen = widget.fontMetrics().horizontalAdvance(widget.currentText())
        return QSize(hint.width() - max(0, others - chosen), 0)
    if isinstance(widget, QAbstractButton):
        return widget.minimumSizeHint() if isinstance(widget, QToolButton) else hint
    return hint


def _short(had: QSize, needs: QSize) -> str:
    lacks = []
    if needs.width() > had.width() + SLACK_PX:
        lacks.append(f"{had.width()} of {needs.width()} px wide")
    if needs.height() > had.height() + SLACK_PX:
        lacks.append(f"{had.height()} of {needs.height()} px high")
    return ", ".join(lacks)


def _spoken(widget: QWidget) -> str:
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text()
    # A label whose buddy it is speaks for it.
    window = widget.window()
    return next((label.text() for label in window.findChildren(QLabel) if label.buddy() is widget), "")


def _above(widget: QWidget) -> Iterable[QWidget]:
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()


def _told(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{(_words(widget) or widget.accessibleName())[:60]}” in {_house(widget)}"


def _house(widget: QWidget) -> str:
    above = (type(one).__name__ for one in _above(widget) if not type(one).__name__.startswith("Q"))
    return next(above, "nothing")


def _rectangle(of: QRect) -> str:
    return f"{of.x()},{of.y()} {of.width()}×{of.height()}"
