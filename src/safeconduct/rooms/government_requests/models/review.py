"""What people and machines found: checks, findings, questions, determinations, call-backs."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome


class Check(models.Model):
    """The result of one machine check when it last ran. Its words name no person, only item numbers and categories."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=24)
    outcome = models.CharField(max_length=16)
    says = models.CharField(max_length=300)
    cure = models.CharField(max_length=300, blank=True)
    provision = models.CharField(max_length=64)
    citation = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """One result of each check."""

        app_label = "government_requests"
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("matter", "code"), name="check_once"),)

    def __str__(self) -> str:
        return f"{self.code} {self.outcome}"


class FindingRecord(models.Model):
    """One person's answer to one of the five questions; a change supersedes it and keeps it."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=ID_LENGTH)
    page = models.PositiveIntegerField()
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        """One standing finding of each kind."""

        app_label = "government_requests"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=list(FindingKind)), name="finding_kind"),
            models.CheckConstraint(condition=models.Q(outcome__in=list(FindingOutcome)), name="finding_outcome"),
            models.UniqueConstraint(
                fields=("matter", "kind"), condition=models.Q(superseded_at__isnull=True), name="finding_stands_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"


class Question(models.Model):
    """One question to the officer, sealed, and the officer's sealed answer."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="questions")
    question = models.CharField(max_length=ID_LENGTH)
    asked_by = models.CharField(max_length=ID_LENGTH)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=ID_LENGTH, blank=True)
    answered_by = models.CharField(max_length=ID_LENGTH, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("asked_at", "id")

    def __str__(self) -> str:
        return self.question


class Determination(models.Model):
    """Counsel's signed answer to an "ask counsel", for this matter; its reason is sealed."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="determinations")
    provision = models.CharField(max_length=64)
    reason = models.CharField(max_length=ID_LENGTH)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.provision


class CallBack(models.Model):
    """A call to the agency on a number that we found ourselves, made by two people."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="call_backs")
    source = models.CharField(max_length=32)
    reached = models.BooleanField()
    by = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d}"
