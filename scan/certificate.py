"""From a check to the record that is kept of it, and from a certificate and a clip to whether they belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from countenance.clearance import (
    CLEARANCE_SCHEMA,
    ClearanceModel,
    ClearanceRecord,
    ClearedBy,
    ClearedClip,
    ClearedPerson,
    RememberedPerson,
)
from countenance.decisions import ClipMark
from countenance.errors import ClipError, CountenanceError, WrongUsageError
from countenance.identification import Identification, IdentificationStatus
from countenance.judgement import PersonJudgement
from countenance.observations import Stream, StreamKind
from countenance.people import Modality
from countenance.translations import _
from countenance.verdict import CheckResult, FindingKind, Severity
from countenance.wire import CERTIFICATE_LIMIT, Verified
from countenance.work import CancelToken, ProgressHook, ignore_progress
from reports.certificate import certificate_pdf, sign_pdf
from reports.wording import coverage_shares, face_sentences, unexamined_sentences, voice_sentences
from scan.answered import answered, spots_at
from scan.known import Known
from scan.people_found import Somebody, faces_found, voices_found
from scan.worker import DetectorWorker, display_name

_BY_CONSENT = frozenset({FindingKind.LIKENESS, FindingKind.VOICE})
# What was not examined stands in a record's own sentences.
_ALSO_FOUND = frozenset({FindingKind.MISMATCH, FindingKind.CAST})


def record_of(result: CheckResult, mark: ClipMark, report_sha256: str, known: Known) -> ClearanceRecord:
    """Return what is kept of a check; id, key and head of the journal are the registry's to give.

    Args:
        result: of the check.
        mark: of the clip that was checked.
        report_sha256: of the report's JSON; empty where none was written.
        known: what the clip was judged by.

    Raises:
        WrongUsageError: it was not checked against a registry.
    """
    if result.registry is None:
        raise WrongUsageError(
            _("A check without a registry cannot be kept."), remedy=_("Make one with: countenance registry init")
        )
    seen = result.observations
    # A still picture has no time; its whole area counts.
    shares = [share for _what, share, _words in coverage_shares(seen.picture, seen.sound, still=seen.clip.still)]
    record = ClearanceRecord(
        schema=CLEARANCE_SCHEMA,
        check="",
        program=result.program,
        created=result.created,
        registry=result.registry.id,
        registry_revision=result.registry.revision,
        journal_hash="",
        owner=known.owner,
        clip=ClearedClip(
            name=seen.clip.name,
            mark=mark,
            duration_s=round(seen.clip.duration_s, 3),
            still=seen.clip.still,
            streams=tuple(_stream_words(stream) for stream in seen.clip.streams if _counts(stream)),
        ),
        use=result.use,
        verdict=result.verdict,
        incomplete=result.incomplete,
        headline=result.headline,
        people=_people(result),
        judged_by=_judged_by(result),
        models=_models(result),
        report_sha256=report_sha256,
        picture_share=shares[0] if seen.picture.present else None,
        sound_share=shares[-1] if seen.sound.present else None,
        also_found=tuple(one.unnamed.sentence for one in result.findings if one.kind in _ALSO_FOUND),
        not_examined=(
            *unexamined_sentences(seen.picture, seen.sound),
            *face_sentences(Counter(one.not_examined for one in seen.tracks if one.not_examined)),
            *voice_sentences(Counter(one.not_examined for one in seen.speakers if one.not_examined)),
        ),
    )
    return msgspec.convert(_plain(msgspec.to_builtins(record)), ClearanceRecord)


def remembered_people(result: CheckResult, answers: Collection[str] = ()) -> tuple[RememberedPerson, ...]:
    """Return who was found, in the order in which they were judged, so that they can be judged again.

    Args:
        result: of the check.
        answers: ids of those that the registry keeps: what was answered elsewhere nobody takes back there.
    """
    return tuple(
        RememberedPerson(
            found=one.found,
            prominent=one.prominent,
            settled=one.settled is not None,
            answer=_rests_on(one, answers),
            spots=spots_at(one.tracks, one.speakers),
        )
        for one in _found(result)
    )


def worst_besides(result: CheckResult) -> Severity | None:
    """Return the worst of the findings that consent has no say in; None where there are none."""
    order = list(Severity)
    besides = [finding.severity for finding in result.findings if finding.kind not in _BY_CONSENT]
    return min(besides, key=order.index, default=None)


def signed_certificate(record: ClearanceRecord, names: Mapping[str, str], sign: Callable[[bytes], bytes]) -> bytes:
    """Return the certificate of a kept check as PDF, in the language in force.

    Args:
        record: as kept.
        names: person id to name; somebody who is not there any more is called by the id.
        sign: returns the Ed25519 signature of the bytes that it is given.
    """
    people = tuple(
        msgspec.structs.replace(one, name=_plain_text(names.get(one.person or "", ""))) for one in record.people
    )
    return sign_pdf(certificate_pdf(msgspec.structs.replace(record, people=people)), sign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a certificate and a clip belong together.

    Attributes:
        holds: whether not a byte of the certificate was changed since it was signed.
        public_key: whose signature was looked at; Ed25519, lower-case hex.
        same_file, same_streams: whether the clip is the very file that was checked, or the same picture and sound in
            another one.
        record: what the certificate says; to be relied on only where it holds.
    """

    holds: bool
    public_key: str
    same_file: bool
    same_streams: bool
    record: ClearanceRecord

    @property
    def of_this_clip(self) -> bool:
        """Whether it is about the clip."""
        return self.same_file or self.same_streams


