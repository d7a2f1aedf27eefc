"""An import as a page shows it: what a folder or a list holds, what is wrong with it, and what became of each row."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from countenance.labels import listed
from countenance.people import Modality, Signer
from countenance.translations import _, ngettext
from gui.presenters.enrolling import NOTICE_VERSION, PURPOSE_TEXT
from gui.presenters.looks import Icon, Tone
from scan.exchange.taking import OUTCOME_LABELS, RECORD_LABELS, Outcome, Plan
from scan.importing.entries import ImportPlan, KeptOut, LeftOut
from scan.importing.report import ImportReport, left_out_words
from scan.importing.rosters import ConsentTerms

_GRANT_TITLES = {"purposes", "channels", "territories", "methods"}
_HEAD_BYTES = 16_384


class Source(StrEnum):
    """What is imported."""

    FOLDER = "folder"
    ROSTER = "roster"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportForm:
    """What is said about an import of people.

    Attributes:
        folder: one subfolder for each person; None where a roster names its files.
        roster: a list of people; None for a folder on its own.
        signed_on: of the biometric consents; None where rows tell it.
        retain_until: None stands for three years after signing.
        source: who supplied the samples, where a row names nobody.
    """

    folder: Path | None = None
    roster: Path | None = None
    signed_on: date | None = None
    signer: Signer = Signer.SELF
    method: str = "paper"
    retain_until: date | None = None
    modality: tuple[Modality, ...] = tuple(Modality)
    source: str = ""
    allow_look_alikes: bool = False

    def terms(self) -> ConsentTerms:
        """Return the biometric consent of whoever's row has none of its own."""
        return ConsentTerms(
            purpose=PURPOSE_TEXT,
            notice_version=NOTICE_VERSION,
            signed_on=self.signed_on,
            signer=self.signer,
            method=self.method,
            retain_until=self.retain_until,
            modality=self.modality,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One person, or one record, of an import.

    Attributes:
        key: of the entry; empty for what cannot be imported, or was.
        place: where it stands in the list; empty for a folder.
        extent: how much there is of it.
        state: in a word or two, with `icon` and `tone`.
        why: a sentence; empty where there is nothing to say.
    """

    key: str
    name: str
    place: str
    extent: str
    state: str
    icon: Icon
    tone: Tone
    why: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether somebody should look at it."""
        return self.tone in (Tone.REVIEW, Tone.BLOCKED)


def source_of(path: Path) -> Source:
    """Return what a file or folder is to be imported as, by its ending and, of a table, its titles."""
    if path.is_dir():
        return Source.FOLDER
    if path.suffix.lower() == ".json":
        return Source.PAPERS
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8-sig", "replace").splitlines()[:1]
    except OSError:  # whoever reads it next says why it cannot be read
        return Source.ROSTER
    titles = {title.strip().casefold() for row in csv.reader(head, delimiter=_delimiter(head)) for title in row}
    return Source.PAPERS if titles & _GRANT_TITLES else Source.ROSTER


def plan_rows(plan: ImportPlan) -> tuple[ImportRow, ...]:
    """Return who would be imported, and who cannot be and why; those with a problem first."""
    rows = [_kept_out_row(item) for item in plan.kept_out]
    for entry in plan.entries:
        files = len(entry.files)
        extent = ngettext("{count} file", "{count} files", files).format(count=files) if files else _("no files")
        place = _place(entry.row)
        if entry.fault is not None:
            rows.append(replace(_kept_out_row(entry.fault), extent=extent))
        elif not files:
            why = _("Enrolled without samples: nothing to recognise them by.")
            rows.append(
                ImportRow(
                    key=entry.key,
                    name=entry.name,
                    place=place,
                    extent=extent,
                    state=_("Ready"),
                    icon=Icon.NOTE,
                    tone=Tone.NEUTRAL,
                    why=why,
                )
            )
        else:
            rows.append(
                ImportRow(
                    key=entry.key,
                    name=entry.name,
                    place=place,
                    extent=extent,
                    state=_("Ready"),
                    icon=Icon.PERMITTED,
                    tone=Tone.PERMITTED,
                )
            )
    return tuple(sorted(rows, key=lambda row: not row.is_problem))


def report_rows(report: ImportReport) -> tuple[ImportRow, ...]:
    """Return what became of each, those with a problem first, and every sample that was refused."""
    rows = [_kept_out_row(item) for item in report.kept_out]
    rows += [
        ImportRow(
            key="",
            name=item.name,
            place=_place(item.row),
            extent="",
            state=_("Look twice"),
            icon=Icon.REVIEW,
            tone=Tone.REVIEW,
            why=item.why,
        )
        for item in report.noted
    ]
    rows += [
        ImportRow(
            key="",
            name=one.name,
            place=_place(one.row),
            extent=one.file,
            state=_("Not taken"),
            icon=Icon.REVIEW,
            tone=Tone.REVIEW,
            why=_("{sentence}.").format(sentence=one.why[:1].upper() + one.why[1:]),
        )
        for one in report.refused
    ]
    for one in report.imported:
        samples = one.face_samples + one.voice_samples
        rows.append(
            ImportRow(
                key="",
                name=one.name,
                place=_place(one.row),
                extent=ngettext("{count} sample", "{count} samples", samples).format(count=samples),
                state=_("Would be imported") if report.dry_run else _("Imported"),
                icon=Icon.PERMITTED,
                tone=Tone.PERMITTED,
            )
        )
    return tuple(rows)


def paper_rows(plan: Plan) -> tuple[ImportRow, ...]:
    """Return what an import of papers would do with each record, what needs a look first."""
    looks = {
        Outcome.NEW: (Icon.ADD, Tone.PERMITTED),
        Outcome.CHANGED: (Icon.CHANGE, Tone.PERMITTED),
        Outcome.UNCHANGED: (Icon.PERMITTED, Tone.NEUTRAL),
        Outcome.LEFT: (Icon.REVIEW, Tone.REVIEW),
        Outcome.REFUSED: (Icon.BLOCKED, Tone.BLOCKED),
    }
    rows = []
    for step in plan.steps:
        icon, tone = looks[step.outcome]
        rows.append(
            ImportRow(
                key="",
                name=_(RECORD_LABELS[step.kind]),
                place=step.theirs,
                extent="",
                state=_capital(_(OUTCOME_LABELS[step.outcome])),
                icon=icon,
                tone=tone,
                why=step.why,
            )
        )
    return tuple(sorted(rows, key=lambda row: not row.is_problem))


def plan_words(plan: ImportPlan) -> str:
    """Return what an import would look at, in a few sentences."""
    people = sum(entry.fault is None for entry in plan.entries)
    said = [ngettext("{count} person can be imported.", "{count} people can be imported.", people).format(count=people)]
    out = len(plan.kept_out) + sum(entry.fault is not None for entry in plan.entries)
    if out:
        words = ngettext("{count} person cannot be.", "{count} people cannot be.", out)
        said.append(words.format(count=out))
    return " ".join([*said, *_left_out(plan.left_out), *map(_unknown_column, plan.unknown_columns)])


def report_words(report: ImportReport) -> str:
    """Return what an import came to, in a few sentences."""
    count = len(report.imported)
    samples = ngettext("{count} sample", "{count} samples", report.samples).format(count=report.samples)
    if report.dry_run:
        words = ngettext(
            "{count} person would be imported, with {samples}; nothing was written.",
            "{count} people would be imported, with {samples}; nothing was written.",
            count,
        )
    else:
        words = ngettext("Imported {count} person, with {samples}.", "Imported {count} people, with {samples}.", count)
    said = [words.format(count=count, samples=samples)]
    if report.already:
        earlier = ngettext(
            "{count} person was imported before.", "{count} people were imported before.", report.already
        )
        said.append(earlier.format(count=report.already))
    if report.kept_out:
        kept_out = ngettext("{count} person was kept out.", "{count} people were kept out.", len(report.kept_out))
        said.append(kept_out.format(count=len(report.kept_out)))
    refused = len(report.refused) + sum(report.refused_earlier.values())
    if refused:
        told = ngettext("{count} sample was refused.", "{count} samples were refused.", refused)
        said.append(told.format(count=refused))
    if report.changed:
        told = ngettext(
            "{count} person has changed since an earlier import; nothing was changed here.",
            "{count} people have changed since an earlier import; nothing was changed here.",
            len(report.changed),
        )
        said.append(told.format(count=len(report.changed)))
    if not report.finished:
        said.append(_("It was stopped; whoever was examined is kept, and it can go on from there."))
    return " ".join([*said, *_left_out(report.left_out)])


def papers_words(plan: Plan) -> str:
    """Return what an import of papers would do, in a few sentences."""
    counts = plan.counts()
    named = [
        (Outcome.NEW, ngettext("{count} record is new", "{count} records are new", counts["new"])),
        (Outcome.CHANGED, ngettext("{count} is changed", "{count} are changed", counts["changed"])),
        (Outcome.UNCHANGED, ngettext("{count} is here already", "{count} are here already", counts["unchanged"])),
        (Outcome.LEFT, ngettext("{count} is left as it is here", "{count} are left as they are here", counts["left"])),
        (Outcome.REFUSED, ngettext("{count} is refused", "{count} are refused", counts["refused"])),
    ]
    said = [words.format(count=counts[outcome.value]) for outcome, words in named if counts[outcome.value]]
    return _("{sentence}.").format(sentence=_capital(listed(said))) if said else _("The file holds no records.")


def chosen_plan(plan: ImportPlan, keys: Collection[str]) -> ImportPlan:
    """Return the plan with those entries alone that were not left out."""
    return replace(plan, entries=tuple(entry for entry in plan.entries if entry.key in keys))


def allowed_to_take(plan: Plan, *, rest: bool) -> str:
    """Return why an import of papers cannot be made; empty where it can.

    Args:
        plan: what it would do.
        rest: the rest is to be taken in where records are refused.
    """
    if not plan.changes():
        return _("Everything is here already; there is nothing to take in.")
    if plan.counts()[Outcome.REFUSED.value] and not rest:
        return _("Records are refused: correct the file, or say that the rest is to be taken in.")
    return ""


def _kept_out_row(item: KeptOut) -> ImportRow:
    return ImportRow(
        key="",
        name=item.name or "–",
        place=_place(item.row),
        extent="",
        state=_("Kept out"),
        icon=Icon.BLOCKED,
        tone=Tone.BLOCKED,
        why=item.why,
    )


def _left_out(counted: Mapping[LeftOut, int]) -> Sequence[str]:
    if not counted:
        return ()
    words = listed(left_out_words(kind, count) for kind, count in counted.items())
    return (_("Left out: {counted}.").format(counted=words),)


def _unknown_column(title: str) -> str:
    return _("The column “{title}” means nothing here and was not read.").format(title=title)


def _place(row: int | None) -> str:
    return "" if row is None else _("Row {row}").format(row=row)


def _delimiter(head: Sequence[str]) -> str:
    titles = head[0] if head else ""
    return max(",;\t", key=titles.count)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
