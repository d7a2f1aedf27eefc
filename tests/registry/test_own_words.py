"""What an erasure looks for beside names and contents: free texts of records; and one that was stopped half-way."""

from dataclasses import replace

import msgspec
import pytest

from countenance.errors import RegistryError, WrongUsageError
from countenance.grants import Prohibition
from countenance.use import ApprovalDecision
from countenance.verdict import UnknownPolicy
from registry import Registry
from registry.remains import Known, collect_known, look_for
from registry.theirs import whose
from tests.registry.clips import CLIP, cleared, record
from tests.registry.noise import drawn
from tests.registry.people import PAPERS, consent, grant, person


def _left_in_a_free_page(registry: Registry, known: Known, content: str) -> set[str]:
    registry._lane._db.execute("pragma secure_delete = off")
    with registry._lane.change() as db:
        db.execute("create table scratch (content blob)")
        # More than a page, so that it stands on pages of its own.
        db.execute("insert into scratch values (?)", [f"{'.' * 9000}{content}{'.' * 9000}".encode()])
    with registry._lane.change() as db:
        db.execute("drop table scratch")
    with registry._lane.query() as db:
        left_over = look_for(registry._lane, db, known).left_over
    return {one.kind for one in left_over if "/free page/" in one.where}


def test_every_free_text_of_their_records_is_looked_for(registry: Registry) -> None:
    words = {
        "source": "her sister’s album",
        "consent": "seen in the year of the flood",
        "grant": 'a \\"robot\\" speaks her lines',
        "prohibition": "letter of the heirs",
        "reason": "for the evening news",
        "tag": "Class of 1999",
        "name": "艾琳",
        "file name": "flood-final-3.mp4",
        "contact": "ring twice at number 9",
    }
    number = registry.enrol(
        person("艾琳", tags=("Class of 1999",), contact=words["contact"]),
        consent=consent(notice_version=words["consent"]),
        samples=[replace(drawn(1), source=words["source"])],
    )
    given = registry.record_grant(grant(number, description='a "robot" speaks her lines'), PAPERS)
    registry.record_prohibition(Prohibition(id="", person=number, document=words["prohibition"]))
    registry.decisions.approve(given.id, CLIP, ApprovalDecision.APPROVED, words["reason"])
    clip = msgspec.structs.replace(record().clip, name=words["file name"])
    registry.checks.keep(record(cleared(number), clip=clip), [], UnknownPolicy.NOTE, None)
    with registry._lane.query() as db:
        known = collect_known(db, whose(db, number))
    registry.upkeep.erase(number)

    assert _left_in_a_free_page(registry, known, " / ".join(words.values())) == words.keys()


def test_a_long_text_is_known_by_a_part_of_it(registry: Registry) -> None:
    notes = "".join(f"on day {day} she asked for {day * 7919 % 1000} things; " for day in range(400))
    number = registry.enrol(person("Chatty", notes=notes))
    with registry._lane.query() as db:
        known = collect_known(db, whose(db, number))
    registry.upkeep.erase(number)

    assert _left_in_a_free_page(registry, known, notes[5000:5400]) == {"notes"}


def test_wording_that_others_share_is_nobodys(registry: Registry) -> None:
    number = registry.enrol(person("A Lee"), consent=consent(purpose="the wording of our form " * 9))
    registry.enrol(person("Ashlee Flee"), consent=consent(purpose="the wording of our form " * 9))

    result = registry.upkeep.erase(number)

    assert result.proved
    assert result.elsewhere == ()


@pytest.mark.parametrize("room", [True, False])
def test_an_erasure_that_was_stopped_before_its_proof_is_finished(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, room: bool
) -> None:
    zeb = registry.enrol(person("Zebedee Quillfeather", notes="x" * 9000))

    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    def fail() -> None:
        raise RegistryError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(registry._lane, "compact", stop)
        with pytest.raises(KeyboardInterrupt):
            registry.upkeep.erase(zeb)
    if not room:
        monkeypatch.setattr(registry._lane, "compact", fail)

    with pytest.raises(WrongUsageError, match="stopped before it had searched") as caught:
        registry.upkeep.erase(zeb)

    assert ("is written anew now" if room else "Make space") in caught.value.remedy
    with registry._lane.query() as db:
        assert (db.execute("pragma freelist_count").fetchone()[0] == 0) is room
