"""An officer as their agency's own provider knows them: a digest, so that no name of theirs stands here."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.senders.models.directory import ID_LENGTH
from safeconduct.rooms.senders.rules.agency_sign_on import AGENCY_IDENTITY


class AgencyIdentity(models.Model):
    """A binding of one account to one name at the provider of one agency."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    identity = models.CharField(max_length=64)
    account = models.CharField(max_length=ID_LENGTH, unique=True)
    organisation = models.CharField(max_length=ID_LENGTH)
    state = models.CharField(max_length=8, default=AGENCY_IDENTITY.initial)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself: one name at a provider opens one account."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="bound", ended_at__isnull=True)
                | models.Q(state="ended", ended_at__isnull=False),
                name="senders_agency_identity_state",
            ),
            models.UniqueConstraint(
                fields=["identity"], condition=models.Q(state="bound"), name="senders_agency_identity_once"
            ),
        ]

    def __str__(self) -> str:
        return self.id
