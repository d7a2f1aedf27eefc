"""`countenance models use`: other models from now on, and everybody enrolled again with them before the change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec
import typer

import models
from cli.gathering import gathered
from cli.output import write_json
from cli.session import Session
from countenance.errors import CancelledError, CountenanceError, ModelsError, WrongUsageError
from countenance.packs import ModelTask, PackCard
from countenance.people import Modality
from countenance.settings import read_settings, write_settings
from countenance.translations import _, mark, ngettext
from countenance.work import ProgressHook
from models.packs import ORDINARY
from models.selftest import known_pair_of
from registry import Covered, Registry
from reports.wording import format_count
from scan.reenrolment import STEP_FACES, STEP_RETIRING, STEP_VOICES, Plan, plan, renew, retire

SOMEBODY_LOST = 3
"""As after an enrolment that its gate refused: somebody is not enrolled with the new models."""

_SHOWN = 20
_STEPS = {
    STEP_FACES: mark("Faces"),
    STEP_VOICES: mark("Voices"),
    STEP_RETIRING: mark("Removing old templates"),
}
_TASKS = {
    ModelTask.FACE_DETECTOR: mark("finds faces"),
    ModelTask.FACE_EMBEDDER: mark("knows faces"),
    ModelTask.VOICE_ACTIVITY: mark("finds speech"),
    ModelTask.VOICE_EMBEDDER: mark("knows voices"),
}
_MODALITIES = {Modality.FACE: mark("face"), Modality.VOICE: mark("voice")}


@dataclass(slots=True, kw_only=True)
class Change:
    """What is told of one change of models, with `--json` and in words.

    Attributes:
        pack, before: names of the new pack and of the one in use until now.
        registry: its file; empty where there is none.
        people: how many of its people have a face or a voice enrolled.
        renewed: samples that got templates of the new models in this run.
        refused: people with samples of which no such template could be made; their old ones stay.
        lost: people who were recognised before and are not by the new models.
        retired: old templates that were removed.
        switched: whether the new models are in use now.
    """

    pack: str
    before: str
    registry: str = ""
    people: int = 0
    renewed: int = 0
    refused: list[dict[str, object]] = field(default_factory=list)
    lost: list[dict[str, object]] = field(default_factory=list)
    retired: int = 0
    switched: bool = False

    def document(self) -> dict[str, object]:
        """Return it as JSON tells it."""
        told: dict[str, object] = msgspec.to_builtins(self)
        return told | {"registry": self.registry or None}


def add_to(group: typer.Typer) -> None:
    """Add the command to those about models."""
    group.command("use", help=_("Use other models from now on, and enrol everybody again with them first."))(
        gathered(use)
    )


def use(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help=_("A pack or a model, or several joined by +; without it, what is in use is told."),
            show_default=False,
        ),
    ] = "",
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help=_("Keep the templates of the old models, to be able to go back."))
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Change even if somebody is not recognised any more then."))
    ] = False,
) -> int:
    """Enrol everybody again from what is kept, then use the new models; stopped before, the old ones stay in use."""
    session = Session.of(context)
    if not name:
        if keep_old or yes:
            raise WrongUsageError(_("--keep-old and --yes go with the name of a pack or a model."))
        return _tell_what_is_in_use(session)
    old = _card_in_use(session)
    pack = models.combine(ORDINARY if old is None else session.pack, name, session.places.models)
    card = replace(session, pack=pack).ready_card()
    change = Change(pack=pack, before=session.pack)
    if session.registry_path() is None:
        _settle(session, change)
        return _finish(session, change, old)
    with session.open_registry() as opened:
        change.registry = str(opened.path)
        try:
            return _change(session, opened, change, old, card, keep_old=keep_old, yes=yes)
        except (CancelledError, KeyboardInterrupt):
            return session.refuse(_stopped(change, name), change.document())


def _change(
    session: Session,
    opened: Registry,
    change: Change,
    old: PackCard | None,
    card: PackCard,
    *,
    keep_old: bool,
    yes: bool,
) -> int:
    planned = plan(opened, old, card)
    change.people = len(_everybody(planned))
    asked = _Question(session, opened, change, yes=yes)
    if planned.lost:
        change.lost = _people(opened, {part.modality: sorted(part.lost) for part in planned.parts})
        if refusal := asked.refusal(planned.lost):
            return session.refuse(refusal, change.document())
    if planned.samples:
        session.note(
            _("Enrolling again from what is kept: {samples} samples of {people} people.").format(
                samples=format_count(planned.samples), people=format_count(len(planned.people))
            )
        )
    provider = session.settings.provider.execution_provider
    with session.progress(_("Enrolling again")) as show, session.worker() as worker:
        done = renew(
            opened,
            planned,
            card,
            worker,
            models=session.places.models,
            on_progress=_in_words(show),
            cancel=session.cancel,
            pair=known_pair_of(change.pack, session.places.models, provider),
            threads=session.settings.threads,
            provider=provider,
        )
    change.renewed = done.samples
    change.refused = _people(opened, done.refused)
    change.lost = _people(opened, done.lost)
    if refusal := asked.refusal(done.lost_people):
        return session.refuse(refusal, change.document())
    _settle(session, change)
    if not keep_old:
        with session.progress(_("Enrolling again")) as show:
            change.retired = retire(opened, card, _in_words(show), session.cancel).templates
    return _finish(session, change, old)


@dataclass(slots=True)
class _Question:
    """Whether somebody may be lost: asked before the work for those known to be, and after it for others only."""

    session: Session
    opened: Registry
    change: Change
    yes: bool = field(kw_only=True)
    _agreed: frozenset[str] = field(default=frozenset(), init=False)

    def refusal(self, lost: frozenset[str]) -> CountenanceError | None:
        """Tell who would be lost, and return why the change ends here; None where it is meant."""
        if lost <= self._agreed:
            return None
        told = ngettext(
            "{count} of {people} people would not be recognised any more by the new models:",
            "{count} of {people} people would not be recognised any more by the new models:",
            len(lost),
        )
        self.session.note(told.format(count=format_count(len(lost)), people=format_count(self.change.people)))
        for line in _lines(self.change.lost):
            self.session.note(line)
        if not self.yes:
            if not self.session.somebody_there:
                return _unanswered()
            answer = typer.prompt(
                _("Type {name} to change all the same").format(name=self.change.pack), err=True, prompt_suffix=_(": ")
            )
            if answer.strip() != self.change.pack:
                return CancelledError(
                    _("“{pack}” stays in use.").format(pack=self.change.before),
                    remedy=_("Add photos of these people first: countenance person samples add PERSON FILE"),
                )
        self._agreed = lost
        return None


def _settle(session: Session, change: Change) -> None:
    # Read again: the work may have taken an hour, in which the window may have written other settings.
    path = session.places.settings
    write_settings(path, msgspec.structs.replace(read_settings(path), pack=change.pack))
    change.switched = True


def _finish(session: Session, change: Change, old: PackCard | None) -> int:
    code = SOMEBODY_LOST if change.lost else 0
    if session.as_json:
        write_json(change.document())
        return code
    if change.pack == change.before and old is not None:
        session.say(_("“{pack}” is in use already.").format(pack=change.pack))
    else:
        session.say(_("“{pack}” is in use from now on.").format(pack=change.pack), style="green")
    if change.renewed:
        told = ngettext("{count} sample was enrolled again.", "{count} samples were enrolled again.", change.renewed)
        session.say(told.format(count=format_count(change.renewed)))
    if change.retired:
        told = ngettext(
            "{count} template of other models was removed.",
            "{count} templates of other models were removed.",
            change.retired,
        )
        session.say(told.format(count=format_count(change.retired)))
    if change.refused:
        session.say(_("From these samples no template could be made; what the old models made of them stays:"))
        for line in _lines(change.refused):
            session.say(line)
    if change.lost:
        session.say(_("Not recognised by the new models:"), style="bold red")
        for line in _lines(change.lost):
            session.say(line)
    if change.lost or change.refused:
        session.say(_("Add a photo or a recording with: countenance person samples add PERSON FILE"))
    _note_other_registries(session, change)
    return code


def _note_other_registries(session: Session, change: Change) -> None:
    others = [
        name or _("the default one")
        for name, path in session.places.named_registries().items()
        if str(path) != change.registry
    ]
    if others:
        session.note(
            _(
                "Other registries still have the templates they had: {names}. For each, give the same command with"
            ).format(names=_(", ").join(others))
            + " --registry"
        )


def _stopped(change: Change, name: str) -> CancelledError:
    if change.switched:
        return CancelledError(
            _("Stopped: “{pack}” is in use, but not all old templates are removed.").format(pack=change.pack),
            remedy=_("Remove the rest with: countenance models use {name}").format(name=name),
        )
    return CancelledError(
        _("Stopped: “{pack}” stays in use; what was enrolled again is kept.").format(pack=change.before),
        remedy=_("Go on where it stopped with: countenance models use {name}").format(name=name),
    )


def _unanswered() -> WrongUsageError:
    return WrongUsageError(
        _("Somebody would not be recognised any more, and nobody is there to be asked: the old models stay in use."),
        remedy=_("Say that it is meant with --yes, or add photos first: countenance person samples add PERSON FILE"),
    )


def _card_in_use(session: Session) -> PackCard | None:
    """Return what is known of the pack in use; None where it is none any more, which must not keep anybody from it."""
    try:
        return models.load_pack(session.pack, session.places.models)
    except ModelsError as error:
        session.warn(ModelsError(error.sentence, details=error.details))  # what to do about it is being done
        return None


def _everybody(planned: Plan) -> frozenset[str]:
    return frozenset(person for part in planned.parts for person in part.outlook.people)


def _people(
    opened: Registry, found: Mapping[Modality, Collection[str] | Mapping[str, Sequence[str]]]
) -> list[dict[str, object]]:
    """Return people with their names, and their samples where these are given, by modality."""
    told: list[dict[str, object]] = []
    for modality, people in found.items():
        for person in opened.people(list(people)):
            one: dict[str, object] = {"id": person.id, "name": person.display_name, "modality": modality.value}
            if isinstance(people, Mapping):
                one["samples"] = list(people[person.id])
            told.append(one)
    return told


def _lines(people: Sequence[Mapping[str, object]]) -> list[str]:
    lines = []
    for one in people[:_SHOWN]:
        samples = one.get("samples")
        what = _(_MODALITIES[Modality(str(one["modality"]))])
        told = f"  {one['id']}  {one['name']}: {what}"
        lines.append(f"{told} ({', '.join(samples)})" if isinstance(samples, list) else told)
    hidden = len(people) - len(lines)
    if hidden:
        lines.append(
            "  "
            + ngettext("… and {count} more (--json tells all)", "… and {count} more (--json tells all)", hidden).format(
                count=format_count(hidden)
            )
        )
    return lines


def _in_words(show: ProgressHook) -> ProgressHook:
    return lambda step, done, total: show(_(_STEPS[step]), done, total)


def _tell_what_is_in_use(session: Session) -> int:
    card = session.known_card()
    covered: tuple[Covered, ...] = ()
    people: dict[Modality, int] = {}
    path = session.registry_path()
    if path is not None:
        with session.open_registry() as opened:
            covered = opened.renewing.covered()
            people = {part.modality: part.people for part in plan(opened, card, card).parts}
    in_use = {stamp.binding for stamp in card.models}
    if session.as_json:
        write_json(
            {
                "pack": session.pack,
                "models": card.models,
                "registry": None if path is None else str(path),
                "people": {modality.value: count for modality, count in people.items()},
                "templates": [msgspec.to_builtins(one) | {"in_use": one.binding in in_use} for one in covered],
            }
        )
        return 0
    session.say(_("In use: {pack}").format(pack=session.pack))
    session.show_table(
        (_("Task"), _("Model"), _("Version"), _("Licence")),
        [(_(_TASKS[stamp.task]), stamp.name, stamp.version, stamp.licence) for stamp in card.models],
    )
    if path is None:
        return 0
    session.say("")
    session.say(_("Templates in {path}").format(path=path))
    if not covered:
        session.say(_("Nobody is enrolled with a face or a voice."))
    for one in covered:
        told = _("{modality}: {model} recognises {people} of {all} people").format(
            modality=_(_MODALITIES[one.modality]),
            model=one.model,
            people=format_count(one.people),
            all=format_count(people.get(one.modality, one.people)),
        )
        session.say(f"  {told}" if one.binding in in_use else f"  {told} ({_('not in use')})")
    return 0
