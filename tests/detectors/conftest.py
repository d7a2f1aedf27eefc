"""Opened face models of both packs, as far as they can be had here; read only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFile

import models
from countenance.errors import ModelsError
from detectors.faces.opening import FaceModels, Sessions

SESSIONS = Sessions()


@pytest.fixture(scope="session")
def recommended_faces(
    test_models: Path, installed_models: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, Path]:
    """Return detector, embedder and store of the recommended pack."""
    store = tmp_path_factory.mktemp("recommended-faces") / "models"
    models.install("recommended", store, source=models.Folder(test_models, installed_models))
    return "yunet", "retail-0095", store


@pytest.fixture(scope="session")
def starter_faces(installed_models: Path) -> tuple[str, str, Path]:
    """Return detector, embedder and store of the starter pack."""
    try:
        models.verify("starter", installed_models)
    except ModelsError as error:
        pytest.skip(f"The starter pack is not installed in {installed_models}: {error}")
    return "mtcnn", "dlib-resnet", installed_models


@pytest.fixture(params=["starter", "recommended"])
def face_pack(request: pytest.FixtureRequest) -> tuple[str, str, Path]:
    """Return detector, embedder and store of each pack in turn."""
    return request.getfixturevalue(f"{request.param}_faces")


@pytest.fixture
def face_models(face_pack: tuple[str, str, Path]) -> FaceModels:
    """Return the opened models of each pack in turn."""
    return SESSIONS.faces(*face_pack, 2)


@pytest.fixture(autouse=True)
def pillow_limits() -> Iterator[None]:
    """Put Pillow's limits back: in the child they last as long as the process, here they would reach other tests."""
    pixels, truncated = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    yield
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = pixels, truncated
