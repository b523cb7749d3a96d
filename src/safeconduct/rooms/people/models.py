"""Persons, accounts, organisations and their dated roles. Names are sealed objects; only their ids stand here."""

from typing import ClassVar

from django.db import models

from safeconduct.rooms.people.rules import ASSURANCES, MANDATE, SOURCES, VAULT, Role

ID_LENGTH = 32
ROLES = sorted(str(role) for role in Role)


class Organisation(models.Model):
    """We ourselves, an agency, or a customer."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    name_object = models.CharField(max_length=ID_LENGTH)
    country = models.CharField(max_length=2)
    governmental = models.BooleanField()
    suspended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Person(models.Model):
    """A natural person. Approvals and rights belong here."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    name_object = models.CharField(max_length=ID_LENGTH)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    suspended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Account(models.Model):
    """A way for a person to sign in; a person may have several."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Membership(models.Model):
    """A role of a person, from an instant until another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    role = models.CharField(max_length=32)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=[str(role) for role in Role]), name="people_membership_role"
            ),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="people_membership_window"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class LoginKey(models.Model):
    """A passkey for one face. A credential belongs to one account, and so to one person, for ever."""

    credential_id = models.CharField(primary_key=True, max_length=1400)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    public_key = models.TextField()
    rp_id = models.CharField(max_length=253)
    sign_count = models.BigIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.credential_id


class ProviderIdentity(models.Model):
    """A colleague as the company's identity provider knows them: a digest, so that no name of theirs stands here."""

    id = models.CharField(primary_key=True, max_length=64)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class SignIn(models.Model):
    """One signing in: through which account and how surely, since when, last used when, and when it was ended."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    assurance = models.CharField(max_length=16)
    began = models.DateTimeField()
    last = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(assurance__in=ASSURANCES), name="people_signin_assurance"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("began")), name="people_signin_last"),
        ]

    def __str__(self) -> str:
        return self.id


class Clearance(models.Model):
    """A person's right to know of one silenced matter."""

    person_id = models.CharField(max_length=ID_LENGTH)
    matter = models.CharField(max_length=ID_LENGTH)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person_id", "matter"], name="people_clearance_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.matter}"


class Posting(models.Model):
    """A served entity that a colleague works for. Who has no posting at all works for every one."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    entity = models.CharField(max_length=64)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "entity"], name="people_posting_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.entity}"


class Mandate(models.Model):
    """Outside counsel's right to know of one matter, from an instant until another or until somebody ends it."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    matter = models.CharField(max_length=ID_LENGTH, db_index=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    state = models.CharField(max_length=8, default=MANDATE.initial)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=MANDATE.states), name="people_mandate_known_state"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="people_mandate_window"),
            models.CheckConstraint(
                condition=models.Q(state="given", ended_at__isnull=True)
                | models.Q(state="ended", ended_at__isnull=False),
                name="people_mandate_ended",
            ),
            models.UniqueConstraint(
                fields=["person", "matter"], condition=models.Q(state="given"), name="people_mandate_once"
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Alarm(models.Model):
    """One hour of one refusal: what was refused, at which gate, to whom, how often. Ids, codes and counts only."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    source = models.CharField(max_length=16)
    hour = models.CharField(max_length=13)
    code = models.CharField(max_length=40)
    gate = models.CharField(max_length=64)
    caller = models.CharField(max_length=64)
    matter = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    last = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    entered = models.PositiveIntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=ID_LENGTH, blank=True)
    reason = models.CharField(max_length=32, blank=True)

    class Meta:
        """Constraints that the database holds by itself; the vault process's own alarms are told apart by their id."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(source__in=SOURCES), name="people_alarm_source"),
            models.CheckConstraint(condition=models.Q(entered__lte=models.F("count")), name="people_alarm_entered"),
            models.UniqueConstraint(
                fields=["source", "hour", "code", "gate", "caller"],
                condition=~models.Q(source=VAULT),
                name="people_alarm_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.gate}"
