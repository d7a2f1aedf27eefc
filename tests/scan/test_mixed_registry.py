"""Registries of several models: each person searched with the model of their templates, scores kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.identification import Identification, IdentificationStatus
from countenance.identification import IdentificationReason as Reason
from countenance.observations import EmbeddedAgain, FurtherEmbeddings, Observations
from countenance.packs import FurtherModel, LikenessScale, ModelTask, PackCard
from countenance.people import Modality
from countenance.searching import WhyNot
from countenance.verdict import CheckResult, FindingKind, Severity, Verdict
from registry import NewSample, NewTemplate, Registry
from reports import report_document
from scan.check import judge_observations
from scan.coherence import holds_together
from scan.each_model import identify_each, weigh
from scan.gallery import build_gallery
from scan.identify import JudgedProbe, bounds_of, identify
from scan.knowing import known_from_registry
from scan.known import Known, Search
from scan.operating import Promise, operating_point
from scan.request import examine_request
from tests.registry.people import TODAY, consent, new_registry, person
from tests.registry.people import sample as enrolled_sample
from tests.scan.made import (
    CARD,
    EMBEDDER,
    NOON,
    SCALE,
    curve,
    enrolled,
    face,
    film,
    known,
    observations,
    setup,
    speaker,
    stamp,
    track,
)

IDENTIFIED, POSSIBLE = IdentificationStatus.IDENTIFIED, IdentificationStatus.POSSIBLE
UNKNOWN = IdentificationStatus.UNKNOWN
OTHER = FurtherModel(
    stamp=stamp(ModelTask.FACE_EMBEDDER, "other-embedder"),
    # Its scores mean something else altogether: what is telling with the pack's own is ordinary here.
    scale=LikenessScale(pack="drawn-detector+other-embedder", dimension=64, singles=curve(1e-5, 1.0)),
)
OTHER_VOICES = FurtherModel(
    stamp=stamp(ModelTask.VOICE_EMBEDDER, "other-voices"),
    scale=LikenessScale(pack="drawn-activity+other-voices", dimension=64, singles=curve(1e-5)),
)
WITHOUT_FIGURES = replace(OTHER, scale=LikenessScale(pack="bare", dimension=64))
MIXED = replace(CARD, further=(OTHER, OTHER_VOICES))
LONG = (0.0, 1.0, 2.0, 3.0)
NOBODY = face({})


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with new_registry(tmp_path / "registry.countenance") as made:
        yield made


def enrol(registry: Registry, name: str, *made_with: tuple[object, bytes], modality: Modality = Modality.FACE) -> str:
    """Enrol somebody with a sample that each of these models made a template of."""
    templates = tuple(
        NewTemplate(modality=modality, binding=model.binding, model=model.name, vector=vector)
        for model, vector in made_with
    )
    sample = replace(enrolled_sample(), templates=templates)
    assert isinstance(sample, NewSample)
    return registry.enrol(person(name), consent=consent(modality=tuple(Modality)), samples=[sample])


def again(*embeddings: bytes, samples: int = 4) -> tuple[EmbeddedAgain, ...]:
    return tuple(EmbeddedAgain(samples=(one,) * samples, embedding=one) for one in embeddings)


def seen(own: bytes, other: bytes, times_s=LONG) -> Observations:
    """Return a clip of one face as both models embed it."""
    further = (FurtherEmbeddings(model="other-embedder", embedded=again(other, samples=len(times_s))),)
    return observations(track(0, own, times_s), further_faces=further)


def search_of(people: dict[str, bytes], scale: LikenessScale, model: str = "") -> Search:
    return Search(build_gallery({name: (one,) for name, one in people.items()}, scale), scale, model)


def judged(registry: Registry, scene: Observations, card: PackCard = MIXED) -> CheckResult:
    return judge_observations(scene, setup(Path("models"), known_from_registry(registry, card, TODAY), card=card), NOON)


def test_each_is_found_with_the_model_of_their_templates_and_judged_by_its_figures(registry: Registry):
    ada = enrol(registry, "Ada", (EMBEDDER, face({0: 1.0})))
    ben = enrol(registry, "Ben", (OTHER.stamp, face({1: 1.0})))

    one, other = (judged(registry, seen(*pair)) for pair in ((face({0: 0.97}), NOBODY), (NOBODY, face({1: 0.97}))))

    assert [(each.person, each.model, each.status) for each in one.identifications] == [(ada, "", IDENTIFIED)]
    assert [(each.person, each.model, each.status) for each in other.identifications] == [
        (ben, "other-embedder", IDENTIFIED)
    ]
    assert [point.pack for point in (one.operating_point, *one.further_points)] == ["drawn", OTHER.scale.pack]
    assert {(point.people, point.review_fpir) for point in (one.operating_point, *one.further_points)} == {(2, 0.05)}
    assert "(Model: other-embedder)" in other.findings[0].likeness
    assert "Model:" not in one.findings[0].likeness


def test_a_report_names_the_model_and_its_figures(registry: Registry):
    enrol(registry, "Ada", (EMBEDDER, face({0: 1.0})))
    enrol(registry, "Ben", (OTHER.stamp, face({1: 1.0})))

    report = report_document(judged(registry, seen(NOBODY, face({1: 0.97}))), redact=False)

    assert report.findings[0].evidence.identification.model == "other-embedder"
    assert [point.pack for point in report.further_operating_points["face"]] == [OTHER.scale.pack]


def test_templates_of_one_model_say_nothing_of_embeddings_of_another(registry: Registry):
    enrol(registry, "Ada", (EMBEDDER, face({0: 1.0})))
    enrol(registry, "Ben", (OTHER.stamp, face({1: 1.0})))

    # To the wrong model the face looks exactly like the other's template.
    (one,) = judged(registry, seen(face({1: 0.99}), face({0: 0.99}))).identifications

    assert (one.status, one.person) == (UNKNOWN, None)


def test_whoever_has_templates_of_the_model_in_use_is_searched_with_that_one_alone(registry: Registry):
    both = enrol(registry, "Ada", (EMBEDDER, face({0: 1.0})), (OTHER.stamp, face({5: 1.0})))

    people = known_from_registry(registry, MIXED, TODAY)
    (one,) = judged(registry, seen(NOBODY, face({5: 0.99}))).identifications

    assert (list(people.templates), people.further_faces, people.not_searched) == ([both], {}, ())
    assert one.person is None
    assert people.further == ()


def test_somebody_enrolled_with_two_other_models_is_searched_once(registry: Registry):
    third = replace(OTHER, stamp=stamp(ModelTask.FACE_EMBEDDER, "third-embedder"))
    ben = enrol(registry, "Ben", (third.stamp, face({1: 1.0})), (OTHER.stamp, face({1: 1.0})))

    people = known_from_registry(registry, replace(MIXED, further=(OTHER, third)), TODAY)

    assert {model: list(templates) for model, templates in people.further_faces.items()} == {"other-embedder": [ben]}


def test_the_child_is_asked_for_no_more_than_somebody_needs(registry: Registry, tmp_path: Path):
    enrol(registry, "Ada", (EMBEDDER, face({0: 1.0})))
    before = known_from_registry(registry, MIXED, TODAY)
    enrol(registry, "Ben", (OTHER.stamp, face({1: 1.0})))
    after = known_from_registry(registry, MIXED, TODAY)

    one, two = (
        examine_request(tmp_path / "clip.mp4", MIXED, tmp_path, setup(tmp_path, before).settings, each.further)
        for each in (before, after)
    )

    assert (one.more_face_embedders, one.more_voice_embedders, one.more_dimensions) == ((), (), {})
    assert (two.more_face_embedders, two.more_voice_embedders) == (("other-embedder",), ())
    assert two.more_dimensions == {"other-embedder": 64}


@pytest.mark.parametrize(
    ("card", "why", "words"),
    [
        (CARD, WhyNot.NOT_AT_HAND, "not installed here"),
        (replace(CARD, further=(WITHOUT_FIGURES,)), WhyNot.NO_FIGURES, "no figures"),
    ],
)
def test_whom_no_model_at_hand_finds_is_told_of_with_the_model_and_what_to_do(registry, card, why, words):
    ben = enrol(registry, "Ben", (OTHER.stamp, face({1: 1.0})))

    people = known_from_registry(registry, card, TODAY)
    result = judged(registry, observations(track(0, NOBODY)), card)

    assert [(one.model, one.people, one.why) for one in people.not_searched] == [("other-embedder", (ben,), why)]
    assert people.other_models == (ben,)
    (told,) = [finding for finding in result.findings if finding.kind is FindingKind.COVERAGE]
    assert told.severity is Severity.NOTE
    assert words in told.sentence
    assert "other-embedder" in told.sentence
    assert "countenance models use" in told.next_step


def test_a_clip_examined_without_the_model_asks_to_be_checked_again(registry: Registry):
    """As observations are that were made before somebody was enrolled so, or by an older version of the program."""
    enrol(registry, "Ben", (OTHER.stamp, face({1: 1.0})))
    scene = observations(track(0, NOBODY))
    older = msgspec.to_builtins(scene)
    del older["further_faces"], older["further_voices"]

    result = judged(registry, msgspec.convert(older, Observations))

    (told,) = [finding for finding in result.findings if finding.kind is FindingKind.COVERAGE]
    assert (told.severity, result.verdict) == (Severity.REVIEW, Verdict.REVIEW)
    assert told.next_step == "Check the clip again."


def test_voices_are_searched_with_the_model_they_were_enrolled_with(registry: Registry):
    ben = enrol(registry, "Ben", (OTHER_VOICES.stamp, face({1: 1.0})), modality=Modality.VOICE)
    voice = speaker(0, NOBODY)
    further = FurtherEmbeddings(model="other-voices", embedded=again(face({1: 0.99}), samples=len(voice.samples)))

    result = judged(registry, film(heard=[voice], further_voices=(further,)))

    assert [(one.person, one.model) for one in result.voice_identifications] == [(ben, "other-voices")]
    assert result.operating_point is None
    assert result.voice_operating_point.pack == OTHER_VOICES.scale.pack


def test_people_of_all_models_count_in_the_promise():
    own, other = (
        search_of({"a": face({0: 1.0})}, SCALE),
        search_of({"b": face({1: 1.0})}, OTHER.scale, "other-embedder"),
    )
    scene = {"": [track(0, NOBODY)], "other-embedder": [track(0, NOBODY)]}

    alone = identify_each(scene, [own], Promise())
    both = identify_each(scene, [own, other], Promise())

    assert [point.people for point in alone.points] == [1]
    assert [point.people for point in both.points] == [2, 2]
    assert both.points[0].review_fmr == both.points[1].review_fmr < alone.points[0].review_fmr


def test_one_model_alone_is_judged_as_without_the_others():
    scene = [track(number, face({number: 0.9 - 0.1 * number}), LONG) for number in range(4)]
    gallery = build_gallery(enrolled(4), SCALE)

    found = identify_each({"": scene}, [Search(gallery, SCALE)], Promise())
    plain, point = identify(scene, gallery, SCALE, Promise())

    assert (found.found, found.points) == (plain, (point,))


likenesses = st.floats(0.05, 0.99)


@given(mine=likenesses, theirs=likenesses, stretch=st.floats(0.05, 20.0))
def test_no_model_s_scores_are_compared_with_another_s(mine: float, theirs: float, stretch: float):
    """Whoever's scores are stretched, figures with them, is judged as before: only rates are compared."""

    def found(reach: float) -> Identification:
        scale = replace(OTHER.scale, singles=curve(1e-5, reach))
        other = search_of({"b": face({1: 1.0})}, scale, "other-embedder")
        # Stretched scores are had by stretching the template, which no real one is: as another model's scale is.
        stretched = replace(other.gallery, vectors=(other.gallery.vectors * reach).astype(np.float32))
        scene = {
            "": [track(0, face({0: mine}), LONG)],
            "other-embedder": [track(0, face({1: theirs}), LONG)],
        }
        searches = [search_of({"a": face({0: 1.0})}, SCALE), replace(other, gallery=stretched)]
        return identify_each(scene, searches, Promise()).found[0]

    one, other = found(1.0), found(stretch)

    assert (one.status, one.person, one.model, one.reasons) == (other.status, other.person, other.model, other.reasons)
    assert one.best.rate == pytest.approx(other.best.rate, rel=1e-3)


