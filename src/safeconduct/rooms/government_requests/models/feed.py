"""A person's calendar feed: known by the hash of its address's token, so that the database gives none away."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH


class CalendarFeed(models.Model):
    """One address under which a person's running days can be read, until it is revoked."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    person = models.CharField(max_length=ID_LENGTH)
    token_sha256 = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    opened_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A person has one feed at a time."""

        app_label = "government_requests"
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=models.Q(revoked_at__isnull=True), name="calendar_feed_once"
            ),
        )

    def __str__(self) -> str:
        return self.id
