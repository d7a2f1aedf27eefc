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


def make_material(folder: Path) -> tuple[Path, Path]:
    """Make the demo's clip and the photo it is enrolled from, and return their paths.

    Raises:
        CountenanceError: they cannot be made, such as on a full disk.
    """
    clip, photo = folder / "demo.mp4", folder / "demo-photo.png"
    command = [sys.executable, "-m", "detectors.demo_clip", str(clip), str(photo)]
    root = str(Path(__file__).resolve().parent.parent)
    made = subprocess.run(command, capture_output=True, check=False, cwd=root, env=_plain_environment())
    if made.returncode != 0 or not clip.is_file():
        raise CountenanceError(
            _("The demo's clip could not be made."),
            remedy=_("Is there room on the disk? countenance doctor tells more."),
            details=made.stderr.decode("utf-8", "replace")[-2000:],
        )
    return clip, photo


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
    """Enrol the portrait in a new registry in `folder`, check the clip once, and judge it in three ways.

    Raises:
        CountenanceError: anything a real check may raise.
    """
    clip, photo = make_material(folder)
    token = cancel or CancelToken()
    setup = CheckSetup(card=card, models=models, known=Known(), use=allowed_use(now))
    observations = worker.examine(examine_request(clip, card, models, setup.settings), on_progress, token)
    proposal = propose([photo], worker, card, models, cancel=token)
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
        channels=("youtube",),
        territories=("WORLD",),
    )


def forbidden_use(now: datetime) -> StatedUse:
    """Return a use that the demo's grant does not cover."""
    return replace(allowed_use(now), purpose=Purpose.ADVERTISING)


def enrol_portrait(registry: Registry, proposal: Proposal, card: PackCard) -> str:
    """Enrol the person of the portrait with a consent and a grant made up for the demo, and return the id."""
    today = registry.today()
    consent = BiometricConsent(
        id="",
        person="",
        signer=Signer.SELF,
        modality=(Modality.FACE,),
        purpose="demo",
        signed_on=today,
        method="demo",
        notice_version="demo",
        retain_until=retain_until_by_default(today),
    )
    person = enrol_person(registry, Person(id="", display_name=_("Astronaut (NASA portrait)")), consent, proposal, card)
    grant = Grant(
        id="",
        person=person,
        signed=today,
        modality=(Modality.FACE,),
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
