"""Two matters that a person linked, and the earlier references that a paper states."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.links import LINK, STATED, LinkKind


class MatterLink(models.Model):
    """One link from a matter to an earlier one; both reasons are sealed words of the first matter."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    one = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="links_from")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=8, default=LINK.initial)
    reason = models.CharField(max_length=ID_LENGTH)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    ended_reason = models.CharField(max_length=ID_LENGTH, blank=True)
    ended_by = models.CharField(max_length=ID_LENGTH, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Of one direction one link stands; the action sees to the other one under the lock of both matters."""

        app_label = "government_requests"
        ordering = ("-at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=LINK.states), name="link_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(LinkKind)), name="link_kind"),
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="link_of_two"),
            models.UniqueConstraint(
                fields=("one", "other"), condition=models.Q(state="standing"), name="link_standing_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id[:8]}"


class StatedReference(models.Model):
    """What a matter's paper says of earlier ones: a reference of ours, or the keyed index of the authority's number.

    Whether there is such a matter is asked when it is shown.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="stated")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=64)

    class Meta:
        """Each once, and found by value."""

        app_label = "government_requests"
        ordering = ("kind", "value")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=STATED), name="stated_kind"),
            models.UniqueConstraint(fields=("matter", "kind", "value"), name="stated_once"),
        )
        indexes = (models.Index(fields=("kind", "value"), name="stated_value"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.matter_id}"
