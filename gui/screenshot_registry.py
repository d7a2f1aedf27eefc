"""The agency of the window's pictures: invented people with drawn portraits, and what they agreed to.

What is drawn cannot be recognised: nobody but the demo's own portrait is found in a clip. Everything else, from the
encrypted file to every sentence, is what a real registry shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from countenance.grants import Duty, Grant, Method, Prohibition, Purpose, Revocation, Theme
from countenance.packs import ModelStamp, ModelTask, PackCard
from countenance.people import BiometricConsent, Modality, Person, PersonKind, Signer
from gui.screenshot_portraits import PORTRAITS, portrait
from registry import (
    DocumentKind,
    GrantPapers,
    NewSample,
    NewTemplate,
    Registry,
    SampleKind,
    Signature,
    retain_until_by_default,
)

AI = (Method.AI_GENERATED, Method.FACE_SWAP)
FILMED = (Method.REAL_FOOTAGE, Method.EDITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """One invented person.

    Attributes:
        faces: how good each enrolled picture is, 0 to 1.
        grants: made for that person; `person` and `signed` are filled in.
        since_days: so many days ago the papers were signed.
    """

    person: Person
    faces: tuple[float, ...] = (0.91, 0.84, 0.78)
    voice: bool = False
    grants: tuple[Grant, ...] = ()
    forbids: tuple[Prohibition, ...] = ()
    since_days: int = 200
    paper: str = ""
    tags: tuple[str, ...] = field(default=())


def fill_registry(registry: Registry, card: PackCard, sound: bytes) -> tuple[str, ...]:
    """Enrol the invented people and return their ids.

    Args:
        registry: open, and empty of them.
        card: of the pack whose models the samples are said to be made with.
        sound: a made-up voice (`countenance.observations.Sound`) for those who have one.
    """
    today = registry.today()
    face, voice = card.model(ModelTask.FACE_EMBEDDER), card.model(ModelTask.VOICE_EMBEDDER)
    numbers = np.random.default_rng(15)
    ids = []
    for drawn, somebody in zip(PORTRAITS, _people(today), strict=True):
        picture = portrait(drawn)
        samples = [
            NewSample(
                kind=SampleKind.PHOTO,
                file_sha256=numbers.bytes(32).hex(),
                source=f"{somebody.person.display_name.split()[0].lower()}-{number}.jpg",
                picture=picture,
                quality=quality,
                templates=(_template(numbers, face, Modality.FACE, card.face.dimension),),
            )
            for number, quality in enumerate(somebody.faces, start=1)
        ]
        if somebody.voice and card.voice is not None:
            samples.append(
                NewSample(
                    kind=SampleKind.AUDIO,
                    file_sha256=numbers.bytes(32).hex(),
                    source="interview.wav",
                    sound=sound,
                    quality=0.82,
                    templates=(_template(numbers, voice, Modality.VOICE, card.voice.dimension),),
                )
            )
        ids.append(_enrol(registry, somebody, samples, today))
    return tuple(ids)


def _enrol(registry: Registry, somebody: Invented, samples: list[NewSample], today: date) -> str:
    signed = today - timedelta(days=somebody.since_days)
    consent = BiometricConsent(
        id="",
        person="",
        signer=Signer.GUARDIAN if somebody.person.kind is PersonKind.MINOR else Signer.SELF,
        modality=(Modality.FACE, Modality.VOICE),
        purpose="check before publication",
        signed_on=signed,
        method="paper",
        notice_version="2026-01",
        retain_until=retain_until_by_default(signed),
    )
    tagged = replace(somebody.person, tags=somebody.tags)
    person = registry.enrol(tagged, consent=consent, samples=samples)
    signature = Signature(name=somebody.person.display_name, role="self", signed_on=signed, how="paper")
    for grant in somebody.grants:
        kept = registry.record_grant(replace(grant, person=person, signed=signed), GrantPapers(signatures=(signature,)))
        if somebody.paper:
            page = b"A page that was drawn up for the pictures of the window.\n"
            registry.documents.add(person, kept.id, DocumentKind.RELEASE, somebody.paper, page)
    for ban in somebody.forbids:
        registry.record_prohibition(replace(ban, person=person))
    return person


def _template(
    numbers: np.random.Generator, model: ModelStamp | None, modality: Modality, dimension: int
) -> NewTemplate:
    assert model is not None  # every pack of the program has both
    vector = numbers.normal(size=dimension)
    unit = (vector / np.linalg.norm(vector)).astype("<f4")
    return NewTemplate(
        modality=modality, model=f"{model.name} {model.version}", binding=model.binding, vector=unit.tobytes()
    )


def _grant(**terms: object) -> Grant:
    return replace(Grant(id="", person=""), **terms)  # type: ignore[arg-type]  # named by the callers below only


def _social(end: date | None, **terms: object) -> Grant:
    fields: dict[str, object] = {
        "methods": FILMED,
        "purposes": (Purpose.SOCIAL_CONTENT, Purpose.ADVERTISING),
        "channels": ("social",),
        "territories": ("EU", "GB"),
        "end": end,
    }
    return _grant(**(fields | terms))


NONE = Person(id="")


def _people(today: date) -> tuple[Invented, ...]:
    soon, later = today + timedelta(days=19), today + timedelta(days=420)
    return (_lead(today, soon, later), *_of_the_year(today, soon, later), *_others(today, later))


def _lead(today: date, soon: date, later: date) -> Invented:
    return Invented(
        person=replace(NONE, display_name="Lin Xiao", other_names=("林晓",), jurisdiction="CN"),
        voice=True,
        grants=(
            _social(
                later,
                methods=(*FILMED, *AI),
                channels=("tiktok", "youtube"),
                territories=("CN", "EU"),
                duties=(Duty.AI_LABEL, Duty.CREDIT),
                description="Spring campaign: Lin in a rain coat, also as an AI-made double, in city streets",
            ),
            _grant(
                methods=FILMED,
                purposes=(Purpose.EDUCATION,),
                channels=("youtube",),
                territories=("WORLD",),
                start=today - timedelta(days=160),
                end=soon,
            ),
        ),
        forbids=(Prohibition(id="", person="", themes=(Theme.POLITICAL,)),),
        paper="lin-spring-campaign.pdf",
        tags=("spring", "lead"),
    )


def _of_the_year(today: date, soon: date, later: date) -> tuple[Invented, ...]:
    return (
        Invented(
            person=replace(NONE, display_name="Amara Okafor", jurisdiction="GB"),
            voice=True,
            grants=(_social(later, approval=True),),
            tags=("spring",),
        ),
        Invented(person=replace(NONE, display_name="Jonas Brandt", jurisdiction="DE"), grants=(_social(soon),)),
        Invented(
            person=replace(NONE, display_name="Carmen Ruiz", jurisdiction="ES"),
            grants=(_social(None, revoked=Revocation(notice=today - timedelta(days=12))),),
            tags=("autumn",),
        ),
        Invented(
            person=replace(NONE, display_name="Yasmin Haddad", jurisdiction="FR"),
            voice=True,
            grants=(_social(later, territories=("WORLD",)),),
            tags=("spring",),
        ),
        Invented(
            person=replace(NONE, display_name="Ruth Feldmann", jurisdiction="AT"),
            faces=(0.38, 0.31),
            grants=(_social(later),),
        ),
    )


def _others(today: date, later: date) -> tuple[Invented, ...]:
    return (
        Invented(person=replace(NONE, display_name="Samuel Mensah", jurisdiction="GH"), voice=True),
        Invented(
            person=replace(NONE, display_name="王伟", other_names=("Wang Wei",), jurisdiction="CN"),
            grants=(_social(later, territories=("CN",)),),
            voice=True,
            tags=("autumn",),
        ),
        Invented(
            person=replace(
                NONE,
                display_name="Ida Lindqvist",
                kind=PersonKind.MINOR,
                birth=date(today.year - 12, 4, 2),
                guardian="Maja Lindqvist",
                jurisdiction="SE",
            ),
            grants=(_social(later, signer=Signer.GUARDIAN),),
        ),
        Invented(
            person=replace(NONE, display_name="Priya Nair", jurisdiction="IN"),
            voice=True,
            grants=(_social(today - timedelta(days=40)),),
            tags=("autumn",),
        ),
        Invented(
            person=replace(NONE, display_name="Nova (our persona)", kind=PersonKind.OWN, jurisdiction="NL"),
            voice=True,
            grants=(_grant(methods=AI, purposes=(Purpose.ANY,), channels=("any",), territories=("WORLD",)),),
        ),
    )
