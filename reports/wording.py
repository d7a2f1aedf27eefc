"""The words and numbers a person reads, the same in terminal, window and report (contract.md, "Numbers a person sees").

Everything is in the language in force and holds neither a cosine nor a "percent certain".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from babel.dates import format_date, format_datetime
from babel.dates import format_time as format_clock
from babel.numbers import format_decimal, format_percent

from countenance.identification import Candidate, IdentificationReason, OperatingPoint
from countenance.labels import label
from countenance.observations import Gap, NotExamined, Observations, PictureCoverage, SoundCoverage
from countenance.sentences import in_a_row
from countenance.translations import _, language, mark, ngettext
from countenance.verdict import TimeRange, Verdict

MOST_RANGES = 6
"""More time ranges than this tire a reader; the rest are counted."""


def verdict_title(verdict: Verdict) -> str:
    """Return the verdict in a few words, never "safe"."""
    return label(verdict)


def verdict_sentence(verdict: Verdict, *, anybody_seen: bool, checked: bool = True) -> str:
    """Return the verdict in one sentence.

    Args:
        verdict: of the clip.
        anybody_seen: whether any face or voice was found.
        checked: whether there was a registry to compare with.
    """
    if verdict is Verdict.NO_MATCH:
        if not anybody_seen:
            return _("Nobody is seen in this clip.")
        if not checked:
            return _("People are seen, but there was no registry to compare them with.")
        return _("People are seen, but nobody of your registry was recognised.")
    return _(_VERDICT_SENTENCES[verdict])


def format_time(at_s: float) -> str:
    """Return seconds from the clip's start as m:ss.t, from an hour on as h:mm:ss.t."""
    tenths = round(at_s * 10)
    minutes, rest = divmod(tenths, 600)
    seconds = f"{rest // 10:02d}.{rest % 10}"
    if minutes < 60:
        return f"{minutes}:{seconds}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}"


def format_time_range(time_range: TimeRange) -> str:
    """Return a stretch as m:ss.t–m:ss.t, or one moment where both ends look alike."""
    start, end = format_time(time_range.start_s), format_time(time_range.end_s)
    return start if start == end else f"{start}–{end}"


def format_time_ranges(ranges: Sequence[TimeRange]) -> str:
    """Return several stretches in a row, the last of many only counted."""
    shown = _(", ").join(format_time_range(one) for one in ranges[:MOST_RANGES])
    more = len(ranges) - MOST_RANGES
    if more <= 0:
        return shown
    return ngettext("{shown} and {count} more", "{shown} and {count} more", more).format(shown=shown, count=more)


def format_count(count: int) -> str:
    """Return a whole number grouped as the reader expects."""
    return str(format_decimal(count, locale=_locale()))


def format_share(share: float) -> str:
    """Return a share of 0 to 1 in per cent; a small one never becomes nothing, nor a large one everything."""
    if 0 < share < 0.01:
        return _("less than {share}").format(share=_percent(0.01))
    if 0.99 < share < 1:
        return _("more than {share}").format(share=_percent(0.99))
    return _percent(share)


def format_bytes(count: int) -> str:
    """Return a file's size in decimal units."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{format_decimal(round(count / factor, 1), locale=_locale())} {unit}"
    return ngettext("{count} byte", "{count} bytes", count).format(count=count)


def format_moment(moment: datetime) -> str:
    """Return a moment in the reader's locale, with the time zone it was written in."""
    zone, locale = moment.tzinfo, _locale()
    return _("{day}, {time} ({zone})").format(
        day=format_date(moment, format="long", locale=locale),
        time=format_clock(moment, format="short", tzinfo=zone, locale=locale),
        # "GMT+08:00": an offset is understood everywhere, and a report read back knows no more than that.
        zone=format_datetime(moment, format="ZZZZ", tzinfo=zone, locale=locale),
    )


def one_in(rate: float, *, at_most: bool = False) -> str:
    """Return a rate as "1 in 2,000", with two significant digits.

    Args:
        rate: in (0, 1].
        at_most: round towards the more frequent, for a bound that must not say too much.
    """
    count = 1 / rate
    if count < 2:
        return _("1 in {count}").format(count=1 if count < 1.5 else 2)
    step: float = 10 ** max(0, math.floor(math.log10(count)) - 1)
    # The small addition keeps 1 / (1 / 10,000) from falling to 9,900.
    rounded = (math.floor(count / step + 1e-6) if at_most else round(count / step)) * step
    return _("1 in {count}").format(count=format_count(int(rounded)))


