"""Whether a window speaks the language that it is told to: each text to be seen or heard, and what is foreign in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

import models
from gui.views.pieces import BREAK_HERE

ROWS_READ = 30
"""Rows of a list that are read; the others are made as these are."""

# What is called the same in every language: the program, keys, formats, units, models and their licences, brands.
_SAME_EVERYWHERE = """
    Countenance English
    Ctrl Shift Alt Meta Tab Esc Enter Return Space Home End Del Delete Ins Backspace PgUp PgDown
    MP MPEG MOV WebM HTML JSON zip CSV PDF JPEG PNG TIFF WAV FLAC SHA SQLCipher TOML ID IANA UTC GMT AI CPU GPU AAC
    CET EET EST HST MET MST PRC ROC ROK UCT WET
    kB MB GB kHz Hz px dB fps
    starter recommended yunet retail mtcnn resnet dlib silero vad ge WeSpeaker InsightFace ONNX CPUExecutionProvider
    MIT Apache BSD BSL CC BY NC SA WIDER FACE LibriSpeech VoxCeleb
    TikTok YouTube Instagram Facebook LinkedIn WhatsApp Telegram Twitch Spotify Netflix Snapchat Pinterest Reddit
    Bilibili Douyin Kuaishou Weibo WeChat Xiaohongshu Vimeo Twitter Threads Podcast
"""
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}")


def _said_by_publishers() -> Iterator[str]:
    """Yield what packs and models are called, and the words of their publishers: versions, licences, names."""
    yield from models.list_packs()
    for manifest in map(models.load_manifest, models.list_models()):
        yield from (manifest.name, manifest.title, manifest.publisher, manifest.licence.weights)
        yield from (variant.version for variant in manifest.variants)


ALLOWED = frozenset([*_SAME_EVERYWHERE.split(), *_LATIN.findall(" ".join(_said_by_publishers()))])

_LIKE_A_PLACE = re.compile(r"\b[A-Z]{2}(-[A-Z0-9]{1,3})?\b|\b[a-z]{2}-[A-Z]{2}\b")


def assert_all_translated(window: QWidget, names: Collection[str] = ()) -> None:
    """Fail where a text of a window holds a word of Latin letters that no list allows.

    Args:
        window: whose texts are read, those of its menus and of what is hidden included.
        names: what else is shown in Latin letters by right: people, files, places that the test made up.
    """
    foreign = {(where, text) for where, text in texts_of(window) if foreign_words(text, names)}
    assert not foreign, "Not translated:\n" + "\n".join(f"  {where}: {text!r}" for where, text in sorted(foreign))


def foreign_words(text: str, names: Collection[str] = ()) -> list[str]:
    """Return the words of a text that are in Latin letters without leave."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return [word for word in _LATIN.findall(_LIKE_A_PLACE.sub(" ", text)) if word not in ALLOWED]


def texts_of(window: QWidget) -> Iterator[tuple[str, str]]:
    """Return every text of a window with where it stands."""
    for widget in (window, *window.findChildren(QWidget)):
        for what, text in _texts(widget):
            if text.strip():
                yield f"{type(widget).__name__} {what}", text.replace(BREAK_HERE, "").replace("&", "")
    for action in window.findChildren(QAction):
        if not isinstance(action.parent(), QMenu) or _is_ours(action):
            for what, text in (("words", action.text()), ("tip", _tip(action))):
                if text.strip():
                    yield f"action {what}", text.replace("&", "")


def _texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    yield "tip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    yield "status", widget.statusTip()
    if widget.isWindow():
        yield "title", widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "words", widget.text()
    elif isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        yield "placeholder", widget.placeholderText()
    elif isinstance(widget, QGroupBox | QMenu):
        yield "title", widget.title()
    elif isinstance(widget, QTabBar):
        yield from (("tab", widget.tabText(at)) for at in range(widget.count()))
    elif isinstance(widget, QProgressBar):
        yield "format", widget.format()
    elif isinstance(widget, QComboBox):
        yield from (("choice", widget.itemText(at)) for at in range(widget.count()))
    elif isinstance(widget, QAbstractItemView):
        yield from _rows(widget)


def _rows(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    if model is None:
        return
    nowhere = QModelIndex()
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    # A list has one column, and does not let itself be asked.
    for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(nowhere)):
        heading = model.headerData(column, Qt.Orientation.Horizontal)
        if isinstance(heading, str):
            yield "heading", heading
        for row in range(min(ROWS_READ, model.rowCount(nowhere))):
            for role in roles:
                text = model.index(row, column).data(role)
                if isinstance(text, str):
                    yield "row", text


def _tip(action: QAction) -> str:
    # Qt makes a tool tip of the words where none is set.
    return action.toolTip() if action.toolTip() != action.text().replace("&", "") else ""


def _is_ours(action: QObject) -> bool:
    # Fields bring menus of Qt's own, in its own translation.
    return not action.objectName().startswith(("edit-", "select-", "link-"))
