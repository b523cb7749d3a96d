"""Tables of the ledger. All but ``LogState.size`` is append-only: by trigger, and on PostgreSQL also by privilege."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.ledger.rules import LOGS

LOG_LENGTH = 7
ID_LENGTH = 32


def _known_log(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(log__in=LOGS), name=name)


class LogState(models.Model):
    """One row per log: the row that sequencing locks. Its size only ever grows by one."""

    log = models.CharField(primary_key=True, max_length=LOG_LENGTH)
    size = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        """Only the two logs exist."""

        constraints: ClassVar = [_known_log("ledger_state_log")]

    def __str__(self) -> str:
        return f"{self.log} at {self.size}"


class Leaf(models.Model):
    """The bytes of a leaf, as they were hashed."""

    log = models.CharField(max_length=LOG_LENGTH)
    index = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        """One leaf per place."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "index"], name="ledger_leaf_place"),
            _known_log("ledger_leaf_log"),
        ]

    def __str__(self) -> str:
        return f"{self.log} leaf {self.index}"


class Node(models.Model):
    """The hash of a complete subtree; level 0 are the leaf hashes."""

    log = models.CharField(max_length=LOG_LENGTH)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        """One node per place."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "level", "index"], name="ledger_node_place"),
            _known_log("ledger_node_log"),
        ]

    def __str__(self) -> str:
        return f"{self.log} node {self.level}/{self.index}"


class Entry(models.Model):
    """A line of the private log: which leaf it is. What it says stands in ``Opening`` and can be erased."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    index = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return self.id


class Opening(models.Model):
    """What an entry says, with its salt. Deleted only after an ``Erasure`` of the entry is on record."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField()
    body = models.TextField()
    salt = models.BinaryField()

    class Meta:
        """Found by subject and by kind, never by who acted."""

        indexes: ClassVar = [
            models.Index(fields=["subject"], name="ledger_opening_subject"),
            models.Index(fields=["kind"], name="ledger_opening_kind"),
        ]

    def __str__(self) -> str:
        return self.kind


class Erasure(models.Model):
    """The permission to delete an opening: which entry of the ledger ordered it, and where a sealed copy lies."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="erasure")
    ordered_by = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="ordered_erasures")
    sealed_object = models.CharField(max_length=ID_LENGTH, blank=True)

    def __str__(self) -> str:
        return f"erasure of {self.entry_id}"


class Head(models.Model):
    """A signed head of a log, as the vault process signed it."""

    log = models.CharField(max_length=LOG_LENGTH)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()

    class Meta:
        """One signed head per size."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "size"], name="ledger_head_size"),
            _known_log("ledger_head_log"),
        ]

    def __str__(self) -> str:
        return f"{self.log} head {self.size}"


class Cosignature(models.Model):
    """A log witness's line over a signed head."""

    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="cosignatures")
    name = models.CharField(max_length=200)
    line = models.TextField()

    class Meta:
        """One line per witness and head."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["head", "name"], name="ledger_cosignature_once")]

    def __str__(self) -> str:
        return self.name


class PublicEntry(models.Model):
    """A commitment that goes, or went, into a slot of the public log."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    commitment = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class PublicSlot(models.Model):
    """A closed slot with all its leaves, entries and gaps alike."""

    index = models.BigIntegerField(primary_key=True)
    start = models.DateTimeField(unique=True)
    height = models.SmallIntegerField()
    leaves = models.BinaryField()

    def __str__(self) -> str:
        return f"slot {self.index}"


class PublicPlace(models.Model):
    """Where a public entry stands."""

    entry = models.OneToOneField(PublicEntry, primary_key=True, on_delete=models.PROTECT, related_name="place_in_slot")
    slot = models.ForeignKey(PublicSlot, on_delete=models.PROTECT, related_name="places")
    place = models.IntegerField()

    class Meta:
        """One entry per place."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["slot", "place"], name="ledger_public_place")]

    def __str__(self) -> str:
        return f"{self.slot_id}/{self.place}"
