"""Forgetting somebody for good: every row goes, every page is searched, and the search finds what it should find."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from countenance.clearance import ClearedClip
from countenance.decisions import ClipMark
from countenance.errors import RegistryError, WrongUsageError
from countenance.grants import Prohibition, Revocation
from countenance.people import Modality, PersonKind
from countenance.use import ApprovalDecision, ExceptionKind
from countenance.verdict import UnknownPolicy
from registry import DocumentKind, ErasureReason, Found, Registry
from registry.remains import Known, collect_known, look_for
from registry.theirs import whose
from tests.registry.clips import CLIP, OTHER_CLIP, REMUXED, cleared, publication, record, remembered
from tests.registry.noise import drawn, noise
from tests.registry.people import NOW, PAPERS, SPOKEN, consent, grant, opened, person, spoken

ZEB = "Zebedee Quillfeather"
CONTRACT = b"%PDF-1.7 a contract " + noise(77, 30_000)


@pytest.fixture
def zeb(registry: Registry) -> str:
    """Return somebody of whom everything is held that a registry can hold."""
    sound = noise(5, 6400)
    heard = replace(spoken().templates[0], vector=drawn(6).templates[0].vector)
    number = registry.enrol(
        person(
            ZEB, other_names=("艾琳娜", "Zeb"), contact="+44 20 7946 0018, her agent", external_ids=("isni:0000 1",)
        ),
        consent=SPOKEN,
        samples=[drawn(1), spoken(sound=sound, templates=(heard,))],
    )
    given = registry.record_grant(grant(number), PAPERS)
    registry.revoke_grant(given.id, Revocation(notice=NOW.date(), days=30))
    registry.record_prohibition(Prohibition(id="", person=number))
    registry.documents.add(number, given.id, DocumentKind.CONTRACT, f"{ZEB} contract.pdf", CONTRACT)
    registry.decisions.approve(given.id, CLIP, ApprovalDecision.APPROVED, "fine")
    registry.decisions.except_(number, CLIP, ExceptionKind.NEWS, ApprovalDecision.REFUSED, "no news in it")
    return number


def _everything(registry: Registry) -> str:
    """Return all rows of all tables but the journal's, as text."""
    with registry._lane.query() as db:
        return repr([db.execute(f"select * from {table}").fetchall() for table in db.table_names()])


def test_nothing_of_an_erased_person_is_left_in_any_row_or_page(registry: Registry, zeb: str, path: Path) -> None:
    other = registry.enrol(person("Ben Other"), consent=consent(), samples=[drawn(50)])

    result = registry.upkeep.erase(zeb, ErasureReason.RETENTION)

    assert result.proved
    assert (result.left_over, result.indistinct) == ((), 0)
    # The journal keeps the hash of a paper, as evidence that it was not exchanged; it can be told of no one.
    assert [(one.kind, one.where) for one in result.elsewhere] == [("hash", "journal/6/facts")]
    assert (result.people, result.reason, result.compacted) == ((zeb,), ErasureReason.RETENTION, True)
    assert result.pages * 4096 == path.stat().st_size
    assert result.size == result.pages * 4016
    assert result.traces > 500
    assert result.removed["grants"] == 2
    assert {"samples", "templates", "documents", "approvals", "exceptions", "prohibitions"} <= result.removed.keys()
    everything = _everything(registry)
    for trace in (ZEB, "艾琳娜", "7946", "isni", repr(CONTRACT[20:40])[2:-1]):
        assert trace not in everything
    assert [one.id for one in registry.people()] == [other]
    assert registry.samples(other)
    assert registry.upkeep.audit().holds


