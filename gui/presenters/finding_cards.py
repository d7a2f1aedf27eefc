"""Findings as cards, as plain values: evidence side by side, who, why, on what it rests, what can be done."""

from __future__ import annotations

from dataclasses import dataclass

from countenance.labels import label
from countenance.observations import FaceTrack
from countenance.translations import _
from countenance.verdict import CheckResult, Finding, FindingKind
from gui.presenters.answers import AnswerLook, Around, CardAct, answer_look, card_acts, place_of
from gui.presenters.looks import Icon, Tone, finding_icon, finding_tone
from gui.presenters.rulings import ruling_of
from gui.presenters.sounds import VoiceExcerpt, excerpt_peaks
from gui.presenters.timelines import finding_names
from reports.sounds import best_excerpt
from reports.wording import format_time, format_time_ranges

MOST_CROPS = 12
"""More moments of one person than anybody looks through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A face in the clip at one moment; `when` is empty for a still picture."""

    jpeg: bytes
    at_s: float
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One finding with what it rests on.

    Attributes:
        place: tells it from the other findings of the clip, also after it was judged anew.
        severity: in a word or two.
        crops: of the face in the clip, best first; none where the finding is about nobody's face.
        enrolled: JPEG of an enrolled sample beside them; None for somebody unknown.
        excerpts: voices to listen to: in the clip and, where the person is known, enrolled.
        ground: the grant or prohibition it was judged by, in a sentence; empty where none decided.
        ruling: who approved or refused the clip, when and why; empty where nobody did.
        person: whose papers can be opened; empty for somebody unknown.
        start_s: where it is first seen or heard; None for a still picture and findings about no moment.
        where: time ranges in words; empty for stills.
        where_words: the same as a sentence's beginning.
        answer: the answer it rests on; None where nobody answered.
        acts: what can be done about it.
        pending: whether an answer is just being kept.
        spoken: the whole card in words, for those who do not see it.
    """

    place: str
    tone: Tone
    icon: Icon
    severity: str
    title: str
    name: str
    sentence: str
    likeness: str
    next_step: str
    ground: str
    ruling: str
    person: str
    start_s: float | None
    where: str
    where_words: str
    crops: tuple[Crop, ...]
    enrolled: bytes | None
    excerpts: tuple[VoiceExcerpt, ...]
    answer: AnswerLook | None
    acts: tuple[CardAct, ...]
    pending: bool
    spoken: str


def finding_cards(result: CheckResult, around: Around) -> list[FindingCard]:
    """Return the findings as cards, worst first."""
    tracks = {track.id: track for track in result.observations.tracks}
    names = finding_names(result)
    return [_card(result, finding, names[index], tracks, around) for index, finding in enumerate(result.findings)]


def crops_of(finding: Finding, tracks: dict[int, FaceTrack], *, still: bool = False) -> tuple[Crop, ...]:
    """Return the pictures of a finding's face, best first, at most `MOST_CROPS`."""
    samples = [sample for number in finding.tracks if number in tracks for sample in tracks[number].samples]
    samples = sorted((one for one in samples if one.picture), key=lambda one: -one.detection.quality)
    return tuple(
        Crop(jpeg=one.picture, at_s=one.at_s, when="" if still else format_time(one.at_s))
        for one in samples[:MOST_CROPS]
    )


def _card(
    result: CheckResult, finding: Finding, name: str, tracks: dict[int, FaceTrack], around: Around
) -> FindingCard:
    tone = finding_tone(finding)
    severity = _("Permitted") if tone is Tone.PERMITTED else label(finding.severity)
    if result.observations.speakers and finding.kind in (FindingKind.LIKENESS, FindingKind.VOICE):
        severity = f"{severity}  ·  {label(finding.kind)}"
    still = result.observations.clip.still
    where = "" if still else format_time_ranges(finding.ranges)
    about_somebody = bool(finding.tracks or finding.speakers)
    title = finding.title if finding.name or not about_somebody else name
    ground = around.grounds.get(finding.judgement.rests_on or "", "") if finding.judgement else ""
    sentence = without_name(finding.sentence, finding.name)
    ruling = ruling_of(result, finding, around.records)
    ruled = ruling.told if ruling is not None else ""
    answer = answer_look(finding, around)
    answered = (answer.words, answer.told, answer.note) if answer else ()
    texts = (severity, title, sentence, ruled, finding.next_step, where, ground, finding.likeness, *answered)
    return FindingCard(
        place=place_of(finding),
        tone=tone,
        icon=finding_icon(finding),
        severity=severity,
        title=title,
        name=finding.name,
        sentence=sentence,
        likeness=finding.likeness,
        next_step=finding.next_step,
        ground=ground,
        ruling=ruled,
        person=finding.person or "",
        start_s=None if still or not finding.ranges else finding.ranges[0].start_s,
        where=where,
        where_words=_where_words(finding).format(where=where) if where else "",
        crops=crops_of(finding, tracks, still=still),
        enrolled=result.enrolled_pictures.get(finding.person) if finding.person and finding.tracks else None,
        excerpts=tuple(_excerpts(result, finding, name)),
        answer=answer,
        acts=card_acts(finding, around, ruling),
        pending=place_of(finding) in around.pending,
        spoken=". ".join(text.rstrip(".。") for text in texts if text),
    )


def without_name(sentence: str, name: str) -> str:
    """Return a sentence that begins with a name and a colon without these: the card says whose it is already."""
    for colon in (": ", "："):
        if name and sentence.startswith(name + colon):
            rest = sentence[len(name + colon) :]
            return rest[:1].upper() + rest[1:]
    return sentence


def _where_words(finding: Finding) -> str:
    if finding.tracks and finding.speakers:
        return _("Seen and heard at {where}")
    return _("Heard at {where}") if finding.speakers else _("Seen at {where}")


def _excerpts(result: CheckResult, finding: Finding, name: str) -> list[VoiceExcerpt]:
    excerpts = []
    best = best_excerpt(result.observations.speakers, finding.speakers)
    if best is not None:
        _speaker, sample = best
        when = format_time(sample.start_s)
        spoken = _("Play the voice in the clip at {time}: {name}").format(time=when, name=name)
        excerpts.append(_excerpt(_("In the clip"), when, spoken, sample.sound))
    whose = finding.voice_of or finding.person
    enrolled = result.enrolled_sounds.get(whose) if whose and finding.speakers else None
    if enrolled:
        named = next((one.name for one in result.findings if one.person == whose and one.name), name)
        spoken = _("Play the enrolled voice of {name}").format(name=named)
        # Whose it is goes without saying unless the card is about somebody else's face.
        excerpts.append(_excerpt(_("Enrolled"), named if finding.voice_of else "", spoken, enrolled))
    return excerpts


def _excerpt(caption: str, when: str, spoken: str, sound: bytes) -> VoiceExcerpt:
    return VoiceExcerpt(caption=caption, note=when, spoken=spoken, sound=sound, peaks=excerpt_peaks(sound))