def likeness_sentence(candidate: Candidate, *, model: str = "") -> str:
    """Return how telling a likeness is, as the share of strangers' clips that would look the same.

    Args:
        candidate: the person and the rate.
        model: name of the model whose figures say so; left out where empty.
    """
    if candidate.rate_is_capped:
        sentence = _(
            "Among strangers’ clips, being taken for somebody in this registry at this likeness is rarer than "
            "{share}, the most our figures can say."
        ).format(share=one_in(candidate.rate, at_most=True))
    elif candidate.rate > 0.5:
        sentence = _("Most strangers’ clips would look at least this alike to somebody in this registry.")
    else:
        sentence = _(
            "Among strangers’ clips, about {share} would be taken for somebody in this registry at this likeness."
        ).format(share=one_in(candidate.rate))
    return _("{sentence} (Model: {model})").format(sentence=sentence, model=model) if model else sentence


def near_miss_sentence(name: str, candidate: Candidate) -> str:
    """Return who came nearest and that it is not enough; nothing where most strangers come as near.

    Args:
        name: empty where it is not to be said.
        candidate: the person and the rate.
    """
    if candidate.rate > 0.5:
        return ""
    return _(
        "Closest: {name}; among strangers’ clips about {share} looks as alike to somebody, and that is not enough."
    ).format(name=name or _("somebody in the registry"), share=one_in(candidate.rate))


def judged_with_sentence(model: str, version: str) -> str:
    """Return whose figures the likenesses of a result rest on; the pack is named with what it promises."""
    return _("Judged with the model {model} {version}.").format(model=model, version=version)


def promise_sentence(point: OperatingPoint) -> str:
    """Return what the operating point promises, with its bounds and its pack."""
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
    if point.block_fmr is not None:
        return words
    most = _(
        "The figures of this pack cannot promise that much for a registry of this size: a person is “possible” at most."
    )
    return in_a_row((words, most))


def reason_words(reason: IdentificationReason | NotExamined) -> str:
    """Return a coded reason as a clause that can follow a colon."""
    if isinstance(reason, NotExamined):
        return _(_NOT_EXAMINED[reason])
    return _(_IDENTIFICATION_REASONS[reason])


def coverage_sentences(observations: Observations) -> list[str]:
    """Return what was examined and what was not: picture, faces, sound; one sentence each."""
    reasons = Counter(track.not_examined for track in observations.tracks if track.not_examined is not None)
    return [
        *picture_sentences(observations.picture, still=observations.clip.still),
        *face_sentences(reasons),
        *sound_sentences(observations.sound),
    ]


def picture_sentences(picture: PictureCoverage, *, still: bool) -> list[str]:
    """Return how much of the picture was examined."""
    if not picture.present:
        return [_("There is no picture.")]
    if still:
        first = _("The whole picture was examined.")
    elif picture.frames_examined == 0:
        first = _("No frame of the picture could be examined.")
    else:
        first = ngettext(
            "Faces were looked for in {examined} of {count} frame over {duration}, at most {step} s apart.",
            "Faces were looked for in {examined} of {count} frames over {duration}, at most {step} s apart.",
            picture.frames_read,
        ).format(
            examined=format_count(picture.frames_examined),
            count=format_count(picture.frames_read),
            duration=format_time(picture.duration_s),
            step=format_decimal(round(picture.longest_step_s, 2), locale=_locale()),
        )
    return [first, *_picture_gaps(picture)]


def sound_sentences(sound: SoundCoverage) -> list[str]:
    """Return how much of the sound was examined."""
    if not sound.present:
        return [_("There is no sound.")]
    if sound.not_examined is not None:
        return [_sound_unexamined(sound.not_examined)]
    first = _("The sound was examined over {duration}.").format(duration=format_time(sound.duration_s))
    return [first, *_sound_gaps(sound)]


def face_sentences(reasons: Counter[NotExamined]) -> list[str]:
    """Return how many followed faces could not be judged, by reason, the most frequent first."""
    return [
        ngettext(
            "{count} face was seen but could not be judged: {reason}.",
            "{count} faces were seen but could not be judged: {reason}.",
            count,
        ).format(count=format_count(count), reason=reason_words(reason))
        for reason, count in reasons.most_common()
    ]


def unexamined_sentences(picture: PictureCoverage, sound: SoundCoverage) -> list[str]:
    """Return what of picture and sound was not examined, and why; empty where nothing was left out."""
    sentences = _picture_gaps(picture) if picture.present else []
    if sound.present:
        sentences += [_sound_unexamined(sound.not_examined)] if sound.not_examined else _sound_gaps(sound)
    return sentences


