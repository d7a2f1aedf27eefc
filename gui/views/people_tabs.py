"""Tabs as the room shows them: words with an icon, a line under the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTabBar

from gui.presenters.looks import Icon
from gui.views import icons
from gui.views.theme import theme


class Tabs(QTabBar):
    """A row of tabs."""

    def __init__(self, spoken: str) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(spoken)
        t = theme()
        self.setStyleSheet(
            f"QTabBar {{ background: transparent; }}"
            f"QTabBar::tab {{ background: transparent; color: {t.muted}; border: none; padding: 7px 14px 7px 10px;"
            f" margin-right: 4px; border-bottom: 2px solid transparent; }}"
            f"QTabBar::tab:hover {{ color: {t.text}; background: {t.sunken}; border-top-left-radius: 8px;"
            f" border-top-right-radius: 8px; }}"
            f"QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}"
            f"QTabBar::tab:focus {{ color: {t.accent}; }}"
        )

    def add(self, words: str, icon: Icon) -> None:
        """Add a tab at the end."""
        self.addTab(icons.icon(icon, theme().muted), words)
