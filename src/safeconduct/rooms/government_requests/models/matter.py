"""The matter, its papers, and the blind index by which it is found."""

from django.db import models

from safeconduct.rooms.government_requests.models.queue_order import QUEUE_INDEXES
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE
from safeconduct.rooms.government_requests.rules.words import Process

ID_LENGTH = 64
DIGEST_LENGTH = 64


class Matter(models.Model):
    """One government request, from receipt to close. Times are UTC."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    reference = models.CharField(max_length=16, unique=True)
    process = models.CharField(max_length=32)
    issuer = models.CharField(max_length=32)
    country = models.CharField(max_length=2)
    governmental = models.BooleanField()
    served_entity = models.CharField(max_length=ID_LENGTH)
    served_country = models.CharField(max_length=2)
    organisation = models.CharField(max_length=ID_LENGTH)
    officer = models.CharField(max_length=ID_LENGTH, blank=True)
    channel = models.CharField(max_length=8)
    zone = models.CharField(max_length=64)

    state = models.CharField(max_length=20, default=MATTER.initial)
    notice_state = models.CharField(max_length=20, default=NOTICE.initial)
    notice_owed = models.BooleanField(default=False)
    notice_exception = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, default="open")
    holder = models.CharField(max_length=ID_LENGTH, blank=True)
    revision = models.PositiveIntegerField(default=0)

    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=ID_LENGTH)
    responded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField()
    answer_due_rule = models.CharField(max_length=24)
    answer_due_citation = models.CharField(max_length=80)

    preserved_at = models.DateTimeField(null=True)
    preserved_until = models.DateTimeField(null=True)
    preservation_renewals = models.PositiveSmallIntegerField(default=0)
    preservation_ended_at = models.DateTimeField(null=True)

    silenced = models.BooleanField(default=False)
    silence_until = models.DateTimeField(null=True)
    silence_cleared = models.JSONField(default=list)

    case_file = models.CharField(max_length=ID_LENGTH)
    transcript = models.CharField(max_length=ID_LENGTH, blank=True)
    transcript_by = models.CharField(max_length=ID_LENGTH, blank=True)
    compared_by = models.CharField(max_length=ID_LENGTH, blank=True)
    compared_at = models.DateTimeField(null=True)

    selector_count = models.PositiveIntegerField(default=0)
    selector_kinds = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    days_asked = models.PositiveIntegerField(null=True)
    edition = models.CharField(max_length=DIGEST_LENGTH, blank=True)

    scope_digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    release_digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    collect_journey = models.CharField(max_length=ID_LENGTH, blank=True)
    prepared_by = models.CharField(max_length=ID_LENGTH, blank=True)

    class Meta:
        """The states are closed lists, in the database too."""

        app_label = "government_requests"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=MATTER.states), name="matter_state"),
            models.CheckConstraint(condition=models.Q(notice_state__in=NOTICE.states), name="matter_notice_state"),
            models.CheckConstraint(condition=models.Q(process__in=list(Process)), name="matter_process"),
            models.CheckConstraint(
                condition=~models.Q(notice_state="prohibited") | models.Q(silenced=True),
                name="matter_prohibition_is_silence",
            ),
        )
        indexes = (
            *QUEUE_INDEXES,
            models.Index(fields=("organisation", "received_at"), name="matter_of_organisation"),
        )

    def __str__(self) -> str:
        return self.reference


class Document(models.Model):
    """One sealed upload: the paper, an order served with it, or an attachment. Its name is in the sealed case file."""

    object = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="documents")
    role = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    pages = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        """In the order of receipt."""

        app_label = "government_requests"
        ordering = ("at", "role", "object")

    def __str__(self) -> str:
        return self.object


class BlindIndex(models.Model):
    """A keyed hash of one identifier that a matter names; only the vault process can make or match it."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="blind_index")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=64)

    class Meta:
        """Found by value, never by reading through."""

        app_label = "government_requests"
        indexes = (models.Index(fields=("kind", "value"), name="blind_index_value"),)
        constraints = (models.UniqueConstraint(fields=("matter", "kind", "value"), name="blind_index_once"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.matter_id}"
