"""Customers and import runs. No name and no record stands here: names are sealed objects, records are in the vault."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.records.rules import IMPORT_RUN, PROTECTED

ID_LENGTH = 32
DIGEST_LENGTH = 64
INDEX_LENGTH = 64


class Customer(models.Model):
    """A company whose end users' records we process."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    name_object = models.CharField(max_length=ID_LENGTH, unique=True)
    name_index = models.CharField(max_length=INDEX_LENGTH, unique=True)
    since = models.DateTimeField()
    protected = models.CharField(max_length=8, null=True)  # noqa: DJ001 - null is "for no reason", no empty reason

    class Meta:
        """The kinds of protection are a closed list."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(protected__isnull=True) | models.Q(protected__in=PROTECTED),
                name="records_customer_protected",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class CustomerErasure(models.Model):
    """The end of a customer's records: asked for, then done when ``destroyed`` is set. A customer has one."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, primary_key=True, related_name="erasure")
    asked = models.DateTimeField()
    entry = models.CharField(max_length=ID_LENGTH)
    person = models.CharField(max_length=ID_LENGTH)
    began = models.DateTimeField()
    destroyed = models.DateTimeField(null=True)

    class Meta:
        """Nobody is erased who did not ask before."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(asked__lte=models.F("began")), name="records_erasure_asked"),
        ]

    def __str__(self) -> str:
        return self.customer_id


class ImportRun(models.Model):
    """One import of rows into one table, from intent to outcome."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    table = models.CharField(max_length=32)
    rows = models.BigIntegerField()
    state = models.CharField(max_length=16, default=IMPORT_RUN.initial)
    entry = models.CharField(max_length=ID_LENGTH)
    segments = models.IntegerField(default=0)
    person = models.CharField(max_length=ID_LENGTH)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=IMPORT_RUN.states), name="records_importrun_state"),
            models.CheckConstraint(condition=models.Q(rows__gt=0), name="records_importrun_rows"),
            models.CheckConstraint(
                condition=models.Q(state="intended", ended__isnull=True)
                | (~models.Q(state="intended") & models.Q(ended__isnull=False)),
                name="records_importrun_ended",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "began"], name="records_importrun_open")]

    def __str__(self) -> str:
        return self.id


class RecordFile(models.Model):
    """One file of records taken in with one mapping, part by part; it is in when ``ended`` is set."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    mapping = models.CharField(max_length=DIGEST_LENGTH)
    table = models.CharField(max_length=32)
    person = models.CharField(max_length=ID_LENGTH)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    parts = models.PositiveIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        """The same file with the same mapping into the same table is the same file."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("digest", "mapping", "table"), name="records_recordfile_once"),
        ]

    def __str__(self) -> str:
        return self.id


class Quarantine(models.Model):
    """How many rows of one part of a file could not be read for one reason; the rows are sealed in ``words``."""

    file = models.ForeignKey(RecordFile, on_delete=models.PROTECT, related_name="quarantined")
    part = models.PositiveIntegerField()
    column = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=32)
    rows = models.PositiveIntegerField()
    words = models.CharField(max_length=ID_LENGTH)

    class Meta:
        """Each reason stands once for a part."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("file", "part", "column", "reason"), name="records_quarantine_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.part} {self.reason}"
