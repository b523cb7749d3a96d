"""What forbids telling: prohibitions, each with its own states, and counsel's clearance of a notice."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.silence import PROHIBITION, EndingEvent, Source, Term


class Prohibition(models.Model):
    """One prohibition of telling about one matter. The paper lies sealed; here are its kind, its days, its state."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="prohibitions")
    state = models.CharField(max_length=16, default=PROHIBITION.initial)
    source = models.CharField(max_length=16)
    jurisdiction = models.CharField(max_length=8)
    term = models.CharField(max_length=12)
    until = models.DateTimeField(null=True)
    event = models.CharField(max_length=24, blank=True)
    circle = models.JSONField(default=list)
    order = models.CharField(max_length=ID_LENGTH, blank=True)
    entered_by = models.CharField(max_length=ID_LENGTH)
    entered_at = models.DateTimeField()
    review_at = models.DateTimeField(null=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    warning = models.CharField(max_length=ID_LENGTH, blank=True)
    reciprocal_at = models.DateTimeField(null=True)
    application_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A term has what belongs to it, and a mere request never stands."""

        app_label = "government_requests"
        ordering = ("entered_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=PROHIBITION.states), name="prohibition_state"),
            models.CheckConstraint(condition=models.Q(source__in=list(Source)), name="prohibition_source"),
            models.CheckConstraint(
                condition=models.Q(term=Term.FIXED, until__isnull=False, event="")
                | models.Q(term=Term.EVENT, until__isnull=True, event__in=list(EndingEvent))
                | models.Q(term=Term.INDEFINITE, until__isnull=True, event=""),
                name="prohibition_term",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=Source.REQUEST) | models.Q(state__in=("entered", "not_binding")),
                name="prohibition_request_never_binds",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="in_force")
                | models.Q(until__isnull=False)
                | models.Q(review_at__isnull=False),
                name="prohibition_never_for_ever",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("ended", "lifted", "not_binding"), ended_at__isnull=False)
                | models.Q(state__in=("entered", "with_counsel", "in_force"), ended_at__isnull=True),
                name="prohibition_end_is_dated",
            ),
        )
        indexes = (models.Index(fields=("state", "review_at"), name="prohibition_review"),)

    def __str__(self) -> str:
        return f"{self.source} {self.id[:8]}"


class NoticeClearance(models.Model):
    """Counsel's word that a notice may leave beside the prohibitions named here, and no later one."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="notice_clearances")
    entry = models.CharField(max_length=ID_LENGTH)
    over = models.JSONField(default=list)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"clearance of {self.matter_id}"
