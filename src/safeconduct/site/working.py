"""One round of the worker: the logs' upkeep, then what each room says is due; all under one lease row."""

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q

from safeconduct.core.base.clocks import Clocks, ClocksDisagreeError
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.disk import StorageFailedError
from safeconduct.core.base.errors import DamagedError, SafeconductError
from safeconduct.core.base.ids import new_reference
from safeconduct.core.tlog.merkle import EMPTY_ROOT
from safeconduct.core.tlog.notes import open_note, split_note
from safeconduct.core.verification.trust import Trust
from safeconduct.rooms.ledger import actions as ledger_actions
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.ledger import steps as ledger_steps
from safeconduct.rooms.ledger.queries import NoSuchEntryError
from safeconduct.rooms.ledger.rules import LOGS, PRIVATE, PUBLIC
from safeconduct.rooms.people import actions as people_actions
from safeconduct.rooms.people.rules import WORKER_ALARM
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault_steps
from safeconduct.rooms.vault.rules import VaultError
from safeconduct.site import clock
from safeconduct.site.models import WorkerLease
from safeconduct.site.stopping import stop

LOGGER = logging.getLogger("safeconduct.worker")
LEASE = "worker"
LEASE_LASTS = timedelta(seconds=90)
Task = Callable[..., object]
ASKS_CLOCKS = frozenset({"time", "logs", "government_requests"})
"""Tasks that wait for an end, or write what cannot be taken back: they read all clocks, again before each act."""
ReadClocks = Callable[[], Clocks]


def take_lease(*, holder: str, machine_now: datetime) -> bool:
    """Return whether ``holder`` may work now: the row was free, run out, or its own."""
    until = machine_now + LEASE_LASTS
    free = Q(holder=holder) | Q(until__lte=machine_now)
    if WorkerLease.objects.filter(free, name=LEASE).update(holder=holder, until=until):
        return True
    try:
        with transaction.atomic():
            WorkerLease.objects.create(name=LEASE, holder=holder, until=until)
    except IntegrityError:
        return False
    return True


def give_back(*, holder: str) -> None:
    """End the lease so that another worker need not wait."""
    WorkerLease.objects.filter(name=LEASE, holder=holder).delete()


def keep_logs(*, now: datetime, read: ReadClocks | None = None) -> None:
    """Close the public log's slots, have both heads signed and the public one cosigned, and write the tiles of both.

    The private log's tiles lie in the instance's folder, for the auditor: its leaves are salted commitments, so whoever
    has them can check the log and learns no act. An enclave publishes nothing. Raises what the vault, the witness or
    the disk refuses; no slot closes while the clocks disagree, for one closed too early could never be taken back.
    """
    configuration: Configuration = settings.SAFECONDUCT
    clocks = Clocks.of(now) if read is None else read()
    if clocks.settled:
        ledger_actions.close_slots(now=clocks.earliest)
    _lay_out_logs(configuration)
    if not clocks.settled:
        raise ClocksDisagreeError


def _lay_out_logs(configuration: Configuration) -> None:
    """Sign, cosign and publish what there is."""
    for log in LOGS:
        _sign_head(log=log)
    if ledger_queries.signed_head(log=PRIVATE) is not None:
        ledger_actions.publish_checkpoint(folder=configuration.root / "ledger", log=PRIVATE)
    if configuration.enclave or ledger_queries.signed_head(log=PUBLIC) is None:
        return
    if configuration.witness_socket is not None:
        for witness in Trust.read(configuration.public / "trust.json").witnesses:
            ledger_actions.cosign(log=PUBLIC, socket=configuration.witness_socket, witness=witness.key)
    ledger_actions.publish_checkpoint(folder=configuration.public / "log", log=PUBLIC)


