"""A new vault: its key file, its store, its signing keys, its first roster, and the trust document for outsiders."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.core.packages.envelope import NOTE_SUFFIX
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.keyfile import Cost
from safeconduct.core.sealing.keys import new_key
from safeconduct.core.tlog.checkpoint import origin_of
from safeconduct.core.tlog.notes import sign_note
from safeconduct.core.verification.trust import NAME, Trust, TrustedWitness
from safeconduct.vaultd import durable
from safeconduct.vaultd.vault import Vault, key_file_of
from safeconduct.vaultd.witness_time import keep_witness_keys

LEAST_APPROVERS = 2
PURPOSES = {"issuer": "issuer", "log": "private", "public_log": "public"}
"""Each signing key and the last part of its name."""
PUBLIC_FILE = 0o644


class VaultExistsError(ConflictError):
    """There is a vault here already; it is never overwritten."""

    code = "SC-VAULT-EXISTS"


class FirstRosterError(BadInputError):
    """The first roster cannot change itself later: it needs two approvers at least."""

    code = "SC-FIRST-ROSTER"
    cure = "Name two persons or more with the role approver; counsel may hold it too."


def initialise(
    configuration: Configuration,
    *,
    custodians: Mapping[str, str],
    roster: Sequence[Mapping[str, Any]],
    randomness: Randomness = os.urandom,
    now: datetime | None = None,
    cost: Cost | None = None,
    witnesses: Sequence[TrustedWitness] = (),
) -> dict[str, str]:
    """Make a new vault and return its public keys as vkeys: ``issuer``, ``log``, ``public_log``.

    Once there are as many ``witnesses`` as the configured quorum asks for, the trust file and its note are written to
    the public folder.

    Args:
        configuration: the instance.
        custodians: each key custodian's passphrase by name, two or more.
        roster: persons as ``{"id", "name", "roles", "credentials"}``; credentials as ``Credential.as_json`` gives.
        randomness: source of every key.
        now: a demonstration's first instant, if it is to differ from the configured one.
        cost: what one guess of a passphrase costs.
        witnesses: the log witnesses that outsiders shall count.
    """
    able = {"approver", "counsel"} if configuration.demonstration else {"approver"}
    if sum(bool(able & set(person["roles"])) for person in roster) < LEAST_APPROVERS:
        raise FirstRosterError
    path = key_file_of(configuration)
    if path.exists():
        raise VaultExistsError
    durable.make_private(configuration.vault_store)
    root = new_key(randomness)
    sealed = keyfile.create(root_key=root, passphrases=custodians, cost=cost, randomness=randomness)
    durable.write(path, sealed)
    vault = Vault(configuration, randomness=randomness)
    try:
        if now is not None and configuration.demonstration is not None:
            vault.store.put_setting("clock", instant_text(now))
        return _fill(vault, root, roster, tuple(witnesses))
    finally:
        vault.close()


def _fill(
    vault: Vault, root: bytes, roster: Sequence[Mapping[str, Any]], witnesses: tuple[TrustedWitness, ...]
) -> dict[str, str]:
    opened = vault.open_with(root)
    origin = vault.configuration.log_origin
    with vault.store.writing():
        for purpose, part in PURPOSES.items():
            opened.ring.add_signer(purpose, origin_of(origin, part))
        for person in roster:
            opened.roster.add_person(
                person=person["id"],
                name=person["name"],
                roles=list(person["roles"]),
                credentials=[dict(one) for one in person["credentials"]],
            )
    if len(witnesses) >= vault.configuration.witness_quorum:
        write_trust(vault, witnesses)
    return {purpose: opened.ring.signer(purpose).verifier.vkey for purpose in PURPOSES}


def write_trust(vault: Vault, witnesses: tuple[TrustedWitness, ...]) -> Trust:
    """Write the trust file, and beside it the issuer's note, to the public folder."""
    configuration, ring = vault.configuration, vault.opened.ring
    keep_witness_keys(vault.store, tuple(one.key for one in witnesses))
    trust = Trust(
        name=configuration.name,
        demonstration=configuration.demonstration is not None,
        issuer=ring.signer("issuer").verifier,
        log=ring.signer("log").verifier,
        public_log=ring.signer("public_log").verifier,
        witnesses=witnesses,
        quorum=configuration.witness_quorum,
    )
    durable.write(configuration.public / NAME, trust.data, PUBLIC_FILE)
    note = sign_note(trust.statement, ring.signer("issuer"))
    durable.write(configuration.public / f"{NAME}{NOTE_SUFFIX}", note.encode(), PUBLIC_FILE)
    return trust
