"""What higher rooms have the vault process do. None of it may run inside a transaction; ``wire`` refuses.

``entry`` is the ledger entry that allows the act. Each step fetches its proof, and once more if the log has grown.
"""

import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.ledger.rules import PRIVATE
from safeconduct.rooms.vault import queries, wire
from safeconduct.rooms.vault.rules import VaultError, may_retry

Owner = dict[str, str] | str
"""``{"matter": id}``, ``{"customer": id}`` or ``"directory"``."""


@dataclass(frozen=True)
class Imported:
    """Rows that lie sealed in the store."""

    table: str
    rows: int
    segments: int


class NameTextError(BadInputError):
    """A name is text that UTF-8 can carry."""

    code = "SC-NAME-TEXT"
    cure = "Type the name again; half of a character was left in it."


def _with_proof(entry: str, send: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    try:
        return send(ledger.proof_for(entry=entry, since=queries.last_size(log=PRIVATE)))
    except VaultError as error:
        if not may_retry(error) or error.size is None:
            raise
        return send(ledger.proof_for(entry=entry, since=error.size))


def _act(op: str, entry: str, **payload: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return _with_proof(entry, lambda proof: wire.call(op, {**payload, "proof": proof}))


def seal(*, kind: str, owner: Owner, data: bytes, object_id: str | None = None) -> str:
    """Seal ``data`` and return the object's id; the same call again changes nothing."""
    payload: dict[str, Any] = {"kind": kind, "owner": owner, "data": b64encode(data).decode()}
    if object_id is not None:
        payload["object"] = object_id
    return str(wire.call("seal", payload)["object"])


def put_name(*, name: str) -> str:
    """Seal a name of the directory and return its object's id; raises ``NameTextError`` for what no page could show."""
    try:
        data = name.encode()
    except UnicodeEncodeError as error:
        raise NameTextError from error
    return seal(kind="name", owner="directory", data=data)


def propose(*, kind: str, body: dict[str, Any]) -> str:
    """Hand in an object that people are to sign, and return its digest."""
    return str(wire.call("propose", {"kind": kind, "body": body})["digest"])


def open_case(*, matter: str, grant: str, entry: str) -> dict[str, Any]:
    """Have a reading grant honoured; ``{"until"}``. The entry is by the person who gave the assertion."""
    return _act("open_case", entry, matter=matter, grant=grant)


def make_code(*, key: str, account: str, entry: str) -> str:
    """Have the secret of an officer's one-time codes made, and return it, this once; nothing here keeps it."""
    return str(_act("make_code", entry, key=key, account=account)["secret"])


def check_code(*, key: str, code: str) -> bool:
    """Return whether a one-time code serves now; it is counted, and serves once."""
    return bool(wire.call("check_code", {"key": key, "code": code})["serves"])


def give_mandate(*, matter: str, mandate: str, person: str, until: str, entry: str) -> dict[str, Any]:
    """Let outside counsel open a matter's papers until an instant: ``{"until"}``; it takes an earlier one's place."""
    return _act("give_mandate", entry, matter=matter, mandate=mandate, person=person, until=until)


def end_mandate(*, matter: str, mandate: str, person: str, entry: str) -> dict[str, Any]:
    """Let outside counsel open a matter's papers no longer: ``{"ended"}``."""
    return _act("end_mandate", entry, matter=matter, mandate=mandate, person=person)


def forecast(*, matter: str, case_file: str, grant: str, entry: str) -> dict[str, Any]:
    """Have rows counted by customer and category: ``{"counts": [{"customer", "category", "rows"}], "total"}``."""
    return _act("forecast", entry, matter=matter, case_file=case_file, grant=grant)


def preserve(*, matter: str, case_file: str, until: datetime, entry: str) -> dict[str, Any]:
    """Have covered rows sealed again under the case key: ``{"rows", "segments", "until"}``."""
    return _act("preserve", entry, matter=matter, case_file=case_file, until=instant_text(until))


def end_preservation(*, matter: str, entry: str) -> dict[str, Any]:
    """Have the case key and its copies destroyed: ``{"ended"}``."""
    return _act("end_preservation", entry, matter=matter)


def erase_case(*, matter: str, entry: str) -> dict[str, Any]:
    """Have a closed matter's case key destroyed: ``{"erased"}``."""
    return _act("erase_case", entry, matter=matter)


def place_customer(*, customer: str, region: str, entry: str) -> dict[str, Any]:
    """Have a customer's records lie in a region: ``{"customer", "region"}``."""
    return _act("place_customer", entry, customer=customer, region=region)


def erase_customer(*, customer: str, asked: datetime, entry: str) -> dict[str, Any]:
    """Have every version of a customer's key destroyed: ``{"customer", "asked", "destroyed"}``."""
    return _act("erase_customer", entry, customer=customer, asked=instant_text(asked))


def forget_erased() -> dict[str, Any]:
    """Have the tokens and pages of the erased rewritten away: ``{"forgotten", "waiting"}``."""
    return wire.call("forget_erased", {})


def collect(*, digest: str, journey: str, entry: str) -> dict[str, Any]:
    """Have the scope collected: ``{"manifest_root", "release_digest", "counts", "bytes", "receipt", …}``."""
    return _act("collect", entry, digest=digest, journey=journey)


def grant_executor(*, digest: str, journey: str, grant: str, executor: str, entry: str) -> dict[str, Any]:
    """Have page keys of a scope sealed to an executor: ``{"files", "until", "keys", "segments", "customers", …}``."""
    return _act("grant_executor", entry, digest=digest, journey=journey, grant=grant, executor=executor)


def release(*, digest: str, journey: str, entry: str) -> dict[str, Any]:
    """Have the package sealed to its holders: ``{"files": [{"name", "sha256", "size"}]}``."""
    return _act("release", entry, digest=digest, journey=journey)


def revoke(*, digest: str, entry: str) -> dict[str, Any]:
    """Have an object revoked at once."""
    return _act("revoke", entry, digest=digest)


def issue_letter(*, digest: str, entry: str) -> dict[str, Any]:
    """Have a signed letter sealed to its addressee: ``{"files": […]}``."""
    return _act("issue_letter", entry, digest=digest)


def enrol(*, digest: str, entry: str) -> dict[str, Any]:
    """Have an approved change of the roster, or an officer's keys, applied: ``{"enrolled"}`` or ``{"removed"}``."""
    return _act("enrol", entry, digest=digest)


def suspend(*, sort: str, subject: str, entry: str) -> dict[str, Any]:
    """Have an officer, or every officer of an organisation, locked out at once: ``{"suspended", "at"}``."""
    return _act("suspend", entry, sort=sort, subject=subject)


def rotate(*, epoch: str, entry: str) -> dict[str, Any]:
    """Have every key wrapped under a new epoch and the old epochs destroyed: ``{"epoch", "keys", "destroyed"}``."""
    return _act("rotate", entry, epoch=epoch)


def renew(*, customer: str, entry: str) -> int:
    """Have the next version of a customer's key made, for new seals; return its number."""
    return int(_act("renew", entry, customer=customer)["version"])


def rotate_root(*, epoch: str, current: Mapping[str, str], custodians: Mapping[str, str], entry: str) -> dict[str, Any]:
    """Have the root key and its custodians replaced, two of today's being there; passphrases by name."""
    return _act("rotate_root", entry, epoch=epoch, current=dict(current), custodians=dict(custodians))


def plan_fake(*, plan: str, data: dict[str, Any], entry: str) -> None:
    """Have the plan of a seeded fake sealed; raises ``VaultConflictError`` for a paper that is already here."""
    _act("plan_fake", entry, plan=plan, data=data)


def open_fake(*, plan: str, entry: str) -> dict[str, Any]:
    """Have the plan of a seeded fake opened: its digests, its signals, and the paper in base64 as ``bytes``."""
    return _act("open_fake", entry, plan=plan)


def sign_statement(*, kind: str, text: str, entry: str) -> str:
    """Have ``text`` signed by the issuer and return the note; its first line is ``safeconduct/v1/<kind>``."""
    return str(_act("sign_statement", entry, kind=kind, text=text)["note"])


def import_rows(*, table: str, rows: pa.Table, entry: str) -> Imported:
    """Have rows sealed into the record store."""
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, rows.schema) as writer:
        writer.write_table(rows)
    body = stream.getvalue()
    told = _with_proof(entry, lambda proof: wire.send_rows(table, body, proof))
    return Imported(table=told["table"], rows=int(told["rows"]), segments=int(told["segments"]))


def sign_head(*, log: str, size: int, root: str, consistency: list[str]) -> str:
    """Have a head signed that continues the last one the vault saw, and return the checkpoint note."""
    payload = {"log": log, "size": size, "root": root, "consistency": list(consistency)}
    return str(wire.call("sign_head", payload)["note"])


def tell_witness_time(*, note: str) -> dict[str, Any]:
    """Hand in a head of the public log with a witness's fresh cosignature; answers what the vault's clocks say now."""
    return wire.call("witness_time", {"note": note})


def seal_vault() -> None:
    """Seal the vault at once; one person may do this."""
    wire.call("seal_vault", {})


def unseal(*, custodian: str, passphrase: str) -> dict[str, Any]:
    """Give one custodian's passphrase: ``{"sealed", "given"}``. Two different custodians open the vault."""
    return wire.call("unseal", {"custodian": custodian, "passphrase": passphrase})


def set_clock(*, now: datetime) -> None:
    """Move a demonstration's clock forward."""
    wire.call("set_clock", {"now": instant_text(now)})
