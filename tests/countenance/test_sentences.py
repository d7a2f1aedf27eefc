"""Sentences one after another, in scripts with and without spaces."""

from __future__ import annotations

from countenance.errors import CountenanceError
from countenance.sentences import in_a_row


def test_sentences_with_plain_stops_are_spaced() -> None:
    assert in_a_row(["It is damaged.", "Copy it again."]) == "It is damaged. Copy it again."


def test_sentences_with_full_width_marks_follow_without_a_space() -> None:
    assert in_a_row(["文件已损坏。", "请重新复制。"]) == "文件已损坏。请重新复制。"
    assert in_a_row(["界限如此（模型：甲）", "另有一人。"]) == "界限如此（模型：甲）另有一人。"


def test_empty_sentences_leave_no_trace() -> None:
    assert in_a_row(["", "One.", "", "Two."]) == "One. Two."
    assert in_a_row([]) == ""


def test_an_error_reads_as_its_sentence_and_what_to_do() -> None:
    assert str(CountenanceError("文件已损坏。", remedy="请重新复制。")) == "文件已损坏。请重新复制。"
    assert str(CountenanceError("It is damaged.")) == "It is damaged."