def test_a_tombstone_and_the_journal_tell_that_it_was_done_and_nothing_else(registry: Registry, zeb: str) -> None:
    registry.upkeep.erase(zeb)

    with registry._lane.query() as db:
        ((number, at, by, facts),) = db.execute("select * from tombstones").fetchall()
    *_before, erased, proved = registry.journal_entries()
    assert (number, at, by) == (zeb, NOW.isoformat(), "ann")
    assert json.loads(facts)["samples"] == 2
    assert (erased.action, erased.subject, proved.action) == ("person.erased", zeb, "erasure.proved")
    assert json.loads(proved.facts)["left_over"] == 0
    with pytest.raises(WrongUsageError, match="was erased before, on 2026-11-21"):
        registry.upkeep.erase(zeb)
    with pytest.raises(WrongUsageError, match="nobody with the id"):
        registry.people([zeb])
    assert registry.upkeep.everything_of(zeb) == {zeb}
    assert (registry.upkeep.erased_on(zeb), registry.upkeep.erased_on("P0099")) == (NOW.date(), None)
    assert registry.enrol(person("Next")) != zeb


def test_who_turned_out_to_be_the_same_goes_too(registry: Registry, zeb: str) -> None:
    same = registry.enrol(person("Zebedee Q."), consent=consent(), samples=[drawn(60)])
    registry.merge(zeb, same)

    result = registry.upkeep.erase(same)

    assert result.people == (zeb, same)
    assert result.proved
    assert registry.people() == ()
    with pytest.raises(WrongUsageError, match="erased before"):
        registry.upkeep.erase(same)


def test_groups_lose_a_member_and_stay(registry: Registry, zeb: str) -> None:
    other = registry.enrol(person("Ben Other"))
    band = registry.enrol(person("The Band", kind=PersonKind.GROUP, members=(zeb, other)))

    registry.upkeep.erase(zeb)

    assert registry.people([band])[0].members == (other,)


def test_checks_of_others_stay_without_the_person(registry: Registry, zeb: str) -> None:
    ben = registry.enrol(person("Ben Other"))
    shared = registry.checks.keep(
        record(cleared(zeb, "G0001", 1), cleared(ben), headline=f"{ZEB} asks for a credit."),
        [remembered(zeb), remembered(ben), remembered(None)],
        UnknownPolicy.REVIEW,
        None,
    )
    alone = registry.checks.keep(
        record(cleared(zeb), clip=_clip("zebedee_quillfeather-cut3.mp4", REMUXED)),
        [remembered(zeb)],
        UnknownPolicy.NOTE,
        None,
    )
    named = registry.checks.keep(
        record(cleared(ben), clip=_clip("ZebedeeQuillfeather vs Ben.mp4", OTHER_CLIP)), [], UnknownPolicy.NOTE, None
    )
    other = registry.checks.keep(record(cleared(ben)), [remembered(ben)], UnknownPolicy.NOTE, None)
    registry.publications.add(publication(clip=REMUXED, check=alone.id, clip_name="Zebedee Quillfeather.mp4"))
    registry.publications.add(publication(clip=CLIP, check=shared.id))

    result = registry.upkeep.erase(zeb)

    kept = {check.id: check for check in registry.checks.all()}
    assert result.proved
    assert set(kept) == {shared.id, named.id, other.id}
    assert kept[other.id] == other
    assert [one.person for one in kept[shared.id].record.people] == [ben]
    assert [one.found.person for one in kept[shared.id].people] == [ben, None]
    assert kept[shared.id].record.erased == 1
    assert kept[shared.id].record.headline == "…"
    assert kept[named.id].record.clip.name == "…"
    assert registry.checks.of(zeb) == registry.checks.of("G0001") == ()
    first, second = registry.publications.all()
    assert (first.check, first.clip_name) == ("", "…")
    assert second.check == shared.id
    assert second.clip_name != "…"
    assert result.removed["checks"] == 1
    assert result.removed["checks_kept_without"] == 1
    assert result.removed["blanked"] == 2


def _clip(name: str, mark: ClipMark) -> ClearedClip:
    return msgspec.structs.replace(record().clip, name=name, mark=mark)


