"""Numbers and sentences as a person reads them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.identification import Candidate, IdentificationReason, IdentificationStatus, OperatingPoint
from countenance.labels import label
from countenance.observations import Background, Gap, NotExamined, Observations, PictureCoverage, SoundCoverage
from countenance.people import Modality
from countenance.translations import in_language
from countenance.verdict import FindingKind, TimeRange, Verdict
from reports import findings_csv
from reports.finding_words import coverage_texts, likeness_words, titled
from reports.naming import letters
from reports.wording import (
    coverage_sentences,
    coverage_shares,
    format_bytes,
    format_moment,
    format_share,
    format_time,
    format_time_range,
    format_time_ranges,
    headline_of,
    likeness_sentence,
    near_miss_sentence,
    one_in,
    picture_sentences,
    promise_sentence,
    promise_sentences,
    reason_words,
    sound_sentences,
    unexamined_sentences,
    verdict_sentence,
)
from tests.reports.material import campaign, identification
from tests.reports.voiced import interview, voice


def likely(rate: float, *, capped: bool = False) -> Candidate:
    return Candidate(person="p-1", score=0.5, rate=rate, rate_is_capped=capped)


@pytest.mark.parametrize(
    ("at_s", "words"),
    [
        (0, "0:00.0"),
        (59.96, "1:00.0"),
        (62.34, "1:02.3"),
        (3599.94, "59:59.9"),
        (3600, "1:00:00.0"),
        (36_061.5, "10:01:01.5"),
    ],
)
def test_times_are_minutes_seconds_and_tenths(at_s: float, words: str) -> None:
    assert format_time(at_s) == words


def test_a_moment_has_no_range_and_many_ranges_are_counted() -> None:
    moment = TimeRange(start_s=3.01, end_s=3.02)

    assert format_time_range(moment) == "0:03.0"
    assert format_time_ranges([moment] * 8) == "0:03.0, 0:03.0, 0:03.0, 0:03.0, 0:03.0, 0:03.0 and 2 more"


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (1.0, "1 in 1"),
        (0.6, "1 in 2"),
        (0.3, "1 in 3"),
        (0.0214, "1 in 47"),
        (5e-4, "1 in 2,000"),
        (1 / 1287, "1 in 1,300"),
    ],
)
def test_rates_are_one_in_so_many_with_two_digits(rate: float, words: str) -> None:
    assert one_in(rate) == words


@given(st.floats(min_value=1e-9, max_value=1))
def test_a_bound_never_says_rarer_than_it_is(rate: float) -> None:
    count = int(one_in(rate, at_most=True).removeprefix("1 in ").replace(",", ""))

    assert count <= 1 / rate * (1 + 1e-5) or rate > 0.5


def test_a_likeness_is_told_as_a_share_of_strangers_clips() -> None:
    assert likeness_sentence(likely(5e-4)) == (
        "Among strangers’ clips, about 1 in 2,000 would be taken for somebody in this registry at this likeness."
    )
    assert "rarer than 1 in 10,000, the most our figures can say" in likeness_sentence(likely(1e-4, capped=True))
    assert likeness_sentence(likely(0.9)).startswith("Most strangers’ clips")
    assert likeness_sentence(likely(0.01), model="retail-0095").endswith("(Model: retail-0095)")


def test_a_near_miss_is_told_with_and_without_a_name() -> None:
    assert near_miss_sentence("Ann", likely(0.1)) == (
        "Closest: Ann; among strangers’ clips about 1 in 10 looks as alike to somebody, and that is not enough."
    )
    assert near_miss_sentence("", likely(0.4)).startswith("Closest: somebody in the registry;")


def test_a_near_miss_that_most_strangers_share_tells_nothing() -> None:
    assert near_miss_sentence("Ann", likely(0.8)) == ""


def test_the_likeness_of_a_track_says_why_it_is_not_surer_or_not_known() -> None:
    status = IdentificationStatus
    possible = identification(1, status.POSSIBLE, "p-1", 0.01, reasons=(IdentificationReason.CONFLICT,))
    unseen = identification(1, status.NOT_EXAMINED, "p", 1, best=None, reasons=(IdentificationReason.NOT_EXAMINED,))

    assert likeness_words(possible).endswith("Not surer because: different moments point to different people.")
    assert likeness_words(unseen) == "Not compared: the face could not be judged."
    assert likeness_words(replace(unseen, reasons=())) == ""
    assert likeness_words(None) == ""


def test_the_likeness_of_a_voice_is_told_in_words_for_voices() -> None:
    status = IdentificationStatus
    few = (IdentificationReason.FEW_SAMPLES,)
    possible = voice(1, status.POSSIBLE, "p-1", 0.01, reasons=few)
    missed = voice(1, status.UNKNOWN, "p-1", 0.1)
    unheard = voice(1, status.NOT_EXAMINED, "p", 1, best=None, reasons=(IdentificationReason.NOT_EXAMINED,))

    assert likeness_words(possible) == (
        "Among strangers’ clips, about 1 in 100 would sound this much like somebody in this registry. "
        "Not surer because: too few stretches of speech to be sure."
    )
    assert likeness_words(missed, closest="Ann").startswith("Closest: Ann; among strangers’ clips about 1 in 10 sounds")
    assert likeness_words(unheard) == "Not compared: the voice could not be judged."
    assert likeness_words(unheard, not_examined=NotExamined.OVERLAPPED) == (
        "Not compared: somebody else speaks at the same time."
    )
    capped = likeness_sentence(likely(1e-4, capped=True), modality=Modality.VOICE)
    assert capped.startswith("Among strangers’ clips, sounding this much like somebody in this registry is rarer than")
    assert "sound at least this much" in likeness_sentence(likely(0.9), modality=Modality.VOICE)


def test_sound_is_told_by_where_speech_was_found_and_where_none_was() -> None:
    speech = interview().observations.sound
    music = SoundCoverage(present=True, duration_s=61, without_speech_s=60.2, streams_examined=1, streams=1)

    assert sound_sentences(speech) == [
        "The sound was examined over 0:42.3; speech was found in 0:27.4 of it.",
        "In 0:09.6 of sound no speech was found; singing and whispering are not examined.",
        "Several people speak at once (0:17.2–0:18.9); whose voices these are was not judged there.",
        "1% of the speech was not examined: heard too briefly (0:40.1–0:40.5).",
        "1 of 2 audio streams were listened to; what the others hold was not examined.",
    ]
    assert sound_sentences(music) == [
        "The sound was examined over 1:01.0; no speech was found.",
        "In 1:00.2 of sound no speech was found; singing and whispering are not examined.",
    ]
    assert sound_sentences(replace(music, without_speech_s=0.0)) == [
        "The sound was examined over 1:01.0; no speech was found."
    ]
    assert "1 voice was heard but could not be judged: heard too briefly." in coverage_sentences(
        interview().observations
    )


def test_unexamined_speech_is_to_be_listened_to() -> None:
    seen = interview().observations
    unheard = replace(seen, picture=replace(seen.picture, gaps=()))

    assert coverage_texts(unheard).next_step.startswith("Listen to these parts")
    assert coverage_texts(seen).next_step.startswith("Look at these parts")


def test_nobody_heard_is_told_apart_from_nobody_listening() -> None:
    seen = interview().observations
    silent = replace(seen, speakers=(), tracks=())
    deaf = replace(silent, sound=replace(seen.sound, not_examined=NotExamined.NOT_REQUESTED))
    dark = replace(silent, picture=replace(seen.picture, present=False))

    def told(observations: Observations, *, checked: bool = True) -> str:
        return headline_of(Verdict.NO_MATCH, observations, checked=checked)

    assert told(seen) == "People are seen and heard, but nobody of your registry was recognised."
    assert told(replace(seen, tracks=())) == "People are heard, but nobody of your registry was recognised."
    assert told(replace(seen, speakers=())) == "People are seen, but nobody of your registry was recognised."
    assert told(silent) == "Nobody is seen and no speech was found in this clip."
    assert told(deaf) == "Nobody is seen in this clip."
    assert told(dark) == "No speech was found in this clip."
    assert told(replace(seen, tracks=()), checked=False).endswith("no registry to compare them with.")


def test_faces_and_voices_share_one_promise() -> None:
    result = interview()
    face, sound = result.operating_point, result.voice_operating_point
    assert face is not None
    assert sound is not None

    (together,) = promise_sentences(face, sound)
    beyond = promise_sentences(face, replace(sound, block_fmr=None))

    assert "at most 1 in 20 may raise a false review, and at most 1 in 200" in together
    assert promise_sentences(face, None) == [promise_sentence(face)]
    assert promise_sentences(None, None) == []
    assert "by the voice a person is “possible” at most" in beyond[1]
    assert "by the voice" in promise_sentence(replace(sound, block_fmr=None), Modality.VOICE)


def test_a_title_says_who_it_is_about_where_somebody_is_known() -> None:
    assert titled("Ann {words} <b>", "Permitted") == "Ann {words} <b>: Permitted"
    assert titled("", "Not in the registry") == "Not in the registry"


def test_every_code_has_words() -> None:
    codes = [*IdentificationReason, *NotExamined]

    assert all(reason_words(code, modality) for code in codes for modality in Modality)
    assert not [code for code in IdentificationReason if "face" in reason_words(code, Modality.VOICE)]
    assert all(label(kind) for kind in (*FindingKind, *Background))


def test_nobody_recognised_is_never_called_safe() -> None:
    sentences = {
        verdict_sentence(Verdict.NO_MATCH, anybody_seen=seen, checked=checked)
        for seen in (True, False)
        for checked in (True, False)
    }

    assert len(sentences) == 3
    assert not any("safe" in sentence.casefold() for sentence in sentences)
    assert all(verdict_sentence(verdict, anybody_seen=True) for verdict in Verdict)


def test_coverage_tells_what_was_examined_and_what_was_not() -> None:
    seen = campaign().observations

    assert coverage_sentences(seen) == [
        "Faces were looked for in 212 of 1,270 frames over 0:42.4, at most 0.5 s apart.",
        "6% of the picture was not examined: unreadable (0:37.0–0:39.5).",
        "1 face was seen but could not be judged: too small.",
        "The sound was not examined: this pack has no models for voices.",
    ]
    assert coverage_texts(seen).sentence.startswith("Faces were looked for")


def test_pictures_and_sounds_that_are_missing_damaged_or_whole_are_told_apart() -> None:
    picture = PictureCoverage(
        present=True, duration_s=4, frames_read=100, frames_examined=0, longest_step_s=0, read_error=True
    )
    sound = SoundCoverage(
        present=True,
        duration_s=4,
        gaps=(Gap(reason=NotExamined.OVERLAPPED, start_s=1, end_s=1.02, share=0.005),),
        read_error=True,
    )

    assert picture_sentences(picture, still=False)[0] == "No frame of the picture could be examined."
    assert picture_sentences(picture, still=True)[0] == "The whole picture was examined."
    assert picture_sentences(replace(picture, present=False), still=False) == ["There is no picture."]
    assert sound_sentences(sound)[1] == (
        "less than 1% of the speech was not examined: somebody else speaks at the same time (0:01.0)."
    )
    assert sound_sentences(replace(sound, present=False)) == ["There is no sound."]
    assert sound_sentences(replace(sound, not_examined=NotExamined.NOT_REQUESTED)) == [
        "The sound was not examined: this was not asked for."
    ]
    assert len(unexamined_sentences(picture, sound)) == 3
    assert [words for _what, _share, words in coverage_shares(picture, sound, still=False)] == ["0%", "more than 99%"]


def test_shares_sizes_and_moments_follow_the_reader() -> None:
    moment = datetime(2026, 11, 27, 15, 4, tzinfo=UTC)

    assert [format_share(share) for share in (0, 0.001, 0.5, 0.999, 1)] == [
        "0%",
        "less than 1%",
        "50%",
        "more than 99%",
        "100%",
    ]
    sizes = [format_bytes(count) for count in (1, 2_000, 232_589, 18_734_211, 3e9)]

    assert sizes == ["1 byte", "2 kB", "233 kB", "18.7 MB", "3 GB"]
    assert "2026" in format_moment(moment)
    assert "GMT" in format_moment(moment)
    with in_language("zh-CN"):
        assert "2026年11月27日" in format_moment(moment)


def test_an_operating_point_that_cannot_block_says_so() -> None:
    point = OperatingPoint(
        review_fpir=0.05, block_fpir=0.005, review_fmr=1e-3, block_fmr=None, people=5_000, tracks=3, pack="starter"
    )

    assert "5,000 people enrolled, pack “starter”" in promise_sentence(point)
    assert "“possible” at most" in promise_sentence(point)


def test_letters_go_on_after_z() -> None:
    assert [letters(index) for index in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_a_table_has_a_row_per_finding_and_no_formula() -> None:
    result = campaign(names=("=HYPERLINK(1)", "+1", "@x"))
    clip = replace(result.observations.clip, name="-rf.mp4")
    quiet = replace(result, findings=(), observations=replace(result.observations, clip=clip))

    rows = list(csv.reader(io.StringIO(findings_csv([result, quiet]))))

    assert len(rows) == 1 + 6 + 1
    assert {len(row) for row in rows} == {17}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert rows[1][6] == "'=HYPERLINK(1)"
    assert rows[-1][0] == "'-rf.mp4"


def test_a_redacted_table_has_letters() -> None:
    table = findings_csv([campaign()], redact=True)

    assert "Eileen" not in table
    assert "Person A" in table
