"""The words and numbers a person reads, the same in terminal, window and report (contract.md, "Numbers a person sees").

Everything is in the language in force and holds neither a cosine nor a "percent certain".
"""

from __future__ import annotations

from collections.abc import Sequence

from countenance.identification import Candidate, OperatingPoint
from countenance.labels import label
from countenance.observations import Observations
from countenance.people import Modality
from countenance.sentences import in_a_row
from countenance.translations import _, mark, ngettext
from countenance.verdict import Verdict
from reports.coverage_words import (
    coverage_sentences,
    coverage_shares,
    face_sentences,
    picture_sentences,
    sound_sentences,
    unexamined_sentences,
    voice_sentences,
)
from reports.formats import (
    format_bytes,
    format_count,
    format_moment,
    format_share,
    format_time,
    format_time_range,
    format_time_ranges,
    one_in,
)
from reports.reason_words import reason_words

__all__ = [
    "coverage_sentences",
    "coverage_shares",
    "face_sentences",
    "format_bytes",
    "format_count",
    "format_moment",
    "format_share",
    "format_time",
    "format_time_range",
    "format_time_ranges",
    "further_promise_sentences",
    "headline_of",
    "judged_with_sentence",
    "likeness_sentence",
    "near_miss_sentence",
    "one_in",
    "picture_sentences",
    "promise_sentence",
    "promise_sentences",
    "reason_words",
    "sound_sentences",
    "unexamined_sentences",
    "verdict_sentence",
    "verdict_title",
    "voice_sentences",
]


def verdict_title(verdict: Verdict) -> str:
    """Return the verdict in a few words, never "safe"."""
    return label(verdict)


def headline_of(verdict: Verdict, observations: Observations, *, checked: bool) -> str:
    """Return the verdict of a clip in one sentence; `checked` says whether there was anybody to compare with."""
    sound = observations.sound
    listened = sound.present and sound.not_examined is None
    return verdict_sentence(
        verdict,
        anybody_seen=bool(observations.tracks),
        anybody_heard=bool(observations.speakers) if listened else None,
        checked=checked,
        looked=observations.picture.present,
    )


def verdict_sentence(
    verdict: Verdict,
    *,
    anybody_seen: bool,
    anybody_heard: bool | None = None,
    checked: bool = True,
    looked: bool = True,
) -> str:
    """Return the verdict in one sentence.

    Args:
        verdict: of the clip.
        anybody_seen: whether any face was found.
        anybody_heard: whether any voice was found; None where nobody listened.
        checked: whether there was a registry to compare with.
        looked: whether there was a picture to look at.
    """
    if verdict is not Verdict.NO_MATCH:
        return _(_VERDICT_SENTENCES[verdict])
    if anybody_seen and anybody_heard:
        return _(_SEEN_AND_HEARD[checked])
    if anybody_seen:
        return _(_SEEN[checked])
    if anybody_heard:
        return _(_HEARD[checked])
    if anybody_heard is None:
        return _("Nobody is seen in this clip.")
    return (
        _("Nobody is seen and no speech was found in this clip.") if looked else _("No speech was found in this clip.")
    )


def likeness_sentence(candidate: Candidate, *, model: str = "", modality: Modality = Modality.FACE) -> str:
    """Return how telling a likeness is, as the share of strangers' clips that would look or sound the same.

    Args:
        candidate: the person and the rate.
        model: name of the model whose figures say so; left out where empty.
        modality: whether a face or a voice was compared.
    """
    heard = modality is Modality.VOICE
    if candidate.rate_is_capped:
        words = (
            _(
                "Among strangers’ clips, sounding this much like somebody in this registry is rarer than {share}, the "
                "most our figures can say."
            )
            if heard
            else _(
                "Among strangers’ clips, being taken for somebody in this registry at this likeness is rarer than "
                "{share}, the most our figures can say."
            )
        )
        sentence = words.format(share=one_in(candidate.rate, at_most=True))
    elif candidate.rate > 0.5:
        sentence = (
            _("Most strangers’ clips would sound at least this much like somebody in this registry.")
            if heard
            else _("Most strangers’ clips would look at least this alike to somebody in this registry.")
        )
    else:
        words = (
            _("Among strangers’ clips, about {share} would sound this much like somebody in this registry.")
            if heard
            else _(
                "Among strangers’ clips, about {share} would be taken for somebody in this registry at this likeness."
            )
        )
        sentence = words.format(share=one_in(candidate.rate))
    return _("{sentence} (Model: {model})").format(sentence=sentence, model=model) if model else sentence


def near_miss_sentence(name: str, candidate: Candidate, modality: Modality = Modality.FACE) -> str:
    """Return who came nearest and that it is not enough; nothing where most strangers come as near.

    Args:
        name: empty where it is not to be said.
        candidate: the person and the rate.
        modality: whether a face or a voice was compared.
    """
    if candidate.rate > 0.5:
        return ""
    words = (
        _("Closest: {name}; among strangers’ clips about {share} sounds as much like somebody, and that is not enough.")
        if modality is Modality.VOICE
        else _(
            "Closest: {name}; among strangers’ clips about {share} looks as alike to somebody, and that is not enough."
        )
    )
    return words.format(name=name or _("somebody in the registry"), share=one_in(candidate.rate))


