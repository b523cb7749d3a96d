"""Reports and what they were built from. Counts, roots, notes and salts of counted requests; no personal datum."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.transparency.rules.lifecycles import REPORT

ID_LENGTH = 32


class Report(models.Model):
    """One version of the report of one half-year.

    ``leaves`` are the committed requests, one a line, in the order of the tree; ``band`` is the enclave's signed note.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    period = models.CharField(max_length=7)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, default=REPORT.initial)
    root = models.CharField(max_length=64)
    leaves = models.TextField()
    received = models.PositiveIntegerField()
    data_left = models.PositiveIntegerField()
    band = models.TextField(default="", blank=True)
    why = models.CharField(max_length=400, default="", blank=True)
    statement = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    entry = models.CharField(max_length=ID_LENGTH, default="", blank=True)
    public_entry = models.CharField(max_length=ID_LENGTH, default="", blank=True)
    built_at = models.DateTimeField()
    intended_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "version"], name="transparency_report_version"),
            models.CheckConstraint(condition=models.Q(state__in=REPORT.states), name="transparency_report_state"),
            models.CheckConstraint(
                condition=models.Q(state__in=("built", "discarded")) | ~models.Q(entry=""),
                name="transparency_report_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} version {self.version}"
