"""People enrolled with real models and found again, nobody else; and an enrolment that is killed writes nothing."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from countenance.errors import EnrolmentRefusedError
from registry import SECRET_VARIABLES, Registry
from scan.demo import Material
from scan.enrol import Refusal
from scan.enrolment import look_alikes
from scan.knowing import known_from_folder, propose
from scan.worker import DetectorWorker
from tests.conftest import REPOSITORY
from tests.journeys.conftest import Pack
from tests.journeys.people import enrol, from_registry, identified, in_memory, judged, recognised
from tests.registry.people import new_registry, opened

pytestmark = pytest.mark.models
ENROLLED = 3


def series_people(media: Path) -> dict[str, list[Path]]:
    """Return the people of one television series with their portraits, in the order of the index."""
    people: dict[str, list[Path]] = {}
    with (media / "faces" / "index.csv").open(newline="", encoding="utf-8") as source:
        for row in csv.DictReader(source):
            if row["identity"].startswith("tbbt_"):
                people.setdefault(row["identity"], []).append(media / "faces" / row["file"])
    return people


def templates_of(pack: Pack, files: list[Path]) -> list[bytes]:
    return [accepted.sample.embedding for accepted in propose(files, pack.worker, pack.card, pack.models).faces]


@pytest.mark.media
def test_each_person_of_a_series_is_found_in_other_photos_and_nobody_else_is(pack: Pack, test_media: Path):
    people = series_people(test_media)
    known = in_memory({name: templates_of(pack, files[:ENROLLED]) for name, files in people.items()})
    assert set(known.templates) == set(people)

    found = {
        file.name: (name, judged(pack.observe(file), pack, known))
        for name, files in people.items()
        for file in files[ENROLLED:]
    }

    right = identified if pack.card.name == "recommended" else recognised
    missed = [file for file, (name, result) in found.items() if name not in right(result)]
    others = {file: recognised(result) - {name} for file, (name, result) in found.items()}
    assert (missed, {file: names for file, names in others.items() if names}) == ([], {})


@pytest.mark.media
def test_strangers_to_a_series_are_not_taken_for_its_people(pack: Pack, test_media: Path):
    people = series_people(test_media)
    names = list(people)
    enrolled, strangers = names[: len(names) // 2], names[len(names) // 2 :]
    known = in_memory({name: templates_of(pack, people[name][:ENROLLED]) for name in enrolled})

    taken = {name: identified(judged(pack.observe(people[name][0]), pack, known)) for name in strangers}

    assert not any(taken.values()), taken


def test_a_folder_of_people_is_enough_without_a_registry(starter: Pack, material: Material, tmp_path: Path):
    (tmp_path / "people" / "Ada").mkdir(parents=True)
    (tmp_path / "people" / "Ada" / "1.png").write_bytes(material.photo.read_bytes())
    (tmp_path / "people" / "Ada" / "note.png").write_text("not a picture")

    with DetectorWorker() as worker:  # a child of this test's own: what it cannot read ends it
        known, refused = known_from_folder(tmp_path / "people", worker, starter.card, starter.models)

    assert identified(judged(starter.observe(material.clip), starter, known)) == {"Ada"}
    assert [(item.file, item.refusal) for item in refused] == [("note.png", Refusal.UNREADABLE)]
    assert "note.png" in refused[0].explanation


def test_the_same_person_enrolled_a_second_time_is_noticed(pack: Pack, material: Material, registry: Registry):
    enrol(registry, "Ada", pack, material.photo)

    again = propose([material.clip], pack.worker, pack.card, pack.models)

    assert names(look_alikes(again, registry, pack.card)) == ["Ada"]


def test_a_picture_without_a_face_enrols_nobody(pack: Pack, registry: Registry, tmp_path: Path):
    from PIL import Image
    from skimage.data import coffee

    Image.fromarray(coffee()).save(tmp_path / "coffee.png")

    with pytest.raises(EnrolmentRefusedError, match=r"coffee\.png: no face is seen"):
        enrol(registry, "Ada", pack, tmp_path / "coffee.png")

    assert registry.people() == ()


def test_a_small_copy_of_a_photo_is_refused_with_what_would_help(pack: Pack, registry: Registry, material, tmp_path):
    from PIL import Image

    with Image.open(material.photo) as photo:
        photo.resize((180, 180)).save(tmp_path / "small.png")

    with pytest.raises(EnrolmentRefusedError, match=r"small\.png: .*at least 50 pixels"):
        enrol(registry, "Ada", pack, tmp_path / "small.png")

    assert registry.people() == ()


def test_a_child_that_died_between_two_files_is_replaced(starter: Pack, material: Material):
    children = []

    with DetectorWorker() as worker:

        def kill(_file: str, _done: float, _total: float) -> None:
            children.append(worker.pid)
            if worker.pid:
                psutil.Process(worker.pid).kill()
                psutil.Process(worker.pid).wait(10)

        files = [material.photo, material.clip]
        proposal = propose(files, worker, starter.card, starter.models, on_progress=kill)
        children.append(worker.pid)

    assert {accepted.file for accepted in proposal.faces} == {material.photo.name, material.clip.name}
    assert children[0] is None
    assert children[1] != children[2]


ENROLMENT = """
import sys
from pathlib import Path
import models
from scan.enrolment import enrol_person
from scan.knowing import propose
from scan.request import examine_request
from scan.worker import DetectorWorker
from countenance.wire import ExamineSettings
from tests.registry.people import consent, person, opened

path, clip, store = (Path(text) for text in sys.argv[1:])
card = models.load_pack("starter", store)
with opened(path) as registry, DetectorWorker() as worker:
    def tell(step, done, total):
        print(step, worker.pid, flush=True)
    worker.examine(examine_request(clip, card, store, ExamineSettings()), tell)
    enrol_person(registry, person("Ada"), consent(), propose([clip], worker, card, store), card)
print("enrolled", flush=True)
"""


def run_enrolment(path: Path, clip: Path, store: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    return subprocess.Popen(
        [sys.executable, "-c", ENROLMENT, str(path), str(clip), str(store)],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="There is no SIGKILL on this system.")
def test_an_enrolment_killed_in_the_middle_writes_nothing_and_leaves_no_child(
    starter: Pack, material: Material, tmp_path: Path
):
    path = tmp_path / "registry.countenance"
    new_registry(path).close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()

    with run_enrolment(path, material.clip, starter.models) as enrolment:
        pid = next(int(line.split()[1]) for line in enrolment.stdout if line.startswith("reading"))
        child = psutil.Process(pid)
        enrolment.kill()
    child.wait(10)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    with opened(path) as registry:
        assert registry.people() == ()
        assert from_registry(registry, starter).templates == {}


def names(people):
    return [person.display_name for person in people]
