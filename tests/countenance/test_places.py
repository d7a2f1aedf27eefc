from __future__ import annotations

from pathlib import Path

from countenance.places import find_places


def test_one_folder_can_hold_everything(tmp_path):
    places = find_places({"COUNTENANCE_HOME": str(tmp_path)})

    assert {places.models.parent, places.registry.parent, places.settings.parent} == {tmp_path}


def test_the_models_alone_can_be_elsewhere(tmp_path):
    environment = {"COUNTENANCE_HOME": str(tmp_path / "home"), "COUNTENANCE_MODELS": str(tmp_path / "shared")}

    places = find_places(environment)

    assert places.models == tmp_path / "shared"
    assert places.registry.parent == tmp_path / "home"


def test_without_a_word_everything_is_where_this_system_keeps_such_things():
    places = find_places({})

    assert all("countenance" in str(path).lower() for path in (places.models, places.registry, places.settings))
    assert all(path.is_absolute() for path in (places.models, places.registry, places.settings))


def test_an_empty_word_is_none():
    assert find_places({"COUNTENANCE_HOME": "", "COUNTENANCE_MODELS": ""}) == find_places({})


def test_finding_places_makes_nothing(tmp_path):
    find_places({"COUNTENANCE_HOME": str(tmp_path / "home")})

    assert list(tmp_path.iterdir()) == []


def test_the_environment_of_the_process_is_asked_by_default(monkeypatch, tmp_path):
    monkeypatch.setenv("COUNTENANCE_HOME", str(tmp_path))

    assert find_places().registry == Path(tmp_path / "registry.countenance")


def test_a_bare_name_is_a_registry_of_its_own_and_a_path_is_a_path(tmp_path: Path) -> None:
    places = find_places({"COUNTENANCE_HOME": str(tmp_path)})

    assert places.registry_named("studio") == tmp_path / "registries" / "studio.countenance"
    for path in ("studio.countenance", "./studio/x", str(tmp_path)):
        assert places.registry_named(path) == Path(path)


def test_registries_are_listed_by_name(tmp_path: Path) -> None:
    places = find_places({"COUNTENANCE_HOME": str(tmp_path)})
    none = places.named_registries()
    places.registries.mkdir()
    for name in ("studio", "films"):
        places.registry_named(name).write_bytes(b"")
    named = list(places.named_registries())
    places.registry.write_bytes(b"")

    assert (none, named) == ({}, ["films", "studio"])
    assert list(places.named_registries()) == ["", "films", "studio"]
    assert places.heads == tmp_path / "heads"


def test_a_name_that_no_disk_can_hold_is_looked_for_by_nobody(tmp_path: Path) -> None:
    places = find_places({"COUNTENANCE_HOME": str(tmp_path)})

    assert places.registry_named("n" * 5000).parent == places.registries
