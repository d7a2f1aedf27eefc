"""Who speaks when: the speech of one block of sound, told apart into voices without names.

Windows of a second or so slide over the speech, are embedded, and grouped by average linkage on the cosine. How many
people there are is never guessed: groups are united until what is left differs more than one person's speech of such
length differs from itself. Turn borders are then placed by the best path through all steps, on which a change of
speaker has its price. What cosines are taken for one voice is each model's own, in its manifest
(docs/adr/0019-diarisation.md, docs/adr/0041-a-second-voice-recipe.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from countenance.observations import Background
from detectors.voices.embedding import VoiceEmbedder, fill_window, mean_direction, prepare_window
from detectors.voices.mel import HOP
from detectors.voices.overlap import find_overlaps, flagged_spans, mixed_voices, second_pitch
from detectors.voices.quality import judge
from models import VoiceBounds

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Span = tuple[int, int]

# All in frames of 10 ms.
_STEP = 30
_JOINED = 20
"""Pauses shorter than this lie inside a window's speech; a longer one ends it: others may speak after it."""

BRIDGED = 100
"""A pause of one speaker up to this long, in which nobody else speaks, belongs to the turn."""

_LEAST_STEPS = 4
"""A group of fewer steps (1.2 s) is no voice of its own: its speech goes to the voice that it resembles most."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a block.

    Attributes:
        turns: ascending (start, end) in frames of the block, pauses up to `BRIDGED` included.
        speech: ascending (start, end) in frames: the same without pauses.
        clean: the same without what is said while somebody else speaks.
        direction: float32 (dimension,), L2-normalised mean of its windows.
        steps: how many windows that is the mean of.
    """

    turns: tuple[Span, ...]
    speech: tuple[Span, ...]
    clean: tuple[Span, ...]
    direction: Floats
    steps: int

    @property
    def length(self) -> int:
        """Frames of speech."""
        return sum(end - start for start, end in self.speech)

    @property
    def overlapped(self) -> int:
        """Frames of it in which somebody else speaks too."""
        return self.length - sum(end - start for start, end in self.clean)


def least_likeness(
    first: NDArray[np.float64] | float, second: NDArray[np.float64] | float, bounds: VoiceBounds
) -> NDArray[np.float64]:
    """Return the cosine from which two directions, means of so many steps each, belong to one voice.

    A window is its voice plus chance that is mostly independent of the next window's, so a mean of n has 1/n of the
    chance's power: two means of one voice have a cosine of about 1 / sqrt((1 + s/n)(1 + s/m)). Measured with GE2E,
    within recordings, s is 1.3 at the median and 2.7 at the first percentile; `bounds.spread` allows for more.
    """
    length = (1 + bounds.spread / np.asarray(first, np.float64)) * (1 + bounds.spread / np.asarray(second, np.float64))
    return np.minimum(bounds.voices_alike, 1 / np.sqrt(length))


def diarise(
    samples: Floats,
    features: Floats,
    powers: NDArray[np.float64],
    speech: Iterable[Span],
    embedder: VoiceEmbedder,
    *,
    on_batch: Callable[[], None] = lambda: None,
) -> list[Voice]:
    """Return the voices of a block in the order of their first words; none without speech.

    What two say at once belongs to both.

    Args:
        samples: float32 (n,) of the whole block.
        features: float32 (frames, bands) of it, frame by frame (`detectors.voices.embedding.features_along`).
        powers: (frames,), mean square of the samples of each frame.
        speech: ascending (start, end) of the stretches of speech in frames.
        embedder: of voices; its recipe has the bounds.
        on_batch: called now and then while it works.
    """
    bounds = embedder.recipe.diarisation
    steps = list(_steps(speech, bounds.window_frames))
    if not steps:
        return []
    embeddings = embedder.windows(_windows(steps, features, powers, embedder), on_batch)
    labels = tell_apart(embeddings, bounds)
    order = list(dict.fromkeys(labels.tolist()))
    directions = np.stack([mean_direction(embeddings[labels == label]) for label in order])
    own = np.array([order.index(label) for label in labels.tolist()], np.int64)
    turns, spoken = _spans(own, steps, BRIDGED), _spans(own, steps, 0)
    at_once = _at_once(samples, steps, embeddings @ directions.T, directions, own) if bounds.overlaps else []
    if at_once and _with_music(samples, powers, spoken):
        at_once = []  # its pitches are taken for a second voice's
    voices = []
    for number, direction in enumerate(directions):
        both = [span for span, pair in at_once if number in pair]
        said = _united([*((start, end) for start, end, voice in spoken if voice == number), *both])
        voices.append(
            Voice(
                _united([*((start, end) for start, end, voice in turns if voice == number), *both]),
                said,
                _without(said, [span for span, _pair in at_once]),
                direction,
                int(np.count_nonzero(own == number)),
            )
        )
    return sorted(voices, key=lambda voice: voice.turns[0])


