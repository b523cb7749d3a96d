"""One taking up again of a matter that was answered or closed: why, by whom, its words sealed."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.supplement import SupplementReason


class Supplement(models.Model):
    """Why a matter went back into review after its answer; ``follows`` is the release before it, if there was one."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="supplements")
    reason = models.CharField(max_length=16)
    words = models.CharField(max_length=ID_LENGTH)
    follows = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    closed = models.BooleanField()
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(reason__in=list(SupplementReason)), name="supplement_reason"),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.id[:8]}"
