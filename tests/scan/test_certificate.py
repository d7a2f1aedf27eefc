"""From a check to what is kept of it, and from a certificate and a clip to whether they belong together."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from countenance.clearance import ClearanceRecord
from countenance.decisions import ClipMark
from countenance.errors import ClipError, WrongUsageError
from countenance.judgement import JudgementKind, MatchKind, Reason
from countenance.observations import Gap, NotExamined, Stream, StreamKind
from countenance.people import Modality
from countenance.verdict import CheckResult, RegistryFacts, Severity, Verdict
from detectors.verifier import read_certificate
from reports.certificate import certificate_pdf, sign_pdf
from reports.certificate_words import people_rows
from scan.cast import CastMember
from scan.certificate import (
    record_of,
    remembered_people,
    signed_certificate,
    verify_certificate,
    worst_besides,
)
from scan.check import judge_observations
from scan.known import Known
from scan.worker import DetectorWorker
from tests.detectors.made import pattern, write_clip
from tests.detectors.malformed import child_command
from tests.detectors.remuxing import remux
from tests.reports.cleared import KEY, PUBLIC_KEY, record
from tests.scan.made import NOON, face, film, grant, known, known_by_voice, observations, setup, speaker, track

FACTS = RegistryFacts(id="r-1", revision=7, people=1, grants=1)
MARK = ClipMark(sha256="a" * 64, streams="b" * 64)
ADA = face({0: 0.95})
LONG = (0.0, 1.0, 2.0, 3.0)
STREAMS = (
    Stream(index=0, kind=StreamKind.VIDEO, codec="h264", width=960, height=540),
    Stream(index=1, kind=StreamKind.AUDIO, codec="aac", sample_rate=48_000),
    Stream(index=2, kind=StreamKind.VIDEO, codec="mjpeg", width=300, height=300, attached_picture=True),
    Stream(index=3, kind=StreamKind.OTHER, codec="mov_text"),
)


def checked(scene, people: Known) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), people), NOON)


def kept(result: CheckResult, people: Known) -> ClearanceRecord:
    return record_of(result, MARK, "c" * 64, people)


def test_a_record_says_who_was_found_and_on_which_grant_it_rests() -> None:
    people = known(facts=FACTS, grants=(grant(revision=3),))

    said = kept(checked(observations(track(0, ADA, LONG), track(1, face({}), LONG)), people), people)

    assert [(one.person, one.judgement, one.rests_on, one.revision) for one in said.people] == [
        ("p00", JudgementKind.PERMITTED, "g1", 3),
        (None, JudgementKind.UNKNOWN_PERSON, None, 0),
    ]
    assert 0 < (said.people[0].rate or 0) < 0.01
    assert said.people[0].name == ""
    assert (said.registry, said.registry_revision, said.owner) == ("r-1", 7, "us")
    assert said.verdict is Verdict.REVIEW
    assert said.clip.mark == MARK
    assert [one.modality for one in said.judged_by] == [Modality.FACE]
    assert {model.name for model in said.models} >= {"drawn-embedder"}
    assert said.report_sha256 == "c" * 64


def test_a_record_survives_its_journey_through_json() -> None:
    people = known(facts=FACTS, grants=(grant(),))

    scene = observations(track(0, ADA, LONG))
    scene = replace(scene, clip=replace(scene.clip, name="half \ud800 name.mp4"))

    said = kept(checked(scene, people), people)

    assert msgspec.json.decode(msgspec.json.encode(said), type=ClearanceRecord) == said
    assert said.clip.name == "half ? name.mp4"


def test_faces_and_voices_are_told_apart_and_streams_are_named() -> None:
    people = known_by_voice(facts=FACTS, grants=(grant(),))
    scene = film(track(0, ADA, LONG), heard=[speaker(0, ADA)])
    scene = replace(scene, clip=replace(scene.clip, streams=STREAMS))

    said = kept(checked(scene, people), people)

    assert [one.modality for one in said.people] == [Modality.FACE, Modality.VOICE]
    assert [one.modality for one in said.judged_by] == [Modality.FACE, Modality.VOICE]
    assert said.clip.streams == ("h264 960x540", "aac 48000 Hz")
    assert (said.picture_share, said.sound_share) == (1.0, 1.0)


def test_what_was_not_examined_is_told_with_its_share() -> None:
    people = known(facts=FACTS)
    scene = observations(track(0, ADA, LONG))
    gap = Gap(reason=NotExamined.UNREADABLE, start_s=7.0, end_s=9.0, share=0.2)
    scene = replace(scene, picture=replace(scene.picture, gaps=(gap,)))

    said = kept(checked(scene, people), people)

    assert said.picture_share == pytest.approx(0.8)
    assert said.sound_share is None
    assert said.incomplete
    assert any("20%" in sentence for sentence in said.not_examined)


def test_whom_nobody_was_compared_with_has_no_rate() -> None:
    people = Known(facts=FACTS)

    said = kept(checked(observations(track(0, ADA, LONG)), people), people)

    assert [(one.reason, one.rate, one.rate_is_capped) for one in said.people] == [(Reason.NO_MATCH, None, False)]


def test_a_check_without_a_registry_is_not_kept() -> None:
    with pytest.raises(WrongUsageError):
        kept(checked(observations(), Known()), Known())


def test_people_are_remembered_as_they_were_judged() -> None:
    people = known(facts=FACTS)
    result = checked(observations(track(0, ADA, LONG), track(1, face({}), LONG)), people)

    found = remembered_people(result)

    assert [(one.found.person, one.found.match, one.prominent) for one in found] == [
        ("p00", MatchKind.STRONG, True),
        (None, MatchKind.NONE, True),
    ]


def test_findings_that_consent_has_no_say_in_are_remembered_by_the_worst_of_them() -> None:
    people = known(facts=FACTS, grants=(grant(),))
    scene = observations(track(0, ADA, LONG))
    gap = Gap(reason=NotExamined.UNREADABLE, start_s=7.0, end_s=9.0, share=0.2)

    assert worst_besides(checked(scene, people)) is None
    gappy = replace(scene, picture=replace(scene.picture, gaps=(gap,)))
    assert worst_besides(checked(gappy, people)) is Severity.REVIEW


def test_the_cast_is_told_of_without_names() -> None:
    people = known(facts=FACTS, grants=(grant(),))
    cast = replace(setup(Path("models"), people), cast=(CastMember(person="P9", name="Zed"),))

    told = kept(judge_observations(observations(track(0, ADA, LONG)), cast, NOON), people).also_found

    assert len(told) == 2
    assert not any("Zed" in sentence or "Ada" in sentence for sentence in told)


def test_names_are_filled_in_for_the_page_alone() -> None:
    with_names = signed_certificate(record(), {"P0001": "Zoë"}, KEY.sign)
    people = tuple(msgspec.structs.replace(one, name="Zoë" if one.person == "P0001" else "") for one in record().people)

    assert with_names == sign_pdf(certificate_pdf(record(people=people)), KEY.sign)


def test_somebody_whose_name_the_registry_no_longer_has_is_told_of_by_id() -> None:
    found = read_certificate(signed_certificate(record(), {"P0002": "Marta"}, KEY.sign))

    people = msgspec.json.decode(found.record, type=ClearanceRecord).people
    assert found.holds
    assert [(one.person, one.name) for one in people[:2]] == [("P0001", ""), ("P0002", "Marta")]
    assert people_rows(record(people=people))[0].who == "P0001, face"


@pytest.fixture
def clip(tmp_path) -> Path:
    return write_clip(tmp_path / "clip.mp4", [pattern(n) for n in range(12)])


def certified(clip: Path, worker: DetectorWorker, file: Path) -> Path:
    about = record()
    file.write_bytes(
        sign_pdf(certificate_pdf(record(clip=msgspec.structs.replace(about.clip, mark=worker.mark(clip)))), KEY.sign)
    )
    return file


def test_a_certificate_knows_its_clip_a_remux_and_a_stranger(clip, tmp_path) -> None:
    other = write_clip(tmp_path / "other.mp4", [pattern(n, scene=1) for n in range(12)])
    with DetectorWorker(child_command) as worker:
        certificate = certified(clip, worker, tmp_path / "certificate.pdf")

        own = verify_certificate(certificate, clip, worker)
        again = verify_certificate(certificate, remux(clip, tmp_path / "again.mkv"), worker)
        strange = verify_certificate(certificate, other, worker)

    assert (own.holds, own.same_file, own.same_streams, own.public_key) == (True, True, True, PUBLIC_KEY)
    assert (again.holds, again.same_file, again.same_streams) == (True, False, True)
    assert (strange.holds, strange.of_this_clip) == (True, False)
    assert hashlib.sha256(clip.read_bytes()).hexdigest() == own.record.clip.mark.sha256


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 something else", bytes(5 * 1024 * 1024)])
def test_what_is_no_certificate_gets_a_sentence(clip, tmp_path, content) -> None:
    (tmp_path / "some.pdf").write_bytes(content)

    with DetectorWorker(child_command) as worker, pytest.raises(ClipError, match=r"some\.pdf"):
        verify_certificate(tmp_path / "some.pdf", clip, worker)


def test_a_certificate_that_is_not_there_gets_a_sentence(clip, tmp_path) -> None:
    with DetectorWorker(child_command) as worker, pytest.raises(ClipError, match="cannot be read"):
        verify_certificate(tmp_path / "missing.pdf", clip, worker)