def tell_apart(embeddings: Floats, bounds: VoiceBounds) -> Numbers:
    """Return int64 (n,), which voice each of n >= 1 steps belongs to, by their windows, float32 (n, dimension)."""
    if len(embeddings) == 1:
        return np.zeros(1, np.int64)
    tree = linkage(embeddings, "average", "cosine")
    labels = np.asarray(fcluster(tree, 1 - bounds.windows_alike, "distance"), np.int64)
    for _round in range(2):
        directions = _directions(embeddings, labels, bounds)
        labels = _best_path(embeddings @ directions.T, bounds.change_costs)
    while (brief := _briefest(labels, len(directions), _least_run(bounds.window_frames))) is not None:
        directions = np.delete(directions, brief, axis=0)
        labels = _best_path(embeddings @ directions.T, bounds.change_costs)
    return labels


def _least_run(window_frames: int) -> int:
    """Return for how many steps a voice lasts at least once: longer than windows see both sides of one border."""
    return (window_frames - 1) // _STEP + 2


def _briefest(labels: Numbers, voices: int, least: int) -> int | None:
    """Return the smallest of several voices that never last for `least` steps, None where all do.

    They are no voices: windows on a border, half the one and half the other, or a laugh now and then; in a long
    conversation there are enough of them to form a group.
    """
    runs = np.array([_longest_run(labels == voice) for voice in range(voices)])
    brief = np.flatnonzero(runs < least)
    if voices == 1 or not len(brief):
        return None
    return int(brief[np.bincount(labels, minlength=voices)[brief].argmin()])


def _longest_run(member: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], member, [False])).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def _directions(embeddings: Floats, labels: Numbers, bounds: VoiceBounds) -> Floats:
    """Return float32 (voices, dimension): means of the groups that are large enough, the alike ones united."""
    numbers, sizes = np.unique(labels, return_counts=True)
    large = numbers[sizes >= _LEAST_STEPS]
    members = [labels == number for number in (large if len(large) else numbers[[sizes.argmax()]])]
    while True:
        directions = np.stack([mean_direction(embeddings[member]) for member in members])
        heard = np.array([np.count_nonzero(member) for member in members], np.float64)
        ahead = directions @ directions.T - least_likeness(heard[:, None], heard[None], bounds)
        ahead[np.tril_indices(len(ahead))] = -np.inf
        first, second = np.unravel_index(int(ahead.argmax()), ahead.shape)
        if ahead[first, second] < 0:
            return directions
        members[first] = members[first] | members.pop(int(second))


