"""From a result to the report: what is told, rounded and, where asked, without names and enrolled samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from countenance.identification import Candidate, Identification, OperatingPoint
from countenance.judgement import Judgement
from countenance.observations import Box, Clip, FaceTrack, Gap, PictureCoverage, SoundCoverage, Speaker, Turn
from countenance.people import Modality
from countenance.translations import language
from countenance.use import StatedUse
from countenance.verdict import CheckResult, Finding, FindingKind, FindingTexts, TimeRange
from reports.document import (
    SCHEMA_VERSION,
    AnswerRecord,
    CandidateRecord,
    CoverageRecord,
    Crop,
    Evidence,
    Excerpt,
    FindingRecord,
    IdentificationRecord,
    ModelRecord,
    Moment,
    OperatingPointRecord,
    PromisedFpir,
    Report,
    SpeakerRecord,
    TrackRecord,
    encode_report,
)
from reports.finding_words import titled
from reports.mismatch_words import mismatch_texts
from reports.naming import Naming
from reports.sounds import best_excerpt, wav_of
from reports.wording import headline_of

CROPS_PER_FINDING = 3

_MODALITY = {
    FindingKind.LIKENESS: Modality.FACE,
    FindingKind.VOICE: Modality.VOICE,
    FindingKind.MISMATCH: Modality.VOICE,
}


def report_document(result: CheckResult, *, redact: bool) -> Report:
    """Return the report of a result, its texts in the language in force.

    Args:
        result: of one clip.
        redact: leave names and enrolled samples out: people are called by letters that are stable within the report,
            findings are told in the words made without names, and file name and stated texts are left out where they
            hold a name.
    """
    naming = Naming(result, redact=redact)
    seen = result.observations
    report = Report(
        schema=SCHEMA_VERSION,
        program=result.program,
        created=result.created,
        language=language(),
        redacted=redact,
        verdict=result.verdict,
        incomplete=result.incomplete,
        headline=_headline(result) if redact else result.headline,
        clip=_clip(seen.clip, naming),
        use=_use(result.use, naming),
        registry=result.registry,
        models=_models(result),
        operating_point=_operating_point(result),
        further_operating_points=_further_points(result),
        coverage=CoverageRecord(
            picture=_picture(seen.picture),
            sound=_sound(seen.sound),
            cuts_s=tuple(_time(cut) for cut in seen.cuts_s),
            faces_not_judged=Counter(track.not_examined for track in seen.tracks if track.not_examined),
            voices_not_judged=Counter(speaker.not_examined for speaker in seen.speakers if speaker.not_examined),
        ),
        findings=tuple(_finding(finding, result, naming) for finding in result.findings),
        tracks=_tracks(result, naming),
        speakers=_speakers(result, naming),
        timings={step: _time(seconds) for step, seconds in result.seconds.items()},
        waveform=seen.waveform,
    )
    return report.with_plain_texts()


def report_json(result: CheckResult, *, redact: bool) -> bytes:
    """Return the report of a result as `report.json`."""
    return encode_report(report_document(result, redact=redact))


def _headline(result: CheckResult) -> str:
    points = (result.operating_point, result.voice_operating_point)
    compared = result.registry is not None or any(point is not None for point in points)
    return headline_of(result.verdict, result.observations, checked=compared)


def _clip(clip: Clip, naming: Naming) -> Clip:
    return replace(
        clip,
        name=naming.foreign_text(clip.name),
        duration_s=_time(clip.duration_s),
        claimed_duration_s=None if clip.claimed_duration_s is None else _time(clip.claimed_duration_s),
        streams=tuple(
            replace(stream, duration_s=None if stream.duration_s is None else _time(stream.duration_s))
            for stream in clip.streams
        ),
    )


def _use(use: StatedUse, naming: Naming) -> StatedUse:
    return replace(
        use,
        category=naming.foreign_text(use.category),
        channels=tuple(naming.foreign_text(channel) for channel in use.channels),
        project=None if use.project is None else naming.foreign_text(use.project),
        grantee=None if use.grantee is None else naming.foreign_text(use.grantee),
        approvals={naming.foreign_text(grant): decision for grant, decision in use.approvals.items()},
    )


def _models(result: CheckResult) -> tuple[ModelRecord, ...]:
    ran = {(stamp.task, stamp.sha256): stamp for stamp in result.observations.models}
    # What really ran knows its provider; the rest of the pack is told without one.
    stamps = {(stamp.task, stamp.sha256): stamp for stamp in result.pack.models} | ran
    return tuple(
        ModelRecord(
            task=stamp.task,
            name=stamp.name,
            pack=result.pack.name,
            version=stamp.version,
            sha256=stamp.sha256,
            licence=stamp.licence,
            commercial_use=stamp.commercial_use,
            provider=stamp.provider,
        )
        for stamp in stamps.values()
    )


def _operating_point(result: CheckResult) -> dict[Literal["face", "voice"], OperatingPointRecord]:
    records: dict[Literal["face", "voice"], OperatingPointRecord] = {}
    if result.operating_point is not None:
        records["face"] = _point(result.operating_point)
    if result.voice_operating_point is not None:
        records["voice"] = _point(result.voice_operating_point)
    return records


def _further_points(result: CheckResult) -> dict[Literal["face", "voice"], tuple[OperatingPointRecord, ...]]:
    records: dict[Literal["face", "voice"], tuple[OperatingPointRecord, ...]] = {}
    if result.further_operating_points:
        records["face"] = tuple(_point(point) for point in result.further_operating_points)
    if result.further_voice_operating_points:
        records["voice"] = tuple(_point(point) for point in result.further_voice_operating_points)
    return records


def _point(point: OperatingPoint) -> OperatingPointRecord:
    return OperatingPointRecord(
        review_fmr=_rate(point.review_fmr),
        block_fmr=None if point.block_fmr is None else _rate(point.block_fmr),
        gallery=point.people,
        tracks=point.tracks,
        promised_fpir=PromisedFpir(review=point.review_fpir, block=point.block_fpir),
        pack=point.pack,
        own=point.own,
    )


def _picture(picture: PictureCoverage) -> PictureCoverage:
    return replace(
        picture,
        begins_s=_time(picture.begins_s),
        duration_s=_time(picture.duration_s),
        longest_step_s=_time(picture.longest_step_s),
        gaps=_gaps(picture.gaps),
    )


def _sound(sound: SoundCoverage) -> SoundCoverage:
    return replace(
        sound,
        duration_s=_time(sound.duration_s),
        speech_s=_time(sound.speech_s),
        without_speech_s=_time(sound.without_speech_s),
        overlaps=tuple(Turn(start_s=_time(turn.start_s), end_s=_time(turn.end_s)) for turn in sound.overlaps),
        gaps=_gaps(sound.gaps),
    )


def _gaps(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(
        replace(gap, start_s=_time(gap.start_s), end_s=_time(gap.end_s), share=round(gap.share, 4)) for gap in gaps
    )


def _finding(finding: Finding, result: CheckResult, naming: Naming) -> FindingRecord:
    texts = _unnamed(finding, result, naming) if naming.redact else _as_told(finding)
    judgement = _judgement(finding.judgement, naming)
    return FindingRecord(
        kind=finding.kind,
        severity=finding.severity,
        person=naming.key(finding.person),
        name=naming.name(finding.person) or ("" if naming.redact else finding.name),
        modality=_MODALITY.get(finding.kind),
        ranges=tuple(TimeRange(start_s=_time(one.start_s), end_s=_time(one.end_s)) for one in finding.ranges),
        evidence=_evidence(finding, result, naming),
        judgement=judgement,
        rests_on=judgement.rests_on if judgement else None,
        title=texts.title,
        sentence=texts.sentence,
        likeness=texts.likeness,
        next_step=texts.next_step,
        voice_of=naming.key(finding.voice_of),
        answer=_answer(finding, naming),
    )


def _answer(finding: Finding, naming: Naming) -> AnswerRecord | None:
    answer = finding.answer
    if answer is None:
        return None
    return AnswerRecord(
        id=answer.id,
        kind=answer.kind,
        person=naming.key(answer.person or None),
        at=answer.at,
        by="" if naming.redact else answer.by,
        note="" if naming.redact else answer.note,
        counts=finding.answer_counts,
    )


def _evidence(finding: Finding, result: CheckResult, naming: Naming) -> Evidence:
    enrolled_jpeg = result.enrolled_pictures.get(finding.person or "") if finding.tracks else None
    whose = finding.voice_of or finding.person or ""
    enrolled_sound = result.enrolled_sounds.get(whose) if finding.speakers else None
    return Evidence(
        tracks=finding.tracks,
        crops=_crops(finding, result.observations.tracks),
        identification=_identification(finding.identification, naming),
        enrolled_jpeg=None if naming.redact else enrolled_jpeg,
        speakers=finding.speakers,
        excerpts=_excerpts(finding, result.observations.speakers),
        voice_identification=_identification(finding.voice_identification, naming),
        enrolled_wav=wav_of(enrolled_sound) if enrolled_sound and not naming.redact else None,
    )


def _as_told(finding: Finding) -> FindingTexts:
    return FindingTexts(
        title=finding.title, sentence=finding.sentence, likeness=finding.likeness, next_step=finding.next_step
    )


def _unnamed(finding: Finding, result: CheckResult, naming: Naming) -> FindingTexts:
    if finding.voice_of and finding.identification and finding.voice_identification:
        return mismatch_texts(
            finding.identification,
            finding.voice_identification,
            face_name=naming.name(finding.person),
            voice_name=naming.name(finding.voice_of),
        )
    texts = naming.unnamed_texts(finding.unnamed, result.use)
    return replace(texts, title=titled(naming.name(finding.person), texts.title))


def _judgement(judgement: Judgement | None, naming: Naming) -> Judgement | None:
    if judgement is None:
        return None
    rests_on = judgement.rests_on
    return replace(
        judgement,
        rests_on=None if rests_on is None else naming.foreign_text(rests_on),
        # The other fields of a part are words of the vocabulary.
        part=tuple(
            (field, naming.foreign_text(value) if field == "channel" else value) for field, value in judgement.part
        ),
    )


def _crops(finding: Finding, tracks: Iterable[FaceTrack]) -> tuple[Crop, ...]:
    samples = [(track.id, sample) for track in tracks if track.id in finding.tracks for sample in track.samples]
    samples.sort(key=lambda pair: -pair[1].detection.quality)
    return tuple(
        Crop(track=track, at_s=_time(sample.detection.at_s), jpeg=sample.picture)
        for track, sample in samples[:CROPS_PER_FINDING]
        if sample.picture
    )


def _excerpts(finding: Finding, speakers: Iterable[Speaker]) -> tuple[Excerpt, ...]:
    best = best_excerpt(speakers, finding.speakers)
    if best is None:
        return ()
    speaker, sample = best
    return (
        Excerpt(speaker=speaker.id, start_s=_time(sample.start_s), end_s=_time(sample.end_s), wav=wav_of(sample.sound)),
    )


def _tracks(result: CheckResult, naming: Naming) -> tuple[TrackRecord, ...]:
    by_track = {one.track: one for one in result.identifications}
    return tuple(
        TrackRecord(
            id=track.id,
            shot=track.shot,
            start_s=_time(track.start_s),
            end_s=_time(track.end_s),
            moments=tuple(Moment(at_s=_time(one.at_s), box=_box(one.box)) for one in track.detections),
            samples=len(track.samples),
            not_examined=track.not_examined,
            identification=_identification(by_track.get(track.id), naming),
        )
        for track in result.observations.tracks
    )


def _speakers(result: CheckResult, naming: Naming) -> tuple[SpeakerRecord, ...]:
    by_speaker = {one.track: one for one in result.voice_identifications}
    return tuple(
        SpeakerRecord(
            id=speaker.id,
            ranges=tuple(TimeRange(start_s=_time(one.start_s), end_s=_time(one.end_s)) for one in speaker.turns),
            stream=speaker.stream,
            speech_s=_time(speaker.speech_s),
            overlapped_s=_time(speaker.overlapped_s),
            background=speaker.background,
            samples=len(speaker.samples),
            not_examined=speaker.not_examined,
            identification=_identification(by_speaker.get(speaker.id), naming),
        )
        for speaker in result.observations.speakers
    )


def _identification(one: Identification | None, naming: Naming) -> IdentificationRecord | None:
    if one is None:
        return None
    return IdentificationRecord(
        status=one.status,
        person=naming.key(one.person),
        best=_candidate(one.best, naming),
        runner_up=_candidate(one.runner_up, naming),
        samples=one.samples,
        samples_agreeing=one.samples_agreeing,
        span_s=_time(one.span_s),
        reasons=one.reasons,
        modality=one.modality,
        model=one.model,
    )


def _candidate(candidate: Candidate | None, naming: Naming) -> CandidateRecord | None:
    if candidate is None:
        return None
    return CandidateRecord(
        person=naming.key(candidate.person) or "",
        rate=_rate(candidate.rate),
        rate_is_capped=candidate.rate_is_capped,
    )


def _box(box: Box) -> Box:
    return Box(x=round(box.x, 4), y=round(box.y, 4), width=round(box.width, 4), height=round(box.height, 4))


def _time(seconds: float) -> float:
    """Round to a millisecond: finer than any frame."""
    return round(seconds, 3)


def _rate(rate: float) -> float:
    """Round to three significant digits: more than the figures behind a rate can carry."""
    return float(f"{rate:.3g}")
