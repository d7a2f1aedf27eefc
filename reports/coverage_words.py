"""What was examined and what was not, in sentences and shares: picture, faces, sound, voices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from countenance.observations import Gap, NotExamined, Observations, PictureCoverage, SoundCoverage
from countenance.people import Modality
from countenance.translations import _, mark, ngettext
from countenance.verdict import TimeRange
from reports.formats import format_count, format_number, format_share, format_time, format_time_ranges
from reports.reason_words import reason_words

LEAST_TOLD_S = 0.05
"""Shorter stretches would be told as 0:00.0."""

LEAST_WITHOUT_SPEECH_S = 0.5
"""Shorter sounds without speech are breaths and clicks, not songs."""


def coverage_sentences(observations: Observations) -> list[str]:
    """Return what was examined and what was not: picture, faces, sound, voices; one sentence each."""
    faces = Counter(track.not_examined for track in observations.tracks if track.not_examined is not None)
    voices = Counter(one.not_examined for one in observations.speakers if one.not_examined is not None)
    return [
        *picture_sentences(observations.picture, still=observations.clip.still),
        *face_sentences(faces),
        *sound_sentences(observations.sound),
        *voice_sentences(voices),
    ]


def picture_sentences(picture: PictureCoverage, *, still: bool) -> list[str]:
    """Return how much of the picture was examined."""
    if not picture.present:
        return [_("There is no picture.")]
    if _was_not_asked_for(picture):
        return [_("The picture was not examined: this was not asked for.")]
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
            step=format_number(picture.longest_step_s, digits=2),
        )
    return [first, *_picture_gaps(picture)]


def sound_sentences(sound: SoundCoverage) -> list[str]:
    """Return how much of the sound was examined: where speech was found, where none, what was left out and why."""
    if not sound.present:
        return [_("There is no sound.")]
    if sound.not_examined is not None:
        return [_sound_unexamined(sound.not_examined)]
    length = format_time(sound.duration_s)
    if sound.speech_s < LEAST_TOLD_S:
        sentences = [_("The sound was examined over {duration}; no speech was found.").format(duration=length)]
    else:
        sentences = [
            _("The sound was examined over {duration}; speech was found in {speech} of it.").format(
                duration=length, speech=format_time(sound.speech_s)
            )
        ]
    if sound.without_speech_s >= LEAST_WITHOUT_SPEECH_S:
        sentences.append(
            _("In {duration} of sound no speech was found; singing and whispering are not examined.").format(
                duration=format_time(sound.without_speech_s)
            )
        )
    if sound.overlaps:
        ranges = [TimeRange(start_s=turn.start_s, end_s=turn.end_s) for turn in sound.overlaps]
        sentences.append(
            _("Several people speak at once ({when}); whose voices these are was not judged there.").format(
                when=format_time_ranges(ranges)
            )
        )
    return [*sentences, *_sound_gaps(sound)]


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


def voice_sentences(reasons: Counter[NotExamined]) -> list[str]:
    """Return how many voices could not be judged, by reason, the most frequent first."""
    return [
        ngettext(
            "{count} voice was heard but could not be judged: {reason}.",
            "{count} voices were heard but could not be judged: {reason}.",
            count,
        ).format(count=format_count(count), reason=reason_words(reason, Modality.VOICE))
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
        # Where there is speech, the gaps are shares of it.
        shares.append((_("Speech") if sound.speech_s else _("Sound"), share, format_share(share)))
    return shares


def _was_not_asked_for(picture: PictureCoverage) -> bool:
    return any(gap.reason is NotExamined.NOT_REQUESTED for gap in picture.gaps)


def _picture_gaps(picture: PictureCoverage) -> list[str]:
    if _was_not_asked_for(picture):
        return [_("The picture was not examined: this was not asked for.")]
    sentences = _gap_sentences(picture.gaps, mark("{share} of the picture was not examined: {reason} ({when})."))
    if picture.read_error:
        sentences.append(_("The picture is damaged or ends early: it could be read only in part."))
    return sentences


def _sound_gaps(sound: SoundCoverage) -> list[str]:
    speech = [gap for gap in sound.gaps if gap.reason in _OF_SPEECH]
    rest = [gap for gap in sound.gaps if gap.reason not in _OF_SPEECH]
    sentences = _gap_sentences(
        speech, mark("{share} of the speech was not examined: {reason} ({when})."), Modality.VOICE
    )
    sentences += _gap_sentences(rest, mark("{share} of the sound was not examined: {reason} ({when})."), Modality.VOICE)
    if 0 < sound.streams_examined < sound.streams:
        sentences.append(
            ngettext(
                "{examined} of {count} audio stream was listened to; what the others hold was not examined.",
                "{examined} of {count} audio streams were listened to; what the others hold was not examined.",
                sound.streams,
            ).format(examined=format_count(sound.streams_examined), count=format_count(sound.streams))
        )
    if sound.read_error:
        sentences.append(_("The sound is damaged or ends early: it could be read only in part."))
    return sentences


def _sound_unexamined(reason: NotExamined) -> str:
    if reason is NotExamined.NO_DETECTOR:
        return _("The sound was not examined: this pack has no models for voices.")
    return _("The sound was not examined: {reason}.").format(reason=reason_words(reason, Modality.VOICE))


def _gap_sentences(gaps: Iterable[Gap], sentence: str, modality: Modality = Modality.FACE) -> list[str]:
    by_reason: dict[NotExamined, list[Gap]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.reason, []).append(gap)
    return [
        _(sentence).format(
            share=format_share(min(1.0, sum(gap.share for gap in group))),
            reason=reason_words(reason, modality),
            when=format_time_ranges([TimeRange(start_s=gap.start_s, end_s=gap.end_s) for gap in group]),
        )
        for reason, group in by_reason.items()
    ]


_OF_SPEECH = frozenset({NotExamined.TOO_SHORT, NotExamined.OVERLAPPED, NotExamined.MODEL_CANNOT_JUDGE})
"""Reasons that speech itself gives; their gaps are shares of all speech time."""
