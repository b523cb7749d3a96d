"""The operations of the socket: what each takes, exactly, and which part of the vault it calls."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.bodies import ReleaseBody, parse
from safeconduct.core.sealing.blind import blind_index
from safeconduct.vaultd.custody import SealedError
from safeconduct.vaultd.keys import INDEX
from safeconduct.vaultd.objects import IDENTIFIER, OUR_KINDS
from safeconduct.vaultd.vault import Vault
from safeconduct.vaultd.witness_time import clocks_told

Payload = Mapping[str, Any]
ANSWERS_WHILE_SEALED = frozenset({"status", "unseal"})
MOST_VALUES = 10_000
CHOSEN_ID = re.compile(r"[0-9a-f]{32}")


class OperationError(BadInputError):
    """The call is not one that this operation takes."""

    code = "SC-CALL"
    cure = "docs/formats/vault-wire.md lists the members of every call."


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        run: what it does.
        members: type of each member it takes.
        optional: members that may be missing.
        acts: whether it changes something, so that one such call runs at a time.
    """

    run: Callable[[Vault, Payload], dict[str, Any]]
    members: Mapping[str, type]
    optional: frozenset[str] = frozenset()
    acts: bool = True


def call(vault: Vault, name: str, payload: JsonValue) -> dict[str, Any]:
    """Run one operation; raises ``OperationError`` for an unknown name or a member that does not fit."""
    operation = OPERATIONS.get(name)
    if operation is None:
        raise OperationError("There is no such operation.")
    if not isinstance(payload, dict):
        raise OperationError("The body is not a JSON object.")
    if vault.sealed and name not in ANSWERS_WHILE_SEALED:
        raise SealedError
    if set(payload) - set(operation.members) or set(operation.members) - operation.optional - set(payload):
        raise OperationError(f"{name} takes {', '.join(sorted(operation.members)) or 'nothing'}.")
    for member, value in payload.items():
        wanted = operation.members[member]
        if wanted is not object and (not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int)):
            raise OperationError(f"{name}: {member} is of another type.")
    if not operation.acts:
        return operation.run(vault, payload)
    with vault.acting:
        return operation.run(vault, payload)


def status(vault: Vault, _payload: Payload) -> dict[str, Any]:
    """Say whether the vault is sealed and, if not, where it stands."""
    answer: dict[str, Any] = {
        "sealed": vault.sealed,
        "demonstration": vault.configuration.demonstration is not None,
        "unsealers": list(vault.custody.custodians),
        "given": vault.custody.given,
    }
    if not vault.sealed:
        opened = vault.opened
        answer["now"] = instant_text(vault.clock.now())
        answer["clocks"] = clocks_told(vault.clock)
        answer["heads"] = {log: vars(opened.heads.last(log)) for log in ("private", "public")}
        answer["edition"] = opened.collector.authority.law.edition
        purposes = ("issuer", "log", "public_log")
        answer["keys"] = {purpose: opened.ring.signer(purpose).verifier.vkey for purpose in purposes}
    return answer


def _unseal(vault: Vault, payload: Payload) -> dict[str, Any]:
    if vault.sealed:
        vault.unseal(custodian=payload["custodian"], passphrase=payload["passphrase"])
    return {"sealed": vault.sealed, "given": vault.custody.given}


def _seal_vault(vault: Vault, _payload: Payload) -> dict[str, Any]:
    vault.seal()
    return {"sealed": True}


def _set_clock(vault: Vault, payload: Payload) -> dict[str, Any]:
    return {"now": instant_text(vault.clock.set(parse_instant(payload["now"])))}


def _owner(value: JsonValue) -> str:
    if value == "directory":
        return "directory"
    if isinstance(value, dict) and len(value) == 1:
        ((what, name),) = value.items()
        if what in ("matter", "customer") and isinstance(name, str) and IDENTIFIER.fullmatch(name):
            return f"{what}/{name}"
    raise OperationError('seal: owner is {"matter": id}, {"customer": id} or "directory".')


