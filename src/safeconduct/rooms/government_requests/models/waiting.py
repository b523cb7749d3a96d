"""Why a package need not wait for the customer's days: counsel's named exception, on record."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason


class WaitingException(models.Model):
    """Counsel's word that one package leaves before the customer's days are over; its reasons are sealed."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="waiting_exceptions")
    release_digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=16)
    words = models.CharField(max_length=ID_LENGTH)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """One for each package."""

        app_label = "government_requests"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(reason__in=list(WaitingReason)), name="waiting_reason"),
            models.UniqueConstraint(fields=("matter", "release_digest"), name="waiting_once_a_package"),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.id[:8]}"
