"""The clearance certificate: one A4 page of PDF that carries the record, and a signature over every byte of itself.

The record stands in the Keywords of the Info dictionary as base64 JSON, and the signature beside it (ADR 0025).
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from countenance.clearance import ClearanceRecord
from countenance.errors import CountenanceError
from countenance.translations import _
from reports.certificate_lettering import BOLD, LATIN, MONO, draw, open_fonts, shortened, width_of, wrapped
from reports.certificate_marks import draw_mark
from reports.certificate_words import (
    PersonRow,
    clip_lines,
    coverage_sentences,
    erased_words,
    how_to_verify,
    lettering_notes,
    model_lines,
    more_words,
    people_rows,
    promise_sentence,
    title,
    use_sentence,
)
from reports.formats import format_count, format_moment
from reports.wording import verdict_title

PLACEHOLDER = "0" * 128
"""What stands for the signature while the signature is made: 64 bytes in hex."""

_WIDTH, _HEIGHT = 595.28, 841.89  # A4 in points
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 547.0, 46.0, 40.0
_VALUES = 142.0
"""Where the right column begins."""
_SIZE, _LEADING, _GAP = 8.5, 11.4, 7.0
_INK, _GREY, _RULE = (0.1, 0.1, 0.12), (0.38, 0.38, 0.42), (0.8, 0.8, 0.83)
_MOST_LONG, _MOST_MODELS = 4, 5


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    font: str = LATIN
    grey: bool = False
    right: str = ""
    size: float = _SIZE


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    lines: Sequence[_Line]

    @property
    def height(self) -> float:
        return len(self.lines) * _LEADING + _GAP


def certificate_pdf(record: ClearanceRecord) -> bytes:
    """Return the certificate in the language in force, unsigned; the same record gives the same bytes.

    Args:
        record: with the people's names filled in, and the public key of whoever is going to sign.
    """
    from reportlab.pdfgen.canvas import Canvas

    open_fonts()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(title(record.verdict, record.check))
    canvas.setAuthor(record.owner)
    canvas.setCreator(record.program)
    content = base64.b64encode(msgspec.json.encode(record)).decode()
    canvas.setKeywords(f"countenance-clearance-1 record={content} signature={PLACEHOLDER}")
    top = _draw_head(canvas, record)
    for section in _sections(record, top - _BOTTOM):
        top = _draw_section(canvas, section, top)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def sign_pdf(pdf: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return a certificate with its signature in place.

    Args:
        pdf: of `certificate_pdf`.
        sign: returns the Ed25519 signature, 64 bytes, of the bytes that it is given: the whole file as it is now.
    """
    place = f"signature={PLACEHOLDER})".encode()
    if pdf.count(place) != 1:
        raise CountenanceError(
            _("This is no certificate that waits for its signature."), remedy=_("Make the certificate again.")
        )
    return pdf.replace(place, f"signature={sign(pdf).hex()})".encode())