def ask_the_time() -> str | None:
    """Return a head of the public log with the log witness's word for the time, freshly made; None without a witness.

    Before the first slot has closed it is the head of the empty log.
    """
    configuration: Configuration = settings.SAFECONDUCT
    if configuration.witness_socket is None or configuration.demonstration is not None:
        return None
    witnesses = [one.key for one in Trust.read(configuration.public / "trust.json").witnesses]
    signed = ledger_queries.signed_head(log=PUBLIC)
    size = 0 if signed is None else signed.size
    note = signed.note if signed else vault_steps.sign_head(log=PUBLIC, size=0, root=EMPTY_ROOT.hex(), consistency=[])
    text, _ = split_note(note)
    own = note.removeprefix(f"{text}\n").split("\n", 1)[0]
    lines = [
        ledger_actions.fresh_line(note=f"{text}\n{own}\n", size=size, socket=configuration.witness_socket, witness=one)
        for one in witnesses
    ]
    return f"{text}\n{own}\n" + "".join(lines)


def hear_the_witness() -> None:
    """Ask the log witness for the time and tell it to the vault process and to our own clock; for the worker."""
    note = ask_the_time()
    if note is None:
        return
    keys = [one.key for one in Trust.read(settings.SAFECONDUCT.public / "trust.json").witnesses]
    times = [one.time for one in open_note(note, keys).signatures if one.time is not None]
    clock.keep(witness=float(min(times)))
    vault_steps.tell_witness_time(note=note)


def _sign_head(*, log: str) -> None:
    head = ledger_queries.head_to_sign(log=log, since=vault_queries.last_size(log=log))
    signed = ledger_queries.signed_head(log=log)
    if head.size == 0 or (signed is not None and signed.size >= head.size):
        return
    note = vault_steps.sign_head(log=log, size=head.size, root=head.root, consistency=list(head.consistency))
    with transaction.atomic(durable=True):
        ledger_steps.store_head(log=log, note=note)


def tasks() -> tuple[tuple[str, Task], ...]:
    """Return what a round does, in order: the logs first, then each room's ``tasks.due``."""
    rooms = [app for app in settings.INSTALLED_APPS if app.startswith("safeconduct.rooms.")]
    names = [f"{room}.tasks" for room in rooms if find_spec(f"{room}.tasks") is not None]
    return (
        ("time", keep_time),
        ("logs", keep_logs),
        *((name.split(".")[-2], import_module(name).due) for name in names),
    )


def keep_time(*, now: datetime, read: ReadClocks | None = None) -> None:
    """Look at the clocks, and hear the log witness; raises what it refuses, or ``ClocksDisagreeError``."""
    del now
    clock.keep()
    hear_the_witness()
    if read is not None:
        read().require_agreement()


def work_once(*, now: datetime, read: ReadClocks | None = None) -> dict[str, str]:
    """Do one round; return ``done`` or the error's code for each task. One task's refusal does not stop the others."""
    found = {}
    for name, task in tasks():
        try:
            task(now=now, **({"read": read} if read is not None and name in ASKS_CLOCKS else {}))
            found[name] = "done"
        except StorageFailedError:
            stop()
        except SafeconductError as error:
            LOGGER.warning("A task was refused.", extra={"task": name, "event": error.code})
            _alarm(name, error, now)
            found[name] = error.code
        except Exception as error:
            # A fault in one room must not stop the clocks of the others; it is logged by class, never by its words.
            LOGGER.exception("A task failed.", extra={"task": name, "incident": new_reference(os.urandom)})
            found[name] = type(error).__name__
    return found


def _alarm(task: str, error: SafeconductError, now: datetime) -> None:
    """Raise an alarm where a task found something damaged, rolled back or made up; a part that is away is none."""
    alarming = isinstance(error, DamagedError | NoSuchEntryError) and not isinstance(error, VaultError)
    if not alarming:
        return
    try:
        people_actions.raise_alarm(now=now, source=WORKER_ALARM, code=error.code, gate=task, caller="system")
    except DatabaseError as failed:
        LOGGER.error("An alarm was not kept.", extra={"task": task, "event": type(failed).__name__})  # noqa: TRY400 - its words may name a row
