"""A report as data: everything the contract asks for, nothing it forbids."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from importlib import resources

import msgspec
import pytest

from countenance.identification import IdentificationStatus
from countenance.judgement import Judgement, JudgementKind, Reason
from countenance.verdict import CheckResult, FindingKind, Severity
from reports import ReportError, encode_report, read_report, report_document, report_json
from reports.document import json_schema
from reports.finding_words import coverage_texts
from tests.reports.material import EMBEDDING, USE, campaign, finding, identification, portrait

CONTRACT_FIELDS = {
    "schema",
    "program",
    "created",
    "clip",
    "use",
    "registry",
    "models",
    "operating_point",
    "coverage",
    "tracks",
    "speakers",
    "findings",
    "verdict",
    "incomplete",
    "timings",
}


def test_a_report_has_every_field_of_the_contract_and_ends_with_a_newline() -> None:
    data = report_json(campaign(), redact=False)

    report = msgspec.json.decode(data)
    assert report.keys() >= CONTRACT_FIELDS
    assert report["schema"] == "1.4.0"
    assert report["verdict"] == "blocked"
    assert report["incomplete"] is True
    assert report["clip"].keys() >= {"name", "sha256", "container", "duration_s", "streams"}
    assert report["models"][0].keys() >= {"task", "pack", "version", "sha256", "licence", "commercial_use", "provider"}
    assert report["operating_point"]["face"].keys() >= {"block_fmr", "review_fmr", "gallery", "promised_fpir"}
    assert data.endswith(b"}\n")


def test_the_same_result_gives_the_same_bytes() -> None:
    assert report_json(campaign(), redact=False) == report_json(campaign(), redact=False)


def test_a_report_reads_back_as_it_was_written() -> None:
    report = report_document(campaign(), redact=False)

    assert read_report(encode_report(report)) == report


def test_a_report_holds_no_embedding_and_no_likeness_score() -> None:
    data = report_json(campaign(), redact=False)

    assert base64.b64encode(EMBEDDING[:96]) not in data
    assert b"embedding" not in data.replace(b"face_embedder", b"")
    assert b"0.61234" not in data
    assert b'"score"' not in data


def test_times_boxes_and_rates_are_rounded_to_what_they_can_mean() -> None:
    report = report_document(campaign(), redact=False)

    assert report.clip.duration_s == 42.367
    assert report.tracks[0].moments[0].at_s == 0.833
    assert report.tracks[0].moments[0].box.x == 0.3123
    assert report.operating_point["face"].review_fmr == 2.04e-4
    assert report.timings == {"decode": 3.213, "judge": 0.0}


def test_people_in_no_finding_are_not_named() -> None:
    result = campaign()
    without = replace(result, findings=result.findings[1:])

    data = report_json(without, redact=False).decode()

    assert "Eileen Collins" not in data
    assert "Marta Ruiz" in data


def test_redaction_leaves_out_names_samples_and_ids() -> None:
    result = hidden_in_every_text(campaign())

    data = report_json(result, redact=True).decode()

    texts = re.sub(r'"jpeg": "[^"]+"', "", data).casefold()
    for secret in ("eileen", "collins", "marta", "ruiz", "林晓", '"p-1"', '"p-2"', '"p-9"'):
        assert secret not in texts
    assert base64.b64encode(portrait(left=150, top=10, side=140)).decode() not in data
    assert read_report(data.encode()).redacted


def test_redaction_keeps_a_file_name_that_names_nobody() -> None:
    assert report_document(campaign(), redact=True).clip.name == "spring-campaign_v3.mp4"


def test_letters_stand_for_the_same_person_throughout_a_report() -> None:
    report = report_document(campaign(), redact=True)

    assert [finding.person for finding in report.findings] == ["A", "B", None, "C", None, None]
    by_track = {track.id: track.identification for track in report.tracks}
    assert by_track[1] is not None
    assert by_track[1].person == "A"
    assert by_track[3] is not None
    assert by_track[3].person == "B"
    assert report.findings[0].name == "Person A"
    assert report.findings[0].title == "Person A: Permission ended"


def test_a_near_miss_is_named_where_names_are_asked_for_and_hidden_where_not() -> None:
    result = campaign()
    unknown = Judgement(kind=JudgementKind.UNKNOWN_PERSON, reason=Reason.NO_MATCH)
    alike = identification(5, IdentificationStatus.UNKNOWN, "p-7", 0.31)
    missed = finding(Severity.REVIEW, None, "", result.observations.tracks[4:5], unknown, alike, closest="Nora Quist")
    clip = replace(result.observations.clip, name="for_nora_quist.mp4")
    result = replace(result, findings=(missed,), observations=replace(result.observations, clip=clip))

    assert "Closest: Nora Quist;" in report_document(result, redact=False).findings[0].likeness
    assert "Closest: somebody in the registry;" in report_document(result, redact=True).findings[0].likeness
    assert b"nora" not in report_json(result, redact=True).lower()


def test_a_name_that_the_use_brings_into_a_sentence_takes_the_sentence_out() -> None:
    use = replace(USE, project="Collins tour")
    elsewhere = Judgement(kind=JudgementKind.NOT_PERMITTED, reason=Reason.SCOPE_PROJECT)
    sure = identification(1, IdentificationStatus.IDENTIFIED, "p-1", 1e-4)
    result = campaign()
    told = finding(Severity.BLOCK, "p-1", "Eileen Collins", result.observations.tracks[:1], elsewhere, sure, use=use)

    report = report_document(replace(result, use=use, findings=(told, *result.findings[1:])), redact=True)

    assert report.findings[0].title == "Person A: Not permitted"
    assert (report.findings[0].sentence, report.findings[0].next_step) == ("(left out)", "(left out)")
    assert report.findings[0].likeness.startswith("Among strangers’ clips")
    assert b"Collins" not in encode_report(report)


def test_a_name_that_is_also_a_word_of_ours_leaves_the_sentences_as_they_are() -> None:
    result = campaign(names=("Tim Grant", "Thi Person", "An Use"))

    report = report_document(result, redact=True)

    assert report.findings[0].sentence == "This person: the grant covers this use but has ended."
    assert "(left out)" not in encode_report(report).decode()


@pytest.mark.parametrize("reason", Reason)
def test_no_reason_brings_a_name_into_a_redacted_report(reason: Reason) -> None:
    result = hidden_in_every_text(campaign())
    judgement = Judgement(
        kind=JudgementKind.NOT_PERMITTED,
        reason=reason,
        rests_on="grant-eileen",
        part=(("modality", "face"), ("channel", "marta.example"), ("territory", "FR")),
    )
    sure = identification(1, IdentificationStatus.IDENTIFIED, "p-1", 1e-4)
    told = finding(
        Severity.BLOCK, "p-1", "Eileen Collins", result.observations.tracks[:1], judgement, sure, use=result.use
    )

    data = report_json(replace(result, findings=(told, *result.findings[1:])), redact=True).decode()

    texts = re.sub(r'"jpeg": "[^"]+"', "", data).casefold()
    assert not [secret for secret in ("eileen", "collins", "marta", "ruiz", "林晓") if secret in texts]


def test_a_redacted_finding_about_no_one_is_told_in_its_words_without_names() -> None:
    result = campaign()
    gap = replace(
        result.findings[0],
        kind=FindingKind.COVERAGE,
        person=None,
        name="",
        tracks=(),
        judgement=None,
        identification=None,
        sentence="Eileen Collins was behind a curtain.",
        unnamed=coverage_texts(result.observations),
    )

    report = report_document(replace(result, findings=(gap,)), redact=True)

    assert report.findings[0].title == "Part of the clip was not examined"
    assert "Eileen" not in report.findings[0].sentence
    assert report.findings[0].modality is None


def test_a_name_that_utf8_cannot_carry_is_written_with_a_placeholder() -> None:
    result = campaign(names=("Ei\udcffleen", "Marta", "Lin"))
    clip = replace(result.observations.clip, name="bad\udce4name.mp4")
    result = replace(result, observations=replace(result.observations, clip=clip))

    report = read_report(report_json(result, redact=False))

    assert report.clip.name == "bad?name.mp4"
    assert report.findings[0].name == "Ei?leen"


def test_a_result_without_registry_says_so() -> None:
    result = replace(campaign(), registry=None, operating_point=None)

    report = msgspec.json.decode(report_json(result, redact=False))

    assert report["registry"] is None
    assert report["operating_point"] == {}


def test_the_shipped_schema_is_the_one_of_the_types() -> None:
    shipped = (resources.files("reports") / "report.schema.json").read_bytes()

    assert shipped == json_schema(), "write what reports.document.json_schema() returns into reports/report.schema.json"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b'{"schema": "1.0.0"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"schema": 1}',
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(damage: bytes) -> None:
    with pytest.raises(ReportError) as refusal:
        read_report(damage)

    assert refusal.value.sentence == "This file is not a report, or it is damaged."


def test_a_value_outside_its_range_is_refused() -> None:
    data = report_json(campaign(), redact=False).replace(b'"verdict": "blocked"', b'"verdict": "safe"')

    with pytest.raises(ReportError):
        read_report(data)


def test_a_later_minor_version_is_read_and_a_later_kind_is_refused() -> None:
    data = report_json(campaign(), redact=False)
    later = data.replace(b'"schema": "1.4.0"', b'"schema": "1.7.2", "novelty": 1')
    another = data.replace(b'"schema": "1.4.0"', b'"schema": "2.0.0"')

    assert read_report(later).schema == "1.7.2"
    with pytest.raises(ReportError, match=r"2\.0\.0"):
        read_report(another)


def hidden_in_every_text(result: CheckResult) -> CheckResult:
    """Return the result with people's names wherever a text from outside may hold one."""
    first = result.findings[0]
    assert first.judgement is not None
    telling = replace(
        first,
        sentence="Eileen Collins said so.",
        judgement=replace(first.judgement, rests_on="grant-eileen", part=(("channel", "collins tv"),)),
    )
    clip = replace(result.observations.clip, name="EILEEN_collins.mp4")
    use = replace(
        result.use,
        project="Collins tour",
        grantee="Friends of 林晓",
        category="Ruiz perfume",
        channels=("marta.example",),
        approvals={"grant-eileen": next(iter(result.use.approvals.values()))},
    )
    return replace(
        result,
        headline="Eileen Collins blocks this clip.",
        findings=(telling, *result.findings[1:]),
        observations=replace(result.observations, clip=clip),
        use=use,
    )
