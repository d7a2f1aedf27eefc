"""The certificate: one page that says everything, whose every byte is signed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

from countenance.clearance import ClearanceRecord
from countenance.errors import CountenanceError
from countenance.grants import Method, Theme
from countenance.judgement import JudgementKind, Reason
from countenance.people import Modality
from countenance.translations import in_language
from countenance.verdict import Verdict
from detectors.verifier import UnreadableError, fingerprint_of, read_certificate
from reports.certificate import certificate_pdf, fingerprint_words, sign_pdf
from reports.certificate_lettering import (
    WIDER,
    WIDER_BOLD,
    WIDER_LETTERS,
    can_letter,
    is_whole,
    runs_of,
    shortened,
    width_of,
    wrapped,
)
from reports.certificate_marks import draw_mark
from reports.certificate_words import people_rows, use_sentence
from tests.reports.cleared import ENDED, KEY, PUBLIC_KEY, STRANGER, person, record

PRINTED = {
    "林晓": "林晓",
    "歐陽娜娜": "歐陽娜娜",
    "김연아": "김연아",
    "さくら 花子": "さくら 花子",
    "Иван Жуков": "Иван Жуков",
    "Ümit Çelik": "Ümit Çelik",
    "Şükrü Yıldız": "Şükrü Yıldız",
    "Żaneta Łódź": "Zaneta Łódz",
    "Nguyễn Thị Đức": "Nguyên Thi Ðuc",
    "Σωκράτης": "Σωκρατης",
    "Zoe\u0308": "Zoë",
    "Əliyev": "Eliyev",
}
"""Names, and how they stand on the page."""


def signed(content: ClearanceRecord) -> bytes:
    return sign_pdf(certificate_pdf(content), KEY.sign)


def words_on(pdf: bytes, tmp_path) -> str:
    """What a reader of PDF finds on the page, its lines joined."""
    if shutil.which("pdftotext") is None:
        pytest.skip("Without pdftotext nobody reads the page back.")
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", told.stdout.decode())


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_a_certificate_says_what_it_must_in_words(tmp_path) -> None:
    told = words_on(signed(record()), tmp_path)

    for fragment in (
        "Blocked",
        "Incomplete: not everything was examined",
        "summer-campaign_v7.mp4",
        "ab12" * 16,
        "cd34" * 16,
        "Purpose: advertising",
        "not stated: Sound made by and Language",
        "Eileen Collins (P0001), face Permission ended",
        "rests on G0001, revision 1; as alike as fewer than 1 in 10,000 strangers’ clips, the most our figures can say",
        "as alike as about 1 in 2,000 strangers’ clips",
        "2 faces that match nobody here",
        "94% of the picture’s time was examined.",
        "unreadable (0:37.0–0:39.5)",
        "5,000 faces enrolled and 1,200 voices enrolled",
        "at most 1 in 20 may raise a false review, and at most 1 in 200 a false certainty",
        "retail-0095 2022.1: Apache-2.0; commercial use allowed",
        "registry r-3f2a77d0, revision 1,180",
        "9" * 64,
        "November 27, 2026, 3:04 PM (GMT+08:00)",
        fingerprint_words(PUBLIC_KEY),
        "report verify CERTIFICATE.pdf CLIP",
    ):
        assert fragment in told


def test_verdicts_differ_in_shape_as_well_as_in_colour() -> None:
    shapes = {_shape(verdict) for verdict in Verdict}

    assert len(shapes) == len(Verdict)


def _shape(verdict: Verdict) -> bytes:
    """What is drawn, without its colours."""
    canvas = Canvas("unused.pdf", pageCompression=0, invariant=1)
    draw_mark(canvas, verdict, 100, 100)
    canvas.showPage()
    content = re.search(rb"stream(.*?)endstream", canvas.getpdfdata(), re.DOTALL)
    assert content is not None
    return re.sub(rb"[\d. ]+ rg", b"", content[1])


def test_the_same_record_gives_the_same_bytes() -> None:
    assert signed(record()) == signed(record())


def test_the_record_comes_back_whole_with_whose_key_signed_it() -> None:
    found = read_certificate(signed(record()))

    assert found.holds
    assert found.public_key == PUBLIC_KEY
    assert msgspec.json.decode(found.record, type=ClearanceRecord) == record()
    assert fingerprint_of(PUBLIC_KEY) == fingerprint_words(PUBLIC_KEY)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_byte_can_be_changed(place, change) -> None:
    pdf = bytearray(SIGNED)
    pdf[place % len(pdf)] ^= change

    try:
        holds = read_certificate(bytes(pdf)).holds
    except UnreadableError:
        holds = False

    assert not holds


SIGNED = signed(record())


@pytest.mark.parametrize(
    "changed",
    [
        SIGNED + b"\n",
        SIGNED[:-1],
        SIGNED + SIGNED,
        SIGNED.replace(b"/Author", b"/Auth0r"),
        sign_pdf(certificate_pdf(record()), lambda content: KEY.sign(content[:-1])),
        certificate_pdf(record()),
    ],
    ids=["longer", "shorter", "twice", "another word", "another payload", "unsigned"],
)
def test_what_was_changed_or_never_signed_does_not_hold(changed) -> None:
    try:
        assert not read_certificate(changed).holds
    except UnreadableError:
        assert changed == SIGNED + SIGNED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4 nothing",
        b"(countenance-clearance-1 record=e30= signature=" + b"0" * 128 + b")",
        b"%PDF- (countenance-clearance-1 record=e30= signature=" + b"0" * 128 + b")",
        b"%PDF- (countenance-clearance-1 record=W10= signature=" + b"0" * 128 + b")",
        b"%PDF- (countenance-clearance-1 record=e30 signature=" + b"0" * 128 + b")",
    ],
)
def test_what_is_no_certificate_is_said_to_be_none(content) -> None:
    with pytest.raises(UnreadableError):
        read_certificate(content)


def test_only_a_certificate_that_waits_for_it_is_signed() -> None:
    with pytest.raises(CountenanceError):
        sign_pdf(SIGNED, KEY.sign)


def test_many_people_and_models_stay_on_one_page_and_are_counted(tmp_path) -> None:
    people = tuple(person(number, f"Somebody Number {number}") for number in range(200))
    models = record().models * 30
    unseen = tuple(f"{number}% of the picture was not examined." for number in range(40))

    pdf = signed(record(people=people, models=models, not_examined=unseen))

    told = words_on(pdf, tmp_path)
    assert pages_in(pdf) == 1
    assert re.search(r"and 1\d\d more, in the record inside this file", told)
    assert "and 26 more, in the record inside this file" in told
    assert "report verify CERTIFICATE.pdf CLIP" in told


def test_everything_long_stays_on_one_page() -> None:
    long = "very long words " * 60
    base = record()
    pdf = signed(
        record(
            owner=long,
            headline=long,
            clip=msgspec.structs.replace(base.clip, name="x" * 900, streams=(long,)),
            use=replace(base.use, project=long, category=long),
            people=tuple(person(number, long, duties=("credit",) * 9) for number in range(9)),
            not_examined=(long,) * 9,
            also_found=(long,) * 9,
        )
    )

    assert pages_in(pdf) == 1


def test_names_in_many_scripts_are_printed_with_the_marks_that_the_page_has(tmp_path) -> None:
    people = tuple(person(number, name) for number, name in enumerate(PRINTED, 1))

    told = words_on(signed(record(people=people)), tmp_path)

    missing = [name for name in PRINTED.values() if name.replace(" ", "") not in told.replace(" ", "")]
    assert missing == []
    assert told.count("without some of their marks") == 1
    assert "cannot print" not in told
    assert "?" not in told


def test_a_name_in_a_script_without_a_font_is_shown_as_the_id(tmp_path) -> None:
    told = words_on(signed(record(people=(person(7, "สมชาย"), person(8, "محمد"), person(9, "\u0301")))), tmp_path)

    for number in (7, 8, 9):
        assert f"P000{number}, face" in told
    assert told.count("cannot print is shown as its id") == 1
    assert "without some of their marks" not in told


def test_what_consent_has_no_say_in_is_told_too(tmp_path) -> None:
    told = words_on(signed(record(also_found=("Somebody of the cast was not found.",))), tmp_path)

    assert "Also found" in told
    assert "Somebody of the cast was not found." in told
    assert "Also found" not in words_on(signed(record()), tmp_path)


def test_who_was_erased_since_is_counted(tmp_path) -> None:
    assert "1 person who was found has been erased" in words_on(signed(record(erased=1)), tmp_path)
    assert "erased" not in words_on(signed(record()), tmp_path)


def test_an_owner_or_a_clip_that_lost_marks_is_told_of_too(tmp_path) -> None:
    assert "without some of their marks" in words_on(signed(record(owner="Żabka", people=())), tmp_path)
    assert "without some of their marks" not in words_on(signed(record()), tmp_path)


def test_letters_that_are_embedded_are_in_the_font_and_the_bytes_stay_the_same() -> None:
    letters = record(people=(person(1, "".join(sorted(WIDER_LETTERS))),))

    assert signed(letters) == signed(letters)
    assert b"FontFile2" in signed(letters)
    assert b"FontFile" not in signed(record())
    for font in (WIDER, WIDER_BOLD):
        glyphs = getFont(font).face.charToGlyph
        assert all(glyphs.get(ord(letter)) for letter in WIDER_LETTERS)


def test_letters_of_cyrillic_stand_nearer_than_a_square_each() -> None:
    assert width_of("Иванов", 10) < 0.8 * 6 * 10


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (Verdict.PERMITTED, "Clearance certificate"),
        (Verdict.NO_MATCH, "Clearance certificate"),
        (Verdict.REVIEW, "Record of a check – not cleared"),
        (Verdict.BLOCKED, "Record of a check – not cleared"),
    ],
)
def test_only_what_is_cleared_is_called_a_clearance(tmp_path, verdict, title) -> None:
    pdf = certificate_pdf(record(verdict=verdict))

    told = words_on(pdf, tmp_path)
    named = re.search(rb"/Title \((.*?)\)\s+/Trapped", pdf, re.DOTALL)
    assert told.startswith(title)
    assert ("clearance certificate" in told.lower()) == (title == "Clearance certificate")
    assert named is not None
    assert (b"Clearance" in named[1]) == (title == "Clearance certificate")


def test_a_certificate_in_chinese_is_one_page_too(tmp_path) -> None:
    with in_language("zh-CN"):
        pdf = signed(record(owner="星光经纪"))

    assert pages_in(pdf) == 1
    assert "不可发布" in words_on(pdf, tmp_path)


def test_a_judgement_that_rests_on_nothing_and_a_use_without_gaps_say_so_by_silence() -> None:
    whole = replace(
        record().use,
        voice_method=Method.AI_DUB,
        language="zh-CN",
        themes=(Theme.FINANCE,),
        category="cars",
        grantee="us",
    )
    kept = record(
        use=whole,
        people=(person(1, "Ada", rests_on=None, revision=0, duties=(), rate=None), person(2, "Ben", revision=0)),
    )

    assert "not stated" not in use_sentence(kept)
    rows = {row.who: row.why for row in people_rows(kept)}
    assert "rests on" not in rows["Ada (P0001), face"]
    assert "rests on G0002" in rows["Ben (P0002), face"]
    assert "revision" not in rows["Ben (P0002), face"]


def test_without_people_promise_or_key_the_page_says_so(tmp_path) -> None:
    told = words_on(
        certificate_pdf(
            record(
                people=(),
                judged_by=(),
                public_key="",
                not_examined=(),
                picture_share=None,
                sound_share=None,
                journal_hash="",
                report_sha256="",
                verdict=Verdict.NO_MATCH,
                incomplete=False,
                clip=msgspec.structs.replace(record().clip, still=True, mark=replace(record().clip.mark, streams="")),
            )
        ),
        tmp_path,
    )

    assert "Nobody was found." in told
    assert "Nobody was compared" in told
    assert "This page is not signed" in told
    assert "Still picture" in told


def test_the_worst_comes_first_and_duties_are_told() -> None:
    owed = person(
        3,
        "Li",
        judgement=JudgementKind.PERMITTED_WITH_DUTIES,
        reason=Reason.DUTY_OPEN,
        duties=("ai_label", "take_down_by:2027-06-30"),
        revision=0,
        rate=0.8,
    )
    voice = msgspec.structs.replace(STRANGER, modality=Modality.VOICE)

    rows = people_rows(record(people=(owed, voice, person(1, "Ann", **ENDED))))

    assert [row.judged for row in rows] == ["Permission ended", "Not in the registry", "Permitted, to do first"]
    assert rows[1].who == "1 voice that matches nobody here"
    assert "take it down by June 30, 2027" in rows[2].why
    assert "rests on G0003; " in rows[2].why
    assert "as alike as most strangers’ clips" in rows[2].why


@given(st.text(max_size=200), st.floats(min_value=30, max_value=400))
def test_lines_keep_to_their_width_and_lose_nothing(text, width) -> None:
    lines = wrapped(text, width, 8.5)

    # One mark of punctuation may hang over the edge.
    assert all(width_of(line, 8.5) <= width + 9 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert width_of(shortened(text, width, 8.5), 8.5) <= max(width, width_of("…", 8.5))


def test_a_character_that_no_font_has_is_a_question_mark() -> None:
    assert can_letter("Ann 林")
    assert not can_letter("ส")
    assert "".join(run.text for run in runs_of("a\u202fส\x07")) == "a ??"


def test_whole_is_what_lost_no_mark() -> None:
    assert is_whole("Zoë Łapiński".replace("ń", "n"))
    assert not is_whole("Łapiński")
    assert not is_whole("Ґалина")
    assert can_letter("Ґалина")
    assert not can_letter("")