def judged_with_sentence(model: str, version: str) -> str:
    """Return whose figures the likenesses of a result rest on; the pack is named with what it promises."""
    return _("Judged with the model {model} {version}.").format(model=model, version=version)


def promise_sentences(face: OperatingPoint | None, voice: OperatingPoint | None) -> list[str]:
    """Return what the operating points promise; where both modalities were compared, for both together.

    Each of two points carries half of the clip's budget, so that together they promise all of it.
    """
    if face is None or voice is None or _is_unmeasured(face) or _is_unmeasured(voice):
        points = ((face, Modality.FACE), (voice, Modality.VOICE))
        return [promise_sentence(point, modality) for point, modality in points if point is not None]
    together = _(
        "Of strangers’ clips, at most {review} may raise a false review, and at most {block} a false certainty; faces "
        "and voices have half of that each ({faces}, {voices}, pack “{pack}”)."
    ).format(
        review=one_in(min(1.0, face.review_fpir + voice.review_fpir)),
        block=one_in(min(1.0, face.block_fpir + voice.block_fpir)),
        faces=ngettext("{count} face enrolled", "{count} faces enrolled", face.people).format(
            count=format_count(face.people)
        ),
        voices=ngettext("{count} voice enrolled", "{count} voices enrolled", voice.people).format(
            count=format_count(voice.people)
        ),
        pack=face.pack,
    )
    beyond = [
        _beyond_promise(modality)
        for modality, point in ((Modality.FACE, face), (Modality.VOICE, voice))
        if point.block_fmr is None
    ]
    return [together, *beyond, *([_measured_here()] if face.own or voice.own else [])]


def further_promise_sentences(points: Sequence[OperatingPoint]) -> list[str]:
    """Return by what people are judged who are searched with other models than the pack's own; none without them."""
    told = []
    for point in points:
        told.append(
            _(
                "People enrolled with another model are compared with that one alone, by the figures of “{pack}”; they "
                "count in the same promise."
            ).format(pack=point.pack)
        )
        if point.block_fmr is None:
            told.append(
                _("Those figures cannot promise that much for so many people: “possible” is the most they say.")
            )
        told += [_measured_here()] if point.own else []
    return told


def promise_sentence(point: OperatingPoint, modality: Modality = Modality.FACE) -> str:
    """Return what the operating point promises, with its bounds and its pack."""
    if _is_unmeasured(point):
        return _no_promise(modality)
    words = ngettext(
        "Of strangers’ clips, at most {review} may raise a false review, and at most {block} a false certainty "
        "({count} person enrolled, pack “{pack}”).",
        "Of strangers’ clips, at most {review} may raise a false review, and at most {block} a false certainty "
        "({count} people enrolled, pack “{pack}”).",
        point.people,
    ).format(
        review=one_in(point.review_fpir),
        block=one_in(point.block_fpir),
        count=format_count(point.people),
        pack=point.pack,
    )
    beyond = [] if point.block_fmr is not None else [_beyond_promise(modality)]
    return in_a_row((words, *beyond, *([_measured_here()] if point.own else [])))


def _is_unmeasured(point: OperatingPoint) -> bool:
    """Tell whether nobody measured the models: then nothing is promised."""
    return point.review_fpir >= 1


def _no_promise(modality: Modality) -> str:
    if modality is Modality.VOICE:
        return _(
            "These models were never measured on voices, so nothing is promised: by the voice a person is “possible” "
            "at most."
        )
    return _("These models were never measured on faces, so nothing is promised: a person is “possible” at most.")


def _measured_here() -> str:
    return _("The bounds were measured on this computer, on people of its user’s own.")


def _beyond_promise(modality: Modality) -> str:
    if modality is Modality.VOICE:
        return _(
            "For voices, the figures of this pack cannot promise that much for a registry of this size: by the voice "
            "a person is “possible” at most."
        )
    return _(
        "The figures of this pack cannot promise that much for a registry of this size: a person is “possible” at most."
    )


_VERDICT_SENTENCES = {
    Verdict.BLOCKED: mark("Do not publish this clip for the stated use: consent is missing."),
    Verdict.REVIEW: mark("A person must look at this clip before it is published."),
    Verdict.PERMITTED: mark("Everybody who was recognised has consented to the stated use."),
}

# By whether there was anybody to compare with.
_SEEN = {
    True: mark("People are seen, but nobody of your registry was recognised."),
    False: mark("People are seen, but there was no registry to compare them with."),
}
_HEARD = {
    True: mark("People are heard, but nobody of your registry was recognised."),
    False: mark("People are heard, but there was no registry to compare them with."),
}
_SEEN_AND_HEARD = {
    True: mark("People are seen and heard, but nobody of your registry was recognised."),
    False: mark("People are seen and heard, but there was no registry to compare them with."),
}
