"""Incidents after a wrong delivery, and what was done about them."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.incidents import INCIDENT, IncidentCause


class Incident(models.Model):
    """One wrong delivery of one matter."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="incidents")
    state = models.CharField(max_length=12, default=INCIDENT.initial)
    cause = models.CharField(max_length=16)
    known_at = models.DateTimeField()
    known_by = models.CharField(max_length=ID_LENGTH)
    controller_due_at = models.DateTimeField()
    controller_told_at = models.DateTimeField(null=True)
    locked_again = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The states are a closed list, and none closes before the controller was told."""

        app_label = "government_requests"
        ordering = ("known_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=INCIDENT.states), name="incident_state"),
            models.CheckConstraint(condition=models.Q(cause__in=list(IncidentCause)), name="incident_cause"),
            models.CheckConstraint(
                condition=~models.Q(state="closed")
                | models.Q(controller_told_at__isnull=False, closed_at__isnull=False),
                name="incident_closed_when_told",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause} {self.id[:8]}"
