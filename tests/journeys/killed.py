"""What the children do that are killed in `test_registry_kills`: random changes, each acknowledged when it is safe."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from countenance.decisions import ClipMark
from countenance.grants import Prohibition, Revocation
from countenance.use import ApprovalDecision
from registry import DocumentKind, Passphrase, Registry, file, open_registry
from registry.keys import FileKey
from tests.registry.noise import drawn, noise
from tests.registry.people import NOW, PAPERS, PASSPHRASE, clock, consent, grant, person


def work(task: str, path: str, *words: str) -> None:
    if task == "operate":
        operate(Path(path), int(words[0]))
    else:
        rekey(Path(path), *(Passphrase(word.replace("_", " ")) for word in words))


def operate(path: Path, seed: int) -> None:
    from tests.journeys.test_registry_kills import content_of

    chance = random.Random(seed)
    with open_registry(path, PASSPHRASE, operator="child", clock=clock) as registry:
        registry.upkeep.watch(path.parent / "heads", print)
        while True:
            _one(registry, chance)
            print("done", registry.facts().revision, content_of(registry), flush=True)


def rekey(path: Path, old: Passphrase, new: Passphrase) -> None:
    with open_registry(path, old, operator="child", clock=clock) as registry:
        # Deriving the key takes longer than the rest, and touches nothing.
        fresh = FileKey(new, file.read_salt(path))
        print("rekeying", flush=True)
        registry._lane.change_key(fresh)


def _one(registry: Registry, chance: random.Random) -> None:
    people = [one.id for one in registry.people()]
    whom = chance.choice(people) if people else ""
    grants = registry.grants(whom) if whom else ()
    kind = chance.choice(["enrol", "enrol", "grant", "grant", "change", "revoke", "ban", "paper", "answer", "erase"])
    seed = chance.randrange(1 << 30)
    print("doing", kind, flush=True)
    if kind == "enrol" or not whom:
        samples = [drawn(seed + number, 15_000) for number in range(3)]
        registry.enrol(person(f"Person {seed}"), consent=consent(), samples=samples)
    elif kind == "grant" or (kind in {"change", "revoke", "answer"} and not grants):
        registry.record_grant(grant(whom), PAPERS)
    elif kind == "change":
        registry.record_grant(replace(grants[0].grant, channels=("any",)))
    elif kind == "revoke":
        registry.revoke_grant(grants[0].grant.id, Revocation(notice=NOW.date(), days=30))
    elif kind == "ban":
        registry.record_prohibition(Prohibition(id="", person=whom))
    elif kind == "paper":
        registry.documents.add(whom, whom, DocumentKind.OTHER, "paper.pdf", noise(seed, 40_000))
    elif kind == "answer":
        clip = ClipMark(sha256=noise(seed, 32).hex())
        registry.decisions.approve(grants[0].grant.id, clip, ApprovalDecision.APPROVED, "fine")
    else:
        assert registry.upkeep.erase(whom).proved
