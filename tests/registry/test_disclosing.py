"""All that is held about a person, in a folder of theirs: complete, theirs alone, whole or not at all."""

import json
import stat
import struct
import wave
from pathlib import Path

import pytest

from countenance.errors import CountenanceError, RegistryError, WrongUsageError
from countenance.grants import Prohibition, Revocation
from countenance.people import PersonKind
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import UnknownPolicy
from registry import DocumentKind, Registry
from tests.registry.clips import CLIP, OTHER_CLIP, cleared, publication, record, remembered
from tests.registry.noise import drawn, noise
from tests.registry.people import NOW, PAPERS, SPOKEN, consent, grant, person, spoken


@pytest.fixture
def ada(registry: Registry) -> str:
    number = registry.enrol(
        person("Ada Example", other_names=("艾达",), notes="[sic] likes brackets"),
        consent=SPOKEN,
        samples=[drawn(1), spoken(sound=noise(2, 3200))],
    )
    ben = registry.enrol(person("Ben Secret"), consent=consent(), samples=[drawn(5)])
    registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(number, ben)))
    given = registry.record_grant(grant(number), PAPERS)
    registry.revoke_grant(given.id, Revocation(notice=NOW.date(), days=30))
    registry.record_prohibition(Prohibition(id="", person=number))
    registry.documents.add(number, given.id, DocumentKind.CONTRACT, "../a contract.pdf", b"signed")
    registry.decisions.approve(given.id, CLIP, ApprovalDecision.APPROVED, "fine")
    registry.decisions.except_(number, CLIP, ExceptionKind.NEWS, ApprovalDecision.REFUSED, "no news in it")
    kept = registry.checks.keep(
        record(cleared(number, given.id, 1), cleared(ben), cleared(None), headline="Ben Secret and Ada Example"),
        [remembered(number), remembered(ben), remembered(None)],
        UnknownPolicy.REVIEW,
        None,
    )
    registry.checks.keep(record(cleared(ben), clip=record().clip), [remembered(ben)], UnknownPolicy.REVIEW, None)
    registry.publications.add(publication(clip=CLIP, check=kept.id))
    registry.publications.add(publication(clip=OTHER_CLIP, check=""))
    return number


def test_everything_held_is_handed_out(registry: Registry, ada: str, tmp_path: Path) -> None:
    made = registry.upkeep.disclose(ada, tmp_path / "deep" / "ada")

    folder = tmp_path / "deep" / "ada"
    told = json.loads((folder / "everything.json").read_text("utf-8"))
    records = told["records"]
    assert (made.person, made.folder) == (ada, folder)
    assert sorted(made.files) == sorted(entry.name for entry in folder.iterdir())
    assert told["person"] == ada
    assert records["people"][0]["display_name"] == "Ada Example"
    assert records["people"][0]["other_names"] == ["艾达"]
    assert records["people"][0]["notes"] == "[sic] likes brackets"
    assert [(row["id"], row["revision"]) for row in records["grants"]] == [("G0001", 1), ("G0001", 2)]
    assert records["grants"][1]["terms"]["revoked"]["days"] == 30
    for kind in ("biometric_consents", "prohibitions", "documents", "approvals", "exceptions"):
        assert len(records[kind]) == 1
    assert records["groups"] == [{"id": "P0003", "display_name": "The Band"}]
    assert len(records["publications"]) == 1
    assert [entry["action"] for entry in records["journal"]][:2] == ["person.enrolled", "person.enrolled"]
    vector = struct.unpack("<128f", drawn(1).templates[0].vector)
    assert records["templates"][0]["vector"] == pytest.approx(vector)
    assert (folder / "S0001.jpg").read_bytes() == drawn(1).picture
    assert (folder / "D0001 a contract.pdf").read_bytes() == b"signed"
    with wave.open(str(folder / "S0002.wav")) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16000, 1, 2)
        assert sound.readframes(10_000) == noise(2, 3200)
    index = (folder / "read-me-first.txt").read_text("utf-8")
    assert "S0001.jpg" in index
    assert "grants, each revision: 2" in index


def test_nobody_else_is_handed_out_with_them(registry: Registry, ada: str, tmp_path: Path) -> None:
    registry.upkeep.disclose(ada, tmp_path / "ada")

    text = (tmp_path / "ada" / "everything.json").read_text("utf-8")
    (check,) = json.loads(text)["records"]["checks"]
    assert [one["person"] for one in check["content"]["record"]["people"]] == [ada, None]
    assert [one["found"]["person"] for one in check["content"]["people"]] == [ada, None]
    assert "Ben Secret" not in text


def test_the_folder_is_its_owners_alone_and_the_journal_tells(registry: Registry, ada: str, tmp_path: Path) -> None:
    registry.upkeep.disclose(ada, tmp_path / "ada")

    assert stat.S_IMODE((tmp_path / "ada").stat().st_mode) == 0o700
    assert {stat.S_IMODE(entry.stat().st_mode) for entry in (tmp_path / "ada").iterdir()} == {0o600}
    last = registry.journal_entries()[-1]
    assert (last.action, last.subject) == ("person.disclosed", ada)


def test_a_folder_that_is_there_is_left_as_it_is(registry: Registry, ada: str, tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()

    with pytest.raises(RegistryError, match="already"):
        registry.upkeep.disclose(ada, tmp_path / "ada")

    assert list((tmp_path / "ada").iterdir()) == []


def test_nobody_leaves_no_folder(registry: Registry, ada: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())

    with pytest.raises(WrongUsageError, match="nobody with the id"):
        registry.upkeep.disclose("P9999", tmp_path / "nobody")

    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_cannot_be_finished_is_not_begun(
    registry: Registry, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(Path, "rename", fail)
    entries, before = registry.journal_entries(), sorted(tmp_path.iterdir())
    with pytest.raises(CountenanceError, match="cannot be written"):
        registry.upkeep.disclose(ada, tmp_path / "ada")

    assert sorted(tmp_path.iterdir()) == before
    assert registry.journal_entries() == entries


def test_where_no_folder_can_be_made_it_is_said(registry: Registry, ada: str, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_bytes(b"")

    with pytest.raises(CountenanceError, match="cannot be written"):
        registry.upkeep.disclose(ada, tmp_path / "in the way" / "ada")


@pytest.mark.parametrize("name", ["x" * 250 + ".pdf", "合" * 120 + ".pdf", "合" * 200])
def test_a_paper_with_a_long_name_is_handed_out(registry: Registry, tmp_path: Path, name: str) -> None:
    number = registry.enrol(person())
    registry.documents.add(number, number, DocumentKind.CONTRACT, name, b"signed")

    made = registry.upkeep.disclose(number, tmp_path / "out")

    (paper,) = (tmp_path / "out").glob("D0001 *")
    assert paper.read_bytes() == b"signed"
    assert paper.suffix == Path(name).suffix
    assert paper.name in {Path(file).name for file in made.files}
