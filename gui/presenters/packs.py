"""The models' page: packs with what they do, may be used for and were measured at, and which of them are in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from countenance.labels import day_label, listed
from countenance.packs import CommercialUse, LicencePolicy, LikenessScale, ModelTask, PackCard
from countenance.providers import Provider, provider_of
from countenance.translations import _, ngettext
from gui.presenters.budget import missed_at
from gui.presenters.looks import Icon, Tone
from models import InstallState, ModelFacts, SelfTest, list_inventory, list_packs, load_manifest, load_pack
from models.licences import Acceptance, acceptance_of, licence_sentences
from models.manifests import ModelManifest
from models.packs import PackManifest, compose, named_pack
from models.providers import likely_providers
from models.sources import download_bytes
from reports.wording import format_bytes, format_count, format_share

FACES = (ModelTask.FACE_DETECTOR, ModelTask.FACE_EMBEDDER)
VOICES = (ModelTask.VOICE_ACTIVITY, ModelTask.VOICE_EMBEDDER)

_TOLD_RATE = 1e-3
"""The false-match rate at which accuracy is told: one stranger in a thousand comparisons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLook:
    """One model of a pack.

    Attributes:
        task: what it does, in words.
        facts: version, size and publisher, in a line.
        state: in a word, with its tone and icon.
    """

    title: str
    task: str
    facts: str
    state: str
    tone: Tone
    icon: Icon


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLook:
    """A pack as the page shows it.

    Attributes:
        name: of the pack, as `--pack` takes it.
        words: what it is for.
        covers: faces, voices or both, in words.
        parts: its own models.
        whole: whether all of them are installed and undamaged.
        size: of what is missing, in words; empty where nothing is.
        licence: what it may be used for, in a word or two, with its tone.
        terms: the publishers' licences in sentences, each once.
        accepted: who accepted them, and when; empty where nobody has to, or did.
        measured: how sure it is, a sentence for faces and for voices.
        in_use: whether all it has to say is in use.
        removable: whether something of it can be removed.
    """

    name: str
    words: str
    covers: str
    parts: tuple[PartLook, ...]
    whole: bool
    size: str
    licence: str
    licence_tone: Tone
    terms: tuple[str, ...]
    accepted: str
    measured: tuple[str, ...]
    in_use: bool
    removable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What clips are checked with.

    Attributes:
        faces, voices: the models, in words.
        measured: how sure they are, a sentence each.
        own_faces, own_voices: whether that was measured here.
        providers: what models can be run on.
    """

    faces: str
    voices: str
    measured: tuple[str, ...]
    own_faces: bool
    own_voices: bool
    providers: tuple[Provider, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsLook:
    """The whole page."""

    in_use: InUse
    packs: tuple[PackLook, ...]


def models_look(store: Path, current: str) -> ModelsLook:
    """Return the page for a store and the pack in use; reads and hashes what is installed.

    Raises:
        ModelsError: the pack in use is none, or figures or acceptances are damaged.
    """
    facts = {one.name: one for one in list_inventory(store)}
    chosen = compose(current, store)
    looks = [_pack(named_pack(name, store), facts, chosen, store) for name in list_packs(store)]
    # What is in use comes first, then what could be, then what would have to be installed, the advised first.
    ordered = sorted(looks, key=lambda look: (not look.in_use, not look.whole, *_advised(look)))
    in_use = _in_use(chosen, load_pack(current, store), facts)
    if any(look.in_use and len(look.parts) == len(chosen.models) for look in looks):
        in_use = replace(in_use, measured=())  # its card tells
    return ModelsLook(in_use=in_use, packs=tuple(ordered))


def terms_of(manifests: Sequence[ModelManifest]) -> tuple[str, ...]:
    """Return what the licences of models say, each sentence once."""
    return tuple(dict.fromkeys(sentence for manifest in manifests for sentence in licence_sentences(manifest)))


def policy_choices() -> tuple[tuple[LicencePolicy, str], ...]:
    """Return what may be done where a model may not be used commercially, in words."""
    return (
        (LicencePolicy.TELL, _("Say so in every result")),
        (LicencePolicy.MARK, _("Commercial use only: ask for a review")),
        (LicencePolicy.REFUSE, _("Commercial use only: refuse such models")),
    )


def tested_words(answers: Sequence[SelfTest], pair: bool | None) -> tuple[str, bool]:
    """Return what a self-test found, as a sentence that says what really ran, and whether it held."""
    failed = [answer.model for answer in answers if not answer.held]
    if failed or pair is False:
        named = ", ".join(failed) or _("the known pair")
        return _("The self-test did not hold: {names}.").format(names=named), False
    count = ngettext("{count} model answers", "{count} models answer", len(answers)).format(
        count=format_count(len(answers))
    )
    ran = listed(dict.fromkeys(provider_label(answer.provider) for answer in answers))
    told = (
        _("{models} as expected, and known faces and voices are told apart (run with {provider}).")
        if pair
        else _("{models} as expected (run with {provider}).")
    )
    return told.format(models=count, provider=ran), True


def provider_label(execution_provider: str) -> str:
    """Return what people call what models are run on."""
    known = provider_of(execution_provider)
    return known.label if known is not None else execution_provider


def accuracy_sentence(scale: LikenessScale, *, voices: bool) -> str:
    """Return how sure faces or voices are told apart, as it was measured, or that nobody measured it."""
    if scale.singles is None:
        if voices:
            return _("Voices: nobody has measured it, so whoever is found is “possible” at most.")
        return _("Faces: nobody has measured it, so whoever is found is “possible” at most.")
    if scale.misses is None:
        people = format_count(scale.singles.people)
        if voices:
            return _("Voices: false alarms measured with {people} people; misses not measured.").format(people=people)
        return _("Faces: false alarms measured with {people} people; misses not measured.").format(people=people)
    share = format_share(missed_at(scale.misses, _TOLD_RATE))
    sentence = (
        _("Voices: {share} of recordings are overlooked where one stranger in 1,000 is taken for somebody ({basis}).")
        if voices
        else _("Faces: {share} of pictures are overlooked where one stranger in 1,000 is taken for somebody ({basis}).")
    )
    people = format_count(scale.misses.people)
    basis = _("measured here, {people} people") if scale.own else _("{people} people")
    return sentence.format(share=share, basis=basis.format(people=people))


def _in_use(chosen: PackManifest, card: PackCard, facts: dict[str, ModelFacts]) -> InUse:
    titles = {task: facts[name].title for task, name in chosen.chosen.items()}
    measured = [accuracy_sentence(card.face, voices=False)]
    if card.voice is not None:
        measured.append(accuracy_sentence(card.voice, voices=True))
    return InUse(
        faces=_("Faces are found by {finder} and recognised by {embedder}.").format(
            finder=titles[ModelTask.FACE_DETECTOR], embedder=titles[ModelTask.FACE_EMBEDDER]
        ),
        voices=_("Speech is found by {finder}; voices are recognised by {embedder}.").format(
            finder=titles[ModelTask.VOICE_ACTIVITY], embedder=titles[ModelTask.VOICE_EMBEDDER]
        ),
        measured=tuple(measured),
        own_faces=card.face.own,
        own_voices=card.voice is not None and card.voice.own,
        providers=likely_providers(),
    )


def _advised(look: PackLook) -> tuple[bool, bool, str]:
    return look.name != "recommended", look.licence_tone is Tone.BLOCKED, look.name


def _pack(pack: PackManifest, facts: dict[str, ModelFacts], chosen: PackManifest, store: Path) -> PackLook:
    own = pack.chosen
    parts = [facts[name] for name in own.values()]
    manifests = [load_manifest(name, store) for name in own.values()]
    in_use = all(chosen.chosen[task] == name for task, name in own.items())
    own_parts = [one for one in parts if one.name not in chosen.chosen.values()]
    missing = [one for one in parts if one.state is not InstallState.INSTALLED]
    faces, voices = (any(task in own for task in tasks) for tasks in (FACES, VOICES))
    card = load_pack(pack.name, store)
    measured = [accuracy_sentence(card.face, voices=False)] if faces else []
    if voices and card.voice is not None:
        measured.append(accuracy_sentence(card.voice, voices=True))
    licence, tone = _licence([one.commercial_use for one in parts])
    accepted = [one for one in (acceptance_of(manifest, store) for manifest in manifests) if one is not None]
    return PackLook(
        name=pack.name,
        words=_words(pack, brought=any(manifest.brought for manifest in manifests)),
        covers=_covers(faces=faces, voices=voices),
        parts=tuple(_part(one) for one in parts),
        whole=not missing,
        size=_size(download_bytes([load_manifest(one.name, store) for one in missing], store)) if missing else "",
        licence=licence,
        licence_tone=tone,
        terms=terms_of(manifests),
        accepted=_accepted(accepted),
        measured=tuple(measured),
        in_use=in_use,
        removable=not in_use and any(one.state is not InstallState.MISSING for one in own_parts),
    )


def _covers(*, faces: bool, voices: bool) -> str:
    if faces and voices:
        return _("Faces and voices")
    return _("Faces") if faces else _("Voices")


def _words(pack: PackManifest, *, brought: bool) -> str:
    known = {
        "starter": _("Small and quick to install; enough to begin with."),
        "recommended": _("Recognises people more surely, East Asian faces most of all."),
        "sface": _("OpenCV’s own recogniser of faces behind YuNet."),
        "campplus": _("A larger model of voices; faces stay with the pack you chose for them."),
    }
    if brought:
        return _("Brought by you.")
    return known.get(pack.name) or _(
        "InsightFace’s package “{name}”: known for its accuracy, for research only."
    ).format(name=pack.name.removeprefix("insightface-"))


def _licence(uses: Sequence[CommercialUse]) -> tuple[str, Tone]:
    if CommercialUse.NO in uses:
        return _("Not for commercial use"), Tone.BLOCKED
    if CommercialUse.UNSETTLED in uses:
        return _("Commercial use unsettled"), Tone.REVIEW
    return _("Commercial use allowed"), Tone.PERMITTED


def _accepted(acceptances: Sequence[Acceptance]) -> str:
    told = {one.statement: _("{name} on {day}").format(name=one.by, day=day_label(one.on)) for one in acceptances}
    return _("Accepted by {who}.").format(who=listed(told.values())) if told else ""


def _size(count: int) -> str:
    return format_bytes(count) if count else _("size unknown")


def _part(facts: ModelFacts) -> PartLook:
    tasks = {
        ModelTask.FACE_DETECTOR: _("finds faces"),
        ModelTask.FACE_EMBEDDER: _("knows faces"),
        ModelTask.VOICE_ACTIVITY: _("finds speech"),
        ModelTask.VOICE_EMBEDDER: _("knows voices"),
    }
    states = {
        InstallState.INSTALLED: (_("installed"), Tone.PERMITTED, Icon.PERMITTED),
        InstallState.DAMAGED: (_("damaged"), Tone.BLOCKED, Icon.PROBLEM),
        InstallState.MISSING: (_("missing"), Tone.NEUTRAL, Icon.NOTE),
    }
    state, tone, icon = states[facts.state]
    told = (
        _("Version {version}").format(version=facts.version),
        _size(facts.size_bytes),
        facts.licence_weights,
        _("by {publisher}").format(publisher=facts.publisher),
        facts.note,
    )
    return PartLook(
        title=facts.title,
        task=tasks[facts.task],
        facts=" · ".join(part for part in told if part),
        state=state,
        tone=tone,
        icon=icon,
    )
