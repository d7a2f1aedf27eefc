"""`models use`: everybody is enrolled again first; nobody is lost unasked; stopped, the old models stay in use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.main import main
from countenance.errors import CancelledError
from countenance.people import BiometricConsent, Modality, Person, Signer
from countenance.settings import Settings, read_settings, write_settings
from countenance.work import CancelToken
from registry import NewSample, NewTemplate, Passphrase, Registry, SampleKind, open_registry, retain_until_by_default
from scan.worker import DetectorWorker
from tests.cli.conftest import SIGNED
from tests.cli.running import PASSPHRASE, Terminal

STARTER_FACES = ("mtcnn", "dlib-resnet")


@pytest.fixture(scope="module")
def both(recommended_store: Path, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with both packs; to be read only."""
    path = tmp_path_factory.mktemp("both") / "models"
    shutil.copytree(recommended_store, path)
    for name in STARTER_FACES:
        shutil.copytree(store / name, path / name, dirs_exist_ok=True)
    return path


@pytest.fixture
def alone(nowhere: Terminal, both: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal with both packs and no registry."""
    monkeypatch.setenv("COUNTENANCE_MODELS", str(both))
    return nowhere


@pytest.fixture
def agency(alone: Terminal, filled: Path) -> Terminal:
    """Return a terminal whose registry knows Eileen's face and voice by the starter pack."""
    shutil.copy(filled, alone.registry)
    return alone


@pytest.fixture
def with_gus(agency: Terminal) -> Terminal:
    """Return the same with Gus, of whom a template is kept and no picture."""
    consent = BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE,),
        purpose="finding this person",
        signed_on=SIGNED,
        method="paper",
        notice_version="1",
        retain_until=retain_until_by_default(SIGNED),
    )
    with opened(agency) as registry:
        old = next(one for one in registry.renewing.covered() if one.modality is Modality.FACE)
        vector = registry.templates(binding=old.binding, modality=Modality.FACE, on=registry.today()).templates["P0001"]
        template = NewTemplate(modality=Modality.FACE, model=old.model, binding=old.binding, vector=vector[0])
        sample = NewSample(kind=SampleKind.PHOTO, file_sha256="a" * 64, templates=(template,))
        registry.enrol(Person(id="", display_name="Gus [/] Example"), consent=consent, samples=[sample])
    return agency


def opened(terminal: Terminal) -> Registry:
    return open_registry(terminal.registry, Passphrase(PASSPHRASE), operator="test")


def covered(terminal: Terminal) -> list[tuple[str, int]]:
    with opened(terminal) as registry:
        return [(one.model.partition(" ")[0], one.templates) for one in registry.renewing.covered()]


def settled(home: Path) -> str:
    return read_settings(home / "settings.toml").pack


def test_without_a_name_it_tells_what_is_in_use_and_whom_it_recognises(agency: Terminal) -> None:
    told = agency.run("models", "use")
    document = agency.run("models", "use", "--json").document()

    assert told.code == 0
    assert "In use: starter" in told.out
    assert "face: dlib-resnet 0.3.0 recognises 1 of 1 people" in told.out
    assert [one["name"] for one in document["models"]] == ["mtcnn", "dlib-resnet", "silero-vad", "ge2e"]
    assert [(one["modality"], one["people"], one["in_use"]) for one in document["templates"]] == [
        ("face", 1, True),
        ("voice", 1, True),
    ]
    assert document["people"] == {"face": 1, "voice": 1}


def test_without_a_registry_it_only_changes(alone: Terminal, own_home: Path) -> None:
    shown = alone.plain("models", "use")
    told = alone.plain("models", "use", "recommended")
    again = alone.plain("models", "use", "recommended")

    assert (shown.code, told.code, again.code) == (0, 0, 0)
    assert "Templates in" not in shown.out
    assert "“recommended” is in use from now on." in told.out
    assert "in use already" in again.out
    assert settled(own_home) == "recommended"
    assert "In use: recommended" in alone.plain("models", "use").out


def test_everybody_is_enrolled_again_and_the_old_templates_go(agency: Terminal, own_home: Path) -> None:
    write_settings(own_home / "settings.toml", Settings(threads=1))

    told = agency.run("models", "use", "recommended")

    assert told.code == 0
    assert "Enrolling again from what is kept: 1 samples of 1 people." in told.err
    assert "1 sample was enrolled again." in told.out
    assert "1 template of other models was removed." in told.out
    assert [name for name, _count in covered(agency)] == ["retail-0095", "ge2e"]
    assert read_settings(own_home / "settings.toml") == Settings(threads=1, pack="recommended")
    assert agency.run("registry", "audit").code == 0
    assert "People without templates of the pack recommended: 0" in agency.run("registry", "health").out
    assert "had templates made of kept samples" in agency.run("registry", "audit", "--person", "P0001").out


def test_old_templates_may_be_kept_to_go_back_at_once(agency: Terminal, own_home: Path) -> None:
    forth = agency.run("models", "use", "recommended", "--keep-old", "--json").document()
    between = sorted(covered(agency))
    shown = agency.run("models", "use").out
    back = agency.run("models", "use", "starter", "--json").document()

    assert (forth["renewed"], forth["retired"], forth["switched"]) == (1, 0, True)
    assert [name for name, _count in between] == ["dlib-resnet", "ge2e", "retail-0095"]
    assert "dlib-resnet 0.3.0 recognises 1 of 1 people (not in use)" in shown
    assert (back["renewed"], back["retired"]) == (0, 1)
    assert settled(own_home) == "starter"


