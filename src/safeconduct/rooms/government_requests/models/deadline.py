"""How the day for our answer was reckoned, each time that it was; one reckoning of a matter stands."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter


class Deadline(models.Model):
    """One reckoning: from which day, by which rule, over which holidays, to which moment."""

    CAUSES = ("receipt", "amended", "holiday", "clarification")

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="deadlines")
    due_at = models.DateTimeField()
    rule = models.CharField(max_length=24)
    citation = models.CharField(max_length=160)
    start_on = models.DateField(null=True)
    unit = models.CharField(max_length=16, blank=True)
    count = models.PositiveIntegerField(null=True)
    roll = models.CharField(max_length=8, blank=True)
    skipped = models.JSONField(default=list)
    zone = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=4, blank=True)
    calendar = models.CharField(max_length=DIGEST_LENGTH)
    calendar_known = models.BooleanField()
    stops = models.BooleanField()
    rested_seconds = models.PositiveBigIntegerField(default=0)
    warnings = models.JSONField(default=list)
    warn_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=16)
    entry = models.CharField(max_length=ID_LENGTH, blank=True)
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        """One reckoning of a matter stands."""

        app_label = "government_requests"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cause__in=("receipt", "amended", "holiday", "clarification")), name="deadline_cause"
            ),
            models.UniqueConstraint(
                fields=("matter",), condition=models.Q(superseded_at__isnull=True), name="deadline_stands_once"
            ),
        )
        indexes = (models.Index(fields=("superseded_at", "warn_at"), name="deadline_warning"),)

    def __str__(self) -> str:
        return f"{self.rule} of {self.matter_id}"
