"""What the window shows, without a window."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countenance.errors import ClipError
from countenance.grants import Method, Purpose
from countenance.translations import in_language
from countenance.verdict import RegistryFacts, Severity, Verdict
from gui.presenters.looks import Icon, Tone, file_icon, finding_tone, shown_name, verdict_icon, verdict_tone
from gui.presenters.pages import banner_of, clip_page, face_picture, problem_of
from gui.presenters.progress import Stopwatch, installing_look, time_left_words
from gui.presenters.queues import ClipQueue, Stage, row_of
from gui.presenters.timelines import timeline_of
from gui.presenters.uses import (
    UseForm,
    channel_choices,
    channels_words,
    method_choices,
    purpose_choices,
    stated_use,
    territory_choices,
    use_from_text,
    use_to_text,
    use_words,
    voice_method_choices,
)
from gui.presenters.window import install_words, registry_line
from tests.reports.material import campaign, crowd

GUI = Path(__file__).resolve().parents[2] / "gui"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_presenters_load_without_qt() -> None:
    names = sorted(path.stem for path in (GUI / "presenters").glob("[a-z]*.py"))
    program = f"import sys; [__import__('gui.presenters.' + n) for n in {names}]; assert 'PySide6' not in sys.modules"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert loaded.returncode == 0, loaded.stderr


def test_every_verdict_has_a_shape_of_its_own() -> None:
    assert len({verdict_icon(verdict) for verdict in Verdict}) == len(Verdict)
    assert len({verdict_tone(verdict) for verdict in Verdict}) == len(Verdict)


def test_every_icon_is_drawn() -> None:
    for icon in Icon:
        assert (GUI / "icons" / f"{icon.value}.svg").read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("name", "icon"), [("a.MP4", Icon.FILM), ("b.jpeg", Icon.PICTURE), ("c.flac", Icon.SOUND), ("d", Icon.FILM)]
)
def test_a_file_is_drawn_as_what_its_ending_says(name: str, icon: Icon) -> None:
    assert file_icon(name) is icon


def test_a_name_that_is_no_text_can_still_be_shown() -> None:
    assert shown_name(Path("clip\udcff.mp4")) == "clip?.mp4"


def test_the_page_tells_the_verdict_first_and_findings_worst_first() -> None:
    page = clip_page(campaign())

    assert (page.banner.tone, page.banner.icon) == (Tone.BLOCKED, Icon.BLOCKED)
    assert page.banner.note
    assert [card.tone for card in page.findings] == [
        Tone.BLOCKED,
        Tone.REVIEW,
        Tone.REVIEW,
        Tone.PERMITTED,
        Tone.NEUTRAL,
        Tone.NEUTRAL,
    ]
    assert page.findings_title == "6 findings"
    assert page.coverage
    assert "36 people" in page.basis[0]


def test_a_finding_shows_the_face_in_the_clip_beside_the_enrolled_sample() -> None:
    result = campaign()

    blocked, *_others, unjudged = clip_page(result).findings

    assert blocked.crops[0].jpeg == result.observations.tracks[0].samples[0].picture
    assert len(blocked.crops) == 2, "of both tracks that are this person"
    assert blocked.enrolled == result.enrolled_pictures["p-1"]
    assert unjudged.crops == ()
    assert unjudged.enrolled is None


def test_a_card_read_out_says_all_that_it_shows() -> None:
    card = clip_page(campaign()).findings[0]

    for words in (card.severity, card.title, card.sentence.rstrip("."), card.next_step.rstrip("."), card.where):
        assert words in card.spoken


def test_several_unknown_people_are_told_apart_by_number() -> None:
    titles = [card.title for card in clip_page(campaign()).findings if not card.name]

    assert titles == ["Unknown person 1", "Unknown person 2", "Unknown person 3"]


def test_a_complete_result_needs_no_note_and_one_without_registry_says_so() -> None:
    result = replace(campaign(), incomplete=False, registry=None, operating_point=None)

    assert banner_of(result).note == ""
    assert "no registry" in clip_page(result).basis[0]


def test_a_clip_without_findings_says_so() -> None:
    result = replace(campaign(), findings=())

    page = clip_page(result)

    assert page.findings_title == "No findings"
    assert timeline_of(result) is None
    assert face_picture(result) is None


def test_a_still_picture_has_no_times_and_no_timeline() -> None:
    result = campaign()
    seen = result.observations
    still = replace(result, observations=replace(seen, clip=replace(seen.clip, still=True, duration_s=0.0)))

    page = clip_page(still)

    assert timeline_of(still) is None
    assert all(card.where == "" and card.start_s is None for card in page.findings)
    assert page.facts.startswith("Still\u00a0picture"), "a fact is not broken between lines"


def test_the_timeline_has_a_lane_per_person_and_bars_within_the_clip() -> None:
    timeline = timeline_of(campaign())

    assert timeline is not None
    assert [lane.name for lane in timeline.lanes][:2] == ["Eileen Collins", "Marta Ruiz"]
    assert len(timeline.lanes[0].bars) == 2
    bars = [bar for lane in timeline.lanes for bar in lane.bars]
    assert all(0 <= bar.start_s <= bar.end_s <= timeline.length_s for bar in bars)
    assert len(timeline.cuts_s) == 3
    assert "Eileen Collins: 0:00.4" in timeline.spoken


def test_a_crowd_has_a_lane_each() -> None:
    timeline = timeline_of(crowd(20))

    assert timeline is not None
    assert len(timeline.lanes) == 20


def test_severity_decides_a_findings_tone() -> None:
    finding = campaign().findings[0]

    assert finding_tone(replace(finding, severity=Severity.REVIEW)) is Tone.REVIEW
    assert finding_tone(replace(finding, severity=Severity.NOTE, judgement=None)) is Tone.NEUTRAL


def test_progress_never_goes_backwards_and_tells_the_time_left_once_it_can() -> None:
    watch = Stopwatch(began_s=100.0)

    opening = watch.look("opening", 0, 0, 100.1)
    early = watch.look("reading", 1.0, 10.0, 101.0)
    later = watch.look("reading", 5.0, 10.0, 105.0)
    back = watch.look("reading", 4.0, 10.0, 106.0)

    assert opening.words == "Opening the clip"
    assert early.left == ""
    assert later.words == "Going through the clip: 0:05.0 of 0:10.0"
    assert later.short == "Going through the clip"
    assert later.fraction is not None
    assert early.fraction is not None
    assert back.fraction == later.fraction > early.fraction
    assert "seconds left" in later.left


def test_progress_of_unknown_length_says_only_that_work_goes_on() -> None:
    watch = Stopwatch(began_s=0.0)

    assert watch.look("reading", 3.0, 0.0, 3.0).fraction is None
    assert watch.look("polishing", 1.0, 2.0, 3.0).words == "Working"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "about 1 second left"), (42.0, "about 42 seconds left"), (150.0, "about 2 minutes left")],
)
def test_time_left_is_rounded_as_people_say_it(seconds: float, words: str) -> None:
    assert time_left_words(seconds) == words


def test_an_installation_shows_its_bytes_where_they_are_known() -> None:
    assert installing_look("Downloading yunet", 50, 200).fraction == 0.25
    assert installing_look("Converting yunet", 0, 0).fraction is None


def test_a_file_is_queued_once() -> None:
    queue = ClipQueue()
    first, _there = queue.add([Path("/a.mp4"), Path("/b.mp4")])

    new, there = queue.add([Path("/b.mp4"), Path("/c.mp4"), Path("/c.mp4")])

    assert [entry.path.name for entry in new] == ["c.mp4"]
    assert there[0] == first[1]
    assert len(queue) == 3


def test_an_entry_goes_from_waiting_to_its_result_and_back_for_another_check() -> None:
    queue = ClipQueue()
    (entry,), _there = queue.add([Path("/a.mp4")])

    begun = queue.begin(entry.key)
    done = queue.finish(entry.key, campaign())
    again = queue.again(entry.key)

    assert [one.stage for one in (entry, begun, done, again)] == [
        Stage.WAITING,
        Stage.RUNNING,
        Stage.DONE,
        Stage.WAITING,
    ]
    assert again.result is None
    assert queue.next_waiting() == again


def test_rows_say_in_words_what_they_show() -> None:
    queue = ClipQueue()
    (entry,), _there = queue.add([Path("/spring.mp4")])
    waiting = row_of(entry)
    running = row_of(queue.report(queue.begin(entry.key).key, Stopwatch(0).look("reading", 5, 10, 5)))
    done = row_of(queue.finish(entry.key, campaign()))
    failed = row_of(queue.fail(entry.key, problem_of(ClipError("Damaged.", remedy="Get it again.", details="x"))))
    stopped = row_of(queue.stop(entry.key))

    assert (waiting.state, waiting.stoppable) == ("Waiting", True)
    assert (running.state, running.running) == ("Going through the clip", True)
    assert running.left
    assert (done.state, done.tone, done.stoppable) == ("Blocked", Tone.BLOCKED, False)
    assert done.picture
    assert (failed.tone, failed.state_icon) == (Tone.PROBLEM, Icon.PROBLEM)
    assert stopped.state == "Stopped"
    assert done.spoken == "spring.mp4: Blocked"


def test_a_row_tells_nobody_seen_from_nobody_recognised() -> None:
    result = replace(campaign(), verdict=Verdict.NO_MATCH)
    queue = ClipQueue()
    (entry,), _there = queue.add([Path("/a.mp4")])
    empty = replace(result, observations=replace(result.observations, tracks=()), findings=())

    assert row_of(queue.finish(entry.key, result)).state == "Nobody recognised"
    assert row_of(queue.finish(entry.key, empty)).state == "Nobody seen"


def test_an_empty_form_states_nothing() -> None:
    use = stated_use(UseForm(), NOON)

    assert use.purpose is use.face_method is None
    assert use.channels == use.territories == ()
    assert use_words(UseForm()) == "Not stated yet"


def test_a_form_becomes_the_use_and_reads_as_words() -> None:
    form = UseForm(
        purpose="advertising",
        face_method="face_swap",
        voice_method="voice_clone",
        channels=("tiktok", "tv"),
        territories=("DE",),
    )

    use = stated_use(form, NOON)

    assert (use.purpose, use.face_method) == (Purpose.ADVERTISING, Method.FACE_SWAP)
    assert use.voice_method is Method.VOICE_CLONE
    assert (use.channels, use.territories, use.publish_at) == (("tiktok", "tv"), ("DE",), NOON)
    assert use_words(form) == ("advertising  ·  face swap  ·  sound: voice clone  ·  TikTok and television  ·  Germany")


def test_what_is_not_stated_is_named() -> None:
    assert use_words(UseForm(purpose="music")).endswith(
        "not stated: how the pictures were made, how the sound was made, where it is shown, and country"
    )


def test_choices_have_words_and_no_raw_codes() -> None:
    for choices in (
        purpose_choices(),
        method_choices(),
        voice_method_choices(),
        channel_choices(),
        territory_choices(),
    ):
        assert len({choice.code for choice in choices}) == len(choices)
        assert all(choice.words and "_" not in choice.words for choice in choices)


def test_voice_methods_are_no_way_to_make_a_picture() -> None:
    assert not {choice.code for choice in method_choices()} & {"voice_clone", "ai_dub"}
    assert not {choice.code for choice in voice_method_choices()} & {"face_swap", "lip_sync"}


def test_choices_speak_the_readers_language() -> None:
    with in_language("zh-CN"):
        words = {choice.code: choice.words for choice in territory_choices()}

    assert words["DE"] == "德国"


def test_chosen_channels_are_listed() -> None:
    assert channels_words(("tiktok", "youtube")) == "TikTok and YouTube"
    assert channels_words(()) == "Not stated"


def test_a_remembered_use_comes_back() -> None:
    form = UseForm(purpose="music", voice_method="ai_dub", channels=("tiktok",), territories=("EU",))

    assert use_from_text(use_to_text(form)) == form


@pytest.mark.parametrize("text", ["", "{", "[]", '{"purpose": 3}'])
def test_what_cannot_be_remembered_is_forgotten(text: str) -> None:
    assert use_from_text(text) == UseForm()


def test_remembered_words_of_another_version_are_forgotten() -> None:
    text = '{"purpose": "mining", "face_method": "magic", "channels": ["tiktok", "myspace"], "territory": "nowhere"}'

    assert use_from_text(text) == UseForm(channels=("tiktok",))


def test_the_window_says_whom_it_compares_with() -> None:
    facts = RegistryFacts(id="r", revision=1, people=1, grants=0)

    assert registry_line(facts, locked=False) == "Registry open: 1 person"
    assert "locked" in registry_line(None, locked=True)
    assert "No registry" in registry_line(None, locked=False)


def test_missing_models_are_told_by_the_packs_name() -> None:
    assert install_words("starter")[1] == "Install starter models"
    assert "recommended" in install_words("recommended")[0]