@given(mine=likenesses, theirs=likenesses)
def test_the_rarer_likeness_decides_and_none_makes_another_surer(mine: float, theirs: float):
    searches = [
        search_of({"a": face({0: 1.0})}, SCALE),
        search_of({"b": face({1: 1.0})}, OTHER.scale, "other-embedder"),
    ]
    scene = {"": [track(0, face({0: mine}), LONG)], "other-embedder": [track(0, face({1: theirs}), LONG)]}

    (one,) = identify_each(scene, searches, Promise()).found

    apart = {
        search.model: identify_each(
            {search.model: scene[search.model], "": scene[search.model]}, [search], Promise()
        ).found[0]
        for search in searches
    }
    order = list(IdentificationStatus)
    assert order.index(one.status) >= order.index(apart[one.model].status)
    assert one.best.person == apart[one.model].best.person
    rates = {model: found.best.rate for model, found in apart.items()}
    assert rates[one.model] == min(rates.values())


def test_two_people_whom_rates_cannot_tell_apart_remain_possible():
    searches = [
        search_of({"a": face({0: 1.0})}, SCALE),
        search_of({"b": face({1: 1.0})}, OTHER.scale, "other-embedder"),
    ]
    scene = {"": [track(0, face({0: 0.99}), LONG)], "other-embedder": [track(0, face({1: 0.99}), LONG)]}

    (one,) = identify_each(scene, searches, Promise()).found

    assert (one.status, one.reasons) == (POSSIBLE, (Reason.NO_MARGIN,))
    assert {one.best.person, one.runner_up.person} == {"a", "b"}


