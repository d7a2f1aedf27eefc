"""What stands on the pages of a report, block by block, in the order of the page in the browser."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from countenance.labels import label
from countenance.sentences import in_a_row
from countenance.translations import _
from countenance.verdict import Verdict
from reports.certificate_lettering import BOLD, MONO, shortened
from reports.document import Report
from reports.facts import Fact, ModelRow, clip_facts, model_rows, registry_facts, use_facts
from reports.page import Card, _card, _counts, promise_of, who_is_who
from reports.pdf_blocks import (
    BETWEEN,
    PICTURE,
    SMALL,
    SOFT,
    TONES,
    Block,
    Cell,
    Column,
    FactRow,
    Heading,
    Jpeg,
    Line,
    Shares,
    Shown,
    TableRow,
    lines_of,
)
from reports.pdf_crowd import Crowd, Somebody
from reports.pdf_timeline import TimelineBlock, keys_of
from reports.timeline import draw_timeline
from reports.wording import (
    coverage_shares,
    face_sentences,
    format_moment,
    format_time,
    picture_sentences,
    sound_sentences,
    unexamined_sentences,
    voice_sentences,
)

WIDTH, HEIGHT = 595.28, 841.89  # A4 in points
SIDE, TOP, BOTTOM = 46.0, 46.0, 58.0
ACROSS, DOWN = WIDTH - 2 * SIDE, HEIGHT - TOP - BOTTOM
_VALUES = 74.0
"""Where values begin beside the words that they answer."""


def story_of(report: Report) -> Iterable[Block]:
    """Return the blocks of a report in their order, in the language in force."""
    names = who_is_who(report)
    cards = [_card(finding, name, report) for finding, name in zip(report.findings, names, strict=True)]
    yield from _head(report)
    yield Heading(_("Stated use"), ACROSS)
    yield from _facts(use_facts(report.use))
    yield Heading(_("Findings"), ACROSS)
    yield from _findings(report, cards)
    yield from _timeline(report, names)
    yield Heading(_("What was examined"), ACROSS)
    coverage = report.coverage
    if shares := coverage_shares(coverage.picture, coverage.sound, still=report.clip.still):
        yield Shares(shares, ACROSS)
    told = (
        *picture_sentences(coverage.picture, still=report.clip.still),
        *face_sentences(Counter(coverage.faces_not_judged)),
        *sound_sentences(coverage.sound),
        *voice_sentences(Counter(coverage.voices_not_judged)),
    )
    for sentence in told:
        yield _prose(sentence)
    yield Heading(_("How it was judged"), ACROSS)
    yield _prose(promise_of(report))
    yield Heading(_("Models"), ACROSS)
    yield from _models(model_rows(report.models))
    yield Heading(_("Registry"), ACROSS)
    if report.registry:
        yield from _facts(registry_facts(report.registry))
    else:
        yield _prose(_("No registry was used: nobody could be known, and no consent was on record."))
    yield Heading(_("Clip"), ACROSS)
    yield from _facts(clip_facts(report.clip))
    yield from _foot(report)


def _head(report: Report) -> Iterable[Block]:
    tone = "block" if report.verdict is Verdict.BLOCKED else report.verdict.value
    made = format_moment(report.created)
    yield Column(
        [Line(text=f"Countenance · {_('Report on a clip')} · {made}", size=SMALL + 0.75, colour=SOFT)], ACROSS, below=7
    )
    x = 62.0
    box: list[Line] = [Line(text="", leading=14, tint=tone)]
    box += lines_of(label(report.verdict), ACROSS - 16, x=x, size=22, leading=27, font=BOLD, colour=TONES[tone])
    box[1:2] = [replace(box[1], sign=tone)]
    box += lines_of(report.headline, ACROSS - 20, x=x, size=10.5, leading=15)
    if report.incomplete:
        unexamined = in_a_row(unexamined_sentences(report.coverage.picture, report.coverage.sound))
        told = f"{_('Incomplete.')} {_('Part of this clip was not examined:')} {unexamined}"
        box.append(Line(text="", leading=7))
        box += lines_of(told, ACROSS - 20, x=x, sign="incomplete")
    box.append(Line(text="", leading=13))
    yield Column([replace(line, tint=tone) for line in box], ACROSS, below=9)
    length = _("still picture") if report.clip.still else format_time(report.clip.duration_s)
    subject = lines_of(report.clip.name, ACROSS, font=BOLD, size=10)
    subject += [Line(text=length, colour=SOFT)]
    subject += [
        Line(text=words, sign=weight, x=14, size=8.75, font=BOLD, colour=TONES[weight])
        for weight, words in _counts(report)
    ]
    yield Column(subject, ACROSS)


def _findings(report: Report, cards: Sequence[Card]) -> Iterable[Block]:
    large, small = [card for card in cards if not card.small], [card for card in cards if card.small]
    for at, card in enumerate(large):
        yield _finding(card, first=at == 0)
    if small:
        heard = bool(report.speakers)
        also = _("Also seen or heard") if heard else _("Also seen")
        title = Column([Line(text=also, font=BOLD, size=11, leading=16)], ACROSS, above=10)
        title.keepWithNext = 1
        yield title
        yield Column(lines_of(_("Nobody in the registry, and nothing is asked about them."), ACROSS), ACROSS, below=7)
        yield from _crowd(small)
    if not cards:
        yield Column(lines_of(report.headline, ACROSS), ACROSS)


def _finding(card: Card, *, first: bool) -> Block:
    pictures = [_shown(figure.source, figure.caption) for figure in card.figures]
    wide = ACROSS - (len(pictures) * (PICTURE + BETWEEN) + BETWEEN if pictures else 0)
    lines = lines_of(card.tag, wide, x=13, size=8.25, font=BOLD, colour=TONES[card.tone], sign=card.tone, leading=12)
    lines += lines_of(card.title, wide, size=13, font=BOLD, leading=17, after=2)
    lines += lines_of(card.sentence, wide, after=6)
    for word, value in card.rows:
        lines += lines_of(
            value, wide, x=_VALUES, word=shortened(word, _VALUES - 6, SMALL + 0.25), leading=12.5, after=2
        )
    for player in card.players[:1]:
        lines += lines_of(player.caption, wide, x=14, size=8.25, colour=SOFT, sign="voice", after=2)
    if card.next_step:
        told = f"{_('What to do next:')} {card.next_step}"
        box = [Line(text="", leading=5), *lines_of(told, wide - 10, x=22, sign="next"), Line(text="", leading=5)]
        lines += [Line(text="", leading=4), *(replace(line, tint=card.tone) for line in box)]
    return Column(lines, ACROSS, pictures=pictures, rule=not first, page=DOWN, below=9)


def _crowd(cards: Sequence[Card]) -> Iterable[Block]:
    people = [
        Somebody(
            who=card.who,
            when=card.when,
            picture=_shown(card.figures[0].source, "").picture if card.figures else None,
            heard=bool(card.players),
        )
        for card in cards
    ]
    for at in range(0, len(people), Crowd.ACROSS):
        yield Crowd(people[at : at + Crowd.ACROSS], ACROSS)


def _timeline(report: Report, names: Sequence[str]) -> Iterable[Block]:
    timeline = draw_timeline(report, names)
    if timeline is None:
        return
    yield Heading(_("Timeline"), ACROSS)
    yield TimelineBlock(timeline, report, ACROSS)
    for words in keys_of(timeline):
        yield Column(lines_of(words, ACROSS, size=SMALL + 0.25, leading=11.5, colour=SOFT), ACROSS)


def _facts(facts: Sequence[Fact]) -> Iterable[Block]:
    columns = 3
    narrow = [fact for fact in facts if not fact.code]
    for at in range(0, len(narrow), columns):
        yield FactRow(narrow[at : at + columns], ACROSS, columns)
    for fact in facts:
        if fact.code:
            yield FactRow([fact], ACROSS, 1)


def _models(rows: Sequence[ModelRow]) -> Iterable[Block]:
    places = (0.0, 92.0, 262.0, 356.0, 444.0)
    rooms = [after - at - 8 for at, after in zip(places, (*places[1:], ACROSS), strict=True)]
    words = (_("Task"), _("Model"), _("Licence"), _("Commercial use"), _("Ran on"))
    head = TableRow(
        [
            Cell(x, lines_of(word, room, size=8, font=BOLD, leading=10, colour=SOFT))
            for x, room, word in zip(places, rooms, words, strict=True)
        ],
        ACROSS,
    )
    head.keepWithNext = 1
    yield head
    for row in rows:
        told = (row.task, row.name, row.licence, row.commercial, row.provider)
        cells = [lines_of(text, room, size=8.5, leading=11, most=6) for room, text in zip(rooms, told, strict=True)]
        half = len(row.sha256) // 2
        cells[1] += [
            Line(text=part, size=6.5, font=MONO, colour=SOFT, leading=8)
            for part in (row.sha256[:half], row.sha256[half:])
        ]
        cells[3] = lines_of(
            row.commercial, rooms[3], size=8.5, leading=11, font=BOLD, colour=TONES[row.commercial_tone], most=6
        )
        yield TableRow([Cell(x, lines) for x, lines in zip(places, cells, strict=True)], ACROSS)


def _foot(report: Report) -> Iterable[Block]:
    left_out = _(
        "Names and enrolled samples were left out of this report; people are called by letters. The pictures and "
        "sounds are from the clip itself."
    )
    told = (
        f"{report.program} · {format_moment(report.created)}",
        left_out
        if report.redacted
        else _(
            "This report holds names, pictures and voices of people. Keep it, and pass it on, only as their consent "
            "allows."
        ),
        _(
            "It says what was found with the models and the registry named here, on the day named here. It is no legal "
            "advice."
        ),
    )
    lines = [
        line for words in told for line in lines_of(words, ACROSS, size=SMALL + 0.25, leading=11, colour=SOFT, after=2)
    ]
    yield Column(lines, ACROSS, rule=True, above=16)


def _prose(text: str) -> Block:
    return Column(lines_of(text, ACROSS), ACROSS, below=3, page=0)


def _shown(source: str, caption: str) -> Shown:

    return Shown(Jpeg(base64.b64decode(source.partition(",")[2])), caption)
