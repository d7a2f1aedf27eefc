"""The second kind of voice features: Kaldi's log filterbank, as CAM++ of WeSpeaker hears it.

Its file is not to be had here. Features are held against `kaldi_native_fbank`; everything around the network runs on a
small one of the same signature, which knows the voices of the demo apart (tests/detectors/campplus_network.py).
"""

from __future__ import annotations

from pathlib import Path

import kaldi_native_fbank
import msgspec
import numpy as np
import pytest

import models
from countenance.errors import ModelsError
from countenance.observations import SOUND_HZ
from countenance.packs import CommercialUse, ModelTask
from detectors.demo_voice import VOICES, speak
from detectors.faces.opening import Sessions
from detectors.voices import hearing
from detectors.voices.diarisation import least_likeness
from detectors.voices.embedding import (
    centre_window,
    cut_windows,
    features_along,
    features_of,
    mean_direction,
    prepare_window,
    unit_lengths,
)
from detectors.voices.fbank import log_bands, log_bands_along
from detectors.voices.listening import hear_all
from detectors.voices.mel import HOP
from detectors.voices.opening import VoiceModels, open_voice_models
from models.sessions import ModelSession
from tests.detectors.campplus_network import BROUGHT, FILE, RECIPE, bring, patched_manifest, small_network
from tests.detectors.heard import Floats

MOST_ASIDE = 2e-3
"""Largest difference from Kaldi's features, natural logarithms; measured 1.0e-3 on the demo's voices."""