def test_somebody_ruled_out_is_no_witness_for_another_with_another_model():
    searches = [
        search_of({"a": face({0: 1.0})}, SCALE),
        search_of({"b": face({1: 1.0})}, OTHER.scale, "other-embedder"),
    ]
    point = operating_point(OTHER.scale, Promise(), 2, 1)
    enough = bounds_of(OTHER.scale, point).block + 0.02
    scene = {"": [track(0, face({0: 0.99}), LONG)], "other-embedder": [track(0, face({1: enough}), LONG)]}

    (one,) = identify_each(scene, searches, Promise(), ruled_out={0: {"a"}}).found

    assert (one.status, one.person) == (POSSIBLE, "b")
    assert Reason.RULED_OUT in one.reasons


def test_somebody_seen_twice_at_once_counts_once_whichever_model_found_them():
    other = search_of({"b": face({1: 1.0})}, OTHER.scale, "other-embedder")
    faces = [track(number, NOBODY, LONG) for number in range(2)]
    scene = {"": faces, "other-embedder": [track(0, face({1: 0.99}), LONG), track(1, face({1: 0.97}), LONG)]}

    found = identify_each(scene, [search_of({}, SCALE), other], Promise()).found

    assert [(one.status, one.person) for one in found] == [(IDENTIFIED, "b"), (POSSIBLE, "b")]
    assert Reason.TAKEN_IN_FRAME in found[1].reasons


