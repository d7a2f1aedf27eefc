"""Keeps a check in the registry: what it said, on what it rests, and who was found, so that it can be judged again."""

from __future__ import annotations

import hashlib

from countenance.clearance import KeptCheck
from countenance.decisions import ClipMark
from countenance.errors import ClipError
from countenance.translations import _
from countenance.verdict import CheckResult, UnknownPolicy
from registry import Registry
from reports import report_json
from scan.certificate import record_of, remembered_people, worst_besides
from scan.known import Known


def keep_check(
    registry: Registry, result: CheckResult, mark: ClipMark, known: Known, unknown: UnknownPolicy, *, redact: bool
) -> KeptCheck:
    """Keep a check and return it with its id.

    Args:
        registry: the one that the clip was judged by.
        result: of the check.
        mark: of the clip, read after it was checked.
        known: what the clip was judged by.
        unknown: how unknown people weighed.
        redact: whether the report that goes with it leaves names out; its hash is kept.

    Raises:
        ClipError: the clip is another one now than when it was checked.
        WrongUsageError: it was not checked against a registry.
    """
    if mark.sha256 != result.observations.clip.sha256:
        raise ClipError(
            _("“{name}” was changed while it was checked.").format(name=result.observations.clip.name),
            remedy=_("Check it again once it is finished."),
        )
    report_sha256 = hashlib.sha256(report_json(result, redact=redact)).hexdigest()
    answers = {one.id for one in registry.answers.about(mark)}
    record = record_of(result, mark, report_sha256, known)
    return registry.checks.keep(record, remembered_people(result, answers), unknown, worst_besides(result))
