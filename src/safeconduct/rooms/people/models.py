"""Persons, organisations, accounts, memberships, keys, sessions, clearances. Names are sealed objects, by id."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.people.rules import DESK, PORTAL, STANDING, Role

ID_LENGTH = 32
DIGEST_LENGTH = 64


class Organisation(models.Model):
    """The company itself, an agency or another body that people act for."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    name_object = models.CharField(max_length=ID_LENGTH)
    country = models.CharField(max_length=2)
    governmental = models.BooleanField()
    enrolled_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Person(models.Model):
    """One natural person."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    name_object = models.CharField(max_length=ID_LENGTH)
    state = models.CharField(max_length=16, default=STANDING.initial)
    enrolled_at = models.DateTimeField()

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=STANDING.states), name="people_person_state"),
        ]

    def __str__(self) -> str:
        return self.id


class Account(models.Model):
    """One way in for a person, for one organisation."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accounts")
    state = models.CharField(max_length=16, default=STANDING.initial)
    enrolled_at = models.DateTimeField()

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=STANDING.states), name="people_account_state"),
        ]

    def __str__(self) -> str:
        return self.id


class Membership(models.Model):
    """A role of a person in an organisation, for a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="people_role"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="people_membership_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class LoginKey(models.Model):
    """The public half of a passkey for signing in to one face; approvals use other keys, which the vault holds."""

    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    rp_id = models.CharField(max_length=253)
    sign_count = models.BigIntegerField(default=0)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="keys")
    enrolled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class SignIn(models.Model):
    """A session's facts: whose, where, when. The cookie's value is not here."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sign_ins")
    face = models.CharField(max_length=8)
    began_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(face__in=[DESK, PORTAL]), name="people_signin_face"),
        ]

    def __str__(self) -> str:
        return self.id


class Clearance(models.Model):
    """A person may know of a silenced matter."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="clearances")
    matter = models.CharField(max_length=ID_LENGTH)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "matter"], name="people_clearance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.matter}"
