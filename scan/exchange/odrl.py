"""Grants and prohibitions as policies of ODRL 2.2 (W3C), for programs that read rights in that language.

What ODRL's core has no word for stands under the profile of our own vocabulary; a policy says what was agreed, and
nothing about whether it is in force. Nothing reads it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from countenance.grants import ANY, WORLD, Duty, Grant, Prohibition
from scan.exchange.document import Exchange

PROFILE = "urn:countenance:odrl-profile:1"
_CONTEXT = ["http://www.w3.org/ns/odrl.jsonld", {"cn": f"{PROFILE}:"}]
# ODRL's own words for what it knows; the rest are ours.
_DUTIES = {Duty.CREDIT: "attribute", Duty.REPORT_USE: "inform", Duty.PAY_PER_USE: "compensate"}


def policies_of(exchange: Exchange) -> bytes:
    """Return the signed grants and the prohibitions of an export as JSON-LD, indented: one policy per person.

    Where both speak, the prohibition wins (`conflict` is `prohibit`, not ODRL's default), as consent.md has it.
    """
    policies = [_policy(exchange, person.id) for person in exchange.people]
    document = {"@context": _CONTEXT, "@graph": [policy for policy in policies if policy is not None]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _policy(exchange: Exchange, person: str) -> dict[str, Any] | None:
    grants = [one.grant for one in exchange.grants if one.grant.person == person and one.grant.signed is not None]
    bans = [one.prohibition for one in exchange.prohibitions if one.prohibition.person == person]
    if not grants and not bans:
        return None
    asset = f"urn:countenance:{exchange.registry}:{person}"
    policy: dict[str, Any] = {
        "@type": "Agreement" if grants else "Set",
        "uid": f"{asset}:policy",
        "profile": PROFILE,
        "conflict": "prohibit",
    }
    if grants:
        policy["permission"] = [_permission(grant, asset, exchange) for grant in grants]
    if bans:
        policy["prohibition"] = [_prohibition(ban, asset) for ban in bans]
    return policy


def _permission(grant: Grant, asset: str, exchange: Exchange) -> dict[str, Any]:
    constraints = [
        *_scope(grant),
        *_one_of("cn:theme", grant.themes_ok),
        *_period("dateTime", grant.start or grant.signed, grant.end),
    ]
    duties: list[dict[str, Any]] = [{"action": _DUTIES.get(duty, f"cn:{duty.value}")} for duty in grant.duties]
    if grant.approval:
        duties.append({"action": "obtainConsent"})
    rule: dict[str, Any] = {
        "uid": f"{asset}:{grant.id}:{grant.revision}",
        "assigner": asset,
        "assignee": grant.grantee or exchange.owner,
        "target": [f"{asset}:{modality.value}" for modality in grant.modality],
        "action": "use",
        "constraint": constraints,
    }
    return rule | ({"duty": duties} if duties else {})


def _prohibition(ban: Prohibition, asset: str) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "uid": f"{asset}:{ban.id}",
        "assigner": asset,
        "target": [f"{asset}:{modality.value}" for modality in ban.modality] if ban.modality else asset,
        "action": "use",
        "constraint": [
            *_scope(ban),
            *_one_of("cn:theme", ban.themes or ()),
            *_period("dateTime", ban.start, ban.end),
        ],
    }
    return rule | ({"assignee": ban.grantee} if ban.grantee else {})


def _scope(record: Grant | Prohibition) -> list[dict[str, Any]]:
    inside = [code for code in record.territories or () if not code.startswith("-") and code != WORLD]
    outside = [code.removeprefix("-") for code in record.territories or () if code.startswith("-")]
    return [
        *_one_of("purpose", record.purposes or ()),
        *_one_of("cn:method", record.methods or ()),
        *_one_of("cn:channel", record.channels or ()),
        *_one_of("spatial", inside),
        *_one_of("spatial", outside, "isNoneOf"),
        *_one_of("language", record.languages or ()),
        *_one_of("cn:project", record.projects or ()),
    ]


def _one_of(operand: str, values: Iterable[str], operator: str = "isAnyOf") -> list[dict[str, Any]]:
    """Return the constraint that limits an operand; none where anything goes."""
    listed = [str(value) for value in values]
    if not listed or ANY in listed:
        return []
    return [{"leftOperand": operand, "operator": operator, "rightOperand": listed}]


def _period(operand: str, first: object, last: object) -> list[dict[str, Any]]:
    bounds = (("gteq", first), ("lteq", last))
    return [
        {"leftOperand": operand, "operator": operator, "rightOperand": {"@value": str(day), "@type": "xsd:date"}}
        for operator, day in bounds
        if day is not None
    ]
