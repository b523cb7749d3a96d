"""Whether we deal with an officer or an agency now."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.senders.models.directory import ID_LENGTH
from safeconduct.rooms.senders.rules.lifecycles import STANDING

OFFICER, ORGANISATION = "officer", "organisation"
SORTS = (OFFICER, ORGANISATION)


class Standing(models.Model):
    """The standing of one officer or organisation, made when it is first needed."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    sort = models.CharField(max_length=16)
    subject = models.CharField(max_length=ID_LENGTH)
    state = models.CharField(max_length=16, default=STANDING.initial)
    reason = models.CharField(max_length=32, blank=True)
    suspended_by = models.CharField(max_length=ID_LENGTH, blank=True)
    suspended_at = models.DateTimeField(null=True)
    entry = models.CharField(max_length=ID_LENGTH, blank=True)
    vault_told_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=ID_LENGTH, blank=True)
    asked_by = models.CharField(max_length=ID_LENGTH, blank=True)
    asked_at = models.DateTimeField(null=True)
    restored_by = models.CharField(max_length=ID_LENGTH, blank=True)
    restored_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself: one may stop, and two restore after a call."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sort", "subject"], name="senders_standing_once"),
            models.CheckConstraint(condition=models.Q(state__in=STANDING.states), name="senders_standing_state"),
            models.CheckConstraint(condition=models.Q(sort__in=SORTS), name="senders_standing_sort"),
            models.CheckConstraint(
                condition=models.Q(restored_by="") | ~models.Q(restored_by=models.F("asked_by")),
                name="senders_standing_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="restoring") | (~models.Q(asked_by="") & ~models.Q(number="")),
                name="senders_standing_called",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.subject}"
