"""What the ticket system was told of a matter: that something changed, and nothing else."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter


class TicketCall(models.Model):
    """The last call about a matter: up to which revision, under which number, and how far it came."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="ticket_call")
    number = models.CharField(max_length=ID_LENGTH)
    revision = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """Found by what is due."""

        app_label = "government_requests"
        indexes = (models.Index(fields=("done_at", "next_at"), name="ticket_call_due"),)

    def __str__(self) -> str:
        return self.number[:8]
