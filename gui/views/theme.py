"""Colours, spacing and the style of controls, in light and in dark; one grid of 4 px throughout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from gui.presenters.looks import Tone

GRID = 4
GAP = 3 * GRID
MARGIN = 6 * GRID
RADIUS = 10


@dataclass(frozen=True, slots=True)
class TonePair:
    """A tone's colour for text and icons, and its pale ground; contrast of at least 4.5 to 1."""

    ink: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """All colours of one appearance."""

    name: str
    window: str
    surface: str
    sunken: str
    line: str
    handle: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    selected: str
    tones: dict[Tone, TonePair]


LIGHT = Theme(
    name="light",
    window="#F5F6F8",
    surface="#FFFFFF",
    sunken="#ECEEF2",
    line="#DDE1E7",
    handle="#BBC2CD",
    text="#1A1E26",
    muted="#5B6472",
    accent="#3557D6",
    accent_hover="#2A47B8",
    on_accent="#FFFFFF",
    selected="#E4EAFD",
    tones={
        Tone.BLOCKED: TonePair("#B3261E", "#FCEBE9"),
        Tone.REVIEW: TonePair("#855300", "#FFF3DA"),
        Tone.PERMITTED: TonePair("#1B6B3A", "#E4F5EA"),
        Tone.NEUTRAL: TonePair("#465062", "#ECEFF4"),
        Tone.PROBLEM: TonePair("#7A3E8E", "#F6ECF9"),
    },
)

DARK = Theme(
    name="dark",
    window="#15181D",
    surface="#1D2128",
    sunken="#262B34",
    line="#313742",
    handle="#4A5260",
    text="#E9ECF1",
    muted="#9DA6B5",
    accent="#7F9BFF",
    accent_hover="#9DB3FF",
    on_accent="#10141F",
    selected="#2A3354",
    tones={
        Tone.BLOCKED: TonePair("#FF8F86", "#3C1F1F"),
        Tone.REVIEW: TonePair("#F3C262", "#372C15"),
        Tone.PERMITTED: TonePair("#82D8A3", "#183324"),
        Tone.NEUTRAL: TonePair("#B9C2D0", "#282E38"),
        Tone.PROBLEM: TonePair("#DDA8EE", "#342138"),
    },
)


def is_dark(app: QApplication) -> bool:
    """Return whether the system asks for a dark appearance."""
    scheme = app.styleHints().colorScheme()
    if scheme is Qt.ColorScheme.Unknown:
        return app.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return scheme is Qt.ColorScheme.Dark


def theme() -> Theme:
    """Return the colours in force, from the application's palette."""
    return DARK if QApplication.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window else LIGHT


def wear(app: QApplication, chosen: Theme) -> None:
    """Put a theme in force for the whole application."""
    app.setStyle("Fusion")
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: chosen.window,
        QPalette.ColorRole.WindowText: chosen.text,
        QPalette.ColorRole.Base: chosen.surface,
        QPalette.ColorRole.AlternateBase: chosen.sunken,
        QPalette.ColorRole.Text: chosen.text,
        QPalette.ColorRole.Button: chosen.surface,
        QPalette.ColorRole.ButtonText: chosen.text,
        QPalette.ColorRole.Highlight: chosen.accent,
        QPalette.ColorRole.HighlightedText: chosen.on_accent,
        QPalette.ColorRole.ToolTipBase: chosen.surface,
        QPalette.ColorRole.ToolTipText: chosen.text,
        QPalette.ColorRole.PlaceholderText: chosen.muted,
        QPalette.ColorRole.Link: chosen.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.muted))
    app.setPalette(palette)
    app.setStyleSheet(_style(chosen))