def verify_certificate(
    certificate: Path,
    clip: Path,
    worker: DetectorWorker,
    *,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> Verification:
    """Return whether a certificate's signature holds and whether it is about a clip.

    Raises:
        ClipError: one of the files cannot be read, or the certificate is none of ours.
        CancelledError: the user stopped it.
    """
    name = display_name(str(certificate))
    answer = worker.verify(read_some(certificate, CERTIFICATE_LIMIT), clip, on_progress, cancel)
    record = _record_in(answer, name)
    mark = ClipMark(sha256=answer.clip.sha256, streams=answer.clip.streams) if answer.clip else ClipMark(sha256="")
    return Verification(
        holds=answer.holds,
        public_key=answer.public_key,
        same_file=mark.sha256 == record.clip.mark.sha256,
        same_streams=bool(mark.streams) and mark.streams == record.clip.mark.streams,
        record=record,
    )


def read_some(path: Path, most: int) -> bytes:
    """Return a file's content.

    Raises:
        ClipError: it cannot be read, or holds more than `most` bytes.
    """
    name = display_name(str(path))
    try:
        with path.open("rb") as source:
            content = source.read(most + 1)
    except (OSError, ValueError) as error:
        raise ClipError(
            _("“{name}” cannot be read.").format(name=name),
            remedy=_("Check the spelling and the folder."),
            details=type(error).__name__,
        ) from error
    if len(content) > most:
        raise ClipError(_("“{name}” is too large to be one of ours.").format(name=name))
    return content


def _record_in(answer: Verified, name: str) -> ClearanceRecord:
    refused: CountenanceError = ClipError(
        _("“{name}” is no certificate of Countenance.").format(name=name),
        remedy=_("Give the PDF as it was issued; printing or saving it anew leaves the signature behind."),
    )
    try:
        return msgspec.json.decode(answer.record, type=ClearanceRecord)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refused from error


def _found(result: CheckResult) -> list[Somebody]:
    seen = result.observations
    told = answered(seen, result.answers)
    return [
        *faces_found(seen, result.identifications, result.pack, told),
        *voices_found(seen, result.voice_identifications, result.pack, told),
    ]


def _people(result: CheckResult) -> tuple[ClearedPerson, ...]:
    return tuple(
        _person(somebody, judged, result.revisions)
        for somebody, judged in zip(_found(result), result.consent.people, strict=True)
    )


def _person(somebody: Somebody, judged: PersonJudgement, revisions: Mapping[str, int]) -> ClearedPerson:
    judgement, rate = judged.judgement, _rate(somebody.best)
    answer = somebody.settled or somebody.named
    return ClearedPerson(
        person=somebody.found.person,
        modality=somebody.modality,
        judgement=judgement.kind,
        reason=judgement.reason,
        rests_on=judgement.rests_on,
        revision=revisions.get(judgement.rests_on or "", 0),
        rate=rate,
        answer=answer.kind if answer else None,
        rate_is_capped=rate is not None and somebody.best.best is not None and somebody.best.best.rate_is_capped,
        duties=judgement.duties,
    )


def _rests_on(one: Somebody, kept: Collection[str]) -> str:
    answer = one.settled or one.named
    return answer.id if answer is not None and answer.id in kept else ""


def _rate(best: Identification) -> float | None:
    compared = best.best is not None and best.status is not IdentificationStatus.NOT_EXAMINED
    # Three digits: more than the figures behind a rate can carry.
    return float(f"{best.best.rate:.3g}") if compared and best.best else None


def _judged_by(result: CheckResult) -> tuple[ClearedBy, ...]:
    points = ((Modality.FACE, result.operating_point), (Modality.VOICE, result.voice_operating_point))
    return tuple(
        ClearedBy(modality=modality, gallery=point.people, review_fpir=point.review_fpir, block_fpir=point.block_fpir)
        for modality, point in points
        if point is not None
    )


def _models(result: CheckResult) -> tuple[ClearanceModel, ...]:
    return tuple(
        ClearanceModel(
            task=stamp.task,
            name=stamp.name,
            version=stamp.version,
            sha256=stamp.sha256,
            licence=stamp.licence,
            commercial_use=stamp.commercial_use,
        )
        for stamp in result.observations.models
    )


def _counts(stream: Stream) -> bool:
    return stream.kind is not StreamKind.OTHER and not stream.attached_picture


def _stream_words(stream: Stream) -> str:
    if stream.kind is StreamKind.VIDEO:
        return f"{stream.codec} {stream.width}x{stream.height}"
    return f"{stream.codec} {stream.sample_rate} Hz"


def _plain(value: object) -> object:
    """Names of files and words of the command line may hold halves of characters, which no JSON can carry."""
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _plain_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
