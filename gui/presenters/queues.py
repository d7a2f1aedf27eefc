"""The queue of clips: which wait, which is being checked, what came of the others; and how each row looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from countenance.labels import label
from countenance.sentences import in_a_row
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


class Group(StrEnum):
    """What clips are counted and sifted by, the worst first."""

    BLOCKED = "blocked"
    REVIEW = "review"
    FAILED = "failed"
    NO_MATCH = "no_match"
    PERMITTED = "permitted"
    OPEN = "open"
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
        picture: JPEG of the clip's picture, or of a face in it; without one `wave` is shown, and without that `icon`.
        wave: loudnesses of a clip of sound alone, 0 to 1.
        state: the verdict, the step or what happened, in words.
        left: time left; empty unless it is being checked.
        fraction: of the work, None where it is not known.
        stoppable: whether the button in the row stops the check; it takes the row away otherwise.
        again: whether a second button checks it once more.
        tip: the whole of what happened, for those who rest on the row; empty where the row says it.
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
    again: bool
    tip: str
    spoken: str


class ClipQueue:
    """The entries in the order they came; every change returns the entry as it is afterwards.

    Attributes:
        groups: how many entries are in each group.
    """

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._keys: dict[Path, int] = {}
        self._waiting: dict[int, None] = {}
        self._next_key = 1
        self.groups: Counter[Group] = Counter()

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
        new, there = [], []
        for path in paths:
            if path in self._keys:
                there.append(self._entries[self._keys[path]])
                continue
            entry = Entry(key=self._next_key, path=path)
            self._next_key += 1
            self._put(entry)
            new.append(entry)
        return new, there

    def restore(self, entries: Iterable[Entry]) -> list[Entry]:
        """Put back what was removed, each in its place; what was being checked waits, what is there again stays."""
        back = []
        for entry in entries:
            if entry.path not in self._keys and entry.key not in self._entries:
                is_open = entry.stage in (Stage.WAITING, Stage.RUNNING)
                back.append(replace(entry, stage=Stage.WAITING, progress=None) if is_open else entry)
                self._put(back[-1])
        self._entries = dict(sorted(self._entries.items()))
        return back

    @property
    def waiting(self) -> int:
        """How many clips wait."""
        return len(self._waiting)

    def next_waiting(self) -> Entry | None:
        """Return the clip that has waited longest."""
        return next((self._entries[key] for key in self._waiting), None)

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

    def remove(self, key: int) -> Entry:
        """Take a clip off the list and return what it was."""
        entry = self._entries.pop(key)
        del self._keys[entry.path]
        self._waiting.pop(key, None)
        self.groups[group_of(entry)] -= 1
        return entry

    def _put(self, entry: Entry) -> None:
        self._keys[entry.path] = entry.key
        self._entries[entry.key] = entry
        self.groups[group_of(entry)] += 1
        if entry.stage is Stage.WAITING:
            self._waiting[entry.key] = None

    def _change(self, key: int, **changes: object) -> Entry:
        before = self._entries[key]
        entry = replace(before, **changes)  # type: ignore[arg-type]  # named by the methods above only
        self._entries[key] = entry
        self.groups[group_of(before)] -= 1
        self.groups[group_of(entry)] += 1
        if entry.stage is Stage.WAITING:
            self._waiting.setdefault(key)
        else:
            self._waiting.pop(key, None)
        return entry


def group_of(entry: Entry) -> Group:
    """Return what an entry is counted as."""
    if entry.result is not None:
        return _JUDGED[entry.result.verdict]
    return _STAGED.get(entry.stage, Group.OPEN)


def row_of(entry: Entry) -> Row:
    """Return how an entry looks."""
    name = shown_name(entry.path)
    state, icon, tone = _state(entry)
    look = entry.progress
    return Row(
        key=entry.key,
        name=name,
        icon=file_icon(entry.path.name),
        picture=_picture_of(entry.result) if entry.result else None,
        wave=sound_picture(entry.result) if entry.result else (),
        state=state,
        state_icon=icon,
        tone=tone,
        left=look.left if look else "",
        running=entry.stage is Stage.RUNNING,
        fraction=look.fraction if look else None,
        stoppable=entry.stage in (Stage.WAITING, Stage.RUNNING),
        again=entry.stage in (Stage.FAILED, Stage.STOPPED),
        tip=in_a_row((entry.problem.sentence, entry.problem.remedy)) if entry.problem else "",
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


def _picture_of(result: CheckResult) -> bytes | None:
    return result.observations.poster or face_picture(result)


def _state(entry: Entry) -> tuple[str, Icon, Tone]:
    if entry.result is not None:
        verdict = entry.result.verdict
        return short_verdict(entry.result), verdict_icon(verdict), verdict_tone(verdict)
    if entry.stage is Stage.FAILED:
        words = entry.problem.sentence if entry.problem else _("Could not be checked")
        return words, Icon.PROBLEM, Tone.PROBLEM
    if entry.stage is Stage.STOPPED:
        return _("Stopped"), Icon.STOPPED, Tone.NEUTRAL
    if entry.stage is Stage.RUNNING:
        return entry.progress.short if entry.progress else _("Working"), Icon.WORKING, Tone.NEUTRAL
    return _("Waiting"), Icon.WAITING, Tone.NEUTRAL


_JUDGED = {
    Verdict.BLOCKED: Group.BLOCKED,
    Verdict.REVIEW: Group.REVIEW,
    Verdict.PERMITTED: Group.PERMITTED,
    Verdict.NO_MATCH: Group.NO_MATCH,
}

_STAGED = {Stage.FAILED: Group.FAILED, Stage.STOPPED: Group.STOPPED}
