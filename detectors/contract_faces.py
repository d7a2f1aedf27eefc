"""Is a face model's description the right one? It is tried on known faces, and so are descriptions that are wrong.

For models nobody here has had: what they should answer is not known, but the right colours, numbers and crops make
them tell the known faces apart better than wrong ones do. How much better was measured with two networks whose
descriptions are known (docs/adr/0045-self-tests-and-providers.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from countenance.errors import ModelsError
from countenance.wire_models import Doubt
from detectors.faces.detection import FaceDetector, Floats, Picture, Points
from detectors.faces.embedding import FaceEmbedder
from detectors.faces.opening import face_detector, face_embedder
from detectors.known_faces import KnownFace, copies, drawn, grey, others, portrait
from models import DetectorFamily, InputContract, ModelSession, to_blob
from models.contracts import Colour
from models.manifests import Alignment, ModelManifest, Template

LEAST_LEAD = 0.02
"""Of the copies' mean cosine with the portrait over the other faces': measured .37 (retail-0095) and .053 (dlib)."""

WORST_LEAD = -0.05
"""Below this a network compares pictures, not faces: the other faces differ from the portrait by a few pixels, the
copies by all of them. A drawn network measured -.08."""

BETTER, BETTER_BY = 1.2, 0.01
"""A wrong description whose lead is so many times as large, and by so much larger, is taken to be the right one.
Measured: among crops, 1.02 times at most where the description was right, 1.3 and more where it was wrong enough to
cost recognition; other ranges of numbers take the lead away altogether."""

MORE_COLOURFUL, LONGER = 1.5, 1.005
"""What colour adds to a face, and how long its embedding is, with red and blue the other way round. A network gets
something out of colours that are as it learnt them: measured 2.9 and 6 times as far from the grey face, embeddings
longer by 1 to 4 %. Both have to say so. With half the contrast, as where 0 to 1 is given for -1 to 1, colours add 1.8
times less, and the lead is 6 % smaller: there both of these have to."""

SURE_TIMES, SURE_BY = 1.5, 0.1
"""A wrong description with a lead so many times as large, and by so much larger, leaves no doubt. Two networks are few,
and the other faces are made of one portrait: a real model of another kind must not be refused for a small difference,
so below this people are told, and decide."""

SURER, MOSTLY, MUCH_SURER = 0.01, 0.75, 0.1
"""How much surer a detector is in the mean, and of how many pictures at least, as a wrong description would have it.
Measured with YuNet: .013 with red and blue the other way round, .014 where the mean is not taken off; MTCNN does not
care about either. Only much surer ones leave no doubt."""

_ASIDE = 0.35
_LEAST_FOUND = 6
_GREYED = 4

_RANGES = ((0.0, 1.0), (0.0, 1 / 255), (0.0, 1 / 127.5), (127.5, 1 / 127.5))
_CROPS: tuple[tuple[float, Template], ...] = (
    (112, ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041))),
    (128, ((40.393, 59.081), (87.376, 59.081), (64.034, 81.985), (44.732, 105.561), (83.640, 105.561))),
    (150, ((47.45, 45.98), (101.08, 45.63), (74.40, 77.73), (51.78, 101.37), (98.04, 101.35))),
)
"""ArcFace's, retail-0095's and dlib's places of the five points, each in a square of so many pixels."""

