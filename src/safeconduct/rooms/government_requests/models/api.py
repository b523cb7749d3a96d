"""What an agency's own system brings: its token, of which we keep a hash, and each submission under its own key."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter


class ApiToken(models.Model):
    """A token by which an officer's system speaks for the officer; it was shown once."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    person = models.CharField(max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    organisation = models.CharField(max_length=ID_LENGTH)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    window_at = models.DateTimeField(null=True)
    window_calls = models.PositiveIntegerField(default=0)

    class Meta:
        """Newest first; none lives for ever."""

        app_label = "government_requests"
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_ends"),
        )

    def __str__(self) -> str:
        return self.id[:8]


class ApiSubmission(models.Model):
    """One submission: the key that its sender gave it, what it held, and the matter that it became."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    organisation = models.CharField(max_length=ID_LENGTH)
    key = models.CharField(max_length=DIGEST_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    begun_at = models.DateTimeField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="submissions")

    class Meta:
        """A key stands for one submission of one agency."""

        app_label = "government_requests"
        constraints = (models.UniqueConstraint(fields=("organisation", "key"), name="api_submission_once"),)

    def __str__(self) -> str:
        return self.id[:8]
