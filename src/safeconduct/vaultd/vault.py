"""The vault: sealed it knows its custodians and the time; unsealed it holds every part that an act needs."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.ids import Randomness
from safeconduct.vaultd.alarms import Alarms
from safeconduct.vaultd.authority import Authority
from safeconduct.vaultd.ceremonies import Ceremonies
from safeconduct.vaultd.clock import Clock, boot_id, boot_seconds
from safeconduct.vaultd.collector import Collector
from safeconduct.vaultd.connectors.sources import Sources
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.custody import Custody, SealedError
from safeconduct.vaultd.customers import Customers
from safeconduct.vaultd.delivery import Delivery
from safeconduct.vaultd.enrolment import Enrolment
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.epochs import Epochs
from safeconduct.vaultd.erasure import CaseErasure
from safeconduct.vaultd.executors import Executors
from safeconduct.vaultd.fakes import Fakes
from safeconduct.vaultd.grants import CaseGrants
from safeconduct.vaultd.heads import Heads
from safeconduct.vaultd.importing import Importing
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.one_time_codes import OneTimeCodes
from safeconduct.vaultd.preservation import Preservation
from safeconduct.vaultd.readers import Readers
from safeconduct.vaultd.record_check import RecordCheck
from safeconduct.vaultd.records import Records
from safeconduct.vaultd.regions import Regions
from safeconduct.vaultd.rendering.copies import CleanCopies
from safeconduct.vaultd.rendering.drawing import Drawing
from safeconduct.vaultd.rendering.extracting import Extracting
from safeconduct.vaultd.rendering.readings import Readings
from safeconduct.vaultd.roster import Roster
from safeconduct.vaultd.rotation import Rotation
from safeconduct.vaultd.statements import Statements
from safeconduct.vaultd.store import Store
from safeconduct.vaultd.upkeep import Upkeep
from safeconduct.vaultd.witness_time import WitnessTime, witness_keys

KEY_FILE, EPOCH_FILE, STORE_FILE = "key-file.json", "epochs.json", "vault.sqlite3"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Every part of an unsealed vault."""

    ring: KeyRing
    roster: Roster
    heads: Heads
    entries: Entries
    objects: Objects
    regions: Regions
    records: Records
    consents: Consents
    ceremonies: Ceremonies
    grants: CaseGrants
    preservation: Preservation
    erasure: CaseErasure
    importing: Importing
    upkeep: Upkeep
    customers: Customers
    record_check: RecordCheck
    collector: Collector
    delivery: Delivery
    enrolment: Enrolment
    statements: Statements
    clean_copies: CleanCopies
    readings: Readings
    witness_time: WitnessTime
    codes: OneTimeCodes
    rotation: Rotation
    fakes: Fakes
    executors: Executors


def key_file_of(configuration: Configuration) -> Path:
    """Return where an instance's key file lies."""
    return configuration.vault_store / KEY_FILE


def epoch_file_of(configuration: Configuration) -> Path:
    """Return where the KEKs over every other key lie."""
    return configuration.vault_store / EPOCH_FILE


def store_of(configuration: Configuration) -> Path:
    """Return where the vault process's own store lies."""
    return configuration.vault_store / STORE_FILE


class Vault:
    """The state behind the socket and the two origins."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = boot_seconds,
        started: Callable[[], str] = boot_id,
        randomness: Randomness = os.urandom,
    ) -> None:
        """Open the store, sealed."""
        self.configuration = configuration
        self.store = Store(store_of(configuration))
        first = configuration.demonstration.now if configuration.demonstration else None
        self.clock = Clock(
            store=self.store,
            demonstration=first,
            wall=wall,
            elapsed=elapsed,
            started=started,
            awaits_witness=bool(witness_keys(self.store)),
        )
        self.alarms = Alarms(store=self.store, clock=self.clock)
        self.custody = Custody(path=key_file_of(configuration), clock=self.clock)
        self.acting = threading.RLock()
        self.elapsed = elapsed
        self._randomness = randomness
        self._opened: Opened | None = None

    @property
    def sealed(self) -> bool:
        """Return whether nothing can be opened."""
        return self._opened is None

    @property
    def opened(self) -> Opened:
        """Return the parts; raises ``SealedError``."""
        opened = self._opened
        if opened is None:
            raise SealedError
        return opened

    def unseal(self, *, custodian: str, passphrase: str) -> bool:
        """Take one custodian's passphrase; return whether the vault is open now."""
        root = self.custody.give(custodian=custodian, passphrase=passphrase)
        if root is not None:
            self.open_with(root)
        return not self.sealed

    def open_with(self, root: bytes) -> Opened:
        """Build every part around the root key, and bring to its end what a crash left of a rotation."""
        opened = build(self, root, self._randomness)
        opened.rotation.settle()
        self._opened = opened
        return opened

    def seal(self) -> None:
        """Forget every key. One person may do this."""
        self._opened = None

    def close(self) -> None:
        """Seal, and close the store."""
        self.seal()
        self.store.close()


