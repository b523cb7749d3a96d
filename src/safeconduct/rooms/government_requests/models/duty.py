"""Who is on duty for emergencies, and who was called to which."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.duty import DUTY


class Duty(models.Model):
    """One person's duty; handed over, it ends early and another begins."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    person = models.CharField(max_length=ID_LENGTH)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    state = models.CharField(max_length=8, default=DUTY.initial)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """By their beginning; none ends before it begins."""

        app_label = "government_requests"
        ordering = ("starts", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=DUTY.states), name="duty_state"),
            models.CheckConstraint(condition=models.Q(starts__lte=models.F("ends")), name="duty_in_order"),
        )

    def __str__(self) -> str:
        return f"duty {self.id[:8]}"


class DutyCall(models.Model):
    """A call to whoever is on duty, about one emergency: from here its times run."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="duty_calls")
    person = models.CharField(max_length=ID_LENGTH)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"call about {self.matter_id}"
