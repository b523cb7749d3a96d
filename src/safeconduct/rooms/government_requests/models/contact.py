"""One call, or one letter that came: who noted it, when it was, and its sealed words or file."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.contacts import Channel, Direction


class Contact(models.Model):
    """One exchange with the agency outside our own letters. Its words and its file are sealed objects."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="contacts")
    direction = models.CharField(max_length=8)
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()
    words = models.CharField(max_length=ID_LENGTH, blank=True)
    document = models.CharField(max_length=ID_LENGTH, blank=True)
    document_sha256 = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    by = models.CharField(max_length=ID_LENGTH)
    entered_at = models.DateTimeField()

    class Meta:
        """In the order in which it happened."""

        app_label = "government_requests"
        ordering = ("at", "entered_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(direction__in=list(Direction)), name="contact_direction"),
            models.CheckConstraint(condition=models.Q(channel__in=list(Channel)), name="contact_channel"),
            models.CheckConstraint(
                condition=~models.Q(words="") | ~models.Q(document=""), name="contact_says_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.id[:8]}"
