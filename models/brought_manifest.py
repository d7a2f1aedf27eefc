"""Manifests of brought models: what the catalogue says of others, from what was found in their package."""

from __future__ import annotations

from countenance.packs import CommercialUse, ModelTask
from models.contracts import Colour, InputContract
from models.intake import LicenceState, PackageLicence, printable
from models.intake.answer import Part
from models.intake.package_manifest import PackageTask
from models.manifests import (
    FILE_NAME,
    Alignment,
    Converter,
    DetectorFamily,
    Embedding,
    Licence,
    ModelManifest,
    Network,
    SourceFile,
    Template,
    Variant,
)

_PUBLISHER = "InsightFace"
_TERMS = "https://github.com/deepinsight/insightface/tree/master/model_zoo"
_RESEARCH_ONLY = "non-commercial research only"
_MOST_CHIPS = 8
_RECIPE = 1
_T112 = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041))
"""Where the five points lie in a chip of 112 px: insightface 2.1, utils/face_align.py, arcface_dst."""


def manifest_of(part: Part, name: str, model_id: str, licence: Licence) -> ModelManifest:
    """Return the manifest of one model of a package.

    Args:
        part: what was found.
        name: of the model, here.
        model_id: of the package.
        licence: of the package.
    """
    detector = part.task is PackageTask.DETECTION
    given = part.file.rsplit("/", 1)[-1]
    file = given if FILE_NAME.fullmatch(given) else f"{name}.onnx"
    # Strides go to 32 px where there are three of them, to 128 where there are five.
    stride_px = 128 if part.outputs > 9 else 32
    probe_px = part.side_px or max(64, stride_px)
    return ModelManifest(
        name=name,
        title=f"{'SCRFD' if detector else 'ArcFace'}, {printable(model_id)} ({_PUBLISHER})",
        task=ModelTask.FACE_DETECTOR if detector else ModelTask.FACE_EMBEDDER,
        publisher=_PUBLISHER,
        recipe=_RECIPE,
        converter=Converter.AS_IS,
        licence=licence,
        networks=(Network(name=name, input="", probe_px=probe_px),),
        variants=(
            Variant(
                version=part.sha256[:12],
                binding=file,
                files=(SourceFile(name=file, sha256=part.sha256, bytes=part.bytes),),
            ),
        ),
        pictures=InputContract(
            colour=Colour.RGB,
            mean=(part.mean, part.mean, part.mean),
            scale=1 / part.std,
            size_px=part.side_px,
            multiple_px=stride_px if detector else 1,
            padding=-part.mean / part.std if detector else 0.0,
            max_batch=_MOST_CHIPS if part.batch else 1,
        ),
        embedding=None if part.dimension is None else _embedding(part.dimension, part.side_px or 112),
        family=DetectorFamily.SCRFD if detector else None,
        brought=True,
    )


def licence_of(found: PackageLicence) -> Licence:
    """Return what a package's licence file means for those who use its models."""
    commercial = found.state is LicenceState.COMMERCIAL
    granted = f"{_PUBLISHER} commercial licence {found.licence_id}, granted to {found.customer}"
    return Licence(
        code="MIT",
        weights=granted if commercial else _RESEARCH_ONLY,
        commercial_use=CommercialUse.YES if commercial else CommercialUse.NO,
        credit=_PUBLISHER,
        # Without a licence file nobody has said anything of these very weights.
        verified=found.state is not LicenceState.ABSENT,
        terms=_TERMS,
        valid_until=found.valid_until if commercial else "",
    )


def template_of(side_px: int) -> Alignment:
    """Return how chips of an ArcFace embedder are cut: T112 enlarged, or moved into the middle of 128 px and enlarged.

    `side_px` is a multiple of 112 or of 128. Source: insightface 2.1, utils/face_align.py, estimate_norm.
    """
    if side_px % 112:
        ratio, aside = side_px / 128, 8.0
    else:
        ratio, aside = side_px / 112, 0.0
    one, two, three, four, five = (((x + aside) * ratio, y * ratio) for x, y in _T112)
    template: Template = (one, two, three, four, five)
    return Alignment(name="t112" if side_px == 112 else f"t112-{side_px}", points_px=template)


def _embedding(dimension: int, side_px: int) -> Embedding:
    return Embedding(dimension=dimension, flip=True, alignment={"any": template_of(side_px)})
