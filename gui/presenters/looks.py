"""How judged things look: a tone and an icon of its own shape, so that nothing is told by colour alone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from countenance.judgement import JudgementKind
from countenance.verdict import Finding, Severity, Verdict


class Tone(StrEnum):
    """What a colour is used for; the theme says which colour that is in light and in dark."""

    BLOCKED = "blocked"
    REVIEW = "review"
    PERMITTED = "permitted"
    NEUTRAL = "neutral"
    PROBLEM = "problem"


class Icon(StrEnum):
    """The drawn icons, each `gui/icons/NAME.svg`."""

    BLOCKED = "blocked"
    REVIEW = "review"
    PERMITTED = "permitted"
    NOBODY = "nobody"
    NOTE = "note"
    PROBLEM = "problem"
    WAITING = "waiting"
    STOPPED = "stopped"
    WORKING = "working"
    FILM = "film"
    PICTURE = "picture"
    SOUND = "sound"
    DROP = "drop"
    FOLDER = "folder"
    ADD = "add"
    CLOSE = "close"
    RETRY = "retry"
    SAVE = "save"
    OPEN = "open"
    LOCK = "lock"
    UNLOCKED = "unlocked"
    SETTINGS = "settings"
    PERSON = "person"
    PEOPLE = "people"
    CHANGE = "change"
    NEXT = "next"
    INSTALL = "install"
    PLAY = "play"
    STOP = "stop"
    CALENDAR = "calendar"
    DOCUMENT = "document"
    HISTORY = "history"
    ERASE = "erase"
    SEARCH = "search"
    FILTER = "filter"
    MICROPHONE = "microphone"
    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"
    ZOOM_FIT = "zoom-fit"
    VOLUME = "volume"
    MUTED = "muted"
    BOXES = "boxes"
    MARK_IN = "mark-in"
    MARK_OUT = "mark-out"
    PAUSE = "pause"
    BACK = "back"
    FORWARD = "forward"
    STEP_BACK = "step-back"
    STEP_FORWARD = "step-forward"
    UNDO = "undo"
    MAIL = "mail"
    MERGE = "merge"
    IMPORT = "import"
    EXPORT = "export"
    CONFIRM = "confirm"
    REJECT = "reject"
    QUESTION = "question"
    KEYBOARD = "keyboard"
    LANGUAGE = "language"
    KEY = "key"
    COPY = "copy"
    GRID = "grid"
    ROWS = "rows"
    EYE = "eye"
    EYE_OFF = "eye-off"
    MORE = "more"
    SHIELD = "shield"
    CHIP = "chip"
    PEN = "pen"
    TAG = "tag"
    CERTIFICATE = "certificate"
    PALETTE = "palette"
    CLOCK = "clock"
    STAR = "star"
    MINUS = "minus"
    SORT = "sort"
    APP = "app"


def verdict_tone(verdict: Verdict) -> Tone:
    """Return the tone a verdict is shown in."""
    return _VERDICT_TONES[verdict]


def verdict_icon(verdict: Verdict) -> Icon:
    """Return the icon whose shape alone tells the verdict."""
    return _VERDICT_ICONS[verdict]


def finding_tone(finding: Finding) -> Tone:
    """Return the tone of a finding: by its severity, and for notes by whether somebody is permitted."""
    if finding.severity is Severity.BLOCK:
        return Tone.BLOCKED
    if finding.severity is Severity.REVIEW:
        return Tone.REVIEW
    permitted = finding.judgement is not None and finding.judgement.kind in _PERMITTED
    return Tone.PERMITTED if permitted else Tone.NEUTRAL


def finding_icon(finding: Finding) -> Icon:
    """Return the icon that goes with `finding_tone`."""
    return _TONE_ICONS[finding_tone(finding)]


def file_icon(name: str) -> Icon:
    """Return what a file seems to be by its ending; what it is, its content decides later."""
    from scan.walking import PHOTO_ENDINGS, SOUND_ENDINGS

    ending = PurePath(name).suffix.lower()
    if ending in PHOTO_ENDINGS:
        return Icon.PICTURE
    return Icon.SOUND if ending in SOUND_ENDINGS else Icon.FILM


def shown_name(path: PurePath) -> str:
    """Return a file's name with what no font can show replaced: names on disk need not be text."""
    return path.name.encode("utf-8", "replace").decode("utf-8") or str(path)


_PERMITTED = frozenset({JudgementKind.PERMITTED, JudgementKind.PERMITTED_WITH_DUTIES})

_VERDICT_TONES = {
    Verdict.BLOCKED: Tone.BLOCKED,
    Verdict.REVIEW: Tone.REVIEW,
    Verdict.PERMITTED: Tone.PERMITTED,
    Verdict.NO_MATCH: Tone.NEUTRAL,
}

_VERDICT_ICONS = {
    Verdict.BLOCKED: Icon.BLOCKED,
    Verdict.REVIEW: Icon.REVIEW,
    Verdict.PERMITTED: Icon.PERMITTED,
    Verdict.NO_MATCH: Icon.NOBODY,
}

_TONE_ICONS = {
    Tone.BLOCKED: Icon.BLOCKED,
    Tone.REVIEW: Icon.REVIEW,
    Tone.PERMITTED: Icon.PERMITTED,
    Tone.NEUTRAL: Icon.NOTE,
}