def _best_path(likeness: Floats, change_costs: float) -> Numbers:
    """Return the voice of each step, int64 (n,), on the path of highest likeness less the price of its changes."""
    came_from = np.zeros(likeness.shape, np.int64)
    total = likeness[0].astype(np.float64)
    stay = np.arange(likeness.shape[1])
    for step in range(1, len(likeness)):
        best = int(total.argmax())
        came_from[step] = np.where(total >= total[best] - change_costs, stay, best)
        total = np.maximum(total, total[best] - change_costs) + likeness[step]
    path = np.empty(len(likeness), np.int64)
    path[-1] = total.argmax()
    for step in range(len(likeness) - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path


def _at_once(
    samples: Floats, steps: Sequence[_Step], likeness: Floats, directions: Floats, own: Numbers
) -> list[tuple[Span, set[int]]]:
    """Return what two say at once, ascending, and which two those are.

    Args:
        samples: of the block.
        steps: n of them.
        likeness: (n, voices) cosines of their windows.
        directions: (voices, dimension).
        own: (n,) the voice that each belongs to.
    """
    if len(directions) < 2:
        return []
    step_of = np.full(1 + len(samples) // HOP, -1)
    for number, step in enumerate(steps):
        step_of[step.frames] = number
    spoken = step_of >= 0
    mixed = mixed_voices(likeness, directions)
    overlaps = find_overlaps(second_pitch(samples, spoken), mixed[step_of], spoken)
    found: list[tuple[Span, set[int]]] = []
    for start, end in overlaps:
        heard = step_of[start:end][spoken[start:end]]
        times = np.bincount(own[heard], minlength=len(directions))
        # The two that have most of it; where only one has any, it and the one it resembles most besides.
        pair = np.lexsort((likeness[heard].mean(axis=0), times))[-2:].tolist()
        found += [((start + first, start + last), set(pair)) for first, last in flagged_spans(spoken[start:end])]
    return found


def _with_music(samples: Floats, powers: NDArray[np.float64], spoken: Sequence[tuple[int, int, int]]) -> bool:
    """Return whether music is heard behind any voice, given as (start, end, voice)."""
    return any(
        judge(samples, powers, [(start, end) for start, end, one in spoken if one == voice]).background
        is Background.MUSIC
        for voice in {one for _start, _end, one in spoken}
    )


def _united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans ascending, those that touch as one."""
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return tuple(united)


def _without(spans: Iterable[Span], holes: Sequence[Span]) -> tuple[Span, ...]:
    """Return what of the spans lies in none of the ascending holes."""
    left: list[Span] = []
    for start, end in spans:
        at = start
        for first, last in holes:
            if at < last and first < end:
                left.append((at, first))
                at = last
        left.append((at, end))
    return tuple((start, end) for start, end in left if start < end)


@dataclass(frozen=True, slots=True)
class _Step:
    """Some 0.3 s of speech and the window around it, both as frame numbers without those of pauses."""

    frames: Numbers
    window: Numbers


def _steps(speech: Iterable[Span], window: int) -> Iterator[_Step]:
    for run in _runs(speech):
        frames = np.concatenate([np.arange(start, end) for start, end in run])
        edges = np.linspace(0, len(frames), max(1, round(len(frames) / _STEP)) + 1).astype(int)
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            first = max(0, min((start + end) // 2 - window // 2, len(frames) - window))
            yield _Step(frames[start:end], frames[first : first + window])


def _runs(speech: Iterable[Span]) -> list[list[Span]]:
    runs: list[list[Span]] = []
    for start, end in speech:
        if runs and start - runs[-1][-1][1] < _JOINED:
            runs[-1].append((start, end))
        else:
            runs.append([(start, end)])
    return runs


def _windows(
    steps: Iterable[_Step], features: Floats, powers: NDArray[np.float64], embedder: VoiceEmbedder
) -> Iterator[Floats]:
    recipe = embedder.recipe
    for step in steps:
        window = prepare_window(features[step.window], float(powers[step.window].mean()), recipe)
        yield fill_window(window, recipe.diarisation.window_frames)


def _spans(labels: Numbers, steps: list[_Step], bridged: int) -> list[tuple[int, int, int]]:
    """Return (start, end, voice) in frames, ascending, with pauses inside up to `bridged`."""
    spans: list[tuple[int, int, int]] = []
    for voice, step in zip(labels.tolist(), steps, strict=True):
        for piece in np.split(step.frames, np.flatnonzero(np.diff(step.frames) > 1) + 1):
            start, end = int(piece[0]), int(piece[-1]) + 1
            if spans and spans[-1][2] == voice and start - spans[-1][1] <= bridged:
                spans[-1] = (spans[-1][0], end, voice)
            else:
                spans.append((start, end, voice))
    return spans
