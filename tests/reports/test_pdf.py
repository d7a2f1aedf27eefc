"""The report as PDF: the page's words, its pictures, stable bytes, and names that are only ever names."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countenance.translations import in_language
from countenance.verdict import CheckResult
from reports import read_report, report_document, report_html, report_json
from reports.certificate_lettering import wrapped
from reports.page import who_is_who
from reports.pdf import render_pdf, report_pdf, sha256_mark
from reports.pdf_blocks import Jpeg
from tests.reports.material import campaign, crowd, portrait
from tests.reports.voiced import interview, podcast


def words_in(pdf: bytes, tmp_path: Path) -> str:
    """What a reader of PDF finds on the pages, line ends made spaces."""
    if shutil.which("pdftotext") is None:
        pytest.skip("Without pdftotext nobody reads the pages back.")
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", told.stdout.decode())


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


@pytest.mark.parametrize("result", [campaign(), interview()], ids=["faces", "voices"])
def test_it_says_all_that_the_page_says(result: CheckResult, tmp_path: Path) -> None:
    report = report_document(result, redact=False)

    # Words stand beside values in columns: what counts is that each is there, wherever its lines end.
    told = set(words_in(report_pdf(result, redact=False), tmp_path).split())

    unread = r'<(style|svg|title).*?</\1>|<span class="unseen">.*?</span>|<[^>]+>'
    page = re.sub(unread, " ", report_html(result, redact=False), flags=re.DOTALL)
    wanted = {word for word in unescape(page).split() if not re.fullmatch(r"[0-9a-f]{64}", word)}
    assert len(report.clip.sha256) == 64
    assert wanted - told == set()


def test_it_shows_what_was_seen_beside_what_is_enrolled() -> None:
    pdf = report_pdf(campaign(), redact=False)

    assert pdf.count(b"/Subtype /Image") == 6  # five crops, and the one portrait that all three have enrolled
    assert pdf.count(b"/DCTDecode") == 6


def test_names_and_enrolled_samples_are_left_out_where_asked(tmp_path: Path) -> None:
    pdf = report_pdf(campaign(), redact=True)

    told = words_in(pdf, tmp_path)
    assert "Person A: Permission ended" in told
    assert "people are called by letters" in told
    assert not re.search("Collins|Marta|Ruiz|林晓|Enrolled sample", told)
    assert pdf.count(b"/Subtype /Image") == 5


def test_the_same_report_gives_the_same_bytes_and_so_does_one_read_back() -> None:
    result = interview()

    pdf = report_pdf(result, redact=False)

    assert report_pdf(result, redact=False) == pdf
    assert render_pdf(read_report(report_json(result, redact=False))) == pdf


def test_the_file_tells_of_itself_only_what_is_meant() -> None:
    result = campaign()

    pdf = report_pdf(result, redact=True)

    (told,) = re.findall(rb"<<\s*/Author.*?>>", pdf, re.DOTALL)
    assert set(re.findall(rb"/(\w+) \(", told)) == {
        *(b"Author", b"CreationDate", b"Creator", b"Keywords", b"ModDate", b"Producer", b"Subject", b"Title")
    }
    assert b"/Author ()" in told
    assert b"D:20261127150405+08'00'" in told
    assert sha256_mark(result.observations.clip.sha256).encode() in told
    assert b"/Lang (en)" in pdf


def test_it_is_in_the_reports_language_with_its_letters(tmp_path: Path) -> None:
    with in_language("zh-CN"):
        report = report_document(podcast(), redact=False)

    told = words_in(render_pdf(report), tmp_path).replace(" ", "")

    assert "检查范围" in told
    assert "用途说明" in told
    assert "?" not in told


def test_names_in_other_scripts_are_printed(tmp_path: Path) -> None:
    told = words_in(report_pdf(campaign(("Анна Ковалёва", "Žofie Łącka", "林晓")), redact=False), tmp_path)

    for name in ("Анна Ковалёва", "林晓"):
        assert name in told
    assert "Žofie Łacka" in told  # a mark that no font has is left out


HOSTILE = (
    "<b>Eve</b> & <img src=x>",
    "\u202eevE\u202c (reversed)",
    "{{ 7 * 7 }} %(name)s {name}",
    ") Tj ET Q \\) (",
    "Eve\x00\n\r\tEve",
    "שלום",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text(name: str, tmp_path: Path) -> None:
    result = campaign((name, "Marta Ruiz", "林晓"))

    pdf = report_pdf(result, redact=False)

    told = words_in(pdf, tmp_path)
    assert "Permission ended" in told
    assert pages_in(pdf) == pages_in(report_pdf(campaign(), redact=False))
    assert not re.search(rb"/JavaScript|/JS|/Launch|/URI|/EmbeddedFile|/AcroForm", pdf)
    for word in ("<b>Eve</b>", "{{ 7 * 7 }}", "%(name)s", ") Tj ET Q"):
        assert (word in told) == (word in name)


def test_file_names_with_surrogates_become_text(tmp_path: Path) -> None:
    result = campaign()
    seen = result.observations
    named = replace(result, observations=replace(seen, clip=replace(seen.clip, name="clip\udcff.mp4")))

    assert "clip?.mp4" in words_in(report_pdf(named, redact=False), tmp_path)


@settings(max_examples=15)
@given(
    name=st.text(min_size=1, max_size=300),
    clip=st.text(min_size=1, max_size=200),
    headline=st.text(max_size=4000),
)
def test_whatever_is_written_in_it_every_page_is_whole(name: str, clip: str, headline: str) -> None:
    result = campaign((name, name[::-1], "林晓"))
    seen = result.observations
    made = replace(result, headline=headline, observations=replace(seen, clip=replace(seen.clip, name=clip)))

    pdf = report_pdf(made, redact=False)

    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")


def test_a_sentence_longer_than_a_page_goes_on_on_the_next(tmp_path: Path) -> None:
    result = campaign()
    long = " ".join(f"word{number}" for number in range(400))
    first = replace(result.findings[0], sentence=long, next_step=long, likeness=long)

    told = words_in(report_pdf(replace(result, findings=(first, *result.findings[1:])), redact=False), tmp_path)

    assert told.count("word399") == 3
    assert told.count("word200") == 3


def test_a_crowd_is_told_in_small_pictures(tmp_path: Path) -> None:
    report = report_document(crowd(20), redact=False)

    told = words_in(render_pdf(report), tmp_path)

    assert all(name in told for name in who_is_who(report))
    assert "Also seen" in told


def test_what_is_no_jpeg_leaves_its_place_empty(tmp_path: Path) -> None:
    result = replace(campaign(), enrolled_pictures={"p-1": b"no picture at all", "p-2": b"\xff\xd8\xff"})

    pdf = report_pdf(result, redact=False)

    assert pdf.count(b"/Subtype /Image") == 5
    assert "Enrolled sample" in words_in(pdf, tmp_path)


def test_a_picture_goes_into_the_file_as_it_is() -> None:
    picture = Jpeg(portrait())

    assert picture.size_px == (320, 320)
    assert picture.jpeg_fh().read() == picture.content
    assert str(picture) == str(Jpeg(portrait())) != str(Jpeg(portrait(blur=2)))


def test_long_texts_are_not_cut() -> None:
    words = " ".join(["word"] * 700)

    assert " ".join(wrapped(words, 200, 9.25, most=400)) == words