def test_a_name_in_somebody_elses_record_is_told_and_left(registry: Registry, zeb: str) -> None:
    child = registry.enrol(person("Kim", guardian=f"her mother, {ZEB}, passport"))
    fan = registry.enrol(person("Fan of 艾琳娜"))
    registry.enrol(person("Zebra"), consent=consent(), samples=[drawn(9)])

    result = registry.upkeep.erase(zeb)

    assert result.proved
    assert {found.where for found in result.elsewhere} == {
        "journal/6/facts",
        f"people/{child}/guardian",
        f"people/{fan}/display_name",
        f"people/{fan}/searchable",
    }
    assert registry.people([child])[0].guardian == f"her mother, {ZEB}, passport"


def test_a_copy_of_their_picture_in_somebody_elses_record_is_told(registry: Registry, zeb: str) -> None:
    twin = registry.enrol(person("Twin"), consent=consent(), samples=[drawn(1)])

    result = registry.upkeep.erase(zeb)

    (sample,) = registry.samples(twin)
    assert result.proved
    assert {found.where for found in result.elsewhere} == {
        "journal/6/facts",
        f"sample_media/{sample.id}/picture",
        f"samples/{sample.id}/file_sha256",
        f"templates/{sample.id}/face/{'a' * 64}/1/vector",
    }


@pytest.fixture
def known(registry: Registry, zeb: str) -> Known:
    with registry._lane.query() as db:
        return collect_known(db, whose(db, zeb))


def _looked_for(registry: Registry, known: Known):
    with registry._lane.query() as db:
        return look_for(registry._lane, db, known)


def test_the_search_finds_a_copy_in_a_page_that_nothing_uses(registry: Registry, zeb: str, known: Known) -> None:
    """Else the proofs above would prove nothing."""
    registry._lane._db.execute("pragma secure_delete = off")
    with registry._lane.change() as db:
        db.execute("create table scratch (content blob)")
        db.execute("insert into scratch values (?)", [CONTRACT])
        db.execute("insert into scratch values (?)", [ZEB.encode()])
    with registry._lane.change() as db:
        db.execute("drop table scratch")

    found = _looked_for(registry, known)

    assert found.free_pages > 5
    free = {one for one in found.left_over if "/free page/" in one.where}
    assert {one.kind for one in free} >= {"document", "name"}
    # Every page of the content that lies about is found, not one by luck.
    assert len({one.where for one in free}) >= len(CONTRACT) // 4096


def test_the_search_finds_what_lies_between_rows(registry: Registry, known: Known, zeb: str) -> None:
    other = registry.enrol(person(ZEB[::-1], notes="x" * 300))
    registry._lane._db.execute("pragma secure_delete = off")
    with registry._lane.change() as db:
        db.execute("update people set notes = ? where id = ?", [f"{ZEB} " * 12, other])
        db.execute("update people set notes = '' where id = ?", [other])
        for table in ("approvals", "exceptions", "members"):
            db.execute(f"delete from {table}")
        # What a removal that forgets to overwrite would leave.
        db.execute("pragma defer_foreign_keys = on")
        db.execute("update people set display_name = 'x', searchable = '', other_names = '[]' where id = ?", [zeb])
        db.execute("update documents set file_name = 'x'")

    found = _looked_for(registry, known)

    assert any(one.kind == "name" and "/page/" in one.where for one in found.left_over)


def test_what_was_gone_before_is_told(registry: Registry, zeb: str) -> None:
    (biometric,) = registry.consents(zeb)
    registry.withdraw_consent(biometric.id, NOW.date())

    result = registry.upkeep.erase(zeb)

    assert result.gone == 2
    assert result.proved


