"""`registry`, `person` and `consent`: from an empty folder to people with papers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from registry import Passphrase, create_registry, open_registry
from tests.cli.running import GRANT, PASSPHRASE, Terminal


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry that nobody is in; to be copied, not changed."""
    path = tmp_path_factory.mktemp("empty") / "registry.countenance"
    create_registry(path, Passphrase(PASSPHRASE), owner="Studio", tz="Europe/Berlin", operator="test").close()
    return path


@pytest.fixture
def fresh(terminal: Terminal, empty: Path) -> Terminal:
    """Return a terminal whose registry is empty."""
    shutil.copy(empty, terminal.registry)
    return terminal


def test_a_registry_is_made_and_tells_what_it_holds(terminal: Terminal) -> None:
    made = terminal.run("registry", "init", "--owner", "Studio", "--tz", "Europe/Berlin")
    shown, told = terminal.run("registry", "info"), terminal.run("registry", "info", "--json")

    assert f"Made the registry {terminal.registry}." in made.out
    assert "Keep the passphrase safe" in made.err
    assert "Owner: Studio; time zone: Europe/Berlin" in shown.out
    assert told.document()["registry"]["people"] == 0
    assert told.document()["file"] == str(terminal.registry)
    assert terminal.registry.stat().st_mode & 0o77 == 0


def test_a_registry_never_replaces_a_file(fresh: Terminal) -> None:
    before = fresh.registry.read_bytes()

    answer = fresh.run("registry", "init", "--json")

    assert answer.code == 4
    assert "already" in answer.document()["error"]["sentence"]
    assert fresh.registry.read_bytes() == before


def test_the_default_registry_is_in_the_programs_own_place(terminal: Terminal, own_home: Path) -> None:
    none = terminal.plain("registry", "info")
    made = terminal.plain("registry", "init", "--json")

    assert none.code == 4
    assert "countenance registry init" in none.err
    assert made.document()["file"] == str(own_home / "registry.countenance")
    assert terminal.plain("registry", "info").code == 0


