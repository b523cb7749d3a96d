"""An officer's one-time codes: which key of the vault process, found by a keyed index of the office address."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.senders.models.directory import ID_LENGTH
from safeconduct.rooms.senders.rules.one_time import ONE_TIME_KEY


class OneTimeKey(models.Model):
    """One secret for one account. The secret, its used steps and its wrong codes are the vault process's."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    mail_index = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default=ONE_TIME_KEY.initial)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself: one address opens one account."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=ONE_TIME_KEY.states), name="senders_one_time_state"),
            models.UniqueConstraint(
                fields=["mail_index"], condition=models.Q(state="active"), name="senders_one_time_mail"
            ),
        ]

    def __str__(self) -> str:
        return self.id
