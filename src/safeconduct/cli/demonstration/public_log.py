"""Keeps the public log as the worker does: closes slots, has heads signed and witnessed, writes the tiles."""

from datetime import datetime

from django.db import transaction

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.verification.trust import Trust
from safeconduct.rooms.ledger import actions, queries, steps
from safeconduct.rooms.ledger.rules import PRIVATE, PUBLIC
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault


def sign_heads(configuration: Configuration, *, now: datetime) -> None:
    """Close the slots that are over, and have the heads of both logs signed."""
    actions.close_slots(now=now)
    for log in (PRIVATE, PUBLIC):
        seen = vault_queries.status()["heads"][log]["size"]
        head = queries.head_to_sign(log=log, since=seen)
        if head.size == 0:
            continue
        note = vault.sign_head(log=log, size=head.size, root=head.root, consistency=list(head.consistency))
        with transaction.atomic(durable=True):
            steps.store_head(log=log, note=note, now=now)
    _cosign(configuration, now)


def _cosign(configuration: Configuration, now: datetime) -> None:
    if configuration.witness_socket is None or queries.signed_head(log=PUBLIC) is None:
        return
    for witness in Trust.read(configuration.public / "trust.json").witnesses:
        actions.cosign(log=PUBLIC, socket=configuration.witness_socket, witness=witness.key, now=now)


def publish_tiles(configuration: Configuration) -> None:
    """Write the public log's tiles and its cosigned checkpoint into the public folder."""
    actions.publish_checkpoint(folder=configuration.public / "log", log=PUBLIC)
