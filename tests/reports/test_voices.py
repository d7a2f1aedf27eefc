"""Voices in a report: told, heard, drawn, and as well hidden as faces where names are left out."""

from __future__ import annotations

import base64
import io
import re
import wave
from dataclasses import replace

import msgspec
import pytest

from countenance.identification import IdentificationReason
from countenance.people import Modality
from countenance.verdict import FindingKind
from reports import read_report, report_document, report_json
from reports.sounds import best_excerpt, wav_of
from tests.reports.material import EMBEDDING, campaign
from tests.reports.voiced import hum, interview, podcast


def test_every_speaker_is_told_with_turns_and_what_stands_behind_the_voice() -> None:
    report = msgspec.json.decode(report_json(interview(), redact=False))

    first, _second, third, last = report["speakers"]
    assert first["ranges"] == [{"start_s": 0.6, "end_s": 8.8}, {"start_s": 12.0, "end_s": 18.9}]
    assert (first["stream"], first["background"], first["samples"]) == (1, "music", 1)
    assert first["identification"]["person"] == "p-1"
    assert first["identification"]["modality"] == "voice"
    assert third["overlapped_s"] == 1.7
    assert last["not_examined"] == "too_short"
    assert report["coverage"]["voices_not_judged"] == {"too_short": 1}
    assert report["coverage"]["sound"]["speech_s"] == 27.4
    assert report["coverage"]["sound"]["overlaps"] == [{"start_s": 17.2, "end_s": 18.9}]


def test_both_promises_and_the_waveform_are_in_the_data() -> None:
    result = interview()
    report = report_document(result, redact=False)

    assert report.operating_point["face"].promised_fpir.review == 0.025
    assert report.operating_point["voice"].gallery == 12
    assert report.waveform == result.observations.waveform
    assert read_report(report_json(result, redact=False)) == report


def test_a_voice_finding_can_be_listened_to_beside_the_enrolled_sample() -> None:
    report = report_document(interview(), redact=False)

    evidence = next(one.evidence for one in report.findings if one.kind is FindingKind.VOICE)

    assert evidence.speakers == (1,)
    assert (evidence.excerpts[0].speaker, evidence.excerpts[0].start_s) == (1, 0.6)
    for data in (evidence.excerpts[0].wav, evidence.enrolled_wav):
        assert data is not None
        with wave.open(io.BytesIO(data)) as sound:
            assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 16_000)
            assert sound.getnframes() >= 2 * 16_000


def test_a_wav_of_ours_is_a_header_and_the_samples_as_they_were() -> None:
    sound = hum(0.5)

    assert wav_of(sound)[44:] == sound
    assert len(wav_of(sound + b"\x01")) == 44 + len(sound)
    assert len(wav_of(b"")) == 44


def test_what_cannot_be_listened_to_gives_no_excerpt() -> None:
    speakers = interview().observations.speakers
    silent = replace(speakers[0], samples=(replace(speakers[0].samples[0], sound=b""),))

    assert best_excerpt([silent], [1]) is None
    assert best_excerpt(speakers, [99]) is None
    chosen = best_excerpt(speakers, [2, 3])
    assert chosen is not None
    assert chosen[0].id == 2


def test_a_mismatch_names_both_and_shows_the_face_and_the_voice() -> None:
    report = report_document(interview(), redact=False)

    clash = next(one for one in report.findings if one.kind is FindingKind.MISMATCH)

    assert (clash.person, clash.voice_of) == ("p-1", "p-2")
    assert clash.evidence.identification is not None
    assert clash.evidence.voice_identification is not None
    assert clash.evidence.identification.modality is Modality.FACE
    assert clash.evidence.voice_identification.modality is Modality.VOICE
    assert clash.evidence.crops
    assert clash.evidence.excerpts
    assert clash.evidence.enrolled_wav == wav_of(hum(2.0, 190.0))


def test_redaction_leaves_out_enrolled_voices_and_names_and_keeps_letters_stable() -> None:
    data = report_json(interview(), redact=True)
    report = read_report(data)

    texts = re.sub(r'"(?:jpeg|wav)": "[^"]+"', "", data.decode()).casefold()
    for secret in ("eileen", "collins", "marta", "ruiz", '"p-1"', '"p-2"', '"p-9"'):
        assert secret not in texts
    assert all(one.evidence.enrolled_wav is None for one in report.findings)
    assert base64.b64encode(hum(2.0, 190.0)[:300]) not in data
    clash = next(one for one in report.findings if one.kind is FindingKind.MISMATCH)
    possible = next(one for one in report.findings if one.kind is FindingKind.VOICE and one.person == clash.voice_of)
    assert possible.person == clash.voice_of != clash.person
    assert clash.title == "The face of Person A with the voice of Person B"


def test_a_report_with_voices_holds_no_embedding_and_no_score() -> None:
    data = report_json(interview(), redact=False)

    assert base64.b64encode(EMBEDDING[:96]) not in data
    assert b"embedding" not in data.replace(b"face_embedder", b"").replace(b"voice_embedder", b"")
    assert b'"score"' not in data


def test_a_report_of_the_first_version_is_still_read() -> None:
    data = msgspec.json.decode(report_json(campaign(), redact=False))
    data["schema"] = "1.0.0"
    del data["waveform"]
    del data["coverage"]["voices_not_judged"]
    for added in ("speech_s", "without_speech_s", "streams_examined", "streams", "overlaps"):
        del data["coverage"]["sound"][added]
    for finding in data["findings"]:
        del finding["voice_of"]
        for added in ("speakers", "excerpts", "voice_identification", "enrolled_wav"):
            del finding["evidence"][added]
        if finding["evidence"]["identification"]:
            del finding["evidence"]["identification"]["modality"]
    for track in data["tracks"]:
        if track["identification"]:
            del track["identification"]["modality"]

    report = read_report(msgspec.json.encode(data))

    assert report.findings[0].evidence.excerpts == ()
    assert report.waveform is None
    assert report.coverage.voices_not_judged == {}


@pytest.mark.parametrize("redact", [False, True])
def test_a_file_of_sound_alone_has_a_report_too(redact: bool) -> None:
    report = report_document(podcast(), redact=redact)

    assert report.headline == "People are heard, but nobody of your registry was recognised."
    assert report.tracks == ()
    assert report.operating_point.keys() == {"voice"}


def test_a_voice_that_could_not_be_judged_says_so() -> None:
    short = report_document(interview(), redact=False).findings[-1]
    assert short.evidence.identification is not None
    assert short.evidence.identification.reasons == (IdentificationReason.NOT_EXAMINED,)
    assert short.likeness == "Not compared: the voice could not be judged."