def _data(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise OperationError("data is not base64.") from error


def _seal(vault: Vault, payload: Payload) -> dict[str, Any]:
    objects = vault.opened.objects
    if payload["kind"] in OUR_KINDS:
        raise OperationError("seal: this kind is made by the vault process alone.")
    # The ids that the vault process itself gives have another form, so that no caller can be there first.
    chosen = payload.get("object")
    if chosen is not None and not CHOSEN_ID.fullmatch(chosen):
        raise OperationError("seal: object is 32 hexadecimal characters.")
    data = _data(payload["data"])
    return {"object": objects.put(kind=payload["kind"], owner=_owner(payload["owner"]), data=data, object_id=chosen)}


def _names(vault: Vault, payload: Payload) -> dict[str, Any]:
    return {"names": vault.opened.objects.names(_texts(payload["objects"]))}


def _texts(values: list[Any]) -> list[str]:
    if len(values) > MOST_VALUES or not all(isinstance(value, str) for value in values):
        raise OperationError(f"A list holds at most {MOST_VALUES} texts.")
    return list(values)


def _blind(vault: Vault, payload: Payload) -> dict[str, Any]:
    key = vault.opened.ring.newest(INDEX)[1]
    return {"indexes": [blind_index(key, payload["kind"], value) for value in _texts(payload["values"])]}


def _alarms(vault: Vault, payload: Payload) -> dict[str, Any]:
    found = vault.alarms.since(after=payload["after"])
    return {"alarms": [one.as_json() for one in found], "newest": vault.alarms.newest()}


def _open_case(vault: Vault, payload: Payload) -> dict[str, Any]:
    return vault.opened.grants.open(**payload)


def _read_case(vault: Vault, payload: Payload) -> dict[str, Any]:
    found = vault.opened.grants.read(**{**payload, "objects": _texts(payload["objects"])})
    return {"objects": {name: b64encode(data).decode() for name, data in found.items()}}


def _propose(vault: Vault, payload: Payload) -> dict[str, Any]:
    body, consents = parse(payload["kind"], payload["body"]), vault.opened.consents
    if isinstance(body, ReleaseBody):
        # Only the collector knows what a release may say, and has proposed it; nobody else makes one.
        consents.body(body.digest, ReleaseBody.KIND)
    return {"digest": consents.propose(body)}


def _approvals(vault: Vault, payload: Payload) -> dict[str, Any]:
    consents, digest = vault.opened.consents, payload["digest"]
    consents.body(digest)
    return {
        "approvals": [
            {"person": one.person, "role": str(one.role), "at": instant_text(one.at)}
            for one in consents.approvals(digest)
        ],
        "declined": [{"person": one.person, "at": one.at} for one in consents.declines(digest)],
        "state": consents.state(digest),
    }


def _rotate_root(vault: Vault, payload: Payload) -> dict[str, Any]:
    phrases = {member: dict(payload[member]) for member in ("current", "custodians")}
    if not all(isinstance(text, str) for given in phrases.values() for text in given.values()):
        raise OperationError("rotate_root: current and custodians hold a passphrase by name.")
    return vault.opened.rotation.rotate_root(**{**payload, **phrases})


def _sign_head(vault: Vault, payload: Payload) -> dict[str, Any]:
    try:
        return {"note": vault.opened.heads.sign(**{**payload, "consistency": _texts(payload["consistency"])})}
    except ValueError as error:
        raise OperationError("sign_head: root and consistency are hexadecimal.") from error


ENTRY = {"proof": dict}
OPERATIONS: Mapping[str, Operation] = {
    "status": Operation(status, {}, acts=False),
    "unseal": Operation(_unseal, {"custodian": str, "passphrase": str}),
    "alarms": Operation(_alarms, {"after": int}, acts=False),
    "seal_vault": Operation(_seal_vault, {}, acts=False),
    "set_clock": Operation(_set_clock, {"now": str}),
    "seal": Operation(_seal, {"kind": str, "owner": object, "object": str, "data": str}, frozenset({"object"})),
    "directory_names": Operation(_names, {"objects": list}, acts=False),
    "blind_index": Operation(_blind, {"kind": str, "values": list}, acts=False),
    "open_case": Operation(_open_case, {"matter": str, "grant": str, **ENTRY}),
    "read_case": Operation(_read_case, {"matter": str, "grant": str, "objects": list}, acts=False),
    "forecast": Operation(
        lambda vault, payload: vault.opened.grants.forecast(**payload),
        {"matter": str, "case_file": str, "grant": str, **ENTRY},
    ),
    "preserve": Operation(
        lambda vault, payload: vault.opened.preservation.preserve(**payload),
        {"matter": str, "case_file": str, "until": str, **ENTRY},
    ),
    "end_preservation": Operation(
        lambda vault, payload: vault.opened.preservation.end(**payload), {"matter": str, **ENTRY}
    ),
    "erase_case": Operation(lambda vault, payload: vault.opened.erasure.erase(**payload), {"matter": str, **ENTRY}),
    "place_customer": Operation(
        lambda vault, payload: vault.opened.customers.place(**payload), {"customer": str, "region": str, **ENTRY}
    ),
    "erase_customer": Operation(
        lambda vault, payload: vault.opened.customers.erase(**payload), {"customer": str, "asked": str, **ENTRY}
    ),
    "erasure": Operation(lambda vault, payload: vault.opened.customers.told(**payload), {"customer": str}, acts=False),
    "check_records": Operation(lambda vault, _payload: vault.opened.record_check.check(), {}, acts=False),
    "forget_erased": Operation(lambda vault, _payload: vault.opened.upkeep.forget_erased(), {}),
    "make_code": Operation(
        lambda vault, payload: vault.opened.codes.make(**payload), {"key": str, "account": str, **ENTRY}
    ),
    "check_code": Operation(lambda vault, payload: vault.opened.codes.check(**payload), {"key": str, "code": str}),
    "give_mandate": Operation(
        lambda vault, payload: vault.opened.grants.mandates.give(**payload),
        {"matter": str, "mandate": str, "person": str, "until": str, **ENTRY},
    ),
    "end_mandate": Operation(
        lambda vault, payload: vault.opened.grants.mandates.end(**payload),
        {"matter": str, "mandate": str, "person": str, **ENTRY},
    ),
    "propose": Operation(_propose, {"kind": str, "body": dict}),
    "approvals": Operation(_approvals, {"digest": str}, acts=False),
    "collect": Operation(
        lambda vault, payload: vault.opened.collector.collect(**payload), {"digest": str, "journey": str, **ENTRY}
    ),
    "grant_executor": Operation(
        lambda vault, payload: vault.opened.executors.give(**payload),
        {"digest": str, "journey": str, "grant": str, "executor": str, **ENTRY},
    ),
    "release": Operation(
        lambda vault, payload: vault.opened.delivery.release(**payload), {"digest": str, "journey": str, **ENTRY}
    ),
    "revoke": Operation(lambda vault, payload: vault.opened.delivery.revoke(**payload), {"digest": str, **ENTRY}),
    "issue_letter": Operation(
        lambda vault, payload: vault.opened.delivery.issue_letter(**payload), {"digest": str, **ENTRY}
    ),
    "enrol": Operation(lambda vault, payload: vault.opened.enrolment.enrol(**payload), {"digest": str, **ENTRY}),
    "suspend": Operation(
        lambda vault, payload: vault.opened.enrolment.suspend(**payload), {"sort": str, "subject": str, **ENTRY}
    ),
    "keys": Operation(lambda vault, _payload: vault.opened.rotation.status(), {}, acts=False),
    "rotate": Operation(lambda vault, payload: vault.opened.rotation.rotate(**payload), {"epoch": str, **ENTRY}),
    "renew": Operation(lambda vault, payload: vault.opened.rotation.renew(**payload), {"customer": str, **ENTRY}),
    "rotate_root": Operation(_rotate_root, {"epoch": str, "current": dict, "custodians": dict, **ENTRY}),
    "plan_fake": Operation(
        lambda vault, payload: vault.opened.fakes.plan(**payload), {"plan": str, "data": dict, **ENTRY}
    ),
    "due_fakes": Operation(lambda vault, _payload: {"mails": vault.opened.fakes.due()}, {}, acts=False),
    "open_fake": Operation(lambda vault, payload: vault.opened.fakes.open(**payload), {"plan": str, **ENTRY}),
    "sign_head": Operation(_sign_head, {"log": str, "size": int, "root": str, "consistency": list}),
    "witness_time": Operation(lambda vault, payload: vault.opened.witness_time.take(payload["note"]), {"note": str}),
    "sign_statement": Operation(
        lambda vault, payload: vault.opened.statements.sign(**payload), {"kind": str, "text": str, **ENTRY}
    ),
}
