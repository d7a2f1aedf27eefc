"""The demo: the real thing on free material; one clip is permitted, blocked and unknown, as registry and use say."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from countenance.errors import CountenanceError
from countenance.grants import Grant, Method, Purpose
from countenance.packs import PackCard
from countenance.people import BiometricConsent, Modality, Person, Signer
from countenance.translations import _
from countenance.use import StatedUse
from countenance.verdict import CheckResult
from countenance.work import CancelToken, ProgressHook, ignore_progress
from registry import GrantPapers, Passphrase, Registry, Signature, create_registry, retain_until_by_default
from scan.check import CheckSetup, judge_observations
from scan.enrol import Proposal
from scan.enrolment import enrol_person
from scan.knowing import known_from_registry, propose
from scan.known import Known
from scan.request import examine_request
from scan.worker import DetectorWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One way to look at the demo's clip: what the use or the registry was, and what came out."""

    title: str
    result: CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The files of the demo.

    Attributes:
        clip: shows the portrait, and a made-up voice speaks.
        photo: another picture of the portrait's person.
        recording: the same voice saying something else.
    """

    clip: Path
    photo: Path
    recording: Path


def make_material(folder: Path) -> Material:
    """Make the demo's clip, and the photo and the recording that its person is enrolled from.

    Raises:
        CountenanceError: they cannot be made, such as on a full disk.
    """
    material = Material(clip=folder / "demo.mp4", photo=folder / "demo-photo.png", recording=folder / "demo-voice.wav")
    files = [str(path) for path in (material.clip, material.photo, material.recording)]
    command = [sys.executable, "-m", "detectors.demo_clip", *files]
    root = str(Path(__file__).resolve().parent.parent)
    made = subprocess.run(command, capture_output=True, check=False, cwd=root, env=_plain_environment())
    if made.returncode != 0 or not material.clip.is_file():
        raise CountenanceError(
            _("The demo's clip could not be made."),
            remedy=_("Is there room on the disk? countenance doctor tells more."),
            details=made.stderr.decode("utf-8", "replace")[-2000:],
        )
    return material


def play(
    folder: Path,
    worker: DetectorWorker,
    card: PackCard,
    models: Path,
    passphrase: Passphrase,
    *,
    now: datetime,
    on_progress: ProgressHook = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[Scene, ...]:
    """Enrol face and voice in a new registry in `folder`, check the clip once, and judge it in three ways.

    Raises:
        CountenanceError: anything a real check may raise.
    """
    material = make_material(folder)
    token = cancel or CancelToken()
    setup = CheckSetup(card=card, models=models, known=Known(), use=allowed_use(now))
    observations = worker.examine(examine_request(material.clip, card, models, setup.settings), on_progress, token)
    proposal = propose_portrait(material, worker, card, models, cancel=token)
    with create_registry(folder / "demo.countenance", passphrase, owner="us", tz="UTC", operator="demo") as registry:
        enrol_portrait(registry, proposal, card)
        known = known_from_registry(registry, card, registry.today())
        scenes = (
            (_("An educational video, as the person agreed"), replace(setup, known=known)),
            (_("The same clip as an advertisement"), replace(setup, known=known, use=forbidden_use(now))),
            (_("The same clip before anybody is enrolled"), setup),
        )
        return tuple(Scene(title=title, result=judge_observations(observations, each, now)) for title, each in scenes)


def allowed_use(now: datetime) -> StatedUse:
    """Return the use that the demo's grant covers."""
    return StatedUse(
        publish_at=now,
        purpose=Purpose.EDUCATION,
        face_method=Method.EDITED,
        voice_method=Method.EDITED,
        channels=("youtube",),
        territories=("WORLD",),
    )


def forbidden_use(now: datetime) -> StatedUse:
    """Return a use that the demo's grant does not cover."""
    return replace(allowed_use(now), purpose=Purpose.ADVERTISING)


def propose_portrait(
    material: Material, worker: DetectorWorker, card: PackCard, models: Path, *, cancel: CancelToken | None = None
) -> Proposal:
    """Return the samples of face and voice that the demo's person is enrolled with."""
    return propose([material.photo, material.recording], worker, card, models, cancel=cancel)


def enrol_portrait(registry: Registry, proposal: Proposal, card: PackCard) -> str:
    """Enrol the person of the portrait with a consent and a grant made up for the demo, and return the id.

    The name says that the voice is made up: nobody shall take it for the astronaut's.
    """
    today = registry.today()
    consent = BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE, Modality.VOICE),
        purpose="demo",
        signed_on=today,
        method="demo",
        notice_version="demo",
        retain_until=retain_until_by_default(today),
    )
    name = _("Astronaut (NASA portrait, made-up voice)")
    person = enrol_person(registry, Person(id="", display_name=name), consent, proposal, card)
    grant = Grant(
        id="",
        person=person,
        signed=today,
        modality=(Modality.FACE, Modality.VOICE),
        methods=(Method.REAL_FOOTAGE, Method.EDITED),
        purposes=(Purpose.EDUCATION, Purpose.SOCIAL_CONTENT),
        channels=("social",),
        territories=("WORLD",),
        start=today,
    )
    registry.record_grant(
        grant, GrantPapers(signatures=(Signature(name="demo", role="self", signed_on=today, how="demo"),))
    )
    return person


def _plain_environment() -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
    return {name: value for name, value in os.environ.items() if name.upper() in kept}