def _grants(
    vault: Vault,
    entries: Entries,
    objects: Objects,
    records: Records,
    readers: Readers,
    sources: Sources,
    randomness: Randomness,
) -> CaseGrants:
    return CaseGrants(
        store=vault.store,
        clock=vault.clock,
        entries=entries,
        objects=objects,
        records=records,
        readers=readers,
        sources=sources,
        randomness=randomness,
    )


def _enrolment(vault: Vault, entries: Entries, consents: Consents, roster: Roster) -> Enrolment:
    return Enrolment(
        configuration=vault.configuration,
        store=vault.store,
        clock=vault.clock,
        entries=entries,
        consents=consents,
        roster=roster,
    )


def _rotation(vault: Vault, ring: KeyRing, entries: Entries, randomness: Randomness) -> Rotation:
    return Rotation(
        store=vault.store,
        clock=vault.clock,
        ring=ring,
        entries=entries,
        custody=vault.custody,
        randomness=randomness,
    )


def _delivery(
    vault: Vault,
    ring: KeyRing,
    roster: Roster,
    entries: Entries,
    objects: Objects,
    consents: Consents,
    authority: Authority,
    leases: Leases,
) -> Delivery:
    return Delivery(
        configuration=vault.configuration,
        store=vault.store,
        clock=vault.clock,
        ring=ring,
        roster=roster,
        entries=entries,
        objects=objects,
        consents=consents,
        authority=authority,
        leases=leases,
    )


def _collector(
    vault: Vault,
    ring: KeyRing,
    entries: Entries,
    objects: Objects,
    records: Records,
    consents: Consents,
    authority: Authority,
    leases: Leases,
) -> Collector:
    configuration = vault.configuration
    return Collector(
        configuration=configuration,
        store=vault.store,
        clock=vault.clock,
        ring=ring,
        entries=entries,
        objects=objects,
        records=records,
        consents=consents,
        authority=authority,
        leases=leases,
        sources=Sources(configuration=configuration, consents=consents, authority=authority, leases=leases),
    )


def build(vault: Vault, root: bytes, randomness: Randomness) -> Opened:
    """Return the parts of an unsealed vault."""
    configuration, store, clock = vault.configuration, vault.store, vault.clock
    epochs = Epochs(path=epoch_file_of(configuration), root=root, randomness=randomness)
    ring = KeyRing(store=store, epochs=epochs, clock=clock, randomness=randomness)
    roster = Roster(store=store, ring=ring)
    heads = Heads(store=store, ring=ring, clock=clock, log_origin=configuration.log_origin)
    entries = Entries(store=store, ring=ring, clock=clock, heads=heads)
    folder = configuration.vault_store
    objects = Objects(store=store, ring=ring, clock=clock, folder=folder, randomness=randomness)
    regions = Regions(store=store, places=configuration.regions, folder=folder)
    records = Records(store=store, ring=ring, clock=clock, folder=folder, regions=regions, randomness=randomness)
    upkeep = Upkeep(store=store, ring=ring, clock=clock, folder=folder, regions=regions, randomness=randomness)
    customers = Customers(store=store, ring=ring, clock=clock, entries=entries, regions=regions)
    consents = Consents(store=store, ring=ring, roster=roster, clock=clock)
    leases = Leases(store=store, clock=clock)
    readers = Readers(store=store, roster=roster, consents=consents, objects=objects, clock=clock)
    fakes = Fakes(store=store, clock=clock, entries=entries, objects=objects)
    authority = Authority(configuration=configuration, roster=roster, consents=consents, clock=clock, fakes=fakes)
    collector = _collector(vault, ring, entries, objects, records, consents, authority, leases)
    sources = collector.sources
    grants = _grants(vault, entries, objects, records, readers, sources, randomness)
    copies = CleanCopies(objects=objects, drawing=Drawing(configuration.uploads, elapsed=vault.elapsed))
    return Opened(
        ring=ring,
        roster=roster,
        heads=heads,
        entries=entries,
        objects=objects,
        regions=regions,
        records=records,
        consents=consents,
        ceremonies=Ceremonies(store=store, roster=roster, clock=clock, randomness=randomness),
        grants=grants,
        preservation=Preservation(
            store=store, clock=clock, entries=entries, objects=objects, records=records, sources=sources
        ),
        erasure=CaseErasure(store=store, ring=ring, clock=clock, entries=entries, folder=configuration.vault_store),
        importing=Importing(store=store, entries=entries, records=records, upkeep=upkeep, customers=customers),
        upkeep=upkeep,
        customers=customers,
        record_check=RecordCheck(store=store, records=records, runs=upkeep.runs, regions=regions),
        collector=collector,
        delivery=_delivery(vault, ring, roster, entries, objects, consents, authority, leases),
        enrolment=_enrolment(vault, entries, consents, roster),
        witness_time=WitnessTime(store=store, ring=ring, clock=clock, log_origin=configuration.log_origin),
        statements=Statements(configuration=configuration, store=store, ring=ring, entries=entries),
        clean_copies=copies,
        readings=Readings(objects=objects, copies=copies, extracting=Extracting(configuration.uploads)),
        codes=OneTimeCodes(store=store, ring=ring, clock=clock, entries=entries),
        rotation=_rotation(vault, ring, entries, randomness),
        fakes=fakes,
        executors=Executors.beside(collector),
    )
