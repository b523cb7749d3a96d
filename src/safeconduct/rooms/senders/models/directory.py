"""Our own directory of agencies: numbers that we found ourselves, with where and when."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.senders.rules.lifecycles import NUMBER

ID_LENGTH = 32


class DirectoryNumber(models.Model):
    """A telephone number of an agency, from a source that we name; words are sealed objects."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    state = models.CharField(max_length=16, default=NUMBER.initial)
    organisation = models.CharField(max_length=ID_LENGTH, blank=True)
    country = models.CharField(max_length=2)
    governmental = models.BooleanField()
    name_object = models.CharField(max_length=64)
    number_object = models.CharField(max_length=64)
    source_object = models.CharField(max_length=64)
    found_on = models.DateField()
    proposed_by = models.CharField(max_length=ID_LENGTH)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=ID_LENGTH, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=ID_LENGTH, blank=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself: two people stand behind a number that counts."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=NUMBER.states), name="senders_number_state"),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("proposed_by")), name="senders_number_two_people"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="current") | ~models.Q(confirmed_by=""), name="senders_number_confirmed"
            ),
        ]

    def __str__(self) -> str:
        return self.id
