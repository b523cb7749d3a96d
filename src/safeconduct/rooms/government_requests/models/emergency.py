"""What follows an emergency disclosure: process demanded, and whether it came."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.emergency import FOLLOW_UP


class ProcessDemand(models.Model):
    """The demand for compulsory process after one emergency."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="process_demand")
    state = models.CharField(max_length=12, default=FOLLOW_UP.initial)
    letter = models.CharField(max_length=ID_LENGTH)
    demanded_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """The states are a closed list, and what is settled has its time."""

        app_label = "government_requests"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=FOLLOW_UP.states), name="process_demand_state"),
            models.CheckConstraint(
                condition=models.Q(state="demanded", settled_at__isnull=True)
                | models.Q(state__in=("arrived", "never_came"), settled_at__isnull=False),
                name="process_demand_settled",
            ),
        )

    def __str__(self) -> str:
        return f"demand of {self.matter_id}"
