"""The queue of clips: which wait, which is being checked, what came of the others; and how each row looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from countenance.labels import label
from countenance.translations import _
from countenance.verdict import CheckResult, Verdict
from gui.presenters.looks import Icon, Tone, file_icon, shown_name, verdict_icon, verdict_tone
from gui.presenters.pages import Problem, face_picture, sound_picture
from gui.presenters.progress import ProgressLook


class Stage(StrEnum):
    """How far a clip has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clip of the queue.

    Attributes:
        key: never used twice within one window.
        result: kept while the clip is checked again for another use.
    """

    key: int
    path: Path
    stage: Stage = Stage.WAITING
    progress: ProgressLook | None = None
    result: CheckResult | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one entry looks in the list.

    Attributes:
        picture: JPEG of a face; without one `wave` is shown, and without that `icon`.
        wave: loudnesses of a clip of sound alone, 0 to 1.
        state: the verdict, the step or what happened, in words.
        left: time left; empty unless it is being checked.
        fraction: of the work, None where it is not known.
        stoppable: whether the button in the row stops the check; it takes the row away otherwise.
    """

    key: int
    name: str
    icon: Icon
    picture: bytes | None
    wave: tuple[float, ...]
    state: str
    state_icon: Icon
    tone: Tone
    left: str
    running: bool
    fraction: float | None
    stoppable: bool
    spoken: str


class ClipQueue:
    """The entries in the order they came; every change returns the entry as it is afterwards."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._next_key = 1

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[Entry]:
        """Return all entries, in order."""
        return list(self._entries.values())

    def entry(self, key: int) -> Entry | None:
        """Return the entry, or None where it was taken away."""
        return self._entries.get(key)

    def add(self, paths: Iterable[Path]) -> tuple[list[Entry], list[Entry]]:
        """Add files and return (new entries, entries that were there already); no file is listed twice."""
        by_path = {entry.path: entry for entry in self._entries.values()}
        new, there = [], []
        for path in paths:
            if path in by_path:
                there.append(by_path[path])
                continue
            entry = Entry(key=self._next_key, path=path)
            self._next_key += 1
            self._entries[entry.key] = by_path[path] = entry
            new.append(entry)
        return new, there

    def next_waiting(self) -> Entry | None:
        """Return the first clip that waits."""
        return next((entry for entry in self._entries.values() if entry.stage is Stage.WAITING), None)

    def begin(self, key: int) -> Entry:
        """Note that the check of a clip has begun."""
        look = ProgressLook(words=_("Starting"), short=_("Starting"), fraction=None)
        return self._change(key, stage=Stage.RUNNING, progress=look, result=None, problem=None)

    def report(self, key: int, look: ProgressLook) -> Entry:
        """Note how far a running check is."""
        return self._change(key, progress=look)

    def finish(self, key: int, result: CheckResult) -> Entry:
        """Note the result of a check, or of judging it anew."""
        return self._change(key, stage=Stage.DONE, progress=None, result=result, problem=None)

    def fail(self, key: int, problem: Problem) -> Entry:
        """Note why a clip could not be checked."""
        return self._change(key, stage=Stage.FAILED, progress=None, result=None, problem=problem)

    def stop(self, key: int) -> Entry:
        """Note that the user stopped the check."""
        return self._change(key, stage=Stage.STOPPED, progress=None, result=None, problem=None)

    def again(self, key: int) -> Entry:
        """Let a clip wait for a new check."""
        return self._change(key, stage=Stage.WAITING, progress=None, result=None, problem=None)

    def remove(self, key: int) -> None:
        """Take a clip off the list."""
        del self._entries[key]

    def _change(self, key: int, **changes: object) -> Entry:
        entry = replace(self._entries[key], **changes)  # type: ignore[arg-type]  # named by the methods above only
        self._entries[key] = entry
        return entry


def row_of(entry: Entry) -> Row:
    """Return how an entry looks."""
    name = shown_name(entry.path)
    state, icon, tone = _state(entry)
    look = entry.progress
    return Row(
        key=entry.key,
        name=name,
        icon=file_icon(entry.path.name),
        picture=face_picture(entry.result) if entry.result else None,
        wave=sound_picture(entry.result) if entry.result else (),
        state=state,
        state_icon=icon,
        tone=tone,
        left=look.left if look else "",
        running=entry.stage is Stage.RUNNING,
        fraction=look.fraction if look else None,
        stoppable=entry.stage in (Stage.WAITING, Stage.RUNNING),
        spoken=f"{name}: {state}",
    )


def short_verdict(result: CheckResult) -> str:
    """Return the verdict in the few words a row has room for."""
    if result.verdict is Verdict.NO_MATCH:
        seen = result.observations
        if seen.tracks or seen.speakers:
            return _("Nobody recognised")
        listened = seen.sound.present and seen.sound.not_examined is None
        return _("Nobody seen or heard") if listened else _("Nobody seen")
    return label(result.verdict)


def _state(entry: Entry) -> tuple[str, Icon, Tone]:
    if entry.result is not None:
        verdict = entry.result.verdict
        return short_verdict(entry.result), verdict_icon(verdict), verdict_tone(verdict)
    if entry.stage is Stage.FAILED:
        return _("Could not be checked"), Icon.PROBLEM, Tone.PROBLEM
    if entry.stage is Stage.STOPPED:
        return _("Stopped"), Icon.STOPPED, Tone.NEUTRAL
    if entry.stage is Stage.RUNNING:
        return entry.progress.short if entry.progress else _("Working"), Icon.WORKING, Tone.NEUTRAL
    return _("Waiting"), Icon.WAITING, Tone.NEUTRAL
