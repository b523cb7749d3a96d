"""Alarms of a matter's clocks, kept so that a clock set back takes none of them back."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import Matter


class DueAlarm(models.Model):
    """One moment of one matter that a clock has reached."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()

    class Meta:
        """Each moment rings once."""

        app_label = "government_requests"
        constraints = (models.UniqueConstraint(fields=("matter", "kind", "due_at"), name="due_alarm_once"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.matter_id}"