def of_kaldi(sound: Floats) -> Floats:
    """Return the features that WeSpeaker's program (wespeaker/bin/infer_onnx.py) asks Kaldi for, mean left on."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = 16_000
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "hamming"
    options.mel_opts.num_bins = 80
    options.use_energy = False
    computer = kaldi_native_fbank.OnlineFbank(options)
    computer.accept_waveform(16_000, (sound * 32_768).tolist())
    computer.input_finished()
    return np.array([computer.get_frame(number) for number in range(computer.num_frames_ready)], np.float32)


def rustle(samples: int, loudness: float = 0.05) -> Floats:
    return (np.random.default_rng(3).standard_normal(samples) * loudness).astype(np.float32)


class TestFeatures:
    """As Kaldi computes them."""

    @pytest.mark.parametrize("voice", VOICES)
    def test_speech_gives_what_kaldi_gives(self, voice: str) -> None:
        said = speak(VOICES[voice], 4.0, 1)

        for sound in (said, said * np.float32(0.01)):
            assert np.abs(log_bands(sound, RECIPE) - of_kaldi(sound)).max() <= MOST_ASIDE

    def test_recorded_speech_gives_what_kaldi_gives(self, test_media: Path) -> None:
        from tests.detectors.heard import recordings, sound_of

        for paths in list(recordings(test_media).values())[:5]:
            sound = sound_of(paths[0])[: 6 * SOUND_HZ]
            assert np.percentile(np.abs(log_bands(sound, RECIPE) - of_kaldi(sound)), 99.9) <= MOST_ASIDE

    def test_noise_tones_and_silence_give_what_kaldi_gives(self) -> None:
        tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
        for sound in (rustle(48_000), tone.astype(np.float32), np.zeros(16_000, np.float32)):
            assert np.abs(log_bands(sound, RECIPE) - of_kaldi(sound)).max() <= MOST_ASIDE

    @pytest.mark.parametrize("samples", [400, 401, 559, 560, 561, 16_000])
    def test_there_are_as_many_frames_as_kaldi_has(self, samples: int) -> None:
        assert log_bands(rustle(samples), RECIPE).shape == of_kaldi(rustle(samples)).shape

    def test_less_than_a_window_has_no_frame_and_is_embedded_all_the_same(self) -> None:
        assert log_bands(rustle(399), RECIPE).shape == (0, 80)
        assert features_of(rustle(399), RECIPE).shape == (1, 80)
        assert np.isfinite(features_of(rustle(1), RECIPE)).all()

    def test_the_network_is_given_them_without_their_mean(self) -> None:
        said = speak(VOICES["deep"], 3.0, 1) + rustle(3 * SOUND_HZ, 0.001)
        theirs = of_kaldi(said)

        (window,) = cut_windows(features_of(said, RECIPE), RECIPE)

        assert np.abs(centre_window(window, RECIPE) - (theirs - theirs.mean(axis=0))).max() <= MOST_ASIDE

    def test_how_loud_speech_is_makes_no_difference(self) -> None:
        sound = rustle(3 * SOUND_HZ)
        given = [centre_window(features_of(sound * np.float32(gain), RECIPE), RECIPE) for gain in (1.0, 0.02)]

        # So nothing is raised, of a stretch or of a window of a block.
        assert np.abs(given[0] - given[1]).max() <= MOST_ASIDE
        assert np.array_equal(prepare_window(given[0], 1e-9, RECIPE), given[0])

    def test_pauses_without_any_sound_are_left_out(self) -> None:
        said = rustle(2 * SOUND_HZ)
        interrupted = np.insert(said, SOUND_HZ, np.zeros(SOUND_HZ, np.float32))
        bands = log_bands(interrupted, RECIPE)

        kept = features_of(interrupted, RECIPE)

        assert bands.min() == pytest.approx(np.log(2.0**-23))
        assert kept.min() > 0
        assert np.array_equal(prepare_window(bands, 1e-9, RECIPE), kept)
        assert len(features_of(said, RECIPE)) <= len(kept) <= len(features_of(said, RECIPE)) + 3
        assert features_of(np.zeros(16_000, np.float32), RECIPE).shape == (98, 80)


class TestFramesOfABlock:
    """One for each 10 ms, so that a frame's number is its place."""

    @pytest.mark.parametrize("samples", [1, 159, 160, 161, 16_000, 16_085])
    def test_there_are_as_many_as_of_the_other_kind(self, samples: int) -> None:
        mel = models.load_manifest("ge2e").voice_input

        assert len(features_along(rustle(samples), RECIPE)) == len(features_along(rustle(samples), mel))
        assert len(log_bands_along(rustle(samples), RECIPE)) == 1 + samples // HOP

    @pytest.mark.parametrize("frame", [0, 1, 37, 98])
    def test_a_frame_tells_of_the_middle_of_its_own_samples(self, frame: int) -> None:
        sound = np.zeros(SOUND_HZ, np.float32)
        sound[frame * HOP + HOP // 2] = 0.5

        loudness = log_bands_along(sound, RECIPE).mean(axis=1)

        assert loudness.argmax() == frame
        # The Hamming window falls off evenly on both sides; in a mean of logarithms that is a difference of 2 %.
        if 0 < frame < 98:
            assert loudness[frame - 1] == pytest.approx(loudness[frame + 1], rel=0.02)

    def test_inside_a_block_they_are_those_of_the_stretch_alone(self) -> None:
        sound = rustle(SOUND_HZ)

        along, alone = log_bands_along(sound, RECIPE), log_bands(sound[40:], RECIPE)

        # Frame 1 begins 120 samples before sample 160.
        assert np.abs(along[1 : 1 + len(alone)] - alone[: len(along) - 1]).max() <= 1e-4


class TestWindows:
    """None is continued by silence: next to logarithms that are no quiet, but an outcry."""

    def test_an_excerpt_is_embedded_whole(self) -> None:
        features = features_of(rustle(4 * SOUND_HZ), RECIPE)

        (window,) = cut_windows(features, RECIPE)

        assert window is features

    @pytest.mark.parametrize(("frames", "starts"), [(401, [0, 1]), (600, [0, 200]), (601, [0, 100, 201])])
    def test_longer_speech_is_covered_evenly(self, frames: int, starts: list[int]) -> None:
        features = np.arange(frames * 80, dtype=np.float32).reshape(frames, 80)

        windows = cut_windows(features, RECIPE)

        assert [int(window[0, 0]) // 80 for window in windows] == starts
        assert {len(window) for window in windows} == {400}

    def test_embeddings_are_made_of_length_one_and_silence_divides_nothing(self) -> None:
        embeddings = np.array([[3, 4], [0, 0]], np.float32)

        assert np.array_equal(unit_lengths(embeddings), np.array([[0.6, 0.8], [0, 0]], np.float32))


def test_the_shipped_numbers_are_kaldis() -> None:
    bands = of_kaldi(hearing.known_sound())
    theirs = [*hearing._spread(bands), *hearing._spread(bands - bands.mean(axis=0))]

    np.testing.assert_allclose(RECIPE.known.features, theirs, atol=1e-3)


@pytest.mark.parametrize("model", ["ge2e", "campplus-voxceleb"])
def test_the_features_are_what_their_manifest_says(model: str) -> None:
    assert hearing.deviation(models.load_manifest(model).voice_input) < hearing.MOST_DEVIATION / 10


class TestTheCatalogue:
    """What is said of it before its file is there."""

    def test_it_is_a_pack_of_voices_beside_any_faces(self) -> None:
        card = models.load_pack("recommended+campplus")
        assert [stamp.name for stamp in card.models] == ["yunet", "retail-0095", "silero-vad", "campplus-voxceleb"]
        assert models.combine("recommended", "campplus") == "recommended+campplus"
        assert models.combine("recommended+campplus", "starter") == "starter"

    def test_nothing_is_claimed_of_how_well_it_hears(self) -> None:
        voice = models.load_pack("campplus").voice
        assert voice is not None
        assert (voice.dimension, voice.singles, voice.generated, voice.cohort, voice.misses) == (512, *[None] * 4)

    def test_its_licence_is_said_to_be_unsettled_and_unchecked(self) -> None:
        licence = models.load_manifest("campplus-voxceleb").licence
        assert licence.commercial_use is CommercialUse.UNSETTLED
        assert licence.needs_acceptance
        assert licence.terms.startswith("https://")

    def test_its_address_says_the_plus_signs_so_that_no_server_takes_them_for_blanks(self) -> None:
        (variant,) = models.load_manifest("campplus-voxceleb").variants
        (file,) = variant.files
        assert file.name == FILE
        assert (file.url or "").endswith("/wespeaker_en_voxceleb_CAM%2B%2B.onnx")


@pytest.fixture(scope="module")
def store(starter_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the starter pack's voices and the small network, brought."""
    folder = tmp_path_factory.mktemp("campplus")
    models.install("silero-vad", folder / "models", source=models.Folder(starter_store))
    bring(folder / "models", folder / "files")
    return folder / "models"


@pytest.fixture(scope="module")
def voices(store: Path) -> VoiceModels:
    """Return the opened voice models, the small network among them."""
    return open_voice_models(Sessions(), "silero-vad", BROUGHT, store)


class TestWithASmallNetwork:
    """From the file to speakers, as with the published one."""

    def test_it_is_installed_from_a_folder_by_its_pinned_hash(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / FILE).write_bytes(small_network())
        with pytest.raises(ModelsError, match="not the published file"):
            models.install("campplus-voxceleb", tmp_path / "store", source=models.Folder(tmp_path))
        manifest = patched_manifest()
        monkeypatch.setattr("models.manifests._load_shipped", lambda _name: manifest)

        assert models.install("campplus-voxceleb", tmp_path / "store", source=models.Folder(tmp_path)) == (
            "campplus-voxceleb",
        )
        models.verify("campplus-voxceleb", tmp_path / "store")

        # What its input is called is read from it.
        session = models.open_unproved("campplus-voxceleb", tmp_path / "store", threads=1)
        (embeddings,) = session.run({"input": np.zeros((2, 150, 80), np.float32)})
        assert embeddings.shape == (2, 512)

    def test_the_demos_voices_are_told_apart_by_their_utterances(self, voices: VoiceModels) -> None:
        said = {
            voice: [mean_direction(voices.embedder.speech(speak(VOICES[voice], 6.0, seed))) for seed in (1, 2)]
            for voice in VOICES
        }
        pair = min(float(first @ second) for first, second in said.values())
        other = max(float(said[one][0] @ said[two][1]) for one in said for two in said if one != two)

        assert pair >= RECIPE.known.pair
        assert pair - other >= RECIPE.known.lead

    def test_two_who_talk_in_turn_are_two_speakers_at_the_right_times(self, voices: VoiceModels) -> None:
        turns = [(name, speak(VOICES[name], 5.0, seed)) for seed in (3, 4) for name in ("deep", "bright")]
        sound = np.concatenate([said for _name, said in turns])

        heard = hear_all(sound, voices)

        assert len(heard.speakers) == 2
        starts = np.cumsum([0, *(len(said) for _name, said in turns)]) / SOUND_HZ
        for number, speaker in enumerate(heard.speakers):
            middles = [start + 2.5 for start in starts[number:-1:2]]
            assert all(any(turn.start_s <= at <= turn.end_s for turn in speaker.turns) for at in middles)
            # A border lies within the half second around a change of speaker.
            near = [min(abs(turn.start_s - start) for start in starts) for turn in speaker.turns]
            assert max(near) < 0.75
            assert np.frombuffer(speaker.embedding, "<f4").shape == (512,)
        assert heard.overlaps == ()

    def test_one_who_talks_alone_is_one_speaker(self, voices: VoiceModels) -> None:
        for name in VOICES:
            assert len(hear_all(speak(VOICES[name], 12.0, 5), voices).speakers) == 1

    def test_a_stamp_binds_templates_to_the_file_and_the_recipe(self, voices: VoiceModels) -> None:
        stamp = next(stamp for stamp in voices.stamps() if stamp.task is ModelTask.VOICE_EMBEDDER)
        assert stamp.binding.endswith("/1")
        assert stamp.name == BROUGHT

    def test_an_answer_of_another_length_is_no_voice(self, store: Path) -> None:
        session = models.open_model(BROUGHT, store, threads=1)
        wrong = msgspec.structs.replace(session.manifest, embedding=models.manifests.Embedding(dimension=256))
        session.manifest = wrong

        opened = open_voice_models(Opened(session, models.open_model("silero-vad", store)), "", "", store)
        with pytest.raises(ModelsError, match="does not tell voices apart"):
            opened.embedder.speech(speak(VOICES["deep"], 2.0, 1))

    def test_features_that_do_not_fit_the_frames_are_refused(self, store: Path) -> None:
        session = models.open_model(BROUGHT, store, threads=1)
        contract = msgspec.structs.replace(RECIPE, hop_samples=200)
        session.manifest = msgspec.structs.replace(session.manifest, mel=contract)

        with pytest.raises(ModelsError, match="does not tell voices apart"):
            open_voice_models(Opened(session, models.open_model("silero-vad", store)), "", "", store)


class Opened(Sessions):
    """Sessions that were opened beforehand: the embedder's, then the speech detector's."""

    def __init__(self, embedder: ModelSession, activity: ModelSession) -> None:
        super().__init__()
        self._opened = [activity, embedder]

    def model(self, _name: str, _store: Path, _threads: int) -> ModelSession:
        """Return the next one."""
        return self._opened.pop(0)


def test_the_bounds_of_each_kind_are_its_own() -> None:
    ge2e = models.load_manifest("ge2e").voice_input.diarisation

    assert float(least_likeness(1000, 1000, ge2e)) == pytest.approx(0.9)
    assert float(least_likeness(1000, 1000, RECIPE.diarisation)) == pytest.approx(0.6)
    assert float(least_likeness(4, 4, ge2e)) == float(least_likeness(4, 4, RECIPE.diarisation)) == pytest.approx(0.5)
    assert (ge2e.overlaps, RECIPE.diarisation.overlaps) == (True, False)