OnStep = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What speaks against a description, the figures behind it, and whether they leave no doubt."""

    doubt: Doubt
    details: str
    sure: bool = True


def try_detector(session: ModelSession, on_step: OnStep) -> Found:
    """Return what speaks against the description of a face detector.

    Args:
        session: of the model, loaded on whatever it runs on.
        on_step: called between two runs of it.

    Raises:
        ModelsError: it does not answer as a detector of its kind.
    """
    faces = (portrait(), *copies())
    own = _scores(face_detector(session), faces, on_step)
    details = f"{np.count_nonzero(own)} of {len(own)} found, score {own.mean():.3f}"
    if not own[0] or np.count_nonzero(own) < _LEAST_FOUND:
        return Found(Doubt.KNOWN, details)
    manifest = session.manifest
    if manifest.family is DetectorFamily.MTCNN:  # its description is part of the program
        return Found(Doubt.NONE, details)
    small: Found | None = None
    for doubt, contract in _contracts(manifest.input):
        try:
            other = _scores(face_detector(session.under(_with_pictures(manifest, contract))), faces, on_step)
        except ModelsError:  # it cannot even answer like that
            continue
        gain = other - own
        if gain.mean() > SURER and np.count_nonzero(gain > 0) >= MOSTLY * len(gain):
            found = Found(doubt, f"{details}; {_told(contract)}: {other.mean():.3f}", bool(gain.mean() > MUCH_SURER))
            if found.sure:
                return found
            small = small or found
    return small or Found(Doubt.NONE, details)


def try_embedder(session: ModelSession, on_step: OnStep) -> Found:
    """Return what speaks against the description of a face embedder; faces are cut out where they are known to be.

    Args:
        session: of the model, loaded on whatever it runs on.
        on_step: called between two runs of it.

    Raises:
        ModelsError: it does not answer as an embedder.
    """
    manifest = session.manifest
    own = _Tried.of(session, on_step)
    details = f"copies {own.copies:.3f}, others {own.others:.3f}, drawn {own.drawn:.3f}"
    if own.copies < own.drawn + LEAST_LEAD or own.lead < WORST_LEAD:
        return Found(Doubt.KNOWN, details)
    small: Found | None = None
    for doubt, other in _descriptions(manifest):
        try:
            tried = _Tried.of(session.under(other), on_step)
        except ModelsError:  # it cannot even answer like that
            continue
        better = tried.lead > BETTER * own.lead and tried.lead > own.lead + BETTER_BY
        more = float(np.median(tried.colour / np.maximum(own.colour, 1e-9))) > MORE_COLOURFUL
        if doubt is Doubt.COLOURS:
            longer = float(np.mean(tried.lengths / np.maximum(own.lengths, 1e-9))) > LONGER
            better = better or (more and longer and tried.lead > own.lead / BETTER)
        if doubt is Doubt.VALUES:
            better = better or (more and tried.lead > own.lead)
        if better:
            sure = tried.lead > SURE_TIMES * own.lead and tried.lead > own.lead + SURE_BY
            found = Found(doubt, f"{details}; otherwise {tried.copies:.3f}, {tried.others:.3f}", sure)
            if sure:
                return found
            small = small or found
    if small is not None:
        return small
    if own.lead < LEAST_LEAD:
        return Found(Doubt.KNOWN, details, sure=False)
    return Found(Doubt.NONE, details)


@dataclass(frozen=True, slots=True)
class _Tried:
    """How an embedder does with the known faces.

    Attributes:
        copies, others, drawn: mean cosines with the portrait.
        colour: 1 - cosine of each of some faces with the same face in grey.
        lengths: of the embeddings before they were normalised.
    """

    copies: float
    others: float
    drawn: float
    colour: Floats
    lengths: Floats

    @property
    def lead(self) -> float:
        return self.copies - self.others

    @staticmethod
    def of(session: ModelSession, on_step: OnStep) -> _Tried:
        manifest = session.manifest
        alignment = manifest.embedding.alignment if manifest.embedding is not None else {}
        embedder = face_embedder(session, "yunet" if "yunet" in alignment else next(iter(alignment), ""))
        same, unlike = (portrait(), *copies()), others()
        coloured = same[:_GREYED]
        crops = [embedder.crop(face.picture, face.points) for face in (*same, *unlike)]
        crops += [embedder.crop(face.picture, face.points) for face in map(grey, coloured)]
        raw = _raw(embedder, [*crops, drawn(embedder.side)], on_step)
        lengths = np.linalg.norm(raw, axis=1)
        units = raw / np.maximum(lengths, 1e-9)[:, None]
        first, greys = len(same), len(same) + len(unlike)
        alike = units @ units[0]
        return _Tried(
            copies=float(alike[1:first].mean()),
            others=float(alike[first:greys].mean()),
            drawn=float(alike[-1]),
            colour=1 - np.sum(units[:_GREYED] * units[greys : greys + _GREYED], axis=1),
            lengths=lengths[:greys],
        )


def _raw(embedder: FaceEmbedder, crops: Sequence[Picture], on_step: OnStep) -> Floats:
    """Return the network's own answers, float32 (n, dimension), one crop at a time."""
    rows: list[Floats] = []
    for crop in crops:
        rows += embedder.network(to_blob(crop[None], embedder.contract))
        on_step()
    return np.concatenate(rows)


def _scores(detector: FaceDetector, faces: Sequence[KnownFace], on_step: OnStep) -> Floats:
    """Return the score of each face that is found where it is; 0 of one that is not."""
    scores = np.zeros(len(faces), np.float32)
    for at, face in enumerate(faces):
        found = detector.detect(face.picture, min_face_px=16)
        on_step()
        scores[at] = max((one.score for one in found if _aside(one.points, face.points) < _ASIDE), default=0.0)
    return scores


def _aside(found: Points, known: Points) -> float:
    """Return how far the furthest point is from where it should be, in distances of the eyes."""
    return float(np.abs(found - known).max() / np.linalg.norm(known[1] - known[0]))


def _contracts(right: InputContract) -> Iterator[tuple[Doubt, InputContract]]:
    swapped = Colour.RGB if right.colour is Colour.BGR else Colour.BGR
    yield Doubt.COLOURS, msgspec.structs.replace(right, colour=swapped, mean=right.mean[::-1])
    for mean, scale in _RANGES:
        near = abs(scale / right.scale - 1) < 0.1 and all(abs(mean - own) * scale < 0.1 for own in right.mean)
        if not near:
            yield Doubt.VALUES, msgspec.structs.replace(right, mean=(mean, mean, mean), scale=scale)


def _descriptions(right: ModelManifest) -> Iterator[tuple[Doubt, ModelManifest]]:
    for doubt, contract in _contracts(right.input):
        yield doubt, _with_pictures(right, contract)
    embedding, side = right.embedding, right.input.size_px
    if embedding is None or side is None:
        return
    own = [np.asarray(alignment.points_px) / side for alignment in embedding.alignment.values()]
    for size, points in _CROPS:
        crop = np.asarray(points) / size
        if all(float(np.abs(crop - each).max()) > 0.02 for each in own):
            moved = msgspec.convert((crop * side).tolist(), Template)
            cut = Alignment(name=f"as in {size}", points_px=moved)
            yield (
                Doubt.PLACE,
                msgspec.structs.replace(right, embedding=msgspec.structs.replace(embedding, alignment={"any": cut})),
            )


def _with_pictures(manifest: ModelManifest, contract: InputContract) -> ModelManifest:
    return msgspec.structs.replace(manifest, pictures=contract)


def _told(contract: InputContract) -> str:
    return f"{contract.colour}, (x - {contract.mean[0]:g}) * {contract.scale:g}"
