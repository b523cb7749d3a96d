"""What an officer asks when they want to send us papers, and how far it came."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.senders.models.directory import ID_LENGTH
from safeconduct.rooms.senders.rules.lifecycles import REGISTRATION


class Registration(models.Model):
    """A registration of an officer, by themselves or by a colleague; words are sealed objects."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    reference = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=16, default=REGISTRATION.initial)
    country = models.CharField(max_length=2)
    agency_object = models.CharField(max_length=64)
    person_object = models.CharField(max_length=64)
    post_object = models.CharField(max_length=64)
    mail_object = models.CharField(max_length=64)
    recipient = models.CharField(max_length=100, blank=True)
    named_by = models.CharField(max_length=ID_LENGTH, blank=True)
    received_at = models.DateTimeField()
    number = models.CharField(max_length=ID_LENGTH, blank=True)
    called_by = models.CharField(max_length=ID_LENGTH, blank=True)
    called_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=ID_LENGTH, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_ends = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    organisation = models.CharField(max_length=ID_LENGTH, blank=True)
    person = models.CharField(max_length=ID_LENGTH, blank=True)
    key_digest = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself: nobody is let in by one person alone."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=REGISTRATION.states), name="senders_registration_state"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("called_by")),
                name="senders_registration_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["called_back", "enrolled"])
                | (~models.Q(confirmed_by="") & ~models.Q(called_by="") & ~models.Q(number="") & ~models.Q(person="")),
                name="senders_registration_called",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "received_at"], name="senders_registration_open")]

    def __str__(self) -> str:
        return self.reference