def test_where_nobody_is_compared_the_reason_is_that_of_the_model_that_has_people():
    nothing = replace(OTHER.scale, singles=None)
    searches = [search_of({}, SCALE), search_of({"b": face({1: 1.0})}, nothing, "other-embedder")]
    scene = {"": [track(0, NOBODY)], "other-embedder": [track(0, NOBODY)]}

    (one,) = identify_each(scene, searches, Promise()).found

    assert one.reasons == (Reason.NO_FIGURES,)
    assert weigh([JudgedProbe(one)]) is one


def test_where_no_model_has_anybody_to_name_the_more_telling_reason_is_given():
    (nobody,) = identify_each({"": [track(0, NOBODY)]}, [search_of({}, SCALE)], Promise()).found
    unmeasured = replace(nobody, reasons=(Reason.NO_FIGURES,), model="other-embedder")

    assert nobody.reasons == (Reason.NOBODY_ENROLLED,)
    assert weigh([JudgedProbe(nobody), JudgedProbe(unmeasured)]) is unmeasured


def test_the_same_people_in_memory_know_no_other_models():
    assert known(2).is_searched("p00", Modality.FACE)
    assert not known(2).is_searched("p00", Modality.VOICE)
    assert Known().further == ()


FURTHER = FurtherEmbeddings(model="other-embedder", embedded=again(face({1: 0.9}), samples=3))


@pytest.mark.parametrize(
    "lie",
    [
        (),
        (FURTHER, FURTHER),
        (replace(FURTHER, model="nobody-asked"),),
        (replace(FURTHER, embedded=()),),
        (replace(FURTHER, embedded=again(face({1: 0.9}), samples=2)),),
        (replace(FURTHER, embedded=(EmbeddedAgain(samples=(b"",) * 3, embedding=face({})),)),),
        (replace(FURTHER, embedded=(EmbeddedAgain(samples=(face({}),) * 3),)),),
        (replace(FURTHER, embedded=again(face({1: 0.9})[:128], samples=3)),),
        (replace(FURTHER, embedded=again(bytes(256), samples=3)),),
    ],
)
def test_further_embeddings_that_do_not_belong_to_the_tracks_are_refused(lie: tuple[FurtherEmbeddings, ...]):
    scene = observations(track(0, NOBODY, (0.0, 1.0, 2.0)), further_faces=(FURTHER,))
    asked = {"other-embedder": 64}

    assert holds_together(scene, 64, further_faces=asked)
    assert not holds_together(replace(scene, further_faces=lie), 64, further_faces=asked)
    assert not holds_together(scene, 64)
    assert holds_together(observations(), 64, further_faces=asked)
