"""`models remove`: a pack that nobody needs any more, and never the one in use."""

from __future__ import annotations

from pathlib import Path

from countenance.places import find_places
from tests.cli.running import Terminal
from tests.models.insightface_packages import legacy_folder, working_files


def test_a_brought_pack_is_removed_and_what_is_in_use_is_not(
    nowhere: Terminal, test_models: Path, tmp_path: Path
) -> None:
    package = legacy_folder(tmp_path / "mine", working_files(test_models))
    nowhere.plain("--operator", "Chen Wei", "models", "install", "--from", str(package), "--accept-licence")

    refused = nowhere.plain("--pack", "insightface-mine", "models", "remove", "insightface-mine")
    told = nowhere.plain("models", "remove", "insightface-mine", "--json")

    assert (refused.code, told.code) == (5, 0)
    assert "is in use" in refused.err
    assert told.document()["removed"] == ["insightface-mine-detector", "insightface-mine-embedder"]
    assert not (find_places().models / "insightface-mine-detector").exists()
    assert nowhere.plain("models", "remove", "insightface-mine").code == 5