def coverage_shares(picture: PictureCoverage, sound: SoundCoverage, *, still: bool) -> list[tuple[str, float, str]]:
    """Return (what, share examined 0 to 1, the share in words) for the picture and the sound that a clip has."""
    shares = []
    if picture.present:
        examined = bool(picture.frames_examined) or still
        share = max(0.0, 1 - sum(gap.share for gap in picture.gaps)) if examined else 0.0
        shares.append((_("Picture"), share, format_share(share)))
    if sound.present:
        share = 0.0 if sound.not_examined else max(0.0, 1 - sum(gap.share for gap in sound.gaps))
        shares.append((_("Sound"), share, format_share(share)))
    return shares


def _picture_gaps(picture: PictureCoverage) -> list[str]:
    sentences = _gap_sentences(picture.gaps, mark("{share} of the picture was not examined: {reason} ({when})."))
    if picture.read_error:
        sentences.append(_("The picture is damaged or ends early: it could be read only in part."))
    return sentences


def _sound_gaps(sound: SoundCoverage) -> list[str]:
    sentences = _gap_sentences(sound.gaps, mark("{share} of the sound was not examined: {reason} ({when})."))
    if sound.read_error:
        sentences.append(_("The sound is damaged or ends early: it could be read only in part."))
    return sentences


def _sound_unexamined(reason: NotExamined) -> str:
    if reason is NotExamined.NO_DETECTOR:
        return _("The sound was not examined: this version does not recognise voices.")
    return _("The sound was not examined: {reason}.").format(reason=reason_words(reason))


def _gap_sentences(gaps: Iterable[Gap], sentence: str) -> list[str]:
    by_reason: dict[NotExamined, list[Gap]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.reason, []).append(gap)
    return [
        _(sentence).format(
            share=format_share(min(1.0, sum(gap.share for gap in group))),
            reason=reason_words(reason),
            when=format_time_ranges([TimeRange(start_s=gap.start_s, end_s=gap.end_s) for gap in group]),
        )
        for reason, group in by_reason.items()
    ]


def _percent(share: float) -> str:
    return str(format_percent(share, locale=_locale()))


def _locale() -> str:
    return language().replace("-", "_")


_VERDICT_SENTENCES = {
    Verdict.BLOCKED: mark("Do not publish this clip for the stated use: consent is missing."),
    Verdict.REVIEW: mark("A person must look at this clip before it is published."),
    Verdict.PERMITTED: mark("Everybody who was recognised has consented to the stated use."),
}

_NOT_EXAMINED = {
    NotExamined.TOO_SMALL: mark("too small"),
    NotExamined.TOO_BLURRED: mark("too blurred"),
    NotExamined.TOO_SHORT: mark("seen too briefly"),
    NotExamined.OVERLAPPED: mark("covered or overlapped"),
    NotExamined.POSE: mark("turned too far away"),
    NotExamined.MODEL_CANNOT_JUDGE: mark("the model cannot judge it"),
    NotExamined.NOT_REQUESTED: mark("this was not asked for"),
    NotExamined.NO_DETECTOR: mark("this version has no detector for it"),
    NotExamined.UNREADABLE: mark("unreadable"),
    NotExamined.OTHER_STREAM: mark("in another stream of the file"),
}

_IDENTIFICATION_REASONS = {
    IdentificationReason.SAMPLES_AGREE: mark("several moments agree"),
    IdentificationReason.FEW_SAMPLES: mark("too few independent moments to be sure"),
    IdentificationReason.SINGLE_PICTURE: mark("only one picture speaks for it"),
    IdentificationReason.CONFLICT: mark("different moments point to different people"),
    IdentificationReason.NO_MARGIN: mark("somebody else in the registry looks almost as alike"),
    IdentificationReason.BEYOND_PROMISE: mark("the registry is larger than the figures can promise for"),
    IdentificationReason.NO_FIGURES: mark("this pack has no measured figures"),
    IdentificationReason.TAKEN_IN_FRAME: mark("the same person is recognised better elsewhere in the same frame"),
    IdentificationReason.BELOW_BLOCK: mark("alike, but not alike enough to be sure"),
    IdentificationReason.BELOW_REVIEW: mark("nobody is alike enough"),
    IdentificationReason.NOBODY_ENROLLED: mark("nobody is enrolled with this pack"),
    IdentificationReason.NOT_EXAMINED: mark("the face could not be judged"),
}
