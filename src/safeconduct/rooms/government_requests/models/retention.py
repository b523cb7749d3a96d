"""What keeps a matter's file, and the record that it was destroyed."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.retention import LITIGATION


class LitigationKeeping(models.Model):
    """Counsel's order to keep a matter's file while litigation pends; its reason is sealed."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="litigation")
    state = models.CharField(max_length=10, default=LITIGATION.initial)
    words = models.CharField(max_length=ID_LENGTH)
    review_at = models.DateTimeField()
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One stands for each matter."""

        app_label = "government_requests"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=LITIGATION.states), name="litigation_state"),
            models.UniqueConstraint(
                fields=("matter",), condition=models.Q(state="standing"), name="litigation_stands_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.id[:8]}"


class CaseErasure(models.Model):
    """The destruction of a matter's case key: intended by an entry, then done."""

    matter = models.OneToOneField(Matter, primary_key=True, on_delete=models.PROTECT, related_name="erasure")
    entry = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """One each."""

        app_label = "government_requests"

    def __str__(self) -> str:
        return self.matter_id
