"""The plain facts of a report, as pairs of a word and a value: stated use, clip, registry, models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countenance.labels import channel_label, label, language_label, listed, territory_label
from countenance.observations import Clip, Stream, StreamKind
from countenance.packs import CommercialUse, ModelTask
from countenance.translations import _, mark
from countenance.use import StatedUse
from countenance.verdict import RegistryFacts
from reports.document import ModelRecord
from reports.wording import format_bytes, format_count, format_moment, format_time


@dataclass(frozen=True, slots=True)
class Fact:
    """A word and its value; `said` is False where there is nothing to tell; `code` marks hashes and identifiers."""

    word: str
    value: str
    said: bool = True
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model as a person reads of it."""

    task: str
    name: str
    licence: str
    commercial: str
    commercial_tone: str
    provider: str
    sha256: str


def use_facts(use: StatedUse) -> list[Fact]:
    """Return the stated use; what was left out is said to be so."""
    facts = [
        Fact(_("Publication"), format_moment(use.publish_at)),
        _stated(_("Purpose"), label(use.purpose) if use.purpose else ""),
        _stated(_("Channels"), listed(channel_label(one) for one in use.channels)),
        _stated(_("Territories"), listed(territory_label(one) for one in use.territories)),
        _stated(_("Picture made by"), label(use.face_method) if use.face_method else ""),
        _stated(_("Sound made by"), label(use.voice_method) if use.voice_method else ""),
        _stated(_("Language"), language_label(use.language) if use.language else ""),
        _stated(_("Project"), use.project or ""),
        Fact(_("Published by"), use.grantee or _("the registry’s owner")),
        Fact(_("Sensitive themes"), listed(label(theme) for theme in use.themes) or _("none")),
    ]
    if use.category:
        facts.append(Fact(_("Product category"), use.category))
    if use.labels_done:
        facts.append(Fact(_("Declared done"), listed(label(duty) for duty in use.labels_done)))
    if use.approvals:
        facts.append(Fact(_("Approvals"), ", ".join(f"{id_}: {label(one)}" for id_, one in use.approvals.items())))
    if use.exception:
        facts.append(Fact(_("Exception claimed"), label(use.exception)))
    return facts


def clip_facts(clip: Clip) -> list[Fact]:
    """Return what the clip is: enough to recognise exactly this file."""
    facts = [
        Fact(_("File"), clip.name),
        Fact(_("Size"), format_bytes(clip.bytes)),
        Fact(_("Container"), clip.container),
    ]
    if not clip.still:
        facts.append(Fact(_("Length"), format_time(clip.duration_s)))
        if clip.claimed_duration_s is not None and abs(clip.claimed_duration_s - clip.duration_s) >= 1:
            facts.append(Fact(_("Length the file claims"), format_time(clip.claimed_duration_s)))
    if clip.width and clip.height:
        facts.append(Fact(_("Picture"), f"{clip.width} × {clip.height}"))
    facts += [Fact(_("Stream {index}").format(index=one.index), _stream(one)) for one in clip.streams]
    return [*facts, Fact("SHA-256", clip.sha256, code=True)]


def registry_facts(registry: RegistryFacts | None) -> list[Fact]:
    """Return which state of which registry was asked; nothing where there was none."""
    if registry is None:
        return []
    return [
        Fact(_("People enrolled"), format_count(registry.people)),
        Fact(_("Grants on record"), format_count(registry.grants)),
        Fact(_("Revision"), format_count(registry.revision)),
        Fact(_("Registry"), registry.id, code=True),
    ]


def model_rows(models: Sequence[ModelRecord]) -> list[ModelRow]:
    """Return the models with what their publishers allow."""
    return [
        ModelRow(
            task=_(_TASKS[model.task]),
            name=f"{model.name} {model.version}".strip(),
            licence=model.licence,
            commercial=_(_COMMERCIAL[model.commercial_use]),
            commercial_tone=_COMMERCIAL_TONES[model.commercial_use],
            provider=model.provider.removesuffix("ExecutionProvider") or "–",
            sha256=model.sha256,
        )
        for model in models
    ]


def _stated(word: str, value: str) -> Fact:
    return Fact(word, value) if value else Fact(word, _("not stated"), said=False)


def _stream(stream: Stream) -> str:
    parts = [_(_STREAMS[stream.kind]), stream.codec]
    if stream.width and stream.height:
        parts.append(f"{stream.width} × {stream.height}")
    if stream.frames_per_s:
        parts.append(_("{rate} frames/s").format(rate=f"{stream.frames_per_s:.4g}"))
    if stream.sample_rate:
        parts.append(f"{stream.sample_rate / 1000:g} kHz")
    if stream.rotation:
        parts.append(_("turned by {degrees}°").format(degrees=stream.rotation))
    return " · ".join(part for part in parts if part)


_TASKS = {
    ModelTask.FACE_DETECTOR: mark("Finds faces"),
    ModelTask.FACE_EMBEDDER: mark("Compares faces"),
    ModelTask.VOICE_ACTIVITY: mark("Finds speech"),
    ModelTask.VOICE_EMBEDDER: mark("Compares voices"),
}

_COMMERCIAL = {
    CommercialUse.YES: mark("allowed"),
    CommercialUse.NO: mark("not allowed"),
    CommercialUse.UNSETTLED: mark("unsettled"),
}

_COMMERCIAL_TONES = {CommercialUse.YES: "permitted", CommercialUse.NO: "block", CommercialUse.UNSETTLED: "review"}

_STREAMS = {
    StreamKind.VIDEO: mark("picture"),
    StreamKind.AUDIO: mark("sound"),
    StreamKind.OTHER: mark("other"),
}