@pytest.mark.parametrize("words", [("--tz", "Mars/Olympus"), ("--owner", " ")])
def test_a_registry_is_not_made_with_values_that_mean_nothing(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.run("registry", "init", *words).code == 2
    assert not terminal.registry.exists()


@pytest.mark.usefixtures("one_child")
def test_a_person_is_enrolled_from_photos_with_their_consent(fresh: Terminal, photo: Path) -> None:
    missing = photo.with_name("missing.png")
    added = fresh.run(
        *("person", "add", "Eileen [bold]Example[/]", photo, missing, photo, "--also", "艾琳"),
        *("--biometric-consent", "2026-01-05", "--jurisdiction", "us-tx", "--external-id", "ISNI 1"),
    )

    assert added.code == 0
    assert "Added Eileen [bold]Example[/] as P0001." in added.out
    assert "1 sample of the face was enrolled." in added.out
    assert "Not enrolled: missing.png: “missing.png” does not exist" in added.err
    assert "three good pictures" in added.err
    person = fresh.run("person", "show", "艾琳", "--json").document()
    assert person["person"]["jurisdiction"] == "US-TX"
    assert person["biometric_consents"][0]["retain_until"] == "2029-01-05"
    assert len(person["samples"]) == 1
    assert "Eileen [bold]Example[/], 艾琳" in fresh.run("person", "show", "P0001").out
    assert "Eileen [bold]Example[/], 艾琳" in fresh.run("person", "list").out
    assert fresh.run("person", "list", "nobody").out.strip() == "Nobody is found by that."


def test_nobodys_face_is_kept_without_consent(fresh: Terminal, photo: Path) -> None:
    answer = fresh.run("person", "add", "Eileen", photo, "--json")

    assert answer.code == 2
    assert "--biometric-consent" in answer.document()["error"]["remedy"]
    assert fresh.run("person", "list", "--json").document() == {"people": []}


@pytest.mark.usefixtures("one_child")
def test_a_persona_of_ones_own_needs_no_paper(fresh: Terminal, photo: Path) -> None:
    answer = fresh.run("person", "add", "Robo", photo, "--kind", "own", "--json")

    assert answer.code == 0
    assert answer.document() == {
        "person": "P0001",
        "samples": 1,
        "face_samples": 1,
        "voice_samples": 0,
        "refused": [],
        "looks_like": [],
        "sounds_like": [],
        "namesakes": [],
    }


@pytest.mark.usefixtures("one_child")
def test_a_person_is_enrolled_from_a_recording_beside_a_photo(fresh: Terminal, photo: Path, recording: Path) -> None:
    added = fresh.run("person", "add", "Eileen", photo, recording, "--biometric-consent", "2026-01-05", "--json")
    heard = fresh.run("person", "add", "Eve", recording, "--biometric-consent", "2026-01-05", "--modality", "voice")

    document = added.document()
    assert (added.code, heard.code) == (0, 0)
    assert document["face_samples"] == 1
    assert document["voice_samples"] >= 1
    assert document["refused"] == []
    assert "of the voice" in heard.out
    kept = fresh.run("person", "show", "Eileen", "--json").document()
    assert {word for sample in kept["samples"] for word in sample["modalities"]} == {"face", "voice"}
    assert kept["biometric_consents"][0]["modality"] == ["face", "voice"]
    shown = fresh.run("person", "show", "Eve").out.casefold()
    assert "voice" in shown
    assert "face" not in shown


@pytest.mark.usefixtures("one_child")
def test_a_voice_is_not_enrolled_under_a_consent_for_the_face(fresh: Terminal, recording: Path) -> None:
    answer = fresh.run("person", "add", "Eve", recording, "--biometric-consent", "2026-01-05", "--modality", "face")

    assert answer.code == 3
    assert "no picture or sound that the biometric consent covers" in answer.err
    assert fresh.run("person", "list", "--json").document() == {"people": []}


@pytest.mark.usefixtures("one_child")
def test_who_is_enrolled_already_is_noticed(enrolled: Terminal, photo: Path) -> None:
    answer = enrolled.run("person", "add", "Somebody Else", photo, "--biometric-consent", "2026-01-05")

    assert "Careful: looks like Eileen Example" in answer.err


def test_the_gate_says_of_each_file_why_it_was_refused(fresh: Terminal, photo: Path, tmp_path: Path) -> None:
    text = tmp_path / "face.jpg"
    text.write_text("not a picture")
    paper = ("--biometric-consent", "2026-01-05")

    told = fresh.run("person", "add", "Eileen", text, photo.with_name("missing.png"), *paper, "--json")
    shown = fresh.run("person", "add", "Eileen", text, *paper)

    assert (told.code, shown.code) == (3, 3)
    assert told.document()["person"] is None
    assert [item["file"] for item in told.document()["refused"]] == ["face.jpg", "missing.png"]
    assert told.document()["error"]["exit_code"] == 3
    assert "Not enrolled: face.jpg: “face.jpg” is text" in shown.err
    assert ".." not in shown.err
    assert fresh.run("person", "list", "--json").document() == {"people": []}


def test_a_group_and_its_members_are_recorded(fresh: Terminal) -> None:
    for name in ("Ada", "Ben"):
        fresh.run("person", "add", name)
    band = fresh.run("person", "add", "The Band", "--kind", "group", "--member", "Ada", "--member", "P0002", "--json")

    granted = fresh.run("consent", "add", "The Band", *GRANT, "--group-members", "individually", "--json")

    assert band.document()["person"] == "P0003"
    assert fresh.run("person", "show", "The Band", "--json").document()["person"]["members"] == ["P0001", "P0002"]
    assert granted.code == 0
    (grant,) = fresh.run("consent", "list", "The Band", "--json").document()["grants"]
    assert (grant["person"], grant["members"]) == ("P0003", "individually")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Child", "--kind", "minor"), "date of birth"),
        (("Late", "--kind", "deceased"), "date of death"),
        (("Late", "--kind", "gone"), "is not a value of --kind"),
        (("Band", "--kind", "group", "--member", "Nobody"), "Nobody in the registry"),
        (("Ada", "--birth", "yesterday"), "is not a date for --birth"),
        (("Ada", "--jurisdiction", "Texas"), "is not a territory"),
        (("Ada", "--biometric-consent", "2999-01-01"), "dated in the future"),
        ((" ",), "needs a name"),
    ],
)
def test_a_person_lacking_what_their_kind_needs_is_refused(
    fresh: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    answer = fresh.run("person", "add", *words, "--json")

    assert answer.code == 2
    assert sentence in answer.document()["error"]["sentence"]


def test_two_people_of_one_name_are_told_apart_by_their_ids(fresh: Terminal) -> None:
    fresh.run("person", "add", "Ada")
    fresh.run("person", "add", "Ada")

    answer = fresh.run("person", "show", "ada", "--json")

    assert answer.code == 2
    assert "P0001, P0002" in answer.document()["error"]["remedy"]


def test_a_grant_is_recorded_listed_and_withdrawn(fresh: Terminal) -> None:
    fresh.run("person", "add", "Ada")
    draft = fresh.run("consent", "add", "Ada")
    signed = fresh.run(
        *("consent", "add", "ada", *GRANT, "--theme", "political", "--territory=-FR", "--language", "en,zh"),
        *("--duty", "credit", "--suspended", "2026-03-01:2026-03-31", "--end", "2027-01-04", "--project", "A, B"),
        *("--signed-by", "Ada's lawyer", "--signer", "agent", "--represented-by", "lawyer"),
    )
    banned = fresh.run("consent", "add", "Ada", "--prohibit", "--source", "court", "--territory", "FR", "--json")

    assert "it has no effect until it is signed" in draft.out
    assert "Grant G0002 recorded for Ada." in signed.out
    listed = fresh.run("consent", "list", "--json").document()
    assert listed["grants"][1]["territories"] == ["WORLD", "-FR"]
    assert listed["grants"][1]["projects"] == ["A, B"]
    assert listed["grants"][1]["suspended"] == {"start": "2026-03-01", "end": "2026-03-31"}
    assert [ban["id"] for ban in listed["prohibitions"]] == [banned.document()["id"]]
    withdrawn = fresh.run("consent", "revoke", "G0002", "--notice", "2026-05-01", "--days", "30", "--json")
    assert withdrawn.document() == {"id": "G0002", "revision": 2, "effective": "2026-05-31"}
    shown = " ".join(fresh.run("consent", "list", "Ada").out.split())
    assert all(word in shown for word in ("draft", "withdrawn", "forbidden", "everything"))
    shown = " ".join(fresh.run("person", "show", "Ada").out.split())
    assert all(word in shown for word in ("G0001", "G0002", "withdrawn", "forbidden"))
    with open_registry(fresh.registry, Passphrase(PASSPHRASE), operator="test") as opened:
        assert opened.grants()[1].papers.signatures[0].name == "Ada's lawyer"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("consent", "add", "Nobody", *GRANT), "Nobody in the registry"),
        (("consent", "add", "Ada", "--signed", "2026-01-05"), "names at least one"),
        (("consent", "add", "Ada", *GRANT, "--end", "2025-01-01"), "ends before it begins"),
        (("consent", "add", "Ada", *GRANT, "--tz", "Mars"), "no time zone"),
        (("consent", "add", "Ada", *GRANT, "--replica-type", "clone"), "--replica-type"),
        (("consent", "add", "Ada", *GRANT, "--language", "english"), "not a language"),
        (("consent", "add", "Ada", *GRANT, "--document", "x"), "--document goes with --prohibit only"),
        (("consent", "add", "Ada", "--prohibit", "--approval"), "--approval says nothing about a prohibition"),
        (("consent", "add", "Ada", *GRANT, "--suspended", "soon"), "--suspended"),
        (("consent", "revoke", "G0001"), "no grant “G0001”"),
        (("consent", "list", "Nobody"), "Nobody in the registry"),
    ],
)
def test_papers_that_cannot_be_meant_are_refused(fresh: Terminal, words: tuple[str, ...], sentence: str) -> None:
    fresh.run("person", "add", "Ada")

    answer = fresh.run(*words, "--json")

    assert answer.code == 2
    assert sentence in answer.document()["error"]["sentence"]


def test_an_empty_registry_says_so(fresh: Terminal) -> None:
    assert fresh.run("person", "list").out.strip() == "Nobody is enrolled."
    assert fresh.run("consent", "list").out.strip() == "Nothing is recorded."