def test_the_search_reads_the_files_beside_the_registry(registry: Registry, zeb: str, known: Known, path: Path) -> None:
    journal = path.with_name(f"{path.name}-journal")
    log = path.with_name(f"{path.name}-wal")
    pages = [path.read_bytes()[at : at + 4096] for at in range(0, path.stat().st_size, 4096)]
    header = bytes.fromhex("d9d505f920a163d7") + bytes(12) + (512).to_bytes(4, "big") + (4096).to_bytes(4, "big")
    records = b"".join(number.to_bytes(4, "big") + page + bytes(4) for number, page in enumerate(pages, 1))
    registry.upkeep.erase(zeb)
    with registry._lane.query() as db:
        # SQLite would roll them back or read them at its next query, so they are put there in the middle of one.
        db.execute("select count(*) from people").fetchone()
        journal.write_bytes(header.ljust(512, b"\0") + records)
        log.write_bytes(
            bytes(32) + b"".join(number.to_bytes(4, "big") + bytes(20) + page for number, page in enumerate(pages, 1))
        )
        found = look_for(registry._lane, db, known)
        journal.unlink()
        log.unlink()

    assert found.beside == ("-journal", "-wal")
    assert {one.where.partition("/")[0] for one in found.left_over} == {"-journal", "-wal"}
    assert {one.kind for one in found.left_over} >= {"picture", "sound", "template", "document", "name", "hash"}


def test_an_erasure_goes_on_where_the_file_cannot_be_written_anew(
    registry: Registry, zeb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In place of a disk with too little room for a second copy.
    def fail() -> None:
        raise RegistryError("The disk is full.")

    told: list[str] = []
    registry.upkeep.watch(None, told.append)
    monkeypatch.setattr(registry._lane, "compact", fail)

    result = registry.upkeep.erase(zeb)

    assert not result.compacted
    assert result.proved
    assert result.free_pages > 0
    assert told == ["The disk is full."]


def test_a_copy_in_a_table_without_ids_is_told(registry: Registry, zeb: str) -> None:
    with registry._lane.change() as db:
        db.execute("create table scratch (content blob)")
        db.execute("insert into scratch values (?)", [CONTRACT])

    result = registry.upkeep.erase(zeb)

    assert "scratch/1/content" in {found.where for found in result.elsewhere}


def test_silence_and_flat_pictures_tell_nothing_of_anybody(registry: Registry) -> None:
    number = registry.enrol(person("A B"), consent=SPOKEN, samples=[spoken()])

    result = registry.upkeep.erase(number)

    # The sound is silence, and every number of the vector is the same.
    assert (result.indistinct, result.traces) == (2, 0)
    assert result.proved


def test_a_long_list_of_places_is_cut_and_counted(registry: Registry) -> None:
    number = registry.enrol(person("Star Struck"))
    for copy in range(60):
        registry.enrol(person(f"Star Struck {copy}"))

    result = registry.upkeep.erase(number)

    assert len(result.elsewhere) == 100
    assert result.elsewhere_count >= 120


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("Li", "alice in wonderland", False),
        ("Li", "with Li, 2026", True),
        ("José Pérez", "jose_perez-final.MOV", True),
        ("José Pérez", "joseperez.mov", True),
        ("王芳", "王芳的监护人", True),
        ("王", "王国", False),
        ("Ann", "anna.mp4", False),
        ("...", "what...ever", False),
    ],
)
def test_names_are_told_from_parts_of_words(name: str, text: str, stands: bool) -> None:
    known = Known(person="P1", names=(name,), texts=(), pieces=())

    assert known.names_in(text) is stands


def test_what_was_found_holds_no_name(registry: Registry, zeb: str) -> None:
    registry.enrol(person("Kim", guardian=ZEB))

    result = registry.upkeep.erase(zeb)

    assert ZEB not in repr(result)
    assert isinstance(result.elsewhere[0], Found)


def test_a_consent_for_the_face_alone_is_erased_as_well(registry: Registry, path: Path) -> None:
    number = registry.enrol(person("Only Face"), consent=consent(modality=(Modality.FACE,)), samples=[drawn(8)])
    registry.upkeep.erase(number)

    with opened(path) as again:
        assert again.people() == ()
        assert again.upkeep.audit().holds
