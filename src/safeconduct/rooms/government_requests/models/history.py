"""History taken over from elsewhere, not proven here: its batches, its rows, and the rows that could not be taken."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH
from safeconduct.rooms.government_requests.rules.history import SOURCES, HistoryOutcome, RowRefused
from safeconduct.rooms.government_requests.rules.words import Process


class HistoryBatch(models.Model):
    """One file taken over with one mapping. Its rows' words are sealed under its id."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    mapping = models.CharField(max_length=DIGEST_LENGTH)
    source = models.CharField(max_length=8)
    by = models.CharField(max_length=ID_LENGTH)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)

    class Meta:
        """The same file under the same mapping is the same batch."""

        app_label = "government_requests"
        ordering = ("-begun_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("digest", "mapping"), name="history_batch_once"),
            models.CheckConstraint(condition=models.Q(source__in=list(SOURCES)), name="history_batch_source"),
        )

    def __str__(self) -> str:
        return self.id[:8]


class ImportedMatter(models.Model):
    """A matter of before, as another system told it. Nothing of it is proven here."""

    key = models.CharField(primary_key=True, max_length=DIGEST_LENGTH)
    batch = models.ForeignKey(HistoryBatch, on_delete=models.PROTECT, related_name="matters")
    number = models.PositiveIntegerField()
    received_on = models.DateField()
    closed_on = models.DateField(null=True)
    process = models.CharField(max_length=32)
    outcome = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)
    words = models.CharField(max_length=ID_LENGTH)

    class Meta:
        """By day; found by the keyed hash of its number over there."""

        app_label = "government_requests"
        ordering = ("received_on", "key")
        constraints = (
            models.CheckConstraint(condition=models.Q(process__in=list(Process)), name="imported_matter_process"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=list(HistoryOutcome)), name="imported_matter_outcome"
            ),
        )

    def __str__(self) -> str:
        return self.key[:12]


class RefusedRow(models.Model):
    """A row that could not be taken: where it stood, why, and the sealed object that holds it whole."""

    batch = models.ForeignKey(HistoryBatch, on_delete=models.PROTECT, related_name="refusals")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=20)
    words = models.CharField(max_length=ID_LENGTH)

    class Meta:
        """In the file's order."""

        app_label = "government_requests"
        ordering = ("batch", "number")
        constraints = (
            models.UniqueConstraint(fields=("batch", "number"), name="refused_row_once"),
            models.CheckConstraint(condition=models.Q(reason__in=list(RowRefused)), name="refused_row_reason"),
        )

    def __str__(self) -> str:
        return f"{self.number} of {self.batch_id}"


class HistoryIndex(models.Model):
    """One identifier that an imported matter names, as its keyed blind index."""

    matter = models.ForeignKey(ImportedMatter, on_delete=models.PROTECT, related_name="indexes")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        """Once for each matter; looked up by its value."""

        app_label = "government_requests"
        constraints = (models.UniqueConstraint(fields=("matter", "kind", "value"), name="history_index_once"),)
        indexes = (models.Index(fields=("kind", "value"), name="history_index_value"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.value[:8]}"
