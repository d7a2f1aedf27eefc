"""Who a face track or a speaker is, open-set: against one registry, with everything the decision rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countenance.people import Modality


class IdentificationStatus(StrEnum):
    """How sure it is (contract.md, "Words for a result")."""

    IDENTIFIED = "identified"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    NOT_EXAMINED = "not_examined"


class IdentificationReason(StrEnum):
    """Why an identification is not surer than it is, or what made it sure; stable in reports."""

    SAMPLES_AGREE = "samples_agree"
    FEW_SAMPLES = "few_samples"
    SINGLE_PICTURE = "single_picture"
    TOO_SHORT = "too_short"
    CONFLICT = "conflict"
    NO_MARGIN = "no_margin"
    BEYOND_PROMISE = "beyond_promise"
    NO_FIGURES = "no_figures"
    TAKEN_IN_FRAME = "taken_in_frame"
    BELOW_BLOCK = "below_block"
    BELOW_REVIEW = "below_review"
    NOBODY_ENROLLED = "nobody_enrolled"
    NOT_EXAMINED = "not_examined"
    NAMED_BY_USER = "named_by_user"
    RULED_OUT = "ruled_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An enrolled person and how alike the track is to them.

    Attributes:
        score: cosine, or cohort-normalised where the pack says so; never shown to a person, and compared with scores of
            the same model alone.
        rate: of strangers' clips, the share that would look at least this alike to somebody in this registry.
        rate_is_capped: True where the truth is rarer than `rate`, the most the figures can say.
    """

    person: str
    score: float
    rate: float
    rate_is_capped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """The decision for one track or speaker.

    Attributes:
        modality: whether a face or a voice was compared.
        track: id of the face track, or of the speaker.
        person: set for `identified` and `possible`.
        best: the nearest person, whoever; None when nobody is enrolled or the track was not examined.
        runner_up: the second nearest person.
        samples, samples_agreeing: samples embedded, and those whose own nearest person is `best`.
        span_s: time between the first and the last sample.
        reasons: coded, most telling first.
        model: name of the model by whose figures it was judged, where that is not the pack's own: the nearest person's
            templates were made with it.
    """

    modality: Modality = Modality.FACE
    track: int
    status: IdentificationStatus
    person: str | None
    best: Candidate | None
    runner_up: Candidate | None
    samples: int
    samples_agreeing: int
    span_s: float
    reasons: tuple[IdentificationReason, ...]
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """What identifications were judged by.

    Attributes:
        review_fpir, block_fpir: promised shares of strangers' clips that raise a `possible` or an `identified`, in
            this modality: where faces and voices are both compared, each has half of the clip's budget.
        review_fmr, block_fmr: the bounds per comparison that follow for this registry; block is None where the
            figures cannot support it.
        people: people searched, whichever models their templates were made with.
        tracks: tracks or speakers of the clip that shared the promise.
        pack: name of the pack whose figures were used; of people searched with another model than the pack's own,
            the two models' names joined.
        own: whether they were measured on this computer (`countenance models calibrate`).
    """

    review_fpir: float
    block_fpir: float
    review_fmr: float
    block_fmr: float | None
    people: int
    tracks: int
    pack: str
    own: bool = False