def test_one_model_may_take_the_place_of_another(agency: Terminal, own_home: Path) -> None:
    told = agency.run("models", "use", "yunet", "--json").document()

    assert told["pack"] == settled(own_home) == "yunet+dlib-resnet"
    assert told["lost"] == []


def test_whoever_would_be_lost_is_told_and_nothing_changes_unasked(with_gus: Terminal, own_home: Path) -> None:
    told = with_gus.run("models", "use", "recommended")
    document = with_gus.run("models", "use", "recommended", "--json").document()

    assert told.code == 2
    assert "1 of 2 people would not be recognised any more by the new models:" in told.err
    assert "P0002  Gus [/] Example: face" in told.err
    assert "--yes" in told.err
    assert [one["id"] for one in document["lost"]] == ["P0002"]
    assert (document["switched"], document["error"]["exit_code"]) == (False, 2)
    assert settled(own_home) == "starter"


def test_with_yes_it_changes_all_the_same_and_says_who_is_lost(with_gus: Terminal, own_home: Path) -> None:
    told = with_gus.run("models", "use", "recommended", "--yes")

    assert told.code == 3
    assert "Not recognised by the new models:\n  P0002  Gus [/] Example: face" in told.out
    assert "countenance person samples add" in told.out
    assert settled(own_home) == "recommended"
    health = with_gus.run("registry", "health").out
    assert "People without templates of the pack recommended: 1" in health
    assert "countenance models use recommended" in health
    # What cannot be made anew is not taken away.
    assert ("dlib-resnet", 1) in covered(with_gus)


@pytest.mark.parametrize(("answer", "code", "pack"), [("recommended", 3, "recommended"), ("no", 130, "starter")])
def test_a_typed_answer_decides(
    with_gus: Terminal, own_home: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, pack: str
) -> None:
    monkeypatch.setattr("cli.session.Session.somebody_there", True)
    asked: list[str] = []
    monkeypatch.setattr("typer.prompt", lambda words, **_options: asked.append(words) or answer)

    told = with_gus.run("models", "use", "recommended")

    assert told.code == code
    assert asked == ["Type recommended to change all the same"]
    assert settled(own_home) == pack


def test_a_picture_without_a_clear_face_is_named_with_what_to_do(
    agency: Terminal, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        DetectorWorker, "embed", lambda _worker, request, *_rest, **_named: (b"",) * len(request.samples)
    )

    refused = agency.run("models", "use", "recommended")
    told = agency.run("models", "use", "recommended", "--yes")

    assert refused.code == 2
    assert settled(own_home) == "recommended"
    assert told.code == 3
    assert "no template could be made" in told.out
    assert "P0001  Eileen Example: face (S0001)" in told.out


def test_stopped_the_old_models_stay_and_how_to_go_on_is_said(
    agency: Terminal, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = CancelToken()
    stop.cancel()

    code = main(["--registry", str(agency.registry), "models", "use", "recommended"], stop)

    assert code == 130
    written = capsys.readouterr().err
    assert "“starter” stays in use" in written
    assert "countenance models use recommended" in written
    assert settled(own_home) == "starter"


def test_stopped_while_old_templates_go_the_new_models_are_in_use(
    agency: Terminal, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_words: object) -> None:
        raise CancelledError("Stopped.")

    monkeypatch.setattr("cli.models_use.retire", stop)
    stopped = agency.run("models", "use", "recommended")
    monkeypatch.undo()
    monkeypatch.setenv("COUNTENANCE_HOME", str(own_home))

    assert stopped.code == 130
    assert "not all old templates are removed" in stopped.err
    assert settled(own_home) == "recommended"


def test_the_same_command_removes_what_was_left(agency: Terminal) -> None:
    agency.run("models", "use", "recommended", "--keep-old")

    again = agency.run("models", "use", "recommended")

    assert "in use already" in again.out
    assert "1 template of other models was removed." in again.out


def test_a_model_that_is_missing_changes_nothing(agency: Terminal, own_home: Path) -> None:
    told = agency.run("models", "use", "sface")

    assert told.code == 5
    assert "countenance models install" in told.err
    assert settled(own_home) == "starter"


def test_an_unknown_name_and_options_without_one_are_refused(alone: Terminal) -> None:
    assert alone.plain("models", "use", "nonsense").code == 5
    assert alone.plain("models", "use", "--keep-old").code == 2


def test_a_registry_that_does_not_open_changes_nothing(
    agency: Terminal, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "another kite over harbour")

    assert agency.run("models", "use", "recommended").code == 4
    assert settled(own_home) == "starter"


def test_a_pack_that_is_none_any_more_can_be_left(agency: Terminal, own_home: Path) -> None:
    write_settings(own_home / "settings.toml", Settings(pack="taken-away"))

    told = agency.run("models", "use", "recommended")

    assert told.code == 0
    assert "taken-away" in told.err
    assert settled(own_home) == "recommended"


def test_other_registries_are_told_of(agency: Terminal, own_home: Path, filled: Path) -> None:
    (own_home / "registries").mkdir()
    shutil.copy(filled, own_home / "registries" / "studio.countenance")

    told = agency.run("models", "use", "recommended")

    assert "Other registries still have the templates they had: studio." in told.err
