"""Opened face models of both packs, as far as they can be had here; read only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from detectors.faces.opening import FaceModels, Sessions

SESSIONS = Sessions()


@pytest.fixture(scope="session")
def recommended_faces(recommended_store: Path) -> tuple[str, str, Path]:
    """Return detector, embedder and store of the recommended pack."""
    return "yunet", "retail-0095", recommended_store


@pytest.fixture(scope="session")
def starter_faces(starter_store: Path) -> tuple[str, str, Path]:
    """Return detector, embedder and store of the starter pack."""
    return "mtcnn", "dlib-resnet", starter_store


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
