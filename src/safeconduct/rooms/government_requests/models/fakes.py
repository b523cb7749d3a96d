"""Seeded fakes, and reports of impostors. Until a fake is revealed its row names no paper, no mail and no matter."""

from django.db import models

from safeconduct.rooms.government_requests.models.mail import IncomingMail
from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.fakes import PLAN, Door, Result


class SeededFake(models.Model):
    """One planned fake; what it is lies sealed with the vault process under the same id."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    month = models.CharField(max_length=7)
    door = models.CharField(max_length=8)
    commitment = models.CharField(max_length=DIGEST_LENGTH)
    planned_by = models.CharField(max_length=ID_LENGTH)
    planned_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=PLAN.initial)
    revealed_by = models.CharField(max_length=ID_LENGTH, blank=True)
    revealed_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, blank=True)
    process = models.CharField(max_length=32, blank=True)
    signals = models.JSONField(default=list)
    paper = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="seeded_fakes")
    mail = models.ForeignKey(IncomingMail, on_delete=models.PROTECT, null=True, related_name="seeded_fakes")

    class Meta:
        """The states are a closed list, and a row that is not revealed says nothing of its paper."""

        app_label = "government_requests"
        ordering = ("month", "planned_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=PLAN.states), name="seeded_fake_state"),
            models.CheckConstraint(condition=models.Q(door__in=[str(one) for one in Door]), name="seeded_fake_door"),
            models.CheckConstraint(
                condition=models.Q(
                    state="planned",
                    revealed_at__isnull=True,
                    revealed_by="",
                    result="",
                    process="",
                    paper="",
                    matter__isnull=True,
                    mail__isnull=True,
                )
                | models.Q(
                    state="revealed",
                    revealed_at__isnull=False,
                    result__in=[str(one) for one in Result if one is not Result.NOT_YET],
                ),
                name="seeded_fake_says_nothing_early",
            ),
        )

    def __str__(self) -> str:
        return f"fake of {self.month}"


class ImpostorReport(models.Model):
    """Somebody at the desk reported that a matter's sender is not who the paper says."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="impostor_report")
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """One for a matter."""

        app_label = "government_requests"

    def __str__(self) -> str:
        return f"report of {self.matter_id}"
