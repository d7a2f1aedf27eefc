"""Voices in the window: seen on the timeline, listened to from the cards; the sound output is a stand-in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from countenance.observations import Waveform
from countenance.packs import PackCard
from countenance.verdict import Verdict
from gui.main import Put
from gui.presenters.pages import clip_page, sound_picture
from gui.presenters.queues import ClipQueue, Stage, row_of
from gui.presenters.sounds import SampleKind, excerpt_peaks, for_device, wave_peaks
from gui.presenters.timelines import timeline_of
from gui.views.finding_card import FindingCardView
from gui.views.listening import DeviceOutput, Listening
from gui.views.player import PlayerView
from scan.known import Known
from tests.gui.conftest import StandInOutput
from tests.gui.driving import MakeClips, drop, stages, words_of
from tests.reports.material import campaign
from tests.reports.voiced import hum, interview, podcast

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_voices_have_lanes_under_the_sound_under_the_faces() -> None:
    timeline = timeline_of(interview())

    assert timeline is not None
    assert [lane.name for lane in timeline.voices] == [
        "Eileen Collins",
        "Marta Ruiz",
        "Unknown voice 1",
        "Unknown voice 2",
    ]
    assert "Unknown voice 1" not in [lane.name for lane in timeline.lanes]
    assert len(timeline.voices[0].bars) == 2
    assert timeline.wave is not None
    assert timeline.wave.end_s == pytest.approx(timeline.length_s, rel=0.01)
    assert len(timeline.overlaps) == 1
    assert "Several people speak at once: 0:17.2–0:18.9" in timeline.spoken


def test_a_mismatch_adds_no_lane_of_its_own() -> None:
    result = interview()
    timeline = timeline_of(result)

    assert timeline is not None
    kinds = {result.findings[lane.finding].kind.value for lane in (*timeline.lanes, *timeline.voices)}
    assert kinds == {"likeness", "voice"}


def test_a_clip_of_sound_alone_has_a_timeline_and_is_shown_by_its_waveform() -> None:
    result = podcast()
    queue = ClipQueue()
    (entry,), _there = queue.add([Path("/podcast.mp3")])

    row = row_of(queue.finish(entry.key, result))

    timeline = timeline_of(replace(result, findings=()))
    assert timeline is not None
    assert timeline.lanes == timeline.voices == ()
    assert row.picture is None
    assert row.wave == sound_picture(result) != ()
    assert sound_picture(interview()) == ()
    assert row.state == "Nobody recognised"


def test_nobody_heard_is_said_only_where_somebody_listened() -> None:
    silent = replace(podcast(), observations=replace(podcast().observations, speakers=()), findings=())
    deaf = replace(campaign(), verdict=Verdict.NO_MATCH, findings=())
    deaf = replace(deaf, observations=replace(deaf.observations, tracks=()))
    queue = ClipQueue()
    (entry,), _there = queue.add([Path("/a.mp3")])

    assert row_of(queue.finish(entry.key, silent)).state == "Nobody seen or heard"
    assert row_of(queue.finish(entry.key, deaf)).state == "Nobody seen"


def test_a_voice_card_has_what_was_heard_and_what_is_enrolled() -> None:
    page = clip_page(interview())

    face, voice = page.findings[0], page.findings[1]
    stranger = next(card for card in page.findings if card.title == "Unknown voice 1")
    clash = next(card for card in page.findings if "with the voice of" in card.title)
    assert face.severity == "Blocks  ·  Face"
    assert voice.severity == "Blocks  ·  Voice"
    assert face.excerpts == ()
    assert [one.caption for one in voice.excerpts] == ["In the clip", "Enrolled"]
    assert [one.spoken for one in voice.excerpts] == [
        "Play the voice in the clip at 0:00.6: Eileen Collins",
        "Play the enrolled voice of Eileen Collins",
    ]
    assert voice.where_words == "Heard at 0:00.6–0:08.8, 0:12.0–0:18.9"
    assert len(stranger.excerpts) == 1
    assert clash.crops
    assert clash.excerpts[1].note == "Marta Ruiz"
    assert clash.where_words.startswith("Seen and heard at")
    assert any("half of that each" in sentence for sentence in page.basis)


def test_a_waveform_keeps_its_loudest_moment_and_a_quiet_voice_can_be_seen() -> None:
    peaks = bytearray(8_000)
    peaks[77] = 255

    assert max(wave_peaks(Waveform(step_s=0.1, peaks=bytes(peaks)))) == 1.0
    assert max(excerpt_peaks(hum(1.0))) == 1.0
    assert excerpt_peaks(b"") == ()
    assert set(excerpt_peaks(bytes(3200))) == {0.0}


@pytest.mark.parametrize("kind", SampleKind)
def test_a_device_gets_the_sound_as_it_wants_it(kind: SampleKind) -> None:
    sound = hum(0.5)

    suited = np.frombuffer(for_device(sound, 44_100, 2, kind), kind.value)

    assert len(suited) == 2 * 22_050
    assert np.array_equal(suited[::2], suited[1::2])


def test_a_device_that_takes_ours_gets_the_very_samples() -> None:
    sound = hum(0.5)

    assert np.allclose(np.frombuffer(for_device(sound, 16_000, 1, SampleKind.INT16), "<i2"), as_samples(sound), atol=1)


def test_playing_one_voice_stops_the_other(
    qtbot: QtBot, put: Put, output: StandInOutput, shown: FindingCardView
) -> None:
    clip, enrolled = shown.players

    qtbot.mouseClick(clip.button, Qt.MouseButton.LeftButton)
    assert output.playing == shown.card.excerpts[0].sound
    assert clip.button.accessibleName() == "Stop playing"

    qtbot.mouseClick(enrolled.button, Qt.MouseButton.LeftButton)
    assert output.playing == shown.card.excerpts[1].sound
    assert clip.button.accessibleName().startswith("Play the voice in the clip")

    qtbot.mouseClick(enrolled.button, Qt.MouseButton.LeftButton)
    assert output.playing is None
    assert len(output.played) == 2


def test_a_voice_that_has_ended_can_be_played_again(
    qtbot: QtBot, output: StandInOutput, shown: FindingCardView
) -> None:
    button = shown.players[0].button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    output.end()

    assert button.text().strip() == "In the clip"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(output.played) == 2


def test_players_are_reached_and_worked_by_the_keyboard(
    qtbot: QtBot, output: StandInOutput, shown: FindingCardView
) -> None:
    shown.setFocus()
    for player in shown.players:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        while not isinstance(QApplication.focusWidget(), type(player.button)):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is player.button
        qtbot.keyClick(player.button, Qt.Key.Key_Space)

    assert output.played == [one.sound for one in shown.card.excerpts]


def test_another_page_and_the_windows_end_stop_what_plays(
    qtbot: QtBot, put: Put, output: StandInOutput, shown: FindingCardView, make_clips: MakeClips
) -> None:
    qtbot.mouseClick(shown.players[0].button, Qt.MouseButton.LeftButton)
    drop(put.window, make_clips("b.mp4"))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE, Stage.DONE])
    put.window.check.show_clip(put.desk.queue.entries()[1].key)
    assert output.playing is None

    put.window.check.show_clip(put.desk.queue.entries()[0].key)
    players = put.window.check.clip_page.findChildren(PlayerView)
    qtbot.mouseClick(players[-1].button, Qt.MouseButton.LeftButton)
    assert output.playing is not None
    put.window.close()
    assert output.playing is None


def test_without_a_sound_output_the_buttons_say_so(
    qtbot: QtBot, put: Put, output: StandInOutput, card: PackCard, make_clips: MakeClips
) -> None:
    output.there = False
    shown = show(qtbot, put, card, make_clips, "interview.mp4")

    button = shown.players[0].button
    assert not button.isEnabled()
    assert button.accessibleName().endswith("There is no sound output on this computer.")
    assert "No sound output" in words_of(shown)


# Said by Qt's multimedia, once, of libraries for film and of sound servers that a machine lacks.
@pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "PulseAudioService")
def test_the_systems_own_output_plays_or_says_that_it_is_not_there(qtbot: QtBot) -> None:
    output = DeviceOutput()
    ended: list[bool] = []

    output.play(hum(0.05), lambda: ended.append(True))

    if not output.is_there():
        assert ended == [True]
    else:
        qtbot.waitUntil(lambda: ended == [True])
    output.stop()


def test_nothing_is_said_to_play_after_an_output_that_failed_at_once(qtbot: QtBot) -> None:
    class Failing(StandInOutput):
        def play(self, sound: bytes, on_end: object) -> None:
            assert callable(on_end)
            on_end()

    listening = Listening(Failing())
    told: list[object] = []
    listening.now_playing.connect(told.append)

    listening.toggle("one", hum(0.1))

    assert told == ["one", None]


@pytest.fixture
def shown(qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips) -> FindingCardView:
    """Return the first card with two players, on the window's page."""
    return show(qtbot, put, card, make_clips, "interview.mp4")


def show(qtbot: QtBot, put: Put, card: PackCard, make_clips: MakeClips, name: str) -> FindingCardView:
    put.desk.begin(card, Known())
    drop(put.window, make_clips(name))
    qtbot.waitUntil(lambda: stages(put) == [Stage.DONE])
    # The stand-in knows nobody: the page is shown as if the registry did.
    entry = put.desk.queue.finish(put.desk.queue.entries()[0].key, interview())
    put.desk.changed.emit(entry)
    put.window.activateWindow()
    # Cards are built beside the window.
    qtbot.waitUntil(lambda: any(_is_laid_out(view) for view in put.window.check.clip_page.cards))
    return next(filter(_is_laid_out, put.window.check.clip_page.cards))


def _is_laid_out(view: FindingCardView) -> bool:
    if len(view.players) != 2:
        return False
    QApplication.sendPostedEvents()
    button = view.players[0].button
    return view.height() >= view.minimumSizeHint().height() and button.height() >= button.minimumSizeHint().height()


def as_samples(sound: bytes) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.frombuffer(sound, "<i2")
