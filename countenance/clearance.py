"""The clearance record: what a check said, on which grants, by which models; kept, printed, signed, verified.

A record holds no template, no crop and no path. Names are filled in when a certificate is printed, never kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from countenance.answers import AnswerKind, Spot
from countenance.decisions import ClipMark
from countenance.judgement import FoundPerson, JudgementKind, Reason
from countenance.packs import CommercialUse, ModelTask
from countenance.people import Modality
from countenance.use import StatedUse
from countenance.verdict import Severity, UnknownPolicy, Verdict

CLEARANCE_SCHEMA = "1.1.0"
"""Semantic, like the report's: a reader of 1.x understands every 1.y."""


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base: fields unknown to this version are passed over."""


class ClearedClip(_Record, frozen=True):
    """The clip that was checked; `streams` are words such as "h264 1920x1080", in the file's order."""

    name: str
    mark: ClipMark
    duration_s: float
    still: bool
    streams: tuple[str, ...] = ()


class ClearedPerson(_Record, frozen=True):
    """What consent said about one face or voice.

    Attributes:
        person: id in the registry; None for somebody unknown.
        name: filled in for a certificate; empty in what is kept.
        rests_on: id of the grant, prohibition or recorded exception that decided; None where none did.
        revision: of that grant or prohibition; 0 where none is.
        rate: share of strangers' clips in which somebody would look or sound as alike; None where nobody was compared.
        duties: open at the time, as `countenance.judgement.Judgement` has them.
        answer: what the user answered, where it rests on that: named by hand, invented, … (since 1.1).
    """

    person: str | None
    modality: Modality
    judgement: JudgementKind
    reason: Reason
    name: str = ""
    rests_on: str | None = None
    revision: int = 0
    rate: float | None = None
    rate_is_capped: bool = False
    duties: tuple[str, ...] = ()
    answer: AnswerKind | None = None


class ClearedBy(_Record, frozen=True):
    """What people were recognised by: one modality's promise.

    Attributes:
        gallery: people searched.
        review_fpir, block_fpir: promised shares of strangers' clips that raise a review or a block.
    """

    modality: Modality
    gallery: int
    review_fpir: float
    block_fpir: float


class ClearanceModel(_Record, frozen=True):
    """A model that examined the clip."""

    task: ModelTask
    name: str
    version: str
    sha256: str
    licence: str
    commercial_use: CommercialUse


class ClearanceRecord(_Record, frozen=True):
    """One check, as far as it must be shown later.

    Attributes:
        check: id under which the registry keeps it.
        created: moment of the check, with offset.
        registry, registry_revision: what it was judged by; `journal_hash` is the hash of the journal's last entry then.
        owner: of the registry.
        report_sha256: of the report's JSON.
        picture_share, sound_share: of the picture's and the speech's time, how much was examined; None without such.
        not_examined: sentences on what was not, in the language of the check.
        headline: the verdict in a sentence, in the language of the check.
        also_found: what else was found, in sentences without names: face of one with voice of another, the cast; in the
            language of the check.
        public_key: Ed25519, lower-case hex, of the registry that signs.
        erased: people who were found and have been erased since; they are in `people` no more.
    """

    schema: str
    check: str
    program: str
    created: datetime
    registry: str
    registry_revision: int
    journal_hash: str
    owner: str
    clip: ClearedClip
    use: StatedUse
    verdict: Verdict
    incomplete: bool
    headline: str
    people: tuple[ClearedPerson, ...]
    judged_by: tuple[ClearedBy, ...]
    models: tuple[ClearanceModel, ...]
    report_sha256: str
    picture_share: float | None = None
    sound_share: float | None = None
    not_examined: tuple[str, ...] = ()
    also_found: tuple[str, ...] = ()
    public_key: str = ""
    erased: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedPerson:
    """Somebody found in a clip that was checked, so that it can be judged again without decoding.

    Attributes:
        prominent: whether an unknown face or voice is asked about, unless something was answered.
        settled: whether an answer said that nobody need be asked.
        answer: id of the answer that it rests on, where the registry keeps it; empty where there is none.
        spots: where in the clip, so that later answers reach it; empty in checks kept before there were answers.
    """

    found: FoundPerson
    prominent: bool = True
    settled: bool = False
    answer: str = ""
    spots: tuple[Spot, ...] = ()

    @property
    def asked_about(self) -> bool:
        """Whether somebody unknown is worth a question that nobody has answered."""
        return self.prominent and not self.settled


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheck:
    """A check that the registry remembers.

    Attributes:
        people: in the order in which they were judged.
        besides: the worst of the findings that consent has no say in (mismatch, coverage, cast); None without any.
        kept_at: with offset.
        kept_by: the operator.
    """

    id: str
    record: ClearanceRecord
    people: tuple[RememberedPerson, ...]
    unknown: UnknownPolicy
    besides: Severity | None
    kept_at: datetime
    kept_by: str
