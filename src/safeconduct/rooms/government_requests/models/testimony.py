"""One call of a records custodian to a court."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.testimony import TESTIMONY


class Testimony(models.Model):
    """Who is to testify about a matter's records, when, and how it ended; court and paper are in its sealed words."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="testimonies")
    person = models.CharField(max_length=ID_LENGTH)
    hearing_at = models.DateTimeField()
    words = models.CharField(max_length=ID_LENGTH)
    state = models.CharField(max_length=10, default=TESTIMONY.initial)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """By the day of the hearing."""

        app_label = "government_requests"
        ordering = ("hearing_at", "id")
        constraints = (models.CheckConstraint(condition=models.Q(state__in=TESTIMONY.states), name="testimony_state"),)

    def __str__(self) -> str:
        return f"{self.state} {self.id[:8]}"