def sized(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """Return a font `factor` times as large, semi-bold if asked."""
    larger = QFont(font)
    larger.setPointSizeF(font.pointSizeF() * factor)
    if bold:
        larger.setWeight(QFont.Weight.DemiBold)
    return larger


def _style(t: Theme) -> str:
    # A style sheet takes pictures from files alone, not from the icons painted in any colour.
    drawn = Path(__file__).parent.parent / "icons"
    chevron, tick = ((drawn / f"{what}-{t.name}.svg").as_posix() for what in ("chevron", "tick"))
    return _buttons(t, chevron) + _small_buttons(t) + _fields(t, chevron, tick) + _grounds(t)


def _buttons(t: Theme, chevron: str) -> str:
    return f"""
    QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; padding: 4px 6px; }}
    QMenuBar {{ background: {t.window}; color: {t.text}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 4px 10px; border-radius: 6px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.sunken}; }}
    QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; padding: 6px; }}
    QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {t.selected}; }}
    QMenu::item:disabled {{ color: {t.muted}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 6px 8px; }}
    QMenu::indicator {{ width: 16px; height: 16px; margin-left: 8px; }}
    QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
        border-radius: 8px; padding: 7px 14px; }}
    QPushButton:hover {{ background: {t.sunken}; }}
    QPushButton:pressed {{ background: {t.line}; }}
    QPushButton:focus {{ border: 1px solid {t.accent}; }}
    QPushButton:disabled {{ color: {t.muted}; background: {t.window}; }}
    QPushButton#primary {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent};
        font-weight: 600; padding: 8px 18px; }}
    QPushButton#primary:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
    QPushButton#primary:focus {{ border: 2px solid {t.text}; padding: 7px 17px; }}
    QPushButton#primary:disabled {{ background: {t.sunken}; color: {t.muted}; border-color: {t.sunken}; }}
    QPushButton::menu-indicator {{ image: url("{chevron}"); width: 14px; height: 14px; right: 8px;
        subcontrol-origin: padding; subcontrol-position: right center; }}
    QPushButton#menu {{ padding-right: 30px; }}
    QPushButton#field {{ text-align: left; padding: 6px 30px 6px 10px; }}
    """


def _small_buttons(t: Theme) -> str:
    return f"""
    QPushButton#player {{ padding: 5px 8px; }}
    QPushButton#link {{ background: transparent; border: 1px solid transparent; color: {t.accent};
        padding: 5px 8px; text-align: left; }}
    QPushButton#link:hover {{ background: {t.sunken}; }}
    QPushButton#link:focus {{ border: 1px solid {t.accent}; }}
    QPushButton#link:disabled {{ color: {t.muted}; }}
    QPushButton#chip {{ background: {t.sunken}; border: 1px solid {t.sunken}; border-radius: 12px; padding: 3px 10px; }}
    QPushButton#chip:hover {{ border: 1px solid {t.muted}; }}
    QPushButton#chip:focus {{ border: 1px solid {t.accent}; }}
    QPushButton#segment {{ padding: 6px 12px; }}
    QPushButton#segment:checked {{ background: {t.selected}; border: 1px solid {t.accent}; }}
    QPushButton#segment:focus {{ border: 2px solid {t.accent}; padding: 5px 11px; }}
    QToolButton#quiet {{ background: transparent; border: none; border-radius: 6px; padding: 4px; }}
    QToolButton#quiet:hover {{ background: {t.sunken}; }}
    QToolButton#quiet:focus {{ border: 1px solid {t.accent}; }}
    QWidget#rail {{ background: {t.surface}; border-right: 1px solid {t.line}; }}
    QToolButton#rail {{ background: transparent; color: {t.text}; border: 1px solid transparent; border-radius: 10px;
        padding: 8px 2px; }}
    QToolButton#rail:hover {{ background: {t.sunken}; }}
    QToolButton#rail:checked {{ background: {t.selected}; }}
    QToolButton#rail:focus {{ border: 1px solid {t.accent}; }}
    QToolButton#rail:disabled {{ color: {t.muted}; }}
    QToolButton#section {{ background: transparent; color: {t.text}; border: 1px solid transparent; border-radius: 8px;
        padding: 7px 8px; text-align: left; }}
    QToolButton#section:hover {{ background: {t.sunken}; }}
    QToolButton#section:checked {{ background: {t.selected}; font-weight: 600; }}
    QToolButton#section:focus {{ border: 1px solid {t.accent}; }}
    """


def _fields(t: Theme, chevron: str, tick: str) -> str:
    return f"""
    QComboBox::down-arrow {{ image: url("{chevron}"); width: 14px; height: 14px; }}
    QCheckBox::indicator, QRadioButton::indicator {{ background: {t.surface}; border: 1px solid {t.muted}; width: 16px;
        height: 16px; border-radius: 4px; }}
    QRadioButton::indicator {{ border-radius: 9px; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: url("{tick}"); }}
    QRadioButton::indicator:checked {{ background: {t.on_accent}; border: 5px solid {t.accent}; width: 8px;
        height: 8px; }}
    QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {t.accent}; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {t.line};
        background: {t.sunken}; }}
    QSlider::groove:horizontal {{ background: {t.sunken}; border-radius: 3px; height: 6px; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 3px; }}
    QSlider::handle:horizontal {{ background: {t.surface}; border: 2px solid {t.accent}; border-radius: 9px;
        width: 14px; height: 14px; margin: -6px 0; }}
    QSlider::handle:horizontal:focus {{ background: {t.accent}; }}
    QCheckBox {{ spacing: 8px; }}
    QLineEdit, QComboBox, QDateEdit, QSpinBox, QPlainTextEdit {{ background: {t.surface}; color: {t.text};
        border: 1px solid {t.line}; border-radius: 8px; padding: 6px 10px; selection-background-color: {t.accent};
        selection-color: {t.on_accent}; }}
    QDateEdit, QSpinBox, QPlainTextEdit {{ padding: 5px 8px; }}
    QLineEdit:focus, QComboBox:focus, QDateEdit:focus, QSpinBox:focus, QPlainTextEdit:focus {{
        border: 1px solid {t.accent}; }}
    QLineEdit:disabled, QComboBox:disabled, QDateEdit:disabled, QSpinBox:disabled {{ color: {t.muted};
        background: {t.window}; }}
    QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 26px; }}
    QDateEdit::down-arrow {{ image: url("{chevron}"); width: 14px; height: 14px; }}
    QComboBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
    QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
        selection-background-color: {t.selected}; selection-color: {t.text}; outline: none; }}
    QProgressBar {{ background: {t.sunken}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    """


def _grounds(t: Theme) -> str:
    # What scrolls is no stop of its own for the keyboard: Page Down goes to it from whatever has the focus inside.
    # Pages of nothing but words are one, for nothing inside them is.
    return f"""
    QCalendarWidget QWidget {{ background: {t.surface}; alternate-background-color: {t.sunken}; color: {t.text}; }}
    QCalendarWidget QAbstractItemView {{ selection-background-color: {t.accent}; selection-color: {t.on_accent};
        outline: none; }}
    QCalendarWidget QToolButton {{ border: none; border-radius: 6px; padding: 4px 8px; font-weight: 600; }}
    QCalendarWidget QToolButton:hover {{ background: {t.sunken}; }}
    QScrollArea {{ border: none; background: {t.window}; qproperty-focusPolicy: NoFocus; }}
    QScrollArea#clear, QScrollArea#clear > QWidget > QWidget {{ background: transparent; }}
    QScrollArea#reading {{ border: 1px solid transparent; border-radius: 6px; qproperty-focusPolicy: StrongFocus; }}
    QScrollArea#reading:focus {{ border: 1px solid {t.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
    QScrollBar::handle {{ background: {t.handle}; border-radius: 4px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; height: 0; width: 0; }}
    QListView {{ background: {t.window}; border: none; outline: none; }}
    QSplitter::handle {{ background: {t.line}; }}
    """
