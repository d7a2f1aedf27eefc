"""What was decided on record about one clip, brought to the use that it is judged for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countenance.decisions import Approval, counted
from countenance.use import ApprovalDecision, StatedUse


def with_approvals(use: StatedUse, recorded: Sequence[Approval]) -> StatedUse:
    """Return the use with the answers on record for its clip.

    What the user states counts beside them, for answers that nobody recorded; a recorded refusal wins over it.

    Args:
        use: as stated.
        recorded: all answers about this very clip, in any order; under one grant the last recorded counts.
    """
    last = {one.grant: one.decision for one in sorted(recorded, key=lambda one: counted(one.id))}
    stated = {
        grant: decision for grant, decision in use.approvals.items() if last.get(grant) is not ApprovalDecision.REFUSED
    }
    return replace(use, approvals={**last, **stated})