def fingerprint_words(public_key: str) -> str:
    """Return the first 128 bits of a key's SHA-256 as eight groups of four digits, to be compared by eye."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def _draw_head(canvas: Any, record: ClearanceRecord) -> float:  # noqa: ANN401 - reportlab has no types
    """Draw title and verdict; return the height at which the rest begins."""
    y = _HEIGHT - _TOP
    canvas.setFillColorRGB(*_INK)
    draw(canvas, _LEFT, y - 8, title(record.verdict), 17, font=BOLD)
    canvas.setFillColorRGB(*_GREY)
    made = _("{id} · {moment}").format(id=record.check, moment=format_moment(record.created))
    draw(canvas, _RIGHT - width_of(made, _SIZE), y - 8, made, _SIZE)
    headline = wrapped(record.headline, _RIGHT - _LEFT - 76, 10, most=2)
    if record.incomplete:
        headline.append(_("Incomplete: not everything was examined, see below."))
    height = 40 + 13 * len(headline)
    y -= 22
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(1.2)
    canvas.roundRect(_LEFT, y - height, _RIGHT - _LEFT, height, 5)
    draw_mark(canvas, record.verdict, _LEFT + 33, y - height / 2)
    canvas.setFillColorRGB(*_INK)
    canvas.setStrokeColorRGB(*_INK)
    draw(canvas, _LEFT + 66, y - 25, verdict_title(record.verdict), 15, font=BOLD)
    for number, line in enumerate(headline):
        last = record.incomplete and number == len(headline) - 1
        draw(canvas, _LEFT + 66, y - 41 - 13 * number, line, 10, font=BOLD if last else LATIN)
    return y - height - 14


def _sections(record: ClearanceRecord, room: float) -> list[_Section]:
    """Return what the page says in order; people get the room that everything else leaves."""
    before = [_clip(record), _Section(_("Stated use"), _long(use_sentence(record)))]
    after = [
        *([_Section(_("Also found"), _several(record.also_found, _MOST_LONG))] if record.also_found else []),
        _Section(_("Examined"), _several(coverage_sentences(record), _MOST_LONG)),
        _Section(_("Promise"), _long(promise_sentence(record))),
        _Section(_("Models"), _several(model_lines(record), _MOST_MODELS)),
        _registry(record),
        _issued(record),
    ]
    left = room - sum(section.height for section in (*before, *after)) - _GAP
    return [*before, _Section(_("Who was found"), _people(record, int(left // _LEADING))), *after]


def _clip(record: ClearanceRecord) -> _Section:
    mark, width = record.clip.mark, _RIGHT - _VALUES
    name = [_Line(line, BOLD) for line in wrapped(record.clip.name, width, _SIZE, most=2, font=BOLD)]
    hashes = [_Line(_("File, SHA-256"), grey=True), _Line(mark.sha256, MONO, size=8)]
    if mark.streams:
        hashes += [
            _Line(_("Picture and sound, in whatever file"), grey=True),
            _Line(mark.streams, MONO, size=8),
        ]
    facts = [_Line(line) for text in clip_lines(record) for line in wrapped(text, width, _SIZE, most=2)]
    return _Section(_("Clip"), [*name, *facts, *hashes])


def _people(record: ClearanceRecord, most_lines: int) -> list[_Line]:
    rows = people_rows(record)
    told = (*erased_words(record), *lettering_notes(record))
    notes = [line for note in told for line in wrapped(note, _RIGHT - _VALUES, _SIZE)]
    lines: list[_Line] = [] if rows else [_Line(_("Nobody was found."))]
    most_lines -= len(notes)
    for number, row in enumerate(rows):
        lines_of_row = _person(row)
        rest = len(rows) - number
        if len(lines) + len(lines_of_row) + (rest > 1) > most_lines:
            lines.append(_Line(more_words(rest)))
            break
        lines += lines_of_row
    return [*lines, *(_Line(line, grey=True) for line in notes)]


def _person(row: PersonRow) -> list[_Line]:
    width = _RIGHT - _VALUES
    who = shortened(row.who, width - width_of(row.judged, _SIZE, BOLD) - 12, _SIZE, font=BOLD)
    why = wrapped(row.why, width, _SIZE, most=2)
    return [_Line(who, BOLD, right=row.judged), *(_Line(line, grey=True) for line in why)]


def _registry(record: ClearanceRecord) -> _Section:
    told = _("{owner}; registry {id}, revision {number}").format(
        owner=record.owner, id=record.registry, number=format_count(record.registry_revision)
    )
    lines = [_Line(line) for line in wrapped(told, _RIGHT - _VALUES, _SIZE, most=2)]
    if record.journal_hash:
        lines += [_Line(_("Head of its journal"), grey=True), _Line(record.journal_hash, MONO, size=8)]
    return _Section(_("Registry"), lines)


def _issued(record: ClearanceRecord) -> _Section:
    lines = [_Line(_("{program}, for {owner}").format(program=record.program, owner=record.owner))]
    if record.public_key:
        lines += [_Line(_("Fingerprint of the key"), grey=True), _Line(fingerprint_words(record.public_key), MONO)]
    if record.report_sha256:
        lines += [_Line(_("Report, SHA-256"), grey=True), _Line(record.report_sha256, MONO, size=8)]
    return _Section(_("Issued by"), [*lines, *_long(how_to_verify(signed=bool(record.public_key)))])


def _long(text: str) -> list[_Line]:
    return [_Line(line) for line in wrapped(text, _RIGHT - _VALUES, _SIZE, most=_MOST_LONG)]


def _several(sentences: Sequence[str], most: int) -> list[_Line]:
    """Return sentences in at most so many lines; those that find no room are counted."""
    lines: list[_Line] = []
    for number, sentence in enumerate(sentences):
        told = [_Line(line) for line in wrapped(sentence, _RIGHT - _VALUES, _SIZE, most=2)]
        rest = len(sentences) - number
        if len(lines) + len(told) + (rest > 1) > most:
            return [*lines, _Line(more_words(rest))]
        lines += told
    return lines or [_Line("–")]


def _draw_section(canvas: Any, section: _Section, top: float) -> float:  # noqa: ANN401 - reportlab has no types
    canvas.setStrokeColorRGB(*_RULE)
    canvas.setLineWidth(0.5)
    canvas.line(_LEFT, top + 1, _RIGHT, top + 1)
    y = top - _LEADING + 1
    canvas.setFillColorRGB(*_INK)
    canvas.setStrokeColorRGB(*_INK)
    draw(canvas, _LEFT, y, shortened(section.title, _VALUES - _LEFT - 8, _SIZE, font=BOLD), _SIZE, font=BOLD)
    for line in section.lines:
        canvas.setFillColorRGB(*(_GREY if line.grey else _INK))
        draw(canvas, _VALUES, y, line.text, line.size, font=line.font)
        if line.right:
            draw(canvas, _RIGHT - width_of(line.right, line.size, BOLD), y, line.right, line.size, font=BOLD)
        y -= _LEADING
    return top - section.height
